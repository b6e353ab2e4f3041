"""`Cluster.serve` lets real clients into the very cluster that is on screen."""

import asyncio
import json
import ssl
import sys
import urllib.error
import urllib.request
from base64 import b64decode

import pytest

from kubelab import Cluster
from kubelab.errors import UsageError


def asked(served, path, body=None, method="GET"):
    """What the server answers to its admin."""
    config = served.kubeconfig
    authority = b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]).decode()
    request = urllib.request.Request(
        served.url + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {config['users'][0]['user']['token']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, context=ssl.create_default_context(cadata=authority)) as answer:
        return json.load(answer)


CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "told"}, "data": {"a": "1"}}
MAPS = "/api/v1/namespaces/default/configmaps"


def test_what_a_client_does_is_a_step_of_the_cluster_on_screen(tmp_path):
    cluster = Cluster()
    cluster.apply("deployment web x2 nginx")
    with cluster.serve() as served:
        before = len(cluster.timeline)
        assert asked(served, "/apis/apps/v1/namespaces/default/deployments/web")["spec"]["replicas"] == 2
        asked(served, MAPS, CONFIG, "POST")
        assert len(cluster.timeline) == before + 1
        assert cluster.view.get("ConfigMap", "default", "told").data == {"a": "1"}
        cluster.run()
        assert len(asked(served, "/api/v1/namespaces/default/pods")["items"]) == 2
        assert served.write_kubeconfig(tmp_path / "config").read_text().count(served.url) == 1


def test_with_the_cursor_in_the_past_clients_read_the_past():
    cluster = Cluster()
    cluster.apply("config settings A=1")
    cluster.apply("config settings A=2")
    with cluster.serve() as served:
        cluster.goto(1)
        assert asked(served, f"{MAPS}/settings")["data"] == {"A": "1"}
        with pytest.raises(urllib.error.HTTPError):
            asked(served, MAPS, CONFIG, "POST")


def test_after_the_block_it_is_served_no_longer_and_can_be_served_again():
    cluster = Cluster()
    with cluster.serve() as served, pytest.raises(UsageError, match="served already"):
        cluster.serve()
    with pytest.raises(urllib.error.URLError):
        asked(served, MAPS)
    with cluster.serve() as again:
        assert asked(again, f"{MAPS}")["kind"] == "ConfigMapList"


def test_a_port_that_is_taken_is_told():
    with Cluster().serve() as served:
        port = int(served.url.rpartition(":")[2])
        with pytest.raises(UsageError, match=f"port {port} cannot be used"):
            Cluster().serve(port=port)


def test_without_what_serving_needs_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "kubelab.server.running", None)
    with pytest.raises(UsageError, match=r"pip install 'kubelab\[server\]'"):
        Cluster().serve()


def test_where_an_event_loop_runs_news_is_told_by_it():
    async def cell():
        cluster = Cluster()
        told = []
        cluster.observers.append(lambda: told.append(len(cluster.timeline)))
        with cluster.serve() as served:
            await asyncio.to_thread(asked, served, MAPS, CONFIG, "POST")
            await asyncio.sleep(0)
            return told

    assert asyncio.run(cell())[-1:] == [1]
