"""Results remembered by the identity of their argument.

Objects never change, so what was once worked out for one object holds for as long as that very object exists.
Thousands of Pods share the `PodSpec` of their template: looking the result up costs one dictionary access, while
comparing or hashing the structure would cost as much as working it out.
"""

from typing import Generic, TypeVar

V = TypeVar("V")


class IdentityMemo(Generic[V]):
    """A bounded map from an object, by identity, to a result.

    It keeps its objects alive, so that an identity in it cannot come to mean another object.
    """

    __slots__ = ("_entries", "_limit")

    def __init__(self, limit: int) -> None:
        """Make a memo that holds at most `limit` objects; the oldest is forgotten first."""
        self._entries: dict[int, tuple[object, V]] = {}
        self._limit = limit

    def get(self, key: object) -> V | None:
        """The result remembered for this very object, or None."""
        entry = self._entries.get(id(key))
        return None if entry is None else entry[1]

    def put(self, key: object, value: V) -> V:
        """Remember `value` for this very object, and give it back."""
        entries = self._entries
        if len(entries) >= self._limit:
            entries.pop(next(iter(entries)), None)
        entries[id(key)] = (key, value)
        return value

    def __len__(self) -> int:
        return len(self._entries)
