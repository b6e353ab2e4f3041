"""What stands under the picture of a walk, tab by tab: this hop, the rules that decide, routes, DNS, the whole way.

Every panel is a plain value that the front end lays out; nothing in it is markup.
"""

from collections.abc import Callable
from typing import Any

from kubelab.network.dns import resolver_of
from kubelab.network.routes import routes
from kubelab.network.text import TITLES as KINDS
from kubelab.network.text import verdict_line
from kubelab.network.trail import Hop, Walk
from kubelab.state.iptables import Rendering
from kubelab.views.network_layout import hops_of

Panel = dict[str, Any]


def hop_at(walk: Walk, index: int) -> Hop | None:
    """The hop that a frame shows; None for the frame before the first one."""
    return hops_of(walk)[index - 1] if index else None


def this_hop(walk: Walk, index: int) -> Panel:
    """What happens at this hop, and what becomes of the packet."""
    hop = hop_at(walk, index)
    if hop is None:
        return {"rows": [["from", walk.source], ["to", walk.target]], "fault": ""}
    rows = [["what", KINDS[hop.kind]], ["where", hop.where or "outside of the nodes"]]
    rows += [["packet", str(hop.before)]] if hop.before is not None else []
    rows += [["becomes", str(hop.after)]] if hop.translated else []
    rows += [["direction", "the answer" if hop.back else "the way there"]]
    return {"rows": rows, "fault": hop.fault, "lines": [[line, False] for line in hop.rule.splitlines()]}


def rules(walk: Walk, index: int) -> Panel:
    """The rules of which one decides at this hop, the deciding ones marked."""
    hop = hop_at(walk, index)
    if hop is None or not hop.rule or hop.kind in ("dns", "route", "bridge"):
        return {"lines": [], "empty": "No rule decides here."}
    taken = set(hop.rule.splitlines())
    if hop.kind != "kube-proxy":
        return {"lines": [[line, line.startswith("▸") or hop.kind != "ingress"] for line in hop.rule.splitlines()]}
    machine = walk.view.machine(hop.node)
    written = machine.rules if machine is not None else {}
    all_of = [
        [*Rendering(r).filter_rules(), *Rendering(r).nat_rules()] for name in sorted(written) for r in written[name]
    ]
    found = next((lines for lines in all_of if taken & set(lines)), sorted(taken))
    return {"lines": [[line, line in taken] for line in found]}


def route_table(walk: Walk, index: int) -> Panel:
    """The routes of the node on which the packet is, the one that is taken marked."""
    hop = hop_at(walk, index)
    if hop is None or not hop.node:
        return {"lines": [], "empty": "The packet is on no node here."}
    table = routes(walk.view, hop.node, lost=True)
    lines = [[f"# missing: {route}" if route.lost else str(route), str(route) in hop.rule] for route in table]
    return {"lines": [[f"node {hop.node}: ip route", False], *lines]}


def names(walk: Walk, index: int) -> Panel:
    """What was asked of DNS on this walk, and what it answered."""
    hops = [hop for hop in walk.hops if hop.kind == "dns"]
    if not hops:
        return {"lines": [], "empty": "No name was looked up on this walk."}
    here = hop_at(walk, index)
    lines: list[list[Any]] = []
    for hop in hops:
        namespace, _, name = hop.pod.partition("/")
        pod = walk.view.get("Pod", namespace, name) if hop.pod else None
        if pod is not None:
            resolver = resolver_of(walk.view, pod)
            server = resolver.server or "the DNS of the node"
            lines.append([f"/etc/resolv.conf of Pod {hop.pod}", False])
            lines.append([f"nameserver {server}", False])
            lines.append([f"search {' '.join(resolver.searches) or '(nothing)'}", False])
            lines.append([f"options ndots:{resolver.ndots}", False])
            lines.append(["", False])
        lines += [[line, hop is here] for line in hop.rule.splitlines()]
    return {"lines": lines}


def whole_way(walk: Walk, index: int) -> Panel:
    """All hops in a list; the one that is shown stands out."""
    hops = hops_of(walk)
    rows = [[n, KINDS[hop.kind], hop.sentence, hop.fault, hop.back] for n, hop in enumerate(hops, start=1)]
    return {"rows": rows, "here": index, "verdict": verdict_line(walk), "ok": walk.ok}


TITLES = {"hop": "This hop", "rules": "Rules", "routes": "Routes", "dns": "DNS", "way": "The whole way"}
"""What the tabs are called."""

_PANELS: dict[str, Callable[[Walk, int], Panel]] = {
    "hop": this_hop,
    "rules": rules,
    "routes": route_table,
    "dns": names,
    "way": whole_way,
}


def panel(walk: Walk, tab: str, index: int) -> Panel:
    """What a tab shows at a frame."""
    return {"tab": tab, "index": index, **_PANELS[tab](walk, index)}
