"""The film strip: a run on a page where nothing can move.

It is plain HTML (`<details>`, `<ol>`, `<img>`), because an untrusted notebook and the pages that show notebooks strip
everything else: the picture of one step, then every step as a sentence, and the moments at which the picture
changed most as pictures. It is the same every time, to the byte.
"""

import base64
import re
from collections.abc import Iterable, Sequence

from kubelab import render
from kubelab.sim.timeline import Timeline
from kubelab.views import Film, Frame, explain
from kubelab.views.escape import xml
from kubelab.views.moments import moments
from kubelab.views.network import WalkFilm
from kubelab.views.network_layout import hops_of

PICTURES = 6
"""How many pictures a strip has besides the first one."""

_JUPYTER_RULES = re.compile(r"^\[data-jp-theme-light=.*\n", re.MULTILINE)
_CLASSES = re.compile(r'class="([^"]*)"')
_RULE_OF_A_CLASS = re.compile(r"^\.kubelab (?:\.box)?\.(\w+)(?:\{--|(?:>|&gt;)rect\{stroke-width).*\n", re.MULTILINE)
_USED_VARIABLE = re.compile(r"var\((--kl-[\w-]+)\)")
_VARIABLE = re.compile(r"(--kl-[\w-]+):#[0-9a-f]+;?")


def strip(timeline: Timeline, shown: Film, cursor: int) -> str:
    """A film as HTML: the picture of one step, and all steps of the film."""
    first, last = shown.first, shown.last
    parts = [f"<p><b>Step {cursor} of {last}.</b> {xml(_said(timeline, cursor))}</p>", image(shown.picture(cursor))]
    if last > first:
        chosen = moments(shown, PICTURES)
        size = told(last - first, "step", len(chosen))
        steps = "".join(_steps(shown, timeline, chosen))
        parts.append(f"<details><summary>The film: {size}</summary>{steps}</details>")
    return "\n".join(part for part in parts if part)


def walk_strip(film: WalkFilm) -> str:
    """A walk as HTML: the whole way as one picture, then hop by hop, with a picture wherever the packet is changed.

    A walk that fails before its end is shown at the hop where it does, too.
    """
    hops = hops_of(film.walk)
    whole = f"<p><b>{xml(film.title(film.last))}.</b> {xml(film.frame(film.last).sentence)}</p>"
    # The last hop is what the picture of the whole way shows.
    wanted = [n for n, hop in enumerate(hops[:-1], start=1) if hop.translated or not hop.ok]
    chosen = wanted if len(wanted) <= PICTURES else [*wanted[: PICTURES - 1], wanted[-1]]
    parts, begin = [], 1
    for end in (*chosen, film.last):
        if end >= begin:
            sentences = "".join(f"<li>{xml(hops[n - 1].sentence)}</li>" for n in range(begin, end + 1))
            parts.append(f'<ol start="{begin}">{sentences}</ol>')
            parts.append(image(film.picture(end)) if end in chosen else "")
            begin = end + 1
    size = told(film.last, "hop", len(chosen))
    return "\n".join(
        [whole, image(film.picture()), f"<details><summary>The way: {size}</summary>{''.join(parts)}</details>"]
    )


def told(count: int, what: str, pictures: int) -> str:
    """How long a film is: ``5 hops, 1 picture``; that it has no picture is not worth telling."""
    parts = [(count, what), *([(pictures, "picture")] if pictures else [])]
    return ", ".join(f"{number} {word}" + ("" if number == 1 else "s") for number, word in parts)


def _said(timeline: Timeline, index: int) -> str:
    transition = timeline.at(index)
    return "The cluster at the start." if transition is None else explain.sentence(transition)


def _steps(shown: Film, timeline: Timeline, chosen: Sequence[int]) -> Iterable[str]:
    """The steps as lists of sentences, with a picture after each of the chosen ones."""
    begin = shown.first + 1
    for end in (*chosen, shown.last):
        if end >= begin:
            yield f'<ol start="{begin}">'
            yield from (f"<li>{xml(_said(timeline, index))}</li>" for index in range(begin, end + 1))
            yield "</ol>"
            begin = end + 1
            if end in chosen:
                yield image(shown.picture(end))


def image(picture: Frame) -> str:
    """A picture as an image that brings everything along; as text where nothing can draw it."""
    try:
        svg = render.svg(picture.dot)
    except render.RenderError:
        return f"<pre>{xml_lines(picture.text)}</pre>"
    # An image does not know of JupyterLab's theme.
    data = base64.b64encode(_lean(_JUPYTER_RULES.sub("", svg)).encode()).decode()
    return f'<p><img alt="{xml(picture.description)}" src="data:image/svg+xml;base64,{data}"></p>'


def _lean(svg: str) -> str:
    """A picture without the colours that nothing in it has: they were a third of it."""
    style, end, drawing = svg.partition("</style>")
    classes = {name for names in _CLASSES.findall(drawing) for name in names.split()}
    style = _RULE_OF_A_CLASS.sub(lambda rule: rule[0] if rule[1] in classes else "", style)
    used = set(_USED_VARIABLE.findall(style))
    return _VARIABLE.sub(lambda each: each[0] if each[1] in used else "", style) + end + drawing


def xml_lines(text: str) -> str:
    """A text of several lines as it stands in HTML."""
    return "\n".join(map(xml, text.splitlines()))


def page(title: str, body: str) -> str:
    """A strip as a page by itself."""
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{xml(title)}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }}
img {{ max-width: 100% }}
li {{ margin: .15rem 0 }}
</style>
{body}
</html>
"""
