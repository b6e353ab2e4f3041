"""DOT becomes SVG or PNG.

pygraphviz brings Graphviz along with `pip` and draws in process; a ``dot`` program on PATH is the fallback. With
neither, `RenderError` says what to install, and callers show the text form of the same picture.
"""

from functools import lru_cache

from kubelab.render.engines import RenderError, draw
from kubelab.render.polish import polish, standing_alone

__all__ = ["RenderError", "png", "svg"]


@lru_cache(maxsize=64)
def svg(dot: str) -> str:
    """A picture of our own as SVG: one that is light or dark as its surroundings are, with a title and a description.

    Raises:
        RenderError: there is no Graphviz on this machine, or it cannot draw this.
    """
    return polish(draw(dot, "svg").decode("utf-8"))


@lru_cache(maxsize=16)
def png(dot: str, scale: float = 2.0) -> bytes:
    """A picture as PNG, in the light colours; `scale` 2 is sharp on a projector.

    Raises:
        RenderError: there is no Graphviz on this machine, or it cannot draw this.
    """
    return draw(standing_alone(dot, scale), "png")
