"""The one table of kinds: what exists, what it is called, and where its model lives.

Everything that has to know a kind (the API server, kubectl, the language, completion, the reference pages)
reads it here. Importing this module is cheap: a kind's model is imported when it is first asked for.

In Kubernetes: what ``kubectl api-resources`` lists, and apimachinery's ``runtime.Scheme``.

A cluster knows more kinds than these: those that its CustomResourceDefinitions define. Whoever speaks for a cluster
says which (`knowing`), and every question here is then answered with them; see `kubelab.api.custom`.

**Simplified:** one version of each group, the one that is stored; only kinds that have a model.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, Protocol

import attrs

from kubelab.api.meta import ObjectMeta


class Object(Protocol):
    """Any object of any kind: frozen, compared by value."""

    api_version: ClassVar[str]
    kind: ClassVar[str]

    @property
    def metadata(self) -> ObjectMeta:
        """The object's name, namespace, labels and the rest that all kinds have in common."""


@attrs.frozen
class Kind:
    """One kind of object.

    Attributes:
        group: the API group, "" for the core group.
        version: the version of the group, such as ``v1``.
        kind: the name of the kind, such as ``Deployment``.
        plural: the name in an address, such as ``deployments``.
        singular: what kubectl also accepts, such as ``deployment``.
        short_names: kubectl's abbreviations, such as ``deploy``.
        namespaced: whether its objects live in a namespace.
        categories: groups of kinds that kubectl can list at once, such as ``all``.
        subresources: what has an address of its own below an object, such as ``status`` and ``scale``.
        module: the Python module that holds its model.
        simulated: whether a component acts on objects of this kind; if not, they are stored and given back,
            and the learner is told so once.
        listed: whether its objects can be read back (a Binding can only be made).
        definition: for a kind that a cluster has learnt, the version of its CustomResourceDefinition that is stored.
        served: for such a kind, the versions that can be asked for; objects of all of them are stored in `version`.
        custom: the class of the objects of such a kind.
    """

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    short_names: tuple[str, ...]
    namespaced: bool
    categories: tuple[str, ...]
    subresources: tuple[str, ...]
    module: str
    simulated: bool = True
    listed: bool = True
    definition: Any = attrs.field(default=None, eq=False, repr=False)
    served: tuple[str, ...] = ()
    custom: type[Any] | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def api_version(self) -> str:
        """What a manifest writes as ``apiVersion``: ``apps/v1``, or ``v1`` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """The plural with its group, as kubectl prints it: ``deployments.apps``, ``pods``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def model(self) -> type[Any]:
        """The class of this kind's objects; its module is imported on first use."""
        return self.custom if self.custom is not None else _model(self.module, self.kind)


@cache
def _model(module: str, name: str) -> type[Any]:
    model: type[Any] = getattr(import_module(module), name)
    return model


def _kind(
    group: str,
    kind: str,
    plural: str,
    module: str,
    short: str = "",
    *,
    version: str = "v1",
    namespaced: bool = True,
    categories: str = "",
    subresources: str = "",
    simulated: bool = True,
    listed: bool = True,
) -> Kind:
    return Kind(
        group=group,
        version=version,
        kind=kind,
        plural=plural,
        singular=kind.lower(),
        short_names=tuple(short.split()),
        namespaced=namespaced,
        categories=tuple(categories.split()),
        subresources=tuple(subresources.split()),
        module=f"kubelab.api.{module}",
        simulated=simulated,
        listed=listed,
    )


_POD_SUBRESOURCES = "attach binding ephemeralcontainers eviction exec log portforward proxy resize status"
_NETWORKING, _RBAC = "networking.k8s.io", "rbac.authorization.k8s.io"
_STORAGE = "storage.k8s.io"


def _admission(kind: str, plural: str, subresources: str = "") -> Kind:
    return _kind(
        "admissionregistration.k8s.io",
        kind,
        plural,
        "admissionregistration",
        namespaced=False,
        categories="api-extensions",
        subresources=subresources,
        simulated=False,
    )


def _stored(group: str, kind: str, plural: str, module: str, short: str = "", *, subresources: str = "") -> Kind:
    """A kind without Namespaces on which nothing acts."""
    return _kind(group, kind, plural, module, short, namespaced=False, subresources=subresources, simulated=False)


