"""Checks of containers, init containers and ephemeral containers.

In Kubernetes: `validateContainerCommon`, `validateContainers`, `validateInitContainers`, `validateEphemeralContainers`.
"""

from collections.abc import Iterable

import attrs

from kubelab.api.core.container import Container, ContainerPort, ContainerRestartRule, EphemeralContainer
from kubelab.api.core.pod import PodSpec
from kubelab.api.core.resources import ContainerResizePolicy
from kubelab.api.validation import names
from kubelab.api.validation.core import environment, mounts, probes
from kubelab.api.validation.core.resources import requirements
from kubelab.api.validation.core.security import container_security
from kubelab.api.validation.core.volumes import pull_policy
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    messages,
    not_found,
    not_supported,
    required,
    too_many,
)

PROTOCOLS = ("SCTP", "TCP", "UDP")
_MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
_RESTART_POLICIES = ("Always", "Never", "OnFailure")
_RULE_ACTIONS = ("Restart", "RestartAllContainers")
_ONLY_SIDECARS = "may not be set for init containers without restartPolicy=Always"
_EPHEMERAL = "cannot be set for an Ephemeral Container"


@attrs.frozen
class PodFacts:
    """What the checks of a container have to know of its Pod.

    Attributes:
        spec: the Pod's specification.
        volumes: the names of its volumes that are right.
        block_volumes: those of them that can be mounted as a block device.
        claims: the names of the devices that the Pod claims.
    """

    spec: PodSpec
    volumes: frozenset[str]
    block_volumes: frozenset[str]
    claims: frozenset[str]

    @property
    def system(self) -> str | None:
        """The operating system that the Pod says it is for."""
        return None if self.spec.os is None else self.spec.os.name

    @property
    def host_users(self) -> bool:
        """Whether the Pod's users are those of the node."""
        return self.spec.security_context is None or self.spec.host_users is not False


def containers(facts: PodFacts, path: str) -> Errors:
    """What is wrong with the containers of a Pod."""
    spec = facts.spec
    if not spec.containers:
        yield required(path)
        return
    seen: set[str] = set()
    for index, container in enumerate(spec.containers):
        here = f"{path}[{index}]"
        yield from _common(container, facts, here)
        if container.name in seen:
            yield duplicate(f"{here}.name", container.name)
        seen.add(container.name)
        yield from _life(container, facts, here)
        yield from _restart_policy(container, here)
    yield from _host_ports(spec.containers, path)


def init_containers(facts: PodFacts, path: str) -> Errors:
    """What is wrong with the init containers of a Pod."""
    seen = {container.name for container in facts.spec.containers}
    for index, container in enumerate(facts.spec.init_containers):
        here = f"{path}[{index}]"
        yield from _common(container, facts, here)
        if container.restart_policy is None:
            if container.restart_policy_rules:
                yield required(f"{here}.restartPolicy", "must specify restartPolicy when restart rules are used")
        else:
            yield from _restart_policy(container, here)
        if container.name in seen:
            yield duplicate(f"{here}.name", container.name)
        elif container.name:
            seen.add(container.name)
        yield from _host_ports((container,), path)
        sidecar = container.restart_policy == "Always"
        if sidecar:
            yield from _life(container, facts, here)
        else:
            for field in ("lifecycle", "liveness_probe", "readiness_probe", "startup_probe"):
                if getattr(container, field) is not None:
                    first, *rest = field.split("_")
                    yield forbidden(f"{here}.{first}{''.join(rest).capitalize()}", _ONLY_SIDECARS)
            for number, policy in enumerate(container.resize_policy):
                if policy.restart_policy == "RestartContainer":
                    text = "must not be set to 'RestartContainer' for non-sidecar initContainers"
                    yield invalid(f"{here}.resizePolicy[{number}].restartPolicy", policy.restart_policy, text)


def ephemeral_containers(facts: PodFacts, path: str) -> Errors:
    """What is wrong with the ephemeral containers of a Pod."""
    spec = facts.spec
    others = {container.name for container in (*spec.containers, *spec.init_containers)}
    seen = set(others)
    for index, container in enumerate(spec.ephemeral_containers):
        here = f"{path}[{index}]"
        yield from _common(container, facts, here)
        yield from padded_image(container, here)
        if container.name in seen:
            yield duplicate(f"{here}.name", container.name)
        seen.add(container.name)
        target = container.target_container_name
        if target and target not in others:
            yield not_found(f"{here}.targetContainerName", target)
        fields = {
            "ports": container.ports,
            "resources": container.resources.limits or container.resources.requests or container.resources.claims,
            "resizePolicy": container.resize_policy,
            "restartPolicy": container.restart_policy,
            "restartPolicyRules": container.restart_policy_rules,
            "livenessProbe": container.liveness_probe,
            "readinessProbe": container.readiness_probe,
            "startupProbe": container.startup_probe,
            "lifecycle": container.lifecycle,
        }
        for field, value in fields.items():
            if value is not None and value != () and value != {}:
                yield forbidden(f"{here}.{field}", _EPHEMERAL)
        for number, mount in enumerate(container.volume_mounts):
            if mount.sub_path:
                yield forbidden(f"{here}.volumeMounts[{number}].subPath", _EPHEMERAL)
            if mount.sub_path_expr:
                yield forbidden(f"{here}.volumeMounts[{number}].subPathExpr", _EPHEMERAL)


