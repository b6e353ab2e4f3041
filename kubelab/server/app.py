"""The API server's HTTP face: who asks, whether they may, and which part answers.

The order is the real one: authentication, impersonation, authorization, and only then is looked whether there is such
an address at all.

**In Kubernetes:** `k8s.io/apiserver/pkg/server` (config.go: the chain of filters), `pkg/endpoints` (installer.go).
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from kubelab.api.scheme import knowing
from kubelab.apiserver.authorization import decide, refusal
from kubelab.errors import KubelabError, StatusError
from kubelab.server import address as addresses
from kubelab.server import bodies, identity, logs, media, resource_calls, status, terminals, watching
from kubelab.server.address import Address
from kubelab.server.call import Call, Reply
from kubelab.server.general import general
from kubelab.server.host import Host
from kubelab.server.identity import Tokens
from kubelab.server.reading import Lists
from kubelab.state.vocabulary import vocabulary_of

LOG = logging.getLogger(__name__)

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

LONGEST = 60 * 1024
"""So many bytes an address has at most. A real server takes a megabyte of headers; nobody's selector is so long."""

TOO_LONG = "431 Request Header Fields Too Large"

TERMINALS = ("curl", "Wget", "Mozilla/5.0")
"""Clients that a person reads the answer of: it is indented for them."""


class Server:
    """The answers of one served cluster.

    Attributes:
        host: the cluster.
        tokens: its tokens.
        open: whether whoever shows no token is the admin.
        app: the ASGI application.
    """

    def __init__(self, host: Host, tokens: Tokens | None = None, open_: bool = False) -> None:
        self.host = host
        self.open = open_
        self.tokens = tokens or Tokens()
        self.lists = Lists()
        every = "/{path:path}"
        self.app = Starlette(
            routes=[Route(every, self._answer, methods=METHODS), WebSocketRoute(every, self._terminal)]
        )

    async def _terminal(self, socket: WebSocket) -> None:
        query = dict(socket.query_params.multi_items())
        # To open a terminal is to create something in the Pod, whatever the method of the upgrade.
        address = addresses.read("POST", _raw(socket), query)
        words = socket.query_params.getlist("command")
        await terminals.serve(socket, lambda: self._call(socket, address, b""), words)

    async def _answer(self, request: Request) -> Response:
        if len(request.scope.get("raw_path", b"")) + len(request.scope["query_string"]) > LONGEST:
            return Response(TOO_LONG, 431, media_type="text/plain; charset=utf-8")
        query = dict(request.query_params.multi_items())
        address = addresses.read(request.method, _raw(request), query)
        want = media.Wanted(pretty=_pretty(request.headers, query))
        try:
            body = await _body(request)
            with self.host.lock:
                words = vocabulary_of(self.host.view.snapshot)
            with knowing(words):
                call = self._call(request, address, body)
                want = call.want
                return self._respond(call)
        except StatusError as error:
            return _failure(error, want)
        except ClientDisconnect:
            return Response(status_code=499)
        except KubelabError as error:
            return _failure(StatusError(400, "BadRequest", str(error)), want)
        except Exception as error:
            # Whatever is wrong in here, a client gets an answer that it can read, and the others go on.
            LOG.exception("%s %s", request.method, request.url.path)
            return _failure(StatusError(500, "InternalError", f"Internal error occurred: {error}"), want)

    def _call(self, request: HTTPConnection, address: Address, body: bytes) -> Call:
        headers = dict(request.headers.items())
        with self.host.lock:
            self.host.serving()
            view = self.host.view
            shown = headers.get("authorization", "")
            if self.open:
                shown = self._local(shown, headers.get("host", ""))
            who = identity.authenticated(self.tokens, shown, view)
            pairs = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in request.headers.raw]
            who = identity.acting_as(who, pairs, view)
            decision = decide(view.snapshot, who.user, address.attributes)
            if not decision.allowed:
                raise refusal(who.user, address.attributes, decision.reason)
        discovery = not address.resource_request
        watched = address.verb == "watch"
        accept = headers.get("accept", "").replace(";stream=watch", "") if watched else headers.get("accept", "")
        pretty = _pretty(request.headers, address.query)
        want = media.Wanted(pretty=pretty) if discovery else media.wanted(accept, pretty)
        return Call(self.host, self.tokens, address, who, headers, body, want)

    def _local(self, shown: str, host: str) -> str:
        """What a client shows that reaches an open server: the admin's token, if it has none.

        Raises:
            StatusError: 403, it was led here under another name (a page in a browser, by a name that it made up).
        """
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        if name not in ("127.0.0.1", "localhost", "[::1]"):
            raise StatusError(403, "Forbidden", f"this server is called localhost, not {name!r}")
        return shown or f"Bearer {self.tokens.admin}"

    def _respond(self, call: Call) -> Response:
        address = call.address
        if not address.resource_request:
            with self.host.lock:
                return _response(general(call), call)
        if address.verb == "watch":
            resource = resource_calls.watched(call)
            return StreamingResponse(watching.open_(call, resource), media_type=media.JSON)
        with self.host.lock:
            reply = resource_calls.answer(call, self.lists)
        if address.subresource == "log" and address.flag("follow"):
            # What can be refused has been, by now.
            return StreamingResponse(logs.follow(call, resource_calls.found(call)), media_type=logs.TEXT)
        return _response(reply, call)


def _raw(request: HTTPConnection) -> str:
    """The path as it came, with what is escaped in it."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return raw.decode("ascii", "replace").partition("?")[0]


def _pretty(headers: Mapping[str, str], query: Mapping[str, str]) -> bool:
    said = query.get("pretty")
    if said is not None:
        return said.lower() in addresses.TRUE
    return headers.get("user-agent", "").startswith(TERMINALS)


async def _body(request: Request) -> bytes:
    """The body of a request.

    Raises:
        StatusError: 413, it is larger than the limit.
    """
    if request.method in ("GET", "HEAD"):
        return b""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > bodies.LIMIT:
            raise bodies.too_large()
        parts.append(part)
    return b"".join(parts)


def _response(reply: Reply, call: Call) -> Response:
    headers = {"Cache-Control": "no-cache, private"}
    content: bytes
    if isinstance(reply.document, bytes):
        content, type_ = reply.document, reply.type
    else:
        content, type_ = media.encode(reply.document, call.want)
        type_ = reply.type or type_
    response = Response(content, reply.code, headers, type_)
    for text in reply.warnings:
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        response.headers.append("Warning", f'299 - "{quoted}"')
    return response


def _failure(error: StatusError, want: media.Wanted) -> Response:
    content, type_ = media.encode(status.failure(error), want)
    headers = {"Cache-Control": "no-cache, private"}
    if error.retry_after:
        headers["Retry-After"] = str(error.retry_after)
    code = error.code if error.code in HTTPStatus.__members__.values() else 500
    return Response(content, code, headers, type_)
