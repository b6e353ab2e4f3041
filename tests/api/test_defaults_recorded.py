"""Manifests that a real control plane of Kubernetes 1.36 accepted, and what it stored."""

import json
from pathlib import Path
from typing import Any

import pytest

from kubelab.api import manifest
from kubelab.api.defaults import apply_defaults

DATA = json.loads((Path(__file__).parent / "data" / "defaults.json").read_text())
OBJECTS = manifest.load(DATA["manifests"])

# What admission and the registry add after defaulting, by kind.
ADDED_LATER: dict[str, tuple[str, ...]] = {
    "Pod": ("preemptionPolicy", "priority", "serviceAccount", "serviceAccountName", "tolerations"),
    "Service": ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"),
}
FIELDS = ("spec", "type", "data", "roleRef", "subjects", "reclaimPolicy", "volumeBindingMode")


def without_admission(stored: dict[str, Any]) -> dict[str, Any]:
    stored = json.loads(json.dumps(stored))
    spec = stored.get("spec") or {}
    for field in ADDED_LATER.get(stored["kind"], ()):
        spec.pop(field, None)
    if stored["kind"] == "Pod":
        spec["volumes"] = [volume for volume in spec["volumes"] if not volume["name"].startswith("kube-api-access")]
        for container in spec["containers"]:
            del container["volumeMounts"]
    return stored


def as_stored(value: Any) -> Any:
    """A manifest as it was recorded: without metadata of templates that says nothing."""
    if isinstance(value, dict):
        items = {key: as_stored(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if (key, item) != ("metadata", {})}
    return [as_stored(item) for item in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize("index", range(len(OBJECTS)), ids=lambda index: OBJECTS[index].kind)
def test_defaults_are_what_the_server_stored(index: int) -> None:
    filled = manifest.to_manifest(apply_defaults(OBJECTS[index]))
    expected = without_admission(DATA["stored"][index])
    assert filled["kind"] == expected["kind"]
    assert as_stored({key: filled[key] for key in FIELDS if key in filled}) == as_stored(
        {key: expected[key] for key in FIELDS if key in expected}
    )
    assert filled["metadata"].get("labels") == expected.get("labels")


@pytest.mark.parametrize("index", range(len(OBJECTS)), ids=lambda index: OBJECTS[index].kind)
def test_defaulting_again_gives_the_same_object(index: int) -> None:
    once = apply_defaults(OBJECTS[index])
    assert apply_defaults(once) is once
