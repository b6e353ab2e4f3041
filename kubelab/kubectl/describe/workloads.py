"""Deployments, ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets, Jobs, CronJobs.

Source: kubectl `pkg/describe/describe.go`.
"""

from typing import Any

from kubelab.api.duration import human
from kubelab.kubectl.client import Client
from kubelab.kubectl.describe.pod_template import pod_template
from kubelab.kubectl.describe.writer import Writer, controlled_by, go_list, moment, or_none, pairs, plain_truth, truth
from kubelab.kubectl.revisions import NUMBER
from kubelab.views.printers.cells import selector


def deployment(w: Writer, obj: Any, client: Client) -> None:
    """Describe a Deployment."""
    spec, status, meta = obj.spec, obj.status, obj.metadata
    w.row("Name", meta.name)
    w.row("Namespace", meta.namespace)
    w.row("CreationTimestamp", moment(meta.creation_timestamp))
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    w.row("Selector", selector(spec.selector))
    counts = f"{status.updated_replicas} updated | {status.replicas} total | {status.available_replicas} available"
    w.row("Replicas", f"{spec.replicas} desired | {counts} | {status.unavailable_replicas} unavailable")
    w.row("StrategyType", spec.strategy.type)
    w.row("MinReadySeconds", spec.min_ready_seconds)
    rolling = spec.strategy.rolling_update
    if rolling is not None:
        w.row("RollingUpdateStrategy", f"{rolling.max_unavailable} max unavailable, {rolling.max_surge} max surge")
    pod_template(w, spec.template)
    w.conditions(status.conditions)
    owned = client.view.owned(meta.uid, "ReplicaSet")
    new = [each for each in owned if _is_of(each, obj)]
    old = [each for each in owned if each not in new and (each.spec.replicas or each.status.replicas)]
    idle = [each for each in owned if each not in new and each not in old]
    if owned:
        w.row("OldReplicaSets", _replica_sets([*old, *idle]))
        w.row("NewReplicaSet", _replica_sets(new))


def _is_of(replica_set: Any, deployment_: Any) -> bool:
    """Whether a ReplicaSet is of the Deployment's present template: the newest revision has it."""
    from kubelab.kubectl.revisions import same_template

    return same_template(replica_set.spec.template, deployment_.spec.template)


def _replica_sets(found: list[Any]) -> str:
    by_age = sorted(found, key=lambda each: (int(each.metadata.annotations.get(NUMBER, "0") or 0), each.metadata.name))
    return or_none(
        ", ".join(
            f"{each.metadata.name} ({each.status.replicas}/{each.spec.replicas} replicas created)" for each in by_age
        )
    )


def pod_counts(client: Client, obj: Any) -> str:
    """How many Pods of a controller are in which phase."""
    phases = [pod.status.phase for pod in client.view.owned(obj.metadata.uid, "Pod")]
    counts = [phases.count(phase) for phase in ("Running", "Pending", "Succeeded", "Failed")]
    return "{} Running / {} Waiting / {} Succeeded / {} Failed".format(*counts)


def replica_set(w: Writer, obj: Any, client: Client) -> None:
    """Describe a ReplicaSet."""
    spec, status, meta = obj.spec, obj.status, obj.metadata
    w.row("Name", meta.name)
    w.row("Namespace", meta.namespace)
    w.row("Selector", selector(spec.selector))
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    owner = controlled_by(obj)
    if owner:
        w.row("Controlled By", owner)
    w.row("Replicas", f"{status.replicas} current / {spec.replicas} desired")
    w.row("Pods Status", pod_counts(client, obj))
    pod_template(w, spec.template)
    w.conditions(status.conditions)


def replication_controller(w: Writer, obj: Any, client: Client) -> None:
    """Describe a ReplicationController."""
    spec, status, meta = obj.spec, obj.status, obj.metadata
    w.row("Name", meta.name)
    w.row("Namespace", meta.namespace)
    w.row("Selector", pairs(spec.selector))
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    w.row("Replicas", f"{status.replicas} current / {spec.replicas} desired")
    w.row("Pods Status", pod_counts(client, obj))
    pod_template(w, spec.template)
    w.conditions(status.conditions)


def stateful_set(w: Writer, obj: Any, client: Client) -> None:
    """Describe a StatefulSet."""
    spec, status, meta = obj.spec, obj.status, obj.metadata
    w.row("Name", meta.name)
    w.row("Namespace", meta.namespace)
    w.row("CreationTimestamp", moment(meta.creation_timestamp))
    w.row("Selector", selector(spec.selector))
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    w.row("Replicas", f"{spec.replicas} desired | {status.replicas} total")
    w.row("Update Strategy", spec.update_strategy.type)
    rolling = spec.update_strategy.rolling_update
    if rolling is not None and rolling.partition is not None:
        w.row("Partition", rolling.partition, 1)
    w.row("Pods Status", pod_counts(client, obj))
    pod_template(w, spec.template)
    _claims(w, spec.volume_claim_templates)


