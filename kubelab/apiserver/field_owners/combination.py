"""Putting together what is and what somebody applies, and taking fields out again.

Source: sigs.k8s.io/structured-merge-diff `typed` (``Merge``, ``RemoveItems``).
"""

from typing import Any

from kubelab.api.merging import Place, Way
from kubelab.apiserver.field_owners.difference import item_step
from kubelab.apiserver.field_owners.paths import Paths, below, field_step


def merged(live: Any, config: Any, place: Place) -> Any:
    """What is, with all that is applied; where both say something, what is applied."""
    if place.way in (Way.SCALAR, Way.ATOMIC) or not live:
        return config
    if not config:
        return live
    if place.way in (Way.SET, Way.KEYED):
        return _merged_list(live, config, place)
    result = dict(live)
    for name, value in config.items():
        child = place.child(name)
        result[name] = merged(live[name], value, child) if name in live and child is not None else value
    return result


def _merged_list(live: list[Any], config: list[Any], place: Place) -> list[Any]:
    """The items of both, in the order of what is applied; others stay where they stood among those that are in both."""
    had = {item_step(place, item): item for item in live}
    wanted = {item_step(place, item): item for item in config}
    both = {step: merged(had[step], item, place.item) if step in had else item for step, item in wanted.items()}
    left, right = list(had), list(wanted)
    shared = [step for step in right if step in had]
    result: list[Any] = []
    done: set[str] = set()
    while left or right:
        if left and right and left[0] != right[0] and left[0] in wanted and shared and shared[0] != left[0]:
            left.pop(0)
            continue
        if left and left[0] not in wanted:
            result.append(had[left.pop(0)])
            continue
        if (left and right and left[0] == right[0]) or (left and left[0] in done):
            left.pop(0)
        if right:
            step = right.pop(0)
            done.add(step)
            result.append(both[step])
            if shared and shared[0] == step:
                shared.pop(0)
    return result


def without(value: Any, gone: Paths, place: Place) -> Any:
    """A value without some of its fields and items; what becomes empty stays, empty."""
    if not gone or not value:
        return value
    if place.way in (Way.STRUCTURE, Way.MAP):
        result: dict[str, Any] = {}
        for name, item in value.items():
            step = field_step(name)
            if (step,) in gone:
                continue
            child, rest = place.child(name), below(gone, step)
            result[name] = without(item, rest, child) if rest and child is not None else item
        return result
    if place.way in (Way.SET, Way.KEYED):
        kept = []
        for item in value:
            step = item_step(place, item)
            if (step,) not in gone:
                rest = below(gone, step)
                kept.append(without(item, rest, place.item) if rest else item)
        return kept
    return value


def with_structures(paths: Paths, place: Place) -> Paths:
    """A set with the structures on the way to its fields (``EnsureNamedFieldsAreMembers``)."""
    found = set(paths)
    for path in paths:
        at: Place | None = place
        for length, step in enumerate(path, 1):
            if at is None:
                break
            named = step.startswith("f:")
            if named and at.way is Way.STRUCTURE and length < len(path):
                found.add(path[:length])
            at = at.child(step[2:]) if named else (at.item if at.shape.item is not None else None)
    return frozenset(found)
