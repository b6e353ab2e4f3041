"""The cluster served to real clients: the part of the façade that lets kubectl, Helm and client libraries in.

    with cluster.serve() as served:
        served.write_kubeconfig("config")

The server is on a floor above this one, and is looked for by its name when it is asked for: a cluster does not need
it, and what it needs (an extra of the package) need not be installed.
"""

from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from kubelab.errors import UsageError

SERVER = "kubelab.server"
"""Where the server is."""


class Served(Protocol):
    """A cluster that is served; at the end of a `with` block it is no longer."""

    @property
    def url(self) -> str:
        """Where it is."""

    @property
    def kubeconfig(self) -> dict[str, Any]:
        """The kubeconfig of its admin."""

    def write_kubeconfig(self, path: str | Path) -> Path:
        """Write the kubeconfig into a file."""

    def stop(self) -> None:
        """Stop serving; the cluster stays as it is."""

    def __enter__(self) -> Self:
        """It is served already."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""


class Serving:
    """A cluster that can be served."""

    def serve(self, port: int = 0, speed: float = 0.0, tls: bool = True) -> Served:
        """Serve this very cluster on this machine: what a client does is a step on its timeline.

        While the cursor is in the past, clients read the past, and can change nothing.

        Args:
            port: where, on this machine; 0 means any port that is free.
            speed: how many seconds of virtual time go by in one of the clock on the wall; 0 means that the cluster goes
                on only when it is stepped.
            tls: whether with TLS. Without it, as behind ``kubectl proxy``, whoever shows no token is the admin.

        Raises:
            UsageError: the port cannot be used, the cluster is served already, or what serving needs is not installed.
        """
        try:
            served: Served = import_module(SERVER).start(self, port, speed, tls)
        except ModuleNotFoundError as error:
            raise UsageError(f"serving needs {error.name}: pip install 'kubelab[server]'") from error
        return served
