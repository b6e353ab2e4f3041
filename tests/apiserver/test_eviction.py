"""Evictions: which Pods may go, what that costs their budget, and in which words it is refused."""

import pytest

from kubelab.api.core.namespace import Namespace
from kubelab.api.core.pod import Pod, PodCondition
from kubelab.api.core.pod_status import PodStatus
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.policy import PodDisruptionBudget, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus
from kubelab.api.scalars import FrozenMap
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.apiserver.server import handle
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.requests import Evict
from kubelab.state.snapshot import SECOND, ObjectKey

NOW = 1_767_225_600 * SECOND
POD = ObjectKey("Pod", "default", "web-1")
BUDGET = ObjectKey("PodDisruptionBudget", "default", "web")


def pod(phase="Running", ready=True, node="worker-1"):
    meta = ObjectMeta(name="web-1", namespace="default", uid="u1", labels=FrozenMap(app="web"))
    condition = PodCondition(type="Ready", status="True" if ready else "False")
    made = Pod(metadata=meta, status=PodStatus(phase=phase, conditions=(condition,)))
    spec = type(made.spec)(node_name=node, termination_grace_period_seconds=30)
    return Pod(metadata=meta, spec=spec, status=made.status)


def budget(name="web", policy=None, **status):
    known = {"observed_generation": 1, "current_healthy": 3, "desired_healthy": 2, **status}
    return PodDisruptionBudget(
        metadata=ObjectMeta(name=name, namespace="default", generation=1),
        spec=PodDisruptionBudgetSpec(
            min_available=2,
            selector=LabelSelector(match_labels=FrozenMap(app="web")),
            unhealthy_pod_eviction_policy=policy,
        ),
        status=PodDisruptionBudgetStatus(**known),
    )


def snapshot_of(*objects):
    snapshot = initial_snapshot(NOW)
    for obj in (Namespace(metadata=ObjectMeta(name="default")), *objects):
        snapshot, _ = store.put(snapshot, obj)
    return snapshot


def evict(*objects, **request):
    return handle(snapshot_of(*objects), Evict(target=POD, **request), NOW)


def refusal(*objects, **request):
    with pytest.raises(StatusError) as caught:
        evict(*objects, **request)
    return caught.value


def test_an_evicted_pod_is_marked_deleted_and_charged_to_its_budget():
    outcome = evict(pod(), budget(disruptions_allowed=1))
    gone = outcome.snapshot.objects[POD]
    assert gone.metadata.deletion_grace_period_seconds == 30
    condition = gone.status.conditions[-1]
    assert (condition.type, condition.status, condition.reason, condition.message) == (
        "DisruptionTarget",
        "True",
        "EvictionByEvictionAPI",
        "Eviction API: evicting",
    )
    status = outcome.snapshot.objects[BUDGET].status
    assert (status.disruptions_allowed, dict(status.disrupted_pods)) == (0, {"web-1": NOW // SECOND})
    assert status.conditions[0].reason == "InsufficientPods"
    assert [change.key for change in outcome.besides] == [BUDGET]


def test_a_budget_that_is_used_up_refuses_and_says_what_it_needs():
    error = refusal(pod(), budget(current_healthy=2))
    assert (error.code, error.reason) == (429, "TooManyRequests")
    assert error.message == "Cannot evict pod as it would violate the pod's disruption budget."
    (cause,) = error.causes
    assert (cause.reason, cause.message) == (
        "DisruptionBudget",
        "The disruption budget web needs 2 healthy pods and has 2 currently",
    )


def test_a_budget_that_was_not_looked_at_yet_refuses_for_a_moment():
    error = refusal(pod(), budget(observed_generation=0))
    assert error.causes[0].message == "The disruption budget web is still being processed by the server."
    assert error.retry_after == 10


@pytest.mark.parametrize("phase", ["Pending", "Succeeded", "Failed"])
def test_a_pod_that_does_not_run_costs_nothing(phase):
    outcome = evict(pod(phase=phase), budget())
    assert outcome.besides == ()
    assert outcome.after is None or outcome.after.metadata.deletion_timestamp is not None


def test_a_pod_that_is_not_ready_may_go_while_the_others_are_enough():
    assert evict(pod(ready=False), budget()).besides == ()
    assert refusal(pod(ready=False), budget(current_healthy=1)).code == 429
    assert evict(pod(ready=False), budget(current_healthy=1, policy="AlwaysAllow")).besides == ()


def test_two_budgets_for_one_pod_are_one_too_many():
    error = refusal(pod(), budget(disruptions_allowed=1), budget("other", disruptions_allowed=1))
    assert error.code == 500
    assert error.message == (
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
    )


def test_an_eviction_can_insist_on_one_pod():
    assert refusal(pod(), uid="u2").message == (
        'Operation cannot be fulfilled on Pod "web-1": the UID in the precondition (u2) does not match the UID in '
        "record (u1). The object might have been deleted and then recreated"
    )
    assert evict(pod(), uid="u1").after.metadata.deletion_timestamp is not None
