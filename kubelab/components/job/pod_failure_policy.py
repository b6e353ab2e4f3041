"""What a failed Pod means for its Job: the first rule of `spec.podFailurePolicy` that holds decides.

Source: `pkg/controller/job/pod_failure_policy.go`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from kubelab.api.batch import PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement
from kubelab.api.core.container_status import ContainerStatus
from kubelab.api.core.pod import Pod


class Verdict(NamedTuple):
    """What a policy says of one Pod.

    Attributes:
        counts: whether the failure counts towards the back-off limits.
        action: the action of the rule that holds, or "" where none does.
        message: why the whole Job has failed, or "" when it has not.
    """

    counts: bool = True
    action: str = ""
    message: str = ""


def match(policy: PodFailurePolicy | None, pod: Pod) -> Verdict:
    """What the policy of a Job says of a failed Pod."""
    where = f"{pod.metadata.namespace}/{pod.metadata.name}"
    for index, rule in enumerate(policy.rules if policy is not None else ()):
        if rule.on_exit_codes is not None:
            container = _with_exit_code(pod, rule.on_exit_codes)
            if container is None or container.state.terminated is None:
                continue
            code = container.state.terminated.exit_code
            why = f"Container {container.name} for pod {where} failed with exit code {code}"
        else:
            wanted = {(pattern.type, pattern.status) for pattern in rule.on_pod_conditions}
            condition = next((c for c in pod.status.conditions if (c.type, c.status) in wanted), None)
            if condition is None:
                continue
            why = f"Pod {where} has condition {condition.type}"
        failed = rule.action == "FailJob"
        message = f"{why} matching {rule.action} rule at index {index}" if failed else ""
        return Verdict(rule.action != "Ignore", rule.action, message)
    return Verdict()


def _with_exit_code(pod: Pod, requirement: PodFailurePolicyOnExitCodesRequirement) -> ContainerStatus | None:
    status = pod.status
    return _first(status.container_statuses, requirement) or _first(status.init_container_statuses, requirement)


def _first(
    statuses: Iterable[ContainerStatus], requirement: PodFailurePolicyOnExitCodesRequirement
) -> ContainerStatus | None:
    for status in statuses:
        ended = status.state.terminated
        if ended is None or ended.exit_code == 0 or requirement.container_name not in (None, status.name):
            continue
        if (ended.exit_code in requirement.values) == (requirement.operator == "In"):
            return status
    return None
