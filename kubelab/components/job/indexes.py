"""The indexes of an Indexed Job: who has which, which are done, and which come next.

`status.completedIndexes` holds many numbers in short: ``0,2-5,7``. Here such a list is a sorted tuple of numbers.

Source: `pkg/controller/job/indexed_job_utils.go`, `success_policy.go`.
"""

from collections.abc import Iterable, Sequence

from kubelab.api.batch import SuccessPolicy
from kubelab.api.core.container import Container
from kubelab.api.core.env import EnvVar, EnvVarSource
from kubelab.api.core.pod import Pod, PodTemplateSpec
from kubelab.api.core.projection import ObjectFieldSelector
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.state.pod_ranking import pods_to_delete

COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index"
"""The annotation and label that hold a Pod's index."""

INDEX_FAILURE_COUNT = "batch.kubernetes.io/job-index-failure-count"
INDEX_IGNORED_FAILURE_COUNT = "batch.kubernetes.io/job-index-ignored-failure-count"

ENVIRONMENT = "JOB_COMPLETION_INDEX"
"""The environment variable that tells a container its index."""

MAX_GENERATED_BASE = 58
"""The longest part of a name to which the API server adds a suffix."""

Indexes = tuple[int, ...]


def completion_index(pod: Pod) -> int | None:
    """The index of a Pod, or None when it has none that can be read."""
    return _number(pod.metadata.annotations.get(COMPLETION_INDEX, ""))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def valid_index(pod: Pod, completions: int) -> int | None:
    """The index of a Pod if its Job has such an index, or None."""
    index = completion_index(pod)
    return index if index is not None and index < completions else None


def failure_count(pod: Pod) -> int:
    """How many Pods of the same index failed before this one, not counting those that a policy ignores."""
    return _number(pod.metadata.annotations.get(INDEX_FAILURE_COUNT, "")) or 0


def absolute_failure_count(pod: Pod) -> int:
    """How many Pods of the same index failed before this one, counting all."""
    return failure_count(pod) + (_number(pod.metadata.annotations.get(INDEX_IGNORED_FAILURE_COUNT, "")) or 0)


def parse(text: str, completions: int) -> Indexes:
    """The indexes below `completions` that a text such as ``0,2-5`` lists; what is no list is none."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        low, high = _number(first), _number(last or first)
        if low is not None and high is not None:
            found.update(range(low, min(high + 1, completions)))
    return tuple(sorted(found))


def text(indexes: Sequence[int]) -> str:
    """The indexes in short: three and more in a row as ``2-5``."""
    parts: list[str] = []
    at = 0
    while at < len(indexes):
        end = at
        while end + 1 < len(indexes) and indexes[end + 1] == indexes[end] + 1:
            end += 1
        if end >= at + 2:
            parts.append(f"{indexes[at]}-{indexes[end]}")
        else:
            parts.extend(str(indexes[i]) for i in range(at, end + 1))
        at = end + 1
    return ",".join(parts)


def merged(*lists: Iterable[int]) -> Indexes:
    """All indexes of several lists."""
    return tuple(sorted({index for each in lists for index in each}))


def first_pending(taken: Sequence[int], count: int, completions: int) -> list[int]:
    """The first `count` indexes that are not taken."""
    found: list[int] = []
    held = set(taken)
    for index in range(completions):
        if len(found) == count:
            break
        if index not in held:
            found.append(index)
    return found


def matched_rule(policy: SuccessPolicy | None, completions: int, succeeded: Indexes) -> int | None:
    """The number of the first rule of a success policy that holds, or None."""
    if policy is None or not succeeded:
        return None
    for number, rule in enumerate(policy.rules):
        if rule.succeeded_indexes is not None:
            required = parse(rule.succeeded_indexes, completions)
            met = len(set(required) & set(succeeded))
            enough = rule.succeeded_count is not None and met >= rule.succeeded_count
            if required and (met == len(required) or enough):
                return number
        elif rule.succeeded_count is not None and len(succeeded) >= rule.succeeded_count:
            return number
    return None


def surplus(pods: Sequence[Pod], completions: int, now: int) -> list[Pod]:
    """The Pods without a valid index, and of those that share one all but the one whose loss hurts most."""
    groups: dict[int | None, list[Pod]] = {}
    for pod in pods:
        groups.setdefault(valid_index(pod, completions), []).append(pod)
    gone = groups.pop(None, [])
    for index in sorted(i for i in groups if i is not None):
        group = groups[index]
        gone += [pod for pod, _ in pods_to_delete(group, (), len(group) - 1, now)] if len(group) > 1 else []
    return gone


# What a Pod with an index has besides


def with_environment(template: PodTemplateSpec) -> PodTemplateSpec:
    """The template whose containers are told their index."""
    spec = template.spec
    return evolve(
        template,
        spec=evolve(
            spec,
            init_containers=tuple(map(_told, spec.init_containers)),
            containers=tuple(map(_told, spec.containers)),
        ),
    )


def _told(container: Container) -> Container:
    if any(variable.name == ENVIRONMENT for variable in container.env):
        return container
    field = ObjectFieldSelector(field_path=f"metadata.labels['{COMPLETION_INDEX}']")
    variable = EnvVar(name=ENVIRONMENT, value_from=EnvVarSource(field_ref=field))
    return evolve(container, env=(*container.env, variable))


def with_index(pod: Pod, job: ObjectMeta, index: int) -> Pod:
    """The Pod as the one with this index: its name, host name, label and annotation say it."""
    mark = {COMPLETION_INDEX: str(index)}
    end = f"-{index}-"
    base = f"{job.name}{end}"
    if len(base) > MAX_GENERATED_BASE:
        base = base[: MAX_GENERATED_BASE - len(end)] + end
    meta = evolve(
        pod.metadata,
        generate_name=base,
        labels=pod.metadata.labels.with_(mark),
        annotations=pod.metadata.annotations.with_(mark),
    )
    return evolve(pod, metadata=meta, spec=evolve(pod.spec, hostname=f"{job.name}-{index}"))


def with_failures(pod: Pod, counted: int, ignored: int) -> Pod:
    """The Pod that carries how often its index has failed so far."""
    marks = {INDEX_FAILURE_COUNT: str(counted)} | ({INDEX_IGNORED_FAILURE_COUNT: str(ignored)} if ignored else {})
    return evolve(pod, metadata=evolve(pod.metadata, annotations=pod.metadata.annotations.with_(marks)))
