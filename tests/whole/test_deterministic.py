"""The same program gives the same trace to the byte, whatever the hash seed, the time zone and the locale."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"

SCRIPT = """
import sys
from kubelab import Cluster
cluster = Cluster()
cluster.apply(open(sys.argv[1], encoding="utf-8").read())
cluster.run()
cluster.kill("worker-1")
cluster.run()
sys.stdout.buffer.write((cluster.trace("json") + cluster.draw("topology").dot + cluster.get("all")).encode())
"""


def digest(program: str, **environment: str) -> str:
    command = [sys.executable, "-c", SCRIPT, str(PROGRAMS / program)]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=True)
    return hashlib.sha256(done.stdout).hexdigest()


@pytest.mark.parametrize("program", ["shop.kube", "rolling-update.kube"])
def test_the_trace_does_not_depend_on_the_machine(program):
    first = digest(program, PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C")
    assert digest(program, PYTHONHASHSEED="1", TZ="Asia/Tokyo", LC_ALL="C.UTF-8") == first
    assert digest(program, PYTHONHASHSEED="4242", TZ="America/New_York", LC_ALL="de_DE.UTF-8") == first
