"""What an object says, and where two versions of it differ, as sets of fields.

Source: sigs.k8s.io/structured-merge-diff `typed` (``ToFieldSet``, ``Compare``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from kubelab.api.merging import KEY_DEFAULTS, Place, Way
from kubelab.apiserver.field_owners.paths import NOTHING, Path, Paths, compact, field_step

_ABSENT = object()


@attrs.frozen
class Difference:
    """Where two versions of an object differ.

    Attributes:
        added: what only the new one says.
        modified: what both say differently.
        removed: what only the old one said.
    """

    added: Paths = NOTHING
    modified: Paths = NOTHING
    removed: Paths = NOTHING


def item_step(place: Place, item: Any) -> str:
    """The step to an item of a set or of a list with keys.

    Raises:
        ValueError: the item cannot be told apart from others; says why.
    """
    if place.way is Way.SET:
        if isinstance(item, Mapping):
            raise ValueError("associative list without keys has an element that's a map type")
        if item is None:
            raise ValueError("associative list without keys has an element that's an explicit null")
        return f"v:{compact(item)}"
    if item is None:
        raise ValueError("associative list with keys may not have a null element")
    if not isinstance(item, Mapping):
        raise ValueError("associative list with keys may not have non-map elements")
    keys = {}
    for key in place.keys:
        value = item.get(key, KEY_DEFAULTS.get(key))
        if value is not None:
            keys[key] = value
    if not keys:
        names = " ".join(compact(key) for key in place.keys)
        why = "(and doesn't have default values for any key fields)"
        raise ValueError(f"associative list with keys has an element that omits all key fields [{names}] {why}")
    return f"k:{compact(keys)}"


def field_set(value: Any, place: Place) -> Paths:
    """All that a value says (``ToFieldSet``)."""
    return frozenset(_said(value, place, ()))


def _said(value: Any, place: Place, path: Path) -> Iterator[Path]:
    match place.way:
        case Way.SCALAR | Way.ATOMIC:
            yield path
        case Way.SET | Way.KEYED:
            for item in value or ():
                step = (*path, item_step(place, item))
                yield from _said(item, place.item, step)
                yield step
        case Way.STRUCTURE | Way.MAP:
            for name, below in (value or {}).items():
                child = place.child(name)
                if child is None:
                    continue
                step = (*path, field_step(name))
                yield from _said(below, child, step)
                if place.way is Way.MAP or below is None or below == {}:
                    yield step


def compare(old: Any, new: Any, place: Place) -> Difference:
    """Where two versions differ (``Compare``)."""
    walk = _Walk()
    walk.compare(old, new, place, ())
    return Difference(frozenset(walk.added), frozenset(walk.modified), frozenset(walk.removed))


class _Walk:
    """Walks two versions side by side and notes where they differ."""

    def __init__(self) -> None:
        self.added: list[Path] = []
        self.modified: list[Path] = []
        self.removed: list[Path] = []

    def compare(self, old: Any, new: Any, place: Place, path: Path) -> None:
        if old is new or old == new:
            return
        if not self._descends(old, new, place, path):
            self._leaf(old, new, path)
        elif old is _ABSENT:
            self.added.append(path)
        elif new is _ABSENT:
            self.removed.append(path)

    def _leaf(self, old: Any, new: Any, path: Path) -> None:
        found = self.added if old is _ABSENT else self.removed if new is _ABSENT else self.modified
        found.append(path)

    def _descends(self, old: Any, new: Any, place: Place, path: Path) -> bool:
        """Go below a place that is shared by parts; False where it is one value, or empty on both sides."""
        if place.way in (Way.SCALAR, Way.ATOMIC):
            return False
        before, after = _parts(old, place), _parts(new, place)
        if not before and not after:
            return False
        for step in (*before, *(step for step in after if step not in before)):
            child, was = before.get(step, (None, _ABSENT))
            other, is_now = after.get(step, (None, _ABSENT))
            below = child or other
            if below is not None:
                self.compare(was, is_now, below, (*path, step))
        return True


def _parts(value: Any, place: Place) -> dict[str, tuple[Place, Any]]:
    """The parts of a value by the steps to them."""
    if value is _ABSENT or not value:
        return {}
    if place.way in (Way.SET, Way.KEYED):
        item = place.item
        return {item_step(place, each): (item, each) for each in value}
    children = ((name, place.child(name), below) for name, below in value.items())
    return {field_step(name): (child, below) for name, child, below in children if child is not None}
