"""A Pod goes where its volumes can be reached, and not before it has them."""

import attrs

from kubelab.api.manifest import load
from kubelab.components.csi_provisioner import CsiProvisioner
from kubelab.components.persistentvolume import PersistentVolumeController
from kubelab.components.scheduler import Scheduler
from kubelab.sim.boot import boot
from kubelab.sim.engine import Engine
from kubelab.state.bootstrap import PROVISIONER
from kubelab.state.requests import Create, Update
from kubelab.state.snapshot import ObjectKey

NODES = "\n---\n".join(
    f"""
apiVersion: v1
kind: Node
metadata: {{name: {name}, labels: {{kubernetes.io/hostname: {name}}}}}
status: {{capacity: {{cpu: "{cpu}", memory: 8Gi, pods: "110"}}}}
"""
    for name, cpu in (("a", 8), ("b", 4))
)
BASE = f"""
apiVersion: v1
kind: ServiceAccount
metadata: {{name: default, namespace: default}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: late}}
provisioner: {PROVISIONER}
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: local}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: now}}
provisioner: example.com/nobody
volumeBindingMode: Immediate
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]
  containers: [{name: c, image: db}]
"""
UNAVAILABLE = "0/2 nodes are available: "
NOT_HELPFUL = (
    ". no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
)


def claim(storage_class):
    return f"""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: data}}
spec: {{accessModes: [ReadWriteOnce], storageClassName: {storage_class}, resources: {{requests: {{storage: 1Gi}}}}}}
"""


def volume(name, size, host):
    return f"""
apiVersion: v1
kind: PersistentVolume
metadata: {{name: {name}}}
spec:
  capacity: {{storage: {size}}}
  accessModes: [ReadWriteOnce]
  storageClassName: local
  local: {{path: /mnt}}
  nodeAffinity:
    required:
      nodeSelectorTerms:
      - matchExpressions: [{{key: kubernetes.io/hostname, operator: In, values: [{host}]}}]
"""


class Storage:
    def __init__(self, *texts, components=()):
        self.engine = Engine((Scheduler(), PersistentVolumeController(), CsiProvisioner(), *components))
        self.state = boot(self.engine, load(NODES))
        for node in self.state.view.list("Node"):
            # Whatever else would make the nodes ready is not here.
            untainted = attrs.evolve(node, spec=attrs.evolve(node.spec, taints=()))
            self.state = self.engine.submit(self.state, Update(object=untainted))
        self.log = []
        self.submit(BASE, *texts)

    def submit(self, *texts):
        for obj in load("\n---\n".join(texts)):
            self.state = self.engine.submit(self.state, Create(object=obj))
        for following in self.engine.run(self.state):
            if following.steps != self.state.steps and following.transition.actor == "kube-scheduler":
                self.log.append((following.transition.verb, following.transition.reason))
            self.state = following
        return self

    def get(self, kind, name):
        namespace = "" if kind in ("PersistentVolume", "Node") else "default"
        return self.state.view.get(kind, namespace, name)

    @property
    def why(self):
        return self.get("Pod", "db").status.conditions[0].message


def test_a_claim_that_is_not_there():
    room = Storage(POD)
    # A Pod that fits nowhere for its claims alone is not asked whether others could make room for it.
    assert room.why == f'{UNAVAILABLE}persistentvolumeclaim "data" not found. not found'
    room.submit(claim("late"))
    assert room.get("Pod", "db").spec.node_name == "a"


def test_a_claim_that_nobody_binds():
    room = Storage(claim("now"), POD)
    assert room.why == f"{UNAVAILABLE}pod has unbound immediate PersistentVolumeClaims. not found"


def test_the_scheduler_says_where_the_volume_is_needed_and_binds_when_it_is_there():
    room = Storage(claim("late"), POD)
    assert room.log == [("update", "NominatedNode"), ("update", "SelectedNode"), ("bind", "Scheduled")]
    bound = room.get("PersistentVolumeClaim", "data")
    assert bound.metadata.annotations["volume.kubernetes.io/selected-node"] == "a"
    assert bound.status.phase == "Bound"
    pod = room.get("Pod", "db")
    assert (pod.spec.node_name, pod.status.nominated_node_name) == ("a", "")


def test_a_local_volume_decides_the_node():
    room = Storage(volume("large", "9Gi", "b"), volume("small", "5Gi", "b"), claim("local"), POD)
    assert room.log == [("update", "NominatedNode"), ("update", "VolumeReserved"), ("bind", "Scheduled")]
    assert room.get("Pod", "db").spec.node_name == "b"
    assert room.get("PersistentVolumeClaim", "data").spec.volume_name == "small"
    assert room.get("PersistentVolume", "large").spec.claim_ref is None
    # The scheduler chose it, no person did.
    assert room.get("PersistentVolume", "small").metadata.annotations == {"pv.kubernetes.io/bound-by-controller": "yes"}


def test_without_a_local_volume_the_pod_waits_for_one():
    room = Storage(claim("local"), POD)
    assert room.why == f"{UNAVAILABLE}2 node(s) didn't find available persistent volumes to bind{NOT_HELPFUL}"
    room.submit(volume("v", "1Gi", "b"))
    assert room.get("Pod", "db").spec.node_name == "b"


def test_a_bound_volume_holds_its_pods_to_its_node():
    room = Storage(volume("v", "1Gi", "b"), claim("local"), POD)
    second = POD.replace("name: db}", "name: second}")
    room.submit(second)
    assert room.get("Pod", "second").spec.node_name == "b"
    held = room.get("Node", "b")
    cordoned = attrs.evolve(held, spec=attrs.evolve(held.spec, unschedulable=True))
    room.state = room.engine.settle(room.engine.submit(room.state, Update(object=cordoned)))
    room.submit(POD.replace("name: db}", "name: third}"))
    assert room.get("Pod", "third").status.conditions[0].message == (
        f"{UNAVAILABLE}1 node(s) didn't match PersistentVolume's node affinity, "
        f"1 node(s) were unschedulable{NOT_HELPFUL}"
    )


def test_after_settling_the_scheduler_wants_nothing():
    room = Storage(claim("local"), POD, volume("v", "1Gi", "b"))
    assert Scheduler().reconcile(room.state.view, ObjectKey("Pod", "default", "db")) == ()
