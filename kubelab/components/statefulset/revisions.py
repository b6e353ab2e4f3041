"""From which template the Pod of an ordinal is made: the current one, or the one to which the set is being updated.

Source: `getStatefulSetRevisions`, `newVersionedStatefulSetPod` of `pkg/controller/statefulset`.
"""

from collections.abc import Sequence

import attrs

from kubelab.api.apps import ControllerRevision, StatefulSet
from kubelab.api.core.pod import Pod
from kubelab.api.core.pod_status import PodStatus
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap
from kubelab.components.statefulset.identity import ACTOR, REVISION, new_pod, pod_name, start_ordinal
from kubelab.state.history import create_revision, hash_of, is_taken, new_revision, patch_of, renumber, template_of
from kubelab.state.requests import Request
from kubelab.state.snapshot import View

HASH = "controller.kubernetes.io/hash"
"""The label of a ControllerRevision with the hash that is in its name."""


NOT_THERE = PodStatus(phase="")
"""The status of a Pod that is only planned."""


@attrs.frozen
class Revisions:
    """The two templates of a StatefulSet.

    Attributes:
        current: from which the Pods were made before the update.
        update: from which they are made now.
        collision_count: how often a name was taken so far.
        writes: the writes of ControllerRevisions that this needs.
    """

    current: ControllerRevision
    update: ControllerRevision
    collision_count: int
    writes: tuple[Request, ...] = ()


def revisions_of(view: View, stateful_set: StatefulSet, held: Sequence[ControllerRevision]) -> Revisions:
    """The two templates; one that is new is kept, one that has come again becomes the newest.

    Args:
        view: the cluster.
        stateful_set: the set.
        held: its ControllerRevisions, oldest number first.
    """
    count = stateful_set.status.collision_count or 0
    writes: tuple[Request, ...] = ()
    data = patch_of(stateful_set.spec.template)
    equal = [revision for revision in held if revision.data == data]
    number = held[-1].revision + 1 if held else 1
    if equal and held[-1].data == equal[-1].data:
        update = held[-1]
    elif equal:
        update = equal[-1]
        writes = (renumber(ACTOR, stateful_set, update, number),)
    else:
        found = new_revision(view, stateful_set, number, hash_of(data, count), HASH, count)
        while is_taken(view, found):
            count += 1
            found = new_revision(view, stateful_set, number, hash_of(data, count), HASH, count)
        update = found.revision
        writes = () if found.exists else (create_revision(ACTOR, stateful_set, update),)
    name = stateful_set.status.current_revision
    current = next((revision for revision in held if revision.metadata.name == name), update)
    return Revisions(current, update, count, writes)


def planned_pod(stateful_set: StatefulSet, revisions: Revisions, ordinal: int) -> Pod:
    """The Pod of an ordinal that is not there, as far as its name and its revision; it has no phase."""
    revision = revision_for(stateful_set, revisions, ordinal).metadata.name
    meta = ObjectMeta(
        name=pod_name(stateful_set, ordinal),
        namespace=stateful_set.metadata.namespace,
        labels=FrozenMap({REVISION: revision}),
    )
    return Pod(metadata=meta, status=NOT_THERE)


def versioned_pod(stateful_set: StatefulSet, revisions: Revisions, ordinal: int) -> Pod:
    """The Pod of an ordinal that is not there, as it is to be made."""
    revision = revision_for(stateful_set, revisions, ordinal)
    return new_pod(stateful_set, template_of(revision, stateful_set), ordinal, revision.metadata.name)


def revision_for(stateful_set: StatefulSet, revisions: Revisions, ordinal: int) -> ControllerRevision:
    """From which template the Pod of an ordinal is made: below the partition of an update from the old one."""
    strategy, start = stateful_set.spec.update_strategy, start_ordinal(stateful_set)
    rolling = strategy.rolling_update
    if rolling is not None:
        old = ordinal < start + (rolling.partition or 0)
    else:
        old = strategy.type == "RollingUpdate" and ordinal < start + stateful_set.status.current_replicas
    return revisions.current if old else revisions.update
