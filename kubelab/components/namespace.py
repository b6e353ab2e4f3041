"""namespace controller: empties a Namespace that is being deleted, and then lets it go.

- **Desired:** a Namespace with a deletionTimestamp holds nothing, and is gone.
- **Actual:** the objects that are still in it.
- **Action:** deletes its Pods; when they are gone, everything else; when that is gone, takes the finalizer
  ``kubernetes`` off, whereupon the API server removes the Namespace. What holds it up is told in its conditions.

After a Namespace changes the controller waits five seconds, so that whatever was being created there at the last
moment has arrived in etcd, too: that is why even an empty Namespace takes five seconds to go.

**In Kubernetes:** `pkg/controller/namespace` (deletion/namespaced_resources_deleter).

**Simplified:** upstream asks every few seconds what is left; here the removal of the last object of a kind wakes the
controller. All kinds can be discovered and parsed, so the conditions about that never say otherwise.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from kubelab.api.conditions import with_condition
from kubelab.api.core.namespace import Namespace, NamespaceCondition
from kubelab.api.model import evolve
from kubelab.api.scalars import Time
from kubelab.api.scheme import KINDS, Kind, known
from kubelab.state.component import LEARNT, Wanted
from kubelab.state.requests import Delete, Request, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, Object, ObjectKey, View, key_of

FINALIZER = "kubernetes"
"""The entry of ``spec.finalizers`` that stands for this controller."""

GRACE_SECONDS = 5
"""How long a Namespace must have been left alone before its content is deleted (``namespaceDeletionGracePeriod``)."""

CONTENT = tuple(kind for kind in KINDS if kind.namespaced and kind.listed)
"""Every kind of object that a Namespace can hold, besides those that the cluster has learnt."""


def learnt() -> Iterator[Kind]:
    """The kinds with a Namespace that the cluster's CustomResourceDefinitions define."""
    return (kind for kind in known().learnt if kind.namespaced)


