"""deployment-controller: one reconcile at a time, from the ReplicaSets as they are to the requests that follow."""

import attrs
import pytest

from kubelab.api.apps import (
    Deployment,
    DeploymentCondition,
    DeploymentSpec,
    DeploymentStatus,
    DeploymentStrategy,
    ReplicaSet,
    ReplicaSetCondition,
    ReplicaSetSpec,
    ReplicaSetStatus,
    RollingUpdateDeployment,
)
from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod, PodSpec, PodTemplateSpec
from kubelab.api.core.pod_status import PodStatus
from kubelab.api.meta import LabelSelector, ObjectMeta, OwnerReference
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.deployment import DeploymentController
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.requests import Create, Delete, EventNote, Record, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View
from kubelab.state.template_hash import compute_hash

START = 1_767_225_600
NOW = START * SECOND
KEY = ObjectKey("Deployment", "shop", "web")
LABELS = FrozenMap({"app": "web"})
PREFIX = "deployment.kubernetes.io/"
CONTROLLER = DeploymentController()


def world(*objects, now=NOW):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, now)


def template(image="nginx:1"):
    return PodTemplateSpec(
        metadata=ObjectMeta(labels=LABELS), spec=PodSpec(containers=(Container(name="c", image=image),))
    )


def deployment(replicas=4, image="nginx:1", *, surge="25%", unavailable="25%", revision="1", **spec):
    meta = spec.pop("meta", {})
    status = spec.pop("status", None)
    strategy = DeploymentStrategy(
        type="RollingUpdate", rolling_update=RollingUpdateDeployment(max_surge=surge, max_unavailable=unavailable)
    )
    if spec.pop("recreate", False):
        strategy = DeploymentStrategy(type="Recreate")
    annotations = {**spec.pop("annotations", {}), **({PREFIX + "revision": revision} if revision else {})}
    return Deployment(
        metadata=ObjectMeta(
            name="web", namespace="shop", uid="uid-web", generation=1, annotations=FrozenMap(annotations), **meta
        ),
        spec=DeploymentSpec(
            replicas=replicas,
            selector=LabelSelector(match_labels=LABELS),
            template=template(image),
            strategy=strategy,
            **{"revision_history_limit": 10, "progress_deadline_seconds": 600, **spec},
        ),
        status=status or DeploymentStatus(conditions=(progressing(),)),
    )


def progressing(reason="ReplicaSetUpdated", status="True", at=START, message="m"):
    return DeploymentCondition(
        type="Progressing",
        status=status,
        reason=reason,
        message=message,
        last_update_time=Time(at),
        last_transition_time=Time(at),
    )


def replica_set(name, image, spec, *, have=None, ready=None, available=None, revision="1", desired=4, most=5, **extra):
    have = spec if have is None else have
    ready = have if ready is None else ready
    labels = LABELS.with_({"pod-template-hash": name})
    annotations = {PREFIX + "revision": revision, PREFIX + "desired-replicas": str(desired)}
    annotations |= {PREFIX + "max-replicas": str(most), **extra.get("annotations", {})}
    conditions = extra.get("conditions", ())
    pod_template = attrs.evolve(template(image), metadata=ObjectMeta(labels=labels))
    return ReplicaSet(
        metadata=ObjectMeta(
            name=f"web-{name}",
            namespace="shop",
            uid=f"uid-{name}",
            generation=1,
            labels=labels,
            creation_timestamp=Time(START - 1000 + extra.get("age", 0)),
            annotations=FrozenMap(annotations),
            owner_references=(owner(),) if extra.get("owned", True) else (),
        ),
        spec=ReplicaSetSpec(replicas=spec, selector=LabelSelector(match_labels=labels), template=pod_template),
        status=ReplicaSetStatus(
            replicas=have,
            ready_replicas=ready,
            available_replicas=ready if available is None else available,
            terminating_replicas=0,
            observed_generation=1,
            conditions=conditions,
        ),
    )


def owner():
    return OwnerReference(
        api_version="apps/v1",
        kind="Deployment",
        name="web",
        uid="uid-web",
        controller=True,
        block_owner_deletion=True,
    )


