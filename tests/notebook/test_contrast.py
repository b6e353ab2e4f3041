"""Everything can be seen: in pictures, in the Player and on cards, on light and on dark pages.

The colours are measured in a real browser, as they are drawn: 4.5 to 1 for texts, 3 to 1 for lines that bear a meaning.
Source: WCAG 2.2, 1.4.3 and 1.4.11.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kubelab import Cluster
from kubelab.views import VIEWS, film
from kubelab.views.network import WalkFilm
from kubelab.views.theme import SHAPES, STATES

pytestmark = pytest.mark.browser

SEEN = (Path(__file__).parent / "seen.js").read_text(encoding="utf-8")
LEAST = {"text": 4.5, "outline": 3, "line": 3, "field": 3, "icon": 3, "bar": 3}
BAND = "cursor"
"""A band that lies behind what stands out by itself needs no outline."""


def too_faint(measured: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        each
        for each in measured
        if each["ratio"] < LEAST[each["what"]] and not (each["what"] == "outline" and BAND in each["classes"].split())
    ]


@pytest.fixture(scope="module")
def eventful(root: Path) -> Cluster:
    """A run with most of what a picture can show: failures, a rollout, a deletion, a machine that is off."""
    cluster = Cluster()
    cluster.apply((root / "grammar" / "examples" / "trouble.kube").read_text(encoding="utf-8"))
    cluster.run()
    cluster.apply("deployment web x3 nginx:1.27\nservice web -> deployment web port 80\nconfigmap words a=b")
    cluster.run()
    cluster.apply("deployment web x2 nginx:1.28")
    cluster.run()
    cluster.delete("deployment/web")
    cluster.step(6)
    cluster.kill("worker-1")
    cluster.run()
    return cluster


def pictures(cluster: Cluster) -> Iterator[str]:
    """Some frames of each view, and of a walk that arrives and one that fails."""
    size = len(cluster.timeline)
    for view in VIEWS:
        shown = film(cluster.timeline, view)
        leaving = (n for n, f in shown.frames.items() if any("gone" in mark.classes for mark in f.states.values()))
        for index in sorted({size // 3, next(leaving, size), size}):
            yield shown.svg(index)
    for target in ("http://db:5432/", "10.244.9.9:80"):
        walk = WalkFilm(cluster.walk("worker-2", target))
        for index in sorted({walk.last // 2, walk.last}):
            yield walk.svg(index)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_and_lines_of_every_picture_stand_out(browser: Any, eventful: Cluster, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 4000, "height": 4000}, color_scheme=scheme, reduced_motion="reduce")
    seen: set[str] = set()
    faint = []
    for svg in pictures(eventful):
        page.set_content(f'<body style="margin:0">{svg}')
        measured = page.evaluate(SEEN)
        assert len(measured) >= 5
        seen.update(name for each in measured for name in each["classes"].split())
        faint += too_faint(measured)
    page.close()
    assert faint == []
    # What was measured is what there is: nearly all that the theme knows was on one of the pictures.
    assert {*SHAPES, "running", "failed", "terminating", "owns", "traffic", "idle", "changed", "gone"} - seen <= {
        "config", "stopped", "tray",
    }  # fmt: skip
    assert len(seen & set(STATES)) >= 4


def test_what_is_too_faint_is_noticed(browser: Any, eventful: Cluster) -> None:
    page = browser.new_page(viewport={"width": 2000, "height": 2000}, color_scheme="light")
    svg = film(eventful.timeline, "owners").svg(40)
    for rule, what in (
        (".kubelab text{fill:#8a8a8a!important}", "text"),
        (".kubelab .box>rect{stroke:#d0d0d0!important}", "outline"),
        (".kubelab .link>path{stroke:#c0c0c0!important}", "line"),
    ):
        page.set_content(f'<body style="margin:0">{svg}<style>{rule}</style>')
        assert what in {each["what"] for each in too_faint(page.evaluate(SEEN))}
    page.close()
