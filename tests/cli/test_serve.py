"""`kubelab serve`: the process itself, from its start to its end."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="pip install 'kubelab[server]'")

NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "mine"}}


def start(tmp_path: Path, *options: str, stdin: int | None = None) -> "subprocess.Popen[str]":
    """The process, once it serves."""
    config = str(tmp_path / "config")
    command = [sys.executable, "-m", "kubelab", "serve", "--port", "0", "--kubeconfig", config, *options]
    process = subprocess.Popen(command, stdin=stdin, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("serving https://127.0.0.1:")
    return process


def kubectl_get(kubectl: str, tmp_path: Path, *words: str) -> str:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "config")}
    done = subprocess.run([kubectl, "get", *words], env=env, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def test_the_nodes_of_a_file_are_its_machines(kubectl: str, tmp_path: Path) -> None:
    (tmp_path / "nodes.json").write_text(json.dumps(NODE))
    process = start(tmp_path, "nodes.json")
    try:
        assert kubectl_get(kubectl, tmp_path, "nodes", "-o", "name") == "node/mine\n"
        assert (tmp_path / "config").stat().st_mode & 0o777 == 0o600
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode in (0, 130)


def test_a_cluster_that_is_stepped_makes_a_step_for_each_enter(kubectl: str, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = start(tmp_path, "--manual", "--nodes", "1", stdin=theirs)
    try:
        assert process.stderr is not None
        assert process.stderr.readline() == "Enter makes a step, a number so many\n"
        subprocess.run(
            [kubectl, "create", "deployment", "web", "--image=nginx"],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "config")},
            capture_output=True,
            timeout=60,
            check=True,
        )
        assert kubectl_get(kubectl, tmp_path, "replicasets", "-o", "name") == ""
        os.write(ours, b"\n")
        assert process.stderr.readline().startswith("step 2: deployment-controller")
        assert kubectl_get(kubectl, tmp_path, "replicasets", "-o", "name").startswith("replicaset.apps/web-")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        os.close(ours)
        os.close(theirs)


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kubelab", "serve", "--port", "99999"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    assert (done.returncode, done.stderr.startswith("port 99999 cannot be used")) == (2, True)
