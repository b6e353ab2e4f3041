"""metav1.Status: how the API server says that something was done, or that it was refused.

Source: apimachinery `pkg/apis/meta/v1` (``Status``), `pkg/api/errors`.
"""

import re
from typing import Any

from kubelab.api.scheme import Kind
from kubelab.errors import StatusError

_SUBJECT = re.compile(r'^([a-z0-9.\-/]+) "([^"]*)" (?:not found|already exists|is forbidden)')
_COLLECTION = re.compile(r"^([a-z0-9.\-]+) is forbidden")
_CONFLICT = re.compile(r'^Operation cannot be fulfilled on ([a-z0-9.\-/]+) "([^"]*)"')
_INVALID = re.compile(r'^([A-Za-z0-9]+)(?:\.([a-z0-9.\-]+))? "([^"]*)" is invalid')

NOT_FOUND = "the server could not find the requested resource"
NOT_ALLOWED = "the server does not allow this method on the requested resource"


def failure(error: StatusError) -> dict[str, Any]:
    """A refusal as its ``Status``; what it is about is said in its text, and taken from there."""
    status: dict[str, Any] = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": error.message,
        "reason": error.reason,
    }
    details = _details(error)
    if details is not None:
        status["details"] = details
    status["code"] = error.code
    if not error.reason:
        del status["reason"]
    return status


def _details(error: StatusError) -> dict[str, Any] | None:
    details: dict[str, Any] = {}
    if found := _INVALID.match(error.message):
        details = _about(found[3], found[2] or "", found[1])
    elif found := _SUBJECT.match(error.message) or _CONFLICT.match(error.message):
        kind, _, group = found[1].partition(".")
        details = _about(found[2], group, kind)
    elif found := _COLLECTION.match(error.message):
        kind, _, group = found[1].partition(".")
        details = _about("", group, kind)
    if error.causes:
        details["causes"] = [
            {name: value for name, value in (("reason", c.reason), ("message", c.message), ("field", c.field)) if value}
            for c in error.causes
        ]
    retry = error.retry_after
    if retry:
        details["retryAfterSeconds"] = retry
    return details if details or error.code in (404, 405) else None


def _about(name: str, group: str, kind: str) -> dict[str, Any]:
    return {key: value for key, value in (("name", name), ("group", group), ("kind", kind)) if value}


def deleted(kind: Kind, name: str, uid: str) -> dict[str, Any]:
    """What a deletion that is done answers."""
    details = _about(name, kind.group, kind.plural)
    if uid:
        details["uid"] = uid
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def success(code: int = 201) -> dict[str, Any]:
    """What a binding or an eviction that is done answers."""
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": code}


def no_such_resource() -> StatusError:
    """404: the group is known, the resource is not."""
    return StatusError(404, "NotFound", NOT_FOUND)


def method_not_allowed() -> StatusError:
    """405: the resource is known, but does not take this method."""
    return StatusError(405, "MethodNotAllowed", NOT_ALLOWED)
