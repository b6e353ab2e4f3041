"""The Kubernetes REST API for real clients: kubectl, Helm, client libraries, controllers of your own.

    with serve(cluster) as served:
        served.write_kubeconfig("config")

A cluster from a notebook is served as it is: what a client does is a step on the timeline, and a client that watches
sees every step. `kubelab serve` serves a cluster that goes on by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubelab.cluster import Cluster
    from kubelab.server.running import Served


def start(cluster: "Cluster", port: int = 0, speed: float = 0.0, tls: bool = True) -> "Served":
    """Serve a cluster from a background thread.

    Args:
        cluster: the cluster.
        port: where, on this machine; 0 means any port that is free.
        speed: how many seconds of virtual time go by in one of the wall clock; 0 means that it goes on only when
            somebody steps.
        tls: whether with TLS; see `Served`.

    Raises:
        UsageError: the port cannot be used.
    """
    from kubelab.server.running import Served

    return Served(cluster, port, speed, tls).start()


@contextmanager
def serve(cluster: "Cluster", port: int = 0, speed: float = 0.0, tls: bool = True) -> "Iterator[Served]":
    """Serve a cluster for as long as a block takes; see `start`."""
    served = start(cluster, port, speed, tls)
    try:
        yield served
    finally:
        served.stop()
