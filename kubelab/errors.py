"""Errors a user can meet: each says what happened, where, and what was probably meant.

In a notebook they show as their own text, never as a traceback.
"""

from collections.abc import Sequence

import attrs


class KubelabError(Exception):
    """The base of every error that kubelab raises on purpose; `str()` is the whole text for the user."""

    def _render_traceback_(self) -> list[str]:
        """The lines that IPython shows instead of a traceback."""
        return str(self).splitlines()


class LimitError(KubelabError):
    """A loop reached its limit; the text shows the last transitions."""


class UsageError(KubelabError):
    """A command, an option or an argument that cannot be carried out as given."""


class QuantityError(KubelabError, ValueError):
    """A text that is no quantity, duration or other scalar of Kubernetes."""


class SelectorError(KubelabError, ValueError):
    """A label selector that cannot be read."""


@attrs.frozen
class Span:
    """A slice of a source text: lines and columns count from 1, `end_column` is one past the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


@attrs.frozen
class Mistake:
    """One thing wrong (or doubtful) in a source text.

    Attributes:
        message: what is wrong, one sentence.
        span: where, or None when it is about the whole text.
        hint: what was probably meant, or "".
        severity: "error", or "warning" for what Kubernetes accepts but a person may not have meant.
        code: a stable short name of the kind of mistake, such as "unknown-field".
    """

    message: str
    span: Span | None = None
    hint: str = ""
    severity: str = "error"
    code: str = ""


class SourceError(KubelabError):
    """One or more mistakes in a program or manifest; its text shows each with its line and a caret.

    Attributes:
        mistakes: all of them, in the order of the source.
        text: the text shown to the user.
    """

    def __init__(self, mistakes: Sequence[Mistake], text: str) -> None:
        super().__init__(text)
        self.mistakes = tuple(mistakes)
        self.text = text


class ManifestError(KubelabError):
    """A manifest that cannot be read as its kind.

    Attributes:
        problems: one text for each thing wrong, with its path, in the API server's words.
    """

    def __init__(self, problems: Sequence[str], text: str = "") -> None:
        super().__init__(text or "\n".join(problems))
        self.problems = tuple(problems)


@attrs.frozen
class Cause:
    """One reason of a refusal, as a Status carries it: `reason` (``FieldValueInvalid``), `field` path, `message`."""

    reason: str
    field: str
    message: str


class StatusError(KubelabError):
    """A request that the API server refuses, as its ``Status`` answer says it.

    Attributes:
        code: the HTTP status, such as 409.
        reason: the word of ``metav1.StatusReason``, such as ``Conflict``.
        message: the server's text.
        causes: the details of the answer.
        retry_after: after how many seconds it is worth another try, or 0 where the answer does not say.
    """

    def __init__(
        self, code: int, reason: str, message: str, causes: Sequence[Cause] = (), retry_after: int = 0
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.causes = tuple(causes)
        self.retry_after = retry_after
