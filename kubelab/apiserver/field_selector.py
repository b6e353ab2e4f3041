"""Field selectors: ``status.phase=Running,spec.nodeName!=worker-1``, and which fields each kind can be selected by.

Source: apimachinery `pkg/fields`; the field label conversions in `pkg/apis/*/v1/conversion.go`, and the selectable
fields of `pkg/registry`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from kubelab.api.scheme import Kind
from kubelab.apiserver.refusals import bad_request
from kubelab.errors import UsageError
from kubelab.state.snapshot import Object

Read = Callable[[Any], str]


def _truth(value: object) -> str:
    return "true" if value else "false"


def _host_network(pod: Any) -> str:
    return _truth(pod.spec.host_network)


def _source(event: Any) -> str:
    return str(event.source.component or event.reporting_component)


def _pod_ip(pod: Any) -> str:
    return pod.status.pod_ips[0].ip if pod.status.pod_ips else ""


_POD: dict[str, Read] = {
    "spec.nodeName": lambda o: o.spec.node_name,
    "spec.restartPolicy": lambda o: o.spec.restart_policy,
    "spec.schedulerName": lambda o: o.spec.scheduler_name,
    "spec.serviceAccountName": lambda o: o.spec.service_account_name,
    "spec.hostNetwork": _host_network,
    "status.phase": lambda o: o.status.phase,
    "status.podIP": _pod_ip,
    "status.podIPs": _pod_ip,
    "status.nominatedNodeName": lambda o: o.status.nominated_node_name,
}
_EVENT: dict[str, Read] = {
    "involvedObject.kind": lambda o: o.involved_object.kind,
    "involvedObject.namespace": lambda o: o.involved_object.namespace,
    "involvedObject.name": lambda o: o.involved_object.name,
    "involvedObject.uid": lambda o: o.involved_object.uid,
    "involvedObject.apiVersion": lambda o: o.involved_object.api_version,
    "involvedObject.resourceVersion": lambda o: o.involved_object.resource_version,
    "involvedObject.fieldPath": lambda o: o.involved_object.field_path,
    "reason": lambda o: o.reason,
    "reportingComponent": lambda o: o.reporting_component,
    "source": _source,
    "type": lambda o: o.type,
}
_EVENT |= {name.replace("involvedObject", "regarding"): read for name, read in _EVENT.items()}

SELECTABLE: dict[str, Mapping[str, Read]] = {
    "Event": _EVENT,
    "Job": {"status.successful": lambda o: str(o.status.succeeded or 0)},
    "Namespace": {"status.phase": lambda o: o.status.phase},
    "Node": {"spec.unschedulable": lambda o: _truth(o.spec.unschedulable)},
    "Pod": _POD,
    "ReplicaSet": {"status.replicas": lambda o: str(o.status.replicas)},
    "ReplicationController": {"status.replicas": lambda o: str(o.status.replicas)},
    "Secret": {"type": lambda o: o.type},
    "Service": {"spec.clusterIP": lambda o: o.spec.cluster_ip, "spec.type": lambda o: o.spec.type},
}
"""What besides name and namespace objects of a kind can be selected by."""

_RENAMED = {"spec.host": "spec.nodeName"}


@attrs.frozen
class FieldSelector:
    """Some requirements, all of which must be met.

    Attributes:
        terms: field, value, and whether it must be equal (else it must not).
        text: as it was written.
    """

    terms: tuple[tuple[str, str, bool], ...] = ()
    text: str = ""

    def check(self, kind: Kind) -> None:
        """Make sure that a kind can be selected by these fields.

        Raises:
            StatusError: 400, it cannot.
        """
        for name, _, _ in self.terms:
            if _reader(name, kind) is None:
                why = f'"{name}" is not a known field selector: only "metadata.name", "metadata.namespace"'
                raise bad_request(f"field label not supported: {name}" if kind.kind in SELECTABLE else why)

    def matches(self, obj: Object) -> bool:
        """Whether an object is selected; its kind must have such fields (`check`)."""
        return all((_value(obj, name) == value) is equal for name, value, equal in self.terms)


def parse(text: str) -> FieldSelector:
    """Read a field selector.

    Raises:
        UsageError: it is none.
    """
    terms: list[tuple[str, str, bool]] = []
    for term in _split(text):
        if not term:
            continue
        name, value, equal = _term(term, text)
        terms.append((_RENAMED.get(name, name), value, equal))
    return FieldSelector(tuple(terms), text)


def _split(text: str) -> list[str]:
    """The terms; a backslash protects a comma."""
    terms, current, escaped = [], "", False
    for sign in text:
        if escaped:
            current, escaped = current + "\\" + sign, False
        elif sign == "\\":
            escaped = True
        elif sign == ",":
            terms.append(current)
            current = ""
        else:
            current += sign
    return [*terms, current]


def _term(term: str, text: str) -> tuple[str, str, bool]:
    for sign, equal in (("!=", False), ("==", True), ("=", True)):
        name, found, value = term.partition(sign)
        if found:
            return name, _unescaped(value), equal
    raise UsageError(f"invalid selector: '{text}'; can't understand '{term}'")


def _unescaped(value: str) -> str:
    return value.replace("\\,", ",").replace("\\=", "=").replace("\\\\", "\\")


def _reader(name: str, kind: Kind) -> Read | None:
    if name == "metadata.name":
        return lambda obj: str(obj.metadata.name)
    if name == "metadata.namespace" and (kind.namespaced or kind.kind == "Namespace"):
        return lambda obj: str(obj.metadata.namespace)
    return SELECTABLE.get(kind.kind, {}).get(name)


def _value(obj: Object, name: str) -> str:
    if name.startswith("metadata."):
        return str(obj.metadata.name if name == "metadata.name" else obj.metadata.namespace)
    read = SELECTABLE.get(obj.kind, {}).get(name)
    return "" if read is None else read(obj)
