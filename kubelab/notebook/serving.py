"""The command of ``%kube`` that serves the cluster on screen to kubectl and every other client."""

import os
import tempfile
from pathlib import Path

from kubelab.errors import UsageError
from kubelab.notebook.commands import Text, command
from kubelab.notebook.options import Option, parse
from kubelab.notebook.session import Session
from kubelab.serving import Served

_OPTIONS = (
    Option("port", "where, on this machine; any port that is free if not given", "P", "number"),
    Option("speed", "let the cluster go on by itself, X times as fast as the clock on the wall", "X"),
    Option("stop", "serve it no longer"),
)

_SERVED: dict[str, Served] = {}
"""What is served, by the name of its cluster."""


@command("serve", "[--port P] [--speed X] [--stop]", "serve the cluster to kubectl: what it does is a step here")
def _serve(session: Session, words: list[str]) -> Text:
    said, rest = parse(words, _OPTIONS, "%kube serve")
    if rest:
        raise UsageError("write: %kube serve [--port P] [--speed X] [--stop]")
    name = session.current
    before = _SERVED.pop(name, None)
    if before is not None:
        before.stop()
    if said.get("stop"):
        return Text(f"{name} is served no longer" if before is not None else f"{name} was not served")
    speed = _speed(said.get("speed", "0"))
    served = session.cluster.serve(said.get("port", 0), speed)
    _SERVED[name] = served
    folder = Path(tempfile.mkdtemp(prefix="kubelab-"))
    path = served.write_kubeconfig(folder / "config")
    os.environ["KUBECONFIG"] = str(path)
    moves = (
        f"it goes on by itself, {speed:g} times as fast as the clock" if speed else "it moves only when it is stepped"
    )
    return Text(
        f"serving {name} at {served.url}: {moves}\n"
        f"!kubectl in this notebook talks to it; elsewhere: export KUBECONFIG={path}"
    )


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= 100_000:
        raise UsageError(f"--speed is a number, such as 1 or 60, not {text!r}")
    return speed
