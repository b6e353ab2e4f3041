"""Authorization: may this user do that? Nothing is allowed unless something allows it.

Asked in this order, and the first that says yes ends it:

1. members of ``system:masters`` may do everything;
2. a kubelet may do what concerns its own node (`kubelab.apiserver.node_authorizer`);
3. RBAC: a binding whose subjects include the user gives a role, and one of the role's rules allows the request.
   A ClusterRoleBinding counts everywhere, a RoleBinding in its own Namespace, also when it gives a ClusterRole.

There are no rules that forbid. A decision says what it came from: the binding, the role and the rule.

**In Kubernetes:** `plugin/pkg/auth/authorizer/rbac`, `pkg/registry/rbac/validation` (the rules for a user),
``--authorization-mode=Node,RBAC``.

**Simplified:** components watch without being asked whether they may; what they write is authorised. Where a component
replaces an object, the verb may be ``update`` or ``patch``: it holds the whole object, of which the real one often
sends only the difference.
"""

from collections.abc import Iterator
from typing import Any

import attrs
from immutables import Map

from kubelab.api.memo import IdentityMemo
from kubelab.api.rbac import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject
from kubelab.api.scheme import by_kind
from kubelab.apiserver.authentication import SERVICE_ACCOUNT_PREFIX, User
from kubelab.apiserver.node_authorizer import node_opinion
from kubelab.apiserver.rules import ALL, Attributes, allows
from kubelab.errors import StatusError
from kubelab.state.requests import Apply, Bind, Create, Delete, Evict, Patch, Request, Update
from kubelab.state.snapshot import Object, ObjectKey, Snapshot, key_of

REMEMBERED = 4096
"""So many decisions are remembered for each user."""


Mark = tuple[str, str, str, str]
"""What most decisions depend on: the verb of a request, its subresource, the kind and the Namespace of its object."""


@attrs.frozen(slots=True)
class Grant:
    """A role that somebody has.

    Attributes:
        binding: the RoleBinding or ClusterRoleBinding that gives it.
        subject: the subject of the binding that the user is.
        role: the role, or None where there is no such role.
    """

    binding: RoleBinding | ClusterRoleBinding
    subject: Subject
    role: Role | ClusterRole | None

    @property
    def role_key(self) -> ObjectKey:
        """The role that the binding names, whether or not it exists."""
        reference = self.binding.role_ref
        namespace = self.binding.metadata.namespace if reference.kind == "Role" else ""
        return ObjectKey(reference.kind, namespace, reference.name)

    @property
    def rules(self) -> tuple[PolicyRule, ...]:
        """What the role allows; nothing where it does not exist."""
        return self.role.rules if self.role is not None else ()


@attrs.frozen(slots=True)
class Decision:
    """Whether a request is allowed, and by what.

    Attributes:
        allowed: whether it is.
        by: ``system:masters``, ``Node`` or ``RBAC``; "" for a refusal.
        grant: the grant with the rule, for RBAC.
        rule: the place of the rule in its role, counted from 0.
        reason: what a refusal adds to its text, or "".
    """

    allowed: bool
    by: str = ""
    grant: Grant | None = None
    rule: int = 0
    reason: str = ""


ALMIGHTY = Decision(True, "system:masters")
BY_NODE = Decision(True, "Node")


@attrs.define(slots=True)
class _Notes:
    """What is known of one user: the grants, the resources of which some rule says names, the decisions so far."""

    everywhere: tuple[Grant, ...]
    local: dict[str, tuple[Grant, ...]]
    named: frozenset[str]
    decisions: dict[Attributes, Decision] = attrs.field(factory=dict)


