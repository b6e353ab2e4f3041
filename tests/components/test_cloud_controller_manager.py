"""cloud-controller-manager: load balancers, Nodes whose machine is gone, and routes."""

import pytest

from kubelab.api.conditions import find
from kubelab.api.core.node import Node, NodeCondition, NodeSpec, NodeStatus, Taint
from kubelab.api.core.service import (
    LoadBalancerIngress,
    LoadBalancerStatus,
    Service,
    ServicePort,
    ServiceSpec,
    ServiceStatus,
)
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.cloud_controller_manager import (
    CloudNodeLifecycleController,
    RouteController,
    ServiceController,
)
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.cloud import ADDRESSES, Cloud, Listener, launched, terminated
from kubelab.state.cloud_requests import CreateRoute, DeleteLoadBalancer, DeleteRoute, EnsureLoadBalancer
from kubelab.state.machine import Machine
from kubelab.state.requests import Delete, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View, key_of

NOW = 1_767_225_600_000_000
FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
KEY = ObjectKey("Service", "shop", "web")
NODE = ObjectKey("Node", "", "w-1")


def view(*objects, cloud=None, now=NOW, machines=()):
    snapshot = Snapshot(cloud=cloud)
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    for machine in machines:
        snapshot = evolve(snapshot, machines=snapshot.machines.set(machine.name, machine))
    return View(snapshot, now)


def service(kind="LoadBalancer", held=True, address="", deleted=False, port=80, lb_class=None):
    ingress = (LoadBalancerIngress(ip=address, ip_mode="VIP"),) if address else ()
    return Service(
        metadata=ObjectMeta(
            name="web",
            namespace="shop",
            uid="4711-0815",
            finalizers=(FINALIZER,) if held else (),
            deletion_timestamp=Time(1) if deleted else None,
        ),
        spec=ServiceSpec(
            type=kind, ports=(ServicePort(port=port, node_port=30080, protocol="TCP"),), load_balancer_class=lb_class
        ),
        status=ServiceStatus(load_balancer=LoadBalancerStatus(ingress=ingress)),
    )


def node(name="w-1", ready="True", taints=(), labels=None, cidr=""):
    return Node(
        metadata=ObjectMeta(name=name, uid=f"uid-{name}", labels=FrozenMap(labels or {})),
        spec=NodeSpec(taints=taints, pod_cidr=cidr),
        status=NodeStatus(conditions=(NodeCondition(type="Ready", status=ready),)),
    )


def with_balancer(targets=("w-1",), name="a47110815", port=80):
    call = EnsureLoadBalancer(
        target=KEY, name=name, listeners=(Listener(port=port, target_port=30080),), targets=targets
    )
    return call.apply(Cloud(), NOW)


def noted(*requests):
    return [(n.type, n.reason, n.message) for request in requests for n in request.events]


# Load balancers


def test_a_new_service_is_held_and_a_load_balancer_asked_for():
    hold, call = ServiceController().reconcile(view(node(), service(held=False), cloud=Cloud()), KEY)
    assert isinstance(hold, Update) and hold.subresource == "status"
    assert hold.object.metadata.finalizers == (FINALIZER,)
    assert isinstance(call, EnsureLoadBalancer)
    assert call.name == "a47110815"
    assert call.listeners == (Listener(port=80, target_port=30080, protocol="TCP"),)
    assert call.targets == ("w-1",)
    assert noted(hold, call) == [("Normal", "EnsuringLoadBalancer", "Ensuring load balancer")]


def test_without_a_cloud_it_does_nothing():
    assert ServiceController().reconcile(view(node(), service(held=False)), KEY) == ()


@pytest.mark.parametrize("other", [service("NodePort", held=False), service(held=False, lb_class="example.com/x")])
def test_other_services_get_none(other):
    assert list(ServiceController().reconcile(view(node(), other, cloud=Cloud()), KEY)) == []


