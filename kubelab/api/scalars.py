"""The scalar types that Kubernetes' manifests are made of.

Each is the value that a field of an object model holds: immutable, comparable and cheap to copy.
What a manifest may write for it, and how it is written back, is said in `kubelab.api.manifest`.

Source: apimachinery `pkg/apis/meta/v1`, `pkg/api/resource`, `pkg/util/intstr`.
"""

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")

IntOrString = int | str
"""A whole number, or a text such as ``"25%"`` or the name of a port."""

Json = Any
"""Any JSON value, kept as it came (`FrozenMap`, tuple, str, int, float, bool, None)."""


class Quantity(str):
    """An amount of a resource in Kubernetes' notation: ``250m`` CPU, ``128Mi`` of memory.

    It is the text itself; `kubelab.api.quantity` parses, compares and adds.
    """

    __slots__ = ()


class Time(int):
    """A moment to the second, as seconds since 1970-01-01T00:00:00Z (``metav1.Time``)."""

    __slots__ = ()


class MicroTime(int):
    """A moment to the microsecond, as microseconds since 1970-01-01T00:00:00Z (``metav1.MicroTime``)."""

    __slots__ = ()


class FrozenMap(dict[K, V]):
    """A dict that never changes once it is made, so that objects can share it and be hashed.

    Reads cost what a dict's cost. Every method that would change it raises TypeError;
    `with_` gives a changed copy.
    """

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a FrozenMap cannot be changed; use with_() for a changed copy")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def with_(self, changes: Mapping[K, V | None]) -> "FrozenMap[K, V]":
        """A copy in which each key of `changes` has its value, or is gone where the value is None."""
        new: dict[K, V] = dict(self)
        for key, value in changes.items():
            if value is None:
                new.pop(key, None)
            else:
                new[key] = value
        return FrozenMap(new)

    def __reduce__(self) -> tuple[type, tuple[dict[K, V]]]:
        return (FrozenMap, (dict(self),))
