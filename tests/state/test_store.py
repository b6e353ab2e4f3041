"""etcd: every write takes a revision, every index holds exactly what the objects say."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.meta import ObjectMeta, OwnerReference
from kubelab.api.scalars import FrozenMap
from kubelab.state import store
from kubelab.state.index import entries
from kubelab.state.requests import EventNote
from kubelab.state.snapshot import ObjectKey, Snapshot, View, key_of


def pod(name: str, node: str = "", labels: dict[str, str] | None = None, owner: str = "") -> Pod:
    owners = (OwnerReference(kind="ReplicaSet", name="rs", uid=owner, controller=True),) if owner else ()
    meta = ObjectMeta(name=name, namespace="default", labels=FrozenMap(labels or {}), owner_references=owners)
    return Pod(metadata=meta, spec=PodSpec(node_name=node))


def test_a_write_takes_a_revision_and_leaves_the_snapshot_before_as_it_was():
    empty = Snapshot()
    one, stored = store.put(empty, pod("a"))
    assert (empty.revision, one.revision, stored.metadata.resource_version) == (0, 1, "1")
    assert not empty.objects
    assert one.objects[key_of(stored)] is stored
    two = store.remove(one, key_of(stored))
    assert two.revision == 2
    assert not two.objects
    assert one.history[1].after is stored


def test_history_is_kept_until_it_is_compacted():
    snapshot = Snapshot()
    for name in "abc":
        snapshot, _ = store.put(snapshot, pod(name))
    left = store.compact(snapshot, 2)
    assert sorted(left.history) == [3]
    with pytest.raises(ValueError, match="has been compacted"):
        store.compact(left, 2)
    with pytest.raises(ValueError, match="future revision"):
        store.compact(left, 9)


def test_a_repeated_event_is_counted():
    key = ObjectKey("Pod", "default", "a")
    note = EventNote(key, "BackOff", "Back-off restarting failed container", "Warning")
    snapshot = store.record(Snapshot(), note, "kubelet/worker-1", 10)
    snapshot = store.record(snapshot, note, "kubelet/worker-1", 20)
    (event,) = snapshot.events[key]
    assert (event.count, event.first, event.last, event.component, event.revision) == (2, 10, 20, "kubelet", 2)


NAMES = st.sampled_from("abcd")
PODS = st.builds(
    pod,
    NAMES,
    st.sampled_from(["", "n1", "n2"]),
    st.dictionaries(st.sampled_from("xy"), st.sampled_from("12"), max_size=2),
    st.sampled_from(["", "u1", "u2"]),
)


@given(st.lists(st.one_of(PODS, NAMES), max_size=30))
def test_the_index_holds_exactly_what_the_objects_say(steps):
    snapshot = Snapshot()
    for step in steps:
        if isinstance(step, str):
            key = ObjectKey("Pod", "default", step)
            if key in snapshot.objects:
                snapshot = store.remove(snapshot, key)
        else:
            snapshot, _ = store.put(snapshot, step)
    expected: dict[tuple[str, ...], set[ObjectKey]] = {}
    for obj in snapshot.objects.values():
        for entry in entries(obj):
            expected.setdefault(entry, set()).add(key_of(obj))
    assert {entry: set(keys) for entry, keys in snapshot.index.items()} == expected
    view = View(snapshot, 0)
    pods = view.list("Pod")
    assert [p.metadata.name for p in pods] == sorted(p.metadata.name for p in pods)
    for value in "12":
        found = view.labelled("Pod", "default", {"x": value})
        assert found == [p for p in pods if p.metadata.labels.get("x") == value]
    assert view.pods_on("n1") == [p for p in pods if p.spec.node_name == "n1"]
    assert view.orphans("Pod", "default") == [p for p in pods if not p.metadata.owner_references]
    assert view.owned("u1") == [
        p for p in pods if p.metadata.owner_references and p.metadata.owner_references[0].uid == "u1"
    ]


def test_an_object_in_the_store_is_never_touched_by_a_later_write():
    snapshot, first = store.put(Snapshot(), pod("a"))
    following, _ = store.put(snapshot, attrs.evolve(first, spec=PodSpec(node_name="n1")))
    assert snapshot.objects[key_of(first)].spec.node_name == ""
    assert following.objects[key_of(first)].spec.node_name == "n1"
