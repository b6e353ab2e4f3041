"""What is answered below a Pod to who does not ask for a WebSocket: ``exec``, ``attach``, ``portforward``.

Clients of Kubernetes speak WebSockets there, or the older SPDY: kubectl up to 1.29 for all of them, newer ones for
port-forward still, within a WebSocket. This server speaks no SPDY, and says so in a sentence that kubectl prints.

**In Kubernetes:** `k8s.io/apimachinery/pkg/util/httpstream/spdy`, `pkg/registry/core/pod/rest/subresources.go`.
"""

from kubelab.errors import StatusError
from kubelab.server.call import Call, Reply
from kubelab.server.resources import Resource

SPDY = "spdy/3.1"

INSTEAD = {
    "exec": "kubectl 1.30 and later speak WebSockets, and kubelab kubectl exec needs no server",
    "attach": "kubectl 1.30 and later speak WebSockets",
    "portforward": "kubectl exec POD -- curl http://ADDRESS:PORT asks from inside, kubelab trace shows the way there",
}


def refuse(call: Call, resource: Resource) -> Reply:
    """Refuse what is no WebSocket.

    Raises:
        StatusError: 400, no upgrade was asked for; 501, one to SPDY.
    """
    if SPDY not in call.headers.get("upgrade", "").lower():
        raise StatusError(400, "BadRequest", "Upgrade request required")
    raise no_spdy(call.address.subresource)


def no_spdy(what: str) -> StatusError:
    """501: there is no SPDY here, and what there is instead."""
    return StatusError(501, "NotImplemented", f"{what} over SPDY is not served by kubelab: {INSTEAD[what]}")
