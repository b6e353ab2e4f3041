"""FILL module."""

from kubelab.api.meta import LabelSelector
from kubelab.api.model import field, model


@model
class NodeSelectorRequirement:
    """FILL NodeSelectorRequirement."""

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
    """FILL NodeSelectorTerm."""

    match_expressions: tuple[NodeSelectorRequirement, ...] = ()
    match_fields: tuple[NodeSelectorRequirement, ...] = ()


@model
class NodeSelector:
    """FILL NodeSelector."""

    node_selector_terms: tuple[NodeSelectorTerm, ...] = field(default=(), always=True)


@model
class PreferredSchedulingTerm:
    """FILL PreferredSchedulingTerm."""

    weight: int = field(default=0, always=True)
    preference: NodeSelectorTerm = NodeSelectorTerm()


@model
class NodeAffinity:
    """FILL NodeAffinity."""

    required_during_scheduling_ignored_during_execution: NodeSelector | None = None
    preferred_during_scheduling_ignored_during_execution: tuple[PreferredSchedulingTerm, ...] = ()


@model
class PodAffinityTerm:
    """FILL PodAffinityTerm."""

    label_selector: LabelSelector | None = None
    namespaces: tuple[str, ...] = ()
    topology_key: str = field(default="", always=True)
    namespace_selector: LabelSelector | None = None
    match_label_keys: tuple[str, ...] = ()
    mismatch_label_keys: tuple[str, ...] = ()


@model
class WeightedPodAffinityTerm:
    """FILL WeightedPodAffinityTerm."""

    weight: int = field(default=0, always=True)
    pod_affinity_term: PodAffinityTerm = PodAffinityTerm()


@model
class PodAffinity:
    """FILL PodAffinity."""

    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()
    preferred_during_scheduling_ignored_during_execution: tuple[WeightedPodAffinityTerm, ...] = ()


@model
class PodAntiAffinity:
    """FILL PodAntiAffinity."""

    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()
    preferred_during_scheduling_ignored_during_execution: tuple[WeightedPodAffinityTerm, ...] = ()


@model
class Affinity:
    """FILL Affinity."""

    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAntiAffinity | None = None


@model
class Toleration:
    """FILL Toleration."""

    key: str = ""
    operator: str = field(default="", go="v1.TolerationOperator", values=("Exists", "Equal", "Lt", "Gt"))
    value: str = ""
    effect: str = field(default="", go="v1.TaintEffect", values=("NoSchedule", "PreferNoSchedule", "NoExecute"))
    toleration_seconds: int | None = field(default=None, go="int64")


@model
class TopologySpreadConstraint:
    """FILL TopologySpreadConstraint."""

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
