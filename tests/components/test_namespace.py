"""namespace controller: what is deleted in which order, what is told meanwhile, and when the Namespace goes."""

import attrs
import pytest

from kubelab.api.core.config import ConfigMap, Secret
from kubelab.api.core.namespace import Namespace, NamespaceSpec, NamespaceStatus
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import PodStatus
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import Time
from kubelab.components.namespace import NamespaceController
from kubelab.state import store
from kubelab.state.requests import Delete, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View

START = 1_767_225_600
KEY = ObjectKey("Namespace", "", "dev")
CONTROLLER = NamespaceController()


def view(*objects, after=0.0):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, round((START + after) * SECOND))


def namespace(deleted=True, finalizers=("kubernetes",), conditions=()):
    return Namespace(
        metadata=ObjectMeta(
            name="dev", uid="uid-dev", deletion_timestamp=Time(START) if deleted else None, resource_version="7"
        ),
        spec=NamespaceSpec(finalizers=finalizers),
        status=NamespaceStatus(phase="Terminating" if deleted else "Active", conditions=conditions),
    )


def pod(name="p", grace=30, phase="Running", **meta):
    return Pod(
        metadata=ObjectMeta(name=name, namespace="dev", uid=f"uid-{name}", **meta),
        spec=PodSpec(node_name="worker-1", termination_grace_period_seconds=grace),
        status=PodStatus(phase=phase),
    )


def config_map(name, **meta):
    return ConfigMap(metadata=ObjectMeta(name=name, namespace="dev", uid=f"uid-{name}", **meta))


def deleted(requests):
    return [r.target for r in requests if isinstance(r, Delete)]


def conditions_of(update):
    return {c.type: (c.status, c.reason, c.message) for c in update.object.status.conditions}


