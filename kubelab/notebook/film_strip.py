"""The film strip: what a Player shows where there is no kernel.

It is plain HTML (`<details>`, `<ol>`, `<img>`), because an untrusted notebook and the pages that show notebooks strip
everything else: the picture of the step that was shown, then every step as a sentence, and the moments at which the
picture changed most as pictures. It is the same every time, to the byte.
"""

import base64
import re
from collections.abc import Iterable, Sequence

from kubelab import render
from kubelab.cluster import Cluster
from kubelab.notebook import foresight
from kubelab.sim.timeline import Timeline
from kubelab.views import Film, Frame, explain
from kubelab.views.escape import xml
from kubelab.views.network import WalkFilm
from kubelab.views.network_layout import hops_of
from kubelab.views.theme import CHANGED

PICTURES = 6
"""How many pictures a strip has besides the first one."""

SENTENCES = 300
"""How many steps are told."""

_JUPYTER_RULES = re.compile(r"^\[data-jp-theme-light=.*\n", re.MULTILINE)


def strip(cluster: Cluster, view: str = "topology", opened: Sequence[str] = ()) -> str:
    """The film of a cluster as HTML: where it is now, what led there, and what will follow.

    Raises:
        UsageError: there is no such view.
    """
    known = foresight.ahead(cluster)
    timeline, cursor = known.timeline, cluster.cursor
    last = max(known.goal, len(cluster.timeline))
    first = max(0, min(cursor - SENTENCES // 2, last - SENTENCES))
    last = min(last, first + SENTENCES)
    shown = foresight.film_of(timeline, view, first, last, tuple(opened))
    parts = [f"<p><b>Step {cursor} of {last}.</b> {xml(_said(timeline, cursor))}</p>", _image(shown.picture(cursor))]
    if last > first:
        moments = _moments(shown, PICTURES)
        size = f"{last - first} steps, {len(moments)} pictures"
        steps = "".join(_steps(shown, timeline, moments))
        parts.append(f"<details><summary>The film: {size}</summary>{steps}</details>")
    return "\n".join(part for part in parts if part)


def _said(timeline: Timeline, index: int) -> str:
    transition = timeline.at(index)
    return "The cluster at the start." if transition is None else explain.sentence(transition)


def _steps(shown: Film, timeline: Timeline, moments: Sequence[int]) -> Iterable[str]:
    """The steps as lists of sentences, with a picture after each of the moments."""
    begin = shown.first + 1
    for end in (*moments, shown.last):
        if end >= begin:
            yield f'<ol start="{begin}">'
            yield from (f"<li>{xml(_said(timeline, index))}</li>" for index in range(begin, end + 1))
            yield "</ol>"
            begin = end + 1
            if end in moments:
                yield _image(shown.picture(end))


def _moments(shown: Film, most: int) -> list[int]:
    """The steps whose pictures are shown: taken evenly from those at which something is seen to change."""
    seen: list[int] = []
    before = None
    for index in range(shown.first, shown.last + 1):
        marks = shown.frame(index).states
        here = {element: (mark.classes.replace(CHANGED, "").split(), mark.texts[1:]) for element, mark in marks.items()}
        if before is not None and here != before:
            seen.append(index)
        before = here
    if len(seen) <= most:
        return seen
    return sorted({seen[round((place + 1) * len(seen) / most) - 1] for place in range(most)})


def _image(picture: Frame) -> str:
    """A picture as an image that brings everything along; as text where nothing can draw it."""
    try:
        svg = render.svg(picture.dot)
    except render.RenderError:
        return f"<pre>{xml_lines(picture.text)}</pre>"
    # An image does not know of JupyterLab's theme.
    data = base64.b64encode(_JUPYTER_RULES.sub("", svg).encode()).decode()
    return f'<p><img alt="{xml(picture.description)}" src="data:image/svg+xml;base64,{data}"></p>'


def walk_strip(film: WalkFilm) -> str:
    """A walk as HTML: the whole way as one picture, then hop by hop, with a picture wherever the packet is changed.

    A walk that fails is shown at the hop where it does, too.
    """
    hops = hops_of(film.walk)
    whole = f"<p><b>{xml(film.title(film.last))}.</b> {xml(film.frame(film.last).sentence)}</p>"
    wanted = [n for n, hop in enumerate(hops, start=1) if hop.translated or not hop.ok]
    moments = wanted if len(wanted) <= PICTURES else [*wanted[: PICTURES - 1], wanted[-1]]
    parts, begin = [], 1
    for end in (*moments, film.last):
        if end >= begin:
            sentences = "".join(f"<li>{xml(hops[n - 1].sentence)}</li>" for n in range(begin, end + 1))
            parts.append(f'<ol start="{begin}">{sentences}</ol>')
            parts.append(_image(film.picture(end)) if end in moments else "")
            begin = end + 1
    size = f"{film.last} hops, {len(moments)} pictures"
    return "\n".join(
        [whole, _image(film.picture()), f"<details><summary>The way: {size}</summary>{''.join(parts)}</details>"]
    )


def xml_lines(text: str) -> str:
    """A text of several lines as it stands in HTML."""
    return "\n".join(map(xml, text.splitlines()))


def page(cluster: Cluster, view: str = "topology") -> str:
    """The film strip as a page by itself."""
    title = xml(f"{view}, step {cluster.cursor} of {len(cluster.timeline)}")
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }}
img {{ max-width: 100% }}
li {{ margin: .15rem 0 }}
</style>
{strip(cluster, view)}
</html>
"""
