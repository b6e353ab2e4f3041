"""statefulset-controller: one look at a time, from the Pods as they are to the requests that follow, in their order."""

import pytest

from kubelab.api.apps import (
    ControllerRevision,
    RollingUpdateStatefulSetStrategy,
    StatefulSet,
    StatefulSetOrdinals,
    StatefulSetPersistentVolumeClaimRetentionPolicy,
    StatefulSetSpec,
    StatefulSetStatus,
    StatefulSetUpdateStrategy,
)
from kubelab.api.core.container import Container
from kubelab.api.core.pod import PodSpec, PodTemplateSpec
from kubelab.api.core.pod_status import PodCondition, PodStatus
from kubelab.api.core.storage import PersistentVolumeClaim
from kubelab.api.meta import LabelSelector, ObjectMeta, OwnerReference
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Time
from kubelab.components.statefulset import StatefulSetController
from kubelab.components.statefulset.identity import new_pod
from kubelab.components.statefulset.revisions import HASH
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.history import hash_of, patch_of
from kubelab.state.ownership import new_controller_ref
from kubelab.state.requests import Create, Delete, EventNote, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

START = 1_767_225_600
NOW = START * SECOND
KEY = ObjectKey("StatefulSet", "shop", "db")
LABELS = FrozenMap({"app": "db"})
CONTROLLER = StatefulSetController()


def world(*objects, now=NOW):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, now)


def template(image="db:1"):
    return PodTemplateSpec(
        metadata=ObjectMeta(labels=LABELS), spec=PodSpec(containers=(Container(name="c", image=image),))
    )


def rolling(partition=0, max_unavailable=None):
    update = RollingUpdateStatefulSetStrategy(partition=partition, max_unavailable=max_unavailable)
    return StatefulSetUpdateStrategy(type="RollingUpdate", rolling_update=update)


def stateful_set(replicas=3, image="db:1", *, status=None, claims=(), deleted=False, **spec):
    spec = {"pod_management_policy": "OrderedReady", "update_strategy": rolling(), "revision_history_limit": 10} | spec
    volumes = tuple(PersistentVolumeClaim(metadata=ObjectMeta(name=name)) for name in claims)
    return StatefulSet(
        metadata=ObjectMeta(
            name="db",
            namespace="shop",
            uid="uid-db",
            generation=1,
            deletion_timestamp=Time(START) if deleted else None,
        ),
        spec=StatefulSetSpec(
            replicas=replicas,
            service_name="db",
            selector=LabelSelector(match_labels=LABELS),
            template=template(image),
            volume_claim_templates=volumes,
            **spec,
        ),
        status=status or StatefulSetStatus(),
    )


def revision(image="db:1", number=1):
    data = patch_of(template(image))
    digest = hash_of(data, 0)
    return ControllerRevision(
        metadata=ObjectMeta(
            name=f"db-{digest}",
            namespace="shop",
            uid=f"uid-{digest}",
            labels=LABELS.with_({HASH: digest}),
            owner_references=(new_controller_ref(stateful_set()),),
        ),
        data=data,
        revision=number,
    )


def pod(ordinal, image="db:1", *, ready=True, phase="Running", since=START - 100, owner=None, **meta):
    owner = owner or stateful_set()
    made = new_pod(owner, template(image), ordinal, revision(image).metadata.name)
    condition = PodCondition(type="Ready", status="True" if ready else "False", last_transition_time=Time(since))
    return evolve(
        made,
        metadata=evolve(made.metadata, uid=f"uid-{made.metadata.name}", **meta),
        status=PodStatus(phase=phase, conditions=(condition,)),
    )


LEAVING = {"deletion_timestamp": Time(START + 30)}


def reported(replicas, ready, current=None, updated=None, images=("db:1", "db:1"), available=None):
    old, new = (revision(image).metadata.name for image in images)
    return StatefulSetStatus(
        observed_generation=1,
        replicas=replicas,
        ready_replicas=ready,
        available_replicas=ready if available is None else available,
        current_replicas=replicas if current is None else current,
        updated_replicas=replicas if updated is None else updated,
        current_revision=old,
        update_revision=new,
        collision_count=0,
    )


def told(requests):
    return [_short(request) for request in requests]


def _short(request):
    match request:
        case Requeue():
            return "later"
        case Create():
            return f"create {request.object.metadata.name}"
        case Delete():
            return f"delete {request.target.name}"
        case Update(subresource="status"):
            return "status"
        case Update():
            return f"update {request.key.name}"


def reconciled(*objects, now=NOW):
    return CONTROLLER.reconcile(world(*objects, now=now), KEY)


def the_status(requests):
    return [r.object.status for r in requests if isinstance(r, Update) and r.subresource == "status"][-1]


