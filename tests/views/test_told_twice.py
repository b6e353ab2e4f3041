"""A state is told by a sign or a word in the box as well, in whatever view, and not by its colour alone."""

from pathlib import Path
from typing import Any

import pytest

from kubelab import Cluster
from kubelab.views import VIEWS, film
from kubelab.views.network import WalkFilm
from kubelab.views.theme import STATES, WORDS

TROUBLE = Path(__file__).resolve().parents[2] / "grammar" / "examples" / "trouble.kube"


@pytest.fixture(scope="module")
def troubled() -> Cluster:
    """A cluster in which all sorts of things went wrong, and a machine is off."""
    cluster = Cluster()
    cluster.apply(TROUBLE.read_text())
    cluster.run()
    cluster.apply("deployment web x3 nginx:1.27\nservice web -> deployment web port 80")
    cluster.run()
    cluster.apply("deployment web x3 nginx:1.28")
    cluster.run()
    cluster.delete("deployment/web")
    cluster.run()
    return cluster


def untold(shown: Any, every: int) -> tuple[set[str], list[Any]]:
    """The states that are seen, and the boxes that tell theirs by colour alone."""
    seen, found = set(), []
    for index in range(shown.first, shown.last + 1, every):
        for element, mark in shown.frame(index).states.items():
            classes = mark.classes.split()
            states = [name for name in classes if name in STATES]
            # A badge with a number belongs to the box that it stands at, or beside.
            if "box" not in classes or "tick" in classes or not states:
                continue
            seen.add(states[-1])
            told = " ".join(mark.texts[1:])
            if STATES[states[-1]].glyph not in told and WORDS[states[-1]].lower() not in told.lower():
                found.append((index, element, mark))
    return seen, found


@pytest.mark.parametrize("view", VIEWS)
def test_every_state_has_its_sign_or_its_word(view: str, troubled: Cluster) -> None:
    seen, found = untold(film(troubled.timeline, view), 2)
    assert found == []
    if view == "topology":
        assert {"running", "pending", "creating", "failed", "terminating"} <= seen


@pytest.mark.parametrize(
    ("source", "target"),
    [("internet", "http://web/"), ("worker-1", "web:80"), ("worker-2", "web:81"), ("worker-3", "10.244.9.9:80")],
)
def test_where_a_walk_fails_there_is_its_sign(source: str, target: str) -> None:
    cluster = Cluster()
    cluster.apply("deployment web x3 nginx:1.27\nservice web -> deployment web port 80")
    cluster.run()
    cluster.kill("worker-1")
    shown = WalkFilm(cluster.walk(source, target))
    assert not shown.walk.ok
    seen, found = untold(shown, 1)
    assert found == []
    assert "failed" in seen
    assert "penwidth=2 " not in shown.dot, "no outline stays thick where nothing has failed yet"
