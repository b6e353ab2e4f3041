"""Making room for a Pod that fits nowhere: what is tried, and what has to be asked for.

In Kubernetes: kube-scheduler `framework/preemption/executor.go`.
"""

from collections.abc import Iterator

from kubelab.api.conditions import with_condition
from kubelab.api.core.pod import Pod, PodCondition
from kubelab.api.model import evolve
from kubelab.components.scheduler.decision import Search
from kubelab.components.scheduler.filters import Rejection, run_filters
from kubelab.components.scheduler.node_info import NodeInfo, pod_query
from kubelab.components.scheduler.preemption import PREEMPTED, Attempt, preempt
from kubelab.state.allocation import NodeAllocation
from kubelab.state.requests import Delete, EventNote, Request, Update
from kubelab.state.snapshot import View, key_of

COMPONENT = "default-scheduler"


def make_room(view: View, pod: Pod, search: Search) -> Attempt:
    """What comes of trying to make less important Pods go."""
    hopeful = [f.info for f in search.rejected if all(each.resolvable for each in f.rejections)]
    query, volumes, neighbours = pod_query(pod.spec), search.volumes, search.neighbours

    def fits(node: NodeInfo, used: NodeAllocation, present: NodeAllocation) -> tuple[Rejection, ...]:
        promised = used if neighbours is None else neighbours.with_promised(node.name, used)
        if reasons := run_filters(query, node, promised):
            return reasons
        if volumes is not None and (reasons := volumes.rejections(node)):
            return reasons
        if neighbours is None or (not neighbours.matter):
            return ()
        return neighbours.rejections(node, promised, present)

    return preempt(view, pod, hopeful, fits)


def preemption_requests(view: View, pod: Pod, attempt: Attempt) -> Iterator[Request]:
    """What makes the victims go: a condition that says why, and the deletion.

    Less important Pods to which the node was promised before have to look for another one.
    """
    key, priority = key_of(pod), pod.spec.priority or 0
    for victim in attempt.victims:
        if victim.metadata.deletion_timestamp is not None:
            continue
        condition = PodCondition(
            type="DisruptionTarget",
            observed_generation=victim.metadata.generation,
            status="True",
            reason=PREEMPTED,
            message=f"{pod.spec.scheduler_name or COMPONENT}: preempting to accommodate a higher priority pod",
        )
        conditions = with_condition(victim.status.conditions, condition, view.time)
        told = (
            f"kube-scheduler chose {key_of(victim)} to go from {attempt.node}: {key} has priority {priority}, "
            f"it has {victim.spec.priority or 0}."
        )
        marked = evolve(victim, status=evolve(victim.status, conditions=conditions))
        yield Update(object=marked, subresource="status", reason=PREEMPTED, message=told)
        note = f"Preempted by pod {pod.metadata.uid} on node {attempt.node}"
        yield Delete(
            target=key_of(victim),
            uid=victim.metadata.uid,
            reason="Preempted",
            message=f"kube-scheduler deleted {key_of(victim)} to make room on {attempt.node} for {key}.",
            events=(EventNote(key_of(victim), "Preempted", note, component=COMPONENT, uid=victim.metadata.uid),),
        )
    if not attempt.node:
        return
    for other in view.nominated():
        less = (other.spec.priority or 0) < priority
        if less and other.status.nominated_node_name == attempt.node:
            told = (
                f"kube-scheduler took back the promise of {attempt.node} to {key_of(other)}: {key} is more important."
            )
            freed = evolve(other, status=evolve(other.status, nominated_node_name=""))
            yield Update(object=freed, subresource="status", reason="NominationCleared", message=told)
