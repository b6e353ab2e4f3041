"""Which level of Pod security a Namespace's labels ask for, and what is wrong with them.

In Kubernetes: `k8s.io/pod-security-admission/api` (``PolicyToEvaluate``).
"""

import re
from collections.abc import Mapping

import attrs

from kubelab.api.validation.field_error import Errors, FieldError, invalid

PREFIX = "pod-security.kubernetes.io/"
LEVELS = ("privileged", "baseline", "restricted")
"""From what allows everything to what allows least."""

_VERSION = re.compile(r"v1\.(0|[1-9][0-9]*)")


@attrs.frozen
class LevelVersion:
    """A level as some version of Kubernetes defines it; its text is ``baseline:latest`` or ``restricted:v1.30``.

    Attributes:
        level: one of `LEVELS`.
        version: ``latest`` or ``v1.N``.
    """

    level: str = "privileged"
    version: str = "latest"

    @property
    def strictness(self) -> int:
        """How much is forbidden: more the greater the number."""
        return LEVELS.index(self.level)

    @property
    def minor(self) -> int | None:
        """The N of ``v1.N``, or None for the latest."""
        return None if self.version == "latest" else int(self.version.removeprefix("v1."))

    def __str__(self) -> str:
        return f"{self.level}:{self.version}"


@attrs.frozen
class Policy:
    """What is asked of the Pods of a Namespace.

    Attributes:
        enforce: what is refused.
        warn: what is let in with a warning.
        errors: what is wrong with the labels.
    """

    enforce: LevelVersion = LevelVersion()
    warn: LevelVersion = LevelVersion()
    errors: tuple[FieldError, ...] = ()

    @property
    def open(self) -> bool:
        """Whether nothing is asked for."""
        return not self.errors and self.enforce.level == self.warn.level == "privileged"


def policy_of(labels: Mapping[str, str]) -> Policy:
    """The policy of a Namespace with these labels.

    A label that cannot be read counts as ``restricted`` where Pods are refused, as nothing where they are warned of.
    """
    errors = tuple(_errors(labels))
    if not any(key.startswith(PREFIX) for key in labels):
        return Policy()
    enforce, warn = LevelVersion(), LevelVersion()
    level, version = labels.get(f"{PREFIX}enforce"), labels.get(f"{PREFIX}enforce-version")
    if level is not None:
        enforce = attrs.evolve(enforce, level=level if level in LEVELS else "restricted")
    if version is not None and _VERSION.fullmatch(version):
        enforce = attrs.evolve(enforce, version=version)
    warned, of = labels.get(f"{PREFIX}warn"), labels.get(f"{PREFIX}warn-version")
    if warned in LEVELS:
        warn = attrs.evolve(warn, level=warned)
    if of is not None and _VERSION.fullmatch(of):
        warn = attrs.evolve(warn, version=of)
    if warned is None and level in LEVELS and enforce.strictness > warn.strictness:
        warn = LevelVersion(enforce.level, warn.version if of is not None else enforce.version)
    return Policy(enforce, warn, errors)


def _errors(labels: Mapping[str, str]) -> Errors:
    for mode in ("enforce", "audit", "warn"):
        for part in (mode, f"{mode}-version"):
            label = f"{PREFIX}{part}"
            value = labels.get(label)
            if value is None:
                continue
            if part == mode and value not in LEVELS:
                yield invalid(f"metadata.labels[{label}]", value, f"must be one of {', '.join(LEVELS)}")
            if part != mode and value != "latest" and not _VERSION.fullmatch(value):
                yield invalid(f"metadata.labels[{label}]", value, 'must be "latest" or "v1.x"')
