"""cronjob-controller: which moment is due, what is started, what is kept, and when it looks again."""

import pytest

from kubelab.api.batch import CronJob, CronJobSpec, CronJobStatus, Job, JobCondition, JobStatus, JobTemplateSpec
from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import ObjectMeta, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.cronjob import CronJobController
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.requests import Create, Delete, EventNote, Record, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

START = 1_767_225_600
"""Midnight."""
KEY = ObjectKey("CronJob", "shop", "tick")
CONTROLLER = CronJobController()
MINUTES = START // 60


def at(minutes, seconds=0.1):
    return round((START + 60 * minutes + seconds) * SECOND)


def world(*objects, now):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, now)


def cron_job(schedule="*/5 * * * *", *, status=None, created=0, **spec):
    limits = {"successful_jobs_history_limit": 3, "failed_jobs_history_limit": 1, "concurrency_policy": "Allow"}
    template = JobTemplateSpec(metadata=ObjectMeta(labels=FrozenMap({"app": "tick"})))
    return CronJob(
        metadata=ObjectMeta(name="tick", namespace="shop", uid="uid-tick", creation_timestamp=Time(START + created)),
        spec=CronJobSpec(schedule=schedule, job_template=template, **limits | spec),
        status=status or CronJobStatus(),
    )


def job(minute, ended="", *, started=None, name="", completed=None):
    name = name or f"tick-{MINUTES + minute}"
    owner = OwnerReference(api_version="batch/v1", kind="CronJob", name="tick", uid="uid-tick", controller=True)
    conditions = (JobCondition(type=ended, status="True"),) if ended else ()
    done = Time(START + 60 * minute + 30) if ended == "Complete" else None
    return Job(
        metadata=ObjectMeta(name=name, namespace="shop", uid=f"uid-{name}", owner_references=(owner,)),
        status=JobStatus(
            start_time=Time(START + 60 * (minute if started is None else started)),
            conditions=conditions,
            completion_time=completed or done,
        ),
    )


def active(*minutes, last=None, **more):
    names = [f"tick-{MINUTES + minute}" for minute in minutes]
    held = tuple(ObjectReference(kind="Job", namespace="shop", name=name, uid=f"uid-{name}") for name in names)
    when = max(minutes) if last is None else last
    return CronJobStatus(active=held, last_schedule_time=Time(START + 60 * when), **more)


def asked(requests):
    return [(type(r).__name__, getattr(r, "key", None) and r.key.name) for r in requests]


def events(requests):
    return [(n.reason, n.message) for r in requests if not isinstance(r, Requeue) for n in r.events]


def test_before_its_first_moment_it_only_waits_and_lets_the_cluster_settle():
    view = world(cron_job(), now=at(1))
    assert CONTROLLER.reconcile(view, KEY) == [Requeue(at=at(5), recurring=True)]


def test_when_a_moment_has_come_its_job_is_started_under_the_name_of_the_moment():
    guard, create, again = CONTROLLER.reconcile(world(cron_job(), now=at(5)), KEY)
    assert isinstance(guard, Update)
    assert create.object.metadata == ObjectMeta(
        name=f"tick-{MINUTES + 5}",
        namespace="shop",
        labels=FrozenMap({"app": "tick"}),
        annotations=FrozenMap({"batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T00:05:00Z"}),
        owner_references=(evolve(job(5).metadata.owner_references[0], block_owner_deletion=True),),
    )
    assert create.events == (EventNote(KEY, "SuccessfulCreate", f"Created job tick-{MINUTES + 5}"),)
    assert again == Requeue(at=at(10), recurring=True)


def test_its_time_zone_is_that_of_its_annotation():
    requests = CONTROLLER.reconcile(world(cron_job("5 1 * * *", time_zone="Europe/Zurich"), now=at(5)), KEY)
    (create,) = (r for r in requests if isinstance(r, Create))
    assert list(create.object.metadata.annotations.values()) == ["2026-01-01T01:05:00+01:00"]


def test_the_status_learns_of_the_job_that_was_started():
    update, again = CONTROLLER.reconcile(world(cron_job(), job(5), now=at(5)), KEY)
    assert [reference.uid for reference in update.object.status.active] == [f"uid-tick-{MINUTES + 5}"]
    assert update.object.status.last_schedule_time == START + 300
    assert (update.events, again) == ((), Requeue(at=at(10), recurring=True))
    known = cron_job(status=active(5))
    assert CONTROLLER.reconcile(world(known, job(5), now=at(6)), KEY) == [again]


def test_of_moments_that_were_missed_only_the_last_is_made_up_for():
    requests = CONTROLLER.reconcile(world(cron_job(), now=at(18)), KEY)
    assert asked(requests)[1] == ("Create", f"tick-{MINUTES + 15}")
    assert requests[-1].at == at(20)


def test_too_many_missed_moments_are_told_in_a_warning():
    requests = CONTROLLER.reconcile(world(cron_job("* * * * *"), now=at(150)), KEY)
    assert [reason for reason, _ in events(requests)] == ["TooManyMissedTimes", "SuccessfulCreate"]


def test_what_is_too_late_is_not_started():
    spec = {"starting_deadline_seconds": 30}
    assert CONTROLLER.reconcile(world(cron_job(**spec), now=at(5, 40)), KEY) == [Requeue(at=at(10), recurring=True)]
    assert "Create" in str(asked(CONTROLLER.reconcile(world(cron_job(**spec), now=at(5, 20)), KEY)))


