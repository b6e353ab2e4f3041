"""Checks of claims on storage: PersistentVolumeClaims, and the same in templates.

In Kubernetes: `ValidatePersistentVolumeClaimSpec`, `ValidatePersistentVolumeClaimUpdate`.
"""

from kubelab.api import quantity
from kubelab.api.core.reference import TypedLocalObjectReference, TypedObjectReference
from kubelab.api.core.storage import PersistentVolumeClaim
from kubelab.api.core.volume_claim import PersistentVolumeClaimSpec
from kubelab.api.model import evolve
from kubelab.api.scalars import Quantity
from kubelab.api.validation import metadata, names
from kubelab.api.validation.core.resources import amount_of, basic_amount, positive_amount
from kubelab.api.validation.differences import difference
from kubelab.api.validation.field_error import Errors, forbidden, immutable, invalid, not_supported, required
from kubelab.api.validation.go_value import NoFields
from kubelab.api.validation.selectors import label_selector

_BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
_ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_ONCE = "ReadWriteOncePod"
_ZERO = Quantity("0")


def access_modes(given: tuple[str, ...], path: str) -> Errors:
    """What is wrong with the ways in which a volume is to be mounted."""
    for mode in given:
        if mode not in _ACCESS_MODES:
            yield not_supported(path, mode, _ACCESS_MODES)
    if _ONCE in given and any(mode in _ACCESS_MODES and mode != _ONCE for mode in given):
        yield forbidden(path, "may not use ReadWriteOncePod with other access modes")


def volume_mode(mode: str | None, path: str) -> Errors:
    """What is wrong with whether a volume is a file system or a bare device."""
    if mode is not None and mode not in ("Block", "Filesystem"):
        yield not_supported(path, mode, ("Block", "Filesystem"))


def claim_spec(spec: PersistentVolumeClaimSpec, path: str, old: PersistentVolumeClaimSpec | None = None) -> Errors:
    """What is wrong with a claim's specification; `old` is the one it replaces."""
    if not spec.access_modes:
        yield required(f"{path}.accessModes", "at least 1 access mode is required")
    yield from label_selector(spec.selector, f"{path}.selector")
    yield from access_modes(spec.access_modes, f"{path}.accessModes")
    here = f"{path}.resources[storage]"
    storage = spec.resources.requests.get("storage")
    if storage is None:
        yield required(here)
    else:
        wrong = tuple(positive_amount(here, storage))
        yield from wrong or amount_of("storage", here, storage)
    if spec.storage_class_name:
        yield from names.subdomain_errors(f"{path}.storageClassName", spec.storage_class_name)
    yield from volume_mode(spec.volume_mode, f"{path}.volumeMode")
    lenient = old is not None and any(
        source is not None and source.api_group is not None for source in (old.data_source, old.data_source_ref)
    )
    yield from _data_sources(spec, path, lenient)
    if spec.volume_attributes_class_name:
        field = f"{path}.volumeAttributesClassName"
        yield from names.subdomain_errors(field, spec.volume_attributes_class_name)


def _data_sources(spec: PersistentVolumeClaimSpec, path: str, lenient: bool) -> Errors:
    local, reference = spec.data_source, spec.data_source_ref
    if local is not None:
        yield from _data_source(local, f"{path}.dataSource", lenient)
    if reference is not None:
        yield from _data_source(reference, f"{path}.dataSourceRef", lenient)
        if reference.namespace:
            yield from names.label_errors(f"{path}.dataSourceRef.namespace", reference.namespace)
    if local is None or reference is None:
        return
    if reference.namespace:
        yield invalid(path, NoFields(), "may not be specified when dataSourceRef.namespace is specified")
    elif (local.api_group, local.kind, local.name) != (reference.api_group, reference.kind, reference.name):
        yield invalid(path, NoFields(), "must match dataSourceRef")


