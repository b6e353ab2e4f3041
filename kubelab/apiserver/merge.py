"""Declarative apply: three versions of an object become one.

`live` is what is stored, `wanted` what a manager applies now, `last` what the same manager applied before.
A field that `wanted` sets wins; a field that `last` set and `wanted` does not is removed; every other field
stays as it is, whoever set it. Maps are merged key by key, lists with a merge key item by item, other lists are
replaced whole.

Source: kubectl's three-way strategic merge patch; the merge keys are those of the API's types.

**Simplified:** upstream's server-side apply tracks every field of every manager; here each
manager's last manifest is kept.
"""

from typing import Any

import attrs

from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap


def three_way(live: Any, wanted: Any, last: Any | None) -> Any:
    """Merge one structure; `last` is None when this manager applies for the first time."""
    cls = type(live)
    changes: dict[str, Any] = {}
    for field in attrs.fields(cls):
        name = field.name
        have, want = getattr(live, name), getattr(wanted, name)
        had = field.default if last is None else getattr(last, name)
        merged = _merge_field(field, have, want, had)
        if merged is not have:
            changes[name] = merged
    return evolve(live, **changes) if changes else live


def _merge_field(field: "attrs.Attribute[Any]", have: Any, want: Any, had: Any) -> Any:
    zero = field.default
    if want == zero and had == zero:
        return have
    if isinstance(have, FrozenMap) and isinstance(want, FrozenMap) and isinstance(had, FrozenMap | None):
        return _merge_map(have, want, FrozenMap() if had is None else had)
    key = field.metadata.get("merge_key", "")
    if key and isinstance(have, tuple):
        return _merge_list(key, have, want, had)
    if want == zero:
        return _without(have, had, zero)
    if attrs.has(type(want)) and type(have) is type(want):
        return three_way(have, want, had if type(had) is type(want) else None)
    return have if have == want else want


def _without(have: Any, had: Any, zero: Any) -> Any:
    """`have` without what `had` set: what others set inside the same structure stays."""
    if attrs.has(type(had)) and type(have) is type(had):
        left = three_way(have, type(had)(), had)
        return zero if left == type(had)() else left
    return zero


def _merge_map(have: FrozenMap[str, Any], want: FrozenMap[str, Any], had: FrozenMap[str, Any]) -> FrozenMap[str, Any]:
    merged = {k: v for k, v in have.items() if k in want or k not in had}
    for key, value in want.items():
        inner = have.get(key)
        if isinstance(inner, FrozenMap) and isinstance(value, FrozenMap):
            last = had.get(key)
            value = _merge_map(inner, value, last if isinstance(last, FrozenMap) else FrozenMap())
        merged[key] = value
    return have if merged == have else FrozenMap(merged)


def _merge_list(key: str, have: tuple[Any, ...], want: tuple[Any, ...], had: tuple[Any, ...]) -> tuple[Any, ...]:
    name = "".join("_" + c.lower() if c.isupper() else c for c in key)

    def identity(item: Any) -> Any:
        return getattr(item, name, item)

    live = {identity(item): item for item in have}
    last = {identity(item): item for item in had}
    new = {identity(item): item for item in want}
    merged = [three_way(live[k], item, last.get(k)) if k in live else item for k, item in new.items()]
    merged += [item for k, item in live.items() if k not in new and k not in last]
    result = tuple(merged)
    return have if result == have else result