def _claims(w: Writer, templates: Any) -> None:
    if not templates:
        w.row("Volume Claims", "<none>")
        return
    w.line("Volume Claims:")
    for claim in templates:
        w.row("Name", claim.metadata.name, 1)
        w.row("StorageClass", claim.spec.storage_class_name or "", 1)
        w.labels("Labels", claim.metadata.labels, "  ")
        w.labels("Annotations", claim.metadata.annotations, "  ")
        w.row("Capacity", claim.spec.resources.requests.get("storage", "<default>"), 1)
        w.row("Access Modes", go_list(claim.spec.access_modes), 1)


def daemon_set(w: Writer, obj: Any, client: Client) -> None:
    """Describe a DaemonSet."""
    spec, status, meta = obj.spec, obj.status, obj.metadata
    w.row("Name", meta.name)
    w.row("Namespace", meta.namespace)
    w.row("Selector", selector(spec.selector))
    w.row("Node-Selector", pairs(spec.template.spec.node_selector))
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    w.line(f"Desired Number of Nodes Scheduled: {status.desired_number_scheduled}")
    w.line(f"Current Number of Nodes Scheduled: {status.current_number_scheduled}")
    w.line(f"Number of Nodes Scheduled with Up-to-date Pods: {status.updated_number_scheduled}")
    w.line(f"Number of Nodes Scheduled with Available Pods: {status.number_available}")
    w.line(f"Number of Nodes Misscheduled: {status.number_misscheduled}")
    w.row("Pods Status", pod_counts(client, obj))
    pod_template(w, spec.template)


def job(w: Writer, obj: Any, client: Client) -> None:
    """Describe a Job."""
    spec, status, meta = obj.spec, obj.status, obj.metadata
    w.row("Name", meta.name)
    w.row("Namespace", meta.namespace)
    w.row("Selector", selector(spec.selector))
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    owner = controlled_by(obj)
    if owner:
        w.row("Controlled By", owner)
    if spec.parallelism is not None:
        w.row("Parallelism", spec.parallelism)
    w.row("Completions", "<unset>" if spec.completions is None else spec.completions)
    if spec.completion_mode is not None:
        w.row("Completion Mode", spec.completion_mode)
    if spec.suspend is not None:
        w.row("Suspend", plain_truth(spec.suspend))
    if spec.backoff_limit is not None:
        w.row("Backoff Limit", spec.backoff_limit)
    if spec.ttl_seconds_after_finished is not None:
        w.row("TTL Seconds After Finished", spec.ttl_seconds_after_finished)
    if status.start_time is not None:
        w.row("Start Time", moment(status.start_time))
    if status.completion_time is not None:
        w.row("Completed At", moment(status.completion_time))
        if status.start_time is not None:
            w.row("Duration", human(status.completion_time - status.start_time))
    if spec.active_deadline_seconds is not None:
        w.row("Active Deadline Seconds", f"{spec.active_deadline_seconds}s")
    ready = "" if status.ready is None else f" ({status.ready} Ready)"
    counts = f"{status.active or 0} Active{ready} / {status.succeeded or 0} Succeeded / {status.failed or 0} Failed"
    w.row("Pods Statuses", counts)
    if spec.completion_mode == "Indexed":
        w.row("Completed Indexes", _capped(status.completed_indexes or ""))
    pod_template(w, spec.template)


def _capped(indexes: str, most: int = 50) -> str:
    """The first of the completed indexes, cut at a comma."""
    comma = indexes.find(",", most)
    return or_none(indexes if comma < 0 else f"{indexes[: comma + 1]}...")


def cron_job(w: Writer, obj: Any, client: Client) -> None:
    """Describe a CronJob."""
    spec, status = obj.spec, obj.status

    def row(label: str, value: Any, sign: str = "") -> None:
        w.row(label, "<unset>" if value is None else f"{value}{sign}")

    w.head(obj)
    w.row("Schedule", spec.schedule)
    w.row("Concurrency Policy", spec.concurrency_policy)
    w.row("Suspend", truth(spec.suspend))
    row("Time Zone", spec.time_zone)
    row("Successful Job History Limit", spec.successful_jobs_history_limit)
    row("Failed Job History Limit", spec.failed_jobs_history_limit)
    row("Starting Deadline Seconds", spec.starting_deadline_seconds, "s")
    template = spec.job_template.spec
    row("Selector", None if template.selector is None else selector(template.selector))
    row("Parallelism", template.parallelism)
    row("Completions", template.completions)
    if template.active_deadline_seconds is not None:
        row("Active Deadline Seconds", template.active_deadline_seconds, "s")
    pod_template(w, template.template)
    w.row("Last Schedule Time", "<unset>" if status.last_schedule_time is None else moment(status.last_schedule_time))
    w.row("Active Jobs", or_none(", ".join(each.name for each in status.active)))
