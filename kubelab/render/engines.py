"""Where Graphviz is found, and how it is run."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from kubelab.errors import KubelabError
from kubelab.render import browser


class RenderError(KubelabError):
    """A picture cannot be drawn on this machine; the text says what to install."""


MISSING = (
    "pictures need Graphviz, and neither the Python package pygraphviz nor the program dot was found. "
    "Install one of them: `pip install pygraphviz` (version 2 or later brings Graphviz along), "
    "or Graphviz itself from https://graphviz.org/download. Until then, pictures are shown as text."
)

_lock = threading.Lock()


def engine() -> str:
    """``viz.js`` (in a page, once it is loaded), ``pygraphviz``, ``dot``, or "" where there is no Graphviz."""
    if browser.here():
        return "viz.js" if browser.ready() else ""
    return _installed()


@cache
def _installed() -> str:
    try:
        import pygraphviz  # noqa: F401
    except ImportError:
        return "dot" if shutil.which("dot") else ""
    return "pygraphviz"


def draw(dot: str, form: str) -> bytes:
    """What Graphviz makes of `dot`, in one of its formats.

    Raises:
        RenderError: there is no Graphviz on this machine, or it cannot draw this.
    """
    found = engine()
    if found == "pygraphviz":
        return _in_process(dot, form)
    if found == "dot":
        return _by_program(dot, form)
    if found == "viz.js":
        try:
            return browser.draw(dot, form)
        except ValueError as error:
            raise RenderError(f"Graphviz cannot draw this picture: {error}") from None
    raise RenderError(MISSING)


def _in_process(dot: str, form: str) -> bytes:
    import pygraphviz

    # Graphviz keeps global state, and complains about fonts on stderr, which a notebook would show.
    with _lock, _quiet():
        try:
            drawn = pygraphviz.AGraph(string=dot).draw(format=form, prog="nop2")
        except (ValueError, OSError) as error:
            raise RenderError(f"Graphviz cannot draw this picture: {error}") from None
    return drawn if isinstance(drawn, bytes) else str(drawn).encode()


def _by_program(dot: str, form: str) -> bytes:
    program = shutil.which("dot")
    if program is None:
        raise RenderError(MISSING)
    done = subprocess.run([program, "-Knop2", f"-T{form}"], input=dot.encode(), capture_output=True, check=False)
    if done.returncode:
        raise RenderError(f"Graphviz cannot draw this picture: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing that C code writes to stderr is seen."""
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
