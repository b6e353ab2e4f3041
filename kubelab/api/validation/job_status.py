"""Checks of what the controller reports of a Job.

In Kubernetes: `ValidateJobStatusUpdate` of `pkg/apis/batch/validation/validation.go`.

**Simplified:** the rules of upstream that apply only to what has changed apply whenever a status is written, and
lists of indexes are not checked.
"""

from kubelab.api.batch import Job, JobStatus
from kubelab.api.validation import metadata
from kubelab.api.validation.field_error import OMITTED, Errors, FieldError, invalid, non_negative, required


def job_status_update(new: Job, old: Job) -> Errors:
    """What is wrong with what the controller reports of a Job: what has ended stays ended."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    status, before = new.status, old.status
    for field, number in (("active", status.active), ("succeeded", status.succeeded), ("failed", status.failed)):
        yield from non_negative(f"status.{field}", number)
    yield from _finished(new.status)
    for kind in ("Failed", "Complete", "FailureTarget"):
        if _is_true(before, kind) and not _is_true(status, kind):
            yield _conditions(f"cannot disable the terminal {kind}=True condition")
    if status.failed < before.failed:
        yield invalid("status.failed", status.failed, "cannot decrease the failed counter")
    scalable = new.spec.completion_mode == "Indexed" and new.spec.completions == new.spec.parallelism
    if status.succeeded < before.succeeded and not scalable:
        yield invalid("status.succeeded", status.succeeded, "cannot decrease the succeeded counter")
    completed, had = status.completion_time, before.completion_time
    if completed is not None and had is not None and completed != had:
        yield invalid("status.completionTime", completed, "field is immutable")
    started = before.start_time
    resumed = _is_true(before, "Suspended") and not _is_true(status, "Suspended")
    if started is not None and started != status.start_time and not new.spec.suspend and not resumed:
        text = "field is immutable for unsuspended job once set"
        yield invalid("status.startTime", status.start_time, text)
    if _is_true(before, "SuccessCriteriaMet") and not _is_true(status, "SuccessCriteriaMet"):
        yield _conditions("cannot disable the SuccessCriteriaMet=True condition")


def _is_true(status: JobStatus, kind: str) -> bool:
    return any(condition.type == kind and condition.status == "True" for condition in status.conditions)


def _finished(status: JobStatus) -> Errors:
    complete, failed = _is_true(status, "Complete"), _is_true(status, "Failed")
    if complete and failed:
        yield _conditions("cannot set Complete=True and Failed=true conditions")
    if complete and _is_true(status, "FailureTarget"):
        yield _conditions("cannot set Complete=True and FailureTarget=true conditions")
    if not complete and status.completion_time is not None:
        text = "cannot set completionTime when there is no Complete=True condition"
        yield invalid("status.completionTime", status.completion_time, text)
    if complete and status.completion_time is None:
        yield required("status.completionTime", "completionTime is required for Complete jobs")
    started, ended = status.start_time, status.completion_time
    if started is not None and ended is not None and ended < started:
        yield invalid("status.completionTime", ended, "must be equal to or after `startTime`")
    if failed and not _is_true(status, "FailureTarget"):
        yield _conditions("cannot set Failed=True condition without the FailureTarget=true condition")
    if complete and not _is_true(status, "SuccessCriteriaMet"):
        yield _conditions("cannot set Complete=True condition without the SuccessCriteriaMet=true condition")
    if (complete or failed) and status.active > 0:
        yield invalid("status.active", status.active, "active>0 is invalid for finished job")
    if (complete or failed) and started is None:
        yield required("status.startTime", "startTime is required for finished job")
    if (complete or failed) and status.terminating:
        yield invalid("status.terminating", status.terminating, "terminating>0 is invalid for finished job")
    if status.ready is not None and status.ready > status.active:
        yield invalid("status.ready", status.ready, "cannot set more ready pods than active")
    if _is_true(status, "SuccessCriteriaMet") and failed:
        yield _conditions("cannot set SuccessCriteriaMet=True and Failed=true conditions")
    if _is_true(status, "SuccessCriteriaMet") and _is_true(status, "FailureTarget"):
        yield _conditions("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions")


def _conditions(text: str) -> FieldError:
    return invalid("status.conditions", OMITTED, text)
