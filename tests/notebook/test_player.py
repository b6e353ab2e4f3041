"""The Player, driven from Python and by the messages of a front end."""

from typing import Any

import pytest

from kubelab import Cluster
from kubelab.errors import UsageError
from kubelab.notebook import Player, film_strip
from kubelab.notebook import player as player_module
from kubelab.render import RenderError
from kubelab.views import VIEWS, Film


def send(player: Player, do: str, number: int = 1, by: str = "me", **more: Any) -> None:
    player._handle_custom_msg({"do": do, "by": by, "number": number, **more}, [])


def ahead(player: Player, index: int) -> dict[str, Any]:
    """The frame that the front end has at hand for a step."""
    frames = player.frames
    for step in frames["steps"]:
        if step[0] == index:
            _, time, title, sentence, description, numbers = step
            marks = [list(frames["table"][number]) for number in numbers]
            return {"time": time, "title": title, "sentence": sentence, "description": description, "marks": marks}
    raise AssertionError(f"step {index} was not sent ahead")


def test_it_steps_back_and_forth_and_to_the_end(cluster: Cluster) -> None:
    player = Player(cluster)
    start = cluster.cursor
    assert (player.index, player.length) == (start, start)
    assert player.foreseen > start
    player.step()
    assert (player.index, player.length, cluster.cursor) == (start + 1, start + 1, start + 1)
    player.back(3)
    assert (player.index, player.length) == (start - 2, start + 1)
    player.first()
    assert player.index == 0
    player.run()
    assert player.index == player.length == player.foreseen


def test_a_step_that_is_foreseen_can_be_gone_to(cluster: Cluster) -> None:
    player = Player(cluster)
    goal = player.foreseen - 5
    player.goto(goal)
    assert (player.index, player.length) == (goal, goal)
    with pytest.raises(UsageError, match="there is no step 9999"):
        player.goto(9999)
    player.index = 3
    assert cluster.cursor == 3
    with pytest.raises(UsageError):
        player.index = 9999
    assert player.index == cluster.cursor == 3


@pytest.mark.parametrize("view", VIEWS)
def test_the_frame_sent_ahead_is_the_one_that_is_shown_then(cluster: Cluster, view: str) -> None:
    player = Player(cluster, view)
    drawing = player.drawing["version"]
    for _ in range(30):
        expected = ahead(player, player.index + 1)
        player.step()
        now = player.now
        assert {name: now[name] for name in expected} == expected
        assert now["version"] == drawing
    assert player.drawing["version"] == drawing


def test_every_element_of_a_frame_is_in_the_drawing(cluster: Cluster) -> None:
    player = Player(cluster)
    svg = player.drawing["svg"]
    for index in range(player.foreseen + 1):
        player.goto(index)
        assert player.now["marks"]
        assert [mark[0] for mark in player.now["marks"] if f'id="{mark[0]}"' not in svg] == []
    assert "<style" not in svg
    assert "<script" not in svg


def test_a_larger_stride_shows_everything_that_changed_in_it(cluster: Cluster) -> None:
    player = Player(cluster, stride="reconcile")
    player.first()
    while not any(t.key.kind == "Pod" for t in cluster.timeline.transitions[player.now["since"] : player.index]):
        player.step()
    assert player.index - player.now["since"] > 1
    changed = [mark[0] for mark in player.now["marks"] if "changed" in mark[1].split() and mark[0].startswith("Pod/")]
    assert len(changed) == 3
    assert len(player.panel["blocks"]) == player.index - player.now["since"]


def test_a_step_until_settled_stops_at_breakpoints_as_a_run_does(cluster: Cluster) -> None:
    cluster.break_on(component="kube-scheduler")
    player = Player(cluster, stride="settled")
    transition = player.step()
    assert transition is not None
    assert transition.actor == "kube-scheduler"
    cluster.breakpoints.clear()
    player.step()
    assert player.index == player.foreseen
    player.back()
    assert player.now["sentence"] == "You changed Deployment web."


