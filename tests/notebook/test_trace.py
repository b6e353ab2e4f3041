"""`%kube trace SOURCE -> TARGET`, and the routes of a node."""

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

SHOP = """
cluster { node worker-[1..2] }
pod client busybox { nodeName worker-1 }
pod db postgres { nodeName worker-2 ; port 5432 }
service db -> app=db port 5432
"""


@pytest.fixture
def shop(shell: InteractiveShell) -> InteractiveShell:
    shell.run_cell_magic("kube", "--run", SHOP)
    return shell


def kube(shell: InteractiveShell, line: str) -> Any:
    return shell.run_line_magic("kube", line)


@pytest.mark.parametrize("walk", ["client -> db", "pod client -> svc db:5432", "pod/client -> tcp://db:5432"])
def test_a_packet_is_followed_there_and_back(shop: InteractiveShell, walk: str) -> None:
    told = str(kube(shop, f"trace {walk}"))
    assert "and back" in told
    assert told.endswith("✓ delivered")


def test_a_route_is_cut_and_mended(shop: InteractiveShell) -> None:
    whole = str(kube(shop, "routes worker-1"))
    assert "10.244.1.0/24 via" in whole
    assert "The route to 10.244.1.0/24 was removed on Node worker-1" in str(kube(shop, "cut worker-1 10.244.1.0/24"))
    assert str(kube(shop, "trace client -> db")).endswith("✕ no route to host at node worker-1: route-missing")
    assert "# missing: 10.244.1.0/24 via" in str(kube(shop, "routes worker-1"))
    kube(shop, "mend worker-1")
    assert str(kube(shop, "routes worker-1")) == whole


@pytest.mark.parametrize(
    "line", ["trace client ->", "trace -> db", "trace nobody -> db", "routes nowhere", "cut worker-1"]
)
def test_what_cannot_be_followed_is_said(shop: InteractiveShell, shown: list[str], line: str) -> None:
    shop.run_cell(f"%kube {line}")
    assert shown
    assert "Traceback" not in "\n".join(shown)
