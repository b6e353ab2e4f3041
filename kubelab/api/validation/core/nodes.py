"""Checks of Nodes, new and changed.

In Kubernetes: `ValidateNode`, `ValidateNodeUpdate`.

**Simplified:** annotations of releases before taints were fields are not read.
"""

import re

from kubelab.api.core.node import ConfigMapNodeConfigSource, Node, NodeConfigSource, Taint
from kubelab.api.validation import addresses, metadata, names
from kubelab.api.validation.core.placement import taint_effect
from kubelab.api.validation.core.resources import amount_of
from kubelab.api.validation.field_error import Errors, duplicate, forbidden, invalid, messages, positive, required

_FEATURE = r"[A-Z][a-zA-Z0-9]*(/[a-zA-Z][a-zA-Z0-9]*)*"


def node(given: Node) -> Errors:
    """What is wrong with a new Node."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    yield from _taints(given.spec.taints, "metadata.taints")
    yield from _amounts(given)
    swap = given.status.node_info.swap
    if swap is not None and swap.capacity is not None:
        yield from positive("metadata.nodeSwapStatus.capacity", swap.capacity)
    yield from _features(given.status.declared_features, "status.declaredFeatures")
    networks = given.spec.pod_cidrs
    for index, network in enumerate(networks):
        yield from addresses.cidr(f"spec.podCIDRs[{index}]", network)
    if len(networks) > 1 and (len(networks) > 2 or not addresses.is_dual_stack(networks)):
        yield invalid("spec.podCIDRs", networks, "may specify no more than one CIDR for each IP family")


def node_update(new: Node, old: Node) -> Errors:
    """What is wrong with a changed Node: its Pods' network and its identity stay."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from node(new)
    yield from _fixed(new, old)


def node_status_update(new: Node, old: Node) -> Errors:
    """What is wrong with what a kubelet reports of its Node."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _fixed(new, old)


def _fixed(new: Node, old: Node) -> Errors:
    yield from _amounts(new)
    yield from _features(new.status.declared_features, "status.declaredFeatures")
    seen = set()
    for index, address in enumerate(new.status.addresses):
        if address in seen:
            yield duplicate(f"status.addresses[{index}]", address)
        seen.add(address)
    text = 'node updates may not change podCIDR except from "" to valid'
    before, after = old.spec.pod_cidrs, new.spec.pod_cidrs
    if before and len(before) != len(after):
        yield forbidden("spec.podCIDRs", text)
    elif before:
        for had, has in zip(before, after, strict=True):
            if had != has:
                yield forbidden("spec.podCIDRs", text)
    if old.spec.provider_id and old.spec.provider_id != new.spec.provider_id:
        yield forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid')
    if new.spec.config_source is not None:
        yield from _config_source(new.spec.config_source, "spec.configSource")
    yield from _taints(new.spec.taints, "metadata.taints")
    if new.spec.external_id != old.spec.external_id:
        yield forbidden("spec.externalID", "may not be updated")


def _taints(taints: tuple[Taint, ...], path: str) -> Errors:
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        here = f"{path}[{index}]"
        yield from names.qualified_name_errors(f"{here}.key", taint.key)
        if texts := names.label_value(taint.value):
            yield invalid(f"{here}.value", taint.value, ";".join(texts))
        if not taint.effect:
            yield required(f"{here}.effect")
        else:
            yield from taint_effect(taint.effect, f"{here}.effect")
        if (taint.effect, taint.key) in seen:
            yield duplicate(here, taint, "taints must be unique by key and effect pair")
        seen.add((taint.effect, taint.key))


def _amounts(given: Node) -> Errors:
    for field, amounts in (("capacity", given.status.capacity), ("allocatable", given.status.allocatable)):
        for name in sorted(amounts):
            yield from amount_of(name, f"status.{field}.{name}", amounts[name])


def _features(features: tuple[str, ...], path: str) -> Errors:
    for index, feature in enumerate(features):
        wrong = f'invalid feature name "{feature}":'
        if len(feature) > 253:
            yield invalid(f"{path}[{index}]", feature, f"{wrong} must be no more than 253 characters")
        elif re.fullmatch(_FEATURE, feature) is None:
            text = (
                "must start with an UpperCamelCase segment, with subsequent segments separated by '/' "
                "(e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes"
            )
            yield invalid(f"{path}[{index}]", feature, f"{wrong} {text}")
        following = features[index + 1 : index + 2]
        if following == (feature,):
            yield duplicate(f"{path}[{index + 1}]", feature)
        elif following and feature > following[0]:
            yield invalid(f"{path}[{index + 1}]", following[0], "list must be sorted alphabetically")


def _config_source(source: NodeConfigSource, path: str) -> Errors:
    if source.config_map is None:
        yield invalid(path, source, "exactly one reference subfield must be non-nil")
        return
    if source.config_map.uid:
        yield forbidden(f"{path}.configMap.uid", "uid must not be set in spec")
    if source.config_map.resource_version:
        yield forbidden(f"{path}.configMap.resourceVersion", "resourceVersion must not be set in spec")
    yield from _config_map_source(source.config_map, f"{path}.configMap")


def _config_map_source(source: ConfigMapNodeConfigSource, path: str) -> Errors:
    if not source.namespace:
        yield required(f"{path}.namespace")
    else:
        yield from names.label_errors(f"{path}.namespace", source.namespace)
    if not source.name:
        yield required(f"{path}.name")
    else:
        yield from names.subdomain_errors(f"{path}.name", source.name)
    if not source.kubelet_config_key:
        yield required(f"{path}.kubeletConfigKey")
    else:
        key = source.kubelet_config_key
        yield from messages(f"{path}.kubeletConfigKey", key, names.config_key(key))
