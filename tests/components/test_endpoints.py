"""endpoint-controller: the older list of the Pods behind a Service, in one object."""

import pytest

from kubelab.api.core.container import Container, ContainerPort
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import PodCondition, PodIP, PodStatus
from kubelab.api.core.service import EndpointPort, Endpoints, Service, ServicePort, ServiceSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.endpoints import EndpointsController
from kubelab.state import store
from kubelab.state.requests import Create, Delete, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

START = 1_767_225_600
KEY = ObjectKey("Service", "shop", "web")
LABELS = FrozenMap({"app": "web"})
CONTROLLER = EndpointsController()


def world(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, START * SECOND)


def service(*ports, **spec):
    ports = ports or (("http", 80, "http"),)
    return Service(
        metadata=ObjectMeta(name="web", namespace="shop", uid="u", creation_timestamp=Time(START)),
        spec=ServiceSpec(
            **{
                "selector": LABELS,
                "cluster_ip": "10.96.0.1",
                "ports": tuple(ServicePort(name=n, port=p, target_port=t, protocol="TCP") for n, p, t in ports),
                **spec,
            }
        ),
    )


def pod(number, *, ready=True, names=("http",), dying=False):
    ip = f"10.0.{number // 250}.{number % 250}"
    container = Container(
        name="c", ports=tuple(ContainerPort(name=n, container_port=8000 + len(n), protocol="TCP") for n in names)
    )
    return Pod(
        metadata=ObjectMeta(
            name=f"p{number:04}",
            namespace="shop",
            uid=f"uid-{number:04}",
            labels=LABELS,
            deletion_timestamp=Time(START) if dying else None,
        ),
        spec=PodSpec(node_name="n", containers=(container,)),
        status=PodStatus(
            phase="Running",
            pod_ip=ip,
            pod_ips=(PodIP(ip=ip),),
            conditions=(PodCondition(type="Ready", status=str(ready), last_transition_time=Time(START)),),
        ),
    )


def written(*objects):
    (request,) = CONTROLLER.reconcile(world(*objects), KEY)
    return request


def shape(endpoints):
    """Per subset: how many addresses are ready, how many are not, and the ports."""
    return [
        (len(s.addresses), len(s.not_ready_addresses), [(p.name, p.port) for p in s.ports]) for s in endpoints.subsets
    ]


def test_ready_addresses_and_others_stand_apart():
    create = written(service(), pod(1), pod(2, ready=False), pod(3, dying=True))
    assert isinstance(create, Create)
    (subset,) = create.object.subsets
    assert [a.ip for a in subset.addresses] == ["10.0.0.1"]
    assert [a.ip for a in subset.not_ready_addresses] == ["10.0.0.2"]
    assert subset.ports == (EndpointPort(name="http", port=8004, protocol="TCP"),)
    assert subset.addresses[0].target_ref.name == "p0001"
    assert create.object.metadata.labels == {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    assert create.message == "endpoint-controller created Endpoints web of its Service: 1 ready, 1 not ready."


def test_what_is_written_needs_no_second_write():
    svc, pods = service(), (pod(1), pod(2, ready=False))
    create = written(svc, *pods)
    assert CONTROLLER.reconcile(world(svc, *pods, create.object), KEY) == []
    update = written(svc, pod(1), pod(2), create.object)
    assert isinstance(update, Update)
    assert shape(update.object) == [(2, 0, [("http", 8004)])]


def test_ports_of_the_same_pods_share_a_subset_and_others_get_their_own():
    ports = (("http", 80, "http"), ("metrics", 90, "metrics"))
    same = written(service(*ports), pod(1, names=("http", "metrics")))
    assert shape(same.object) == [(1, 0, [("http", 8004), ("metrics", 8007)])]
    apart = written(service(*ports), pod(1, names=("http", "metrics")), pod(2))
    assert shape(apart.object) == [(2, 0, [("http", 8004)]), (1, 0, [("metrics", 8007)])]


def test_a_headless_service_without_ports_lists_addresses_without_ports():
    svc = service(cluster_ip="None", ports=())
    create = written(svc, pod(1))
    assert shape(create.object) == [(1, 0, [])]
    assert create.object.metadata.labels["service.kubernetes.io/headless"] == ""


def test_not_ready_pods_are_published_on_request():
    create = written(service(publish_not_ready_addresses=True), pod(1, ready=False), pod(2, dying=True))
    assert shape(create.object) == [(2, 0, [("http", 8004)])]


@pytest.mark.parametrize(("ready", "waiting", "expected"), [(1100, 50, (1000, 0)), (900, 300, (900, 100))])
def test_a_thousand_addresses_are_the_most(ready, waiting, expected):
    pods = [pod(n, ready=n < ready) for n in range(ready + waiting)]
    create = written(service(), *pods)
    assert shape(create.object)[0][:2] == expected
    assert create.object.metadata.annotations["endpoints.kubernetes.io/over-capacity"] == "truncated"
    assert CONTROLLER.reconcile(world(service(), *pods, create.object), KEY) == []


def test_services_without_selector_are_left_to_others():
    assert CONTROLLER.reconcile(world(service(selector=FrozenMap()), pod(1)), KEY) == []


def test_endpoints_go_with_their_service_but_those_made_by_others_do_not_wake_the_controller():
    own = written(service(), pod(1)).object
    (delete,) = CONTROLLER.reconcile(world(own), KEY)
    assert isinstance(delete, Delete)
    assert delete.target == ObjectKey("Endpoints", "shop", "web")
    key = ObjectKey("Endpoints", "shop", "web")
    foreign = Endpoints(metadata=ObjectMeta(name="web", namespace="shop"))
    view = world(own)
    assert list(CONTROLLER.enqueue(Change(key, None, own, view))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(key, None, foreign, view))) == []
    assert list(CONTROLLER.enqueue(Change(key, foreign, None, view))) == [KEY]
