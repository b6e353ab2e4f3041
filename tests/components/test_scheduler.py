"""kube-scheduler: which node each Pod gets, what it says about every other node, and when it looks again."""

import attrs
import pytest

from kubelab.api.core.container import Container, ContainerPort, ResourceRequirements
from kubelab.api.core.node import ContainerImage, Node, NodeSpec, NodeStatus, Taint
from kubelab.api.core.pod import (
    Affinity,
    NodeAffinity,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    Pod,
    PodCondition,
    PodSchedulingGate,
    PodSpec,
    PodStatus,
    PreferredSchedulingTerm,
    Toleration,
)
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.components.scheduler import Scheduler, explain_scheduling
from kubelab.components.scheduler.decision import num_feasible_nodes_to_find
from kubelab.state import store
from kubelab.state.requests import Bind, EventNote, Update
from kubelab.state.snapshot import Change, ObjectKey, Snapshot, View, key_of

NOW = 1_767_225_600_000_000
DEALLOCATE = "no new claims to deallocate, preemption:"


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, NOW)


def node(name, cpu="4", memory="8Gi", labels=(), taints=(), unschedulable=False, pods="110", images=()):
    allocatable = FrozenMap(
        {"cpu": Quantity(cpu), "memory": Quantity(memory), "pods": Quantity(pods), "example.com/gpu": Quantity("0")}
    )
    return Node(
        metadata=ObjectMeta(name=name, uid=f"uid-{name}", labels=FrozenMap(dict(labels))),
        spec=NodeSpec(taints=taints, unschedulable=unschedulable),
        status=NodeStatus(
            capacity=allocatable,
            allocatable=allocatable,
            images=tuple(ContainerImage(names=(name,), size_bytes=size) for name, size in images),
        ),
    )


def pod(name="p", on="", image="app", ports=(), namespace="shop", requests=None, **spec):
    resources = ResourceRequirements(requests=FrozenMap({k: Quantity(v) for k, v in (requests or {}).items()}))
    return Pod(
        metadata=ObjectMeta(name=name, namespace=namespace, uid=f"uid-{name}", generation=1),
        spec=PodSpec(
            containers=(Container(name="c", image=image, ports=ports, resources=resources),), node_name=on, **spec
        ),
        status=PodStatus(phase="Pending"),
    )


def stored(seen, obj):
    return seen.get(obj.kind, obj.metadata.namespace, obj.metadata.name)


def reconcile(seen, waiting):
    return Scheduler().reconcile(seen, ObjectKey("Pod", waiting.metadata.namespace, waiting.metadata.name))


def condition(seen, waiting):
    (request,) = reconcile(seen, waiting)
    assert isinstance(request, Update)
    return request.object.status.conditions[0]


def place(*objects, **wanted):
    waiting = pod(**wanted)
    (request,) = reconcile(view(*objects, waiting), waiting)
    return request.node if isinstance(request, Bind) else request.object.status.conditions[0].message


def matching(key, *values, operator="In"):
    return NodeSelectorTerm(match_expressions=(NodeSelectorRequirement(key=key, operator=operator, values=values),))


def required(*terms):
    return Affinity(
        node_affinity=NodeAffinity(
            required_during_scheduling_ignored_during_execution=NodeSelector(node_selector_terms=terms)
        )
    )


def test_a_pod_is_bound_to_the_node_with_the_most_free_resources():
    waiting = pod("new", requests={"cpu": "1", "memory": "1Gi"})
    seen = view(node("a"), node("b"), pod("old", on="a", requests={"cpu": "2", "memory": "1Gi"}), waiting)

    assert reconcile(seen, waiting) == (
        Bind(
            target=ObjectKey("Pod", "shop", "new"),
            node="b",
            uid="uid-new",
            reason="Scheduled",
            message=(
                "kube-scheduler bound Pod shop/new to b: it has the most CPU and memory free (452 points; a 422)."
            ),
            events=(
                EventNote(
                    ObjectKey("Pod", "shop", "new"),
                    "Scheduled",
                    "Successfully assigned shop/new to b",
                    component="default-scheduler",
                    uid="uid-new",
                ),
            ),
        ),
    )