# One after another


def test_a_new_set_keeps_its_template_and_creates_its_first_pod():
    name = revision().metadata.name
    requests = reconciled(stateful_set())
    assert told(requests) == ["status", f"create {name}", "create db-0", "status"]
    made = requests[2].object
    assert made.metadata.labels == {
        "app": "db",
        "controller-revision-hash": name,
        "statefulset.kubernetes.io/pod-name": "db-0",
        "apps.kubernetes.io/pod-index": "0",
    }
    assert (made.spec.hostname, made.spec.subdomain) == ("db-0", "db")
    assert requests[2].events == (EventNote(KEY, "SuccessfulCreate", "Create Pod db-0 in StatefulSet db successful"),)
    assert the_status(requests) == reported(0, 0)


def test_the_next_pod_is_created_when_all_before_it_are_ready():
    base = (stateful_set(status=reported(1, 0)), revision())
    assert told(reconciled(*base, pod(0, ready=False))) == []
    assert told(reconciled(*base, pod(0))) == ["status", "create db-1", "status"]


def test_a_pod_that_is_ready_but_not_for_long_enough_is_waited_for():
    base = (stateful_set(min_ready_seconds=10, status=reported(1, 1, available=0)), revision())
    assert reconciled(*base, pod(0, since=START - 4)) == [Requeue(at=NOW + 6 * SECOND)]
    assert "create db-1" in told(reconciled(*base, pod(0, since=START - 10)))


def test_in_parallel_nobody_waits():
    requests = reconciled(stateful_set(pod_management_policy="Parallel"), revision())
    assert told(requests) == ["status", "create db-0", "create db-1", "create db-2", "status"]


def test_ordinals_may_start_elsewhere():
    requests = reconciled(stateful_set(2, ordinals=StatefulSetOrdinals(start=5)), revision())
    assert told(requests)[1] == "create db-5"


def test_a_pod_that_has_ended_is_made_anew_when_it_is_gone():
    base = (stateful_set(1, status=reported(1, 0)), revision())
    assert told(reconciled(*base, pod(0, phase="Failed", ready=False))) == ["status", "delete db-0"]
    gone = pod(0, phase="Failed", ready=False, **LEAVING)
    assert told(reconciled(*base, gone)) == ["status"]
    assert told(reconciled(*base)) == ["status", "create db-0", "status"]


@pytest.mark.parametrize("policy", ["OrderedReady", "Parallel"])
def test_a_pod_that_is_terminating_is_never_replaced_before_it_is_gone(policy):
    status = reported(1, 1, current=0, updated=0)
    requests = reconciled(stateful_set(1, pod_management_policy=policy, status=status), revision(), pod(0, **LEAVING))
    assert requests == []


def test_nothing_is_left_to_do_once_all_is_reported():
    assert reconciled(stateful_set(2, status=reported(2, 2)), revision(), pod(0), pod(1)) == []


def test_a_set_that_is_being_deleted_only_counts():
    assert told(reconciled(stateful_set(deleted=True), revision(), pod(0))) == ["status"]


# Fewer


def test_the_highest_pod_goes_first_and_the_next_one_waits_for_its_end():
    base = (stateful_set(1, status=reported(3, 3)), revision(), pod(0), pod(1))
    assert told(reconciled(*base, pod(2))) == ["status", "delete db-2"]
    requests = reconciled(*base, pod(2, **LEAVING))
    assert told(requests) == ["status"]
    assert (the_status(requests).current_replicas, the_status(requests).replicas) == (2, 3)
    assert told(reconciled(*base)) == ["status", "delete db-1", "status"]


def test_an_unhealthy_pod_below_stops_the_shrinking():
    base = (stateful_set(2, status=reported(3, 2)), revision(), pod(0, ready=False), pod(1))
    assert told(reconciled(*base, pod(2))) == []


def test_an_unhealthy_pod_that_is_not_wanted_may_go():
    base = (stateful_set(2, status=reported(3, 2)), revision(), pod(0), pod(1))
    assert told(reconciled(*base, pod(2, ready=False))) == ["status", "delete db-2"]


# Updates


def updating(number=3, **more):
    held = (stateful_set(number, "db:2", **{"status": reported(number, number)} | more), revision())
    return (*held, revision("db:2", 2))


def test_a_new_template_is_kept_and_the_highest_pod_deleted():
    requests = reconciled(stateful_set(2, "db:2", status=reported(2, 2)), revision(), pod(0), pod(1))
    assert told(requests) == ["status", f"create {revision('db:2').metadata.name}", "delete db-1", "status"]
    assert requests[1].object.revision == 2
    assert the_status(requests) == reported(2, 2, current=1, updated=0, images=("db:1", "db:2"))


