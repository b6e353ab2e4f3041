"""How the kubelet asks a container whether it is well, and what it runs at the start and end of its life.

Source: `k8s.io/api/core/v1` (``Probe``, ``ProbeHandler``, ``Lifecycle``).
"""

from kubelab.api.model import field, model
from kubelab.api.scalars import IntOrString
from kubelab.api.values import SIGNALS


@model
class ExecAction:
    """A program to run in the container; exit code 0 means success.

    Attributes:
        command: the program and its arguments, without a shell.
    """

    command: tuple[str, ...] = ()


@model
class GRPCAction:
    """A call of gRPC's standard health service.

    Attributes:
        port: of the container.
        service: the name to ask about; None for the server as a whole.
    """

    port: int = field(default=0, always=True)
    service: str | None = field(default=None, always=True)


@model
class HTTPHeader:
    """A header of an HTTP request.

    Attributes:
        name: of the header.
        value: of the header.
    """

    name: str = field(default="", always=True)
    value: str = field(default="", always=True)


@model
class HTTPGetAction:
    """An HTTP request; an answer from 200 to 399 means success.

    Attributes:
        path: on the server.
        port: number, or name of a port of the container.
        host: to ask; "" for the Pod's own address.
        scheme: how to connect.
        http_headers: sent along.
    """

    path: str = ""
    port: IntOrString = field(default=0, always=True)
    host: str = ""
    scheme: str = field(default="", go="v1.URIScheme", values=("HTTP", "HTTPS"))
    http_headers: tuple[HTTPHeader, ...] = ()


@model
class TCPSocketAction:
    """A TCP connection; that it opens means success.

    Attributes:
        port: number, or name of a port of the container.
        host: to connect to; "" for the Pod's own address.
    """

    port: IntOrString = field(default=0, always=True)
    host: str = ""


@model
class ProbeHandler:
    """What a probe does; exactly one of its fields is set.

    Attributes:
        exec: run a program.
        http_get: send an HTTP request.
        tcp_socket: open a TCP connection.
        grpc: ask gRPC's health service.
    """

    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None
    grpc: GRPCAction | None = None


@model
class Probe(ProbeHandler):
    """A question asked again and again, and what its answers mean.

    Attributes:
        initial_delay_seconds: how long after the container's start the first one waits.
        timeout_seconds: after which an answer that has not come counts as a failure.
        period_seconds: from one to the next.
        success_threshold: how many successes in a row turn failure into success.
        failure_threshold: how many failures in a row turn success into failure.
        termination_grace_period_seconds: how long a container that failed may take to end; None for the Pod's own.
    """

    initial_delay_seconds: int = 0
    timeout_seconds: int = 0
    period_seconds: int = 0
    success_threshold: int = 0
    failure_threshold: int = 0
    termination_grace_period_seconds: int | None = field(default=None, go="int64")


@model
class SleepAction:
    """A pause of so many seconds.

    Attributes:
        seconds: how many.
    """

    seconds: int = field(default=0, always=True, go="int64")


@model
class LifecycleHandler:
    """What to do at a point of a container's life; exactly one of its fields is set.

    Attributes:
        exec: run a command in the container.
        http_get: ask an HTTP address.
        tcp_socket: no longer carried out.
        sleep: wait.
    """

    exec: ExecAction | None = field(default=None, inert=True)
    http_get: HTTPGetAction | None = field(default=None, inert=True)
    tcp_socket: TCPSocketAction | None = field(default=None, inert=True)
    sleep: SleepAction | None = None


@model
class Lifecycle:
    """What to do right after a container has started and right before it is stopped.

    Attributes:
        post_start: right after the start; the container counts as running only after it.
        pre_stop: before the stop signal; it uses up the grace period.
        stop_signal: which signal stops the container, instead of the image's own.
    """

    post_start: LifecycleHandler | None = field(default=None, inert=True)
    pre_stop: LifecycleHandler | None = None
    stop_signal: str | None = field(default=None, go="v1.Signal", values=SIGNALS, inert=True)
