"""Containers to source: the contrary of `kubelab.dsl.containers` and `kubelab.dsl.probes`.

Each function takes what it can say out of the container's manifest and gives the statements for it; what it cannot
say it leaves there.
"""

import re
from collections.abc import Iterator
from typing import Any

from kubelab.api import behaviour
from kubelab.dsl.containers import seconds_text
from kubelab.dsl.writing import WIDTH, argument, literal, pair, port, resource, seconds, word
from kubelab.dsl.writing import name as called

_PROTOCOL = re.compile(r"[A-Z]+", re.ASCII)


def clauses(container: dict[str, Any], indent: str) -> Iterator[str]:
    """The statements about a container; what they say is taken out of it."""
    yield from _words(container, "command")
    yield from _words(container, "args")
    # The first port is the one that a probe asks at.
    first = next((p.get("containerPort") for p in container.get("ports") or []), None)
    yield from _ports(container, indent)
    yield from _env(container, indent)
    yield from _env_from(container, indent)
    yield from _resources(container)
    for name, statement in (("readinessProbe", "ready"), ("livenessProbe", "live"), ("startupProbe", "startup")):
        yield from _probe(container, name, statement, first)


def broken(statement: str, parts: list[str], indent: str) -> str:
    """A statement with a list, broken after a comma where the line becomes too long."""
    lines = [statement]
    margin = indent + " " * (len(statement.partition(" ")[0]) + 1)
    for index, part in enumerate(parts):
        comma = "," if index < len(parts) - 1 else ""
        if index and len(indent) + len(lines[-1]) + len(part) + 2 > WIDTH:
            lines.append(margin + part + comma)
        else:
            lines[-1] += f" {part}{comma}"
    return "\n".join(lines)


def _words(container: dict[str, Any], name: str) -> Iterator[str]:
    if container.get(name):
        yield f"{name} {' '.join(argument(text) for text in container.pop(name))}"


def _ports(container: dict[str, Any], indent: str) -> Iterator[str]:
    ports = container.get("ports") or []
    said = [_port(entry) for entry in ports]
    if said and all(said):
        del container["ports"]
        yield broken("port", [text for text in said if text], indent)


def _port(entry: dict[str, Any]) -> str | None:
    number, protocol = entry.get("containerPort", 0), entry.get("protocol", "")
    if entry.keys() - {"name", "containerPort", "protocol", "hostPort"} or not _counted(number):
        return None
    if protocol and not _PROTOCOL.fullmatch(protocol):
        return None
    text = f"{number}/{protocol}" if protocol else str(number)
    if "name" in entry:
        text = f"{called(entry['name'])} {text}"
    if "hostPort" in entry:
        if not _counted(entry["hostPort"]):
            return None
        text += f" host {entry['hostPort']}"
    return text


def _counted(number: Any) -> bool:
    return isinstance(number, int) and 0 <= number < 10**9


def _env(container: dict[str, Any], indent: str) -> Iterator[str]:
    entries = container.get("env") or []
    said = [_variable(entry) for entry in entries]
    if said and all(said):
        del container["env"]
        yield broken("env", [text for text in said if text], indent)


def _variable(entry: dict[str, Any]) -> str | None:
    given = entry.get("name", "")
    if not given or entry.keys() - {"name", "value", "valueFrom"} or {"value", "valueFrom"} <= entry.keys():
        return None
    if "valueFrom" not in entry:
        return pair(given, entry.get("value", ""))
    source = entry["valueFrom"]
    return f"{called(given)} from {_source(source) or literal(source, '', 10**9)}"


def _source(source: dict[str, Any]) -> str | None:
    """The short form of where a variable's value comes from, or None when there is none."""
    if len(source) != 1:
        return None
    what, said = next(iter(source.items()))
    if what in ("secretKeyRef", "configMapKeyRef") and not said.keys() - {"name", "key", "optional"}:
        given, key = said.get("name", ""), said.get("key", "")
        if given and key and said.get("optional", True):
            kind = "secret" if what == "secretKeyRef" else "config"
            place = called(f"{given}.{key}") if "." not in given else f"{called(given)} key {called(key)}"
            return f"{kind} {place}{' optional' if 'optional' in said else ''}"
    if what == "fieldRef" and said.keys() == {"fieldPath"} and said["fieldPath"][:1] not in ("", "."):
        return f"field {called(said['fieldPath'])}"
    if (
        what == "resourceFieldRef"
        and said.get("resource")
        and not said.keys() - {"resource", "containerName", "divisor"}
    ):
        of = f" of {called(said['containerName'])}" if "containerName" in said else ""
        divisor = f" divisor {called(said['divisor'])}" if "divisor" in said else ""
        return f"resource {called(said['resource'])}{of}{divisor}"
    return None


