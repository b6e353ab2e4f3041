"""`kubelab draw`: a picture of a run, or the run as a moving picture or as pages."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from kubelab.cli import INTERRUPTED, OK, programs, sources
from kubelab.cli.progress import Progress
from kubelab.cli.running import until
from kubelab.errors import UsageError
from kubelab.moving_picture import SUFFIXES as MOVING
from kubelab.moving_picture import MovingPicture
from kubelab.picture import Picture
from kubelab.views import VIEWS

SUFFIXES = (".svg", ".png", ".dot", ".txt")
"""The kinds of files that a picture of one step can be."""

ONLY_MOVING = tuple(suffix for suffix in MOVING if suffix not in SUFFIXES)
"""Those that are always the whole run."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    programs.add_arguments(command)
    command.add_argument("--view", choices=VIEWS, default="topology", help="what the picture is of")
    command.add_argument("--animate", action="store_true", help="the whole run as an .svg that moves by itself")
    command.add_argument("--at", type=programs.count, metavar="N", help="after step N (the last step, if not given)")
    kinds = "a .svg, .png, .dot or .txt file; the whole run: .gif moves, .pdf and .html are leafed through"
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=kinds)


def carry_out(options: argparse.Namespace) -> int:
    """Run the programs until the cluster has settled, and write the picture.

    Raises:
        KubelabError: something given cannot be used, or what the kind of file needs is not installed.
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
    if options.animate and options.output.suffix not in MOVING:
        raise UsageError(f"{options.output}: a moving picture is a {_either(MOVING)} file")
    if not options.animate:
        check(options.output)
    return options.animate or options.output.suffix in ONLY_MOVING


def check(target: Path) -> None:
    """Refuse a file that cannot be a picture, before there is anything to draw.

    Raises:
        UsageError: it is of no known kind.
    """
    if target.suffix not in (*SUFFIXES, *ONLY_MOVING):
        raise UsageError(
            f"{target}: a picture of a step is a {_either(SUFFIXES)} file, one of a run {_either(ONLY_MOVING)}"
        )


def _either(suffixes: Sequence[str]) -> str:
    return f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"


def save(picture: Picture | MovingPicture, target: Path) -> None:
    """Write a picture.

    Raises:
        UsageError: the file cannot be written.
        RenderError: what the kind of file needs is not installed.
    """
    try:
        picture.save(target)
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror}") from error
