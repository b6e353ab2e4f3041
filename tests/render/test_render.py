"""DOT becomes an SVG that is the same everywhere, or an error that says what to install."""

import os
import re
import shutil
import stat
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kubelab import render
from kubelab.render import RenderError, engines
from kubelab.views.dot import write
from kubelab.views.scene import Box, Link, Mark, Scene

SVG = "{http://www.w3.org/2000/svg}"
BOXES = (Box("one", "object", 20, 20, 154, 54), Box("two", "pod", 300, 90, 160, 39))
LINK = Link("one--two", "one", "two", ((174, 47), (240, 47), (240, 109.5), (300, 109.5)), True)
MARKS = {
    "one": Mark("object box workload changed", ("a tooltip", "Deployment", "web", "3 wanted")),
    "two": Mark("pod box running", ("another", "●", "web-1", "", "Running")),
    "one--two": Mark("link traffic"),
}


@pytest.fixture
def dot() -> str:
    return write(Scene("topology", 480, 150, BOXES, (LINK,)), MARKS, "A title", "What it shows.")


@pytest.fixture
def root(dot: str) -> ET.Element:
    return ET.fromstring(render.svg(dot))


def group(root: ET.Element, element: str) -> ET.Element:
    return next(found for found in root.iter(f"{SVG}g") if found.get("id") == element)


def test_the_picture_is_described(root: ET.Element) -> None:
    assert root.get("role") == "img" and root.get("class") == "kubelab"
    assert [child.tag.removeprefix(SVG) for child in root][:3] == ["title", "desc", "style"]
    assert root.findtext(f"{SVG}title") == "A title"
    assert root.findtext(f"{SVG}desc") == "What it shows."


def test_its_size_is_in_pixels_and_everything_is_where_the_scene_says(root: ET.Element) -> None:
    assert (root.get("width"), root.get("height")) == ("480", "150")
    box = group(root, "two").find(f"{SVG}rect")
    assert box is not None
    shift = re.search(r"translate\(([\d.-]+)[ ,]+([\d.-]+)\)", root.findall(f"{SVG}g")[0].get("transform", ""))
    assert shift is not None
    left, top = float(box.get("x", "")) + float(shift[1]), float(box.get("y", "")) + float(shift[2])
    assert (round(left), round(top)) == (300, 90)
    assert (float(box.get("width", "")), float(box.get("height", ""))) == pytest.approx((160, 39), abs=0.05)


def test_elements_keep_their_ids_classes_tooltips_and_texts(root: ET.Element) -> None:
    pod = group(root, "two")
    assert pod.get("class") == "node pod box running"
    assert pod.findtext(f"{SVG}title") == "another"
    texts = list(pod.iter(f"{SVG}text"))
    assert [text.text or "" for text in texts] == ["●", "web-1", "", "Running"]
    assert [text.get("class") for text in texts] == ["glyph", "name", "glyph", "state"]
    assert group(root, "one--two").get("class") == "edge link traffic"


def test_a_picture_by_itself_has_its_colours_without_the_style_sheet(root: ET.Element) -> None:
    box = group(root, "one").find(f"{SVG}rect")
    assert box is not None
    assert box.get("stroke") == "#ea580c" and box.get("stroke-width") == "3"
    line = group(root, "one--two").find(f"{SVG}path")
    assert line is not None and line.get("stroke") == "#2f6fe4"


def test_nothing_of_the_machine_is_left_in_it(dot: str) -> None:
    drawn = render.svg(dot)
    assert "graphviz" not in drawn.lower() and "<!--" not in drawn and "DOCTYPE" not in drawn


def test_drawing_twice_gives_the_same_bytes(dot: str) -> None:
    first = render.svg(dot)
    render.svg.cache_clear()
    assert render.svg(dot) == first


def test_a_png_is_twice_as_sharp(dot: str) -> None:
    drawn = render.png(dot)
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(drawn[16:20]) == pytest.approx(960, abs=2)


def test_what_is_no_graph_is_refused() -> None:
    with pytest.raises(RenderError, match="Graphviz cannot draw this picture"):
        render.svg("this is no graph {")


def test_without_graphviz_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, dot: str) -> None:
    monkeypatch.setattr(engines, "engine", lambda: "")
    render.svg.cache_clear()
    with pytest.raises(RenderError, match="pip install pygraphviz"):
        render.svg(dot)


def test_a_dot_program_serves_as_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dot: str) -> None:
    expected = render.svg(dot)
    drawn = engines.draw(dot, "svg")
    # A stand-in that answers as the program does, and notes how it was called.
    program, answer, called = tmp_path / "dot", tmp_path / "answer.svg", tmp_path / "called"
    answer.write_bytes(drawn)
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys; from pathlib import Path\n"
        f"Path({str(called)!r}).write_text(' '.join(sys.argv[1:]))\n"
        f"Path({f'{called}.in'!r}).write_bytes(sys.stdin.buffer.read())\n"
        f"sys.stdout.buffer.write(Path({str(answer)!r}).read_bytes())\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(engines, "engine", lambda: "dot")
    assert shutil.which("dot") == str(program)
    render.svg.cache_clear()
    assert render.svg(dot) == expected
    assert called.read_text().split() == ["-Knop2", "-Tsvg"]
    assert Path(f"{called}.in").read_text() == dot


def test_drawing_says_nothing_on_stderr(capfd: pytest.CaptureFixture[str], dot: str) -> None:
    render.svg.cache_clear()
    render.svg(dot)
    assert capfd.readouterr().err == ""
