"""CertificateSigningRequests, with the name that is in the request.

Source: kubectl `pkg/describe/describe.go`; RFC 2986 (PKCS #10), X.690 (DER).

**Simplified:** alternative names are not read.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from kubelab.api.duration import human
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.client import Client
from kubelab.kubectl.describe.writer import Writer, moment, pairs
from kubelab.views.printers.api_server import signing_status

_PEM = re.compile(r"-----BEGIN CERTIFICATE REQUEST-----(.+?)-----END CERTIFICATE REQUEST-----", re.DOTALL)

_SET, _OID = 0x31, 0x06

_PARTS = (
    ("Organization", b"\x55\x04\x0a"),
    ("Organizational Unit", b"\x55\x04\x0b"),
    ("Country", b"\x55\x04\x06"),
    ("Locality", b"\x55\x04\x07"),
    ("Province", b"\x55\x04\x08"),
    ("StreetAddress", b"\x55\x04\x09"),
    ("PostalCode", b"\x55\x04\x11"),
)
"""Parts of a name that may be there several times, and their object identifiers."""

_COMMON_NAME, _SERIAL_NUMBER = b"\x55\x04\x03", b"\x55\x04\x05"


def signing_request(w: Writer, obj: Any, client: Client) -> None:
    """Describe a CertificateSigningRequest.

    Raises:
        Failure: what is in it cannot be read.
    """
    meta, spec = obj.metadata, obj.spec
    names = _names(spec.request)
    w.row("Name", meta.name)
    w.row("Labels", pairs(meta.labels))
    w.row("Annotations", pairs(meta.annotations))
    w.row("CreationTimestamp", moment(meta.creation_timestamp))
    w.row("Requesting User", spec.username)
    if spec.signer_name:
        w.row("Signer", spec.signer_name)
    if spec.expiration_seconds is not None:
        w.row("Requested Duration", human(spec.expiration_seconds))
    w.row("Status", signing_status(obj))
    w.line("Subject:")
    w.line(f"\tCommon Name:\t{''.join(names.get(_COMMON_NAME, ())[-1:])}")
    w.line(f"\tSerial Number:\t{''.join(names.get(_SERIAL_NUMBER, ())[-1:])}")
    for title, identifier in _PARTS:
        if identifier in names:
            w.line(f"\t{title}:\t" + "\n\t\t".join(names[identifier]))


def _names(request: str) -> dict[bytes, list[str]]:
    """The parts of the name in a request, by their object identifiers."""
    try:
        found = _PEM.search(base64.b64decode(request).decode("ascii"))
        body = base64.b64decode(found[1]) if found is not None else b""
        ((_, whole),) = _elements(body)
        (_, information), *_ = _elements(whole)
        _, (_, subject), *_ = _elements(information)
        parts: dict[bytes, list[str]] = {}
        for tag, several in _elements(subject):
            for _, pair in _elements(several) if tag == _SET else ():
                (kind, identifier), (_, value) = _elements(pair)
                if kind == _OID:
                    parts.setdefault(identifier, []).append(value.decode("utf-8", "replace"))
    except (binascii.Error, ValueError, IndexError):
        raise Failure("Error parsing CSR: asn1: structure error") from None
    return parts


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of a DER encoding: their tags and contents.

    Raises:
        ValueError: it ends too early.
    """
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size]), at + size
        if at + length > len(data):
            raise ValueError("truncated")
        yield tag, data[at : at + length]
        at += length
