"""Checks of what the kubelet and others say of a Pod's state.

In Kubernetes: `ValidatePodStatusUpdate`.

**Simplified:** what devices and claims of resources report in a Pod's status is not checked.
"""

from kubelab.api.core.container_status import ContainerStatus
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import HostIP, PodIP, PodStatus
from kubelab.api.validation import addresses, metadata, names
from kubelab.api.validation.field_error import Errors, forbidden, immutable, invalid, messages

_SYSTEM_CONDITIONS = ("PodScheduled", "Ready", "Initialized")
_NON_NEGATIVE = "must be a non-negative integer"


def pod_status_update(new: Pod, old: Pod) -> Errors:
    """What is wrong with a change of a Pod's status."""
    from kubelab.api.validation.core.pods import pod_annotations

    yield from metadata.object_meta_update(new.metadata, old.metadata)
    if new.metadata.annotations is not old.metadata.annotations:
        yield from pod_annotations(new.metadata.annotations, new.spec, "metadata.annotations")
    status, before = new.status, old.status
    if status.conditions is not before.conditions:
        yield from _conditions(status, "status.conditions")
    if new.spec.node_name != old.spec.node_name:
        yield forbidden("status.nodeName", "may not be changed directly")
    if status.nominated_node_name and status.nominated_node_name != before.nominated_node_name:
        yield from names.subdomain_errors("status.nominatedNodeName", status.nominated_node_name)
        if old.spec.node_name:
            text = "may not be set on pods that are already bound to a node"
            yield forbidden("status.nominatedNodeName", text)
    if status.observed_generation < 0:
        yield invalid("status.observedGeneration", status.observed_generation, _NON_NEGATIVE)
    yield from immutable("status.qosClass", status.qos_class, before.qos_class)
    yield from _transitions(status.container_statuses, before.container_statuses, "status.containerStatuses", old.spec)
    yield from _transitions(
        status.init_container_statuses, before.init_container_statuses, "status.initContainerStatuses", old.spec
    )
    yield from _ephemeral_transitions(status, before)
    known = tuple(pod_ip.ip for pod_ip in before.pod_ips)
    yield from _addresses(status.pod_ips, known, "status.podIPs")
    if status.host_ips:
        first = status.host_ips[0].ip
        if status.host_ip != first:
            yield invalid("status.hostIPs[0].ip", first, "must be equal to `hostIP`")
        known = tuple(host_ip.ip for host_ip in before.host_ips)
        yield from _addresses(status.host_ips, known, "status.hostIPs")
    if status.container_statuses is not before.container_statuses:
        yield from _users(new, status.container_statuses, "status.containerStatuses")


def _conditions(status: PodStatus, path: str) -> Errors:
    for index, condition in enumerate(status.conditions):
        if condition.observed_generation < 0:
            here = f"{path}[{index}].observedGeneration"
            yield invalid(here, condition.observed_generation, _NON_NEGATIVE)
        if condition.type not in _SYSTEM_CONDITIONS:
            yield from names.qualified_name_errors(f"{path}[{index}].Type", condition.type)


def _transitions(
    new: tuple[ContainerStatus, ...], old: tuple[ContainerStatus, ...], path: str, spec: PodSpec
) -> Errors:
    """A container that has ended may run again only if its restart policy says so."""
    if new is old:
        return
    containers = {container.name: container for container in (*spec.containers, *spec.init_containers)}
    if any(
        rule.action == "RestartAllContainers"
        for container in containers.values()
        for rule in container.restart_policy_rules
    ):
        return
    now = {status.name: status for status in new}
    for index, before in enumerate(old):
        ended, after = before.state.terminated, now.get(before.name)
        if ended is None or after is None or after.state.terminated is not None:
            continue
        container = containers.get(before.name)
        if container is None or not may_restart(container, spec, ended.exit_code):
            yield forbidden(f"{path}[{index}].state", "may not be transitioned to non-terminated state")


def may_restart(container: "object", spec: PodSpec, exit_code: int) -> bool:
    """Whether a container that ended with this exit code is to be started again (``ContainerShouldRestart``)."""
    for rule in getattr(container, "restart_policy_rules", ()):
        codes = rule.exit_codes
        if codes is not None and (exit_code in codes.values) == (codes.operator == "In"):
            return True
    policy = getattr(container, "restart_policy", None) or spec.restart_policy
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def _ephemeral_transitions(status: PodStatus, before: PodStatus) -> Errors:
    now = {each.name: each for each in status.ephemeral_container_statuses}
    for index, old in enumerate(before.ephemeral_container_statuses):
        after = now.get(old.name)
        if old.state.terminated is not None and after is not None and after.state.terminated is None:
            path = f"status.ephemeralContainerStatuses[{index}].state"
            yield forbidden(path, "may not be transitioned to non-terminated state")


def _addresses(given: tuple[PodIP, ...] | tuple[HostIP, ...], known: tuple[str, ...], path: str) -> Errors:
    texts = tuple(item.ip for item in given)
    for index, text in enumerate(texts):
        yield from addresses.ip(f"{path}[{index}]", text, known)
    if len(texts) > 1 and (len(texts) > 2 or not addresses.is_dual_stack(texts)):
        yield invalid(path, given, "may specify no more than one IP for each IP family")


def _users(pod: Pod, statuses: tuple[ContainerStatus, ...], path: str) -> Errors:
    windows = pod.spec.os is not None and pod.spec.os.name == "windows"
    for index, status in enumerate(statuses):
        user = None if status.user is None else status.user.linux
        if user is None:
            continue
        here = f"{path}[{index}].user.linux"
        if windows:
            yield forbidden(here, "cannot be set for a windows pod")
            continue
        yield from messages(f"{here}.uid", user.uid, names.user_id(user.uid))
        yield from messages(f"{here}.gid", user.gid, names.user_id(user.gid))
        for number, group in enumerate(user.supplemental_groups):
            yield from messages(f"{here}.supplementalGroups[{number}]", group, names.user_id(group))
