"""What the printers of all kinds are made of: columns, ages, containers, labels.

Source: `pkg/printers/internalversion/printers.go`; apimachinery `pkg/labels` (``FormatLabels``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from kubelab.api.duration import human
from kubelab.api.meta import LabelSelector
from kubelab.api.selector import from_label_selector
from kubelab.errors import SelectorError
from kubelab.state.snapshot import SECOND, Object

NONE = "<none>"
UNSET = "<unset>"
UNKNOWN = "<unknown>"

Row = Callable[[Object, int], Sequence[str]]
"""From an object and the time (microseconds since 1970) its cells in all columns, the wide ones last."""


@attrs.frozen
class Printer:
    """How objects of a kind become rows.

    Attributes:
        columns: the headings of the columns that are always there.
        wide: the headings of those that only ``-o wide`` shows.
        row: an object's cells.
        after: where the wide columns are put in, for kinds in which they are not the last ones.
    """

    columns: tuple[str, ...]
    wide: tuple[str, ...]
    row: Row

    def headings(self, wide: bool) -> tuple[str, ...]:
        """The headings in order."""
        return (*self.columns, *self.wide) if wide else self.columns

    def cells(self, obj: Object, now: int, wide: bool) -> tuple[str, ...]:
        """The cells of an object in the order of the headings."""
        found = tuple(self.row(obj, now))
        return found if wide else found[: len(self.columns)]


def printer(columns: str, wide: str, row: Row) -> Printer:
    """A printer whose headings are given as text, separated by ``|``."""
    return Printer(_split(columns), _split(wide), row)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|")) if text else ()


def since(moment: int | None, now: int) -> str:
    """How long ago a `Time` (seconds since 1970) was, as kubectl prints it; ``<unknown>`` for none."""
    return UNKNOWN if not moment else human(now // SECOND - moment)


def age(obj: Object, now: int) -> str:
    """How old an object is."""
    return since(obj.metadata.creation_timestamp, now)


def containers(listed: Iterable[Object]) -> tuple[str, str]:
    """The names of containers, and their images."""
    known = list(listed)
    return ",".join(c.name for c in known), ",".join(c.image for c in known)


def labels(found: Mapping[str, str]) -> str:
    """Labels as text, in the order of their keys; ``<none>`` if there are none."""
    return ",".join(f"{key}={found[key]}" for key in sorted(found)) or NONE


def selector(found: LabelSelector | None) -> str:
    """A selector in kubectl's notation; ``<none>`` if it says nothing."""
    try:
        return str(from_label_selector(found)) or NONE
    except SelectorError:
        return "<error>"


def more(listed: Sequence[str], most: int, count: int) -> str:
    """The first of some texts, and how many there are besides."""
    shown = ",".join(listed[:most])
    return f"{shown} + {count - most} more..." if count > most else shown


def truth(value: bool) -> str:
    """How kubectl writes a boolean that is a number or a truth to Go."""
    return "true" if value else "false"
