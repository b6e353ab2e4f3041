"""Containers and Pod templates.

Source: kubectl `pkg/describe/describe.go` (``describeContainers``, ``DescribePodTemplate``).
"""

from collections.abc import Sequence
from typing import Any

from kubelab.api.quantity import milli
from kubelab.kubectl.describe.volumes import volumes
from kubelab.kubectl.describe.writer import Writer, go_list, moment, or_none, plain_truth, truth
from kubelab.views.printers.cells import selector


def pod_template(w: Writer, template: Any, cause: str = "") -> None:
    """A Pod template; `cause` is the change-cause of the revision it belongs to."""
    w.line("Pod Template:")
    if template is None:
        w.write("<unset>", 1)
        return
    meta, spec = template.metadata, template.spec
    w.labels("Labels", meta.labels, "  ")
    annotations = dict(meta.annotations)
    if cause:
        annotations["kubernetes.io/change-cause"] = cause
    if annotations:
        w.annotations("  Annotations", annotations)
    if spec.service_account_name:
        w.row("Service Account", spec.service_account_name, 1)
    if spec.init_containers:
        containers(w, "Init Containers", spec.init_containers, (), None, "  ")
    containers(w, "Containers", spec.containers, (), None, "  ")
    volumes(w, spec.volumes, "  ")
    spread(w, spec.topology_spread_constraints, "  ")
    if spec.priority_class_name:
        w.row("Priority Class Name", spec.priority_class_name, 1)
    w.labels("Node-Selectors", spec.node_selector, "  ")
    tolerations(w, spec.tolerations, "  ")


def spread(w: Writer, constraints: Sequence[Any], indent: str = "") -> None:
    """Topology spread constraints."""
    lines = []
    for each in sorted(constraints, key=lambda found: found.topology_key):
        text = f"{each.topology_key}:{each.when_unsatisfiable} when max skew {each.max_skew} is exceeded"
        lines.append(text + (f" for selector {selector(each.label_selector)}" if each.label_selector else ""))
    if lines:
        w.values("Topology Spread Constraints", lines, indent)


def tolerations(w: Writer, listed: Sequence[Any], indent: str = "") -> None:
    """Tolerations, in the order of their keys."""
    lines = []
    for each in sorted(listed, key=lambda found: found.key):
        text = each.key + (f"={each.value}" if each.value else "") + (f":{each.effect}" if each.effect else "")
        if each.operator == "Exists" and not each.value:
            text += " op=Exists" if text else "op=Exists"
        if each.toleration_seconds is not None:
            text += f" for {each.toleration_seconds}s"
        lines.append(text)
    w.values("Tolerations", lines, indent)


def containers(
    w: Writer, title: str, listed: Sequence[Any], statuses: Sequence[Any], pod: Any | None, indent: str = ""
) -> None:
    """Containers, with their statuses where they are known."""
    known = {status.name: status for status in statuses}
    w.line(f"{indent}{title}:{'' if listed else ' <none>'}")
    for container in listed:
        status = known.get(container.name)
        _basics(w, container, status, indent)
        for label, words in (("Command", container.command), ("Args", container.args)):
            if words:
                w.line(f"{label}:", 2)
                for word in words:
                    for line in word.split("\n"):
                        w.line(line, 3)
        if status is not None:
            _state(w, "State", status.state)
            if status.last_state.terminated is not None:
                _state(w, "Last State", status.last_state)
            w.row("Ready", truth(status.ready), 2)
            w.row("Restart Count", status.restart_count, 2)
        resources(w, container.resources, 2)
        for label, found in (
            ("Liveness", container.liveness_probe),
            ("Readiness", container.readiness_probe),
            ("Startup", container.startup_probe),
        ):
            if found is not None:
                w.row(label, probe(found), 2)
        if container.env_from:
            _env_from(w, container.env_from)
        _env(w, container, pod)
        _mounts(w, container)


def _basics(w: Writer, container: Any, status: Any | None, indent: str) -> None:
    w.line(f"{' ' if indent else ''}{container.name}:", 1)
    if status is not None:
        w.row("Container ID", status.container_id, 2)
    w.row("Image", container.image, 2)
    if status is not None:
        w.row("Image ID", status.image_id, 2)
    for label, attribute in (("Port", "container_port"), ("Host Port", "host_port")):
        listed = [
            f"{getattr(port, attribute)}/{port.protocol}" + (f" ({port.name})" if port.name else "")
            for port in container.ports
        ]
        w.row(f"{label}{'s' if len(listed) > 1 else ''}", or_none(", ".join(listed)), 2)
    context = container.security_context
    if context is not None and context.seccomp_profile is not None:
        w.row("SeccompProfile", context.seccomp_profile.type, 2)
        if context.seccomp_profile.type == "Localhost":
            w.row("LocalhostProfile", context.seccomp_profile.localhost_profile, 3)


def _state(w: Writer, title: str, state: Any) -> None:
    if state.running is not None:
        w.row(title, "Running", 2)
        w.row("Started", moment(state.running.started_at), 3)
        return
    ended = state.terminated
    if state.waiting is None and ended is not None:
        w.row(title, "Terminated", 2)
        if ended.reason:
            w.row("Reason", ended.reason, 3)
        if ended.message:
            w.row("Message", ended.message, 3)
        w.row("Exit Code", ended.exit_code, 3)
        if ended.signal > 0:
            w.row("Signal", ended.signal, 3)
        w.row("Started", moment(ended.started_at), 3)
        w.row("Finished", moment(ended.finished_at), 3)
        return
    w.row(title, "Waiting", 2)
    if state.waiting is not None and state.waiting.reason:
        w.row("Reason", state.waiting.reason, 3)


