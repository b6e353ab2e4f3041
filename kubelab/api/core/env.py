"""FILL module."""

from kubelab.api.core.reference import LocalObjectReference
from kubelab.api.core.volume import ObjectFieldSelector, ResourceFieldSelector
from kubelab.api.model import field, model


@model
class ConfigMapKeySelector(LocalObjectReference):
    """FILL ConfigMapKeySelector."""

    key: str = field(default="", always=True)
    optional: bool | None = None


@model
class FileKeySelector:
    """FILL FileKeySelector."""

    volume_name: str = field(default="", always=True)
    path: str = field(default="", always=True)
    key: str = field(default="", always=True)
    optional: bool | None = None


@model
class SecretKeySelector(LocalObjectReference):
    """FILL SecretKeySelector."""

    key: str = field(default="", always=True)
    optional: bool | None = None


@model
class EnvVarSource:
    """FILL EnvVarSource."""

    field_ref: ObjectFieldSelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    config_map_key_ref: ConfigMapKeySelector | None = None
    secret_key_ref: SecretKeySelector | None = None
    file_key_ref: FileKeySelector | None = None


@model
class EnvVar:
    """FILL EnvVar."""

    name: str = field(default="", always=True)
    value: str = ""
    value_from: EnvVarSource | None = None


@model
class ConfigMapEnvSource(LocalObjectReference):
    """FILL ConfigMapEnvSource."""

    optional: bool | None = None


@model
class SecretEnvSource(LocalObjectReference):
    """FILL SecretEnvSource."""

    optional: bool | None = None


@model
class EnvFromSource:
    """FILL EnvFromSource."""

    prefix: str = ""
    config_map_ref: ConfigMapEnvSource | None = None
    secret_ref: SecretEnvSource | None = None
