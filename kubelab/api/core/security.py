"""With which rights processes run: kept and given back, but no process is simulated down to its rights.

Source: `k8s.io/api/core/v1` (``SecurityContext``, ``PodSecurityContext``).
"""

from kubelab.api.model import field, model


@model
class AppArmorProfile:
    """The AppArmor rules a container runs under.

    Attributes:
        type: the runtime's own rules, those of a file of the node, or none.
        localhost_profile: which file, for the type ``Localhost``.
    """

    type: str = field(
        default="", always=True, go="v1.AppArmorProfileType", values=("Unconfined", "RuntimeDefault", "Localhost")
    )
    localhost_profile: str | None = None


@model
class Capabilities:
    """Linux capabilities that are added to and taken from those a container has anyway.

    Attributes:
        add: such as ``NET_ADMIN``.
        drop: such as ``ALL``.
    """

    add: tuple[str, ...] = field(default=(), go="[]v1.Capability")
    drop: tuple[str, ...] = field(default=(), go="[]v1.Capability")


@model
class SELinuxOptions:
    """The SELinux label of a container.

    Attributes:
        user: the user of the label.
        role: the role of the label.
        type: the type of the label.
        level: the level of the label.
    """

    user: str = ""
    role: str = ""
    type: str = ""
    level: str = ""


@model
class SeccompProfile:
    """Which system calls a container may make.

    Attributes:
        type: the runtime's own rules, those of a file of the node, or none.
        localhost_profile: which file, for the type ``Localhost``.
    """

    type: str = field(
        default="", always=True, go="v1.SeccompProfileType", values=("Unconfined", "RuntimeDefault", "Localhost")
    )
    localhost_profile: str | None = None


@model
class WindowsSecurityContextOptions:
    """Under whose name a Windows container runs.

    Attributes:
        gmsa_credential_spec_name: the name of a group managed account.
        gmsa_credential_spec: the account itself, filled in by a webhook.
        run_as_user_name: the user name of its first process.
        host_process: whether it runs on the node itself, in no container.
    """

    gmsa_credential_spec_name: str | None = None
    gmsa_credential_spec: str | None = None
    run_as_user_name: str | None = None
    host_process: bool | None = None


@model
class SecurityContext:
    """With which rights one container runs; goes before what its Pod says.

    Attributes:
        capabilities: Linux capabilities to add and drop.
        privileged: whether it may do what root on the node may.
        se_linux_options: its SELinux label.
        windows_options: for Windows.
        run_as_user: the user id of its first process.
        run_as_group: the group id of its first process.
        run_as_non_root: refuses to start it where it would run as root.
        read_only_root_filesystem: whether its own files cannot be changed.
        allow_privilege_escalation: whether a process may get more rights than the one that started it.
        proc_mount: how much of /proc it sees.
        seccomp_profile: which system calls are allowed.
        app_armor_profile: which AppArmor rules hold.
    """

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
    """A kernel parameter of the Pod's namespaces.

    Attributes:
        name: of the parameter.
        value: of the parameter.
    """

    name: str = field(default="", always=True)
    value: str = field(default="", always=True)


@model
class PodSecurityContext:
    """With which rights the containers of a Pod run, and who owns its volumes.

    Attributes:
        se_linux_options: the SELinux label of all containers.
        windows_options: for Windows.
        run_as_user: the user id of their first processes.
        run_as_group: the group id of their first processes.
        run_as_non_root: refuses to start a container that would run as root.
        supplemental_groups: further groups.
        supplemental_groups_policy: whether those of the image count, too.
        fs_group: the group that owns the files of volumes.
        sysctls: kernel parameters.
        fs_group_change_policy: whether owners are set at each mount, or only where they are wrong.
        seccomp_profile: which system calls are allowed.
        app_armor_profile: which AppArmor rules hold.
        se_linux_change_policy: how volumes get their SELinux label.
    """

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
