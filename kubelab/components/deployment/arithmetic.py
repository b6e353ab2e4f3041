"""How many Pods a Deployment may have, must have, and gives to each of its ReplicaSets.

`maxSurge` is rounded up and `maxUnavailable` down, so that a rollout neither stands still nor takes away too much.

Source: `pkg/controller/deployment/util/deployment_util.go`.
"""

from collections.abc import Iterable

from kubelab.api.apps import Deployment, ReplicaSet
from kubelab.api.int_or_string import scaled_value

DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
"""On a ReplicaSet: how many Pods its Deployment wanted when it was last scaled."""

MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"
"""On a ReplicaSet: how many Pods its Deployment might have had then, with the surge."""


def replicas_of(owner: Deployment | ReplicaSet) -> int:
    """How many Pods a Deployment or ReplicaSet wants."""
    return 1 if owner.spec.replicas is None else owner.spec.replicas


def wanted(replica_sets: Iterable[ReplicaSet]) -> int:
    """How many Pods the ReplicaSets want together."""
    return sum(map(replicas_of, replica_sets))


def active(replica_sets: Iterable[ReplicaSet]) -> list[ReplicaSet]:
    """The ReplicaSets that want any Pods."""
    return [rs for rs in replica_sets if replicas_of(rs) > 0]


def is_rolling_update(deployment: Deployment) -> bool:
    """Whether new Pods come while old ones are still there."""
    return deployment.spec.strategy.type == "RollingUpdate"


def resolve_fenceposts(deployment: Deployment) -> tuple[int, int]:
    """`maxSurge` and `maxUnavailable` as numbers of Pods; when both come out as 0, one Pod may be unavailable."""
    rolling = deployment.spec.strategy.rolling_update
    if rolling is None:
        return 0, 1
    total = replicas_of(deployment)
    surge = scaled_value(rolling.max_surge, total, round_up=True)
    unavailable = scaled_value(rolling.max_unavailable, total, round_up=False)
    return (0, 1) if surge == unavailable == 0 else (surge, unavailable)


def max_surge(deployment: Deployment) -> int:
    """How many Pods more than wanted there may be during a rollout."""
    return resolve_fenceposts(deployment)[0] if is_rolling_update(deployment) else 0


def max_unavailable(deployment: Deployment) -> int:
    """How many of the wanted Pods may be unavailable during a rollout."""
    total = replicas_of(deployment)
    if not is_rolling_update(deployment) or total == 0:
        return 0
    return min(resolve_fenceposts(deployment)[1], total)


def max_total(deployment: Deployment) -> int:
    """How many Pods there may be at once."""
    return replicas_of(deployment) + max_surge(deployment)


def min_available(deployment: Deployment) -> int:
    """How many Pods must be available during a rollout."""
    return replicas_of(deployment) - max_unavailable(deployment)


def new_rs_new_replicas(deployment: Deployment, others: Iterable[ReplicaSet], current: int) -> int:
    """How many Pods the new ReplicaSet, which wants `current` of them, may want now that the `others` have theirs."""
    total = replicas_of(deployment)
    if not is_rolling_update(deployment):
        return total
    room = max_total(deployment) - wanted(others) - current
    if room <= 0:
        return current
    return current + min(room, total - current)


def proportion(deployment: Deployment, rs: ReplicaSet, to_add: int, added: int) -> int:
    """The part of `to_add` Pods (negative: to take away) that a ReplicaSet gets when `added` are given already."""
    if replicas_of(rs) == 0 or to_add == 0 or to_add == added:
        return 0
    share = fraction(deployment, rs)
    left = to_add - added
    return min(share, left) if to_add > 0 else max(share, left)


def fraction(deployment: Deployment, rs: ReplicaSet) -> int:
    """By how much a ReplicaSet grows or shrinks when it keeps its share of the Deployment."""
    size = replicas_of(rs)
    if replicas_of(deployment) == 0:
        return -size
    before = annotated_number(rs, MAX_REPLICAS) or deployment.status.replicas
    if before == 0:
        return 0
    return rounded(size * max_total(deployment), before) - size


def rounded(numerator: int, denominator: int) -> int:
    """A quotient of two numbers that are not negative, rounded to the nearest whole number, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def annotated_number(rs: ReplicaSet, annotation: str) -> int | None:
    """A number in an annotation, or None where there is none that can be read."""
    text = rs.metadata.annotations.get(annotation, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) < 2**31 else None


def is_saturated(deployment: Deployment, rs: ReplicaSet | None) -> bool:
    """Whether a ReplicaSet has all Pods of the Deployment, and all of them are available."""
    if rs is None:
        return False
    total = replicas_of(deployment)
    return replicas_of(rs) == annotated_number(rs, DESIRED_REPLICAS) == rs.status.available_replicas == total
