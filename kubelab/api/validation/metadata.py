"""Checks of what all objects have: metadata, labels, annotations, owners, conditions.

In Kubernetes: apimachinery `pkg/api/validation/objectmeta.go`, `pkg/apis/meta/v1/validation`, and
`ValidateObjectMeta` of `pkg/apis/core/validation`. Go walks its maps in no order; here it is the order of the keys.
"""

from collections.abc import Mapping

from kubelab.api.meta import Condition, ManagedFieldsEntry, ObjectMeta, OwnerReference
from kubelab.api.validation import names
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    forbidden,
    immutable,
    invalid,
    non_negative,
    not_supported,
    required,
    too_long,
)

_ANNOTATIONS_LIMIT = 256 * 1024
_ORPHAN, _FOREGROUND = "orphan", "foregroundDeletion"
_STANDARD_FINALIZERS = ("kubernetes", _ORPHAN, _FOREGROUND)


def object_meta(
    meta: ObjectMeta, namespaced: bool, name_check: names.NameCheck = names.is_subdomain, path: str = "metadata"
) -> Errors:
    """What is wrong with the metadata of a new object."""
    if meta.generate_name:
        for text in name_check(meta.generate_name, True):
            yield invalid(f"{path}.generateName", meta.generate_name, text)
    if not meta.name:
        yield required(f"{path}.name", "name or generateName is required")
    else:
        for text in name_check(meta.name, False):
            yield invalid(f"{path}.name", meta.name, text)
    if namespaced:
        if not meta.namespace:
            yield required(f"{path}.namespace")
        else:
            yield from names.label_errors(f"{path}.namespace", meta.namespace)
    elif meta.namespace:
        yield forbidden(f"{path}.namespace", "not allowed on this type")
    yield from non_negative(f"{path}.generation", meta.generation)
    yield from labels(meta.labels, f"{path}.labels")
    yield from annotations(meta.annotations, f"{path}.annotations")
    yield from _owner_references(meta.owner_references, f"{path}.ownerReferences")
    yield from _finalizers(meta.finalizers, f"{path}.finalizers")
    yield from _managed_fields(meta.managed_fields, f"{path}.managedFields")
    yield from _standard_finalizers(meta, path)


def object_meta_update(new: ObjectMeta, old: ObjectMeta, path: str = "metadata") -> Errors:
    """What is wrong with a change of an object's metadata."""
    if new is old:
        return
    if old.deletion_timestamp is not None:
        extra = sorted(set(new.finalizers) - set(old.finalizers))
        if extra:
            listed = ", ".join(f'"{finalizer}"' for finalizer in extra)
            text = "no new finalizers can be added if the object is being deleted, found new finalizers "
            yield forbidden(f"{path}.finalizers", f"{text}[]string{{{listed}}}")
    if not new.resource_version:
        yield invalid(f"{path}.resourceVersion", new.resource_version, "must be specified for an update")
    if new.generation < old.generation:
        yield invalid(f"{path}.generation", new.generation, "must not be decremented")
    yield from immutable(f"{path}.name", new.name, old.name)
    yield from immutable(f"{path}.namespace", new.namespace, old.namespace)
    yield from immutable(f"{path}.uid", new.uid, old.uid)
    yield from immutable(f"{path}.creationTimestamp", new.creation_timestamp, old.creation_timestamp)
    yield from immutable(f"{path}.deletionTimestamp", new.deletion_timestamp, old.deletion_timestamp)
    seconds = f"{path}.deletionGracePeriodSeconds"
    yield from immutable(seconds, new.deletion_grace_period_seconds, old.deletion_grace_period_seconds)
    yield from labels(new.labels, f"{path}.labels")
    yield from annotations(new.annotations, f"{path}.annotations")
    yield from _owner_references(new.owner_references, f"{path}.ownerReferences")
    yield from _managed_fields(new.managed_fields, f"{path}.managedFields")
    yield from _standard_finalizers(new, path)


def labels(given: Mapping[str, str], path: str) -> Errors:
    """What is wrong with a map of labels, or with a selector of that form."""
    for key in sorted(given):
        yield from names.qualified_name_errors(path, key)
        for text in names.label_value(given[key]):
            yield invalid(path, given[key], text)


