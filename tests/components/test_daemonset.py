"""daemonset-controller: on which nodes it wants a Pod, what it makes and takes away, and how it replaces."""

import pytest

from kubelab.api.apps import (
    ControllerRevision,
    DaemonSet,
    DaemonSetSpec,
    DaemonSetStatus,
    DaemonSetUpdateStrategy,
    RollingUpdateDaemonSet,
)
from kubelab.api.core.container import Container
from kubelab.api.core.node import Node, NodeSpec, Taint
from kubelab.api.core.pod import PodSpec, PodTemplateSpec, Toleration
from kubelab.api.core.pod_status import PodCondition, PodStatus
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.daemonset import DaemonSetController
from kubelab.components.daemonset.template import new_pod, target_node
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.history import patch_of
from kubelab.state.ownership import new_controller_ref
from kubelab.state.requests import Create, Delete, EventNote, Record, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View
from kubelab.state.template_hash import compute_hash

START = 1_767_225_600
NOW = START * SECOND
KEY = ObjectKey("DaemonSet", "shop", "agent")
LABELS = FrozenMap({"app": "agent"})
CONTROLLER = DaemonSetController()


def world(*objects, now=NOW):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, now)


def template(image="agent:1", **spec):
    spec = PodSpec(containers=(Container(name="c", image=image),), **spec)
    return PodTemplateSpec(metadata=ObjectMeta(labels=LABELS), spec=spec)


def rolling(unavailable=1, surge=0):
    update = RollingUpdateDaemonSet(max_unavailable=unavailable, max_surge=surge)
    return DaemonSetUpdateStrategy(type="RollingUpdate", rolling_update=update)


def daemon_set(image="agent:1", *, status=None, deleted=False, strategy=None, pods=None, **spec):
    return DaemonSet(
        metadata=ObjectMeta(
            name="agent",
            namespace="shop",
            uid="uid-agent",
            generation=1,
            annotations=FrozenMap({"deprecated.daemonset.template.generation": image[-1]}),
            deletion_timestamp=Time(START) if deleted else None,
        ),
        spec=DaemonSetSpec(
            selector=LabelSelector(match_labels=LABELS),
            template=template(image, **(pods or {})),
            update_strategy=strategy or rolling(),
            **{"revision_history_limit": 10} | spec,
        ),
        status=status or DaemonSetStatus(),
    )


def node(name="n1", *taints, **labels):
    held = tuple(Taint(key=key, effect=effect) for key, effect in taints)
    return Node(metadata=ObjectMeta(name=name, labels=FrozenMap(labels)), spec=NodeSpec(taints=held))


def digest_of(image="agent:1", **pods):
    return compute_hash(template(image, **pods), None)


def revision(image="agent:1", number=1):
    digest = digest_of(image)
    return ControllerRevision(
        metadata=ObjectMeta(
            name=f"agent-{digest}",
            namespace="shop",
            uid=f"uid-{digest}",
            labels=LABELS.with_({"controller-revision-hash": digest}),
            owner_references=(new_controller_ref(daemon_set()),),
        ),
        data=patch_of(template(image)),
        revision=number,
    )


def pod(name, where="n1", image="agent:1", *, ready=True, phase="Running", bound=True, since=START - 100, **meta):
    made = new_pod(daemon_set(image), where, digest_of(image))
    condition = PodCondition(type="Ready", status="True" if ready else "False", last_transition_time=Time(since))
    meta = {"creation_timestamp": Time(START - 500)} | meta
    return evolve(
        made,
        metadata=evolve(made.metadata, name=name, generate_name="", uid=f"uid-{name}", **meta),
        spec=evolve(made.spec, node_name=where if bound else ""),
        status=PodStatus(phase=phase, conditions=(condition,)),
    )


LEAVING = {"deletion_timestamp": Time(START + 30)}


def reported(desired, current, ready, updated=None, *, astray=0, available=None):
    available = ready if available is None else available
    return DaemonSetStatus(
        observed_generation=1,
        desired_number_scheduled=desired,
        current_number_scheduled=current,
        number_misscheduled=astray,
        number_ready=ready,
        updated_number_scheduled=current if updated is None else updated,
        number_available=available,
        number_unavailable=desired - available,
    )