KINDS: tuple[Kind, ...] = (
    _kind("", "Binding", "bindings", "core.pod", listed=False),
    _kind("", "ConfigMap", "configmaps", "core.config", "cm"),
    _kind("", "Endpoints", "endpoints", "core.service", "ep"),
    _kind("", "Event", "events", "core.event", "ev"),
    _kind("", "LimitRange", "limitranges", "core.quota", "limits"),
    _kind("", "Namespace", "namespaces", "core.namespace", "ns", namespaced=False, subresources="finalize status"),
    _kind("", "Node", "nodes", "core.node", "no", namespaced=False, subresources="proxy status"),
    _kind("", "PersistentVolumeClaim", "persistentvolumeclaims", "core.storage", "pvc", subresources="status"),
    _kind(
        "",
        "PersistentVolume",
        "persistentvolumes",
        "core.storage",
        "pv",
        namespaced=False,
        subresources="status",
    ),
    _kind("", "Pod", "pods", "core.pod", "po", categories="all", subresources=_POD_SUBRESOURCES),
    _kind("", "PodTemplate", "podtemplates", "core.pod", simulated=False),
    _kind(
        "",
        "ReplicationController",
        "replicationcontrollers",
        "core.replicationcontroller",
        "rc",
        categories="all",
        subresources="scale status",
    ),
    _kind("", "ResourceQuota", "resourcequotas", "core.quota", "quota", subresources="status"),
    _kind("", "Secret", "secrets", "core.config"),
    _kind("", "ServiceAccount", "serviceaccounts", "core.config", "sa", subresources="token"),
    _kind("", "Service", "services", "core.service", "svc", categories="all", subresources="proxy status"),
    _admission("MutatingAdmissionPolicy", "mutatingadmissionpolicies"),
    _admission("MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings"),
    _admission("MutatingWebhookConfiguration", "mutatingwebhookconfigurations"),
    _admission("ValidatingAdmissionPolicy", "validatingadmissionpolicies", "status"),
    _admission("ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings"),
    _admission("ValidatingWebhookConfiguration", "validatingwebhookconfigurations"),
    _kind(
        "apiextensions.k8s.io",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        "apiextensions",
        "crd crds",
        namespaced=False,
        categories="api-extensions",
        subresources="status",
    ),
    _kind(
        "apiregistration.k8s.io",
        "APIService",
        "apiservices",
        "apiregistration",
        namespaced=False,
        categories="api-extensions",
        subresources="status",
    ),
    _kind("apps", "ControllerRevision", "controllerrevisions", "apps"),
    _kind("apps", "DaemonSet", "daemonsets", "apps", "ds", categories="all", subresources="status"),
    _kind("apps", "Deployment", "deployments", "apps", "deploy", categories="all", subresources="scale status"),
    _kind("apps", "ReplicaSet", "replicasets", "apps", "rs", categories="all", subresources="scale status"),
    _kind("apps", "StatefulSet", "statefulsets", "apps", "sts", categories="all", subresources="scale status"),
    _kind(
        "autoscaling",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        "autoscaling",
        "hpa",
        version="v2",
        categories="all",
        subresources="status",
    ),
    _kind("batch", "CronJob", "cronjobs", "batch", "cj", categories="all", subresources="status"),
    _kind("batch", "Job", "jobs", "batch", categories="all", subresources="status"),
    _kind(
        "certificates.k8s.io",
        "CertificateSigningRequest",
        "certificatesigningrequests",
        "certificates",
        "csr",
        namespaced=False,
        subresources="approval status",
    ),
    _kind("coordination.k8s.io", "Lease", "leases", "coordination"),
    _kind("discovery.k8s.io", "EndpointSlice", "endpointslices", "discovery"),
    _stored("flowcontrol.apiserver.k8s.io", "FlowSchema", "flowschemas", "flowcontrol", subresources="status"),
    _stored(
        "flowcontrol.apiserver.k8s.io",
        "PriorityLevelConfiguration",
        "prioritylevelconfigurations",
        "flowcontrol",
        subresources="status",
    ),
    _kind(_NETWORKING, "IngressClass", "ingressclasses", "networking", namespaced=False),
    _kind(_NETWORKING, "Ingress", "ingresses", "networking", "ing", subresources="status"),
    _kind(_NETWORKING, "NetworkPolicy", "networkpolicies", "networking", "netpol"),
    _stored(_NETWORKING, "ServiceCIDR", "servicecidrs", "service_addresses", subresources="status"),
    _kind("node.k8s.io", "RuntimeClass", "runtimeclasses", "node", namespaced=False),
    _kind("policy", "PodDisruptionBudget", "poddisruptionbudgets", "policy", "pdb", subresources="status"),
    _kind(_RBAC, "ClusterRoleBinding", "clusterrolebindings", "rbac", namespaced=False),
    _kind(_RBAC, "ClusterRole", "clusterroles", "rbac", namespaced=False),
    _kind(_RBAC, "RoleBinding", "rolebindings", "rbac"),
    _kind(_RBAC, "Role", "roles", "rbac"),
    _kind("scheduling.k8s.io", "PriorityClass", "priorityclasses", "scheduling", "pc", namespaced=False),
    _stored(_STORAGE, "CSIDriver", "csidrivers", "storage"),
    _stored(_STORAGE, "CSINode", "csinodes", "storage"),
    _kind(_STORAGE, "CSIStorageCapacity", "csistoragecapacities", "storage", simulated=False),
    _kind(_STORAGE, "StorageClass", "storageclasses", "storage", "sc", namespaced=False),
    _kind(_STORAGE, "VolumeAttachment", "volumeattachments", "storage", namespaced=False),
    _stored(_STORAGE, "VolumeAttributesClass", "volumeattributesclasses", "storage", "vac"),
)
"""All kinds, in the order of ``kubectl api-resources``: by group, then by plural."""

