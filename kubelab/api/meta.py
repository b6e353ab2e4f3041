"""FILL module."""

from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Json, Time


@model
class ManagedFieldsEntry:
    """FILL ManagedFieldsEntry."""

    manager: str = ""
    operation: str = field(default="", go="v1.ManagedFieldsOperationType", values=("Apply", "Update"))
    api_version: str = ""
    time: Time | None = None
    fields_type: str = ""
    fields_v1: Json | None = None
    subresource: str = ""


@model
class OwnerReference:
    """FILL OwnerReference."""

    api_version: str = field(default="", always=True)
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)
    uid: str = field(default="", always=True, go="types.UID")
    controller: bool | None = None
    block_owner_deletion: bool | None = None


@model
class ObjectMeta:
    """FILL ObjectMeta."""

    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    self_link: str = ""
    uid: str = field(default="", go="types.UID")
    resource_version: str = ""
    generation: int = field(default=0, go="int64")
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    deletion_grace_period_seconds: int | None = field(default=None, go="int64")
    labels: FrozenMap[str, str] = FrozenMap()
    annotations: FrozenMap[str, str] = FrozenMap()
    owner_references: tuple[OwnerReference, ...] = field(default=(), merge_key="uid")
    finalizers: tuple[str, ...] = field(default=(), merge_set=True)
    managed_fields: tuple[ManagedFieldsEntry, ...] = ()


@model
class LabelSelectorRequirement:
    """FILL LabelSelectorRequirement."""

    key: str = field(default="", always=True)
    operator: str = field(
        default="", always=True, go="v1.LabelSelectorOperator", values=("In", "NotIn", "Exists", "DoesNotExist")
    )
    values: tuple[str, ...] = ()


@model
class LabelSelector:
    """FILL LabelSelector."""

    match_labels: FrozenMap[str, str] = FrozenMap()
    match_expressions: tuple[LabelSelectorRequirement, ...] = ()


@model
class Condition:
    """FILL Condition."""

    type: str = field(default="", always=True)
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    observed_generation: int = field(default=0, go="int64")
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = field(default="", always=True)
    message: str = field(default="", always=True)
