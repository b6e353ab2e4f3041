"""The view ``network``: the way of a packet through the machines, as one picture or as a film of its hops.

It is not a view of a timeline but of one walk at one moment: a `WalkFilm` has a frame for each hop. In a frame what was
passed is drawn as traffic, what is passed right now stands out, and what comes later is pale.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

from kubelab.errors import UsageError
from kubelab.network.addresses import MACHINE_NETWORK, bridge_address, internal_address, pod_range
from kubelab.network.addresses import ROUTER as ROUTER_ADDRESS
from kubelab.network.journey import CLIENT_PORT
from kubelab.network.routes import Route
from kubelab.network.text import TITLES, hop_lines, verdict_line, walk_text
from kubelab.network.trail import Hop, Walk
from kubelab.state.bootstrap import CONTROL_PLANE_ADDRESS, SECURE_PORT
from kubelab.state.snapshot import ObjectKey, key_of
from kubelab.views import dot, theme
from kubelab.views.faces import face, id_of
from kubelab.views.film import FilmFrame, Frame
from kubelab.views.measure import wrap
from kubelab.views.network_layout import (
    CONTROL,
    DNS,
    INTERNET,
    REASON,
    ROUTER,
    WIRE,
    Plan,
    balancer_id,
    hops_of,
    lay_out,
    part_id,
)
from kubelab.views.scene import FORMS, Box, Mark, Scene

LOST = "✕"
HEADS = {"there": "The way there", "back": "The answer"}


class WalkFilm:
    """A walk, hop by hop; it can be asked for all that the film of a timeline can be asked for.

    Frame 0 is before the first hop, and the last frame is the end of the walk.

    Attributes:
        view: the name of the view.
        first: the first frame.
        last: the last frame.
        walk: the walk.
        parts: nothing in it can be opened.
    """

    view = "network"
    first = 0
    parts: Sequence[str] = ()

    def __init__(self, walk: Walk, *, listed: bool = True) -> None:
        """Lay the walk out in the cluster in which it was made; its steps are listed beside it, or not."""
        self.walk = walk
        self.last = len(hops_of(walk))
        self._plan = lay_out(walk.view, walk, listed=listed)

    def __repr__(self) -> str:
        return f"<WalkFilm: {self.walk.source} -> {self.walk.target}, {self.last} hops>"

    @property
    def scene(self) -> Scene:
        """Where everything is."""
        return self._plan.scene

    @property
    def keys(self) -> Mapping[str, ObjectKey]:
        """The object that an element stands for, by the element's id."""
        nodes = {part_id(node, "frame"): ObjectKey("Node", "", node) for node in self._plan.nodes}
        return nodes | {id_of(key_of(pod)): key_of(pod) for pods in self._plan.pods.values() for pod in pods}

    @property
    def markers(self) -> Sequence[str]:
        """Elements that stand for a hop; see `steps`."""
        hops = range(self.last)
        return [f"net/{part}/{n}" for n in hops for part in ("step", "number", "badge") if self._has(f"net/{part}/{n}")]

    def _has(self, element: str) -> bool:
        return element in self.scene.box

    def steps(self, index: int) -> Mapping[str, int]:
        """The frame that an element stands for, by the element's id: the same ones in every frame."""
        return {element: int(element.rpartition("/")[2]) + 1 for element in self.markers}

    @cached_property
    def dot(self) -> str:
        """The union of all frames in the DOT language: every element, hidden, without its text."""
        return dot.stage(self.scene, self._marks(self.last, accent=False))

    def svg(self, index: int | None = None) -> str:
        """The union as SVG, or the picture of one frame.

        Raises:
            RenderError: there is no Graphviz on this machine.
        """
        from kubelab import render

        return render.svg(self.dot if index is None else self.picture(index).dot)

    def frame(self, index: int, since: int | None = None) -> FilmFrame:
        """What a player sets to show the walk after `index` hops."""
        hops = hops_of(self.walk)
        said = hops[index - 1].sentence if index else f"{self.walk.source} wants to reach {self.walk.target}."
        return FilmFrame(
            index=index,
            states=self._marks(index, accent=True),
            title=self.title(index),
            sentence=said,
            description=self.description,
        )

    def picture(self, index: int | None = None, since: int | None = None) -> Frame:
        """The picture of one frame, or of the whole walk, in which no hop stands out but one that failed.

        Raises:
            UsageError: there is no such frame.
        """
        place = self.last if index is None else index
        if not 0 <= place <= self.last:
            raise UsageError(f"there is no hop {place}: the walk has {self.last}")
        text = walk_text(self.walk)
        if index is not None and 0 < index <= self.last:
            text = "\n".join(hop_lines(hops_of(self.walk)[index - 1], index))
        return Frame(
            dot=dot.write(
                self.scene, self._marks(place, accent=index is not None), self.title(place), self.description
            ),
            text=text,
            title=self.title(place),
            description=self.description,
            sentence=self.walk.reason if index is None else self.frame(index).sentence,
        )

    def title(self, index: int) -> str:
        """The title of a frame."""
        whole = "" if index == self.last else f", after {index} of {self.last} hops"
        return f"{self.walk.source} → {self.walk.target}{whole}"

    @property
    def description(self) -> str:
        """What the picture shows, for those who do not see it."""
        walk = self.walk
        way = f"{len(walk.hops)} hops there, {len(walk.back)} back" if walk.back else f"{len(walk.hops)} hops"
        return f"The way of a packet from {walk.source} to {walk.target}: {way}. {verdict_line(walk)}"

    def _marks(self, index: int, accent: bool) -> dict[str, Mark]:
        return _Marking(self.walk, self._plan, index, accent).marks()


