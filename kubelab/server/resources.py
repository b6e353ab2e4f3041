"""What is served: every kind of the scheme, and those resources that are answered without being stored.

A resource of the scheme may be served in more than one version; what a client sends or gets is then converted.

**In Kubernetes:** `pkg/controlplane` (InstallAPIs) and the storages of `pkg/registry`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import attrs

from kubelab.api.scheme import Kind, Vocabulary, known
from kubelab.server import conversion

Manifest = dict[str, Any]
Convert = Callable[[Manifest], Manifest]

READING = ("get", "list", "watch")
ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")

UNCONDITIONAL = frozenset({"Lease", "PodDisruptionBudget"})
"""Kinds of which an update must name the version that it replaces."""

CREATED_BY_UPDATE = frozenset(
    {"ClusterRole", "ClusterRoleBinding", "Endpoints", "Event", "Lease", "LimitRange", "Role", "RoleBinding", "Service"}
)
"""Kinds of which an update creates what is not there yet (AllowCreateOnUpdate)."""

RETURNED = frozenset(
    {
        "Namespace",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "Pod",
        "PodTemplate",
        "ResourceQuota",
        "Service",
        "ServiceAccount",
        "StorageClass",
    }
)
"""Kinds of which a deletion answers with the object that was deleted, not with a Status (ReturnDeletedObject)."""


@attrs.frozen
class Resource:
    """One resource in one version.

    Attributes:
        group: the API group.
        version: the version.
        plural: the resource.
        title: what its objects are called in this version.
        kind: the kind that is stored.
        verbs: what may be done with it.
        outward: from a stored manifest to what a client gets, or None where they are the same.
        inward: the way back.
    """

    group: str
    version: str
    plural: str
    title: str
    kind: Kind
    verbs: tuple[str, ...]
    outward: Convert | None = None
    inward: Convert | None = None

    @property
    def api_version(self) -> str:
        """The group and version as a manifest writes them."""
        return f"{self.group}/{self.version}" if self.group else self.version


@attrs.frozen
class Answer:
    """A resource that nothing is stored of: one asks, and is answered.

    Attributes:
        group: the API group.
        version: the version.
        plural: the resource.
        title: the kind of the question.
        namespaced: whether it is asked in a Namespace.
        singular: the resource in the singular.
    """

    group: str
    version: str
    plural: str
    title: str
    namespaced: bool
    singular: str


@attrs.frozen
class Subresource:
    """Something below an object.

    Attributes:
        name: such as ``scale``.
        title: the kind of what is sent and answered.
        verbs: what may be done with it.
        group: the API group of that kind; None means that of the resource.
        version: its version.
    """

    name: str
    title: str
    verbs: tuple[str, ...]
    group: str | None = None
    version: str = ""


AUTHENTICATION, AUTHORIZATION = "authentication.k8s.io", "authorization.k8s.io"

ANSWERS: tuple[Answer, ...] = (
    Answer(AUTHENTICATION, "v1", "selfsubjectreviews", "SelfSubjectReview", False, "selfsubjectreview"),
    Answer(AUTHENTICATION, "v1", "tokenreviews", "TokenReview", False, "tokenreview"),
    Answer(
        AUTHORIZATION, "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview", True, "localsubjectaccessreview"
    ),
    Answer(
        AUTHORIZATION, "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", False, "selfsubjectaccessreview"
    ),
    Answer(AUTHORIZATION, "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", False, "selfsubjectrulesreview"),
    Answer(AUTHORIZATION, "v1", "subjectaccessreviews", "SubjectAccessReview", False, "subjectaccessreview"),
)
"""What can be asked, by group and plural."""

_CONNECT = ("create", "get")
_SUBRESOURCES: dict[str, Subresource] = {
    "status": Subresource("status", "", ("get", "patch", "update")),
    "scale": Subresource("scale", "Scale", ("get", "patch", "update"), "autoscaling", "v1"),
    "approval": Subresource("approval", "", ("get", "patch", "update")),
    "finalize": Subresource("finalize", "Namespace", ("update",)),
    "binding": Subresource("binding", "Binding", ("create",)),
    "eviction": Subresource("eviction", "Eviction", ("create",), "policy", "v1"),
    "token": Subresource("token", "TokenRequest", ("create",), AUTHENTICATION, "v1"),
    "log": Subresource("log", "Pod", ("get",)),
    "exec": Subresource("exec", "PodExecOptions", _CONNECT),
    "attach": Subresource("attach", "PodAttachOptions", _CONNECT),
    "portforward": Subresource("portforward", "PodPortForwardOptions", _CONNECT),
    "resize": Subresource("resize", "Pod", ("get", "patch", "update")),
    "ephemeralcontainers": Subresource("ephemeralcontainers", "Pod", ("get", "patch", "update")),
}
"""What this server answers below an object; see `subresources`."""


def subresources(kind: Kind) -> tuple[Subresource, ...]:
    """What there is below the objects of a kind, in order."""
    return tuple(_SUBRESOURCES[name] for name in sorted(kind.subresources) if name in _SUBRESOURCES)


def subresource(kind: Kind, name: str) -> Subresource | None:
    """One subresource of a kind, or None."""
    return _SUBRESOURCES.get(name) if name in kind.subresources else None


def served() -> Mapping[tuple[str, str, str], Resource]:
    """Every resource by its group, version and plural: in the order of the table of kinds, then what was learnt."""
    return _served(known())


@lru_cache(maxsize=16)
def _served(words: Vocabulary) -> Mapping[tuple[str, str, str], Resource]:
    found: dict[tuple[str, str, str], Resource] = {}
    for kind in words.kinds:
        for each in _versions(kind):
            found[each.group, each.version, each.plural] = each
    return found


def _versions(kind: Kind) -> list[Resource]:
    verbs: tuple[str, ...] = ALL_VERBS if kind.listed else ("create",)
    if kind.kind == "Namespace":
        # Nobody deletes many of them at once.
        verbs = tuple(verb for verb in verbs if verb != "deletecollection")
    if kind.definition is not None:
        return [_in_version(kind, version) for version in kind.served]
    own = Resource(kind.group, kind.version, kind.plural, kind.kind, kind, verbs)
    if kind.kind == "Event":
        newer = Resource(
            "events.k8s.io", "v1", "events", "Event", kind, ALL_VERBS, conversion.newer_event, conversion.core_event
        )
        return [own, newer]
    if kind.kind == "HorizontalPodAutoscaler" and kind.version == "v2":
        older = Resource(
            kind.group,
            "v1",
            kind.plural,
            kind.kind,
            kind,
            ALL_VERBS,
            conversion.autoscaler_v1,
            conversion.autoscaler_v2,
        )
        return [own, older]
    return [own]


def _in_version(kind: Kind, version: str) -> Resource:
    """A kind that was learnt, in one of its versions: they differ in nothing but their name."""
    if version == kind.version:
        return Resource(kind.group, version, kind.plural, kind.kind, kind, ALL_VERBS)
    here, stored = f"{kind.group}/{version}", kind.api_version
    return Resource(
        kind.group,
        version,
        kind.plural,
        kind.kind,
        kind,
        ALL_VERBS,
        lambda manifest: {**manifest, "apiVersion": here},
        lambda manifest: {**manifest, "apiVersion": stored},
    )


def find(group: str, version: str, plural: str) -> Resource | None:
    """The resource at an address, or None."""
    return served().get((group, version, plural))


def answer(group: str, version: str, plural: str) -> Answer | None:
    """What can be asked at an address, or None."""
    return next((a for a in ANSWERS if (a.group, a.version, a.plural) == (group, version, plural)), None)


def groups() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every named group with its versions, the preferred one first, in the order of real discovery."""
    return _groups(known())


@lru_cache(maxsize=16)
def _groups(words: Vocabulary) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for group, version, _ in _served(words):
        if group:
            found.setdefault(group, [])
            if version not in found[group]:
                found[group].append(version)
    for each in ANSWERS:
        found.setdefault(each.group, [each.version])
    order = {name: place for place, name in enumerate(_ORDER)}
    names = sorted(found, key=lambda name: (order.get(name, len(order)), name))
    return tuple((name, tuple(found[name])) for name in names)


_ORDER = (
    "apiregistration.k8s.io",
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "node.k8s.io",
    "discovery.k8s.io",
    "flowcontrol.apiserver.k8s.io",
)
"""The order in which a real server lists its groups (by their priority)."""
