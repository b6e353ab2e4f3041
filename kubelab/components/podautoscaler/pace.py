"""How fast an autoscaler may go where the measurements point.

First the recommendation is calmed: within a window the highest recent one counts when it would scale down (and, where a
window is set for it, the lowest when it would scale up). Then the step is bounded: by `minReplicas` and `maxReplicas`,
and by the policies, so many Pods or such a share of them in a period.

**In Kubernetes:** `pkg/controller/podautoscaler/horizontal.go` (normalizeDesiredReplicas and …WithBehaviors).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from kubelab.api.autoscaling import HorizontalPodAutoscaler, HPAScalingRules
from kubelab.components.podautoscaler.memory import Memory, Note

DOWNSCALE_STABILIZATION_SECONDS = 300
SCALE_UP_LIMIT_FACTOR = 2
SCALE_UP_LIMIT_MINIMUM = 4

READY = ("ReadyForNewScale", "recommended size matches current size")
UP_STABILIZED = (
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
)
DOWN_STABILIZED = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)
WITHIN = ("DesiredWithinRange", "the desired count is within the acceptable range")
TOO_MANY = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
TOO_FEW = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")
UP_LIMIT = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
DOWN_LIMIT = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")

Told = tuple[str, str]
"""A reason and a message, as conditions carry them."""


class Pace(NamedTuple):
    """Where an autoscaler goes now, and what it says of it.

    Attributes:
        replicas: how many Pods there are to be.
        able: the condition AbleToScale.
        limited: the condition ScalingLimited.
        is_limited: whether that is the case.
        window: over how many seconds recommendations are remembered.
    """

    replicas: int
    able: Told
    limited: Told
    is_limited: bool
    window: int


def normalize(autoscaler: HorizontalPodAutoscaler, memory: Memory, current: int, wanted: int, now: int) -> Pace:
    """Where an autoscaler goes, of `current` Pods, when the measurements ask for `wanted`; `now` is in seconds."""
    spec = autoscaler.spec
    least = 1 if spec.min_replicas is None else spec.min_replicas
    if spec.behavior is None or spec.behavior.scale_up is None or spec.behavior.scale_down is None:
        window = DOWNSCALE_STABILIZATION_SECONDS
        calm = max((wanted, *memory.since(window, now, strict=False)))
        able = READY if calm == wanted else DOWN_STABILIZED
        replicas, limited = _bounded(current, calm, least, spec.max_replicas)
        return Pace(replicas, able, limited, replicas != calm, window)
    up, down = spec.behavior.scale_up, spec.behavior.scale_down
    up_window = up.stabilization_window_seconds or 0
    down_window = down.stabilization_window_seconds
    down_window = DOWNSCALE_STABILIZATION_SECONDS if down_window is None else down_window
    lowest = min((wanted, *memory.since(up_window, now, strict=True)))
    highest = max((wanted, *memory.since(down_window, now, strict=True)))
    calm = min(max(current, lowest), highest)
    able = READY
    if calm != wanted:
        able = UP_STABILIZED if wanted >= current else DOWN_STABILIZED
    replicas, limited = _paced(autoscaler, memory, current, calm, now)
    return Pace(replicas, able, limited, replicas != calm, max(up_window, down_window))


def _bounded(current: int, wanted: int, least: int, most: int) -> tuple[int, Told]:
    """Within the bounds, and never more than twice as many (or four) at once."""
    limit = max(SCALE_UP_LIMIT_FACTOR * current, SCALE_UP_LIMIT_MINIMUM)
    highest, why = (limit, UP_LIMIT) if most > limit else (most, TOO_MANY)
    if wanted < least:
        return least, TOO_FEW
    return (highest, why) if wanted > highest else (wanted, WITHIN)


def _paced(
    autoscaler: HorizontalPodAutoscaler, memory: Memory, current: int, wanted: int, now: int
) -> tuple[int, Told]:
    """Within the bounds, and no faster than the policies allow (``convertDesiredReplicasWithBehaviorRate``)."""
    spec = autoscaler.spec
    assert spec.behavior is not None
    least = 1 if spec.min_replicas is None else spec.min_replicas
    if wanted > current and spec.behavior.scale_up is not None:
        limit = max(current, _limit(spec.behavior.scale_up, memory, current, now, 1))
        highest, why = (limit, UP_LIMIT) if spec.max_replicas > limit else (spec.max_replicas, TOO_MANY)
        if wanted > highest:
            return highest, why
    elif wanted < current and spec.behavior.scale_down is not None:
        limit = min(current, _limit(spec.behavior.scale_down, memory, current, now, -1))
        lowest, why = (limit, DOWN_LIMIT) if least < limit else (least, TOO_FEW)
        if wanted < lowest:
            return lowest, why
    return wanted, WITHIN


def _limit(rules: HPAScalingRules, memory: Memory, current: int, now: int, sign: int) -> int:
    """How many Pods the policies of one direction (`sign` 1 for up, -1 for down) allow at most, or at least."""
    if rules.select_policy == "Disabled" or not rules.policies:
        return current
    allowed = []
    for policy in rules.policies:
        begin = current - _changed(memory.up, policy.period_seconds, now)
        begin += _changed(memory.down, policy.period_seconds, now)
        if policy.type == "Pods":
            allowed.append(begin + sign * policy.value)
        elif sign > 0:
            allowed.append(math.ceil(begin * (1 + policy.value / 100)))
        else:
            allowed.append(int(begin * (1 - policy.value / 100)))
    greatest = (rules.select_policy != "Min") == (sign > 0)
    return max(allowed) if greatest else min(allowed)


def _changed(notes: Sequence[Note], period: int, now: int) -> int:
    return sum(note.number for note in notes if note.at > now - period)


def longest_period(autoscaler: HorizontalPodAutoscaler) -> int:
    """The longest period of any policy, in seconds; 0 where there are none: then no step is remembered."""
    behavior = autoscaler.spec.behavior
    rules = (behavior.scale_up, behavior.scale_down) if behavior is not None else ()
    return max((p.period_seconds for each in rules if each is not None for p in each.policies), default=0)
