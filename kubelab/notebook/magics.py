"""The magics: ``%%kube`` applies a cell to the cluster and shows the Player; ``%kube`` steps, breaks, asks, draws.

``%%predict`` puts a question, ``%%exercise`` begins an exercise.
"""

from typing import Any

import attrs
from IPython.core.magic import Magics, cell_magic, line_cell_magic, magics_class, no_var_expand

from kubelab.cluster import Cluster
from kubelab.equipment import Equipment
from kubelab.errors import KubelabError, UsageError
from kubelab.notebook import asking, commands, interference, moving, serving, studying
from kubelab.notebook.cells import BARE
from kubelab.notebook.commands import Text
from kubelab.notebook.options import Option, described, parse, words_of
from kubelab.notebook.session import Session
from kubelab.notebook.strides import checked as stride_checked
from kubelab.program import LANGUAGES, read, read_condition
from kubelab.views import VIEWS

MODULES = (moving, asking, interference, studying, serving)
"""The modules whose commands `%kube` knows; importing them makes them known."""

OPTIONS = (
    Option("cluster", "the cluster of this name, made if there is none; it becomes the current one", "NAME"),
    Option("fresh", "begin with a new cluster"),
    Option("nodes", "begin with so many nodes; only for a cluster that has not started", "N", "number"),
    Option("view", f"what the picture shows: {', '.join(VIEWS)}", "VIEW"),
    Option("stride", "how far one press of Step goes: request, reconcile, moment, settled", "SIZE"),
    Option("steps", "let the cluster make so many steps", "N", "number"),
    Option("run", "let the cluster act until it has settled"),
    Option("until", "let the cluster act until a condition holds, such as '3 pods app=web Running'", "CONDITION"),
    Option("for", "let so much virtual time go by, such as 90s", "TIME"),
    Option("at", "then show this step; -1 is the newest", "N", "number"),
    Option("language", f"what the cell is written in, if it cannot be told: {', '.join(LANGUAGES)}", "NAME"),
    Option("quiet", "show nothing"),
    Option("help", "show this"),
)
"""The options of ``%%kube``."""

_KERNEL = Option(BARE.removeprefix("--"), "the cell has no line of the magic: it is one of the kernel kube")

HELP = f"""%%kube [options]
...text in the language of kubelab, YAML or JSON...

Applies the cell to the current cluster, everything in it or nothing, and shows the Player.

{described(OPTIONS)}

%kube help lists what %kube can do."""


@attrs.frozen
class Wanted:
    """What the line of a ``%%kube`` cell asks for, checked before anything is done."""

    name: str
    fresh: bool
    nodes: int | None
    view: str
    stride: str
    steps: int | None
    until: str
    time: str
    at: int | None
    language: str
    quiet: bool


def wanted(said: dict[str, Any], session: Session) -> Wanted:
    """The options of a cell as they are meant.

    Raises:
        KubelabError: they do not fit together, or a value is wrong.
    """
    name = said.get("cluster", session.current)
    known = session.get(name)
    started = known is not None and known.started
    if said.get("nodes") is not None and started and not said.get("fresh"):
        raise UsageError(f"cluster {name} has its nodes already; add --fresh to begin anew")
    goals = [option for option in ("steps", "run", "until", "for") if option in said]
    if len(goals) > 1 and goals != ["until", "for"]:
        raise UsageError(f"--{goals[0]} and --{goals[1]} do not go together")
    view = said.get("view", "topology")
    commands.one_of(view, VIEWS, "view")
    if "language" in said:
        commands.one_of(said["language"], LANGUAGES, "language")
    if "until" in said and said["until"] != "settled":
        read_condition(said["until"])
    return Wanted(
        name=name,
        fresh=bool(said.get("fresh")),
        nodes=said.get("nodes"),
        view=view,
        stride=stride_checked(said.get("stride", "request")),
        steps=said.get("steps"),
        until=said.get("until", "settled" if "run" in said or "for" in said else ""),
        time=said.get("for", ""),
        at=said.get("at"),
        language=said.get("language", ""),
        quiet=bool(said.get("quiet")),
    )


def with_body(lines: list[str]) -> list[str]:
    """The lines of a cell; IPython refuses a cell magic without a body, so that ``%%kube`` alone gets an empty one."""
    if lines and lines[0].startswith("%%kube") and not "".join(lines[1:]).strip():
        return [f"{lines[0].rstrip()}\n", "\n"]
    return lines


@magics_class
class KubeMagics(Magics):
    """``%kube`` and ``%%kube``.

    Attributes:
        session: the clusters of this notebook.
    """

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.session = Session()

    @line_cell_magic
    def kube(self, line: str, cell: str | None = None) -> Any:
        """Apply a cell to the cluster (``%%kube --help``), or carry out a command (``%kube help``)."""
        if cell is None:
            return commands.carry_out(self.session, line)
        said, rest = parse(words_of(line), (*OPTIONS, _KERNEL), "%%kube")
        if said.get("help"):
            return Text(HELP)
        if rest:
            raise UsageError(f"{rest[0]!r} is no option of %%kube; a command such as %kube {rest[0]} has one %")
        # The line of the magic is the first one of the cell, as a person sees it.
        return self._apply(wanted(said, self.session), cell if _KERNEL.name in said else f"\n{cell}")

    @no_var_expand
    @line_cell_magic
    def kubectl(self, line: str, cell: str | None = None) -> None:
        """Carry out a command of kubectl; the body of a cell is what ``-f -`` reads."""
        from kubelab.notebook.kubectl import carry_out

        carry_out(self.session, line, cell)

    @no_var_expand
    @cell_magic
    def predict(self, line: str, cell: str) -> Any:
        """Put a question about what will happen; how it is written is told in kubelab.course.prediction."""
        return studying.put(self.session, f"{line}\n{cell}")

    @no_var_expand
    @cell_magic
    def exercise(self, line: str, cell: str) -> Any:
        """Begin the exercise of this name; how it is written is told in kubelab.course.exercise."""
        return studying.begin(self.session, line, f"\n{cell}")

    def _apply(self, want: Wanted, text: str) -> Any:
        known = None if want.fresh else self.session.get(want.name)
        there = known.view if known is not None and want.nodes is None else None
        program = read(text, "", want.language, there)
        cluster = known
        if cluster is None or want.nodes is not None:
            cluster = Cluster(
                nodes=want.nodes,
                **Equipment().joined(program).wishes,
            )
        begun = len(cluster.timeline) if cluster is known else 0
        applied = cluster.apply(program)
        self.session.put(want.name, cluster)
        said = [str(applied)]
        try:
            said += moving.going(cluster, want.steps, want.until, want.time)
        except KubelabError as error:
            said.append(str(error))
        if want.at is not None:
            cluster.goto(want.at)
        if want.quiet:
            return None
        text = "\n".join(part for part in said if part)
        if text:
            print(text)
        from kubelab.notebook.player import Player

        return self.session.shows(Player(cluster, want.view, want.stride, begun))
