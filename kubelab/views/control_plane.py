"""The view ``control-plane``: who acts in this step, and the way of the request: actor, API server, etcd.

Above the API server are those who work for the whole cluster, below it what runs on each machine. A dashed line goes
to everybody whom this step woke: the API server told them through their watch. What the kubelet and kube-proxy do on
their own machine does not pass the API server.
"""

from collections.abc import Mapping, Sequence

import attrs

from kubelab.api.duration import elapsed
from kubelab.sim.state import State
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey
from kubelab.views import actors, control_plane_text, theme
from kubelab.views.control_plane_layout import ETCD_LINK, MORE, Plan, actor_id, lay_out, link_id
from kubelab.views.explain import request_of
from kubelab.views.film import changes, clock
from kubelab.views.scene import Mark, Marks, Scene


@attrs.frozen
class ControlPlane:
    """The stage of the view; see `kubelab.views.film.Stage`."""

    plan: Plan

    @property
    def scene(self) -> Scene:
        """Everything at its place."""
        return self.plan.scene

    @property
    def classes(self) -> Marks:
        """The classes that each element has on the whole."""
        return self.plan.classes

    @property
    def keys(self) -> Mapping[str, ObjectKey]:
        """The machines' Nodes."""
        return self.plan.keys

    @property
    def parts(self) -> Sequence[str]:
        """Nothing here stands for several things that could be opened."""
        return ()

    def title(self, timeline: Timeline, index: int) -> str:
        """The title of a frame."""
        return f"Control plane after step {index}, {clock(timeline, index)}"

    def describe(self, timeline: Timeline, index: int) -> str:
        """Who acted, on what, and who was woken."""
        return control_plane_text.description(timeline, index)

    def text(self, timeline: Timeline, index: int, since: int) -> str:
        """The same as text."""
        return control_plane_text.text(timeline, index, since, self.plan.cast)

    def marks(self, timeline: Timeline, index: int, since: int) -> dict[str, Mark]:
        """How every element looks after step `index`."""
        return _Frame(self.plan, timeline, index, changes(timeline, index, since)).marks()


def stage(
    timeline: Timeline, first: int, last: int, future: Sequence[Transition] = (), opened: Sequence[str] = ()
) -> ControlPlane:
    """Lay out the control plane and the machines that there are in these steps."""
    return ControlPlane(lay_out(timeline, first, last, future))


def waiting(state: State) -> dict[str, int]:
    """How many keys wait for each actor, requests of a reconcile that is under way included."""
    found: dict[str, int] = {}
    for work in state.queue.waiting():
        found[work.actor] = found.get(work.actor, 0) + 1
    for actor in state.busy:
        found[actor] = found.get(actor, 0) + 1
    return found


def woken(state: State, news: Sequence[Transition]) -> list[str]:
    """The actors who wait to act because of these steps."""
    steps = {transition.index for transition in news}
    # What somebody did on its own machine is news to itself only: no watch told it.
    alone = {t.actor for t in news if t.verb == "run"}
    return [a for a in dict.fromkeys(w.actor for w in state.queue.waiting() if w.cause in steps) if a not in alone]


def is_stopped(state: State, actor: str) -> bool:
    """Whether an actor does not run."""
    name, _, node = actor.partition("/")
    if actor in state.stopped or name in state.stopped:
        return True
    machine = state.snapshot.machines.get(node) if node else None
    return machine is not None and not machine.powered


