"""The disruption controller: how many Pods of a budget may be evicted, and what it says where it cannot tell."""

from kubelab.api.apps import Deployment, DeploymentSpec, ReplicaSet, ReplicaSetSpec
from kubelab.api.core.pod import Pod, PodCondition
from kubelab.api.core.pod_status import PodStatus
from kubelab.api.meta import LabelSelector, ObjectMeta, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.policy import PodDisruptionBudget, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.disruption import DisruptionController
from kubelab.state import store
from kubelab.state.requests import Record, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View, key_of

CONTROLLER = DisruptionController()
NOW = 1_767_225_600
WEB = LabelSelector(match_labels=FrozenMap(app="web"))
KEY = ObjectKey("PodDisruptionBudget", "default", "web")


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, NOW * SECOND)


def budget(status=None, name="web", selector=WEB, **spec):
    return PodDisruptionBudget(
        metadata=ObjectMeta(name=name, namespace="default", generation=1),
        spec=PodDisruptionBudgetSpec(selector=selector, **spec),
        status=status or PodDisruptionBudgetStatus(),
    )


def owner(kind, name):
    return (OwnerReference(kind=kind, name=name, uid=f"uid-{name}", controller=True),)


def pod(name, ready=True, owned=(), deleted=False):
    return Pod(
        metadata=ObjectMeta(
            name=name,
            namespace="default",
            labels=FrozenMap(app="web"),
            owner_references=owned,
            deletion_timestamp=Time(NOW) if deleted else None,
        ),
        status=PodStatus(conditions=(PodCondition(type="Ready", status="True" if ready else "False"),)),
    )


def workload(replicas=4):
    """A Deployment that wants so many Pods, and its ReplicaSet."""
    meta = ObjectMeta(name="web", namespace="default", uid="uid-web")
    return (
        Deployment(metadata=meta, spec=DeploymentSpec(replicas=replicas)),
        ReplicaSet(
            metadata=ObjectMeta(
                name="web-1", namespace="default", uid="uid-web-1", owner_references=owner("Deployment", "web")
            ),
            spec=ReplicaSetSpec(replicas=2),
        ),
    )


def reconcile(*objects):
    return CONTROLLER.reconcile(view(*objects), KEY)


def status_of(wanted):
    (update,) = [each for each in wanted if isinstance(each, Update)]
    assert update.subresource == "status"
    return update.object.status


def test_a_number_of_available_pods_is_compared_with_those_that_are_ready():
    wanted = reconcile(budget(min_available=2), pod("a"), pod("b"), pod("c"), pod("d", ready=False))
    status = status_of(wanted)
    assert (status.expected_pods, status.current_healthy, status.desired_healthy) == (4, 3, 2)
    assert (status.disruptions_allowed, status.observed_generation) == (1, 1)
    (condition,) = status.conditions
    assert (condition.type, condition.status, condition.reason) == ("DisruptionAllowed", "True", "SufficientPods")
    assert wanted[0].message == (
        "disruption-controller counted the Pods of PodDisruptionBudget web: 3 of 4 expected are healthy, "
        "2 have to be, so 1 may be evicted."
    )


def test_a_percentage_is_taken_of_what_the_deployment_wants_and_rounded_up():
    pods = [pod(name, owned=owner("ReplicaSet", "web-1")) for name in "abc"]
    status = status_of(reconcile(budget(min_available="30%"), *workload(4), *pods))
    assert (status.expected_pods, status.desired_healthy, status.disruptions_allowed) == (4, 2, 1)
    status = status_of(reconcile(budget(max_unavailable="30%"), *workload(4), *pods))
    assert (status.expected_pods, status.desired_healthy, status.disruptions_allowed) == (4, 2, 1)
    status = status_of(reconcile(budget(max_unavailable=1), *workload(4), *pods))
    assert (status.desired_healthy, status.disruptions_allowed) == (3, 0)
    assert status.conditions[0].reason == "InsufficientPods"