WELL = {
    "NamespaceDeletionDiscoveryFailure": (
        "False",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "False",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "False",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("False", "ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": (
        "False",
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
}


def test_a_namespace_that_lives_is_left_alone():
    assert CONTROLLER.reconcile(view(namespace(deleted=False), pod(), after=60), KEY) == ()


def test_nothing_is_done_for_a_namespace_that_is_gone_or_released():
    assert CONTROLLER.reconcile(view(after=60), KEY) == ()
    assert CONTROLLER.reconcile(view(namespace(finalizers=("example.com/other",)), after=60), KEY) == ()


@pytest.mark.parametrize("after", [0, 1, 4.9])
def test_the_content_is_left_alone_for_five_seconds(after):
    assert CONTROLLER.reconcile(view(namespace(), pod(), after=after), KEY) == (Requeue(at=(START + 5) * SECOND),)


def test_pods_go_before_everything_else():
    seen = view(namespace(), pod("p"), pod("q", grace=60), config_map("settings"), after=5)
    *deletes, status, again = CONTROLLER.reconcile(seen, KEY)
    assert [(d.target, d.uid, d.propagation, d.grace_seconds) for d in deletes] == [
        (ObjectKey("Pod", "dev", "p"), "uid-p", "Background", None),
        (ObjectKey("Pod", "dev", "q"), "uid-q", "Background", None),
    ]
    assert (type(status), status.subresource) == (Update, "status")
    # Upstream reports nothing of the Pods while they may still take their time.
    assert conditions_of(status) == WELL
    assert again == Requeue(at=(START + 60) * SECOND)


def test_pods_that_are_being_deleted_are_not_deleted_again():
    once = CONTROLLER.reconcile(view(namespace(), pod(), after=5), KEY)
    told = next(r.object for r in once if isinstance(r, Update))
    again = view(told, pod(deletion_timestamp=Time(START + 35)), after=10)
    assert list(CONTROLLER.reconcile(again, KEY)) == [Requeue(at=(START + 30) * SECOND)]


def test_pods_that_stay_for_too_long_are_a_failure():
    stuck = pod(deletion_timestamp=Time(START + 30))
    (status,) = CONTROLLER.reconcile(view(namespace(), stuck, after=31), KEY)
    assert conditions_of(status) == WELL | {
        "NamespaceDeletionContentFailure": (
            "True",
            "ContentDeletionFailed",
            "Failed to delete all resource types, 1 remaining: unexpected items still remain in namespace: dev for "
            "gvr: /v1, Resource=pods",
        )
    }
    assert list(CONTROLLER.reconcile(view(status.object, stuck, after=40), KEY)) == []


def test_ended_pods_are_waited_for_no_longer_than_others():
    *_, last = CONTROLLER.reconcile(view(namespace(), pod(grace=300, phase="Succeeded"), after=5), KEY)
    assert not isinstance(last, Requeue)


def test_everything_else_goes_at_once_in_the_order_of_the_kinds():
    secret = Secret(metadata=ObjectMeta(name="a", namespace="dev", uid="uid-s"))
    elsewhere = attrs.evolve(secret, metadata=evolve(secret.metadata, namespace="other"))
    seen = view(namespace(), secret, config_map("b"), config_map("a"), elsewhere, after=5)
    requests = CONTROLLER.reconcile(seen, KEY)
    assert deleted(requests) == [
        ObjectKey("ConfigMap", "dev", "a"),
        ObjectKey("ConfigMap", "dev", "b"),
        ObjectKey("Secret", "dev", "a"),
    ]
    assert not any(r.subresource == "finalize" for r in requests if isinstance(r, Update))


def test_what_has_finalizers_is_told_of():
    seen = view(
        namespace(),
        config_map("free"),
        config_map("one", finalizers=("example.com/hold",)),
        config_map("two", finalizers=("example.com/hold", "a.example.com/too")),
        after=5,
    )
    *_, status = CONTROLLER.reconcile(seen, KEY)
    assert conditions_of(status) == WELL | {
        "NamespaceContentRemaining": (
            "True",
            "SomeResourcesRemain",
            "Some resources are remaining: configmaps. has 2 resource instances",
        ),
        "NamespaceFinalizersRemaining": (
            "True",
            "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: a.example.com/too in 1 resource instances, "
            "example.com/hold in 2 resource instances",
        ),
    }
    held = [config_map(n, finalizers=("example.com/hold",), deletion_timestamp=Time(START + 5)) for n in ("one", "two")]
    told_again = CONTROLLER.reconcile(view(status.object, *held, after=20), KEY)
    assert [type(r) for r in told_again] == [Update]


def test_an_empty_namespace_is_released_after_its_conditions_are_set_right():
    status, finalize = CONTROLLER.reconcile(view(namespace(finalizers=("kubernetes", "example.com/x")), after=5), KEY)
    assert conditions_of(status) == WELL
    assert finalize.subresource == "finalize"
    assert finalize.object.spec.finalizers == ("example.com/x",)
    assert (finalize.object.metadata.uid, finalize.object.metadata.resource_version) == ("uid-dev", "")
    (only,) = CONTROLLER.reconcile(view(status.object, after=10), KEY)
    assert only.subresource == "finalize"
    assert only.object.metadata.resource_version == "1"


def test_every_request_says_why():
    for objects in ((pod(),), (config_map("a"),), ()):
        for request in CONTROLLER.reconcile(view(namespace(), *objects, after=5), KEY):
            if not isinstance(request, Requeue):
                assert request.reason
                assert "dev" in request.message and request.message.endswith(".")


def change(before, after, *others):
    obj = before or after
    key = ObjectKey(obj.kind, obj.metadata.namespace, obj.metadata.name)
    return Change(key, before, after, view(*others, *([after] if after else [])))


def test_who_wakes_it():
    woken = CONTROLLER.enqueue
    assert list(woken(change(None, namespace()))) == [KEY]
    assert list(woken(change(None, namespace(deleted=False)))) == []
    assert list(woken(change(namespace(), None))) == []
    assert list(woken(change(pod(), None, namespace()))) == [KEY]
    assert list(woken(change(pod("p"), None, namespace(), pod("q")))) == []
    assert list(woken(change(pod(), None, namespace(deleted=False)))) == []
    assert list(woken(change(None, pod(), namespace()))) == []
