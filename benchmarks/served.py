"""A served cluster under load: many watchers and writers at once over real sockets, and clients that are killed."""

import asyncio
import json
import resource
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import attrs

from benchmarks.measure import Measure
from kubelab.cluster import Cluster
from kubelab.server import serve
from kubelab.server.running import Served

WATCHERS = 200
WRITERS = 50
CHANGES = 10
LIMIT = 120.0
"""So many seconds the whole may take."""

PLACE = "/api/v1/namespaces/default/configmaps"


class Broken(Exception):
    """An answer is not what it has to be."""


@attrs.define
class Found:
    """What a load found.

    Attributes:
        written: how many changes the server has taken.
        seconds: how long that took.
        told: how many events the watchers read.
        lag: how many seconds after the last change the last watcher had read everything.
        connections: how many connections there were before, during and after.
        tasks: how many tasks the server had before, during and after.
    """

    written: int = 0
    seconds: float = 0.0
    told: int = 0
    lag: float = 0.0
    connections: tuple[int, ...] = ()
    tasks: tuple[int, ...] = ()


class Client:
    """One connection over a plain socket, so that the clients cost less than what they measure."""

    def __init__(self, served: Served) -> None:
        host, _, port = served.url.removeprefix("http://").partition(":")
        self._place = (host, int(port))
        self._reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def open(self) -> "Client":
        """Connect."""
        self._reader, self.writer = await asyncio.open_connection(*self._place, limit=1 << 22)
        return self

    async def ask(self, method: str, path: str, body: Any = None, type_: str = "application/json") -> int:
        """Send a request; the status of the answer."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type_}\r\n"
        self.writer.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        await self.writer.drain()
        answer = await self._reader.readuntil(b"\r\n\r\n")
        self.chunked = b"chunked" in answer.lower()
        return int(answer.split(b" ", 2)[1])

    async def document(self, method: str, path: str, body: Any = None, type_: str = "application/json") -> Any:
        """Send a request; the document that is answered."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type_}\r\n"
        self.writer.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        await self.writer.drain()
        answer = await self._reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in answer.split(b"\r\n")[1:] if line)
        text = await self._reader.readexactly(int(fields[b"content-length"]))
        if int(answer.split(b" ", 2)[1]) >= 300:
            raise Broken(text.decode())
        return json.loads(text)

    async def events(self) -> Any:
        """The events of a watch, one after the other."""
        rest = b""
        while True:
            size = int(await self._reader.readline(), 16)
            if not size:
                return
            rest += await self._reader.readexactly(size)
            await self._reader.readexactly(2)
            *lines, rest = rest.split(b"\n")
            for line in lines:
                yield json.loads(line)

    def kill(self) -> None:
        """Be gone without a word."""
        self.writer.transport.abort()


async def _write(served: Served, number: int, changes: int) -> list[int]:
    """Create one object, change it again and again, and delete it; the versions that were answered."""
    client = await Client(served).open()
    name = f"w{number}"
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"n": "0"}}
    made = [await client.document("POST", PLACE, body)]
    merge = "application/merge-patch+json"
    for count in range(1, changes + 1):
        made.append(await client.document("PATCH", f"{PLACE}/{name}", {"data": {"n": str(count)}}, merge))
    await client.document("DELETE", f"{PLACE}/{name}")
    client.kill()
    return [int(each["metadata"]["resourceVersion"]) for each in made]


async def _watch(client: Client, changes: int, writers: int) -> int:
    """Read until every object is gone; how many events that were, all of them whole and in order."""
    seen: dict[str, list[str]] = {}
    versions: list[int] = []
    gone = 0
    async for event in client.events():
        obj = event["object"]
        versions.append(int(obj["metadata"]["resourceVersion"]))
        seen.setdefault(obj["metadata"]["name"], []).append(f"{event['type']} {obj['data']['n']}")
        gone += event["type"] == "DELETED"
        if gone == writers:
            break
    if any(after <= before for before, after in pairwise(versions)):
        raise Broken("the versions are out of order")
    whole = ["ADDED 0", *(f"MODIFIED {n}" for n in range(1, changes + 1)), f"DELETED {changes}"]
    for name, told in sorted(seen.items()):
        if told != whole:
            raise Broken(f"{name}: {told}")
    return len(versions)


def _counts(served: Served) -> tuple[int, int]:
    state = served._uvicorn.server_state
    return len(state.connections), len(state.tasks)


async def _until_back(served: Served, before: tuple[int, int], limit: float = 20.0) -> tuple[int, int]:
    """Wait until the server has as few connections and tasks as before."""
    end = time.monotonic() + limit
    while _counts(served) > before and time.monotonic() < end:
        await asyncio.sleep(0.02)
    return _counts(served)


async def load(served: Served, watchers: int, writers: int, changes: int) -> Found:
    """Let clients watch and write at once, then kill all that watch.

    Raises:
        Broken: an event was lost, repeated or out of order.
    """
    found = Found()
    before = _counts(served)
    first = await Client(served).open()
    version = (await first.document("GET", PLACE))["metadata"]["resourceVersion"]
    first.kill()
    readers = [await Client(served).open() for _ in range(watchers)]
    query = f"{PLACE}?watch=1&resourceVersion={version}"
    for reader in readers:
        if await reader.ask("GET", query) != 200:
            raise Broken("the watch was refused")
    watching = [asyncio.create_task(_watch(reader, changes, writers)) for reader in readers]
    began = time.monotonic()
    answered = await asyncio.gather(*(_write(served, number, changes) for number in range(writers)))
    found.seconds = time.monotonic() - began
    found.written = writers * (changes + 2)
    every = [version for versions in answered for version in versions]
    if len(set(every)) != len(every):
        raise Broken("a version was given twice")
    told = await asyncio.gather(*watching)
    found.lag = time.monotonic() - began - found.seconds
    found.told = sum(told)
    if set(told) != {found.written}:
        raise Broken(f"watchers were told of {sorted(set(told))} changes, and there were {found.written}")
    during = _counts(served)
    for reader in readers:
        reader.kill()
    after = await _until_back(served, before)
    found.connections, found.tasks = zip(before, during, after, strict=True)
    return found


def memory() -> float:
    """How much memory this process has used at most, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure() -> Iterator[Measure]:
    """What many clients cost."""
    with serve(Cluster(nodes=2), speed=1.0, tls=False) as served:
        begun = memory()
        found = asyncio.run(asyncio.wait_for(load(served, WATCHERS, WRITERS, CHANGES), LIMIT))
        used = memory() - begun
    clients = f"{WATCHERS} watchers, {WRITERS} writers"
    yield Measure(f"{clients}: changes", found.written / found.seconds, "a second")
    yield Measure(f"{clients}: events told", found.told / (found.seconds + found.lag), "a second")
    yield Measure(f"{clients}: last watcher behind the last writer", found.lag, "s")
    yield Measure(f"{clients}: memory, clients included", used, "MB", aim=200)
    yield Measure("connections that killed watchers leave", found.connections[2] - found.connections[0], "", aim=0)
    yield Measure("tasks that killed watchers leave", found.tasks[2] - found.tasks[0], "", aim=0)
