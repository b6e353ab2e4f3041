"""The Pod of a node: it is bound to it by its node affinity, and tolerates what goes wrong with a node.

Source: `pkg/controller/daemon/util/daemonset_util.go`.
"""

from kubelab.api.apps import DaemonSet
from kubelab.api.core.affinity import Affinity, NodeAffinity, NodeSelector
from kubelab.api.core.node import Node
from kubelab.api.core.pod import NodeSelectorRequirement, NodeSelectorTerm, Pod, PodSpec, Toleration
from kubelab.api.memo import IdentityMemo
from kubelab.api.model import evolve
from kubelab.api.placement import matches_required_affinity, untolerated_taint
from kubelab.state.replicas import pod_from_template

ACTOR = "daemonset-controller"

REVISION_HASH = "controller-revision-hash"
"""The label of a Pod and of a ControllerRevision with the hash of the template."""

POD_TEMPLATE_GENERATION = "pod-template-generation"
"""The label of a Pod that says the how-manieth template it was made from."""

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
"""The annotation of a DaemonSet that counts its templates."""

FIELD_NAME = "metadata.name"
"""The field of a Node by which a node affinity names it."""

_TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)

_SPECS: IdentityMemo[PodSpec] = IdentityMemo(limit=256)


def tolerant_spec(daemon_set: DaemonSet) -> PodSpec:
    """The spec of the template with the tolerations that every daemon Pod has (`AddOrUpdateDaemonPodTolerations`)."""
    spec = daemon_set.spec.template.spec
    known = _SPECS.get(spec)
    if known is not None:
        return known
    wanted = [*_TOLERATED, *([("network-unavailable", "NoSchedule")] if spec.host_network else [])]
    tolerations = list(spec.tolerations)
    for name, effect in wanted:
        new = Toleration(key=f"node.kubernetes.io/{name}", operator="Exists", effect=effect)
        same = [evolve(held, toleration_seconds=None) == new for held in tolerations]
        tolerations = [new if alike else held for alike, held in zip(same, tolerations, strict=True)]
        tolerations += [] if any(same) else [new]
    return _SPECS.put(spec, evolve(spec, tolerations=tuple(tolerations)))


def new_pod(daemon_set: DaemonSet, node: str, digest: str) -> Pod:
    """The Pod of a node."""
    pod = pod_from_template(daemon_set.spec.template, daemon_set)
    marks = {REVISION_HASH: digest}
    generation = template_generation(daemon_set)
    if generation:
        marks[POD_TEMPLATE_GENERATION] = generation
    spec = tolerant_spec(daemon_set)
    return evolve(
        pod,
        metadata=evolve(pod.metadata, labels=pod.metadata.labels.with_(marks)),
        spec=evolve(spec, affinity=_on(node, spec.affinity)),
    )


def template_generation(daemon_set: DaemonSet) -> str:
    """The how-manieth template the DaemonSet has, or "" where nobody counts."""
    text = daemon_set.metadata.annotations.get(TEMPLATE_GENERATION, "")
    return text if text.isascii() and text.isdigit() else ""


def is_pod_updated(daemon_set: DaemonSet, pod: Pod, digest: str) -> bool:
    """Whether a Pod is made from the template as it is now."""
    labels, generation = pod.metadata.labels, template_generation(daemon_set)
    return labels.get(REVISION_HASH) == digest or (
        bool(generation) and labels.get(POD_TEMPLATE_GENERATION) == generation
    )


def _on(node: str, affinity: Affinity | None) -> Affinity:
    """The affinity of a Pod that belongs on one node."""
    field = NodeSelectorRequirement(key=FIELD_NAME, operator="In", values=(node,))
    selector = NodeSelector(node_selector_terms=(NodeSelectorTerm(match_fields=(field,)),))
    affinity = affinity or Affinity()
    of_node = affinity.node_affinity or NodeAffinity()
    of_node = evolve(of_node, required_during_scheduling_ignored_during_execution=selector)
    return evolve(affinity, node_affinity=of_node)


def target_node(pod: Pod) -> str:
    """The node on which a Pod is, or to which its affinity binds it; "" where neither says one."""
    if pod.spec.node_name:
        return pod.spec.node_name
    of_node = None if pod.spec.affinity is None else pod.spec.affinity.node_affinity
    required = None if of_node is None else of_node.required_during_scheduling_ignored_during_execution
    for term in () if required is None else required.node_selector_terms:
        for field in term.match_fields:
            if field.key == FIELD_NAME and field.operator == "In":
                return field.values[0] if len(field.values) == 1 else ""
    return ""


def should_run(daemon_set: DaemonSet, node: Node) -> tuple[bool, bool]:
    """Whether a Pod should be started on a node, and whether one that is there may go on (`NodeShouldRunDaemonPod`)."""
    spec, name = tolerant_spec(daemon_set), node.metadata.name
    if spec.node_name not in ("", name) or not matches_required_affinity(spec, name, node.metadata.labels):
        return False, False
    if not node.spec.taints:
        return True, True
    taints, tolerations = node.spec.taints, spec.tolerations
    if untolerated_taint(taints, tolerations, ("NoSchedule", "NoExecute")) is None:
        return True, True
    return False, untolerated_taint(taints, tolerations, ("NoExecute",)) is None
