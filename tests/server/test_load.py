"""Many clients at once over real sockets: nothing is lost, nothing is told twice, and nothing stays of who is gone."""

import asyncio

import pytest

pytest.importorskip("uvicorn", reason="pip install 'kubelab[server]'")

from benchmarks import served as benchmark
from kubelab.cluster import Cluster
from kubelab.server import serve

WATCHERS, WRITERS, CHANGES = 12, 6, 4


def test_every_watcher_is_told_every_change_once_and_in_order_and_leaves_nothing_behind() -> None:
    with serve(Cluster(nodes=1), tls=False) as served:
        found = asyncio.run(asyncio.wait_for(benchmark.load(served, WATCHERS, WRITERS, CHANGES), 60))
    assert found.written == WRITERS * (CHANGES + 2)
    assert found.told == WATCHERS * found.written
    assert found.connections[1] >= WATCHERS
    assert found.connections[2] == found.connections[0]
    assert found.tasks[2] == found.tasks[0]
