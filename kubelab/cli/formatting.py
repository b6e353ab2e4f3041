"""`kubelab fmt`: programs in the one layout."""

import argparse
import sys
from pathlib import Path

from kubelab import dsl
from kubelab.cli import FAILED, OK, programs, sources
from kubelab.errors import UsageError

PROGRAMS = (".kube",)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    programs.add_files(command, ".kube files")
    command.add_argument("--check", action="store_true", help="change nothing; fail where something would change")


def carry_out(options: argparse.Namespace) -> int:
    """Rewrite the files that are not in the layout, and name them; what is piped in goes to stdout.

    Raises:
        KubelabError: a file cannot be read or has mistakes; then no file is changed.
    """
    if sources.PIPED in options.files:
        return _pipe(options)
    read = sources.each(sources.paths(options.files, PROGRAMS), _formatted)
    changed = [(path, formatted) for path, text, formatted in read if formatted != text]
    for path, formatted in changed:
        if not options.check:
            path.write_text(formatted, encoding="utf-8")
        print(f"{path}: {'would be changed' if options.check else 'changed'}", file=sys.stderr)
    return FAILED if options.check and changed else OK


def _pipe(options: argparse.Namespace) -> int:
    if len(options.files) > 1:
        raise UsageError("- stands for the only program: give it alone")
    text = sys.stdin.read()
    formatted = dsl.format_text(text, "<stdin>")
    if options.check:
        return OK if formatted == text else FAILED
    sys.stdout.write(formatted)
    return OK


def _formatted(path: Path) -> tuple[Path, str, str]:
    """A file, its text, and the same program in the layout."""
    text = sources.text(path)
    return path, text, dsl.format_text(text, str(path))
