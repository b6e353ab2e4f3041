"""Probes: `ready http /healthz on 8080 every 5s`."""

from collections.abc import Callable
from typing import Any

from kubelab.dsl.containers import Statement, container_of
from kubelab.dsl.draft import Scope
from kubelab.dsl.words import Token, Wrong, int_or_text, text_of, whole, whole_seconds

_NUMBERS: dict[str, tuple[str, Callable[[Token], int]]] = {
    "every": ("periodSeconds", whole_seconds),
    "timeout": ("timeoutSeconds", whole_seconds),
    "delay": ("initialDelaySeconds", whole_seconds),
    "grace": ("terminationGracePeriodSeconds", whole_seconds),
    "failures": ("failureThreshold", whole),
    "successes": ("successThreshold", whole),
}


def probe(name: str) -> Statement:
    """`ready|live|startup http|https|tcp|grpc|exec …`: how the kubelet asks the container how it is."""

    def statement(scope: Scope, tree: Any) -> None:
        container, path = container_of(scope, tree)
        kind, *options = tree.children
        action = _ACTIONS[kind.data](kind)
        asks = next(iter(action))
        said = dict(action)
        for option in options:
            _option(said, asks, option)
        if asks != "exec" and "port" not in action[asks]:
            scope.finish.append(lambda: _first_port(scope, container, action[asks], tree))
        container[name] = said
        scope.mark((*path, name), tree)

    statement.__doc__ = probe.__doc__
    return statement


def _option(said: dict[str, Any], asks: str, option: Any) -> None:
    """What follows the kind of a probe: its port, its times, and so on."""
    word = option.data
    if word in _NUMBERS:
        name, read = _NUMBERS[word]
        said[name] = read(option.children[0])
    elif word == "on" and asks != "exec":
        token = option.children[0]
        said[asks]["port"] = whole(token, "a port") if asks == "grpc" else int_or_text(token)
    elif word == "host" and asks in ("httpGet", "tcpSocket"):
        said[asks]["host"] = text_of(option.children[0])
    elif word == "header" and asks == "httpGet":
        headers = said[asks].setdefault("httpHeaders", [])
        for pair in option.children:
            headers.append({"name": text_of(pair.children[0]), "value": text_of(pair.children[1])})
    elif word == "grpc_service" and asks == "grpc":
        said[asks]["service"] = text_of(option.children[0])
    else:
        raise Wrong(f"a probe by {asks} has no `{word.replace('grpc_', '')}`", option, code="bad-probe")


def _http(kind: Any) -> dict[str, Any]:
    said = {"path": text_of(kind.children[0])} if kind.children else {}
    if kind.data == "https":
        said["scheme"] = "HTTPS"
    return {"httpGet": said}


def _tcp(kind: Any) -> dict[str, Any]:
    return {"tcpSocket": {"port": int_or_text(kind.children[0])} if kind.children else {}}


def _grpc(kind: Any) -> dict[str, Any]:
    return {"grpc": {"port": whole(kind.children[0], "a port")} if kind.children else {}}


def _exec(kind: Any) -> dict[str, Any]:
    return {"exec": {"command": [text_of(token) for token in kind.children]}}


_ACTIONS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "http": _http,
    "https": _http,
    "tcp": _tcp,
    "grpc": _grpc,
    "exec": _exec,
}


def _first_port(scope: Scope, container: dict[str, Any], asked: dict[str, Any], tree: Any) -> None:
    """A probe of which no port is said asks at the container's first one, and over HTTP else at HTTP's own."""
    if "port" in asked:
        return
    ports = container.get("ports") or []
    if not ports and "path" in asked:
        asked["port"] = 443 if asked.get("scheme") == "HTTPS" else 80
        return
    if not ports or not isinstance(ports[0], dict):
        scope.out.wrong(
            Wrong("on which port is not said", tree, "add `on 8080`, or give the container a port", "no-port")
        )
        return
    asked["port"] = ports[0].get("containerPort", 0)