def reconcile(*objects, now=NOW):
    return CONTROLLER.reconcile(world(*objects, now=now), KEY)


def scales(requests):
    """The numbers that ReplicaSets are asked to want."""
    return [
        (r.object.metadata.name, r.object.spec.replicas)
        for r in requests
        if isinstance(r, Update) and r.object.kind == "ReplicaSet"
    ]


def status_of(requests):
    (status,) = [r.object.status for r in requests if isinstance(r, Update) and r.object.kind == "Deployment"]
    return status


def condition_of(requests, name):
    return next((c for c in status_of(requests).conditions if c.type == name), None)


# The first ReplicaSet


def test_a_new_deployment_gets_its_replica_set_and_notes_revision_and_progress():
    dep = deployment(3, revision="", status=DeploymentStatus())
    view = world(dep)
    create, report = CONTROLLER.reconcile(view, KEY)
    digest = compute_hash(dep.spec.template, None)
    labels = LABELS.with_({"pod-template-hash": digest})
    assert create == Create(
        object=ReplicaSet(
            metadata=ObjectMeta(
                name=f"web-{digest}",
                namespace="shop",
                labels=labels,
                annotations=FrozenMap(
                    {PREFIX + "revision": "1", PREFIX + "desired-replicas": "3", PREFIX + "max-replicas": "4"}
                ),
                owner_references=(owner(),),
            ),
            spec=ReplicaSetSpec(
                replicas=3,
                selector=LabelSelector(match_labels=labels),
                template=attrs.evolve(template(), metadata=ObjectMeta(labels=labels)),
            ),
        ),
        reason="NewReplicaSetCreated",
        message=f"deployment-controller created ReplicaSet web-{digest} for revision 1 of Deployment web, "
        "for 3 of 3 wanted Pods: no ReplicaSet had this template.",
        events=(EventNote(KEY, "ScalingReplicaSet", f"Scaled up replica set web-{digest} from 0 to 3"),),
    )
    assert create.object.spec.template.spec is dep.spec.template.spec
    assert report.subresource == "status"
    assert report.object.metadata.annotations == {PREFIX + "revision": "1"}
    assert report.object.status.conditions == (
        progressing("NewReplicaSetCreated", message=f'Created new replica set "web-{digest}"'),
    )


def test_the_hash_is_of_safe_letters_and_changes_with_the_template_and_with_a_collision():
    digests = [compute_hash(template("a"), None), compute_hash(template("b"), None), compute_hash(template("a"), 1)]
    assert len(set(digests)) == 3
    assert all(set(d) <= set("bcdfghjklmnpqrstvwxz2456789") for d in digests)
    assert compute_hash(template("a"), None) == digests[0]


def test_a_name_that_is_taken_by_another_template_counts_as_a_collision_and_leads_to_another_name():
    dep = deployment(3)
    digest = compute_hash(dep.spec.template, None)
    taken = replica_set(digest, "other", 0, owned=False)
    taken = attrs.evolve(taken, metadata=attrs.evolve(taken.metadata, labels=FrozenMap()))
    (report,) = reconcile(dep, taken)
    assert report.object.status.collision_count == 1
    create = reconcile(report.object, taken)[0]
    assert create.object.metadata.name == f"web-{compute_hash(dep.spec.template, 1)}"


def test_annotations_of_the_deployment_go_to_its_replica_set_except_those_that_are_its_own():
    last = "kubectl.kubernetes.io/last-applied-configuration"
    dep = deployment(1, annotations={"kubernetes.io/change-cause": "why", last: "{}"})
    create = reconcile(dep)[0]
    assert create.object.metadata.annotations["kubernetes.io/change-cause"] == "why"
    assert last not in create.object.metadata.annotations


# RollingUpdate


