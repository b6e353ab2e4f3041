"""Binary data as its base64 text, refused where and as Go's ``encoding/base64`` refuses it."""

import base64

_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def fault(text: str) -> int | None:
    """The byte at which Go's decoder finds that `text` is no base64, or None; line breaks are passed over."""
    data = text.encode()
    position, length = 0, len(data)
    while position < length:
        filled = 0
        while filled < 4:
            if position == length:
                return None if filled == 0 else position - filled
            char = chr(data[position])
            position += 1
            if char in "\r\n":
                continue
            if char in _ALPHABET:
                filled += 1
                continue
            if char != "=" or filled < 2:
                return position - 1
            return _padding_fault(data, position, filled)
    return None


def _padding_fault(data: bytes, position: int, filled: int) -> int | None:
    """The fault after the first ``=`` of the last group of four, of which `filled` characters came before it."""
    length = len(data)

    def skip(at: int) -> int:
        while at < length and data[at] in b"\r\n":
            at += 1
        return at

    if filled == 2:
        position = skip(position)
        if position == length:
            return length
        if data[position] != ord("="):
            return position - 1
        position += 1
    position = skip(position)
    return position if position < length else None


def canonical(text: str) -> str:
    """The text that Go would write for the same bytes: no line breaks, and nothing in the unused bits."""
    return base64.b64encode(base64.b64decode(text.replace("\n", "").replace("\r", ""))).decode()
