"""OpenAPI: that what the documents say is well formed, and true of what kubelab itself writes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kubelab import Cluster
from kubelab.api.manifest import to_manifest
from kubelab.api.openapi import documents
from kubelab.api.openapi.naming import definition_name
from kubelab.api.scheme import KINDS, by_kind
from kubelab.api.shape import fields
from kubelab.apiserver.field_owners.history import shown

EXAMPLES = Path(__file__).resolve().parents[2] / "grammar" / "examples"
PREFIX = "#/components/schemas/"


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation


def without_nulls(part: Any) -> Any:
    """Go writes null where it knows nothing, of which Kubernetes' documents say nothing."""
    if isinstance(part, dict):
        return {name: without_nulls(value) for name, value in part.items() if value is not None}
    return [without_nulls(value) for value in part] if isinstance(part, list) else part


def schemas(kind: str) -> dict[str, Any]:
    group = by_kind(kind)
    document = documents.version(f"apis/{group.api_version}" if group.group else "api/v1")
    assert document is not None
    return document["components"]["schemas"]


ALL = [*(documents.version(place) for place in documents.places()), documents.swagger()]


@pytest.mark.parametrize("document", ALL, ids=[*documents.places(), "v2"])
def test_a_document_is_whole(document):
    pools = document.get("definitions") or document["components"]["schemas"]
    names = {reference.rpartition("/")[2] for reference in references(document)}
    assert names <= set(pools)
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for path, item in document["paths"].items():
        said = {p["name"] for p in item["parameters"] if p["in"] == "path"}
        assert said == {step[1:-1] for step in path.split("/") if step.startswith("{")}
    for schema in pools.values():
        assert set(schema.get("required", ())) <= set(schema.get("properties", {}))
        assert schema["description"]
    json.dumps(document)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_kind_is_defined_under_upstreams_name(kind):
    name = definition_name(kind.model)
    definition = schemas(kind.kind)[name]
    assert definition["x-kubernetes-group-version-kind"] == [
        {"group": kind.group, "version": kind.version, "kind": kind.kind}
    ]
    assert set(definition["properties"]) == {"apiVersion", "kind", *fields(kind.model)}


@pytest.mark.parametrize(
    ("kind", "name", "field", "expected"),
    [
        (
            "Pod",
            "io.k8s.api.core.v1.PodSpec",
            "containers",
            {
                "type": "array",
                "items": {"$ref": PREFIX + "io.k8s.api.core.v1.Container"},
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["name"],
                "x-kubernetes-patch-strategy": "merge",
                "x-kubernetes-patch-merge-key": "name",
            },
        ),
        (
            "Service",
            "io.k8s.api.core.v1.ServiceSpec",
            "ports",
            {
                "type": "array",
                "items": {"$ref": PREFIX + "io.k8s.api.core.v1.ServicePort"},
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["port", "protocol"],
                "x-kubernetes-patch-strategy": "merge",
                "x-kubernetes-patch-merge-key": "port",
            },
        ),
        ("Deployment", "io.k8s.api.apps.v1.DeploymentSpec", "replicas", {"type": "integer", "format": "int32"}),
        (
            "Deployment",
            "io.k8s.api.apps.v1.RollingUpdateDeployment",
            "maxSurge",
            {"allOf": [{"$ref": PREFIX + "io.k8s.apimachinery.pkg.util.intstr.IntOrString"}]},
        ),
        (
            "Deployment",
            "io.k8s.api.apps.v1.DeploymentSpec",
            "strategy",
            {
                "allOf": [{"$ref": PREFIX + "io.k8s.api.apps.v1.DeploymentStrategy"}],
                "x-kubernetes-patch-strategy": "retainKeys",
            },
        ),
        (
            "PodDisruptionBudget",
            "io.k8s.api.policy.v1.PodDisruptionBudgetSpec",
            "selector",
            {
                "allOf": [{"$ref": PREFIX + "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"}],
                "x-kubernetes-patch-strategy": "replace",
            },
        ),
        (
            "Secret",
            "io.k8s.api.core.v1.Secret",
            "data",
            {"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
        ),
        (
            "Pod",
            "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
            "finalizers",
            {
                "type": "array",
                "items": {"type": "string"},
                "x-kubernetes-list-type": "set",
                "x-kubernetes-patch-strategy": "merge",
            },
        ),
    ],
)
def test_a_field_says_its_type_and_how_it_is_merged(kind, name, field, expected):
    found = dict(schemas(kind)[name]["properties"][field])
    found.pop("description", None)
    assert found == expected


def test_what_must_be_there_is_required():
    pool = schemas("Deployment")
    assert pool["io.k8s.api.apps.v1.DeploymentSpec"]["required"] == ["selector", "template"]
    assert pool["io.k8s.api.core.v1.Container"]["required"] == ["name"]
    assert "required" not in pool["io.k8s.api.core.v1.Probe"]


def test_a_patch_takes_the_parameters_by_which_kubectl_knows_that_the_server_validates():
    document = documents.version("apis/apps/v1")
    assert document is not None
    patch = document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
    assert patch["x-kubernetes-group-version-kind"] == {"group": "apps", "version": "v1", "kind": "Deployment"}
    assert [p["name"] for p in patch["parameters"]] == ["dryRun", "fieldManager", "fieldValidation", "force"]
    assert "application/apply-patch+yaml" in patch["requestBody"]["content"]


def test_the_index_names_each_document_with_a_hash_of_its_own():
    paths = documents.index()["paths"]
    assert set(paths) == set(documents.places())
    hashes = {each["serverRelativeURL"].partition("?hash=")[2] for each in paths.values()}
    assert len(hashes) == len(paths)
    assert documents.version("apis/nothing/v1") is None


def test_what_a_cluster_holds_is_as_the_documents_say():
    cluster = Cluster()
    cluster.apply((EXAMPLES / "shop.kube").read_text(encoding="utf-8"))
    cluster.run()
    snapshot = cluster.view.snapshot
    seen = set()
    for key in sorted(snapshot.objects):
        seen.add(key.kind)
        pool = schemas(key.kind)
        reference = {"$ref": PREFIX + definition_name(by_kind(key.kind).model)}
        manifest = to_manifest(shown(snapshot, snapshot.objects[key]))
        jsonschema.validate(without_nulls(manifest), {**reference, "components": {"schemas": pool}})
    assert {"Pod", "Deployment", "Node", "ClusterRole", "EndpointSlice"} <= seen
