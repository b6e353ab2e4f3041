"""``%kubectl`` and ``%%kubectl``, and lines that begin with ``kubectl`` as in a terminal."""

import re
import sys
from itertools import takewhile

from kubelab.kubectl import run
from kubelab.notebook.session import Session

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1\s*$")
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
    """The lines of a cell, in which those that begin with ``kubectl`` become magics; cell magics stay as they are.

    What a line takes from ``<<EOF`` goes to its command as what is piped in.
    """
    if lines and lines[0].startswith("%%"):
        return lines
    rest, found = iter(lines), []
    for line in rest:
        document = _HEREDOC.search(line) if _BARE.match(line) else None
        if document is None:
            found.append(_BARE.sub("%kubectl", line))
            continue
        command = _BARE.sub("", line[: document.start()]).strip()
        body = "".join(takewhile(lambda inner: inner.strip() != document.group(2), rest))  # noqa: B023 - used at once
        found.append(f"get_ipython().run_cell_magic('kubectl', {command!r}, {body!r})\n")
    return found
