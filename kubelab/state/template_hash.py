"""Short names of what is long: the hash of a Pod template, in letters of which no words arise.

Source: `pkg/controller/controller_utils.go` (ComputeHash), `pkg/controller/history` (HashControllerRevision);
apimachinery `pkg/util/rand` (SafeEncodeString).

**Simplified:** the hash is FNV-1a as upstream, but of canonical JSON; upstream hashes how Go prints the structure in
memory, or encodes it, so the letters differ.
"""

import json

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.manifest import to_value
from kubelab.api.scalars import Json

SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels, so that no words arise, and no 0, 1, 3, which look like letters."""


def canonical(value: Json) -> bytes:
    """A JSON value as text that is the same for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def compute_hash(template: PodTemplateSpec, collision_count: int | None) -> str:
    """The hash of a template; `collision_count` gives another one after two templates had the same."""
    data = canonical(to_value(template))
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
