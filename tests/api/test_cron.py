"""The schedules of CronJobs, and what is said about those that are none."""

import pytest

from kubelab.api import cron
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