def test_a_new_template_starts_with_what_the_surge_allows_and_spares_what_it_may():
    dep = deployment(4, "nginx:2")
    create, report, down = reconcile(dep, replica_set("old", "nginx:1", 4))
    assert create.object.spec.replicas == 1
    assert create.object.metadata.annotations[PREFIX + "revision"] == "2"
    assert "for 1 of 4 wanted Pods: there may be 5 at once (maxSurge 1)" in create.message
    assert report.object.metadata.annotations[PREFIX + "revision"] == "2"
    assert scales([down]) == [("web-old", 3)]
    assert down.events == (EventNote(KEY, "ScalingReplicaSet", "Scaled down replica set web-old from 4 to 3"),)
    assert down.message == (
        "deployment-controller scaled down ReplicaSet web-old from 4 to 3: 4 Pods of Deployment web are available "
        "and 3 must stay so (maxUnavailable 1), so 1 can be spared."
    )


def test_room_made_by_the_old_lets_the_new_grow():
    old, new = replica_set("old", "nginx:1", 3), replica_set("new", "nginx:2", 1, ready=0, revision="2", age=5)
    requests = reconcile(deployment(4, "nginx:2", revision="2"), old, new)
    assert scales(requests) == [("web-new", 2)]
    assert requests[0].message == (
        "deployment-controller scaled up ReplicaSet web-new from 1 to 2: Deployment web wants 4 Pods and may have 5 "
        "at once (maxSurge 1); its old ReplicaSets want 3."
    )
    assert requests[0].events[0].message == "Scaled up replica set web-new from 1 to 2"


@pytest.mark.parametrize(
    ("surge", "unavailable", "old", "new", "new_ready", "expected"),
    [
        (1, 0, 4, 1, 0, []),
        (1, 0, 4, 1, 1, [("web-old", 3)]),
        (0, 1, 4, 0, 0, [("web-old", 3)]),
        (0, 1, 3, 0, 0, [("web-new", 1)]),
        (0, 0, 4, 0, 0, [("web-old", 3)]),
        ("100%", 0, 4, 0, 0, [("web-new", 4)]),
        ("100%", 0, 4, 4, 2, [("web-old", 2)]),
        (0, "100%", 4, 0, 0, [("web-old", 0)]),
        ("25%", "25%", 1, 4, 3, [("web-old", 0)]),
    ],
)
def test_surge_and_unavailability_set_the_pace(surge, unavailable, old, new, new_ready, expected):
    dep = deployment(4, "nginx:2", surge=surge, unavailable=unavailable, revision="2")
    most = 4 + {0: 0, 1: 1, "100%": 4, "25%": 1}[surge]
    sets = (
        replica_set("old", "nginx:1", old, most=most),
        replica_set("new", "nginx:2", new, ready=new_ready, revision="2", most=most, age=5),
    )
    assert scales(reconcile(dep, *sets)) == expected


def test_pods_of_the_old_that_are_not_available_go_first():
    old = replica_set("old", "nginx:1", 3, ready=1)
    older = replica_set("older", "nginx:0", 2, ready=0, age=-5)
    new = replica_set("new", "nginx:2", 2, revision="3", age=5)
    requests = reconcile(deployment(4, "nginx:2", revision="3"), older, old, new)
    assert scales(requests) == [("web-older", 0), ("web-old", 1)]
    assert "2 of its Pods are not available" in requests[1].message


def test_the_second_write_of_a_replica_set_relies_on_the_first_for_its_version():
    old = replica_set("old", "nginx:1", 4, ready=3)
    new = replica_set("new", "nginx:2", 2, revision="2", age=5, most=6)
    requests = reconcile(deployment(4, "nginx:2", surge=2, unavailable=1, revision="2"), old, new)
    assert scales(requests) == [("web-old", 3), ("web-old", 1)]
    versions = [r.object.metadata.resource_version for r in requests[:2]]
    assert versions == ["2", ""]
    assert [r.events[0].message for r in requests[:2]] == [
        "Scaled down replica set web-old from 4 to 3",
        "Scaled down replica set web-old from 3 to 1",
    ]


# Rollback and history