def test_players_of_one_cluster_stay_in_step(cluster: Cluster) -> None:
    one, other = Player(cluster), Player(cluster, "owners")
    one.step(5)
    assert other.index == one.index
    assert other.now["sentence"] == one.now["sentence"]
    cluster.kill("worker-1")
    assert one.now["sentence"] == other.now["sentence"] == "The machine of Node worker-1 was switched off."
    cluster.back(2)
    cluster.fork("other")
    assert one.branch == other.branch == "other"
    assert one.branches == ["main", "other"]
    one.branch = "main"
    assert cluster.branch == "main"


def test_a_player_that_was_closed_is_not_told_any_more(cluster: Cluster) -> None:
    player = Player(cluster)
    index = player.index
    player.close()
    cluster.step()
    assert player.index == index
    assert cluster.observers == []


def test_messages_do_what_the_methods_do(cluster: Cluster) -> None:
    player = Player(cluster)
    start = player.index
    send(player, "step", 1)
    assert (player.index, player.now["answered"]) == (start + 1, {"by": "me", "number": 1})
    send(player, "back", 2)
    send(player, "stride", 3, stride="moment")
    send(player, "step", 4)
    assert cluster.timeline.at(player.index + 1 if player.index < player.length else None) is not None
    send(player, "goto", 5, index=7)
    assert player.index == 7
    send(player, "view", 6, view="owners")
    assert (player.view, player.drawing["view"]) == ("owners", "owners")
    send(player, "tab", 7, tab="objects", choice="pods")
    assert player.panel["choice"] == "pods"
    send(player, "run", 8)
    assert player.index == player.foreseen
    send(player, "first", 9)
    assert (player.index, player.now["answered"]["number"]) == (0, 9)


