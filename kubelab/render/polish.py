"""Graphviz' SVG made fit for a page: themed, described, and the same on every machine.

What depends on the version of Graphviz or on the fonts of the machine (comments, the outline of rounded boxes, the
place of each text) is put in again from what the scene says of it.
"""

import re
import xml.etree.ElementTree as ET

from kubelab.views.escape import BLANK, GUARD
from kubelab.views.scene import FORMS, Form
from kubelab.views.theme import FONT, style_sheet

_SVG = "http://www.w3.org/2000/svg"
_XLINK_TITLE = "{http://www.w3.org/1999/xlink}title"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def standing_alone(dot: str, scale: float) -> str:
    """`dot` for a format that has no style sheet: with a resolution, in dots per pixel."""
    head, brace, rest = dot.partition("{")
    return f"{head}{brace}\n\tgraph [dpi={72 * scale:g}]{rest}"


def polish(drawn: str) -> str:
    """Graphviz' SVG as ours.

    Ids of elements are those that the DOT gave them; their tooltips are ``<title>`` elements; every text has the class
    of its role.
    """
    ET.register_namespace("", _SVG)
    root = ET.fromstring(drawn.replace(GUARD, ""))
    view = root.get("viewBox", "0 0 0 0").split()
    graph = root.find(f"{{{_SVG}}}g")
    made = ET.Element(
        f"{{{_SVG}}}svg",
        {
            "class": "kubelab",
            "role": "img",
            "width": _short(float(view[2])),
            "height": _short(float(view[3])),
            "viewBox": " ".join(_short(float(part)) for part in view),
            "font-family": FONT,
        },
    )
    if graph is None:
        return ET.tostring(made, encoding="unicode")
    title = graph.find(f"{{{_SVG}}}title")
    groups = [_group(child) for child in graph if child.tag == f"{{{_SVG}}}g"]
    description = ""
    for group in groups:
        if group.get("id") == "canvas":
            caption = group.find(f"{{{_SVG}}}title")
            if caption is not None:
                description = (caption.text or "").strip()
                group.remove(caption)
    ET.SubElement(made, f"{{{_SVG}}}title").text = title.text if title is not None else ""
    if description:
        ET.SubElement(made, f"{{{_SVG}}}desc").text = description
    ET.SubElement(made, f"{{{_SVG}}}style").text = style_sheet()
    moved = ET.SubElement(made, f"{{{_SVG}}}g", {"class": "graph", "transform": _shift(graph.get("transform", ""))})
    moved.extend(groups)
    text = ET.tostring(made, encoding="unicode")
    return text.replace("><g ", ">\n<g ") + "\n"


def _shift(transform: str) -> str:
    found = re.search(r"translate\(([^)]*)\)", transform)
    if found is None:
        return ""
    return "translate(" + " ".join(_short(float(part)) for part in found.group(1).replace(",", " ").split()) + ")"


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _group(group: ET.Element) -> ET.Element:
    """One node or edge: its tooltip, its shapes, its texts."""
    names = group.get("class", "").split()
    made = ET.Element(f"{{{_SVG}}}g", {"id": group.get("id", ""), "class": " ".join(names)})
    shapes: list[ET.Element] = []
    tooltip = ""
    for element in group.iter():
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if tag == "a":
            tooltip = element.get(_XLINK_TITLE, "").strip()
        elif tag in ("path", "polygon", "text", "polyline", "ellipse"):
            shapes.append(element)
    form = next((FORMS[name] for name in names if name in FORMS), None)
    ET.SubElement(made, f"{{{_SVG}}}title").text = tooltip
    if form is not None:
        _box(made, form, shapes)
    else:
        made.extend(shapes)
    return made


def _box(made: ET.Element, form: Form, shapes: list[ET.Element]) -> None:
    """A box: a rectangle, and its texts where its form puts them."""
    texts = [shape for shape in shapes if shape.tag.endswith("}text")]
    outline = next((shape for shape in shapes if not shape.tag.endswith("}text")), None)
    top = None
    if outline is not None:
        numbers = [float(part) for part in _NUMBER.findall(outline.get("d") or outline.get("points") or "")]
        left, right = min(numbers[::2]), max(numbers[::2])
        top, bottom = min(numbers[1::2]), max(numbers[1::2])
        kept = {n: v for n, v in outline.attrib.items() if n.startswith(("fill", "stroke"))}
        size = {"x": left, "y": top, "width": right - left, "height": bottom - top, "rx": form.radius}
        ET.SubElement(made, f"{{{_SVG}}}rect", {**{n: _short(v) for n, v in size.items() if v or n != "rx"}, **kept})
    for text, line, depth in zip(texts, form.lines, _baselines(form), strict=False):
        kept = {n: v for n, v in text.attrib.items() if n in ("x", "y", "font-weight", "fill")}
        if form.centred:
            kept["text-anchor"] = "middle"
        kept["x"] = _short(float(kept["x"]))
        if top is not None:
            kept["y"] = _short(top + depth)
        kept |= {"class": line.role, "font-size": _short(line.size)}
        ET.SubElement(made, f"{{{_SVG}}}text", kept).text = (text.text or "").replace(BLANK, "")


def _baselines(form: Form) -> list[float]:
    """How far under the upper edge of the box each text stands."""
    found = []
    top = form.top
    for row in form.rows:
        high = max(line.height for line in row)
        largest = max(line.size for line in row)
        found += [top + high / 2 + 0.36 * largest] * len(row)
        top += high
    return found
