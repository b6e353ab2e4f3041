"""`kubelab trace`: the way of a packet."""

from collections.abc import Callable
from pathlib import Path

import pytest

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def web(tmp_path: Path) -> str:
    (tmp_path / "web.kube").write_text(
        "pod client busybox\npod web nginx port 80\nservice web -> app=web port 80\nservice none -> app=x port 80\n"
    )
    return "web.kube"


def test_a_packet_that_comes_back_is_told_and_succeeds(kubelab: Call, web: str) -> None:
    code, out, err = kubelab("trace", web, "client -> web")
    assert code == 0, err
    assert "kube-proxy's rules on" in out
    assert out.endswith("✓ delivered\n")


def test_a_packet_that_is_lost_fails_and_names_the_hop(kubelab: Call, web: str) -> None:
    code, out, _ = kubelab("trace", web, "client -> none", "--attempt", "3")
    assert code == 1
    assert "✕ connection refused at node" in out.splitlines()[-1]
    assert out.splitlines()[-1].endswith("no-endpoints")


@pytest.mark.parametrize("walk", ["client", "client ->", "-> web", "nobody -> web", "client -> web:70000"])
def test_what_is_no_walk_is_refused(kubelab: Call, web: str, walk: str) -> None:
    code, out, err = kubelab("trace", web, *(() if not walk.startswith("-") else ("--",)), walk)
    assert (code, out) == (2, "")
    assert err


@pytest.mark.parametrize("suffix", ["svg", "dot", "txt"])
def test_the_way_is_drawn_besides_wherever_it_leads(kubelab: Call, web: str, suffix: str, tmp_path: Path) -> None:
    code, out, err = kubelab("trace", web, "client -> none", "-o", f"way.{suffix}")
    assert code == 1, err
    assert "✕ connection refused" in out
    assert (tmp_path / f"way.{suffix}").stat().st_size > 100


def test_what_is_no_picture_is_told_before_the_run(kubelab: Call, web: str) -> None:
    code, out, err = kubelab("trace", web, "client -> web", "-o", "way.jpg")
    assert (code, out) == (2, "")
    assert "way.jpg: a picture of a step is a .svg" in err
