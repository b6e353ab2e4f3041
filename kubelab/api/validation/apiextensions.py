"""Checks of CustomResourceDefinitions.

In Kubernetes: `apiextensions-apiserver/pkg/apis/apiextensions/validation`.

**Simplified:** the certificates of conversion webhooks are not checked, nor rules in CEL.
"""

from kubelab.api.apiextensions import (
    CustomResourceColumnDefinition,
    CustomResourceConversion,
    CustomResourceDefinition,
    CustomResourceDefinitionNames,
    CustomResourceDefinitionSpec,
    CustomResourceDefinitionStatus,
    CustomResourceDefinitionVersion,
    CustomResourceSubresources,
)
from kubelab.api.structural.form import schema_errors
from kubelab.api.validation import metadata, names
from kubelab.api.validation.field_error import (
    Errors,
    forbidden,
    immutable,
    invalid,
    messages,
    not_supported,
    required,
)

_NO_PATH = "must be a simple json path starting with ."
_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")


def custom_resource_definition(given: CustomResourceDefinition) -> Errors:
    """What is wrong with a new CustomResourceDefinition."""
    wanted = f"{given.spec.names.plural}.{given.spec.group}"

    def name_check(name: str, prefix: bool) -> names.Texts:
        texts = names.is_subdomain(name, prefix)
        return texts if name == wanted else (*texts, 'must be spec.names.plural+"."+spec.group')

    yield from metadata.object_meta(given.metadata, False, name_check)
    yield from _spec(given.spec)
    yield from _status(given)


def custom_resource_definition_update(new: CustomResourceDefinition, old: CustomResourceDefinition) -> Errors:
    """What is wrong with a changed CustomResourceDefinition: once it is served, its names stay."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _spec(new.spec)
    if _is_established(old.status):
        yield from immutable("spec.scope", new.spec.scope, old.spec.scope)
        yield from immutable("spec.names.kind", new.spec.names.kind, old.spec.names.kind)
    yield from immutable("spec.group", new.spec.group, old.spec.group)
    yield from immutable("spec.names.plural", new.spec.names.plural, old.spec.names.plural)
    yield from _status(new)


def custom_resource_definition_status_update(new: CustomResourceDefinition, old: CustomResourceDefinition) -> Errors:
    """What is wrong with the names that were accepted."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _names(new.status.accepted_names, "status.acceptedNames")


def _is_established(status: CustomResourceDefinitionStatus) -> bool:
    return any(condition.type == "Established" and condition.status == "True" for condition in status.conditions)


def _spec(spec: CustomResourceDefinitionSpec) -> Errors:
    if not spec.group:
        yield required("spec.group")
    elif texts := names.dns_subdomain(spec.group):
        yield invalid("spec.group", spec.group, ",".join(texts))
    elif "." not in spec.group:
        yield invalid("spec.group", spec.group, "should be a domain with at least one dot")
    if not spec.scope:
        yield required("spec.scope")
    elif spec.scope not in ("Cluster", "Namespaced"):
        yield not_supported("spec.scope", spec.scope, ("Cluster", "Namespaced"))
    yield from _versions(spec)
    for field, text in (
        ("plural", spec.names.plural),
        ("singular", spec.names.singular),
        ("kind", spec.names.kind),
        ("listKind", spec.names.list_kind),
    ):
        if not text:
            yield required(f"spec.names.{field}")
    yield from _names(spec.names, "spec.names")
    if spec.conversion is not None:
        yield from _conversion(spec.conversion, "spec.conversion")


def _versions(spec: CustomResourceDefinitionSpec) -> Errors:
    for index, version in enumerate(spec.versions):
        if version.schema is None or version.schema.open_apiv3_schema is None:
            yield required(f"spec.versions[{index}].schema.openAPIV3Schema")
    for index, version in enumerate(spec.versions):
        here = f"spec.versions[{index}]"
        if texts := names.dns_1035_label(version.name):
            yield invalid(f"{here}.name", version.name, ",".join(texts))
        yield from _version(version, here)
    if len({version.name for version in spec.versions}) != len(spec.versions):
        yield invalid("spec.versions", spec.versions, "must contain unique version names")
    if sum(version.storage for version in spec.versions) != 1:
        text = "must have exactly one version marked as storage version"
        yield invalid("spec.versions", spec.versions, text)


def _version(version: CustomResourceDefinitionVersion, path: str) -> Errors:
    if version.schema is not None and version.schema.open_apiv3_schema is not None:
        yield from schema_errors(version.schema.open_apiv3_schema, f"{path}.schema.openAPIV3Schema")
    warning, here = version.deprecation_warning, f"{path}.deprecationWarning"
    if warning is not None:
        if not version.deprecated:
            yield invalid(here, warning, "can only be set for deprecated versions")
        elif not warning:
            yield invalid(here, warning, "must not be an empty string")
        elif len(warning.encode()) > 256:
            yield invalid(here, warning, "must be <= 256 characters long")
    if version.subresources is not None:
        yield from _subresources(version.subresources, f"{path}.subresources")
    for index, column in enumerate(version.additional_printer_columns):
        yield from _column(column, f"{path}.additionalPrinterColumns[{index}]")


