"""What a learner means by the source and the target of a walk.

========================  ==========================================================================================
source                    meaning
========================  ==========================================================================================
``web-1``, ``pod/web-1``  a Pod (``shop/web-1``, ``shop/pod/web-1`` in another namespace); a workload
                          (``deployment/web``) stands for its first Pod that runs
``worker-1``              a node, when no Pod has the name; ``node/worker-1`` is always a node
``internet``              somebody outside; or any public address
========================  ==========================================================================================

A target is one of these, a Service (``web``, ``svc/web``), a URL, a name of DNS, an address, or ``localhost``, each
with ``:port`` (a number, or the name of a port) if that is not the first one it has. Before a URL's ``://`` stands
``http``, ``https``, ``tcp``, ``udp`` or ``sctp``. After a URL, `` via `` and another target make the connection go
there, whatever DNS says of the name (as ``curl --connect-to`` does): ``http://nobody.example.com/ via 203.0.113.10``.
"""

import re
from collections.abc import Iterator

import attrs

from kubelab.api.core.pod import Pod
from kubelab.api.scheme import find
from kubelab.errors import UsageError
from kubelab.network.addresses import INTERNET_CLIENT, address, is_public, sandbox_of
from kubelab.network.sockets import runs_anything
from kubelab.state.snapshot import Object, View

INTERNET = "internet"
SCHEMES = {"http": ("TCP", 80), "https": ("TCP", 443), "tcp": ("TCP", 0), "udp": ("UDP", 0), "sctp": ("SCTP", 0)}
"""The protocol and the usual port of each scheme; 0 where there is none."""

_URL = re.compile(r"(?P<scheme>[a-z]+)://(?P<host>[^/:?#\s]+)(?::(?P<port>\d+))?(?P<path>[/?#]\S*)?", re.ASCII)
_PLAIN = re.compile(r"(?P<host>[^:\s]+?)(?::(?P<port>[a-z0-9-]+))?", re.ASCII)


@attrs.frozen(slots=True, kw_only=True)
class Start:
    """Where a walk starts.

    Attributes:
        text: the place in words.
        pod: the Pod, or None.
        node: the node, or "".
        address: the address of somebody on the internet, or "".
    """

    text: str
    pod: Pod | None = None
    node: str = ""
    address: str = ""

    @property
    def namespace(self) -> str:
        """The namespace in which names are meant: that of the Pod, or ``default``."""
        return self.pod.metadata.namespace if self.pod is not None else "default"


@attrs.frozen(slots=True, kw_only=True)
class Goal:
    """What a walk is to reach.

    Attributes:
        text: as it was written.
        kind: ``address``, ``localhost``, ``internet``, ``name`` (of DNS), ``service``, ``pod`` or ``node``.
        host: the address or the name.
        port: the number or the name of the port, or "" for the usual one.
        protocol: TCP, UDP or SCTP; "" where it does not say.
        path: of a URL, or "".
        scheme: of a URL, or "".
        object: the Service, Pod or Node, or None.
        via: where the connection is to go in place of where DNS says, or None.
        usual_port: whether the port is only the usual one of the scheme, which nobody has said.
    """

    text: str
    kind: str
    host: str
    port: str = ""
    protocol: str = ""
    path: str = ""
    scheme: str = ""
    object: Object = None
    via: "Goal | None" = None
    usual_port: bool = False

    @property
    def reads(self) -> bool:
        """Whether it is a request that an Ingress controller can read."""
        return self.scheme in ("http", "https")


def start_of(view: View, text: str) -> Start:
    """Where a walk starts, out of what a learner has written.

    Raises:
        UsageError: there is no such place.
    """
    if text == INTERNET:
        return Start(text="the internet", address=INTERNET_CLIENT)
    if address(text) is not None and is_public(text):
        return Start(text=f"the internet ({text})", address=text)
    found = _object(view, text, "default", ("Pod", "Node"))
    if found is None:
        known = ", ".join([*(p.metadata.name for p in view.list("Pod"))][:8])
        nodes = ", ".join([n.metadata.name for n in view.list("Node")][:8])
        raise UsageError(
            f"a walk cannot start at {text!r}: it starts at a Pod ({known or 'there is none'}), a node ({nodes}) or "
            f"`{INTERNET}`"
        )
    name = found.metadata.name
    if found.kind == "Node":
        return Start(text=f"node {name}", node=name)
    return Start(text=f"Pod {found.metadata.namespace}/{name}", pod=found)


