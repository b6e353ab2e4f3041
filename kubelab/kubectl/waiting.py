"""``kubectl wait``: the simulated cluster runs on until a condition is met.

Source: kubectl `pkg/cmd/wait`.
"""

import re
from collections.abc import Callable
from typing import Any

from kubelab.errors import KubelabError, UsageError
from kubelab.kubectl import jsonpath, printing
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import manifest_of
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.going_on import until
from kubelab.kubectl.resources import Info, Wanted, find_all
from kubelab.kubectl.verbs import ALL, ALL_NAMESPACES, FIELD_SELECTOR, FILES, OUTPUT, SELECTOR, verb
from kubelab.state.snapshot import SECOND, Object, ObjectKey, View

Condition = Callable[[Object | None, str], bool]
"""Whether an object (None: gone) meets a condition; the text is the uid that it had."""

WEEK = 7 * 24 * 3600


@verb(
    "wait",
    "(TYPE NAME | TYPE/NAME | TYPE -l LABELS | TYPE --all) --for=CONDITION [--timeout=TIME]",
    "wait until objects meet a condition: delete, create, condition=Ready, jsonpath='{.status.phase}'=Running",
    Flag("for", "the condition", "CONDITION", kind="array"),
    Flag("timeout", "how long to wait", "TIME", kind="duration", default=30 * SECOND),
    Flag("local", "without effect here"),
    ALL,
    ALL_NAMESPACES,
    SELECTOR,
    FIELD_SELECTOR,
    FILES,
    OUTPUT,
)
def wait(call: Call) -> None:
    """Carry out ``kubectl wait``."""
    given = call.said["for"]
    if not given:
        raise Failure("unrecognized condition: []")
    conditions = [_condition(text) for text in given]
    timeout = call.said["timeout"] / SECOND
    deadline = call.client.now + int((timeout if timeout >= 0 else WEEK) * SECOND)
    words = [text.lower() for text in given]
    if "create" in words:
        _await_creation(call, deadline)
    found = find_all(call, call.words, Wanted(everything=False))
    errors = found.errors
    if "delete" in words:
        errors = [error for error in errors if getattr(error, "code", 0) != 404]
    if not found.infos and not errors and "delete" not in words:
        raise Failure("no matching resources found")
    for info in found.infos:
        _await(call, info, conditions, deadline)
    call.errors += errors


def _await(call: Call, info: Info, conditions: list[Condition], deadline: int) -> None:
    assert info.obj is not None
    key, uid = ObjectKey(info.kind.kind, info.namespace, info.name), info.obj.metadata.uid
    for condition in conditions:

        def met(view: View, condition: Condition = condition) -> bool:
            return condition(view.find(key), uid)

        if not until(call, met, max(0, deadline - call.client.now) / SECOND):
            what = "timed out waiting for the condition on" if call.said["timeout"] else "condition not met for"
            raise Failure(f"{what} {info.kind.plural}/{info.name}")
        last = call.client.view.find(key)
        shown = manifest_of(last) if last is not None else info.manifest
        form, argument = printing.form_of(call)
        if form and form != "name":
            call.write(printing.writer_of(call, form, argument)(shown))
        else:
            call.print(f"{info.label} condition met" if not form else info.label)


def _await_creation(call: Call, deadline: int) -> None:
    def there(view: View) -> bool:
        try:
            return bool(find_all(call, call.words, Wanted(everything=False)).infos)
        except KubelabError:
            return False

    if not until(call, there, max(0, deadline - call.client.now) / SECOND):
        raise Failure("timed out waiting for the condition")


def _condition(text: str) -> Condition:
    word = text.lower()
    if word == "delete":
        return lambda obj, uid: obj is None or obj.metadata.uid != uid
    if word == "create":
        return lambda obj, uid: obj is not None
    if text.startswith("condition="):
        name, equals, value = text.removeprefix("condition=").partition("=")
        return lambda obj, uid: _has(obj, name, value if equals else "true")
    if text.startswith("jsonpath="):
        return _path(text.removeprefix("jsonpath="))
    raise Failure(f'unrecognized condition: "{text}"')


def _has(obj: Object | None, name: str, value: str) -> bool:
    """Whether a condition has a value; one that is about an older generation does not count."""
    if obj is None:
        return False
    for each in getattr(getattr(obj, "status", None), "conditions", ()):
        if each.type.lower() == name.lower():
            observed = getattr(each, "observed_generation", 0) or getattr(obj.status, "observed_generation", 0) or 0
            if observed and observed < obj.metadata.generation:
                return False
            return bool(each.status.lower() == value.lower())
    return False


def _path(text: str) -> Condition:
    parts = _split(text)
    if len(parts) > 2:
        raise Failure(
            "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
            "--for=jsonpath='{.status.readyReplicas}'"
        )
    try:
        if not parts[0]:
            raise Failure("jsonpath expression cannot be empty")
        template = jsonpath.parse(jsonpath.relaxed(parts[0]))
    except UsageError as error:
        raise Failure(str(error)) from None
    value = parts[1].strip("'\"") if len(parts) == 2 else ""
    if len(parts) == 2 and not value:
        raise Failure(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
        )

    def met(obj: Object | None, uid: str) -> bool:
        if obj is None:
            return False
        found: list[Any] = [each for group in template.found(manifest_of(obj)) for each in group]
        if not found:
            return False
        if len(found) > 1:
            raise Failure("given jsonpath expression matches more than one value")
        if isinstance(found[0], (dict, list)):
            raise Failure("jsonpath leads to a nested object or list which is not supported")
        return not value or jsonpath.shown(found[0]).strip() == value

    return met


def _split(text: str) -> list[str]:
    """The path and the value: split at single equal signs; two in a row belong to the path."""
    parts: list[list[str]] = [[]]
    for token in re.findall("==|=|[^=]+", text):
        if token == "=":
            parts.append([])
        else:
            parts[-1].append(token)
    return ["".join(part) for part in parts]
