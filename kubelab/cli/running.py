"""`kubelab run`: programs in a fresh cluster, as far as is asked; then what is asked about it."""

import argparse
import sys

from kubelab.api import duration
from kubelab.cli import FAILED, INTERRUPTED, OK, programs, sources
from kubelab.cli.progress import Progress, virtual
from kubelab.cluster import Cluster
from kubelab.errors import QuantityError
from kubelab.sim.runs import RunResult
from kubelab.sim.state import State


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    programs.add_arguments(command)
    length = command.add_mutually_exclusive_group()
    length.add_argument("--steps", type=programs.count, metavar="N", help="let the cluster make N steps")
    length.add_argument(
        "--until",
        default="settled",
        metavar="settled|CONDITION|DURATION",
        help="how far to go: until nothing more happens (the default), until a condition holds, such as "
        "'3 pods app=web Running', or for so much virtual time, such as 90s",
    )
    command.add_argument("--trace", choices=("text", "json"), help="print every step; json is one object a line")
    command.add_argument("--get", metavar="KINDS", help="print these objects at the end: pods,services or all")
    forms = ("table", "wide", "yaml", "json", "name")
    command.add_argument("-o", "--output", choices=forms, default="table", help="how --get prints them")


def carry_out(options: argparse.Namespace) -> int:
    """Run the programs; OK, or FAILED where an expectation or the condition was not met, or INTERRUPTED.

    The trace and the objects go to stdout; the summary does where neither is asked for, else it goes to stderr.

    Raises:
        KubelabError: something given cannot be used.
    """
    cluster, applied = programs.start(programs.read_all(sources.read(options.files)), options.nodes)
    if options.get:
        cluster.get(options.get, "name")  # a kind that does not exist is told before a long run, not after it
    progress = Progress()
    try:
        summary, code = _go(cluster, options, progress)
    finally:
        progress.close()
    if options.trace:
        sys.stdout.write(ended(cluster.trace(options.trace)))
    if options.get:
        sys.stdout.write(ended(cluster.get(options.get, options.output)))
    asked = options.trace or options.get
    sys.stdout.flush()
    print("\n".join(summary if asked else [*applied, *summary]), file=sys.stderr if asked else sys.stdout)
    return code


def _go(cluster: Cluster, options: argparse.Namespace, progress: Progress) -> tuple[list[str], int]:
    """Let the cluster act as far as is asked; the lines of the summary, and the exit code."""
    if options.steps is not None:
        return _steps(cluster, options.steps, progress)
    result = until(cluster, options.until, progress)
    return [str(result)], INTERRUPTED if result.ended == "interrupted" else OK if result.ok else FAILED


class _Enough(Exception):
    """Ends a run after the steps that were asked for."""


def _steps(cluster: Cluster, wanted: int, progress: Progress) -> tuple[list[str], int]:
    begun, code, why = cluster.cursor, OK, "as asked"

    def go_on(state: State) -> None:
        progress(state)
        if len(cluster.timeline) - begun >= wanted:
            raise _Enough

    try:
        if wanted and cluster.run(progress=go_on).ended == "interrupted":
            code, why = INTERRUPTED, "interrupted"
        elif wanted:
            why = "the cluster has settled"
    except _Enough:
        pass
    made = cluster.cursor - begun
    return [f"{made} {'step' if made == 1 else 'steps'}, {virtual(cluster.now)} of virtual time: {why}"], code


def until(cluster: Cluster, goal: str, progress: Progress | None = None) -> RunResult:
    """Let the cluster act until it has settled, for a length of virtual time, or until a condition holds.

    Raises:
        SourceError: the goal is neither of them.
    """
    try:
        duration.parse(goal)
    except QuantityError:
        return cluster.run(until=goal, progress=progress)
    return cluster.run(for_=goal, progress=progress)


def ended(text: str) -> str:
    """A text with a line end at its end, unless it is empty."""
    return text if not text or text.endswith("\n") else text + "\n"
