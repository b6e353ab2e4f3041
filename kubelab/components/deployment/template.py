"""When are two Pod templates the same? And the short name of one: the ``pod-template-hash``.

Every ReplicaSet of a Deployment has the hash of its template in its name, in its selector and in the labels of its
Pods, so that the ReplicaSets of one Deployment never take each other's Pods.

Source: `pkg/controller/controller_utils.go` (ComputeHash); apimachinery `pkg/util/rand` (SafeEncodeString).

**Simplified:** the hash is FNV-1a as upstream, but of the template as canonical JSON; upstream hashes how Go prints the
structure in memory, so the letters differ.
"""

import json

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.manifest import to_value
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import evolve

POD_TEMPLATE_HASH = "pod-template-hash"

SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels, so that no words arise, and no 0, 1, 3, which look like letters."""

NAME_LIMIT = 253


def compute_hash(template: PodTemplateSpec, collision_count: int | None) -> str:
    """The hash of a template; `collision_count` gives another one after two templates had the same."""
    text = json.dumps(to_value(template), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    data = text.encode()
    if collision_count is not None:
        data += collision_count.to_bytes(4, "little") + bytes(4)
    return safe_encode(str(fnv1a(data)))


def fnv1a(data: bytes) -> int:
    """The 32-bit FNV-1a hash."""
    digest = 2166136261
    for byte in data:
        digest = (digest ^ byte) * 16777619 & 0xFFFFFFFF
    return digest


def safe_encode(text: str) -> str:
    """A text in letters of which no words arise, one for each of its characters."""
    return "".join(SAFE_ALPHABET[ord(character) % len(SAFE_ALPHABET)] for character in text)


def equal_ignore_hash(a: PodTemplateSpec, b: PodTemplateSpec) -> bool:
    """Whether two templates are the same; the hash among the labels does not count."""
    return a.spec == b.spec and _without_hash(a.metadata) == _without_hash(b.metadata)


def _without_hash(meta: ObjectMeta) -> ObjectMeta:
    if POD_TEMPLATE_HASH not in meta.labels:
        return meta
    return evolve(meta, labels=meta.labels.with_({POD_TEMPLATE_HASH: None}))


def with_hash(template: PodTemplateSpec, digest: str) -> PodTemplateSpec:
    """The template with its hash among the labels; it shares its spec with the template that came in."""
    labels = template.metadata.labels.with_({POD_TEMPLATE_HASH: digest})
    return evolve(template, metadata=evolve(template.metadata, labels=labels))


def selector_with_hash(selector: LabelSelector | None, digest: str) -> LabelSelector:
    """The selector of a Deployment, narrowed to the Pods of one template."""
    selector = selector or LabelSelector()
    return evolve(selector, match_labels=selector.match_labels.with_({POD_TEMPLATE_HASH: digest}))


def replica_set_name(deployment: str, digest: str) -> str:
    """The name of the ReplicaSet of a template; the Deployment's name is cut where it would become too long."""
    return f"{deployment[: NAME_LIMIT - 1 - len(digest)]}-{digest}"
