"""The new ReplicaSet, the numbers of the revisions, and how much of the history is kept.

Source: `pkg/controller/deployment/sync.go` (getNewReplicaSet, cleanupDeployment), `util/deployment_util.go`.
"""

from kubelab.api.apps import Deployment, ReplicaSet, ReplicaSetSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.components.deployment.arithmetic import (
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    max_surge,
    max_total,
    new_rs_new_replicas,
    replicas_of,
    wanted,
)
from kubelab.components.deployment.progress import (
    FOUND_NEW_REPLICA_SET,
    NEW_REPLICA_SET_CREATED,
    PROGRESSING,
    has_progress_deadline,
    new_condition,
    with_condition,
)
from kubelab.components.deployment.rollout import ACTOR, REVISION, Rollout, age, replicas_annotations
from kubelab.components.deployment.template import replica_set_name, selector_with_hash, with_hash
from kubelab.state.ownership import new_controller_ref
from kubelab.state.requests import Delete
from kubelab.state.snapshot import key_of
from kubelab.state.template_hash import compute_hash

REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
"""On a ReplicaSet: the numbers it had before, when it became the new one more than once."""

HISTORY_LIMIT = 2000
"""How many characters of such numbers are kept."""

NOT_COPIED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        REVISION,
        REVISION_HISTORY,
        DESIRED_REPLICAS,
        MAX_REPLICAS,
        "deprecated.deployment.rollback.to",
    }
)
"""Annotations of a Deployment that its ReplicaSets do not get."""

ALL_REVISIONS = 2**31 - 1
"""The `revisionHistoryLimit` that keeps everything."""


def sync_revision(rollout: Rollout) -> None:
    """Give the new ReplicaSet the highest revision number and the Deployment's annotations; note the number there."""
    new, deployment = rollout.new, rollout.deployment
    if new is None:
        return
    number = max_revision(rollout.old) + 1
    annotations = new_replica_set_annotations(deployment, new.metadata.annotations, number)
    ready_after = deployment.spec.min_ready_seconds
    if annotations != new.metadata.annotations or new.spec.min_ready_seconds != ready_after:
        synced = evolve(
            new,
            metadata=evolve(new.metadata, annotations=annotations),
            spec=evolve(new.spec, min_ready_seconds=ready_after),
        )
        rollout.new = rollout.update(synced, "RevisionUpdated", _synced_message(rollout, new, annotations))
        return
    revision = annotations.get(REVISION, "")
    noted = deployment.metadata.annotations.get(REVISION, "")
    status = deployment.status
    unknown = has_progress_deadline(deployment) and not any(c.type == PROGRESSING for c in status.conditions)
    if unknown:
        text = f'Found new replica set "{new.metadata.name}"'
        status = with_condition(status, new_condition(rollout, PROGRESSING, "True", FOUND_NEW_REPLICA_SET, text))
    if unknown or revision != noted:
        message = f"{ACTOR} noted revision {revision} on {rollout.name}: that of ReplicaSet {new.metadata.name}."
        rollout.report(status, FOUND_NEW_REPLICA_SET if unknown else "RevisionUpdated", message, revision)


def _synced_message(rollout: Rollout, new: ReplicaSet, annotations: FrozenMap[str, str]) -> str:
    before, after = new.metadata.annotations.get(REVISION, "none"), annotations.get(REVISION, "none")
    if before != after:
        return (
            f"{ACTOR} raised ReplicaSet {new.metadata.name} from revision {before} to {after}: "
            f"{rollout.name} has its template, so it is the new one, whatever came in between."
        )
    return f"{ACTOR} gave ReplicaSet {new.metadata.name} what changed beside the template of {rollout.name}."


def max_revision(replica_sets: list[ReplicaSet]) -> int:
    """The highest revision number of the ReplicaSets, or 0; numbers that cannot be read do not count."""
    return max((revision_of(rs) or 0 for rs in replica_sets), default=0)


def revision_of(rs: ReplicaSet) -> int | None:
    """The revision number of a ReplicaSet: 0 where it has none, None where it cannot be read."""
    return _number(rs.metadata.annotations.get(REVISION, "0"))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.removeprefix("-").isdigit() else None


def new_replica_set_annotations(
    deployment: Deployment, annotations: FrozenMap[str, str], number: int
) -> FrozenMap[str, str]:
    """The annotations of the new ReplicaSet: the Deployment's, the revision `number`, and the numbers it had before."""
    copied = {k: v for k, v in deployment.metadata.annotations.items() if k not in NOT_COPIED}
    changes: dict[str, str | None] = dict(copied)
    before = annotations.get(REVISION)
    old = 0 if not before else _number(before)
    if old is not None and old < number:
        changes[REVISION] = str(number)
        if before:
            changes[REVISION_HISTORY] = history(annotations.get(REVISION_HISTORY, ""), before)
    if all(annotations.get(k) == v for k, v in changes.items()):
        return annotations
    return annotations.with_(changes)