def test_the_decision_is_explained_node_by_node():
    waiting = pod(requests={"cpu": "2"})
    gpu = Taint(key="dedicated", value="gpu", effect="NoSchedule")
    seen = view(
        node("full"), pod("old", on="full", requests={"cpu": "3"}), node("gpu", taints=(gpu,)), node("ok"), waiting
    )
    decision = explain_scheduling(seen, waiting)

    assert decision.node == "ok"
    assert decision.message == "kube-scheduler bound Pod shop/p to ok: no other of the 3 nodes fits."
    assert [(v.node, v.fits, [r.detail for r in v.reasons]) for v in decision.verdicts] == [
        ("full", False, ["the Pod asks for 2 cpu, 1 of 4 is free"]),
        ("gpu", False, ["the Pod does not tolerate its taint dedicated=gpu:NoSchedule"]),
        ("ok", True, []),
    ]
    # CPU 50 % and memory 97 % (200Mi count for a Pod that says nothing of memory) left: 73 on average.
    assert decision.verdicts[2].scores == {
        "TaintToleration": 300,
        "NodeAffinity": 0,
        "NodeResourcesFit": 73,
        "NodeResourcesBalancedAllocation": 62,
        "ImageLocality": 0,
    }


def test_a_pod_that_fits_nowhere_says_why_in_upstreams_words():
    gpu = Taint(key="dedicated", value="gpu", effect="NoSchedule")
    nodes = (node("small", cpu="1"), node("large", cpu="8"), node("tainted", cpu="8", taints=(gpu,)))
    six, sixty_four = pod("six", requests={"cpu": "6"}), pod("sixty-four", requests={"cpu": "64"})
    seen = view(*nodes, pod("old", on="large", requests={"cpu": "4"}), six, sixty_four)

    why = (
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. "
        f"{DEALLOCATE} 0/3 nodes are available: "
        "1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling."
    )
    (request,) = reconcile(seen, six)
    assert isinstance(request, Update)
    assert (request.subresource, request.reason) == ("status", "FailedScheduling")
    assert request.object == attrs.evolve(
        stored(seen, six),
        status=PodStatus(
            phase="Pending",
            conditions=(
                PodCondition(
                    type="PodScheduled",
                    status="False",
                    reason="Unschedulable",
                    message=why,
                    last_transition_time=seen.time,
                    observed_generation=1,
                ),
            ),
        ),
    )
    assert request.events == (
        EventNote(request.key, "FailedScheduling", why, "Warning", "default-scheduler", uid="uid-six"),
    )
    assert condition(seen, sixty_four).message == (
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. "
        f"{DEALLOCATE} 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    )


def test_a_pod_that_still_fits_nowhere_asks_for_nothing():
    waiting = pod(requests={"cpu": "64"})
    first = view(node("a"), waiting)
    (request,) = reconcile(first, waiting)
    again = View(store.put(first.snapshot, request.object)[0], NOW + 5_000_000)
    assert reconcile(again, waiting) == ()

    # A different reason is written, but the Pod has been unschedulable since the same moment.
    more = View(store.put(again.snapshot, node("b"))[0], NOW + 9_000_000)
    assert condition(more, waiting).last_transition_time == first.time
    assert "0/2 nodes" in condition(more, waiting).message


def test_without_nodes():
    waiting = pod()
    assert condition(view(waiting), waiting).message == "no nodes available to schedule pods"


@pytest.mark.parametrize(
    ("nodes", "wanted", "why"),
    [
        ([node("a", unschedulable=True)], {}, "1 node(s) were unschedulable"),
        ([node("a")], {"node_selector": FrozenMap(disk="ssd")}, "1 node(s) didn't match Pod's node affinity/selector"),
        ([node("a")], {"requests": {"memory": "9Gi"}}, "1 Insufficient memory"),
        ([node("a")], {"requests": {"ephemeral-storage": "1Gi"}}, "1 Insufficient ephemeral-storage"),
        ([node("a")], {"requests": {"example.com/gpu": "1"}}, "1 Insufficient example.com/gpu"),
        ([node("a")], {"requests": {"cpu": "5", "memory": "9Gi"}}, "1 Insufficient cpu, 1 Insufficient memory"),
        ([node("a", pods="0")], {}, "1 Too many pods"),
        (
            [node("a", taints=(Taint(key="k", effect="NoExecute"),))],
            {"tolerations": (Toleration(key="k", operator="Exists", effect="NoSchedule"),)},
            "1 node(s) had untolerated taint(s)",
        ),
        (
            [
                node(
                    "a",
                    unschedulable=True,
                    taints=(Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule"),),
                )
            ],
            {},
            "1 node(s) were unschedulable",
        ),
        (
            [node("a"), node("b")],
            {
                "affinity": required(
                    NodeSelectorTerm(
                        match_fields=(NodeSelectorRequirement(key="metadata.name", operator="In", values=("c",)),)
                    )
                )
            },
            "2 node(s) didn't satisfy plugin(s) [NodeAffinity]",
        ),
    ],
)
def test_why_a_node_is_refused(nodes, wanted, why):
    assert place(*nodes, **wanted).startswith(f"0/{len(nodes)} nodes are available: {why}. {DEALLOCATE}")


def test_preemption_policy_never_is_named():
    text = place(node("a"), requests={"cpu": "9"}, preemption_policy="Never")
    assert text.endswith("preemption: not eligible due to preemptionPolicy=Never.")


def test_host_ports_are_taken_once():
    web = (ContainerPort(container_port=80, host_port=80, protocol="TCP"),)
    dns = (ContainerPort(container_port=80, host_port=80, protocol="UDP"),)
    taken = (node("a"), pod("old", on="a", ports=web))
    refused = "1 node(s) didn't have free ports for the requested pod ports"
    assert refused in place(*taken, ports=web)
    assert "1 No preemption victims found" in place(*taken, ports=web)
    assert place(*taken, ports=dns) == "a"
    assert place(*taken, node("b"), ports=web) == "b"


@pytest.mark.parametrize(
    ("term", "fits"),
    [
        (matching("disk", "ssd", "nvme"), True),
        (matching("disk", "hdd"), False),
        (matching("disk", "hdd", operator="NotIn"), True),
        (matching("gpu", operator="DoesNotExist"), True),
        (matching("gpu", operator="Exists"), False),
        (matching("cores", "7", operator="Gt"), True),
        (matching("cores", "8", operator="Lt"), False),
        (matching("disk", "1", operator="Gt"), False),
        (NodeSelectorTerm(), False),
    ],
)
def test_required_node_affinity(term, fits):
    labelled = node("a", labels={"disk": "ssd", "cores": "8"})
    assert (place(labelled, affinity=required(term)) == "a") is fits
    # Terms are alternatives.
    assert place(labelled, affinity=required(term, matching("disk", "ssd"))) == "a"


def test_preferred_affinity_outweighs_free_resources():
    preference = PreferredSchedulingTerm(weight=10, preference=matching("disk", "ssd"))
    affinity = Affinity(node_affinity=NodeAffinity(preferred_during_scheduling_ignored_during_execution=(preference,)))
    nodes = (node("a"), node("b", cpu="2", labels={"disk": "ssd"}), pod("old", on="b", requests={"cpu": "1"}))
    assert place(*nodes, requests={"cpu": "100m"}, affinity=affinity) == "b"
    assert place(*nodes, requests={"cpu": "100m"}) == "a"


def test_taints_that_only_discourage():
    soft = Taint(key="spot", value="yes", effect="PreferNoSchedule")
    nodes = (node("a", cpu="64", taints=(soft,)), node("b", cpu="1"))
    assert place(*nodes) == "b"
    assert place(*nodes, tolerations=(Toleration(key="spot", operator="Exists"),)) == "a"


def test_a_large_image_draws_its_pod():
    nodes = (node("a"), node("b", images=[("app:latest", 900 * 1024 * 1024)]))
    assert place(*nodes, image="app") == "b"
    assert place(*nodes, image="other") == "a"


def test_equal_nodes_take_turns():
    seen = view(node("a"), node("b"), node("c"))
    taken = []
    for number in range(6):
        waiting = pod(f"p{number}")
        seen = View(store.put(seen.snapshot, waiting)[0], NOW)
        (bind,) = reconcile(seen, waiting)
        bound = attrs.evolve(waiting, spec=attrs.evolve(waiting.spec, node_name=bind.node))
        seen = View(store.put(seen.snapshot, bound)[0], NOW)
        taken.append(bind.node)
    assert taken == ["a", "b", "c", "a", "b", "c"]


@pytest.mark.parametrize(
    "left_alone",
    [
        pod(on="a"),
        pod(scheduler_name="mine"),
        pod(scheduling_gates=(PodSchedulingGate(name="quota"),)),
        attrs.evolve(pod(), metadata=attrs.evolve(pod().metadata, deletion_timestamp=NOW // 1_000_000)),
        attrs.evolve(pod(), status=PodStatus(phase="Failed")),
    ],
)
def test_pods_that_are_not_the_schedulers(left_alone):
    seen = view(node("a"), left_alone)
    assert reconcile(seen, left_alone) == ()
    assert list(Scheduler().enqueue(change(seen, None, left_alone))) == []


def test_a_pod_that_is_gone():
    assert reconcile(view(node("a")), pod()) == ()


def change(seen, before, after):
    subject = after if after is not None else before
    key = ObjectKey(subject.kind, subject.metadata.namespace, subject.metadata.name)
    return Change(key, before, after, seen)


def test_it_looks_again_only_when_something_could_help():
    waiting, other = pod("waiting"), pod("other", scheduler_name="mine")
    running = pod("running", on="a")
    ended = attrs.evolve(running, status=PodStatus(phase="Succeeded"))
    old, new = node("a"), node("a", labels={"disk": "ssd"})
    heard = attrs.evolve(old, status=attrs.evolve(old.status, phase="Running"))
    failed = attrs.evolve(waiting, status=PodStatus(phase="Pending", reason="changed"))
    ungated = attrs.evolve(waiting, spec=attrs.evolve(waiting.spec, priority=1))
    seen = view(waiting, other, running, old)

    def woken(before, after):
        return [key.name for key in Scheduler().enqueue(change(seen, before, after))]

    assert woken(None, waiting) == ["waiting"]
    assert woken(waiting, ungated) == ["waiting"]
    assert woken(waiting, failed) == []
    assert woken(waiting, None) == []
    assert woken(None, old) == ["waiting"]
    assert woken(old, new) == ["waiting"]
    assert woken(node("a", unschedulable=True), old) == ["waiting"]
    assert woken(old, node("a", unschedulable=True)) == []
    tainted = attrs.evolve(old, spec=attrs.evolve(old.spec, taints=(Taint(key="k", effect="NoSchedule"),)))
    assert woken(tainted, old) == ["waiting"]
    assert woken(old, tainted) == []
    assert woken(old, heard) == []
    assert woken(old, None) == []
    assert woken(running, None) == ["waiting"]
    assert woken(running, ended) == ["waiting"]
    assert woken(ended, None) == []
    assert woken(None, running) == []


@pytest.mark.parametrize(("nodes", "found"), [(1, 1), (99, 99), (100, 100), (500, 230), (1000, 420), (5000, 500)])
def test_how_many_nodes_are_enough(nodes, found):
    assert num_feasible_nodes_to_find(nodes) == found


def test_a_large_cluster_is_not_searched_to_its_end():
    nodes = [node(f"n{number:03}") for number in range(250)]
    first, second = pod("first"), pod("second")
    seen = view(*nodes, first, second)
    decisions = [explain_scheduling(seen, waiting) for waiting in (first, second)]
    assert [len(decision.verdicts) for decision in decisions] == [num_feasible_nodes_to_find(250)] * 2
    assert decisions[0].verdicts != decisions[1].verdicts
    assert decisions[0] == explain_scheduling(seen, first)


def test_when_room_is_made_the_most_important_pod_that_waits_is_looked_at_first():
    low, high = pod("a-low", priority=10), pod("b-high", priority=1000)
    ended = pod("c", on="n1")
    change = Change(key_of(ended), ended, None, view(node("n1"), low, high))
    assert [key.name for key in Scheduler().enqueue(change)] == ["b-high", "a-low"]
