"""What a container finds when it looks around: its variables, and the files that the kubelet made for it.

These are copies. A Secret or ConfigMap that changes later changes nothing here, until the kubelet writes the files
anew or starts the container again. A value that comes out of a Secret knows that it does: it is shown only to who asks
for it, and is part of no comparison and no trace.

Source: the kubelet's `pkg/volume/util/atomic_writer.go` (the files), CRI's ``ContainerConfig`` (the variables).
"""

import base64
import binascii
from typing import Any

from kubelab.api.model import field, model

MASK = "********"
"""What is shown in the place of a value that is secret."""


@model
class Content:
    """A value, and where it comes from.

    Attributes:
        value: the value itself; bytes that are no text are kept as Latin-1.
        origin: where it comes from: ``Secret db-login, key password``; "" for what the Pod's own spec says.
        secret: whether it may be shown only to who asks for it.
        binary: whether it is no text.
    """

    value: str = field(default="", hidden=True)
    origin: str = ""
    secret: bool = False
    binary: bool = False

    def text(self, reveal: bool = False) -> str:
        """The value as a person sees it."""
        if self.secret and not reveal:
            return MASK
        return f"<{len(self.value)} bytes>" if self.binary else self.value


@model
class Variable:
    """A variable of a container's environment."""

    name: str = ""
    content: Content = Content()


@model
class File:
    """A file in a volume.

    Attributes:
        path: where in the volume.
        content: what is in it.
    """

    path: str = ""
    content: Content = Content()


@model
class MountedVolume:
    """A volume whose files the kubelet made.

    Attributes:
        sources: what the files were made of, with its version: ``Secret db-login (version 12)``.
        written_at: when they were written, in microseconds since 1970.
        tokens: the files that hold a token of the Pod's ServiceAccount: what the token says follows from the clock.
        files: the files, in order.
        copies: the objects that they were made of, as they were then; None for one that is optional and was not there.
    """

    sources: tuple[str, ...] = ()
    written_at: int = 0
    tokens: tuple[str, ...] = ()
    files: tuple[File, ...] = field(default=(), hidden=True)
    copies: tuple[Any, ...] = field(default=(), hidden=True)


def decoded(text: str, origin: str, secret: bool = False) -> Content:
    """The content that base64 stands for; text that is no base64 stands for itself."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return Content(value=text, origin=origin, secret=secret)
    try:
        return Content(value=raw.decode(), origin=origin, secret=secret)
    except UnicodeDecodeError:
        return Content(value=raw.decode("latin-1"), origin=origin, secret=secret, binary=True)


def values_of(source: Any) -> dict[str, Content]:
    """The values of a ConfigMap or Secret by their keys, in the order of the keys."""
    name, secret = source.metadata.name, source.kind == "Secret"

    def origin(key: str) -> str:
        return f"{source.kind} {name}, key {key}"

    if secret:
        return {key: decoded(source.data[key], origin(key), True) for key in sorted(source.data)}
    plain = {key: Content(value=value, origin=origin(key)) for key, value in source.data.items()}
    packed = {key: decoded(value, origin(key)) for key, value in source.binary_data.items()}
    return dict(sorted({**plain, **packed}.items()))
