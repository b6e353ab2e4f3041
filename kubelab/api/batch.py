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
    """The exit codes for which a rule on failed Pods holds.

    Attributes:
        container_name: which container; "" means any.
        operator: whether the exit code must be one of the values, or none.
        values: the exit codes.
    """

    container_name: str | None = None
    operator: str = field(default="", always=True, go="v1.PodFailurePolicyOnExitCodesOperator", values=("In", "NotIn"))
    values: tuple[int, ...] = field(default=(), always=True)


@model
class PodFailurePolicyOnPodConditionsPattern:
    """A condition of a failed Pod for which a rule holds.

    Attributes:
        type: of the condition.
        status: that it must have.
    """

    type: str = field(default="", always=True, go="v1.PodConditionType", values=POD_CONDITION_TYPES)
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))


@model
class PodFailurePolicyRule:
    """What a failed Pod of a certain kind means for its Job.

    Attributes:
        action: fail the Job or the index, do not count the Pod, or count it.
        on_exit_codes: holds for these exit codes.
        on_pod_conditions: holds for Pods with one of these conditions.
    """

    action: str = field(
        default="", always=True, go="v1.PodFailurePolicyAction", values=("FailJob", "FailIndex", "Ignore", "Count")
    )
    on_exit_codes: PodFailurePolicyOnExitCodesRequirement | None = None
    on_pod_conditions: tuple[PodFailurePolicyOnPodConditionsPattern, ...] = ()


@model
class PodFailurePolicy:
    """What failed Pods mean for a Job; the first rule that holds decides.

    Attributes:
        rules: looked at in order.
    """

    rules: tuple[PodFailurePolicyRule, ...] = field(default=(), always=True)


@model
class SuccessPolicyRule:
    """Which indexes, or how many of them, are enough for success.

    Attributes:
        succeeded_indexes: the indexes that must have succeeded, such as ``0-3,7``.
        succeeded_count: how many of them.
    """

    succeeded_indexes: str | None = None
    succeeded_count: int | None = None


@model
class SuccessPolicy:
    """When an indexed Job counts as done although not all its indexes are.

    Attributes:
        rules: the first that is met ends the Job.
    """

    rules: tuple[SuccessPolicyRule, ...] = field(default=(), always=True)


@model
class JobSpec:
    """How often to run a Pod to its end, how many at a time, and when to give up.

    Attributes:
        parallelism: how many Pods may run at a time.
        completions: how many Pods must succeed.
        active_deadline_seconds: for how many seconds the whole Job may run.
        pod_failure_policy: what failed Pods mean.
        success_policy: when it counts as done early.
        backoff_limit: how many Pods may fail before the Job does.
        backoff_limit_per_index: how many Pods of one index may fail.
        max_failed_indexes: how many indexes may fail before the Job does.
        selector: which Pods are its own; made by the API server.
        manual_selector: whether the selector is the user's own business.
        template: what its Pods look like.
        ttl_seconds_after_finished: how many seconds after its end it is deleted.
        completion_mode: whether one Pod is as good as another, or each index needs its own.
        suspend: whether no Pod may run for now.
        pod_replacement_policy: whether a Pod is replaced as soon as it begins to end, or when it has.
        managed_by: the controller that looks after it, if not the usual one.
    """

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
    """One thing that is or is not the case with a Job.

    Attributes:
        type: what it is about.
        status: whether it is the case.
        last_probe_time: when it was last looked at.
        last_transition_time: when the status last changed.
        reason: one CamelCase word for programs.
        message: a sentence for people.
    """

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
    """Pods that have ended but are not in the counts yet.

    Attributes:
        succeeded: the uids of those that have succeeded.
        failed: the uids of those that have failed.
    """

    succeeded: tuple[str, ...] = field(default=(), go="[]types.UID")
    failed: tuple[str, ...] = field(default=(), go="[]types.UID")


@model
class JobStatus:
    """How far a Job has come.

    Attributes:
        conditions: whether it is complete, failed or suspended.
        start_time: when it was begun.
        completion_time: when it was complete.
        active: Pods that run or wait to.
        succeeded: Pods that have succeeded.
        failed: Pods that have failed.
        terminating: Pods that are about to end.
        completed_indexes: the indexes that are done, such as ``0-3,7``.
        failed_indexes: the indexes that have failed for good.
        uncounted_terminated_pods: Pods that are not counted yet.
        ready: Pods that are ready.
    """

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
    """Runs Pods until enough of them have succeeded.

    Attributes:
        metadata: its identity.
        spec: what to run, how often.
        status: how far it has come.
    """

    api_version: ClassVar[str] = "batch/v1"
    kind: ClassVar[str] = "Job"

    metadata: ObjectMeta = ObjectMeta()
    spec: JobSpec = JobSpec()
    status: JobStatus = JobStatus()


@model
class JobTemplateSpec:
    """What a CronJob makes Jobs from.

    Attributes:
        metadata: labels and annotations of the Jobs.
        spec: what the Jobs do.
    """

    metadata: ObjectMeta = ObjectMeta()
    spec: JobSpec = JobSpec()


@model
class CronJobSpec:
    """When to start a Job, and what to do when the last one still runs.

    Attributes:
        schedule: when, in the notation of cron: ``*/5 * * * *``.
        time_zone: in whose time the schedule is meant, such as ``Europe/Berlin``.
        starting_deadline_seconds: how late a Job may still be started.
        concurrency_policy: what to do when the last Job still runs: start another, skip, or replace it.
        suspend: whether nothing is started for now.
        job_template: what its Jobs look like.
        successful_jobs_history_limit: how many Jobs that have succeeded are kept.
        failed_jobs_history_limit: how many Jobs that have failed are kept.
    """

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
    """Which Jobs run now, and when the last one was started.

    Attributes:
        active: the Jobs that run now.
        last_schedule_time: when the last one was started.
        last_successful_time: when one last succeeded.
    """

    active: tuple[ObjectReference, ...] = ()
    last_schedule_time: Time | None = None
    last_successful_time: Time | None = None


@model
class CronJob:
    """Starts a Job again and again, by the clock.

    Attributes:
        metadata: its identity.
        spec: when to start what.
        status: what runs now.
    """

    api_version: ClassVar[str] = "batch/v1"
    kind: ClassVar[str] = "CronJob"

    metadata: ObjectMeta = ObjectMeta()
    spec: CronJobSpec = CronJobSpec()
    status: CronJobStatus = CronJobStatus()
