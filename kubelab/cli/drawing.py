"""`kubelab draw`: a picture of a run, or the run as a moving picture."""

import argparse
from pathlib import Path

from kubelab.cli import INTERRUPTED, OK, programs, sources
from kubelab.cli.progress import Progress
from kubelab.cli.running import until
from kubelab.errors import UsageError
from kubelab.moving_picture import MovingPicture
from kubelab.picture import Picture
from kubelab.views import VIEWS

SUFFIXES = (".svg", ".png", ".dot", ".txt")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    programs.add_arguments(command)
    command.add_argument("--view", choices=VIEWS, default="topology", help="what the picture is of")
    command.add_argument("--animate", action="store_true", help="the whole run as an .svg that moves by itself")
    command.add_argument("--at", type=programs.count, metavar="N", help="after step N (the last step, if not given)")
    kinds = "a .svg, .png, .dot or .txt file; .html is the run as a page, without a script"
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=kinds)


def carry_out(options: argparse.Namespace) -> int:
    """Run the programs until the cluster has settled, and write the picture.

    Raises:
        KubelabError: something given cannot be used, or there is no Graphviz for an .svg or .png.
    """
    moving = _moving(options)
    cluster, _ = programs.start(programs.read_all(sources.read(options.files)), options.nodes)
    progress = Progress()
    try:
        if until(cluster, "settled", progress).ended == "interrupted":
            return INTERRUPTED
    finally:
        progress.close()
    save(
        cluster.film(options.view, last=options.at) if moving else cluster.draw(options.view, options.at),
        options.output,
    )
    return OK


def _moving(options: argparse.Namespace) -> bool:
    """Whether a moving picture is wanted.

    Raises:
        UsageError: the file is not of a kind that such a picture can have.
    """
    if not options.animate and options.output.suffix != ".html":
        check(options.output)
        return False
    if options.output.suffix not in (".svg", ".html"):
        raise UsageError(f"{options.output}: a moving picture is an .svg or .html file")
    return True


def check(target: Path) -> None:
    """Refuse a file that cannot be a picture, before there is anything to draw.

    Raises:
        UsageError: it is of no known kind.
    """
    if target.suffix not in SUFFIXES:
        raise UsageError(f"{target}: a picture is a {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]} file")


def save(picture: Picture | MovingPicture, target: Path) -> None:
    """Write a picture.

    Raises:
        UsageError: the file cannot be written.
        RenderError: there is no Graphviz for an .svg or .png.
    """
    try:
        picture.save(target)
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror}") from error
