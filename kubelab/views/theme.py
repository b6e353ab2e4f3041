"""How every meaning looks: one table of colours for light and dark, the glyphs, and the style sheet made from them.

A picture says *what* something is by class names (``box pod running changed``); this table says how that looks. The
same names are CSS classes in the SVG, so that one picture follows the theme of the page, and they are looked up
here for the colours that DOT carries, so that a picture by itself looks right too.

A state is told by colour, glyph and word; no two need to be told apart by their colour alone. One colour, the
accent, means "in this step" and nothing else.
"""

from collections.abc import Iterable

import attrs

FONT = "Helvetica,Arial,sans-serif"
"""The fonts that DOT names; every text is fitted so that it has room in a wider font too."""


@attrs.frozen
class Paint:
    """The colours of something in one theme: of its surface, its outline and its text."""

    fill: str
    line: str
    ink: str


@attrs.frozen
class Look:
    """How one meaning looks.

    Attributes:
        light: the colours on a light page.
        dark: the colours on a dark page.
        glyph: the sign that stands for it, or "".
        dash: the pattern of its outline or line, or "" for a solid one.
        width: how thick its outline or line is, in pixels; 0 for what is usual.
    """

    light: Paint
    dark: Paint
    glyph: str = ""
    dash: str = ""
    width: float = 0


def _look(light: str, dark: str, glyph: str = "", dash: str = "", width: float = 0) -> Look:
    return Look(Paint(*light.split()), Paint(*dark.split()), glyph, dash, width)


DASHED = "5,3"
DOTTED = "1,3"

CANVAS = _look("#ffffff #ffffff #1e293b", "#11161d #11161d #e6ebf2")
"""The paper, and the text on it."""

MUTED = _look("#ffffff #7f8da3 #566275", "#11161d #6e7f97 #a7b3c4")
"""Text that is read second: kinds, facts, labels."""

ACCENT = _look("#fff1e6 #ea580c #b54708", "#3a2010 #ff8c3a #ffb37a", glyph="▶", width=3)
"""What changed in this step, and nothing else."""

SHAPES: dict[str, Look] = {
    "frame": _look("#f6f8fb #7b899d #566275", "#171e27 #6c7b90 #a7b3c4", width=0.8),
    "tray": _look("#ffffff #7b899d #566275", "#11161d #6c7b90 #a7b3c4", dash=DASHED, width=0.8),
    "workload": _look("#ffffff #72829a #1e293b", "#1e2732 #71829a #e6ebf2"),
    "network": _look("#f1f6ff #4a7fe6 #1e293b", "#16233c #5b8def #e6ebf2"),
    "config": _look("#fbfaf5 #94875a #1e293b", "#25231a #8d8462 #e6ebf2"),
    "actor": _look("#ffffff #72829a #1e293b", "#1e2732 #71829a #e6ebf2"),
    "hub": _look("#eef4ff #4a7fe6 #1e293b", "#16233c #5b8def #e6ebf2"),
    "store": _look("#f3f1fb #8577c6 #1e293b", "#221f38 #8f82cc #e6ebf2"),
    "cursor": _look("#fff1e6 #fff1e6 #b54708", "#2c1c10 #2c1c10 #ffb37a"),
    "cause": _look("#ffffff #1e293b #1e293b", "#1e2732 #e6ebf2 #e6ebf2", dash=DASHED, width=1.6),
    "later": _look("#ffffff #7b899d #5f6b82", "#11161d #6c7b90 #8b98ac", dash=DOTTED, width=0.8),
    "plain": _look("#ffffff #7d8ca2 #1e293b", "#1e2732 #6b7b90 #e6ebf2"),
    "stopped": _look("#f6f8fb #b57678 #a31d16", "#171e27 #a06466 #ffb3ab", dash=DOTTED),
    # After all sorts of things that can be stopped: in a style sheet the later rule wins.
}
"""What sort of thing it is: a container of other things, or an object of a kind."""

STATES: dict[str, Look] = {
    "running": _look("#e7f6ec #2f9a5c #13693a", "#12301f #37995f #83e3ac", glyph="●"),
    "unready": _look("#e4f5f6 #2695a0 #0b626b", "#0e2d31 #2f919b #86dbe3", glyph="◕"),
    "creating": _look("#e8effd #5a86e2 #1d4bc4", "#172649 #5581dd #a5c4ff", glyph="◑"),
    "pending": _look("#f3f0fc #8c7bcd #57469a", "#252042 #8072c4 #cdc2f8", glyph="◔"),
    "failed": _look("#fdeaea #d0443a #a31d16", "#3a1715 #d8574c #ffb3ab", glyph="✕", width=2),
    "terminating": _look("#f4f4f4 #7d828c #565b63", "#23272d #7d8590 #bcc4cd", glyph="◌", dash=DASHED),
    "succeeded": _look("#eef3ef #6c8874 #44604d", "#1c2620 #62806d #aecbb8", glyph="✓"),
    "unknown": _look("#f4f4f4 #7d828c #565b63", "#23272d #7d8590 #bcc4cd", glyph="?", dash=DOTTED),
}
"""The state of a Pod (or of a machine): its colours, glyph, and by `WORDS` a word."""

WORDS: dict[str, str] = {
    "running": "Running",
    "unready": "Not ready",
    "creating": "Creating",
    "pending": "Pending",
    "failed": "Failed",
    "terminating": "Terminating",
    "succeeded": "Completed",
    "unknown": "Unknown",
}