def history(numbers: str, before: str) -> str:
    """A list of numbers with one more at its end; the oldest are dropped when it becomes too long."""
    if not numbers:
        return before
    kept = numbers.split(",")
    while kept and len(",".join(kept)) + 1 + len(before) > HISTORY_LIMIT:
        kept.pop(0)
    return ",".join((*kept, before))


def create_new_replica_set(rollout: Rollout) -> ReplicaSet | None:
    """The new ReplicaSet; it is created when it does not exist. None when its name is taken by another one."""
    if rollout.new is not None:
        return rollout.new
    deployment = rollout.deployment
    digest = compute_hash(deployment.spec.template, deployment.status.collision_count)
    name = replica_set_name(deployment.metadata.name, digest)
    if rollout.view.get("ReplicaSet", deployment.metadata.namespace, name) is not None:
        _count_collision(rollout, name)
        return None
    revision = str(max_revision(rollout.old) + 1)
    replicas = new_rs_new_replicas(deployment, rollout.old, 0)
    new = _new_replica_set(rollout, name, digest, revision, replicas)
    rollout.create(new, NEW_REPLICA_SET_CREATED, _created_message(rollout, name, revision, replicas))
    status = deployment.status
    if has_progress_deadline(deployment):
        text = f'Created new replica set "{name}"'
        status = with_condition(status, new_condition(rollout, PROGRESSING, "True", NEW_REPLICA_SET_CREATED, text))
    if status != deployment.status or deployment.metadata.annotations.get(REVISION) != revision:
        message = f"{ACTOR} noted revision {revision} on {rollout.name}: that of its new ReplicaSet {name}."
        rollout.report(status, NEW_REPLICA_SET_CREATED, message, revision)
    rollout.new = new
    return new


def _new_replica_set(rollout: Rollout, name: str, digest: str, revision: str, replicas: int) -> ReplicaSet:
    deployment = rollout.deployment
    template = with_hash(deployment.spec.template, digest)
    annotations = new_replica_set_annotations(deployment, FrozenMap(), int(revision))
    return ReplicaSet(
        metadata=ObjectMeta(
            name=name,
            namespace=deployment.metadata.namespace,
            labels=template.metadata.labels,
            annotations=annotations.with_(replicas_annotations(deployment)),
            owner_references=(new_controller_ref(deployment),),
        ),
        spec=ReplicaSetSpec(
            replicas=replicas,
            min_ready_seconds=deployment.spec.min_ready_seconds,
            selector=selector_with_hash(deployment.spec.selector, digest),
            template=template,
        ),
    )


def _created_message(rollout: Rollout, name: str, revision: str, replicas: int) -> str:
    deployment = rollout.deployment
    total, others = replicas_of(deployment), wanted(rollout.old)
    head = f"{ACTOR} created ReplicaSet {name} for revision {revision} of {rollout.name}"
    if not others:
        return f"{head}, for {replicas} of {total} wanted Pods: no ReplicaSet had this template."
    return (
        f"{head}, for {replicas} of {total} wanted Pods: there may be {max_total(deployment)} at once "
        f"(maxSurge {max_surge(deployment)}) while the old ReplicaSets want {others}."
    )


def _count_collision(rollout: Rollout, name: str) -> None:
    status = rollout.deployment.status
    collisions = (status.collision_count or 0) + 1
    message = (
        f"{ACTOR} counted collision {collisions} of {rollout.name}: ReplicaSet {name} exists with another template, "
        "so the next hash will be another one."
    )
    rollout.report(evolve(status, collision_count=collisions), "HashCollision", message)


def cleanup_deployment(rollout: Rollout) -> None:
    """Delete the oldest ReplicaSets that have no Pods, down to `revisionHistoryLimit` old ones."""
    limit = rollout.deployment.spec.revision_history_limit
    if limit is None or limit == ALL_REVISIONS:
        return
    alive = [rs for rs in rollout.old if rs.metadata.deletion_timestamp is None]
    surplus = len(alive) - limit
    if surplus <= 0:
        return
    by_revision = sorted(alive, key=lambda rs: (revision_of(rs) or 0, *age(rs)))
    for rs in by_revision[:surplus]:
        unseen = rs.metadata.generation > rs.status.observed_generation
        if rs.status.replicas or replicas_of(rs) or unseen:
            continue
        rollout.requests.append(
            Delete(
                target=key_of(rs),
                uid=rs.metadata.uid,
                reason="RevisionHistoryLimit",
                message=f"{ACTOR} deleted ReplicaSet {rs.metadata.name}, revision {revision_of(rs)} of {rollout.name}: "
                f"{len(alive)} old ReplicaSets exist, and revisionHistoryLimit is {limit}.",
            )
        )
