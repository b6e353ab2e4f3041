"""Checks of Jobs.

In Kubernetes: `pkg/apis/batch/validation/validation.go`. The registry makes a Job's selector before it asks here.
"""

from collections.abc import Mapping

from kubelab.api.batch import (
    Job,
    JobSpec,
    PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyRule,
    SuccessPolicyRule,
)
from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.model import evolve
from kubelab.api.validation import job_indexes, metadata, names, selectors
from kubelab.api.validation.core.pods import template_spec
from kubelab.api.validation.field_error import (
    OMITTED,
    Errors,
    duplicate,
    immutable,
    invalid,
    non_negative,
    not_supported,
    required,
    too_long,
    too_many,
)
from kubelab.errors import QuantityError

_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_STATUSES = ("False", "True", "Unknown")
_CONTROLLER_UID = "batch.kubernetes.io/controller-uid"
_JOB_NAME = "batch.kubernetes.io/job-name"
_LEGACY = {"controller-uid": "uid", "job-name": "name"}
_MANY = 100_000
_MAX_WITH_BACKOFF = 10_000


def job(given: Job) -> Errors:
    """What is wrong with a new Job."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from _generated_selector(given)
    yield from _selected_spec(given.spec, "spec")
    spec = given.spec
    if spec.completion_mode == "Indexed" and spec.completions:
        hostname = f"{given.metadata.name}-{spec.completions - 1}"
        if names.dns_label(hostname):
            text = f"will not able to create pod with invalid DNS label: {hostname}"
            yield invalid("metadata.name", given.metadata.name, text)


def job_update(new: Job, old: Job) -> Errors:
    """What is wrong with a changed Job: almost all of it stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from job(new)
    spec, before = new.spec, old.spec
    if spec.completion_mode != "Indexed":
        yield from immutable("spec.completions", spec.completions, before.completions)
    elif spec.completions not in (None, before.completions, spec.parallelism):
        text = "can only be modified in tandem with spec.parallelism"
        yield invalid("spec.completions", spec.completions, text)
    yield from immutable("spec.selector", spec.selector, before.selector)
    yield from _template_update(new, old)
    yield from immutable("spec.completionMode", spec.completion_mode, before.completion_mode)
    yield from immutable("spec.podFailurePolicy", spec.pod_failure_policy, before.pod_failure_policy)
    yield from immutable("spec.backoffLimitPerIndex", spec.backoff_limit_per_index, before.backoff_limit_per_index)
    yield from immutable("spec.managedBy", spec.managed_by, before.managed_by)
    yield from immutable("spec.successPolicy", spec.success_policy, before.success_policy)


def _generated_selector(given: Job) -> Errors:
    if given.spec.manual_selector or given.spec.selector is None:
        return
    meta, labels = given.metadata, given.spec.template.metadata.labels
    if not meta.uid:
        yield required("metadata.uid")
    expected = {key: getattr(meta, field) for key, field in _LEGACY.items()}
    expected |= {_CONTROLLER_UID: meta.uid, _JOB_NAME: meta.name}
    for key, value in expected.items():
        yield from _has_label(labels, key, value, "spec.template.metadata")
    found = selectors.compiled(given.spec.selector)
    if found is not None and not found.matches(expected):
        yield invalid("spec.selector", given.spec.selector, "`selector` not auto-generated")


def _has_label(labels: Mapping[str, str], key: str, value: str, path: str) -> Errors:
    if key not in labels:
        yield required(f"{path}.labels[{key}]", f"must be '{value}'")
    elif labels[key] != value:
        yield invalid(f"{path}.labels[{key}]", labels, f"must be '{value}'")


def _selected_spec(spec: JobSpec, path: str) -> Errors:
    yield from job_spec(spec, path)
    if spec.selector is None:
        yield required(f"{path}.selector")
    else:
        yield from selectors.label_selector(spec.selector, f"{path}.selector")
    found, labels = selectors.compiled(spec.selector), spec.template.metadata.labels
    if found is not None and not found.matches(labels):
        text = "`selector` does not match template `labels`"
        yield invalid(f"{path}.template.metadata.labels", labels, text)


def job_spec(spec: JobSpec, path: str) -> Errors:
    """What is wrong with what a Job is to do, in a Job or in a CronJob's template."""
    yield from non_negative(f"{path}.parallelism", spec.parallelism)
    yield from non_negative(f"{path}.completions", spec.completions)
    yield from non_negative(f"{path}.activeDeadlineSeconds", spec.active_deadline_seconds)
    yield from non_negative(f"{path}.backoffLimit", spec.backoff_limit)
    yield from non_negative(f"{path}.ttlSecondsAfterFinished", spec.ttl_seconds_after_finished)
    yield from non_negative(f"{path}.backoffLimitPerIndex", spec.backoff_limit_per_index)
    if spec.max_failed_indexes is not None:
        yield from non_negative(f"{path}.maxFailedIndexes", spec.max_failed_indexes)
        if spec.backoff_limit_per_index is None:
            yield required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified")
    if spec.managed_by is not None:
        yield from names.domain_prefixed_path(f"{path}.managedBy", spec.managed_by)
        if len(spec.managed_by) > 63:
            yield too_long(f"{path}.managedBy", 63)
    yield from _completion_mode(spec, path)
    yield from _policies(spec, path)
    yield from template_spec(spec.template, f"{path}.template")
    yield from _restart_policy(spec, f"{path}.template.spec.restartPolicy")


