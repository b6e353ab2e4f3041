"""Checks of StatefulSets.

In Kubernetes: `ValidateStatefulSetSpec` of `pkg/apis/apps/validation/validation.go`.
"""

from kubelab.api.apps import StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy
from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.core.volume import PersistentVolumeClaimVolumeSource, Volume
from kubelab.api.model import evolve
from kubelab.api.validation import metadata, names, selectors
from kubelab.api.validation.apps import (
    always_restarted,
    amount_of,
    at_most_all,
    collisions,
    positive_or_percent,
    replica_counts,
)
from kubelab.api.validation.core.claims import claim_spec
from kubelab.api.validation.core.pods import template_spec
from kubelab.api.validation.field_error import Errors, forbidden, invalid, non_negative, not_supported, required

_STATEFUL_SET_FIXED = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


def stateful_set(given: StatefulSet) -> Errors:
    """What is wrong with a new StatefulSet."""
    yield from metadata.object_meta(given.metadata, namespaced=True, name_check=names.is_label)
    yield from _stateful_set_spec(given.spec, new=True)


def stateful_set_update(new: StatefulSet, old: StatefulSet) -> Errors:
    """What is wrong with a changed StatefulSet: most of it stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _stateful_set_spec(new.spec, new=False)
    comparable = evolve(
        new.spec,
        replicas=old.spec.replicas,
        template=old.spec.template,
        update_strategy=old.spec.update_strategy,
        min_ready_seconds=old.spec.min_ready_seconds,
        ordinals=old.spec.ordinals,
        revision_history_limit=old.spec.revision_history_limit,
        persistent_volume_claim_retention_policy=old.spec.persistent_volume_claim_retention_policy,
    )
    if comparable != old.spec:
        yield forbidden("spec", _STATEFUL_SET_FIXED)


def _stateful_set_spec(spec: StatefulSetSpec, new: bool) -> Errors:
    management = spec.pod_management_policy
    if not management:
        yield required("spec.podManagementPolicy")
    elif management not in ("OrderedReady", "Parallel"):
        yield invalid("spec.podManagementPolicy", management, "must be 'OrderedReady' or 'Parallel'")
    yield from _stateful_set_strategy(spec.update_strategy, "spec.updateStrategy")
    retention = spec.persistent_volume_claim_retention_policy
    if retention is not None:
        path = "spec.persistentVolumeClaimRetentionPolicy"
        for field, policy in (("whenDeleted", retention.when_deleted), ("whenScaled", retention.when_scaled)):
            if policy not in ("Retain", "Delete"):
                yield not_supported(f"{path}.{field}", policy, ("Retain", "Delete"))
    if new:
        for index, claim in enumerate(spec.volume_claim_templates):
            yield from claim_spec(claim.spec, f"spec.volumeClaimTemplates[{index}].spec")
    yield from non_negative("spec.replicas", spec.replicas)
    yield from non_negative("spec.minReadySeconds", spec.min_ready_seconds)
    if spec.ordinals is not None:
        yield from non_negative("spec.ordinals.start", spec.ordinals.start)
    if new and spec.service_name:
        yield from names.label_errors("spec.serviceName", spec.service_name)
    yield from selectors.required_selector(spec.selector, "statefulset", "spec.selector")
    found = selectors.compiled(spec.selector)
    if found is None:
        yield invalid("spec.selector", spec.selector, "")
    else:
        labels = spec.template.metadata.labels
        yield from selectors.template_matches(spec.selector, found, labels, "spec.template.metadata.labels")
        yield from template_spec(_with_claims(spec), "spec.template")
    yield from always_restarted(spec.template, "StatefulSet")


def _with_claims(spec: StatefulSetSpec) -> PodTemplateSpec:
    """The template as its Pods will be: with a volume for each claim, hostname and subdomain left to the controller."""
    template, pod = spec.template, spec.template.spec
    if not (pod.hostname or pod.subdomain or spec.volume_claim_templates):
        return template
    claimed = {
        claim.metadata.name: Volume(
            name=claim.metadata.name,
            persistent_volume_claim=PersistentVolumeClaimVolumeSource(claim_name=claim.metadata.name),
        )
        for claim in spec.volume_claim_templates
    }
    volumes = (*claimed.values(), *(volume for volume in pod.volumes if volume.name not in claimed))
    return evolve(template, spec=evolve(pod, hostname="", subdomain="", volumes=volumes))


def _stateful_set_strategy(strategy: StatefulSetUpdateStrategy, path: str) -> Errors:
    rolling = strategy.rolling_update
    if not strategy.type:
        yield required(path)
    elif strategy.type == "OnDelete":
        if rolling is not None:
            yield invalid(f"{path}.rollingUpdate", rolling, "only allowed for updateStrategy 'RollingUpdate'")
    elif strategy.type != "RollingUpdate":
        yield invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'")
    elif rolling is not None:
        yield from non_negative(f"{path}.rollingUpdate.partition", rolling.partition)
        unavailable, here = rolling.max_unavailable, f"{path}.rollingUpdate.maxUnavailable"
        if unavailable is not None:
            yield from positive_or_percent(unavailable, here)
            if amount_of(unavailable) == 0:
                yield invalid(here, unavailable, "cannot be 0")
            yield from at_most_all(unavailable, here)


def stateful_set_status_update(new: StatefulSet, old: StatefulSet) -> Errors:
    """What is wrong with what the controller reports of a StatefulSet."""
    fields = {
        "replicas": "replicas",
        "ready_replicas": "readyReplicas",
        "current_replicas": "currentReplicas",
        "updated_replicas": "updatedReplicas",
        "available_replicas": "availableReplicas",
    }
    yield from replica_counts(new.status, fields, "status.readyReplicas")
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from collisions(new.status.collision_count, old.status.collision_count)
