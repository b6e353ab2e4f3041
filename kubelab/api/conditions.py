"""Conditions: how an object's status says what is the case, since when, and why.

Every kind has its own class of condition; all have a `type`, a `status` and the time of the last transition.

Source: apimachinery `pkg/api/meta` (FindStatusCondition, SetStatusCondition); `pkg/api/v1/pod` (UpdatePodCondition).
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from kubelab.api.model import evolve
from kubelab.api.scalars import Time


class AnyCondition(Protocol):
    """What the conditions of all kinds have in common."""

    @property
    def type(self) -> str:
        """What the condition is about, such as ``Ready``."""

    @property
    def status(self) -> str:
        """``True``, ``False`` or ``Unknown``."""

    @property
    def last_transition_time(self) -> Time | None:
        """When the status last changed."""


C = TypeVar("C", bound=AnyCondition)


def find(conditions: Iterable[C], name: str) -> C | None:
    """The condition of that type, or None."""
    return next((c for c in conditions if c.type == name), None)


def with_condition(conditions: tuple[C, ...], condition: C, now: Time) -> tuple[C, ...]:
    """The conditions with one of them set; its transition time moves only when its status changes.

    Gives back the very same tuple when nothing is different.
    """
    old = find(conditions, condition.type)
    keeps = old is not None and old.status == condition.status
    since = old.last_transition_time if old is not None and keeps else now
    changed = evolve(condition, last_transition_time=since)
    if changed == old:
        return conditions
    if old is None:
        return (*conditions, changed)
    return tuple(changed if c is old else c for c in conditions)
