"""The refusals of the API server, in its words.

Source: apimachinery `pkg/api/errors`.
"""

from collections.abc import Sequence

from kubelab.api.scheme import Kind
from kubelab.api.validation import FieldError
from kubelab.api.validation.field_error import invalid_message
from kubelab.errors import Cause, StatusError


def not_found(kind: Kind, name: str) -> StatusError:
    """404: there is no such object."""
    return StatusError(404, "NotFound", f'{kind.resource} "{name}" not found')


def already_exists(kind: Kind, name: str, dying: bool = False) -> StatusError:
    """409: the name is taken; perhaps by an object that is on its way out."""
    when = "object is being deleted: " if dying else ""
    return StatusError(409, "AlreadyExists", f'{when}{kind.resource} "{name}" already exists')


def conflict(resource: str, name: str, why: str) -> StatusError:
    """409: what the request assumed no longer holds."""
    return StatusError(409, "Conflict", f'Operation cannot be fulfilled on {resource} "{name}": {why}')


def modified(kind: Kind, name: str) -> StatusError:
    """409: the object has changed since it was read (optimistic concurrency)."""
    why = "the object has been modified; please apply your changes to the latest version and try again"
    return conflict(kind.resource, name, why)


def forbidden(kind: Kind, name: str, why: str, causes: Sequence[Cause] = ()) -> StatusError:
    """403: an admission plugin does not let the request pass."""
    return StatusError(403, "Forbidden", f'{kind.resource} "{name}" is forbidden: {why}', causes)


def invalid(kind: Kind, name: str, errors: Sequence[FieldError]) -> StatusError:
    """422: the object breaks the rules of its kind."""
    title = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
    return StatusError(422, "Invalid", invalid_message(title, name, errors), [e.cause for e in errors])


def bad_request(why: str) -> StatusError:
    """400: the request itself makes no sense."""
    return StatusError(400, "BadRequest", why)


def internal(why: str) -> StatusError:
    """500: the server cannot make sense of what it was sent; upstream gives such errors no reason."""
    return StatusError(500, "", why)


def unprocessable() -> StatusError:
    """422: a patch that can be read, but not carried out on this object."""
    return StatusError(422, "Invalid", "the server rejected our request due to an error in our request")
