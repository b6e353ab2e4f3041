"""Amounts of resources: ``250m`` CPU, ``128Mi`` of memory, ``1e3`` of anything.

A `Quantity` is its canonical text; this module reads it into exact numbers and writes numbers back. All results
are cached, since a cluster uses few different amounts and asks for them constantly.

Source: apimachinery `pkg/api/resource` (``ParseQuantity``, ``CanonicalizeBytes``).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from kubelab.api.scalars import Quantity
from kubelab.errors import QuantityError

ZERO = Quantity("0")

FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
SUFFIX_WRONG = "unable to parse quantity's suffix"

_SHAPE = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)", re.ASCII)
_LONGEST = 1000
"""A text with more signs is no quantity here; Go would work with all the digits, for nobody."""

_ALL_ZERO = re.compile(r"[+-]?0*", re.ASCII)
_EXPONENT = re.compile(r"[eE][-+]?\d+", re.ASCII)

_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX = {0: "", **{exponent: suffix for suffix, exponent in _BINARY.items()}}

_NANO = 10**9
_MAX_BINARY = (2**63 - 1) * _NANO


class Amount(NamedTuple):
    """A parsed quantity: exactly how much, and the notation it is written back in.

    Attributes:
        nano: the amount in billionths; finer amounts are rounded away from zero.
        notation: "decimal" (``12M``), "binary" (``12Mi``) or "exponent" (``12e6``).
    """

    nano: int
    notation: str


@lru_cache(maxsize=65536)
def parse(text: str) -> Amount:
    """Read a quantity.

    Raises:
        QuantityError: in the API server's words.
    """
    if not text or len(text) > _LONGEST:
        raise QuantityError(FORMAT_WRONG)
    if _ALL_ZERO.fullmatch(text):
        return Amount(0, "decimal")
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise QuantityError(FORMAT_WRONG)
    sign, whole, fraction, suffix = match.group(1), match.group(2), match.group(3) or "", match.group(4)
    base, exponent, notation = _suffix(suffix)
    digits = int(whole + fraction or "0")
    if base == 2:
        nano = _shift(digits << exponent, 9 - len(fraction))
        if nano > _MAX_BINARY:
            nano = _MAX_BINARY
        if 0 < nano < _NANO:
            notation = "decimal"
    else:
        nano = _shift(digits, exponent + 9 - len(fraction))
    return Amount(-nano if sign == "-" else nano, notation)


def _suffix(suffix: str) -> tuple[int, int, str]:
    if suffix in _DECIMAL:
        return 10, _DECIMAL[suffix], "decimal"
    if suffix in _BINARY:
        return 2, _BINARY[suffix], "binary"
    if _EXPONENT.fullmatch(suffix):
        exponent = int(suffix[1:])
        # Go keeps the exponent in 64 bits and would then need as many digits: nobody means that.
        if abs(exponent) < 1000:
            return 10, exponent, "exponent"
    raise QuantityError(SUFFIX_WRONG)


def _shift(number: int, places: int) -> int:
    """`number` times ten to the power of `places`, rounded up."""
    if places >= 0:
        return number * int(10**places)
    return -(-number // int(10**-places))


@lru_cache(maxsize=65536)
def milli(quantity: str) -> int:
    """The amount in thousandths, rounded away from zero: the unit of CPU. ``"1.5"`` → 1500."""
    return _away_from_zero(parse(quantity).nano, 10**6)


@lru_cache(maxsize=65536)
def value(quantity: str) -> int:
    """The amount in whole units, rounded away from zero: the unit of memory is a byte. ``"1Ki"`` → 1024."""
    return _away_from_zero(parse(quantity).nano, _NANO)


def _away_from_zero(nano: int, unit: int) -> int:
    return -(-nano // unit) if nano >= 0 else nano // unit


@lru_cache(maxsize=65536)
def canonical(text: str) -> Quantity:
    """The one way in which Kubernetes writes the amount: ``"0.5"`` → ``500m``, ``"1024Mi"`` → ``1Gi``.

    Raises:
        QuantityError: in the API server's words.
    """
    return text_of(parse(text))


@lru_cache(maxsize=65536)
def text_of(amount: Amount) -> Quantity:
    """Write an amount in its own notation; fractions of a byte and small amounts fall back to decimal."""
    nano, notation = amount
    if nano == 0:
        return ZERO
    if notation == "binary":
        whole, part = divmod(nano, _NANO)
        if part == 0 and abs(whole) >= 1024:
            exponent = 0
            while whole % 1024 == 0 and exponent < 60:
                whole //= 1024
                exponent += 10
            return Quantity(f"{whole}{_BINARY_SUFFIX[exponent]}")
        notation = "decimal"
    number, exponent = nano, -9
    while number % 1000 == 0:
        number //= 1000
        exponent += 3
    if notation == "exponent":
        return Quantity(f"{number}e{exponent}" if exponent else f"{number}")
    while exponent > 18:
        number *= 1000
        exponent -= 3
    return Quantity(f"{number}{_DECIMAL_SUFFIX[exponent]}")


def of_milli(thousandths: int) -> Quantity:
    """The quantity of so many thousandths, in decimal notation: 1500 → ``1500m``, 2000 → ``2``."""
    return text_of(Amount(thousandths * 10**6, "decimal"))


def of_bytes(number: int) -> Quantity:
    """The quantity of so many whole units, in binary notation: 134217728 → ``128Mi``."""
    return text_of(Amount(number * _NANO, "binary"))


def add(*quantities: str) -> Quantity:
    """The sum, in the notation of the first quantity that is not zero; of none at all it is ``0``."""
    total, notation = 0, "decimal"
    for quantity in quantities:
        amount = parse(quantity)
        if total == 0:
            notation = amount.notation
        total += amount.nano
    return text_of(Amount(total, notation))


def compare(one: str, other: str) -> int:
    """Below, at or above zero as `one` is less than, equal to or more than `other`; ``1Gi`` equals ``1024Mi``."""
    return parse(one).nano - parse(other).nano
