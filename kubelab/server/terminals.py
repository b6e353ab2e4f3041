"""``pods/exec`` and ``pods/attach``: a command in a container, or what runs in it anyway, over a WebSocket.

What is to be carried out is in the address. Each message begins with the number of its channel: 1 is what the command
prints, 2 what it complains, 3 how it ended.

**In Kubernetes:** `k8s.io/apiserver/pkg/util/wsstream`, the kubelet's `/exec`; client-go `tools/remotecommand`.

**Simplified:** the commands are those of `kubelab.kubectl.inside`; nothing is typed into them, nor into a container
that one is attached to. No SPDY, which older clients speak (`kubelab.server.upgrades`).
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import JSONResponse
from starlette.websockets import WebSocket

from kubelab import kubectl
from kubelab.errors import StatusError
from kubelab.kubectl import Answer
from kubelab.server import forwarding, logs, reading, resource_calls, status, upgrades
from kubelab.server.call import Call
from kubelab.server.resources import Resource

TUNNEL = "SPDY/3.1+"
"""So begins the name of a protocol that is SPDY within a WebSocket."""

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
OUT, ERR, END = b"\x01", b"\x02", b"\x03"

ENDED = "command terminated with exit code "


async def serve(socket: WebSocket, read: Callable[[], Call], words: list[str]) -> None:
    """Do what a WebSocket below a Pod asks for; a request that is refused is told as the way it ended.

    Args:
        socket: the client.
        read: the request, authenticated and authorised.
        words: the command.
    """
    offered = socket.scope.get("subprotocols", ())
    try:
        call = read()
        resource = resource_calls.found(call)
        what = call.address.subresource
        if resource.kind.kind != "Pod" or what not in ("exec", "attach", "portforward"):
            raise status.no_such_resource()
        if any(each.startswith(TUNNEL) for each in offered):
            raise upgrades.no_spdy(what)
        if what == "portforward":
            await forwarding.forward(socket, call, resource)
            return
        if what == "attach":
            with call.host.lock:
                pod = reading.existing(call, resource)
                logs.process(call, pod, logs.container_of(call, pod))
    except StatusError as error:
        if not set(PROTOCOLS) & set(offered) and offered:
            await _deny(socket, error)
            return
        await socket.accept(subprotocol=_chosen(offered))
        await socket.send_bytes(END + _json(status.failure(error)))
        await socket.close()
        return
    await socket.accept(subprotocol=_chosen(offered))
    await (_attach(socket, call, resource) if what == "attach" else _execute(socket, call, words))


def _chosen(offered: Sequence[str]) -> str | None:
    return next((each for each in PROTOCOLS if each in offered), None)


async def _deny(socket: WebSocket, error: StatusError) -> None:
    """Refuse to open the WebSocket at all, with the answer that a plain request would get."""
    if "websocket.http.response" in socket.scope.get("extensions", {}):
        await socket.send_denial_response(JSONResponse(status.failure(error), error.code))
    else:
        await socket.close()


async def _attach(socket: WebSocket, call: Call, resource: Resource) -> None:
    """Tell what a container writes, until it ends or the client goes."""

    async def heard() -> None:
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass

    gone = asyncio.create_task(heard())
    written = logs.follow(call, resource)
    try:
        while not gone.done():
            following = asyncio.ensure_future(anext(written, None))
            await asyncio.wait({gone, following}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                following.cancel()
                await asyncio.wait({following})
                return
            text = following.result()
            if text is None:
                await socket.send_bytes(END + _json(_ended(0)))
                await socket.close()
                return
            await socket.send_bytes(OUT + text)
    finally:
        gone.cancel()


async def _execute(socket: WebSocket, call: Call, words: list[str]) -> None:
    try:
        answer = carry_out(call, words)
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
        StatusError: there is no such Pod, or nothing is to be carried out.
    """
    resource = resource_calls.found(call)
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