def test_an_old_template_makes_its_replica_set_the_new_one_under_a_new_number():
    first = replica_set("first", "nginx:1", 0, revision="1")
    second = replica_set("second", "nginx:2", 4, revision="2", age=5)
    dep = deployment(4, "nginx:1", revision="2")
    number, up, _ = reconcile(dep, first, second)
    annotations = number.object.metadata.annotations
    assert annotations[PREFIX + "revision"] == "3"
    assert annotations[PREFIX + "revision-history"] == "1"
    assert "from revision 1 to 3" in number.message
    assert scales([up]) == [("web-first", 1)]
    assert up.object.metadata.annotations[PREFIX + "revision"] == "3"
    (noted, *_) = reconcile(dep, number.object, second)
    assert noted.object.metadata.annotations[PREFIX + "revision"] == "3"


def test_old_replica_sets_without_pods_are_deleted_beyond_the_history_limit():
    complete = DeploymentStatus(
        observed_generation=1, replicas=1, updated_replicas=1, ready_replicas=1, available_replicas=1
    )
    dep = deployment(1, "nginx:9", revision="9", revision_history_limit=2, status=complete)
    old = [
        replica_set(f"r{n}", f"nginx:{n}", 0, have=1 if n == 2 else 0, revision=str(n), age=-n, desired=1, most=2)
        for n in range(1, 6)
    ]
    requests = reconcile(dep, *old, replica_set("now", "nginx:9", 1, revision="9", desired=1, most=2))
    deletes = [r.target.name for r in requests if isinstance(r, Delete)]
    assert deletes == ["web-r1", "web-r3"]
    message = next(r.message for r in requests if isinstance(r, Delete))
    assert message == (
        "deployment-controller deleted ReplicaSet web-r1, revision 1 of Deployment web: "
        "5 old ReplicaSets exist, and revisionHistoryLimit is 2."
    )


# Scaling


def test_outside_of_a_rollout_scaling_changes_the_only_replica_set():
    requests = reconcile(deployment(6), replica_set("one", "nginx:1", 4))
    assert scales(requests) == [("web-one", 6)]
    annotations = requests[0].object.metadata.annotations
    assert (annotations[PREFIX + "desired-replicas"], annotations[PREFIX + "max-replicas"]) == ("6", "8")


def test_in_the_middle_of_a_rollout_scaling_keeps_the_proportions():
    old = replica_set("old", "nginx:1", 8, desired=10, most=13)
    new = replica_set("new", "nginx:2", 5, ready=0, revision="2", desired=10, most=13, age=5)
    dep = deployment(15, "nginx:2", surge=3, unavailable=2, revision="2")
    assert scales(reconcile(dep, old, new)) == [("web-old", 11), ("web-new", 7)]
    dep = deployment(5, "nginx:2", surge=3, unavailable=2, revision="2")
    assert scales(reconcile(dep, old, new)) == [("web-old", 5), ("web-new", 3)]


def test_scaling_to_nothing_takes_everything_away():
    old = replica_set("old", "nginx:1", 3)
    new = replica_set("new", "nginx:2", 2, ready=0, revision="2", age=5)
    assert scales(reconcile(deployment(0, "nginx:2", revision="2"), old, new)) == [("web-old", 0), ("web-new", 0)]


# Pause


def test_pausing_and_resuming_are_noted_and_nothing_else_happens():
    dep = deployment(4, "nginx:2", paused=True)
    (note,) = reconcile(dep, replica_set("old", "nginx:1", 4))
    assert note.object.status.conditions == (
        attrs.evolve(progressing("DeploymentPaused", "Unknown", message="Deployment is paused")),
    )
    resumed = attrs.evolve(note.object, spec=attrs.evolve(note.object.spec, paused=False))
    (note,) = reconcile(resumed, replica_set("old", "nginx:1", 4))
    assert note.object.status.conditions[0].reason == "DeploymentResumed"


def test_a_paused_deployment_does_not_roll_out_but_scales():
    status = DeploymentStatus(conditions=(progressing("DeploymentPaused", "Unknown"),))
    dep = deployment(6, "nginx:2", paused=True, status=status)
    requests = reconcile(dep, replica_set("old", "nginx:1", 4))
    assert scales(requests) == [("web-old", 6)]
    assert not any(isinstance(r, Create) for r in requests)
    assert status_of(requests).updated_replicas == 0


# Recreate