def _data_source(source: TypedLocalObjectReference | TypedObjectReference, path: str, lenient: bool) -> Errors:
    if not source.name:
        yield required(f"{path}.name")
    if not source.kind:
        yield required(f"{path}.kind")
    if not source.api_group and source.kind != "PersistentVolumeClaim":
        text = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        yield invalid(path, source.kind, text)
    if source.api_group and not lenient:
        yield from names.subdomain_errors(f"{path}.apiGroup", source.api_group)


def claim(given: PersistentVolumeClaim, old: PersistentVolumeClaim | None = None) -> Errors:
    """What is wrong with a PersistentVolumeClaim."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from claim_spec(given.spec, "spec", None if old is None else old.spec)


def claim_update(new: PersistentVolumeClaim, old: PersistentVolumeClaim) -> Errors:
    """What is wrong with a change of a claim: little may change, and only once the claim is bound."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from claim(new, old)
    beta, before = new.metadata.annotations.get(_BETA_CLASS, ""), old.metadata.annotations.get(_BETA_CLASS, "")
    upgraded = before != "" and old.spec.storage_class_name is None and new.spec.storage_class_name == before
    if not (upgraded and beta in ("", before)):
        yield from immutable(f"metadata.annotations.{_BETA_CLASS}", beta, before)
    compared, before_it = _comparable(new, old), _comparable(old, old)
    if compared != before_it:
        text = (
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
        )
        yield forbidden("spec", f"{text}\n{difference(before_it, compared, 'PersistentVolumeClaimSpec')}")
    size = new.spec.resources.requests.get("storage", _ZERO)
    shrunk = quantity.compare(size, old.spec.resources.requests.get("storage", _ZERO)) < 0
    if shrunk and quantity.compare(size, old.status.capacity.get("storage", _ZERO)) <= 0:
        yield forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")
    yield from immutable("volumeMode", new.spec.volume_mode, old.spec.volume_mode)
    yield from _attributes_class(new, old)


def _comparable(new: PersistentVolumeClaim, old: PersistentVolumeClaim) -> PersistentVolumeClaimSpec:
    """The part of a claim's specification that may not change, with the rest as it was before."""
    spec = new.spec
    if not old.spec.volume_name:
        spec = evolve(spec, volume_name="")
    if old.spec.storage_class_name is None:
        beta = old.metadata.annotations.get(_BETA_CLASS)
        if beta is None or spec.storage_class_name == beta:
            spec = evolve(spec, storage_class_name=None)
    if new.status.phase == "Bound":
        requests = spec.resources.requests.with_({"storage": old.spec.resources.requests.get("storage")})
        spec = evolve(
            spec,
            resources=evolve(spec.resources, requests=requests),
            volume_attributes_class_name=old.spec.volume_attributes_class_name,
        )
    return spec


def _attributes_class(new: PersistentVolumeClaim, old: PersistentVolumeClaim) -> Errors:
    name = new.spec.volume_attributes_class_name
    if name == old.spec.volume_attributes_class_name or old.status.current_volume_attributes_class_name is None:
        return
    what = "nil" if name is None else "empty string" if name == "" else ""
    if what:
        text = f"update to {what} is forbidden when status.currentVolumeAttributesClassName is not nil"
        yield forbidden("spec.volumeAttributesClassName", text)


def claim_status_update(new: PersistentVolumeClaim, old: PersistentVolumeClaim) -> Errors:
    """What is wrong with a change of a claim's status."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    if not new.metadata.resource_version:
        yield required("resourceVersion")
    if not new.spec.access_modes:
        yield required("Spec.accessModes")
    for name in sorted(new.status.capacity):
        yield from basic_amount(f"status.capacity[{name}]", new.status.capacity[name])
    for name in sorted(new.status.allocated_resources):
        here = f"status.allocatedResources[{name}]"
        amount = new.status.allocated_resources[name]
        yield from tuple(basic_amount(here, amount)) or amount_of("storage", here, amount)
