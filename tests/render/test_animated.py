"""A run as one SVG that moves by itself."""

import re
import xml.etree.ElementTree as ET

import pytest

from kubelab import Cluster
from kubelab.errors import UsageError
from kubelab.moving_picture import MOST_FRAMES
from kubelab.render.animated import Still, animated

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="852" height="100"><style>.kubelab{}</style><g class="graph">'


def still(*elements, seconds=1.0):
    groups = "".join(f'<g id="{name}" class="box"><text>{text}</text></g>' for name, text in elements)
    return Still(f"{HEAD}{groups}</g></svg>", "step 1", "Something & more happened.", seconds)


def made(*stills):
    return animated(stills, ["a", "b"], "Title", "Description")


def seen_at(svg, seconds):
    """The texts that are seen at a moment: their opacity as the keyframes say, between two of them evenly."""
    whole = float(re.search(r"animation:([\d.]+)s linear infinite", svg).group(1))
    shown = []
    for name, text in re.findall(r'<g class="m (m\d+)(?: z)?">.*?<text>(.*?)</text>', svg):
        frames = re.search(rf"@keyframes {name}{{(.*?)}}\.kubelab", svg).group(1)
        stops = [(float(at) * whole / 100, float(o)) for at, o in re.findall(r"([\d.]+)%{opacity:([\d.]+)}", frames)]
        before = max((stop for stop in stops if stop[0] <= seconds), key=lambda stop: stop[0])
        after = min((stop for stop in stops if stop[0] >= seconds), key=lambda stop: stop[0])
        share = 0 if after[0] == before[0] else (seconds - before[0]) / (after[0] - before[0])
        if before[1] + share * (after[1] - before[1]) > 0.5:
            shown.append(text)
    return shown


def test_what_never_changes_is_in_it_once_and_does_not_move():
    svg = made(still(("a", "always"), ("b", "first")), still(("a", "always"), ("b", "then")))
    assert svg.count("always") == 1
    assert re.search(r'^<g class="box"><text>always', svg, re.MULTILINE)


def test_each_look_is_seen_in_its_frames():
    svg = made(still(("b", "one")), still(("b", "two"), ("a", "new")), still(("b", "one"), seconds=2))
    assert seen_at(svg, 0.5) == ["one"]
    assert seen_at(svg, 1.6) == ["new", "two"]
    assert seen_at(svg, 3.0) == ["one"]


def test_without_motion_the_last_frame_is_seen():
    svg = made(still(("a", "first")), still(("a", "last")))
    sheet = re.search(r"<style>(.*?)</style>", svg, re.DOTALL).group(1)
    still_rules, _, moving = sheet.partition("@media (prefers-reduced-motion:no-preference){")
    assert ".m{opacity:0" in still_rules
    assert ".m.z{opacity:1}" in still_rules
    assert "@keyframes" not in still_rules
    assert "@keyframes m0" in moving
    assert re.search(r'class="m m\d+ z"><g class="box"><text>last', svg)
    assert re.search(r'class="m m\d+"><g class="box"><text>first', svg)


def test_texts_are_no_markup_and_long_ones_are_wrapped():
    svg = made(still(("a", "x")), still(("a", "y")))
    assert "Something &amp; more happened." in svg
    ET.fromstring(svg)


@pytest.fixture(scope="module")
def run():
    cluster = Cluster()
    cluster.apply("deployment web x3 nginx:1.27\nservice web -> deployment web port 80")
    cluster.run()
    return cluster


def test_a_run_is_a_small_picture_without_a_script(run, tmp_path):
    path = run.film().save(tmp_path / "run.svg")
    text = path.read_text(encoding="utf-8")
    root = ET.fromstring(text)
    assert len(text) < 150_000
    assert "script" not in text
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert ids == []
    film = run.film()
    assert film.frames[0] == 0
    assert len(film.frames) <= MOST_FRAMES
    for index in film.frames:
        assert f"step {index} · " in text
    assert text == run.film().svg()


def test_a_stretch_of_it_may_be_taken_and_another_view(run):
    film = run.film("owners", 5, 20)
    assert film.frames[0] == 5
    assert film.frames[-1] <= 20
    assert repr(film) == "<MovingPicture: owners, steps 5 to 20>"


def test_as_a_page_it_tells_every_step(run, tmp_path):
    page = run.film().save(tmp_path / "run.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<li>") == len(run.timeline)
    assert "<script" not in page


def test_other_kinds_of_files_and_views_are_refused(run, tmp_path):
    with pytest.raises(UsageError, match=r"one of .svg, .gif, .html, .pdf, not as '.mp4'"):
        run.film().save(tmp_path / "run.mp4")
    with pytest.raises(UsageError, match="there is no view"):
        run.film("nothing")


def test_the_moving_picture_of_the_example_is_small_and_shows_its_end(root):
    # Drawn by: kubelab draw grammar/examples/hello.kube --animate -o grammar/examples/hello-run.svg
    path = root / "grammar" / "examples" / "hello-run.svg"
    text = path.read_text(encoding="utf-8")
    ET.fromstring(text)
    assert path.stat().st_size < 300_000
    assert "You created Deployment web." in text
    assert "3 wanted, 3 ready" in text
