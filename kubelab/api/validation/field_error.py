"""What is wrong with one field of an object, and the server's sentence about all that is wrong.

In Kubernetes: apimachinery `pkg/util/validation/field` (``field.Error``), `pkg/util/errors` (``Aggregate``),
`pkg/api/errors` (``NewInvalid``).
"""

import enum
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from kubelab.api.validation.go_value import go_value
from kubelab.errors import Cause


class ErrorType(enum.Enum):
    """The kinds of mistake: the value is the reason of a ``StatusCause``, `text` the words at the head of a line."""

    NOT_FOUND = "FieldValueNotFound"
    REQUIRED = "FieldValueRequired"
    DUPLICATE = "FieldValueDuplicate"
    INVALID = "FieldValueInvalid"
    NOT_SUPPORTED = "FieldValueNotSupported"
    FORBIDDEN = "FieldValueForbidden"
    TOO_LONG = "FieldValueTooLong"
    TOO_MANY = "FieldValueTooMany"
    TOO_FEW = "FieldValueTooFew"
    TOO_SHORT = "FieldValueTooShort"
    INTERNAL = "InternalError"
    TYPE_INVALID = "FieldValueTypeInvalid"

    @property
    def text(self) -> str:
        """The words the API server prints for this kind of mistake."""
        return _TEXTS[self]


_TEXTS = {
    ErrorType.NOT_FOUND: "Not found",
    ErrorType.REQUIRED: "Required value",
    ErrorType.DUPLICATE: "Duplicate value",
    ErrorType.INVALID: "Invalid value",
    ErrorType.NOT_SUPPORTED: "Unsupported value",
    ErrorType.FORBIDDEN: "Forbidden",
    ErrorType.TOO_LONG: "Too long",
    ErrorType.TOO_MANY: "Too many",
    ErrorType.TOO_FEW: "Too few",
    ErrorType.TOO_SHORT: "Too short",
    ErrorType.INTERNAL: "Internal error",
    ErrorType.TYPE_INVALID: "Invalid value",
}
_WITH_VALUE = frozenset(_TEXTS) - {
    ErrorType.REQUIRED,
    ErrorType.FORBIDDEN,
    ErrorType.TOO_LONG,
    ErrorType.TOO_SHORT,
    ErrorType.INTERNAL,
}


class Omitted(enum.Enum):
    """The one value `OMITTED`, for a mistake whose value is not worth printing."""

    OMITTED = ""


OMITTED = Omitted.OMITTED


@attrs.frozen
class FieldError:
    """One mistake in one field.

    Attributes:
        type: which kind of mistake.
        path: the field, such as ``spec.containers[0].name``.
        value: the value that is wrong, or `OMITTED`.
        detail: what is wrong with it, or "".
    """

    type: ErrorType
    path: str
    value: Any = OMITTED
    detail: str = ""

    @property
    def body(self) -> str:
        """The mistake without its field: ``Invalid value: -1: must be greater than or equal to 0``."""
        text = self.type.text
        if self.type in _WITH_VALUE and self.value is not OMITTED:
            text = f"{text}: {go_value(self.value)}"
        return f"{text}: {self.detail}" if self.detail else text

    @property
    def cause(self) -> Cause:
        """The mistake as a ``Status`` answer carries it."""
        return Cause(reason=self.type.value, field=self.path, message=self.body)

    def __str__(self) -> str:
        return f"{self.path}: {self.body}"


Errors = Iterator[FieldError]
"""What every check gives: its mistakes, in the order in which the API server finds them."""


def required(path: str, detail: str = "") -> FieldError:
    """A field that must be set and is not."""
    return FieldError(ErrorType.REQUIRED, path, "", detail)


def invalid(path: str, value: Any, detail: str) -> FieldError:
    """A field whose value is not right."""
    return FieldError(ErrorType.INVALID, path, value, detail)


def not_supported(path: str, value: Any, values: Sequence[str]) -> FieldError:
    """A field whose value is none of those that exist."""
    detail = "supported values: " + ", ".join(go_value(each) for each in values) if values else ""
    return FieldError(ErrorType.NOT_SUPPORTED, path, value, detail)


def forbidden(path: str, detail: str) -> FieldError:
    """A field that must not be set, or not be changed, here."""
    return FieldError(ErrorType.FORBIDDEN, path, "", detail)


def duplicate(path: str, value: Any, detail: str = "") -> FieldError:
    """A value that is there twice and may be there once."""
    return FieldError(ErrorType.DUPLICATE, path, value, detail)


def not_found(path: str, value: Any, detail: str = "") -> FieldError:
    """A name that refers to nothing."""
    return FieldError(ErrorType.NOT_FOUND, path, value, detail)


def too_long(path: str, limit: int, unit: str = "byte") -> FieldError:
    """A text, or all texts of a field together, beyond the limit."""
    plural = "" if limit == 1 else "s"
    return FieldError(ErrorType.TOO_LONG, path, OMITTED, f"may not be more than {limit} {unit}{plural}")


def too_many(path: str, count: int, limit: int) -> FieldError:
    """A list beyond its limit."""
    return FieldError(ErrorType.TOO_MANY, path, count, f"must have at most {limit} item{'' if limit == 1 else 's'}")


def one_of(path: str, value: str, values: Sequence[str]) -> Errors:
    """A mistake unless `value` is one of `values`, which are listed in the order given."""
    if value not in values:
        yield not_supported(path, value, values)


def messages(path: str, value: Any, texts: Iterable[str]) -> Errors:
    """One `invalid` for each text about the value."""
    for text in texts:
        yield invalid(path, value, text)


def non_negative(path: str, number: int | None) -> Errors:
    """A mistake when the number is below zero (``ValidateNonnegativeField``)."""
    if number is not None and number < 0:
        yield invalid(path, number, "must be greater than or equal to 0")


def positive(path: str, number: int) -> Errors:
    """A mistake when the number is zero or below (``ValidatePositiveField``)."""
    if number <= 0:
        yield invalid(path, number, "must be greater than zero")


def immutable(path: str, new: Any, old: Any) -> Errors:
    """A mistake when the field has changed (``ValidateImmutableField``)."""
    if new is not old and new != old:
        yield invalid(path, new, "field is immutable")


def invalid_message(kind: str, name: str, errors: Iterable[FieldError]) -> str:
    """The server's sentence about an object it refuses: each mistake once, in brackets when there are several.

    Args:
        kind: the kind with its group, as ``Deployment.apps``; only ``Pod`` for the core group.
        name: the object's name.
        errors: all that is wrong with it.
    """
    lines = list(dict.fromkeys(map(str, errors)))
    text = lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]"
    head = f"{kind} {go_value(name)} is invalid"
    return f"{head}: {text}" if lines else head
