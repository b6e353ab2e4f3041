"""Requests for certificates.

Source: `k8s.io/api/certificates/v1`.
"""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap, Time

USAGES = (
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
)
"""What a certificate may be good for."""


@model
class CertificateSigningRequestSpec:
    """What is asked for, and by whom.

    Attributes:
        request: the request itself (PKCS #10, in PEM), in base64.
        signer_name: who is to sign it, such as ``kubernetes.io/kube-apiserver-client``.
        expiration_seconds: for how long the certificate should be good.
        usages: what it is to be good for.
        username: who asks; the API server writes it.
        uid: of who asks.
        groups: of who asks.
        extra: what else is known of who asks.
    """

    request: str = field(default="", always=True, go="[]uint8")
    signer_name: str = field(default="", always=True)
    expiration_seconds: int | None = None
    usages: tuple[str, ...] = field(default=(), go="[]v1.KeyUsage", values=USAGES)
    username: str = ""
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: FrozenMap[str, tuple[str, ...]] = field(default=FrozenMap(), go="map[string]v1.ExtraValue")


@model
class CertificateSigningRequestCondition:
    """What was decided about a request.

    Attributes:
        type: what.
        status: whether it is so.
        reason: one word for why.
        message: why, for people.
        last_update_time: when it was last written.
        last_transition_time: when it last changed.
    """

    type: str = field(default="", always=True, go="v1.RequestConditionType", values=("Approved", "Denied", "Failed"))
    status: str = field(default="", always=True, go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    reason: str = ""
    message: str = ""
    last_update_time: Time | None = field(default=None, always=True)
    last_transition_time: Time | None = field(default=None, always=True)


@model
class CertificateSigningRequestStatus:
    """What became of a request.

    Attributes:
        conditions: what was decided about it.
        certificate: the certificate (in PEM), in base64, once it is issued.
    """

    conditions: tuple[CertificateSigningRequestCondition, ...] = ()
    certificate: str = field(default="", go="[]uint8")


@model
class CertificateSigningRequest:
    """A request for a certificate: somebody approves it, and then its signer signs.

    Attributes:
        metadata: its identity.
        spec: what is asked for.
        status: what became of it.
    """

    api_version: ClassVar[str] = "certificates.k8s.io/v1"
    kind: ClassVar[str] = "CertificateSigningRequest"

    metadata: ObjectMeta = ObjectMeta()
    spec: CertificateSigningRequestSpec = field(default=CertificateSigningRequestSpec(), always=True)
    status: CertificateSigningRequestStatus = CertificateSigningRequestStatus()
