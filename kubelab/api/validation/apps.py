"""Checks of Deployment, ReplicaSet, DaemonSet and ControllerRevision.

In Kubernetes: `pkg/apis/apps/validation/validation.go`.
"""

import re

from kubelab.api.apps import (
    ControllerRevision,
    DaemonSet,
    DaemonSetSpec,
    DaemonSetUpdateStrategy,
    Deployment,
    DeploymentSpec,
    DeploymentStrategy,
    ReplicaSet,
    RollingUpdateDaemonSet,
    RollingUpdateDeployment,
)
from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.meta import LabelSelector
from kubelab.api.scalars import IntOrString
from kubelab.api.validation import metadata, names, selectors
from kubelab.api.validation.core.pods import template_spec
from kubelab.api.validation.field_error import (
    Errors,
    forbidden,
    immutable,
    invalid,
    messages,
    non_negative,
    not_supported,
    required,
)

_NO_MATCH = "`selector` does not match template `labels`"


def deployment(given: Deployment) -> Errors:
    """What is wrong with a new Deployment."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from _deployment_spec(given.spec)


def deployment_update(new: Deployment, old: Deployment) -> Errors:
    """What is wrong with a changed Deployment: its selector stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _deployment_spec(new.spec)
    yield from immutable("spec.selector", new.spec.selector, old.spec.selector)


def _deployment_spec(spec: DeploymentSpec) -> Errors:
    yield from non_negative("spec.replicas", spec.replicas)
    yield from selectors.required_selector(spec.selector, "deployment", "spec.selector")
    yield from _selected_template(spec.selector, spec.template)
    yield from _strategy(spec.strategy, "spec.strategy")
    yield from non_negative("spec.minReadySeconds", spec.min_ready_seconds)
    yield from non_negative("spec.revisionHistoryLimit", spec.revision_history_limit)
    deadline = spec.progress_deadline_seconds
    if deadline is not None:
        yield from non_negative("spec.progressDeadlineSeconds", deadline)
        if deadline <= spec.min_ready_seconds:
            yield invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")


def _selected_template(selector: LabelSelector | None, template: PodTemplateSpec) -> Errors:
    found = selectors.compiled(selector)
    if found is None:
        yield invalid("spec.selector", selector, "invalid label selector")
        return
    labels = template.metadata.labels
    yield from selectors.template_matches(selector, found, labels, "spec.template.metadata.labels")
    yield from template_spec(template, "spec.template")
    yield from always_restarted(template, "ReplicaSet")


def always_restarted(template: PodTemplateSpec, kind: str) -> Errors:
    """A mistake unless the containers of a workload's Pods are always restarted."""
    path = "spec.template.spec"
    if template.spec.restart_policy != "Always":
        yield not_supported(f"{path}.restartPolicy", template.spec.restart_policy, ("Always",))
    if template.spec.active_deadline_seconds is not None:
        text = f"activeDeadlineSeconds in {kind} is not Supported"
        yield forbidden(f"{path}.activeDeadlineSeconds", text)


