"""Many pictures bound into one file: as a GIF that moves, and as a PDF with a page for each.

Graphviz draws each of them; Pillow makes the GIF, and pypdf puts the pages together. The same pictures give the same
bytes on a machine: no date is in either file.
"""

import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kubelab.render.engines import RenderError, draw
from kubelab.render.polish import standing_alone

if TYPE_CHECKING:
    from PIL import Image

MISSING = (
    "a {form} needs the Python package {package}, which is not installed: `pip install 'kubelab[slides]'` brings it. "
    "A moving .svg and the run as an .html page need nothing more."
)

COLOURS = 256
"""How many colours a GIF can have."""

WIDEST = 1600
"""How many pixels a GIF is wide at most, where the picture by itself is not wider."""

CANDIDATES = 4000
"""Of so many of the blends that are seen most the palette is chosen."""

LIKE = 8
"""Two colours whose parts differ by less look alike: Pillow would take the one for the other."""

SHARPEST = 2.0
"""How many pixels one pixel of the picture becomes at most."""

_NAMED = re.compile(r'#[0-9a-f]{6}(?=")')


def gif(dots: Sequence[str], seconds: Sequence[float], width: float) -> bytes:
    """Pictures as one that moves, again and again.

    The colours that the pictures name come first; of the blends at the edges of letters, which are thousands, those
    that are seen most have a place beside them.

    Args:
        dots: the pictures, all of one size.
        seconds: how long each is shown.
        width: how wide they are, in pixels.

    Raises:
        RenderError: Pillow or Graphviz is not there.
    """
    try:
        from PIL import Image
    except ImportError:
        raise RenderError(MISSING.format(form="GIF", package="Pillow")) from None

    scale = min(SHARPEST, max(1.0, WIDEST / width))
    frames = [Image.open(io.BytesIO(draw(standing_alone(dot, scale), "png"))).convert("RGB") for dot in dots]
    palette = Image.new("P", (1, 1))
    palette.putpalette(_palette(frames, dots))
    flat = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    made = io.BytesIO()
    times = [round(each * 1000) for each in seconds]
    flat[0].save(made, "GIF", save_all=True, append_images=flat[1:], duration=times, loop=0, optimize=False)
    return made.getvalue()


def _palette(frames: "Iterable[Image.Image]", dots: Iterable[str]) -> list[int]:
    """The colours of a GIF as numbers, three for each."""
    named = sorted({colour for dot in dots for colour in _NAMED.findall(dot)})
    chosen: list[tuple[int, ...]] = [tuple(bytes.fromhex(colour[1:])) for colour in named][:COLOURS]
    seen: Counter[tuple[int, ...]] = Counter()
    for frame in frames:
        for count, colour in frame.getcolors(frame.width * frame.height) or ():
            seen[colour if isinstance(colour, tuple) else (int(colour),) * 3] += count
    for blend in sorted(seen, key=lambda colour: (-seen[colour], colour))[:CANDIDATES]:
        if len(chosen) == COLOURS:
            break
        if all(_apart(blend, colour) >= LIKE for colour in chosen):
            chosen.append(blend)
    return [part for colour in chosen for part in colour]


def _apart(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _without_margin(dot: str) -> str:
    head, brace, rest = dot.partition("{")
    return f"{head}{brace}\n\tgraph [margin=0]{rest}"


def pdf(dots: Sequence[str], title: str, outline: Sequence[str]) -> bytes:
    """Pictures as the pages of a document: lines and letters, not pixels.

    Args:
        dots: the pictures.
        title: the title of the document.
        outline: what the first pages are about, for the list of contents that a reader shows beside them.

    Raises:
        RenderError: pypdf is not there, or Graphviz, or one that can write PDF.
    """
    try:
        from pypdf import PdfReader, PdfWriter
        from pypdf.generic import NameObject, TextStringObject
    except ImportError:
        raise RenderError(MISSING.format(form="PDF", package="pypdf")) from None

    writer = PdfWriter()
    for place, dot in enumerate(dots):
        page = writer.add_page(PdfReader(io.BytesIO(draw(_without_margin(dot), "pdf"))).pages[0])
        if place < len(outline):
            writer.add_outline_item(title=outline[place], page_number=page)
    writer.metadata = {"/Title": title, "/Producer": "kubelab"}
    writer.root_object[NameObject("/Lang")] = TextStringObject("en")
    writer.compress_identical_objects()
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
