"""FILL module."""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import Json, Time


@model
class ServiceReference:
    """FILL ServiceReference."""

    namespace: str = field(default="", always=True)
    name: str = field(default="", always=True)
    path: str | None = None
    port: int | None = None


@model
class WebhookClientConfig:
    """FILL WebhookClientConfig."""

    url: str | None = None
    service: ServiceReference | None = None
    ca_bundle: str = field(default="", go="[]uint8")


@model
class WebhookConversion:
    """FILL WebhookConversion."""

    client_config: WebhookClientConfig | None = None
    conversion_review_versions: tuple[str, ...] = field(default=(), always=True)


@model
class CustomResourceConversion:
    """FILL CustomResourceConversion."""

    strategy: str = field(default="", always=True, go="v1.ConversionStrategyType", values=("None", "Webhook"))
    webhook: WebhookConversion | None = None


@model
class CustomResourceDefinitionNames:
    """FILL CustomResourceDefinitionNames."""

    plural: str = field(default="", always=True)
    singular: str = ""
    short_names: tuple[str, ...] = ()
    kind: str = field(default="", always=True)
    list_kind: str = ""
    categories: tuple[str, ...] = ()


@model
class CustomResourceColumnDefinition:
    """FILL CustomResourceColumnDefinition."""

    name: str = field(default="", always=True)
    type: str = field(default="", always=True)
    format: str = ""
    description: str = ""
    priority: int = 0
    json_path: str = field(default="", always=True)


@model
class CustomResourceSubresourceScale:
    """FILL CustomResourceSubresourceScale."""

    spec_replicas_path: str = field(default="", always=True)
    status_replicas_path: str = field(default="", always=True)
    label_selector_path: str | None = None


@model
class CustomResourceSubresources:
    """FILL CustomResourceSubresources."""

    status: Json | None = None
    scale: CustomResourceSubresourceScale | None = None


@model
class CustomResourceValidation:
    """FILL CustomResourceValidation."""

    open_apiv3_schema: Json | None = field(default=None, json="openAPIV3Schema")


@model
class SelectableField:
    """FILL SelectableField."""

    json_path: str = field(default="", always=True)


@model
class CustomResourceDefinitionVersion:
    """FILL CustomResourceDefinitionVersion."""

    name: str = field(default="", always=True)
    served: bool = field(default=False, always=True)
    storage: bool = field(default=False, always=True)
    deprecated: bool = False
    deprecation_warning: str | None = None
    schema: CustomResourceValidation | None = None
    subresources: CustomResourceSubresources | None = None
    additional_printer_columns: tuple[CustomResourceColumnDefinition, ...] = ()
    selectable_fields: tuple[SelectableField, ...] = ()


@model
class CustomResourceDefinitionSpec:
    """FILL CustomResourceDefinitionSpec."""

    group: str = field(default="", always=True)
    names: CustomResourceDefinitionNames = CustomResourceDefinitionNames()
    scope: str = field(default="", always=True, go="v1.ResourceScope", values=("Cluster", "Namespaced"))
    versions: tuple[CustomResourceDefinitionVersion, ...] = field(default=(), always=True)
    conversion: CustomResourceConversion | None = None
    preserve_unknown_fields: bool = False


@model
class CustomResourceDefinitionCondition:
    """FILL CustomResourceDefinitionCondition."""

    type: str = field(
        default="",
        always=True,
        go="v1.CustomResourceDefinitionConditionType",
        values=(
            "Established",
            "NamesAccepted",
            "NonStructuralSchema",
            "Terminating",
            "KubernetesAPIApprovalPolicyConformant",
            "StorageMigrating",
        ),
    )
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""
    observed_generation: int = field(default=0, go="int64")


@model
class CustomResourceDefinitionStatus:
    """FILL CustomResourceDefinitionStatus."""

    conditions: tuple[CustomResourceDefinitionCondition, ...] = field(default=(), always=True)
    accepted_names: CustomResourceDefinitionNames = CustomResourceDefinitionNames()
    stored_versions: tuple[str, ...] = field(default=(), always=True)
    observed_generation: int = field(default=0, go="int64")


@model
class CustomResourceDefinition:
    """FILL CustomResourceDefinition."""

    api_version: ClassVar[str] = "apiextensions.k8s.io/v1"
    kind: ClassVar[str] = "CustomResourceDefinition"

    metadata: ObjectMeta = ObjectMeta()
    spec: CustomResourceDefinitionSpec = CustomResourceDefinitionSpec()
    status: CustomResourceDefinitionStatus = CustomResourceDefinitionStatus()
