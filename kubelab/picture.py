"""A picture of a cluster: as DOT, as SVG, as PNG, and as text where nothing can lay it out.

Shown by itself in a notebook, it is an image; where Graphviz is not to be had, it is its text.
"""

import base64
from pathlib import Path
from typing import Any

from kubelab import render
from kubelab.errors import UsageError
from kubelab.views import Frame


class Picture:
    """One frame of one view."""

    def __init__(self, frame: Frame) -> None:
        """Take a frame to be drawn; nothing is laid out before it is asked for."""
        self.frame = frame

    @property
    def dot(self) -> str:
        """The picture in the DOT language."""
        return self.frame.dot

    @property
    def text(self) -> str:
        """The same picture as text."""
        return self.frame.text

    def svg(self) -> str:
        """The picture as SVG.

        Raises:
            RenderError: there is no Graphviz on this machine; the text says what to install.
        """
        return render.svg(self.frame.dot)

    def png(self) -> bytes:
        """The picture as PNG.

        Raises:
            RenderError: there is no Graphviz on this machine.
        """
        return render.png(self.frame.dot)

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file whose suffix says how: .svg, .png, .dot or .txt.

        Raises:
            UsageError: another suffix.
            RenderError: there is no Graphviz on this machine.
        """
        target = Path(path)
        makers: dict[str, Any] = {
            ".svg": lambda: self.svg().encode(),
            ".png": self.png,
            ".dot": lambda: self.dot.encode(),
            ".txt": lambda: self.text.encode(),
        }
        if target.suffix not in makers:
            known = ", ".join(makers)
            raise UsageError(f"a picture is saved as one of {known}, not as {target.suffix or target.name!r}")
        target.write_bytes(makers[target.suffix]())
        return target

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        bundle = {"text/plain": self.text}
        try:
            # An <img> survives where a notebook is not trusted; inline SVG does not.
            image = base64.b64encode(self.svg().encode()).decode()
        except render.RenderError:
            return bundle
        alt = self.frame.description.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        bundle["text/html"] = f'<img alt="{alt}" src="data:image/svg+xml;base64,{image}">'
        return bundle
