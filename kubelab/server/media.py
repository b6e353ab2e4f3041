"""What a client wants to get: which media type, and whether the objects themselves, a Table or only their metadata.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/handlers/negotiation`.

**Simplified:** answers are JSON or YAML; bodies may be protobuf, too. No CBOR.
"""

import json
from collections.abc import Sequence
from typing import Any

import attrs

from kubelab.errors import StatusError

JSON = "application/json"
YAML = "application/yaml"
PROTOBUF = "application/vnd.kubernetes.protobuf"
ACCEPTED = (JSON, YAML)
READ = (JSON, YAML, PROTOBUF)
STREAM = "application/json;stream=watch"


@attrs.frozen
class Wanted:
    """What a client wants.

    Attributes:
        type: ``application/json`` or ``application/yaml``.
        shape: "" for the objects, ``Table``, ``PartialObjectMetadata`` or ``PartialObjectMetadataList``; for discovery
            ``APIGroupDiscoveryList``.
        pretty: whether it is to be indented.
    """

    type: str = JSON
    shape: str = ""
    pretty: bool = False


def wanted(accept: str, pretty: bool = False, discovery: bool = False) -> Wanted:
    """What a client wants by its Accept header.

    Raises:
        StatusError: 406, nothing of it can be had.
    """
    if not accept.strip():
        return Wanted(pretty=pretty)
    for clause in _by_quality(accept):
        kind, *parameters = (part.strip() for part in clause.split(";"))
        said = dict(part.split("=", 1) for part in parameters if "=" in part)
        type_ = {"*/*": JSON, "application/*": JSON, "text/yaml": YAML}.get(kind, kind)
        if type_ not in ACCEPTED:
            continue
        shape = said.get("as", "")
        if not shape:
            return Wanted(type_, "", pretty)
        if discovery and (said.get("g"), said.get("v")) == ("apidiscovery.k8s.io", "v2"):
            return Wanted(type_, shape, pretty)
        if not discovery and (said.get("g"), said.get("v")) == ("meta.k8s.io", "v1"):
            return Wanted(type_, shape, pretty)
    if discovery:
        return Wanted(pretty=pretty)
    raise StatusError(406, "NotAcceptable", f"only the following media types are accepted: {', '.join(ACCEPTED)}")


def _by_quality(accept: str) -> Sequence[str]:
    def quality(clause: str) -> float:
        for part in clause.split(";")[1:]:
            name, _, value = part.strip().partition("=")
            if name == "q":
                try:
                    return float(value)
                except ValueError:
                    return 0.0
        return 1.0

    clauses = [clause.strip() for clause in accept.split(",") if clause.strip()]
    return sorted(clauses, key=quality, reverse=True)


def check_body_type(content_type: str, accepted: Sequence[str] = READ) -> str:
    """The media type of a body.

    Raises:
        StatusError: 415, it cannot be read.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if not kind and JSON in accepted:
        return JSON
    if kind == "text/yaml" and YAML in accepted:
        return YAML
    if kind not in accepted:
        listed = ", ".join(accepted)
        message = f"the body of the request was in an unknown format - accepted media types include: {listed}"
        raise StatusError(415, "UnsupportedMediaType", message)
    return kind


def encode(document: Any, want: Wanted) -> tuple[bytes, str]:
    """A document as bytes, and their media type."""
    if want.type == YAML:
        from kubelab.api.yaml_writer import yaml_of

        return yaml_of(document).encode(), YAML
    return to_json(document, want.pretty) + b"\n", JSON


def to_json(document: Any, pretty: bool = False) -> bytes:
    """A document as JSON."""
    if pretty:
        return json.dumps(document, indent=2, ensure_ascii=False).encode()
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