def _subresources(given: CustomResourceSubresources, path: str) -> Errors:
    scale = given.scale
    if scale is None:
        return
    for field, text, root in (
        ("specReplicasPath", scale.spec_replicas_path, ".spec."),
        ("statusReplicasPath", scale.status_replicas_path, ".status."),
    ):
        here = f"{path}.scale.{field}"
        if not text:
            yield required(here)
        elif not text.startswith("."):
            yield invalid(here, text, _NO_PATH)
        elif not text.startswith(root):
            yield invalid(here, text, f"should be a json path under {root.rstrip('.')}")
    label_path = scale.label_selector_path
    if label_path and not label_path.startswith((".spec.", ".status.")):
        text = "should be a json path under either .spec or .status"
        yield invalid(f"{path}.scale.labelSelectorPath", label_path, text)


def _column(column: CustomResourceColumnDefinition, path: str) -> Errors:
    if not column.name:
        yield required(f"{path}.name")
    text = f"must be one of {','.join(_COLUMN_TYPES)}"
    if not column.type:
        yield required(f"{path}.type", text)
    elif column.type not in _COLUMN_TYPES:
        yield invalid(f"{path}.type", column.type, text)
    if column.format and column.format not in _COLUMN_FORMATS:
        yield invalid(f"{path}.format", column.format, f"must be one of {','.join(_COLUMN_FORMATS)}")
    if not column.json_path:
        yield required(f"{path}.JSONPath")
    elif not column.json_path.startswith("."):
        yield invalid(f"{path}.JSONPath", column.json_path, _NO_PATH)


def _names(given: CustomResourceDefinitionNames, path: str) -> Errors:
    for field, text in (("plural", given.plural), ("singular", given.singular)):
        if text and (texts := names.dns_1035_label(text)):
            yield invalid(f"{path}.{field}", text, ",".join(texts))
    for field, text in (("kind", given.kind), ("listKind", given.list_kind)):
        if text and (texts := names.dns_1035_label(text.lower())):
            detail = f"may have mixed case, but should otherwise match: {','.join(texts)}"
            yield invalid(f"{path}.{field}", text, detail)
    for index, text in enumerate(given.short_names):
        if texts := names.dns_1035_label(text):
            yield invalid(f"{path}.shortNames[{index}]", text, ",".join(texts))
    if given.kind and given.kind == given.list_kind:
        yield invalid(f"{path}.listKind", given.list_kind, "kind and listKind may not be the same")
    for index, text in enumerate(given.categories):
        if texts := names.dns_1035_label(text):
            yield invalid(f"{path}.categories[{index}]", text, ",".join(texts))


def _conversion(given: CustomResourceConversion, path: str) -> Errors:
    if not given.strategy:
        yield required(f"{path}.strategy")
    elif given.strategy not in ("None", "Webhook"):
        yield not_supported(f"{path}.strategy", given.strategy, ("None", "Webhook"))
    config = None if given.webhook is None else given.webhook.client_config
    reviews = () if given.webhook is None else given.webhook.conversion_review_versions
    here, versions = f"{path}.webhookClientConfig", f"{path}.conversionReviewVersions"
    if given.strategy != "Webhook":
        text = "should not be set when strategy is not set to Webhook"
        if config is not None:
            yield forbidden(here, text)
        if reviews:
            yield forbidden(versions, text)
        return
    if config is None:
        yield required(here, "required when strategy is set to Webhook")
    elif (config.url is None) == (config.service is None):
        yield required(here, "exactly one of url or service is required")
    if not reviews:
        yield required(versions)
        return
    for index, version in enumerate(reviews):
        if version in reviews[:index]:
            yield invalid(f"{versions}[{index}]", version, "duplicate version")
        else:
            yield from messages(f"{versions}[{index}]", version, names.dns_1035_label(version))
    if not {"v1", "v1beta1"} & set(reviews):
        yield invalid(versions, reviews, "must include at least one of v1, v1beta1")


def _status(given: CustomResourceDefinition) -> Errors:
    yield from _names(given.status.accepted_names, "status.acceptedNames")
    stored, path = given.status.stored_versions, "status.storedVersions"
    if not stored:
        yield invalid(path, stored, "must have at least one stored version")
        return
    known = {version.name for version in given.spec.versions}
    for version in given.spec.versions:
        if version.storage and version.name not in stored:
            yield invalid(path, stored, f"must have the storage version {version.name}")
    for index, name in enumerate(stored):
        if name not in known:
            text = (
                f"missing from spec.versions; {name} was previously a storage version, and must remain in "
                f"spec.versions until a storage migration ensures no data remains persisted in {name} and removes "
                f"{name} from status.storedVersions"
            )
            yield invalid(f"{path}[{index}]", name, text)
