"""What is not in etcd: the machines and the cloud, which are changed past the API server.

In Kubernetes: nothing of the API server. A kubelet and its runtime work on their machine, and the
cloud-controller-manager calls the cloud's API; here, too, the snapshot has to get its next version somewhere.
"""

from kubelab.api.model import evolve
from kubelab.api.scheme import by_kind
from kubelab.apiserver import refusals
from kubelab.errors import StatusError
from kubelab.state.cloud import Cloud, launched
from kubelab.state.machine import Machine
from kubelab.state.requests import CloudRequest, MachineRequest
from kubelab.state.snapshot import Snapshot


def on_machine(snapshot: Snapshot, request: MachineRequest, now: int) -> tuple[Snapshot, Machine, Machine]:
    """Let a machine do what its kubelet or kube-proxy asks of it; the machine before and after.

    Raises:
        StatusError: there is no such machine.
    """
    machine = snapshot.machines.get(request.node)
    if machine is None:
        raise refusals.not_found(by_kind("Node"), request.node)
    after = request.apply(machine, now)
    if after is not machine:
        snapshot = evolve(snapshot, machines=snapshot.machines.set(request.node, after))
    return snapshot, machine, after


def in_cloud(snapshot: Snapshot, request: CloudRequest, now: int) -> tuple[Snapshot, Cloud, Cloud]:
    """Let the cloud do what is asked of its API; the cloud before and after.

    Raises:
        StatusError: there is no cloud, or it refuses.
    """
    cloud = snapshot.cloud
    if cloud is None:
        raise StatusError(503, "ServiceUnavailable", "no cloud provider provided")
    after = request.apply(cloud, now)
    return evolve(snapshot, cloud=after), cloud, after


def with_machine(snapshot: Snapshot, node: str, now: int) -> Snapshot:
    """Let there be a machine for a new Node; in a cloud, one whose instance was terminated is replaced."""
    cloud, machines = snapshot.cloud, snapshot.machines
    rented = cloud is None or node in cloud.instances
    if cloud is not None and not rented:
        snapshot = evolve(snapshot, cloud=launched(cloud, node, now))
    if node in machines and rented:
        return snapshot
    return evolve(snapshot, machines=machines.set(node, Machine(name=node)))
