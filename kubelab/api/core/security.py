"""With which rights processes run: kept and given back, but no process is simulated down to its rights.

Source: `k8s.io/api/core/v1` (``SecurityContext``, ``PodSecurityContext``).
"""

from kubelab.api.model import field, model


@model
class AppArmorProfile:
    """The AppArmor rules a container runs under."""

    type: str = field(
        default="", always=True, go="v1.AppArmorProfileType", values=("Unconfined", "RuntimeDefault", "Localhost")
    )
    localhost_profile: str | None = None


@model
class Capabilities:
    """Linux capabilities that are added to and taken from those a container has anyway."""

    add: tuple[str, ...] = field(default=(), go="[]v1.Capability")
    drop: tuple[str, ...] = field(default=(), go="[]v1.Capability")


@model
class SELinuxOptions:
    """The SELinux label of a container."""

    user: str = ""
    role: str = ""
    type: str = ""
    level: str = ""


@model
class SeccompProfile:
    """Which system calls a container may make."""

    type: str = field(
        default="", always=True, go="v1.SeccompProfileType", values=("Unconfined", "RuntimeDefault", "Localhost")
    )
    localhost_profile: str | None = None


@model
class WindowsSecurityContextOptions:
    """Under whose name a Windows container runs."""

    gmsa_credential_spec_name: str | None = None
    gmsa_credential_spec: str | None = None
    run_as_user_name: str | None = None
    host_process: bool | None = None


@model
class SecurityContext:
    """With which rights one container runs; goes before what its Pod says."""

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
    """A kernel parameter of the Pod's namespaces."""

    name: str = field(default="", always=True)
    value: str = field(default="", always=True)


@model
class PodSecurityContext:
    """With which rights the containers of a Pod run, and who owns its volumes."""

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
