"""What is shown of a Secret: which values it has, never the values.

Pictures, explanations, traces and panels go through here. Who wants a value asks for it, as with kubectl:
``get secret -o yaml``, or `%kube look --reveal`.
"""

from typing import Any

from kubelab.api.paths import Change

HIDDEN_VALUE = "(hidden)"
"""What is shown instead of a value of a Secret."""

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""The annotation in which a client-side apply leaves the whole manifest, with its values."""

_PARTS = ("data", "stringData")


def veiled(change: Change) -> Change:
    """A change of a Secret without its values."""
    root = change.path.partition(".")[0].partition("[")[0]
    if not change.path:
        return Change("", without_values(change.before), without_values(change.after))
    if root in _PARTS or change.path.startswith("metadata.annotations"):
        before, after = (None if value is None else HIDDEN_VALUE for value in (change.before, change.after))
        return Change(change.path, before, after)
    return change


def without_values(manifest: Any) -> Any:
    """The manifest of a Secret without its values; anything that is no manifest as it is."""
    if not isinstance(manifest, dict):
        return manifest
    shown = dict(manifest)
    for part in _PARTS:
        if isinstance(shown.get(part), dict):
            shown[part] = dict.fromkeys(shown[part], HIDDEN_VALUE)
    meta = shown.get("metadata")
    if isinstance(meta, dict) and LAST_APPLIED in (meta.get("annotations") or {}):
        shown["metadata"] = {**meta, "annotations": {**meta["annotations"], LAST_APPLIED: HIDDEN_VALUE}}
    return shown
