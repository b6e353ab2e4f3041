"""Kinds that kubectl knows nothing particular of: all their fields, with names that read well.

Source: kubectl `pkg/describe/describe.go` (``genericDescriber``, ``smartLabelFor``).
"""

import re
from typing import Any

from kubelab.kubectl.client import Client, manifest_of
from kubelab.kubectl.describe.writer import Writer
from kubelab.kubectl.gotext import go_print

ACRONYMS = ("API", "URL", "UID", "GUID")
SKIPPED = frozenset(f".metadata.{name}" for name in ("managedFields", "name", "namespace", "labels", "annotations"))


def generic(w: Writer, obj: Any, client: Client) -> None:
    """Describe an object of any kind."""
    w.head(obj)
    _content(w, manifest_of(obj), 0, "")


def _content(w: Writer, content: dict[str, Any], level: int, path: str) -> None:
    for name in sorted(content):
        place, value = f"{path}.{name}", content[name]
        if place in SKIPPED:
            continue
        label = label_of(name)
        if isinstance(value, dict):
            w.line(f"{label}:", level)
            _content(w, value, level + 1, place)
        elif isinstance(value, list):
            w.line(f"{label}:", level)
            for each in value:
                if isinstance(each, dict):
                    _content(w, each, level + 1, place)
                else:
                    w.line(go_print(each), level + 1)
        else:
            w.row(label, go_print(value), level)


def label_of(name: str) -> str:
    """The name of a field as words: ``holderIdentity`` → ``Holder Identity``."""
    if re.search(r"[^A-Za-z-]", name):
        return name
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|-", name)
    shown = [w.upper() if w.upper() in ACRONYMS else w.capitalize() if w.islower() else w for w in words]
    return " ".join(shown)
