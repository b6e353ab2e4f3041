"""What kinds and fields mean: everything has a meaning, in one line."""

import pytest

from kubelab.api import meanings
from kubelab.api.core.container import EphemeralContainer
from kubelab.api.core.pod import Pod
from kubelab.api.openapi.schemas import within
from kubelab.api.paths import UnknownFieldError
from kubelab.api.scheme import KINDS
from kubelab.api.shape import fields

STRUCTURES = within(kind.model for kind in KINDS)


@pytest.mark.parametrize("model", STRUCTURES, ids=lambda model: model.__name__)
def test_everything_has_a_meaning_in_one_line(model):
    said = {"": meanings.of_model(model), **{name: meanings.of_field(model, name) for name in fields(model)}}
    assert [name for name, meaning in said.items() if not meaning] == []
    assert [name for name, meaning in said.items() if "\n" in meaning or "`" in meaning or len(meaning) > 200] == []
    assert [name for name, meaning in said.items() if not meaning.endswith(".")] == []


@pytest.mark.parametrize(
    ("thing", "path", "meaning"),
    [
        ("deploy", "", "Keeps Pods of one description alive and replaces them step by step when it changes."),
        ("deployments.apps", "spec.strategy.type", "Little by little, or all at once with a pause between."),
        (Pod, "metadata.ownerReferences.uid", meanings.of("pod", "metadata.ownerReferences[0].uid")),
        ("cronjob", "spec.schedule", "When, in the notation of cron: */5 * * * *."),
        (EphemeralContainer, "image", "What it runs."),
        ("rolebinding", "roleRef.apiGroup", "rbac.authorization.k8s.io."),
    ],
)
def test_a_meaning_is_found_by_a_path(thing, path, meaning):
    assert meanings.of(thing, path) == meaning


def test_names_in_a_meaning_are_those_of_manifests():
    assert "generateName" not in meanings.of("pod", "metadata.generateName")
    assert meanings.of("limitrange", "spec.limits.min") == "The least of each resource."
    assert "fieldsV1" in meanings.of("pod", "metadata.managedFields.apiVersion")


def test_what_is_not_there_is_told_with_what_there_is():
    with pytest.raises(UnknownFieldError) as caught:
        meanings.of("deployment", "spec.replica")
    assert (caught.value.path, caught.value.step) == ("spec.replica", "replica")
    assert "replicas" in caught.value.known
    with pytest.raises(UnknownFieldError):
        meanings.of("nonsense")
