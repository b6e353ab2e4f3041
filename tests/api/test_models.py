"""The models themselves: complete, documented, immutable, and cheap to compare."""

import inspect
import re
from typing import Any

import attrs
import pytest

from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap
from kubelab.api.scheme import KINDS
from kubelab.api.shape import Form, fields


def _reachable() -> list[type[Any]]:
    found: dict[type[Any], None] = {}
    waiting = [kind.model for kind in KINDS]
    while waiting:
        model = waiting.pop()
        if model not in found:
            found[model] = None
            waiting += [field.shape.structure for field in fields(model).values() if field.shape.structure is not None]
    return sorted(found, key=lambda model: (model.__module__, model.__name__))


MODELS = _reachable()


def test_there_are_as_many_models_as_the_api_has_structures() -> None:
    assert len(MODELS) > 250


def test_every_model_says_what_it_means() -> None:
    for model in MODELS:
        text = model.__doc__ or ""
        assert len(text) > 10 and "FILL" not in text, model
        described = re.findall(r"^        (\w+): ", text, re.MULTILINE)
        own = [attribute.name for attribute in attrs.fields(model)]
        assert set(described) <= set(own) and len(set(described)) == len(described), model


EVERYDAY = [
    "ObjectMeta",
    "OwnerReference",
    "LabelSelector",
    "Pod",
    "PodSpec",
    "PodStatus",
    "PodCondition",
    "Container",
    "ContainerPort",
    "ContainerStatus",
    "Probe",
    "ResourceRequirements",
    "EnvVar",
    "VolumeMount",
    "Volume",
    "ConfigMapVolumeSource",
    "SecretVolumeSource",
    "Deployment",
    "DeploymentSpec",
    "DeploymentStatus",
    "ReplicaSet",
    "ReplicaSetSpec",
    "ReplicaSetStatus",
    "ReplicationController",
    "Service",
    "ServiceSpec",
    "ServicePort",
    "Endpoints",
    "Node",
    "NodeSpec",
    "NodeStatus",
    "NodeCondition",
    "Taint",
    "Toleration",
    "ConfigMap",
    "Secret",
    "Namespace",
    "EndpointSlice",
    "Endpoint",
    "Lease",
    "LeaseSpec",
    "Event",
]


@pytest.mark.parametrize("name", EVERYDAY)
def test_everyday_models_explain_every_field(name: str) -> None:
    model = next(model for model in MODELS if model.__name__ == name)
    described = set(re.findall(r"^    (\w+): ", inspect.cleandoc(model.__doc__ or ""), re.MULTILINE))
    own = {attribute.name for attribute in attrs.fields(model) if not attribute.inherited}
    assert own <= described


def test_every_model_is_made_of_nothing_and_compares_by_value() -> None:
    for model in MODELS:
        one, other = model(), model()
        assert one == other and hash(one) == hash(other)
        assert repr(one) == f"{model.__name__}()"
        assert not hasattr(one, "__dict__"), model
        with pytest.raises(TypeError):
            model("positional")


def test_merge_keys_are_fields_of_the_items() -> None:
    for model in MODELS:
        for field in fields(model).values():
            item = field.shape.item
            if field.merge_key:
                assert item is not None and item.model is not None and field.merge_key in fields(item.model), model


def test_names_in_manifests_are_upstreams() -> None:
    assert fields(PodSpec)["hostIPC"].name == "host_ipc"
    assert fields(PodSpec)["setHostnameAsFQDN"].shape.optional
    assert fields(PodSpec)["terminationGracePeriodSeconds"].shape.go == "int64"
    assert fields(Pod)["metadata"].shape.model is ObjectMeta
    assert fields(PodSpec)["restartPolicy"].values == ("Always", "OnFailure", "Never")
    assert fields(PodSpec)["containers"].shape.form is Form.LIST


def test_a_frozen_map_cannot_be_changed() -> None:
    given = FrozenMap({"a": 1})
    for change in (
        lambda: given.update(b=2),
        lambda: given.pop("a"),
        lambda: given.clear(),
        lambda: given.setdefault("b", 2),
        lambda: given.popitem(),
        lambda: given.__setitem__("a", 2),
        lambda: given.__delitem__("a"),
        lambda: given.__ior__({"a": 2}),
    ):
        with pytest.raises(TypeError, match="FrozenMap cannot be changed"):
            change()
    assert given == {"a": 1} and hash(given) == hash(FrozenMap(a=1))
    assert given.with_({"a": None, "b": 2}) == {"b": 2} and given == {"a": 1}
