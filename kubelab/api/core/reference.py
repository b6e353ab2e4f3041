"""How one object names another.

Source: `k8s.io/api/core/v1` (``ObjectReference``, ``LocalObjectReference`` and their kin).
"""

from kubelab.api.model import field, model


@model
class LocalObjectReference:
    """An object of a known kind in the same namespace, such as a Secret.

    Attributes:
        name: of the object.
    """

    name: str = ""


@model
class ObjectReference:
    """An object, or a field of one, anywhere in the cluster.

    Attributes:
        kind: of the object.
        namespace: of the object, "" if it lives in none.
        name: of the object.
        uid: of the object, to tell it from an earlier one of that name.
        api_version: of the object's kind.
        resource_version: the version that is spoken of, where that matters.
        field_path: a part of it, such as ``spec.containers{web}`` for one container of a Pod.
    """

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = field(default="", go="types.UID")
    api_version: str = ""
    resource_version: str = ""
    field_path: str = ""


@model
class SecretReference:
    """A Secret in a namespace of its own choosing, for objects that live in none.

    Attributes:
        name: of the Secret.
        namespace: of the Secret.
    """

    name: str = ""
    namespace: str = ""


@model
class TypedLocalObjectReference:
    """An object of any kind in the same namespace.

    Attributes:
        api_group: of the kind; absent means the core group.
        kind: of the object.
        name: of the object.
    """

    api_group: str | None = field(default=None, always=True)
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)


@model
class TypedObjectReference:
    """An object of any kind, possibly in another namespace.

    Attributes:
        api_group: of the kind; absent means the core group.
        kind: of the object.
        name: of the object.
        namespace: of the object; absent means the same.
    """

    api_group: str | None = field(default=None, always=True)
    kind: str = field(default="", always=True)
    name: str = field(default="", always=True)
    namespace: str | None = None
