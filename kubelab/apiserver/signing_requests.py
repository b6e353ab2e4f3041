"""Requests for certificates: who asks is written into them.

In Kubernetes: `pkg/registry/certificates/certificates` (strategy.go).

**Simplified:** whoever may write the subresource ``approval`` may approve for every signer. Nobody signs: a request
that is approved stays without a certificate.
"""

from typing import TypeVar

from kubelab.api.certificates import CertificateSigningRequest
from kubelab.api.model import evolve
from kubelab.apiserver.authentication import User
from kubelab.state.requests import Apply, Create, Request

R = TypeVar("R", bound=Request)


def asked_by(request: R, user: User) -> R:
    """The same request; a CertificateSigningRequest that it makes says who asks."""
    if not isinstance(request, Create | Apply) or not isinstance(request.object, CertificateSigningRequest):
        return request
    given = request.object
    spec = evolve(given.spec, username=user.name, uid="", groups=tuple(user.groups), extra=type(given.spec.extra)())
    return evolve(request, object=evolve(given, spec=spec))
