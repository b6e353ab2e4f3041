"""A walk in words: numbered steps, there and back, and what came of it."""

from collections.abc import Iterator

from kubelab.network.trail import Hop, Walk

TITLES = {
    "start": "start",
    "address": "address",
    "dns": "DNS",
    "loopback": "loopback",
    "bridge": "bridge",
    "kube-proxy": "kube-proxy",
    "host-port": "host port",
    "route": "route",
    "policy": "policy",
    "masquerade": "masquerade",
    "wire": "wire",
    "router": "router",
    "load-balancer": "load balancer",
    "internet": "internet",
    "conntrack": "conntrack",
    "port": "port",
    "tls": "TLS",
    "ingress": "Ingress",
    "proxy": "proxy",
    "arrived": "arrived",
}
"""What each kind of hop is called."""

WIDTH = max(map(len, TITLES.values()))


def walk_text(walk: Walk) -> str:
    """A walk as text: a line for each hop, under it the rules that decided, and at the end what came of it."""
    lines = [f"{walk.source} → {walk.target}", ""]
    number = 0
    for hop in walk.hops:
        number += 1
        lines += hop_lines(hop, number)
    if walk.back:
        lines += ["", "and back"]
    for hop in walk.back:
        number += 1
        lines += hop_lines(hop, number)
    return "\n".join([*lines, "", verdict_line(walk)])


def hop_lines(hop: Hop, number: int) -> Iterator[str]:
    """A hop as lines: what happens, and the rules that decide."""
    sign = " " if hop.ok else "✕"
    yield f"{number:>3} {sign} {TITLES[hop.kind]:<{WIDTH}}  {hop.sentence}"
    for rule in hop.rule.splitlines():
        yield f"{'':{WIDTH + 8}}{rule}"
    if hop.translated:
        yield f"{'':{WIDTH + 8}}{hop.before}  ⇒  {hop.after}"


def verdict_line(walk: Walk) -> str:
    """How it ended, in a line: the verdict, and where it failed."""
    hop = walk.failed_at
    if hop is None:
        return f"✓ {walk.verdict}"
    where = f" at {hop.where}" if hop.where else ""
    way = " on the way back" if hop.back else ""
    return f"✕ {walk.verdict}{way}{where}: {hop.fault}"
