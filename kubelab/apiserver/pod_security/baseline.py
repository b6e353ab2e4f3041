"""The checks of the level ``baseline``: nothing that is known to lead from a container to its node.

In Kubernetes: `k8s.io/pod-security-admission/policy` (``check_*.go`` of that level).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kubelab.api.core.pod import PodSpec
from kubelab.api.core.security import SELinuxOptions
from kubelab.api.validation.go_value import go_value
from kubelab.apiserver.pod_security.wording import (
    Check,
    Finding,
    containers_of,
    in_user_namespace,
    listed,
    plural,
    quoted,
    setters,
    uses,
)

APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
PROFILES = ("Localhost", "RuntimeDefault")
"""The kinds of seccomp and AppArmor profiles that protect."""

_CAPABILITIES = frozenset(
    {
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"),
        *("SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    }
)
_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t"})
_SYSCTLS = (
    (0, "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range"),
    (0, "net.ipv4.ip_unprivileged_port_start"),
    (27, "net.ipv4.ip_local_reserved_ports"),
    (29, "net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl"),
    (29, "net.ipv4.tcp_keepalive_probes"),
    (32, "net.ipv4.tcp_rmem net.ipv4.tcp_wmem"),
)


def app_armor(annotations: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """No container goes without the AppArmor profile of its runtime."""

    def bad(context: Any) -> str | None:
        profile = None if context is None else context.app_armor_profile
        return None if profile is None or profile.type in PROFILES else profile.type

    found = {c.name: kind for c in containers_of(spec) if (kind := bad(c.security_context)) is not None}
    of_pod = bad(spec.security_context)
    old = [
        f"{key}={go_value(value)}"
        for key, value in sorted(annotations.items())
        if key.startswith(APP_ARMOR) and value not in ("", "runtime/default") and not value.startswith("localhost/")
    ]
    who = [text for text in (setters(of_pod is not None, found),) if text]
    if old:
        who.append(plural("annotation", len(old)))
    if not who:
        return None
    values = [*sorted({*found.values(), *([] if of_pod is None else [of_pod])}), *old]
    detail = f"{' and '.join(who)} must not set AppArmor profile type to {quoted(values)}"
    return Finding(plural("forbidden AppArmor profile", len(values)), detail)


def capabilities(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """Nothing is added to what a runtime gives by default."""
    added: dict[str, list[str]] = {}
    for container in containers_of(spec):
        context = container.security_context
        if context is not None and context.capabilities is not None:
            beyond = [name for name in context.capabilities.add if name not in _CAPABILITIES]
            if beyond:
                added[container.name] = beyond
    if not added:
        return None
    names = sorted({name for beyond in added.values() for name in beyond})
    detail = f"{listed('container', added)} must not include {quoted(names)} in securityContext.capabilities.add"
    return Finding("non-default capabilities", detail)


def host_namespaces(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """A Pod sees neither the network nor the processes nor the messages of its node."""
    shared = (("hostNetwork", spec.host_network), ("hostPID", spec.host_pid), ("hostIPC", spec.host_ipc))
    found = [f"{name}=true" for name, used in shared if used]
    return Finding("host namespaces", ", ".join(found)) if found else None


def host_path_volumes(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """A Pod has no paths of its node."""
    found = [volume.name for volume in spec.volumes if volume.host_path is not None]
    return Finding("hostPath volumes", listed("volume", found)) if found else None


def host_ports(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """A Pod takes no ports of its node."""
    found = {c.name: [str(p.host_port) for p in c.ports if p.host_port] for c in containers_of(spec)}
    found = {name: ports for name, ports in found.items() if ports}
    if not found:
        return None
    ports = sorted({port for taken in found.values() for port in taken})
    detail = f"{listed('container', found)} {uses(len(found))} {plural('hostPort', len(ports))} {', '.join(ports)}"
    return Finding("hostPort", detail)


def probe_hosts(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """A kubelet is not made to ask others than the Pod itself."""
    found: dict[str, set[str]] = {}
    for container in containers_of(spec):
        hosts = set(_hosts(container))
        if hosts:
            found[container.name] = hosts
    if not found:
        return None
    hosts = {host for named in found.values() for host in named}
    what = f"{plural('probe or lifecycle host', len(hosts))} {quoted(sorted(hosts))}"
    return Finding("probe or lifecycle host", f"{listed('container', sorted(found))} {uses(len(found))} {what}")


def _hosts(container: Any) -> Iterator[str]:
    lifecycle = container.lifecycle
    hooks = () if lifecycle is None else (lifecycle.post_start, lifecycle.pre_stop)
    for asked in (container.liveness_probe, container.readiness_probe, container.startup_probe, *hooks):
        for way in () if asked is None else (asked.http_get, asked.tcp_socket):
            if way is not None and way.host:
                yield way.host


def privileged(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """No container is privileged."""
    found = [c.name for c in containers_of(spec) if c.security_context is not None and c.security_context.privileged]
    if not found:
        return None
    return Finding("privileged", f"{listed('container', found)} must not set securityContext.privileged=true")


def proc_mount(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """/proc is masked as runtimes do by default."""
    found = {
        c.name: c.security_context.proc_mount
        for c in containers_of(spec)
        if c.security_context is not None and c.security_context.proc_mount not in (None, "Default")
    }
    if not found:
        return None
    kinds = quoted(sorted(set(found.values())))
    return Finding("procMount", f"{listed('container', found)} must not set securityContext.procMount to {kinds}")


def proc_mount_of_users(annotations: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """As `proc_mount`, unless the Pod's users are none of its node."""
    return None if in_user_namespace(spec) else proc_mount(annotations, spec)


