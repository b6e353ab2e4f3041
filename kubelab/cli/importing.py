"""`kubelab import`: manifests as a program that means the same."""

import argparse
import sys

import attrs

from kubelab import dsl
from kubelab.cli import OK, programs, sources

MANIFESTS = (".yaml", ".yml", ".json")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    programs.add_files(command, ".yaml or .json files")


def carry_out(options: argparse.Namespace) -> int:
    """Print the program; its objects come in the order of the manifests, nodes first.

    Raises:
        KubelabError: a file cannot be read, or is no manifest of known kinds.
    """
    given = sources.read(options.files, MANIFESTS)
    read = programs.read_all(attrs.evolve(source, language="yaml") for source in given)
    nodes = [node for program in read for node in program.nodes]
    objects = [obj for program in read for obj in program.objects]
    sys.stdout.write(dsl.to_source([*nodes, *objects]))
    return OK