def padded_image(container: Container | EphemeralContainer, path: str) -> Errors:
    """A mistake when there is white space around the name of the image; templates may have it, Pods may not."""
    if container.image != container.image.strip():
        yield invalid(f"{path}.image", container.image, "must not have leading or trailing whitespace")


def _common(container: Container | EphemeralContainer, facts: PodFacts, path: str) -> Errors:
    if not container.name:
        yield required(f"{path}.name")
    else:
        yield from names.label_errors(f"{path}.name", container.name)
    if not container.image:
        yield required(f"{path}.image")
    if not container.termination_message_policy:
        yield required(f"{path}.terminationMessagePolicy")
    elif container.termination_message_policy not in _MESSAGE_POLICIES:
        here = f"{path}.terminationMessagePolicy"
        yield not_supported(here, container.termination_message_policy, _MESSAGE_POLICIES)
    yield from _ports(container.ports, f"{path}.ports")
    yield from environment.variables(container.env, f"{path}.env")
    yield from environment.sources(container.env_from, f"{path}.envFrom")
    yield from mounts.mounts(container, facts.volumes, f"{path}.volumeMounts")
    yield from mounts.devices(container, facts.volumes, facts.block_volumes, f"{path}.volumeDevices")
    yield from pull_policy(f"{path}.imagePullPolicy", container.image_pull_policy)
    yield from requirements(container.resources, facts.claims, f"{path}.resources")
    yield from _resize_policy(container.resize_policy, facts.spec.restart_policy, f"{path}.resizePolicy")
    yield from container_security(container.security_context, f"{path}.securityContext", facts.host_users)


def _ports(ports: tuple[ContainerPort, ...], path: str) -> Errors:
    seen: set[str] = set()
    for index, port in enumerate(ports):
        here = f"{path}[{index}]"
        if port.name:
            texts = names.port_name(port.name)
            yield from messages(f"{here}.name", port.name, texts)
            if not texts and port.name in seen:
                yield duplicate(f"{here}.name", port.name)
            elif not texts:
                seen.add(port.name)
        if port.container_port == 0:
            yield required(f"{here}.containerPort")
        else:
            yield from messages(f"{here}.containerPort", port.container_port, names.port_number(port.container_port))
        if port.host_port != 0:
            yield from messages(f"{here}.hostPort", port.host_port, names.port_number(port.host_port))
        yield from protocol(port.protocol, f"{here}.protocol")


def protocol(given: str, path: str) -> Errors:
    """What is wrong with the protocol of a port."""
    if not given:
        yield required(path)
    elif given not in PROTOCOLS:
        yield not_supported(path, given, PROTOCOLS)


def _life(container: Container, facts: PodFacts, path: str) -> Errors:
    grace_period = facts.spec.termination_grace_period_seconds
    yield from probes.lifecycle(container.lifecycle, grace_period, facts.system, f"{path}.lifecycle")
    yield from probes.liveness_probe(container.liveness_probe, f"{path}.livenessProbe")
    yield from probes.readiness_probe(container.readiness_probe, f"{path}.readinessProbe")
    yield from probes.liveness_probe(container.startup_probe, f"{path}.startupProbe")


def _restart_policy(container: Container, path: str) -> Errors:
    policy, rules = container.restart_policy, container.restart_policy_rules
    if policy is None:
        if not rules:
            return
        yield required(f"{path}.restartPolicy", "must specify restartPolicy when restart rules are used")
    elif policy not in _RESTART_POLICIES:
        yield not_supported(f"{path}.restartPolicy", policy, _RESTART_POLICIES)
    if len(rules) > 20:
        yield too_many(f"{path}.restartPolicyRules", len(rules), 20)
    for index, rule in enumerate(rules):
        yield from _restart_rule(rule, f"{path}.restartPolicyRules[{index}]")


def _restart_rule(rule: ContainerRestartRule, path: str) -> Errors:
    if rule.action not in _RULE_ACTIONS:
        yield not_supported(f"{path}.action", rule.action, _RULE_ACTIONS)
    codes = rule.exit_codes
    if codes is None:
        yield required(f"{path}.exitCodes", "must be specified")
        return
    if codes.operator not in ("In", "NotIn"):
        yield not_supported(f"{path}.exitCodes.operator", codes.operator, ("In", "NotIn"))
    if len(codes.values) > 255:
        yield too_many(f"{path}.exitCodes.values", len(codes.values), 255)


def _resize_policy(policies: tuple[ContainerResizePolicy, ...], pod_policy: str, path: str) -> Errors:
    seen: set[str] = set()
    for index, policy in enumerate(policies):
        name, action = policy.resource_name, policy.restart_policy
        if name in seen:
            yield duplicate(f"{path}[{index}]", name)
        seen.add(name)
        if not name:
            yield required(path)
        elif name not in ("cpu", "memory"):
            yield not_supported(path, name, ("cpu", "memory"))
        if not action:
            yield required(path)
        elif action not in ("NotRequired", "RestartContainer"):
            yield not_supported(path, action, ("NotRequired", "RestartContainer"))
        if pod_policy == "Never" and action != "NotRequired":
            yield invalid(path, action, "must be 'NotRequired' when pod `restartPolicy` is 'Never'")


def _host_ports(given: Iterable[Container], path: str) -> Errors:
    seen: set[str] = set()
    for index, container in enumerate(given):
        for number, port in enumerate(container.ports):
            if port.host_port == 0:
                continue
            key = f"{port.protocol}/{port.host_ip}/{port.host_port}"
            if key in seen:
                yield duplicate(f"{path}[{index}].ports[{number}].hostPort", key)
            seen.add(key)
