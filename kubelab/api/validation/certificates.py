"""Checks of CertificateSigningRequests.

In Kubernetes: `pkg/apis/certificates/validation/validation.go`.

**Simplified:** what is in the request is not read, nor is its signature checked: it only has to be a PEM block of
the right type. Nor is a certificate in the status.
"""

import base64
import binascii
import re

from kubelab.api.certificates import USAGES, CertificateSigningRequest
from kubelab.api.validation import metadata, names
from kubelab.api.validation.field_error import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)

_SORTED_USAGES = tuple(sorted(USAGES))
_TRUE_ONLY = frozenset({"Approved", "Denied", "Failed"})
_BLOCK = re.compile(
    r"-----BEGIN CERTIFICATE REQUEST-----\s+[A-Za-z0-9+/=\s]+-----END CERTIFICATE REQUEST-----", re.ASCII
)
_LONGEST = 253 + 63 + 253 + 2


def signing_request(given: CertificateSigningRequest) -> Errors:
    """What is wrong with a new CertificateSigningRequest."""
    yield from metadata.object_meta(given.metadata, namespaced=False, name_check=lambda name, prefix: ())
    spec = given.spec
    if not _is_request(spec.request):
        yield invalid("spec.request", spec.request, "PEM block type must be CERTIFICATE REQUEST")
    if not spec.usages:
        yield required("spec.usages")
    for index, usage in enumerate(spec.usages):
        if usage not in USAGES:
            yield not_supported(f"spec.usages[{index}]", usage, _SORTED_USAGES)
    for index, usage in enumerate(spec.usages):
        if usage in spec.usages[:index]:
            yield duplicate(f"spec.usages[{index}]", usage)
    if spec.signer_name == "kubernetes.io/legacy-unknown":
        text = "the legacy signerName is not allowed via this API version"
        yield invalid("spec.signerName", spec.signer_name, text)
    else:
        yield from _signer("spec.signerName", spec.signer_name)
    if spec.expiration_seconds is not None and spec.expiration_seconds < 600:
        text = "may not specify a duration less than 600 seconds (10 minutes)"
        yield invalid("spec.expirationSeconds", spec.expiration_seconds, text)
    yield from _conditions(given)


def signing_request_update(new: CertificateSigningRequest, old: CertificateSigningRequest) -> Errors:
    """What is wrong with a changed CertificateSigningRequest: what was decided stays."""
    yield from signing_request(new)
    for kind in ("Approved", "Denied", "Failed"):
        if _has(old, kind) and not _has(new, kind):
            yield forbidden("status.conditions", f'updates may not remove a condition of type "{kind}"')
    yield from metadata.object_meta_update(new.metadata, old.metadata)


def signing_request_status_update(new: CertificateSigningRequest, old: CertificateSigningRequest) -> Errors:
    """What is wrong with a changed status: to approve and to deny there is a door of its own."""
    yield from signing_request_update(new, old)
    for kind in ("Approved", "Denied"):
        if _has(new, kind) and not _has(old, kind):
            yield forbidden("status.conditions", f'updates may not add a condition of type "{kind}"')
    if old.status.certificate and new.status.certificate != old.status.certificate:
        yield forbidden("status.certificate", "updates may not modify existing certificate content")


def signing_request_approval_update(new: CertificateSigningRequest, old: CertificateSigningRequest) -> Errors:
    """What is wrong with a decision."""
    yield from signing_request_update(new, old)
    if new.status.certificate != old.status.certificate:
        yield forbidden("status.certificate", "updates may not set certificate content")


def _has(given: CertificateSigningRequest, kind: str) -> bool:
    return any(each.type == kind for each in given.status.conditions)


def _is_request(data: str) -> bool:
    try:
        text = base64.b64decode(data).decode("ascii")
    except (binascii.Error, ValueError):
        return False
    return _BLOCK.search(text) is not None


def _conditions(given: CertificateSigningRequest) -> Errors:
    path, seen = "status.conditions", set()
    for index, condition in enumerate(given.status.conditions):
        here = f"{path}[{index}]"
        if not condition.type:
            yield required(f"{here}.type")
        allowed = ("True",) if condition.type in _TRUE_ONLY else ("False", "True", "Unknown")
        if not condition.status:
            yield required(f"{here}.status")
        elif condition.status not in allowed:
            yield not_supported(f"{here}.status", condition.status, allowed)
        other = {"Approved": "Denied", "Denied": "Approved"}.get(condition.type)
        if other in seen:
            yield invalid(path, condition.type, "Approved and Denied conditions are mutually exclusive")
        if condition.type in seen:
            yield duplicate(f"{here}.type", condition.type)
        seen.add(condition.type)


def _signer(path: str, name: str) -> Errors:
    if not name:
        yield required(path)
        return
    domain, slash, rest = name.partition("/")
    if not slash or "/" in rest:
        text = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        yield invalid(path, name, text)
        return
    labels = domain.split(".")
    for label in labels:
        for text in names.dns_label(label):
            yield invalid(path, domain, f'validating label "{label}": {text}')
    if len(labels) < 2:
        yield invalid(path, domain, "should be a domain with at least two segments separated by dots")
    for label in rest.split("."):
        for text in names.dns_subdomain(label):
            yield invalid(path, rest, f'validating label "{label}": {text}')
    if len(name) > _LONGEST:
        yield too_long(path, _LONGEST)
