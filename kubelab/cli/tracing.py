"""`kubelab trace`: the way of a packet through the cluster that programs make."""

import argparse
import sys
from pathlib import Path

from kubelab.cli import FAILED, INTERRUPTED, OK, drawing, programs, sources
from kubelab.cli.progress import Progress
from kubelab.cli.running import until
from kubelab.errors import UsageError


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    programs.add_arguments(command)
    command.add_argument(
        "walk",
        metavar="'SOURCE -> TARGET'",
        help="from a Pod, a node or `internet` to a Pod, Service, node, URL, address:port or `internet`",
    )
    command.add_argument(
        "--attempt",
        type=programs.count,
        default=0,
        metavar="N",
        help="which attempt to connect it is: each takes the next one of several endpoints",
    )

    kinds = "a .svg, .png, .dot or .txt file, for a picture besides; .gif, .pdf and .html: hop by hop"
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help=kinds)


def carry_out(options: argparse.Namespace) -> int:
    """Run the programs until the cluster has settled, and follow the packet; OK where it came back, else FAILED.

    Raises:
        KubelabError: something given cannot be used.
    """
    source, arrow, target = (part.strip() for part in options.walk.partition("->"))
    if not (source and arrow and target):
        raise UsageError(f"{options.walk!r} is no walk: write 'SOURCE -> TARGET', in quotes, such as 'web-1 -> db'")
    if options.output is not None:
        drawing.check(options.output)
    cluster, _ = programs.start(programs.read_all(sources.read(options.files)), options.nodes)
    progress = Progress()
    try:
        if until(cluster, "settled", progress).ended == "interrupted":
            return INTERRUPTED
    finally:
        progress.close()
    walk = cluster.walk(source, target, options.attempt)
    sys.stdout.write(f"{walk}\n")
    if options.output is not None:
        whole = options.output.suffix in drawing.ONLY_MOVING
        drawing.save(cluster.film(walk) if whole else cluster.draw(walk), options.output)
    return OK if walk.ok else FAILED
