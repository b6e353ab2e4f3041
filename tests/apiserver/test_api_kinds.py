"""The kinds by which an API server is set up are checked, and answered, in the words of a real one."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kubelab import Cluster
from kubelab.api.manifest import from_manifest
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.apiserver.server import handle
from kubelab.errors import StatusError
from kubelab.kubectl import run
from kubelab.sim.state import EPOCH
from kubelab.state.bootstrap import initial_objects
from kubelab.state.requests import Create
from kubelab.state.snapshot import ObjectKey, Snapshot

RECORDED = yaml.safe_load((Path(__file__).parent / "data/refused-kinds.yaml").read_text(encoding="utf-8"))


def fresh() -> Snapshot:
    snapshot = initial_snapshot(EPOCH, system=True)
    for obj in initial_objects(EPOCH):
        snapshot = handle(snapshot, Create(object=obj), EPOCH).snapshot
    return snapshot


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["object"]["kind"])
def test_what_is_wrong_is_refused_in_the_real_words(case: dict[str, Any]) -> None:
    with pytest.raises(StatusError) as refused:
        handle(fresh(), Create(object=from_manifest(case["object"])), EPOCH)
    assert refused.value.message == case["refused"]


SANDBOXED = """
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandboxed}
handler: gvisor
overhead: {podFixed: {cpu: 100m, memory: 64Mi}}
scheduling:
  nodeSelector: {sandbox: "yes"}
  tolerations: [{key: sandbox, operator: Exists, effect: NoSchedule}]
"""

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  runtimeClassName: sandboxed
  tolerations: [{key: sandbox, operator: Equal, value: a, effect: NoSchedule}]
  containers: [{name: web, image: nginx, resources: {requests: {cpu: 200m}}}]
"""


def created(snapshot: Snapshot, *texts: str) -> Snapshot:
    for text in texts:
        snapshot = handle(snapshot, Create(object=from_manifest(yaml.safe_load(text))), EPOCH).snapshot
    return snapshot


def test_a_runtime_class_adds_its_overhead_and_where_its_pods_can_run() -> None:
    snapshot = created(fresh(), SANDBOXED, POD)
    spec = snapshot.objects[ObjectKey("Pod", "default", "web")].spec
    assert dict(spec.overhead) == {"cpu": "100m", "memory": "64Mi"}
    assert dict(spec.node_selector) == {"sandbox": "yes"}
    # What the class tolerates covers what the Pod said; the two that every Pod gets stay.
    assert [(t.key, t.operator) for t in spec.tolerations] == [
        ("node.kubernetes.io/not-ready", "Exists"),
        ("node.kubernetes.io/unreachable", "Exists"),
        ("sandbox", "Exists"),
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("nodeSelector: {sandbox: no-way}", "conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; "
         "pod.spec.nodeSelector[sandbox] = no-way"),
        ("overhead: {cpu: 1}", "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"),
    ],
)  # fmt: skip
def test_a_pod_that_says_something_else_than_its_runtime_class_is_refused(change: str, why: str) -> None:
    with pytest.raises(StatusError) as refused:
        created(fresh(), SANDBOXED, POD.replace("runtimeClassName", f"{change}\n  runtimeClassName"))
    assert refused.value.message == f'pods "web" is forbidden: {why}'


def test_the_overhead_counts_where_the_scheduler_looks() -> None:
    cluster = Cluster(nodes=0)
    cluster.apply("cluster { node worker-1 cpu 1 memory 1Gi label sandbox=yes }")
    run(cluster, "create -f -", stdin=SANDBOXED)
    run(cluster, "create -f -", stdin=POD.replace("cpu: 200m", "cpu: 950m"))
    cluster.run()
    assert "Insufficient cpu" in str(run(cluster, "describe pod web"))


def test_every_group_and_version_that_is_served_has_its_api_service() -> None:
    from kubelab.server import resources

    served = {f"{version}.{group}" for group, versions in resources.groups() for version in versions} | {"v1."}
    listed = {key.name for key in fresh().objects if key.kind == "APIService"}
    # The group of the APIServices themselves is answered by the aggregator, and has none.
    assert listed == served - {"v1.apiregistration.k8s.io"}


def test_an_api_service_of_the_server_itself_is_available_at_once() -> None:
    local = "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.example.com}, "
    local += "spec: {group: example.com, version: v1, groupPriorityMinimum: 1000, versionPriority: 100}}"
    snapshot = created(fresh(), local)
    (condition,) = snapshot.objects[ObjectKey("APIService", "", "v1.example.com")].status.conditions
    assert (condition.type, condition.status, condition.reason) == ("Available", "True", "Local")


def test_every_flow_schema_of_a_fresh_cluster_refers_to_a_level_that_is_there() -> None:
    objects = fresh().objects
    levels = {key.name for key in objects if key.kind == "PriorityLevelConfiguration"}
    flows = [obj for key, obj in objects.items() if key.kind == "FlowSchema"]
    assert len(flows) == 11 and len(levels) == 8
    assert {flow.spec.priority_level_configuration.name for flow in flows} == levels
