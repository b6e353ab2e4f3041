"""What holds for every view: the same positions in all frames, texts that fit, an accent that means this step."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kubelab.errors import UsageError
from kubelab.views import VIEWS, actors, film, frame
from kubelab.views.measure import width
from kubelab.views.scene import FORMS
from kubelab.views.theme import CHANGED

CONTROLLERS = (
    "deployment-controller",
    "replicaset-controller",
    "endpoint-slice-controller",
    "node-controller",
    "garbage-collector-controller",
    "csi-provisioner",
)
GOLDEN = Path(__file__).parent / "golden"
NODE = re.compile(r'^\t"?([^"\[]+?)"? \[.*?\bpos="?([^" ]+)"?', re.MULTILINE)


@pytest.mark.parametrize("view", VIEWS)
def test_a_picture_is_as_it_was(view: str, rolling: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Which controllers there are is not what is tested here.
    monkeypatch.setattr(actors, "known_controllers", lambda: CONTROLLERS)
    # KUBELAB_GOLDEN=1 writes the pictures anew, to be looked at before they are committed.
    picture = frame(rolling.timeline, view, 26)
    for suffix, content in (("dot", picture.dot), ("txt", picture.text + "\n")):
        path = GOLDEN / f"{view}.{suffix}"
        if os.environ.get("KUBELAB_GOLDEN"):
            path.write_text(content)
        assert content == path.read_text()


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_ever_moves(view: str, rolling: Any) -> None:
    shown = film(rolling.timeline, view)
    places: dict[str, str] = {}
    for index in range(len(rolling.timeline) + 1):
        for element, place in NODE.findall(shown.picture(index).dot):
            assert places.setdefault(element, place) == place, element
    assert len(places) > 3


@pytest.mark.parametrize("view", VIEWS)
def test_every_text_fits_into_its_box(view: str, rolling: Any) -> None:
    rolling.app("an-application-with-quite-a-long-name-for-a-small-box", 2)
    shown = film(rolling.timeline, view)
    boxes = shown.scene.box
    checked = 0
    for index in range(len(rolling.timeline) + 1):
        for element, mark in shown.frame(index).states.items():
            if element not in boxes:
                continue
            lines = FORMS[boxes[element].form].lines
            for line, text in zip(lines, mark.texts[1:], strict=False):
                assert line.size >= 10
                assert width(text, line.size, line.bold) <= boxes[element].w
                checked += 1
    assert checked > 50


@pytest.mark.parametrize("view", VIEWS)
def test_every_element_of_every_frame_is_in_the_drawing(view: str, rolling: Any) -> None:
    shown = film(rolling.timeline, view)
    known = {box.id for box in shown.scene.boxes} | {link.id for link in shown.scene.links}
    for index in range(len(rolling.timeline) + 1):
        assert set(shown.frame(index).states) <= known
    assert all(f'id="{element}"' in shown.dot or f"id={element}" in shown.dot for element in known)


@pytest.mark.parametrize("view", ["topology", "control-plane", "owners"])
def test_only_a_step_is_accented(view: str, rolling: Any) -> None:
    shown = film(rolling.timeline, view)
    start = shown.frame(0).states
    assert not [element for element, mark in start.items() if CHANGED in mark.classes.split()]
    assert [e for e, mark in shown.frame(5).states.items() if CHANGED in mark.classes.split()]


def test_several_steps_at_once_are_accented_together(rolling: Any) -> None:
    shown = film(rolling.timeline, "topology")
    one = {e for e, mark in shown.frame(6).states.items() if CHANGED in mark.classes.split()}
    three = {e for e, mark in shown.frame(6, since=3).states.items() if CHANGED in mark.classes.split()}
    assert one < three


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_says_what_it_shows(view: str, rolling: Any) -> None:
    for index in (0, 12, len(rolling.timeline)):
        shown = frame(rolling.timeline, view, index)
        assert shown.title and shown.description.endswith(".") and shown.text.strip()
        assert shown.sentence.endswith(".")


def test_what_a_step_did_is_said_under_the_picture(rolling: Any) -> None:
    said = [frame(rolling.timeline, "topology", index).sentence for index in range(len(rolling.timeline) + 1)]
    assert said[0] == "The cluster at the start: nothing has happened yet."
    assert "kube-scheduler bound Pod web-2nqjnbg84-g5lcr to worker-1: it has the most free CPU." in said


def test_an_unknown_view_is_refused(rolling: Any) -> None:
    with pytest.raises(UsageError, match="there is no view 'map'; there are topology, "):
        frame(rolling.timeline, "map")


def test_a_step_that_is_not_there_is_refused(rolling: Any) -> None:
    with pytest.raises(UsageError, match="there is no step 999"):
        frame(rolling.timeline, "topology", 999)


def test_places_are_kept_for_what_is_known_to_come(make_world: Callable[..., Any]) -> None:
    world = make_world(3)
    app = world.app("web", 3)
    before = len(world.timeline)
    world.app("api", 6)
    whole = film(world.timeline, "topology")
    past = film(world.timeline, "topology", 0, before, future=world.timeline.transitions[before:])
    assert past.scene == whole.scene
    assert film(world.timeline, "topology", 0, before).scene != whole.scene
    assert app.pods


def test_the_same_run_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    program = (
        "from kubelab import Cluster, views\n"
        "c = Cluster(nodes=2)\n"
        "c.apply('deployment web x3 nginx:1.27\\nservice web -> deployment web port 80')\n"
        "c.run()\n"
        "print([ (f := views.frame(c.timeline, v, i)).dot + f.text for v in views.VIEWS for i in (5, 20)])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1 and b"digraph" in outputs.pop()
