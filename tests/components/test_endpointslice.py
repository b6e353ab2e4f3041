"""endpoint-slice-controller: which endpoints a Service gets, how they are spread, and how few writes a change costs."""

import attrs
import pytest

from kubelab.api.core.container import Container, ContainerPort
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import PodCondition, PodIP, PodStatus
from kubelab.api.core.reference import ObjectReference
from kubelab.api.core.service import Service, ServicePort, ServiceSpec
from kubelab.api.discovery import Endpoint, EndpointConditions, EndpointPort, EndpointSlice
from kubelab.api.meta import ObjectMeta, OwnerReference
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.endpointslice import EndpointSliceController
from kubelab.state import store
from kubelab.state.requests import Create, Delete, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

START = 1_767_225_600
KEY = ObjectKey("Service", "shop", "web")
LABELS = FrozenMap({"app": "web"})
CONTROLLER = EndpointSliceController()


def world(*objects):
    snapshot = Snapshot()
    for obj in (node("n1", "zone-a"), node("n2"), *objects):
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, START * SECOND)


def node(name, zone=""):
    labels = FrozenMap({"topology.kubernetes.io/zone": zone} if zone else {})
    return Node(metadata=ObjectMeta(name=name, labels=labels))


def service(ports=None, **spec):
    ports = (ServicePort(name="", port=80, target_port=8080, protocol="TCP"),) if ports is None else ports
    return Service(
        metadata=ObjectMeta(
            name="web",
            namespace="shop",
            uid="uid-web",
            labels=FrozenMap({"team": "blue"}),
            creation_timestamp=Time(START - 60),
        ),
        spec=ServiceSpec(**{"selector": LABELS, "cluster_ip": "10.96.0.1", "ports": ports, **spec}),
    )


def pod(number, *, ready=True, node_name="n1", port=8080, labels=LABELS, phase="Running", ip=None, **extra):
    meta = {"deletion_timestamp": extra.pop("deletion_timestamp", None)}
    address = f"10.0.{number // 256}.{number % 256}" if ip is None else ip
    conditions = (PodCondition(type="Ready", status=str(ready), last_transition_time=Time(START - 10)),)
    container = Container(name="c", ports=(ContainerPort(name="http", container_port=port, protocol="TCP"),))
    return Pod(
        metadata=ObjectMeta(name=f"p{number:04}", namespace="shop", uid=f"uid-{number}", labels=labels, **meta),
        spec=PodSpec(node_name=node_name, containers=(container,), **extra),
        status=PodStatus(
            phase=phase, conditions=conditions, pod_ip=address, pod_ips=(PodIP(ip=address),) if address else ()
        ),
    )


def endpoint(number, *, ready=True, serving=None, terminating=False, node_name="n1", zone="zone-a"):
    return Endpoint(
        addresses=(f"10.0.{number // 256}.{number % 256}",),
        conditions=EndpointConditions(
            ready=ready, serving=ready if serving is None else serving, terminating=terminating
        ),
        target_ref=ObjectReference(kind="Pod", namespace="shop", name=f"p{number:04}", uid=f"uid-{number}"),
        node_name=node_name,
        zone=zone,
    )


