"""The checks of the level ``restricted``: what hardens a Pod, besides all of ``baseline``.

In Kubernetes: `k8s.io/pod-security-admission/policy` (``check_*.go`` of that level).
"""

from collections.abc import Mapping
from typing import Any

from kubelab.api.core.pod import PodSpec
from kubelab.apiserver.pod_security.baseline import proc_mount, seccomp
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

_VOLUMES = (
    *("config_map", "csi", "downward_api", "empty_dir", "ephemeral", "image"),
    *("persistent_volume_claim", "projected", "secret"),
)
_OTHER_VOLUMES = {
    "host_path": "hostPath",
    "gce_persistent_disk": "gcePersistentDisk",
    "aws_elastic_block_store": "awsElasticBlockStore",
    "git_repo": "gitRepo",
    "nfs": "nfs",
    "iscsi": "iscsi",
    "glusterfs": "glusterfs",
    "rbd": "rbd",
    "flex_volume": "flexVolume",
    "cinder": "cinder",
    "cephfs": "cephfs",
    "flocker": "flocker",
    "fc": "fc",
    "azure_file": "azureFile",
    "vsphere_volume": "vsphereVolume",
    "quobyte": "quobyte",
    "azure_disk": "azureDisk",
    "photon_persistent_disk": "photonPersistentDisk",
    "portworx_volume": "portworxVolume",
    "scale_io": "scaleIO",
    "storageos": "storageos",
}


def privilege_escalation(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """No process gets more rights than the one that started it."""
    found = [
        c.name
        for c in containers_of(spec)
        if c.security_context is None or c.security_context.allow_privilege_escalation is not False
    ]
    if not found:
        return None
    what = "must set securityContext.allowPrivilegeEscalation=false"
    return Finding("allowPrivilegeEscalation != false", f"{listed('container', found)} {what}")


def capabilities(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """All capabilities are given back, and at most one is taken."""
    kept: list[str] = []
    added: dict[str, list[str]] = {}
    for container in containers_of(spec):
        given = None if container.security_context is None else container.security_context.capabilities
        if given is None or "ALL" not in given.drop:
            kept.append(container.name)
        beyond = [] if given is None else [name for name in given.add if name != "NET_BIND_SERVICE"]
        if beyond:
            added[container.name] = beyond
    details = []
    if kept:
        details.append(f'{listed("container", kept)} must set securityContext.capabilities.drop=["ALL"]')
    if added:
        names = quoted(sorted({name for beyond in added.values() for name in beyond}))
        details.append(f"{listed('container', added)} must not include {names} in securityContext.capabilities.add")
    return Finding("unrestricted capabilities", "; ".join(details)) if details else None


def volumes(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """Volumes hold what the cluster gives, and nothing from elsewhere."""
    found = {
        volume.name: next((word for name, word in _OTHER_VOLUMES.items() if _holds(volume, name)), "unknown")
        for volume in spec.volumes
        if not any(_holds(volume, name) for name in _VOLUMES)
    }
    if not found:
        return None
    kinds = sorted(set(found.values()))
    what = f"{plural('restricted volume type', len(kinds))} {quoted(kinds)}"
    return Finding("restricted volume types", f"{listed('volume', found)} {uses(len(found))} {what}")


def _holds(volume: Any, source: str) -> bool:
    return getattr(volume, source, None) is not None


def run_as_non_root(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """It is said that no container runs as root."""
    of_pod = None if spec.security_context is None else spec.security_context.run_as_non_root
    said = {c.name: _non_root(c) for c in containers_of(spec)}
    who = setters(of_pod is False, (name for name, value in said.items() if value is False))
    if who:
        return Finding("runAsNonRoot != true", f"{who} must not set securityContext.runAsNonRoot=false")
    silent = [] if of_pod else [name for name, value in said.items() if value is None]
    if not silent:
        return None
    detail = f"pod or {listed('container', silent)} must set securityContext.runAsNonRoot=true"
    return Finding("runAsNonRoot != true", detail)


def _non_root(container: Any) -> bool | None:
    context = container.security_context
    value: bool | None = None if context is None else context.run_as_non_root
    return value


def run_as_user(_: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """Nobody asks for the user 0."""

    def root(context: Any) -> bool:
        return context is not None and context.run_as_user == 0

    found = [c.name for c in containers_of(spec) if root(c.security_context)]
    who = setters(root(spec.security_context), found)
    return Finding("runAsUser=0", f"{who} must not set runAsUser=0") if who else None


def seccomp_profile(annotations: Mapping[str, str], spec: PodSpec) -> Finding | None:
    """It is said that system calls are filtered."""
    wrong = seccomp(annotations, spec)
    if wrong is not None:
        return wrong
    if spec.security_context is not None and spec.security_context.seccomp_profile is not None:
        return None
    silent = [
        c.name for c in containers_of(spec) if c.security_context is None or c.security_context.seccomp_profile is None
    ]
    if not silent:
        return None
    what = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return Finding("seccompProfile", f"pod or {listed('container', silent)} {what}")


def _on_linux(check: Check) -> Check:
    def checked(annotations: Mapping[str, str], spec: PodSpec) -> Finding | None:
        windows = spec.os is not None and spec.os.name == "windows"
        return None if windows else check(annotations, spec)

    return checked


def _with_users_of_node(check: Check) -> Check:
    def checked(annotations: Mapping[str, str], spec: PodSpec) -> Finding | None:
        return None if in_user_namespace(spec) else check(annotations, spec)

    return checked


CHECKS: dict[str, tuple[tuple[int, Check], ...]] = {
    "allowPrivilegeEscalation": ((8, privilege_escalation), (25, _on_linux(privilege_escalation))),
    "capabilities_restricted": ((22, capabilities), (25, _on_linux(capabilities))),
    "procMount_restricted": ((35, proc_mount),),
    "restrictedVolumes": ((0, volumes),),
    "runAsNonRoot": ((0, run_as_non_root), (35, _with_users_of_node(run_as_non_root))),
    "runAsUser": ((23, run_as_user), (35, _with_users_of_node(run_as_user))),
    "seccompProfile_restricted": ((19, seccomp_profile), (25, _on_linux(seccomp_profile))),
}
"""Each check by its name, with the versions 1.N from which it is the one that counts."""

INSTEAD_OF = {
    "capabilities_restricted": "capabilities_baseline",
    "procMount_restricted": "procMount",
    "restrictedVolumes": "hostPathVolumes",
    "seccompProfile_restricted": "seccompProfile_baseline",
}
"""Which check of ``baseline`` is left out where one of these is made."""
