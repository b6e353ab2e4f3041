"""Whole runs, step by step: each program in `programs` and the trace it must give, to the letter.

After a change of behaviour that is meant, `KUBELAB_RECORD=1 pytest tests/whole/test_golden.py` writes the traces anew;
the difference is then part of the change and is read with it.
"""

import os
from pathlib import Path

import pytest

from kubelab import Cluster

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.kube"))


def lived(program: Path) -> Cluster:
    """The cluster after the program, and after what happens to it besides, by its name."""
    cluster = Cluster()
    cluster.apply(program.read_text(), source=program.name)
    result = cluster.run()
    assert result.ok, str(result)
    if program.stem == "rolling-update":
        cluster.apply("deployment web x3 nginx:1.27 { port 80; ready http /healthz }")
        assert cluster.run().ok
        cluster.kill("worker-1")
        cluster.run()
        cluster.revive("worker-1")
        cluster.run()
    if program.stem == "shop":
        cluster.apply("namespace shop { service web ExternalName shop.example.com }")
        cluster.delete("namespace/shop")
        cluster.run()
    return cluster


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_a_program_runs_as_recorded(program):
    trace = lived(program).trace() + "\n"
    golden = program.with_suffix(".trace")
    if os.environ.get("KUBELAB_RECORD"):
        golden.write_text(trace)
    assert trace == golden.read_text()
