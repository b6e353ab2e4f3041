"""JSON merge patch (RFC 7386): the patch looks like the document; null removes, lists are replaced whole.

**In Kubernetes:** gopkg.in/evanphx/json-patch (MergePatch).
"""

from typing import Any


def merged(document: Any, patch: Any) -> Any:
    """The document after the patch; neither is changed."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result
