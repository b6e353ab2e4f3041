"""Checks of a container's environment variables.

In Kubernetes: `ValidateEnv`, `ValidateEnvFrom` with relaxed names (the default since 1.34).
"""

from kubelab.api.core.env import (
    ConfigMapKeySelector,
    EnvFromSource,
    EnvVar,
    EnvVarSource,
    FileKeySelector,
    SecretKeySelector,
)
from kubelab.api.validation import names
from kubelab.api.validation.core.paths import no_backsteps
from kubelab.api.validation.core.references import ENV_FIELDS, container_resource, object_field
from kubelab.api.validation.field_error import Errors, invalid, messages, required

_ONE_OF = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"


def variables(given: tuple[EnvVar, ...], path: str) -> Errors:
    """What is wrong with the variables that a container names one by one."""
    for index, variable in enumerate(given):
        here = f"{path}[{index}]"
        if not variable.name:
            yield required(f"{here}.name")
        else:
            yield from messages(f"{here}.name", variable.name, names.env_name(variable.name))
        if variable.value_from is not None:
            yield from _value_from(variable.value_from, variable.value, f"{here}.valueFrom")


def _value_from(source: EnvVarSource, value: str, path: str) -> Errors:
    count = 0
    if source.field_ref is not None:
        count += 1
        yield from object_field(source.field_ref, ENV_FIELDS, f"{path}.fieldRef")
    if source.resource_field_ref is not None:
        count += 1
        yield from container_resource(source.resource_field_ref, f"{path}.resourceFieldRef", in_volume=False)
    if source.config_map_key_ref is not None:
        count += 1
        yield from _key(source.config_map_key_ref, f"{path}.configMapKeyRef")
    if source.secret_key_ref is not None:
        count += 1
        yield from _key(source.secret_key_ref, f"{path}.secretKeyRef")
    if source.file_key_ref is not None:
        count += 1
        yield from _file_key(source.file_key_ref, f"{path}.fileKeyRef")
    if count == 0:
        yield invalid(path, "", _ONE_OF)
    elif value:
        yield invalid(path, "", "may not be specified when `value` is not empty")
    elif count > 1:
        yield invalid(path, "", "may not have more than one field specified at a time")


def _key(selector: ConfigMapKeySelector | SecretKeySelector, path: str) -> Errors:
    yield from names.subdomain_errors(f"{path}.name", selector.name)
    if not selector.key:
        yield required(f"{path}.key")
    else:
        yield from messages(f"{path}.key", selector.key, names.config_key(selector.key))


def _file_key(selector: FileKeySelector, path: str) -> Errors:
    if not selector.key:
        yield required(f"{path}.key")
    else:
        yield from messages(f"{path}.key", selector.key, names.env_name(selector.key))
    if not selector.volume_name:
        yield required(f"{path}.volumeName")
    else:
        yield from names.label_errors(f"{path}.volumeName", selector.volume_name)
    if not selector.path:
        yield required(f"{path}.path")
    else:
        yield from no_backsteps(f"{path}.path", selector.path)


def sources(given: tuple[EnvFromSource, ...], path: str) -> Errors:
    """What is wrong with the objects of which a container takes all keys as variables."""
    for index, source in enumerate(given):
        here = f"{path}[{index}]"
        if source.prefix:
            yield from messages(f"{here}.prefix", source.prefix, names.env_name(source.prefix))
        references = {"configMapRef": source.config_map_ref, "secretRef": source.secret_ref}
        for field, reference in references.items():
            if reference is None:
                continue
            if not reference.name:
                yield required(f"{here}.{field}.name")
            else:
                texts = names.is_subdomain(reference.name, prefix=True)
                yield from messages(f"{here}.{field}.name", reference.name, texts)
        count = sum(reference is not None for reference in references.values())
        if count == 0:
            yield invalid(path, "", "must specify one of: `configMapRef` or `secretRef`")
        elif count > 1:
            yield invalid(path, "", "may not have more than one field specified at a time")
