"""One look at a StatefulSet: over its ordinals in their order, and what each Pod needs.

Source: `pkg/controller/statefulset/stateful_set_control.go`.
"""

from collections.abc import Callable, Iterable, Sequence

import attrs

from kubelab.api.apps import StatefulSet, StatefulSetStatus
from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.components.statefulset.claims import (
    being_deleted,
    claim_is_stale,
    missing_claims,
    outdated_claims,
    owners_updated,
)
from kubelab.components.statefulset.identity import (
    ACTOR,
    identity_matches,
    in_ordinal_range,
    is_created,
    is_running_and_ready,
    is_terminating,
    is_unavailable,
    ordinal_of,
    replicas_of,
    revision_of,
    start_ordinal,
    storage_matches,
    with_identity,
    with_storage,
)
from kubelab.components.statefulset.revisions import Revisions, planned_pod, versioned_pod
from kubelab.state.pods import is_pod_available
from kubelab.state.requests import Create, Delete, EventNote, Request, Update
from kubelab.state.snapshot import View, key_of


@attrs.define(eq=False)
class SetSync:
    """What is known while one StatefulSet is looked at; it ends with the look.

    Attributes:
        view: the cluster.
        stateful_set: the set as it is.
        revisions: its two templates.
        replicas: the Pods that are wanted, by ordinal; those that are not there yet have no phase.
        condemned: the Pods that are not wanted any more, the highest ordinal first.
        requests: what is to be asked for, in order.
        waits: why the look ends before everything is done, or "".
        deleted_old: how many Pods of the current revision are deleted for the update in this look.
    """

    view: View
    stateful_set: StatefulSet
    revisions: Revisions
    replicas: list[Pod]
    condemned: list[Pod]
    requests: list[Request] = attrs.field(factory=list)
    waits: str = ""
    deleted_old: int = 0

    @property
    def name(self) -> str:
        """What messages call the set."""
        return f"StatefulSet {self.stateful_set.metadata.name}"

    @property
    def min_ready_seconds(self) -> int:
        """How long a Pod must be ready to count as available."""
        return self.stateful_set.spec.min_ready_seconds

    @property
    def monotonic(self) -> bool:
        """Whether the Pods come and go one after another."""
        return self.stateful_set.spec.pod_management_policy != "Parallel"

    def unavailable(self, pod: Pod) -> bool:
        """Whether a Pod is not available, or not there."""
        return is_unavailable(pod, self.min_ready_seconds, self.view.now)


def observe(view: View, stateful_set: StatefulSet, pods: Iterable[Pod], revisions: Revisions) -> SetSync:
    """Sort the Pods into those that are wanted and those that are not, and plan those that are missing."""
    start = start_ordinal(stateful_set)
    held = {ordinal_of(pod): pod for pod in pods}
    condemned = [pod for ordinal, pod in held.items() if ordinal >= 0 and not in_ordinal_range(stateful_set, pod)]
    condemned.sort(key=ordinal_of, reverse=True)
    replicas = [
        held.get(ordinal) or planned_pod(stateful_set, revisions, ordinal)
        for ordinal in range(start, start + replicas_of(stateful_set))
    ]
    return SetSync(view, stateful_set, revisions, replicas, condemned)


def update_stateful_set(sync: SetSync) -> None:
    """Work out what is to be done for the Pods."""
    if sync.stateful_set.metadata.deletion_timestamp is not None:
        return
    first_unavailable = next(
        (pod for pod in (*sync.replicas, *reversed(sync.condemned)) if sync.unavailable(pod)), None
    )
    if _for_all(sync, sync.replicas, lambda pod: _process_replica(sync, pod)):
        return
    for pod in sync.condemned:
        sync.requests += owners_updated(sync.view, sync.stateful_set, pod)
    if _for_all(sync, sync.condemned, lambda pod: _process_condemned(sync, pod, first_unavailable)):
        return
    strategy = sync.stateful_set.spec.update_strategy
    if strategy.type == "OnDelete":
        return
    if strategy.rolling_update is not None and strategy.rolling_update.max_unavailable is not None:
        _roll_several(sync, strategy.rolling_update.max_unavailable)
    else:
        _roll_one(sync)


