"""The player of a walk: the hops as frames, what the tabs tell of them, and what is left without a kernel."""

from collections.abc import Callable
from typing import Any

import pytest

from kubelab import Cluster
from kubelab.errors import UsageError
from kubelab.notebook import walk_panels
from kubelab.notebook.walk_player import WalkPlayer

PROGRAM = """
cluster { node worker-[1..2]; cloud; ingress nginx }
pod client busybox { nodeName worker-1 }
pod web nginx { nodeName worker-2 ; label app=web ; port 80 }
service web -> app=web port 80
service none -> app=nobody port 80
ingress shop class nginx { shop.example.com/ -> service web:80 }
"""


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    made = Cluster()
    made.apply(PROGRAM)
    made.run()
    return made


@pytest.fixture
def player(cluster: Cluster) -> WalkPlayer:
    return WalkPlayer(cluster.walk("client", "web"))


def kinds(player: WalkPlayer) -> list[str]:
    return [hop.kind for hop in (*player.walk.hops, *player.walk.back)]


def at(player: WalkPlayer, kind: str) -> int:
    return player.goto(kinds(player).index(kind) + 1) and player.index  # type: ignore[return-value]


def test_each_frame_is_a_hop_and_tells_it(player: WalkPlayer) -> None:
    assert (player.index, player.length, player.foreseen) == (0, len(kinds(player)), len(kinds(player)))
    assert player.now["sentence"] == "Pod default/client wants to reach web."
    for place, hop in enumerate((*player.walk.hops, *player.walk.back), start=1):
        assert player.step() is hop
        assert player.index == place
        assert player.now["sentence"] == hop.sentence
    assert player.step() is hop, "there is nothing after the end"
    player.back(2)
    assert player.index == player.length - 2
    player.first()
    assert player.back() is None
    player.run()
    assert player.index == player.length
    with pytest.raises(UsageError, match="there is no hop 99"):
        player.goto(99)


def test_the_front_end_drives_it_by_the_same_messages(player: WalkPlayer) -> None:
    hear: Callable[[Any, Any], None] = player._hear
    hear(None, {"do": "step", "by": "me", "number": 1})
    assert (player.index, player.now["answered"]) == (1, {"by": "me", "number": 1})
    hear(None, {"do": "goto", "index": 4})
    assert player.index == 4
    hear(None, {"do": "goto", "index": 400})
    assert (player.index, player.now["notice"]) == (4, f"there is no hop 400: this walk has {player.length}")
    hear(None, {"do": "look", "element": "net/badge/1"})
    assert player.index == 2
    hear(None, {"do": "tab", "tab": "way"})
    assert (player.tab, player.panel["here"]) == ("way", 2)
    player.index = 3
    assert player.now["index"] == 3


def test_what_is_sent_ahead_is_what_is_shown_then(player: WalkPlayer) -> None:
    table, steps = player.frames["table"], {step[0]: step for step in player.frames["steps"]}
    for _ in range(player.length):
        player.step()
        _, _, _, sentence, _, numbers = steps[player.index]
        assert sentence == player.now["sentence"]
        assert [table[number] for number in numbers] == player.now["marks"]


def test_every_element_of_a_frame_is_in_the_drawing(player: WalkPlayer) -> None:
    for index in range(player.length + 1):
        player.goto(index)
        assert [m[0] for m in player.now["marks"] if f'id="{m[0]}"' not in player.drawing["svg"]] == []
    assert {"net/badge/0", "net/badge/1"} <= set(player.drawing["steps"])


def tab(player: WalkPlayer, name: str) -> dict[str, Any]:
    player.tab = name
    return player.panel


def fresh(player: WalkPlayer, name: str) -> list[str]:
    return [line for line, new in tab(player, name)["lines"] if new]


def test_the_tabs_tell_of_this_hop_its_rules_its_routes_and_the_names(player: WalkPlayer) -> None:
    at(player, "kube-proxy")
    rows = dict(tab(player, "hop")["rows"])
    assert rows["where"] == "node worker-1"
    assert rows["becomes"].endswith(":80")
    shown = tab(player, "rules")["lines"]
    assert any("-j DNAT --to-destination" in line for line, new in shown if new)
    assert len(shown) > len(fresh(player, "rules")), "the other rules of the Service are there, too"
    at(player, "route")
    assert fresh(player, "routes")[0].startswith("10.244.1.0/24 via ")
    assert tab(player, "routes")["lines"][0][0] == "node worker-1: ip route"
    assert tab(player, "rules")["empty"] == "No rule decides here."
    at(player, "dns")
    lines = [line for line, _ in tab(player, "dns")["lines"]]
    assert lines[1:4] == [
        "nameserver 10.96.0.10",
        "search default.svc.cluster.local svc.cluster.local cluster.local",
        "options ndots:5",
    ]
    assert fresh(player, "dns")[0].startswith("web.default.svc.cluster.local A 10.96.")


def test_an_ingress_shows_its_rules_and_the_one_that_was_taken(cluster: Cluster) -> None:
    player = WalkPlayer(cluster.walk("internet", "http://shop.example.com/"))
    at(player, "ingress")
    assert fresh(player, "rules") == ["▸ shop.example.com/ (Prefix) → web:80   # Ingress shop"]


def test_where_a_packet_is_lost_is_told(cluster: Cluster) -> None:
    player = WalkPlayer(cluster.walk("client", "none"), index=None)
    assert player.index == player.length
    assert player.now["refused"]
    assert tab(player, "hop")["fault"] == "no-endpoints"
    way = tab(player, "way")
    assert (way["ok"], way["verdict"]) == (False, "✕ connection refused at node worker-1: no-endpoints")


def test_every_tab_has_something_to_say_at_every_hop(cluster: Cluster) -> None:
    for source, target in (("client", "web"), ("internet", "http://shop.example.com/"), ("client", "nowhere")):
        player = WalkPlayer(cluster.walk(source, target))
        for index in range(player.length + 1):
            player.goto(index)
            for name in walk_panels.TITLES:
                shown = tab(player, name)
                assert shown.get("lines") or shown.get("rows") or shown.get("empty"), (index, name)


def test_without_a_kernel_the_way_is_told_and_shown(player: WalkPlayer) -> None:
    data, _ = player._repr_mimebundle_()
    assert data["text/plain"] == str(player.walk)
    html = data["text/html"]
    assert html.count("<li>") == player.length
    changed = [hop for hop in (*player.walk.hops, *player.walk.back) if hop.translated]
    assert html.count("<img ") == 1 + len(changed)
    assert data["text/html"] == WalkPlayer(player.walk)._repr_mimebundle_()[0]["text/html"]
