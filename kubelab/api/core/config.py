"""FILL module."""

from typing import ClassVar

from kubelab.api.core.reference import LocalObjectReference, ObjectReference
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap


@model
class ConfigMap:
    """FILL ConfigMap."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ConfigMap"

    metadata: ObjectMeta = ObjectMeta()
    immutable: bool | None = None
    data: FrozenMap[str, str] = FrozenMap()
    binary_data: FrozenMap[str, str] = field(default=FrozenMap(), go="map[string][]uint8")


@model
class Secret:
    """FILL Secret."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Secret"

    metadata: ObjectMeta = ObjectMeta()
    immutable: bool | None = None
    data: FrozenMap[str, str] = field(default=FrozenMap(), go="map[string][]uint8")
    string_data: FrozenMap[str, str] = FrozenMap()
    type: str = field(
        default="",
        go="v1.SecretType",
        values=(
            "Opaque",
            "kubernetes.io/service-account-token",
            "kubernetes.io/dockercfg",
            "kubernetes.io/dockerconfigjson",
            "kubernetes.io/basic-auth",
            "kubernetes.io/ssh-auth",
            "kubernetes.io/tls",
            "bootstrap.kubernetes.io/token",
        ),
    )


@model
class ServiceAccount:
    """FILL ServiceAccount."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ServiceAccount"

    metadata: ObjectMeta = ObjectMeta()
    secrets: tuple[ObjectReference, ...] = field(default=(), merge_key="name")
    image_pull_secrets: tuple[LocalObjectReference, ...] = ()
    automount_service_account_token: bool | None = None