def test_a_suspended_cron_job_starts_nothing():
    assert CONTROLLER.reconcile(world(cron_job(suspend=True), now=at(5)), KEY) == []


def test_forbid_lets_a_moment_pass_while_a_job_runs_and_says_so_once():
    held = cron_job(concurrency_policy="Forbid", status=active(5))
    view = world(held, job(5), now=at(10))
    record, again = CONTROLLER.reconcile(view, KEY)
    assert record.events == (
        EventNote(
            KEY,
            "JobAlreadyActive",
            "Not starting job because prior execution is running and concurrency policy is Forbid",
        ),
    )
    told = View(store.record(view.snapshot, record.events[0], CONTROLLER.name, at(10)), at(10, 3))
    assert CONTROLLER.reconcile(told, KEY) == [again]
    later = View(told.snapshot, at(15))
    assert [type(r) for r in CONTROLLER.reconcile(later, KEY)] == [Record, Requeue]


def test_replace_deletes_the_job_that_still_runs_and_starts_the_next():
    held = cron_job(concurrency_policy="Replace", status=active(5))
    requests = CONTROLLER.reconcile(world(held, job(5), now=at(10)), KEY)
    assert asked(requests)[:4] == [
        ("Update", "tick"),
        ("Delete", f"tick-{MINUTES + 5}"),
        ("Create", f"tick-{MINUTES + 10}"),
        ("Update", "tick"),
    ]
    assert requests[3].object.status.active == ()
    assert events(requests)[0] == ("SuccessfulDelete", f"Deleted job tick-{MINUTES + 5}")


def test_a_job_that_has_ended_leaves_the_status():
    view = world(cron_job(status=active(5)), job(5, "Complete"), now=at(6))
    update, _ = CONTROLLER.reconcile(view, KEY)
    assert (update.object.status.active, update.object.status.last_successful_time) == ((), START + 330)
    text = f"Saw completed job: tick-{MINUTES + 5}, condition: Complete"
    assert update.events == (EventNote(KEY, "SawCompletedJob", text),)


def test_a_job_that_is_gone_leaves_the_status_too():
    update, _ = CONTROLLER.reconcile(world(cron_job(status=active(5)), now=at(6)), KEY)
    assert update.object.status.active == ()
    assert events([update]) == [("MissingJob", f"Active job went missing: tick-{MINUTES + 5}")]


def test_a_job_that_it_did_not_start_is_wondered_at_once():
    view = world(cron_job(), job(0, name="manual"), now=at(1))
    record, _ = CONTROLLER.reconcile(view, KEY)
    text = "Saw a job that the controller did not create or forgot: manual"
    assert record.events == (EventNote(KEY, "UnexpectedJob", text, type="Warning"),)
    told = View(store.record(view.snapshot, record.events[0], CONTROLLER.name, at(1)), at(1))
    assert [type(r) for r in CONTROLLER.reconcile(told, KEY)] == [Requeue]


@pytest.mark.parametrize(("ended", "kept"), [("Complete", 3), ("Failed", 1)])
def test_only_the_newest_jobs_that_ended_are_kept(ended, kept):
    jobs = [job(minute, ended, completed=Time(START)) for minute in (5, 10, 15, 20)]
    status = CronJobStatus(last_schedule_time=Time(START + 1200), last_successful_time=Time(START))
    requests = CONTROLLER.reconcile(world(cron_job(status=status), *jobs, now=at(21)), KEY)
    deleted = [r for r in requests if isinstance(r, Delete)]
    assert [d.target.name for d in deleted] == [f"tick-{MINUTES + m}" for m in (5, 10, 15)[: 4 - kept]]
    assert {d.propagation for d in deleted} == {"Background"}


def test_a_schedule_that_never_comes_is_told_once():
    requests = CONTROLLER.reconcile(world(cron_job("0 0 31 2 *"), now=at(1)), KEY)
    assert [reason for reason, _ in events(requests)] == ["InvalidSchedule"]


def test_a_new_schedule_is_looked_at_when_it_is_due():
    view = world(cron_job(), now=at(1))
    change = Change(KEY, cron_job("*/7 * * * *"), cron_job(), view)
    assert list(CONTROLLER.enqueue(change)) == [KEY]
    assert CONTROLLER.later(change, KEY) == Requeue(at=at(5), recurring=True)
    assert CONTROLLER.later(Change(KEY, cron_job(), cron_job(suspend=True), view), KEY) is None
    assert CONTROLLER.later(Change(KEY, None, cron_job(), view), KEY) is None


def test_a_job_wakes_its_cron_job():
    view = world(cron_job(), now=at(1))
    assert list(CONTROLLER.enqueue(Change(ObjectKey("Job", "shop", "tick-1"), job(5), None, view))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(ObjectKey("Job", "shop", "x"), None, Job(), view))) == []


def test_a_refused_creation_is_an_event():
    view = world(cron_job(), now=at(5))
    create = CONTROLLER.reconcile(view, KEY)[1]
    (record,) = CONTROLLER.refused(view, KEY, create, StatusError(403, "Forbidden", "no"))
    assert record.events == (EventNote(KEY, "FailedCreate", "Error creating job: no", type="Warning"),)
    assert CONTROLLER.refused(view, KEY, create, StatusError(409, "AlreadyExists", "there")) == []
