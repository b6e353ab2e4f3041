"""Addresses that belong to no resource: health, version, discovery, the descriptions of the API, and the lab's own.

==============================  ===================================================
``/healthz /livez /readyz``     ``ok``; with ``?verbose`` each check on a line
``/version``                    which Kubernetes this behaves as
``/api /apis …``                discovery
``/openapi/v2 /openapi/v3``     the kinds, described
``POST /kubelab/step?count=N``  let a cluster that is stepped make N steps
==============================  ===================================================

**In Kubernetes:** `k8s.io/apiserver/pkg/server` (healthz, routes).
"""

from collections.abc import Callable
from typing import Any

from kubelab.errors import StatusError
from kubelab.server import discovery, media, resources, status
from kubelab.server.call import Call, Reply
from kubelab.state.snapshot import SECOND

Document = dict[str, Any]

NOT_FOUND = b"404 page not found\n"
TEXT = "text/plain; charset=utf-8"

VERSION: Document = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.2",
    "gitCommit": "0000000000000000000000000000000000000000",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    "goVersion": "go1.26",
    "compiler": "gc",
    "platform": "linux/amd64",
}
"""The Kubernetes that this server behaves as."""

CHECKS = ("ping", "log", "etcd", "poststarthook/rbac/bootstrap-roles")


def general(call: Call) -> Reply:
    """Answer a request for an address that belongs to no resource."""
    path = call.address.path.rstrip("/") or "/"
    first, *rest = path.strip("/").split("/")
    if call.address.method not in ("GET", "HEAD"):
        if path.startswith("/kubelab/"):
            return _lab(call, path)
        return _not_found() if first not in _ANSWERS else _refuse_method()
    found = _ANSWERS.get(first)
    return found(call, rest) if found is not None else _not_found()


def _refuse_method() -> Reply:
    raise status.method_not_allowed()


def _not_found() -> Reply:
    return Reply(NOT_FOUND, 404, type=TEXT)


def _health(call: Call, rest: list[str]) -> Reply:
    name = call.address.path.strip("/").partition("/")[0]
    if rest:
        check = "/".join(rest)
        return Reply(b"ok", type=TEXT) if check in CHECKS else _not_found()
    if "verbose" in call.query:
        lines = [f"[+]{check} ok" for check in CHECKS]
        return Reply("\n".join([*lines, f"{name} check passed\n"]).encode(), type=TEXT)
    return Reply(b"ok", type=TEXT)


def _version(call: Call, rest: list[str]) -> Reply:
    return _not_found() if rest else Reply(VERSION)


def _index(call: Call, rest: list[str]) -> Reply:
    paths = ["/api", "/api/v1", "/apis"]
    for name, versions in resources.groups():
        paths += [f"/apis/{name}", *(f"/apis/{name}/{version}" for version in versions)]
    paths += ["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]
    return Reply({"paths": paths})


def _api(call: Call, rest: list[str]) -> Reply:
    if not rest:
        if _aggregated(call):
            return _discovered(discovery.aggregated(True))
        return Reply(discovery.core_versions(call.headers.get("host", "")))
    if len(rest) == 1 and discovery.resource_list("", rest[0]) is None:
        raise status.no_such_resource()
    return _resources("", rest[0]) if len(rest) == 1 else _not_found()


def _apis(call: Call, rest: list[str]) -> Reply:
    if not rest:
        return _discovered(discovery.aggregated(False)) if _aggregated(call) else Reply(discovery.group_list())
    if len(rest) == 1:
        found = discovery.group(rest[0])
        return _not_found() if found is None else Reply(found)
    return _resources(rest[0], rest[1]) if len(rest) == 2 else _not_found()


def _aggregated(call: Call) -> bool:
    want = media.wanted(call.headers.get("accept", ""), discovery=True)
    return want.shape == "APIGroupDiscoveryList"


def _discovered(document: Document) -> Reply:
    content = media.to_json(document) + b"\n"
    return Reply(content, type="application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")


def _resources(group: str, version: str) -> Reply:
    found = discovery.resource_list(group, version)
    return _not_found() if found is None else Reply(found)


def _openapi(call: Call, rest: list[str]) -> Reply:
    from kubelab.server import descriptions

    found = descriptions.document(rest, call.headers.get("accept", ""))
    return _not_found() if found is None else found


def _lab(call: Call, path: str) -> Reply:
    """What only this server has: steps of a cluster that does not go on by itself."""
    if path != "/kubelab/step" or call.address.method != "POST":
        return _not_found()
    if call.host.speed:
        why = "this cluster goes on by itself; it can be stepped where it is served with --manual"
        raise StatusError(409, "Conflict", why)
    text = call.query.get("count", "1")
    if not text.isdecimal() or len(text) > 6 or not 1 <= int(text) <= 100_000:
        raise StatusError(400, "BadRequest", f"count is a number of steps, not {text!r}")
    transition = call.host.step(int(text))
    if transition is None:
        return Reply({"step": call.host.cluster.cursor, "message": "nothing more happens"})
    return Reply(
        {
            "step": transition.index,
            "seconds": transition.time / SECOND,
            "actor": transition.actor,
            "verb": transition.verb,
            "object": str(transition.key),
            "message": transition.message,
        }
    )


_ANSWERS: dict[str, Callable[[Call, list[str]], Reply]] = {
    "": _index,
    "api": _api,
    "apis": _apis,
    "healthz": _health,
    "livez": _health,
    "openapi": _openapi,
    "readyz": _health,
    "version": _version,
}
"""What answers, by the first part of the path."""
