"""What describing is made of: lines at levels, labels under one another, moments, Events.

Source: kubectl `pkg/describe/describe.go` (``PrefixWriter``, ``printLabelsMultiline``, ``DescribeEvents``).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from kubelab.api.duration import human
from kubelab.kubectl.columns import tabbed
from kubelab.state.snapshot import SECOND, Object

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
LONGEST = 140
"""Annotations that are longer get lines of their own, cut at this many characters."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Writer:
    """Takes lines, whose cells end at tabs; `text` lays them out."""

    def __init__(self) -> None:
        self._blocks: list[list[str]] = [[]]

    def write(self, text: str, level: int = 0) -> None:
        """Take a text as it is, two blanks for each level before it."""
        self._blocks[-1].append("  " * level + text)

    def line(self, text: str = "", level: int = 0) -> None:
        """Take a line."""
        self.write(f"{text}\n", level)

    def row(self, label: str, value: object, level: int = 0) -> None:
        """Take a label and what belongs to it."""
        self.line(f"{label}:\t{value}", level)

    def rest_apart(self) -> None:
        """Lay out what follows by itself: its columns have nothing to do with those before."""
        self._blocks.append([])

    def raw(self) -> str:
        """Everything as it was taken, with its tabs."""
        return "".join("".join(block) for block in self._blocks)

    def text(self) -> str:
        """Everything, laid out."""
        return "".join(tabbed("".join(block)) for block in self._blocks)

    # What many kinds have

    def values(self, title: str, lines: Sequence[str], indent: str = "") -> None:
        """Texts under one another, the first beside the title."""
        if not lines:
            self.line(f"{indent}{title}:\t<none>")
        for place, text in enumerate(lines):
            self.line(f"{indent}{title}:\t{text}" if place == 0 else f"{indent}\t{text}")

    def labels(self, title: str, held: Mapping[str, str], indent: str = "") -> None:
        """Labels under one another, in the order of their keys."""
        self.values(title, [f"{name}={held[name]}" for name in sorted(held)], indent)

    def annotations(self, title: str, held: Mapping[str, str]) -> None:
        """Annotations under one another; what kubectl apply keeps for itself is left out."""
        names = [name for name in sorted(held) if name != LAST_APPLIED]
        if not names:
            self.line(f"{title}:\t<none>")
        for place, name in enumerate(names):
            lead = f"{title}:\t" if place == 0 else "\t"
            value = held[name].removesuffix("\n")
            if len(value) + len(name) + 2 > LONGEST or "\n" in value:
                self.line(f"{lead}{name}:")
                for part in value.split("\n"):
                    self.line(f"\t  {part if len(part) <= LONGEST - 2 else part[: LONGEST - 2] + '...'}")
            else:
                self.line(f"{lead}{name}: {value}")

    def head(self, obj: Object, namespaced: bool = True) -> None:
        """Name, Namespace, labels and annotations."""
        meta = obj.metadata
        self.row("Name", meta.name)
        if namespaced:
            self.row("Namespace", meta.namespace)
        self.labels("Labels", meta.labels)
        self.annotations("Annotations", meta.annotations)

    def conditions(self, found: Iterable[Any]) -> None:
        """The conditions of a workload: type, status, reason."""
        listed = list(found)
        if listed:
            self.line("Conditions:\n  Type\tStatus\tReason")
            self.line("----\t------\t------", 1)
            for each in listed:
                self.line(f"{each.type} \t{each.status}\t{each.reason}", 1)

    def events(self, found: Sequence[Any], now: int) -> None:
        """The Events about an object."""
        if not found:
            self.line("Events:\t<none>")
            return
        self.rest_apart()
        self.line("Events:\n  Type\tReason\tAge\tFrom\tMessage")
        self.line("----\t------\t----\t----\t-------", 1)
        for event in sorted(found, key=lambda each: each.last_timestamp or 0):
            source = event.source.component or event.reporting_component
            self.line(f"{event.type}\t{event.reason}\t{interval(event, now)}\t{source}\t{event.message.strip()}", 1)


def interval(event: Any, now: int) -> str:
    """When an Event was seen, and how often."""
    first = since(event.first_timestamp, now)
    if event.event_time:
        first = since(event.event_time // SECOND, now)
    if event.series is not None:
        last = since((event.series.last_observed_time or 0) // SECOND, now)
        return f"{last} (x{event.series.count} over {first})"
    if (event.count or 0) > 1:
        return f"{since(event.last_timestamp, now)} (x{event.count} over {first})"
    return first


def since(moment: int | None, now: int) -> str:
    """How long ago a moment (seconds since 1970) was; `now` is in microseconds."""
    return human(now // SECOND - moment) if moment else "<unknown>"


def moment(seconds: int | None) -> str:
    """A moment (seconds since 1970) as kubectl describes it: ``Thu, 01 Jan 2026 00:00:00 +0000``."""
    if seconds is None:
        return "Mon, 01 Jan 0001 00:00:00 +0000"
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04} {at:%H:%M:%S} +0000"


def truth(value: bool | None) -> str:
    """A truth as kubectl describes it; ``<unset>`` for none."""
    return "<unset>" if value is None else "True" if value else "False"


def plain_truth(value: bool | None) -> str:
    """A truth as Go writes it."""
    return "true" if value else "false"


def or_none(text: str) -> str:
    """A text, or ``<none>`` where it is empty."""
    return text or "<none>"


def pairs(held: Mapping[str, str]) -> str:
    """Labels in one line."""
    return ",".join(f"{name}={held[name]}" for name in sorted(held)) or "<none>"


def go_list(values: Iterable[object]) -> str:
    """A list as Go prints it: ``[a b]``."""
    return f"[{' '.join(str(value) for value in values)}]"


def controlled_by(obj: Object) -> str:
    """Which controller manages an object, or ""."""
    from kubelab.state.snapshot import controller_of

    owner = controller_of(obj.metadata)
    return f"{owner.kind}/{owner.name}" if owner is not None else ""