def told(requests):
    return [_short(request) for request in requests]


def _short(request):
    match request:
        case Requeue():
            return "later"
        case Create(object=ControllerRevision()):
            return f"keep {request.object.revision}"
        case Create():
            return f"create on {target_node(request.object)}"
        case Delete():
            return f"delete {request.target.name}"
        case Record():
            return f"record {request.reason}"
        case Update(subresource="status"):
            return "status"
        case Update():
            return f"update {request.key.name}"


def reconciled(*objects, now=NOW):
    return CONTROLLER.reconcile(world(*objects, now=now), KEY)


def the_status(requests):
    return [r.object.status for r in requests if isinstance(r, Update) and r.subresource == "status"][-1]


# One on every node


def test_every_node_gets_a_pod_that_only_fits_there():
    requests = reconciled(daemon_set(), node("n1"), node("n2"))
    assert told(requests) == ["status", "keep 1", "create on n1", "create on n2"]
    made = requests[2].object
    assert made.metadata.labels == {
        "app": "agent",
        "controller-revision-hash": digest_of(),
        "pod-template-generation": "1",
    }
    assert made.spec.node_name == ""
    assert requests[2].events == (EventNote(KEY, "SuccessfulCreate", "Created pod: {name}"),)
    made = [pod("a", "n1", ready=False), pod("b", "n2", ready=False)]
    assert the_status(reconciled(daemon_set(), revision(), node("n1"), node("n2"), *made)) == reported(2, 2, 0)


def test_its_pods_tolerate_what_goes_wrong_with_a_node():
    requests = reconciled(daemon_set(pods={"tolerations": (Toleration(key="gpu", operator="Exists"),)}), node())
    tolerations = [(t.key.rpartition("/")[2], t.effect) for t in requests[2].object.spec.tolerations]
    assert tolerations == [
        ("gpu", ""),
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
    ]
    on_host = reconciled(daemon_set(pods={"host_network": True}), node())[2].object
    assert on_host.spec.tolerations[-1].key == "node.kubernetes.io/network-unavailable"


@pytest.mark.parametrize(
    ("pods", "nodes", "wanted"),
    [
        ({"node_selector": FrozenMap({"disk": "ssd"})}, [node("n1"), node("n2", disk="ssd")], ["n2"]),
        ({"node_name": "n1"}, [node("n1"), node("n2")], ["n1"]),
        ({}, [node("n1", ("gpu", "NoSchedule")), node("n2", ("gpu", "PreferNoSchedule"))], ["n2"]),
        ({"tolerations": (Toleration(operator="Exists"),)}, [node("n1", ("gpu", "NoSchedule"))], ["n1"]),
        ({}, [node("n1", ("node.kubernetes.io/unschedulable", "NoSchedule"))], ["n1"]),
    ],
    ids=["selector", "node name", "taint", "tolerated", "cordoned"],
)
def test_it_wants_pods_only_where_they_may_run(pods, nodes, wanted):
    requests = reconciled(daemon_set(pods=pods), *nodes)
    assert [t for t in told(requests) if t.startswith("create")] == [f"create on {name}" for name in wanted]


def test_nothing_is_left_to_do_once_all_is_reported():
    assert reconciled(daemon_set(status=reported(1, 1, 1)), revision(), node(), pod("a")) == []


def test_a_pod_belongs_to_its_node_before_it_is_bound():
    base = (daemon_set(status=reported(1, 1, 0)), revision(), node())
    assert reconciled(*base, pod("a", bound=False, ready=False, phase="Pending")) == []


def test_of_two_pods_on_a_node_the_older_stays():
    held = (daemon_set(status=reported(1, 1, 1)), revision(), node())
    requests = reconciled(*held, pod("a", creation_timestamp=Time(START)), pod("b"))
    assert told(requests) == ["status", "delete a"]