def _completion_mode(spec: JobSpec, path: str) -> Errors:
    mode, failed = spec.completion_mode, spec.max_failed_indexes
    if mode is not None and mode not in ("NonIndexed", "Indexed"):
        yield not_supported(f"{path}.completionMode", mode, ("NonIndexed", "Indexed"))
    if mode == "Indexed":
        yield from _indexed(spec, path)
    elif mode in (None, "NonIndexed"):
        text = "requires indexed completion mode"
        if spec.backoff_limit_per_index is not None:
            yield invalid(f"{path}.backoffLimitPerIndex", spec.backoff_limit_per_index, text)
        if failed is not None:
            yield invalid(f"{path}.maxFailedIndexes", failed, text)


def _indexed(spec: JobSpec, path: str) -> Errors:
    completions, parallelism, failed = spec.completions, spec.parallelism, spec.max_failed_indexes
    at_most = "must be less than or equal to"
    if completions is None:
        yield required(f"{path}.completions", "when completion mode is Indexed")
    if parallelism is not None and parallelism > _MANY:
        yield invalid(f"{path}.parallelism", parallelism, f"{at_most} {_MANY} when completion mode is Indexed")
    if completions is not None and failed is not None and failed > completions:
        yield invalid(f"{path}.maxFailedIndexes", failed, f"{at_most} completions")
    if failed is not None and failed > _MANY:
        yield invalid(f"{path}.maxFailedIndexes", failed, f"{at_most} {_MANY}")
    if completions is None or completions <= _MANY or spec.backoff_limit_per_index is None:
        return
    text = f"{at_most} {_MAX_WITH_BACKOFF} when completions are above {_MANY} and used with backoff limit per index"
    if failed is None:
        yield required(f"{path}.maxFailedIndexes", f"must be specified when completions is above {_MANY}")
    if parallelism is not None and parallelism > _MAX_WITH_BACKOFF:
        yield invalid(f"{path}.parallelism", parallelism, text)
    if failed is not None and failed > _MAX_WITH_BACKOFF:
        yield invalid(f"{path}.maxFailedIndexes", failed, text)


def _policies(spec: JobSpec, path: str) -> Errors:
    failure, success, replacement = spec.pod_failure_policy, spec.success_policy, spec.pod_replacement_policy
    if failure is not None:
        here = f"{path}.podFailurePolicy.rules"
        if len(failure.rules) > 20:
            yield too_many(here, len(failure.rules), 20)
        for index, rule in enumerate(failure.rules):
            yield from _failure_rule(rule, spec, f"{here}[{index}]")
    if success is not None:
        here = f"{path}.successPolicy"
        if spec.completion_mode != "Indexed":
            yield invalid(here, success, "requires indexed completion mode")
        else:
            if not success.rules:
                text = "at least one rules must be specified when the successPolicy is specified"
                yield required(f"{here}.rules", text)
            if len(success.rules) > 20:
                yield too_many(f"{here}.rules", len(success.rules), 20)
            for index, success_rule in enumerate(success.rules):
                yield from _success_rule(success_rule, spec.completions or 0, f"{here}.rules[{index}]")
    if replacement is not None:
        allowed = ("Failed", "TerminatingOrFailed") if failure is None else ("Failed",)
        if replacement not in allowed:
            yield not_supported(f"{path}.podReplacementPolicy", replacement, allowed)


def _restart_policy(spec: JobSpec, path: str) -> Errors:
    policy = spec.template.spec.restart_policy
    if policy in ("Always", ""):
        yield required(path, 'valid values: "OnFailure", "Never"')
    elif policy not in ("OnFailure", "Never"):
        yield not_supported(path, policy, ("OnFailure", "Never"))
    elif spec.pod_failure_policy is not None and policy != "Never":
        yield invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')


def _failure_rule(rule: PodFailurePolicyRule, spec: JobSpec, path: str) -> Errors:
    if not rule.action:
        yield required(f"{path}.action", f"valid values: {_listed(_ACTIONS)}")
    elif rule.action == "FailIndex":
        if spec.backoff_limit_per_index is None:
            yield invalid(f"{path}.action", rule.action, "requires the backoffLimitPerIndex to be set")
    elif rule.action not in _ACTIONS:
        yield not_supported(f"{path}.action", rule.action, _ACTIONS)
    if rule.on_exit_codes is not None:
        pod = spec.template.spec
        containers = {container.name for container in (*pod.containers, *pod.init_containers)}
        yield from _exit_codes(rule.on_exit_codes, containers, f"{path}.onExitCodes")
    patterns = rule.on_pod_conditions
    if len(patterns) > 20:
        yield too_many(f"{path}.onPodConditions", len(patterns), 20)
    for index, pattern in enumerate(patterns):
        here = f"{path}.onPodConditions[{index}]"
        yield from names.qualified_name_errors(f"{here}.type", pattern.type)
        if not pattern.status:
            yield required(f"{here}.status", f"valid values: {_listed(_STATUSES)}")
        elif pattern.status not in _STATUSES:
            yield not_supported(f"{here}.status", pattern.status, _STATUSES)
    if rule.on_exit_codes is not None and patterns:
        yield invalid(path, OMITTED, "specifying both OnExitCodes and OnPodConditions is not supported")
    if rule.on_exit_codes is None and not patterns:
        yield invalid(path, OMITTED, "specifying one of OnExitCodes and OnPodConditions is required")