def test_recreate_takes_all_old_pods_away_before_the_first_new_one():
    dep = deployment(2, "nginx:2", recreate=True)
    requests = reconcile(dep, replica_set("old", "nginx:1", 2, desired=2, most=2))
    assert scales(requests) == [("web-old", 0)]
    assert requests[0].events[0].message == "Scaled down replica set web-old from 2 to 0"


def test_recreate_waits_until_the_last_old_pod_has_ended():
    dep = deployment(2, "nginx:2", recreate=True)
    old = replica_set("old", "nginx:1", 0, desired=2, most=2)
    pod_meta = ObjectMeta(
        name="p",
        namespace="shop",
        uid="uid-p",
        deletion_timestamp=Time(START),
        owner_references=(attrs.evolve(owner(), kind="ReplicaSet", name="web-old", uid="uid-old"),),
    )
    dying = Pod(metadata=pod_meta, status=PodStatus(phase="Running"))
    ended = attrs.evolve(dying, status=PodStatus(phase="Succeeded"))
    assert not any(isinstance(r, Create) for r in reconcile(dep, old, dying))
    create = next(r for r in reconcile(dep, old, ended) if isinstance(r, Create))
    assert create.object.spec.replicas == 2
    view = world(dep, old, ended)
    key = ObjectKey("Pod", "shop", "p")
    assert list(CONTROLLER.enqueue(Change(key, dying, ended, view))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(key, dying, None, view))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(key, ended, None, view))) == []


# Status and conditions


def test_the_status_adds_up_the_replica_sets():
    old = replica_set("old", "nginx:1", 3, ready=3)
    new = replica_set("new", "nginx:2", 2, ready=0, revision="2", age=5)
    requests = reconcile(deployment(4, "nginx:2", revision="2"), old, new)
    status = status_of(requests)
    assert (status.replicas, status.updated_replicas, status.ready_replicas) == (5, 2, 3)
    assert (status.available_replicas, status.unavailable_replicas, status.terminating_replicas) == (3, 2, 0)
    available = condition_of(requests, "Available")
    assert (available.status, available.reason) == ("True", "MinimumReplicasAvailable")
    assert available.message == "Deployment has minimum availability."
    assert requests[-1].message == (
        "deployment-controller counted for Deployment web: 2 of 4 wanted Pods have its template, 5 Pods exist, "
        "3 are available (3 must be). Available is now True: MinimumReplicasAvailable."
    )
    assert condition_of(requests, "Progressing").message == 'ReplicaSet "web-new" is progressing.'


def test_too_few_available_pods_are_reported():
    requests = reconcile(deployment(4), replica_set("one", "nginx:1", 4, ready=2))
    available = condition_of(requests, "Available")
    assert (available.status, available.reason) == ("False", "MinimumReplicasUnavailable")
    assert available.message == "Deployment does not have minimum availability."


def test_progress_moves_the_time_of_the_update_and_not_that_of_the_transition():
    status = DeploymentStatus(conditions=(progressing(at=START - 50),))
    requests = reconcile(deployment(4, status=status), replica_set("one", "nginx:1", 4, ready=2))
    condition = condition_of(requests, "Progressing")
    assert (condition.last_update_time, condition.last_transition_time) == (START, START - 50)


def test_a_complete_rollout_says_so():
    requests = reconcile(deployment(4), replica_set("one", "nginx:1", 4))
    condition = condition_of(requests, "Progressing")
    assert (condition.status, condition.reason) == ("True", "NewReplicaSetAvailable")
    assert condition.message == 'ReplicaSet "web-one" has successfully progressed.'
    assert reconcile(requests[-1].object, replica_set("one", "nginx:1", 4)) == []


def stuck(at):
    """A Deployment whose status says all there is to say about a rollout that stands still."""
    available = DeploymentCondition(type="Available", status="False", reason="MinimumReplicasUnavailable")
    return DeploymentStatus(
        observed_generation=1,
        replicas=4,
        updated_replicas=4,
        unavailable_replicas=4,
        terminating_replicas=0,
        conditions=(available, progressing(at=at)),
    )


