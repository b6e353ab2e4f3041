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