def _env_from(container: dict[str, Any], indent: str) -> Iterator[str]:
    entries = container.get("envFrom") or []
    said = [_all_from(entry) for entry in entries]
    if said and all(said):
        del container["envFrom"]
        yield broken("env", [text for text in said if text], indent)


def _all_from(entry: dict[str, Any]) -> str | None:
    kinds = [kind for kind in ("secretRef", "configMapRef") if kind in entry]
    if len(kinds) != 1 or entry.keys() - {kinds[0], "prefix"}:
        return None
    reference = entry[kinds[0]]
    if reference.keys() - {"name", "optional"} or not reference.get("name") or not reference.get("optional", True):
        return None
    prefix = f" prefix {called(entry['prefix'])}" if "prefix" in entry else ""
    optional = " optional" if "optional" in reference else ""
    return f"from {'secret' if kinds[0] == 'secretRef' else 'config'} {called(reference['name'])}{prefix}{optional}"


def _resources(container: dict[str, Any]) -> Iterator[str]:
    resources = container.get("resources")
    if not isinstance(resources, dict):
        return
    for what, statement in (("requests", "request"), ("limits", "limit")):
        held = resources.get(what)
        if held:
            del resources[what]
            yield f"{statement} {', '.join(f'{resource(key)} {called(value)}' for key, value in held.items())}"
    if not resources:
        del container["resources"]


# ── Probes ──

_TIMES = (
    ("initialDelaySeconds", "delay"),
    ("periodSeconds", "every"),
    ("timeoutSeconds", "timeout"),
    ("terminationGracePeriodSeconds", "grace"),
)
_COUNTS = (("failureThreshold", "failures"), ("successThreshold", "successes"))


def _probe(container: dict[str, Any], name: str, statement: str, first: Any) -> Iterator[str]:
    probe = container.get(name)
    if not isinstance(probe, dict):
        return
    actions = [key for key in _ACTIONS if key in probe]
    known = {key for key, _ in (*_TIMES, *_COUNTS)}
    if len(actions) != 1 or probe.keys() - known - {actions[0]}:
        return
    if any(not _counted(probe[key]) for key in known if key in probe):
        return
    text = _ACTIONS[actions[0]](probe[actions[0]], first)
    if text is None:
        return
    for key, option in _TIMES:
        if key in probe:
            text += f" {option} {seconds(probe[key])}"
    for key, option in _COUNTS:
        if key in probe:
            text += f" {option} {probe[key]}"
    del container[name]
    yield f"{statement} {text}"


def _at(value: Any, first: Any) -> str:
    return "" if first is not None and value == first and isinstance(value, int) else f" on {port(value)}"


def _http(action: dict[str, Any], first: Any) -> str | None:
    scheme = action.get("scheme", "")
    if action.keys() - {"path", "port", "host", "scheme", "httpHeaders"} or scheme not in ("", "HTTPS"):
        return None
    headers = action.get("httpHeaders", [])
    if any(not header.get("name") for header in headers):
        return None
    text = ("https" if scheme else "http") + (f" {word(action['path'])}" if "path" in action else "")
    text += _at(action.get("port", 0), first)
    if "host" in action:
        text += f" host {called(action['host'])}"
    if headers:
        text += " header " + ", ".join(pair(header["name"], header.get("value", "")) for header in headers)
    return text


def _tcp(action: dict[str, Any], first: Any) -> str | None:
    host = f" host {called(action['host'])}" if "host" in action else ""
    if action.keys() - {"port", "host"}:
        return None
    return f"tcp{'' if _at(action.get('port', 0), first) == '' else ' ' + port(action.get('port', 0))}{host}"


def _grpc(action: dict[str, Any], first: Any) -> str | None:
    number = action.get("port", 0)
    if action.keys() - {"port", "service"} or not _counted(number):
        return None
    service = f" service {called(action['service'])}" if action.get("service") is not None else ""
    return f"grpc{'' if number == first else f' {number}'}{service}"