LINKS: dict[str, Look] = {
    "owns": _look("#ffffff #76859a #566275", "#11161d #66768a #a7b3c4", width=1.2),
    "traffic": _look("#ffffff #2f6fe4 #2563d4", "#11161d #6ea2ff #6ea2ff", width=1.6),
    "refers": _look("#ffffff #7b8aa0 #566275", "#11161d #8090a5 #a7b3c4", dash="4,3", width=1.2),
    "idle": _look("#ffffff #7b899d #566275", "#11161d #6c7b90 #a7b3c4", dash=DOTTED, width=1),
}
"""Families of lines: owns (plain), sends traffic (solid, with an arrow), selects or refers (dashed)."""

HEADED = ("traffic", "refers", "idle")
"""The families of lines that end in an arrow."""

GONE = "gone"
CHANGED = "changed"
HIDDEN = "hidden"

_LOOKS: dict[str, Look] = {**SHAPES, **STATES, **LINKS}


def look(classes: Iterable[str]) -> Look:
    """How something of these classes looks: the last class that says anything counts."""
    found = CANVAS
    for name in classes:
        found = _LOOKS.get(name, found)
    return found


def glyph(state: str) -> str:
    """The sign of a state, such as ● for ``running``; "" where there is none."""
    known = STATES.get(state)
    return known.glyph if known else ""


# The style sheet


def _variables(dark: bool) -> str:
    rows = []
    named = {"canvas": CANVAS, "muted": MUTED, "accent": ACCENT, **_LOOKS}
    for name, entry in named.items():
        paint = entry.dark if dark else entry.light
        rows.append(f"--kl-{name}-fill:{paint.fill};--kl-{name}-line:{paint.line};--kl-{name}-ink:{paint.ink}")
    return ";".join(rows)


def _class_rules() -> Iterable[str]:
    for name, entry in {**SHAPES, **STATES}.items():
        dash = entry.dash.replace(",", " ") or "none"
        # A shape carries its colours, and a state takes their place, since it comes later in the sheet.
        yield (
            f".kubelab .{name}{{--fill:var(--kl-{name}-fill);--line:var(--kl-{name}-line);"
            f"--ink:var(--kl-{name}-ink);--dash:{dash}}}"
        )
        if name in STATES and entry.width:
            yield f".kubelab .box.{name}>rect{{stroke-width:{entry.width:g}px}}"
    for name, entry in LINKS.items():
        dash = entry.dash.replace(",", " ") or "none"
        yield f".kubelab .{name}{{--line:var(--kl-{name}-line);--dash:{dash};--thick:{entry.width}px}}"


_SHEET = """
.kubelab{--kl-font:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.kubelab{font-family:var(--jp-ui-font-family,var(--kl-font))}
.kubelab text{font-family:inherit;fill:var(--kl-canvas-ink)}
.kubelab .canvas>rect{fill:var(--kl-canvas-fill);stroke:none}
.kubelab .box>rect{fill:var(--fill);stroke:var(--line);stroke-dasharray:var(--dash)}
.kubelab .box text.state,.kubelab .box text.glyph{fill:var(--ink)}
.kubelab text.quiet,.kubelab text.kind,.kubelab .quiet text{fill:var(--kl-muted-ink)}
.kubelab .stopped text.quiet,.kubelab .stopped text.state{fill:var(--ink)}
.kubelab .link>path{stroke:var(--line);stroke-dasharray:var(--dash);stroke-width:var(--thick)}
.kubelab .link>polygon{fill:var(--line);stroke:var(--line)}
.kubelab .empty{--line:var(--kl-frame-line)}
.kubelab .empty>rect{stroke-width:.8px}
.kubelab .changed{--line:var(--kl-accent-line)}
.kubelab .box.changed>rect{stroke-width:3px;stroke-dasharray:none}
.kubelab .box.gone>rect{stroke-dasharray:6 4}
.kubelab .link.changed{--thick:2.4px}
.kubelab .gone{--fill:var(--kl-canvas-fill)}
.kubelab .gone text{fill:var(--kl-muted-ink);text-decoration:line-through}
.kubelab .gone text.state,.kubelab .gone text.glyph{text-decoration:none}
.kubelab .accent text,.kubelab text.accent{fill:var(--kl-accent-ink)}
.kubelab .part{cursor:pointer}
.kubelab .hidden{opacity:0;visibility:hidden;pointer-events:none}
.kubelab g.node,.kubelab g.edge{transition:opacity .35s ease,visibility .35s}
.kubelab g.node>rect,.kubelab g.edge>path{transition:fill .35s ease,stroke .35s ease}
@media (prefers-reduced-motion:reduce){.kubelab *{transition:none!important}}
"""


def style_sheet() -> str:
    """The CSS of every picture: light, dark where the reader's system or JupyterLab's theme is dark."""
    light, dark = _variables(False), _variables(True)
    return "\n".join(
        (
            f".kubelab{{{light}}}",
            f"@media (prefers-color-scheme:dark){{.kubelab{{{dark}}}}}",
            f'[data-jp-theme-light="true"] .kubelab{{{light}}}',
            f'[data-jp-theme-light="false"] .kubelab{{{dark}}}',
            *_class_rules(),
            _SHEET.strip(),
        )
    )
