"""lightkube, a small client of many operators, against a served cluster."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("lightkube", reason="pip install 'kubelab[test]'")
pytest.importorskip("uvicorn", reason="pip install 'kubelab[server]'")

from lightkube import ApiError, Client, codecs, operators
from lightkube.config.kubeconfig import KubeConfig
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.autoscaling_v1 import ScaleSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Node, Pod
from lightkube.types import CascadeType, PatchType

from kubelab.cluster import Cluster
from kubelab.server import serve

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: 'nginx:1.27'}]}
"""
KIND = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: moons.sky.example}
spec:
  group: sky.example
  scope: Namespaced
  names: {plural: moons, kind: Moon}
  versions:
  - {name: v1, served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {type: object,
     properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true},
                  status: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The client, of a cluster that goes on by itself, fifty times as fast as the clock on the wall."""
    with serve(Cluster(nodes=2), speed=50.0) as served:
        path: Path = served.write_kubeconfig(tmp_path_factory.mktemp("home") / "config")
        with Client(KubeConfig.from_file(path), field_manager="operator", trust_env=False) as made:
            yield made


def rolled_out(client: Any, replicas: int) -> Any:
    """The Deployment once all of its Pods are new and available."""
    for _, found in client.watch(Deployment, fields={"metadata.name": "web"}, server_timeout=30):
        state = found.status
        counted = (state.replicas, state.updatedReplicas, state.availableReplicas)
        if state.observedGeneration == found.metadata.generation and counted == (replicas,) * 3:
            return found
    raise AssertionError("the watch ended")


def test_an_operator_applies_scales_restarts_and_deletes(client: Any) -> None:
    (wanted,) = codecs.load_all_yaml(DEPLOYMENT)
    made = client.apply(wanted)
    assert [entry.operation for entry in made.metadata.managedFields] == ["Apply"]
    client.wait(Deployment, "web", for_conditions=["Available"])
    scale = client.get(Deployment.Scale, "web")
    assert scale.spec.replicas == 2
    client.replace(Deployment.Scale(metadata=ObjectMeta(name="web"), spec=ScaleSpec(replicas=3)), "web")
    rolled_out(client, 3)
    with pytest.raises(ApiError, match="conflict") as refused:
        client.apply(wanted)
    assert refused.value.status.code == 409
    assert client.apply(wanted, force=True).spec.replicas == 2
    restart = {"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}}
    client.patch(Deployment, "web", restart)
    last = rolled_out(client, 2)
    assert last.metadata.annotations["deployment.kubernetes.io/revision"] == "2"
    client.delete(Deployment, "web", cascade=CascadeType.FOREGROUND)
    since = last.metadata.resourceVersion
    for word, found in client.watch(Deployment, resource_version=since, server_timeout=30):
        if (word, found.metadata.name) == ("DELETED", "web"):
            break
    assert not list(client.list(Pod, labels={"app": operators.in_(["web"])}))


def test_a_list_is_read_in_parts_and_watched_from_where_it_ended(client: Any) -> None:
    for number in range(5):
        client.create(
            ConfigMap(metadata=ObjectMeta(name=f"part-{number}", labels={"part": "yes"})), namespace="default"
        )
    listed = client.list(ConfigMap, chunk_size=2, labels={"part": operators.exists()})
    assert [item.metadata.name for item in listed] == [f"part-{number}" for number in range(5)]
    client.delete(ConfigMap, "part-3")
    watching = client.watch(
        ConfigMap, labels={"part": "yes"}, resource_version=listed.resourceVersion, server_timeout=30
    )
    word, item = next(iter(watching))
    assert (word, item.metadata.name) == ("DELETED", "part-3")
    client.deletecollection(ConfigMap)
    assert not list(client.list(ConfigMap, labels={"part": "yes"}))


def test_every_type_of_patch(client: Any) -> None:
    client.create(ConfigMap(metadata=ObjectMeta(name="cm", namespace="default"), data={"a": "1"}))
    assert client.patch(ConfigMap, "cm", {"data": {"b": "2"}}, patch_type=PatchType.MERGE).data == {"a": "1", "b": "2"}
    operations = [{"op": "remove", "path": "/data/a"}]
    assert client.patch(ConfigMap, "cm", operations, patch_type=PatchType.JSON).data == {"b": "2"}
    assert client.patch(ConfigMap, "cm", {"data": {"c": "3"}}).data == {"b": "2", "c": "3"}
    old = client.get(ConfigMap, "cm")
    client.set(ConfigMap, "cm", labels={"x": "y"})
    with pytest.raises(ApiError, match="the object has been modified") as refused:
        client.replace(old)
    assert refused.value.status.reason == "Conflict"


def test_a_container_is_looked_into(client: Any) -> None:
    (pod,) = codecs.load_all_yaml(
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: nginx}]}}"
    )
    client.create(pod, namespace="default")
    client.wait(Pod, "p", for_conditions=["Ready"])
    said = client.exec("p", command=["hostname"], stdout=True, stderr=True)
    assert (said.stdout, said.exit_code) == ("p\n", 0)
    assert client.exec("p", command=["false"], stdout=True).exit_code == 1
    assert list(client.log("p")) == []
    with pytest.raises(ApiError, match='pods "q" not found'):
        client.log("q")


def test_a_kind_of_ones_own_with_its_status(client: Any) -> None:
    (definition,) = codecs.load_all_yaml(KIND)
    client.create(definition)
    client.wait(CustomResourceDefinition, "moons.sky.example", for_conditions=["Established"])
    moon = create_namespaced_resource("sky.example", "v1", "Moon", "moons")
    client.create(moon(metadata={"name": "io"}, spec={"radius": 1821}), namespace="default")
    client.patch(moon.Status, "io", {"status": {"full": True}}, patch_type=PatchType.MERGE)
    found = client.get(moon, "io")
    assert (found.spec, found.status) == ({"radius": 1821}, {"full": True})
    client.delete(moon, "io")
    with pytest.raises(ApiError, match=r'moons\.sky\.example "io" not found'):
        client.get(moon, "io")


def test_a_node_is_cordoned(client: Any) -> None:
    name = next(iter(client.list(Node))).metadata.name
    assert client.patch(Node, name, {"spec": {"unschedulable": True}}).spec.unschedulable
    assert client.patch(Node, name, {"spec": {"unschedulable": None}}).spec.unschedulable is None
