"""Encryption at rest: how objects lie in etcd, as opposed to how the API server gives them out.

The API server encrypts what it writes, from the moment at which it is told to. What was written before stays as it
was until it is written again, even if nothing in it changes.

Source: `k8s.io/apiserver/pkg/storage/value/encrypt/aes` (the provider ``aescbc``), `pkg/server/options`.

**Simplified:** the bytes look like those of AES in CBC mode, and are as many; they follow from the object and cannot be
decrypted. Objects that are not encrypted are shown as JSON, where etcd really holds protobuf.
"""

import base64
import json
from hashlib import sha256

from kubelab.api.manifest import to_manifest
from kubelab.api.scheme import by_kind
from kubelab.state.snapshot import Object, ObjectKey, Snapshot

PREFIX = "k8s:enc:aescbc:v1:key1:"
"""How a value begins that the first key of the provider aescbc has encrypted."""

BLOCK = 16
"""Bytes in a block of AES; a value begins with one that is random."""


def is_encrypted(snapshot: Snapshot, obj: Object) -> bool:
    """Whether an object lies encrypted in etcd: it was written after its resource came under encryption."""
    since = snapshot.encrypted.get(by_kind(obj.kind).resource)
    return since is not None and int(obj.metadata.resource_version or 0) > since


def is_stale(snapshot: Snapshot, obj: Object) -> bool:
    """Whether an object should lie encrypted in etcd, and does not yet."""
    return by_kind(obj.kind).resource in snapshot.encrypted and not is_encrypted(snapshot, obj)


def etcd_value(snapshot: Snapshot, key: ObjectKey) -> str:
    """What etcd holds of an object: its JSON, or where it is encrypted the prefix and bytes in base64.

    Raises:
        KeyError: there is no such object.
    """
    obj = snapshot.objects[key]
    plain = json.dumps(to_manifest(obj), ensure_ascii=False, separators=(",", ":"))
    if not is_encrypted(snapshot, obj):
        return plain
    return PREFIX + base64.b64encode(_bytes(key, plain)).decode()


def _bytes(key: ObjectKey, plain: str) -> bytes:
    """As many bytes as AES-CBC makes of a text: a first block, and the text filled up to whole blocks."""
    size = BLOCK + (len(plain.encode()) // BLOCK + 1) * BLOCK
    seed = f"{key.full}\n{plain}".encode()
    blocks = (sha256(number.to_bytes(4, "big") + seed).digest() for number in range(-(-size // 32)))
    return b"".join(blocks)[:size]
