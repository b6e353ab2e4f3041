"""The horizontal Pod autoscaler: what it asks for, how fast it goes, what it says, and that it comes to rest."""

import json

import pytest

from kubelab.api.apps import Deployment, DeploymentSpec, ReplicaSet, ReplicaSetSpec
from kubelab.api.autoscaling import (
    CrossVersionObjectReference,
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerBehavior,
    HorizontalPodAutoscalerSpec,
    HPAScalingPolicy,
    HPAScalingRules,
    MetricSpec,
    MetricTarget,
    ResourceMetricSource,
)
from kubelab.api.core.container import Container, ResourceRequirements
from kubelab.api.core.pod import Pod, PodCondition, PodSpec, PodStatus
from kubelab.api.meta import LabelSelector, ObjectMeta, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.components.podautoscaler import HorizontalController
from kubelab.components.podautoscaler.memory import ANNOTATION
from kubelab.state import store
from kubelab.state.requests import Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View, key_of

CONTROLLER = HorizontalController()
MADE = 1_767_225_600
NOW = MADE + 900
KEY = ObjectKey("HorizontalPodAutoscaler", "default", "web")


def view(*objects, now=NOW):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, now * SECOND)


def autoscaler(least=1, most=10, percent=50, value=None, behavior=None, memory=None, resource="cpu"):
    if value is None:
        target = MetricTarget(type="Utilization", average_utilization=percent)
    else:
        target = MetricTarget(type="AverageValue", average_value=Quantity(value))
    annotations = FrozenMap() if memory is None else FrozenMap({ANNOTATION: json.dumps(memory)})
    return HorizontalPodAutoscaler(
        metadata=ObjectMeta(
            name="web", namespace="default", creation_timestamp=Time(MADE), annotations=annotations, generation=1
        ),
        spec=HorizontalPodAutoscalerSpec(
            scale_target_ref=CrossVersionObjectReference(kind="Deployment", name="web", api_version="apps/v1"),
            min_replicas=least,
            max_replicas=most,
            metrics=(MetricSpec(type="Resource", resource=ResourceMetricSource(name=resource, target=target)),),
            behavior=behavior,
        ),
    )


def deployment(replicas, load=""):
    meta = ObjectMeta(
        name="web", namespace="default", uid="uid-web", annotations=FrozenMap({"kubelab/load": load} if load else {})
    )
    selector = LabelSelector(match_labels=FrozenMap(app="web"))
    return Deployment(metadata=meta, spec=DeploymentSpec(replicas=replicas, selector=selector))


def pod(name, use="", ready=True, phase="Running", request="100m", limit="", started=600, ready_for=500):
    resources = ResourceRequirements(
        requests=FrozenMap(cpu=Quantity(request)) if request else FrozenMap(),
        limits=FrozenMap(cpu=Quantity(limit)) if limit else FrozenMap(),
    )
    condition = PodCondition(
        type="Ready", status="True" if ready else "False", last_transition_time=Time(NOW - ready_for)
    )
    owner = OwnerReference(kind="Deployment", name="web", uid="uid-web", controller=True)
    return Pod(
        metadata=ObjectMeta(
            name=name,
            namespace="default",
            uid=f"uid-{name}",
            labels=FrozenMap(app="web"),
            owner_references=(owner,),
            annotations=FrozenMap({"kubelab/cpu-use": use} if use else {}),
        ),
        spec=PodSpec(containers=(Container(name="c", resources=resources),)),
        status=PodStatus(phase=phase, start_time=Time(NOW - started), conditions=(condition,)),
    )


def pods(*uses, **more):
    return [pod(f"p{n}", use, **more) for n, use in enumerate(uses)]


def look(*objects, now=NOW):
    return CONTROLLER.reconcile(view(*objects, now=now), KEY)


def scaled_to(wanted):
    """The number of Pods that is written into the target, or None."""
    return next((r.object.spec.replicas for r in wanted if isinstance(r, Update) and r.subresource == "scale"), None)


def status_of(wanted):
    return next(r for r in wanted if isinstance(r, Update) and r.subresource == "status")


def conditions(wanted):
    return {c.type: (c.status, c.reason) for c in status_of(wanted).object.status.conditions}


