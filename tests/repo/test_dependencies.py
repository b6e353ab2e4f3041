"""Dependencies: each has a range, an exact version that is within it, and a reason."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = [text for extra in PROJECT["optional-dependencies"].values() for text in extra]
EVERY = [Requirement(text) for text in [*PROJECT["dependencies"], *EXTRAS]]
REQUIRED = [each for each in EVERY if each.name != PROJECT["name"]]  # an extra may take another one in
LOCK = {
    canonicalize_name(pin.name): pin
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line and not line.startswith("#")
    for pin in [Requirement(line)]
}


def test_the_lock_names_exact_versions_only() -> None:
    assert [str(pin) for pin in LOCK.values() if not re.fullmatch(r"==[^*,]+", str(pin.specifier))] == []


@pytest.mark.parametrize("requirement", REQUIRED, ids=lambda r: r.name)
def test_the_locked_version_is_within_the_range(requirement: Requirement) -> None:
    assert requirement.specifier, "a range is owed"
    version = str(LOCK[canonicalize_name(requirement.name)].specifier).removeprefix("==")
    assert requirement.specifier.contains(version)


@pytest.mark.parametrize("requirement", REQUIRED, ids=lambda r: r.name)
def test_the_decision_for_it_is_written_down(requirement: Requirement) -> None:
    assert requirement.name in (ROOT / "DECISIONS.md").read_text()