def frame(walk: Walk, index: int | None = None) -> Frame:
    """A walk as one picture: the whole of it, or after so many hops.

    Raises:
        UsageError: it has not so many.
    """
    return WalkFilm(walk).picture(index)


class _Marking:
    """The marks of one frame while they are worked out."""

    def __init__(self, walk: Walk, plan: Plan, index: int, accent: bool) -> None:
        self.view, self.walk, self.plan = walk.view, walk, plan
        self.hops = hops_of(walk)
        self.done = self.hops[:index]
        self.current = index - 1 if accent and index else -1
        self.box = plan.scene.box
        self.found: dict[str, Mark] = {}

    def marks(self) -> dict[str, Mark]:
        """All marks."""
        self._outside()
        for node in self.plan.nodes:
            self._machine(node)
        self._links()
        self._steps()
        return self.found

    def _put(self, element: str, classes: str, tooltip: str, *texts: str) -> None:
        if element in self.box:
            marked = self._with(element, classes)
            if "failed" in marked.split():
                texts = _struck(self.box[element], texts)
            self.found[element] = Mark(marked, (tooltip, *self.box[element].fitted(texts)))

    def _with(self, element: str, classes: str) -> str:
        """The classes of an element, with what the walk adds: that it fails there, or that it is there now."""
        here = [n for n, station in enumerate(self.plan.stations) if station == element and n < len(self.done)]
        if any(not self.hops[n].ok for n in here):
            classes += " failed"
        return f"{classes} {theme.CHANGED}" if self.current in here else classes

    def _last(self, element: str) -> Hop | None:
        """The newest hop at an element so far."""
        here = [n for n, station in enumerate(self.plan.stations) if station == element and n < len(self.done)]
        return self.hops[here[-1]] if here else None

    def _outside(self) -> None:
        ends = [hop.before for hop in self.hops if hop.before is not None]
        public = next((h.before.destination for h in self.hops if h.kind == "internet" and h.before is not None), "")
        client = ends[0].source if ends and self.hops and not self.hops[0].pod and not self.hops[0].node else ""
        self._put(
            INTERNET, "object box plain", "The internet", "outside", "Internet", client or public or "public addresses"
        )
        self._put(ROUTER, "object box plain", "The router", "router", ROUTER_ADDRESS, "knows no Pods")
        address = f"{CONTROL_PLANE_ADDRESS}:{SECURE_PORT}"
        self._put(CONTROL, "object box plain", "The control plane", "control plane", "kube-apiserver", address)
        asked = self._last(DNS)
        whose = "cluster DNS" if any(hop.kind == "dns" and hop.pod for hop in self.hops) else "outside"
        self._put(
            DNS,
            "object box network",
            asked.rule if asked else "",
            whose,
            "DNS",
            _answer(asked).partition(": ")[2] if asked else "",
        )
        self._put(WIRE, "hub box", "The network that connects the machines", "network of the machines", MACHINE_NETWORK)
        if self.plan.balancer:
            element = balancer_id(self.plan.balancer)
            self._put(element, "object box network", "", "load balancer", self.plan.balancer, "of the cloud")

    def _machine(self, node: str) -> None:
        obj, machine = self.view.get("Node", "", node), self.view.machine(node)
        off = machine is None or not machine.powered
        address, cidr = (internal_address(obj), pod_range(obj)) if obj is not None else ("", "")
        frame = "machine box frame stopped" if off else "machine box frame"
        self._put(part_id(node, "frame"), frame, f"Node {node}", node, f"✕ off · {address}" if off else address)
        self._put(part_id(node, "routes"), "zone box plain", f"The routes of {node}", "Routes")
        taken = self._last(part_id(node, "routes"))
        for place, route in enumerate(self.plan.routes[node]):
            self._route(part_id(node, f"route/{place}"), route, taken)
        hop = self._last(part_id(node, "kernel"))
        rules = len(machine.rules) if machine is not None else 0
        idle = ("rules", "kube-proxy", f"{rules} Service{'' if rules == 1 else 's'}")
        said = idle if hop is None else _kernel(hop)
        self._put(part_id(node, "kernel"), "object box network", hop.rule if hop else "", *said)
        bridge = bridge_address(cidr) if cidr else "no range of Pod addresses"
        self._put(part_id(node, "bridge"), "hub box", f"The bridge of {node}", "cni0", f"{bridge} in {cidr}")
        for pod in self.plan.pods[node]:
            seen = face(pod)
            where = pod.status.pod_ip or "no address"
            state = "terminating" if off else seen.state
            ports = ", ".join(str(p.container_port) for c in pod.spec.containers for p in c.ports)
            texts = (theme.glyph(state), pod.metadata.name, "", f"{where}{f' : {ports}' if ports else ''}")
            self._put(id_of(key_of(pod)), f"pod box {state}", seen.tooltip, *texts)
        more = self.plan.hidden[node]
        if more:
            self._put(part_id(node, "more"), "caption", "", f"and {more} more Pod{'' if more == 1 else 's'}")

    def _route(self, element: str, route: Route, taken: Hop | None) -> None:
        to = route.via or route.device
        said = f"{LOST} " if route.lost else ""
        said += f"{route.destination} → {to}"
        chosen = taken is not None and str(route) in taken.rule
        classes = (
            f"caption {theme.GONE}" if route.lost else "caption accent" if chosen and self.current >= 0 else "caption"
        )
        if not route.lost and chosen:
            said = f"▸ {said}"
        self._put(element, classes, str(route), said)

    def _links(self) -> None:
        passed = {link for links in self.plan.links[: len(self.done)] for link in links}
        now = set(self.plan.links[self.current]) if self.current >= 0 else set()
        for link in self.plan.scene.links:
            if link.tail in self.found and link.head in self.found:
                family = "link traffic" if link.id in passed else "link idle"
                self.found[link.id] = Mark(f"{family} {theme.CHANGED}" if link.id in now else family)

    def _steps(self) -> None:
        for title, said in HEADS.items():
            self._put(f"net/head/{title}", "caption", "", said)
        for number, hop in enumerate(self.hops):
            later = number >= len(self.done)
            sort = "later" if later else "plain"
            if not hop.ok and not later:
                sort = "failed"
            mark = f" {theme.CHANGED}" if number == self.current else ""
            where = f" · {hop.node}" if hop.node else ""
            self._put(
                f"net/step/{number}", f"actor box {sort}{mark}", hop.sentence, f"{TITLES[hop.kind]}{where}", _short(hop)
            )
            badge = "hub" if sort == "plain" and not hop.back else sort
            self._put(f"net/number/{number}", f"tick box {badge}{mark}", hop.sentence, str(number + 1))
            if not later:
                self._put(f"net/badge/{number}", f"tick box {badge}{mark}", hop.sentence, str(number + 1))
        ended = len(self.done) == len(self.hops)
        if ended:
            sort = "running" if self.walk.ok else "failed"
            lost = self.walk.failed_at
            said = f"{lost.fault} {f'at {lost.where}' if lost.where else ''}" if lost is not None else ""
            said = said or f"{len(self.walk.hops)} hops there, {len(self.walk.back)} back"
            name = f"{'✓' if self.walk.ok else LOST} {self.walk.verdict}"
            self._put("net/verdict", f"actor box {sort}", self.walk.reason, name, said)
            room = self.box["net/verdict"].w - 20 if "net/verdict" in self.box else 0
            lines = wrap(self.walk.reason, room, 10.5, len(REASON)) if room else [""] * len(REASON)
            for element, line in zip(REASON, lines, strict=True):
                self._put(element, "caption", "", line)


