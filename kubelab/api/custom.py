"""Kinds that a cluster learns at run time: what its CustomResourceDefinitions define, as entries of the table of kinds.

The objects of such a kind are of a class of their own, as those of every kind are: `metadata`, and a field for each
property at the root of the schema, which holds any JSON (``view.get("Widget", "default", "web").spec["size"]``).

Source: `k8s.io/apiextensions-apiserver/pkg/apiserver` (customresource_handler.go).

**Simplified:** all versions of a kind share the schema and the subresources of the version that is stored, and differ
in nothing but their ``apiVersion``: conversion webhooks are not asked. The name of a kind has to be free in all groups
of the cluster, not only in its own.
"""

import keyword
import re
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar

from kubelab.api import decode
from kubelab.api.apiextensions import CustomResourceDefinition, CustomResourceDefinitionVersion
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve, field, model
from kubelab.api.scalars import FrozenMap, Json
from kubelab.api.scheme import Kind, Vocabulary, by_kind, vocabulary
from kubelab.api.shape import Field, fields
from kubelab.api.structural.defaulting import defaulted
from kubelab.api.structural.validation import checked
from kubelab.api.validation.field_error import FieldError

ESTABLISHED = "Established"


class CustomResource:
    """An object of a kind that a CustomResourceDefinition defines; each kind has its own class below this one."""

    __slots__ = ()


def is_established(definition: CustomResourceDefinition) -> bool:
    """Whether the kind is served."""
    return any(c.type == ESTABLISHED and c.status == "True" for c in definition.status.conditions)


def stored_version(definition: CustomResourceDefinition) -> CustomResourceDefinitionVersion | None:
    """The version in which objects are stored."""
    return next((version for version in definition.spec.versions if version.storage), None)


def kind_defined(definition: CustomResourceDefinition) -> Kind | None:
    """The kind that a definition defines, under the names that were accepted; None where it is not whole."""
    spec, version = definition.spec, stored_version(definition)
    names = definition.status.accepted_names if is_established(definition) else spec.names
    if version is None or not names.kind or not names.plural or not spec.group:
        return None
    sub = version.subresources
    below = (("scale",) if sub and sub.scale else ()) + (("status",) if sub and sub.status is not None else ())
    return Kind(
        group=spec.group,
        version=version.name,
        kind=names.kind,
        plural=names.plural,
        singular=names.singular or names.kind.lower(),
        short_names=names.short_names,
        namespaced=spec.scope != "Cluster",
        categories=names.categories,
        subresources=below,
        module=__name__,
        definition=version,
        served=tuple(each.name for each in spec.versions if each.served),
        custom=class_of(f"{spec.group}/{version.name}", names.kind, _root_fields(schema_of(version))),
    )


def schema_of(version: CustomResourceDefinitionVersion) -> Json:
    """The schema of a version, or None."""
    return None if version.schema is None else version.schema.open_apiv3_schema


def _root_fields(schema: Json) -> tuple[str, ...]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    named = [str(name) for name in properties] if isinstance(properties, dict) else []
    return tuple(dict.fromkeys([*named, "spec", "status"]))


@cache
def class_of(api_version: str, kind: str, names: tuple[str, ...]) -> type[Any]:
    """The class of the objects of a kind.

    Args:
        api_version: the group and version.
        kind: the name of the kind.
        names: the fields besides the metadata, as a manifest names them.
    """
    annotations: dict[str, Any] = {"api_version": ClassVar[str], "kind": ClassVar[str], "metadata": ObjectMeta}
    body: dict[str, Any] = {"api_version": api_version, "kind": kind, "metadata": ObjectMeta()}
    for name in names:
        attribute = _attribute(name)
        if name in ("apiVersion", "kind", "metadata") or attribute in body:
            continue
        annotations[attribute] = Json
        body[attribute] = field(default=None, json=name)
    body.update(__annotations__=annotations, __module__=__name__, __qualname__=kind)
    body["__doc__"] = f"An object of the kind {kind}, which a CustomResourceDefinition defines."
    return model(type(kind, (CustomResource,), body))


def _attribute(name: str) -> str:
    """The attribute of a field: ``min_size`` for ``minSize``."""
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", re.sub(r"\W", "_", name)).lower()
    return f"{snake}_" if keyword.iskeyword(snake) or not snake.isidentifier() else snake


