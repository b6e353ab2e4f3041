"""The server as it runs: uvicorn in the thread that is there, or in one of its own beside a notebook.

Nothing listens but on this machine.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn

from kubelab.cluster import Cluster
from kubelab.errors import UsageError
from kubelab.server import certificates, kubeconfig
from kubelab.server.app import Server
from kubelab.server.host import Host

ADDRESS = "127.0.0.1"

GRACE = 1
"""So many seconds open connections have when the server stops."""


def listening(port: int = 0) -> socket.socket:
    """A socket that listens on this machine; port 0 means any that is free.

    Raises:
        UsageError: the port is taken, or may not be used.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((ADDRESS, port))
    except (OSError, OverflowError) as error:
        found.close()
        raise UsageError(f"port {port} cannot be used: {error}") from error
    found.listen(128)
    return found


class Served:
    """A cluster that is served.

    Attributes:
        host: the cluster.
        server: its answers.
        url: where it is.
    """

    def __init__(self, cluster: Cluster, port: int = 0, speed: float = 0.0, tls: bool = True) -> None:
        """Take the port; nothing is answered before `run` or `start`.

        Args:
            cluster: the cluster.
            port: where, on this machine; 0 means any port that is free.
            speed: how many seconds of virtual time go by in one of the wall clock; 0 means that it is stepped.
            tls: whether it is served with TLS. Without it, as behind ``kubectl proxy``, whoever shows no token is the
                admin.

        Raises:
            UsageError: the port cannot be used.
        """
        self._socket = listening(port)
        self.host = Host(cluster, speed)
        self.server = Server(self.host, open_=not tls)
        self._certificates = certificates.make(ADDRESS) if tls else None
        self.url = f"http{'s' if tls else ''}://{ADDRESS}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self.server.app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            timeout_graceful_shutdown=GRACE,
            h11_max_incomplete_event_size=1 << 20,
        )
        config.load()
        if self._certificates is not None:
            config.ssl = self._certificates.context
        self._uvicorn = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Served":
        """It is served already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self.stop()

    def __repr__(self) -> str:
        return f"<Served at {self.url}>"

    @property
    def authority(self) -> str:
        """The certificate by which clients know the server, as PEM; "" without TLS."""
        return self._certificates.authority if self._certificates is not None else ""

    @property
    def kubeconfig(self) -> dict[str, Any]:
        """The kubeconfig of its admin."""
        return kubeconfig.document(self.url, self.server.tokens.admin, self.authority)

    def write_kubeconfig(self, path: str | Path) -> Path:
        """Write the kubeconfig into a file."""
        target = Path(path).expanduser()
        kubeconfig.write(target, self.kubeconfig)
        return target

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop` is called, or the process is told to end."""
        going = asyncio.create_task(self.host.run())
        serving = asyncio.create_task(self._uvicorn.serve(sockets=[self._socket]))
        try:
            while not self._uvicorn.started and not serving.done():
                await asyncio.sleep(0.01)
            self.host.begin()
            ready()
            while not serving.done():
                await asyncio.wait({serving}, timeout=0.2)
                if self._uvicorn.should_exit:
                    self.host.feed.close()
            await serving
        finally:
            going.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await going
            self.host.leave()

    def start(self) -> "Served":
        """Serve from a thread of its own; comes back once it can be reached."""
        reached = threading.Event()

        def serve() -> None:
            asyncio.run(self.run(reached.set))

        self._thread = threading.Thread(target=serve, name="kubelab-server", daemon=True)
        self._thread.start()
        reached.wait(30)
        return self

    def stop(self) -> None:
        """Stop serving; the cluster stays as it is."""
        self._uvicorn.should_exit = True
        self.host.feed.close()
        if self._thread is not None:
            self._thread.join(GRACE + 10)
            self._thread = None
