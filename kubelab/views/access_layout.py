"""Where everything is in the picture of rights: four columns, from who to what.

Every binding leads from its subjects to its role; each has a way of its own through the space between the columns, so
that no line can be taken for another.
"""

from collections.abc import Mapping

import attrs

from kubelab.state.snapshot import ObjectKey
from kubelab.views.faces import id_of
from kubelab.views.rights import Rights
from kubelab.views.scene import Box, Link, Mark, Marks, Point, Scene

MARGIN = 14
BOX_H = 54
STEP = 62
"""From one box to the one below."""

WIDTHS = (168, 168, 168, 250)
"""How wide subjects, bindings, roles and rules are."""

GAP = 58
"""Between two columns."""

WAYS = 9
"""So many lines run side by side between two columns, before they share their way."""

BETWEEN = 14
"""Between what belongs to one role and what belongs to the next."""

HEADS = ("Who", "is given by", "the role", "which allows")
HEAD_H = 20

MOST_RULES = 5
"""So many rules of a role are drawn one by one; the last box stands for all others."""

SYSTEM = "access~system"
"""The element that stands for all bindings that a cluster has of itself."""


@attrs.define
class Plan:
    """Everything at its place.

    Attributes:
        scene: what is drawn.
        classes: the classes of each element on the whole.
        box: the boxes by their id.
        subjects: the subject of each element.
        objects: the binding or the role of each element.
        rules: the role and the place of the rule of each element.
        lines: for each line the binding and the subject, or the binding and the role.
        steps: for each line from a role to a rule the role and the place of the rule.
    """

    scene: Scene
    classes: Marks
    box: Mapping[str, Box]
    subjects: Mapping[str, ObjectKey]
    objects: Mapping[str, ObjectKey]
    rules: Mapping[str, tuple[ObjectKey, int]]
    lines: Mapping[str, tuple[ObjectKey, ObjectKey]]
    steps: Mapping[str, tuple[ObjectKey, int]]


def left(column: int) -> float:
    """The left edge of a column."""
    return MARGIN + sum(WIDTHS[:column]) + GAP * column


@attrs.define
class _Drawing:
    boxes: dict[str, Box] = attrs.field(factory=dict)
    links: list[Link] = attrs.field(factory=list)
    subjects: dict[str, ObjectKey] = attrs.field(factory=dict)
    objects: dict[str, ObjectKey] = attrs.field(factory=dict)
    rules: dict[str, tuple[ObjectKey, int]] = attrs.field(factory=dict)
    lines: dict[str, tuple[ObjectKey, ObjectKey]] = attrs.field(factory=dict)
    steps: dict[str, tuple[ObjectKey, int]] = attrs.field(factory=dict)

    def put(self, element: str, column: int, y: float) -> None:
        self.boxes[element] = Box(element, "object", left(column), y, WIDTHS[column], BOX_H)

    def link(self, tail: str, head: str, way: int) -> str:
        source, target = self.boxes[tail], self.boxes[head]
        start, end = source.y + BOX_H / 2, target.y + BOX_H / 2
        gutter = source.right + 10 + (way % WAYS) * 4
        bend: list[Point] = [(gutter, start), (gutter, end)] if start != end else []
        name = f"{tail}--{head}"
        self.links.append(Link(name, tail, head, ((source.right, start), *bend, (target.x, end)), arrow=True))
        return name


def lay_out(rights: Rights, system: bool) -> Plan:
    """Give everything a place: the roles one below the other, beside each its rules and the bindings that give it."""
    drawing = _Drawing()
    top = float(MARGIN + HEAD_H)
    givers: dict[ObjectKey, list[ObjectKey]] = {}
    for binding, (role, _) in rights.bindings.items():
        givers.setdefault(role, []).append(binding)
    y = below = top
    order = sorted(rights.roles, key=lambda role: (role not in givers, role.kind, role))
    for role in order:
        bindings = sorted(givers.get(role, ()))
        below = _subjects(drawing, rights, bindings, y, below)
        y = _role(drawing, role, min(rights.roles[role], MOST_RULES), bindings, y)
    for key in sorted(rights.subjects):
        if _subject_id(key) not in drawing.boxes:
            below = _subject(drawing, key, below)
    end = max(y, below)
    if not system:
        drawing.put(SYSTEM, 1, max(y, top))
        end = max(end, max(y, top) + BOX_H + BETWEEN)
    _connect(drawing, rights, order, givers)
    return _finish(drawing, end)


def _subjects(drawing: _Drawing, rights: Rights, bindings: list[ObjectKey], y: float, below: float) -> float:
    """Place the subjects of a role's bindings beside them, those that have no place yet; gives where they end."""
    for number, binding in enumerate(bindings):
        for key in rights.bindings[binding][1]:
            if _subject_id(key) not in drawing.boxes:
                below = _subject(drawing, key, max(below, y + number * STEP))
    return below


def _subject_id(key: ObjectKey) -> str:
    return id_of(key) if key.kind == "ServiceAccount" else f"access~{id_of(key)}"


def _subject(drawing: _Drawing, key: ObjectKey, y: float) -> float:
    element = _subject_id(key)
    drawing.put(element, 0, y)
    drawing.subjects[element] = key
    return y + STEP


def _role(drawing: _Drawing, role: ObjectKey, rules: int, bindings: list[ObjectKey], y: float) -> float:
    """Place a role, its rules and its bindings; gives where the next role begins."""
    element = id_of(role)
    drawing.put(element, 2, y)
    drawing.objects[element] = role
    for place in range(rules):
        drawing.put(f"{element}~{place}", 3, y + place * STEP)
        drawing.rules[f"{element}~{place}"] = (role, place)
    for number, binding in enumerate(bindings):
        drawing.put(id_of(binding), 1, y + number * STEP)
        drawing.objects[id_of(binding)] = binding
    return y + max(rules, len(bindings), 1) * STEP + BETWEEN


def _connect(
    drawing: _Drawing, rights: Rights, order: list[ObjectKey], givers: Mapping[ObjectKey, list[ObjectKey]]
) -> None:
    way = 0
    for role in order:
        for binding in sorted(givers.get(role, ())):
            for subject in rights.bindings[binding][1]:
                name = drawing.link(_subject_id(subject), id_of(binding), way)
                drawing.lines[name] = (binding, subject)
            drawing.lines[drawing.link(id_of(binding), id_of(role), way)] = (binding, role)
            way += 1
    for element, (role, place) in drawing.rules.items():
        drawing.steps[drawing.link(id_of(role), element, WAYS // 2)] = (role, place)


def _finish(drawing: _Drawing, end: float) -> Plan:
    heads = tuple(Box(f"access~head~{n}", "caption", left(n), MARGIN - 4, WIDTHS[n], HEAD_H) for n in range(len(HEADS)))
    boxes = (*heads, *drawing.boxes.values())
    classes = {head.id: Mark("caption") for head in heads}
    classes |= {box.id: Mark("object box plain") for box in drawing.boxes.values()}
    classes |= {link.id: Mark("link refers") for link in drawing.links}
    width = left(len(WIDTHS) - 1) + WIDTHS[-1] + MARGIN
    return Plan(
        scene=Scene("access", width, max(end, MARGIN + HEAD_H + BOX_H), boxes, tuple(drawing.links)),
        classes=classes,
        box={box.id: box for box in boxes},
        subjects=drawing.subjects,
        objects=drawing.objects,
        rules=drawing.rules,
        lines=drawing.lines,
        steps=drawing.steps,
    )
