"""Programs as the commands use them: read, all mistakes of all files at once, and applied to a fresh cluster."""

import argparse
import sys
from collections.abc import Iterable, Sequence

from kubelab import dsl
from kubelab.cli import sources
from kubelab.cluster import Cluster
from kubelab.dsl import Program
from kubelab.equipment import Equipment
from kubelab.errors import KubelabError
from kubelab.program import among, read
from kubelab.state.snapshot import Object


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The arguments of the commands that run programs."""
    add_files(command)
    command.add_argument(
        "--nodes",
        type=count,
        metavar="N",
        help="begin with N nodes besides those of the program (if not given: three, where the program has none)",
    )


def add_files(command: argparse.ArgumentParser, kinds: str = ".kube, .yaml or .json files") -> None:
    """The FILEs of a command, of these kinds."""
    command.add_argument(
        "files", nargs="+", metavar="FILE", help=f"{kinds}, folders of them, or - for what is piped in"
    )


def count(text: str) -> int:
    """A whole number that is not negative, as an argument.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def read_all(given: Iterable[sources.Source]) -> tuple[Program, ...]:
    """Every source as a program; each may speak of what is in the others.

    Raises:
        UsageError: at least one has mistakes; the text shows those of all.
    """
    every = tuple(given)
    if len(every) < 2:
        return sources.each(every, lambda source: read(source.text, source.name, source.language or ""))
    there = among([obj for source in every for obj in _objects(source)])
    return sources.each(every, lambda source: read(source.text, source.name, source.language or "", there))


def _objects(source: sources.Source) -> tuple[Object, ...]:
    """What is in a source, as far as it can be read without the others."""
    try:
        program = read(source.text, source.name, source.language or "")
    except KubelabError:
        return ()
    return (*program.nodes, *program.objects)


def warn(program: Program, notes: Sequence[str] = ()) -> None:
    """Tell on stderr what in a program a person may not have meant, and where, and what has no effect."""
    if program.warnings:
        print(dsl.render(program.warnings, program.text, program.source), file=sys.stderr)
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


def start(programs: Sequence[Program], nodes: int | None) -> tuple[Cluster, list[str]]:
    """A fresh cluster to which the programs are applied, and a line for each object.

    Args:
        programs: what to apply, in this order.
        nodes: how many nodes there are besides those of the programs; None means none where a program has its own,
            and three otherwise.

    Raises:
        SourceError: the API server refuses an object.
    """
    declared = [node for program in programs for node in program.nodes]
    equipment = Equipment()
    for program in programs:
        equipment = equipment.joined(program)
    cluster = Cluster(
        nodes=nodes if nodes is not None else declared or None,
        **equipment.wishes,
    )
    lines: list[str] = []
    for program in programs:
        applied = cluster.apply(program)
        warn(program, applied.notes)
        lines += [f"{key.kind} {key.name} {what}" for key, what in applied.objects]
    return cluster, lines
