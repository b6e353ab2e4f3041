"""apiextensions-apiserver: what it asks for in the life of a definition, and that being killed changes nothing."""

import pytest
import yaml

from kubelab import Cluster
from kubelab.api.manifest import from_manifest
from kubelab.api.model import evolve
from kubelab.api.scheme import knowing
from kubelab.components.apiextensions_apiserver import CLEANUP, ApiExtensionsServer
from kubelab.kubectl import run
from kubelab.sim import faults
from kubelab.state import store
from kubelab.state.requests import Delete, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View, key_of
from kubelab.state.vocabulary import vocabulary_of

SERVER = ApiExtensionsServer()
NOW = 1_767_225_600 * SECOND

TEXT = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {plural}.example.com}}
spec:
  group: example.com
  scope: Namespaced
  names: {{plural: {plural}, singular: {singular}, kind: {kind}, listKind: {kind}List, shortNames: [{short}]}}
  versions:
  - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object}}}}}}
"""


def text(plural="loaves", singular="loaf", kind="Loaf", short="lf"):
    return TEXT.format(plural=plural, singular=singular, kind=kind, short=short)


def definition(**names):
    return from_manifest(yaml.safe_load(text(**names)))


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, NOW)


def asked(seen, name="loaves.example.com"):
    with knowing(vocabulary_of(seen.snapshot)):
        return list(SERVER.reconcile(seen, ObjectKey("CustomResourceDefinition", "", name)))


def carried_out(seen):
    """The definition after the one request that is wanted for it."""
    (update,) = asked(seen)
    assert isinstance(update, Update)
    return update.object


def conditions(obj):
    return {each.type: (each.status, each.reason) for each in obj.status.conditions}


def established():
    named = carried_out(view(definition()))
    return carried_out(view(named))


def loaf(snapshot, name="rye", **meta):
    manifest = {"apiVersion": "example.com/v1", "kind": "Loaf", "metadata": {"name": name, "namespace": "default"}}
    with knowing(vocabulary_of(snapshot)):
        obj = from_manifest(manifest)
        return evolve(obj, metadata=evolve(obj.metadata, uid=f"uid-{name}", **meta))


def deleted(*loaves):
    """A definition that is being deleted, and objects of its kind."""
    served = established()
    meta = evolve(served.metadata, deletion_timestamp=NOW // SECOND, finalizers=(CLEANUP,))
    seen = view(evolve(served, metadata=meta))
    snapshot = seen.snapshot
    for name in loaves:
        snapshot, _ = store.put(snapshot, loaf(snapshot, name))
    return View(snapshot, NOW)


def test_a_new_definition_gets_its_names_first():
    (update,) = asked(view(definition()))
    assert (update.subresource, update.reason) == ("status", "NoConflicts")
    assert update.object.status.accepted_names == definition().spec.names
    assert conditions(update.object) == {
        "NamesAccepted": ("True", "NoConflicts"),
        "Established": ("False", "Installing"),
    }


def test_with_its_names_it_is_established_and_then_left_alone():
    named = carried_out(view(definition()))
    (update,) = asked(view(named))
    assert (update.subresource, update.reason) == ("status", "InitialNamesAccepted")
    assert conditions(update.object)["Established"] == ("True", "InitialNamesAccepted")
    assert asked(view(update.object)) == []


@pytest.mark.parametrize(
    ("names", "reason", "taken"),
    [
        ({"plural": "breads", "singular": "bread", "kind": "Loaf", "short": "br"}, "ListKindConflict", "LoafList"),
        ({"plural": "breads", "singular": "loaf", "kind": "Bread", "short": "br"}, "SingularConflict", "loaf"),
        ({"plural": "breads", "singular": "bread", "kind": "Bread", "short": "lf"}, "ShortNamesConflict", "lf"),
        ({"plural": "breads", "singular": "bread", "kind": "Pod", "short": "br"}, "KindConflict", "Pod"),
    ],
)
def test_a_name_that_somebody_has_is_not_given_again(names, reason, taken):
    (update,) = asked(view(established(), definition(**names)), "breads.example.com")
    assert conditions(update.object) == {
        "NamesAccepted": ("False", reason),
        "Established": ("False", "NotAccepted"),
    }
    (condition,) = (each for each in update.object.status.conditions if each.type == "NamesAccepted")
    assert condition.message == f'"{taken}" is already in use'
    assert asked(view(established(), update.object), "breads.example.com") == []


def test_a_definition_that_goes_takes_its_objects_along():
    told, *deletions = asked(deleted("rye", "wheat"))
    assert (told.subresource, told.reason) == ("status", "InstanceDeletionInProgress")
    assert [(type(each), each.target.name, each.uid) for each in deletions] == [
        (Delete, "rye", "uid-rye"),
        (Delete, "wheat", "uid-wheat"),
    ]


def test_what_is_deleted_already_is_waited_for():
    seen = deleted("rye")
    told, _ = asked(seen)
    snapshot, _ = store.put(seen.snapshot, told.object)
    going = loaf(snapshot, "rye", deletion_timestamp=NOW // SECOND, finalizers=("example.com/slow",))
    snapshot, _ = store.put(snapshot, going)
    assert asked(View(snapshot, NOW)) == []


def test_when_the_last_object_is_gone_the_definition_may_go():
    (update,) = asked(deleted())
    assert (update.subresource, update.reason) == ("", "InstanceDeletionCompleted")
    assert update.object.metadata.finalizers == ()


def test_a_definition_that_was_never_established_has_nothing_to_wait_for():
    meta = evolve(definition().metadata, deletion_timestamp=NOW // SECOND, finalizers=(CLEANUP,))
    (update,) = asked(view(evolve(definition(), metadata=meta)))
    assert update.reason == "NeverEstablished" and update.object.metadata.finalizers == ()


def test_a_definition_that_is_gone_wakes_those_that_may_want_its_names():
    first, other = established(), definition(plural="breads", singular="bread", kind="Bread", short="br")
    gone = Change(key=key_of(first), before=first, after=None, view=view(other))
    assert list(SERVER.enqueue(gone)) == [key_of(other)]


def test_the_last_object_wakes_the_definition_that_waits_for_it():
    seen = deleted()
    gone = loaf(seen.snapshot)
    with knowing(vocabulary_of(seen.snapshot)):
        change = Change(key=key_of(gone), before=gone, after=None, view=seen)
        assert list(SERVER.enqueue(change)) == [ObjectKey("CustomResourceDefinition", "", "loaves.example.com")]


LOAF = "{apiVersion: example.com/v1, kind: Loaf, metadata: {name: %s}}"


def life(cluster):
    """A definition is made, has objects, and goes: what a person does, one after the other."""
    run(cluster, "create -f -", stdin=text())
    yield
    for name in ("rye", "wheat"):
        run(cluster, "create -f -", stdin=LOAF % name)
    yield
    run(cluster, "delete crd loaves.example.com --wait=false")
    yield


def ends(steps_before_kill=None):
    """What there is at the end of each part; the component is killed after so many steps, and started afresh."""
    cluster, found = Cluster(nodes=1), []
    left = steps_before_kill
    for _ in life(cluster):
        engine, state = cluster.engine, cluster.state
        for following in engine.run(state):
            if left is not None and following.steps - cluster.state.steps > left:
                break
            state = following
        if left is not None:
            left -= state.steps - cluster.state.steps
            state = faults.start(engine, faults.stop(engine, state, SERVER.name), SERVER.name)
        end = engine.settle(state)
        found.append(
            [(key, conditions(obj)) for key, obj in sorted(end.snapshot.definitions.items())]
            + [key for key in sorted(end.snapshot.objects) if key.kind == "Loaf"]
        )
        cluster.run()
    return found


def test_killed_at_any_step_it_comes_to_the_same_end():
    expected = ends()
    assert [len(part) for part in expected] == [1, 3, 0]
    for steps in range(8):
        assert ends(steps) == expected, f"killed after {steps} steps"
