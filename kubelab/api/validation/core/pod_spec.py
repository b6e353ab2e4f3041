"""Checks of what a Pod is to be: the specification, in a Pod or in a template.

In Kubernetes: `ValidatePodSpec`. A specification found right once is remembered by identity, so that the thousandth
Pod of a template costs one lookup.
"""

from kubelab.api import quantity
from kubelab.api.core.pod import HostAlias, PodDNSConfig, PodSpec
from kubelab.api.memo import IdentityMemo
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.api.validation import addresses, metadata, names
from kubelab.api.validation.core import placement, security
from kubelab.api.validation.core.containers import (
    PodFacts,
    containers,
    ephemeral_containers,
    init_containers,
    padded_image,
)
from kubelab.api.validation.core.resources import is_huge_page, pod_resource_name, requirements
from kubelab.api.validation.core.volumes import volumes
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    messages,
    not_found,
    not_supported,
    required,
    too_long,
)

_MIRROR = "kubernetes.io/config.mirror"
_MAX_INT32 = 2**31 - 1
_RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")

_right_in_pods: IdentityMemo[bool] = IdentityMemo(8192)
_right_in_templates: IdentityMemo[bool] = IdentityMemo(8192)


def pod_spec(spec: PodSpec, meta: ObjectMeta | None, path: str) -> Errors:
    """What is wrong with a Pod's specification; `meta` is the metadata of its Pod, None in a template."""
    known = _right_in_templates if meta is None else _right_in_pods
    if known.get(spec):
        return
    found = tuple(_pod_spec(spec, meta, path))
    # The name of the Pod matters only to claims made from its volumes, its annotations only to device claims.
    if not found and not spec.resource_claims and all(volume.ephemeral is None for volume in spec.volumes):
        known.put(spec, True)
    yield from found


def _pod_spec(spec: PodSpec, meta: ObjectMeta | None, path: str) -> Errors:
    if spec.termination_grace_period_seconds is None:
        yield required(f"{path}.terminationGracePeriodSeconds")
    right, wrong = volumes(spec.volumes, meta, f"{path}.volumes", in_pod=meta is not None)
    yield from wrong
    yield from _resource_claims(spec, meta, f"{path}.resourceClaims")
    facts = PodFacts(
        spec=spec,
        volumes=frozenset(right),
        block_volumes=frozenset(
            volume.name
            for volume in spec.volumes
            if volume.persistent_volume_claim is not None or volume.ephemeral is not None
        ),
        claims=frozenset(claim.name for claim in spec.resource_claims if claim.name),
    )
    yield from containers(facts, f"{path}.containers")
    yield from init_containers(facts, f"{path}.initContainers")
    yield from ephemeral_containers(facts, f"{path}.ephemeralContainers")
    yield from _pod_resources(spec, facts, f"{path}.resources")
    yield from _host_network(spec, meta is not None, f"{path}.containers")
    yield from _choice(spec.restart_policy, _RESTART_POLICIES, f"{path}.restartPolicy")
    yield from _choice(spec.dns_policy, _DNS_POLICIES, f"{path}.dnsPolicy")
    yield from metadata.labels(spec.node_selector, f"{path}.nodeSelector")
    yield from security.pod_security(spec, f"{path}.securityContext")
    yield from placement.affinity(spec.affinity, f"{path}.affinity")
    yield from _dns_config(spec.dns_config, spec.dns_policy, f"{path}.dnsConfig")
    for index, readiness in enumerate(spec.readiness_gates):
        yield from names.qualified_name_errors(
            f"{path}.readinessGates[{index}].conditionType", readiness.condition_type
        )
    yield from _scheduling_gates(spec, f"{path}.schedulingGates")
    yield from placement.topology_spread(spec.topology_spread_constraints, f"{path}.topologySpreadConstraints")
    yield from security.host_process(spec, path)
    yield from security.host_users(spec, path)
    yield from _hostname_override(spec, f"{path}.hostnameOverride")
    yield from _names(spec, path)
    if spec.preemption_policy is not None:
        yield from _choice(spec.preemption_policy, _PREEMPTION_POLICIES, f"{path}.preemptionPolicy")
    yield from _overhead(spec.overhead, f"{path}.overhead")
    yield from security.operating_system(spec, path)
    yield from _scheduling_group(spec, f"{path}.schedulingGroup")
    yield from _file_key_volumes(spec, path)
    if meta is not None:
        yield from _only_in_pods(spec, path)


