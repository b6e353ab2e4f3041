"""When a CronJob is due: the last moment that it has not met yet, and the next one.

Source: `pkg/controller/cronjob/utils.go`.
"""

from typing import NamedTuple

from kubelab.api import cron, timezone
from kubelab.api.batch import CronJob
from kubelab.errors import QuantityError
from kubelab.state.requests import Requeue
from kubelab.state.snapshot import SECOND

NEXT_SCHEDULE_DELTA = SECOND // 10
"""How long after a moment is due the controller looks, so that a clock that is a little slow does no harm."""

MANY = 100
"""More missed moments than this are worth a warning."""


class Due(NamedTuple):
    """What is due; moments are in seconds since 1970.

    Attributes:
        earliest: from where on moments count: the last one that was met, or when the CronJob was made.
        latest: the last moment that has passed and was not met, or None.
        missed: about how many have passed.
        invalid: why there is no such moment although the schedule can be read, or "".
    """

    earliest: int
    latest: int | None
    missed: int = 0
    invalid: str = ""


def schedule_of(cron_job: CronJob) -> tuple[cron.Schedule, str]:
    """The schedule of a CronJob, and the name of the time zone in which it is meant.

    Raises:
        QuantityError: it cannot be read, or there is no such time zone.
    """
    schedule = cron.parse(cron_job.spec.schedule)
    zone = schedule.zone or cron_job.spec.time_zone or ""
    timezone.load(zone)
    return schedule, zone


def next_after(cron_job: CronJob, moment: int) -> int | None:
    """The first moment after another one; None where there is none, or the schedule cannot be read."""
    try:
        schedule, zone = schedule_of(cron_job)
    except QuantityError:
        return None
    return schedule.next(moment, timezone.load(zone))


def most_recent(cron_job: CronJob, now: int, *, within_deadline: bool) -> Due:
    """The last moment that has passed and was not met.

    Args:
        cron_job: the CronJob.
        now: the time, in microseconds since 1970.
        within_deadline: whether moments that are too late by `startingDeadlineSeconds` do not count.
    """
    # A moment counts as passed only when the look for which it asked is due: see NEXT_SCHEDULE_DELTA.
    seconds = (now - NEXT_SCHEDULE_DELTA) // SECOND
    earliest = cron_job.status.last_schedule_time or cron_job.metadata.creation_timestamp or 0
    deadline = cron_job.spec.starting_deadline_seconds
    if within_deadline and deadline is not None:
        earliest = max(earliest, (now - deadline * SECOND) // SECOND)
    first = next_after(cron_job, earliest)
    if first is None:
        return Due(earliest, None, invalid="time difference between two schedules is less than 1 second")
    if seconds < first:
        return Due(earliest, None)
    second = next_after(cron_job, first)
    if second is None or seconds < second:
        return Due(earliest, first)
    between = second - first
    missed = (seconds - first) // between + 1
    latest = None
    at = next_after(cron_job, first + (missed - 2) * between)
    while at is not None and at <= seconds:
        latest = at
        at = next_after(cron_job, at)
    return Due(earliest, latest, missed)


def next_look(cron_job: CronJob, now: int) -> list[Requeue]:
    """When the controller looks again. It does so for ever, so it keeps no cluster from settling."""
    due = most_recent(cron_job, now, within_deadline=False)
    start = due.latest
    if start is None:
        start = now // SECOND if due.missed or due.invalid else due.earliest
    at = next_after(cron_job, start)
    if at is None:
        return []
    return [Requeue(at=max(at * SECOND + NEXT_SCHEDULE_DELTA, now), recurring=True)]
