"""The volumes whose files the kubelet makes: out of ConfigMaps and Secrets, facts about the Pod, and tokens.

- **Desired:** the files say what their sources say now.
- **Actual:** the files as they were written last.
- **Action:** the Pod waits until what it needs is there; later the files are written anew when a source has changed:
  with the next regular look at the Pod, up to a minute and a half later, or when one of its containers is started.

Mounts with a ``subPath`` never see that: they are copies of their own. What is immutable is not watched any more.
When a source is gone, the files stay, and an Event says what is missing.

**In Kubernetes:** kubelet `pkg/kubelet/volumemanager`, `pkg/volume/{configmap,secret,projected,downwardapi}`,
`pkg/kubelet/util/manager` (watch_based_manager.go).

**Simplified:** other volumes are always there, unless they have to be attached. Of the failures to mount a volume one
Event is recorded for each reason, and none when the Pod has waited for all of its volumes for too long. A token is
renewed without a request that could be seen: it follows from the clock (`kubelab.state.tokens`). What is immutable
is kept by the Pod that has it; a new Pod on the same node reads it anew.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod
from kubelab.api.core.volume import DownwardAPIVolumeFile, KeyToPath, Volume
from kubelab.api.memo import IdentityMemo
from kubelab.api.scalars import FrozenMap
from kubelab.components.kubelet.environment import expand
from kubelab.components.kubelet.facts import container_named, field_value, resource_value
from kubelab.components.kubelet.pod_context import PodContext
from kubelab.state.content import Content, File, MountedVolume, Variable, values_of
from kubelab.state.references import of_volume
from kubelab.state.snapshot import SECOND

FIRST_RETRY = 500_000
LONGEST_RETRY = 122 * SECOND
"""A volume that could not be mounted is tried again after half a second, then after twice as long each time."""

SYNC_SECONDS = 60
"""How often the kubelet looks at each Pod although nothing has happened; with up to a half of that on top."""

Files = FrozenMap[str, MountedVolume]
Held = tuple[Pod, tuple[Any, ...], tuple[File, ...]]

_made: "IdentityMemo[tuple[tuple[Any, ...], tuple[str, ...], tuple[File, ...]]]" = IdentityMemo(limit=4096)


def is_made(volume: Volume) -> bool:
    """Whether the kubelet makes the files of a volume."""
    return (
        volume.projected is not None
        or volume.secret is not None
        or volume.config_map is not None
        or volume.downward_api is not None
    )


def made_volumes(ctx: PodContext) -> tuple[Files, tuple[str, ...]]:
    """The volumes as they should be now, and why others cannot be made, as the FailedMount Events say it.

    A volume whose files would be the same is the very one that is there.
    """
    held = ctx.sandbox.volumes if ctx.sandbox is not None else FrozenMap[str, MountedVolume]()
    volumes: dict[str, MountedVolume] = {}
    errors: list[str] = []
    for volume in ctx.pod.spec.volumes:
        if not is_made(volume):
            continue
        old = held.get(volume.name)
        copies = tuple(_sources(ctx, volume, old))
        wrong = list(_lacking(volume, copies))
        if wrong:
            told = wrong[0] if len(wrong) == 1 else f"[{', '.join(wrong)}]"
            errors.append(f'MountVolume.SetUp failed for volume "{volume.name}" : {told}')
            continue
        files = _files(ctx, volume, copies)
        if old is not None and (old.files is files or old.files == files):
            volumes[volume.name] = old
        else:
            volumes[volume.name] = MountedVolume(
                sources=tuple(_version(each) for each in copies if each is not None),
                written_at=ctx.now,
                tokens=tuple(_tokens(volume)),
                files=files,
                copies=copies,
            )
    return FrozenMap(volumes), tuple(errors)


def _version(source: Any) -> str:
    meta = source.metadata
    return f"{source.kind} {meta.name} (version {meta.resource_version})"


def _sources(ctx: PodContext, volume: Volume, old: MountedVolume | None) -> Iterator[Any]:
    """The ConfigMaps and Secrets of a volume as the kubelet knows them; None for one that does not exist."""
    for number, (kind, name) in enumerate(of_volume(volume)):
        before = old.copies[number] if old is not None and number < len(old.copies) else None
        known = before is not None and before.immutable and before.metadata.name == name
        yield before if known else ctx.view.get(kind, ctx.key.namespace, name)


Part = tuple[str, str, tuple[KeyToPath, ...], bool]
"""Kind and name of a source, the keys that are wanted, and whether it may be absent."""


def _parts(volume: Volume) -> Iterator[Part]:
    if volume.secret is not None:
        secret = volume.secret
        yield "Secret", secret.secret_name, secret.items, bool(secret.optional)
    if volume.config_map is not None:
        config = volume.config_map
        yield "ConfigMap", config.name, config.items, bool(config.optional)
    for each in volume.projected.sources if volume.projected is not None else ():
        if each.secret is not None:
            yield "Secret", each.secret.name, each.secret.items, bool(each.secret.optional)
        if each.config_map is not None:
            yield "ConfigMap", each.config_map.name, each.config_map.items, bool(each.config_map.optional)


def _lacking(volume: Volume, copies: Iterable[Any]) -> Iterator[str]:
    for (kind, name, items, optional), source in zip(_parts(volume), copies, strict=True):
        if optional:
            continue
        if source is None:
            yield f'{kind.lower()} "{name}" not found'
            continue
        missing = next((item.key for item in items if not has_key(source, item.key)), None)
        if missing is not None:
            lead = "configmap references non-existent config key" if kind == "ConfigMap" else None
            yield f"{lead or 'references non-existent secret key'}: {missing}"


def has_key(source: Any, key: str) -> bool:
    """Whether a ConfigMap or Secret has an entry."""
    return key in source.data or (source.kind == "ConfigMap" and key in source.binary_data)


def _files(ctx: PodContext, volume: Volume, copies: tuple[Any, ...]) -> tuple[File, ...]:
    """The files of a volume in order; the same tuple for all Pods of a template, where they are told the same."""
    facts = tuple(_facts(ctx, volume))
    known = _made.get(volume)
    if known is not None and known[1] == facts and all(a is b for a, b in zip(known[0], copies, strict=True)):
        return known[2]
    files: dict[str, Content] = {}
    for (_, _, items, _), source in zip(_parts(volume), copies, strict=True):
        values = {} if source is None else values_of(source)
        paths = [(item.path, item.key) for item in items] if items else [(key, key) for key in values]
        files.update((path, values[key]) for path, key in paths if key in values)
    for item, text in zip(_told(volume), facts, strict=True):
        origin = item.field_ref.field_path if item.field_ref is not None else "resource"
        files[item.path] = Content(value=text, origin=f"field {origin}")
    made = tuple(File(path=path, content=content) for path, content in sorted(files.items()))
    _made.put(volume, (copies, facts, made))
    return made


def _told(volume: Volume) -> Iterator[DownwardAPIVolumeFile]:
    if volume.downward_api is not None:
        yield from volume.downward_api.items
    for each in volume.projected.sources if volume.projected is not None else ():
        if each.downward_api is not None:
            yield from each.downward_api.items


def _facts(ctx: PodContext, volume: Volume) -> Iterator[str]:
    for item in _told(volume):
        if item.field_ref is not None:
            yield field_value(ctx, item.field_ref.field_path)
        elif item.resource_field_ref is not None:
            container = container_named(ctx, item.resource_field_ref.container_name)
            yield "" if container is None else resource_value(ctx, item.resource_field_ref, container)
        else:
            yield ""


def _tokens(volume: Volume) -> Iterator[str]:
    for each in volume.projected.sources if volume.projected is not None else ():
        if each.service_account_token is not None:
            yield each.service_account_token.path


def copied(ctx: PodContext, container: Container, variables: Iterable[Variable]) -> FrozenMap[str, tuple[File, ...]]:
    """The files of the container's mounts with a ``subPath``, as they are when it is started."""
    found: dict[str, tuple[File, ...]] = {}
    known: dict[str, Content] | None = None
    for mount in container.volume_mounts:
        volume = ctx.sandbox.volumes.get(mount.name) if ctx.sandbox is not None else None
        if volume is None or not (mount.sub_path or mount.sub_path_expr):
            continue
        if known is None:
            known = {each.name: each.content for each in variables}
        wanted = mount.sub_path or expand(mount.sub_path_expr, known).value
        found[mount.mount_path] = tuple(
            File(path=each.path.removeprefix(wanted).lstrip("/"), content=each.content)
            for each in volume.files
            if each.path == wanted or each.path.startswith(f"{wanted}/")
        )
    return FrozenMap(found) if found else FrozenMap()


# When


def next_mount(ctx: PodContext) -> int:
    """When the volumes of a Pod are tried again (now, if it is so); the first try comes at once."""
    failed = [
        event.first
        for event in ctx.view.events(ctx.key)
        if event.reason == "FailedMount" and event.uid == ctx.pod.metadata.uid
    ]
    if not failed:
        return ctx.now
    at, wait = min(failed), FIRST_RETRY
    while at < ctx.now:
        if wait == LONGEST_RETRY:
            return at + -(-(ctx.now - at) // wait) * wait
        at, wait = at + wait, min(wait * 2, LONGEST_RETRY)
    return at


def next_sync(ctx: PodContext, seconds: int = SYNC_SECONDS) -> int:
    """When the kubelet looks at a Pod by itself (now, if it is so): at even intervals, which no two Pods share.

    Args:
        ctx: the Pod and its sandbox.
        seconds: the least interval; with up to a half of it on top.
    """
    assert ctx.sandbox is not None
    jitter = int(sha256(ctx.pod.metadata.uid.encode()).hexdigest()[:8], 16) % 500
    period = seconds * SECOND + seconds * SECOND * jitter // 1000
    begun = ctx.sandbox.started_at
    return begun + -(-(ctx.now - begun) // period) * period
