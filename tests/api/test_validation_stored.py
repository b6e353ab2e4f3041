"""Objects as a real control plane of Kubernetes 1.36 held them: nothing is missing in them and nothing is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from kubelab.api import manifest
from kubelab.api.defaults import apply_defaults
from kubelab.api.model import evolve
from kubelab.api.validation import validate, validate_update

STORED = json.loads((Path(__file__).parent / "data" / "stored.json").read_text())


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: f"{stored['kind']} {stored['metadata']['name']}")
def test_what_a_real_server_holds_is_complete_and_right(stored: dict[str, Any]) -> None:
    obj = manifest.from_manifest(stored)
    assert apply_defaults(obj) is obj
    errors = [str(error) for error in validate(obj)]
    # The recording has one name for all uids, so that a Job's own cannot be told from its selector's.
    assert [line for line in errors if "not auto-generated" not in line] == []


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: f"{stored['kind']} {stored['metadata']['name']}")
def test_a_label_more_is_a_change_that_is_allowed(stored: dict[str, Any]) -> None:
    old: Any = manifest.from_manifest(stored)
    old = evolve(old, metadata=evolve(old.metadata, resource_version="7"))
    new = evolve(old, metadata=evolve(old.metadata, labels=old.metadata.labels.with_({"seen": "yes"})))
    errors = [str(error) for error in validate_update(new, old)]
    assert [line for line in errors if "not auto-generated" not in line] == []
    # Recordings are without times.
    statuses = [error for error in validate_update(new, old, "status") if not error.path.endswith("Time")]
    assert statuses == []
