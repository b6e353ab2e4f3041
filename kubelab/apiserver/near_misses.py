"""Why something is not allowed: the rule that almost allows it, and what it lacks.

Authorization itself only finds that nothing allows a request. Whoever wonders why has nearly always written a rule, and
is one word off: the wrong Namespace, a verb or a name left out, ``pods`` where ``pods/log`` was meant, the API group
forgotten, a subject that is somebody else.

**In Kubernetes:** nothing; ``kubectl auth can-i`` says no more than ``no``.
"""

from collections.abc import Iterator

import attrs

from kubelab.api.rbac import PolicyRule
from kubelab.apiserver.authentication import SERVICE_ACCOUNT_PREFIX, User
from kubelab.apiserver.authorization import Grant, described, grants_of, is_subject
from kubelab.apiserver.rules import (
    Attributes,
    allows,
    group_matches,
    name_matches,
    path_matches,
    resource_matches,
    verb_matches,
)
from kubelab.state.snapshot import ObjectKey, Snapshot

LACKS = ("role", "namespace", "name", "verb", "subresource", "subject", "resource", "group")
"""What a rule may lack, the slightest mistake first."""


@attrs.frozen
class NearMiss:
    """A rule that almost allows a request.

    Attributes:
        lacks: what it lacks, of `LACKS`; ``binding`` where no binding gives the role to the user.
        role: the role with the rule.
        grant: the binding that gives it, or None where there is none.
        rule: the rule, or None where the role does not exist.
        text: all this as a sentence.
    """

    lacks: tuple[str, ...]
    role: ObjectKey
    grant: Grant | None
    rule: PolicyRule | None
    text: str


def nearest(snapshot: Snapshot, user: User, asked: Attributes) -> NearMiss | None:
    """The rule that lacks least, or None where nothing comes near."""
    found = min(_almost(snapshot, user, asked), key=lambda near: _badness(near.lacks), default=None)
    return found if found is not None else _not_bound(snapshot, user, asked)


def _badness(lacks: tuple[str, ...]) -> tuple[int, int]:
    return len(lacks), sum(LACKS.index(lack) for lack in lacks)


def _almost(snapshot: Snapshot, user: User, asked: Attributes) -> Iterator[NearMiss]:
    for grant in grants_of(snapshot):
        namespace = grant.binding.metadata.namespace
        outside = ["subject"] if not is_subject(user, grant.subject, namespace) else []
        if outside and not _takes_for(user, grant):
            continue
        if namespace and namespace != asked.namespace:
            outside.append("namespace")
        if grant.role is None:
            if not outside:
                yield _near(("role",), grant, None, user, asked)
            continue
        for rule in grant.rules:
            lacks = (*outside, *_lacking(rule, asked))
            if len(lacks) == 1 or (len(lacks) == 2 and not {"resource", "group"} & set(lacks)):
                yield _near(lacks, grant, rule, user, asked)


def _lacking(rule: PolicyRule, asked: Attributes) -> list[str]:
    """What a rule itself lacks."""
    if asked.path:
        checks = {"verb": verb_matches, "resource": path_matches}
    else:
        checks = {"verb": verb_matches, "group": group_matches, "resource": resource_matches, "name": name_matches}
    lacks = [lack for lack, holds in checks.items() if not holds(rule, asked)]
    if any(each.partition("/")[0] == asked.resource for each in rule.resources):
        return ["subresource" if lack == "resource" else lack for lack in lacks]
    return lacks


def _takes_for(user: User, grant: Grant) -> bool:
    """Whether a subject is somebody who is easily taken for the user: of the same name, but another kind or home."""
    subject = grant.subject
    own = user.name.removeprefix(SERVICE_ACCOUNT_PREFIX)
    names = {user.name.lower(), own.lower(), own.lower().rpartition(":")[2]}
    return subject.name.lower() in names or subject.name.lower().removeprefix(SERVICE_ACCOUNT_PREFIX) in names


def _near(lacks: tuple[str, ...], grant: Grant, rule: PolicyRule | None, user: User, asked: Attributes) -> NearMiss:
    said = f" ({rule_text(rule, asked.combined)})" if rule is not None else ""
    buts = " and ".join(_but(lack, grant, rule, user, asked) for lack in lacks)
    return NearMiss(lacks, grant.role_key, grant, rule, f"{described(grant)}{said}, but {buts}")


def _but(lack: str, grant: Grant, rule: PolicyRule | None, user: User, asked: Attributes) -> str:
    match lack:
        case "role":
            return "there is no such role"
        case "namespace":
            return f"only in Namespace {grant.binding.metadata.namespace}"
        case "subject":
            return f"that is not {user.name}"
        case "verb":
            return f"without the verb {asked.verb}"
    assert rule is not None
    match lack:
        case "group":
            groups = ", ".join(f'"{group}"' for group in rule.api_groups)
            return f'of API group {groups}, while {asked.resource} are of "{asked.group}"'
        case "name":
            names = ", ".join(rule.resource_names)
            return f"only for {names}" + ("" if asked.name else f", and who asks to {asked.verb} names no object")
        case "subresource" if asked.subresource and asked.resource in rule.resources:
            return f"{asked.resource} does not include {asked.combined}: a subresource is named by itself"
        case "subresource" if not asked.subresource:
            return f"a subresource does not include {asked.resource} themselves"
    return f"not for {asked.path or asked.combined}"


def _not_bound(snapshot: Snapshot, user: User, asked: Attributes) -> NearMiss | None:
    """The role that would do and allows least besides, if it were given to the user; none of the system's own."""
    if user.node:
        return None
    roles = [
        (("*" in rule.verbs, key.kind != "Role", len(role.rules), key), rule)
        for key, role in snapshot.rbac.items()
        if key.kind in ("Role", "ClusterRole") and not key.name.startswith(("system:", "kubeadm:"))
        if key.namespace in ("", asked.namespace)
        for rule in role.rules
        if allows(rule, asked)
    ]
    if not roles:
        return None
    (*_, key), rule = min(roles, key=lambda found: found[0])
    text = f"{key.full} would do ({rule_text(rule, asked.combined)}), but no binding gives it to {user.name}"
    return NearMiss(("binding",), key, None, rule, text)


def rule_text(rule: PolicyRule, first: str = "") -> str:
    """A rule in a few words: ``get, list: pods``, ``get: secrets named only``, ``create: deployments in apps``.

    Args:
        rule: the rule.
        first: the resource that matters, which is named also where there are too many to name them all.
    """
    if rule.verbs == rule.resources == rule.api_groups == ("*",):
        return "everything"
    verbs = ", ".join(rule.verbs)
    if rule.non_resource_urls:
        return f"{verbs}: {_few(rule.non_resource_urls)}"
    text = f"{verbs}: {_few(rule.resources, first)}"
    if rule.api_groups != ("",):
        text += " in " + ", ".join(group or '""' for group in rule.api_groups)
    return text + (f" named {', '.join(rule.resource_names)}" if rule.resource_names else "")


MOST = 4
"""So many resources of a rule are named in a sentence."""


def _few(names: tuple[str, ...], first: str = "") -> str:
    if len(names) <= MOST:
        return ", ".join(names)
    shown = [first, *(name for name in names if name != first)] if first in names else list(names)
    return f"{', '.join(shown[: MOST - 1])} and {len(names) - MOST + 1} others"
