"""Namespaces, quotas, limits, ConfigMaps, Secrets, ServiceAccounts, priorities and disruption budgets.

Source: kubectl `pkg/describe/describe.go`.
"""

import base64
from collections.abc import Iterable
from typing import Any

from kubelab.kubectl.client import Client
from kubelab.kubectl.describe.writer import Writer, moment, pairs, plain_truth
from kubelab.views.printers.cells import selector

SCOPES = {
    "Terminating": "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before "
    "being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. These pods usually include long running "
    "pods whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a best effort quality "
    "of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. These pods have a burstable or "
    "guaranteed quality of service.",
}


def namespace(w: Writer, obj: Any, client: Client) -> None:
    """Describe a Namespace."""
    w.head(obj, namespaced=False)
    w.row("Status", obj.status.phase)
    if obj.status.conditions:
        w.line("Conditions:")
        w.line("Type\tStatus\tLastTransitionTime\tReason\tMessage", 1)
        w.line("----\t------\t------------------\t------\t-------", 1)
        for each in obj.status.conditions:
            when = moment(each.last_transition_time)
            w.line(f"{each.type}\t{each.status}\t{when}\t{each.reason}\t{each.message}", 1)
    name = obj.metadata.name
    w.line()
    quotas = client.view.list("ResourceQuota", name)
    if not quotas:
        w.line("No resource quota.")
    else:
        w.line("Resource Quotas")
        for each in quotas:
            w.row("Name", each.metadata.name, 1)
            _scopes(w, each, "* ", 1)
            _amounts(w, each, 1, "---")
    w.line()
    ranges = client.view.list("LimitRange", name)
    if not ranges:
        w.line("No LimitRange resource.")
        return
    w.line(f"Resource Limits\n {_LIMITS}")
    w.line(f" {_UNDER}")
    for each in ranges:
        _limits(w, each.spec.limits, " ")


def _scopes(w: Writer, quota_: Any, sign: str, level: int) -> None:
    if quota_.spec.scopes:
        w.row("Scopes", ", ".join(sorted(quota_.spec.scopes)), level)
        for scope in sorted(quota_.spec.scopes):
            if scope in SCOPES:
                w.line(f"{sign}{SCOPES[scope]}", level)


def _amounts(w: Writer, quota_: Any, level: int, under: str) -> None:
    w.line("Resource\tUsed\tHard", level)
    w.line(f"--------\t{under}\t{under}", level)
    for name in sorted(quota_.status.hard):
        w.line(f"{name}\t{quota_.status.used.get(name, '0')}\t{quota_.status.hard[name]}", level)


def quota(w: Writer, obj: Any, client: Client) -> None:
    """Describe a ResourceQuota."""
    w.row("Name", obj.metadata.name)
    w.row("Namespace", obj.metadata.namespace)
    _scopes(w, obj, " * ", 0)
    _amounts(w, obj, 0, "----")


_LIMITS = "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio"
_UNDER = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------"


def _limits(w: Writer, limits: Iterable[Any], lead: str) -> None:
    for item in limits:
        columns = (item.min, item.max, item.default_request, item.default, item.max_limit_request_ratio)
        for name in sorted({name for held in columns for name in held}):
            w.line("\t".join([f"{lead}{item.type}", name, *(held.get(name, "-") for held in columns)]))


def limit_range(w: Writer, obj: Any, client: Client) -> None:
    """Describe a LimitRange."""
    w.row("Name", obj.metadata.name)
    w.row("Namespace", obj.metadata.namespace)
    w.line(_LIMITS)
    w.line(_UNDER)
    _limits(w, obj.spec.limits, "")


def secret(w: Writer, obj: Any, client: Client) -> None:
    """Describe a Secret: which values it has, and how long they are."""
    w.head(obj)
    w.line(f"\nType:\t{obj.type}")
    w.line("\nData\n====")
    for name in sorted(obj.data):
        value = base64.b64decode(obj.data[name])
        if name == "token" and obj.type == "kubernetes.io/service-account-token":
            w.row(name, value.decode(errors="replace"))
        else:
            w.row(name, f"{len(value)} bytes")


def config_map(w: Writer, obj: Any, client: Client) -> None:
    """Describe a ConfigMap."""
    w.head(obj)
    w.line("\nData\n====")
    for name in sorted(obj.data):
        w.line(f"{name}:\n----")
        w.line(obj.data[name])
        w.line()
    w.line("\nBinaryData\n====")
    for name in sorted(obj.binary_data):
        w.line(f"{name}: {len(base64.b64decode(obj.binary_data[name]))} bytes")
    w.line()


def service_account(w: Writer, obj: Any, client: Client) -> None:
    """Describe a ServiceAccount."""
    w.head(obj)
    # kubectl 1.33 tells of the Secrets of an account, and of tokens, too.
    _names(w, "Image pull secrets:", [each.name for each in obj.image_pull_secrets])
    _names(w, "Mountable secrets:", [each.name for each in obj.secrets])
    _names(w, "Tokens:", _tokens(client, obj))


def _tokens(client: Client, obj: Any) -> list[str]:
    meta = obj.metadata
    return [
        each.metadata.name
        for each in client.view.list("Secret", meta.namespace)
        if each.type == "kubernetes.io/service-account-token"
        and each.metadata.annotations.get("kubernetes.io/service-account.name") == meta.name
        and each.metadata.annotations.get("kubernetes.io/service-account.uid") == meta.uid
    ]


def _names(w: Writer, title: str, names: list[str]) -> None:
    lead = f"{title:<19}"
    for place, name in enumerate(names or ["<none>"]):
        w.line(f"{lead if place == 0 else ' ' * 19}\t{name}")


def priority_class(w: Writer, obj: Any, client: Client) -> None:
    """Describe a PriorityClass."""
    w.row("Name", obj.metadata.name)
    w.row("Value", obj.value)
    w.row("GlobalDefault", plain_truth(obj.global_default))
    w.row("PreemptionPolicy", obj.preemption_policy or "PreemptLowerPriority")
    w.row("Description", obj.description)
    w.row("Annotations", pairs(obj.metadata.annotations))


def budget(w: Writer, obj: Any, client: Client) -> None:
    """Describe a PodDisruptionBudget."""
    spec, status = obj.spec, obj.status
    w.row("Name", obj.metadata.name)
    w.row("Namespace", obj.metadata.namespace)
    if spec.min_available is not None:
        w.row("Min available", spec.min_available)
    elif spec.max_unavailable is not None:
        w.row("Max unavailable", spec.max_unavailable)
    w.row("Selector", "<unset>" if spec.selector is None else selector(spec.selector))
    w.line("Status:")
    w.row("Allowed disruptions", status.disruptions_allowed, 2)
    w.row("Current", status.current_healthy, 2)
    w.row("Desired", status.desired_healthy, 2)
    w.row("Total", status.expected_pods, 2)
