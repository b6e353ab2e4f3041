"""The API server: what it fills in, what it refuses and in which words, and that a refusal changes nothing."""

import pytest

from kubelab.api.core.config import ConfigMap, Secret
from kubelab.api.core.container import Container
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.node import Node
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.service import Service, ServicePort, ServiceSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Time
from kubelab.api.scheduling import PriorityClass
from kubelab.apiserver.server import handle
from kubelab.apiserver.watch import watch
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.requests import Apply, Bind, Create, Delete, Request, Update
from kubelab.state.snapshot import SECOND, ObjectKey, Snapshot

NOW = 1_767_225_600 * SECOND


def after(*requests: Request, snapshot: Snapshot | None = None) -> Snapshot:
    if snapshot is None:
        snapshot = handle(Snapshot(), Create(object=Namespace(metadata=ObjectMeta(name="default"))), NOW).snapshot
    for request in requests:
        snapshot = handle(snapshot, request, NOW).snapshot
    return snapshot


def pod(name: str = "p", **spec) -> Pod:
    return Pod(
        metadata=ObjectMeta(name=name, namespace="default"),
        spec=PodSpec(containers=(Container(name="c", image="nginx"),), **spec),
    )


def service(name: str = "s", **spec) -> Service:
    return Service(
        metadata=ObjectMeta(name=name, namespace="default"),
        spec=ServiceSpec(ports=(ServicePort(port=80),), selector=FrozenMap(app="web"), **spec),
    )


def stored(snapshot: Snapshot, kind: str, name: str):
    return snapshot.objects[ObjectKey(kind, "default", name)]


def refusal(snapshot: Snapshot, request: Request) -> StatusError:
    with pytest.raises(StatusError) as caught:
        handle(snapshot, request, NOW)
    return caught.value


