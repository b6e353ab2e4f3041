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
    """A Service of the cluster that answers a webhook.

    Attributes:
        namespace: of the Service.
        name: of the Service.
        path: where requests are sent.
        port: of the Service; 443 if nothing is said.
    """

    namespace: str = field(default="", always=True)
    name: str = field(default="", always=True)
    path: str | None = None
    port: int | None = None


@model
class WebhookClientConfig:
    """How a webhook is reached.

    Attributes:
        url: the webhook's address, if it is not in the cluster.
        service: the Service in front of it, if it is.
        ca_bundle: the certificates by which its own is checked.
    """

    url: str | None = None
    service: ServiceReference | None = None
    ca_bundle: str = field(default="", go="[]uint8")


@model
class WebhookConversion:
    """A webhook that turns objects of one version into another.

    Attributes:
        client_config: how it is reached.
        conversion_review_versions: the versions of the question that it understands.
    """

    client_config: WebhookClientConfig | None = None
    conversion_review_versions: tuple[str, ...] = field(default=(), always=True)


@model
class CustomResourceConversion:
    """How objects of one version become those of another.

    Attributes:
        strategy: whether nothing but the version is changed, or a webhook asked.
        webhook: which webhook, for the strategy ``Webhook``.
    """

    strategy: str = field(default="", always=True, go="v1.ConversionStrategyType", values=("None", "Webhook"))
    webhook: WebhookConversion | None = None


@model
class CustomResourceDefinitionNames:
    """What a kind is called.

    Attributes:
        plural: the name in addresses and for kubectl.
        singular: what kubectl accepts for one object.
        short_names: abbreviations for kubectl.
        kind: the name in manifests.
        list_kind: what a list of them is called.
        categories: groups of kinds that kubectl lists at once, such as ``all``.
    """

    plural: str = field(default="", always=True)
    singular: str = ""
    short_names: tuple[str, ...] = ()
    kind: str = field(default="", always=True)
    list_kind: str = ""
    categories: tuple[str, ...] = ()


@model
class CustomResourceColumnDefinition:
    """A column that ``kubectl get`` shows for a kind.

    Attributes:
        name: the heading.
        type: what the column holds, as OpenAPI names it: ``string``, ``integer``, ``date``.
        format: more about the type, such as ``int32``.
        description: what the column tells.
        priority: 0 for columns that are always shown; others come with ``-o wide``.
        json_path: where in an object the value is.
    """

    name: str = field(default="", always=True)
    type: str = field(default="", always=True)
    format: str = ""
    description: str = ""
    priority: int = 0
    json_path: str = field(default="", always=True)


@model
class CustomResourceSubresourceScale:
    """Where a kind keeps what ``kubectl scale`` reads and writes.

    Attributes:
        spec_replicas_path: where the wanted number is.
        status_replicas_path: where the present number is.
        label_selector_path: where the selector of the Pods is, as text.
    """

    spec_replicas_path: str = field(default="", always=True)
    status_replicas_path: str = field(default="", always=True)
    label_selector_path: str | None = None


@model
class CustomResourceSubresources:
    """Parts of a kind's objects that have an address of their own.

    Attributes:
        status: lets the status be written by a door of its own.
        scale: lets kubectl and autoscalers change the number of replicas.
    """

    status: Json | None = None
    scale: CustomResourceSubresourceScale | None = None


@model
class CustomResourceValidation:
    """What objects of a kind must look like.

    Attributes:
        open_apiv3_schema: the schema, in the notation of OpenAPI 3.
    """

    open_apiv3_schema: Json | None = field(default=None, json="openAPIV3Schema")


@model
class SelectableField:
    """A field by which objects of a kind can be selected.

    Attributes:
        json_path: where the field is.
    """

    json_path: str = field(default="", always=True)


@model
class CustomResourceDefinitionVersion:
    """One version of a kind.

    Attributes:
        name: such as ``v1``.
        served: whether it can be asked for.
        storage: whether objects are stored in this version; that is so for exactly one.
        deprecated: whether clients are warned of it.
        deprecation_warning: the words of that warning.
        schema: what objects must look like.
        subresources: whether there are ``status`` and ``scale``.
        additional_printer_columns: what kubectl shows besides name and age.
        selectable_fields: by which fields objects can be selected.
    """

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
    """A kind: its group, names, scope and versions.

    Attributes:
        group: the API group; with the plural, it is the name of the definition.
        names: what the kind is called.
        scope: whether its objects live in namespaces or in none.
        versions: the versions of the kind; one of them is stored.
        conversion: how objects get from one version to another.
        preserve_unknown_fields: of the past; unknown fields are dropped unless the schema keeps them.
    """

    group: str = field(default="", always=True)
    names: CustomResourceDefinitionNames = CustomResourceDefinitionNames()
    scope: str = field(default="", always=True, go="v1.ResourceScope", values=("Cluster", "Namespaced"))
    versions: tuple[CustomResourceDefinitionVersion, ...] = field(default=(), always=True)
    conversion: CustomResourceConversion | None = None
    preserve_unknown_fields: bool = False


@model
class CustomResourceDefinitionCondition:
    """One thing that is or is not the case with a definition.

    Attributes:
        type: what it is about.
        status: whether it is the case.
        last_transition_time: when the status last changed.
        reason: one CamelCase word for programs.
        message: a sentence for people.
        observed_generation: the generation of the object that was looked at.
    """

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
    """Whether a definition is in force, and under which names.

    Attributes:
        conditions: whether the names are free, and the kind is served.
        accepted_names: the names it really has.
        stored_versions: the versions in which objects were ever stored.
        observed_generation: the generation that the controller has seen.
    """

    conditions: tuple[CustomResourceDefinitionCondition, ...] = field(default=(), always=True)
    accepted_names: CustomResourceDefinitionNames = CustomResourceDefinitionNames()
    stored_versions: tuple[str, ...] = field(default=(), always=True)
    observed_generation: int = field(default=0, go="int64")


@model
class CustomResourceDefinition:
    """A kind that the API server serves like its own.

    Attributes:
        metadata: its identity.
        spec: the kind that is defined.
        status: whether it is in force.
    """

    api_version: ClassVar[str] = "apiextensions.k8s.io/v1"
    kind: ClassVar[str] = "CustomResourceDefinition"

    metadata: ObjectMeta = ObjectMeta()
    spec: CustomResourceDefinitionSpec = CustomResourceDefinitionSpec()
    status: CustomResourceDefinitionStatus = CustomResourceDefinitionStatus()
