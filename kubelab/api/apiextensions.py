"""Kinds that a cluster learns at run time: CustomResourceDefinitions.

Source: `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1`.

**Simplified:** the schema of a kind (``JSONSchemaProps``) is kept as the JSON it is.
"""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import Json, Time


@model
class ServiceReference:
    """A Service of the cluster that answers a webhook."""

    namespace: str = field(default="", always=True)
    name: str = field(default="", always=True)
    path: str | None = None
    port: int | None = None


@model
class WebhookClientConfig:
    """How a webhook is reached."""

    url: str | None = None
    service: ServiceReference | None = None
    ca_bundle: str = field(default="", go="[]uint8")


@model
class WebhookConversion:
    """A webhook that turns objects of one version into another."""

    client_config: WebhookClientConfig | None = None
    conversion_review_versions: tuple[str, ...] = field(default=(), always=True)


@model
class CustomResourceConversion:
    """How objects of one version become those of another."""

    strategy: str = field(default="", always=True, go="v1.ConversionStrategyType", values=("None", "Webhook"))
    webhook: WebhookConversion | None = None


@model
class CustomResourceDefinitionNames:
    """What a kind is called."""

    plural: str = field(default="", always=True)
    singular: str = ""
    short_names: tuple[str, ...] = ()
    kind: str = field(default="", always=True)
    list_kind: str = ""
    categories: tuple[str, ...] = ()


@model
class CustomResourceColumnDefinition:
    """A column that ``kubectl get`` shows for a kind."""

    name: str = field(default="", always=True)
    type: str = field(default="", always=True)
    format: str = ""
    description: str = ""
    priority: int = 0
    json_path: str = field(default="", always=True)


@model
class CustomResourceSubresourceScale:
    """Where a kind keeps what ``kubectl scale`` reads and writes."""

    spec_replicas_path: str = field(default="", always=True)
    status_replicas_path: str = field(default="", always=True)
    label_selector_path: str | None = None


@model
class CustomResourceSubresources:
    """Parts of a kind's objects that have an address of their own."""

    status: Json | None = None
    scale: CustomResourceSubresourceScale | None = None


@model
class CustomResourceValidation:
    """What objects of a kind must look like."""

    open_apiv3_schema: Json | None = field(default=None, json="openAPIV3Schema")


@model
class SelectableField:
    """A field by which objects of a kind can be selected."""

    json_path: str = field(default="", always=True)


@model
class CustomResourceDefinitionVersion:
    """One version of a kind."""

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
    """A kind: its group, names, scope and versions."""

    group: str = field(default="", always=True)
    names: CustomResourceDefinitionNames = CustomResourceDefinitionNames()
    scope: str = field(default="", always=True, go="v1.ResourceScope", values=("Cluster", "Namespaced"))
    versions: tuple[CustomResourceDefinitionVersion, ...] = field(default=(), always=True)
    conversion: CustomResourceConversion | None = None
    preserve_unknown_fields: bool = False


@model
class CustomResourceDefinitionCondition:
    """One thing that is or is not the case with a definition."""

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
    """Whether a definition is in force, and under which names."""

    conditions: tuple[CustomResourceDefinitionCondition, ...] = field(default=(), always=True)
    accepted_names: CustomResourceDefinitionNames = CustomResourceDefinitionNames()
    stored_versions: tuple[str, ...] = field(default=(), always=True)
    observed_generation: int = field(default=0, go="int64")


@model
class CustomResourceDefinition:
    """A kind that the API server serves like its own."""

    api_version: ClassVar[str] = "apiextensions.k8s.io/v1"
    kind: ClassVar[str] = "CustomResourceDefinition"

    metadata: ObjectMeta = ObjectMeta()
    spec: CustomResourceDefinitionSpec = CustomResourceDefinitionSpec()
    status: CustomResourceDefinitionStatus = CustomResourceDefinitionStatus()
