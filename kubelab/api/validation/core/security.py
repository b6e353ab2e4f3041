"""Checks of the security settings of Pods and containers.

In Kubernetes: `ValidateSecurityContext`, `validatePodSpecSecurityContext`, `validateWindowsSecurityContextOptions`.
Privileged containers are allowed, as kubeadm's clusters allow them.
"""

import re
from collections.abc import Iterator

from kubelab.api.core.container import Container, EphemeralContainer
from kubelab.api.core.pod import PodSpec
from kubelab.api.core.security import (
    AppArmorProfile,
    SeccompProfile,
    SecurityContext,
    Sysctl,
    WindowsSecurityContextOptions,
)
from kubelab.api.validation import names
from kubelab.api.validation.core.paths import descending
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    messages,
    not_supported,
    required,
    too_long,
)

_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
_SYSCTL = r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_NETBIOS = r'[^\\/:\*\?"<>|\.][^\\/:\*\?"<>|]{0,14}'
_DNS = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"

AnyContainer = Container | EphemeralContainer


def containers_of(spec: PodSpec, path: str) -> Iterator[tuple[AnyContainer, str]]:
    """All containers of a Pod with their paths: init containers, containers, ephemeral containers."""
    for index, init in enumerate(spec.init_containers):
        yield init, f"{path}.initContainers[{index}]"
    for index, container in enumerate(spec.containers):
        yield container, f"{path}.containers[{index}]"
    for index, ephemeral in enumerate(spec.ephemeral_containers):
        yield ephemeral, f"{path}.ephemeralContainers[{index}]"


def pod_security(spec: PodSpec, path: str) -> Errors:
    """What is wrong with the security settings of a Pod as a whole."""
    context = spec.security_context
    if spec.host_pid and spec.share_process_namespace:
        text = "ShareProcessNamespace and HostPID cannot both be enabled"
        sharing = invalid(f"{path}.shareProcessNamespace", True, text)
    else:
        sharing = None
    if context is None:
        return
    for field, number in (
        ("fsGroup", context.fs_group),
        ("runAsUser", context.run_as_user),
        ("runAsGroup", context.run_as_group),
    ):
        if number is not None:
            yield from messages(f"{path}.{field}", number, names.user_id(number))
    for index, group in enumerate(context.supplemental_groups):
        yield from messages(f"{path}.supplementalGroups[{index}]", group, names.user_id(group))
    if sharing is not None:
        yield sharing
    yield from _sysctls(context.sysctls, spec, f"{path}.sysctls")
    if context.fs_group_change_policy is not None:
        policies = ("Always", "OnRootMismatch")
        if context.fs_group_change_policy not in policies:
            yield not_supported(f"{path}.fsGroupChangePolicy", context.fs_group_change_policy, policies)
    yield from _seccomp(context.seccomp_profile, f"{path}.seccompProfile")
    yield from _windows_options(context.windows_options, f"{path}.windowsOptions")
    yield from _app_armor(context.app_armor_profile, f"{path}.appArmorProfile")
    policy = context.supplemental_groups_policy
    if policy is not None and policy not in ("Merge", "Strict"):
        yield not_supported(f"{path}.supplementalGroupsPolicy", policy, ("Merge", "Strict"))
    change = context.se_linux_change_policy
    if change is not None and change != "Recursive":
        yield not_supported(f"{path}.seLinuxChangePolicy", change, ("Recursive",))


def _sysctls(given: tuple[Sysctl, ...], spec: PodSpec, path: str) -> Errors:
    seen: set[str] = set()
    for index, sysctl in enumerate(given):
        here, name = f"{path}[{index}].name", sysctl.name
        if not name:
            yield required(here)
        elif len(name) > 253 or re.fullmatch(_SYSCTL, name) is None:
            yield invalid(here, name, f"must have at most 253 characters and match regex ^{_SYSCTL}$")
        elif name in seen:
            yield duplicate(here, name)
        normal = name.replace("/", ".")
        if spec.host_network and normal.startswith("net."):
            yield invalid(here, name, "may not be specified when 'hostNetwork' is true")
        elif spec.host_ipc and normal.startswith(("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")):
            yield invalid(here, name, "may not be specified when 'hostIPC' is true")
        seen.add(name)


