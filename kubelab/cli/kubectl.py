"""`kubelab kubectl`: a command of kubectl on the cluster of programs, once that has settled.

The options of this command come first; from the first other word on everything is kubectl's. The exit code is
kubectl's, or 2 where a file cannot be used.
"""

import argparse
import sys
from collections.abc import Sequence

from kubelab.cli import UNUSABLE, programs, sources
from kubelab.cluster import Cluster
from kubelab.errors import UsageError
from kubelab.kubectl import run

USAGE = "usage: kubelab kubectl [--file FILE] [--nodes N] [--fresh] COMMAND ...; see kubelab kubectl --help"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments, for its help; the line itself is read by `main`."""
    command.add_argument(
        "--file",
        action="append",
        metavar="FILE",
        help="a .kube, .yaml or .json file, or a folder of them; can be given several times",
    )
    command.add_argument("--nodes", metavar="N", help="begin with N nodes besides those of the programs")
    command.add_argument("--fresh", action="store_true", help="do not let the cluster settle before the command")
    command.add_argument(
        "words",
        nargs=argparse.REMAINDER,
        metavar="COMMAND",
        help="a command of kubectl with its words and flags, such as get pods -o wide; help lists them. Each call has "
        "a cluster of its own: nothing is kept from one to the next",
    )


def carry_out(options: argparse.Namespace) -> int:
    """Carry out the command."""
    return main(options.words)


def main(words: Sequence[str]) -> int:
    """Carry out one command line; the exit code.

    Raises:
        KubelabError: a file cannot be used.
    """
    left, files, nodes, settle = list(words), [], None, True
    while left and left[0].partition("=")[0] in ("--file", "--nodes", "--fresh"):
        option, equals, value = left.pop(0).partition("=")
        if option == "--fresh":
            settle = False
            continue
        if not equals:
            if not left:
                raise UsageError(f"{option} needs a value")
            value = left.pop(0)
        if option == "--file":
            files.append(value)
        elif value.isdecimal():
            nodes = int(value)
        else:
            raise UsageError(f"--nodes needs a whole number, not {value!r}")
    if not left:
        print(USAGE, file=sys.stderr)
        return UNUSABLE
    cluster = _cluster(files, nodes)
    if settle:
        cluster.run()
    return _answer(cluster, left)


def _cluster(files: Sequence[str], nodes: int | None) -> Cluster:
    if not files:
        return Cluster(nodes=3 if nodes is None else nodes)
    return programs.start(programs.read_all(sources.read(files)), nodes)[0]


def _answer(cluster: Cluster, words: Sequence[str]) -> int:
    answer = run(cluster, words, sys.stdin.read() if "-" in words or "-f-" in words else None)
    sys.stdout.write(answer.out)
    sys.stdout.flush()
    sys.stderr.write(answer.err)
    return answer.code