def _listed(values: tuple[str, ...]) -> str:
    return f"[{' '.join(f'{chr(34)}{value}{chr(34)}' for value in values)}]"


def _exit_codes(rule: PodFailurePolicyOnExitCodesRequirement, containers: set[str], path: str) -> Errors:
    if not rule.operator:
        yield required(f"{path}.operator", f"valid values: {_listed(('In', 'NotIn'))}")
    elif rule.operator not in ("In", "NotIn"):
        yield not_supported(f"{path}.operator", rule.operator, ("In", "NotIn"))
    if rule.container_name is not None and rule.container_name not in containers:
        text = "must be one of the container or initContainer names in the pod template"
        yield invalid(f"{path}.containerName", rule.container_name, text)
    here = f"{path}.values"
    if not rule.values:
        yield invalid(here, rule.values, "at least one value is required")
    elif len(rule.values) > 255:
        yield too_many(here, len(rule.values), 255)
    seen: set[int] = set()
    for index, code in enumerate(rule.values):
        if rule.operator == "In" and code == 0:
            yield invalid(f"{here}[{index}]", code, "must not be 0 for the In operator")
        if code in seen:
            yield duplicate(f"{here}[{index}]", code)
        seen.add(code)
    if list(rule.values) != sorted(rule.values):
        yield invalid(here, rule.values, "must be ordered")


def _success_rule(rule: SuccessPolicyRule, completions: int, path: str) -> Errors:
    count, indexes = rule.succeeded_count, rule.succeeded_indexes
    if count is None and indexes is None:
        yield required(path, "at least one of succeededCount or succeededIndexes must be specified")
    total = 0
    if indexes is not None:
        here = f"{path}.succeededIndexes"
        if len(indexes) > 64 * 1024:
            yield too_long(here, 64 * 1024)
        try:
            total = job_indexes.count(indexes, completions)
        except QuantityError as error:
            yield invalid(here, indexes, f"error parsing succeededIndexes: {error}")
    if count is None:
        return
    here = f"{path}.succeededCount"
    yield from non_negative(here, count)
    at_most = "must be less than or equal to"
    if count > completions:
        yield invalid(here, count, f"{at_most} {completions} (the number of specified completions)")
    if indexes is not None and count > total:
        text = f"{at_most} {total} (the number of indexes in the specified succeededIndexes field)"
        yield invalid(here, count, text)


def _template_update(new: Job, old: Job) -> Errors:
    template, before = new.spec.template, old.spec.template
    if template is before:
        return
    suspended = bool(old.spec.suspend)
    if suspended and _may_change_template(old):
        comparable = _with_scheduling_of(before, template)
        path = "spec.template.spec"
        yield from immutable(path, template.spec, _with_resources_of(comparable, template).spec)
    else:
        yield from immutable("spec.template", template, before)


def _may_change_template(old: Job) -> bool:
    """While a Job is suspended, and none of its Pods is left, where and how large its Pods are may change."""
    told = any(condition.type == "Suspended" and condition.status == "True" for condition in old.status.conditions)
    return old.status.active == 0 and (old.status.start_time is None or told)


def _with_scheduling_of(old: PodTemplateSpec, new: PodTemplateSpec) -> PodTemplateSpec:
    affinity, wanted = old.spec.affinity, new.spec.affinity
    if wanted is None:
        if affinity is not None:
            affinity = evolve(affinity, node_affinity=None)
            if affinity.pod_affinity is None and affinity.pod_anti_affinity is None:
                affinity = None
    elif affinity is None:
        affinity = evolve(wanted, pod_affinity=None, pod_anti_affinity=None)
    else:
        affinity = evolve(affinity, node_affinity=wanted.node_affinity)
    spec = evolve(
        old.spec,
        affinity=affinity,
        node_selector=new.spec.node_selector,
        tolerations=new.spec.tolerations,
        scheduling_gates=new.spec.scheduling_gates,
    )
    meta = evolve(old.metadata, annotations=new.metadata.annotations, labels=new.metadata.labels)
    return evolve(old, metadata=meta, spec=spec)


def _with_resources_of(old: PodTemplateSpec, new: PodTemplateSpec) -> PodTemplateSpec:
    lists = {}
    for field in ("containers", "init_containers"):
        before, after = getattr(old.spec, field), getattr(new.spec, field)
        if len(before) == len(after):
            pairs = zip(before, after, strict=True)
            before = tuple(evolve(b, resources=a.resources) if a.name == b.name else b for b, a in pairs)
        lists[field] = before
    return evolve(old, spec=evolve(old.spec, **lists))