def test_as_many_times_more_pods_as_they_use_too_much():
    wanted = look(autoscaler(), deployment(2), *pods("100m", "90m"))
    assert scaled_to(wanted) == 4
    scale, status = wanted[:2]
    assert scale.message == (
        "horizontal-pod-autoscaler scaled Deployment web from 2 to 4 Pods for HorizontalPodAutoscaler web: "
        "cpu resource utilization (percentage of request) above target."
    )
    assert [(e.reason, e.message, e.type) for e in status.events] == [
        (
            "SuccessfulRescale",
            "New size: 4; reason: cpu resource utilization (percentage of request) above target",
            "Normal",
        )
    ]
    found = status.object.status
    assert (found.current_replicas, found.desired_replicas, found.last_scale_time) == (2, 4, NOW)
    current = found.current_metrics[0].resource.current
    assert (current.average_utilization, current.average_value) == (95, "95m")
    assert conditions(wanted) == {
        "AbleToScale": ("True", "SucceededRescale"),
        "ScalingActive": ("True", "ValidMetricFound"),
        "ScalingLimited": ("False", "DesiredWithinRange"),
    }


@pytest.mark.parametrize("use", ["46m", "50m", "55m"])
def test_a_small_difference_changes_nothing(use):
    wanted = look(autoscaler(), deployment(2), *pods(use, use))
    assert scaled_to(wanted) is None
    assert conditions(wanted)["AbleToScale"] == ("True", "ReadyForNewScale")


def test_load_is_shared_by_the_ready_pods_and_no_container_uses_more_than_its_limit():
    ready = pods("", "", "")
    wanted = look(autoscaler(), deployment(4, load="300m"), *ready, pod("idle", ready=False))
    assert status_of(wanted).object.status.current_metrics[0].resource.current.average_value == "75m"
    bounded = look(autoscaler(), deployment(2, load="1"), *pods("", "", limit="200m"))
    assert status_of(bounded).object.status.current_metrics[0].resource.current.average_value == "200m"


def test_down_it_goes_only_when_nothing_higher_was_recommended_for_five_minutes():
    calm = {"recommended": [[NOW - 600, 4], [NOW - 285, 1]]}
    wanted = look(autoscaler(memory=calm), deployment(4), *pods("10m", "10m", "10m", "10m"))
    assert scaled_to(wanted) is None
    assert conditions(wanted)["AbleToScale"] == ("True", "ScaleDownStabilized")
    assert wanted[-1] == Requeue(at=(NOW + 15) * SECOND)
    later = {"recommended": [[NOW - 600, 4], [NOW - 300, 1]]}
    assert scaled_to(look(autoscaler(memory=later), deployment(4), *pods("10m", "10m", "10m", "10m"))) == 1


def test_bounds_come_first():
    assert scaled_to(look(autoscaler(least=3), deployment(2))) == 3
    assert scaled_to(look(autoscaler(most=2), deployment(5))) == 2
    wanted = look(autoscaler(most=3), deployment(2), *pods("100m", "100m"))
    assert scaled_to(wanted) == 3
    assert conditions(wanted)["ScalingLimited"] == ("True", "TooManyReplicas")
    assert scaled_to(look(autoscaler(most=100), deployment(1), *pods("900m"))) == 4


def test_a_workload_at_zero_is_left_alone():
    wanted = look(autoscaler(), deployment(0))
    assert conditions(wanted)["ScalingActive"] == ("False", "ScalingDisabled")
    assert scaled_to(wanted) is None


def test_without_requests_there_is_no_share_and_it_says_so():
    wanted = look(autoscaler(), deployment(1), pod("p", "10m", request=""))
    why = "failed to get cpu utilization: missing request for cpu in container c of Pod p"
    assert [(e.reason, e.message) for e in status_of(wanted).events] == [
        ("FailedGetResourceMetric", why),
        (
            "FailedComputeMetricsReplicas",
            "invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: " + why,
        ),
    ]
    assert conditions(wanted)["ScalingActive"] == ("False", "FailedGetResourceMetric")


def test_a_target_that_is_not_there_is_told():
    wanted = look(autoscaler())
    assert status_of(wanted).events[0].message == 'deployments.apps "web" not found'
    assert conditions(wanted) == {"AbleToScale": ("False", "FailedGetScale")}


def test_pods_that_have_only_started_count_as_idle_when_it_would_grow():
    young = pod("young", "0", started=20, ready_for=5)
    wanted = look(autoscaler(), deployment(3), *pods("100m", "100m"), young)
    assert scaled_to(wanted) == 4
    assert wanted[-1] == Requeue(at=(NOW + 15) * SECOND)


def test_an_average_value_needs_no_requests():
    wanted = look(autoscaler(value="100m"), deployment(2), *pods("200m", "200m", request=""))
    assert scaled_to(wanted) == 4


