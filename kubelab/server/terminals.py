"""``pods/exec``: a command in a container, over a WebSocket, as kubectl has it.

What is to be carried out is in the address. Each message begins with the number of its channel: 1 is what the command
prints, 2 what it complains, 3 how it ended.

**In Kubernetes:** `k8s.io/apiserver/pkg/util/wsstream`, the kubelet's `/exec`; client-go `tools/remotecommand`.

**Simplified:** the commands are those of `kubelab.kubectl.inside`; nothing is typed into them. No SPDY, which older
clients speak; no attach and no port-forward.
"""

import json
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket

from kubelab import kubectl
from kubelab.errors import StatusError
from kubelab.kubectl import Answer
from kubelab.server import reading, resource_calls, status
from kubelab.server.call import Call

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
OUT, ERR, END = b"\x01", b"\x02", b"\x03"

ENDED = "command terminated with exit code "


async def execute(socket: WebSocket, read: Callable[[], Call], words: list[str]) -> None:
    """Carry out a command and tell the client; a request that is refused is told as the way it ended.

    Args:
        socket: the client.
        read: the request, authenticated and authorised.
        words: the command.
    """
    protocol = next((each for each in PROTOCOLS if each in socket.scope.get("subprotocols", ())), None)
    await socket.accept(subprotocol=protocol)
    try:
        answer = carry_out(read(), words)
    except StatusError as error:
        await socket.send_bytes(END + _json(status.failure(error)))
    else:
        complaint = answer.err
        if answer.code:
            complaint = "".join(line for line in complaint.splitlines(True) if not line.startswith(ENDED))
        for channel, text in ((OUT, answer.out), (ERR, complaint)):
            if text:
                await socket.send_bytes(channel + text.encode())
        await socket.send_bytes(END + _json(_ended(answer.code)))
    await socket.close()


def carry_out(call: Call, words: list[str]) -> Answer:
    """Let the command run.

    Raises:
        StatusError: there is no such Pod, or the address is not that of one.
    """
    resource = resource_calls.found(call)
    if resource.kind.kind != "Pod" or call.address.subresource != "exec":
        raise status.no_such_resource()
    if not words:
        raise StatusError(400, "BadRequest", "you must specify at least one command for the container")
    with call.host.lock:
        pod = reading.existing(call, resource)
        cluster = call.host.cluster
        container = call.query.get("container", "")
        line = ["exec", pod.metadata.name, "-n", pod.metadata.namespace]
        line += ["-c", container] if container else []
        return kubectl.run(cluster, [*line, "--", *words])


def _ended(code: int) -> dict[str, Any]:
    if not code:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"{ENDED}non-zero exit code",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()
