"""FILL module."""

from kubelab.api.model import field, model
from kubelab.api.scalars import IntOrString
from kubelab.api.values import SIGNALS


@model
class ExecAction:
    """FILL ExecAction."""

    command: tuple[str, ...] = ()


@model
class GRPCAction:
    """FILL GRPCAction."""

    port: int = field(default=0, always=True)
    service: str | None = field(default=None, always=True)


@model
class HTTPHeader:
    """FILL HTTPHeader."""

    name: str = field(default="", always=True)
    value: str = field(default="", always=True)


@model
class HTTPGetAction:
    """FILL HTTPGetAction."""

    path: str = ""
    port: IntOrString = field(default=0, always=True)
    host: str = ""
    scheme: str = field(default="", go="v1.URIScheme", values=("HTTP", "HTTPS"))
    http_headers: tuple[HTTPHeader, ...] = ()


@model
class TCPSocketAction:
    """FILL TCPSocketAction."""

    port: IntOrString = field(default=0, always=True)
    host: str = ""


@model
class ProbeHandler:
    """FILL ProbeHandler."""

    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None
    grpc: GRPCAction | None = None


@model
class Probe(ProbeHandler):
    """FILL Probe."""

    initial_delay_seconds: int = 0
    timeout_seconds: int = 0
    period_seconds: int = 0
    success_threshold: int = 0
    failure_threshold: int = 0
    termination_grace_period_seconds: int | None = field(default=None, go="int64")


@model
class SleepAction:
    """FILL SleepAction."""

    seconds: int = field(default=0, always=True, go="int64")


@model
class LifecycleHandler:
    """FILL LifecycleHandler."""

    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None
    sleep: SleepAction | None = None


@model
class Lifecycle:
    """FILL Lifecycle."""

    post_start: LifecycleHandler | None = None
    pre_stop: LifecycleHandler | None = None
    stop_signal: str | None = field(default=None, go="v1.Signal", values=SIGNALS)
