"""Moments and lengths of time, read and written as Go does and printed as kubectl does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelab.api import clocktime, duration
from kubelab.errors import QuantityError

SECOND = 1_000_000


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("0", 0),
        ("+0", 0),
        ("1m30s", 90 * SECOND),
        ("1.5h", 5400 * SECOND),
        ("-1h", -3600 * SECOND),
        (".5s", SECOND // 2),
        ("1.s", SECOND),
        ("500ms", SECOND // 2),
        ("1µs", 1),
        ("1500ns", 1),
        ("1h1h", 7200 * SECOND),
    ],
)
def test_lengths_of_time_are_read(text: str, microseconds: int) -> None:
    assert duration.parse(text) == microseconds


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", 'time: invalid duration ""'),
        ("x", 'time: invalid duration "x"'),
        (".s", 'time: invalid duration ".s"'),
        ("1", 'time: missing unit in duration "1"'),
        ("1m3", 'time: missing unit in duration "1m3"'),
        ("1d", 'time: unknown unit "d" in duration "1d"'),
        ("1s s", 'time: unknown unit "s s" in duration "1s s"'),
        ("9999999h", 'time: invalid duration "9999999h"'),
    ],
)
def test_texts_that_are_no_length_of_time_are_refused(text: str, error: str) -> None:
    with pytest.raises(QuantityError) as caught:
        duration.parse(text)
    assert str(caught.value) == error


@given(st.integers(-(10**15), 10**15))
def test_a_length_of_time_comes_back_from_its_text(microseconds: int) -> None:
    assert duration.parse(duration.text_of(microseconds)) == microseconds


@pytest.mark.parametrize(
    ("seconds", "printed"),
    [
        (-5, "<invalid>"),
        (-1, "0s"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (125, "2m5s"),
        (599, "9m59s"),
        (600, "10m"),
        (10_799, "179m"),
        (10_800, "3h"),
        (12_000, "3h20m"),
        (28_800, "8h"),
        (172_799, "47h"),
        (172_800, "2d"),
        (180_000, "2d2h"),
        (691_200, "8d"),
        (63_071_999, "729d"),
        (63_072_000, "2y"),
        (63_158_400, "2y1d"),
        (252_288_000, "8y"),
    ],
)
def test_ages_are_printed_as_kubectl_prints_them(seconds: int, printed: str) -> None:
    assert duration.human(seconds) == printed


@pytest.mark.parametrize(
    ("microseconds", "read"),
    [
        (0, "0s"),
        (1_244_900, "1.245s"),
        (59_999_499, "59.999s"),
        (59_999_500, "1m"),
        (60_000_000, "1m"),
        (472_186_000, "7m52.2s"),
        (3_599_900_000, "59m59.9s"),
        (3_599_999_999, "1h"),
        (3_600_000_000, "1h"),
        (33_600_000_000, "9h20m"),
        (33_605_400_000, "9h20m5s"),
        (86_399_000_000, "23h59m59s"),
        (86_400_000_000, "1d"),
        (266_405_000_000, "3d2h"),
        (1_000_000_000_000, "11d13h46m"),
    ],
)
def test_how_long_a_run_took_can_be_read_by_a_person(microseconds: int, read: str) -> None:
    assert duration.elapsed(microseconds) == read


def test_moments_are_read_and_written() -> None:
    assert clocktime.parse("1970-01-01T00:01:00Z") == 60
    assert clocktime.parse("2026-01-31T10:00:00+02:00") == clocktime.parse("2026-01-31T08:00:00Z")
    assert clocktime.parse("1970-01-01T00:00:00.999Z") == 0
    assert clocktime.parse_micro("1970-01-01T00:00:00.5Z") == 500_000
    assert clocktime.text_of(clocktime.parse("2026-01-31T08:00:00Z")) == "2026-01-31T08:00:00Z"
    assert clocktime.text_of_micro(1) == "1970-01-01T00:00:00.000001Z"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", 'parsing time "" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006"'),
        ("2026-01-31", 'parsing time "2026-01-31" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'),
        (
            "2026-01-31 08:00:00Z",
            'parsing time "2026-01-31 08:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse " 08:00:00Z" as "T"',
        ),
        (
            "2026-01-31T08:00:00",
            'parsing time "2026-01-31T08:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"',
        ),
        ("2026-13-01T00:00:00Z", 'parsing time "2026-13-01T00:00:00Z": month out of range'),
        ("2026-02-30T00:00:00Z", 'parsing time "2026-02-30T00:00:00Z": day out of range'),
        ("2026-01-01T24:00:00Z", 'parsing time "2026-01-01T24:00:00Z": hour out of range'),
        ("2026-01-01T00:00:00Zx", 'parsing time "2026-01-01T00:00:00Zx": extra text: "x"'),
    ],
)
def test_texts_that_are_no_moment_are_refused(text: str, error: str) -> None:
    with pytest.raises(QuantityError) as caught:
        clocktime.parse(text)
    assert str(caught.value) == error


@given(st.integers(-62_135_596_800, 253_402_300_799))
def test_a_moment_comes_back_from_its_text(seconds: int) -> None:
    assert clocktime.parse(clocktime.text_of(seconds)) == seconds
    assert clocktime.parse_micro(clocktime.text_of_micro(seconds * 1_000_000 + 7)) == seconds * 1_000_000 + 7
