"""`kubelab draw` and `kubelab lab`."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kubelab.cli import lessons
from kubelab.views import VIEWS

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def web(tmp_path: Path) -> str:
    """A program in the folder of the commands."""
    (tmp_path / "web.kube").write_text("deployment web x3 nginx:1.27\nservice web -> deployment web port 80\n")
    return "web.kube"


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_drawn_as_dot(kubelab: Call, web: str, tmp_path: Path, view: str) -> None:
    code, out, err = kubelab("draw", web, "--view", view, "-o", "picture.dot")
    assert (code, out) == (0, ""), err
    assert (tmp_path / "picture.dot").read_text().lstrip().startswith(("digraph", "strict digraph", "//"))


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<"), (".png", b"\x89PNG"), (".txt", b"")])
def test_the_suffix_says_the_form(kubelab: Call, web: str, tmp_path: Path, suffix: str, start: bytes) -> None:
    code, _, err = kubelab("draw", web, "--view", "topology", "-o", f"picture{suffix}")
    assert code == 0, err
    written = (tmp_path / f"picture{suffix}").read_bytes()
    assert written.startswith(start)
    assert written.strip()


def test_a_picture_of_an_earlier_step_is_another_one(kubelab: Call, web: str, tmp_path: Path) -> None:
    kubelab("draw", web, "--view", "owners", "-o", "end.txt")
    kubelab("draw", web, "--view", "owners", "--at", "1", "-o", "begin.txt")
    end, begin = (tmp_path / "end.txt").read_text(), (tmp_path / "begin.txt").read_text()
    assert "ReplicaSet" in end
    assert "ReplicaSet" not in begin


def test_a_run_is_drawn_as_a_moving_picture_or_as_a_page(kubelab: Call, web: str, tmp_path: Path) -> None:
    code, _, err = kubelab("draw", web, "--animate", "-o", "run.svg")
    assert code == 0, err
    assert "@keyframes" in (tmp_path / "run.svg").read_text()
    code, _, err = kubelab("draw", web, "--at", "9", "-o", "run.html")
    assert code == 0, err
    assert (tmp_path / "run.html").read_text().count("<li>") == 9


@pytest.mark.parametrize(("suffix", "start"), [(".gif", b"GIF89a"), (".pdf", b"%PDF-")])
def test_a_run_is_drawn_for_slides_too(kubelab: Call, web: str, tmp_path: Path, suffix: str, start: bytes) -> None:
    pytest.importorskip("PIL", reason="needs the extra slides: pip install -e .[slides]")
    pytest.importorskip("pypdf", reason="needs the extra slides: pip install -e .[slides]")
    code, out, err = kubelab("draw", web, "--at", "6", "-o", f"run{suffix}")
    assert (code, out) == (0, ""), err
    assert (tmp_path / f"run{suffix}").read_bytes().startswith(start)


def test_a_walk_is_drawn_hop_by_hop(kubelab: Call, web: str, tmp_path: Path) -> None:
    pytest.importorskip("PIL", reason="needs the extra slides: pip install -e .[slides]")
    kubelab("trace", web, "worker-1 -> web:80", "-o", "walk.gif")
    assert (tmp_path / "walk.gif").read_bytes().startswith(b"GIF89a")
    kubelab("trace", web, "worker-1 -> web:80", "-o", "walk.html")
    assert "hops, " in (tmp_path / "walk.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--animate", "-o", "run.png"), "a .svg, .gif, .html or .pdf file"),
        (("-o", "picture.bmp"), "a .svg, .png, .dot or .txt file, one of a run .gif, .html or .pdf"),
        (("-o", "nowhere/picture.svg"), "nowhere/picture.svg"),
        (("--at", "99999", "-o", "picture.svg"), "no step 99999"),
        (("--view", "aquarium", "-o", "picture.svg"), "topology"),
        ((), "-o"),
    ],
)
def test_what_cannot_be_drawn_is_said(kubelab: Call, web: str, arguments: tuple[str, ...], words: str) -> None:
    code, _, err = kubelab("draw", web, *arguments)
    assert code == 2
    assert words in err


def test_lab_opens_jupyterlab_on_the_lessons_with_further_arguments(
    kubelab: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[str]] = []

    def run(command: list[str], env: dict[str, str], **_: Any) -> "subprocess.CompletedProcess[str]":
        called.append(command)
        assert env["JUPYTER_CONFIG_PATH"] == os.pathsep.join(("/mine", str(lessons.SETTINGS)))
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(lessons.subprocess, "run", run)
    monkeypatch.setattr(lessons, "LESSONS", tmp_path)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/mine")
    assert kubelab("lab", "--no-browser", "--port=9")[0] == 3
    assert called[0][:4] == [sys.executable, "-m", "jupyterlab", str(tmp_path)]
    assert {"--no-browser", "--port=9"} <= set(called[0])


def test_lab_does_not_ask_about_news_of_jupyterlab(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyterlab_server.config import get_page_config

    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(lessons.SETTINGS))
    assert "@jupyterlab/apputils-extension:announcements" in get_page_config([])["disabledExtensions"]


def test_lab_without_jupyterlab_says_what_to_install(kubelab: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons.importlib.util, "find_spec", lambda name: None)
    code, _, err = kubelab("lab")
    assert code == 2
    assert "pip install 'kubelab[lab]'" in err