_BY_CLASS: dict[type[Any], Kind] = {}


@attrs.frozen(eq=False)
class Vocabulary:
    """The kinds that a cluster knows, by every name that they have.

    Attributes:
        kinds: all of them.
        learnt: those of them that its CustomResourceDefinitions define.
        by_kind: by the name of the kind.
        by_gvk: by ``apiVersion`` and ``kind``.
        by_word: by what kubectl understands.
    """

    kinds: tuple[Kind, ...]
    learnt: tuple[Kind, ...]
    by_kind: dict[str, Kind]
    by_gvk: dict[tuple[str, str], Kind]
    by_word: dict[str, Kind]


def vocabulary(learnt: tuple[Kind, ...] = ()) -> Vocabulary:
    """The table of kinds, and those that a cluster has learnt besides."""
    kinds = (*KINDS, *learnt)
    by_gvk = {(kind.api_version, kind.kind): kind for kind in kinds}
    for kind in learnt:
        by_gvk.update({(f"{kind.group}/{version}", kind.kind): kind for version in kind.served})
    words: dict[str, Kind] = {}
    for kind in reversed(kinds):
        words.update(_words(kind))
    return Vocabulary(kinds, learnt, {kind.kind: kind for kind in kinds}, by_gvk, words)


def _words(kind: Kind) -> dict[str, Kind]:
    words: dict[str, Kind] = {}
    for word in (kind.plural, kind.singular, *kind.short_names):
        words[word] = kind
        if kind.group:
            words[f"{word}.{kind.group}"] = kind
            for version in kind.served or (kind.version,):
                words[f"{word}.{version}.{kind.group}"] = kind
        else:
            words[f"{word}.{kind.version}."] = kind
    return words


BUILT_IN = vocabulary()
"""The kinds that every cluster knows."""

_KNOWN: ContextVar[Vocabulary] = ContextVar("kinds", default=BUILT_IN)
_MET: dict[str, Kind] = {}


@contextmanager
def knowing(words: Vocabulary) -> Iterator[None]:
    """Within this block, speak for a cluster that knows these kinds."""
    for kind in words.learnt:
        _MET[kind.kind] = kind
    before = _KNOWN.set(words)
    try:
        yield
    finally:
        _KNOWN.reset(before)


def known() -> Vocabulary:
    """The kinds of the cluster for which is spoken: the table alone outside of `knowing`."""
    return _KNOWN.get()


def every() -> tuple[Kind, ...]:
    """All kinds of the cluster for which is spoken, those that it has learnt at the end."""
    return _KNOWN.get().kinds


def by_kind(kind: str) -> Kind:
    """The kind of that exact name, such as ``"Pod"``.

    Who has the key of an object may ask for its kind also where nobody speaks for a cluster, to name it.

    Raises:
        KeyError: there is no such kind.
    """
    found = _KNOWN.get().by_kind.get(kind)
    return found if found is not None else _MET[kind]


def by_gvk(api_version: str, kind: str) -> Kind | None:
    """The kind that a manifest means by its ``apiVersion`` and ``kind``, or None."""
    return _KNOWN.get().by_gvk.get((api_version, kind))


def find(word: str) -> Kind | None:
    """The kind that kubectl understands by `word`, or None.

    Accepts the kind, plural, singular or a short name in any case, also with the group (``deployments.apps``)
    or version and group (``deployments.v1.apps``).
    """
    return _KNOWN.get().by_word.get(word.lower())


def kind_of(obj: Object) -> Kind:
    """The kind of an object.

    Raises:
        KeyError: the object is of no kind that is known.
    """
    cls = type(obj)
    found = _BY_CLASS.get(cls)
    if found is None:
        found = by_kind(obj.kind)
        if found.definition is None:
            _BY_CLASS[cls] = found
    return found
