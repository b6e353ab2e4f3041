"""Field selectors: ``status.phase=Running,spec.nodeName!=worker-1``, and which fields each kind can be selected by.

Source: apimachinery `pkg/fields`; the ``SelectableFields`` of `pkg/registry` and the conversions of `pkg/apis`.
"""

import re
from collections.abc import Callable
from typing import Any

import attrs

from kubelab.api.scheme import Kind, by_kind
from kubelab.api.selector import Selector
from kubelab.apiserver.refusals import bad_request
from kubelab.errors import StatusError, UsageError
from kubelab.state.snapshot import Object

_EVENT = "involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid involvedObject.apiVersion"
_MORE = " involvedObject.resourceVersion involvedObject.fieldPath reason reportingComponent source type"

FIELDS: dict[str, tuple[str, ...]] = {
    "Event": tuple((_EVENT + _MORE).split()),
    "Job": ("status.successful",),
    "Namespace": ("status.phase",),
    "Node": ("spec.unschedulable",),
    "Pod": (
        *("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork"),
        *("status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName"),
    ),
    "ReplicaSet": ("status.replicas",),
    "ReplicationController": ("status.replicas",),
    "Secret": ("type",),
    "Service": ("spec.clusterIP", "spec.type"),
}
"""What a kind can be selected by, besides ``metadata.name`` and ``metadata.namespace``."""


@attrs.frozen
class FieldSelector:
    """Conditions on fields, all of which have to be met.

    Attributes:
        terms: each condition: the field, the sign (``=`` or ``!=``), the value.
        text: as it was written.
    """

    terms: tuple[tuple[str, str, str], ...]
    text: str

    def check(self, kind: Kind, labels: Selector | None = None) -> None:
        """Make sure that a kind can be selected by these fields.

        Raises:
            StatusError: 400, it cannot.
        """
        for field, _, _ in self.terms:
            if field in ("metadata.name", "metadata.namespace") or field in FIELDS.get(kind.kind, ()):
                continue
            why = f'"{field}" is not a known field selector: only "metadata.name", "metadata.namespace"'
            if kind.kind in FIELDS:
                why = f"field label not supported: {field}"
            raise cannot_find(kind, "" if labels is None else str(labels), self.text, why)

    def matches(self, obj: Object) -> bool:
        """Whether an object meets all conditions."""
        return all((_value(obj, field) == value) == (sign == "=") for field, sign, value in self.terms)


def cannot_find(kind: Kind, by_label: str, by_field: str, why: str) -> StatusError:
    """How kubectl words it where the server cannot select by what it is given."""
    resource = f"{kind.api_version}, Resource={kind.plural}" if kind.group else f"/v1, Resource={kind.plural}"
    selectors = f'label selector "{by_label}", field selector "{by_field}"'
    return bad_request(f'Unable to find "{resource}" that match {selectors}: {why}')


def parse(text: str) -> FieldSelector:
    """Read a field selector.

    Raises:
        UsageError: it is none.
    """
    terms = []
    for part in (each for each in re.split(r"(?<!\\),", text) if each):
        match = re.fullmatch(r"([^=!]+)(!=|==|=)(.*)", part)
        if match is None:
            raise UsageError(f"invalid field selector: '{text}'; can't understand '{part}'")
        terms.append((match[1], "!=" if match[2] == "!=" else "=", re.sub(r"\\(.)", r"\1", match[3])))
    return FieldSelector(tuple(terms), text)


def _value(obj: Object, field: str) -> str:
    special = _SPECIAL.get((obj.kind, field))
    if special is not None:
        return special(obj)
    found: Any = obj
    for step in field.split("."):
        name = "".join("_" + c.lower() if c.isupper() else c for c in step.replace("IP", "Ip"))
        found = getattr(found, name, "")
    if isinstance(found, bool):
        return "true" if found else "false"
    return "" if found is None else str(found)


_SPECIAL: dict[tuple[str, str], Callable[[Object], str]] = {
    ("Event", "source"): lambda obj: obj.source.component or obj.reporting_component,
    ("Pod", "spec.hostNetwork"): lambda obj: "true" if obj.spec.host_network else "false",
    ("Pod", "status.podIPs"): lambda obj: ",".join(each.ip for each in obj.status.pod_ips),
    ("Job", "status.successful"): lambda obj: str(obj.status.succeeded or 0),
}


def kinds() -> tuple[Kind, ...]:
    """The kinds that can be selected by more than their names."""
    return tuple(by_kind(name) for name in FIELDS)
