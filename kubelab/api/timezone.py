"""Time zones by their names, such as ``Europe/Zurich``: the same on every machine.

They come from the package tzdata and never from the machine, whose tables may be older or missing.

Source: Go's ``time.LoadLocation``.
"""

import re
from datetime import UTC, tzinfo
from functools import cache
from importlib.resources import files

from kubelab.errors import QuantityError

_PART = re.compile(r"[A-Za-z0-9_+\-]+", re.ASCII)


@cache
def load(name: str) -> tzinfo:
    """The time zone with this name; "" is UTC.

    Raises:
        QuantityError: there is none, in Go's words.
    """
    if name in ("", "UTC"):
        return UTC
    parts = name.split("/")
    if all(_PART.fullmatch(part) and not part.startswith("-") for part in parts):
        from zoneinfo import ZoneInfo

        table = files("tzdata").joinpath("zoneinfo", *parts)
        if table.is_file():
            with table.open("rb") as content:
                try:
                    return ZoneInfo.from_file(content, key=name)
                except ValueError:
                    pass
    raise QuantityError(f"unknown time zone {name}")
