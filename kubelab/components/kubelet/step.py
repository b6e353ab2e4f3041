"""What comes next for one container of a Pod: the answer that the parts of the kubelet give one another."""

import attrs

from kubelab.api.core.container import ContainerStateWaiting
from kubelab.state.requests import EventNote, MachineRequest


@attrs.frozen(slots=True, kw_only=True)
class Step:
    """What comes next for one container.

    Attributes:
        request: what is to be asked of the runtime now, or None.
        waiting: why the container does not run, where there is more to say than that it is being created.
        events: what the kubelet says about that, once.
        at: when to look again, or None.
        recurring: whether that goes on for ever.
        blocks: whether the containers after it have to wait.
        started: whether it counts as started (for a sidecar, before the next one may start).
        finished: whether it has ended for good.
    """

    request: MachineRequest | None = None
    waiting: ContainerStateWaiting | None = None
    events: tuple[EventNote, ...] = ()
    at: int | None = None
    recurring: bool = False
    blocks: bool = False
    started: bool = False
    finished: bool = False
