"""kube-scheduler: Pods that are spread, drawn to one another or kept apart."""

import pytest

from kubelab.api.apps import ReplicaSet, ReplicaSetSpec
from kubelab.api.core.affinity import (
    Affinity,
    PodAffinity,
    PodAffinityTerm,
    PodAntiAffinity,
    TopologySpreadConstraint,
    WeightedPodAffinityTerm,
)
from kubelab.api.core.container import Container
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.node import Node, NodeStatus
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.meta import LabelSelector, ObjectMeta, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.components.scheduler import Scheduler, explain_scheduling
from kubelab.state import store
from kubelab.state.requests import Bind, Update
from kubelab.state.snapshot import Change, Snapshot, View, key_of

NOW = 1_767_225_600_000_000
HOST, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
SCHEDULER = Scheduler()


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, NOW)


def node(name, zone=""):
    amounts = FrozenMap({"cpu": Quantity("4"), "memory": Quantity("8Gi"), "pods": Quantity("110")})
    labels = {HOST: name, ZONE: zone} if zone else {HOST: name}
    meta = ObjectMeta(name=name, labels=FrozenMap(labels))
    return Node(metadata=meta, status=NodeStatus(capacity=amounts, allocatable=amounts))


def pod(name, on="", app="web", namespace="shop", owner=None, deleted=False, **spec):
    return Pod(
        metadata=ObjectMeta(
            name=name,
            namespace=namespace,
            uid=f"uid-{name}",
            generation=1,
            labels=FrozenMap(app=app),
            owner_references=() if owner is None else (owner,),
            deletion_timestamp=Time(1) if deleted else None,
        ),
        spec=PodSpec(containers=(Container(name="c", image="app"),), node_name=on, **spec),
    )


def selecting(app):
    return LabelSelector(match_labels=FrozenMap(app=app))


def near(app="web", key=HOST, **more):
    term = PodAffinityTerm(label_selector=selecting(app), topology_key=key, **more)
    return Affinity(pod_affinity=PodAffinity(required_during_scheduling_ignored_during_execution=(term,)))


def apart(app="web", key=HOST, **more):
    term = PodAffinityTerm(label_selector=selecting(app), topology_key=key, **more)
    return Affinity(pod_anti_affinity=PodAntiAffinity(required_during_scheduling_ignored_during_execution=(term,)))


def rather(weight, app="db", key=HOST, away=False):
    term = PodAffinityTerm(label_selector=selecting(app), topology_key=key)
    wish = (WeightedPodAffinityTerm(weight=weight, pod_affinity_term=term),)
    if away:
        return Affinity(pod_anti_affinity=PodAntiAffinity(preferred_during_scheduling_ignored_during_execution=wish))
    return Affinity(pod_affinity=PodAffinity(preferred_during_scheduling_ignored_during_execution=wish))


def spread(key=ZONE, skew=1, action="DoNotSchedule", app="web", **more):
    constraint = TopologySpreadConstraint(
        topology_key=key, max_skew=skew, when_unsatisfiable=action, label_selector=selecting(app), **more
    )
    return (constraint,)


def decision(waiting, *objects):
    return explain_scheduling(view(*objects, waiting), waiting)


def reasons(waiting, *objects):
    """What speaks against each node."""
    found = decision(waiting, *objects)
    return {v.node: tuple(r.reason for r in v.reasons) for v in found.verdicts}


A, B = node("a", "x"), node("b", "y")


def test_a_pod_goes_only_where_a_pod_is_that_it_must_be_near_to():
    waiting = pod("w", affinity=near("db"))
    found = reasons(waiting, A, B, pod("db", on="b", app="db"))
    assert found == {"a": ("node(s) didn't match pod affinity rules",), "b": ()}


def test_near_may_mean_the_same_zone():
    third = node("c", "x")
    assert decision(pod("w", affinity=near("db", ZONE)), A, B, third, pod("d", on="c", app="db")).node in ("a", "c")


def test_the_first_of_a_series_that_wants_to_be_near_its_own_kind_may_be_anywhere():
    assert decision(pod("w", affinity=near("web", ZONE)), A, B).node
    assert not decision(pod("w", affinity=near("db", ZONE)), A, B).node


def test_a_pod_keeps_away_from_those_that_it_must_not_be_near():
    waiting = pod("w", affinity=apart())
    found = reasons(waiting, A, B, pod("other", on="a"))
    assert found == {"a": ("node(s) didn't match pod anti-affinity rules",), "b": ()}


def test_what_runs_already_keeps_others_away_as_well():
    guard = pod("guard", on="a", app="db", affinity=apart("web"))
    found = reasons(pod("w"), A, B, guard)
    assert found == {"a": ("node(s) didn't satisfy existing pods anti-affinity rules",), "b": ()}


def test_terms_are_about_the_pods_own_namespace_unless_they_name_others():
    elsewhere = pod("db", on="a", app="db", namespace="data")
    assert not decision(pod("w", affinity=near("db")), A, elsewhere).node
    assert decision(pod("w", affinity=near("db", namespaces=("data",))), A, elsewhere).node == "a"
    chosen = LabelSelector(match_labels=FrozenMap(team="store"))
    space = Namespace(metadata=ObjectMeta(name="data", labels=FrozenMap(team="store")))
    assert decision(pod("w", affinity=near("db", namespace_selector=chosen)), A, space, elsewhere).node == "a"


