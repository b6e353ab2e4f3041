"""Questions about rights: may somebody do something, and who may?

In Kubernetes: SubjectAccessReview and ``kubectl auth can-i``; ``kubectl who-can`` is a plugin.
"""

import attrs

from kubelab.api.scheme import find
from kubelab.apiserver.authentication import MASTERS, User
from kubelab.apiserver.authorization import Decision, Grant, decide, described, grants_of, refusal
from kubelab.apiserver.near_misses import NearMiss, nearest, rule_text
from kubelab.apiserver.rules import Attributes, allows
from kubelab.state.snapshot import Snapshot, key_of


@attrs.frozen
class Answer:
    """Whether somebody may do something, and why; true if so.

    Attributes:
        user: who.
        asked: what.
        decision: whether, and what allows it.
        near: the rule that almost allows what is not allowed, or None.
    """

    user: User
    asked: Attributes
    decision: Decision
    near: NearMiss | None = None

    @property
    def allowed(self) -> bool:
        """Whether it is allowed."""
        return self.decision.allowed

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def why(self) -> str:
        """What allows it; or why it is refused, and what almost allows it."""
        grant = self.decision.grant
        if grant is not None:
            return f"{described(grant)} ({rule_text(grant.rules[self.decision.rule], self.asked.combined)})"
        if self.decision.by == MASTERS:
            return f"{self.user.name} is in the group {MASTERS}, which may do everything"
        if self.decision.by:
            return f"the Node authorizer: it concerns the node {self.user.node} itself"
        text = refusal(self.user, self.asked, self.decision.reason).message.partition("forbidden: ")[2]
        return f"{text}\nnearest: {self.near.text}" if self.near is not None else text

    def __str__(self) -> str:
        return f"{'yes' if self.allowed else 'no'}: {self.why}"

    def __repr__(self) -> str:
        return str(self)


def can_i(snapshot: Snapshot, user: User, asked: Attributes) -> Answer:
    """Whether a user may do what is asked about."""
    decision = decide(snapshot, user, asked)
    return Answer(user, asked, decision, None if decision.allowed else nearest(snapshot, user, asked))


@attrs.frozen
class Holders:
    """Who may do something.

    Attributes:
        asked: what.
        grants: the subjects, the bindings and the roles that allow it; members of ``system:masters`` may in any case.
    """

    asked: Attributes
    grants: tuple[Grant, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """Each subject once: ``User jane``, ``ServiceAccount default/king``."""
        return tuple(dict.fromkeys(_subject(grant) for grant in self.grants))

    def rows(self) -> list[tuple[str, str, str]]:
        """A table: the subject, the binding, the role."""
        heading = ("SUBJECT", "BINDING", "ROLE")
        return [heading, *((_subject(g), key_of(g.binding).full, g.role_key.full) for g in self.grants)]

    def __str__(self) -> str:
        rows = self.rows()
        widths = [max(len(row[n]) for row in rows) for n in range(2)]
        return "\n".join(f"{a:<{widths[0]}}   {b:<{widths[1]}}   {c}" for a, b, c in rows)

    def __repr__(self) -> str:
        return str(self)


def _subject(grant: Grant) -> str:
    subject = grant.subject
    home = subject.namespace or grant.binding.metadata.namespace
    return (
        f"{subject.kind} {home}/{subject.name}"
        if subject.kind == "ServiceAccount"
        else f"{subject.kind} {subject.name}"
    )


def who_can(snapshot: Snapshot, asked: Attributes) -> Holders:
    """Every subject that some binding allows what is asked about."""
    grants = [
        grant
        for grant in grants_of(snapshot)
        if grant.binding.metadata.namespace in ("", asked.namespace) and any(allows(r, asked) for r in grant.rules)
    ]
    return Holders(asked, tuple(grants))


def question(verb: str, resource: str, name: str = "", namespace: str = "default") -> Attributes:
    """What is asked about by words.

    Args:
        verb: such as ``list``.
        resource: as kubectl takes it: ``pods``, ``deploy``, ``deployments.apps``; with a subresource (``pods/log``) or
            a name (``pod/web``); or an address that belongs to no resource (``/healthz``).
        name: the name of one object, or "".
        namespace: the Namespace, "" for all of them; without meaning for kinds of the whole cluster.
    """
    if resource.startswith("/"):
        return Attributes(verb, path=resource)
    word, _, rest = resource.partition("/")
    kind = find(word)
    if kind is None:
        plural, _, group = word.partition(".")
        return Attributes(verb, group, plural, rest, namespace, name)
    subresource = rest if rest in kind.subresources else ""
    name = name or ("" if subresource else rest)
    if not kind.namespaced:
        namespace = name if kind.kind == "Namespace" and verb != "create" else ""
    return Attributes(verb, kind.group, kind.plural, subresource, namespace, name)