def test_while_the_cloud_makes_it_the_address_is_pending():
    cloud = with_balancer()
    (again,) = ServiceController().reconcile(view(node(), service(), cloud=cloud), KEY)
    assert again == Requeue(at=NOW + 5 * SECOND)
    assert cloud.load_balancers[KEY.full].state(NOW) == "pending"


def test_then_the_address_is_written():
    seen = view(node(), service(), cloud=with_balancer(), now=NOW + 5 * SECOND)
    (update,) = ServiceController().reconcile(seen, KEY)
    assert update.subresource == "status"
    assert [i.ip for i in update.object.status.load_balancer.ingress] == ["203.0.113.10"]
    assert noted(update) == [("Normal", "EnsuredLoadBalancer", "Ensured load balancer")]


def test_and_then_there_is_nothing_to_do():
    seen = view(node(), service(address="203.0.113.10"), cloud=with_balancer(), now=NOW + 5 * SECOND)
    assert list(ServiceController().reconcile(seen, KEY)) == []


def test_new_nodes_become_targets():
    seen = view(node(), node("w-2"), service(), cloud=with_balancer())
    (call,) = ServiceController().reconcile(seen, KEY)
    assert call.targets == ("w-1", "w-2")
    assert noted(call) == [("Normal", "UpdatedLoadBalancer", "Updated load balancer with new hosts")]
    after = call.apply(seen.snapshot.cloud, NOW + 9)
    assert after.load_balancers[KEY.full].ready_at == NOW + 5 * SECOND


def test_a_load_balancer_without_nodes_is_warned_of():
    (call,) = ServiceController().reconcile(view(service(), cloud=with_balancer()), KEY)
    assert noted(call) == [("Warning", "UnAvailableLoadBalancer", "There are no available nodes for LoadBalancer")]


@pytest.mark.parametrize(
    "left_out",
    [
        node(labels={"node.kubernetes.io/exclude-from-external-load-balancers": ""}),
        node(taints=(Taint(key="ToBeDeletedByClusterAutoscaler", effect="NoSchedule"),)),
    ],
)
def test_some_nodes_are_no_targets(left_out):
    (call,) = ServiceController().reconcile(view(left_out, node("w-2"), service(), cloud=Cloud()), KEY)
    assert call.targets == ("w-2",)


def test_ports_follow_the_service():
    (call,) = ServiceController().reconcile(view(node(), service(port=8080), cloud=with_balancer()), KEY)
    assert [each.port for each in call.listeners] == [8080]
    assert [reason for _, reason, _ in noted(call)] == ["EnsuringLoadBalancer", "EnsuredLoadBalancer"]


@pytest.mark.parametrize(
    "gone", [service(deleted=True, address="203.0.113.10"), service("ClusterIP", address="203.0.113.10")]
)
def test_the_load_balancer_goes_before_the_service(gone):
    call, update = ServiceController().reconcile(view(node(), gone, cloud=with_balancer()), KEY)
    assert isinstance(call, DeleteLoadBalancer)
    assert not call.apply(with_balancer(), NOW).load_balancers
    assert update.object.metadata.finalizers == ()
    assert update.object.status.load_balancer.ingress == ()
    assert noted(call, update) == [
        ("Normal", "DeletingLoadBalancer", "Deleting load balancer"),
        ("Normal", "DeletedLoadBalancer", "Deleted load balancer"),
    ]


def test_the_load_balancer_of_an_older_service_of_that_name_goes():
    (call,) = ServiceController().reconcile(view(node(), service(), cloud=with_balancer(name="aold")), KEY)
    assert isinstance(call, DeleteLoadBalancer)


def test_a_refusal_of_the_cloud_is_told():
    call = EnsureLoadBalancer(target=KEY, name="a", listeners=(), targets=())
    said = ServiceController().refused(view(), KEY, call, StatusError(429, "TooManyRequests", "no more"))
    text = "Error syncing load balancer: failed to ensure load balancer: no more"
    assert noted(*said) == [("Warning", "SyncLoadBalancerFailed", text)]


