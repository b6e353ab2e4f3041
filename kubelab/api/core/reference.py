"""FILL module."""

from kubelab.api.model import field, model


@model
class LocalObjectReference:
    """FILL LocalObjectReference."""

    name: str = ""


@model
class ObjectReference:
    """FILL ObjectReference."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = field("", go="types.UID")
    api_version: str = ""
    resource_version: str = ""
    field_path: str = ""


@model
class SecretReference:
    """FILL SecretReference."""

    name: str = ""
    namespace: str = ""


@model
class TypedLocalObjectReference:
    """FILL TypedLocalObjectReference."""

    api_group: str | None = field(None, always=True)
    kind: str = field("", always=True)
    name: str = field("", always=True)


@model
class TypedObjectReference:
    """FILL TypedObjectReference."""

    api_group: str | None = field(None, always=True)
    kind: str = field("", always=True)
    name: str = field("", always=True)
    namespace: str | None = None