def with_defaults(obj: Any) -> Any:
    """The object with what its schema has defaults for; the very same one where nothing is missing."""
    kind = by_kind(obj.kind)
    held = FrozenMap({f.json: value for f, value in _values(obj) if value is not None})
    filled = defaulted(held, schema_of(kind.definition))
    if filled is held:
        return obj
    return evolve(obj, **{f.name: filled.get(f.json) for f, _ in _values(obj)})


def _values(obj: Any) -> list[tuple[Field, Any]]:
    return [(f, getattr(obj, f.name)) for f in fields(type(obj)).values() if f.name != "metadata"]


def shape_errors(obj: Any) -> tuple[FieldError, ...]:
    """What an object has that its schema does not allow."""
    from kubelab.api.manifest import to_manifest

    schema = schema_of(by_kind(obj.kind).definition)
    return tuple(checked(to_manifest(obj), schema))


def of_today(obj: Any) -> Any:
    """An object as its definition has it now: one that was stored under an older schema may have other fields."""
    now = by_kind(obj.kind).model if issubclass(type(obj), CustomResource) else type(obj)
    if type(obj) is now:
        return obj
    from kubelab.api.manifest import to_manifest

    return decode.structure(now)(to_manifest(obj), None, [])


def at_path(obj: Any, path: str) -> Any:
    """What is at a simple path of an object, such as ``.spec.replicas``; None where there is nothing."""
    value: Any = obj
    for step in path.strip(".").split("."):
        if isinstance(value, CustomResource):
            value = getattr(value, _attribute(step), None)
        else:
            value = value.get(step) if isinstance(value, FrozenMap) else None
    return value


def with_path(obj: Any, path: str, value: Any) -> Any:
    """An object with another value at a simple path."""
    first, *rest = path.strip(".").split(".")
    attribute = _attribute(first)
    return evolve(obj, **{attribute: _placed(getattr(obj, attribute, None), rest, value)})


def _placed(held: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    inside = held if isinstance(held, FrozenMap) else FrozenMap()
    return FrozenMap({**inside, steps[0]: _placed(inside.get(steps[0]), steps[1:], value)})


def kinds_defined(definitions: Iterable[CustomResourceDefinition]) -> tuple[Kind, ...]:
    """The kinds that some definitions define, by group and plural."""
    found = [kind for definition in definitions if (kind := kind_defined(definition)) is not None]
    return tuple(sorted(found, key=lambda kind: (kind.group, kind.plural)))


def with_definitions(words: Vocabulary, definitions: Iterable[CustomResourceDefinition]) -> Vocabulary:
    """What a cluster will know once it has these definitions, too; what they say anew wins."""
    new = kinds_defined(definitions)
    if not new:
        return words
    named = {kind.kind for kind in new}
    return vocabulary((*(kind for kind in words.learnt if kind.kind not in named), *new))


def of_manifests(manifests: Iterable[Any]) -> tuple[CustomResourceDefinition, ...]:
    """The definitions among some manifests, as far as they can be read."""
    from kubelab.api import manifest
    from kubelab.api.defaults import apply_defaults

    found = []
    for given in manifests:
        if isinstance(given, dict) and given.get("kind") == "CustomResourceDefinition":
            read = manifest.read(given, [])
            if isinstance(read, CustomResourceDefinition):
                found.append(apply_defaults(evolve(read)))
    return tuple(found)


def unheeded(obj: Any) -> tuple[str, ...]:
    """What a definition says and nobody heeds here: rules in CEL, and conversion by a webhook."""
    if not isinstance(obj, CustomResourceDefinition):
        return ()
    found = ["spec.conversion.webhook"] if obj.spec.conversion and obj.spec.conversion.webhook else []
    if any(_has_rules(schema_of(version)) for version in obj.spec.versions):
        found.append("x-kubernetes-validations")
    return tuple(found)


def _has_rules(schema: Json) -> bool:
    if isinstance(schema, tuple):
        return any(map(_has_rules, schema))
    if not isinstance(schema, FrozenMap):
        return False
    return bool(schema.get("x-kubernetes-validations")) or any(map(_has_rules, schema.values()))