def _se_linux(types: frozenset[str]) -> Check:
    def check(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
        """SELinux knows a container for one."""

        def options(context: Any) -> SELinuxOptions | None:
            chosen: SELinuxOptions | None = None if context is None else context.se_linux_options
            wrong = chosen is not None and (chosen.type not in types or chosen.user or chosen.role)
            return chosen if wrong else None

        of_pod = options(spec.security_context)
        found = {c.name: chosen for c in containers_of(spec) if (chosen := options(c.security_context)) is not None}
        who = setters(of_pod is not None, found)
        if not who:
            return None
        all_set = [*([] if of_pod is None else [of_pod]), *found.values()]
        kinds = sorted({chosen.type for chosen in all_set} - types)
        what = [*([listed("type", kinds)] if kinds else [])]
        what += [f"{part} may not be set" for part in ("user", "role") if any(getattr(o, part) for o in all_set)]
        detail = f"{who} set forbidden securityContext.seLinuxOptions: {'; '.join(what)}"
        return Finding("seLinuxOptions", detail)

    return check


def seccomp_annotations(annotations: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """System calls are filtered, as it was said before there were fields for it."""
    keys = [SECCOMP_POD, *(f"{SECCOMP_CONTAINER}{c.name}" for c in containers_of(spec))]
    found = {
        f"{key}={go_value(value)}"
        for key in keys
        if (value := annotations.get(key)) is not None
        and value not in ("runtime/default", "docker/default")
        and not value.startswith("localhost/")
    }
    if not found:
        return None
    return Finding("seccompProfile", f"forbidden {plural('annotation', len(found))} {', '.join(sorted(found))}")


def seccomp(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """System calls are not unfiltered by wish."""
    of_pod = unfiltered(spec.security_context)
    found = {c.name: kind for c in containers_of(spec) if (kind := unfiltered(c.security_context)) is not None}
    who = setters(of_pod is not None, found)
    if not who:
        return None
    kinds = quoted(sorted({*found.values(), *([] if of_pod is None else [of_pod])}))
    return Finding("seccompProfile", f"{who} must not set securityContext.seccompProfile.type to {kinds}")


def unfiltered(context: Any) -> str | None:
    """The kind of seccomp profile that is asked for and does not protect, if there is one."""
    profile = None if context is None else context.seccomp_profile
    return None if profile is None or profile.type in PROFILES else str(profile.type)


def _sysctls(minor: int) -> Check:
    allowed = frozenset(name for since, names in _SYSCTLS if since <= minor for name in names.split())

    def check(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
        """Only settings of the kernel are changed that concern the Pod alone."""
        context = spec.security_context
        found = [s.name for s in (() if context is None else context.sysctls) if s.name not in allowed]
        return Finding("forbidden sysctls", ", ".join(found)) if found else None

    return check


def windows_host_process(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """No container is a process of its Windows node."""

    def asks(context: Any) -> bool:
        options = None if context is None else context.windows_options
        return options is not None and bool(options.host_process)

    found = [c.name for c in containers_of(spec) if asks(c.security_context)]
    who = setters(asks(spec.security_context), found)
    if not who:
        return None
    return Finding("hostProcess", f"{who} must not set securityContext.windowsOptions.hostProcess=true")


CHECKS: dict[str, tuple[tuple[int, Check], ...]] = {
    "appArmorProfile": ((0, app_armor),),
    "capabilities_baseline": ((0, capabilities),),
    "hostNamespaces": ((0, host_namespaces),),
    "hostPathVolumes": ((0, host_path_volumes),),
    "hostPorts": ((0, host_ports),),
    "hostProbesAndHostLifecycle": ((34, probe_hosts),),
    "privileged": ((0, privileged),),
    "procMount": ((0, proc_mount), (35, proc_mount_of_users)),
    "seLinuxOptions": ((0, _se_linux(_TYPES)), (31, _se_linux(_TYPES | {"container_engine_t"}))),
    "seccompProfile_baseline": ((0, seccomp_annotations), (19, seccomp)),
    "sysctls": tuple((since, _sysctls(since)) for since in (0, 27, 29, 32)),
    "windowsHostProcess": ((0, windows_host_process),),
}
"""Each check by its name, with the versions 1.N from which it is the one that counts."""