ALL_WELL = (
    ("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
    ("NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
    (
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    ("NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"),
    ("NamespaceFinalizersRemaining", "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
)
"""The conditions of a Namespace that is being deleted, as they read when nothing is in the way."""


class NamespaceController:
    """Deletes what is in a Namespace before the Namespace goes. Keys: Namespaces."""

    name: ClassVar[str] = "namespace-controller"
    watches: ClassVar[tuple[str, ...]] = ("Namespace", *(kind.kind for kind in CONTENT), LEARNT)
    retries: ClassVar[tuple[int, int]] = (5_000, 60 * SECOND)

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A Namespace that is being deleted, when it changes or when the last object of a kind in it has gone."""
        kind, name, _ = change.key
        if kind == "Namespace":
            if change.after is not None and change.after.metadata.deletion_timestamp is not None:
                yield change.key
        elif change.after is None and not change.view.count(kind, name):
            namespace = change.view.get("Namespace", "", name)
            if namespace is not None and namespace.metadata.deletion_timestamp is not None:
                yield key_of(namespace)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Delete the Pods, then the rest, then release the Namespace."""
        namespace = view.find(key)
        if namespace is None or namespace.metadata.deletion_timestamp is None:
            return ()
        if FINALIZER not in namespace.spec.finalizers:
            return ()
        quiet = quiet_from(namespace)
        if view.now < quiet:
            return (Requeue(at=quiet),)
        pods = view.list("Pod", key.name)
        if pods:
            return delete_pods(view, namespace, pods)
        content = {kind: view.list(kind.kind, key.name) for kind in (*CONTENT, *learnt())}
        if any(content.values()):
            return delete_content(view, namespace, content)
        return release(view, namespace)


def quiet_from(namespace: Namespace) -> int:
    """From when on nothing new can be on its way into the Namespace, in microseconds since 1970."""
    deleted = namespace.metadata.deletion_timestamp or Time(0)
    changes = (c.last_transition_time or Time(0) for c in namespace.status.conditions)
    return (max(deleted, *changes, Time(0)) + GRACE_SECONDS) * SECOND


def delete_pods(view: View, namespace: Namespace, pods: list[Object]) -> list[Request | Requeue]:
    """Pods go first: they may need the Secrets, Services and claims of their Namespace until their end.

    While they terminate, the conditions say nothing of them. Only when they have had all the time they may ask
    for, and do not wait for a finalizer either, does the Namespace report a failure.
    """
    requests = delete_each(namespace, pods)
    deadline = estimated_end(namespace, pods)
    waiting = view.now < deadline or any(pod.metadata.finalizers for pod in pods)
    failure = "" if waiting else unexpected_items(namespace, "/v1, Resource=pods")
    requests += update_conditions(view, namespace, {}, Counter(), failure)
    return [*requests, Requeue(at=deadline)] if view.now < deadline else requests


def estimated_end(namespace: Namespace, pods: Iterable[Object]) -> int:
    """When the Pods should be gone, in microseconds since 1970: the longest grace period of those still alive."""
    alive = (pod for pod in pods if pod.status.phase not in ("Succeeded", "Failed"))
    longest = max((pod.spec.termination_grace_period_seconds or 0 for pod in alive), default=0)
    return ((namespace.metadata.deletion_timestamp or Time(0)) + longest) * SECOND


def delete_content(view: View, namespace: Namespace, content: Mapping[Kind, list[Object]]) -> list[Request | Requeue]:
    """Everything else goes at once; what has finalizers stays until they are taken off, and is told of."""
    objects = [obj for kind in content for obj in content[kind]]
    held = {kind: len([o for o in content[kind] if o.metadata.finalizers]) for kind in content}
    finalizers = Counter(finalizer for obj in objects for finalizer in obj.metadata.finalizers)
    return [*delete_each(namespace, objects), *update_conditions(view, namespace, held, finalizers)]


def delete_each(namespace: Namespace, objects: Iterable[Object]) -> list[Request | Requeue]:
    """Delete what is not being deleted yet, leaving what depends on it to the garbage collector."""
    name = namespace.metadata.name
    return [
        Delete(
            target=key_of(obj),
            uid=obj.metadata.uid,
            propagation="Background",
            reason="NamespaceTerminating",
            message=f"namespace-controller deleted {key_of(obj)}: its Namespace {name} is being deleted.",
        )
        for obj in objects
        if obj.metadata.deletion_timestamp is None
    ]


def release(view: View, namespace: Namespace) -> list[Request | Requeue]:
    """The Namespace is empty: say so, and take this controller's finalizer off."""
    requests = update_conditions(view, namespace, {}, Counter())
    # The status written just before has given the Namespace another resourceVersion.
    meta = evolve(namespace.metadata, resource_version="") if requests else namespace.metadata
    finalizers = tuple(f for f in namespace.spec.finalizers if f != FINALIZER)
    finalize = Update(
        object=evolve(namespace, metadata=meta, spec=evolve(namespace.spec, finalizers=finalizers)),
        subresource="finalize",
        reason="ContentRemoved",
        message=f"namespace-controller took its finalizer off Namespace {meta.name}: it is empty, so it may go.",
    )
    return [*requests, finalize]


def update_conditions(
    view: View, namespace: Namespace, held: Mapping[Kind, int], finalizers: Mapping[str, int], failure: str = ""
) -> list[Request | Requeue]:
    """Report what is in the way of the deletion, when that is different from what was reported before."""
    problems = dict(content_totals(held, finalizers))
    if failure:
        problems["NamespaceDeletionContentFailure"] = (
            "ContentDeletionFailed",
            f"Failed to delete all resource types, 1 remaining: {failure}",
        )
    conditions = namespace.status.conditions
    for condition_type, well, text in ALL_WELL:
        status = "True" if condition_type in problems else "False"
        reason, message = problems.get(condition_type, (well, text))
        condition = NamespaceCondition(type=condition_type, status=status, reason=reason, message=message)
        conditions = with_condition(conditions, condition, view.time)
    if conditions is namespace.status.conditions:
        return []
    reason, text = next(iter(problems.values()), ("ContentDeleted", "nothing is in its way"))
    return [
        Update(
            object=evolve(namespace, status=evolve(namespace.status, conditions=conditions)),
            subresource="status",
            reason=reason,
            message=f"namespace-controller reported how the deletion of {namespace.metadata.name} goes: {text}.",
        )
    ]


def content_totals(held: Mapping[Kind, int], finalizers: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, str]]]:
    """The conditions that say what remains, and which finalizers hold it: type, reason, message."""
    kinds = sorted(f"{kind.plural}.{kind.group} has {n} resource instances" for kind, n in held.items() if n)
    if kinds:
        text = f"Some resources are remaining: {', '.join(kinds)}"
        yield "NamespaceContentRemaining", ("SomeResourcesRemain", text)
    names = sorted(f"{finalizer} in {n} resource instances" for finalizer, n in finalizers.items())
    if names:
        text = f"Some content in the namespace has finalizers remaining: {', '.join(names)}"
        yield "NamespaceFinalizersRemaining", ("SomeFinalizersRemain", text)


def unexpected_items(namespace: Namespace, resource: str) -> str:
    """What upstream says of objects that should be gone by now."""
    return f"unexpected items still remain in namespace: {namespace.metadata.name} for gvr: {resource}"
