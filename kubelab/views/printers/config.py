"""The columns of configuration, storage and quotas; of a Secret only how many values it has.

Source: `pkg/printers/internalversion/printers.go`; `pkg/apis/core/helper`.
"""

from collections.abc import Iterable

from kubelab.state.snapshot import Object
from kubelab.views.printers.cells import UNSET, age, printer, truth

_MODES = (
    ("ReadWriteOnce", "RWO"),
    ("ReadOnlyMany", "ROX"),
    ("ReadWriteMany", "RWX"),
    ("ReadWriteOncePod", "RWOP"),
)


def _modes(listed: Iterable[str]) -> str:
    given = set(listed)
    return ",".join(short for mode, short in _MODES if mode in given)


def _config_map(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, str(len(obj.data) + len(obj.binary_data)), age(obj, now))


def _secret(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, obj.type, str(len(obj.data)), age(obj, now))


CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"


def _volume(obj: Object, now: int) -> tuple[str, ...]:
    spec, meta = obj.spec, obj.metadata
    claim = spec.claim_ref
    return (
        meta.name,
        spec.capacity.get("storage", "0"),
        _modes(spec.access_modes),
        spec.persistent_volume_reclaim_policy,
        "Terminating" if meta.deletion_timestamp is not None else obj.status.phase,
        f"{claim.namespace}/{claim.name}" if claim is not None else "",
        meta.annotations.get(CLASS_ANNOTATION, spec.storage_class_name),
        spec.volume_attributes_class_name if spec.volume_attributes_class_name is not None else UNSET,
        obj.status.reason,
        age(obj, now),
        spec.volume_mode if spec.volume_mode is not None else UNSET,
    )


def _claim(obj: Object, now: int) -> tuple[str, ...]:
    spec, meta, status = obj.spec, obj.metadata, obj.status
    bound = bool(spec.volume_name)
    return (
        meta.name,
        "Terminating" if meta.deletion_timestamp is not None else status.phase,
        spec.volume_name,
        status.capacity.get("storage", "0") if bound else "",
        _modes(status.access_modes) if bound else "",
        meta.annotations.get(CLASS_ANNOTATION, spec.storage_class_name or ""),
        spec.volume_attributes_class_name if spec.volume_attributes_class_name is not None else UNSET,
        age(obj, now),
        spec.volume_mode if spec.volume_mode is not None else UNSET,
    )


_DEFAULT_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def _storage_class(obj: Object, now: int) -> tuple[str, ...]:
    default = any(obj.metadata.annotations.get(name) == "true" for name in _DEFAULT_CLASS)
    return (
        obj.metadata.name + (" (default)" if default else ""),
        obj.provisioner,
        obj.reclaim_policy if obj.reclaim_policy is not None else "Delete",
        obj.volume_binding_mode if obj.volume_binding_mode is not None else "Immediate",
        truth(bool(obj.allow_volume_expansion)),
        age(obj, now),
    )


def _resource_quota(obj: Object, now: int) -> tuple[str, ...]:
    requests: list[str] = []
    limits: list[str] = []
    for name in sorted(obj.status.hard):
        text = f"{name}: {obj.status.used.get(name, '0')}/{obj.status.hard[name]}"
        (limits if name.startswith("limits.") else requests).append(text)
    return (obj.metadata.name, ", ".join(requests), ", ".join(limits), age(obj, now))


CONFIG_MAP = printer("NAME|DATA|AGE", "", _config_map)
SECRET = printer("NAME|TYPE|DATA|AGE", "", _secret)
PERSISTENT_VOLUME = printer(
    "NAME|CAPACITY|ACCESS MODES|RECLAIM POLICY|STATUS|CLAIM|STORAGECLASS|VOLUMEATTRIBUTESCLASS|REASON|AGE",
    "VOLUMEMODE",
    _volume,
)
PERSISTENT_VOLUME_CLAIM = printer(
    "NAME|STATUS|VOLUME|CAPACITY|ACCESS MODES|STORAGECLASS|VOLUMEATTRIBUTESCLASS|AGE", "VOLUMEMODE", _claim
)


def _volume_attachment(obj: Object, now: int) -> tuple[str, ...]:
    spec = obj.spec
    attached = str(obj.status.attached).lower()
    volume = spec.source.persistent_volume_name or ""
    return obj.metadata.name, spec.attacher, volume, spec.node_name, attached, age(obj, now)


VOLUME_ATTACHMENT = printer("NAME|ATTACHER|PV|NODE|ATTACHED|AGE", "", _volume_attachment)
STORAGE_CLASS = printer("NAME|PROVISIONER|RECLAIMPOLICY|VOLUMEBINDINGMODE|ALLOWVOLUMEEXPANSION|AGE", "", _storage_class)
RESOURCE_QUOTA = printer("NAME|REQUEST|LIMIT|AGE", "", _resource_quota)