def resources(w: Writer, found: Any | None, level: int) -> None:
    """Limits and requests."""
    if found is None:
        return
    for title, held in (("Limits", found.limits), ("Requests", found.requests)):
        if held:
            w.line(f"{title}:", level)
            for name in sorted(held):
                w.row(name, held[name], level + 1)


def probe(found: Any) -> str:
    """A probe in one line."""
    times = (
        f"delay={found.initial_delay_seconds}s timeout={found.timeout_seconds}s period={found.period_seconds}s "
        f"#success={found.success_threshold} #failure={found.failure_threshold}"
    )
    if found.exec is not None:
        return f"exec {go_list(found.exec.command)} {times}"
    if found.http_get is not None:
        asked = found.http_get
        path = asked.path if not asked.path or asked.path.startswith("/") else f"/{asked.path}"
        return f"http-get {asked.scheme.lower()}://{asked.host}:{asked.port}{path} {times}"
    if found.tcp_socket is not None:
        return f"tcp-socket {found.tcp_socket.host}:{found.tcp_socket.port} {times}"
    if found.grpc is not None:
        return f"grpc <pod>:{found.grpc.port} {found.grpc.service or ''} {times}"
    return f"unknown {times}"


def _env_from(w: Writer, listed: Sequence[Any]) -> None:
    w.line("Environment Variables from:", 2)
    for each in listed:
        held, sort = (
            (each.config_map_ref, "ConfigMap") if each.config_map_ref is not None else (each.secret_ref, "Secret")
        )
        prefix = f" with prefix '{each.prefix}'" if each.prefix else ""
        w.line(f"{held.name}\t{sort}{prefix}\tOptional: {plain_truth(held.optional)}", 3)


def _env(w: Writer, container: Any, pod: Any | None) -> None:
    w.line(f"Environment:{'' if container.env else chr(9) + '<none>'}", 2)
    for each in container.env:
        origin = each.value_from
        if origin is None:
            first, *others = each.value.split("\n")
            w.line(f"{each.name}:\t{first}", 3)
            for line in others:
                w.line(f"\t{line}", 3)
        elif origin.field_ref is not None:
            value = _field(pod, origin.field_ref.field_path) if pod is not None else ""
            w.line(f"{each.name}:\t{value} ({origin.field_ref.api_version}:{origin.field_ref.field_path})", 3)
        elif origin.resource_field_ref is not None:
            name = origin.resource_field_ref.resource
            w.line(f"{each.name}:\t{_resource(container, name)} ({name})", 3)
        elif origin.secret_key_ref is not None:
            ref = origin.secret_key_ref
            place = f"<set to the key '{ref.key}' in secret '{ref.name}'>"
            w.line(f"{each.name}:\t{place}\tOptional: {plain_truth(ref.optional)}", 3)
        elif origin.config_map_key_ref is not None:
            ref = origin.config_map_key_ref
            place = f"<set to the key '{ref.key}' of config map '{ref.name}'>"
            w.line(f"{each.name}:\t{place}\tOptional: {plain_truth(ref.optional)}", 3)


def _field(pod: Any, path: str) -> str:
    """What a field of a Pod says, as its containers see it."""
    meta, spec, status = pod.metadata, pod.spec, pod.status
    known = {
        "metadata.name": meta.name,
        "metadata.namespace": meta.namespace,
        "metadata.uid": meta.uid,
        "spec.nodeName": spec.node_name,
        "spec.serviceAccountName": spec.service_account_name,
    }
    if path in known:
        return str(known[path])
    for lead, held in (("metadata.labels", meta.labels), ("metadata.annotations", meta.annotations)):
        if path.startswith(f"{lead}["):
            return str(held.get(path[len(lead) + 2 : -2], ""))
    if path in ("status.podIP", "status.hostIP"):
        # Names of fields in status are not converted by kubectl.
        return str(status.pod_ip if path == "status.podIP" else status.host_ip) if path == "status.podIP" else ""
    return ""


def _resource(container: Any, name: str) -> str:
    sort, _, what = name.partition(".")
    held = container.resources.limits if sort == "limits" else container.resources.requests
    given = held.get(what)
    if given is None:
        return "node allocatable" if sort == "limits" else "0"
    return str(-(-milli(given) // 1000))


def _mounts(w: Writer, container: Any) -> None:
    w.line(f"Mounts:{'' if container.volume_mounts else chr(9) + '<none>'}", 2)
    for mount in sorted(container.volume_mounts, key=lambda each: each.mount_path):
        flags = "ro" if mount.read_only else "rw"
        flags += f',path="{mount.sub_path}"' if mount.sub_path else ""
        w.line(f"{mount.mount_path} from {mount.name} ({flags})", 3)
    if container.volume_devices:
        w.line("Devices:", 2)
        for device in sorted(container.volume_devices, key=lambda each: each.device_path):
            w.line(f"{device.device_path} from {device.name}", 3)