def container_security(context: SecurityContext | None, path: str, host_users: bool) -> Errors:
    """What is wrong with the security settings of a container."""
    if context is None:
        return
    for field, number in (("runAsUser", context.run_as_user), ("runAsGroup", context.run_as_group)):
        if number is not None:
            yield from messages(f"{path}.{field}", number, names.user_id(number))
    if context.proc_mount is not None:
        if context.proc_mount not in ("Default", "Unmasked"):
            yield not_supported(f"{path}.procMount", context.proc_mount, ("Default", "Unmasked"))
        if host_users and context.proc_mount == "Unmasked":
            text = "`hostUsers` must be false to use `Unmasked`"
            yield invalid(f"{path}.procMount", context.proc_mount, text)
    yield from _seccomp(context.seccomp_profile, f"{path}.seccompProfile")
    if context.allow_privilege_escalation is False:
        what = "cannot set `allowPrivilegeEscalation` to false and"
        if context.privileged:
            yield invalid(path, context, f"{what} `privileged` to true")
        for capability in () if context.capabilities is None else context.capabilities.add:
            if capability == "CAP_SYS_ADMIN":
                yield invalid(path, context, f"{what} `capabilities.Add` CAP_SYS_ADMIN")
    yield from _windows_options(context.windows_options, f"{path}.windowsOptions")
    yield from _app_armor(context.app_armor_profile, f"{path}.appArmorProfile")


def _seccomp(profile: SeccompProfile | None, path: str) -> Errors:
    if profile is None:
        return
    if not profile.type:
        yield required(f"{path}.type", "type is required when seccompProfile is set")
    elif profile.type not in _PROFILES:
        yield not_supported(f"{path}.type", profile.type, _PROFILES)
    here = f"{path}.localhostProfile"
    if profile.type == "Localhost":
        if profile.localhost_profile is None:
            yield required(here, "must be set when seccomp type is Localhost")
        else:
            yield from descending(here, profile.localhost_profile)
    elif profile.localhost_profile is not None:
        yield invalid(here, profile, "can only be set when seccomp type is Localhost")


def _app_armor(profile: AppArmorProfile | None, path: str) -> Errors:
    if profile is None:
        return
    here, local = f"{path}.localhostProfile", profile.localhost_profile
    if profile.type == "Localhost":
        if local is None:
            yield required(here, "must be set when AppArmor type is Localhost")
            return
        if local.strip() != local:
            yield invalid(here, local, "must not be padded with whitespace")
        elif not local:
            yield required(here, "must be set when AppArmor type is Localhost")
        if len(local) > 4095:
            yield too_long(here, 4095)
    elif profile.type in _PROFILES:
        if local is not None:
            yield invalid(here, local, "can only be set when AppArmor type is Localhost")
    elif not profile.type:
        yield required(f"{path}.type", "type is required when appArmorProfile is set")
    else:
        yield not_supported(f"{path}.type", profile.type, _PROFILES)


def _windows_options(options: WindowsSecurityContextOptions | None, path: str) -> Errors:
    if options is None:
        return
    if options.gmsa_credential_spec_name is not None:
        yield from names.subdomain_errors(f"{path}.gmsaCredentialSpecName", options.gmsa_credential_spec_name)
    spec = options.gmsa_credential_spec
    if spec is not None and not spec:
        yield invalid(f"{path}.gmsaCredentialSpec", spec, "gmsaCredentialSpec cannot be an empty string")
    elif spec is not None and len(spec) > 64 * 1024:
        yield invalid(f"{path}.gmsaCredentialSpec", spec, "gmsaCredentialSpec size must be under 64 KiB")
    if options.run_as_user_name is not None:
        name = options.run_as_user_name
        for text in _windows_user(name):
            yield invalid(f"{path}.runAsUserName", name, text)


def _windows_user(name: str) -> Iterator[str]:
    if not name:
        yield "runAsUserName cannot be an empty string"
        return
    if re.search(r"[\x00-\x1f\x7f]", name):
        yield "runAsUserName cannot contain control characters"
        return
    if name.count("\\") > 1:
        yield "runAsUserName cannot contain more than one backslash"
        return
    domain, backslash, user = name.rpartition("\\")
    if len(domain) >= 256:
        yield "runAsUserName's Domain length must be under 256 characters"
    if backslash and re.fullmatch(_NETBIOS, domain) is None and re.fullmatch(_DNS, domain) is None:
        yield "runAsUserName's Domain doesn't match the NetBios nor the DNS format"
    if not user:
        yield "runAsUserName's User cannot be empty"
    elif len(user) > 104:
        yield "runAsUserName's User length must not be longer than 104 characters"
    if re.fullmatch(r"[\. ]+", user):
        yield "runAsUserName's User cannot contain only periods or spaces"
    if re.search(r'["/\\:;|=,\+\*\?<>@\[\]]', user):
        yield "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]"


