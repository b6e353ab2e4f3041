"""Checks of volumes that show objects as files: secrets, config maps, the downward API, and several of them in one.

In Kubernetes: `validateSecretVolumeSource`, `validateProjectionSources` …, and `names.go` for signers.
"""

from collections.abc import Callable, Iterable

from kubelab.api.core.projection import (
    ClusterTrustBundleProjection,
    DownwardAPIVolumeFile,
    DownwardAPIVolumeSource,
    KeyToPath,
    PodCertificateProjection,
    ProjectedVolumeSource,
    ServiceAccountTokenProjection,
    VolumeProjection,
)
from kubelab.api.validation import names
from kubelab.api.validation.core.paths import mode, not_reserved
from kubelab.api.validation.core.references import VOLUME_FIELDS, container_resource, object_field
from kubelab.api.validation.field_error import Errors, forbidden, invalid, not_supported, required, too_long
from kubelab.api.validation.selectors import label_selector

_KEY_TYPES = ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519")
_MAX_CERTIFICATE_SECONDS = 91 * 24 * 3600
_MAX_KUBERNETES_CERTIFICATE_SECONDS = 24 * 3600
_CONFLICT = "conflicting duplicate paths"


def keyed(name: str, default_mode: int | None, items: tuple[KeyToPath, ...], path: str, name_field: str) -> Errors:
    """A volume that shows the keys of one Secret or ConfigMap."""
    if not name:
        yield required(f"{path}.{name_field}")
    yield from mode(f"{path}.defaultMode", default_mode)
    for index, item in enumerate(items):
        yield from _item(item, f"{path}.items[{index}]")


def _item(item: KeyToPath, path: str) -> Errors:
    if not item.key:
        yield required(f"{path}.key")
    if not item.path:
        yield required(f"{path}.path")
    yield from not_reserved(f"{path}.path", item.path)
    yield from mode(f"{path}.mode", item.mode)


def downward_api(source: DownwardAPIVolumeSource, path: str) -> Errors:
    """A volume that shows the Pod's own fields."""
    yield from mode(f"{path}.defaultMode", source.default_mode)
    for file in source.items:
        yield from _downward_file(file, path)


def _downward_file(file: DownwardAPIVolumeFile, path: str) -> Errors:
    if not file.path:
        yield required(f"{path}.path")
    yield from not_reserved(f"{path}.path", file.path)
    if file.field_ref is not None:
        yield from object_field(file.field_ref, VOLUME_FIELDS, f"{path}.fieldRef")
        if file.resource_field_ref is not None:
            yield invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
    elif file.resource_field_ref is not None:
        yield from container_resource(file.resource_field_ref, f"{path}.resourceFieldRef", in_volume=True)
    else:
        yield required(path, "one of fieldRef and resourceFieldRef is required")
    yield from mode(f"{path}.mode", file.mode)


def projected(source: ProjectedVolumeSource, path: str) -> Errors:
    """A volume that shows several sources in one directory."""
    yield from mode(f"{path}.defaultMode", source.default_mode)
    taken: set[str] = set()
    for index, projection in enumerate(source.sources):
        yield from _projection(projection, path, f"{path}.sources[{index}]", taken)


def _projection(projection: VolumeProjection, path: str, here: str, taken: set[str]) -> Errors:
    for name, reference in (("secret", projection.secret), ("configMap", projection.config_map)):
        if reference is None:
            continue
        if not reference.name:
            yield required(f"{here}.{name}.name")
        for index, item in enumerate(reference.items):
            yield from _item(item, f"{here}.{name}.items[{index}]")
            yield from _taken(item.path, taken, path, reference.name)
    if projection.downward_api is not None:
        for file in projection.downward_api.items:
            yield from _downward_file(file, f"{here}.downwardAPI")
            yield from _taken(file.path, taken, path, file.path)
    if projection.service_account_token is not None:
        yield from _token(projection.service_account_token, path, f"{here}.serviceAccountToken")
    if projection.cluster_trust_bundle is not None:
        yield from _trust_bundle(projection.cluster_trust_bundle, path, f"{here}.clusterTrustBundle", taken)
    if projection.pod_certificate is not None:
        yield from _certificate(projection.pod_certificate, path, f"{here}.podCertificate", taken)
    sources = (
        projection.secret,
        projection.config_map,
        projection.downward_api,
        projection.service_account_token,
        projection.cluster_trust_bundle,
        projection.pod_certificate,
    )
    if sum(source is not None for source in sources) > 1:
        yield forbidden(here, "may not specify more than 1 volume type per source")


def _taken(file: str, taken: set[str], path: str, value: str) -> Errors:
    if not file:
        return
    if file in taken:
        yield invalid(path, value, _CONFLICT)
    taken.add(file)