class Authorizer:
    """The RBAC objects of a cluster, made ready for questions.

    Attributes:
        bindings: all bindings: those of the cluster first, then by Namespace and name.
    """

    def __init__(self, rbac: "Map[ObjectKey, Object]") -> None:
        """Take the Roles, ClusterRoles and their bindings; they never change, others get an Authorizer of their own."""
        keys = sorted(key for key in rbac if key.kind in ("ClusterRoleBinding", "RoleBinding"))
        self.bindings: tuple[RoleBinding | ClusterRoleBinding, ...] = tuple(rbac[key] for key in keys)
        self._rbac = rbac
        self._notes: dict[User, _Notes] = {}
        self._passed: dict[int, tuple[User, set[Mark]]] = {}

    def passed(self, user: User) -> set[Mark]:
        """The requests of this very user that RBAC allows whatever the object is called."""
        entry = self._passed.get(id(user))
        if entry is None:
            entry = self._passed[id(user)] = (user, set())
        return entry[1]

    def says_names(self, user: User, resource: str) -> bool:
        """Whether some rule for a user allows a resource for certain names only."""
        named = self._of(user).named
        return resource in named or ALL in named

    def _of(self, user: User) -> _Notes:
        notes = self._notes.get(user)
        if notes is None:
            notes = self._notes[user] = self._read_up_on(user)
        return notes

    def decide(self, user: User, asked: Attributes) -> Decision:
        """Whether RBAC allows a user what is asked for."""
        notes = self._of(user)
        # Of most resources no rule says names: then one decision is for all objects of a Namespace.
        mark = asked if asked.resource in notes.named or ALL in notes.named else asked._replace(name="")
        known = notes.decisions.get(mark)
        if known is None:
            if len(notes.decisions) >= REMEMBERED:
                notes.decisions.clear()
            known = notes.decisions[mark] = self._decide(notes, asked)
        return known

    @staticmethod
    def _decide(notes: _Notes, asked: Attributes) -> Decision:
        missing: dict[str, None] = {}
        for grant in (*notes.everywhere, *notes.local.get(asked.namespace, ())):
            if grant.role is None:
                key = grant.role_key
                missing[f'{key.kind.lower()}.rbac.authorization.k8s.io "{key.name}" not found'] = None
            for place, rule in enumerate(grant.rules):
                if allows(rule, asked):
                    return Decision(True, "RBAC", grant, place)
        if not missing:
            return Decision(False)
        texts = ", ".join(missing)
        return Decision(False, reason=f"RBAC: {texts}" if len(missing) == 1 else f"RBAC: [{texts}]")

    def _read_up_on(self, user: User) -> _Notes:
        everywhere: list[Grant] = []
        local: dict[str, list[Grant]] = {}
        for grant in self.grants(user):
            namespace = grant.binding.metadata.namespace
            (local.setdefault(namespace, []) if namespace else everywhere).append(grant)
        every = [*everywhere, *(grant for grants in local.values() for grant in grants)]
        named = {r.partition("/")[0] for g in every for rule in g.rules if rule.resource_names for r in rule.resources}
        return _Notes(tuple(everywhere), {ns: tuple(grants) for ns, grants in local.items()}, frozenset(named))

    def grants(self, user: User) -> Iterator[Grant]:
        """Every role that a user has, those of the whole cluster first."""
        for binding in self.bindings:
            for subject in binding.subjects:
                if is_subject(user, subject, binding.metadata.namespace):
                    yield self.grant(binding, subject)
                    break

    def grant(self, binding: RoleBinding | ClusterRoleBinding, subject: Subject) -> Grant:
        """What a binding gives to one of its subjects."""
        return Grant(binding, subject, self._rbac.get(Grant(binding, subject, None).role_key))

    def rules_for(self, user: User, namespace: str) -> list[PolicyRule]:
        """All rules that hold for a user in a Namespace, or in the whole cluster if it is ""."""
        return [
            rule
            for grant in self.grants(user)
            if grant.binding.metadata.namespace in ("", namespace)
            for rule in grant.rules
        ]


def is_subject(user: User, subject: Subject, namespace: str) -> bool:
    """Whether a subject of a binding (in `namespace`, "" for a ClusterRoleBinding) is this user."""
    match subject.kind:
        case "User":
            return user.name == subject.name
        case "Group":
            return subject.name in user.groups
        case "ServiceAccount":
            home = subject.namespace or namespace
            return bool(home) and user.name == f"{SERVICE_ACCOUNT_PREFIX}{home}:{subject.name}"
    return False


_compiled: IdentityMemo[Authorizer] = IdentityMemo(16)


def authorizer_of(snapshot: Snapshot) -> Authorizer:
    """The Authorizer of a snapshot; it is the same as long as no RBAC object changes."""
    found = _compiled.get(snapshot.rbac)
    return found if found is not None else _compiled.put(snapshot.rbac, Authorizer(snapshot.rbac))


def decide(snapshot: Snapshot, user: User, asked: Attributes) -> Decision:
    """Whether a user may do what is asked for, and what allows it."""
    if user.almighty:
        return ALMIGHTY
    reason = None
    if user.node:
        reason = node_opinion(snapshot, user.node, asked)
        if reason is None:
            return BY_NODE
    decision = authorizer_of(snapshot).decide(user, asked)
    if decision.allowed or not reason:
        return decision
    return Decision(False, reason="\n".join(filter(None, (reason, decision.reason))))


def authorize(snapshot: Snapshot, user: User, request: Request) -> None:
    """Let a request pass.

    Raises:
        StatusError: 403, the user may not do that.
    """
    if user.almighty:
        return
    authorizer = authorizer_of(snapshot)
    passed = authorizer.passed(user)
    mark = _mark(request)
    if mark in passed:
        return
    asked = attributes_of(snapshot, request)
    if asked is None:
        return
    decision = decide(snapshot, user, asked)
    if not decision.allowed and user.component and asked.verb == "update":
        decision = decide(snapshot, user, asked._replace(verb="patch"))
    if not decision.allowed:
        raise refusal(user, asked, decision.reason)
    if request.verb != "apply" and not _by_name(authorizer, user, asked, decision):
        passed.add(mark)


