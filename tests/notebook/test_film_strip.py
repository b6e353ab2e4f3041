"""The film strip: what is left of a Player where there is no kernel."""

import base64
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

from kubelab import Cluster
from kubelab.film_strip import PICTURES, walk_strip
from kubelab.notebook import film_strip
from kubelab.views.network import WalkFilm

SAFE = {"p", "b", "details", "summary", "ol", "li", "img"}


class Tags(HTMLParser):
    """Which tags and attributes a text has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_it_needs_nothing_that_an_untrusted_notebook_loses(cluster: Cluster) -> None:
    tags = Tags(film_strip.strip(cluster))
    assert tags.tags == SAFE
    assert tags.attributes == {"start", "alt", "src"}


def test_it_tells_every_step_and_shows_some(cluster: Cluster) -> None:
    cluster.run()
    made = film_strip.strip(cluster)
    assert made.count("<li>") == len(cluster.timeline)
    assert 2 <= made.count("<img") <= PICTURES + 1
    starts = [int(n) for n in re.findall(r'<ol start="(\d+)"', made)]
    assert starts == sorted(starts)
    assert starts[0] == 1


def test_the_film_of_a_cell_begins_with_what_the_cell_did(cluster: Cluster) -> None:
    begun = len(cluster.timeline) - 1
    made = film_strip.strip(cluster, since=begun)
    first, *rest = re.findall(r"<li>(.*?)</li>", made)
    assert first == "You changed Deployment web."
    assert rest
    assert f'<ol start="{begun + 1}">' in made
    cluster.goto(3)
    assert '<ol start="4">' in film_strip.strip(cluster, since=begun), "unless one has gone back beyond it"


def test_it_tells_what_will_follow_too(cluster: Cluster) -> None:
    now = film_strip.strip(cluster)
    index = cluster.cursor
    cluster.run()
    cluster.goto(index)
    assert now.count("<li>") == len(cluster.timeline)


def test_a_long_run_is_told_in_part() -> None:
    cluster = Cluster()
    cluster.apply("deployment web x100 nginx:1.27")
    cluster.run()
    assert film_strip.strip(cluster).count("<li>") == film_strip.SENTENCES


def test_texts_of_a_user_are_no_markup() -> None:
    evil = "<script>alert(1)</script>"
    cluster = Cluster()
    cluster.apply(
        f'{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "a"}}, "spec": {{"containers": '
        f'[{{"name": "a", "image": "{evil}"}}]}}}}'
    )
    cluster.run()
    assert any(evil in t.message for t in cluster.timeline.transitions)
    made = film_strip.page(cluster)
    assert "<script" not in made
    assert "&lt;script&gt;" in made


PROGRAM = """
from kubelab import Cluster
from kubelab.notebook import film_strip
from kubelab.views.network import WalkFilm
cluster = Cluster()
cluster.apply("deployment web x3 nginx:1.27\\nservice web -> deployment web port 80")
print(film_strip.strip(cluster))
"""


def test_it_is_the_same_to_the_byte_every_time() -> None:
    def made(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
        )
        return run.stdout

    assert made("1") == made("2")


def test_a_picture_brings_only_the_colours_that_it_has(cluster: Cluster) -> None:
    cluster.run()
    found = re.search(r"base64,([^\"]+)", film_strip.strip(cluster))
    assert found is not None
    style, _, drawing = base64.b64decode(found[1]).decode().partition("</style>")
    assert "--kl-running-fill:" in style
    assert "running" in drawing
    assert "failed" not in style
    used = set(re.findall(r"var\((--kl-[\w-]+)\)", style))
    defined = set(re.findall(r"(--kl-[\w-]+):#", style))
    assert defined == {name for name in used if not name.endswith("-font")}


def test_a_walk_that_is_lost_at_its_end_needs_one_picture(cluster: Cluster) -> None:
    film = WalkFilm(cluster.walk("worker-1", "10.244.9.9:80"))
    assert not film.walk.ok
    assert walk_strip(film).count("<img") == 1
