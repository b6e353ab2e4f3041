"""Small steps that all defaults are made of: change only what is missing, keep identity when nothing is."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from kubelab.api import quantity
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Quantity

M = TypeVar("M")
T = TypeVar("T")


def changed(model: M, **fields: Any) -> M:
    """`model` with these fields; the very same `model` when each field already is that object or equal to it."""
    different = {}
    for name, new in fields.items():
        old = getattr(model, name)
        if old is not new and (old != new or type(old) is not type(new)):
            different[name] = new
    return evolve(model, **different) if different else model


def filled(model: M, **values: Any) -> M:
    """`model` in which each of these fields that holds its zero value (or None) has the value given here."""
    missing = {}
    for name, default in values.items():
        old = getattr(model, name)
        if old is None or old == "" or (type(old) is int and old == 0):
            missing[name] = default
    return changed(model, **missing) if missing else model


def each(items: tuple[T, ...], step: Callable[[T], T]) -> tuple[T, ...]:
    """`items` with `step` done to each; the very same tuple when no item changed."""
    new = tuple(map(step, items))
    for before, after in zip(items, new, strict=True):
        if before is not after:
            return new
    return items


def optional(item: T | None, step: Callable[[T], T]) -> T | None:
    """`step` done to `item` unless it is None."""
    return None if item is None else step(item)


@lru_cache(maxsize=4096)
def rounded(amount: Quantity) -> Quantity:
    """A quantity in canonical form, rounded up to thousandths."""
    canonical = quantity.canonical(amount)
    if canonical.endswith(("n", "u")):
        return quantity.of_milli(quantity.milli(canonical))
    return canonical


def resource_list(resources: FrozenMap[str, Quantity]) -> FrozenMap[str, Quantity]:
    """A resource list whose quantities the API server has rounded (``SetDefaults_ResourceList``)."""
    different = {name: new for name, old in resources.items() if (new := rounded(old)) != old}
    return resources.with_(different) if different else resources


def added(resources: FrozenMap[str, Quantity], more: Mapping[str, Quantity]) -> FrozenMap[str, Quantity]:
    """`resources` with the entries of `more` whose names it does not have yet."""
    new = {name: amount for name, amount in more.items() if name not in resources}
    return resources.with_(new) if new else resources
