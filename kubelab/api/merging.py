"""How the parts of an object are merged when several write it: what has one owner, and what is shared piece by piece.

A structure or map is shared field by field, unless it is *atomic*: then it is written, and owned, as one value. A list
is atomic unless it is a *set* of scalars, or its items have *keys* by which they are told apart. That is said in the
models where it is the same as for strategic merge patches (`merge_key`, `merge_set`), and here where it differs.

Source: the ``+listType``, ``+listMapKey``, ``+mapType`` and ``+structType`` marks of the API's types
(client-go `applyconfigurations/internal`).
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs

from kubelab.api.shape import Field, Form, Shape, fields

ATOMIC_STRUCTURES = frozenset(
    {
        "ConfigMapKeySelector",
        "EndpointAddress",
        "EndpointPort",
        "FileKeySelector",
        "LabelSelector",
        "LocalObjectReference",
        "NodeSelector",
        "NodeSelectorTerm",
        "ObjectFieldSelector",
        "ObjectReference",
        "OwnerReference",
        "ResourceFieldSelector",
        "RoleRef",
        "ScopeSelector",
        "SecretKeySelector",
        "SecretReference",
        "ServiceBackendPort",
        "Subject",
        "TopologySelectorTerm",
        "TypedLocalObjectReference",
    }
)
"""Structures that are owned as one value."""

ATOMIC_FIELDS = frozenset(
    {
        ("JobStatus", "conditions"),
        ("PodSpec", "nodeSelector"),
        ("PodStatus", "hostIPs"),
        ("ReplicationControllerSpec", "selector"),
        ("ServiceSpec", "selector"),
    }
)
"""Maps and lists that are owned as one value, though a strategic merge patch merges them."""

SHARED_FIELDS = frozenset({("PersistentVolumeSpec", "claimRef")})
"""Fields that are shared piece by piece, though structures of their sort are owned as one value elsewhere."""

REPLACED = frozenset({("PodDisruptionBudgetSpec", "selector")})
"""Structures that a strategic merge patch replaces whole (``patchStrategy: replace``)."""

SETS = frozenset(
    {
        ("ContainerRestartRuleOnExitCodes", "values"),
        ("Endpoint", "addresses"),
        ("NodeAllocatableResourceClaimStatus", "containers"),
        ("PodFailurePolicyOnExitCodesRequirement", "values"),
        ("UncountedTerminatedPods", "failed"),
        ("UncountedTerminatedPods", "succeeded"),
    }
)
"""Sets that a strategic merge patch replaces whole."""

KEYS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Container", "ports"): ("containerPort", "protocol"),
    ("CustomResourceDefinitionStatus", "conditions"): ("type",),
    ("EphemeralContainer", "ports"): ("containerPort", "protocol"),
    ("HorizontalPodAutoscalerStatus", "conditions"): ("type",),
    ("PodSpec", "topologySpreadConstraints"): ("topologyKey", "whenUnsatisfiable"),
    ("ResourceRequirements", "claims"): ("name",),
    ("ResourceStatus", "resources"): ("resourceID",),
    ("ServiceSpec", "ports"): ("port", "protocol"),
}
"""The keys of lists that a strategic merge patch knows by another key, or by none."""

KEY_DEFAULTS = {"protocol": "TCP"}
"""What a key is where an item does not say it."""


class Way(Enum):
    """How a place is shared."""

    SCALAR = "scalar"
    ATOMIC = "atomic"
    STRUCTURE = "structure"
    MAP = "map"
    SET = "set"
    KEYED = "keyed"


@attrs.frozen(eq=False)
class Place:
    """A place in an object, as those who share the object see it.

    Attributes:
        way: how it is shared.
        shape: what it holds.
        keys: by what the items of a KEYED list are told apart.
    """

    way: Way
    shape: Shape
    keys: tuple[str, ...] = ()

    def child(self, name: str) -> "Place | None":
        """The place of a field, or of an entry of a map; None where there is no such field."""
        if self.way is Way.MAP or self.shape.form is Form.MAP:
            return self.item
        return None if self.shape.model is None else places(self.shape.model).get(name)

    @property
    def item(self) -> "Place":
        """The place of the items of a list, or of the values of a map."""
        assert self.shape.item is not None
        return place_of(self.shape.item)


_OF_MODEL: dict[type[Any], Mapping[str, Place]] = {}
_TYPE_META = Place(Way.SCALAR, Shape(Form.STRING, "string"))


def places(model: type[Any]) -> Mapping[str, Place]:
    """The places of a model's fields by their names in a manifest."""
    found = _OF_MODEL.get(model)
    if found is None:
        found = {name: _place(model.__name__, field) for name, field in fields(model).items()}
        if hasattr(model, "api_version"):
            found = {"apiVersion": _TYPE_META, "kind": _TYPE_META, **found}
        _OF_MODEL[model] = found
    return found


def whole(model: type[Any]) -> Place:
    """The place of a whole object."""
    return Place(Way.STRUCTURE, Shape(Form.OBJECT, "", model=model))


def place_of(shape: Shape) -> Place:
    """A place that nothing more is said of than what it holds."""
    if shape.form is Form.OBJECT:
        atomic = shape.model is not None and shape.model.__name__ in ATOMIC_STRUCTURES
        # Of the structures with this name only that of autoscaling/v2 is shared by fields; it is the one we have.
        return Place(Way.ATOMIC if atomic else Way.STRUCTURE, shape)
    if shape.form is Form.MAP:
        return Place(Way.MAP, shape)
    return Place(Way.ATOMIC if shape.form in (Form.LIST, Form.JSON) else Way.SCALAR, shape)


def _place(owner: str, field: Field) -> Place:
    mark = (owner, field.json)
    if mark in ATOMIC_FIELDS:
        return Place(Way.ATOMIC, field.shape)
    if mark in SHARED_FIELDS:
        return Place(Way.STRUCTURE, field.shape)
    if field.shape.form is Form.LIST:
        keys = KEYS.get(mark) or ((field.merge_key,) if field.merge_key else ())
        if keys:
            return Place(Way.KEYED, field.shape, keys)
        if field.merge_set or mark in SETS:
            return Place(Way.SET, field.shape)
    return place_of(field.shape)
