"""Whole numbers in the parameters of a request, in Go's words where they are none.

Source: Go's ``strconv.ParseInt`` and ``ParseUint``.
"""

import re

from kubelab.errors import StatusError

_UNSIGNED = re.compile(r"[0-9]+")
_SIGNED = re.compile(r"[+-]?[0-9]+")
_DIGITS = 20


def unsigned(text: str, field: str = "", function: str = "ParseUint") -> int:
    """A number from 0 up to 2**64 - 1.

    Args:
        text: the parameter.
        field: its name, for the refusal of options that are validated; "" for those that are only converted.
        function: what Go calls the function that reads it.

    Raises:
        StatusError: 400, it is none, or too large.
    """
    return _number(text, field, function, bool(_UNSIGNED.fullmatch(text)), 0, 2**64 - 1)


def signed(text: str, field: str = "") -> int:
    """A number of 64 bits.

    Args:
        text: the parameter.
        field: its name, for the refusal of options that are validated; "" for those that are only converted.

    Raises:
        StatusError: 400, it is none, or too large.
    """
    return _number(text, field, "ParseInt", bool(_SIGNED.fullmatch(text)), -(2**63), 2**63 - 1)


def _number(text: str, field: str, function: str, readable: bool, least: int, greatest: int) -> int:
    why = "invalid syntax"
    if readable:
        digits = text.lstrip("+-").lstrip("0")
        if len(digits) <= _DIGITS and least <= int(text) <= greatest:
            return int(text)
        why = "value out of range"
    where = f'{field}: Invalid value: "{text}": ' if field else ""
    raise StatusError(400, "BadRequest", f'{where}strconv.{function}: parsing "{text}": {why}')
