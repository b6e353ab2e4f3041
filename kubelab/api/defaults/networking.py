"""Defaults of NetworkPolicy and IngressClass; an Ingress has none.

In Kubernetes: `pkg/apis/networking/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from kubelab.api.defaults.changes import changed, each
from kubelab.api.networking import (
    IngressClass,
    NetworkPolicy,
    NetworkPolicyEgressRule,
    NetworkPolicyIngressRule,
    NetworkPolicyPort,
)

Rule = TypeVar("Rule", NetworkPolicyEgressRule, NetworkPolicyIngressRule)


def default_network_policy(policy: NetworkPolicy) -> NetworkPolicy:
    """Fill in the protocol of each port, and which directions a policy is about: always in, out when it says so."""
    spec = policy.spec
    spec = changed(
        spec,
        ingress=each(spec.ingress, _default_rule),
        egress=each(spec.egress, _default_rule),
        policy_types=spec.policy_types or (("Ingress", "Egress") if spec.egress else ("Ingress",)),
    )
    return changed(policy, spec=spec)


def _default_rule(rule: Rule) -> Rule:
    return changed(rule, ports=each(rule.ports, _default_port))


def _default_port(port: NetworkPolicyPort) -> NetworkPolicyPort:
    return changed(port, protocol="TCP") if port.protocol is None else port


def default_ingress_class(ingress_class: IngressClass) -> IngressClass:
    """Fill in that the parameters are an object of the cluster."""
    parameters = ingress_class.spec.parameters
    if parameters is None or parameters.scope is not None:
        return ingress_class
    parameters = changed(parameters, scope="Cluster")
    return changed(ingress_class, spec=changed(ingress_class.spec, parameters=parameters))


DEFAULTS: dict[str, Callable[[Any], Any]] = {
    "NetworkPolicy": default_network_policy,
    "IngressClass": default_ingress_class,
}
"""The function that fills in each kind; a kind that is missing has no defaults."""
