"""The Node authorizer: a kubelet may read and write what concerns its own node, and nothing else.

So whoever breaks into one node cannot read the Secrets of the whole cluster: only those that Pods on this node use.

**In Kubernetes:** `plugin/pkg/auth/authorizer/node`. What it leaves open, whose Node or Pod is written, the admission
plugin NodeRestriction checks (`kubelab.apiserver.node_restriction`).

**Simplified:** which objects belong to a node is looked up among the Pods bound to it, where upstream keeps a graph.
Lists are never allowed: they would need a field selector. CSINodes, VolumeAttachments, ResourceClaims and certificate
requests are not kinds here.
"""

from collections.abc import Iterator
from functools import cache

from kubelab.api.core.pod import Pod
from kubelab.api.rbac import PolicyRule
from kubelab.api.scheme import by_kind
from kubelab.apiserver.rules import Attributes, allows
from kubelab.state.bootstrap_rbac import rule
from kubelab.state.bootstrap_roles import CLUSTER_ROLES
from kubelab.state.references import configuration_of
from kubelab.state.snapshot import ObjectKey, Snapshot

NODE_LEASES = "kube-node-lease"
READ = ("get", "list", "watch")


def node_opinion(snapshot: Snapshot, node: str, asked: Attributes) -> str | None:
    """None if a kubelet may do what is asked for; else the reason, which may be ""."""
    match (asked.group, asked.resource):
        case ("", "pods"):
            return _pods(snapshot, node, asked)
        case ("", "nodes"):
            return _nodes(node, asked)
        case ("", "secrets" | "configmaps"):
            return _read(snapshot, node, asked)
        case ("", "persistentvolumeclaims"):
            if asked.subresource == "status":
                if asked.verb not in ("update", "patch"):
                    return "can only get/update/patch this type"
                return _related(snapshot, node, asked)
            return _get(snapshot, node, asked)
        case ("", "persistentvolumes"):
            return _get(snapshot, node, asked)
        case ("", "serviceaccounts"):
            return _service_account(snapshot, node, asked)
        case ("coordination.k8s.io", "leases"):
            return _lease(node, asked)
    return None if any(allows(each, asked) for each in _node_rules()) else ""


@cache
def _node_rules() -> tuple[PolicyRule, ...]:
    return tuple(rule(text) for text in CLUSTER_ROLES["system:node"])


def _pods(snapshot: Snapshot, node: str, asked: Attributes) -> str | None:
    match (asked.subresource, asked.verb):
        case ("", "create" | "delete") | ("status", "update" | "patch") | ("eviction", "create"):
            return None
        case ("", "get"):
            return _related(snapshot, node, asked)
        case ("", "list" | "watch"):
            if asked.name:
                return _related(snapshot, node, asked)
            return "can only list/watch pods with spec.nodeName field selector"
    return ""


def _nodes(node: str, asked: Attributes) -> str | None:
    match (asked.subresource, asked.verb):
        case ("", "create" | "update" | "patch") | ("status", "update" | "patch"):
            return None
        case ("", "get" | "list" | "watch"):
            if asked.name == node:
                return None
            if not asked.name:
                return f"node '{node}' cannot read all nodes, only its own Node object"
            return f"node '{node}' cannot read '{asked.name}', only its own Node object"
    return ""


def _read(snapshot: Snapshot, node: str, asked: Attributes) -> str | None:
    if asked.verb not in READ:
        return "can only read resources of this type"
    if asked.subresource:
        return "cannot read subresource"
    if not asked.namespace:
        return "can only read namespaced object of this type"
    return _related(snapshot, node, asked)


def _get(snapshot: Snapshot, node: str, asked: Attributes) -> str | None:
    if asked.verb != "get":
        return "can only get individual resources of this type"
    if asked.subresource:
        return "cannot get subresource"
    return _related(snapshot, node, asked)


def _service_account(snapshot: Snapshot, node: str, asked: Attributes) -> str | None:
    if asked.verb == "get" and not asked.subresource:
        return _read(snapshot, node, asked)
    if asked.verb != "create" or not asked.name:
        return "can only create tokens for individual service accounts"
    if asked.subresource != "token":
        return "can only create token subresource of serviceaccount"
    return _related(snapshot, node, asked)


def _lease(node: str, asked: Attributes) -> str | None:
    if asked.verb not in ("get", "create", "update", "patch", "delete"):
        return "can only get, create, update, patch, or delete a node lease"
    if asked.namespace != NODE_LEASES:
        return f'can only access leases in the "{NODE_LEASES}" system namespace'
    # The name of what is created is not known here; admission looks at it.
    if asked.verb != "create" and asked.name != node:
        return "can only access node lease with the same name as the requesting node"
    return None


def _related(snapshot: Snapshot, node: str, asked: Attributes) -> str | None:
    """None if some Pod on the node is, or uses, the object that is asked for."""
    if not asked.name:
        return "No Object name found"
    wanted = (asked.resource, asked.namespace, asked.name)
    objects = snapshot.objects
    on_node = snapshot.index.get(("node", node), ())
    if asked.resource == "pods":
        found = ObjectKey("Pod", asked.namespace, asked.name) in on_node
    else:
        found = any(wanted in _used(snapshot, objects[key]) for key in on_node)
    return None if found else f"no relationship found between node '{node}' and this object"


def _used(snapshot: Snapshot, pod: Pod) -> Iterator[tuple[str, str, str]]:
    """What a Pod uses: resource, Namespace and name."""
    namespace, spec = pod.metadata.namespace, pod.spec
    yield ("serviceaccounts", namespace, spec.service_account_name)
    for kind, name in configuration_of(spec):
        yield (by_kind(kind).resource, namespace, name)
    for volume in spec.volumes:
        if volume.persistent_volume_claim is not None:
            claim = volume.persistent_volume_claim.claim_name
            yield ("persistentvolumeclaims", namespace, claim)
            held = snapshot.objects.get(ObjectKey("PersistentVolumeClaim", namespace, claim))
            if held is not None and held.spec.volume_name:
                yield ("persistentvolumes", "", held.spec.volume_name)