def _for_all(sync: SetSync, pods: Sequence[Pod], step: Callable[[Pod], bool]) -> bool:
    """Take a step for each Pod; where they come one after another, only up to the first that has to be waited for."""
    return any(step(pod) and sync.monotonic for pod in pods)


def _process_replica(sync: SetSync, pod: Pod) -> bool:
    """What a wanted Pod needs; gives whether the ones after it have to wait."""
    view, stateful_set, name = sync.view, sync.stateful_set, pod.metadata.name
    if pod.status.phase in ("Failed", "Succeeded"):
        if not is_terminating(pod):
            delete_pod(sync, pod, f"it has ended ({pod.status.phase}), and is made anew")
        sync.waits = f"Pod {name} is made anew"
        return True
    if not is_created(pod):
        if claim_is_stale(view, stateful_set, pod) or being_deleted(view, stateful_set, pod):
            sync.waits = f"a claim of Pod {name} is on its way out"
            return True
        create_pod(sync, pod)
        if sync.monotonic:
            sync.waits = f"Pod {name} was created"
            return True
        return False
    if pod.status.phase == "Pending":
        sync.requests += missing_claims(view, stateful_set, pod)
        sync.requests += owners_updated(view, stateful_set, pod)
    if sync.monotonic:
        if is_terminating(pod):
            sync.waits = f"Pod {name} is terminating"
        elif not is_running_and_ready(pod):
            sync.waits = f"Pod {name} is not ready"
        elif not is_pod_available(pod, sync.min_ready_seconds, view.now):
            sync.waits = f"Pod {name} is not available yet"
        if sync.waits:
            return True
    _keep_identity(sync, pod)
    return False


def _keep_identity(sync: SetSync, pod: Pod) -> None:
    """Put right what somebody has changed: the labels of a Pod, and who owns its claims."""
    stateful_set = sync.stateful_set
    outdated = pod.status.phase != "Pending" and bool(outdated_claims(sync.view, stateful_set, pod))
    if identity_matches(pod) and storage_matches(stateful_set, pod) and not outdated:
        return
    if outdated:
        sync.requests += owners_updated(sync.view, stateful_set, pod)
    if not storage_matches(stateful_set, pod):
        sync.requests += missing_claims(sync.view, stateful_set, pod)
    name = pod.metadata.name
    told = f"Update Pod {name} in {sync.name} successful"
    sync.requests.append(
        Update(
            object=with_storage(stateful_set, with_identity(stateful_set, pod)),
            reason="SuccessfulUpdate",
            message=f"{ACTOR} updated Pod {name} of {sync.name}: its labels or its claims were not as they should be.",
            events=(EventNote(key_of(stateful_set), "SuccessfulUpdate", told),),
        )
    )


def _process_condemned(sync: SetSync, pod: Pod, first_unavailable: Pod | None) -> bool:
    """Delete a Pod that is not wanted any more, unless another one has to be waited for."""
    name = pod.metadata.name
    if is_terminating(pod):
        sync.waits = f"Pod {name} is terminating"
        return sync.monotonic
    ready = is_running_and_ready(pod) and is_pod_available(pod, sync.min_ready_seconds, sync.view.now)
    if sync.monotonic and not ready and pod is not first_unavailable:
        sync.waits = (
            f"Pod {name} is not ready"
            if first_unavailable is None
            else (f"Pod {first_unavailable.metadata.name} is not available")
        )
        return True
    delete_pod(sync, pod, f"only {replicas_of(sync.stateful_set)} are wanted, and the highest ordinal goes first")
    sync.waits = f"Pod {name} was deleted"
    return True


def _roll_one(sync: SetSync) -> None:
    """Delete the highest Pod that is not of the new revision, once all above it are available again."""
    rolling = sync.stateful_set.spec.update_strategy.rolling_update
    partition = 0 if rolling is None or rolling.partition is None else rolling.partition
    update = sync.revisions.update.metadata.name
    for pod in reversed(sync.replicas[partition:]):
        if revision_of(pod) != update and not is_terminating(pod):
            _delete_old(sync, pod)
            return
        if sync.unavailable(pod):
            sync.waits = f"Pod {pod.metadata.name} is not available yet"
            return


