"""The patch that leads from one version of an object to another, as clients make it (``kubectl edit``).

Source: apimachinery `pkg/util/strategicpatch` (CreateTwoWayMergePatch), gopkg.in/evanphx/json-patch
(CreateMergePatch).

**Simplified:** an order is always said with a list of which something changes.
"""

from typing import Any

from kubelab.api.merging import REPLACED
from kubelab.api.shape import Field, Form, fields
from kubelab.apiserver.patches.strategic import DELETE, ORDER, PATCH, RETAIN

Map = dict[str, Any]


def merge_patch(old: Map, new: Map) -> Map:
    """The merge patch (RFC 7386) that makes `new` of `old`; values of `new` must not be null."""
    patch: Map = {name: None for name in old if name not in new}
    for name, value in new.items():
        had = old.get(name)
        if isinstance(had, dict) and isinstance(value, dict):
            if below := merge_patch(had, value):
                patch[name] = below
        elif name not in old or had != value:
            patch[name] = value
    return patch


def strategic_patch(old: Map, new: Map, model: type[Any] | None) -> Map:
    """The strategic merge patch that makes `new` of `old`, both plain JSON of this model; without nulls in `new`."""
    patch: Map = {name: None for name in old if name not in new}
    known = {} if model is None else fields(model)
    for name, value in new.items():
        had: Any = old.get(name)
        field = known.get(name)
        if name not in old or type(had) is not type(value):
            patch[name] = value
        elif had == value:
            continue
        elif isinstance(value, dict) and not (model is not None and (model.__name__, name) in REPLACED):
            below = strategic_patch(had, value, _model(field))
            retained = {RETAIN: sorted(value)} if field is not None and field.retain_keys else {}
            patch[name] = {**retained, **below}
        elif isinstance(value, list) and field is not None and (field.merge_key or field.merge_set):
            patch.update(_list_patch(had, value, name, field))
        else:
            patch[name] = value
    return patch


def _model(field: Field | None) -> type[Any] | None:
    return field.shape.model if field is not None and field.shape.form is Form.OBJECT else None


def _list_patch(old: list[Any], new: list[Any], name: str, field: Field) -> Map:
    """What a patch says about a list that is merged item by item."""
    key = field.merge_key
    if not key:
        gone = [value for value in old if value not in new]
        added = [value for value in new if value not in old]
        patch: Map = {f"{ORDER}{name}": new, **({name: added} if added else {})}
        return {**patch, f"{DELETE}{name}": gone} if gone else patch
    had = {item[key]: item for item in old}
    wanted = {item[key]: item for item in new}
    model = field.shape.item.model if field.shape.item is not None else None
    changed = [{key: each, PATCH: "delete"} for each in had if each not in wanted]
    for each, item in wanted.items():
        if each not in had:
            changed.append(item)
        elif below := strategic_patch(had[each], item, model):
            changed.append({**below, key: each})
    return {f"{ORDER}{name}": [{key: each} for each in wanted], **({name: changed} if changed else {})}
