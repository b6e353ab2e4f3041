"""Which place each Pod has on its machine: decided in the order in which Pods come, so that no later step moves one.

A place is given to another Pod only once its last one has gone, and never in the very step in which it went.

Where there is too much to draw, the Pods of one owner on one machine share a place.
"""

from collections.abc import Iterable, Sequence

import attrs

from kubelab.state.snapshot import ObjectKey
from kubelab.views.census import NOWHERE, Census, Move
from kubelab.views.escape import element_id
from kubelab.views.faces import id_of

MANY = 60
"""How many objects are drawn one by one at most."""


@attrs.frozen(order=True)
class Seat:
    """A place in the frame of a machine, or in the tray.

    Attributes:
        bay: the name of the node, or `NOWHERE`.
        slot: which place, counted from 0.
    """

    bay: str
    slot: int


END = 1 << 60
"""An index after all others: what has not left yet."""

Span = tuple[int, int]
"""From which index to which a seat is taken, both included."""


@attrs.define
class Seating:
    """Who sits where.

    Attributes:
        seats: the seat of each element in a bay, by the element's id.
        size: how many seats each bay has.
        element: the element that shows a Pod at a place, by (Pod, place).
        groups: the elements that stand for several Pods.
        ties: for each element: the owners of the Pods it shows.
        shown: for each element: the Pods it ever shows.
    """

    seats: dict[str, Seat] = attrs.field(factory=dict)
    size: dict[str, int] = attrs.field(factory=dict)
    element: dict[tuple[ObjectKey, str], str] = attrs.field(factory=dict)
    groups: dict[str, None] = attrs.field(factory=dict)
    ties: dict[str, dict[ObjectKey, None]] = attrs.field(factory=dict)
    shown: dict[str, dict[ObjectKey, None]] = attrs.field(factory=dict)


def busiest(moves: Iterable[Move]) -> int:
    """How many Pods there are at the busiest moment."""
    alive: set[ObjectKey] = set()
    most = 0
    for move in moves:
        if move.place is None:
            alive.discard(move.pod)
        else:
            alive.add(move.pod)
            most = max(most, len(alive))
    return most


def crowded(census: Census) -> bool:
    """Whether there is too much to draw every Pod by itself."""
    return len(census.nodes) + len(census.objects) + busiest(census.moves) > MANY


def bay_id(place: str) -> str:
    """The id of the frame of a machine, or of the tray."""
    return element_id("Node", place) if place else "tray"


def group_id(owner: ObjectKey | None, pod: ObjectKey, place: str) -> str:
    """The id of the element that stands for the Pods of an owner at a place."""
    whose = id_of(owner) if owner is not None else element_id("Pod", pod.namespace)
    return f"{whose}@{element_id(place) if place else 'tray'}"


def pod_id(pod: ObjectKey, place: str) -> str:
    """The id of the element of one Pod at a place."""
    return f"{id_of(pod)}@{element_id(place) if place else 'tray'}"


def seat(census: Census, places: dict[str, str], grouped: bool, opened: Sequence[str] = ()) -> Seating:
    """Give every Pod a seat.

    Args:
        census: who appears.
        places: for the name of each node the bay in which its Pods are drawn.
        grouped: whether the Pods of one owner in one bay share a seat.
        opened: ids of elements whose Pods are drawn one by one all the same.
    """
    seating = Seating()
    at: dict[ObjectKey, str] = {}
    members: dict[str, set[ObjectKey]] = {}
    spans: dict[str, list[Span]] = {}
    bays: dict[str, str] = {}
    wide_open = set(opened)
    for move in census.moves:
        if move.pod in at:
            left = at.pop(move.pod)
            members[left].discard(move.pod)
            if not members[left]:
                spans[left][-1] = (spans[left][-1][0], move.index)
        if move.place is None:
            continue
        bay = places.get(move.place, move.place)
        group = group_id(move.owner, move.pod, bay)
        whose = id_of(move.owner) if move.owner is not None else ""
        together = grouped and not wide_open & {group, whose, bay_id(bay)}
        element = group if together else pod_id(move.pod, bay)
        if together:
            seating.groups.setdefault(element)
        bays.setdefault(element, bay)
        here = members.setdefault(element, set())
        if not here:
            spans.setdefault(element, []).append((move.index, END))
        here.add(move.pod)
        at[move.pod] = element
        seating.element[move.pod, move.place] = element
        seating.shown.setdefault(element, {}).setdefault(move.pod)
        if move.owner is not None:
            seating.ties.setdefault(element, {}).setdefault(move.owner)
    taken: dict[str, list[list[Span]]] = {}
    for element, bay in bays.items():
        slot = _sit(taken.setdefault(bay, []), spans[element])
        seating.seats[element] = Seat(bay, slot)
        seating.size[bay] = max(seating.size.get(bay, 0), slot + 1)
    return seating


def _sit(slots: list[list[Span]], spans: list[Span]) -> int:
    """The first slot that is free at all these times; it is taken then."""
    for number, taken in enumerate(slots):
        if all(end < begin or finish < start for begin, finish in spans for start, end in taken):
            taken += spans
            return number
    slots.append(list(spans))
    return len(slots) - 1


OVERFLOW = "tray~more"
"""The element that counts the Pods for which the tray has no seat."""


def shrink_tray(seating: Seating, most: int) -> None:
    """The tray gets `most` seats; who has a later one is only counted, by the element in the last."""
    if seating.size.get(NOWHERE, 0) <= most:
        return
    seating.size[NOWHERE] = most
    last = most - 1
    for element, place in list(seating.seats.items()):
        if place.bay == NOWHERE and place.slot >= last:
            del seating.seats[element]
            for tie in seating.ties.pop(element, {}):
                seating.ties.setdefault(OVERFLOW, {}).setdefault(tie)
            for pod in seating.shown.pop(element, {}):
                seating.shown.setdefault(OVERFLOW, {}).setdefault(pod)
                seating.element[pod, NOWHERE] = OVERFLOW
            seating.groups.pop(element, None)
    seating.seats[OVERFLOW] = Seat(NOWHERE, last)
    seating.groups[OVERFLOW] = None
