"""What a command says and how it ends, and how kubectl words what the API server refuses.

Source: kubectl `pkg/cmd/util/helpers.go` (``checkErr``, ``StandardErrorMessage``, ``AddSourceToErr``).
"""

from collections.abc import Iterable, Sequence

import attrs

from kubelab.errors import KubelabError, StatusError


@attrs.frozen
class Answer:
    """What a command printed, and its exit code.

    Attributes:
        out: what it printed.
        err: its warnings and errors.
        code: 0 when all went well.
        note: what the real one would not say: that the change was made in the past, and so made a branch.
    """

    out: str
    err: str
    code: int
    note: str = ""

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked to do."""
        return self.code == 0

    def __str__(self) -> str:
        return self.out + self.err

    def __repr__(self) -> str:
        return str(self).rstrip("\n")


class Failure(KubelabError):
    """Ends a command; its text is what kubectl prints, without ``error: `` before it unless kubectl's own has it.

    Attributes:
        text: the error.
        code: the exit code.
        whole: whether the text is printed as it is, without ``error: `` before it.
    """

    def __init__(self, text: str, code: int = 1, *, whole: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.whole = whole


class Failures(KubelabError):
    """Several things that went wrong with one command.

    Attributes:
        errors: each of them.
    """

    def __init__(self, errors: Sequence[KubelabError]) -> None:
        super().__init__("\n".join(told(error) for error in errors))
        self.errors = tuple(errors)


def usage_failure(text: str, verb: str) -> Failure:
    """A command line that cannot be carried out as given."""
    return Failure(f"{text}\nSee 'kubectl {verb} -h' for help and examples")


def raise_all(errors: Sequence[KubelabError]) -> None:
    """Raise what went wrong, if anything did: one error as itself.

    Raises:
        KubelabError: something went wrong.
    """
    flat = [each for error in errors for each in (error.errors if isinstance(error, Failures) else (error,))]
    flat = _without_repeats(flat)
    if len(flat) == 1:
        raise flat[0]
    if flat:
        raise Failures(flat)


def _without_repeats(errors: Iterable[KubelabError]) -> list[KubelabError]:
    seen: dict[str, KubelabError] = {}
    for error in errors:
        seen.setdefault(told(error), error)
    return list(seen.values())


UNAVAILABLE = 503
"""Nobody answers at the API server's address; kubectl prints that as it is."""


def told(error: KubelabError) -> str:
    """An error as kubectl prints it, without a line break at the end."""
    if isinstance(error, Failures):
        return "\n".join(told(each) for each in error.errors)
    if isinstance(error, Failure):
        return error.text if error.whole or error.text.startswith("error: ") else f"error: {error.text}"
    if isinstance(error, StatusError):
        if error.code == UNAVAILABLE:
            return error.message
        if error.reason == "Invalid":
            return _invalid(error)
        reason = f" ({error.reason})" if error.reason else ""
        return f"Error from server{reason}: {error.message}"
    return f"error: {error}"


def _invalid(error: StatusError) -> str:
    subject, named, _ = error.message.partition(" is invalid")
    if not named or subject.strip() in ("", '""'):
        rest = error.message.removeprefix(' "" is invalid: ')
        return f"The request is invalid: {rest}"
    kind, _, name = subject.partition(" ")
    lines = list(dict.fromkeys(f"{cause.field}: {cause.message}" for cause in error.causes))
    title = f"The {kind.partition('.')[0]} {name} is invalid"
    if not lines:
        return title
    return f"{title}: {lines[0]}" if len(lines) == 1 else "\n* ".join([f"{title}: ", *lines])


def with_source(error: KubelabError, doing: str, source: str) -> KubelabError:
    """An error that also says what was done with which file."""
    if isinstance(error, StatusError):
        if error.code == UNAVAILABLE:
            return error
        if error.reason == "Invalid":
            return error
        message = f'error when {doing} "{source}": {error.message}'
        return StatusError(error.code, error.reason, message, error.causes)
    return Failure(f'error when {doing} "{source}": {plain(error)}')


def plain(error: KubelabError) -> str:
    """The text of an error alone, as Go's ``err.Error()`` gives it."""
    if isinstance(error, StatusError):
        return error.message
    if isinstance(error, Failure):
        return error.text.removeprefix("error: ")
    return str(error)


def failed_to_create(error: KubelabError, what: str) -> KubelabError:
    """How most generators of ``kubectl create`` pass a refusal on; who cannot be reached is told as ever."""
    if isinstance(error, StatusError) and error.code == UNAVAILABLE:
        return error
    return Failure(f"failed to create {what}{plain(error)}")
