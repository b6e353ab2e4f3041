"""Configuration that Pods read, and the accounts as which they speak to the API server.

Source: `k8s.io/api/core/v1` (``ConfigMap``, ``Secret``, ``ServiceAccount``).
"""

from typing import ClassVar

from kubelab.api.core.reference import LocalObjectReference, ObjectReference
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap


@model
class ConfigMap:
    """Configuration as keys and values.

    Attributes:
        metadata: its identity.
        immutable: whether the values may never change.
        data: values that are text.
        binary_data: values that are not, in base64; its keys are not those of `data`.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ConfigMap"

    metadata: ObjectMeta = ObjectMeta()
    immutable: bool | None = None
    data: FrozenMap[str, str] = FrozenMap()
    binary_data: FrozenMap[str, str] = field(default=FrozenMap(), go="map[string][]uint8")


@model
class Secret:
    """Like a ConfigMap, for what not everyone should read.

    Attributes:
        metadata: its identity.
        immutable: whether the values may never change.
        data: the values, in base64.
        string_data: values in plain text, which the API server moves into `data` when it stores them.
        type: which keys there must be; ``Opaque`` if nothing is said.
    """

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
    """A name as which Pods speak to the API server.

    Attributes:
        metadata: its identity.
        secrets: that its Pods may mount; no longer filled in.
        image_pull_secrets: given to Pods that name none.
        automount_service_account_token: whether Pods get a token, unless they say otherwise.
    """

    api_version: ClassVar[str] = "v1"
    kind: ClassVar[str] = "ServiceAccount"

    metadata: ObjectMeta = ObjectMeta()
    secrets: tuple[ObjectReference, ...] = field(default=(), merge_key="name", inert=True)
    image_pull_secrets: tuple[LocalObjectReference, ...] = ()
    automount_service_account_token: bool | None = None
