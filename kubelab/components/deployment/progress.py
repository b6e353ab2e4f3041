"""What a Deployment says about itself: the counts, and the conditions Available, Progressing and ReplicaFailure.

Progress is any of: a new Pod more, an old Pod less, a Pod more that is ready or available. When there has been none
for `progressDeadlineSeconds`, Progressing becomes False. The controller does nothing about it: it is a message to
whoever waits for the rollout.

Source: `pkg/controller/deployment/progress.go`, `sync.go` (calculateStatus), `util/deployment_util.go`.
"""

from collections.abc import Iterable

from kubelab.api.apps import Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet
from kubelab.api.conditions import find
from kubelab.api.model import evolve
from kubelab.components.deployment.arithmetic import max_unavailable, min_available, replicas_of, wanted
from kubelab.components.deployment.rollout import ACTOR, Rollout
from kubelab.errors import StatusError
from kubelab.state.requests import EventNote, Record, Requeue
from kubelab.state.snapshot import SECOND

AVAILABLE = "Available"
PROGRESSING = "Progressing"
REPLICA_FAILURE = "ReplicaFailure"

FOUND_NEW_REPLICA_SET = "FoundNewReplicaSet"
NEW_REPLICA_SET_CREATED = "NewReplicaSetCreated"
NEW_REPLICA_SET_AVAILABLE = "NewReplicaSetAvailable"
REPLICA_SET_UPDATED = "ReplicaSetUpdated"
REPLICA_SET_CREATE_ERROR = "ReplicaSetCreateError"
TIMED_OUT = "ProgressDeadlineExceeded"
PAUSED = "DeploymentPaused"
RESUMED = "DeploymentResumed"

NO_DEADLINE = 2**31 - 1
"""The `progressDeadlineSeconds` that never comes."""


def check_paused_conditions(rollout: Rollout) -> bool:
    """Note that a Deployment was paused or resumed, so that a pause does not count as a lack of progress.

    Returns:
        whether there was anything to note.
    """
    deployment = rollout.deployment
    condition = find(deployment.status.conditions, PROGRESSING)
    if not has_progress_deadline(deployment) or (condition is not None and condition.reason == TIMED_OUT):
        return False
    known = condition is not None and condition.reason == PAUSED
    paused = deployment.spec.paused
    if paused == known:
        return False
    reason, word = (PAUSED, "paused") if paused else (RESUMED, "resumed")
    status = with_condition(
        deployment.status, new_condition(rollout, PROGRESSING, "Unknown", reason, f"Deployment is {word}")
    )
    rollout.report(status, reason, f"{ACTOR} noted that {rollout.name} is {word}: its clock for progress starts anew.")
    return True


def sync_deployment_status(rollout: Rollout) -> None:
    """Report the counts, without judging progress: outside of a rollout there is none."""
    _report(rollout, calculate_status(rollout))


def sync_rollout_status(rollout: Rollout) -> None:
    """Report the counts and how the rollout progresses; come back when its deadline has passed."""
    deployment = rollout.deployment
    status = with_replica_failures(rollout, with_progress(rollout, calculate_status(rollout)))
    if status != deployment.status:
        _report(rollout, status)
    else:
        requeue_stuck_deployment(rollout, status)


def calculate_status(rollout: Rollout) -> DeploymentStatus:
    """The status that follows from those of the ReplicaSets; conditions other than Available stay."""
    deployment, every, new = rollout.deployment, rollout.all, rollout.new
    available = sum(rs.status.available_replicas for rs in every)
    status = DeploymentStatus(
        observed_generation=deployment.metadata.generation,
        replicas=sum(rs.status.replicas for rs in every),
        updated_replicas=0 if new is None else new.status.replicas,
        ready_replicas=sum(rs.status.ready_replicas for rs in every),
        available_replicas=available,
        unavailable_replicas=max(0, wanted(every) - available),
        terminating_replicas=terminating(every),
        collision_count=deployment.status.collision_count,
        conditions=deployment.status.conditions,
    )
    if available >= replicas_of(deployment) - max_unavailable(deployment):
        word, reason, text = "True", "MinimumReplicasAvailable", "Deployment has minimum availability."
    else:
        word, reason, text = "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."
    return with_condition(status, new_condition(rollout, AVAILABLE, word, reason, text))


