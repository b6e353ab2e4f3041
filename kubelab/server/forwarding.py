"""``pods/portforward``: connections to ports of a Pod, over a WebSocket, as client libraries have it.

Each port has two channels, one for what is sent and one for what goes wrong; the first message of each is the number
of the port. What comes in on the first is an HTTP request, and is answered as ``curl`` in the Pod would be.

**In Kubernetes:** the kubelet's `pkg/kubelet/cri/streaming/portforward` (websocket.go).

**Simplified:** whatever is asked, the answer is that of `kubelab.kubectl.inside`. kubectl's port-forward, which speaks
SPDY within a WebSocket, is refused with a sentence.
"""

from starlette.websockets import WebSocket

from kubelab import kubectl
from kubelab.errors import StatusError
from kubelab.server import logs, reading
from kubelab.server.call import Call
from kubelab.server.resources import Resource

PROTOCOL = "v4.channel.k8s.io"

END_OF_HEAD = b"\r\n\r\n"

LONGEST = 64 * 1024
"""So many bytes the head of a request has at most."""


def ports(call: Call) -> list[int]:
    """The ports that are asked for.

    Raises:
        StatusError: 400, there is none, or one is no port.
    """
    words = [word for word in call.query.get("ports", "").split(",") if word]
    if not words:
        raise StatusError(400, "BadRequest", 'query parameter "ports" is required')
    for word in words:
        if not (word.isascii() and word.isdecimal() and len(word) < 6 and 0 < int(word) < 65536):
            raise StatusError(400, "BadRequest", f'unable to parse "{word}" as a port: invalid port')
    return [int(word) for word in words]


async def forward(socket: WebSocket, call: Call, resource: Resource) -> None:
    """Answer what comes in on the channels, until the client goes.

    Raises:
        StatusError: there is no such Pod, it does not run, or a port is none.
    """
    wanted = ports(call)
    with call.host.lock:
        pod = reading.existing(call, resource)
        logs.process(call, pod, pod.spec.containers[0])
    await socket.accept(subprotocol=PROTOCOL)
    for channel in range(2 * len(wanted)):
        await socket.send_bytes(bytes([channel]) + wanted[channel // 2].to_bytes(2, "little"))
    heads = [b""] * len(wanted)
    while (message := await socket.receive())["type"] == "websocket.receive":
        data = message.get("bytes") or b""
        if not data or data[0] % 2 or data[0] >= 2 * len(wanted):
            continue
        index = data[0] // 2
        heads[index] = (heads[index] + data[1:])[-LONGEST:]
        if END_OF_HEAD not in heads[index]:
            continue
        heads[index] = b""
        said, complaint = answer(call, resource, wanted[index])
        channel, text = (data[0] + 1, complaint) if complaint else (data[0], said)
        await socket.send_bytes(bytes([channel]) + text.encode())


def answer(call: Call, resource: Resource, port: int) -> tuple[str, str]:
    """What a port answers, and what is complained where nothing listens."""
    with call.host.lock:
        pod = reading.existing(call, resource)
        words = ["exec", pod.metadata.name, "-n", pod.metadata.namespace, "-c", pod.spec.containers[0].name]
        done = kubectl.run(call.host.cluster, [*words, "--", "wget", f"http://{pod.status.pod_ip}:{port}/"])
    if done.code:
        where = f"failed to connect to localhost:{port} inside namespace of pod {pod.metadata.name}"
        return "", f"error forwarding port {port} to pod {pod.metadata.uid}: {where}: connection refused"
    size = len(done.out.encode())
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {size}\r\n\r\n"
    return head + done.out, ""
