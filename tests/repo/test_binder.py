"""A stand-in for Binder's build of this repository: the same files, in the same order, in a clean environment."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def image(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The folder of the repository in the image, and the environment its processes see."""
    repo = tmp_path_factory.mktemp("binder") / "repo"
    for path in files:
        copy = repo / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    home = repo.parent
    venv = home / "env"
    env = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "PYTHON", "VIRTUAL_ENV"))},
        "HOME": str(home),
        "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    pip = [str(venv / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    steps = (
        [sys.executable, "-m", "venv", str(venv)],
        [*pip, "-r", "binder/requirements.txt"],
        ["binder/postBuild"],
    )
    for step in steps:
        done = subprocess.run(step, cwd=repo, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{step}: {done.stdout}{done.stderr}"
    return repo, env


@pytest.fixture(scope="module")
def server(image: tuple[Path, dict[str, str]]) -> Iterator[str]:
    """The address of JupyterLab as the image starts it."""
    repo, env = image
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["jupyter", "lab", "--allow-root", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    process = subprocess.Popen(
        ["binder/start", *command, "--ServerApp.port_retries=0", "--IdentityProvider.token="],
        cwd=repo,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/status", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within a minute")


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return str(answer.read().decode())


def test_the_image_serves_jupyterlab_with_the_lessons(server: str) -> None:
    assert "JupyterLab" in fetch(f"{server}/lab")
    lessons = json.loads(fetch(f"{server}/api/contents/notebooks"))["content"]
    assert any(lesson["name"].endswith(".ipynb") for lesson in lessons)


def test_the_image_has_a_kernel_that_knows_kubelab(server: str, image: tuple[Path, dict[str, str]]) -> None:
    specs = json.loads(fetch(f"{server}/api/kernelspecs"))["kernelspecs"]
    assert "python3" in specs
    repo, env = image
    subprocess.run(["python", "-c", "import kubelab; kubelab.Cluster"], cwd=repo.parent, env=env, check=True)


def test_binder_uses_a_python_that_kubelab_supports() -> None:
    major, minor = (ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix("python-").split(".")
    assert (int(major), int(minor)) >= (3, 11)
