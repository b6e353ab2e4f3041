"""apiextensions-apiserver: the part of kube-apiserver that serves the kinds that CustomResourceDefinitions define.

- **Desired:** a definition whose names are free is served; one that is deleted takes its objects with it.
- **Actual:** the definitions, their conditions, and the objects of their kinds.
- **Action:** one of

  ============================ =====================================================================================
  the definition               what is done
  ============================ =====================================================================================
  is new, or has other names   ``NamesAccepted`` is set, with the names that are free
  has its names                ``Established`` becomes True: from then on the kind is served
  is being deleted             its objects are deleted; when the last is gone, the finalizer is taken off
  ============================ =====================================================================================

**In Kubernetes:** `k8s.io/apiextensions-apiserver/pkg/controller`: status (naming_controller.go), establish, finalizer.

**Simplified:** the three controllers are one. A name has to be free in the whole cluster, since objects are told apart
here by the name of their kind; upstream asks for that within a group only. No condition ``NonStructuralSchema``: such
a schema is refused at once.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.apiextensions import (
    CustomResourceDefinition,
    CustomResourceDefinitionCondition,
    CustomResourceDefinitionNames,
)
from kubelab.api.conditions import find, with_condition
from kubelab.api.custom import is_established
from kubelab.api.model import evolve
from kubelab.api.scheme import BUILT_IN
from kubelab.state.component import LEARNT, Wanted
from kubelab.state.requests import Delete, Request, Update
from kubelab.state.snapshot import Change, ObjectKey, View, key_of

KIND = "CustomResourceDefinition"
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"


class ApiExtensionsServer:
    """Accepts the names of definitions, establishes them and clears up after them. Keys: CustomResourceDefinitions."""

    name: ClassVar[str] = "apiextensions-apiserver"
    watches: ClassVar[tuple[str, ...]] = (KIND, LEARNT)

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A definition that changes; all others when one is gone or has other names; one whose last object goes."""
        if change.key.kind != KIND:
            if change.after is None and (definition := defining(change.view, change.key.kind)) is not None:
                yield key_of(definition)
            return
        if change.after is not None:
            yield change.key
        before, after = change.before, change.after
        if before is not None and (after is None or after.status.accepted_names != before.status.accepted_names):
            yield from (key for key in change.view.keys(KIND) if key != change.key)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Name, establish, or clear up."""
        definition = view.find(key)
        if definition is None:
            return ()
        if definition.metadata.deletion_timestamp is not None:
            return clear_up(view, definition) if CLEANUP in definition.metadata.finalizers else ()
        return name_and_establish(view, definition)


def defining(view: View, kind: str) -> CustomResourceDefinition | None:
    """The definition of a kind that is being deleted, or None."""
    for key in view.keys(KIND):
        definition: CustomResourceDefinition | None = view.find(key)
        if definition is not None and definition.status.accepted_names.kind == kind:
            return definition if definition.metadata.deletion_timestamp is not None else None
    return None


# Names


def name_and_establish(view: View, definition: CustomResourceDefinition) -> list[Request]:
    """Take the names that are free; once all of them are taken, let the kind be served."""
    status, wanted = definition.status, definition.spec.names
    accepted, conflict = accepted_names(view, definition)
    naming = named_condition(conflict)
    conditions = with_condition(status.conditions, naming, view.time)
    if not is_established(definition):
        established = waiting_condition(conflict)
        if status.accepted_names == wanted and not conflict and find(status.conditions, "Established") is not None:
            established = CustomResourceDefinitionCondition(
                type="Established",
                status="True",
                reason="InitialNamesAccepted",
                message="the initial names have been accepted",
            )
        conditions = with_condition(conditions, established, view.time)
    if accepted == status.accepted_names and conditions is status.conditions:
        return []
    new = evolve(definition, status=evolve(status, accepted_names=accepted, conditions=conditions))
    name, kind = definition.metadata.name, wanted.kind
    if conflict:
        why = f"did not accept all names of {KIND} {name}: {conflict[1]}"
    elif is_established(new) and not is_established(definition):
        why = f"established {KIND} {name}: from now on {kind} is served as a kind of its own"
    else:
        why = f"accepted the names of {KIND} {name}: nobody else has them"
    return [
        Update(
            object=new,
            subresource="status",
            reason=naming.reason if conflict or not is_established(new) else "InitialNamesAccepted",
            message=f"{ApiExtensionsServer.name} {why}.",
        )
    ]


def accepted_names(
    view: View, definition: CustomResourceDefinition
) -> tuple[CustomResourceDefinitionNames, tuple[str, str] | None]:
    """The names that a definition has, and why it does not get all that it wants: reason and message."""
    wanted, has = definition.spec.names, definition.status.accepted_names
    resources, kinds = taken_names(view, definition)
    conflict: tuple[str, str] | None = None
    changes: dict[str, object] = {"categories": wanted.categories}
    for field, reason, taken in (
        ("plural", "PluralConflict", resources),
        ("singular", "SingularConflict", resources),
        ("kind", "KindConflict", kinds),
        ("list_kind", "ListKindConflict", kinds),
    ):
        name = getattr(wanted, field)
        if name != getattr(has, field) and name in taken:
            conflict = reason, f'"{name}" is already in use'
        else:
            changes[field] = name
    used = [name for name in wanted.short_names if name not in has.short_names and name in resources]
    if used:
        texts = [f'"{name}" is already in use' for name in used]
        conflict = conflict or ("ShortNamesConflict", texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
    else:
        changes["short_names"] = wanted.short_names
    return evolve(has, **changes), conflict


def taken_names(view: View, definition: CustomResourceDefinition) -> tuple[set[str], set[str]]:
    """The names that others have: of resources (within the group), and of kinds (in the whole cluster)."""
    group = definition.spec.group
    resources: set[str] = set()
    kinds = {kind.kind for kind in BUILT_IN.kinds}
    for other in view.list(KIND):
        if other.metadata.name == definition.metadata.name:
            continue
        names = other.status.accepted_names
        kinds |= {names.kind, names.list_kind} - {""}
        if other.spec.group == group:
            resources |= {names.plural, names.singular, *names.short_names} - {""}
    return resources, kinds


def named_condition(conflict: tuple[str, str] | None) -> CustomResourceDefinitionCondition:
    """Whether all names are accepted."""
    reason, message = conflict or ("NoConflicts", "no conflicts found")
    status = "False" if conflict else "True"
    return CustomResourceDefinitionCondition(type="NamesAccepted", status=status, reason=reason, message=message)


def waiting_condition(conflict: tuple[str, str] | None) -> CustomResourceDefinitionCondition:
    """Why the kind is not served yet."""
    reason, message = ("Installing", "the initial names have been accepted")
    if conflict:
        reason, message = "NotAccepted", "not all names are accepted"
    return CustomResourceDefinitionCondition(type="Established", status="False", reason=reason, message=message)


# The end


def clear_up(view: View, definition: CustomResourceDefinition) -> list[Request]:
    """Delete the objects of a definition that is being deleted; let it go when none is left."""
    kind = definition.status.accepted_names.kind
    objects = view.list(kind) if is_established(definition) else []
    if not objects:
        return [released(view, definition)]
    requests: list[Request] = []
    terminating = find(definition.status.conditions, "Terminating")
    if terminating is None or terminating.reason != "InstanceDeletionInProgress":
        requests.append(told(view, definition))
    name = definition.metadata.name
    for obj in objects:
        if obj.metadata.deletion_timestamp is None:
            why = f"{ApiExtensionsServer.name} deleted {key_of(obj)}: its {KIND} {name} is being deleted."
            requests.append(Delete(target=key_of(obj), uid=obj.metadata.uid, reason="InstanceDeletion", message=why))
    return requests


def told(view: View, definition: CustomResourceDefinition) -> Update:
    """Say that the objects are being deleted."""
    condition = terminating_condition("True", "InstanceDeletionInProgress", "CustomResource deletion is in progress")
    conditions = with_condition(definition.status.conditions, condition, view.time)
    name, kind = definition.metadata.name, definition.spec.names.kind
    return Update(
        object=evolve(definition, status=evolve(definition.status, conditions=conditions)),
        subresource="status",
        reason=condition.reason,
        message=f"{ApiExtensionsServer.name} began to delete what {KIND} {name} defines: no {kind} can be without it.",
    )


def released(view: View, definition: CustomResourceDefinition) -> Update:
    """Take the finalizer off: nothing is left that the definition would have to wait for."""
    condition = terminating_condition("False", "InstanceDeletionCompleted", "removed all instances")
    if not is_established(definition):
        condition = terminating_condition("False", "NeverEstablished", "resource was never established")
    meta = definition.metadata
    kept = tuple(f for f in meta.finalizers if f != CLEANUP)
    conditions = with_condition(definition.status.conditions, condition, view.time)
    return Update(
        object=evolve(
            definition,
            metadata=evolve(meta, finalizers=kept),
            status=evolve(definition.status, conditions=conditions),
        ),
        reason=condition.reason,
        message=(
            f"{ApiExtensionsServer.name} took the finalizer {CLEANUP} off {KIND} {meta.name}: "
            f"no {definition.spec.names.kind} is left."
        ),
    )


def terminating_condition(status: str, reason: str, message: str) -> CustomResourceDefinitionCondition:
    """How far the deletion is."""
    return CustomResourceDefinitionCondition(type="Terminating", status=status, reason=reason, message=message)
