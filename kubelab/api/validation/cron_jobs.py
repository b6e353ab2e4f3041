"""Checks of CronJobs.

In Kubernetes: `validateCronJobSpec` of `pkg/apis/batch/validation/validation.go`.
"""

import re

from kubelab.api import cron, timezone
from kubelab.api.batch import CronJob, CronJobSpec, JobTemplateSpec
from kubelab.api.validation import metadata
from kubelab.api.validation.batch import job_spec
from kubelab.api.validation.field_error import Errors, invalid, non_negative, not_supported, required
from kubelab.errors import QuantityError

_ZONE_PART = re.compile(r"[A-Za-z\.\-_0-9+]{1,14}")


def cron_job(given: CronJob) -> Errors:
    """What is wrong with a new CronJob."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from _cron_job_spec(given.spec, None)
    if len(given.metadata.name) > 52:
        yield invalid("metadata.name", given.metadata.name, "must be no more than 52 characters")


def cron_job_update(new: CronJob, old: CronJob) -> Errors:
    """What is wrong with a changed CronJob."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _cron_job_spec(new.spec, old.spec)


def _cron_job_spec(spec: CronJobSpec, old: CronJobSpec | None) -> Errors:
    if not spec.schedule:
        yield required("spec.schedule")
    else:
        yield from _schedule(spec, old is not None and "TZ" in old.schedule)
    yield from non_negative("spec.startingDeadlineSeconds", spec.starting_deadline_seconds)
    if spec.time_zone is not None and (old is None or old.time_zone != spec.time_zone):
        yield from _time_zone(spec.time_zone, "spec.timeZone")
    policies = ("Allow", "Forbid", "Replace")
    if not spec.concurrency_policy:
        yield required("spec.concurrencyPolicy")
    elif spec.concurrency_policy not in policies:
        yield not_supported("spec.concurrencyPolicy", spec.concurrency_policy, policies)
    yield from _job_template(spec.job_template, "spec.jobTemplate.spec")
    yield from non_negative("spec.successfulJobsHistoryLimit", spec.successful_jobs_history_limit)
    yield from non_negative("spec.failedJobsHistoryLimit", spec.failed_jobs_history_limit)


def _job_template(template: JobTemplateSpec, path: str) -> Errors:
    yield from job_spec(template.spec, path)
    if template.spec.selector is not None:
        yield invalid(f"{path}.selector", template.spec.selector, "`selector` will be auto-generated")
    if template.spec.manual_selector:
        yield not_supported(f"{path}.manualSelector", True, ("nil", "false"))


def _schedule(spec: CronJobSpec, zone_allowed: bool) -> Errors:
    text = spec.schedule
    try:
        cron.parse(text)
    except QuantityError as error:
        yield invalid("spec.schedule", text, str(error))
    if "TZ" not in text:
        return
    if not zone_allowed:
        detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        yield invalid("spec.schedule", text, detail)
    elif spec.time_zone is not None:
        yield invalid("spec.schedule", text, "cannot use both timeZone field and TZ or CRON_TZ in schedule")


def _time_zone(zone: str, path: str) -> Errors:
    if not zone:
        yield invalid(path, zone, "timeZone must be nil or non-empty string")
        return
    parts = zone.split("/")
    if any(part in (".", "..") or part.startswith("-") or not _ZONE_PART.fullmatch(part) for part in parts):
        yield invalid(path, zone, f"unknown time zone {zone}")
        return
    if zone.lower() == "local":
        text = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        yield invalid(path, zone, text)
        return
    try:
        timezone.load(zone)
    except QuantityError as error:
        yield invalid(path, zone, str(error))