def host_process(spec: PodSpec, path: str) -> Errors:
    """What is wrong with containers that are to run as processes of a Windows host."""
    context = spec.security_context
    options = None if context is None else context.windows_options
    pod_wide = None if options is None else options.host_process
    total = on_host = 0
    for container, here in containers_of(spec, path):
        total += 1
        own_options = None if container.security_context is None else container.security_context.windows_options
        own = None if own_options is None else own_options.host_process
        if pod_wide is not None and own is not None and pod_wide != own:
            shown = "true" if pod_wide else "false"
            text = f"pod hostProcess value must be identical if both are specified, was {shown}"
            yield invalid(f"{here}.securityContext.windowsOptions.hostProcess", own, text)
        on_host += bool(pod_wide if own is None else own)
    if not on_host:
        return
    if on_host != total:
        text = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
        yield invalid(path, "", text)
    if not spec.host_network:
        text = "hostNetwork must be true if pod contains any hostProcess containers"
        yield invalid(f"{path}.hostNetwork", False, text)


def host_users(spec: PodSpec, path: str) -> Errors:
    """What is wrong with a Pod that has users of its own."""
    if spec.host_users is not False or spec.security_context is None:
        return
    text = "when `hostUsers` is false"
    if spec.host_network:
        yield forbidden(f"{path}.hostNetwork", text)
    if spec.host_pid:
        yield forbidden(f"{path}.HostPID", text)
    if spec.host_ipc:
        yield forbidden(f"{path}.HostIPC", text)
    for container, here in containers_of(spec, path):
        if container.volume_devices:
            yield forbidden(f"{here}.volumeDevices", text)


def operating_system(spec: PodSpec, path: str) -> Errors:
    """What is wrong with a Pod for one operating system: settings that only another one has."""
    if spec.os is None:
        return
    if not spec.os.name:
        yield required(f"{path}.os.name")
    elif spec.os.name == "linux":
        yield from _linux(spec, path)
    elif spec.os.name == "windows":
        yield from _windows(spec, path)
    else:
        yield not_supported(f"{path}.os", spec.os.name, ("linux", "windows"))


def _linux(spec: PodSpec, path: str) -> Errors:
    text = "windows options cannot be set for a linux pod"
    if spec.security_context is not None and spec.security_context.windows_options is not None:
        yield forbidden(f"{path}.securityContext.windowsOptions", text)
    for container, here in containers_of(spec, path):
        if container.security_context is not None and container.security_context.windows_options is not None:
            yield forbidden(f"{here}.securityContext.windowsOptions", text)


def _windows(spec: PodSpec, path: str) -> Errors:
    text = "cannot be set for a windows pod"
    context = spec.security_context
    if context is not None:
        fields: dict[str, object] = {
            "securityContext.appArmorProfile": context.app_armor_profile,
            "securityContext.seLinuxOptions": context.se_linux_options,
            "hostUsers": spec.host_users,
            "hostPID": spec.host_pid or None,
            "hostIPC": spec.host_ipc or None,
            "securityContext.seccompProfile": context.seccomp_profile,
            "securityContext.fsGroup": context.fs_group,
            "securityContext.fsGroupChangePolicy": context.fs_group_change_policy,
            "securityContext.sysctls": context.sysctls or None,
            "shareProcessNamespace": spec.share_process_namespace,
            "securityContext.runAsUser": context.run_as_user,
            "securityContext.runAsGroup": context.run_as_group,
            "securityContext.supplementalGroups": context.supplemental_groups or None,
            "securityContext.supplementalGroupsPolicy": context.supplemental_groups_policy,
            "securityContext.seLinuxChangePolicy": context.se_linux_change_policy,
        }
        for field, value in fields.items():
            if value is not None:
                yield forbidden(f"{path}.{field}", text)
    for container, here in containers_of(spec, path):
        own = container.security_context
        if own is None:
            continue
        own_fields: dict[str, object] = {
            "appArmorProfile": own.app_armor_profile,
            "seLinuxOptions": own.se_linux_options,
            "seccompProfile": own.seccomp_profile,
            "capabilities": own.capabilities,
            "readOnlyRootFilesystem": own.read_only_root_filesystem,
            "privileged": own.privileged,
            "allowPrivilegeEscalation": own.allow_privilege_escalation,
            "procMount": own.proc_mount,
            "runAsUser": own.run_as_user,
            "runAsGroup": own.run_as_group,
        }
        for field, value in own_fields.items():
            if value is not None:
                yield forbidden(f"{here}.securityContext.{field}", text)
