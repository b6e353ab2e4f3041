"""`%kube serve`: the cluster on screen, for real clients."""

import json
import os
import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

pytest.importorskip("uvicorn", reason="pip install 'kubelab[server]'")

import yaml


@pytest.fixture(autouse=True)
def stopped(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is served any more, and the environment is as it was."""
    monkeypatch.setenv("KUBECONFIG", "")
    yield
    shell.run_line_magic("kube", "serve --stop")


def client() -> tuple[str, ssl.SSLContext, str]:
    """What a client finds in the kubeconfig."""
    config = yaml.safe_load(Path(os.environ["KUBECONFIG"]).read_text(encoding="utf-8"))
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return config["clusters"][0]["cluster"]["server"], context, config["users"][0]["user"]["token"]


def create(name: str) -> None:
    url, context, token = client()
    body = json.dumps({"metadata": {"name": name}}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "User-Agent": "mine/1"}
    place = f"{url}/api/v1/namespaces/default/configmaps"
    request = urllib.request.Request(place, body, headers, method="POST")
    urllib.request.urlopen(request, context=context, timeout=30).close()


def test_what_a_client_does_is_a_step_of_the_player(shell: InteractiveShell) -> None:
    player = shell.run_cell_magic("kube", "", "nodes 1")
    said = str(shell.run_line_magic("kube", "serve"))
    assert "it moves only when it is stepped" in said and os.environ["KUBECONFIG"] in said
    create("c")
    assert (player.index, player.length) == (1, 1)
    assert player.cluster.timeline.at().message == "mine created ConfigMap c."


def test_serving_ends_when_it_is_told_to(shell: InteractiveShell) -> None:
    shell.run_cell_magic("kube", "", "nodes 1")
    shell.run_line_magic("kube", "serve --speed 10")
    assert str(shell.run_line_magic("kube", "serve --stop")) == "default is served no longer"
    with pytest.raises(OSError, match="refused"):
        create("c")
    assert str(shell.run_line_magic("kube", "serve --stop")) == "default was not served"


def test_a_speed_that_is_none_is_told(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("%kube serve --speed fast")
    assert "--speed is a number, such as 1 or 60, not 'fast'" in capsys.readouterr().out
