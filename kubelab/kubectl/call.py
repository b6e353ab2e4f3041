"""One command under way: what was asked, with which flags, and what it has printed so far."""

from collections.abc import Sequence

import attrs

from kubelab.api.scheme import Kind
from kubelab.errors import KubelabError
from kubelab.kubectl.answer import Failure, usage_failure
from kubelab.kubectl.client import Client
from kubelab.kubectl.flags import Said
from kubelab.kubectl.verbs import Verb


@attrs.define
class Call:
    """One command.

    Attributes:
        client: what it reads and writes with.
        verb: its verb.
        said: what its flags say.
        words: its words besides the verb and the flags.
        after: the words after ``--``, or None where there is no ``--``.
        line: the whole line as it was written, without ``kubectl``.
        stdin: what is piped in, or None.
        namespace: the Namespace that is meant.
        out: what it has printed.
        err: its warnings and errors.
        errors: what went wrong while the rest was still done.
    """

    client: Client
    verb: Verb
    said: Said
    words: list[str]
    after: list[str] | None
    line: str
    stdin: str | None
    namespace: str
    out: list[str] = attrs.field(factory=list)
    err: list[str] = attrs.field(factory=list)
    errors: list[KubelabError] = attrs.field(factory=list)

    def print(self, text: str = "") -> None:
        """Print a line."""
        self.out.append(f"{text}\n")

    def write(self, text: str) -> None:
        """Print a text as it is."""
        self.out.append(text)

    def tell(self, text: str) -> None:
        """Print a line of warnings."""
        self.err.append(f"{text}\n")

    def warn(self, text: str) -> None:
        """Print a warning."""
        self.tell(f"Warning: {text}")

    @property
    def explicit_namespace(self) -> bool:
        """Whether the line names the Namespace."""
        return "namespace" in self.said and not self.said.get("all-namespaces", False)

    def home(self, kind: Kind) -> str:
        """The Namespace of objects of a kind, "" where it has none."""
        return self.namespace if kind.namespaced else ""

    @property
    def dry(self) -> str:
        """``none``, ``client`` or ``server``: what is only said to be done.

        Raises:
            Failure: it is none of them.
        """
        given = self.said.get("dry-run", "none")
        if given == "unchanged":
            self.warn(
                "--dry-run is deprecated and can be replaced with --dry-run=client."
            ) if "deprecated" not in "".join(self.err) else None
            return "client"
        if given not in ("none", "client", "server"):
            raise Failure(f'Invalid dry-run value ({given}). Must be "none", "server", or "client".')
        return str(given)

    @property
    def dry_note(self) -> str:
        """What is added to a line that says what was done."""
        return {"none": "", "client": " (dry run)", "server": " (server dry run)"}[self.dry]

    def names(self, least: int, usage: str) -> list[str]:
        """The words of the command, of which there have to be so many at least.

        Raises:
            Failure: there are too few.
        """
        if len(self.words) < least:
            raise usage_failure(usage, self.verb.name)
        return self.words

    def one_name(self) -> str:
        """The only word of the command.

        Raises:
            Failure: there is none, or there are more.
        """
        if len(self.words) != 1:
            raise usage_failure(f"exactly one NAME is required, got {len(self.words)}", self.verb.name)
        return self.words[0]


def resource_label(kind: Kind, name: str) -> str:
    """How kubectl names an object: ``pod/web-1``, ``deployment.apps/web``."""
    return f"{kind.singular}.{kind.group}/{name}" if kind.group else f"{kind.singular}/{name}"


def quoted_line(words: Sequence[str]) -> str:
    """Words as one line that reads back as the same words."""
    import shlex

    return shlex.join(words)
