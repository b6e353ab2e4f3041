"""What a Pod needs besides its images: the ConfigMaps and Secrets that it mounts and takes its environment from.

**In Kubernetes:** kubelet `pkg/kubelet/volumemanager`, `pkg/volume/{configmap,secret,projected}`, and
`kubelet_pods.go` (makeEnvironmentVariables).

**Simplified:** other volumes are always there. Nothing is retried by the clock: a ConfigMap or Secret that is made
wakes the Pods that wait.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod
from kubelab.api.core.volume import KeyToPath, Volume
from kubelab.state.snapshot import View


def mount_errors(view: View, pod: Pod) -> Iterator[str]:
    """Why volumes cannot be mounted, as the FailedMount Events say it."""
    for volume in pod.spec.volumes:
        for error in _sources(view, pod.metadata.namespace, volume):
            yield f'MountVolume.SetUp failed for volume "{volume.name}" : {error}'
            break


def _sources(view: View, namespace: str, volume: Volume) -> Iterator[str]:
    if volume.config_map is not None:
        source = volume.config_map
        yield from _lacking(view, "ConfigMap", namespace, source.name, source.items, source.optional)
    if volume.secret is not None:
        held = volume.secret
        yield from _lacking(view, "Secret", namespace, held.secret_name, held.items, held.optional)
    if volume.projected is not None:
        for part in volume.projected.sources:
            if part.config_map is not None:
                files = part.config_map
                yield from _lacking(view, "ConfigMap", namespace, files.name, files.items, files.optional)
            if part.secret is not None:
                secret = part.secret
                yield from _lacking(view, "Secret", namespace, secret.name, secret.items, secret.optional)


def _lacking(
    view: View, kind: str, namespace: str, name: str, items: Iterable[KeyToPath], optional: bool | None
) -> Iterator[str]:
    if optional:
        return
    source = view.get(kind, namespace, name)
    if source is None:
        yield f'{kind.lower()} "{name}" not found'
        return
    for item in items:
        if not has_key(source, item.key):
            if kind == "ConfigMap":
                yield f"configmap references non-existent config key: {item.key}"
            else:
                yield f"references non-existent secret key: {item.key}"


def has_key(source: Any, key: str) -> bool:
    """Whether a ConfigMap or Secret has an entry."""
    if key in source.data:
        return True
    return key in (source.binary_data if source.kind == "ConfigMap" else source.string_data)


def config_error(view: View, pod: Pod, container: Container) -> str:
    """Why the environment of a container cannot be made, as CreateContainerConfigError says it; "" when it can."""
    if not container.env and not container.env_from:
        return ""
    return next(_environment(view, pod.metadata.namespace, container), "")


def _environment(view: View, namespace: str, container: Container) -> Iterator[str]:
    for whole in container.env_from:
        for kind, ref in (("ConfigMap", whole.config_map_ref), ("Secret", whole.secret_ref)):
            if ref is not None and not ref.optional and view.get(kind, namespace, ref.name) is None:
                yield f'{kind.lower()} "{ref.name}" not found'
    for variable in container.env:
        origin = variable.value_from
        if origin is None:
            continue
        for kind, pick in (("ConfigMap", origin.config_map_key_ref), ("Secret", origin.secret_key_ref)):
            if pick is None or pick.optional:
                continue
            source = view.get(kind, namespace, pick.name)
            if source is None:
                yield f'{kind.lower()} "{pick.name}" not found'
            elif not has_key(source, pick.key):
                yield f"couldn't find key {pick.key} in {kind} {namespace}/{pick.name}"
