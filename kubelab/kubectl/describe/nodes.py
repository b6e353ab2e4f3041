"""Nodes: how they are, what they have, and which Pods ask for how much of it.

Source: kubectl `pkg/describe/describe.go` (``describeNode``, ``describeNodeResource``).
"""

from collections.abc import Mapping
from typing import Any

from kubelab.api.quantity import add, milli, value
from kubelab.apiserver import derived
from kubelab.kubectl.client import Client
from kubelab.kubectl.describe.writer import Writer, moment, plain_truth, since
from kubelab.state.snapshot import SECOND, ObjectKey
from kubelab.views.printers import printer_of

STANDARD = ("cpu", "memory", "ephemeral-storage", "pods")


def node(w: Writer, obj: Any, client: Client) -> None:
    """Describe a Node."""
    meta, spec, status = obj.metadata, obj.spec, obj.status
    w.row("Name", meta.name)
    w.row("Roles", printer_of("Node").cells(obj, client.now, False)[2])
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    w.row("CreationTimestamp", moment(meta.creation_timestamp))
    taints = sorted(spec.taints, key=lambda each: f"{each.effect},{each.key}")
    w.values("Taints", [_taint(each) for each in taints])
    w.row("Unschedulable", plain_truth(spec.unschedulable))
    _lease(w, client, meta.name)
    if status.conditions:
        w.line("Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage")
        w.line("----\t------\t-----------------\t------------------\t------\t-------", 1)
        for each in status.conditions:
            times = f"{moment(each.last_heartbeat_time)} \t{moment(each.last_transition_time)}"
            w.line(f"{each.type} \t{each.status} \t{times} \t{each.reason} \t{each.message}", 1)
    w.line("Addresses:")
    for each in status.addresses:
        w.row(each.type, each.address, 1)
    for title, held in (("Capacity", status.capacity), ("Allocatable", status.allocatable)):
        if held:
            w.line(f"{title}:")
            for name in sorted(held):
                w.row(name, held[name], 1)
    _system(w, status.node_info)
    if spec.pod_cidr:
        w.row("PodCIDR", spec.pod_cidr)
    if spec.pod_cidrs:
        w.row("PodCIDRs", ",".join(spec.pod_cidrs))
    if spec.provider_id:
        w.row("ProviderID", spec.provider_id)
    pods = [p for p in client.view.pods_on(meta.name) if p.status.phase not in ("Succeeded", "Failed")]
    _pods(w, pods, status.allocatable or status.capacity, client.now)


def _taint(each: Any) -> str:
    if not each.effect:
        return f"{each.key}={each.value}:" if each.value else str(each.key)
    return f"{each.key}={each.value}:{each.effect}" if each.value else f"{each.key}:{each.effect}"


def _lease(w: Writer, client: Client, name: str) -> None:
    lease = derived.read(client.view, ObjectKey("Lease", derived.NODE_LEASES, name))
    if lease is None:
        w.row("Lease", f'Failed to get lease: leases.coordination.k8s.io "{name}" not found')
        return
    spec = lease.spec
    w.line("Lease:")
    w.row("HolderIdentity", spec.holder_identity or "<unset>", 1)
    w.row("AcquireTime", "<unset>" if spec.acquire_time is None else moment(spec.acquire_time // SECOND), 1)
    w.row("RenewTime", "<unset>" if spec.renew_time is None else moment(spec.renew_time // SECOND), 1)


def _system(w: Writer, info: Any) -> None:
    w.line("System Info:")
    for label, text in (
        ("Machine ID", info.machine_id),
        ("System UUID", info.system_uuid),
        ("Boot ID", info.boot_id),
        ("Kernel Version", info.kernel_version),
        ("OS Image", info.os_image),
        ("Operating System", info.operating_system),
        ("Architecture", info.architecture),
        ("Container Runtime Version", info.container_runtime_version),
        ("Kubelet Version", info.kubelet_version),
        ("Kube-Proxy Version", info.kube_proxy_version),
    ):
        w.row(label, text, 1)


Amounts = dict[str, str]


def _of_pod(pod: Any, which: str) -> Amounts:
    """What a Pod asks for, or may have: the sum of its containers, or the most of its init containers."""
    total: Amounts = {}
    for container in pod.spec.containers:
        for name, amount in getattr(container.resources, which).items():
            total[name] = add(total[name], amount) if name in total else amount
    for container in pod.spec.init_containers:
        for name, amount in getattr(container.resources, which).items():
            if name not in total or milli(amount) > milli(total[name]):
                total[name] = amount
    for name, amount in pod.spec.overhead.items():
        total[name] = add(total[name], amount) if name in total else amount
    return total


def _sum(parts: list[Amounts]) -> Amounts:
    total: Amounts = {}
    for part in parts:
        for name, amount in part.items():
            total[name] = add(total[name], amount) if name in total else amount
    return total


def _share(name: str, amount: str, of: Mapping[str, str]) -> str:
    whole = of.get(name, "0")
    part, all_ = (milli(amount), milli(whole)) if name == "cpu" else (value(amount), value(whole))
    return f"{amount} ({part * 100 // all_ if all_ else 0}%)"


def _pods(w: Writer, pods: list[Any], allocatable: Mapping[str, str], now: int) -> None:
    w.line(f"Non-terminated Pods:\t({len(pods)} in total)")
    titles = "CPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge"
    w.line(f"Namespace\tName\t\t{titles}", 1)
    w.line("---------\t----\t\t------------\t----------\t---------------\t-------------\t---", 1)
    every = [(_of_pod(pod, "requests"), _of_pod(pod, "limits")) for pod in pods]
    for pod, (requests, limits) in zip(pods, every, strict=True):
        cells = [
            _share(name, held.get(name, "0"), allocatable) for name in ("cpu", "memory") for held in (requests, limits)
        ]
        age = since(pod.metadata.creation_timestamp, now)
        w.line("\t".join([pod.metadata.namespace, f"{pod.metadata.name}\t", *cells, age]), 1)
    w.line("Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)")
    w.line("Resource\tRequests\tLimits", 1)
    w.line("--------\t--------\t------", 1)
    requests, limits = _sum([each[0] for each in every]), _sum([each[1] for each in every])
    huge = sorted(name for name in allocatable if name.startswith("hugepages-"))
    for name in ("cpu", "memory", "ephemeral-storage", *huge):
        shares = [_share(name, held.get(name, "0"), allocatable) for held in (requests, limits)]
        w.line("\t".join([name, *shares]), 1)
    for name in sorted(name for name in allocatable if name not in (*STANDARD, *huge)):
        w.line(f"{name}\t{requests.get(name, '0')}\t{limits.get(name, '0')}", 1)