def test_an_update_goes_on_when_the_new_pod_is_available():
    status = reported(3, 2, current=2, updated=1, images=("db:1", "db:2"))
    base = (*updating(status=status), pod(0), pod(1))
    assert told(reconciled(*base, pod(2, "db:2", ready=False))) == []
    assert told(reconciled(*base, pod(2, "db:2")))[:2] == ["status", "delete db-1"]


def test_a_missing_pod_below_the_partition_is_made_from_the_old_template():
    base = updating(2, update_strategy=rolling(partition=1))
    requests = reconciled(*base)
    assert requests[1].object.metadata.labels["controller-revision-hash"] == revision().metadata.name
    assert requests[1].object.spec.containers[0].image == "db:1"
    assert told(reconciled(*base, pod(0), pod(1)))[:2] == ["status", "delete db-1"]
    status = reported(2, 2, current=1, updated=1, images=("db:1", "db:2"))
    held = updating(2, update_strategy=rolling(partition=1), status=status)
    assert reconciled(*held, pod(0), pod(1, "db:2")) == []


def test_several_may_be_unavailable_where_the_strategy_says_so():
    base = updating(4, update_strategy=rolling(max_unavailable=2))
    assert told(reconciled(*base, *map(pod, range(4))))[1:3] == ["delete db-3", "delete db-2"]
    assert told(reconciled(*base, *map(pod, range(3)), pod(3, "db:2", ready=False)))[0] == "status"
    half = updating(4, update_strategy=rolling(max_unavailable="30%"))
    assert [t for t in told(reconciled(*half, *map(pod, range(4)))) if t.startswith("delete")] == ["delete db-3"]


def test_with_on_delete_pods_are_replaced_only_when_somebody_deletes_them():
    base = updating(2, update_strategy=StatefulSetUpdateStrategy(type="OnDelete"))
    assert told(reconciled(*base, pod(0), pod(1))) == ["status"]
    requests = reconciled(*base, pod(0))
    assert requests[1].object.spec.containers[0].image == "db:2"


def test_once_all_are_updated_and_ready_the_new_revision_is_the_current_one():
    status = reported(2, 1, current=0, updated=2, images=("db:1", "db:2"))
    requests = reconciled(*updating(2, status=status), pod(0, "db:2"), pod(1, "db:2"))
    assert the_status(requests) == reported(2, 2, images=("db:2", "db:2"))


def test_a_template_that_comes_again_gets_the_highest_number():
    requests = reconciled(stateful_set(0, status=reported(0, 0)), revision("db:1", 1), revision("db:2", 2))
    assert told(requests)[:2] == ["status", f"update {revision().metadata.name}"]
    assert requests[1].object.revision == 3


def test_a_name_that_another_template_has_is_not_taken_twice():
    taken = evolve(revision(), data=patch_of(template("other:1")), metadata=evolve(
        revision().metadata, owner_references=(evolve(new_controller_ref(stateful_set()), uid="other"),)))  # fmt: skip
    requests = reconciled(stateful_set(), taken)
    assert requests[1].object.metadata.name == f"db-{hash_of(patch_of(template()), 1)}"
    assert the_status(requests).collision_count == 1


def test_only_so_many_old_templates_are_kept():
    old = [revision(f"db:{n}", n) for n in range(1, 5)]
    held = stateful_set(1, "db:4", revision_history_limit=1, status=reported(1, 1, images=("db:4", "db:4")))
    assert told(reconciled(held, *old, pod(0, "db:4"))) == [
        f"delete {old[0].metadata.name}",
        f"delete {old[1].metadata.name}",
    ]


# Storage


def claim(ordinal, *owners, **meta):
    references = tuple(new_controller_ref(owner) for owner in owners)
    return PersistentVolumeClaim(
        metadata=ObjectMeta(name=f"data-db-{ordinal}", namespace="shop", owner_references=references, **meta)
    )


def test_the_claims_of_a_pod_are_created_before_it():
    requests = reconciled(stateful_set(claims=("data", "logs")), revision())
    assert told(requests) == ["status", "create data-db-0", "create logs-db-0", "create db-0", "status"]
    assert requests[1].object.metadata.labels == LABELS
    text = "Create Claim data-db-0 Pod db-0 in StatefulSet db success"
    assert requests[1].events == (EventNote(KEY, "SuccessfulCreate", text),)
    volumes = {v.name: v.persistent_volume_claim.claim_name for v in requests[3].object.spec.volumes}
    assert volumes == {"data": "data-db-0", "logs": "logs-db-0"}


