"""A walk while it is being made: the hops so far, what conntrack remembers, and how it is given up."""

from typing import NoReturn

import attrs

from kubelab.network.trail import FAULTS, TIMED_OUT, Hop, Packet
from kubelab.network.translation import Translation
from kubelab.state.machine import Sandbox
from kubelab.state.snapshot import View

MOST_HOPS = 100
"""How many hops a walk may have; a packet's time to live is of this order."""

CLIENT_PORT = 49152
"""The port from which connections are opened: the first of those that nobody listens on."""


@attrs.frozen(slots=True, kw_only=True)
class Place:
    """Where a packet is.

    Attributes:
        kind: ``pod``, ``node``, ``control-plane``, ``router``, ``load-balancer``, ``reading-balancer`` (one that
            reads requests) or ``internet``.
        node: the node, for the first two.
        came: how it came to a node: from a ``pod`` of it, from the node ``self``, or by ``wire``.
        sandbox: the Pod, or None.
    """

    kind: str
    node: str = ""
    came: str = ""
    sandbox: Sandbox | None = None


@attrs.frozen(slots=True)
class Leg:
    """One connection of a walk; there is a second one where an Ingress controller passes a request on.

    Attributes:
        origin: where it was opened.
        first: its first packet, as it set out.
        last: the same packet, as it arrived.
        end: where it arrived.
    """

    origin: Place
    first: Packet
    last: Packet
    end: Place


@attrs.frozen(slots=True)
class Connection:
    """What conntrack remembers of a translation: on which node, and the packet before and after."""

    where: str
    before: Packet
    after: Packet


class Lost(Exception):
    """The packet goes no further."""

    def __init__(self, verdict: str) -> None:
        """Say how the program that opened the connection sees it."""
        super().__init__(verdict)
        self.verdict = verdict


class Journey:
    """A walk while it is being made.

    Args:
        view: the cluster.
        stopped: the components that do not run.
        attempt: which attempt to connect this is, from 0.

    Attributes:
        attempt: what is left of it after the choices made so far.
        hops: the hops of the present direction.
        returning: whether it is the answer that is on its way.
        connections: what was translated where.
        service: the translation by kube-proxy that the destination comes from, and the node on which it was made.
    """

    def __init__(self, view: View, stopped: frozenset[str], attempt: int) -> None:
        """Begin with no hop."""
        self.view, self.stopped, self.attempt = view, stopped, attempt
        self.hops: list[Hop] = []
        self.returning = False
        self.connections: list[Connection] = []
        self.service: tuple[Translation, str] | None = None

    def hop(
        self,
        kind: str,
        sentence: str,
        before: Packet | None = None,
        after: Packet | None = None,
        *,
        node: str = "",
        pod: str = "",
        rule: str = "",
        fault: str = "",
    ) -> None:
        """Add a hop; where nothing is said of `after`, the packet goes on as it came.

        Raises:
            Lost: there have been too many.
        """
        if len(self.hops) >= MOST_HOPS:
            raise Lost(TIMED_OUT)
        assert not fault or fault in FAULTS
        gone = None if fault else after if after is not None else before
        self.hops.append(
            Hop(
                kind=kind,
                node=node,
                pod=pod,
                back=self.returning,
                before=before,
                after=gone,
                rule=rule,
                sentence=sentence,
                fault=fault,
            )
        )

    def lose(
        self,
        verdict: str,
        fault: str,
        kind: str,
        sentence: str,
        before: Packet | None = None,
        *,
        node: str = "",
        pod: str = "",
        rule: str = "",
    ) -> NoReturn:
        """Add the hop at which the packet is lost, and give up. An answer that is lost is waited for in vain.

        Raises:
            Lost: always.
        """
        self.hop(kind, sentence, before, node=node, pod=pod, rule=rule, fault=fault)
        raise Lost(TIMED_OUT if self.returning else verdict)

    def remember(self, where: str, before: Packet, after: Packet) -> None:
        """Let conntrack remember a translation."""
        if before != after:
            self.connections.append(Connection(where, before, after))

    def reversed_at(self, where: str, packet: Packet) -> Packet:
        """The answer as it goes on from a node: every translation that was made there is undone."""
        for connection in reversed(self.connections):
            if connection.where == where and connection.after.reply == packet:
                return connection.before.reply
        return packet

    def choose(self, count: int) -> int:
        """One of several: each attempt to connect takes the next, and what is chosen later has all of them in turn."""
        self.attempt, chosen = divmod(self.attempt, count)
        return chosen

    def proxy_stopped(self, node: str) -> bool:
        """Whether kube-proxy is known not to run on a node."""
        return f"kube-proxy/{node}" in self.stopped