def authorize_creation(snapshot: Snapshot, user: User, key: ObjectKey) -> None:
    """Let a server-side apply create what is not there.

    Raises:
        StatusError: 403, the user may patch such objects, but create none.
    """
    asked = _created(_attributes("create", key))._replace(name=key.name)
    decision = decide(snapshot, user, asked)
    if not decision.allowed:
        raise refusal(user, asked, decision.reason)


def _mark(request: Request) -> Mark:
    match request:
        case Update():
            return "update", request.subresource, request.object.kind, request.object.metadata.namespace
        case Create() | Apply():
            return request.verb, "", request.object.kind, request.object.metadata.namespace
        case Patch(target=target):
            return request.verb, request.subresource, target.kind, target.namespace
    key = request.key
    return request.verb, "", key.kind, key.namespace


def _by_name(authorizer: Authorizer, user: User, asked: Attributes, decision: Decision) -> bool:
    """Whether a decision may be another one for an object of another name."""
    if asked.resource == "namespaces" and asked.namespace:
        return True
    if decision.by == "Node":
        return asked.resource not in ("pods", "nodes")
    return authorizer.says_names(user, asked.resource)


def may_record(snapshot: Snapshot, user: User, namespace: str) -> bool:
    """Whether Events of a user about objects in a Namespace are taken; about cluster-wide ones: in ``default``."""
    if user.almighty:
        return True
    namespace = namespace or "default"
    passed = authorizer_of(snapshot).passed(user)
    mark = ("record", "", "Event", namespace)
    if mark in passed:
        return True
    allowed = decide(snapshot, user, Attributes("create", "", "events", "", namespace)).allowed
    if allowed:
        passed.add(mark)
    return allowed


def attributes_of(snapshot: Snapshot, request: Request) -> Attributes | None:
    """What a request asks for; None where it asks for nothing besides its Events.

    An Apply is a creation where there is no such object, else a patch.
    """
    match request:
        case Create():
            return _attributes("create", request.key)._replace(name="")
        case Update():
            return _attributes("update", request.key, request.subresource)
        case Apply():
            found = _attributes("patch", request.key)
            key = ObjectKey(request.key.kind, found.namespace if request.key.kind != "Namespace" else "", found.name)
            return found if key in snapshot.objects else _created(found)
        case Patch():
            return _attributes("patch", request.key, request.subresource)
        case Delete():
            return _attributes("delete", request.key)
        case Bind():
            return _attributes("create", request.key, "binding")
        case Evict():
            return _attributes("create", request.key, "eviction")
    return None


def _created(asked: Attributes) -> Attributes:
    namespace = "" if (asked.group, asked.resource) == ("", "namespaces") else asked.namespace
    return asked._replace(verb="create", name="", namespace=namespace)


def _attributes(verb: str, key: ObjectKey, subresource: str = "") -> Attributes:
    kind = by_kind(key.kind)
    namespace = key.namespace
    if kind.namespaced:
        namespace = namespace or "default"
    elif key.kind == "Namespace" and verb != "create":
        # Who is allowed something in a Namespace is allowed it of the Namespace itself, too.
        namespace = key.name
    return Attributes(verb, kind.group, kind.plural, subresource, namespace, key.name)


def refusal(user: User, asked: Attributes, reason: str = "") -> StatusError:
    """403, in the words of the real server.

    Source: `k8s.io/apiserver/pkg/endpoints/handlers/responsewriters` (Forbidden).
    """
    if asked.path:
        text = f'User "{user.name}" cannot {asked.verb} path "{asked.path}"'
        return StatusError(403, "Forbidden", f"forbidden: {text}" + (f": {reason}" if reason else ""))
    place = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    text = f'User "{user.name}" cannot {asked.verb} resource "{asked.combined}" in API group "{asked.group}" {place}'
    resource = f"{asked.resource}.{asked.group}" if asked.group else asked.resource
    title = f'{resource} "{asked.name}"' if asked.name else resource
    return StatusError(403, "Forbidden", f"{title} is forbidden: {text}" + (f": {reason}" if reason else ""))


def grants_of(snapshot: Snapshot) -> Iterator[Grant]:
    """Every grant of a cluster: each subject of each binding."""
    authorizer = authorizer_of(snapshot)
    for binding in authorizer.bindings:
        for subject in binding.subjects:
            yield authorizer.grant(binding, subject)


def described(grant: Grant) -> str:
    """A grant as a sentence names it: which binding gives which role to whom."""
    subject: Any = grant.subject
    name = subject.name
    if subject.kind == "ServiceAccount":
        name = f"{subject.namespace or grant.binding.metadata.namespace}/{name}"
    return f"{key_of(grant.binding).full} gives {grant.role_key.full} to {subject.kind} {name}"
