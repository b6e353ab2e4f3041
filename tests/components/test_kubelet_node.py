"""The Node that a kubelet reports, and its Lease."""

import attrs

from kubelab.api.manifest import load
from kubelab.components.kubelet import Kubelet
from kubelab.sim import faults
from kubelab.sim.boot import boot, default_nodes
from kubelab.sim.engine import Engine
from kubelab.state.requests import Create, Requeue, Update
from kubelab.state.snapshot import ObjectKey, View

START = 1_767_225_600_000_000
KEY = ObjectKey("Node", "", "worker-1")


def booted(text=""):
    engine = Engine((Kubelet(),))
    return engine, boot(engine, load(text) if text else default_nodes(3))


def node(state, name="worker-1"):
    return state.view.get("Node", "", name)


def ready(state):
    return next(c for c in node(state).status.conditions if c.type == "Ready")


def with_network(engine, state, name="worker-1", network="10.244.0.0/24"):
    held = node(state, name)
    spec = attrs.evolve(held.spec, pod_cidr=network, pod_cidrs=(network,))
    return engine.settle(engine.submit(state, Update(object=attrs.evolve(held, spec=spec))))


def test_a_fresh_node_is_labelled_and_described():
    _, state = booted()
    held = node(state)
    assert held.metadata.labels == {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": "worker-1",
        "kubernetes.io/os": "linux",
    }
    status = held.status
    assert status.capacity == status.allocatable
    assert status.allocatable == {
        "cpu": "4",
        "ephemeral-storage": "100Gi",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": "8Gi",
        "pods": "110",
    }
    assert [(a.type, a.address) for a in status.addresses] == [("InternalIP", "172.18.0.2"), ("Hostname", "worker-1")]
    assert (status.node_info.kubelet_version, status.node_info.container_runtime_version) == (
        "v1.36.2",
        "containerd://2.1.0",
    )
    assert status.daemon_endpoints.kubelet_endpoint.port == 10250


def test_every_node_has_its_own_address():
    engine, state = booted()
    found = [node(state, f"worker-{n}").status.addresses[0].address for n in (1, 2, 3)]
    assert found == ["172.18.0.2", "172.18.0.3", "172.18.0.4"]
    more = load("apiVersion: v1\nkind: Node\nmetadata: {name: a}")[0]
    state = engine.settle(engine.submit(state, Create(object=more)))
    assert node(state, "a").status.addresses[0].address == "172.18.0.5"


def test_what_the_program_says_of_a_machine_stands():
    said = """
apiVersion: v1
kind: Node
metadata: {name: worker-1, labels: {kubernetes.io/arch: arm64, disk: ssd}}
spec: {podCIDR: 10.244.0.0/24}
status: {capacity: {cpu: "16", example.com/gpu: "2"}, allocatable: {cpu: "15"}}
"""
    _, state = booted(said)
    status = node(state).status
    assert (status.capacity["cpu"], status.allocatable["cpu"]) == ("16", "15")
    assert (status.capacity["memory"], status.allocatable["example.com/gpu"]) == ("8Gi", "2")
    assert node(state).metadata.labels["kubernetes.io/arch"] == "arm64"


def test_it_is_ready_once_it_has_a_network():
    engine, state = booted()
    assert (ready(state).status, ready(state).reason) == ("False", "KubeletNotReady")
    assert "cni plugin not initialized" in ready(state).message
    state = with_network(engine, state)
    assert [(c.type, c.status, c.reason, c.message) for c in node(state).status.conditions] == [
        ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ]
    assert [(e.reason, e.message) for e in state.view.events(KEY)] == [
        ("Starting", "Starting kubelet."),
        ("NodeHasSufficientMemory", "Node worker-1 status is now: NodeHasSufficientMemory"),
        ("NodeHasNoDiskPressure", "Node worker-1 status is now: NodeHasNoDiskPressure"),
        ("NodeHasSufficientPID", "Node worker-1 status is now: NodeHasSufficientPID"),
        ("NodeReady", "Node worker-1 status is now: NodeReady"),
    ]


def test_its_lease_belongs_to_its_node():
    engine, state = booted()
    state = with_network(engine, state)
    lease = state.view.get("Lease", "kube-node-lease", "worker-1")
    (owner,) = lease.metadata.owner_references
    assert (owner.kind, owner.uid) == ("Node", node(state).metadata.uid)
    assert (lease.spec.holder_identity, lease.spec.lease_duration_seconds) == ("worker-1", 40)


def test_a_node_that_is_well_described_wants_nothing_but_to_be_looked_at_again():
    engine, state = booted()
    state = with_network(engine, state)
    assert Kubelet().reconcile_on(state.view, "worker-1", KEY) == (Requeue(at=START + 300_000_000, recurring=True),)


def test_images_are_reported_when_the_next_report_is_due():
    engine, state = booted()
    state = with_network(engine, state)
    machine = state.view.machine("worker-1")
    images = machine.images.with_({"nginx:1.27": 5, "ghcr.io/a/b:2": 7})
    machines = state.snapshot.machines.set("worker-1", attrs.evolve(machine, images=images))
    view = View(attrs.evolve(state.snapshot, machines=machines), START + 300_000_000)
    report, again = Kubelet().reconcile_on(view, "worker-1", KEY)
    assert [(image.names[1], image.size_bytes) for image in report.object.status.images] == [
        ("ghcr.io/a/b:2", 7),
        ("docker.io/library/nginx:1.27", 5),
    ]
    assert again == Requeue(at=START + 600_000_000, recurring=True)

    fresh = attrs.evolve(machine, images=images, images_since=dict.fromkeys(images, START + 300_000_000))
    machines = state.snapshot.machines.set("worker-1", fresh)
    view = View(attrs.evolve(state.snapshot, machines=machines), START + 400_000_000)
    assert Kubelet().reconcile_on(view, "worker-1", KEY) == (again,)


def test_what_others_said_while_it_was_silent_is_put_right():
    engine, state = booted()
    state = with_network(engine, state)
    state = faults.kill_node(engine, state, "worker-1")
    held = node(state)
    unknown = tuple(
        attrs.evolve(c, status="Unknown", reason="NodeStatusUnknown", message="Kubelet stopped posting node status.")
        for c in held.status.conditions
    )
    status = attrs.evolve(held.status, conditions=unknown)
    request = Update(object=attrs.evolve(held, status=status), subresource="status")
    state = engine.settle(engine.submit(state, request))
    assert ready(state).status == "Unknown"
    state = engine.settle(faults.revive_node(engine, state, "worker-1"))
    assert ready(state).status == "True"
    assert state.view.events(KEY)[-1].reason == "NodeReady"


def test_a_machine_without_power_does_nothing():
    engine, state = booted()
    state = faults.kill_node(engine, state, "worker-1")
    assert Kubelet().reconcile_on(state.view, "worker-1", KEY) == ()
    assert Kubelet().reconcile_on(state.view, "nowhere", KEY) == ()
