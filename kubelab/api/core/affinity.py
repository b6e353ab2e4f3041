"""Which nodes a Pod may, must or would rather run on.

Source: `k8s.io/api/core/v1` (``NodeSelector``, ``Affinity``, ``Toleration``, ``TopologySpreadConstraint``).

**Simplified:** affinity between Pods and the spreading over topologies are kept, but the scheduler does not act
on them.
"""

from kubelab.api.meta import LabelSelector
from kubelab.api.model import field, model


@model
class NodeSelectorRequirement:
    """One condition on a node's label or field.

    Attributes:
        key: the label, or the field in `NodeSelectorTerm.match_fields`.
        operator: how its value relates to `values`; ``Gt`` and ``Lt`` compare whole numbers.
        values: what it is compared with.
    """

    key: str = field(default="", always=True)
    operator: str = field(
        default="",
        always=True,
        go="v1.NodeSelectorOperator",
        values=("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
    )
    values: tuple[str, ...] = ()


@model
class NodeSelectorTerm:
    """Conditions that must all be met; a term without any selects no node.

    Attributes:
        match_expressions: on the node's labels.
        match_fields: on the node's fields; ``metadata.name`` is the only one.
    """

    match_expressions: tuple[NodeSelectorRequirement, ...] = ()
    match_fields: tuple[NodeSelectorRequirement, ...] = ()


@model
class NodeSelector:
    """A choice of nodes: those that meet at least one of its terms.

    Attributes:
        node_selector_terms: the alternatives.
    """

    node_selector_terms: tuple[NodeSelectorTerm, ...] = field(default=(), always=True)


@model
class PreferredSchedulingTerm:
    """A choice of nodes that is wished for, and how much.

    Attributes:
        weight: from 1 to 100, added to the score of each node that is meant.
        preference: the nodes; an empty one means all.
    """

    weight: int = field(default=0, always=True)
    preference: NodeSelectorTerm = NodeSelectorTerm()


@model
class NodeAffinity:
    """Which nodes a Pod must and would rather run on; looked at when it is scheduled, not later.

    Attributes:
        required_during_scheduling_ignored_during_execution: no other node is considered.
        preferred_during_scheduling_ignored_during_execution: these raise a node's score.
    """

    required_during_scheduling_ignored_during_execution: NodeSelector | None = None
    preferred_during_scheduling_ignored_during_execution: tuple[PreferredSchedulingTerm, ...] = ()


@model
class PodAffinityTerm:
    """Pods to be near to or away from, and what near means.

    Attributes:
        label_selector: which Pods are meant.
        namespaces: in which namespaces they are; none means the Pod's own.
        topology_key: the label of nodes within whose value Pods count as near.
        namespace_selector: further namespaces, by their labels.
        match_label_keys: labels of the Pod whose values the others must have, too.
        mismatch_label_keys: labels of the Pod whose values the others must not have.
    """

    label_selector: LabelSelector | None = None
    namespaces: tuple[str, ...] = ()
    topology_key: str = field(default="", always=True)
    namespace_selector: LabelSelector | None = None
    match_label_keys: tuple[str, ...] = field(default=(), inert=True)
    mismatch_label_keys: tuple[str, ...] = field(default=(), inert=True)


@model
class WeightedPodAffinityTerm:
    """A wish to be near to or away from Pods, and how strong it is.

    Attributes:
        weight: from 1 to 100.
        pod_affinity_term: the wish.
    """

    weight: int = field(default=0, always=True)
    pod_affinity_term: PodAffinityTerm = PodAffinityTerm()


@model
class PodAffinity:
    """Pods to be near to.

    Attributes:
        required_during_scheduling_ignored_during_execution: must be met for a node to be chosen.
        preferred_during_scheduling_ignored_during_execution: makes a node better.
    """

    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()
    preferred_during_scheduling_ignored_during_execution: tuple[WeightedPodAffinityTerm, ...] = ()


@model
class PodAntiAffinity:
    """Pods to be away from.

    Attributes:
        required_during_scheduling_ignored_during_execution: must be met for a node to be chosen.
        preferred_during_scheduling_ignored_during_execution: makes a node better.
    """

    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()
    preferred_during_scheduling_ignored_during_execution: tuple[WeightedPodAffinityTerm, ...] = ()


@model
class Affinity:
    """All that draws a Pod to nodes and other Pods, or keeps it from them.

    Attributes:
        node_affinity: to nodes by their labels.
        pod_affinity: to Pods that run already.
        pod_anti_affinity: away from Pods that run already.
    """

    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAntiAffinity | None = None


@model
class Toleration:
    """A taint of nodes that a Pod puts up with.

    Attributes:
        key: of the taint; "" with ``Exists`` tolerates every taint.
        operator: ``Equal`` compares the value too (and is meant by ""), ``Exists`` does not.
        value: of the taint.
        effect: of the taint; "" for all effects.
        toleration_seconds: how long a ``NoExecute`` taint is tolerated; None for ever.
    """

    key: str = ""
    operator: str = field(default="", go="v1.TolerationOperator", values=("Exists", "Equal", "Lt", "Gt"))
    value: str = ""
    effect: str = field(default="", go="v1.TaintEffect", values=("NoSchedule", "PreferNoSchedule", "NoExecute"))
    toleration_seconds: int | None = field(default=None, go="int64")


@model
class TopologySpreadConstraint:
    """How evenly a group of Pods is spread over zones, nodes or the like.

    Attributes:
        max_skew: by how many Pods two places may differ.
        topology_key: the label of nodes whose values are the places.
        when_unsatisfiable: whether the Pod waits then, or goes where it does least harm.
        label_selector: which Pods are counted.
        min_domains: how many places there must be, or the emptiest counts as empty.
        node_affinity_policy: whether nodes that the Pod cannot go to are counted.
        node_taints_policy: whether nodes with taints that it does not tolerate are counted.
        match_label_keys: labels of the Pod whose values the counted ones must have, too.
    """

    max_skew: int = field(default=0, always=True)
    topology_key: str = field(default="", always=True)
    when_unsatisfiable: str = field(
        default="", always=True, go="v1.UnsatisfiableConstraintAction", values=("DoNotSchedule", "ScheduleAnyway")
    )
    label_selector: LabelSelector | None = None
    min_domains: int | None = None
    node_affinity_policy: str | None = field(default=None, go="v1.NodeInclusionPolicy", values=("Ignore", "Honor"))
    node_taints_policy: str | None = field(default=None, go="v1.NodeInclusionPolicy", values=("Ignore", "Honor"))
    match_label_keys: tuple[str, ...] = ()
