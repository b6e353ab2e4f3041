"""A run as one SVG that moves by itself: every frame's elements in one picture, shown and hidden in turn by CSS.

What looks the same in several frames is in it once, so that thirty frames cost little more than two. There is no script
in it: it plays wherever an SVG is shown as an image. Whoever prefers reduced motion, or has a viewer that knows no
animation, sees the last frame.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from textwrap import wrap

import attrs

_SVG = "http://www.w3.org/2000/svg"
_G, _TEXT = f"{{{_SVG}}}g", f"{{{_SVG}}}text"

FADE = 0.3
"""How many seconds something takes to appear."""

HARDLY = 0.01
"""How many seconds are none."""

CAPTION = 66
"""How many pixels the caption under the picture is high."""

WIDE = 7.7
"""How many pixels a character of the caption takes at most; a sentence is wrapped after so many."""

ROOM_FOR_TIME = 130
"""How many pixels are left for the step and the time."""

LINES = 2
"""How many lines of a sentence are shown."""

_JUPYTER_RULES = re.compile(r"^\[data-jp-theme-light=.*\n", re.MULTILINE)

_SHEET = """
.kubelab .m{{opacity:0;visibility:visible}}
.kubelab .m.z{{opacity:1}}
.kubelab .caption{{font-size:14px}}
.kubelab .caption.when{{font-size:12px;fill:var(--kl-muted-ink)}}
.kubelab .mark{{fill:var(--kl-accent-line)}}
.kubelab .way{{fill:var(--kl-frame-line);opacity:.35}}
.kubelab .gone-by{{fill:var(--kl-muted-ink)}}
@media (prefers-reduced-motion:no-preference){{
.kubelab .m{{animation:{whole}s linear infinite}}
.kubelab .gone-by{{transform-origin:0 0;animation:way {whole}s linear infinite}}
@keyframes way{{from{{transform:scaleX(0)}}to{{transform:scaleX(1)}}}}
{frames}
}}"""


@attrs.frozen
class Still:
    """One frame: its picture as SVG, when it is and what happens in it, and how many seconds it is shown."""

    svg: str
    when: str
    sentence: str
    seconds: float


@attrs.frozen
class _Variant:
    """One look of an element, and the frames in which it looks so; what is sudden comes and goes at once."""

    text: str
    frames: tuple[int, ...]
    sudden: bool = False


_Pattern = tuple[tuple[int, ...], bool, bool]
"""In which frames something is seen, whether nothing comes in its place, and whether it comes and goes at once."""


def animated(stills: Sequence[Still], order: Sequence[str], title: str, description: str) -> str:
    """Frames as one SVG.

    Args:
        stills: the frames; every element has its place, and its id, in all of them.
        order: the ids of all elements, those at the back first.
        title: the title.
        description: what it shows, for those who do not see it.
    """
    ET.register_namespace("", _SVG)
    roots = [ET.fromstring(still.svg) for still in stills]
    graphs = [graph for root in roots if (graph := root.find(_G)) is not None]
    wide, high = (float(roots[0].get(name, "0")) for name in ("width", "height"))
    starts = [sum(still.seconds for still in stills[:place]) for place in range(len(stills) + 1)]
    patterns: dict[_Pattern, str] = {}
    body = [
        _shown(variant, len(stills), patterns, last=place == len(variants) - 1)
        for variants in _variants(graphs, order)
        for place, variant in enumerate(variants)
    ]
    captions = [
        _shown(_Variant(text, (frame,), sudden=True), len(stills), patterns)
        for frame, text in enumerate(_captions(stills, wide, high))
    ]
    frames = "\n".join(_keyframes(name, pattern, starts) for pattern, name in patterns.items())
    sheet = _JUPYTER_RULES.sub("", _style(roots[0])) + _SHEET.format(whole=f"{starts[-1]:g}", frames=frames)
    shift = graphs[0].get("transform", "")
    lines = [
        f'<svg xmlns="{_SVG}" class="kubelab" role="img" width="{wide:g}" height="{high + CAPTION:g}" '
        f'viewBox="0 0 {wide:g} {high + CAPTION:g}" font-family="{roots[0].get("font-family", "sans-serif")}">',
        f"<title>{_escaped(title)}</title><desc>{_escaped(description)}</desc><style>{sheet}</style>",
        f'<g class="canvas"><rect width="{wide:g}" height="{high + CAPTION:g}"/></g>',
        f'<g class="graph" transform="{shift}">',
        *body,
        "</g>",
        f'<rect class="way" x="12" y="{high + 2:g}" width="{wide - 24:g}" height="2"/>',
        f'<g transform="translate(12 {high + 2:g})"><rect class="gone-by" width="{wide - 24:g}" height="2"/></g>',
        f'<rect class="mark" x="12" y="{high + 16:g}" width="4" height="{CAPTION - 26}"/>',
        *captions,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _style(root: ET.Element) -> str:
    found = root.find(f"{{{_SVG}}}style")
    return "" if found is None else (found.text or "")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _variants(graphs: Sequence[ET.Element], order: Sequence[str]) -> Iterator[list[_Variant]]:
    """For each element the looks that it has, those that come first first."""
    looks: dict[str, dict[str, list[int]]] = {}
    for frame, graph in enumerate(graphs):
        for element in graph:
            name = element.get("id", "")
            element.attrib.pop("id", None)
            text = ET.tostring(element, encoding="unicode").replace(f' xmlns="{_SVG}"', "").strip()
            looks.setdefault(name, {}).setdefault(text, []).append(frame)
    places = {name: place for place, name in enumerate(order)}
    for name in sorted(looks, key=lambda each: places.get(each, len(places))):
        if name != "canvas":
            yield [_Variant(text, tuple(frames)) for text, frames in looks[name].items()]


def _shown(variant: _Variant, size: int, patterns: dict[_Pattern, str], last: bool = True) -> str:
    """A look of an element, with the class that shows it in its frames."""
    if len(variant.frames) == size:
        return variant.text
    name = patterns.setdefault((variant.frames, last, variant.sudden), f"m{len(patterns)}")
    final = " z" if size - 1 in variant.frames else ""
    return f'<g class="m {name}{final}">{variant.text}</g>'


def _keyframes(name: str, pattern: _Pattern, starts: Sequence[float]) -> str:
    """The animation of what is seen in some frames.

    What has a successor stays until that has appeared over it; what has none fades away.
    """
    frames, last, sudden = pattern
    whole, fade = starts[-1], HARDLY if sudden else FADE
    stops: list[tuple[float, int]] = []
    for frame in frames:
        if frame - 1 not in frames:
            appears = starts[frame]
            stops += [(appears, 0), (appears + fade, 1)] if frame else [(0.0, 1)]
        if frame + 1 not in frames:
            ends = starts[frame + 1]
            if frame + 2 == len(starts):
                stops.append((whole, 1))
            else:
                stops += [(ends + (0 if last else fade - HARDLY), 1), (ends + fade, 0)]
    if stops[0][0] > 0:
        stops.insert(0, (0.0, 0))
    if stops[-1][0] < whole:
        stops.append((whole, 0))
    steps = "".join(f"{100 * min(at, whole) / whole:.2f}%{{opacity:{shown}}}" for at, shown in stops)
    return f"@keyframes {name}{{{steps}}}.kubelab .{name}{{animation-name:{name}}}"


def _captions(stills: Sequence[Still], wide: float, high: float) -> Iterator[str]:
    """What is written under the picture, frame by frame."""
    room = int((wide - ROOM_FOR_TIME) / WIDE)
    for still in stills:
        lines = wrap(still.sentence, room, max_lines=LINES, placeholder=" …")
        rows = [
            f'<text class="caption" x="26" y="{high + 31 + 20 * place:g}">{_escaped(line)}</text>'
            for place, line in enumerate(lines)
        ]
        when = f'<text class="caption when" x="{wide - 12:g}" y="{high + 31:g}" text-anchor="end">{still.when}</text>'
        yield "".join((*rows, when))