def test_a_claim_that_is_there_is_used_again():
    assert told(reconciled(stateful_set(claims=("data",)), revision(), claim(0))) == ["status", "create db-0", "status"]


def test_a_missing_claim_of_a_pending_pod_is_created():
    held = stateful_set(1, claims=("data",), status=reported(1, 0))
    requests = reconciled(held, revision(), pod(0, owner=held, ready=False, phase="Pending"))
    assert told(requests) == ["status", "create data-db-0"]


def retention(when_scaled, when_deleted):
    return StatefulSetPersistentVolumeClaimRetentionPolicy(when_scaled=when_scaled, when_deleted=when_deleted)


@pytest.mark.parametrize(
    ("scaled", "deleted", "wanted", "surplus"),
    [
        ("Retain", "Retain", None, None),
        ("Retain", "Delete", "StatefulSet", "StatefulSet"),
        ("Delete", "Retain", None, "Pod"),
        ("Delete", "Delete", "StatefulSet", "Pod"),
    ],
)
def test_the_owner_of_a_claim_follows_from_the_retention_policy(scaled, deleted, wanted, surplus):
    policy = retention(scaled, deleted)
    held = stateful_set(1, claims=("data",), persistent_volume_claim_retention_policy=policy, status=reported(2, 2))
    requests = reconciled(held, revision(), pod(0, owner=held), pod(1, owner=held), claim(0), claim(1))
    updates = {
        r.key.name: r.object for r in requests if isinstance(r, Update) and r.key.kind == "PersistentVolumeClaim"
    }
    owners = {name: c.metadata.owner_references[0].kind for name, c in updates.items()}
    assert owners == {f"data-db-{n}": kind for n, kind in enumerate((wanted, surplus)) if kind is not None}


def test_a_claim_that_leaves_its_owner_behind_loses_it():
    held = stateful_set(1, claims=("data",), status=reported(1, 1))
    requests = reconciled(held, revision(), pod(0, owner=held), claim(0, held))
    assert told(requests) == ["status", "update data-db-0", "update db-0"]
    assert requests[1].object.metadata.owner_references == ()
    assert [note.reason for note in requests[2].events] == ["SuccessfulUpdate"]


def test_a_pod_waits_for_the_end_of_an_old_claim_of_its_name_and_is_woken_by_it():
    held = stateful_set(1, claims=("data",))
    old = claim(0, deletion_timestamp=Time(START))
    assert told(reconciled(held, revision(), old)) == ["status"]
    gone = Change(ObjectKey("PersistentVolumeClaim", "shop", "data-db-0"), old, None, world(held))
    assert list(CONTROLLER.enqueue(gone)) == [KEY]


# Whose Pods


def test_only_pods_with_a_name_of_the_set_are_adopted():
    base = (stateful_set(1, status=reported(0, 0)), revision())
    stray = evolve(pod(0), metadata=evolve(pod(0).metadata, owner_references=()))
    assert told(reconciled(*base, stray)) == ["update db-0", "later"]
    other = evolve(stray, metadata=evolve(stray.metadata, name="cache-0"))
    assert told(reconciled(*base, other)) == ["status", "create db-0"]


def test_a_label_that_somebody_took_off_comes_back():
    labels = pod(0).metadata.labels.with_({"statefulset.kubernetes.io/pod-name": None})
    requests = reconciled(stateful_set(1, status=reported(1, 1)), revision(), pod(0, labels=labels))
    assert told(requests) == ["status", "update db-0"]
    assert requests[1].object.metadata.labels["statefulset.kubernetes.io/pod-name"] == "db-0"


def test_a_pod_wakes_its_set():
    here, view = ObjectKey("Pod", "shop", "db-0"), world(stateful_set())
    assert list(CONTROLLER.enqueue(Change(here, None, pod(0), view))) == [KEY]
    assert list(CONTROLLER.enqueue(Change(here, pod(0), pod(0, ready=False), view))) == [KEY]
    other = OwnerReference(api_version="apps/v1", kind="ReplicaSet", name="x", uid="x", controller=True)
    assert list(CONTROLLER.enqueue(Change(here, None, pod(0, owner_references=(other,)), view))) == []


def test_a_refused_creation_is_an_event():
    view = world(stateful_set(), revision())
    create = CONTROLLER.reconcile(view, KEY)[1]
    (record,) = CONTROLLER.refused(view, KEY, create, StatusError(403, "Forbidden", "exceeded quota: small"))
    text = "Create Pod db-0 in StatefulSet db failed error: exceeded quota: small"
    assert record.events == (EventNote(KEY, "FailedCreate", text, type="Warning"),)
    assert CONTROLLER.refused(view, KEY, create, StatusError(409, "AlreadyExists", "there")) == []
