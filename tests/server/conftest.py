"""A served cluster in this very process: requests go straight into the application, without a socket."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

httpx = pytest.importorskip("httpx", reason="pip install 'kubelab[server,test]'")
pytest.importorskip("starlette", reason="pip install 'kubelab[server]'")

from kubelab.apiserver.authentication import ADMIN  # noqa: E402
from kubelab.cluster import Cluster  # noqa: E402
from kubelab.server import address, reading, resource_calls, watching  # noqa: E402
from kubelab.server.app import Server  # noqa: E402
from kubelab.server.call import Call  # noqa: E402
from kubelab.server.host import Host  # noqa: E402
from kubelab.server.identity import Token, Tokens  # noqa: E402
from kubelab.server.media import Wanted  # noqa: E402


class Api:
    """A client of a served cluster; it moves only when it is told to."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.host = Host(cluster, speed=0.0)
        self.server = Server(self.host, Tokens("the-admin"))

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str = "the-admin",
        headers: dict[str, str] | None = None,
    ) -> Any:
        """What is answered."""
        sent = dict(headers or {})
        if token:
            sent.setdefault("Authorization", f"Bearer {token}")
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")

        async def ask() -> Any:
            transport = httpx.ASGITransport(app=self.server.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, path, content=content, headers=sent)

        return asyncio.run(ask())

    def get(self, path: str, **more: Any) -> Any:
        """The document at an address."""
        return self("GET", path, **more).json()

    def call(self, path: str, query: dict[str, str], want: Wanted | None = None) -> Call:
        """A GET as the handlers see it."""
        where = address.read("GET", path, query)
        return Call(self.host, self.server.tokens, where, Token(ADMIN), {}, b"", want or Wanted())

    def watch(self, path: str, want: Wanted | None = None, **query: str) -> "Watcher":
        """A watch."""
        return Watcher(self.call(path, {"watch": "1", **query}, want))


class Watcher:
    """A client that watches, and reads only when it is told to."""

    def __init__(self, call: Call) -> None:
        resource = resource_calls.watched(call)
        self.host = call.host
        wanted = reading.filter_of(call, resource)
        feed = call.host.feed
        self._watch = watching.Watch(call, resource, wanted, "Metadata", feed, feed.log(resource.kind.kind))
        query = call.query
        initial = query.get("sendInitialEvents") == "true"
        self.lines = self._watch.begin(call.host.view, query.get("resourceVersion", ""), initial, initial)

    def read(self) -> list[dict[str, Any]]:
        """What it was told since the last time."""
        lines, self.lines = [*self.lines, *(self._watch.read() or ())], []
        return [json.loads(line) for line in lines]

    @property
    def fell_behind(self) -> bool:
        """Whether it is too slow for what is kept, so that its watch has to end."""
        return self._watch.read() is None

    def told(self) -> list[tuple[str, str]]:
        """The same as types and names."""
        return [(event["type"], event["object"]["metadata"]["name"]) for event in self.read()]


@pytest.fixture
def api() -> Iterator[Api]:
    """A cluster with two nodes."""
    yield Api(Cluster(nodes=2))


POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}


def config_map(name: str, **data: str) -> dict[str, Any]:
    """A ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
