"""What a fresh cluster holds."""

import pytest

from kubelab.api.defaults import apply_defaults
from kubelab.api.manifest import from_manifest, to_manifest
from kubelab.api.scheme import by_kind
from kubelab.state.bootstrap import NAMESPACES, initial_objects
from kubelab.state.snapshot import ObjectKey, key_of

NOW = 1_767_225_600_000_000
OBJECTS = {key_of(obj): obj for obj in initial_objects(NOW)}


def test_every_object_comes_after_its_namespace():
    seen = set()
    for key in OBJECTS:
        assert not key.namespace or ObjectKey("Namespace", "", key.namespace) in seen
        seen.add(key)
    assert len(OBJECTS) == len(initial_objects(NOW))


def test_the_four_namespaces():
    assert [key.name for key in OBJECTS if key.kind == "Namespace"] == list(NAMESPACES)


@pytest.mark.parametrize("key", OBJECTS, ids=str)
def test_each_is_complete(key):
    obj = OBJECTS[key]
    assert apply_defaults(obj) == obj
    assert from_manifest(to_manifest(obj)) == obj
    assert obj.metadata.creation_timestamp == NOW // 1_000_000
    assert bool(key.namespace) == by_kind(key.kind).namespaced


def test_the_service_of_the_api_server_leads_to_it():
    service = OBJECTS[ObjectKey("Service", "default", "kubernetes")]
    endpoint_slice = OBJECTS[ObjectKey("EndpointSlice", "default", "kubernetes")]
    endpoints = OBJECTS[ObjectKey("Endpoints", "default", "kubernetes")]
    assert (service.spec.cluster_ip, service.spec.ports[0].port) == ("10.96.0.1", 443)
    assert endpoint_slice.metadata.labels["kubernetes.io/service-name"] == "kubernetes"
    assert endpoint_slice.endpoints[0].addresses == (endpoints.subsets[0].addresses[0].ip,)
    assert {p.name for p in endpoint_slice.ports} == {p.name for p in service.spec.ports}


def test_one_storage_class_is_the_default():
    classes = [obj for key, obj in OBJECTS.items() if key.kind == "StorageClass"]
    assert [c.metadata.annotations["storageclass.kubernetes.io/is-default-class"] for c in classes] == ["true"]
