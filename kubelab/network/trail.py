"""A walk as data: the hops of a packet, there and back, and how it ended."""

from typing import NamedTuple

import attrs

from kubelab.state.snapshot import View

DELIVERED = "delivered"
REFUSED = "connection refused"
NO_ROUTE = "no route to host"
UNREACHABLE = "network is unreachable"
TIMED_OUT = "timed out"
NO_SUCH_NAME = "could not resolve host"
NOT_SENT = "not sent"
CERTIFICATE = "certificate not trusted"
NOT_FOUND = "404 Not Found"
BAD_GATEWAY = "502 Bad Gateway"
UNAVAILABLE = "503 Service Unavailable"
GATEWAY_TIMEOUT = "504 Gateway Timeout"

ANSWERS = (NOT_FOUND, BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT)
"""What an Ingress controller answers in place of an application."""

VERDICTS = (
    DELIVERED,
    REFUSED,
    NO_ROUTE,
    UNREACHABLE,
    TIMED_OUT,
    NO_SUCH_NAME,
    NOT_SENT,
    CERTIFICATE,
    *ANSWERS,
)
"""How a walk can end: as the program that opened the connection sees it."""

FAULTS = (
    "no-such-name",
    "no-address",
    "not-running",
    "no-endpoints",
    "no-local-endpoints",
    "no-rules",
    "stale-rules",
    "port-not-in-service",
    "source-not-allowed",
    "no-healthy-node",
    "policy-egress",
    "policy-ingress",
    "route-missing",
    "machine-off",
    "nobody-there",
    "not-from-outside",
    "port-not-listening",
    "container-not-running",
    "not-listening-yet",
    "no-ingress-controller",
    "no-ingress-address",
    "no-ingress-rule",
    "no-such-service",
    "no-node-port",
    "no-certificate",
)
"""Why a walk can fail: a stable short name for each."""


class Packet(NamedTuple):
    """A packet, as far as the way it takes depends on it.

    Attributes:
        source: the address that it says it comes from.
        source_port: and the port.
        destination: the address that it is sent to.
        port: and the port.
        protocol: TCP, UDP or SCTP.
    """

    source: str
    source_port: int
    destination: str
    port: int
    protocol: str = "TCP"

    @property
    def reply(self) -> "Packet":
        """The packet that answers this one."""
        return Packet(self.destination, self.port, self.source, self.source_port, self.protocol)

    def __str__(self) -> str:
        """Source and destination."""
        return f"{self.source}:{self.source_port} → {self.destination}:{self.port}"


@attrs.frozen(slots=True, kw_only=True)
class Hop:
    """One thing that happens to a packet on its way.

    Attributes:
        kind: what it is: ``start``, ``address``, ``dns``, ``loopback``, ``bridge``, ``kube-proxy``, ``host-port``,
            ``route``, ``policy``, ``masquerade``, ``wire``, ``router``, ``load-balancer``, ``internet``,
            ``conntrack``, ``port`` (a process takes the connection, or none does), ``tls`` (a certificate is shown),
            ``ingress`` (an Ingress controller reads the request), ``proxy`` (it opens a connection of its own, or
            passes the answer on) or ``arrived`` (the answer is back).
        node: the node on which it happens, or "" where it is on none.
        pod: the Pod in which it happens, as ``namespace/name``, or "".
        back: whether it happens on the way back.
        before: the packet as it came, or None where there is none yet.
        after: the packet as it goes on; None where it does not.
        rule: the rule, route or record that decides, as the node has it; lines are separated by line feeds.
        sentence: what happens, for the learner.
        fault: why the walk ends here, one of `FAULTS`, or "".
    """

    kind: str
    node: str = ""
    pod: str = ""
    back: bool = False
    before: Packet | None = None
    after: Packet | None = None
    rule: str = ""
    sentence: str = ""
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether the walk goes on after it."""
        return not self.fault

    @property
    def translated(self) -> bool:
        """Whether an address or a port is another one afterwards."""
        return self.before is not None and self.after is not None and self.before != self.after

    @property
    def where(self) -> str:
        """The place in a few words."""
        if self.pod:
            return f"Pod {self.pod}"
        return f"node {self.node}" if self.node else ""


@attrs.frozen(slots=True, kw_only=True)
class Walk:
    """The way of a packet and of its answer, and how that ended.

    Attributes:
        source: where it started, in words.
        target: what was asked for, as it was written.
        hops: the hops on the way there, in order.
        back: the hops of the answer, in order; none where nothing answers.
        verdict: one of `VERDICTS`.
        reason: why, in a sentence.
        view: the cluster in which it was made.
    """

    source: str
    target: str
    hops: tuple[Hop, ...]
    back: tuple[Hop, ...] = ()
    verdict: str = DELIVERED
    reason: str = ""
    view: View = attrs.field(eq=False)

    @property
    def ok(self) -> bool:
        """Whether the packet arrived and its answer came back."""
        return self.verdict == DELIVERED

    @property
    def failed_at(self) -> Hop | None:
        """The hop at which it failed, or None."""
        return next((hop for hop in (*self.hops, *self.back) if not hop.ok), None)

    @property
    def fault(self) -> str:
        """Why it failed, one of `FAULTS`, or ""."""
        hop = self.failed_at
        return hop.fault if hop is not None else ""

    @property
    def packet(self) -> Packet | None:
        """The packet as it arrived at its end, after all translations; None where it never set out."""
        return next((hop.after or hop.before for hop in reversed(self.hops) if hop.after or hop.before), None)

    def __str__(self) -> str:
        """The walk as text."""
        from kubelab.network.text import walk_text

        return walk_text(self)

    __repr__ = __str__

    def _repr_pretty_(self, printer: object, cycle: bool) -> None:
        """Show the text in a notebook."""
        printer.text(str(self))  # type: ignore[attr-defined]