def test_a_node_with_a_new_taint_keeps_its_pod_unless_the_taint_drives_it_out():
    held = (daemon_set(), revision(), pod("a"))
    assert told(reconciled(*held, node("n1", ("gpu", "NoSchedule")))) == ["status"]
    assert the_status(reconciled(*held, node("n1", ("gpu", "NoSchedule")))) == reported(0, 0, 0, astray=1)
    assert told(reconciled(*held, node("n1", ("gpu", "NoExecute"))))[:2] == ["status", "delete a"]


def test_a_dead_node_keeps_its_pod_but_is_not_counted():
    taints = [("node.kubernetes.io/unreachable", effect) for effect in ("NoSchedule", "NoExecute")]
    requests = reconciled(daemon_set(), revision(), node("n1", *taints), pod("a", ready=False))
    assert told(requests) == ["status"]
    assert the_status(requests) == reported(0, 0, 0, astray=1)


def test_an_unbound_pod_of_a_node_that_is_gone_is_deleted():
    requests = reconciled(daemon_set(status=reported(0, 0, 0)), revision(), pod("a", "gone", bound=False))
    assert told(requests) == ["status", "delete a"]


def test_a_pod_that_is_terminating_is_replaced_when_it_has_ended():
    base = (daemon_set(status=reported(1, 1, 1)), revision(), node())
    assert reconciled(*base, pod("a", **LEAVING)) == []
    ended = pod("a", phase="Succeeded", ready=False, **LEAVING)
    assert told(reconciled(*base, ended)) == ["status", "create on n1"]


def test_a_failed_pod_is_deleted_with_an_event_and_the_next_one_later():
    base = (daemon_set(status=reported(1, 1, 0)), revision(), node())
    failed = pod("a", phase="Failed", ready=False)
    requests = reconciled(*base, failed)
    assert told(requests) == ["status", "record FailedDaemonPod", "delete a"]
    text = "Found failed daemon pod shop/a on node n1, will try to kill it"
    assert requests[1].events == (EventNote(KEY, "FailedDaemonPod", text, type="Warning"),)
    view = world(*base, pod("b", phase="Failed", ready=False))
    after = store.record(view.snapshot, requests[1].events[0], CONTROLLER.name, NOW)
    assert CONTROLLER.reconcile(View(after, NOW), KEY) == [Requeue(at=NOW + SECOND)]
    assert "delete b" in told(CONTROLLER.reconcile(View(after, NOW + SECOND), KEY))


def test_a_daemon_set_that_selects_everything_is_left_alone_and_told_so_once():
    everything = evolve(daemon_set(), spec=evolve(daemon_set().spec, selector=LabelSelector()))
    view = world(everything, node())
    (record,) = CONTROLLER.reconcile(view, KEY)
    assert record.events[0].reason == "SelectingAll"
    after = store.record(view.snapshot, record.events[0], CONTROLLER.name, NOW)
    assert CONTROLLER.reconcile(View(after, NOW), KEY) == []


def test_a_daemon_set_that_is_being_deleted_is_left_to_the_garbage_collector():
    assert reconciled(daemon_set(deleted=True), revision(), node()) == []


# Updates


def updating(*pods, strategy=None, nodes=3, status=None):
    held = [node(f"n{n}") for n in range(1, nodes + 1)]
    return (daemon_set("agent:2", strategy=strategy, status=status), revision(), revision("agent:2", 2), *held, *pods)


def old(number, **more):
    return pod(f"old-{number}", f"n{number}", **more)


def new(number, **more):
    return pod(f"new-{number}", f"n{number}", "agent:2", **more)