def test_the_event_counts_what_keeps_a_pod_away_as_upstream_does():
    waiting = pod("w", affinity=apart())
    seen = view(A, B, pod("one", on="a"), pod("two", on="b"), waiting)
    (update,) = SCHEDULER.reconcile(seen, key_of(waiting))
    assert isinstance(update, Update)
    assert update.events[0].message == (
        "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, "
        "preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."
    )


def test_wishes_give_points_and_decide_between_nodes_that_fit():
    data = pod("db", on="b", app="db")
    assert decision(pod("w", affinity=rather(10)), A, B, data).node == "b"
    assert (
        decision(pod("w", affinity=rather(10, away=True)), node("a"), node("b"), pod("db", on="a", app="db")).node
        == "b"
    )
    points = {
        v.node: v.scores.get("InterPodAffinity") for v in decision(pod("w", affinity=rather(10)), A, B, data).verdicts
    }
    assert points == {"a": 0, "b": 200}


def test_a_running_pods_wish_draws_the_new_one_to_it():
    host = pod("db", on="b", app="db", affinity=rather(10, app="web"))
    assert decision(pod("w"), A, B, host).node == "b"


def test_hard_spreading_keeps_zones_within_the_skew():
    waiting = pod("w", topology_spread_constraints=spread())
    found = reasons(waiting, A, B, pod("one", on="a"))
    assert found == {"a": ("node(s) didn't match pod topology spread constraints",), "b": ()}
    assert decision(waiting, A, B, pod("one", on="a"), pod("two", on="b")).node


def test_a_node_without_the_label_can_never_take_a_pod_that_is_spread_by_it():
    waiting = pod("w", topology_spread_constraints=spread())
    found = reasons(waiting, node("bare"))
    assert found == {"bare": ("node(s) didn't match pod topology spread constraints (missing required label)",)}


def test_pods_on_their_way_out_and_of_other_namespaces_do_not_count_for_spreading():
    waiting = pod("w", topology_spread_constraints=spread())
    going, foreign = pod("going", on="a", deleted=True), pod("foreign", on="a", namespace="other")
    assert reasons(waiting, A, B, going, foreign) == {"a": (), "b": ()}


def test_with_too_few_domains_the_emptiest_counts_as_empty():
    waiting = pod("w", topology_spread_constraints=spread(min_domains=3))
    both = pod("one", on="a"), pod("two", on="b")
    assert not decision(waiting, A, B, *both).node


def test_soft_spreading_only_prefers():
    waiting = pod("w", topology_spread_constraints=spread(action="ScheduleAnyway"))
    found = decision(waiting, A, B, pod("one", on="a"))
    assert found.node == "b"
    assert all(v.fits for v in found.verdicts)


def test_pods_of_one_replicaset_are_spread_without_being_told_to():
    meta = ObjectMeta(name="web", namespace="shop", uid="uid-web")
    owner = OwnerReference(kind="ReplicaSet", name="web", uid="uid-web", controller=True)
    replicas = ReplicaSet(metadata=meta, spec=ReplicaSetSpec(selector=selecting("web")))
    one = pod("one", on="a", owner=owner)
    many = [pod(f"x{n}", on="b", app="other") for n in range(3)]
    found = decision(pod("w", owner=owner), node("a"), node("b"), replicas, one, *many)
    assert found.node == "b"
    points = {v.node: v.scores["PodTopologySpread"] for v in found.verdicts}
    assert points["b"] > points["a"]
    alone = decision(pod("w"), node("a"), node("b"), one, *many)
    assert "PodTopologySpread" not in alone.verdicts[0].scores


def test_counts_follow_every_change_of_the_cluster_and_every_way_back():
    waiting = pod("w", topology_spread_constraints=spread())
    before = view(A, B, pod("one", on="a"), waiting)
    assert explain_scheduling(before, waiting).node == "b"
    snapshot, _ = store.put(before.snapshot, pod("two", on="b"))
    snapshot, _ = store.put(snapshot, pod("three", on="b"))
    later = View(snapshot, NOW)
    assert explain_scheduling(later, waiting).node == "a"
    assert explain_scheduling(before, waiting).node == "b"
    branch, _ = store.put(before.snapshot, pod("two", on="b"))
    branch = store.remove(branch, key_of(pod("one")))
    assert explain_scheduling(View(branch, NOW), waiting).node == "a"
    moved, _ = store.put(before.snapshot, node("a", "y"))
    moved, _ = store.put(moved, node("c", "x"))
    assert explain_scheduling(View(moved, NOW), waiting).node == "c"


def test_a_pod_that_waits_for_company_is_looked_at_when_company_comes():
    waiting = pod("w", affinity=near("db"))
    company = pod("db", on="a", app="db")
    seen = view(A, waiting, company)
    unbound = evolve(company, spec=evolve(company.spec, node_name=""))
    assert list(SCHEDULER.enqueue(Change(key_of(company), unbound, company, seen))) == [key_of(waiting)]
    (bind,) = SCHEDULER.reconcile(seen, key_of(waiting))
    assert isinstance(bind, Bind)
    assert bind.node == "a"


@pytest.mark.parametrize("policy", ["Honor", "Ignore"])
def test_nodes_that_the_pod_cannot_be_on_are_domains_only_where_the_constraint_says_so(policy):
    only_a = FrozenMap({HOST: "a"})
    waiting = pod("w", topology_spread_constraints=spread(node_affinity_policy=policy), node_selector=only_a)
    fits = decision(waiting, A, B, pod("one", on="a")).node == "a"
    assert fits == (policy == "Honor")
