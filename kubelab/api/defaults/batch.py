"""Defaults of Job and CronJob.

In Kubernetes: `pkg/apis/batch/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.batch import CronJob, Job, JobSpec, PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule
from kubelab.api.defaults.changes import changed, each, filled, optional
from kubelab.api.defaults.pod import default_template

_MAX_INT32 = 2**31 - 1


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def default_job(job: Job) -> Job:
    """Fill in one Pod to completion, six retries, and the labels from the template's."""
    spec = job.spec
    if spec.completions is None and spec.parallelism is None:
        spec = changed(spec, completions=1)
    spec = changed(
        _default_job_template_spec(spec),
        parallelism=_or(spec.parallelism, 1),
        backoff_limit=_or(spec.backoff_limit, 6 if spec.backoff_limit_per_index is None else _MAX_INT32),
        completion_mode=_or(spec.completion_mode, "NonIndexed"),
        suspend=_or(spec.suspend, False),
        manual_selector=_or(spec.manual_selector, False),
        pod_replacement_policy=_or(
            spec.pod_replacement_policy, "TerminatingOrFailed" if spec.pod_failure_policy is None else "Failed"
        ),
    )
    metadata = job.metadata
    metadata = changed(metadata, labels=metadata.labels or spec.template.metadata.labels)
    return changed(job, metadata=metadata, spec=spec)


def _default_job_template_spec(spec: JobSpec) -> JobSpec:
    policy = spec.pod_failure_policy
    if policy is not None:
        policy = changed(policy, rules=each(policy.rules, _default_rule))
    return changed(spec, pod_failure_policy=policy, template=default_template(spec.template))


def _default_rule(rule: PodFailurePolicyRule) -> PodFailurePolicyRule:
    def pattern(pattern: PodFailurePolicyOnPodConditionsPattern) -> PodFailurePolicyOnPodConditionsPattern:
        return filled(pattern, status="True")

    return changed(rule, on_pod_conditions=each(rule.on_pod_conditions, pattern))


def default_cron_job(cron_job: CronJob) -> CronJob:
    """Fill in that runs may overlap, and that three successful and one failed Job are kept."""
    spec = filled(cron_job.spec, concurrency_policy="Allow")
    spec = changed(
        spec,
        suspend=_or(spec.suspend, False),
        successful_jobs_history_limit=_or(spec.successful_jobs_history_limit, 3),
        failed_jobs_history_limit=_or(spec.failed_jobs_history_limit, 1),
        job_template=optional(
            spec.job_template, lambda template: changed(template, spec=_default_job_template_spec(template.spec))
        ),
    )
    return changed(cron_job, spec=spec)


DEFAULTS: dict[str, Callable[[Any], Any]] = {"Job": default_job, "CronJob": default_cron_job}
"""The function that fills in each kind."""
