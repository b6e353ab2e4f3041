"""The schedules of CronJobs, and what is said about those that are none."""

import re
from datetime import datetime

import pytest

from kubelab.api import cron, timezone
from kubelab.errors import QuantityError


def test_a_field_is_a_set_of_numbers() -> None:
    read = cron.parse("*/15 0,12 1-5 jan-mar mon")
    found = [sorted(field) for field in (read.minute, read.hour, read.day, read.month, read.weekday)]
    assert found == [[0, 15, 30, 45], [0, 12], [1, 2, 3, 4, 5], [1, 2, 3], [1]]


def test_a_star_is_every_number() -> None:
    read = cron.parse("* * * * ?")
    assert read.minute == set(range(60))
    assert (read.any_day, read.any_weekday) == (True, True)


def test_a_start_with_a_step_goes_on_to_the_end() -> None:
    assert cron.parse("50/5 * * * *").minute == {50, 55}


def test_a_wide_step_is_no_star() -> None:
    assert not cron.parse("0 0 */2 * *").any_day


@pytest.mark.parametrize(
    ("short", "long"), [("@yearly", "0 0 1 1 *"), ("@weekly", "0 0 * * 0"), ("@hourly", "0 * * * *")]
)
def test_descriptors_stand_for_schedules(short: str, long: str) -> None:
    assert cron.parse(short) == cron.parse(long)


def test_an_interval_is_at_least_a_second() -> None:
    assert cron.parse("@every 1h30m").every == 5_400_000_000
    assert cron.parse("@every 10ms").every == 1_000_000


def test_a_schedule_may_name_its_time_zone() -> None:
    assert cron.parse("TZ=Europe/Berlin 0 6 * * *").zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty spec string"),
        ("* * *", "expected exactly 5 fields, found 3: [* * *]"),
        ("@never", "unrecognized descriptor: @never"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("5-3 * * * *", "beginning of range (5) beyond end of range (3): 5-3"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
    ],
)
def test_what_is_no_schedule_is_refused_in_the_words_of_the_api_server(text: str, said: str) -> None:
    with pytest.raises(QuantityError) as refused:
        cron.parse(text)
    assert str(refused.value) == said


def moment(text: str, zone: str = "") -> int:
    """Seconds since 1970 of a time on the clocks of a zone."""
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.load(zone)).timestamp())


@pytest.mark.parametrize(
    ("schedule", "after", "following"),
    [
        ("*/5 * * * *", "2026-01-01T00:00:00", "2026-01-01T00:05:00"),
        ("*/5 * * * *", "2026-01-01T00:04:59", "2026-01-01T00:05:00"),
        ("0 3 * * *", "2026-01-01T03:00:00", "2026-01-02T03:00:00"),
        ("59 23 31 12 *", "2026-12-31T23:58:30", "2026-12-31T23:59:00"),
        ("0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00"),
        ("0 0 1 * mon", "2026-01-02T00:00:00", "2026-01-05T00:00:00"),
        ("0 0 * * 0", "2026-01-01T00:00:00", "2026-01-04T00:00:00"),
        ("@every 90s", "2026-01-01T00:00:10", "2026-01-01T00:01:40"),
        ("@monthly", "2026-01-31T12:00:00", "2026-02-01T00:00:00"),
    ],
)
def test_the_next_moment_is_the_first_one_after(schedule: str, after: str, following: str) -> None:
    assert cron.parse(schedule).next(moment(after)) == moment(following)


def test_a_day_that_never_comes_is_looked_for_in_vain() -> None:
    assert cron.parse("0 0 31 2 *").next(moment("2026-01-01T00:00:00")) is None


def test_a_schedule_follows_the_clocks_of_its_zone() -> None:
    zurich = timezone.load("Europe/Zurich")
    nightly = cron.parse("30 2 * * *")
    assert nightly.next(moment("2026-07-01T00:00:00", "Europe/Zurich"), zurich) == moment("2026-07-01T00:30:00")
    # On 29 March 2026 half past two is skipped there, on 25 October it comes twice.
    skipped = moment("2026-03-28T03:00:00", "Europe/Zurich")
    assert nightly.next(skipped, zurich) == moment("2026-03-30T02:30:00", "Europe/Zurich")
    once = nightly.next(moment("2026-10-25T00:00:00", "Europe/Zurich"), zurich)
    assert once is not None
    assert nightly.next(once, zurich) == once + 3600


@pytest.mark.parametrize("name", ["Nowhere/Land", "../etc/passwd", "tzdata.zi", "Europe", "-1"])
def test_a_zone_that_is_not_there_is_refused_in_the_words_of_go(name: str) -> None:
    with pytest.raises(QuantityError, match=f"unknown time zone {re.escape(name)}"):
        timezone.load(name)
