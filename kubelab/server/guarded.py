"""A cluster that two threads may change: whoever changes it waits until the other is done.

A notebook's cells run in one thread, the server beside it in another. While a cluster is served its methods that
change something take the server's lock; those that only look need none, since what they look at never changes.
"""

import threading
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from kubelab.cluster import Cluster

CHANGES = (
    "_fault",
    "apply",
    "back",
    "fork",
    "goto",
    "perform",
    "request",
    "run",
    "step",
    "step_reconcile",
    "switch",
)
"""What changes a cluster, or where it stands; all other methods that do so call one of these."""


def guard(cluster: Cluster, lock: threading.RLock) -> None:  # type: ignore[valid-type,unused-ignore]
    """Let everything that changes a cluster take a lock."""
    vars(cluster)["lock"] = lock
    cluster.__class__ = _guarded(type(cluster))


def guarded(cluster: Cluster) -> bool:
    """Whether the cluster is served."""
    return hasattr(type(cluster), "unguarded")


def release(cluster: Cluster) -> None:
    """Let the cluster be as it was."""
    if guarded(cluster):
        cluster.__class__ = vars(type(cluster))["unguarded"]


@cache
def _guarded(kind: type[Cluster]) -> Any:
    if hasattr(kind, "unguarded"):
        return kind
    methods = {name: _waiting(getattr(kind, name)) for name in CHANGES}
    return type(kind.__name__, (kind,), {**methods, "unguarded": kind, "__doc__": kind.__doc__})


def _waiting(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def waits(self: Any, *arguments: Any, **named: Any) -> Any:
        with self.lock:
            return method(self, *arguments, **named)

    return waits
