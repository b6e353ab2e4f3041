"""``pods/log``: what a container has written.

**In Kubernetes:** `pkg/registry/core/pod/rest/log.go`, and the kubelet's `/containerLogs`.

**Simplified:** a simulated container writes only its last words, before it ends with an error.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from kubelab.errors import StatusError
from kubelab.server import numbers, reading
from kubelab.server.call import Call, Reply
from kubelab.server.resources import Resource
from kubelab.state.machine import ContainerProcess
from kubelab.state.snapshot import Object

TEXT = "text/plain"
LOOK_EVERY = 0.5
"""So many seconds lie between two looks at a container that is followed."""


def read(call: Call, resource: Resource) -> Reply:
    """What a container has written so far.

    Raises:
        StatusError: 400, it is not clear which container is meant, or it has not started yet.
    """
    pod = reading.existing(call, resource)
    container = container_of(call, pod)
    return Reply(text_of(call, process(call, pod, container)).encode(), type=TEXT)


async def follow(call: Call, resource: Resource) -> AsyncIterator[bytes]:
    """What a container writes, until it ends."""
    told = ""
    while not call.host.feed.closed:
        with call.host.lock:
            try:
                pod = reading.existing(call, resource)
                found = process(call, pod, container_of(call, pod))
            except StatusError:
                return
            text, ended = text_of(call, found), not found.running(call.host.now)
        if len(text) > len(told):
            yield text[len(told) :].encode()
            told = text
        if ended:
            return
        await asyncio.sleep(LOOK_EVERY)


def container_of(call: Call, pod: Object) -> Any:
    """The container of a Pod that is meant.

    Raises:
        StatusError: 400, there is no such one, or several may be meant.
    """
    every = [*pod.spec.init_containers, *pod.spec.containers]
    name = call.query.get("container", "")
    if not name:
        if len(pod.spec.containers) == 1 and not pod.spec.init_containers:
            return pod.spec.containers[0]
        names = " ".join(each.name for each in pod.spec.containers)
        text = f"a container name must be specified for pod {pod.metadata.name}, choose one of: [{names}]"
        if pod.spec.init_containers:
            text += f" or one of the init containers: [{' '.join(each.name for each in pod.spec.init_containers)}]"
        raise StatusError(400, "BadRequest", text)
    found = next((each for each in every if each.name == name), None)
    if found is None:
        raise StatusError(400, "BadRequest", f"container {name} is not valid for pod {pod.metadata.name}")
    return found


def process(call: Call, pod: Object, container: Any) -> ContainerProcess:
    """The process of a container.

    Raises:
        StatusError: 400, it has not started yet, or there was none before.
    """
    name, place = pod.metadata.name, f'container "{container.name}" in pod "{pod.metadata.name}"'
    if not pod.spec.node_name:
        raise StatusError(400, "BadRequest", f"pod {name} does not have a host assigned")
    machine = call.host.view.machine(pod.spec.node_name)
    sandbox = machine.sandboxes.get(pod.metadata.uid) if machine is not None else None
    if call.address.flag("previous"):
        process = sandbox.previous.get(container.name) if sandbox is not None else None
        if process is None:
            raise StatusError(400, "BadRequest", f"previous terminated {place} not found")
        return process
    process = sandbox.containers.get(container.name) if sandbox is not None else None
    if process is None:
        raise StatusError(400, "BadRequest", f"{place} is waiting to start: {_waiting(pod, container)}")
    return process


def _waiting(pod: Object, container: Any) -> str:
    for status in (*pod.status.container_statuses, *pod.status.init_container_statuses):
        if status.name == container.name and status.state.waiting is not None:
            return str(status.state.waiting.reason)
    return "ContainerCreating"


def text_of(call: Call, process: ContainerProcess) -> str:
    """What a process has written so far."""
    if not process.last_words or process.running(call.host.now):
        return ""
    lines = process.last_words.splitlines()
    tail = call.query.get("tailLines", "")
    if tail:
        count = numbers.unsigned(tail, function="ParseInt")
        lines = lines[-count:] if count else []
    return "".join(f"{line}\n" for line in lines)