def _names(spec: PodSpec, path: str) -> Errors:
    if spec.service_account_name:
        yield from names.subdomain_errors(f"{path}.serviceAccountName", spec.service_account_name)
    if spec.node_name:
        yield from names.subdomain_errors(f"{path}.nodeName", spec.node_name)
    deadline = spec.active_deadline_seconds
    if deadline is not None and not 1 <= deadline <= _MAX_INT32:
        yield invalid(f"{path}.activeDeadlineSeconds", deadline, names.range_text(1, _MAX_INT32))
    if spec.hostname:
        yield from names.label_errors(f"{path}.hostname", spec.hostname)
    if spec.subdomain:
        yield from names.label_errors(f"{path}.subdomain", spec.subdomain)
    yield from placement.tolerations(spec.tolerations, f"{path}.tolerations")
    yield from _host_aliases(spec.host_aliases, f"{path}.hostAliases")
    if spec.priority_class_name:
        yield from names.subdomain_errors(f"{path}.priorityClassName", spec.priority_class_name)
    if spec.runtime_class_name is not None:
        yield from names.subdomain_errors(f"{path}.runtimeClassName", spec.runtime_class_name)


def _only_in_pods(spec: PodSpec, path: str) -> Errors:
    if not spec.service_account_name:
        for index, volume in enumerate(spec.volumes):
            for number, source in enumerate(() if volume.projected is None else volume.projected.sources):
                if source.service_account_token is not None:
                    here = f"{path}.volumes[{index}].projected.sources[{number}].serviceAccountToken"
                    yield forbidden(here, "must not be specified when serviceAccountName is not set")
    for index, container in enumerate(spec.containers):
        yield from padded_image(container, f"{path}.containers[{index}]")
    for index, container in enumerate(spec.init_containers):
        yield from padded_image(container, f"{path}.initContainers[{index}]")


def _choice(value: str, values: tuple[str, ...], path: str) -> Errors:
    if not value:
        yield required(path)
    elif value not in values:
        yield not_supported(path, value, values)


