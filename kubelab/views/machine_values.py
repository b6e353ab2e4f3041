"""Values of a machine as a person reads them: moments as manifests write them, spans in seconds, ids in short.

What a machine holds is no object of the API, and counts microseconds since 1970.
"""

import re

from kubelab.api.clocktime import text_of_micro
from kubelab.api.duration import elapsed
from kubelab.api.paths import Change
from kubelab.api.scalars import Json

SHORT_ID = 13
"""How many characters of a container's id are shown, as ``crictl ps`` shows them."""

_MOMENT = re.compile(r"(\w+At|stopping|silentSince|pullingUntil)$")
_MOMENTS = ("imagesSince", "pulling")
"""Maps whose values are moments."""


def readable(change: Change) -> Change:
    """A change of what a machine holds, in readable values."""
    of_map = change.path.partition("[")[0] if change.path.endswith("]") else ""
    name = of_map if of_map in _MOMENTS else change.path.rpartition(".")[2]
    return Change(change.path, _value(name, change.before), _value(name, change.after))


def _value(name: str, value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _value(name if name in _MOMENTS else key, part) for key, part in value.items()}
    if isinstance(value, list):
        return [_value("", part) for part in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and (name in _MOMENTS or _MOMENT.fullmatch(name)):
        return text_of_micro(value)
    if isinstance(value, int) and name == "delay":
        return elapsed(value)
    if isinstance(value, str) and name == "id":
        return value[:SHORT_ID]
    return value