def test_pods_that_go_are_not_healthy_any_more():
    leaving = PodDisruptionBudgetStatus(disrupted_pods=FrozenMap(b=Time(NOW - 5)))
    wanted = reconcile(budget(leaving, min_available=1), pod("a"), pod("b"), pod("c", deleted=True))
    status = status_of(wanted)
    assert (status.current_healthy, status.disruptions_allowed) == (1, 0)
    assert status.disrupted_pods == {"b": NOW - 5}
    assert wanted[-1] == Requeue(at=(NOW - 5 + 121) * SECOND)


def test_a_pod_that_should_have_gone_two_minutes_ago_counts_again():
    stale = PodDisruptionBudgetStatus(disrupted_pods=FrozenMap(a=Time(NOW - 121)))
    status = status_of(reconcile(budget(stale, min_available=0), pod("a")))
    assert (status.current_healthy, status.disruptions_allowed, dict(status.disrupted_pods)) == (1, 1, {})


def test_once_the_status_says_it_nothing_is_left_to_do():
    before = view(budget(min_available=1), pod("a"), pod("b"))
    (update,) = CONTROLLER.reconcile(before, KEY)
    snapshot, _ = store.put(before.snapshot, update.object)
    assert CONTROLLER.reconcile(View(snapshot, before.now), KEY) == []


def test_a_budget_without_pods_says_so_once_for_each_version_of_it():
    before = view(budget(min_available=1))
    record, update = CONTROLLER.reconcile(before, KEY)
    assert isinstance(record, Record)
    assert [(e.type, e.reason, e.message, e.component) for e in record.events] == [
        ("Normal", "NoPods", "No matching pods found", "controllermanager")
    ]
    assert update.object.status.disruptions_allowed == 0
    snapshot = store.record(before.snapshot, record.events[0], CONTROLLER.name, before.now)
    snapshot, _ = store.put(snapshot, update.object)
    (again,) = CONTROLLER.reconcile(View(snapshot, before.now), KEY)
    assert again == record
    snapshot = store.record(snapshot, again.events[0], CONTROLLER.name, before.now)
    assert CONTROLLER.reconcile(View(snapshot, before.now), KEY) == []


def test_pods_without_a_controller_cannot_be_taken_a_share_of():
    wanted = reconcile(budget(max_unavailable=1), pod("a"))
    assert wanted[0].events[0].reason == "UnmanagedPods"
    assert "(selector: &LabelSelector{MatchLabels:map[string]string{app: web,}," in wanted[0].events[0].message
    assert status_of(wanted).disruptions_allowed == 0


def test_while_the_scale_is_not_known_nothing_may_be_evicted():
    allowed = PodDisruptionBudgetStatus(disruptions_allowed=3)
    wanted = reconcile(budget(allowed, max_unavailable=1), pod("a", owned=owner("ReplicaSet", "gone")))
    assert wanted[0].events[0].message == (
        'Failed to calculate the number of expected pods: found no controllers for pod "a"'
    )
    status = status_of(wanted)
    assert status.disruptions_allowed == 0
    assert (status.conditions[0].reason, status.conditions[0].message) == (
        "SyncFailed",
        'found no controllers for pod "a"',
    )


def test_a_pod_in_two_budgets_is_told_so():
    several = view(budget(min_available=1), budget(name="other", min_available=1), pod("a"))
    key = ObjectKey("Pod", "default", "a")
    (record,) = CONTROLLER.reconcile(several, key)
    assert record.events[0].message == (
        'Pod "default"/"a" matches multiple PodDisruptionBudgets.  Chose "other" arbitrarily.'
    )
    told = store.record(several.snapshot, record.events[0], CONTROLLER.name, several.now)
    assert CONTROLLER.reconcile(View(told, several.now), key) == ()


def test_it_looks_when_a_pod_becomes_ready_or_goes_but_not_when_one_is_bound():
    seen = view(budget(min_available=1), pod("a"))
    after = pod("a")

    def keys(before, now):
        return list(CONTROLLER.enqueue(Change(key_of(after), before, now, seen)))

    assert keys(pod("a", ready=False), after) == [KEY]
    assert keys(after, None) == [KEY]
    assert keys(None, after) == [KEY]
    assert keys(after, evolve(after, spec=evolve(after.spec, node_name="n"))) == []
