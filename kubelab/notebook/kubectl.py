"""``%kubectl`` and ``%%kubectl``, and lines that begin with ``kubectl`` as in a terminal."""

import re
import sys

from kubelab.kubectl import run
from kubelab.notebook.session import Session

_BARE = re.compile(r"^(?:\$ )?kubectl(?=\s+[-a-z]|\s*$)")


def carry_out(session: Session, line: str, cell: str | None = None) -> None:
    """Carry out a command on the current cluster and print what kubectl prints.

    Args:
        session: the clusters of the notebook.
        line: the command, without ``kubectl``.
        cell: what is piped in, or None.
    """
    answer = run(session.cluster, line, cell)
    sys.stdout.write(answer.out)
    sys.stdout.flush()
    sys.stderr.write(answer.err)
    if answer.note:
        print(answer.note)


def bare_lines(lines: list[str]) -> list[str]:
    """The lines of a cell, in which those that begin with ``kubectl`` become magics; cell magics stay as they are."""
    if lines and lines[0].startswith("%%"):
        return lines
    return [_BARE.sub("%kubectl", line) for line in lines]
