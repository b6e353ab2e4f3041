"""Objects from and to manifests: camelCase mappings, YAML and JSON texts.

Reading is strict, as the API server reads with field validation ``Strict``: unknown and duplicate fields and
wrong types are refused in its own words, all of them at once. Writing follows Go's rules for what is left out:
a field at its zero value is omitted unless its declaration says ``always``; structures stay, even empty.

Source: apimachinery `pkg/runtime/serializer/json`, sigs.k8s.io/json, sigs.k8s.io/yaml.

**Simplified:** field names are matched exactly, as the API server does for JSON; a whole number that JSON
writes with a point (``1.0``) counts as whole.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kubelab.api import decode, encode
from kubelab.api.decode import Problem, refusal
from kubelab.api.scalars import Json
from kubelab.api.scheme import Kind, Object, by_gvk

__all__ = ["Problem", "dump_json", "dump_yaml", "from_manifest", "from_value", "load", "to_manifest", "to_value"]


def from_manifest(manifest: Mapping[str, Any]) -> Object:
    """The object that a manifest describes, as it is written: defaults are not filled in.

    Raises:
        ManifestError: the manifest has no known kind, or unknown fields, or values of a wrong type.
    """
    problems: list[Problem] = []
    obj: Object = read(manifest, problems)
    if problems:
        raise refusal(problems)
    return obj


def read(manifest: Any, problems: list[Problem]) -> Any:
    """The object that a manifest describes; what is wrong is added to `problems`, and the rest is still read."""
    if not isinstance(manifest, Mapping):
        problems.append(Problem(f"Object 'Kind' is missing in '{_compact(manifest)}'", ()))
        return None
    api_version, kind = manifest.get("apiVersion"), manifest.get("kind")
    for name, given in (("apiVersion", api_version), ("kind", kind)):
        if given is not None and not isinstance(given, str):
            text = (
                f"couldn't get version/kind; json parse error: json: cannot unmarshal {decode.value_kind(given)} "
                f"into Go struct field .{name} of type string"
            )
            problems.append(Problem(text, (name,)))
            return None
    if not kind:
        problems.append(Problem(f"Object 'Kind' is missing in '{_compact(manifest)}'", ()))
        return None
    if not api_version:
        problems.append(Problem(f"Object 'apiVersion' is missing in '{_compact(manifest)}'", ()))
        return None
    found = by_gvk(str(api_version), str(kind))
    if found is None:
        problems.append(Problem(f'no matches for kind "{kind}" in version "{api_version}"', ("kind",)))
        return None
    return reader(found)(manifest, None, problems)


def reader(kind: Kind) -> decode.Decoder:
    """What reads objects of a kind: of one that a cluster has learnt, without the fields that its schema lacks."""
    structure = decode.structure(kind.model)
    if kind.definition is None:
        return structure
    from kubelab.api.custom import schema_of
    from kubelab.api.structural.pruning import Path, pruned

    def read_custom(value: Any, at: decode.Where, problems: list[Problem]) -> Any:
        unknown: list[Path] = []
        kept = pruned(value, schema_of(kind.definition) or {}, unknown)
        problems.extend(decode.unknown_field(path) for path in unknown)
        return structure(kept, at, problems)

    return read_custom


def _compact(value: Any) -> str:
    import json

    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False, default=str)


def to_manifest(obj: Object, *, compact: bool = False) -> dict[str, Any]:
    """The manifest of an object, ``apiVersion`` and ``kind`` first, then the fields in the API's order.

    Args:
        obj: any object.
        compact: leave out empty structures (``status: {}``) and empty required lists (``rules: null``) too,
            as a person would; reading it back gives the same object.
    """
    manifest: dict[str, Any] = encode.structure(type(obj), compact)(obj)
    return manifest


def from_value(annotation: Any, value: Any) -> Any:
    """A part of an object from its part of a manifest, such as ``from_value(tuple[Container, ...], [...])``.

    Raises:
        ManifestError: as `from_manifest`; paths start at this part.
    """
    problems: list[Problem] = []
    result = decode.value(annotation)(value, None, problems)
    if problems:
        raise refusal(problems)
    return result


def to_value(part: Any) -> Json:
    """A part of an object as its part of a manifest."""
    return encode.any_value(part)


def load(text: str, source: str = "") -> tuple[Object, ...]:
    """All objects of a text: YAML with any number of documents, JSON, and ``List`` kinds opened up.

    Args:
        text: the manifests.
        source: the name of the file, shown in errors.

    Raises:
        ManifestError: with the line of each problem; nothing is returned when anything is wrong.
    """
    from kubelab.api.text import load as load_text

    return load_text(text, source)


def dump_yaml(objs: Iterable[Object]) -> str:
    """The objects as YAML documents in kubectl's form: keys in alphabetical order, ``---`` between documents."""
    from kubelab.api.yaml_writer import yaml_of

    return "---\n".join(yaml_of(to_manifest(obj)) for obj in objs)


def dump_json(objs: Iterable[Object]) -> str:
    """The objects as JSON in kubectl's form: one object as itself, several as a ``List``."""
    from kubelab.api.text import json_of

    manifests = [to_manifest(obj) for obj in objs]
    if len(manifests) == 1:
        return json_of(manifests[0])
    return json_of({"apiVersion": "v1", "items": manifests, "kind": "List", "metadata": {"resourceVersion": ""}})