def _struck(box: Box, texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts of a box at which a walk fails, with the sign of it before the name; a number is only a number."""
    roles = [line.role for line in FORMS[box.form].lines]
    role = next((role for role in ("name", "quiet") if role in roles), "")
    if not role or any(LOST in text for text in texts):
        return texts
    place = roles.index(role)
    return (*texts[:place], f"{LOST} {texts[place]}", *texts[place + 1 :])


def _short(hop: Hop) -> str:
    """What a hop does, in a few words; the whole is in the tooltip."""
    if hop.kind == "dns":
        return _answer(hop)
    if hop.kind == "ingress" and hop.rule:
        taken = [line.removeprefix("▸ ") for line in hop.rule.splitlines() if line.startswith("▸")]
        return taken[0].split("   ")[0] if taken else "no rule fits"
    if hop.translated and hop.before is not None and hop.after is not None:
        before, after = hop.before, hop.after
        to = f"to {before.destination}:{before.port} ⇒ {after.destination}:{after.port}"
        source = f"from {before.source} ⇒ {after.source}"
        changed = (before.destination, before.port) != (after.destination, after.port)
        return to if changed else source
    if hop.rule and hop.kind in ("route", "policy"):
        # The route that is taken, the rule that allows.
        return hop.rule.splitlines()[0].split("   ")[0]
    packet = hop.before
    if packet is None or hop.kind in ("address", "port"):
        return hop.sentence
    said = f"{packet.source} → {packet.destination}:{packet.port}"
    return said if packet.port < CLIENT_PORT else f"{packet.source}:{packet.source_port} → {packet.destination}"


def _answer(hop: Hop) -> str:
    """What the DNS says of a name: the name that is known, and the addresses."""
    lines = [line.split("   ")[0].split(" ", 2) for line in hop.rule.splitlines()]
    if not lines:
        return ""
    if hop.fault == "policy-egress":
        # The rule is the policy that kept the question from being asked.
        return "the question: no answer"
    known = next((name for name, what, *_ in lines if what != "NXDOMAIN"), lines[-1][0])
    addresses = lines[-1][2] if lines[-1][1] == "A" else "does not exist"
    return f"{known}: {addresses}"


def _kernel(hop: Hop) -> tuple[str, str, str]:
    """What the box of a node's rules says of the newest hop there."""
    name = TITLES[hop.kind]
    if hop.before is None:
        return "rules", name, ""
    if hop.after is None:
        return "rules", f"{LOST} {name}", f"{hop.before.destination}:{hop.before.port}"
    fact = f"⇒ {hop.after.destination}:{hop.after.port}" if hop.kind in ("kube-proxy", "host-port") else _short(hop)
    return "rules", name, fact