def _exec(action: dict[str, Any], first: Any) -> str | None:
    command = action.get("command")
    return f"exec {' '.join(argument(text) for text in command)}" if command else None


_ACTIONS = {"httpGet": _http, "tcpSocket": _tcp, "grpc": _grpc, "exec": _exec}


# ── What the simulated process does ──


def behaviours(annotations: dict[str, str], container: str = "") -> Iterator[str]:
    """The statements for the annotations about behaviour: of one container, or of all of them; they are taken out."""
    ending = f".{container}" if container else ""

    def value(name: str) -> str | None:
        return annotations.get(behaviour.PREFIX + name + ending)

    def take(*names: str) -> None:
        for name in names:
            annotations.pop(behaviour.PREFIX + name + ending, None)

    for name, words in (("start-seconds", "starts in"), ("ready-seconds", "ready after")):
        if _is_time(value(name)):
            yield f"{words} {value(name)}s"
            take(name)
    for name, words in (("never-ready", "never ready"), ("cannot-pull", "cannot pull")):
        if value(name) == "true":
            yield words
            take(name)
    run, code, crash = value("run-seconds"), value("exit-code"), value("crash")
    after = f" after {run}s" if _is_time(run) else ""
    if crash is not None and (crash == "true" or _is_count(crash)):
        yield f"crashes{'' if crash == 'true' else f' {crash} times'}{after}"
        take("crash", "run-seconds" if after else "crash")
        after = ""
    if code is not None and _is_count(code) and int(code) < 256:
        yield f"exits {code}{after}"
        take("exit-code", "run-seconds" if after else "exit-code")
        after = ""
    if value("out-of-memory") == "true":
        yield f"runs out of memory{after}"
        take("out-of-memory", "run-seconds" if after else "out-of-memory")
        after = ""
    if after:
        yield f"exits{after}"
        take("run-seconds")
    if _is_time(value("stop-seconds")):
        code = value("stop-code")
        if code is not None and _is_count(code) and int(code) < 256:
            yield f"stops {code} in {value('stop-seconds')}s"
            take("stop-code")
        else:
            yield f"stops in {value('stop-seconds')}s"
        take("stop-seconds")
    serves = value("serves")
    if serves is not None and (serves == "none" or all(map(_is_count, serves.split(",")))):
        yield f"serves {serves.replace(',', ', ')}"
        take("serves")
    used = [(name, value(f"{name}-use")) for name in ("cpu", "memory")]
    said = [(name, amount) for name, amount in used if amount is not None and _AMOUNT.fullmatch(amount)]
    if said:
        yield "uses " + ", ".join(f"{name} {amount}" for name, amount in said)
        take(*(f"{name}-use" for name, _ in said))


_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,6})?(?:m|k|M|G|Ki|Mi|Gi)?", re.ASCII)
"""Amounts that come back as the same text."""


def _is_time(text: str | None) -> bool:
    """Whether a duration comes back as the same text."""
    if text is None or len(text) > 12 or not text[:1].isdigit():
        return False
    found = behaviour.seconds(text)
    return found is not None and seconds_text(found) == text


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 9 and str(int(text)) == text


def mounts(container: dict[str, Any], inline: dict[str, str], indent: str) -> Iterator[str]:
    """The mounts of a container.

    Args:
        container: its manifest; the mounts are taken out of it.
        inline: for each volume that is made where it is first mounted, its source as text; it is taken out.
        indent: the indentation of the statement.
    """
    entries = container.get("volumeMounts") or []
    if not entries or any(not _is_mount(entry) for entry in entries):
        return
    del container["volumeMounts"]
    for entry in entries:
        given = entry["name"]
        source = inline.pop(given, None)
        text = f"mount {word(given) if source is None else source} at {called(entry['mountPath'])}"
        if "readOnly" in entry:
            text += " readonly"
        if "subPath" in entry:
            text += f" subpath {called(entry['subPath'])}"
        yield text


def _is_mount(entry: dict[str, Any]) -> bool:
    known = {"name", "mountPath", "readOnly", "subPath"}
    return not entry.keys() - known and bool(entry.get("name")) and bool(entry.get("mountPath"))


def labels(statement: str, entries: dict[str, str], indent: str) -> str:
    """`label a=b, c=d`, broken where it is long."""
    return broken(statement, [pair(key, value) for key, value in entries.items()], indent)