def goal_of(view: View, start: Start, text: str) -> Goal:
    """What a walk is to reach, out of what a learner has written.

    Raises:
        UsageError: it cannot be read.
    """
    url = _URL.fullmatch(text)
    before, via, after = text.partition(" via ")
    if via and _URL.fullmatch(before.strip()):
        goal = goal_of(view, start, before.strip())
        way = goal_of(view, start, after.strip())
        way = way if way.port else attrs.evolve(way, port=goal.port, usual_port=goal.usual_port)
        return attrs.evolve(goal, text=text, via=way)
    if url is not None:
        scheme = url["scheme"]
        if scheme not in SCHEMES:
            raise UsageError(f"there is no way to walk {scheme}://; write {', '.join(f'{s}://' for s in SCHEMES)}")
        protocol, port = SCHEMES[scheme]
        goal = Goal(text=text, kind="name", host=url["host"], port=url["port"] or (str(port) if port else ""))
        goal = attrs.evolve(goal, protocol=protocol, path=url["path"] or "", scheme=scheme)
        goal = attrs.evolve(goal, usual_port=not url["port"] and bool(port))
        return _address_or_name(goal)
    plain = _PLAIN.fullmatch(text)
    if plain is None:
        raise UsageError(f"{text!r} is no target: write a Pod, a Service, a node, a URL, `{INTERNET}` or address:port")
    goal = Goal(text=text, kind="name", host=plain["host"], port=plain["port"] or "")
    if goal.port.isdecimal() and not 0 < int(goal.port) < 65536:
        raise UsageError(f"{goal.port} is no port: a port is a number from 1 to 65535")
    goal = _address_or_name(goal)
    if goal.kind != "name":
        return goal
    found = _object(view, goal.host, start.namespace, ("Service", "Pod", "Node"))
    if found is None and "/" in goal.host:
        raise UsageError(f"there is no {goal.host}")
    return goal if found is None else attrs.evolve(goal, kind=found.kind.lower(), object=found)


def _address_or_name(goal: Goal) -> Goal:
    kinds = {INTERNET: "internet", "localhost": "localhost"}
    kind = "address" if address(goal.host) is not None else kinds.get(goal.host, "name")
    return attrs.evolve(goal, kind=kind)


def _object(view: View, text: str, namespace: str, kinds: tuple[str, ...]) -> Object | None:
    """The object that a text names: ``name``, ``kind/name``, ``namespace/name`` or ``namespace/kind/name``."""
    *before, name = text.split("/")
    if len(before) > 2 or not name:
        return None
    kind = find(before[-1]) if before else None
    if kind is None:
        within = before[0] if before else namespace
        found = (view.get(k, "" if k == "Node" else within, name) for k in kinds if len(before) < 2)
        return next((obj for obj in found if obj is not None), None)
    obj = view.get(kind.kind, (before[0] if len(before) == 2 else namespace) if kind.namespaced else "", name)
    if obj is None or obj.kind in kinds:
        return obj
    return _chosen_pod(view, obj) if "Pod" in kinds else None


def _chosen_pod(view: View, workload: Object) -> Pod | None:
    """The Pod that stands for a workload: the first that runs, or else the first."""
    pods = sorted(_pods(view, workload.metadata.uid), key=lambda pod: pod.metadata.name)
    found = ((pod, sandbox_of(view, pod)) for pod in pods)
    running = [pod for pod, held in found if held is not None and runs_anything(view, held[1])]
    return next(iter([*running, *pods]), None)


def _pods(view: View, uid: str) -> Iterator[Pod]:
    for obj in view.owned(uid):
        if obj.kind == "Pod":
            yield obj
        else:
            yield from _pods(view, obj.metadata.uid)
