"""The view ``owners`` as text: trees, as ``tree`` draws folders."""

from collections.abc import Sequence

from kubelab.sim.timeline import Timeline
from kubelab.state.snapshot import Object, ObjectKey, View, key_of
from kubelab.views import theme
from kubelab.views.columns import aligned
from kubelab.views.escape import clean
from kubelab.views.faces import face
from kubelab.views.kinship import KUBERNETES, LEFT_OUT, ROOTS, candidates, owners_of
from kubelab.views.topology_layout import natural

MOST_PODS = 40
"""Of one owner so many Pods are listed one by one at most."""


def _forest(view: View) -> tuple[list[Object], dict[ObjectKey, list[Object]]]:
    """The roots, and what each object owns."""
    shown = [o for o in candidates(view) if key_of(o) != KUBERNETES and o.kind not in LEFT_OUT]
    shown = [o for o in shown if o.kind in ROOTS or owners_of(o)]
    known = {key_of(o) for o in shown}
    children: dict[ObjectKey, list[Object]] = {}
    roots = []
    for obj in shown:
        mine = [owner for owner in owners_of(obj) if owner in known and owner != key_of(obj)]
        if mine:
            children.setdefault(mine[0], []).append(obj)
        else:
            roots.append(obj)
    order = {kind: n for n, kind in enumerate(ROOTS)}

    def place(obj: Object) -> tuple[object, ...]:
        meta = obj.metadata
        return (
            obj.kind == "Pod",
            meta.namespace != "default",
            meta.namespace,
            natural(meta.name),
            order.get(obj.kind, 9),
        )

    return sorted(roots, key=place), children


def description(view: View) -> str:
    """How many trees there are, and how many objects in them."""
    roots, children = _forest(view)
    owned = sum(len(mine) for mine in children.values())
    return f"{len(roots)} object{'s' if len(roots) != 1 else ''} at the top, and {owned} owned by others."


def text(timeline: Timeline, index: int, since: int) -> str:
    """The trees after step `index`; what changed after step `since` is marked."""
    view = timeline.view(index)
    news = timeline.transitions[since:index]
    touched = {t.key for t in news}
    roots, children = _forest(view)
    spaces = {obj.metadata.namespace for obj in roots}
    rows: list[tuple[bool, tuple[str, ...]]] = []

    def cells(obj: Object, lead: str) -> tuple[str, ...]:
        said = face(obj)
        place = f"{said.namespace}/" if len(spaces) > 1 and not lead else ""
        name = f"{said.glyph} {place}{said.name}" if obj.kind == "Pod" else f"{said.kind} {place}{said.name}"
        return (lead + clean(name), clean(said.fact), clean(said.word))

    def add(obj: Object, lead: str, inner: str) -> None:
        key = key_of(obj)
        rows.append((key in touched, cells(obj, lead)))
        mine = children.get(key, [])
        pods = [child for child in mine if child.kind == "Pod"]
        if len(pods) > MOST_PODS:
            mine = [child for child in mine if child.kind != "Pod"]
        for n, child in enumerate(mine):
            last = n == len(mine) - 1 and len(pods) <= MOST_PODS
            add(child, inner + ("└─ " if last else "├─ "), inner + ("   " if last else "│  "))
        if len(pods) > MOST_PODS:
            changed = any(key_of(pod) in touched for pod in pods)
            rows.append((changed, (f"{inner}└─ {len(pods)} Pods", _counts(pods), "")))

    for root in roots:
        add(root, "", "")
    lines = aligned([cells for _, cells in rows])
    shown = [f"{'▶' if new else ' '} {line}".rstrip() for (new, _), line in zip(rows, lines, strict=True)]
    gone = [
        t for t in news if t.verb != "run" and t.before is not None and t.after is None and view.find(t.key) is None
    ]
    shown += [f"▶ {theme.glyph('terminating')} {t.key} is gone" for t in gone if t.error is None]
    return "\n".join(shown) or "  Nothing owns anything yet."


def _counts(pods: Sequence[Object]) -> str:
    counts: dict[str, int] = {}
    for pod in pods:
        counts[face(pod).state] = counts.get(face(pod).state, 0) + 1
    return ", ".join(f"{theme.glyph(s)} {counts[s]} {theme.WORDS[s]}" for s in theme.STATES if s in counts)
