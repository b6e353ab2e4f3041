"""kubectl of several versions: the everyday commands against a served cluster, and honest words where one cannot.

Tried are the oldest and the newest of those on PATH (``kubectl``, ``kubectl.1.27``, ...), and all that
`KUBELAB_KUBECTLS` names; `python3 .ci/kubectl.py FOLDER 22 24 36` brings some.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="pip install 'kubelab[server]'")

from kubelab.cluster import Cluster
from kubelab.server import serve
from kubelab.server.running import Served

MANIFEST = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1"}}
TYPO = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "typo"}, "dat": {"a": "1"}}
WEBSOCKETS_SINCE = 30
"""The minor version since which kubectl speaks WebSockets without being told to."""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def minor(program: Path) -> int:
    """Of which minor version a kubectl is."""
    done = subprocess.run([program, "version", "--client", "-o", "json"], capture_output=True, text=True, check=True)
    return int(re.sub(r"\D", "", json.loads(done.stdout)["clientVersion"]["minor"]))


def programs() -> dict[int, Path]:
    """The kubectls that are tried, by their minor version."""
    named = [Path(name) for name in os.environ.get("KUBELAB_KUBECTLS", "").split(os.pathsep) if name]
    found = shutil.which("kubectl")
    beside = sorted(Path(found).resolve().parent.glob("kubectl.1.*")) if found else []
    known = {minor(each): each for each in [*beside, *([Path(found)] if found else [])]}
    few = {number: known[number] for number in sorted(known)[:1] + sorted(known)[-1:]}
    return {**few, **{minor(each): each for each in named}}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A cluster that goes on by itself, a hundred times as fast as the clock on the wall."""
    with serve(Cluster(nodes=2), speed=100.0) as running:
        yield running


def test_the_everyday_commands(served: Served, kubectl: str, tmp_path: Path) -> None:
    config = served.write_kubeconfig(tmp_path / "config")
    for number, program in programs().items():
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KUBECONFIG": str(config)}

        def run(line: str, stdin: object = None, env: dict[str, str] = env, program: Path = program) -> str:
            text = "" if stdin is None else json.dumps(stdin)
            words = [str(program), *line.split()]
            done = subprocess.run(words, input=text, env=env, capture_output=True, text=True, timeout=60, check=False)
            return done.stdout + done.stderr

        everyday(run)
        if number >= 24:
            assert len(run("create token default").split(".")) == 3
        looked_into(run, number)
        assert run("delete deployment/web pod/p configmap/c --wait").count("deleted") == 3


def everyday(run: Callable[..., str]) -> None:
    """What every version can."""
    assert "deployment.apps/web created" in run("create deployment web --image=nginx:1.27 --replicas=2")
    assert "successfully rolled out" in run("rollout status deployment/web --timeout=50s")
    assert "image updated" in run("set image deployment/web nginx=nginx:1.28")
    assert "scaled" in run("scale deployment/web --replicas=3")
    assert "restarted" in run("rollout restart deployment/web")
    assert "successfully rolled out" in run("rollout status deployment/web --timeout=50s")
    assert run("get deployment web --no-headers").split()[1] == "3/3"
    assert "NewReplicaSet" in run("describe deployment web")
    assert run("apply -f -", MANIFEST) == "configmap/c created\n"
    assert run("apply -f -", MANIFEST) == "configmap/c unchanged\n"
    changed = {**MANIFEST, "data": {"a": "2"}}
    assert re.search(r'^\+ *a: "2"$', run("diff -f -", changed), re.M)
    assert run("apply -f -", changed) == "configmap/c configured\n"
    taken = run("apply --server-side --field-manager=other -f -", MANIFEST)
    assert "Apply failed with 1 conflict" in taken and ".data.a" in taken
    assert "serverside-applied" in run("apply --server-side --force-conflicts --field-manager=other -f -", MANIFEST)
    assert 'unknown field "dat"' in run("apply -f -", TYPO)
    assert "When containers that have ended are started anew." in run("explain pod.spec.restartPolicy")
    assert re.search(r"^deployments +deploy +apps/v1 +true +Deployment$", run("api-resources --api-group=apps"), re.M)
    assert run("get configmap c -o jsonpath={.data.a}") == "1"
    assert run("auth can-i list pods") == "yes\n"


def looked_into(run: Callable[..., str], number: int) -> None:
    """What needs a connection that stays open."""
    run("run p --image=nginx")
    assert "condition met" in run("wait --for=condition=Ready pod/p --timeout=50s")
    assert run("logs p") == ""
    said = run("exec p -- hostname")
    if number >= WEBSOCKETS_SINCE:
        assert said == "p\n"
    else:
        assert "exec over SPDY is not served by kubelab: kubectl 1.30 and later speak WebSockets" in said
    assert "portforward over SPDY is not served by kubelab" in run("port-forward pod/p 0:80")
