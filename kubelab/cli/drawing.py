"""`kubelab draw`: a picture of a run."""

import argparse
from pathlib import Path

from kubelab.cli import INTERRUPTED, OK, programs, sources
from kubelab.cli.progress import Progress
from kubelab.cli.running import until
from kubelab.errors import UsageError
from kubelab.views import VIEWS

SUFFIXES = (".svg", ".png", ".dot", ".txt")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    programs.add_arguments(command)
    command.add_argument("--view", choices=VIEWS, default="topology", help="what the picture is of")
    command.add_argument("--at", type=programs.count, metavar="N", help="after step N (the last step, if not given)")
    kinds = "a .svg, .png, .dot or .txt file"
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=kinds)


def carry_out(options: argparse.Namespace) -> int:
    """Run the programs until the cluster has settled, and write the picture.

    Raises:
        KubelabError: something given cannot be used, or there is no Graphviz for an .svg or .png.
    """
    if options.output.suffix not in SUFFIXES:
        raise UsageError(f"{options.output}: a picture is a {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]} file")
    cluster, _ = programs.start(programs.read_all(sources.read(options.files)), options.nodes)
    progress = Progress()
    try:
        if until(cluster, "settled", progress).ended == "interrupted":
            return INTERRUPTED
    finally:
        progress.close()
    picture = cluster.draw(options.view, at=options.at)
    try:
        picture.save(options.output)
    except OSError as error:
        raise UsageError(f"{options.output}: {error.strerror}") from error
    return OK
