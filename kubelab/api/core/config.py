"""FILL module."""

from typing import ClassVar

from kubelab.api.core.pod import ObjectReference
from kubelab.api.core.volume import LocalObjectReference
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap


@model
class ConfigMap(ObjectMeta):
    """FILL ConfigMap."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ConfigMap"

    immutable: bool | None = None
    data: FrozenMap[str, str] = FrozenMap()
    binary_data: FrozenMap[str, str] = FrozenMap()


@model
class Secret(ObjectMeta):
    """FILL Secret."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "Secret"

    immutable: bool | None = None
    data: FrozenMap[str, str] = FrozenMap()
    string_data: FrozenMap[str, str] = FrozenMap()
    type: str = field(
        "",
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
class ServiceAccount(ObjectMeta):
    """FILL ServiceAccount."""

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ServiceAccount"

    secrets: tuple[ObjectReference, ...] = field((), merge_key="name")
    image_pull_secrets: tuple[LocalObjectReference, ...] = ()
    automount_service_account_token: bool | None = None
