"""Who owns whom in a stretch of a timeline: all ``ownerReferences`` that are there at some time.

**Simplified:** what is owned by a Node (its Lease, mirror Pods) is left out: it belongs to no tree of a user's.
"""

from collections.abc import Sequence

import attrs

from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import Object, ObjectKey, View, key_of
from kubelab.views.faces import WORKLOADS

ROOTS = (*WORKLOADS, "Service", "Pod")
"""Kinds that are shown even if they own nothing and nobody owns them."""

LEFT_OUT = ("Lease", "Event")
KUBERNETES = ObjectKey("Service", "default", "kubernetes")
"""The Service of the API server itself."""


@attrs.define
class Kinship:
    """Who owns whom.

    Attributes:
        members: every object that is shown, in the order of appearance, with the spans of steps in which it existed.
        owners: the owners that each had, one after another.
    """

    members: dict[ObjectKey, list[list[int]]] = attrs.field(factory=dict)
    owners: dict[ObjectKey, dict[ObjectKey, None]] = attrs.field(factory=dict)

    def see(self, obj: Object, index: int) -> None:
        """Write down an object as it is after the step `index`."""
        key = key_of(obj)
        found = owners_of(obj)
        if key == KUBERNETES or key.kind in LEFT_OUT:
            return
        if key.kind not in ROOTS and not found:
            return
        spans = self.members.setdefault(key, [])
        if not spans or spans[-1][1] != OPEN:
            spans.append([index, OPEN])
        for owner in found:
            self.owners.setdefault(key, {}).setdefault(owner)

    def lose(self, key: ObjectKey, index: int) -> None:
        """Write down that an object is gone after the step `index`."""
        spans = self.members.get(key)
        if spans and spans[-1][1] == OPEN:
            spans[-1][1] = index


OPEN = 1 << 60
"""The end of a span that has none yet."""


def owners_of(obj: Object) -> list[ObjectKey]:
    """The owners that an object names, the one that controls it first; Nodes are left out."""
    references = sorted(obj.metadata.owner_references, key=lambda r: not r.controller)
    return [ObjectKey(r.kind, obj.metadata.namespace, r.name) for r in references if r.kind != "Node"]


def trace(timeline: Timeline, first: int, last: int, future: Sequence[Transition] = ()) -> Kinship:
    """Who owns whom in the steps `first` to `last`, and after transitions that are known to follow."""
    kinship = Kinship()
    start = max(first - 1, 0)
    for obj in candidates(timeline.view(start)):
        kinship.see(obj, start)
    for transition in (*timeline.transitions[start:last], *future):
        if transition.error is not None or transition.verb in ("run", "fault"):
            continue
        if transition.after is not None:
            if hasattr(transition.after, "metadata"):
                kinship.see(transition.after, transition.index)
        elif transition.before is not None:
            kinship.lose(transition.key, transition.index)
    return kinship


def candidates(view: View) -> list[Object]:
    """Everything that may be shown: what has an owner, and the kinds of `ROOTS`."""
    found = {key: None for kind in ROOTS for key in view.keys(kind)}
    objects = view.snapshot.objects
    owned = {key for entry, keys in view.snapshot.index.items() if entry[0] == "owner" for key in keys}
    found |= dict.fromkeys(sorted(owned))
    return [objects[key] for key in found]
