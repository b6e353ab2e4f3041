"""The FILEs of a command: programs, manifests, folders of them, or `-` for what is piped in."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import attrs

from kubelab.errors import KubelabError, UsageError

T = TypeVar("T")
R = TypeVar("R")

LANGUAGES = {".kube": "kube", ".yaml": "yaml", ".yml": "yaml", ".json": "yaml"}
"""What a file's suffix says it is written in; JSON is read as the YAML that it is."""

PIPED = "-"


@attrs.frozen
class Source:
    """A text to read objects from.

    Attributes:
        name: the file as the user gave it, or "<stdin>".
        text: what is in it.
        language: "kube" or "yaml"; None when nothing says it, so that the text itself has to.
    """

    name: str
    text: str
    language: str | None


def read(files: Sequence[str], suffixes: Sequence[str] = tuple(LANGUAGES)) -> tuple[Source, ...]:
    """The sources that `files` name, in their order; those of a folder in the order of their names.

    Raises:
        UsageError: a file is not there, cannot be read, or is of no known kind; a folder holds none.
    """
    return tuple(source for name in files for source in _read_one(name, suffixes))


def paths(files: Sequence[str], suffixes: Sequence[str]) -> tuple[Path, ...]:
    """The files that `files` name, with each folder opened; as `read`, but without reading them.

    Raises:
        UsageError: as `read`.
    """
    return tuple(path for name in files for path in _open_folder(Path(name), suffixes))


def _read_one(name: str, suffixes: Sequence[str]) -> tuple[Source, ...]:
    if name == PIPED:
        return (Source("<stdin>", sys.stdin.read(), None),)
    return tuple(Source(str(path), text(path), LANGUAGES[path.suffix]) for path in _open_folder(Path(name), suffixes))


def _open_folder(path: Path, suffixes: Sequence[str]) -> tuple[Path, ...]:
    if path.is_dir():
        inside = tuple(sorted(child for child in path.iterdir() if child.suffix in suffixes and child.is_file()))
        if not inside:
            raise UsageError(f"{path}: no {_one_of(suffixes)} file in this folder")
        return inside
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder")
    if path.suffix not in suffixes:
        raise UsageError(f"{path}: a {_one_of(suffixes)} file was expected")
    return (path,)


def _one_of(suffixes: Sequence[str]) -> str:
    *others, last = suffixes
    return f"{', '.join(others)} or {last}" if others else last


def text(path: Path) -> str:
    """What is in a file.

    Raises:
        UsageError: it cannot be read, or is no UTF-8 text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not a text in UTF-8 (byte {error.start})") from error


def each(items: Iterable[T], work: Callable[[T], R]) -> tuple[R, ...]:
    """What `work` makes of each item.

    Raises:
        UsageError: it refuses at least one; the text has what it says of all of them.
    """
    made: list[R] = []
    refusals: list[str] = []
    for item in items:
        try:
            made.append(work(item))
        except KubelabError as error:
            refusals.append(str(error))
    if refusals:
        raise UsageError("\n\n".join(refusals))
    return tuple(made)
