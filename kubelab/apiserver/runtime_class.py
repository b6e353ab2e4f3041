"""RuntimeClass admission: what a Pod costs besides, and where it can run, by the way in which its containers are run.

In Kubernetes: `plugin/pkg/admission/runtimeclass`, `pkg/util/tolerations`.

**Simplified:** every node knows every handler, so a Pod with a RuntimeClass runs like any other.
"""

from collections.abc import Mapping

from kubelab.api.core.affinity import Toleration
from kubelab.api.core.pod import PodSpec
from kubelab.api.model import evolve
from kubelab.api.node import RuntimeClass
from kubelab.api.quantity import parse
from kubelab.api.scalars import Quantity
from kubelab.api.scheme import by_kind
from kubelab.apiserver.refusals import forbidden
from kubelab.state.snapshot import ObjectKey, Snapshot


def with_runtime_class(snapshot: Snapshot, spec: PodSpec, pod: str) -> PodSpec:
    """The spec of a new Pod with what its RuntimeClass adds; the very same spec where that is nothing.

    Raises:
        StatusError: 403, there is no such RuntimeClass, or it says something else than the Pod.
    """
    chosen: RuntimeClass | None = None
    if spec.runtime_class_name is not None:
        chosen = snapshot.objects.get(ObjectKey("RuntimeClass", "", spec.runtime_class_name))
        if chosen is None:
            raise _rejected(pod, f'RuntimeClass "{spec.runtime_class_name}" not found')
    overhead = chosen.overhead if chosen is not None else None
    if overhead is None:
        if spec.overhead:
            raise _rejected(pod, "Pod Overhead set without corresponding RuntimeClass defined Overhead")
    elif not spec.overhead:
        spec = evolve(spec, overhead=overhead.pod_fixed)
    elif _amounts(spec.overhead) != _amounts(overhead.pod_fixed):
        raise _rejected(pod, "Pod's Overhead doesn't match RuntimeClass's defined Overhead")
    if chosen is None or chosen.scheduling is None:
        return spec
    wanted = chosen.scheduling.node_selector
    for key in sorted(wanted):
        if spec.node_selector.get(key, wanted[key]) != wanted[key]:
            why = (
                f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {wanted[key]}; "
                f"pod.spec.nodeSelector[{key}] = {spec.node_selector[key]}"
            )
            raise forbidden(by_kind("Pod"), pod, why)
    return evolve(
        spec,
        node_selector=spec.node_selector.with_(wanted),
        tolerations=merged(spec.tolerations, chosen.scheduling.tolerations),
    )


def _rejected(pod: str, why: str) -> Exception:
    return forbidden(by_kind("Pod"), pod, f"pod rejected: {why}")


def _amounts(given: Mapping[str, Quantity]) -> dict[str, object]:
    return {name: parse(amount) for name, amount in given.items()}


def merged(first: tuple[Toleration, ...], second: tuple[Toleration, ...]) -> tuple[Toleration, ...]:
    """Both lists of tolerations, without those that others say already (``MergeTolerations``)."""
    every = (*first, *second)
    kept: list[Toleration] = []
    for place, each in enumerate(every):
        if any(_covers(other, each) for other in kept):
            continue
        if any(other != each and _covers(other, each) for other in every[place + 1 :]):
            continue
        kept.append(each)
    return tuple(kept)


def _covers(wide: Toleration, narrow: Toleration) -> bool:
    """Whether all that one tolerates is tolerated by the other, too."""
    if wide == narrow:
        return True
    if narrow.key != wide.key and (wide.key or wide.operator != "Exists"):
        return False
    if narrow.effect != wide.effect and wide.effect:
        return False
    longest, wanted = wide.toleration_seconds, narrow.toleration_seconds
    if wide.effect == "NoExecute" and longest is not None and (wanted is None or wanted > longest):
        return False
    if wide.operator == "Exists":
        return True
    return narrow.operator == "Equal" and narrow.value == wide.value
