"""User text made safe for DOT, for HTML-like labels and for names of elements.

Everything that a person typed may hold quotes, backslashes, angle brackets, ampersands, control characters, or text
that Graphviz would read as an escape or as an entity (``&lt;``). What comes out of a picture must be what went in.

Source: Graphviz' lexical rules, "escString" and "HTML-like labels".
"""

import re

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"\s+")
_UNSAFE = re.compile(r"[^A-Za-z0-9._/@~-]")

BLANK = "\N{NO-BREAK SPACE}"
"""What stands where a text may come later: Graphviz draws no element for an empty text."""


def clean(text: str) -> str:
    """`text` on one line, with every character that XML cannot hold replaced."""
    return _SPACE.sub(" ", _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text))


def xml(text: str) -> str:
    """`text` as it stands in XML, and in an HTML-like label."""
    plain = clean(text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def dot_text(text: str) -> str:
    """`text` as the value of a DOT attribute such as ``tooltip``: nothing in it is an escape or an entity.

    The quotes around it, and quotes in it, are the business of the package that writes DOT.
    """
    return clean(text).replace("\\", "\\\\").replace("&", "&amp;")


def element_id(*parts: str) -> str:
    """An id made of texts: safe in DOT, SVG, CSS and JSON, and different for different texts."""
    return "/".join(_UNSAFE.sub(lambda found: f"~{ord(found.group()):x}~", part) for part in parts)