def _roll_several(sync: SetSync, max_unavailable: int | str) -> None:
    """Delete Pods that are not of the new revision, as many at a time as may be unavailable."""
    total, rolling = replicas_of(sync.stateful_set), sync.stateful_set.spec.update_strategy.rolling_update
    if isinstance(max_unavailable, str):
        allowed = max(int(max_unavailable.removesuffix("%")) * total // 100, 1)
    else:
        allowed = max(max_unavailable, 1)
    partition = 0 if rolling is None or rolling.partition is None else rolling.partition
    left = allowed - sum(map(sync.unavailable, sync.replicas))
    update = sync.revisions.update.metadata.name
    for pod in reversed(sync.replicas[partition:]):
        if left <= 0:
            return
        if revision_of(pod) != update and not is_terminating(pod):
            _delete_old(sync, pod)
            left -= 1


def _delete_old(sync: SetSync, pod: Pod) -> None:
    number = sync.revisions.update.revision
    delete_pod(sync, pod, f"it is made anew from revision {number} of the template, the highest ordinal first")
    sync.deleted_old += 1


# Create and delete


def create_pod(sync: SetSync, pod: Pod) -> None:
    """Create the Pod of an ordinal, and before it its claims."""
    stateful_set, name = sync.stateful_set, pod.metadata.name
    sync.requests += missing_claims(sync.view, stateful_set, pod)
    above = ordinal_of(pod) > start_ordinal(stateful_set)
    turn = "all Pods before it are ready" if above else "it is the first"
    why = turn if sync.monotonic else "its Pods may start at the same time"
    told = f"Create Pod {name} in {sync.name} successful"
    sync.requests.append(
        Create(
            object=versioned_pod(stateful_set, sync.revisions, ordinal_of(pod)),
            reason="SuccessfulCreate",
            message=f"{ACTOR} created Pod {name} for {sync.name}: it was not there, and {why}.",
            events=(EventNote(key_of(stateful_set), "SuccessfulCreate", told),),
        )
    )


def delete_pod(sync: SetSync, pod: Pod, why: str) -> None:
    """Delete a Pod; what comes after it waits until it is gone."""
    name = pod.metadata.name
    told = f"Delete Pod {name} in {sync.name} successful"
    sync.requests.append(
        Delete(
            target=key_of(pod),
            uid=pod.metadata.uid,
            reason="SuccessfulDelete",
            message=f"{ACTOR} deleted Pod {name} of {sync.name}: {why}.",
            events=(EventNote(key_of(sync.stateful_set), "SuccessfulDelete", told),),
        )
    )


# What is reported


def status_of(sync: SetSync) -> StatefulSetStatus:
    """The status as the Pods are, seen before anything of this look is done."""
    stateful_set, revisions = sync.stateful_set, sync.revisions
    current, update = revisions.current.metadata.name, revisions.update.metadata.name
    pods = [pod for pod in (*sync.replicas, *sync.condemned) if is_created(pod)]
    ready = [pod for pod in pods if is_running_and_ready(pod)]
    staying = [revision_of(pod) for pod in pods if not is_terminating(pod)]
    status = StatefulSetStatus(
        observed_generation=stateful_set.metadata.generation,
        replicas=len(pods),
        ready_replicas=len(ready),
        available_replicas=sum(is_pod_available(pod, sync.min_ready_seconds, sync.view.now) for pod in ready),
        current_replicas=staying.count(current) - sync.deleted_old,
        updated_replicas=staying.count(update),
        current_revision=current,
        update_revision=update,
        collision_count=revisions.collision_count,
    )
    return _completed(stateful_set, status)


def _completed(stateful_set: StatefulSet, status: StatefulSetStatus) -> StatefulSetStatus:
    """Once all Pods are of the new revision and ready, it is the current one (`completeRollingUpdate`)."""
    wanted = replicas_of(stateful_set)
    done = (wanted,) * 3 == (status.updated_replicas, status.ready_replicas, status.replicas)
    if stateful_set.spec.update_strategy.type != "RollingUpdate" or not done:
        return status
    return evolve(status, current_replicas=status.updated_replicas, current_revision=status.update_revision)


def is_inconsistent(before: StatefulSetStatus, now: StatefulSetStatus) -> bool:
    """Whether a status is worth writing (`inconsistentStatus`)."""
    if now.observed_generation > before.observed_generation:
        return True
    same = evolve(
        now,
        observed_generation=before.observed_generation,
        collision_count=before.collision_count,
        conditions=before.conditions,
    )
    return same != before
