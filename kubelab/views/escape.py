"""User text made safe for DOT, for HTML-like labels and for names of elements.

Everything that a person typed may hold quotes, backslashes, angle brackets, ampersands, control characters, or text
that Graphviz would read as an escape or as an entity (``&lt;``). What comes out of a picture must be what went in.

Source: Graphviz' lexical rules, "escString" and "HTML-like labels".
"""

import re

_SPACE = re.compile(r"\s+")
_UNSAFE = re.compile(r"[^A-Za-z0-9._/@~-]")

BLANK = "\N{NO-BREAK SPACE}"
"""What stands where a text may come later: Graphviz draws no element for an empty text."""


def clean(text: str) -> str:
    """`text` on one line, with every character replaced that XML cannot hold or that a terminal would obey."""
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in _SPACE.sub(" ", text))
    return _SPACE.sub(" ", text) if "  " in text else text


GUARD = "\N{ZERO WIDTH SPACE}"
"""What follows every backslash in DOT, so that it begins no escape; `kubelab.render` takes it out again."""

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\\": f"\\{GUARD}"})


def xml(text: str) -> str:
    """`text` as it stands in XML, in an HTML-like label, and in any other text of DOT.

    A text between angle brackets would be taken for an HTML-like label, so those are entities everywhere.
    """
    return clean(text).translate(_ENTITIES)


def tooltip(text: str) -> str:
    """`text` as the value of DOT's ``tooltip``, in which Graphviz looks for escapes once more."""
    return xml(text).replace("\\", "\\\\")


def element_id(*parts: str) -> str:
    """An id made of texts: safe in DOT, SVG, CSS and JSON, and different for different texts."""
    return "/".join(_UNSAFE.sub(lambda found: f"~{ord(found.group()):x}~", part) for part in parts)
