"""JSON patch (RFC 6902): a list of operations, each on one place of a document, carried out in order or not at all.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/handlers/patch.go` (jsonPatcher), gopkg.in/evanphx/json-patch.
"""

from collections.abc import Mapping
from typing import Any

import jsonpatch
from jsonpointer import JsonPointerException

from kubelab.api.decode import value_kind
from kubelab.apiserver import refusals
from kubelab.errors import StatusError

MOST_OPERATIONS = 10_000
"""So many operations one patch may have."""

KNOWN = ("op", "path", "from", "value")


def unknown_members(patch: Any) -> list[str]:
    """What an operation says that operations do not have; strict validation minds it."""
    return [
        f'json patch unknown field "[{index}].{name}"'
        for index, operation in enumerate(patch)
        if isinstance(operation, Mapping)
        for name in operation
        if name not in KNOWN
    ]


def carried_out(document: Any, patch: Any) -> Any:
    """The document after all operations.

    Args:
        document: plain dicts and lists; it is not changed.
        patch: a list of operations.

    Raises:
        StatusError: 400, the patch is none; 413, it is too long; 422, an operation cannot be carried out.
    """
    if not isinstance(patch, list):
        kind = value_kind(patch)
        raise refusals.bad_request(
            f"error decoding patch: json: cannot unmarshal {kind} into Go value of type []handlers.jsonPatchOp"
        )
    if len(patch) > MOST_OPERATIONS:
        text = f"The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {len(patch)}"
        raise StatusError(413, "RequestEntityTooLarge", text)
    for operation in patch:
        if not isinstance(operation, Mapping):
            kind = value_kind(operation)
            raise refusals.bad_request(
                f"error decoding patch: json: cannot unmarshal {kind} into Go value of type handlers.jsonPatchOp"
            )
    try:
        return jsonpatch.JsonPatch(patch).apply(document)
    except (jsonpatch.JsonPatchException, JsonPointerException, TypeError, ValueError):
        raise refusals.unprocessable() from None
