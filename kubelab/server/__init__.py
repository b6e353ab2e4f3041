"""The Kubernetes REST API for real clients: kubectl, Helm, client libraries, controllers of your own.

    with serve(cluster) as served:
        served.write_kubeconfig("config")

A cluster from a notebook is served as it is: what a client does is a step on the timeline, and a client that watches
sees every step. `kubelab serve` serves a cluster that goes on by itself.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kubelab.errors import UsageError

if TYPE_CHECKING:
    from kubelab.cluster import Cluster
    from kubelab.server.running import Served


def start(cluster: "Cluster", port: int = 0, speed: float = 0.0, tls: bool = True) -> "Served":
    """Serve a cluster from a background thread; `Cluster.serve` comes here.

    Where an event loop runs already, as in a notebook, news is told to Players by that loop.

    Args:
        cluster: the cluster.
        port: where, on this machine; 0 means any port that is free.
        speed: how many seconds of virtual time go by in one of the wall clock; 0 means that it goes on only when
            somebody steps.
        tls: whether with TLS; see `Served`.

    Raises:
        UsageError: the port cannot be used, or the cluster is served already.
    """
    from kubelab.server.guarded import guarded
    from kubelab.server.running import Served

    if guarded(cluster):
        raise UsageError("this cluster is served already: stop() that first")
    served = Served(cluster, port, speed, tls)
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return served.start()
    # Players are drawn by the thread of the cells, not by that of the server.
    served.host.tell = lambda news: loop.call_soon_threadsafe(news)
    return served.start()


@contextmanager
def serve(cluster: "Cluster", port: int = 0, speed: float = 0.0, tls: bool = True) -> "Iterator[Served]":
    """Serve a cluster for as long as a block takes; see `start`."""
    served = start(cluster, port, speed, tls)
    try:
        yield served
    finally:
        served.stop()