def test_a_rollout_that_stands_still_is_looked_at_again_after_its_deadline_and_reported_then():
    rs = replica_set("one", "nginx:1", 4, ready=0)
    dep = deployment(4, status=stuck(START))
    (later,) = reconcile(dep, rs)
    assert later == Requeue(at=(START + 601) * SECOND)
    requests = reconcile(dep, rs, now=later.at)
    condition = condition_of(requests, "Progressing")
    assert (condition.status, condition.reason) == ("False", "ProgressDeadlineExceeded")
    assert condition.message == 'ReplicaSet "web-one" has timed out progressing.'
    assert reconcile(requests[0].object, rs, now=later.at) == []


def test_without_a_deadline_there_is_no_condition_about_progress():
    requests = reconcile(deployment(4, progress_deadline_seconds=None), replica_set("one", "nginx:1", 4))
    assert condition_of(requests, "Progressing") is None


def test_a_failure_of_a_replica_set_becomes_one_of_the_deployment():
    failure = ReplicaSetCondition(
        type="ReplicaFailure", status="True", reason="FailedCreate", message="quota", last_transition_time=Time(START)
    )
    requests = reconcile(deployment(4), replica_set("one", "nginx:1", 4, have=0, conditions=(failure,)))
    condition = condition_of(requests, "ReplicaFailure")
    assert (condition.reason, condition.message) == ("FailedCreate", "quota")
    well = reconcile(requests[-1].object, replica_set("one", "nginx:1", 4))
    assert condition_of(well, "ReplicaFailure") is None


def test_a_refused_replica_set_is_reported():
    dep = deployment(1)
    view = world(dep)
    create = CONTROLLER.reconcile(view, KEY)[0]
    error = StatusError(403, "Forbidden", "forbidden: exceeded quota")
    record, report = CONTROLLER.refused(view, KEY, create, error)
    text = f'Failed to create new replica set "{create.object.metadata.name}": forbidden: exceeded quota'
    assert isinstance(record, Record)
    assert record.events == (EventNote(KEY, "ReplicaSetCreateError", text, type="Warning"),)
    assert report.object.status.conditions[0].message == text
    assert CONTROLLER.refused(view, KEY, create, StatusError(409, "AlreadyExists", "exists")) == []


# Adoption and waking


def test_a_replica_set_without_a_controller_is_adopted_and_one_that_matches_no_longer_released():
    stray = replica_set("stray", "nginx:1", 1, owned=False)
    lost = replica_set("lost", "nginx:0", 1)
    lost = attrs.evolve(lost, metadata=attrs.evolve(lost.metadata, labels=FrozenMap({"app": "other"})))
    release, adopt = reconcile(deployment(1), stray, lost)
    assert (release.reason, release.object.metadata.owner_references) == ("Released", ())
    assert (adopt.reason, adopt.object.metadata.owner_references) == ("Adopted", (owner(),))


def test_a_replica_set_wakes_the_deployment_it_belongs_to_or_might_belong_to():
    view = world(deployment(1))
    owned, stray = replica_set("a", "nginx:1", 1), replica_set("a", "nginx:1", 1, owned=False)
    key = ObjectKey("ReplicaSet", "shop", "web-a")
    assert list(CONTROLLER.enqueue(Change(key, None, owned, view))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(key, owned, None, view))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(key, None, stray, view))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(key, stray, None, view))) == []


def test_a_deployment_that_is_being_deleted_only_reports():
    dep = deployment(4, "nginx:2", meta={"deletion_timestamp": Time(START)})
    requests = reconcile(dep, replica_set("old", "nginx:1", 4))
    assert [r.object.kind for r in requests] == ["Deployment"]


def test_a_selector_that_matches_everything_is_refused_once():
    dep = deployment(1)
    dep = attrs.evolve(dep, spec=attrs.evolve(dep.spec, selector=LabelSelector()))
    (record,) = reconcile(dep)
    assert record.events[0].reason == "SelectingAll"
    view = world(dep)
    told = store.record(view.snapshot, record.events[0], "deployment-controller", NOW)
    assert CONTROLLER.reconcile(View(told, NOW), KEY) == []