def _token(token: ServiceAccountTokenProjection, path: str, here: str) -> Errors:
    seconds = token.expiration_seconds or 0
    if seconds < 600:
        yield invalid(f"{here}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
    if seconds > 1 << 32:
        yield invalid(f"{here}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")
    if not token.path:
        yield required(f"{path}.path")
    else:
        yield from not_reserved(f"{path}.path", token.path)


def _trust_bundle(bundle: ClusterTrustBundleProjection, path: str, here: str, taken: set[str]) -> Errors:
    if bundle.name is not None and bundle.signer_name is not None:
        yield invalid(here, bundle, "only one of name and signerName may be used")
    elif bundle.name is not None:
        if not bundle.name:
            yield required(f"{here}.name", "must be a valid object name")
        for text in _trust_bundle_name(bundle.name):
            yield invalid(f"{here}.name", bundle.name, f"not a valid clustertrustbundlename: {text}")
        if bundle.label_selector is not None:
            text = "labelSelector must be unset if name is specified"
            yield invalid(f"{here}.labelSelector", bundle.label_selector, text)
    elif bundle.signer_name is not None:
        if not bundle.signer_name:
            yield required(f"{here}.signerName", "must be a valid signer name")
        yield from signer_name(f"{here}.signerName", bundle.signer_name)
        yield from label_selector(bundle.label_selector, f"{here}.labelSelector")
    else:
        yield required(here, "either name or signerName must be specified")
    if not bundle.path:
        yield required(f"{here}.path")
    yield from not_reserved(f"{here}.path", bundle.path)
    if bundle.path in taken:
        yield invalid(path, bundle.path, _CONFLICT)
    taken.add(bundle.path)


def _trust_bundle_name(name: str) -> Iterable[str]:
    # The name of a bundle that belongs to a signer starts with the signer's name, written with colons.
    return names.dns_subdomain(name.rpartition(":")[2])


def _certificate(certificate: PodCertificateProjection, path: str, here: str, taken: set[str]) -> Errors:
    yield from signer_name(f"{here}.signerName", certificate.signer_name)
    for key in sorted(certificate.user_annotations):
        yield from _domain_prefixed_key(f"{here}.userAnnotations", key.lower())
    if certificate.key_type not in _KEY_TYPES:
        yield not_supported(f"{here}.keyType", certificate.key_type, _KEY_TYPES)
    seconds = certificate.max_expiration_seconds
    if seconds is not None:
        if seconds < 3600:
            text = "if provided, maxExpirationSeconds must be >= 3600"
            yield invalid(f"{here}.maxExpirationSeconds", seconds, text)
        host = f".{certificate.signer_name.partition('/')[0]}"
        kubernetes = host.endswith(".kubernetes.io")
        limit = _MAX_KUBERNETES_CERTIFICATE_SECONDS if kubernetes else _MAX_CERTIFICATE_SECONDS
        if seconds > limit:
            text = f"if provided, maxExpirationSeconds must be <= {limit}"
            yield invalid(f"{here}.maxExpirationSeconds", seconds, text)
    files = {
        "credentialBundlePath": certificate.credential_bundle_path,
        "keyPath": certificate.key_path,
        "certificateChainPath": certificate.certificate_chain_path,
    }
    for field, file in files.items():
        if file:
            yield from not_reserved(f"{here}.{field}", file)
            yield from _taken(file, taken, path, file)
    if not any(files.values()):
        text = "specify at least one of credentialBundlePath, keyPath, and certificateChainPath"
        yield required(here, text)


def _domain_prefixed_key(path: str, key: str) -> Errors:
    if not key:
        yield required(path)
        return
    found = names.label_key(key)
    for text in found:
        yield invalid(path, key, text)
    if not found and "/" not in key:
        yield invalid(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")')


def signer_name(path: str, name: str) -> Errors:
    """What is wrong with the name of a signer of certificates, such as ``example.com/my-signer``."""
    if not name:
        yield required(path)
        return
    segments = name.split("/")
    if len(segments) != 2:
        text = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        yield invalid(path, name, text)
        return
    domain, rest = segments
    if len(domain) > 253:
        yield too_long(path, 253)
    yield from _signer_labels(path, domain, names.dns_label)
    if "." not in domain:
        yield invalid(path, domain, "should be a domain with at least two segments separated by dots")
    yield from _signer_labels(path, rest, names.dns_subdomain)
    if len(name) > 571:
        yield too_long(path, 571)


def _signer_labels(path: str, value: str, check: Callable[[str], names.Texts]) -> Errors:
    for label in value.split("."):
        if texts := check(label):
            for text in texts:
                yield invalid(path, value, f'validating label "{label}": {text}')
            return
