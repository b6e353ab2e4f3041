"""In which language a text is written: this one, YAML or JSON."""

import re

_JSON = re.compile(r"\s*[\[{]\s*(?:[\"{\]}]|$)")
_YAML_LINE = re.compile(
    r"(?:---(?:\s|$)|%YAML\b|(?:apiVersion|kind|metadata|items)\s*:(?:\s|$)|- (?:apiVersion|kind)\s*:)"
)


def sniff(text: str) -> str:
    """``"json"``, ``"yaml"`` or ``"kube"``: what a text is, told by its first lines that are no comment.

    A manifest begins with ``---`` or has ``apiVersion:`` or ``kind:`` at the beginning of a line; nothing in the
    language does.
    """
    body = text.removeprefix("\ufeff")
    if _JSON.match(body):
        return "json"
    for line in body.splitlines():
        if line.lstrip().startswith("#") or not line.strip():
            continue
        if _YAML_LINE.match(line):
            return "yaml"
        if not line[:1].isspace() and not re.match(r"[\w./-]+\s*:(?:\s|$)", line):
            return "kube"
    return "kube"
