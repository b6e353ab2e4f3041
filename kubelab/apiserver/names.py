"""The names, uids and suffixes that the API server makes.

A real server draws them at random. Here they follow from what is written and when, so that the same program gets
the same names on every machine; their alphabet and their shape are the real ones.

Source: apimachinery `pkg/util/rand` (SafeEncodeString), `pkg/storage/names`, RFC 9562.
"""

import hashlib

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Letters and digits of generated names: no vowels, so that no words arise, and no 0, 1, 3, which look like letters."""

SUFFIX_LENGTH = 5

MAX_GENERATED_BASE = 58
"""The longest part of `generateName` that is kept, so that the name fits in 63 characters."""


def _digest(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()


def suffix(*parts: str) -> str:
    """Five characters that follow from `parts`."""
    number = int.from_bytes(_digest("suffix", *parts)[:8])
    letters = []
    for _ in range(SUFFIX_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def generate(base: str, *parts: str) -> str:
    """A name from `generateName`: the base and a suffix that follows from `parts`."""
    return base[:MAX_GENERATED_BASE] + suffix(base, *parts)


def uid(*parts: str) -> str:
    """A uid in the form of a version-4 UUID that follows from `parts`."""
    raw = bytearray(_digest("uid", *parts))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
