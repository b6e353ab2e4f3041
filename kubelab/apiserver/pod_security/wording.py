"""What the checks of both levels have alike: the containers of a Pod, and how what is found is worded.

In Kubernetes: `k8s.io/pod-security-admission/policy` (``visitor.go``, ``helpers.go``).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from kubelab.api.core.pod import PodSpec


class Finding(NamedTuple):
    """What a check found.

    Attributes:
        reason: what is forbidden, in two or three words.
        detail: where it was found, and what it should be.
    """

    reason: str
    detail: str


Check = Callable[[Mapping[str, str], PodSpec], Finding | None]
"""A check of the annotations and the specification of a Pod."""


def containers_of(spec: PodSpec) -> tuple[Any, ...]:
    """All containers of a Pod, in the order in which they are checked."""
    return (*spec.init_containers, *spec.containers, *spec.ephemeral_containers)


def quoted(words: Iterable[str]) -> str:
    """``"a", "b"``."""
    return ", ".join(f'"{word}"' for word in words)


def plural(word: str, count: int) -> str:
    """The word as so many are spoken of; of one, a verb has its s, a noun has none."""
    return word if count == 1 else f"{word}s"


def uses(count: int) -> str:
    """The verb of so many things."""
    return "uses" if count == 1 else "use"


def listed(noun: str, names: Iterable[str]) -> str:
    """``container "a"`` or ``containers "a", "b"``."""
    known = tuple(names)
    return f"{plural(noun, len(known))} {quoted(known)}"


def setters(pod: bool, containers: Iterable[str]) -> str:
    """Who sets something: ``pod and container "a"``, or "" where nobody does."""
    known = tuple(containers)
    return " and ".join([*(["pod"] if pod else []), *([listed("container", known)] if known else [])])


def in_user_namespace(spec: PodSpec) -> bool:
    """Whether the users of a Pod are none of its node, which makes some things harmless."""
    return spec.host_users is False
