"""Who has which rights in a stretch of a timeline: all bindings, roles and ServiceAccounts that are there at some time.

What every cluster has of itself is left out, unless it is asked for: it would be fifty bindings before the first one
of the learner's own.
"""

from collections.abc import Sequence

import attrs

from kubelab.api.rbac import PolicyRule, Subject
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.bootstrap_rbac import ADDED_BINDINGS, DEFAULTS
from kubelab.state.snapshot import Object, ObjectKey, View, key_of

BINDINGS = ("ClusterRoleBinding", "RoleBinding")
ROLES = ("ClusterRole", "Role")


@attrs.define
class Rights:
    """Everything that has a place in the picture, in the order of appearance.

    Attributes:
        subjects: who is named in a binding, and ServiceAccounts that are in none.
        bindings: the bindings, each with its role and with all subjects that it ever had.
        roles: the roles, each with the most rules that it ever had; those that do not exist have none.
    """

    subjects: dict[ObjectKey, None] = attrs.field(factory=dict)
    bindings: dict[ObjectKey, tuple[ObjectKey, dict[ObjectKey, None]]] = attrs.field(factory=dict)
    roles: dict[ObjectKey, int] = attrs.field(factory=dict)

    def see(self, obj: Object, view: View, system: bool) -> None:
        """Write down an object; `view` is the cluster with it."""
        key = key_of(obj)
        if key.kind == "ServiceAccount":
            if key.name != "default" and (system or key.namespace != "kube-system"):
                self.subjects.setdefault(key)
        elif system or not of_the_system(obj) or key in self.roles:
            if key.kind in ROLES:
                self.roles[key] = max(self.roles.get(key, 0), len(obj.rules))
            elif key.kind in BINDINGS:
                self._bind(key, obj, view)

    def _bind(self, key: ObjectKey, binding: Object, view: View) -> None:
        role = role_of(binding)
        _, subjects = self.bindings.setdefault(key, (role, {}))
        for subject in binding.subjects:
            subjects.setdefault(subject_key(subject, key.namespace))
            self.subjects.setdefault(subject_key(subject, key.namespace))
        held = view.find(role)
        self.roles[role] = max(self.roles.get(role, 0), len(held.rules) if held is not None else 0)


def of_the_system(obj: Object) -> bool:
    """Whether every cluster has this of itself."""
    meta = obj.metadata
    return meta.name.startswith("kubeadm:") or meta.name in ADDED_BINDINGS or DEFAULTS.items() <= meta.labels.items()


def role_of(binding: Object) -> ObjectKey:
    """The role that a binding gives, whether or not it exists."""
    reference = binding.role_ref
    return ObjectKey(reference.kind, binding.metadata.namespace if reference.kind == "Role" else "", reference.name)


def subject_key(subject: Subject, namespace: str) -> ObjectKey:
    """A subject of a binding in `namespace` as a key; Users and Groups are no objects, but have a kind and a name."""
    if subject.kind == "ServiceAccount":
        return ObjectKey("ServiceAccount", subject.namespace or namespace, subject.name)
    return ObjectKey(subject.kind, "", subject.name)


def trace(timeline: Timeline, first: int, last: int, future: Sequence[Transition], system: bool) -> Rights:
    """What has a place in the picture of the steps `first` to `last`, and of transitions that are known to follow."""
    rights = Rights()
    start = max(first - 1, 0)
    view = timeline.view(start)
    for kind in ("ServiceAccount", *BINDINGS, *ROLES):
        for obj in view.list(kind):
            rights.see(obj, view, system)
    end = timeline.view(last)
    for transition in (*timeline.transitions[start:last], *future):
        shown = transition.after
        if (
            transition.error is None
            and transition.key.kind in ("ServiceAccount", *BINDINGS, *ROLES)
            and shown is not None
        ):
            rights.see(shown, timeline.view(transition.index) if transition.index <= last else end, system)
    return rights


def of_system(view: View) -> int:
    """How many bindings the cluster has of itself."""
    return sum(of_the_system(obj) for kind in BINDINGS for obj in view.list(kind))


def rule_texts(rule: PolicyRule) -> tuple[str, str, str]:
    """A rule in three lines: its verbs, its resources, and what restricts them further."""
    verbs = ", ".join(rule.verbs) if rule.verbs != ("*",) else "every verb"
    if rule.non_resource_urls:
        return verbs, ", ".join(rule.non_resource_urls), "addresses of no resource"
    resources = ", ".join(rule.resources) if rule.resources != ("*",) else "every resource"
    groups = ", ".join(group or "core" for group in rule.api_groups) if rule.api_groups != ("*",) else "every group"
    names = f"only {', '.join(rule.resource_names)}" if rule.resource_names else ""
    return verbs, resources, " · ".join(filter(None, (groups, names)))
