"""NodeRestriction: a kubelet writes its own Node, its own Lease, and Pods that are bound to its node.

**In Kubernetes:** the admission plugin `plugin/pkg/admission/noderestriction`.

**Simplified:** which labels a kubelet may give its Node is not checked.
"""

from kubelab.api.scheme import by_kind
from kubelab.apiserver.refusals import forbidden
from kubelab.errors import StatusError
from kubelab.state.requests import Apply, Create, Delete, Patch, Request, Update
from kubelab.state.snapshot import ObjectKey, Snapshot

WRITES = (Create, Update, Patch, Apply, Delete)

MIRROR = "kubernetes.io/config.mirror"
"""The annotation of a Pod that only shows what a kubelet runs by itself."""


def restrict(snapshot: Snapshot, node: str, request: Request) -> None:
    """Let a request of a node's kubelet pass.

    Raises:
        StatusError: 403, it concerns what is not the node's own.
    """
    if not isinstance(request, WRITES):
        return
    key = request.key
    why = ""
    if key.kind == "Pod":
        why = _pod(snapshot, node, request)
    elif key.kind == "Node":
        why = _node(snapshot, node, request)
    elif key.kind == "Lease" and key.name != node:
        why = "can only access node lease with the same name as the requesting node"
    if why:
        raise _refused(key, why)


def _refused(key: ObjectKey, why: str) -> StatusError:
    return forbidden(by_kind(key.kind), key.name, why)


def _pod(snapshot: Snapshot, node: str, request: Create | Update | Patch | Apply | Delete) -> str:
    if isinstance(request, Create):
        pod = request.object
        if MIRROR not in pod.metadata.annotations:
            return f'pod does not have "{MIRROR}" annotation, node "{node}" can only create mirror pods'
        if pod.spec.node_name != node:
            return f'node "{node}" can only create pods with spec.nodeName set to itself'
        return ""
    known = snapshot.objects.get(request.key)
    if known is None or known.spec.node_name == node:
        return ""
    if isinstance(request, Delete):
        return f'node "{node}" can only delete pods with spec.nodeName set to itself'
    return f'node "{node}" can only update pod status for pods with spec.nodeName set to itself'


def _node(snapshot: Snapshot, node: str, request: Create | Update | Patch | Apply | Delete) -> str:
    if request.key.name != node:
        return f'node "{node}" is not allowed to modify node "{request.key.name}"'
    known = snapshot.objects.get(request.key)
    if not isinstance(request, Update) or request.subresource or known is None:
        return ""
    return "" if request.object.spec.taints == known.spec.taints else f'node "{node}" is not allowed to modify taints'
