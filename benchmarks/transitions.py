"""What one transition costs in a small and in a large cluster, in time and in memory."""

import gc
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.measure import Measure, quiet
from benchmarks.programs import deployment, fleet
from kubelab import Cluster
from kubelab.api import manifest
from kubelab.sim.state import State
from kubelab.state.requests import Apply

SMALL, LARGE = 1_000, 50_000
"""How many Pods there are already."""

PODS_A_NODE = 100

ADDED = 300
"""How many Pods are added while the time is taken."""

ROUNDS = 3


def measure() -> Iterator[Measure]:
    """Time for each transition while Pods are added to 1,000 and to 50,000; memory for each one that is kept."""
    small = cost(SMALL)
    yield Measure(f"time for a transition among {SMALL:,} Pods", small * 1e6, "µs")
    large = cost(LARGE)
    than = f"among {SMALL:,}"
    yield Measure(f"time for a transition among {LARGE:,} Pods", large * 1e6, "µs", large / small, than, aim=1.5)
    yield Measure(f"memory for a transition that is kept, {SMALL:,} Pods", memory(SMALL), "bytes")


def cost(pods: int) -> float:
    """Seconds for each transition while Pods are added to a cluster that has `pods`; the best of a few rounds.

    The past of the many is not kept here, only the state it led to; each round goes on from that same state.
    """
    cluster = Cluster(nodes=(pods + ADDED) // PODS_A_NODE)
    start = applied(cluster, cluster.state, fleet(pods, 1_000))
    more = (manifest.from_manifest(deployment("added", ADDED)),)
    found = []
    for _ in range(ROUNDS):
        with quiet():
            began = time.perf_counter()
            steps = applied(cluster, start, more).steps - start.steps
            found.append((time.perf_counter() - began) / steps)
    return min(found)


def applied(cluster: Cluster, state: State, objects: Sequence[Any]) -> State:
    """The state once the cluster has settled with `objects` applied."""
    for obj in objects:
        state = cluster.engine.submit(state, Apply(object=obj))
    return cluster.engine.settle(state, limit=100_000_000)


def memory(pods: int) -> float:
    """Bytes for each transition of a run that keeps them all."""
    cluster = Cluster(nodes=pods // PODS_A_NODE)
    objects = fleet(pods)
    gc.collect()
    tracemalloc.start()
    try:
        cluster.apply(objects)
        cluster.run()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / len(cluster.timeline)
    finally:
        tracemalloc.stop()
