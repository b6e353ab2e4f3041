"""A scene as DOT, with every position given, so that each version of Graphviz draws it alike.

The graph asks for the layout ``nop2``: Graphviz takes all positions and lines as they are (``neato -n2``). Any Graphviz
draws it right; our own `kubelab.render` adds the style sheet by which one picture is both light and dark.
"""

from functools import lru_cache
from itertools import pairwise

from kubelab.views import theme
from kubelab.views.escape import BLANK, tooltip, xml
from kubelab.views.scene import FORMS, Box, Form, Link, Mark, Marks, Point, Scene

UNCHANGED = Mark("")
ROUND = 7.0
"""The radius of the corners of lines, in pixels."""


def stage(scene: Scene, classes: Marks) -> str:
    """The DOT of a whole film: every element that any of its frames shows, hidden and without text.

    Args:
        scene: the film's scene.
        classes: the classes by which each element is drawn before a frame is shown.
    """
    marks = {}
    for box in scene.boxes:
        mark = classes.get(box.id)
        marks[box.id] = Mark(f"{mark.classes if mark else box.form} {theme.HIDDEN}")
    for link in scene.links:
        mark = classes.get(link.id)
        marks[link.id] = Mark(f"{mark.classes if mark else 'link owns'} {theme.HIDDEN}")
    return write(scene, marks, scene.view, "")


def write(scene: Scene, marks: Marks, title: str, description: str) -> str:
    """The DOT of one picture: the elements of the scene that have a mark.

    Args:
        scene: where everything is.
        marks: what is there, and how.
        title: the picture's title; it becomes the graph's name.
        description: a sentence for screen readers; it becomes the tooltip of the paper.
    """
    import graphviz

    graph = graphviz.Digraph(
        xml(title),
        graph_attr={
            "layout": "nop2",
            "inputscale": "72",
            "outputorder": "nodesfirst",
            "bgcolor": "transparent",
            "pad": "0",
            "label": "",
        },
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fixedsize": "true",
            "label": "",
            "fontname": theme.FONT,
            "fontsize": "10",
        },
        edge_attr={"label": "", "arrowsize": "0.55"},
    )
    height = scene.height
    graph.node(
        "canvas",
        id="canvas",
        **{"class": "canvas"},
        pos=_pos((scene.width / 2, height / 2), height),
        width=_inches(scene.width),
        height=_inches(height),
        style="filled",
        color=theme.CANVAS.light.line,
        fillcolor=theme.CANVAS.light.fill,
        tooltip=tooltip(description) or " ",
    )
    shown = set()
    for box in scene.boxes:
        mark = marks.get(box.id)
        if mark is not None:
            shown.add(box.id)
            graph.node(box.id, **_box_attributes(box, mark, height))
    # Lines share their way: those that changed lie above the others.
    for link in sorted(scene.links, key=lambda one: theme.CHANGED in marks.get(one.id, UNCHANGED).classes.split()):
        mark = marks.get(link.id)
        if mark is not None and link.tail in shown and link.head in shown:
            graph.edge(link.tail, link.head, **_link_attributes(link, mark, height))
    source: str = graph.source
    return source


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _inches(pixels: float) -> str:
    return f"{pixels / 72:.5f}".rstrip("0").rstrip(".")


def _pos(point: Point, height: float) -> str:
    return f"{_number(point[0])},{_number(height - point[1])}"


def _box_attributes(box: Box, mark: Mark, height: float) -> dict[str, str]:
    names = mark.classes.split()
    seen = theme.look(names)
    changed = theme.CHANGED in names
    style = "rounded,filled" if FORMS[box.form].radius else "filled"
    dashes = _dashes("" if changed else seen.dash, theme.GONE in names)
    style += f",{dashes}" if dashes else ""
    bare = "box" not in names
    # In the drawing of a film, which later takes on other states, the style sheet says how thick a state's outline is.
    own = 0 if theme.HIDDEN in names and seen in theme.STATES.values() else seen.width
    fill, line = seen.light.fill, theme.ACCENT.light.line if changed else seen.light.line
    attributes = {
        "id": box.id,
        "class": mark.classes,
        "pos": _pos((box.cx, box.y + box.h / 2), height),
        "width": _inches(box.w),
        "height": _inches(box.h),
        "style": "invis" if bare and theme.HIDDEN not in names and not FORMS[box.form].rows else style,
        "fillcolor": "transparent" if bare else fill,
        "color": "transparent" if bare else line,
        "penwidth": _number(theme.ACCENT.width if changed else own or 1.2),
        "label": _label(box, mark, seen),
    }
    if FORMS[box.form].centred:
        only = FORMS[box.form].lines[0]
        attributes |= {"fontsize": _number(only.size), "fontcolor": _ink(only.role, seen, False)}
    if mark.texts and mark.texts[0]:
        attributes["tooltip"] = tooltip(mark.texts[0])
    return {name: value for name, value in attributes.items() if value}