PORTS = (EndpointPort(name="", port=8080, protocol="TCP"),)
SLICE_LABELS = FrozenMap(
    {
        "team": "blue",
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
)


def slice_(name, endpoints, ports=PORTS, labels=SLICE_LABELS, owner="uid-web"):
    return EndpointSlice(
        metadata=ObjectMeta(
            name=name,
            namespace="shop",
            uid=f"uid-{name}",
            generate_name="web-",
            labels=labels,
            owner_references=(
                OwnerReference(
                    api_version="v1", kind="Service", name="web", uid=owner, controller=True, block_owner_deletion=True
                ),
            ),
        ),
        address_type="IPv4",
        endpoints=tuple(endpoints),
        ports=ports,
    )


def reconcile(*objects):
    return CONTROLLER.reconcile(world(*objects), KEY)


def test_the_first_slice_of_a_service():
    (create,) = reconcile(service(), pod(1), pod(2, ready=False, node_name="n2"))
    assert isinstance(create, Create)
    since = FrozenMap({"endpoints.kubernetes.io/last-change-trigger-time": "2025-12-31T23:59:00Z"})
    expected = slice_("", [endpoint(1), endpoint(2, ready=False, node_name="n2", zone=None)])
    assert create.object == attrs.evolve(expected, metadata=attrs.evolve(expected.metadata, uid="", annotations=since))
    assert create.message == (
        "endpoint-slice-controller created EndpointSlice {name} for Service web: 2 endpoints, 1 of them ready."
    )


def test_nothing_to_do_when_the_slices_say_it_already():
    assert reconcile(service(), pod(1), slice_("web-a", [endpoint(1)])) == []


@pytest.mark.parametrize(
    "unfit",
    [
        pod(1, ip=""),
        pod(1, phase="Succeeded"),
        pod(1, phase="Failed"),
        pod(1, node_name="gone"),
        pod(1, labels=FrozenMap({"app": "db"})),
    ],
    ids=["no address", "succeeded", "failed", "node gone", "not selected"],
)
def test_pods_that_cannot_be_endpoints_leave_an_empty_slice(unfit):
    (create,) = reconcile(service(), unfit)
    assert (create.object.endpoints, create.object.ports) == ((), ())
    assert reconcile(service(), unfit, slice_("web-a", [], ports=())) == []


@pytest.mark.parametrize(
    "spec", [{"type": "ExternalName"}, {"selector": FrozenMap()}], ids=["external name", "no selector"]
)
def test_services_that_get_no_endpoints(spec):
    assert reconcile(service(**spec), pod(1)) == []


def test_a_terminating_pod_serves_but_is_not_ready_unless_all_are_to_be_published():
    dying = pod(1, deletion_timestamp=Time(START))
    (create,) = reconcile(service(), dying)
    assert create.object.endpoints == (endpoint(1, ready=False, serving=True, terminating=True),)
    (create,) = reconcile(service(publish_not_ready_addresses=True), pod(1, ready=False))
    assert create.object.endpoints == (endpoint(1, ready=True, serving=False),)


def test_a_change_of_one_pod_changes_one_endpoint_of_one_slice():
    view = world(
        service(), pod(1), pod(2, ready=False), slice_("web-a", [endpoint(1), endpoint(2)]), slice_("web-b", [])
    )
    (update,) = CONTROLLER.reconcile(view, KEY)
    assert update.object.endpoints == (endpoint(1), endpoint(2, ready=False))
    assert update.object.endpoints[0] is view.get("EndpointSlice", "shop", "web-a").endpoints[0]
    assert update.object.metadata.resource_version == "6"
    assert update.message == (
        "endpoint-slice-controller updated EndpointSlice web-a of Service web: "
        "p0002 is not ready; now 2 endpoints, 1 of them ready."
    )


def test_pods_come_and_go():
    (update,) = reconcile(service(), pod(1), pod(3), slice_("web-a", [endpoint(1), endpoint(2)]))
    assert [e.target_ref.name for e in update.object.endpoints] == ["p0001", "p0003"]
    assert "added p0003; removed p0002; now 2 endpoints, 2 of them ready." in update.message


def test_the_last_endpoint_leaves_an_empty_slice_instead_of_none():
    (update,) = reconcile(service(), slice_("web-a", [endpoint(1)]))
    assert isinstance(update, Update)
    assert (update.object.metadata.name, update.object.endpoints, update.object.ports) == ("web-a", (), ())


def test_a_hundred_endpoints_fill_a_slice():
    creates = reconcile(service(), *(pod(n) for n in range(250)))
    assert [len(c.object.endpoints) for c in creates] == [100, 100, 50]


def test_new_endpoints_go_where_there_is_room_in_as_few_slices_as_possible():
    full = slice_("web-a", [endpoint(n) for n in range(100)])
    half = slice_("web-b", [endpoint(n) for n in range(100, 150)])
    few = slice_("web-c", [endpoint(n) for n in range(150, 160)])
    pods = [pod(n) for n in range(165)]
    (update,) = reconcile(service(), *pods, full, half, few)
    assert (update.object.metadata.name, len(update.object.endpoints)) == ("web-b", 55)
    pods = [pod(n) for n in range(160) if n != 155] + [pod(n) for n in range(160, 165)]
    (update,) = reconcile(service(), *pods, full, half, few)
    assert (update.object.metadata.name, len(update.object.endpoints)) == ("web-c", 14)


def test_a_named_port_with_two_numbers_makes_two_slices():
    named = (ServicePort(name="web", port=80, target_port="http", protocol="TCP"),)
    creates = reconcile(service(named), pod(1), pod(2, port=9090), pod(3))
    assert [(c.object.ports[0].port, len(c.object.endpoints)) for c in creates] == [(8080, 2), (9090, 1)]
    missing = (ServicePort(name="web", port=80, target_port="https", protocol="TCP"),)
    (create,) = reconcile(service(missing), pod(1))
    assert (create.object.ports, len(create.object.endpoints)) == ((), 1)


def test_headless_services_say_so_and_name_their_pods():
    headless = service((), cluster_ip="None")
    (create,) = reconcile(headless, pod(1, hostname="first", subdomain="web"))
    assert create.object.metadata.labels["service.kubernetes.io/headless"] == ""
    assert create.object.endpoints[0].hostname == "first"
    (create,) = reconcile(headless, pod(1, hostname="first", subdomain="other"))
    assert create.object.endpoints[0].hostname is None


def test_labels_follow_those_of_the_service():
    (update,) = reconcile(service(), pod(1), slice_("web-a", [endpoint(1)], labels=SLICE_LABELS.with_({"team": "red"})))
    assert update.object.metadata.labels == SLICE_LABELS


def test_slices_of_an_earlier_service_with_the_name_are_deleted_and_foreign_ones_left_alone():
    old = slice_("web-old", [endpoint(1)], owner="uid-earlier")
    create, delete = reconcile(service(), pod(1), old)
    assert isinstance(create, Create)
    assert isinstance(delete, Delete)
    assert delete.target.name == "web-old"
    foreign = slice_("mine", [], labels=FrozenMap({"kubernetes.io/service-name": "web"}))
    (create,) = reconcile(service(), pod(1), foreign)
    assert isinstance(create, Create)


def test_who_is_woken():
    view = world(service(), pod(1))
    key = ObjectKey("Pod", "shop", "p0001")

    def woken(before, after, key=key):
        return list(CONTROLLER.enqueue(Change(key, before, after, view)))

    assert woken(None, pod(1)) == [KEY]
    assert woken(pod(1), None) == [KEY]
    assert woken(pod(1, ready=False), pod(1)) == [KEY]
    assert woken(pod(1), pod(1, node_name="n2")) == []
    assert woken(pod(1), pod(1, labels=FrozenMap({"app": "db"}))) == [KEY]
    assert woken(pod(1), pod(1, labels=LABELS.with_({"more": "1"}))) == []
    assert woken(None, slice_("web-a", []), ObjectKey("EndpointSlice", "shop", "web-a")) == [KEY]
    assert woken(node("n1"), node("n1", "zone-b"), ObjectKey("Node", "", "n1")) == [KEY]
    assert woken(node("n1", "zone-a"), node("n1", "zone-a"), ObjectKey("Node", "", "n1")) == []