def annotations(given: Mapping[str, str], path: str) -> Errors:
    """What is wrong with a map of annotations: their keys, and their size together."""
    size = 0
    for key in sorted(given):
        for text in names.label_key(key.lower()):
            yield invalid(path, key, text)
        size += len(key.encode()) + len(given[key].encode())
    if size > _ANNOTATIONS_LIMIT:
        yield too_long(path, _ANNOTATIONS_LIMIT)


def _owner_references(references: tuple[OwnerReference, ...], path: str) -> Errors:
    controller = ""
    for reference in references:
        group, _, version = reference.api_version.rpartition("/")
        if not version:
            yield invalid(f"{path}.apiVersion", reference.api_version, "version must not be empty")
        for field in ("kind", "name", "uid"):
            if not getattr(reference, field):
                yield invalid(f"{path}.{field}", "", "must not be empty")
        if (group, version, reference.kind) == ("", "v1", "Event"):
            yield invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner")
        if reference.controller:
            this = f"{reference.kind}/{reference.name}"
            if controller:
                text = (
                    "Only one reference can have Controller set to true. "
                    f'Found "true" in references for {controller} and {this}'
                )
                yield invalid(path, references, text)
            else:
                controller = this


def _finalizers(finalizers: tuple[str, ...], path: str) -> Errors:
    for finalizer in finalizers:
        yield from names.qualified_name_errors(path, finalizer)
    if _ORPHAN in finalizers and _FOREGROUND in finalizers:
        yield invalid(path, finalizers, f"finalizer {_ORPHAN} and {_FOREGROUND} cannot be both set")


def _standard_finalizers(meta: ObjectMeta, path: str) -> Errors:
    for index, finalizer in enumerate(meta.finalizers):
        yield from standard_finalizer(finalizer, f"{path}.finalizers[{index}]")


def standard_finalizer(finalizer: str, path: str) -> Errors:
    """A mistake when a finalizer has no domain and is not one of Kubernetes' own."""
    if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
        yield invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified")


def namespace_finalizer(finalizer: str, path: str) -> Errors:
    """What is wrong with a finalizer in a namespace's specification."""
    yield from names.qualified_name_errors(path, finalizer)
    yield from standard_finalizer(finalizer, path)


def _managed_fields(entries: tuple[ManagedFieldsEntry, ...], path: str) -> Errors:
    for index, entry in enumerate(entries):
        here = f"{path}[{index}]"
        if entry.operation not in ("Apply", "Update"):
            yield invalid(f"{here}.operation", entry.operation, "must be `Apply` or `Update`")
        if entry.fields_type and entry.fields_type != "FieldsV1":
            yield invalid(f"{here}.fieldsType", entry.fields_type, "must be `FieldsV1`")
        if len(entry.manager.encode()) > 128:
            yield too_long(f"{here}.manager", 128)
        for position, character in enumerate(entry.manager):
            if not character.isprintable():
                text = f"invalid character U+{ord(character):04X} (at position {position})"
                yield invalid(f"{here}.manager", entry.manager, text)
        if len(entry.subresource) > 256:
            yield too_long(f"{here}.subresource", 256)


def conditions(given: tuple[Condition, ...], path: str) -> Errors:
    """What is wrong with a list of conditions in the common form (``metav1.Condition``)."""
    seen: set[str] = set()
    for index, condition in enumerate(given):
        here = f"{path}[{index}]"
        if condition.type in seen:
            yield duplicate(f"{here}.type", condition.type)
        seen.add(condition.type)
        yield from names.qualified_name_errors(f"{here}.type", condition.type)
        if condition.status not in ("True", "False", "Unknown"):
            yield not_supported(f"{here}.status", condition.status, ("False", "True", "Unknown"))
        if condition.observed_generation < 0:
            text = "must be greater than or equal to zero"
            yield invalid(f"{here}.observedGeneration", condition.observed_generation, text)
        if condition.last_transition_time is None:
            yield required(f"{here}.lastTransitionTime")
        if not condition.reason:
            yield required(f"{here}.reason")
        else:
            for text in names.condition_reason(condition.reason):
                yield invalid(f"{here}.reason", condition.reason, text)
            if len(condition.reason) > 1024:
                yield too_long(f"{here}.reason", 1024)
        if len(condition.message.encode()) > 32 * 1024:
            yield too_long(f"{here}.message", 32 * 1024)
