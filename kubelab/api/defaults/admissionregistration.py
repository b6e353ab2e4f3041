"""Defaults of webhook configurations, and of admission policies and where they hold.

In Kubernetes: `pkg/apis/admissionregistration/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from kubelab.api.admissionregistration.matching import MatchResources
from kubelab.api.admissionregistration.webhooks import MutatingWebhook, ServiceReference, WebhookClientConfig
from kubelab.api.defaults.changes import changed, each, filled, optional
from kubelab.api.meta import LabelSelector

T = TypeVar("T")


def default_webhooks(given: T) -> T:
    """Fill in, for each webhook, what is done when it does not answer, how long it may take, and the like."""
    return changed(given, webhooks=each(given.webhooks, _hook))  # type: ignore[attr-defined]


def _hook(hook: Any) -> Any:
    hook = filled(
        changed(hook, client_config=_client(hook.client_config), rules=each(hook.rules, _rule)),
        failure_policy="Fail",
        match_policy="Equivalent",
        namespace_selector=LabelSelector(),
        object_selector=LabelSelector(),
    )
    hook = changed(hook, timeout_seconds=10) if hook.timeout_seconds is None else hook
    return filled(hook, reinvocation_policy="Never") if isinstance(hook, MutatingWebhook) else hook


def _client(client: WebhookClientConfig) -> WebhookClientConfig:
    return changed(client, service=optional(client.service, _port))


def _port(service: ServiceReference) -> ServiceReference:
    return changed(service, port=443) if service.port is None else service


def _rule(rule: T) -> T:
    return filled(rule, scope="*")


def default_policy(given: T) -> T:
    """Fill in that a request is refused when an expression cannot be worked out."""
    spec = given.spec  # type: ignore[attr-defined]
    matched = optional(spec.match_constraints, _match)
    return changed(given, spec=filled(changed(spec, match_constraints=matched), failure_policy="Fail"))


def default_binding(given: T) -> T:
    """Fill in which of the requests of the policy are meant."""
    spec = given.spec  # type: ignore[attr-defined]
    return changed(given, spec=changed(spec, match_resources=optional(spec.match_resources, _match)))


def _match(match: MatchResources) -> MatchResources:
    return filled(
        changed(
            match,
            resource_rules=each(match.resource_rules, _rule),
            exclude_resource_rules=each(match.exclude_resource_rules, _rule),
        ),
        match_policy="Equivalent",
        namespace_selector=LabelSelector(),
        object_selector=LabelSelector(),
    )


DEFAULTS: dict[str, Callable[[Any], Any]] = {
    "MutatingAdmissionPolicy": default_policy,
    "MutatingAdmissionPolicyBinding": default_binding,
    "MutatingWebhookConfiguration": default_webhooks,
    "ValidatingAdmissionPolicy": default_policy,
    "ValidatingAdmissionPolicyBinding": default_binding,
    "ValidatingWebhookConfiguration": default_webhooks,
}
"""The function that fills in each kind."""
