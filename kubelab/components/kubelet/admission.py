"""Whether a machine takes a Pod that was bound to its node: the scheduler may have been passed by, or have been wrong.

**In Kubernetes:** kubelet `pkg/kubelet/lifecycle` (predicate.go).

**Simplified:** no Pod is evicted to make room for a critical one.
"""

from immutables import Map

from kubelab.api.placement import matches_required_affinity, untolerated_taint
from kubelab.components.kubelet.pod_context import PodContext
from kubelab.state.allocation import (
    EMPTY,
    NodeAllocation,
    Shortage,
    capacity,
    pod_request,
    ports_conflict,
    shortages,
    update,
)


def rejection(ctx: PodContext) -> tuple[str, str] | None:
    """Why the Pod must not run here, as (reason, message); None when it may (``canAdmitPod``)."""
    spec, node = ctx.pod.spec, ctx.node
    request, total = pod_request(spec), capacity(node.status.allocatable or node.status.capacity)
    others = _admitted(ctx) if _crowded(ctx) else EMPTY
    # An extended resource that the node does not have at all is not the kubelet's business.
    short = [s for s in shortages(request, total, others) if "/" not in s.resource or s.resource in total.scalar]
    if short:
        return f"OutOf{short[0].resource}", _text(short[0])
    if not matches_required_affinity(spec, node.metadata.name, node.metadata.labels):
        return "NodeAffinity", _predicate("NodeAffinity", "node(s) didn't match Pod's node affinity/selector")
    if ports_conflict(request.ports, others.ports):
        return "NodePorts", _predicate("NodePorts", "node(s) didn't have free ports for the requested pod ports")
    if untolerated_taint(node.spec.taints, spec.tolerations, ("NoExecute",)) is not None:
        return "TaintToleration", _predicate("TaintToleration", "node(s) had taints that the pod didn't tolerate")
    return None


def _crowded(ctx: PodContext) -> bool:
    """Whether all Pods bound to the node, this one included, are more than it can take together."""
    bound = ctx.view.snapshot.allocated.get(ctx.machine.name, EMPTY)
    total = capacity(ctx.node.status.allocatable or ctx.node.status.capacity)
    return (
        bound.pods > total.pods
        or bound.milli_cpu > total.milli_cpu
        or bound.memory > total.memory
        or bound.ephemeral_storage > total.ephemeral_storage
        or any(amount > total.scalar.get(name, 0) for name, amount in sorted(bound.scalar.items()))
        or len(set(bound.ports)) < len(bound.ports)
        or any(address != "0.0.0.0" for address, _, _ in bound.ports)
    )


def _admitted(ctx: PodContext) -> NodeAllocation:
    """What the Pods ask for that the machine has taken already."""
    allocated: Map[str, NodeAllocation] = Map()
    for uid in sorted(ctx.machine.sandboxes):
        sandbox = ctx.machine.sandboxes[uid]
        other = ctx.view.get("Pod", sandbox.namespace, sandbox.name)
        if other is not None and other.metadata.uid == uid and uid != ctx.pod.metadata.uid:
            allocated = update(allocated, None, other)
    return allocated.get(ctx.machine.name, EMPTY)


def _text(short: Shortage) -> str:
    return (
        f"Node didn't have enough resource: {short.resource}, requested: {short.requested}, "
        f"used: {short.used}, capacity: {short.capacity}"
    )


def _predicate(name: str, reason: str) -> str:
    return f"Predicate {name} failed: {reason}"
