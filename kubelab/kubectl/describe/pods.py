"""Pods.

Source: kubectl `pkg/describe/describe.go` (``describePod``).
"""

from typing import Any

from kubelab.apiserver.registry import qos_class
from kubelab.kubectl.client import Client
from kubelab.kubectl.describe.pod_template import containers, spread, tolerations
from kubelab.kubectl.describe.volumes import volumes
from kubelab.kubectl.describe.writer import Writer, controlled_by, moment, since


def pod(w: Writer, obj: Any, client: Client) -> None:
    """Describe a Pod."""
    meta, spec, status = obj.metadata, obj.spec, obj.status
    w.row("Name", meta.name)
    w.row("Namespace", meta.namespace)
    if spec.priority is not None:
        w.row("Priority", spec.priority)
    if spec.priority_class_name:
        w.row("Priority Class Name", spec.priority_class_name)
    if spec.runtime_class_name:
        w.row("Runtime Class Name", spec.runtime_class_name)
    if spec.service_account_name:
        w.row("Service Account", spec.service_account_name)
    w.row("Node", f"{spec.node_name}/{status.host_ip}" if spec.node_name else "<none>")
    if status.start_time is not None:
        w.row("Start Time", moment(status.start_time))
    w.labels("Labels", meta.labels)
    w.annotations("Annotations", meta.annotations)
    if meta.deletion_timestamp is not None and status.phase not in ("Failed", "Succeeded"):
        w.row("Status", f"Terminating (lasts {since(meta.deletion_timestamp, client.now)})")
        w.row("Termination Grace Period", f"{meta.deletion_grace_period_seconds or 0}s")
    else:
        w.row("Status", status.phase)
    if status.reason:
        w.row("Reason", status.reason)
    if status.message:
        w.row("Message", status.message)
    profile = spec.security_context.seccomp_profile if spec.security_context is not None else None
    if profile is not None:
        w.row("SeccompProfile", profile.type)
        if profile.type == "Localhost":
            w.row("LocalhostProfile", profile.localhost_profile)
    w.row("IP", status.pod_ip)
    _addresses(w, status)
    owner = controlled_by(obj)
    if owner:
        w.row("Controlled By", owner)
    if status.nominated_node_name:
        w.row("NominatedNodeName", status.nominated_node_name)
    if spec.init_containers:
        containers(w, "Init Containers", spec.init_containers, status.init_container_statuses, obj)
    containers(w, "Containers", spec.containers, status.container_statuses, obj)
    _conditions(w, spec, status)
    volumes(w, spec.volumes)
    w.row("QoS Class", status.qos_class or qos_class(obj))
    w.labels("Node-Selectors", spec.node_selector)
    tolerations(w, spec.tolerations)
    spread(w, spec.topology_spread_constraints)


def _addresses(w: Writer, status: Any) -> None:
    if not status.pod_ips:
        w.row("IPs", "<none>")
        return
    w.line("IPs:")
    for each in status.pod_ips:
        w.row("IP", each.ip, 1)


def _conditions(w: Writer, spec: Any, status: Any) -> None:
    known = {each.type: each.status for each in status.conditions}
    if spec.readiness_gates:
        w.line("Readiness Gates:\n  Type\tStatus")
        for gate in spec.readiness_gates:
            w.line(f"{gate.condition_type} \t{known.get(gate.condition_type, '<none>')} ", 1)
    if status.conditions:
        w.line("Conditions:\n  Type\tStatus")
        for each in status.conditions:
            w.line(f"{each.type} \t{each.status} ", 1)