@pytest.mark.parametrize(
    ("pods", "unavailable", "gone"),
    [
        ([old(1), old(2), old(3)], 1, ["old-1"]),
        ([old(1), old(2), old(3)], 2, ["old-1", "old-2"]),
        ([old(1), old(2), old(3)], "50%", ["old-1", "old-2"]),
        ([new(1, ready=False), old(2), old(3)], 1, []),
        ([new(1), old(2), old(3)], 1, ["old-2"]),
        ([old(1, ready=False), old(2), old(3)], 1, ["old-1"]),
        ([old(1, **LEAVING), old(2), old(3)], 1, []),
    ],
)  # fmt: skip
def test_old_pods_go_as_far_as_may_be_unavailable(pods, unavailable, gone):
    requests = reconciled(*updating(*pods, strategy=rolling(unavailable)))
    assert [t.removeprefix("delete ") for t in told(requests) if t.startswith("delete")] == gone


def test_with_surge_a_new_pod_starts_beside_the_old_one():
    surging = rolling(0, 1)
    requests = reconciled(*updating(old(1), old(2), strategy=surging, nodes=2))
    assert told(requests) == ["status", "create on n1"]
    assert told(reconciled(*updating(old(1), new(1, ready=False), old(2), strategy=surging, nodes=2))) == ["status"]
    requests = reconciled(*updating(old(1), new(1), old(2), strategy=surging, nodes=2))
    assert told(requests)[:2] == ["status", "delete old-1"]
    requests = reconciled(*updating(old(1, ready=False), new(1, ready=False), strategy=surging, nodes=1))
    assert told(requests)[:2] == ["status", "delete old-1"]


def test_with_on_delete_pods_are_replaced_only_when_somebody_deletes_them():
    on_delete = DaemonSetUpdateStrategy(type="OnDelete")
    assert told(reconciled(*updating(old(1), strategy=on_delete, nodes=1))) == ["status"]
    assert "create on n1" in told(reconciled(*updating(strategy=on_delete, nodes=1)))


def test_what_counts_as_up_to_date_has_the_hash_or_the_generation_of_the_template():
    status = the_status(reconciled(*updating(old(1), new(2), nodes=2)))
    assert (status.updated_number_scheduled, status.number_ready) == (1, 2)


def test_ready_is_not_available_before_min_ready_seconds_have_passed():
    held = evolve(daemon_set(), spec=evolve(daemon_set().spec, min_ready_seconds=10))
    requests = reconciled(held, revision(), node(), pod("a", since=START - 4))
    assert the_status(requests) == reported(1, 1, 1, available=0)
    assert requests[-1] == Requeue(at=NOW + 6 * SECOND)


def test_a_template_that_comes_again_gets_the_highest_number():
    requests = reconciled(daemon_set(), revision(), revision("agent:2", 2))
    assert told(requests)[:2] == ["status", f"update agent-{digest_of()}"]
    assert requests[1].object.revision == 3


def test_only_so_many_old_templates_are_kept():
    held = [revision(f"agent:{n}", n) for n in (1, 2, 3)]
    wanted = daemon_set("agent:3", revision_history_limit=1, status=reported(0, 0, 0))
    assert told(reconciled(wanted, *held)) == [f"delete agent-{digest_of('agent:1')}"]


# Who is woken


def test_a_node_wakes_the_daemon_sets_that_it_concerns():
    view = world(daemon_set())
    here = ObjectKey("Node", "", "n1")

    def woken(before, after, *more):
        return list(CONTROLLER.enqueue(Change(here, before, after, world(daemon_set(), *more) if more else view)))

    assert woken(None, node()) == [KEY]
    assert woken(None, node("n1", ("gpu", "NoSchedule"))) == []
    assert woken(node(), node()) == []
    assert woken(node(), node("n1", ("gpu", "NoExecute")), pod("a")) == [KEY]
    assert woken(node(), node("n1", disk="ssd"), pod("a")) == []
    assert woken(node(), None) == [KEY]


def test_a_refused_creation_is_an_event_and_the_nodes_are_counted_all_the_same():
    view = world(daemon_set(), node())
    create = CONTROLLER.reconcile(view, KEY)[2]
    record, status = CONTROLLER.refused(view, KEY, create, StatusError(403, "Forbidden", "no"))
    assert record.events == (EventNote(KEY, "FailedCreate", "Error creating: no", type="Warning"),)
    assert the_status([status]) == reported(1, 0, 0)
