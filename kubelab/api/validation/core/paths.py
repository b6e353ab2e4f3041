"""Checks of paths in a file system, as mounts and projected files have them."""

from kubelab.api.validation.field_error import Errors, invalid

_MODE_TEXT = "must be a number between 0 and 0777 (octal), both inclusive"


def no_backsteps(path: str, target: str) -> Errors:
    """A mistake when the path goes up somewhere."""
    if ".." in target.split("/"):
        yield invalid(path, target, "must not contain '..'")


def descending(path: str, target: str) -> Errors:
    """A mistake unless the path is relative and goes down only (``validateLocalDescendingPath``)."""
    if target.startswith("/"):
        yield invalid(path, target, "must be a relative path")
    yield from no_backsteps(path, target)


def not_reserved(path: str, target: str) -> Errors:
    """As `descending`; and its first name must not start with two dots (``ValidateLocalNonReservedPath``)."""
    yield from descending(path, target)
    if target.startswith("..") and not target.startswith("../"):
        yield invalid(path, target, "must not start with '..'")


def mode(path: str, bits: int | None) -> Errors:
    """A mistake unless the permissions of a file are between 0 and 0777."""
    if bits is not None and not 0 <= bits <= 0o777:
        yield invalid(path, bits, _MODE_TEXT)
