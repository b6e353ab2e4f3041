"""The contract of a component: it looks at the cluster and returns the requests it wants; it touches nothing.

Level-triggered: `reconcile` is told which key to look at, never what happened to it. Whatever it is told, and
however often, it works out the difference between what should be and what is. After the cluster has settled,
every `reconcile` returns nothing; and a component that is killed at any step and started afresh leads to the same end.

Source: sample-controller, controller-runtime `pkg/reconcile`.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol

from kubelab.errors import StatusError
from kubelab.state.requests import Request, Requeue
from kubelab.state.snapshot import Change, ObjectKey, View

LEARNT = "*"
"""Among the kinds that a component watches: all those that the cluster learns from its CustomResourceDefinitions."""

Wanted = Sequence[Request | Requeue]
"""What a reconcile returns: requests in the order in which they are to be carried out, and when to look again."""


class Component(Protocol):
    """A component of which the cluster runs one: a controller, the scheduler.

    Attributes:
        name: what the component is called, as in ``kubectl get events``.
        watches: the kinds whose changes wake it.
    """

    name: ClassVar[str]
    watches: ClassVar[tuple[str, ...]]

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """Which of this component's keys does the change touch? Called for changes of the watched kinds."""
        ...

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Observe, compare, and return the requests that bring the cluster nearer to what `key` asks for."""
        ...


class Complains(Protocol):
    """What a component may have besides: something to say when a request of its own is refused."""

    def refused(self, view: View, key: ObjectKey, request: Request, error: StatusError) -> Sequence[Request]:
        """The Events and conditions that tell of the refusal of `request`, made while reconciling `key`."""
        ...


class Batches(Protocol):
    """What a component may have besides: it waits a little, so that one look covers many changes.

    In Kubernetes: `AddAfter` of client-go's delaying work queue, in an event handler.
    """

    def later(self, change: Change, key: ObjectKey) -> Requeue | None:
        """When a key that `enqueue` gave for `change` is to be looked at; None is at once.

        A look that is due before is not put off, and is the only one.
        """
        ...


class Retries(Protocol):
    """What a component may have besides: how soon it tries again what the API server has refused.

    Attributes:
        retries: the wait after the first refusal, which doubles with every further one, and the longest wait, in
            microseconds.
    """

    retries: ClassVar[tuple[int, int]]


class CallsOff(Protocol):
    """What a component may have besides: something to say when what it meant to do later is not to be done any more."""

    def called_off(self, view: View, key: ObjectKey) -> Sequence[Request]:
        """The Events that say so, when it had asked to look again and now neither acts nor asks for it."""
        ...


class NodeComponent(Protocol):
    """A component of which every node runs its own: kubelet, kube-proxy.

    Attributes:
        name: what the component is called; a copy of it acts as ``kubelet/worker-1``.
        watches: the kinds whose changes wake it.
    """

    name: ClassVar[str]
    watches: ClassVar[tuple[str, ...]]

    def enqueue_on(self, change: Change) -> Iterable[tuple[str, ObjectKey]]:
        """Which keys of the copies on which nodes does the change touch, as (node, key)?"""
        ...

    def reconcile_on(self, view: View, node: str, key: ObjectKey) -> Wanted:
        """What the copy on `node` wants for `key`."""
        ...
