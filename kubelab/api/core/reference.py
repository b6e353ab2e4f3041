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
    uid: str = field(default="", go="types.UID")
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

    api_group: str | None = field(default=None, always=True)
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)


@model
class TypedObjectReference:
    """FILL TypedObjectReference."""

    api_group: str | None = field(default=None, always=True)
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)
    namespace: str | None = None
