"""What all kinds have in common: identity, labels, owners, and how one object selects others.

Source: apimachinery `pkg/apis/meta/v1` (``ObjectMeta``, ``OwnerReference``, ``LabelSelector``, ``Condition``).
"""

from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Json, Time


@model
class ManagedFieldsEntry:
    """Which fields one writer owns, as server-side apply keeps the book.

    Attributes:
        manager: the writer's name, such as ``kubectl-client-side-apply`` or ``kubelet``.
        operation: whether it applied a manifest or wrote the object outright.
        api_version: the version of the kind that `fields_v1` speaks of.
        time: when it last changed one of its fields.
        fields_type: the notation of `fields_v1`; ``FieldsV1`` is the only one.
        fields_v1: the owned fields as nested keys, kept as it came.
        subresource: the part of the object it wrote through, such as ``status``; "" for the object itself.
    """

    manager: str = ""
    operation: str = field(default="", go="v1.ManagedFieldsOperationType", values=("Apply", "Update"))
    api_version: str = ""
    time: Time | None = None
    fields_type: str = ""
    fields_v1: Json | None = None
    subresource: str = ""


@model
class OwnerReference:
    """An object for whose sake this one exists; when the owner is gone, so is this one.

    Attributes:
        api_version: of the owner.
        kind: of the owner.
        name: of the owner, which lives in the same namespace or in none.
        uid: of the owner: an object of the same name that was made later is not the owner.
        controller: whether the owner is the one controller that manages this object; at most one owner is.
        block_owner_deletion: whether a foreground deletion of the owner waits until this object is gone.
    """

    api_version: str = field(default="", always=True)
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)
    uid: str = field(default="", always=True, go="types.UID")
    controller: bool | None = None
    block_owner_deletion: bool | None = None


@model
class ObjectMeta:
    """An object's identity and the book that is kept about it.

    Attributes:
        name: unique among the objects of its kind in its namespace.
        generate_name: a prefix to which the API server adds five characters when there is no name.
        namespace: where it lives; "" for kinds that live in none.
        self_link: no longer filled in by any server.
        uid: given by the API server, never used twice.
        resource_version: changes with every write; a writer that names an old one is refused with a conflict.
        generation: counts the changes of what is wanted (the spec), not those of the status.
        creation_timestamp: when the API server accepted it.
        deletion_timestamp: when it will be, or should have been, gone; set by a deletion that has to wait.
        deletion_grace_period_seconds: how long that deletion lets it go on, in seconds.
        labels: names and values by which others select it.
        annotations: names and values for people and tools; nothing selects by them.
        owner_references: the objects for whose sake it exists.
        finalizers: who must still do something before it may vanish; a deletion waits for all of them.
        managed_fields: who owns which field.
    """

    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    self_link: str = field(default="", inert=True)
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
    """One condition on a label.

    Attributes:
        key: the label.
        operator: how the label's value relates to `values`.
        values: at least one for ``In`` and ``NotIn``, none for ``Exists`` and ``DoesNotExist``.
    """

    key: str = field(default="", always=True)
    operator: str = field(
        default="", always=True, go="v1.LabelSelectorOperator", values=("In", "NotIn", "Exists", "DoesNotExist")
    )
    values: tuple[str, ...] = ()


@model
class LabelSelector:
    """Which objects are meant, by their labels; an empty one means all, an absent one none.

    Attributes:
        match_labels: labels that must be there with exactly these values.
        match_expressions: further conditions; all of them must be met.
    """

    match_labels: FrozenMap[str, str] = FrozenMap()
    match_expressions: tuple[LabelSelectorRequirement, ...] = ()


@model
class Condition:
    """One thing that is or is not the case with an object, in the form that newer kinds use.

    Attributes:
        type: what it is about, such as ``Ready``.
        status: whether it is the case.
        observed_generation: the generation of the object that was looked at.
        last_transition_time: when the status last changed.
        reason: one CamelCase word for programs.
        message: a sentence for people.
    """

    type: str = field(default="", always=True)
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    observed_generation: int = field(default=0, go="int64")
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = field(default="", always=True)
    message: str = field(default="", always=True)
