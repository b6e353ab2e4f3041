"""Checks of StorageClasses and VolumeAttachments.

In Kubernetes: `pkg/apis/storage/validation/validation.go`.
"""

from kubelab.api.storage import StorageClass, TopologySelectorTerm, VolumeAttachment
from kubelab.api.validation import metadata, names
from kubelab.api.validation.core.volume_sources import csi_driver
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    immutable,
    invalid,
    not_supported,
    required,
    too_long,
)

_MODES = ("Immediate", "WaitForFirstConsumer")


def storage_class(given: StorageClass) -> Errors:
    """What is wrong with a new StorageClass."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    if not given.provisioner:
        yield required("provisioner")
    else:
        yield from names.qualified_name_errors("provisioner", given.provisioner.lower())
    yield from _parameters(given)
    if given.reclaim_policy and given.reclaim_policy not in ("Delete", "Retain"):
        yield not_supported("reclaimPolicy", given.reclaim_policy, ("Delete", "Retain"))
    if given.volume_binding_mode is None:
        yield required("volumeBindingMode")
    elif given.volume_binding_mode not in _MODES:
        yield not_supported("volumeBindingMode", given.volume_binding_mode, _MODES)
    yield from _topologies(given.allowed_topologies, "allowedTopologies")


def storage_class_update(new: StorageClass, old: StorageClass) -> Errors:
    """What is wrong with a changed StorageClass: how volumes are made stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from storage_class(new)
    yield from immutable("parameters", new.parameters, old.parameters)
    yield from immutable("provisioner", new.provisioner, old.provisioner)
    yield from immutable("reclaimPolicy", new.reclaim_policy, old.reclaim_policy)
    yield from immutable("volumeBindingMode", new.volume_binding_mode, old.volume_binding_mode)


def _parameters(given: StorageClass) -> Errors:
    if len(given.parameters) > 512:
        yield too_long("parameters", 512)
        return
    if "" in given.parameters:
        yield invalid("parameters", "", "field can not be empty.")
    if sum(len(key.encode()) + len(value.encode()) for key, value in given.parameters.items()) > 256 * 1024:
        yield too_long("parameters", 256 * 1024)


def _topologies(terms: tuple[TopologySelectorTerm, ...], path: str) -> Errors:
    seen = []
    for index, term in enumerate(terms):
        keys: dict[str, frozenset[str]] = {}
        for number, expression in enumerate(term.match_label_expressions):
            here = f"{path}[{index}].matchLabelExpressions[{number}]"
            if not expression.values:
                yield required(f"{here}.values")
            values: set[str] = set()
            for place, value in enumerate(expression.values):
                if value in values:
                    yield duplicate(f"{here}.values[{place}]", value)
                values.add(value)
            yield from names.qualified_name_errors(f"{here}.key", expression.key)
            if expression.key in keys:
                yield duplicate(f"{here}.key", expression.key)
            keys[expression.key] = frozenset(values)
        if keys in seen:
            yield duplicate(f"{path}[{index}].matchLabelExpressions", "")
        seen.append(keys)


def volume_attachment(given: VolumeAttachment) -> Errors:
    """What is wrong with a new VolumeAttachment."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    spec = given.spec
    yield from csi_driver("spec.attacher", spec.attacher)
    if spec.source.persistent_volume_name is None:
        yield required("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName")
    else:
        if not spec.source.persistent_volume_name:
            yield required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName")
        yield from names.subdomain_errors("spec.source.persistentVolumeName", spec.source.persistent_volume_name)
    yield from names.subdomain_errors("spec.nodeName", spec.node_name)


def volume_attachment_update(new: VolumeAttachment, old: VolumeAttachment) -> Errors:
    """What is wrong with a changed VolumeAttachment: what is attached where stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from immutable("spec", new.spec, old.spec)
