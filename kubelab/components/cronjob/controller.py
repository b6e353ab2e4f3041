"""The CronJob controller: starts a Job at every moment of a schedule.

- **Desired:** at every moment that `spec.schedule` names a Job made from `spec.jobTemplate`; not more Jobs that have
  ended than the history limits allow.
- **Actual:** the Jobs that the CronJob manages, and those of them that its status calls active.
- **Action:** start the Job of the last moment that has passed, unless it is too late for it, or another one still runs
  and `spec.concurrencyPolicy` forbids it (``Replace`` deletes that one first); keep the status; delete the oldest Jobs.

A Job has the moment in its name (minutes since 1970), so none is started twice.

**In Kubernetes:** kube-controller-manager, `pkg/controller/cronjob` (version 2).

**Simplified:** a Job gets into the status in the look that its creation asks for, since its uid is known only then. An
Event that would be repeated at every look is recorded once for each moment.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import ClassVar

import attrs

from kubelab.api import timezone
from kubelab.api.batch import CronJob, CronJobStatus, Job
from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import Time
from kubelab.components.cronjob.schedule import MANY, most_recent, next_look, schedule_of
from kubelab.errors import QuantityError, StatusError
from kubelab.state.component import Wanted
from kubelab.state.guard import unless_changed
from kubelab.state.ownership import is_controlled_by, new_controller_ref
from kubelab.state.requests import Create, Delete, EventNote, Record, Request, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View, controller_of, key_of

SCHEDULED_TIMESTAMP = "batch.kubernetes.io/cronjob-scheduled-timestamp"
"""The annotation of a Job that says for which moment it was started."""


class CronJobController:
    """Runs as ``cronjob-controller``; its keys are CronJobs."""

    name: ClassVar[str] = "cronjob-controller"
    watches: ClassVar[tuple[str, ...]] = ("CronJob", "Job")

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A CronJob that changed, or the one that manages a changed Job, before or after."""
        if change.key.kind == "CronJob":
            return (change.key,)
        references = [controller_of(job.metadata) for job in (change.before, change.after) if job is not None]
        names = {r.name for r in references if r is not None and r.kind == "CronJob"}
        return [ObjectKey("CronJob", change.key.namespace, name) for name in sorted(names)]

    def later(self, change: Change, key: ObjectKey) -> Requeue | None:
        """A CronJob with a new schedule is looked at when that is due for the first time."""
        before, after = change.before, change.after
        if change.key.kind != "CronJob" or before is None or after is None:
            return None
        if (before.spec.schedule, before.spec.time_zone) == (after.spec.schedule, after.spec.time_zone):
            return None
        return next(iter(next_look(after, change.view.now)), None)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Look after the Jobs that were started, and start the one that is due."""
        cron_job: CronJob | None = view.find(key)
        if cron_job is None:
            return []
        jobs: list[Job] = [j for j in view.owned(cron_job.metadata.uid, "Job") if _is_mine(cron_job, j)]
        sync = CronJobSync(view, cron_job, cron_job.status, jobs)
        cleanup_finished_jobs(sync)
        follow_jobs(sync)
        again = start_what_is_due(sync)
        return [*finished_requests(sync), *again]

    def refused(self, view: View, key: ObjectKey, request: Request, error: StatusError) -> Wanted:
        """Say in an Event that a Job could not be created or deleted."""
        if "because it is being terminated" in error.message or view.find(key) is None:
            return []
        if isinstance(request, Create) and error.reason != "AlreadyExists":
            reason, text = "FailedCreate", f"Error creating job: {error.message}"
        elif isinstance(request, Delete):
            reason, text = "FailedDelete", f"Deleted job: {error.message}"
        else:
            return []
        why = f"{self.name} could not go on with CronJob {key.name}: the API server refused it."
        return [Record(target=key, reason=reason, message=why, events=(EventNote(key, reason, text, type="Warning"),))]


@attrs.define(eq=False)
class CronJobSync:
    """What is known while one CronJob is looked at; it ends with the look.

    Attributes:
        view: the cluster.
        cron_job: the CronJob as it is.
        status: the status that is being worked out.
        jobs: the Jobs that it manages.
        requests: what is to be asked for, in order.
        notes: Events that are to be recorded with the next request.
        why: what the next write of the status is about.
    """

    view: View
    cron_job: CronJob
    status: CronJobStatus
    jobs: list[Job]
    requests: list[Request] = attrs.field(factory=list)
    notes: list[EventNote] = attrs.field(factory=list)
    why: list[str] = attrs.field(factory=list)

    @property
    def name(self) -> str:
        """What messages call the CronJob."""
        return f"CronJob {self.cron_job.metadata.name}"

    def note(self, reason: str, message: str, kind: str = "Normal") -> None:
        """Have an Event recorded."""
        self.notes.append(EventNote(key_of(self.cron_job), reason, message, type=kind))

    def note_once(self, reason: str, message: str, kind: str = "Normal", *, since: int = 0) -> None:
        """Have an Event recorded, unless it was recorded before, at `since` (in seconds since 1970) or later."""
        held = self.view.events(key_of(self.cron_job))
        if not any((e.reason, e.message) == (reason, message) and e.last >= since * SECOND for e in held):
            self.note(reason, message, kind)


def _is_mine(cron_job: CronJob, job: Job) -> bool:
    return is_controlled_by(job.metadata, cron_job.metadata.uid)


def finished_as(job: Job) -> str:
    """``Complete`` or ``Failed``, or "" for a Job that has not ended."""
    return next((c.type for c in job.status.conditions if c.type in ("Complete", "Failed") and c.status == "True"), "")


# Look after the Jobs that were started


def cleanup_finished_jobs(sync: CronJobSync) -> None:
    """Delete the oldest of the Jobs that have ended, where there are more than are to be kept."""
    spec = sync.cron_job.spec
    limits = {"Complete": spec.successful_jobs_history_limit, "Failed": spec.failed_jobs_history_limit}
    for condition, limit in limits.items():
        if limit is None:
            continue
        ended = [job for job in sync.jobs if finished_as(job) == condition]
        ended.sort(key=lambda job: (job.status.start_time is None, job.status.start_time or 0, job.metadata.name))
        for job in ended[: max(len(ended) - limit, 0)]:
            how = "succeeded" if condition == "Complete" else "failed"
            delete_job(sync, job, f"of the Jobs that {how} only {limit} are kept")


def delete_job(sync: CronJobSync, job: Job, why: str) -> None:
    """Delete a Job with its Pods, and forget that it was active."""
    name = job.metadata.name
    if job.metadata.deletion_timestamp is None:
        sync.requests.append(
            Delete(
                target=key_of(job),
                uid=job.metadata.uid,
                propagation="Background",
                reason="SuccessfulDelete",
                message=f"{CronJobController.name} deleted Job {name} of {sync.name}: {why}.",
                events=(EventNote(key_of(sync.cron_job), "SuccessfulDelete", f"Deleted job {name}"),),
            )
        )
    _forget(sync, job.metadata.uid)


def _forget(sync: CronJobSync, uid: str) -> None:
    active = tuple(reference for reference in sync.status.active if reference.uid != uid)
    sync.status = evolve(sync.status, active=active)


def follow_jobs(sync: CronJobSync) -> None:
    """Take the Jobs that have ended or are gone out of the status; wonder about those that it does not know."""
    for job in sync.jobs:
        name, uid = job.metadata.name, job.metadata.uid
        known = any(reference.uid == uid for reference in sync.status.active)
        condition = finished_as(job)
        if not condition:
            if not known and not _is_due(sync, job):
                text = f"Saw a job that the controller did not create or forgot: {name}"
                sync.note_once("UnexpectedJob", text, "Warning")
            continue
        if known:
            _forget(sync, uid)
            sync.note("SawCompletedJob", f"Saw completed job: {name}, condition: {condition}")
            sync.why.append(f"Job {name} has ended ({condition})")
        completed, last = job.status.completion_time, sync.status.last_successful_time
        if condition == "Complete" and completed is not None and (last is None or completed > last):
            sync.status = evolve(sync.status, last_successful_time=completed)
            sync.why.append(f"Job {name} was successful")
    there = {job.metadata.uid for job in sync.jobs}
    for reference in sync.status.active:
        if reference.uid not in there:
            _forget(sync, reference.uid)
            sync.note("MissingJob", f"Active job went missing: {reference.name}")
            sync.why.append(f"Job {reference.name} is gone")


def _is_due(sync: CronJobSync, job: Job) -> bool:
    """Whether a Job is the one that was started at the last look: the status does not know it yet."""
    due = most_recent(sync.cron_job, sync.view.now, within_deadline=True).latest
    return due is not None and job.metadata.name == job_name(sync.cron_job, due)


# Start the one that is due


def start_what_is_due(sync: CronJobSync) -> list[Requeue]:
    """Start the Job of the last moment that has passed; gives when to look again."""
    cron_job, now = sync.cron_job, sync.view.now
    if cron_job.metadata.deletion_timestamp is not None or cron_job.spec.suspend or not _can_be_read(sync):
        return []
    due = most_recent(cron_job, now, within_deadline=True)
    if due.invalid:
        text = f"invalid schedule: {cron_job.spec.schedule} : {due.invalid}"
        sync.note_once("InvalidSchedule", text, "Warning")
        return []
    again = next_look(cron_job, now)
    if due.latest is None:
        return again
    if due.missed > MANY:
        text = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
        sync.note_once("TooManyMissedTimes", text, "Warning", since=due.latest)
    if _may_start(sync, due.latest):
        _start(sync, due.latest)
    return again


def _can_be_read(sync: CronJobSync) -> bool:
    schedule, zone = sync.cron_job.spec.schedule, sync.cron_job.spec.time_zone
    try:
        if zone is not None:
            timezone.load(zone)
    except QuantityError as error:
        sync.note_once("UnknownTimeZone", f'invalid timeZone: "{zone}": {error}', "Warning")
        return False
    if "TZ" in schedule:
        page = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"
        text = f'CRON_TZ or TZ used in schedule "{schedule}" is not officially supported, see {page} for more details'
        sync.note_once("UnsupportedSchedule", text, "Warning")
    try:
        schedule_of(sync.cron_job)
    except QuantityError as error:
        sync.note_once("UnparseableSchedule", f'unparseable schedule: "{schedule}" : {error}', "Warning")
        return False
    return True


def _may_start(sync: CronJobSync, due: int) -> bool:
    """Whether the Job of a moment is to be started now."""
    spec, now = sync.cron_job.spec, sync.view.now
    if spec.starting_deadline_seconds is not None and (due + spec.starting_deadline_seconds) * SECOND < now:
        when = datetime.fromtimestamp(due, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
        sync.note_once("MissSchedule", f"Missed scheduled time to start a job: {when}", "Warning", since=due)
        return False
    name = job_name(sync.cron_job, due)
    if sync.status.last_schedule_time == due or any(r.name == name for r in sync.status.active):
        return False
    if _started(sync, due) is None and spec.concurrency_policy == "Forbid" and sync.status.active:
        text = "Not starting job because prior execution is running and concurrency policy is Forbid"
        sync.note_once("JobAlreadyActive", text, since=due)
        return False
    return True


def _started(sync: CronJobSync, due: int) -> Job | None:
    """The Job of a moment, if it was started already."""
    name = job_name(sync.cron_job, due)
    return next((job for job in sync.jobs if job.metadata.name == name), None)


def _start(sync: CronJobSync, due: int) -> None:
    cron_job, started = sync.cron_job, _started(sync, due)
    if started is not None:
        reference = ObjectReference(
            kind=started.kind,
            api_version=started.api_version,
            namespace=started.metadata.namespace,
            name=started.metadata.name,
            uid=started.metadata.uid,
            resource_version=started.metadata.resource_version,
        )
        sync.status = evolve(sync.status, active=(*sync.status.active, reference), last_schedule_time=Time(due))
        sync.why.append(f"Job {started.metadata.name} was started")
        return
    if cron_job.spec.concurrency_policy == "Replace":
        running = {reference.uid for reference in sync.status.active}
        for job in sync.jobs:
            if job.metadata.uid in running:
                delete_job(sync, job, "it still ran when the next one was due, which replaces it")
    if sync.view.get("Job", cron_job.metadata.namespace, job_name(cron_job, due)) is not None:
        # Somebody else has a Job of this name: the moment is left to them.
        return
    job = job_from_template(cron_job, due)
    name = job.metadata.name
    at = job.metadata.annotations[SCHEDULED_TIMESTAMP]
    notes, sync.notes = sync.notes, []
    created = EventNote(key_of(cron_job), "SuccessfulCreate", f"Created job {name}")
    sync.requests.append(
        Create(
            object=job,
            reason="SuccessfulCreate",
            message=f"{CronJobController.name} created Job {name} for {sync.name}: "
            f'its schedule "{cron_job.spec.schedule}" was due at {at}.',
            events=(*notes, created),
        )
    )


def job_name(cron_job: CronJob, due: int) -> str:
    """The name of the Job of a moment: that of the CronJob and the minutes since 1970."""
    return f"{cron_job.metadata.name}-{due // 60}"


def job_from_template(cron_job: CronJob, due: int) -> Job:
    """The Job of a moment; an annotation says the moment in the time zone of the CronJob."""
    template = cron_job.spec.job_template
    zone = timezone.load(cron_job.spec.time_zone or "")
    at = datetime.fromtimestamp(due, zone).isoformat()
    marks = {SCHEDULED_TIMESTAMP: f"{at.removesuffix('+00:00')}Z" if zone is UTC else at}
    meta = ObjectMeta(
        name=job_name(cron_job, due),
        namespace=cron_job.metadata.namespace,
        labels=template.metadata.labels,
        annotations=template.metadata.annotations.with_(marks),
        owner_references=(new_controller_ref(cron_job),),
    )
    return Job(metadata=meta, spec=template.spec)


def finished_requests(sync: CronJobSync) -> list[Request]:
    """The requests of a look, with the write of the status and the Events that are left."""
    requests, key = sync.requests, key_of(sync.cron_job)
    if requests:
        requests = [unless_changed(CronJobController.name, sync.cron_job), *requests]
    notes = tuple(sync.notes)
    if sync.status != sync.cron_job.status:
        active = len(sync.status.active)
        what = "; ".join(dict.fromkeys(sync.why)) or "its Jobs have changed"
        message = f"{CronJobController.name} reported on {sync.name}: {what}; {active} active."
        job = evolve(sync.cron_job, status=sync.status)
        return [
            *requests,
            Update(object=job, subresource="status", reason="StatusUpdate", message=message, events=notes),
        ]
    if notes:
        text = notes[0].message
        message = f"{CronJobController.name} recorded about {sync.name}: {text}"
        requests = [*requests, Record(target=key, reason=notes[0].reason, message=message, events=notes)]
    return requests
