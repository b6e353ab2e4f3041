"""Ingress controllers: which Ingresses they claim, and how these get their addresses."""

import pytest

from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod
from kubelab.api.core.pod_status import PodCondition, PodStatus
from kubelab.api.core.service import LoadBalancerIngress, LoadBalancerStatus, Service, ServiceSpec, ServiceStatus
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.networking import Ingress, IngressClass, IngressClassSpec, IngressSpec, IngressTLS
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.ingress import IMPLEMENTATIONS, ingress_controllers
from kubelab.errors import UsageError
from kubelab.state import store
from kubelab.state.cloud import Cloud
from kubelab.state.cloud_requests import DeleteLoadBalancer, EnsureLoadBalancer
from kubelab.state.requests import Record, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

NOW = 1_767_225_600_000_000
KEY = ObjectKey("Ingress", "shop", "web")
(NGINX,) = ingress_controllers(["nginx"])
(HAPROXY,) = ingress_controllers(["haproxy"])
ALB, GATEWAY = ingress_controllers(["aws-alb", "application-gateway"], cloud=True)
CLASSES = tuple(
    IngressClass(metadata=ObjectMeta(name=each.ingress_class), spec=IngressClassSpec(controller=each.controller))
    for each in IMPLEMENTATIONS.values()
)
FINALIZER = "ingress.k8s.aws/resources"


def view(*objects, cloud=None, now=NOW):
    snapshot = Snapshot(cloud=cloud)
    for obj in (*CLASSES, Node(metadata=ObjectMeta(name="w-1")), *objects):
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, now)


def ingress(cls="nginx", finalizers=(), deleted=False, tls=(), annotations=None):
    return Ingress(
        metadata=ObjectMeta(
            name="web",
            namespace="shop",
            uid="4711-0815",
            finalizers=finalizers,
            deletion_timestamp=Time(1) if deleted else None,
            annotations=FrozenMap(annotations or {}),
        ),
        spec=IngressSpec(ingress_class_name=cls, tls=tls),
    )


def proxy(name="nginx", address="", ready="True"):
    """The proxy's Pod and Service, as they are in a cluster."""
    labels = FrozenMap({"app.kubernetes.io/name": f"ingress-{name}"})
    pod = Pod(
        metadata=ObjectMeta(name="p", namespace=f"ingress-{name}", labels=labels),
        status=PodStatus(host_ip="172.18.0.3", conditions=(PodCondition(type="Ready", status=ready),)),
    )
    given = (LoadBalancerIngress(ip=address, ip_mode="VIP"),) if address else ()
    service = Service(
        metadata=ObjectMeta(name=f"ingress-{name}-controller", namespace=f"ingress-{name}"),
        spec=ServiceSpec(type="LoadBalancer" if address else "NodePort"),
        status=ServiceStatus(load_balancer=LoadBalancerStatus(ingress=given)),
    )
    return pod, service


def addresses(update):
    assert isinstance(update, Update) and update.subresource == "status"
    return [a.ip or a.hostname for a in update.object.status.load_balancer.ingress]


def noted(*requests):
    return [(n.component, n.reason, n.message) for request in requests for n in request.events]


def test_nginx_takes_an_ingress_on_and_tells_it_the_address_of_its_service():
    record, update = NGINX.reconcile(view(*proxy(address="203.0.113.9"), ingress()), KEY)
    assert isinstance(record, Record)
    assert NGINX.name == "nginx-ingress-controller"
    assert noted(record, update) == [("", "Sync", "Scheduled for sync")]
    assert addresses(update) == ["203.0.113.9"]


def test_without_a_cloud_it_is_reached_at_the_node_that_it_runs_on():
    _, update = NGINX.reconcile(view(*proxy(), ingress()), KEY)
    assert addresses(update) == ["172.18.0.3"]


def test_haproxy_says_nothing():
    (update,) = HAPROXY.reconcile(view(*proxy("haproxy"), ingress("haproxy")), KEY)
    assert addresses(update) == ["172.18.0.3"]
    assert noted(update) == []


def test_a_proxy_that_does_not_run_gives_no_address():
    assert list(HAPROXY.reconcile(view(*proxy("haproxy", ready="False"), ingress("haproxy")), KEY)) == []


