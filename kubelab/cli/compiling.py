"""`kubelab compile`: the manifests that a program means."""

import argparse
import sys

from kubelab.api import manifest
from kubelab.cli import OK, programs, sources


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    programs.add_files(command)
    command.add_argument("-o", "--output", choices=("yaml", "json"), default="yaml", help="the form of the manifests")


def carry_out(options: argparse.Namespace) -> int:
    """Print the manifests; several are YAML documents, or a JSON List.

    Raises:
        KubelabError: a file cannot be read, or a program has mistakes.
    """
    read = programs.read_all(sources.read(options.files))
    for program in read:
        programs.warn(program)
    objects = [obj for program in read for obj in (*program.nodes, *program.objects)]
    sys.stdout.write(manifest.dump_json(objects) if options.output == "json" else manifest.dump_yaml(objects))
    return OK
