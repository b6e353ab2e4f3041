"""No component reaches past the API server: it gets a view, which cannot be changed, and can only return requests."""

import attrs
import pytest

from kubelab import Cluster
from kubelab.components import CONTROL_PLANE
from kubelab.state.snapshot import View


class Cheat:
    """A component that tries to write into what it is shown."""

    name = "cheat"
    watches = ("Pod",)

    def __init__(self, act):
        self.act = act
        self.refusals = []

    def enqueue(self, change):
        yield change.key

    def reconcile(self, view, key):
        pod = view.find(key)
        try:
            if pod is not None:
                self.act(view, pod)
        except (AttributeError, TypeError, attrs.exceptions.FrozenInstanceError) as error:
            self.refusals.append(error)
        return []


def into_the_object(view, pod):
    pod.spec.node_name = "worker-9"


def into_the_store(view, pod):
    view.snapshot.objects[pod] = None


def into_the_snapshot(view, pod):
    view.snapshot.revision = 0


def into_the_labels(view, pod):
    pod.metadata.labels["stolen"] = "yes"


@pytest.mark.parametrize("act", [into_the_object, into_the_store, into_the_snapshot, into_the_labels])
def test_what_a_component_is_shown_cannot_be_changed(act):
    cheat, honest = Cheat(act), Cluster()
    cluster = Cluster(components=(*CONTROL_PLANE, cheat))
    for each in (cluster, honest):
        each.apply("pod web nginx:1.27")
        each.run()
    assert cheat.refusals, "it has tried"
    assert cluster.get("all", "yaml") == honest.get("all", "yaml")
    assert not [t for t in cluster.timeline.transitions if t.actor == "cheat"]


def test_a_view_has_nothing_that_writes():
    doors = [name for name in dir(View) if not name.startswith("_")]
    writing = ("put", "remove", "set", "write", "commit", "delete", "update", "create", "apply", "compact")
    assert not [name for name in doors if name.startswith(writing)]
    assert doors