class _Frame:
    """One frame while it is worked out."""

    def __init__(self, plan: Plan, timeline: Timeline, index: int, news: Sequence[Transition]) -> None:
        self.plan = plan
        self.timeline = timeline
        self.state = timeline.state(index)
        self.news = news
        self.last = news[-1] if news else None
        self.queued = waiting(self.state)
        self.acting = {transition.actor for transition in news}
        self.asking = {t.actor for t in news if t.verb not in ("run", "fault")}
        self.struck = {name for t in news if t.verb == "fault" for name in (t.key.name, t.node)}
        self.woken = woken(self.state, news)
        self.box = plan.scene.box
        self.found: dict[str, Mark] = {}

    def marks(self) -> dict[str, Mark]:
        plan = self.plan
        for actor in (actors.USER, actors.SCHEDULER, *plan.cast.apart, *plan.cast.managed):
            self._actor(actor)
        self._manager()
        self._hub()
        for node in plan.nodes:
            self._machine(node)
        if plan.more:
            self._more()
        self._links()
        return self.found

    def _put(self, element: str, classes: Sequence[str], tooltip: str, texts: Sequence[str]) -> None:
        names = " ".join(name for name in classes if name)
        self.found[element] = Mark(names, (tooltip, *self.box[element].fitted(texts)))

    def _changed(self, actor: str) -> str:
        return theme.CHANGED if actor in self.acting or actor in self.struck else ""

    def _state(self, actor: str) -> tuple[str, str]:
        """A class and a fact: what the actor is about."""
        if is_stopped(self.state, actor):
            return "stopped", "✕ stopped"
        count = self.queued.get(actor, 0)
        late = self.state.delays.get(actor, 0)
        said = f"queue {count}" if count else "waits"
        if late:
            said += f", sees {elapsed(late)} late"
        if actor in self.acting:
            said = f"acts · {said}" if count else "acts"
        return "", said

    def _actor(self, actor: str) -> None:
        if actor == actors.USER:
            did = self.last is not None and self.last.actor == actors.USER
            texts = ("user", "acts" if did else "kubectl")
            self._put(actor_id(actor), ("actor box", self._changed(actor)), "you", texts)
            return
        state, said = self._state(actor)
        shown = actor if actor == actors.SCHEDULER else actors.short_name(actor)
        self._put(actor_id(actor), ("actor box", state, self._changed(actor)), f"{actor} · {said}", (shown, said))

    def _manager(self) -> None:
        label = "kube-controller-manager"
        self._put(actor_id(actors.CONTROLLER_MANAGER), ("zone box frame",), label, (label,))
        if self.plan.cast.apart:
            self._put("apart", ("zone box frame",), "controllers that run by themselves", ("other controllers",))

    def _hub(self) -> None:
        last = self.last
        asked = [t for t in self.news if t.actor in self.asking]
        request = ""
        refused = last is not None and last.error is not None
        if asked and last is not None:
            request = f"{asked[-1].actor}: {request_of(asked[-1])}"
            if refused:
                assert last.error is not None
                request = f"✕ {last.error.code} {last.error.reason} · {request}"
        stopped = "stopped" if is_stopped(self.state, actors.API_SERVER) else ""
        changed = theme.CHANGED if asked or actors.API_SERVER in self.struck else ""
        said = "✕ stopped" if stopped else request or "nobody asks for anything in this step"
        tooltip = f"kube-apiserver · {said}"
        classes = ("hub box", stopped or ("failed" if refused else ""), changed)
        self._put("api", classes, tooltip, ("kube-apiserver", said))
        stored = any(t.error is None for t in asked)
        snapshot = self.state.snapshot
        off = "stopped" if is_stopped(self.state, actors.ETCD) else ""
        fact = "✕ stopped" if off else f"revision {snapshot.revision}, {len(snapshot.objects)} objects"
        new = theme.CHANGED if stored or actors.ETCD in self.struck else ""
        self._put("etcd", ("store hub box", off, new), f"etcd · {fact}", ("etcd", fact))

    def _machine(self, node: str) -> None:
        machine = self.state.snapshot.machines.get(node)
        if machine is None:
            return
        struck = theme.CHANGED if node in self.struck else ""
        off = "" if machine.powered else "stopped"
        label = f"machine {node}{' · ✕ off' if off else ''}"
        self._put(f"machine/{actor_id(node)}", ("zone box frame", off, struck), label, (label,))
        pods, rules = len(machine.sandboxes), len(machine.rules)
        facts = {
            actors.KUBELET: f"{pods} Pod{'s' if pods != 1 else ''}",
            actors.KUBE_PROXY: f"{rules} Service{'s' if rules != 1 else ''}",
        }
        for name, fact in facts.items():
            actor = f"{name}/{node}"
            state, said = self._state(actor)
            if not state:
                said = fact if said == "waits" else f"{said} · {fact}"
            classes = ("actor box", state, self._changed(actor))
            self._put(actor_id(actor), classes, f"{actor} · {said}", (name, said))

    def _more(self) -> None:
        others = {a for a in self.acting if actors.node_of(a) in self.plan.more}
        queues = sum(actors.node_of(actor) in self.plan.more for actor in self.queued)
        said = ", ".join(sorted(others)) or (f"{queues} queues" if queues else "all wait")
        label = f"{len(self.plan.more)} more machines"
        self._put(MORE, ("actor box", theme.CHANGED if others else ""), f"{label} · {said}", (label, said))

    def _links(self) -> None:
        asking = {self.plan.gate(actor) for actor in self.asking}
        told = {self.plan.gate(actor) for actor in self.woken}
        for gate in self.plan.gates:
            family, new = "idle", ""
            if gate in asking:
                family, new = "traffic", theme.CHANGED
            elif gate in told:
                family = "refers"
            self.found[link_id(gate)] = Mark(" ".join(filter(None, ("link", family, new))))
        stored = any(t.error is None and t.actor in self.asking for t in self.news)
        self.found[ETCD_LINK] = Mark(f"link traffic {theme.CHANGED}" if stored else "link idle")