def terminating(replica_sets: Iterable[ReplicaSet]) -> int | None:
    """How many Pods are terminating; None when a ReplicaSet that its controller has seen does not say so."""
    total = 0
    for rs in replica_sets:
        number = rs.status.terminating_replicas
        if number is None and rs.status.observed_generation:
            return None
        total += number or 0
    return total


def with_progress(rollout: Rollout, status: DeploymentStatus) -> DeploymentStatus:
    """The status with what the condition Progressing says of the rollout now."""
    deployment = rollout.deployment
    if not has_progress_deadline(deployment):
        return without_condition(status, PROGRESSING)
    current = find(deployment.status.conditions, PROGRESSING)
    settled = current is not None and current.reason == NEW_REPLICA_SET_AVAILABLE
    if settled and status.replicas == status.updated_replicas:
        return status
    name = deployment.metadata.name
    subject = f'Deployment "{name}"' if rollout.new is None else f'ReplicaSet "{rollout.new.metadata.name}"'
    if is_complete(deployment, status):
        text = f"{subject} has successfully progressed."
        return with_condition(status, new_condition(rollout, PROGRESSING, "True", NEW_REPLICA_SET_AVAILABLE, text))
    if is_progressing(deployment.status, status):
        moved = new_condition(rollout, PROGRESSING, "True", REPLICA_SET_UPDATED, f"{subject} is progressing.")
        if current is not None and current.status == "True":
            moved = evolve(moved, last_transition_time=current.last_transition_time)
        # The time of the last update moves with every progress, even when nothing else in the condition does.
        return with_condition(without_condition(status, PROGRESSING), moved)
    if is_timed_out(rollout, current):
        text = f"{subject} has timed out progressing."
        return with_condition(status, new_condition(rollout, PROGRESSING, "False", TIMED_OUT, text))
    return status


def is_complete(deployment: Deployment, status: DeploymentStatus) -> bool:
    """Whether all wanted Pods have the new template and are available, and no old one is left."""
    total = replicas_of(deployment)
    return (
        status.updated_replicas == status.replicas == status.available_replicas == total
        and status.observed_generation >= deployment.metadata.generation
    )


def is_progressing(before: DeploymentStatus, after: DeploymentStatus) -> bool:
    """Whether anything has moved since the last status."""
    return (
        after.updated_replicas > before.updated_replicas
        or after.replicas - after.updated_replicas < before.replicas - before.updated_replicas
        or after.ready_replicas > before.ready_replicas
        or after.available_replicas > before.available_replicas
    )


def is_timed_out(rollout: Rollout, condition: DeploymentCondition | None) -> bool:
    """Whether the deadline has passed since the last progress."""
    if condition is None or condition.reason == NEW_REPLICA_SET_AVAILABLE:
        return False
    return condition.reason == TIMED_OUT or deadline(rollout.deployment, condition) < rollout.view.now


def deadline(deployment: Deployment, condition: DeploymentCondition) -> int:
    """When the progress that `condition` notes will be too long ago, in microseconds since 1970."""
    return ((condition.last_update_time or 0) + (deployment.spec.progress_deadline_seconds or 0)) * SECOND


def requeue_stuck_deployment(rollout: Rollout, status: DeploymentStatus) -> None:
    """Come back a second after the deadline, if nothing has moved by then."""
    deployment = rollout.deployment
    condition = find(deployment.status.conditions, PROGRESSING)
    if condition is None or not has_progress_deadline(deployment):
        return
    if not is_complete(deployment, status) and condition.reason not in (TIMED_OUT, NEW_REPLICA_SET_AVAILABLE):
        at = deadline(deployment, condition) + SECOND
        rollout.requests.append(Requeue(at=at, recurring=flaps(rollout, condition)))


def flaps(rollout: Rollout, condition: DeploymentCondition) -> bool:
    """Whether there was progress after a container of one of the Pods had ended.

    Pods, new or old, that become ready, crash and become ready again make progress for ever, and the deadline moves
    with it.
    """
    pods = (pod for rs in rollout.all for pod in rollout.view.owned(rs.metadata.uid, "Pod"))
    ended = (s.last_state.terminated for pod in pods for s in pod.status.container_statuses)
    return any(e is not None and (e.finished_at or 0) <= (condition.last_update_time or 0) for e in ended)


