"""From nothing to Running: how many Pods a second, with every transition kept."""

import time
from collections.abc import Iterator

from benchmarks.measure import Measure
from benchmarks.programs import fleet
from kubelab import Cluster
from kubelab.sim.runs import RunResult

REAL = {1_000: 206.0, 5_000: 194.0}
"""Pods a second of a real control plane of Kubernetes 1.36, tuned for speed, on two cores."""

SIZES = ((1_000, 100), (5_000, 500))


def measure() -> Iterator[Measure]:
    """Pods a second for 1,000 Pods on 100 nodes and 5,000 on 500."""
    for pods, nodes in SIZES:
        cluster = Cluster(nodes=nodes)
        objects = fleet(pods)
        began = time.perf_counter()
        cluster.apply(objects)
        result = cluster.run()
        taken = time.perf_counter() - began
        check(cluster, result, pods)
        rate = pods / taken
        ratio = rate / REAL[pods]
        what = f"Pods to Running, {pods:,} on {nodes} nodes ({result.index:,} steps kept)"
        yield Measure(what, rate, "Pods/s", ratio, "a real control plane", aim=10, least=True)


def check(cluster: Cluster, result: RunResult, pods: int) -> None:
    """Make sure that what was timed is what it says.

    Raises:
        RuntimeError: the cluster did not come to where it was to come.
    """
    running = sum(pod.status.phase == "Running" for pod in cluster.view.list("Pod"))
    if result.ended != "settled" or running != pods or len(cluster.timeline) != result.index:
        raise RuntimeError(f"{running} of {pods} Pods run, and the run ended with: {result.ended}")
