"""Where a container's environment variables come from.

Source: `k8s.io/api/core/v1` (``EnvVar``, ``EnvFromSource``).
"""

from kubelab.api.core.projection import ObjectFieldSelector, ResourceFieldSelector
from kubelab.api.core.reference import LocalObjectReference
from kubelab.api.model import field, model


@model
class ConfigMapKeySelector(LocalObjectReference):
    """One key of a ConfigMap.

    Attributes:
        name: of the ConfigMap, in the Pod's namespace.
        key: whose value is taken.
        optional: whether the container may start although it is not there.
    """

    key: str = field(default="", always=True)
    optional: bool | None = None


@model
class FileKeySelector:
    """One key of a file of ``KEY=value`` lines in a volume.

    Attributes:
        volume_name: the volume with the file.
        path: the file in it.
        key: which line.
        optional: whether the container starts without it, too.
    """

    volume_name: str = field(default="", always=True)
    path: str = field(default="", always=True)
    key: str = field(default="", always=True)
    optional: bool | None = None


@model
class SecretKeySelector(LocalObjectReference):
    """One key of a Secret.

    Attributes:
        name: of the Secret, in the Pod's namespace.
        key: whose value is taken.
        optional: whether the container may start although it is not there.
    """

    key: str = field(default="", always=True)
    optional: bool | None = None


@model
class EnvVarSource:
    """Where a variable's value comes from; exactly one of its fields is set.

    Attributes:
        field_ref: a field of the Pod.
        resource_field_ref: what the container requests or may use of a resource.
        config_map_key_ref: a key of a ConfigMap.
        secret_key_ref: a key of a Secret.
        file_key_ref: a key of a file in a volume.
    """

    field_ref: ObjectFieldSelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    config_map_key_ref: ConfigMapKeySelector | None = None
    secret_key_ref: SecretKeySelector | None = None
    file_key_ref: FileKeySelector | None = None


@model
class EnvVar:
    """One environment variable.

    Attributes:
        name: of the variable.
        value: its text; ``$(OTHER)`` stands for a variable defined before it.
        value_from: where its text comes from, instead of `value`.
    """

    name: str = field(default="", always=True)
    value: str = ""
    value_from: EnvVarSource | None = None


@model
class ConfigMapEnvSource(LocalObjectReference):
    """All keys of a ConfigMap as variables.

    Attributes:
        name: of the ConfigMap, in the Pod's namespace.
        optional: whether the container may start although it is not there.
    """

    optional: bool | None = None


@model
class SecretEnvSource(LocalObjectReference):
    """All keys of a Secret as variables.

    Attributes:
        name: of the Secret, in the Pod's namespace.
        optional: whether the container may start although it is not there.
    """

    optional: bool | None = None


@model
class EnvFromSource:
    """A ConfigMap or Secret whose keys all become variables.

    Attributes:
        prefix: put before each key.
        config_map_ref: the ConfigMap.
        secret_ref: the Secret.
    """

    prefix: str = ""
    config_map_ref: ConfigMapEnvSource | None = None
    secret_ref: SecretEnvSource | None = None