def with_replica_failures(rollout: Rollout, status: DeploymentStatus) -> DeploymentStatus:
    """The status with the condition ReplicaFailure of the new ReplicaSet, or else of any of them."""
    candidates = rollout.all if rollout.new is None else [rollout.new, *rollout.old]
    for rs in candidates:
        failure = find(rs.status.conditions, REPLICA_FAILURE)
        if failure is not None:
            promoted = DeploymentCondition(
                type=failure.type,
                status=failure.status,
                last_transition_time=failure.last_transition_time,
                last_update_time=failure.last_transition_time,
                reason=failure.reason,
                message=failure.message,
            )
            return with_condition(status, promoted)
    return without_condition(status, REPLICA_FAILURE)


def report_failed_creation(rollout: Rollout, name: str, error: StatusError) -> None:
    """Say that the new ReplicaSet could not be created."""
    text = f'Failed to create new replica set "{name}": {error.message}'
    rollout.requests.append(
        Record(
            target=rollout.key,
            reason=REPLICA_SET_CREATE_ERROR,
            message=f"{ACTOR} could not create ReplicaSet {name} of {rollout.name}: the API server refused it.",
            events=(EventNote(rollout.key, REPLICA_SET_CREATE_ERROR, text, type="Warning"),),
        )
    )
    if has_progress_deadline(rollout.deployment):
        failed = new_condition(rollout, PROGRESSING, "False", REPLICA_SET_CREATE_ERROR, text)
        status = with_condition(rollout.deployment.status, failed)
        if status != rollout.deployment.status:
            rollout.report(status, REPLICA_SET_CREATE_ERROR, f"{ACTOR} reported why {rollout.name} is stuck: {text}")


def has_progress_deadline(deployment: Deployment) -> bool:
    """Whether a lack of progress is to be reported."""
    return deployment.spec.progress_deadline_seconds not in (None, NO_DEADLINE)


# Conditions


def new_condition(rollout: Rollout, name: str, status: str, reason: str, message: str) -> DeploymentCondition:
    """A condition as of now."""
    now = rollout.view.time
    return DeploymentCondition(
        type=name, status=status, reason=reason, message=message, last_update_time=now, last_transition_time=now
    )


def with_condition(status: DeploymentStatus, condition: DeploymentCondition) -> DeploymentStatus:
    """The status with a condition, unless one with the same status and reason is there; the newest comes last."""
    current = find(status.conditions, condition.type)
    if current is not None and current.status == condition.status:
        if current.reason == condition.reason:
            return status
        condition = evolve(condition, last_transition_time=current.last_transition_time)
    rest = without_condition(status, condition.type)
    return evolve(rest, conditions=(*rest.conditions, condition))


def without_condition(status: DeploymentStatus, name: str) -> DeploymentStatus:
    """The status without a condition."""
    return evolve(status, conditions=tuple(c for c in status.conditions if c.type != name))


def _report(rollout: Rollout, status: DeploymentStatus) -> None:
    """Write the status, unless the Deployment is written already or nothing is new."""
    deployment = rollout.deployment
    if rollout.reported or status == deployment.status:
        return
    ending = f"; {status.terminating_replicas} more are terminating" if status.terminating_replicas else ""
    turned = [c for c in status.conditions if not _said_before(deployment.status, c)]
    total, needed = replicas_of(deployment), min_available(deployment)
    message = (
        f"{ACTOR} counted for {rollout.name}: {status.updated_replicas} of {total} wanted Pods have its template, "
        f"{status.replicas} Pods exist, {status.available_replicas} are available ({needed} must be){ending}."
    )
    for condition in turned:
        message += f" {condition.type} is now {condition.status}: {condition.reason}."
    rollout.report(status, turned[-1].reason if turned else "StatusUpdate", message)


def _said_before(status: DeploymentStatus, condition: DeploymentCondition) -> bool:
    current = find(status.conditions, condition.type)
    return current is not None and (current.status, current.reason) == (condition.status, condition.reason)