def _resource_claims(spec: PodSpec, meta: ObjectMeta | None, path: str) -> Errors:
    seen: set[str] = set()
    for index, claim in enumerate(spec.resource_claims):
        if meta is not None and _MIRROR in meta.annotations:
            yield forbidden("[]", "static pods do not support resource claims")
            continue
        here = f"{path}[{index}]"
        if not claim.name:
            yield required(f"{here}.name")
        elif claim.name in seen:
            yield duplicate(f"{here}.name", claim.name)
        else:
            yield from names.label_errors(f"{here}.name", claim.name)
            seen.add(claim.name)
        direct, template = claim.resource_claim_name, claim.resource_claim_template_name
        if direct is not None and template is not None:
            text = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            yield invalid(here, claim, text)
        if direct is None and template is None:
            yield invalid(here, claim, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`")
        if direct is not None:
            yield from names.subdomain_errors(f"{here}.resourceClaimName", direct)
        if template is not None:
            yield from names.subdomain_errors(f"{here}.resourceClaimTemplateName", template)


def _pod_resources(spec: PodSpec, facts: PodFacts, path: str) -> Errors:
    resources = spec.resources
    if resources is None:
        return
    if facts.system == "windows":
        yield forbidden(path, "may not be set for a windows pod")
        return
    if resources.claims:
        yield forbidden(f"{path}.claims", "claims may not be set for Resources at pod-level")
    yield from requirements(resources, facts.claims, path, pod_resource_name)
    yield from _pod_and_containers(spec, path)


def _pod_and_containers(spec: PodSpec, path: str) -> Errors:
    from kubelab.api.defaults.pod import aggregated

    resources = spec.resources
    assert resources is not None
    for which, pod_wide in (("requests", resources.requests), ("limits", resources.limits)):
        together = aggregated(spec, which)
        for name in sorted(together):
            if name not in pod_wide or (which == "limits" and not is_huge_page(name)):
                continue
            if quantity.compare(together[name], pod_wide[name]) > 0:
                text = f"must be greater than or equal to aggregate container {which} of"
                amount = quantity.canonical(together[name])
                yield invalid(f"{path}.{which}[{name}]", quantity.canonical(pod_wide[name]), f"{text} {amount}")
    for index, container in enumerate(spec.containers):
        for name in sorted(container.resources.limits):
            limit, pod_limit = container.resources.limits[name], resources.limits.get(name)
            if pod_limit is not None and quantity.compare(limit, pod_limit) > 0:
                text = f"must be less than or equal to pod limits of {quantity.canonical(pod_limit)}"
                here = f"{path}.containers[{index}][{name}].limits"
                yield invalid(here, quantity.canonical(limit), text)


def _host_network(spec: PodSpec, in_pod: bool, path: str) -> Errors:
    if not spec.host_network:
        return
    for index, container in enumerate(spec.containers):
        for number, port in enumerate(container.ports):
            if (in_pod or port.host_port) and port.host_port != port.container_port:
                here = f"{path}[{index}].ports[{number}].hostPort"
                yield invalid(here, port.host_port, "must match `containerPort` when `hostNetwork` is true")


def _dns_config(config: PodDNSConfig | None, policy: str, path: str) -> Errors:
    if policy == "None" and config is None:
        yield required(path, "must provide `dnsConfig` when `dnsPolicy` is None")
        return
    if config is None:
        return
    if policy == "None" and not config.nameservers:
        text = "must provide at least one DNS nameserver when `dnsPolicy` is None"
        yield required(f"{path}.nameservers", text)
        return
    if len(config.nameservers) > 3:
        yield invalid(f"{path}.nameservers", config.nameservers, "must not have more than 3 nameservers")
    for index, server in enumerate(config.nameservers):
        yield from addresses.ip(f"{path}.nameservers[{index}]", server)
    if len(config.searches) > 32:
        yield invalid(f"{path}.searches", config.searches, "must not have more than 32 search paths")
    if len(" ".join(config.searches)) > 2048:
        text = "must not have more than 2048 characters (including spaces) in the search list"
        yield invalid(f"{path}.searches", config.searches, text)
    for index, search in enumerate(config.searches):
        if search != ".":
            name = search.removesuffix(".")
            texts = names.dns_subdomain_with_underscore(name)
            yield from messages(f"{path}.searches[{index}]", name, texts)
    for index, option in enumerate(config.options):
        if not option.name:
            yield required(f"{path}.options[{index}]", "must not be empty")


def _scheduling_gates(spec: PodSpec, path: str) -> Errors:
    seen: set[str] = set()
    for index, gate in enumerate(spec.scheduling_gates):
        yield from names.qualified_name_errors(f"{path}[{index}]", gate.name)
        if gate.name in seen:
            yield duplicate(f"{path}[{index}]", gate.name)
        seen.add(gate.name)


def _hostname_override(spec: PodSpec, path: str) -> Errors:
    if spec.hostname_override is None:
        return
    if spec.set_hostname_as_fqdn:
        yield forbidden(path, "may not be specified when setHostnameAsFQDN is true")
    if spec.host_network:
        yield forbidden(path, "may not be specified when hostNetwork is true")
    if len(spec.hostname_override) > 64:
        yield too_long(path, 64)
    yield from names.subdomain_errors(path, spec.hostname_override)


def _host_aliases(aliases: tuple[HostAlias, ...], path: str) -> Errors:
    for index, alias in enumerate(aliases):
        yield from addresses.ip(f"{path}[{index}].ip", alias.ip)
        for number, hostname in enumerate(alias.hostnames):
            yield from names.subdomain_errors(f"{path}[{index}].hostnames[{number}]", hostname)


def _overhead(overhead: FrozenMap[str, Quantity], path: str) -> Errors:
    if overhead:
        from kubelab.api.core.container import ResourceRequirements

        yield from requirements(ResourceRequirements(limits=overhead), (), path)


def _scheduling_group(spec: PodSpec, path: str) -> Errors:
    if spec.scheduling_group is None:
        return
    name = spec.scheduling_group.pod_group_name
    if name is None:
        yield invalid(f"{path}.podGroupName", None, "must specify one of: `podGroupName`")
    else:
        yield from names.subdomain_errors(f"{path}.podGroupName", name)


def _file_key_volumes(spec: PodSpec, path: str) -> Errors:
    by_name = {volume.name: volume for volume in spec.volumes}
    for container, here in security.containers_of(spec, path):
        for index, variable in enumerate(container.env):
            source = variable.value_from
            if source is None or source.file_key_ref is None:
                continue
            field = f"{here}.env[{index}].valueFrom.fileKeyRef.volumeName"
            name = source.file_key_ref.volume_name
            if name not in by_name:
                yield not_found(field, name)
            elif by_name[name].empty_dir is None:
                yield invalid(field, name, "referenced volume must be of type emptyDir")
