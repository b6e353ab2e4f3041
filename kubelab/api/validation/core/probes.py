"""Checks of probes and of hooks around a container's life.

In Kubernetes: `validateProbe`, `validateHandler`, `validateLifecycle`.
"""

from kubelab.api.core.probe import ExecAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe
from kubelab.api.scalars import IntOrString
from kubelab.api.validation import names
from kubelab.api.validation.field_error import (
    Errors,
    forbidden,
    invalid,
    messages,
    non_negative,
    not_supported,
    required,
)
from kubelab.api.values import SIGNALS

_MORE = "may not specify more than 1 handler type"
_LINUX_SIGNALS = tuple(sorted(SIGNALS))
_WINDOWS_SIGNALS = ("SIGKILL", "SIGTERM")


def port(path: str, number_or_name: IntOrString) -> Errors:
    """What is wrong with a port given by number or by name."""
    if isinstance(number_or_name, int):
        yield from messages(path, number_or_name, names.port_number(number_or_name))
    else:
        yield from messages(path, number_or_name, names.port_name(number_or_name))


def liveness_probe(probe: Probe | None, path: str) -> Errors:
    """What is wrong with the probe that decides whether a container lives, or has started."""
    if probe is None:
        return
    yield from _probe(probe, path)
    if probe.success_threshold != 1:
        yield invalid(f"{path}.successThreshold", probe.success_threshold, "must be 1")


def readiness_probe(probe: Probe | None, path: str) -> Errors:
    """What is wrong with the probe that decides whether a container gets requests."""
    if probe is None:
        return
    yield from _probe(probe, path)
    seconds = probe.termination_grace_period_seconds
    if seconds is not None:
        yield invalid(f"{path}.terminationGracePeriodSeconds", seconds, "must not be set for readinessProbes")


def _probe(probe: Probe, path: str) -> Errors:
    yield from _handler(probe, None, path)
    yield from non_negative(f"{path}.initialDelaySeconds", probe.initial_delay_seconds)
    yield from non_negative(f"{path}.timeoutSeconds", probe.timeout_seconds)
    yield from non_negative(f"{path}.periodSeconds", probe.period_seconds)
    yield from non_negative(f"{path}.successThreshold", probe.success_threshold)
    yield from non_negative(f"{path}.failureThreshold", probe.failure_threshold)
    seconds = probe.termination_grace_period_seconds
    if seconds is not None and seconds <= 0:
        yield invalid(f"{path}.terminationGracePeriodSeconds", seconds, "must be greater than 0")


def _handler(handler: Probe | LifecycleHandler, grace_period: int | None, path: str) -> Errors:
    found = False
    if handler.exec is not None:
        found = True
        yield from _exec(handler.exec, f"{path}.exec")
    if handler.http_get is not None:
        if found:
            yield forbidden(f"{path}.httpGet", _MORE)
        else:
            found = True
            yield from _http_get(handler.http_get, f"{path}.httpGet")
    if handler.tcp_socket is not None:
        if found:
            yield forbidden(f"{path}.tcpSocket", _MORE)
        else:
            found = True
            yield from port(f"{path}.tcpSocket.port", handler.tcp_socket.port)
    if isinstance(handler, Probe):
        if handler.grpc is not None:
            if found:
                yield forbidden(f"{path}.grpc", _MORE)
            else:
                found = True
                yield from port(f"{path}.grpc.port", handler.grpc.port)
    elif handler.sleep is not None:
        if found:
            yield forbidden(f"{path}.sleep", _MORE)
        else:
            found = True
            yield from _sleep(handler.sleep.seconds, grace_period, f"{path}.sleep")
    if not found:
        yield required(path, "must specify a handler type")


def _exec(action: ExecAction, path: str) -> Errors:
    if not action.command:
        yield required(f"{path}.command")


def _http_get(action: HTTPGetAction, path: str) -> Errors:
    if not action.path:
        yield required(f"{path}.path")
    yield from port(f"{path}.port", action.port)
    if action.scheme not in ("HTTP", "HTTPS"):
        yield not_supported(f"{path}.scheme", action.scheme, ("HTTP", "HTTPS"))
    for header in action.http_headers:
        yield from messages(f"{path}.httpHeaders", header.name, names.http_header(header.name))


def _sleep(seconds: int, grace_period: int | None, path: str) -> Errors:
    if grace_period is not None and not 0 <= seconds <= grace_period:
        text = f"must be non-negative and less than terminationGracePeriodSeconds ({grace_period})"
        yield invalid(path, seconds, text)


def lifecycle(given: Lifecycle | None, grace_period: int | None, system: str | None, path: str) -> Errors:
    """What is wrong with a container's hooks and its stop signal; `system` is the Pod's operating system."""
    if given is None:
        return
    if given.post_start is not None:
        yield from _handler(given.post_start, grace_period, f"{path}.postStart")
    if given.pre_stop is not None:
        yield from _handler(given.pre_stop, grace_period, f"{path}.preStop")
    if given.stop_signal is None:
        return
    here = f"{path}.stopSignal"
    if system is None:
        yield forbidden(here, "may not be set for containers with empty `spec.os.name`")
    elif system == "windows" and given.stop_signal not in _WINDOWS_SIGNALS:
        yield not_supported(here, given.stop_signal, _WINDOWS_SIGNALS)
    elif system == "linux" and given.stop_signal not in _LINUX_SIGNALS:
        yield not_supported(here, given.stop_signal, _LINUX_SIGNALS)
