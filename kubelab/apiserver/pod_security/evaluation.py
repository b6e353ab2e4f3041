"""Which checks a version of a level has, and what they find in a Pod.

In Kubernetes: `k8s.io/pod-security-admission/policy` (``registry.go``, ``checks.go``).
"""

from collections.abc import Mapping
from functools import cache

from kubelab.api.core.pod import PodSpec
from kubelab.apiserver.pod_security import baseline, restricted
from kubelab.apiserver.pod_security.levels import LevelVersion
from kubelab.apiserver.pod_security.wording import Check, Finding

_Versions = Mapping[str, tuple[tuple[int, Check], ...]]

NEWEST = max(
    since for checks in (baseline.CHECKS, restricted.CHECKS) for known in checks.values() for since, _ in known
)
"""The N of the version 1.N after which no check has changed."""


def violations(asked: LevelVersion, annotations: Mapping[str, str], spec: PodSpec) -> tuple[Finding, ...]:
    """What a Pod has that the level forbids, in the order of the checks' names, those of ``baseline`` first."""
    if asked.level == "privileged":
        return ()
    minor = NEWEST if asked.minor is None else min(asked.minor, NEWEST)
    found = (check(annotations, spec) for check in _checks(asked.level, minor))
    return tuple(finding for finding in found if finding is not None)


def reasons(found: tuple[Finding, ...]) -> str:
    """The findings in short."""
    return ", ".join(finding.reason for finding in found)


def details(found: tuple[Finding, ...]) -> str:
    """The findings with all that there is to say."""
    return ", ".join(f"{reason} ({detail})" if detail else reason for reason, detail in found)


@cache
def _checks(level: str, minor: int) -> tuple[Check, ...]:
    lower = _of_version(baseline.CHECKS, minor)
    if level == "baseline":
        return tuple(lower[name] for name in sorted(lower))
    upper = _of_version(restricted.CHECKS, minor)
    replaced = {restricted.INSTEAD_OF.get(name) for name in upper}
    kept = (lower[name] for name in sorted(lower) if name not in replaced)
    return (*kept, *(upper[name] for name in sorted(upper)))


def _of_version(checks: _Versions, minor: int) -> dict[str, Check]:
    of_then = {name: [check for since, check in known if since <= minor] for name, known in checks.items()}
    return {name: known[-1] for name, known in of_then.items() if known}
