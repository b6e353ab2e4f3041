"""Quantities: read, rounded, written and added as Go's resource.Quantity does."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelab.api import quantity
from kubelab.errors import QuantityError

SUFFIXES = ("", "n", "u", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "e3", "E2", "e-3")
FACTORS = {
    "": "1",
    "n": "1e-9",
    "u": "1e-6",
    "m": "1e-3",
    "k": "1e3",
    "M": "1e6",
    "G": "1e9",
    "T": "1e12",
    "Ki": "1024",
    "Mi": "1048576",
    "Gi": "1073741824",
    "e3": "1e3",
    "E2": "1e2",
    "e-3": "1e-3",
}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("0", "0"),
        ("00", "0"),
        ("-0", "0"),
        ("0Mi", "0"),
        (".", "0"),
        ("0.5", "500m"),
        (".5", "500m"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("1.5", "1500m"),
        ("1000", "1k"),
        ("1500", "1500"),
        ("1000k", "1M"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1Ki", "1Ki"),
        ("512", "512"),
        ("1023Ki", "1023Ki"),
        ("0.1Mi", "104857600m"),
        ("0.5Ki", "512"),
        ("1e3", "1e3"),
        ("1E3", "1e3"),
        ("12e6", "12e6"),
        ("1e4", "10e3"),
        ("5e2", "500"),
        ("1.G", "1G"),
        ("+5", "5"),
        ("-1.5", "-1500m"),
        ("0.0000000001", "1n"),
        ("128974848000m", "128974848"),
        ("9999999999999Ei", "9223372036854775807"),
        ("5E", "5E"),
        ("2000E", "2000E"),
    ],
)
def test_there_is_one_way_to_write_an_amount(text: str, written: str) -> None:
    assert quantity.canonical(text) == written
    assert quantity.canonical(written) == written


@pytest.mark.parametrize(
    ("text", "milli", "value"),
    [
        ("250m", 250, 1),
        ("1", 1000, 1),
        ("1.0001", 1001, 2),
        ("1Ki", 1_024_000, 1024),
        ("100u", 1, 1),
        ("-1500m", -1500, -2),
        ("0", 0, 0),
    ],
)
def test_amounts_are_rounded_away_from_zero(text: str, milli: int, value: int) -> None:
    assert (quantity.milli(text), quantity.value(text)) == (milli, value)


@pytest.mark.parametrize("text", ["", "a", "1x", "1.2.3", "0x1", "1 ", "1Mi5x", "--1", "1e", "٣"])
def test_texts_that_are_no_amounts_are_refused(text: str) -> None:
    with pytest.raises(QuantityError) as caught:
        quantity.parse(text)
    assert str(caught.value) in (quantity.FORMAT_WRONG, quantity.SUFFIX_WRONG)


@pytest.mark.parametrize("text", ["1mm", "1Mi5", "1kM", "1iM", "1e99999999999999999999"])
def test_unknown_suffixes_are_refused(text: str) -> None:
    with pytest.raises(QuantityError, match="unable to parse quantity's suffix"):
        quantity.parse(text)


def test_amounts_are_made_and_added() -> None:
    assert quantity.of_milli(1500) == "1500m" and quantity.of_milli(2000) == "2"
    assert quantity.of_bytes(128 * 2**20) == "128Mi" and quantity.of_bytes(1000) == "1k"
    assert quantity.add() == "0"
    assert quantity.add("100m", "0.4") == "500m"
    assert quantity.add("0", "1Gi", "1Mi") == "1025Mi"
    assert quantity.add("1k", "1Ki") == "2024"
    assert quantity.compare("1Gi", "1024Mi") == 0 and quantity.compare("1G", "1Gi") < 0


@given(st.decimals(0, 10**6, places=3), st.sampled_from(SUFFIXES))
def test_an_amount_is_what_arithmetic_says(number: Decimal, suffix: str) -> None:
    text = f"{number}{suffix}"
    exact = number * Decimal(FACTORS[suffix])
    assert quantity.parse(text).nano == (exact * 10**9).to_integral_value(rounding="ROUND_UP")
    assert quantity.parse(quantity.canonical(text)).nano == quantity.parse(text).nano


@given(st.text(alphabet="0123456789.+-eEinumkKMGTP", max_size=12))
def test_whatever_text_is_an_amount_or_refused(text: str) -> None:
    try:
        written = quantity.canonical(text)
    except QuantityError:
        return
    assert quantity.canonical(written) == written
