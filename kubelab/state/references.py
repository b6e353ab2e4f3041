"""What a Pod refers to: the ConfigMaps and Secrets without which it cannot run, or which its containers read.

Source: `pkg/api/v1/pod/util.go` (VisitPodSecretNames, VisitPodConfigmapNames).
"""

from collections.abc import Iterator

from kubelab.api.core.container import Container
from kubelab.api.core.pod import PodSpec
from kubelab.api.core.volume import Volume
from kubelab.api.memo import IdentityMemo

Named = tuple[str, str]
"""Kind and name, in the Namespace of the Pod."""

_known: "IdentityMemo[tuple[PodSpec, tuple[Named, ...]]]" = IdentityMemo(limit=4096)


def configuration_of(spec: PodSpec) -> tuple[Named, ...]:
    """The ConfigMaps and Secrets that a Pod refers to, each once, in order; the same for all Pods of a template."""
    found = _known.get(spec.containers)
    if found is None or not _refer_alike(found[0], spec):
        found = _known.put(spec.containers, (spec, tuple(sorted(set(_references(spec))))))
    return found[1]


def _refer_alike(one: PodSpec, other: PodSpec) -> bool:
    return (
        one.volumes is other.volumes
        and one.init_containers is other.init_containers
        and one.image_pull_secrets is other.image_pull_secrets
    )


def _references(spec: PodSpec) -> Iterator[Named]:
    for secret in spec.image_pull_secrets:
        yield "Secret", secret.name
    for volume in spec.volumes:
        yield from of_volume(volume)
    for container in (*spec.init_containers, *spec.containers):
        yield from of_environment(container)


def of_volume(volume: Volume) -> Iterator[Named]:
    """The ConfigMaps and Secrets out of which the files of a volume are made, in the order of its sources."""
    if volume.secret is not None:
        yield "Secret", volume.secret.secret_name
    if volume.config_map is not None:
        yield "ConfigMap", volume.config_map.name
    for part in volume.projected.sources if volume.projected is not None else ():
        if part.secret is not None:
            yield "Secret", part.secret.name
        if part.config_map is not None:
            yield "ConfigMap", part.config_map.name


def of_environment(container: Container) -> Iterator[Named]:
    """The ConfigMaps and Secrets out of which the variables of a container come."""
    for whole in container.env_from:
        if whole.secret_ref is not None:
            yield "Secret", whole.secret_ref.name
        if whole.config_map_ref is not None:
            yield "ConfigMap", whole.config_map_ref.name
    for variable in container.env:
        origin = variable.value_from
        if origin is not None and origin.secret_key_ref is not None:
            yield "Secret", origin.secret_key_ref.name
        if origin is not None and origin.config_map_key_ref is not None:
            yield "ConfigMap", origin.config_map_key_ref.name