def test_policies_bound_the_step_within_their_period():
    rules = HPAScalingRules(
        select_policy="Max",
        stabilization_window_seconds=0,
        policies=(HPAScalingPolicy(type="Pods", value=1, period_seconds=60),),
    )
    behavior = HorizontalPodAutoscalerBehavior(scale_up=rules, scale_down=rules)
    wanted = look(autoscaler(behavior=behavior), deployment(2), *pods("200m", "200m"))
    assert scaled_to(wanted) == 3
    assert conditions(wanted)["ScalingLimited"] == ("True", "ScaleUpLimit")
    held = json.loads(status_of(wanted).object.metadata.annotations[ANNOTATION])
    assert held["up"] == [[NOW, 1]]
    just = autoscaler(behavior=behavior, memory={"up": [[NOW - 30, 1]], "recommended": [[NOW - 30, 6]]})
    assert scaled_to(look(just, deployment(3), *pods("200m", "200m", "200m"))) is None
    never = evolve(rules, select_policy="Disabled")
    still = HorizontalPodAutoscalerBehavior(scale_up=never, scale_down=never)
    assert scaled_to(look(autoscaler(behavior=still), deployment(2), *pods("200m", "200m"))) is None


def test_it_looks_every_fifteen_seconds_and_is_quiet_when_all_is_said():
    assert look(autoscaler(), deployment(1), now=MADE) == (Requeue(at=(MADE + 15) * SECOND),)
    assert look(autoscaler(), deployment(1), now=NOW + 1) == (Requeue(at=(NOW + 15) * SECOND),)
    objects = deployment(2), *pods("50m", "50m")
    (update,) = look(autoscaler(), *objects)
    assert look(update.object, *objects) == ()


def test_it_is_woken_by_load_and_by_pods_that_get_ready_but_not_by_its_own_status():
    seen = view(autoscaler(), deployment(1))

    def keys(before, after):
        return list(CONTROLLER.enqueue(Change(key_of(after), before, after, seen)))

    assert keys(deployment(1), deployment(1, load="1")) == [KEY]
    assert keys(pod("p", ready=False), pod("p")) == [KEY]
    assert keys(pod("p"), pod("p")) == []
    assert keys(autoscaler(), autoscaler(memory={})) == []
    assert keys(autoscaler(), autoscaler(most=5)) == [KEY]


def test_where_all_pods_have_only_started_it_looks_again():
    wanted = look(autoscaler(), deployment(1), pod("young", "90m", started=20, ready_for=5))
    assert status_of(wanted).events[0].message == (
        "failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)"
    )
    assert wanted[-1] == Requeue(at=(NOW + 15) * SECOND)


def test_after_a_step_it_waits_for_the_next_look():
    stepped = autoscaler()
    stepped = evolve(stepped, status=evolve(stepped.status, last_scale_time=Time(NOW)))
    assert look(stepped, deployment(4), *pods("100m", "100m")) == (Requeue(at=(NOW + 15) * SECOND),)


def test_load_that_a_deployment_handed_down_to_its_replicaset_counts_once():
    top = deployment(1, load="90m")
    owner = OwnerReference(kind="Deployment", name="web", uid="uid-web", controller=True)
    meta = evolve(top.metadata, name="web-1", uid="uid-web-1", owner_references=(owner,))
    middle = ReplicaSet(metadata=meta, spec=ReplicaSetSpec(replicas=1))
    below = OwnerReference(kind="ReplicaSet", name="web-1", uid="uid-web-1", controller=True)
    one = pod("p")
    one = evolve(one, metadata=evolve(one.metadata, owner_references=(below,)))
    wanted = look(autoscaler(), top, middle, one)
    assert status_of(wanted).object.status.current_metrics[0].resource.current.average_value == "90m"


NO_METRICS = (
    "unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: "
    "the server could not find the requested resource (get pods.metrics.k8s.io)"
)


def test_where_nobody_says_what_is_used_there_is_no_metrics_server():
    wanted = look(autoscaler(), deployment(2), *pods("", ""))
    (status,) = wanted
    assert conditions(wanted)["ScalingActive"] == ("False", "FailedGetResourceMetric")
    assert [note.message for note in status.events] == [
        f"failed to get cpu utilization: {NO_METRICS}",
        "invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: "
        f"failed to get cpu utilization: {NO_METRICS}",
    ]
    # Nothing was recommended: there is nothing to remember.
    assert ANNOTATION not in status.object.metadata.annotations


def test_what_was_measured_once_goes_on_being_measured():
    measured = status_of(look(autoscaler(), deployment(2), *pods("50m", "50m"))).object
    later = look(measured, deployment(2), *pods("", ""), now=NOW + 15)
    assert conditions(later)["ScalingActive"] == ("True", "ValidMetricFound")
