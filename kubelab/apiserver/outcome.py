"""What a request came to: the next snapshot, and what is different in it."""

from typing import Any

import attrs

from kubelab.state.requests import EventNote
from kubelab.state.snapshot import ObjectKey, Revision, Snapshot


@attrs.frozen(slots=True)
class Outcome:
    """What a request came to.

    Attributes:
        snapshot: the state afterwards.
        key: the object that it was about, with the name that the server gave it.
        before: the object before, or None.
        after: the object as it is stored now, or None when it is gone.
        events: the Events that were recorded with it.
        besides: other objects that the API server changed with it: the budget that an eviction uses up, the quota
            that a new object is charged to.
        warnings: what the server says about it besides, such as a field that it does not know.
    """

    snapshot: Snapshot
    key: ObjectKey
    before: Any
    after: Any
    events: tuple[EventNote, ...] = ()
    besides: tuple[Revision, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything is different now; asking for what is already so changes nothing."""
        return self.before is not self.after
