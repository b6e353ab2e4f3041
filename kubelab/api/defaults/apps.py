"""Defaults of Deployment, ReplicaSet, StatefulSet and DaemonSet.

In Kubernetes: `pkg/apis/apps/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.apps import (
    DaemonSet,
    Deployment,
    DeploymentStrategy,
    ReplicaSet,
    RollingUpdateDaemonSet,
    RollingUpdateDeployment,
    RollingUpdateStatefulSetStrategy,
    StatefulSet,
    StatefulSetPersistentVolumeClaimRetentionPolicy,
)
from kubelab.api.defaults.changes import changed, each, filled
from kubelab.api.defaults.pod import default_template
from kubelab.api.defaults.volume import default_claim


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def default_deployment(deployment: Deployment) -> Deployment:
    """Fill in one replica, a rolling update of 25 % at a time, ten old revisions, ten minutes to make progress."""
    spec = deployment.spec
    spec = changed(
        spec,
        replicas=_or(spec.replicas, 1),
        strategy=_default_strategy(spec.strategy),
        revision_history_limit=_or(spec.revision_history_limit, 10),
        progress_deadline_seconds=_or(spec.progress_deadline_seconds, 600),
        template=default_template(spec.template),
    )
    return changed(deployment, spec=spec)


def _default_strategy(strategy: DeploymentStrategy) -> DeploymentStrategy:
    strategy = filled(strategy, type="RollingUpdate")
    if strategy.type != "RollingUpdate":
        return strategy
    rolling = _or(strategy.rolling_update, RollingUpdateDeployment())
    rolling = changed(
        rolling, max_unavailable=_or(rolling.max_unavailable, "25%"), max_surge=_or(rolling.max_surge, "25%")
    )
    return changed(strategy, rolling_update=rolling)


def default_replica_set(replica_set: ReplicaSet) -> ReplicaSet:
    """Fill in one replica, and the template."""
    spec = replica_set.spec
    spec = changed(spec, replicas=_or(spec.replicas, 1), template=default_template(spec.template))
    return changed(replica_set, spec=spec)


def default_stateful_set(stateful_set: StatefulSet) -> StatefulSet:
    """Fill in ordered Pods, a rolling update from the last ordinal to 0, and that claims are kept."""
    spec = filled(stateful_set.spec, pod_management_policy="OrderedReady")
    strategy = spec.update_strategy
    if strategy.type == "":
        rolling = _or(strategy.rolling_update, RollingUpdateStatefulSetStrategy())
        strategy = changed(strategy, type="RollingUpdate", rolling_update=rolling)
    if strategy.type == "RollingUpdate" and strategy.rolling_update is not None:
        rolling = changed(strategy.rolling_update, partition=_or(strategy.rolling_update.partition, 0))
        strategy = changed(strategy, rolling_update=rolling)
    retention = _or(spec.persistent_volume_claim_retention_policy, StatefulSetPersistentVolumeClaimRetentionPolicy())
    spec = changed(
        spec,
        update_strategy=strategy,
        persistent_volume_claim_retention_policy=filled(retention, when_deleted="Retain", when_scaled="Retain"),
        replicas=_or(spec.replicas, 1),
        revision_history_limit=_or(spec.revision_history_limit, 10),
        template=default_template(spec.template),
        volume_claim_templates=each(spec.volume_claim_templates, default_claim),
    )
    return changed(stateful_set, spec=spec)


def default_daemon_set(daemon_set: DaemonSet) -> DaemonSet:
    """Fill in a rolling update of one node at a time, and ten old revisions."""
    spec = daemon_set.spec
    strategy = filled(spec.update_strategy, type="RollingUpdate")
    if strategy.type == "RollingUpdate":
        rolling = _or(strategy.rolling_update, RollingUpdateDaemonSet())
        rolling = changed(rolling, max_unavailable=_or(rolling.max_unavailable, 1), max_surge=_or(rolling.max_surge, 0))
        strategy = changed(strategy, rolling_update=rolling)
    spec = changed(
        spec,
        update_strategy=strategy,
        revision_history_limit=_or(spec.revision_history_limit, 10),
        template=default_template(spec.template),
    )
    return changed(daemon_set, spec=spec)


DEFAULTS: dict[str, Callable[[Any], Any]] = {
    "Deployment": default_deployment,
    "ReplicaSet": default_replica_set,
    "StatefulSet": default_stateful_set,
    "DaemonSet": default_daemon_set,
}
"""The function that fills in each kind; a kind that is missing has no defaults."""
