"""One request on its way through the server, and what is answered."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from kubelab.server.address import Address
from kubelab.server.host import Host
from kubelab.server.identity import Token, Tokens
from kubelab.server.media import Wanted


@attrs.frozen
class Call:
    """One request.

    Attributes:
        host: the cluster.
        tokens: the server's tokens.
        address: what is asked for.
        who: who asks, or as whom.
        headers: the headers, by their names in lower case.
        body: the body.
        want: what form the answer is to have.
    """

    host: Host
    tokens: Tokens
    address: Address
    who: Token
    headers: Mapping[str, str]
    body: bytes
    want: Wanted

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters."""
        return self.address.query

    @property
    def content_type(self) -> str:
        """The media type of the body."""
        return self.headers.get("content-type", "")

    @property
    def client(self) -> str:
        """What the client calls itself: ``kubectl``."""
        return self.headers.get("user-agent", "").partition("/")[0] or "a client"

    @property
    def manager(self) -> str:
        """The field manager: what the request says, or what the client calls itself.

        Source: `k8s.io/apiserver/pkg/endpoints/handlers` (managerOrUserAgent).
        """
        return self.query.get("fieldManager", "") or self.client

    def sentence(self, what: str) -> str:
        """What the client does, as a step of the timeline tells it: ``kubectl created Pod web as jane.``"""
        who = "" if self.who.user.almighty else f" as {self.who.user.name}"
        return f"{self.client} {what}{who}."


@attrs.frozen
class Reply:
    """What is answered.

    Attributes:
        document: the document, or bytes as they are.
        code: the HTTP status.
        warnings: texts for ``Warning`` headers.
        type: the media type of bytes.
    """

    document: Any
    code: int = 200
    warnings: Sequence[str] = ()
    type: str = ""
