"""Acting only on what is still so: a write that changes nothing, but is refused when its object has changed.

A controller that is shown an old state must not create or delete anything twice. It first writes the status of its
object as it sees it, with the version that it sees. Where nothing has changed since, that write is no step at all; else
the API server refuses it as a conflict, the rest of the requests is dropped, and the controller looks again.

Source: what upstream reaches by remembering what it expects to see (`ControllerExpectations`).
"""

from kubelab.state.requests import Update
from kubelab.state.snapshot import Object


def unless_changed(actor: str, obj: Object) -> Update:
    """The write that is refused when `obj` is no longer as it was seen; what follows it is then not asked for."""
    return Update(
        object=obj,
        subresource="status",
        reason="StatusUpdate",
        message=f"{actor} made sure that {obj.kind} {obj.metadata.name} is as it saw it.",
    )
