"""TLS: an authority of the server's own, and a certificate by it, made anew each time it starts.

kubectl sends a token over TLS only, so a server without TLS cannot tell one client from another.
"""

import datetime
import ipaddress
import ssl
import tempfile
from pathlib import Path

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAMES = (
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
)
YEAR = datetime.timedelta(days=365)
DAY = datetime.timedelta(days=1)


@attrs.frozen
class Certificates:
    """What a server shows, and by what its clients know it.

    Attributes:
        authority: the certificate of the authority, as PEM.
        context: the server's own side.
    """

    authority: str
    context: ssl.SSLContext


def make(address: str) -> Certificates:
    """An authority, and a certificate for a server at an address."""
    now = datetime.datetime.now(datetime.UTC)
    root, root_key = _certificate("kubernetes", now, None, None, address)
    leaf, leaf_key = _certificate("kube-apiserver", now, root, root_key, address)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    with tempfile.TemporaryDirectory() as folder:
        # The ssl module takes a chain from files only.
        chain, key = Path(folder, "chain.pem"), Path(folder, "key.pem")
        chain.write_bytes(_pem(leaf) + _pem(root))
        key.write_bytes(
            leaf_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context.load_cert_chain(chain, key)
    return Certificates(_pem(root).decode(), context)


def _pem(certificate: x509.Certificate) -> bytes:
    return bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _certificate(
    name: str,
    now: datetime.datetime,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey | None,
    address: str,
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    own = issuer is None or issuer_key is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + YEAR)
        .add_extension(x509.BasicConstraints(ca=own, path_length=None), critical=True)
    )
    if not own:
        alternatives: list[x509.GeneralName] = [x509.DNSName(each) for each in NAMES]
        alternatives.append(x509.IPAddress(ipaddress.ip_address(address)))
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False).add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
    return builder.sign(key if issuer_key is None else issuer_key, hashes.SHA256()), key
