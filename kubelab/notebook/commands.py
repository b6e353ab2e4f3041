"""The commands of ``%kube``: each takes the session and its words, and gives what the cell shows."""

from collections.abc import Callable, Sequence
from html import escape
from importlib import import_module
from typing import Any, TypeVar

import attrs

from kubelab.cluster import Cluster
from kubelab.dsl.suggest import did_you_mean
from kubelab.errors import UsageError
from kubelab.notebook.options import words_of
from kubelab.notebook.session import Session
from kubelab.sim.transition import Transition
from kubelab.views import explain


class Text(str):
    """A text that a notebook shows as it is, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


_AS_OUTPUT = (
    "margin: 0; padding: 0 0 0 5px; background: none; font-size: var(--jp-code-font-size, 13px);"
    " line-height: var(--jp-code-line-height, 1.31)"
)
"""What makes a text on a page look as the plain outputs around it."""


class Prose(Text):
    """A text of long lines: a notebook breaks them between words."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """The text for a page; JupyterLab would break the lines of a plain text anywhere."""
        style = f"{_AS_OUTPUT}; white-space: pre-wrap; word-break: normal; overflow-wrap: break-word"
        return f'<pre style="{style}">{escape(self)}</pre>'


class Table(Text):
    """A text in columns: a notebook breaks no line of it; what is too wide is scrolled."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """The table for a page; JupyterLab would break its lines, and with them its columns."""
        return f'<pre style="{_AS_OUTPUT}; white-space: pre; overflow-x: auto">{escape(self)}</pre>'


Carrier = Callable[[Session, list[str]], Any]
AnyCarrier = TypeVar("AnyCarrier", bound=Carrier)


@attrs.frozen
class Command:
    """One command: its name, how its words go on, what it does, and what carries it out."""

    name: str
    usage: str
    meaning: str
    carry_out: Carrier


COMMANDS: dict[str, Command] = {}
"""All commands, by name, in the order of the help."""


GROUPS = {
    "moving": "Along the timeline, and from one branch or cluster to another",
    "asking": "What is there, and why",
    "interference": "What goes wrong, and what goes",
    "studying": "Predictions and exercises (%%predict and %%exercise make them)",
    "serving": "Real clients",
    "commands": "Help",
}
"""The modules of the commands, in the order of the help, and what is common to theirs."""


def command(name: str, usage: str, meaning: str) -> Callable[[AnyCarrier], AnyCarrier]:
    """Make a function the command `name`."""

    def made(carrier: AnyCarrier) -> AnyCarrier:
        COMMANDS[name] = Command(name, usage, meaning, carrier)
        return carrier

    return made


def load() -> None:
    """Make all commands known: those of every module that has some."""
    for module in GROUPS:
        import_module(f"kubelab.notebook.{module}")


def carry_out(session: Session, line: str) -> Any:
    """Do what the line of a ``%kube`` says.

    Raises:
        KubelabError: there is no such command, or it cannot be carried out.
    """
    words = words_of(line)
    if not words:
        return COMMANDS["player"].carry_out(session, [])
    name, *rest = words
    found = COMMANDS.get({"--help": "help", "-h": "help"}.get(name, name))
    if found is None:
        hint = did_you_mean(name, COMMANDS) or "%kube help lists all"
        raise UsageError(f"there is no command {name!r}; {hint}")
    if rest[:1] in (["--help"], ["-h"]):
        return Text(_help_line(found))
    return found.carry_out(session, rest)


def one_of(word: str, known: Sequence[str], what: str) -> str:
    """`word`, if it is one of those that are known.

    Raises:
        UsageError: it is none of them.
    """
    if word not in known:
        hint = did_you_mean(word, known)
        raise UsageError(f"there is no {what} {word!r}; there are {', '.join(known)}" + (f"; {hint}" if hint else ""))
    return word


def needs(words: Sequence[str], usage: str, least: int = 1, most: int = 1) -> list[str]:
    """The words of a command, filled up with "" to `most`.

    Raises:
        UsageError: there are too few or too many.
    """
    if not least <= len(words) <= most:
        raise UsageError(f"write: %kube {usage}")
    return [*words, *[""] * (most - len(words))]


def told(cluster: Cluster, transition: Transition | None) -> Text:
    """Where one is now, and what the step there did."""
    if transition is None:
        end = cluster.cursor == len(cluster.timeline) and cluster.cursor > 0
        return Text("nothing more happens" if end else "step 0: the cluster at the start")
    return Text(f"step {transition.index}: {explain.sentence(transition)}")


def done(cluster: Cluster, transition: Transition | None) -> Text:
    """What somebody's change did, and the branch that it made where the cursor was in the past."""
    return Text("\n".join(filter(None, (told(cluster, transition), cluster.departure))))


def _help_line(found: Command) -> str:
    return f"%kube {found.name} {found.usage}".rstrip() + f"\n    {found.meaning}"


@command("help", "[COMMAND]", "list the commands")
def _help(session: Session, words: list[str]) -> Text:
    (name,) = needs(words, "help [COMMAND]", 0)
    if name:
        return Text(_help_line(COMMANDS[one_of(name, tuple(COMMANDS), "command")]))
    parts = ["%kube COMMAND"]
    for module, title in GROUPS.items():
        parts += ["", title]
        parts += [_row(found) for found in COMMANDS.values() if found.carry_out.__module__.endswith(f".{module}")]
    return Text("\n".join([*parts, "", "%%kube --help tells how to write a cell."]))


def _row(found: Command) -> str:
    usage = f"{found.name} {found.usage}".rstrip()
    return f"  {usage}\n{'':36}{found.meaning}" if len(usage) > 32 else f"  {usage:<32}  {found.meaning}"
