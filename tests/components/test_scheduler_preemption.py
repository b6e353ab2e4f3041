"""kube-scheduler: who has to go for whom, where, and what is said of it."""

from kubelab.api.core.container import Container, ResourceRequirements
from kubelab.api.core.node import Node, NodeStatus
from kubelab.api.core.pod import Pod, PodCondition, PodSpec, PodStatus
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.policy import PodDisruptionBudget, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.components.scheduler import Scheduler
from kubelab.state import store
from kubelab.state.requests import Bind, Delete, Update
from kubelab.state.snapshot import Snapshot, View, key_of

NOW = 1_767_225_600_000_000
SCHEDULER = Scheduler()


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, NOW)


def node(name, cpu="2"):
    amounts = FrozenMap({"cpu": Quantity(cpu), "memory": Quantity("8Gi"), "pods": Quantity("110")})
    return Node(metadata=ObjectMeta(name=name), status=NodeStatus(capacity=amounts, allocatable=amounts))


def pod(name, cpu="1", on="", priority=0, since=None, policy=None, nominated="", ending=False):
    condition = PodCondition(type="DisruptionTarget", status="True", reason="PreemptionByScheduler")
    return Pod(
        metadata=ObjectMeta(
            name=name,
            namespace="default",
            uid=f"uid-{name}",
            generation=1,
            labels=FrozenMap(name=name),
            deletion_timestamp=Time(NOW // 10**6 + 30) if ending else None,
        ),
        spec=PodSpec(
            containers=(
                Container(name="c", image="app", resources=ResourceRequirements(requests=FrozenMap(cpu=Quantity(cpu)))),
            ),
            node_name=on,
            priority=priority,
            preemption_policy=policy,
        ),
        status=PodStatus(
            phase="Running" if on else "Pending",
            start_time=None if since is None else Time(since),
            nominated_node_name=nominated,
            conditions=(condition,) if ending else (),
        ),
    )


def reconcile(waiting, *objects):
    return SCHEDULER.reconcile(view(*objects, waiting), key_of(waiting))


def victims(wanted):
    return [each.key.name for each in wanted if isinstance(each, Delete)]


def test_the_least_important_pod_goes_and_the_node_is_promised_to_the_more_important_one():
    waiting = pod("vip", priority=1000)
    first, marked, deleted = reconcile(waiting, node("n"), pod("old", on="n", since=1), pod("new", on="n", since=2))
    assert first.object.status.nominated_node_name == "n"
    assert first.events[0].message == "0/1 nodes are available: 1 Insufficient cpu."
    assert (first.events[0].reason, first.events[0].type) == ("FailedScheduling", "Warning")
    condition = marked.object.status.conditions[-1]
    assert (condition.type, condition.reason, condition.message) == (
        "DisruptionTarget",
        "PreemptionByScheduler",
        "default-scheduler: preempting to accommodate a higher priority pod",
    )
    assert (deleted.key.name, deleted.grace_seconds) == ("new", None)
    assert [(e.reason, e.message, e.type, e.component) for e in deleted.events] == [
        ("Preempted", "Preempted by pod uid-vip on node n", "Normal", "default-scheduler")
    ]
    assert deleted.message == "kube-scheduler deleted Pod new to make room on n for Pod vip."


def test_no_more_pods_go_than_have_to():
    waiting = pod("vip", cpu="1500m", priority=10)
    running = [pod(name, cpu="500m", on="n", priority=p) for name, p in (("a", 1), ("b", 2), ("c", 3), ("d", 4))]
    assert victims(reconcile(waiting, node("n"), *running)) == ["c", "b", "a"]
    assert victims(reconcile(pod("vip", cpu="500m", priority=10), node("n"), *running)) == ["a"]


def test_nobody_goes_for_a_pod_that_is_not_more_important():
    (update,) = reconcile(pod("w", cpu="2"), node("n"), pod("a", on="n"))
    assert update.events[0].message.endswith(
        "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
    )


def test_nobody_goes_where_that_would_not_help():
    (update,) = reconcile(
        pod("vip", priority=9), node("n"), pod("low", cpu="500m", on="n"), pod("equal", cpu="1500m", on="n", priority=9)
    )
    assert update.events[0].message == (
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: "
        "0/1 nodes are available: 1 Insufficient cpu."
    )


def test_a_pod_whose_class_never_preempts_waits():
    (update,) = reconcile(pod("w", priority=9, policy="Never"), node("n"), pod("a", cpu="2", on="n"))
    assert update.events[0].message.endswith("preemption: not eligible due to preemptionPolicy=Never.")


def test_the_node_is_chosen_where_the_least_is_lost():
    nodes = node("a"), node("b"), node("c")
    waiting = pod("vip", cpu="2", priority=100)

    def chosen(*running):
        return reconcile(waiting, *nodes, *running)[0].object.status.nominated_node_name

    assert chosen(pod("x", "2", "a", 5), pod("y", "2", "b", 1), pod("z", "2", "c", 5)) == "b"
    assert chosen(pod("x", on="a"), pod("x2", on="a"), pod("y", "2", "b"), pod("z", "2", "c", 1)) == "b"
    assert chosen(pod("x", "2", "a", since=1), pod("y", "2", "b", since=2), pod("z", "2", "c", since=9)) == "c"


def test_a_budget_protects_its_pods_while_others_can_go():
    budget = PodDisruptionBudget(
        metadata=ObjectMeta(name="b", namespace="default"),
        spec=PodDisruptionBudgetSpec(selector=LabelSelector(match_labels=FrozenMap(name="kept"))),
        status=PodDisruptionBudgetStatus(disruptions_allowed=0),
    )
    running = pod("kept", on="n", since=5), pod("other", on="n", priority=1, since=1)
    assert victims(reconcile(pod("vip", priority=9), node("n"), budget, *running)) == ["other"]
    assert victims(reconcile(pod("vip", cpu="2", priority=9), node("n"), budget, *running)) == ["other", "kept"]


def test_while_the_others_still_end_the_pod_waits_and_keeps_its_promise():
    waiting = pod("vip", cpu="2", priority=9, nominated="n")
    (update,) = reconcile(waiting, node("n"), pod("low", cpu="2", on="n", ending=True))
    assert update.object.status.nominated_node_name == "n"
    assert update.events[0].message.endswith("preemption: not eligible due to a terminating pod on the nominated node.")


def test_a_promised_place_is_not_given_to_less_important_pods():
    vip = pod("vip", cpu="2", priority=9, nominated="n")
    (update,) = reconcile(pod("w"), node("n"), vip)
    assert isinstance(update, Update)
    (bind,) = reconcile(pod("king", priority=10), node("n"), vip)
    assert isinstance(bind, Bind)
    (bind,) = reconcile(vip, node("n"))
    assert (bind.node, bind.key.name) == ("n", "vip")


def test_a_less_important_pod_loses_its_promise_to_a_more_important_one():
    promised = pod("mid", cpu="2", priority=5, nominated="n")
    wanted = reconcile(pod("vip", cpu="2", priority=9), node("n"), pod("low", cpu="2", on="n"), promised)
    freed = [each.object for each in wanted if isinstance(each, Update) and each.key.name == "mid"]
    assert [each.status.nominated_node_name for each in freed] == [""]


def test_after_its_own_writes_the_scheduler_is_quiet():
    waiting, low = pod("vip", cpu="2", priority=9), pod("low", cpu="2", on="n")
    seen = view(node("n"), low, waiting)
    first, marked, _ = SCHEDULER.reconcile(seen, key_of(waiting))
    snapshot, _ = store.put(seen.snapshot, first.object)
    ending = evolve(marked.object, metadata=evolve(low.metadata, deletion_timestamp=Time(NOW // 10**6 + 30)))
    snapshot, _ = store.put(snapshot, ending)
    (told,) = SCHEDULER.reconcile(View(snapshot, NOW), key_of(waiting))
    snapshot, _ = store.put(snapshot, told.object)
    assert SCHEDULER.reconcile(View(snapshot, NOW), key_of(waiting)) == ()