@pytest.mark.parametrize(
    "message",
    [
        {"do": "goto", "index": 99999},
        {"do": "view", "view": "nowhere"},
        {"do": "stride", "stride": "leap"},
        {"do": "branch", "branch": "none"},
    ],
    ids=lambda m: m["do"],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(cluster: Cluster, message: dict[str, Any]) -> None:
    player = Player(cluster)
    before = (player.index, player.view, player.stride, player.branch)
    send(player, number=3, **message)
    assert player.now["notice"].startswith("there is no")
    assert player.now["answered"]["number"] == 3
    assert (player.index, player.view, player.stride, player.branch) == before
    send(player, "step", 4)
    assert player.now["notice"] == ""


def test_a_message_that_means_nothing_is_passed_over(cluster: Cluster) -> None:
    player = Player(cluster)
    before = player.index
    player._handle_custom_msg({"do": "__class__"}, [])
    player._handle_custom_msg("step", [])
    assert player.index == before


def test_the_tabs_tell_of_the_step_that_is_shown(cluster: Cluster) -> None:
    player = Player(cluster)
    assert player.panel["blocks"][0]["rows"] == [
        ["spec.template.spec.containers[web].image", "nginx:1.27", "nginx:1.28"]
    ]
    player.tab = "why"
    player.step()
    assert [link[0] for link in player.panel["chain"]] == [player.index - 1, player.index]
    assert player.panel["events"][0][:2] == ["Normal", "ScalingReplicaSet"]
    player.look("deployment/web")
    assert player.tab == "object"
    assert player.panel["title"] == "Deployment web"
    assert "image: nginx:1.28" in player.panel["yaml"]
    player.goto(1)
    assert "image: nginx:1.27" in player.panel["yaml"]


def test_an_element_that_is_clicked_shows_its_object(cluster: Cluster) -> None:
    player = Player(cluster)
    element = next(element for element, key in player.drawing["keys"].items() if key == "Service web")
    send(player, "look", element=element)
    assert (player.tab, player.panel["title"]) == ("object", "Service web")


def test_what_stands_for_many_can_be_opened_and_closed() -> None:
    cluster = Cluster()
    cluster.apply("deployment web x80 nginx:1.27")
    player = Player(cluster)
    player.run()
    element = player.drawing["parts"][-1]
    drawn = len(player.drawing["keys"])
    send(player, "look", element=element)
    assert player.opened == [element]
    assert len(player.drawing["keys"]) > drawn
    send(player, "fold")
    assert player.opened == []
    assert len(player.drawing["keys"]) == drawn


def test_a_player_that_is_shown_nowhere_does_no_work_until_it_is_shown_again(cluster: Cluster) -> None:
    player = Player(cluster)
    send(player, "shown", by="a")
    send(player, "shown", by="b")
    send(player, "hidden", by="a")
    player.step()
    assert player.now["index"] == player.index
    send(player, "hidden", by="b")
    player.step(2)
    assert player.now["index"] == player.index - 2
    send(player, "shown", by="c")
    assert player.now["index"] == player.index


def test_one_front_end_plays_and_stops_when_it_is_gone(cluster: Cluster) -> None:
    player = Player(cluster)
    send(player, "shown", by="a")
    send(player, "shown", by="b")
    player.play()
    assert (player.playing, player.driver) == (True, "a")
    send(player, "hidden", by="a")
    assert (player.playing, player.driver) == (False, "")


def test_a_long_film_is_made_in_parts(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player_module, "LONG", 40)
    player = Player(cluster)
    player.first()
    assert player.frames["last"] <= 20
    while player.index < player.foreseen:
        player.step()
        assert player.now["index"] == player.index
        assert player.frames["first"] <= player.index <= player.frames["last"]


def test_without_graphviz_the_picture_is_text(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> str:
        raise RenderError("install Graphviz")

    monkeypatch.setattr(Film, "svg", fail)
    monkeypatch.setattr("kubelab.render.svg", fail)
    player = Player(cluster)
    assert player.drawing["svg"] == ""
    assert "worker-1" in player.now["text"]
    before = player.now["text"]
    player.step()
    assert player.now["text"] != before
    assert "<pre>" in film_strip.strip(cluster)


def test_its_text_is_one_stable_line(cluster: Cluster) -> None:
    player = Player(cluster)
    data, _ = player._repr_mimebundle_()
    assert data["text/plain"] == repr(player) == f"<Player: topology, step {player.index} of {player.length}, main>"
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/html"] == film_strip.strip(cluster)


def test_a_view_that_is_not_there_is_refused(cluster: Cluster) -> None:
    with pytest.raises(UsageError, match="there is no view 'map'"):
        Player(cluster, "map")
    player = Player(cluster)
    with pytest.raises(UsageError):
        player.show("map")
    assert player.view == "topology"


@pytest.mark.parametrize("view", VIEWS)
def test_a_pod_that_is_deleted_at_once_leaves_its_machine_later(view: str) -> None:
    cluster = Cluster()
    cluster.apply("deployment web x2 nginx:1.27")
    cluster.run()
    player = Player(cluster, view, stride="settled")
    cluster.delete(f"pod/{cluster.view.list('Pod')[0].metadata.name}", grace_seconds=0)
    player.run()
    for index in range(player.length + 1):
        player.goto(index)
        assert player.now["index"] == index


def test_a_click_on_a_sign_or_a_card_goes_to_its_step(cluster: Cluster) -> None:
    player = Player(cluster, "timeline")
    player.goto(30)
    player.run()
    end = player.index
    for view in ("timeline", "causes"):
        player.show(view)
        player.goto(end)
        assert player._reel is not None
        film = player._reel.film
        steps = dict(film.steps(end))
        assert set(steps) <= set(film.markers) == set(player.drawing["steps"])
        element, index = next((element, index) for element, index in sorted(steps.items()) if index < end - 1)
        player._hear(None, {"do": "look", "element": element})
        assert player.index == cluster.cursor == index
        assert f"tep {index}" in film.frame(end).states[element].texts[0 if view == "timeline" else 1]
