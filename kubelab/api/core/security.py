"""FILL module."""

from kubelab.api.model import field, model


@model
class AppArmorProfile:
    """FILL AppArmorProfile."""

    type: str = field(
        default="", always=True, go="v1.AppArmorProfileType", values=("Unconfined", "RuntimeDefault", "Localhost")
    )
    localhost_profile: str | None = None


@model
class Capabilities:
    """FILL Capabilities."""

    add: tuple[str, ...] = field(default=(), go="[]v1.Capability")
    drop: tuple[str, ...] = field(default=(), go="[]v1.Capability")


@model
class SELinuxOptions:
    """FILL SELinuxOptions."""

    user: str = ""
    role: str = ""
    type: str = ""
    level: str = ""


@model
class SeccompProfile:
    """FILL SeccompProfile."""

    type: str = field(
        default="", always=True, go="v1.SeccompProfileType", values=("Unconfined", "RuntimeDefault", "Localhost")
    )
    localhost_profile: str | None = None


@model
class WindowsSecurityContextOptions:
    """FILL WindowsSecurityContextOptions."""

    gmsa_credential_spec_name: str | None = None
    gmsa_credential_spec: str | None = None
    run_as_user_name: str | None = None
    host_process: bool | None = None


@model
class SecurityContext:
    """FILL SecurityContext."""

    capabilities: Capabilities | None = None
    privileged: bool | None = None
    se_linux_options: SELinuxOptions | None = None
    windows_options: WindowsSecurityContextOptions | None = None
    run_as_user: int | None = field(default=None, go="int64")
    run_as_group: int | None = field(default=None, go="int64")
    run_as_non_root: bool | None = None
    read_only_root_filesystem: bool | None = None
    allow_privilege_escalation: bool | None = None
    proc_mount: str | None = field(default=None, go="v1.ProcMountType", values=("Default", "Unmasked"))
    seccomp_profile: SeccompProfile | None = None
    app_armor_profile: AppArmorProfile | None = None


@model
class Sysctl:
    """FILL Sysctl."""

    name: str = field(default="", always=True)
    value: str = field(default="", always=True)


@model
class PodSecurityContext:
    """FILL PodSecurityContext."""

    se_linux_options: SELinuxOptions | None = None
    windows_options: WindowsSecurityContextOptions | None = None
    run_as_user: int | None = field(default=None, go="int64")
    run_as_group: int | None = field(default=None, go="int64")
    run_as_non_root: bool | None = None
    supplemental_groups: tuple[int, ...] = field(default=(), go="[]int64")
    supplemental_groups_policy: str | None = field(
        default=None, go="v1.SupplementalGroupsPolicy", values=("Merge", "Strict")
    )
    fs_group: int | None = field(default=None, go="int64")
    sysctls: tuple[Sysctl, ...] = ()
    fs_group_change_policy: str | None = field(
        default=None, go="v1.PodFSGroupChangePolicy", values=("OnRootMismatch", "Always")
    )
    seccomp_profile: SeccompProfile | None = None
    app_armor_profile: AppArmorProfile | None = None
    se_linux_change_policy: str | None = field(
        default=None, go="v1.PodSELinuxChangePolicy", values=("Recursive", "MountOption")
    )
