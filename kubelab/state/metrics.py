"""What Pods use at the moment: the simulation's metrics-server.

A container of the simulation has no program in it that could use anything. How much it uses is said by annotations:

========================  ====================  ===============================================================
annotation                on                    means
========================  ====================  ===============================================================
``kubelab/cpu-use``       a Pod                 each of its containers uses so much CPU (``.NAME``: that one)
``kubelab/memory-use``    a Pod                 each of its containers uses so much memory (``.NAME``: that one)
``kubelab/load``          a workload, Service   work worth so much CPU comes in; its ready Pods share it evenly
========================  ====================  ===============================================================

So the demand stays what it is when Pods come and go, and each of them has less to do the more there are: what an
autoscaler reacts to. No container uses more CPU than its limit. What nobody says, nobody uses.

For an autoscaler there is a metrics-server only where something is said of the Pods that it looks at (`is_measured`).
Of a workload of which nothing is said it learns what it learns in a cluster in which nobody has installed one.

In Kubernetes: metrics-server and its API ``metrics.k8s.io``.

**Simplified:** what is measured is what is used now; there is no delay and no average. Load is CPU, carried by the
first container of each Pod.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod
from kubelab.api.quantity import milli, value
from kubelab.errors import QuantityError
from kubelab.state.pods import is_pod_ready
from kubelab.state.snapshot import Object, View, controller_of

CPU_USE = "kubelab/cpu-use"
MEMORY_USE = "kubelab/memory-use"
LOAD = "kubelab/load"

WINDOW_SECONDS = 15
"""Over how long a measurement is taken; before a Pod has been ready for so long, nothing is known of its CPU."""


@attrs.frozen(slots=True)
class Use:
    """What one container uses.

    Attributes:
        milli_cpu: thousandths of a CPU.
        memory: bytes.
    """

    milli_cpu: int = 0
    memory: int = 0


class Metrics:
    """The measurements of one moment; what Pods share is worked out once."""

    def __init__(self, view: View) -> None:
        """Measure a cluster."""
        self._view = view
        self._shares: dict[str, int] = {}

    def pod(self, pod: Pod) -> Mapping[str, Use] | None:
        """What each container of a Pod uses; None where there is nothing to measure: it does not run."""
        if pod.status.phase != "Running" or pod.metadata.deletion_timestamp is not None:
            return None
        found = {container.name: _said(pod, container) for container in pod.spec.containers}
        share = self._share(pod)
        if share and found:
            first = pod.spec.containers[0]
            used = found[first.name]
            found[first.name] = attrs.evolve(used, milli_cpu=used.milli_cpu + share)
        return {c.name: _limited(found[c.name], c) for c in pod.spec.containers}

    def is_measured(self, pods: Iterable[Pod]) -> bool:
        """Whether anything is said of what these Pods use: on themselves, their workload, or a Service of theirs."""
        return any(_says(pod) or any(LOAD in c.metadata.annotations for c in self._carriers(pod)) for pod in pods)

    def node(self, name: str) -> Use:
        """What the Pods on a node use together."""
        cpu = memory = 0
        for pod in self._view.pods_on(name):
            for used in (self.pod(pod) or {}).values():
                cpu, memory = cpu + used.milli_cpu, memory + used.memory
        return Use(cpu, memory)

    def _share(self, pod: Pod) -> int:
        """What falls on a Pod of the load of its workload and its Services."""
        if not is_pod_ready(pod):
            return 0
        return sum(map(self._part, self._carriers(pod)))

    def _carriers(self, pod: Pod) -> Iterator[Object]:
        """Where it may be said what a Pod has to do: its workload, and the Services that say so."""
        # A Deployment hands its annotations down to its ReplicaSets: what counts is said at the top.
        top, above = None, self._controller(pod)
        while above is not None:
            top, above = above, self._controller(above)
        if top is not None:
            yield top
        labels = pod.metadata.labels.items()
        for service in self._view.list("Service", pod.metadata.namespace):
            if (
                LOAD in service.metadata.annotations
                and service.spec.selector
                and service.spec.selector.items() <= labels
            ):
                yield service

    def _controller(self, obj: Object) -> Object | None:
        reference = controller_of(obj.metadata)
        if reference is None:
            return None
        found = self._view.get(reference.kind, obj.metadata.namespace, reference.name)
        return found if found is not None and found.metadata.uid == reference.uid else None

    def _part(self, carrier: Object) -> int:
        """What one ready Pod has to do of the load that comes in at a workload or Service."""
        load = load_of(carrier)
        if not load:
            return 0
        mark = f"{carrier.kind}/{carrier.metadata.uid or carrier.metadata.name}"
        if mark not in self._shares:
            ready = sum(is_pod_ready(pod) and pod.metadata.deletion_timestamp is None for pod in self._pods(carrier))
            self._shares[mark] = load // ready if ready else 0
        return self._shares[mark]

    def _pods(self, carrier: Object) -> list[Pod]:
        if carrier.kind == "Service":
            return self._view.labelled("Pod", carrier.metadata.namespace, carrier.spec.selector)
        owned = self._view.owned(carrier.metadata.uid)
        pods = [obj for obj in owned if obj.kind == "Pod"]
        for obj in owned:
            if obj.kind == "ReplicaSet":
                pods += self._view.owned(obj.metadata.uid, "Pod")
        return pods


def load_of(carrier: Object) -> int:
    """The work that comes in at a workload or Service, in thousandths of a CPU; 0 where nothing is said."""
    return _amount(carrier.metadata.annotations.get(LOAD, ""), milli)


def _says(pod: Pod) -> bool:
    return any(name.startswith((CPU_USE, MEMORY_USE)) for name in pod.metadata.annotations)


def _said(pod: Pod, container: Container) -> Use:
    annotations = pod.metadata.annotations
    cpu = annotations.get(f"{CPU_USE}.{container.name}", annotations.get(CPU_USE, ""))
    memory = annotations.get(f"{MEMORY_USE}.{container.name}", annotations.get(MEMORY_USE, ""))
    return Use(_amount(cpu, milli), _amount(memory, value))


def _limited(used: Use, container: Container) -> Use:
    limit = container.resources.limits.get("cpu")
    return used if limit is None else attrs.evolve(used, milli_cpu=min(used.milli_cpu, milli(limit)))


def _amount(text: str, unit: Callable[[str], int]) -> int:
    """A quantity as a number; what cannot be read counts as absent."""
    try:
        return max(0, unit(text)) if text else 0
    except QuantityError:
        return 0
