"""The view ``control-plane`` as text."""

from collections.abc import Callable

from kubelab.api.duration import elapsed
from kubelab.sim.timeline import Timeline
from kubelab.views import actors
from kubelab.views.columns import aligned
from kubelab.views.escape import clean
from kubelab.views.explain import request_of
from kubelab.views.topology_layout import natural

Row = tuple[bool, tuple[str, ...]]
"""Whether it acted, and its cells."""

MOST_MACHINES = 40
"""So many machines are listed at most, besides those that act."""


def description(timeline: Timeline, index: int) -> str:
    """Who acted, on what, what came of it, and who was woken."""
    from kubelab.views.control_plane import woken

    transition = timeline.at(index)
    if transition is None:
        return "Nothing has happened yet."
    state = timeline.state(index)
    who = woken(state, (transition,))
    then = f" It woke {', '.join(who)}." if who else " It woke nobody."
    if transition.verb == "fault":
        return f"A fault: {transition.reason} {transition.key.name}.{then}"
    asked = request_of(transition)
    if transition.verb == "run":
        return f"{transition.actor} did something on its own machine, past the API server: {asked}.{then}"
    if transition.error is not None:
        return f"{transition.actor} asked kube-apiserver to {asked}; refused with {transition.error.code}."
    return f"{transition.actor} asked kube-apiserver to {asked}; etcd is at revision {transition.revision}.{then}"


def text(timeline: Timeline, index: int, since: int, cast: actors.Cast) -> str:
    """The control plane after step `index`; who acted after step `since` is marked."""
    from kubelab.views.control_plane import is_stopped, waiting, woken

    state = timeline.state(index)
    news = timeline.transitions[since:index]
    acting = {t.actor for t in news} | {t.key.name for t in news if t.verb == "fault"}
    asked = [t for t in news if t.verb not in ("run", "fault")]
    queued, told = waiting(state), woken(state, news)

    def row(actor: str, depth: int, fact: str = "", shown: str = "") -> Row:
        parts = ["✕ stopped"] if is_stopped(state, actor) else []
        if queued.get(actor):
            parts.append(f"{queued[actor]} in its queue")
        if actor in told:
            parts.append("← woken by this step")
        if state.delays.get(actor):
            parts.append(f"sees changes {elapsed(state.delays[actor])} late")
        if actor in {t.actor for t in news}:
            parts.insert(0, "acts: " + ", ".join(request_of(t) for t in news if t.actor == actor))
        return actor in acting, (f"{'  ' * depth}{shown or actor}", fact, ", ".join(parts))

    snapshot = state.snapshot
    refused = [t for t in asked if t.error is not None]
    answer = f"✕ refused: {refused[-1].error}" if refused else "stored" if asked else ""
    hub = bool(asked)
    rows: list[Row] = [row(actors.USER, 0), row(actors.SCHEDULER, 0), (False, ("kube-controller-manager",))]
    rows += [row(actor, 1) for actor in cast.managed]
    rows += [(False, ("other controllers",))] if cast.apart else []
    rows += [row(actor, 1) for actor in cast.apart]
    off = {name: "✕ stopped" if is_stopped(state, name) else "" for name in (actors.API_SERVER, actors.ETCD)}
    rows.append((hub or actors.API_SERVER in acting, (actors.API_SERVER, off[actors.API_SERVER], answer)))
    fact = off[actors.ETCD] or f"revision {snapshot.revision}, {len(snapshot.objects)} objects"
    rows.append(((bool(asked) and not refused) or actors.ETCD in acting, (actors.ETCD, fact)))
    rows += _machines(timeline, index, acting, row)
    cells = [tuple(_clean(cell) for cell in cells) for _, cells in rows]
    lines = aligned(cells)
    return "\n".join(f"{'▶' if new else ' '} {line}".rstrip() for (new, _), line in zip(rows, lines, strict=True))


def _machines(timeline: Timeline, index: int, acting: set[str], row: Callable[..., Row]) -> list[Row]:
    machines = timeline.state(index).snapshot.machines
    names = sorted(machines, key=natural)
    busy = {actors.node_of(actor) for actor in acting} | acting
    shown = names if len(names) <= MOST_MACHINES else [n for n in names if n in busy] or names[:1]
    rows: list[Row] = []
    for name in shown:
        machine = machines[name]
        rows.append((name in acting, (f"machine {name}", "" if machine.powered else "✕ off")))
        pods, rules = len(machine.sandboxes), len(machine.rules)
        rows.append(row(f"kubelet/{name}", 1, f"{pods} Pod{'s' if pods != 1 else ''}", "kubelet"))
        rows.append(row(f"kube-proxy/{name}", 1, f"rules of {rules} Service{'s' if rules != 1 else ''}", "kube-proxy"))
    if len(shown) < len(names):
        rows.append((False, (f"{len(names) - len(shown)} more machines",)))
    return rows


def _clean(cell: str) -> str:
    bare = cell.lstrip(" ")
    return cell[: len(cell) - len(bare)] + clean(bare)