@pytest.mark.parametrize("cls", [None, "haproxy", "nobody"])
def test_ingresses_of_others_are_left_alone(cls):
    assert list(NGINX.reconcile(view(*proxy(), ingress(cls)), KEY)) == []


def test_the_old_annotation_counts():
    old = ingress(None, annotations={"kubernetes.io/ingress.class": "haproxy"})
    (update,) = HAPROXY.reconcile(view(*proxy("haproxy"), old), KEY)
    assert addresses(update) == ["172.18.0.3"]


def test_an_alb_is_made_for_each_ingress_while_it_waits():
    hold, call = ALB.reconcile(view(ingress("alb", tls=(IngressTLS(),)), cloud=Cloud()), KEY)
    assert hold.object.metadata.finalizers == (FINALIZER,)
    assert isinstance(call, EnsureLoadBalancer)
    assert (call.target, call.name) == (KEY, "k8s-shop-web-47110815")
    assert [(each.port, each.protocol) for each in call.listeners] == [(80, "HTTP"), (443, "HTTPS")]
    assert call.targets == ("w-1",)
    held = ingress("alb", (FINALIZER,), tls=(IngressTLS(),))
    cloud = call.apply(Cloud(), NOW)
    assert list(ALB.reconcile(view(held, cloud=cloud), KEY)) == [Requeue(at=NOW + 5 * SECOND)]
    (update,) = ALB.reconcile(view(held, cloud=cloud, now=NOW + 5 * SECOND), KEY)
    assert addresses(update) == ["k8s-shop-web-47110815-203011310.us-east-1.elb.amazonaws.com"]
    assert noted(update) == [("ingress", "SuccessfullyReconciled", "Successfully reconciled")]
    served = evolve(held, status=update.object.status)
    assert list(ALB.reconcile(view(served, cloud=cloud, now=NOW + 5 * SECOND), KEY)) == []


@pytest.mark.parametrize("left", [ingress("alb", (FINALIZER,), deleted=True), ingress("nginx", (FINALIZER,))])
def test_the_alb_goes_before_the_ingress(left):
    _, call = ALB.reconcile(view(ingress("alb"), cloud=Cloud()), KEY)
    delete, update = ALB.reconcile(view(left, cloud=call.apply(Cloud(), NOW)), KEY)
    assert isinstance(delete, DeleteLoadBalancer) and delete.target == KEY
    assert update.object.metadata.finalizers == ()


def test_an_application_gateway_is_shared():
    (call,) = GATEWAY.reconcile(view(ingress("azure-application-gateway"), cloud=Cloud()), KEY)
    assert call.target == ObjectKey("IngressClass", "", "azure-application-gateway")
    second = evolve(ingress("azure-application-gateway"), metadata=ObjectMeta(name="b", namespace="shop", uid="2"))
    seen = view(second, cloud=call.apply(Cloud(), NOW), now=NOW + 5 * SECOND)
    (update,) = GATEWAY.reconcile(seen, ObjectKey("Ingress", "shop", "b"))
    assert addresses(update) == ["203.0.113.10"]


def test_what_wakes_it():
    seen = view(*proxy(), ingress())
    pod, service = proxy()
    elsewhere = Pod(metadata=ObjectMeta(name="p", namespace="shop"))
    node = Node(metadata=ObjectMeta(name="w-2"))

    def wakes(controller, obj, before=None):
        return list(controller.enqueue(Change(ObjectKey(obj.kind, obj.metadata.namespace, "p"), before, obj, seen)))

    assert wakes(NGINX, pod) == wakes(NGINX, service) == wakes(NGINX, CLASSES[0]) == [KEY]
    assert wakes(NGINX, elsewhere) == wakes(NGINX, node) == wakes(ALB, node, node) == wakes(ALB, pod) == []
    assert wakes(ALB, node) == [KEY]


def test_which_there_are():
    assert list(IMPLEMENTATIONS) == ["nginx", "haproxy", "ambassador", "enroute", "aws-alb", "application-gateway"]
    with pytest.raises(UsageError, match="there is no Ingress controller 'ngnix'"):
        ingress_controllers(["ngnix"])
    with pytest.raises(UsageError, match="makes load balancers in a cloud"):
        ingress_controllers(["aws-alb"])
