"""Strategic merge patch: a merge patch that knows the API, so that lists with a key are merged item by item.

What a patch may say besides values:

- ``$patch: replace`` in a map: the map becomes what else the patch says there; in a list: the list does;
- ``$patch: delete`` in a map: it becomes empty; in an item of a list: the item with that key goes away;
- ``$deleteFromPrimitiveList/NAME``: values that leave the list NAME;
- ``$setElementOrder/NAME``: the order of the items of the list NAME, by their keys or values;
- ``$retainKeys``: of the map only these keys stay.

Which lists are merged, and by which key, is said in the models (`kubelab.api.model.field`).

**In Kubernetes:** apimachinery `pkg/util/strategicpatch`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from kubelab.api.merging import REPLACED
from kubelab.api.shape import Field, Form, Shape, fields
from kubelab.apiserver import refusals
from kubelab.apiserver.patches.go_text import LIST, go_text, go_type
from kubelab.errors import StatusError

Map = dict[str, Any]
List = list[Any]

PATCH = "$patch"
RETAIN = "$retainKeys"
ORDER = "$setElementOrder/"
DELETE = "$deleteFromPrimitiveList/"


def merged(document: Map, patch: Map, model: type[Any] | None) -> Map:
    """The document after the patch; neither is changed.

    Args:
        document: an object of the model, as plain JSON.
        patch: what is to be different.
        model: the class that knows how its lists are merged, or None where it has none.

    Raises:
        StatusError: the patch contradicts itself, or says something that cannot be.
    """
    return _map(document, patch, model)


def _map(original: Map, patch: Map, model: type[Any] | None) -> Map:
    if PATCH in patch:
        return _directed(patch)
    result, patch = _retained(original, patch)
    patch, ordered = _split(patch, ORDER)
    for name, order in ordered.items():
        if name in patch or name in result:
            result[name] = _ordered(result.get(name), patch.pop(name, None), order, _field(model, name))
    patch, gone = _split(patch, DELETE)
    for name, values in gone.items():
        if isinstance(result.get(name), list) and isinstance(values, list):
            result[name] = [value for value in result[name] if value not in values]
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
            continue
        field, old = _field(model, name), result.get(name)
        replaced = model is not None and (model.__name__, name) in REPLACED
        if isinstance(old, dict) and isinstance(value, dict) and not replaced:
            result[name] = _map(old, value, _model(model, name))
        elif isinstance(old, list) and isinstance(value, list):
            result[name] = _list(old, value, field)
        elif not (isinstance(value, dict) and value.get(PATCH) == "delete"):
            result[name] = _bare(value)
    return result


def _field(model: type[Any] | None, name: str) -> Field | None:
    return None if model is None else fields(model).get(name)


def _model(model: type[Any] | None, name: str) -> type[Any] | None:
    field = _field(model, name)
    return None if field is None or field.shape.form is not Form.OBJECT else field.shape.model


def _split(patch: Map, prefix: str) -> tuple[Map, Map]:
    """What a patch says without and with a prefix; the latter by the names that stand behind it."""
    marked = {key.removeprefix(prefix): value for key, value in patch.items() if key.startswith(prefix)}
    return {key: value for key, value in patch.items() if not key.startswith(prefix)}, marked


def _directed(patch: Map) -> Map:
    directive = patch[PATCH]
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != PATCH}
    if directive == "delete":
        return {}
    raise _unknown_directive(directive, patch)


def _unknown_directive(directive: Any, patch: Map) -> StatusError:
    named = directive if isinstance(directive, str) else f"%!s({go_type(directive)}={go_text(directive)})"
    return refusals.internal(f"unknown patch type: {named} in map: {go_text(patch)}")


def _of_one_type(original: List, patch: List) -> None:
    """Make sure that the items of both lists are of one type, and are no lists.

    Raises:
        StatusError: 500, they are not.
    """
    types = [go_type(item) for item in (*original, *patch)]
    if types and types[0] == LIST:
        raise refusals.internal("lists of lists are not supported")
    if len(set(types)) > 1:
        raise refusals.internal(f"list element types are not identical: {go_text([original, patch])}")


def _retained(original: Map, patch: Map) -> tuple[Map, Map]:
    if RETAIN not in patch:
        return dict(original), patch
    keys = patch[RETAIN]
    patch = {key: value for key, value in patch.items() if key != RETAIN}
    said = [key for key, value in patch.items() if value is not None and not key.startswith((ORDER, DELETE))]
    if not isinstance(keys, list) or any(key not in keys for key in said):
        raise refusals.bad_request("invalid patch format of retainKeys")
    return {key: value for key, value in original.items() if key in keys}, patch


def _bare(value: Any) -> Any:
    """A value of a patch as it is stored where there was none: without directives and nulls."""
    if isinstance(value, list):
        kept = [_bare(item) for item in value if not (isinstance(item, dict) and PATCH in item)]
        return kept
    if not isinstance(value, dict):
        return value
    return {
        key: _bare(item)
        for key, item in value.items()
        if item is not None
        and key not in (PATCH, RETAIN)
        and not key.startswith((ORDER, DELETE))
        and not (isinstance(item, dict) and item.get(PATCH) == "delete")
    }


Identity = Callable[[Any], Any]


def _identity(merge_key: str) -> Identity:
    if not merge_key:
        return lambda item: item

    def identity(item: Any) -> Any:
        if not isinstance(item, dict) or isinstance(item.get(merge_key), dict | list | None):
            raise refusals.internal(f"map: {go_text(item)} does not contain declared merge key: {merge_key}")
        return item[merge_key]

    return identity


def _merges(field: Field | None) -> bool:
    return field is not None and (bool(field.merge_key) or field.merge_set)


def _list(original: List, patch: List, field: Field | None) -> List:
    if field is None or not _merges(field):
        return [_bare(item) for item in patch]
    _of_one_type(original, patch)
    identity = _identity(field.merge_key)
    if not field.merge_key:
        both = _unique([*original, *patch])
        return _arranged(both, patch, original, identity)
    original, patch = _without_special(original, patch, field.merge_key)
    items = list(original)
    places = {identity(item): index for index, item in reversed(list(enumerate(items)))}
    item_model = _item_model(field.shape)
    for item in patch:
        name = identity(item)
        if name in places:
            items[places[name]] = _map(items[places[name]], item, item_model)
        else:
            places[name] = len(items)
            items.append(_bare(item))
    return _arranged(items, [identity(item) for item in patch], [identity(item) for item in original], identity)


def _item_model(shape: Shape) -> type[Any] | None:
    return shape.item.model if shape.item is not None else None


def _unique(values: List) -> List:
    return [value for index, value in enumerate(values) if value not in values[:index]]


def _without_special(original: List, patch: List, merge_key: str) -> tuple[List, List]:
    """The list without the items that the patch deletes, and the patch without its directives."""
    kept: List = []
    replace = False
    for item in patch:
        directive = item.get(PATCH) if isinstance(item, dict) else None
        if directive is None:
            kept.append(item)
        elif directive == "delete":
            name = _identity(merge_key)(item)
            original = [each for each in original if each.get(merge_key) != name]
        elif directive == "replace":
            replace = True
        elif directive == "merge":
            raise refusals.internal("merging lists cannot yet be specified in the patch")
        else:
            raise _unknown_directive(directive, item)
    return ([_bare(item) for item in kept], []) if replace else (original, kept)


def _ordered(original: Any, patch: Any, order: Any, field: Field | None) -> List:
    """A list that the patch also orders; the patch may leave its items as they are."""
    for value in (order, [] if original is None else original, [] if patch is None else patch):
        if not isinstance(value, list):
            raise refusals.internal(f"expected a {LIST}, but received a {go_type(value)}")
    identity = _identity(field.merge_key if field is not None else "")
    wanted = [identity(item) for item in order]
    given = [identity(item) for item in patch or () if not (isinstance(item, dict) and PATCH in item)]
    if [name for name in wanted if name in given] != given:
        raise refusals.bad_request("invalid patch format of setElementOrder list")
    if original is None:
        items = _bare(patch)
    else:
        items = list(original) if patch is None else _list(original, patch, field)
    return _arranged(items, wanted, [identity(item) for item in original or ()], identity)


def _arranged(items: List, wanted: Sequence[Any], before: Sequence[Any], identity: Identity) -> List:
    """Items that the patch names in its order, the others in theirs; one that stood before another stays before it."""
    named = sorted((item for item in items if identity(item) in wanted), key=lambda item: wanted.index(identity(item)))
    others = [item for item in items if identity(item) not in wanted]
    result: List = []
    while named and others:
        left, right = identity(others[0]), identity(named[0])
        stays = left in before and right in before and before.index(left) < before.index(right)
        result.append(others.pop(0) if stays else named.pop(0))
    return [*result, *named, *others]