def test_a_new_pod_has_what_the_server_and_its_admission_add():
    made = stored(after(Create(object=pod())), "Pod", "p")
    assert (made.status.phase, made.status.qos_class) == ("Pending", "BestEffort")
    assert made.spec.service_account_name == "default"
    assert [t.key for t in made.spec.tolerations] == [
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    ]
    mounted = made.spec.containers[0].volume_mounts[0]
    assert mounted.mount_path == "/var/run/secrets/kubernetes.io/serviceaccount"
    assert made.spec.volumes[0].name == mounted.name
    assert mounted.name.startswith("kube-api-access-")
    assert made.metadata.creation_timestamp == Time(NOW // SECOND)


def test_a_name_can_be_left_to_the_server():
    nameless = evolve(pod(), metadata=ObjectMeta(generate_name="web-", namespace="default"))
    snapshot = after(Create(object=nameless), Create(object=nameless))
    names = sorted(k.name for k in snapshot.objects if k.kind == "Pod")
    assert len(names) == 2
    assert all(n.startswith("web-") and len(n) == 9 for n in names)


@pytest.mark.parametrize(
    ("request_", "code", "text"),
    [
        (Create(object=pod()), 409, 'pods "p" already exists'),
        (Delete(target=ObjectKey("Pod", "default", "x")), 404, 'pods "x" not found'),
        (Update(object=pod("x")), 404, 'pods "x" not found'),
        (
            Create(object=evolve(pod(), metadata=ObjectMeta(name="q", namespace="other"))),
            404,
            'namespaces "other" not found',
        ),
        (
            Create(object=pod("q", service_account_name="ghost")),
            403,
            'pods "q" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found',
        ),
        (
            Create(object=pod("q", priority_class_name="ghost")),
            403,
            'pods "q" is forbidden: no PriorityClass with name ghost was found',
        ),
        (
            Delete(target=ObjectKey("Pod", "default", "p"), uid="other"),
            409,
            'Operation cannot be fulfilled on pods "p": Precondition failed: UID in precondition: other, UID in object',
        ),
    ],
)
def test_refusals_have_the_words_of_the_real_server(request_, code, text):
    error = refusal(after(Create(object=pod())), request_)
    assert error.code == code
    assert str(error).startswith(text)


def test_an_update_from_an_old_version_is_refused_and_changes_nothing():
    snapshot = after(Create(object=ConfigMap(metadata=ObjectMeta(name="c", namespace="default"))))
    old = stored(snapshot, "ConfigMap", "c")
    newer = after(Update(object=evolve(old, data=FrozenMap(a="1"))), snapshot=snapshot)
    error = refusal(newer, Update(object=evolve(old, data=FrozenMap(a="2"))))
    assert (error.code, error.reason) == (409, "Conflict")
    assert stored(newer, "ConfigMap", "c").data == {"a": "1"}


def test_a_status_update_changes_only_the_status_and_an_update_never_does():
    snapshot = after(Create(object=pod()))
    was = stored(snapshot, "Pod", "p")
    changed = evolve(
        was, spec=evolve(was.spec, node_name="n"), status=evolve(was.status, phase="Running"), metadata=was.metadata
    )
    now = stored(after(Update(object=changed, subresource="status"), snapshot=snapshot), "Pod", "p")
    assert (now.status.phase, now.spec.node_name) == ("Running", "")


def test_asking_for_what_is_so_writes_nothing():
    snapshot = after(Apply(object=service()))
    again = handle(snapshot, Apply(object=service()), NOW)
    assert not again.changed
    assert again.snapshot.revision == snapshot.revision


def test_a_pod_is_bound_once():
    snapshot = after(Create(object=pod()), Bind(target=ObjectKey("Pod", "default", "p"), node="n1"))
    assert stored(snapshot, "Pod", "p").spec.node_name == "n1"
    error = refusal(snapshot, Bind(target=ObjectKey("Pod", "default", "p"), node="n2"))
    assert str(error) == ('Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"')


def test_a_pod_on_a_node_is_deleted_in_two_steps_and_one_on_none_at_once():
    target = ObjectKey("Pod", "default", "p")
    assert target not in after(Create(object=pod()), Delete(target=target)).objects
    dying = after(Create(object=pod()), Bind(target=target, node="n1"), Delete(target=target))
    meta = stored(dying, "Pod", "p").metadata
    assert meta.deletion_timestamp == Time(NOW // SECOND + 30)
    assert meta.deletion_grace_period_seconds == 30
    assert target not in after(Delete(target=target, grace_seconds=0), snapshot=dying).objects


def test_a_finalizer_holds_an_object_until_it_is_taken_away():
    meta = ObjectMeta(name="c", namespace="default", finalizers=("example.com/wait",))
    target = ObjectKey("ConfigMap", "default", "c")
    dying = after(Create(object=ConfigMap(metadata=meta)), Delete(target=target))
    held = stored(dying, "ConfigMap", "c")
    assert held.metadata.deletion_timestamp is not None
    released = evolve(held, metadata=evolve(held.metadata, finalizers=()))
    assert target not in after(Update(object=released), snapshot=dying).objects


def test_services_get_addresses_and_ports_and_cannot_share_them():
    snapshot = after(Create(object=service("a")), Create(object=service("b", type="NodePort")))
    a, b = stored(snapshot, "Service", "a"), stored(snapshot, "Service", "b")
    assert a.spec.cluster_ip != b.spec.cluster_ip
    assert all(s.spec.cluster_ip.startswith("10.96.") for s in (a, b))
    port = b.spec.ports[0].node_port
    assert 30000 <= port <= 32767
    taken = service("c", type="NodePort")
    taken = evolve(taken, spec=evolve(taken.spec, ports=(ServicePort(port=80, node_port=port),)))
    assert str(refusal(snapshot, Create(object=taken))) == (
        f'Service "c" is invalid: spec.ports[0].nodePort: Invalid value: {port}: provided port is already allocated'
    )
    chosen = Create(object=service("c", cluster_ip=a.spec.cluster_ip))
    assert "provided IP is already allocated" in str(refusal(snapshot, chosen))


def test_a_load_balancer_that_keeps_to_local_endpoints_gets_a_port_for_its_health_checks():
    made = service("a", type="LoadBalancer", external_traffic_policy="Local")
    spec = stored(after(Create(object=made)), "Service", "a").spec
    assert 30000 <= spec.health_check_node_port <= 32767
    assert spec.health_check_node_port != spec.ports[0].node_port


def test_what_is_written_as_text_in_a_secret_is_stored_in_base64():
    secret = Secret(metadata=ObjectMeta(name="x", namespace="default"), string_data=FrozenMap(user="admin"))
    held = stored(after(Create(object=secret)), "Secret", "x")
    assert held.data == {"user": "YWRtaW4="}
    assert not held.string_data


def test_a_watch_tells_everything_since_a_revision_until_it_is_compacted():
    snapshot = after()
    since = snapshot.revision
    target = ObjectKey("Pod", "default", "p")
    snapshot = after(
        Create(object=pod()), Bind(target=target, node="n"), Delete(target=target, grace_seconds=0), snapshot=snapshot
    )
    # A Pod that may take no time to end is marked as deleted, too, before it goes.
    told = watch(snapshot, since, "Pod")
    assert [e.type for e in told] == ["ADDED", "MODIFIED", "MODIFIED", "DELETED"]
    assert told[2].object.metadata.deletion_grace_period_seconds == 0
    assert [e.type for e in watch(snapshot, since + 1, "Pod")] == ["MODIFIED", "MODIFIED", "DELETED"]
    assert watch(snapshot, since, "Service") == ()
    with pytest.raises(StatusError) as caught:
        watch(store.compact(snapshot, since + 2), since, "Pod")
    assert caught.value.code == 410


def priority_class(name: str, value: int, default: bool = False, policy: str = "PreemptLowerPriority") -> PriorityClass:
    meta = ObjectMeta(name=name)
    return PriorityClass(metadata=meta, value=value, global_default=default, preemption_policy=policy)


def test_a_pods_priority_follows_from_its_class():
    snapshot = after(Create(object=priority_class("high", 1000, policy="Never")))
    made = stored(after(Create(object=pod(priority_class_name="high")), snapshot=snapshot), "Pod", "p")
    assert (made.spec.priority, made.spec.preemption_policy) == (1000, "Never")
    plain = stored(after(Create(object=pod()), snapshot=snapshot), "Pod", "p")
    assert (plain.spec.priority_class_name, plain.spec.priority, plain.spec.preemption_policy) == (
        "",
        0,
        "PreemptLowerPriority",
    )


def test_a_default_class_is_for_pods_that_name_none_and_there_can_be_only_one():
    first = after(Create(object=pod("early")))
    snapshot = after(Create(object=priority_class("normal", 5, default=True)), snapshot=first)
    made = stored(after(Create(object=pod()), snapshot=snapshot), "Pod", "p")
    assert (made.spec.priority_class_name, made.spec.priority) == ("normal", 5)
    assert refusal(snapshot, Create(object=priority_class("other", 6, default=True))).message == (
        'priorityclasses.scheduling.k8s.io "other" is forbidden: '
        "PriorityClass normal is already marked as default. Only one default can exist"
    )


def test_a_priority_of_ones_own_is_refused():
    snapshot = after(Create(object=priority_class("high", 1000)))
    assert refusal(snapshot, Create(object=pod(priority=5))).message == (
        'pods "p" is forbidden: the integer value of priority (5) must not be provided in pod spec; '
        "priority admission controller computed 0 from the given PriorityClass name"
    )
    wrong = pod(priority_class_name="high", preemption_policy="Never")
    assert refusal(snapshot, Create(object=wrong)).message == (
        'pods "p" is forbidden: the string value of PreemptionPolicy (Never) must not be provided in pod spec; '
        "priority admission controller computed PreemptLowerPriority from the given PriorityClass name"
    )


def test_what_refuses_before_the_name_is_made_says_what_it_is_made_from():
    nameless = pod("", priority_class_name="ghost")
    nameless = evolve(nameless, metadata=evolve(nameless.metadata, generate_name="web-"))
    assert refusal(after(), Create(object=nameless)).message == (
        'pods "web-" is forbidden: no PriorityClass with name ghost was found'
    )


def test_a_pod_learns_the_zone_of_its_node_when_it_is_bound():
    zone = {"topology.kubernetes.io/zone": "a"}
    node = Node(metadata=ObjectMeta(name="n", labels=FrozenMap({**zone, "disk": "ssd"})))
    bound = after(Create(object=node), Create(object=pod()), Bind(target=ObjectKey("Pod", "default", "p"), node="n"))
    assert dict(stored(bound, "Pod", "p").metadata.labels) == zone
