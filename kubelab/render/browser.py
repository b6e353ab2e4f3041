"""Graphviz in a browser, where Python itself runs in the page (Pyodide): the WebAssembly build that viz.js ships.

The site that is built for it (`binder/lite.py`) brings the script along as a package of its own. It takes a moment to
load, which nobody waits for: until then pictures are shown as text.

**In the page:** https://github.com/mdaines/viz-js, run by `pyodide.code.run_js`.
"""

import asyncio
import sys
from importlib import import_module, resources
from typing import Any

SCRIPT = ("kubelab_viz", "viz-global.js")
"""The package and the file of the script."""

_loaded: dict[str, Any] = {}


def here() -> bool:
    """Whether Python runs in a page."""
    return sys.platform == "emscripten"


def ready() -> bool:
    """Whether the script has been loaded, so that it can draw."""
    return "viz" in _loaded


def prepare() -> None:
    """Begin to load the script, if this is a page and it has not begun yet; it is there a moment later."""
    if here() and "task" not in _loaded:
        _loaded["task"] = asyncio.ensure_future(_load())


async def _load() -> None:
    package, file = SCRIPT
    try:
        script = (resources.files(package) / file).read_text(encoding="utf-8")
    except ModuleNotFoundError:
        return
    import_module("pyodide.code").run_js(script)
    _loaded["viz"] = await import_module("js").Viz.instance()


def draw(dot: str, form: str) -> bytes:
    """What Graphviz makes of `dot`, in a format that is text (``svg``).

    Raises:
        ValueError: it cannot draw this.
    """
    result = _loaded["viz"].render(
        dot,
        import_module("pyodide.ffi").to_js(
            {"format": form, "engine": "nop2"}, dict_converter=import_module("js").Object.fromEntries
        ),
    )
    if result.status != "success":
        raise ValueError("; ".join(error.message for error in result.errors))
    return str(result.output).encode()