def test_services_are_woken_by_nodes_that_come_and_go_only():
    seen = view(node(), service(), cloud=Cloud())
    wakes = ServiceController().enqueue
    assert list(wakes(Change(NODE, None, node(), seen))) == [KEY]
    assert list(wakes(Change(NODE, node(), node(ready="Unknown"), seen))) == []


def test_addresses_are_unlike_until_there_are_none():
    cloud = Cloud()
    for number in range(ADDRESSES):
        target = ObjectKey("Service", "shop", f"s-{number}")
        cloud = EnsureLoadBalancer(target=target, name=str(number), listeners=(), targets=()).apply(cloud, NOW)
    assert len({each.address for each in cloud.load_balancers.values()}) == ADDRESSES
    with pytest.raises(StatusError, match="no free address"):
        EnsureLoadBalancer(target=KEY, name="a", listeners=(), targets=()).apply(cloud, NOW)


# Nodes


def test_a_lost_node_without_instance_is_deleted():
    (delete,) = CloudNodeLifecycleController().reconcile(view(node(ready="Unknown"), cloud=Cloud()), NODE)
    assert isinstance(delete, Delete)
    assert (delete.target, delete.uid) == (NODE, "uid-w-1")
    text = "Deleting node w-1 because it does not exist in the cloud provider"
    assert noted(delete) == [("Normal", "DeletingNode", text)]


def test_a_node_that_is_ready_is_not_asked_about():
    assert list(CloudNodeLifecycleController().reconcile(view(node(), cloud=Cloud()), NODE)) == []


def test_a_node_that_is_shut_down_is_tainted_and_freed_again():
    cloud = launched(Cloud(), "w-1", NOW)
    off = (Machine(name="w-1", powered=False),)
    lost = view(node(ready="Unknown"), cloud=cloud, machines=off)
    (update,) = CloudNodeLifecycleController().reconcile(lost, NODE)
    (taint,) = update.object.spec.taints
    assert (taint.key, taint.effect) == ("node.cloudprovider.kubernetes.io/shutdown", "NoSchedule")
    again = view(update.object, cloud=cloud, machines=off)
    assert list(CloudNodeLifecycleController().reconcile(again, NODE)) == []
    back = view(node(taints=(taint,)), cloud=cloud)
    (freed,) = CloudNodeLifecycleController().reconcile(back, NODE)
    assert freed.object.spec.taints == ()


# Routes


def test_each_node_gets_a_route_to_its_pods():
    cloud = launched(Cloud(), "w-1", NOW)
    (call,) = RouteController().reconcile(view(node(cidr="10.244.1.0/24"), cloud=cloud), NODE)
    assert isinstance(call, CreateRoute)
    cloud = call.apply(cloud, NOW)
    assert cloud.routes["w-1"].destination == "10.244.1.0/24"
    (update,) = RouteController().reconcile(view(node(cidr="10.244.1.0/24"), cloud=cloud), NODE)
    said = find(update.object.status.conditions, "NetworkUnavailable")
    assert (said.status, said.reason, said.message) == ("False", "RouteCreated", "RouteController created a route")
    assert list(RouteController().reconcile(view(update.object, cloud=cloud), key_of(update.object))) == []


@pytest.mark.parametrize("objects", [(), (node(cidr="10.244.1.0/24"),)])
def test_the_route_of_a_machine_that_is_gone_goes(objects):
    cloud = CreateRoute(target=NODE, destination="10.244.1.0/24").apply(launched(Cloud(), "w-1", NOW), NOW)
    (call,) = RouteController().reconcile(view(*objects, cloud=terminated(cloud, "w-1")), NODE)
    assert isinstance(call, DeleteRoute)
    assert not call.apply(cloud, NOW).routes


def test_a_node_without_addresses_gets_no_route():
    assert list(RouteController().reconcile(view(node(), cloud=launched(Cloud(), "w-1", NOW)), NODE)) == []