def _strategy(strategy: DeploymentStrategy, path: str) -> Errors:
    rolling = strategy.rolling_update
    if strategy.type == "Recreate":
        if rolling is not None:
            yield forbidden(f"{path}.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
    elif strategy.type == "RollingUpdate":
        if rolling is None:
            yield required(f"{path}.rollingUpdate", "this should be defaulted and never be nil")
        else:
            yield from _rolling_update(rolling, f"{path}.rollingUpdate")
    else:
        yield not_supported(path, strategy, ("Recreate", "RollingUpdate"))


def _rolling_update(rolling: RollingUpdateDeployment, path: str) -> Errors:
    unavailable, surge = _or_zero(rolling.max_unavailable), _or_zero(rolling.max_surge)
    yield from positive_or_percent(unavailable, f"{path}.maxUnavailable")
    yield from positive_or_percent(surge, f"{path}.maxSurge")
    if amount_of(unavailable) == 0 and amount_of(surge) == 0:
        yield invalid(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
    yield from at_most_all(unavailable, f"{path}.maxUnavailable")


def _or_zero(value: IntOrString | None) -> IntOrString:
    return 0 if value is None else value


def positive_or_percent(value: IntOrString, path: str) -> Errors:
    """A mistake unless the value is a number that is not negative, or a percentage."""
    if isinstance(value, int):
        yield from non_negative(path, value)
    else:
        yield from messages(path, value, names.percent(value))


def at_most_all(value: IntOrString, path: str) -> Errors:
    """A mistake when the value is a percentage above 100 %."""
    if isinstance(value, str) and not names.percent(value) and int(value[:-1]) > 100:
        yield invalid(path, value, "must not be greater than 100%")


def amount_of(value: IntOrString) -> int:
    """The number in a value such as ``3`` or ``25%``."""
    if isinstance(value, int):
        return value
    if not names.percent(value):
        return int(value[:-1])
    return int(value) if re.fullmatch("[+-]?[0-9]+", value, re.ASCII) else 0


def replica_counts(status: object, fields: dict[str, str], ready: str) -> Errors:
    """Numbers that must not be negative, nor greater than all replicas, nor more available than ready."""
    counts = {name: getattr(status, attribute) for attribute, name in fields.items()}
    for name, count in counts.items():
        yield from non_negative(f"status.{name}", count)
    total = counts["replicas"]
    for name, count in counts.items():
        if name not in ("replicas", "unavailableReplicas", "terminatingReplicas") and count > total:
            yield invalid(f"status.{name}", count, "cannot be greater than status.replicas")
    if counts["availableReplicas"] > counts["readyReplicas"]:
        yield invalid("status.availableReplicas", counts["availableReplicas"], f"cannot be greater than {ready}")


def collisions(new: int | None, old: int | None) -> Errors:
    """A mistake when the count of hash collisions goes down."""
    if old is not None and (new is None or new < old):
        yield invalid("status.collisionCount", new or 0, "cannot be decremented")


def deployment_status_update(new: Deployment, old: Deployment) -> Errors:
    """What is wrong with what the controller reports of a Deployment."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from non_negative("status.observedGeneration", new.status.observed_generation)
    fields = {
        "replicas": "replicas",
        "updated_replicas": "updatedReplicas",
        "ready_replicas": "readyReplicas",
        "available_replicas": "availableReplicas",
        "unavailable_replicas": "unavailableReplicas",
    }
    if new.status.terminating_replicas is not None:
        fields["terminating_replicas"] = "terminatingReplicas"
    yield from replica_counts(new.status, fields, "readyReplicas")
    yield from collisions(new.status.collision_count, old.status.collision_count)


def replica_set(given: ReplicaSet) -> Errors:
    """What is wrong with a new ReplicaSet."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from _replica_set_spec(given)


def replica_set_update(new: ReplicaSet, old: ReplicaSet) -> Errors:
    """What is wrong with a changed ReplicaSet: its selector stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _replica_set_spec(new)
    yield from immutable("spec.selector", new.spec.selector, old.spec.selector)


def _replica_set_spec(given: ReplicaSet) -> Errors:
    spec = given.spec
    yield from non_negative("spec.replicas", spec.replicas)
    yield from non_negative("spec.minReadySeconds", spec.min_ready_seconds)
    # Upstream says "deployment" for ReplicaSets too.
    yield from selectors.required_selector(spec.selector, "deployment", "spec.selector")
    yield from _selected_template(spec.selector, spec.template)


def replica_set_status_update(new: ReplicaSet, old: ReplicaSet) -> Errors:
    """What is wrong with what the controller reports of a ReplicaSet."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    fields = {
        "replicas": "replicas",
        "fully_labeled_replicas": "fullyLabeledReplicas",
        "ready_replicas": "readyReplicas",
        "available_replicas": "availableReplicas",
    }
    if new.status.terminating_replicas is not None:
        fields["terminating_replicas"] = "terminatingReplicas"
    yield from replica_counts(new.status, fields, "readyReplicas")


def daemon_set(given: DaemonSet) -> Errors:
    """What is wrong with a new DaemonSet."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from _daemon_set_spec(given.spec)


def daemon_set_update(new: DaemonSet, old: DaemonSet) -> Errors:
    """What is wrong with a changed DaemonSet: its selector stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from immutable("spec.selector", new.spec.selector, old.spec.selector)
    yield from _daemon_set_spec(new.spec)


def _daemon_set_spec(spec: DaemonSetSpec) -> Errors:
    yield from selectors.label_selector(spec.selector, "spec.selector")
    found, labels = selectors.compiled(spec.selector), spec.template.metadata.labels
    if found is not None and not found.matches(labels):
        yield invalid("spec.template.metadata.labels", labels, _NO_MATCH)
    if spec.selector is not None and selectors.is_empty(spec.selector):
        yield invalid("spec.selector", spec.selector, "empty selector is invalid for daemonset")
    yield from template_spec(spec.template, "spec.template")
    yield from always_restarted(spec.template, "DaemonSet")
    yield from non_negative("spec.minReadySeconds", spec.min_ready_seconds)
    yield from _daemon_set_strategy(spec.update_strategy, "spec.updateStrategy")
    yield from non_negative("spec.revisionHistoryLimit", spec.revision_history_limit)


def _daemon_set_strategy(strategy: DaemonSetUpdateStrategy, path: str) -> Errors:
    if strategy.type == "OnDelete":
        return
    if strategy.type != "RollingUpdate":
        yield not_supported(path, strategy, ("RollingUpdate", "OnDelete"))
    elif strategy.rolling_update is None:
        yield required(f"{path}.rollingUpdate")
    else:
        yield from _daemon_set_rolling(strategy.rolling_update, f"{path}.rollingUpdate")


def _daemon_set_rolling(rolling: RollingUpdateDaemonSet, path: str) -> Errors:
    unavailable, surge = _or_zero(rolling.max_unavailable), _or_zero(rolling.max_surge)
    yield from positive_or_percent(unavailable, f"{path}.maxUnavailable")
    yield from positive_or_percent(surge, f"{path}.maxSurge")
    yield from at_most_all(unavailable, f"{path}.maxUnavailable")
    yield from at_most_all(surge, f"{path}.maxSurge")
    if amount_of(unavailable) != 0 and amount_of(surge) != 0:
        yield invalid(f"{path}.maxSurge", surge, "may not be set when maxUnavailable is non-zero")
    elif amount_of(unavailable) == 0 and amount_of(surge) == 0:
        yield required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0")


def daemon_set_status_update(new: DaemonSet, old: DaemonSet) -> Errors:
    """What is wrong with what the controller reports of a DaemonSet."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    status = new.status
    counts = {
        "currentNumberScheduled": status.current_number_scheduled,
        "numberMisscheduled": status.number_misscheduled,
        "desiredNumberScheduled": status.desired_number_scheduled,
        "numberReady": status.number_ready,
        "observedGeneration": status.observed_generation,
        "updatedNumberScheduled": status.updated_number_scheduled,
        "numberAvailable": status.number_available,
        "numberUnavailable": status.number_unavailable,
    }
    for field, count in counts.items():
        yield from non_negative(f"status.{field}", count)
    yield from collisions(status.collision_count, old.status.collision_count)


def controller_revision(given: ControllerRevision) -> Errors:
    """What is wrong with a new ControllerRevision."""
    yield from _revision(given)
    if given.data is None:
        yield required("data", "data is mandatory")
    elif not isinstance(given.data, dict):
        yield required("data", "data must be a valid JSON object")


def controller_revision_update(new: ControllerRevision, old: ControllerRevision) -> Errors:
    """What is wrong with a changed ControllerRevision: what it remembers stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _revision(new)
    yield from immutable("data", new.data, old.data)


def _revision(given: ControllerRevision) -> Errors:
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from non_negative("revision", given.revision)
