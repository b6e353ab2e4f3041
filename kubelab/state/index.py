"""The index of a snapshot: what is asked often is found without walking over all objects.

The index of a snapshot maps an entry to the keys of the objects it holds for:

================================= =====================================================
entry                             objects
================================= =====================================================
("kind", KIND)                    all of a kind
("kind", KIND, NAMESPACE)         those of one namespace
("in", NAMESPACE)                 all of a namespace, whatever their kind
("owner", UID)                    those with an owner reference to the uid
("orphan", KIND, NAMESPACE)       those that no controller manages
("node", NODE)                    the Pods bound to a node; ("node", "") those not bound yet
("label", KIND, NS, KEY, VALUE)   those that carry a label
("clusterIP", ADDRESS)            the Service that holds a cluster address
("nodePort", "TCP/30080")         the Service that holds a node port
("image", NAME)                   the Nodes that report to have an image
("nodeIP",)                       the Nodes that have an address; ("nodeIP", ADDRESS) which has this one
("podCIDR",)                      the Nodes that have a range of Pod addresses; ("podCIDR", RANGE) which has this one
("unready",)                      the Nodes that are not Ready
("aggregating",)                  the ClusterRoles whose rules are put together from those of others
("affine",)                       the bound Pods that are drawn to other Pods or kept from them
("nominated",)                    the Pods for which a node was chosen, and that are not bound yet
("relating",)                     the Pods that wait for a node and look at other Pods (affinity, spread)
("claim", NAMESPACE, NAME)        the Pods that mount a claim, and the PersistentVolumes reserved for it
("reads", KIND, NAMESPACE, NAME)  the Pods that refer to a ConfigMap or Secret
("attached", VOLUME)              the VolumeAttachments of a volume; ("attachedTo", NODE) those to a node
("token", NAMESPACE, ACCOUNT)      the Secrets that hold a token of a ServiceAccount
("unbound", KIND, CLASS)          claims without volume, volumes without claim, of a storage class
================================= =====================================================

Source: client-go `tools/cache` indexers.
"""

from collections.abc import Callable, Iterator

from immutables import Map

from kubelab.state.references import configuration_of
from kubelab.state.snapshot import Object, ObjectKey

Entry = tuple[str, ...]
Index = Map[Entry, Map[ObjectKey, None]]


def entries(obj: Object) -> Iterator[Entry]:
    """The index entries under which an object is found."""
    meta = obj.metadata
    kind, namespace = obj.kind, meta.namespace
    yield ("kind", kind)
    if namespace:
        yield ("kind", kind, namespace)
        yield ("in", namespace)
    controlled = False
    for owner in meta.owner_references:
        yield ("owner", owner.uid)
        controlled = controlled or bool(owner.controller)
    if not controlled:
        yield ("orphan", kind, namespace)
    for name, value in meta.labels.items():
        yield ("label", kind, namespace, name, value)
    own = OF_KIND.get(kind)
    if own is not None:
        yield from own(obj)


def _of_pod(pod: Object) -> Iterator[Entry]:
    spec, affinity = pod.spec, pod.spec.affinity
    yield ("node", spec.node_name)
    for volume in spec.volumes:
        if volume.persistent_volume_claim is not None:
            yield ("claim", pod.metadata.namespace, volume.persistent_volume_claim.claim_name)
    for kind, name in configuration_of(spec):
        yield ("reads", kind, pod.metadata.namespace, name)
    drawn = affinity is not None and bool(affinity.pod_affinity or affinity.pod_anti_affinity)
    if spec.node_name:
        if drawn:
            yield ("affine",)
        return
    if pod.status.nominated_node_name:
        yield ("nominated",)
    if drawn or spec.topology_spread_constraints:
        yield ("relating",)


def _of_node(node: Object) -> Iterator[Entry]:
    for image in node.status.images:
        for name in image.names:
            yield ("image", name)
    for address in node.status.addresses:
        if address.type == "InternalIP":
            yield ("nodeIP",)
            yield ("nodeIP", address.address)
    if node.spec.pod_cidr:
        yield ("podCIDR",)
        yield ("podCIDR", node.spec.pod_cidr)
    if not any(c.type == "Ready" and c.status == "True" for c in node.status.conditions):
        yield ("unready",)


def _of_volume(volume: Object) -> Iterator[Entry]:
    claim = volume.spec.claim_ref
    if claim is None:
        yield ("unbound", volume.kind, volume.spec.storage_class_name)
    else:
        yield ("claim", claim.namespace, claim.name)


def _of_attachment(attachment: Object) -> Iterator[Entry]:
    yield ("attached", attachment.spec.source.persistent_volume_name or "")
    yield ("attachedTo", attachment.spec.node_name)


def _of_secret(secret: Object) -> Iterator[Entry]:
    if secret.type == "kubernetes.io/service-account-token":
        account = secret.metadata.annotations.get("kubernetes.io/service-account.name", "")
        yield ("token", secret.metadata.namespace, account)


def _of_claim(claim: Object) -> Iterator[Entry]:
    if not claim.spec.volume_name:
        yield ("unbound", claim.kind, claim.spec.storage_class_name or "")


def _of_service(service: Object) -> Iterator[Entry]:
    if service.spec.cluster_ip and service.spec.cluster_ip != "None":
        yield ("clusterIP", service.spec.cluster_ip)
    for port in service.spec.ports:
        if port.node_port:
            yield ("nodePort", f"{port.protocol}/{port.node_port}")
    if service.spec.health_check_node_port:
        yield ("nodePort", f"TCP/{service.spec.health_check_node_port}")


def _of_cluster_role(role: Object) -> Iterator[Entry]:
    if role.aggregation_rule is not None:
        yield ("aggregating",)


OF_KIND: dict[str, Callable[[Object], Iterator[Entry]]] = {
    "Pod": _of_pod,
    "Node": _of_node,
    "PersistentVolume": _of_volume,
    "PersistentVolumeClaim": _of_claim,
    "Secret": _of_secret,
    "Service": _of_service,
    "ClusterRole": _of_cluster_role,
    "VolumeAttachment": _of_attachment,
}
"""The entries that only objects of one kind have."""


def reindexed(index: Index, key: ObjectKey, before: Object | None, after: Object | None) -> Index:
    """The index after one object has changed."""
    if before is not None and after is not None and _same_place(before, after):
        return index
    old = set(entries(before)) if before is not None else set()
    new = set(entries(after)) if after is not None else set()
    if old == new:
        return index
    changed = index.mutate()
    for entry in sorted(old - new):
        left = changed[entry].delete(key)
        if left:
            changed[entry] = left
        else:
            del changed[entry]
    for entry in sorted(new - old):
        held = changed.get(entry)
        changed[entry] = Map({key: None}) if held is None else held.set(key, None)
    return changed.finish()


def _same_place(before: Object, after: Object) -> bool:
    """Whether it is plain that nothing moves in the index: so it is for status writes, by far the most common ones."""
    old, new = before.metadata, after.metadata
    if old.labels is not new.labels or old.owner_references is not new.owner_references:
        return False
    if after.kind not in OF_KIND:
        return True
    if after.kind in ("Node", "ClusterRole", "Secret") or before.spec is not after.spec:
        return False
    return after.kind != "Pod" or bool(before.status.nominated_node_name == after.status.nominated_node_name)
