"""What was probably meant by a word of a manifest that means nothing: the field, or the kind, whose name is nearest."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from kubelab.api.scheme import by_gvk, every
from kubelab.api.shape import Form, fields


def hint(manifest: Any, path: tuple[str | int, ...]) -> str:
    """A question with what was probably meant by the last step of a path in a manifest; "" where nothing is near.

    Args:
        manifest: the manifest.
        path: the keys and indexes that lead to a field that its kind does not have, or to its ``kind``.
    """
    if not isinstance(manifest, Mapping) or not path:
        return ""
    kind, version = str(manifest.get("kind", "")), str(manifest.get("apiVersion", ""))
    if path == ("kind",):
        return _kind(kind, version)
    found = by_gvk(version, kind)
    return _asked(str(path[-1]), _fields_at(found.model, path[:-1])) if found is not None else ""


def _kind(kind: str, version: str) -> str:
    same = next((each for each in every() if each.kind == kind), None)
    if same is not None:
        return f"{kind} is in `apiVersion: {same.api_version}`, not in {version}"
    return _asked(kind, [each.kind for each in every()])


def _fields_at(model: type[Any] | None, path: tuple[str | int, ...]) -> list[str]:
    """The names of the fields of what a path leads to; none where it leads to something without fields."""
    shape = None
    for step in path:
        if isinstance(step, int):
            shape = shape.item if shape is not None else None
        elif shape is not None and shape.form is Form.MAP:
            shape = shape.item
        else:
            known = {each.json: each for each in fields(model).values()} if model is not None else {}
            shape = known[step].shape if step in known else None
        if shape is None:
            return []
        model = shape.model
    return [each.json for each in fields(model).values()] if model is not None else []


def _asked(word: str, known: Iterable[str]) -> str:
    folded = {each.lower(): each for each in known}
    found = get_close_matches(word.lower()[:64], folded, n=1, cutoff=0.6)
    return f"did you mean `{folded[found[0]]}`?" if found else ""
