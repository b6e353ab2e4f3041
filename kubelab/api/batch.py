"""Work that ends: Jobs, and the CronJobs that start them by the clock.

Source: `k8s.io/api/batch/v1`.
"""

from typing import ClassVar

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.core.reference import ObjectReference
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import Time
from kubelab.api.values import POD_CONDITION_TYPES


@model
class PodFailurePolicyOnExitCodesRequirement:
    """The exit codes for which a rule on failed Pods holds."""

    container_name: str | None = None
    operator: str = field(default="", always=True, go="v1.PodFailurePolicyOnExitCodesOperator", values=("In", "NotIn"))
    values: tuple[int, ...] = field(default=(), always=True)


@model
class PodFailurePolicyOnPodConditionsPattern:
    """A condition of a failed Pod for which a rule holds."""

    type: str = field(default="", always=True, go="v1.PodConditionType", values=POD_CONDITION_TYPES)
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))


@model
class PodFailurePolicyRule:
    """What a failed Pod of a certain kind means for its Job."""

    action: str = field(
        default="", always=True, go="v1.PodFailurePolicyAction", values=("FailJob", "FailIndex", "Ignore", "Count")
    )
    on_exit_codes: PodFailurePolicyOnExitCodesRequirement | None = None
    on_pod_conditions: tuple[PodFailurePolicyOnPodConditionsPattern, ...] = ()


@model
class PodFailurePolicy:
    """What failed Pods mean for a Job; the first rule that holds decides."""

    rules: tuple[PodFailurePolicyRule, ...] = field(default=(), always=True)


@model
class SuccessPolicyRule:
    """Which indexes, or how many of them, are enough for success."""

    succeeded_indexes: str | None = None
    succeeded_count: int | None = None


@model
class SuccessPolicy:
    """When an indexed Job counts as done although not all its indexes are."""

    rules: tuple[SuccessPolicyRule, ...] = field(default=(), always=True)


@model
class JobSpec:
    """How often to run a Pod to its end, how many at a time, and when to give up."""

    parallelism: int | None = None
    completions: int | None = None
    active_deadline_seconds: int | None = field(default=None, go="int64")
    pod_failure_policy: PodFailurePolicy | None = None
    success_policy: SuccessPolicy | None = None
    backoff_limit: int | None = None
    backoff_limit_per_index: int | None = None
    max_failed_indexes: int | None = None
    selector: LabelSelector | None = None
    manual_selector: bool | None = None
    template: PodTemplateSpec = PodTemplateSpec()
    ttl_seconds_after_finished: int | None = None
    completion_mode: str | None = field(default=None, go="v1.CompletionMode", values=("NonIndexed", "Indexed"))
    suspend: bool | None = None
    pod_replacement_policy: str | None = field(
        default=None, go="v1.PodReplacementPolicy", values=("TerminatingOrFailed", "Failed")
    )
    managed_by: str | None = None


@model
class JobCondition:
    """One thing that is or is not the case with a Job."""

    type: str = field(
        default="",
        always=True,
        go="v1.JobConditionType",
        values=("Suspended", "Complete", "Failed", "FailureTarget", "SuccessCriteriaMet"),
    )
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_probe_time: Time | None = field(default=None, always=True)
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class UncountedTerminatedPods:
    """Pods that have ended but are not in the counts yet."""

    succeeded: tuple[str, ...] = field(default=(), go="[]types.UID")
    failed: tuple[str, ...] = field(default=(), go="[]types.UID")


@model
class JobStatus:
    """How far a Job has come."""

    conditions: tuple[JobCondition, ...] = field(default=(), merge_key="type")
    start_time: Time | None = None
    completion_time: Time | None = None
    active: int = 0
    succeeded: int = 0
    failed: int = 0
    terminating: int | None = None
    completed_indexes: str = ""
    failed_indexes: str | None = None
    uncounted_terminated_pods: UncountedTerminatedPods | None = None
    ready: int | None = None


@model
class Job:
    """Runs Pods until enough of them have succeeded."""

    api_version: ClassVar[str] = "batch/v1"
    kind: ClassVar[str] = "Job"

    metadata: ObjectMeta = ObjectMeta()
    spec: JobSpec = JobSpec()
    status: JobStatus = JobStatus()


@model
class JobTemplateSpec:
    """What a CronJob makes Jobs from."""

    metadata: ObjectMeta = ObjectMeta()
    spec: JobSpec = JobSpec()


@model
class CronJobSpec:
    """When to start a Job, and what to do when the last one still runs."""

    schedule: str = field(default="", always=True)
    time_zone: str | None = None
    starting_deadline_seconds: int | None = field(default=None, go="int64")
    concurrency_policy: str = field(default="", go="v1.ConcurrencyPolicy", values=("Allow", "Forbid", "Replace"))
    suspend: bool | None = None
    job_template: JobTemplateSpec = JobTemplateSpec()
    successful_jobs_history_limit: int | None = None
    failed_jobs_history_limit: int | None = None


@model
class CronJobStatus:
    """Which Jobs run now, and when the last one was started."""

    active: tuple[ObjectReference, ...] = ()
    last_schedule_time: Time | None = None
    last_successful_time: Time | None = None


@model
class CronJob:
    """Starts a Job again and again, by the clock."""

    api_version: ClassVar[str] = "batch/v1"
    kind: ClassVar[str] = "CronJob"

    metadata: ObjectMeta = ObjectMeta()
    spec: CronJobSpec = CronJobSpec()
    status: CronJobStatus = CronJobStatus()
