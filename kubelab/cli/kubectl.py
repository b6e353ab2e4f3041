"""`kubelab kubectl`: a command of kubectl on the cluster of programs, once that has settled.

The options of this command come first; from the first other word on everything is kubectl's.
"""

import argparse
import sys
from collections.abc import Sequence

from kubelab.cli import UNUSABLE, programs, sources
from kubelab.cluster import Cluster
from kubelab.errors import UsageError
from kubelab.kubectl import run

USAGE = """usage: kubelab kubectl [--file FILE ...] [--nodes N] [--fresh] COMMAND ...

A command of kubectl on the cluster of a program, once that has settled.

  --file FILE   a .kube, .yaml or .json file, a folder of them; can be given several times
  --nodes N     begin with N nodes besides those of the programs
  --fresh       do not let the cluster settle before the command

kubelab kubectl help lists the commands. Each call has a cluster of its own: nothing is kept from one to the next.
Exit codes: those of kubectl; 2 where a file cannot be used.
"""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments; it reads them itself, see `main`."""
    command.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")


def carry_out(options: argparse.Namespace) -> int:
    """Carry out the command."""
    return main(options.words)


def main(words: Sequence[str]) -> int:
    """Carry out one command line; the exit code.

    Raises:
        KubelabError: a file cannot be used.
    """
    left, files, nodes, settle = list(words), [], None, True
    while left and left[0].startswith("--"):
        option, equals, value = left.pop(0).partition("=")
        if option == "--help":
            print(USAGE, end="")
            return 0
        if option == "--fresh":
            settle = False
            continue
        if option not in ("--file", "--nodes"):
            left.insert(0, f"{option}{equals}{value}")
            break
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
        print(USAGE, end="")
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
