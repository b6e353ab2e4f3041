"""Each component stopped by itself: what then no longer happens, and that it happens once the component is back."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from kubelab import Cluster
from kubelab.api.core.node import Node
from kubelab.api.meta import ObjectMeta
from kubelab.errors import UsageError

CLOUD = "cluster { node worker-[1..3]; cloud }"
INGRESSES = "nginx, haproxy, ambassador, enroute, aws-alb, application-gateway"
WEB = "pod web nginx port 80"
SERVICE = "service web -> app=web port 80"
QUOTA = "ResourceQuota most { .spec.hard = {pods: 5} }"
AGGREGATED = """
ClusterRole whole { .aggregationRule.clusterRoleSelectors = [{matchLabels: {part: whole}}] }
ClusterRole piece { label part=whole ; .rules = [{apiGroups: [""], resources: [pods], verbs: [get]}] }
"""
BUDGET = "PodDisruptionBudget web { .spec.minAvailable = 1; .spec.selector = {matchLabels: {app: web}} }"
CLAIM = "pvc files 1Gi; pod db postgres { mount pvc files at /data }"
TOKEN = """
serviceaccount king
secret king: service-account-token { .metadata.annotations["kubernetes.io/service-account.name"] = king }
"""
VOLUME = """
PersistentVolume disk {
  .spec = {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /disk}}
}
"""
DEFINITION = """
CustomResourceDefinition loaves.example.com {
  .spec.group = example.com
  .spec.scope = Namespaced
  .spec.names = {plural: loaves, singular: loaf, kind: Loaf}
  .spec.versions = [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
}
"""
DISK = "pvc data 5Gi"
DISK_USER = "pod one nginx { nodeName worker-1; mount pvc data at /data }"
SCALED = """
deployment web x1 nginx { request cpu 200m }
HorizontalPodAutoscaler web {
  .spec.scaleTargetRef = {apiVersion: apps/v1, kind: Deployment, name: web}
  .spec.maxReplicas = 5
  .spec.metrics = [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]
}
"""

Act = str | Callable[[Cluster], object]


@attrs.frozen
class Case:
    """What a component is good for.

    Attributes:
        does: what is done while it is stopped: a program, or something else.
        happened: whether what it should make of that has happened.
        before: the program that there was before.
        time: how much time goes by for it; "" until the cluster has settled.
        equipment: with what the cluster begins.
    """

    does: Act
    happened: Callable[[Cluster], Any]
    before: str = ""
    time: str = ""
    equipment: str = "cluster { node worker-[1..3] }"


def has(kind: str, name: str, namespace: str = "default") -> Callable[[Cluster], Any]:
    return lambda made: made.view.get(kind, namespace, name) is not None


def gone(kind: str, name: str, namespace: str = "default") -> Callable[[Cluster], Any]:
    return lambda made: made.view.get(kind, namespace, name) is None


def count(kind: str, number: int) -> Callable[[Cluster], Any]:
    return lambda made: len(made.view.list(kind, "default" if kind != "PersistentVolume" else None)) == number


def of(kind: str, name: str, read: Callable[[Any], Any], namespace: str = "default") -> Callable[[Cluster], Any]:
    """Whether an object is there of which something is true."""

    def happened(made: Cluster) -> Any:
        found = made.view.get(kind, namespace, name)
        return found is not None and read(found)

    return happened


def restarted(made: Cluster) -> Any:
    return made.view.get("Pod", "default", "web").status.container_statuses[0].restart_count


def slices(made: Cluster) -> Any:
    pieces = made.view.labelled("EndpointSlice", "default", {"kubernetes.io/service-name": "web"})
    return sum(len(piece.endpoints) for piece in pieces)


def silent(node: Any) -> Any:
    return any(each.type == "Ready" and each.status == "Unknown" for each in node.status.conditions)


def address(obj: Any) -> Any:
    return obj.status.load_balancer.ingress


def attached(made: Cluster) -> Any:
    return any(each.status.attached for each in made.view.list("VolumeAttachment"))


def wants_more(deployment: Any) -> Any:
    return deployment.spec.replicas > 1


def a_new_node(made: Cluster) -> object:
    return made.apply([Node(metadata=ObjectMeta(name="worker-9"))])


def ingress(name: str, class_name: str) -> Case:
    """An Ingress controller gives its Ingresses an address."""
    wanted = f"ingress shop class {class_name} {{ shop.example.com/ -> service web:80 }}"
    equipment = f"cluster {{ node worker-[1..3]; cloud; ingress {name} }}"
    return Case(f"{wanted}; {SERVICE}", of("Ingress", "shop", address), WEB, equipment=equipment)


CASES = {
    "deployment-controller": Case("deployment web x2 nginx", count("ReplicaSet", 1)),
    "replicaset-controller": Case("replicaset web x2 nginx", count("Pod", 2)),
    "replication-controller": Case("replicationcontroller web x2 nginx", count("Pod", 2)),
    "statefulset-controller": Case("statefulset web x2 nginx", count("Pod", 2)),
    "daemonset-controller": Case("daemonset web nginx", count("Pod", 3)),
    "job-controller": Case("job once busybox { exits after 1s }", count("Pod", 1)),
    "cronjob-controller": Case(
        'cronjob often schedule "* * * * *" busybox { exits after 1s }', lambda made: made.view.list("Job"), time="3m"
    ),
    "ttl-after-finished-controller": Case(
        "job once busybox { exits after 1s; .spec.ttlSecondsAfterFinished = 5 }", gone("Job", "once"), time="60s"
    ),
    "disruption-controller": Case(
        BUDGET, of("PodDisruptionBudget", "web", lambda it: it.status.disruptions_allowed), "deployment web x2 nginx"
    ),
    "kube-scheduler": Case(WEB, of("Pod", "web", lambda it: it.spec.node_name)),
    "endpoint-slice-controller": Case(SERVICE, slices, WEB),
    "endpoint-controller": Case(SERVICE, of("Endpoints", "web", lambda it: it.subsets), WEB),
    "namespace-controller": Case(
        lambda made: made.delete("namespace/shop"), gone("Namespace", "shop", ""), "namespace shop { pod web nginx }"
    ),
    "service-account-controller": Case("namespace shop", has("ServiceAccount", "default", "shop")),
    "serviceaccount-token-controller": Case(TOKEN, of("Secret", "king", lambda it: it.data.get("token"))),
    "root-ca-cert-publisher": Case("namespace shop", has("ConfigMap", "kube-root-ca.crt", "shop")),
    "resourcequota-controller": Case(QUOTA, of("ResourceQuota", "most", lambda it: it.status.used.get("pods")), WEB),
    "clusterrole-aggregation-controller": Case(AGGREGATED, of("ClusterRole", "whole", lambda it: it.rules, "")),
    "garbage-collector-controller": Case(
        lambda made: made.delete("deployment/web"), count("Pod", 0), "deployment web x2 nginx"
    ),
    "node-ipam-controller": Case(a_new_node, of("Node", "worker-9", lambda it: it.spec.pod_cidr, "")),
    "ttl-controller": Case(
        a_new_node, of("Node", "worker-9", lambda it: it.metadata.annotations.get("node.alpha.kubernetes.io/ttl"), "")
    ),
    "node-controller": Case(lambda made: made.kill("worker-1"), of("Node", "worker-1", silent, ""), time="2m"),
    "taint-eviction-controller": Case(
        "cluster { node worker-[1..3] taint out=now:NoExecute }", gone("Pod", "web"), WEB
    ),
    "pod-garbage-collector": Case(
        lambda made: made.delete("node/worker-1"), gone("Pod", "web"), f"{WEB} nodeName worker-1", time="5m"
    ),
    "persistentvolume-controller": Case(
        CLAIM, of("PersistentVolumeClaim", "files", lambda it: it.status.phase == "Bound")
    ),
    "apiextensions-apiserver": Case(
        DEFINITION, of("CustomResourceDefinition", "loaves.example.com", lambda it: it.status.conditions, "")
    ),
    "attachdetach-controller": Case(DISK_USER, lambda made: made.view.list("VolumeAttachment"), DISK, equipment=CLOUD),
    "csi-attacher": Case(DISK_USER, attached, DISK, equipment=CLOUD),
    "horizontal-pod-autoscaler": Case(
        lambda made: made.load("deployment/web", "900m"), of("Deployment", "web", wants_more), SCALED, time="60s"
    ),
    "csi-provisioner": Case(CLAIM, count("PersistentVolume", 1)),
    "persistentvolumeclaim-protection-controller": Case(
        lambda made: made.delete("pvc/files"), gone("PersistentVolumeClaim", "files"), "pvc files 1Gi"
    ),
    "persistentvolume-protection-controller": Case(
        lambda made: made.delete("pv/disk"), gone("PersistentVolume", "disk", ""), VOLUME
    ),
    "service-controller": Case(
        "service web LoadBalancer -> app=web port 80", of("Service", "web", address), equipment=CLOUD
    ),
    "cloud-node-lifecycle-controller": Case(
        lambda made: made.terminate("worker-3"), gone("Node", "worker-3", ""), time="5m", equipment=CLOUD
    ),
    "route-controller": Case(
        a_new_node, lambda made: "worker-9" in made.view.snapshot.cloud.routes, time="1m", equipment=CLOUD
    ),
    "nginx-ingress-controller": ingress("nginx", "nginx"),
    "haproxy-ingress-controller": ingress("haproxy", "haproxy"),
    "ambassador": ingress("ambassador", "ambassador"),
    "enroute": ingress("enroute", "enroute"),
    "aws-load-balancer-controller": ingress("aws-alb", "alb"),
    "application-gateway-ingress-controller": ingress("application-gateway", "azure-application-gateway"),
    "kubelet": Case(WEB, of("Pod", "web", lambda it: it.status.phase == "Running")),
    "container-runtime": Case(WEB, of("Pod", "web", lambda it: it.status.phase == "Running")),
    "kube-proxy": Case(SERVICE, lambda made: made.walk("client", "web").ok, f"{WEB}; pod client busybox"),
    "kube-apiserver": Case(lambda made: made.crash("web"), restarted, WEB),
    "etcd": Case(lambda made: made.crash("web"), restarted, WEB),
}
"""What there is to see of each component."""


def act(made: Cluster, does: Act) -> None:
    if callable(does):
        does(made)
    elif does:
        made.apply(does)


@pytest.mark.parametrize("component", CASES)
def test_what_a_component_does_nobody_does_while_it_is_stopped_and_it_catches_up(component: str) -> None:
    case = CASES[component]
    made = Cluster()
    made.apply(f"{case.equipment}\n{case.before}")
    made.run()
    made.stop(component)
    act(made, case.does)
    made.run(for_=case.time)
    assert not case.happened(made), "somebody else has done it"
    made.start(component)
    made.run(for_=case.time)
    assert case.happened(made), made.trace()[-2000:]


def test_every_component_is_among_them() -> None:
    made = Cluster()
    made.apply(f"cluster {{ node worker-[1..3]; cloud; ingress {INGRESSES} }}")
    known = {each.name for each in (*made.engine.components, *made.engine.node_components)}
    assert known | {"kube-apiserver", "etcd", "container-runtime"} == set(CASES)
    assert set(CASES) <= {name.partition("/")[0] for name in made.components}


def test_without_the_controllers_nothing_is_made_of_a_deployment_and_then_all_of_it() -> None:
    made = Cluster()
    made.stop("kube-controller-manager")
    made.apply("deployment web x2 nginx port 80\nservice web -> deployment web")
    made.run()
    assert not made.view.list("ReplicaSet")
    assert not slices(made)
    made.start("kube-controller-manager")
    made.run()
    assert slices(made) == 2


def test_without_its_container_runtime_a_machine_is_not_ready_and_what_runs_there_goes_on() -> None:
    made = Cluster(nodes=2)
    made.apply(f"pod web nginx {{ nodeName worker-1; port 80 }}; pod client busybox {{ nodeName worker-2 }}; {SERVICE}")
    made.run()
    made.stop("container-runtime/worker-1")
    made.run(for_="1m")
    (ready,) = (each for each in made.view.get("Node", "", "worker-1").status.conditions if each.type == "Ready")
    assert (ready.status, ready.reason, ready.message) == ("False", "KubeletNotReady", "container runtime is down")
    assert made.walk("client", "pod/web").ok
    made.delete("pod/web")
    made.run(for_="1m")
    assert made.view.get("Pod", "default", "web").metadata.deletion_timestamp is not None
    made.start("container-runtime/worker-1")
    made.run()
    assert made.view.get("Pod", "default", "web") is None
    with pytest.raises(UsageError, match="container-runtime/worker-1 is running"):
        made.start("container-runtime/worker-1")


def test_containers_run_on_while_everything_else_is_stopped() -> None:
    made = Cluster()
    made.apply(f"{WEB}\n{SERVICE}\npod client busybox")
    made.run()
    for component in ("kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet", "kube-apiserver", "etcd"):
        made.stop(component)
    made.run(for_="10m")
    assert made.walk("client", "web").ok, "the runtime runs the containers, and the rules are in the kernel"
