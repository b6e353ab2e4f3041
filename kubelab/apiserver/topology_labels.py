"""PodTopologyLabels: a Pod learns from its labels in which zone and region its node is.

Source: `plugin/pkg/admission/podtopologylabels`, on by default since 1.35.
"""

from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.state.snapshot import ObjectKey, Snapshot

TOPOLOGY_LABELS = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")


def with_topology_labels(snapshot: Snapshot, pod: Pod, node: str) -> Pod:
    """A Pod that goes to a node, with the labels that say where the node is."""
    found = snapshot.objects.get(ObjectKey("Node", "", node))
    labels = {} if found is None else found.metadata.labels
    copied = {name: labels[name] for name in TOPOLOGY_LABELS if name in labels}
    if not copied:
        return pod
    return evolve(pod, metadata=evolve(pod.metadata, labels=pod.metadata.labels.with_(copied)))
