"""A Player in a notebook stays at the moment at which its cell ended, until somebody lets it follow."""

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from kubelab import Cluster
from kubelab.errors import UsageError
from kubelab.notebook import Player

WEB = "%%kube\ncluster { node worker-[1..2] cpu 4 }\ndeployment web x2 nginx:1.27\n"


def run(shell: InteractiveShell, *cells: str) -> Any:
    """The result of the last of some cells."""
    result = None
    for cell in cells:
        done = shell.run_cell(cell, store_history=True)
        done.raise_error()
        result = done.result
    return result


def send(player: Player, do: str, **more: Any) -> None:
    player._handle_custom_msg({"do": do, "by": "me", "number": 1, **more}, [])


def test_what_later_cells_do_leaves_it_where_it_was(shell: InteractiveShell) -> None:
    player = run(shell, WEB)
    drawing, now, foreseen = player.drawing, player.now, player.foreseen
    run(shell, "%kube run")
    assert player.cluster.cursor == foreseen > 1
    assert (player.index, player.length, player.foreseen) == (1, foreseen, foreseen)
    assert player.drawing == drawing
    assert player.now["sentence"] == now["sentence"] == "You created Deployment web."
    assert player.elsewhere == f"the cluster is at step {foreseen} by now"
    run(shell, "%%kube --run\njob import busybox exits after 1s")
    assert (player.index, player.foreseen) == (1, foreseen), "what came later has pictures of its own"
    assert player.drawing == drawing


def test_the_cell_itself_may_move_the_cluster_after_showing_it(shell: InteractiveShell) -> None:
    player = run(shell, WEB, "shown = %kube player\n%kube run\nshown")
    assert player.index == player.cluster.cursor == len(player.cluster.timeline)
    assert player.elsewhere == ""


def test_it_can_be_stepped_through_there_and_moves_nothing(shell: InteractiveShell) -> None:
    player = run(shell, WEB)
    run(shell, "%kube run", "%kube kill worker-1")
    here, drawing = player.cluster.cursor, player.drawing
    assert player.foreseen == here - 1
    send(player, "step")
    assert player.index == 2
    assert player.now["sentence"].startswith("deployment-controller created ReplicaSet")
    assert player.panel["blocks"][0]["index"] == 2
    send(player, "run")
    assert player.index == player.foreseen
    assert player.step() is None
    send(player, "back")
    send(player, "view", view="owners")
    assert player.drawing["view"] == "owners"
    send(player, "view", view="topology")
    assert player.drawing["svg"] == drawing["svg"]
    send(player, "goto", index=here)
    assert (
        player.now["notice"] == f"there is no step {here} here: the cluster is at step {here} by now; Follow shows it"
    )
    assert player.cluster.cursor == here


def test_what_comes_otherwise_than_foreseen_is_not_shown_there(shell: InteractiveShell) -> None:
    player = run(shell, WEB)
    run(shell, "%kube step 3", "%kube kill worker-1", "%kube run")
    assert (player.index, player.length, player.foreseen, player.complete) == (1, 4, 4, True)


def test_a_player_where_the_cluster_is_drives_it(shell: InteractiveShell) -> None:
    player = run(shell, WEB)
    send(player, "step")
    assert player.cluster.cursor == player.index == 2
    run(shell, "%kube run")
    assert player.index == 2, "where the learner left it"
    send(player, "run")
    assert player.elsewhere == "", "it is at the newest step, as the cluster is"
    run(shell, "%kube kill worker-1")
    assert player.elsewhere
    send(player, "follow", on=True)
    assert player.now["sentence"] == "The machine of Node worker-1 was switched off."
    run(shell, "%kube revive worker-1")
    assert player.now["sentence"] == "The machine of Node worker-1 was switched on."
    send(player, "follow", on=False)
    run(shell, "%kube run")
    assert player.index < player.cluster.cursor


def test_other_branches_are_elsewhere(shell: InteractiveShell) -> None:
    player = run(shell, WEB)
    run(shell, "%kube run", "%kube goto 5", "%kube kill worker-1")
    assert player.elsewhere == "the cluster is at step 6 of branch branch-1 by now"
    assert (player.branch, player.branches) == ("main", ["main"])
    run(shell, "%kube switch main", "%kube goto -1")
    send(player, "run")
    assert player.elsewhere == ""
    assert player.branches == ["main", "branch-1"]


def test_a_player_that_slept_keeps_what_it_showed_last(shell: InteractiveShell) -> None:
    player = run(shell, WEB)
    send(player, "shown")
    send(player, "hidden")
    run(shell, "%kube kill worker-1", "%kube run")
    assert player.index == 1
    send(player, "shown")
    assert player.now["index"] == player.index == player.foreseen == 1


def test_a_player_made_in_python_follows_and_can_be_let_stay(cluster: Cluster) -> None:
    player = Player(cluster)
    index = player.index
    cluster.step()
    assert player.index == index + 1
    player.follow(False)
    cluster.run()
    assert player.index == index + 1
    with pytest.raises(UsageError, match="Follow shows it"):
        player.goto(9999)
    player.run()
    assert player.index == cluster.cursor
