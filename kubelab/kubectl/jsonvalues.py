"""Documents of a command line, and the difference of two documents as a merge patch.

Source: apimachinery `pkg/util/yaml` (``ToJSON``); RFC 7386.
"""

from typing import Any

from kubelab.api.decode import Problem
from kubelab.api.yaml_reader import documents
from kubelab.kubectl.answer import Failure


def parsed(text: str) -> Any:
    """A document in JSON or YAML.

    Raises:
        Failure: it is none.
    """
    problems: list[Problem] = []
    found = [value for value, _ in documents(text, problems)]
    if problems:
        raise Failure(f'unable to parse "{text}": {str(problems[0]).removeprefix("error converting YAML to JSON: ")}')
    return found[0] if found else None


def merge_patch(old: Any, new: Any) -> dict[str, Any]:
    """The smallest merge patch that makes `old` into `new`; both are mappings."""
    patch: dict[str, Any] = {}
    for name in {**old, **new}:
        if name not in new:
            patch[name] = None
        elif name not in old:
            patch[name] = new[name]
        elif old[name] != new[name]:
            both = isinstance(old[name], dict) and isinstance(new[name], dict)
            patch[name] = merge_patch(old[name], new[name]) if both else new[name]
    return patch


def merged(old: Any, patch: Any) -> Any:
    """A merge patch carried out."""
    if not isinstance(patch, dict):
        return patch
    result = dict(old) if isinstance(old, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