def _dashes(pattern: str, gone: bool) -> str:
    """Graphviz' word for a pattern."""
    return "dashed" if gone else {"": "", theme.DOTTED: "dotted"}.get(pattern, "dashed")


def _ink(role: str, seen: theme.Look, accented: bool) -> str:
    if accented:
        return theme.ACCENT.light.ink
    if role in ("glyph", "state"):
        return seen.light.ink
    if role in ("kind", "quiet"):
        return seen.light.ink if seen is theme.SHAPES["stopped"] else theme.MUTED.light.ink
    return theme.CANVAS.light.ink


def _label(box: Box, mark: Mark, seen: theme.Look) -> str:
    form = FORMS[box.form]
    if not form.rows:
        return ""
    accented = "accent" in mark.classes.split()
    if form.centred:
        return xml(mark.texts[1]) if len(mark.texts) > 1 and mark.texts[1] else BLANK
    texts = (*mark.texts[1:], *("",) * len(form.lines))
    place = 0
    rows = []
    left, room = box.text_left, box.text_room
    for row in form.rows:
        high = max(line.height for line in row)
        cells = [_cell("", left, high)]
        rest = room - sum(line.room for line in row)
        for line in row:
            ink = _ink(line.role, seen, accented)
            shown = xml(texts[place]) or BLANK
            place += 1
            text = f"<B>{shown}</B>" if line.bold else shown
            font = f'<FONT COLOR="{ink}" POINT-SIZE="{_number(line.size)}">{text}</FONT>'
            cells.append(_cell(font, line.room or rest, high))
        cells.append(_cell("", max(box.w - left - room, 0), high))
        rows.append(f"<TR>{''.join(cells)}</TR>")
    used = form.top + sum(max(line.height for line in row) for row in form.rows)
    columns = 2 + max(len(row) for row in form.rows)
    return _table(box, form, rows, box.h - used, columns)


def _table(box: Box, form: Form, rows: list[str], rest: float, columns: int) -> str:
    head = _spacer(box.w, form.top, columns)
    foot = _spacer(box.w, rest, columns)
    size = f'FIXEDSIZE="TRUE" WIDTH="{round(box.w)}" HEIGHT="{round(box.h)}"'
    body = "".join((head, *rows, foot))
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" {size}>{body}</TABLE>>'


@lru_cache(maxsize=1024)
def _spacer(width: float, height: float, columns: int) -> str:
    if round(height) < 1:
        return ""
    size = f'FIXEDSIZE="TRUE" WIDTH="{round(width)}" HEIGHT="{round(height)}"'
    return f'<TR><TD COLSPAN="{columns}" {size}></TD></TR>'


def _cell(content: str, width: float, height: float) -> str:
    if round(width) < 1:
        return ""
    size = f'FIXEDSIZE="TRUE" WIDTH="{round(width)}" HEIGHT="{round(height)}"'
    return f'<TD ALIGN="LEFT" {size}>{content}</TD>'


def _link_attributes(link: Link, mark: Mark, height: float) -> dict[str, str]:
    names = mark.classes.split()
    seen = theme.look(names)
    changed = theme.CHANGED in names
    ink = theme.ACCENT.light.line if changed else seen.light.line
    attributes = {
        "id": link.id,
        "class": mark.classes,
        "pos": spline(link.points, height, link.arrow),
        "color": ink,
        "penwidth": _number(2.4 if changed else seen.width or 1.2),
        "style": _dashes(seen.dash, theme.GONE in names),
        "arrowhead": "" if link.arrow else "none",
        "tooltip": tooltip(mark.texts[0]) if mark.texts else "",
    }
    return {name: value for name, value in attributes.items() if value}


ARROW = 6.0
"""How long an arrow is, in pixels."""


def spline(points: tuple[Point, ...], height: float, arrow: bool) -> str:
    """A polyline with rounded corners as the value of DOT's ``pos``: a chain of Bézier curves."""
    path = list(points)
    end = path[-1]
    if arrow:
        path[-1] = _towards(end, path[-2], ARROW)
    curve: list[Point] = [path[0]]
    here = path[0]
    for corner, after in pairwise(path[1:]):
        reach = min(ROUND, _distance(here, corner) / 2, _distance(corner, after) / 2)
        begin, finish = _towards(corner, here, reach), _towards(corner, after, reach)
        curve += [*_straight(here, begin), corner, corner, finish]
        here = finish
    curve += _straight(here, path[-1])
    text = " ".join(_pos(point, height) for point in curve)
    return f"e,{_pos(end, height)} {text}" if arrow else text


def _straight(a: Point, b: Point) -> list[Point]:
    third = ((b[0] - a[0]) / 3, (b[1] - a[1]) / 3)
    return [(a[0] + third[0], a[1] + third[1]), (b[0] - third[0], b[1] - third[1]), b]


def _distance(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def _towards(a: Point, b: Point, reach: float) -> Point:
    length = _distance(a, b)
    if length == 0:
        return a
    return a[0] + (b[0] - a[0]) * reach / length, a[1] + (b[1] - a[1]) * reach / length
