"""Whether a node is one that a Pod may be on: node selectors, node affinity, taints and tolerations.

The scheduler asks before it binds a Pod, the kubelet before it runs one.

Source: component-helpers `scheduling/corev1` and `scheduling/corev1/nodeaffinity`.
"""

from collections.abc import Iterable, Mapping, Sequence

from kubelab.api.core.node import Taint
from kubelab.api.core.pod import (
    NodeSelectorRequirement,
    NodeSelectorTerm,
    PodSpec,
    PreferredSchedulingTerm,
    Toleration,
)

Labels = Mapping[str, str]


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """Whether one toleration takes away the effect of one taint (``ToleratesTaint``)."""
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    if toleration.operator == "Exists":
        return True
    return toleration.operator in ("", "Equal") and toleration.value == taint.value


def tolerated(tolerations: Iterable[Toleration], taint: Taint) -> bool:
    """Whether any of the tolerations takes away the effect of the taint."""
    return any(tolerates(toleration, taint) for toleration in tolerations)


def untolerated_taint(
    taints: Iterable[Taint], tolerations: Sequence[Toleration], effects: Sequence[str]
) -> Taint | None:
    """The first taint with one of the `effects` that nothing tolerates (``FindMatchingUntoleratedTaint``)."""
    for taint in taints:
        if taint.effect in effects and not tolerated(tolerations, taint):
            return taint
    return None


def matches_required_affinity(spec: PodSpec, name: str, labels: Labels) -> bool:
    """Whether the node `name` is one that the Pod's nodeSelector and required node affinity allow."""
    if any(labels.get(key) != value for key, value in spec.node_selector.items()):
        return False
    affinity = spec.affinity.node_affinity if spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    return required is None or any(matches_term(term, name, labels) for term in required.node_selector_terms)


def preferred_terms(spec: PodSpec) -> tuple[PreferredSchedulingTerm, ...]:
    """The Pod's preferred node affinity."""
    affinity = spec.affinity.node_affinity if spec.affinity else None
    return affinity.preferred_during_scheduling_ignored_during_execution if affinity else ()


def preferred_weight(spec: PodSpec, name: str, labels: Labels) -> int:
    """The sum of the weights of the preferred terms that the node meets."""
    return sum(term.weight for term in preferred_terms(spec) if matches_term(term.preference, name, labels))


def required_node_names(spec: PodSpec) -> frozenset[str] | None:
    """The only nodes that the required affinity allows by their name, or None where it names none.

    An empty set: every term asks for several names at once, which no node has.
    """
    affinity = spec.affinity.node_affinity if spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    if required is None or not required.node_selector_terms:
        return None
    names: frozenset[str] = frozenset()
    for term in required.node_selector_terms:
        wanted = [
            frozenset(field.values)
            for field in term.match_fields
            if field.key == "metadata.name" and field.operator == "In"
        ]
        if not wanted:
            return None
        names |= frozenset.intersection(*wanted)
    return names


def matches_term(term: NodeSelectorTerm, name: str, labels: Labels) -> bool:
    """Whether the node meets every requirement of one term; a term without requirements is met by no node."""
    if not term.match_expressions and not term.match_fields:
        return False
    fields = {"metadata.name": name}
    return all(_meets(requirement, labels) for requirement in term.match_expressions) and all(
        _meets(requirement, fields) for requirement in term.match_fields
    )


def _meets(requirement: NodeSelectorRequirement, values: Labels) -> bool:
    held = values.get(requirement.key)
    match requirement.operator:
        case "In":
            return held is not None and held in requirement.values
        case "NotIn":
            return held is None or held not in requirement.values
        case "Exists":
            return held is not None
        case "DoesNotExist":
            return held is None
        case "Gt" | "Lt":
            here, bound = _integer(held), _integer(requirement.values[0] if requirement.values else None)
            if here is None or bound is None:
                return False
            return here > bound if requirement.operator == "Gt" else here < bound
    return False


def _integer(text: str | None) -> int | None:
    digits = (text or "").removeprefix("-")
    return int(text or "") if digits.isascii() and digits.isdigit() else None
