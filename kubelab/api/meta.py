"""FILL module."""

from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Json, Time


@model
class ManagedFieldsEntry:
    """FILL ManagedFieldsEntry."""

    manager: str = ""
    operation: str = field("", go="v1.ManagedFieldsOperationType", values=("Apply", "Update"))
    api_version: str = ""
    time: Time | None = None
    fields_type: str = ""
    fields_v1: Json | None = None
    subresource: str = ""


@model
class OwnerReference:
    """FILL OwnerReference."""

    api_version: str = field("", always=True)
    kind: str = field("", always=True)
    name: str = field("", always=True)
    uid: str = field("", always=True, go="types.UID")
    controller: bool | None = None
    block_owner_deletion: bool | None = None


@model
class ObjectMeta:
    """FILL ObjectMeta."""

    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    self_link: str = ""
    uid: str = field("", go="types.UID")
    resource_version: str = ""
    generation: int = field(0, go="int64")
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    deletion_grace_period_seconds: int | None = field(None, go="int64")
    labels: FrozenMap[str, str] = FrozenMap()
    annotations: FrozenMap[str, str] = FrozenMap()
    owner_references: tuple[OwnerReference, ...] = field((), merge_key="uid")
    finalizers: tuple[str, ...] = field((), merge_set=True)
    managed_fields: tuple[ManagedFieldsEntry, ...] = ()


@model
class LabelSelectorRequirement:
    """FILL LabelSelectorRequirement."""

    key: str = field("", always=True)
    operator: str = field(
        "", always=True, go="v1.LabelSelectorOperator", values=("In", "NotIn", "Exists", "DoesNotExist")
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

    type: str = field("", always=True)
    status: str = field("", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    observed_generation: int = field(0, go="int64")
    last_transition_time: Time | None = field(None, always=True)
    reason: str = field("", always=True)
    message: str = field("", always=True)
