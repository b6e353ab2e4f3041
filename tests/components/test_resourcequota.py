"""The resource quota controller: what it counts, when it looks, and that it is quiet once the status is right."""

from kubelab.api.core.config import ConfigMap
from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import PodStatus
from kubelab.api.core.quota import ResourceQuota, ResourceQuotaSpec, ResourceQuotaStatus
from kubelab.api.core.resources import ResourceRequirements
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.components.resourcequota import ResourceQuotaController
from kubelab.state import store
from kubelab.state.snapshot import SECOND, Change, ObjectKey, Snapshot, View, key_of

CONTROLLER = ResourceQuotaController()
NOW = 1_767_225_600
KEY = ObjectKey("ResourceQuota", "default", "q")
CONTAINERS = (
    Container(
        name="c",
        resources=ResourceRequirements(
            requests=FrozenMap(cpu=Quantity("250m"), memory=Quantity("128Mi")), limits=FrozenMap(cpu=Quantity("1"))
        ),
    ),
)


def amounts(named):
    return FrozenMap({name: Quantity(amount) for name, amount in named.items()})


def quota(hard, used=None, scopes=()):
    status = ResourceQuotaStatus() if used is None else ResourceQuotaStatus(hard=amounts(hard), used=amounts(used))
    spec = ResourceQuotaSpec(hard=amounts(hard), scopes=scopes)
    return ResourceQuota(metadata=ObjectMeta(name="q", namespace="default"), spec=spec, status=status)


def pod(name, phase="Running", deleted_at=None, **spec):
    meta = ObjectMeta(
        name=name,
        namespace="default",
        deletion_timestamp=None if deleted_at is None else Time(deleted_at),
        deletion_grace_period_seconds=None if deleted_at is None else 30,
    )
    return Pod(metadata=meta, spec=PodSpec(containers=CONTAINERS, **spec), status=PodStatus(phase=phase))


def view(*objects):
    snapshot = Snapshot()
    for obj in objects:
        snapshot, _ = store.put(snapshot, obj)
    return View(snapshot, NOW * SECOND)


def counted(*objects):
    (update,) = CONTROLLER.reconcile(view(*objects), KEY)
    assert update.subresource == "status"
    return dict(update.object.status.used)


def test_a_new_quota_is_counted_from_what_is_there():
    hard = {"pods": "9", "requests.cpu": "4", "requests.memory": "1Gi", "limits.cpu": "8", "count/configmaps": "3"}
    settings = ConfigMap(metadata=ObjectMeta(name="settings", namespace="default"))
    assert counted(quota(hard), pod("a"), pod("b"), pod("done", "Succeeded"), settings) == {
        "pods": "2",
        "requests.cpu": "500m",
        "requests.memory": "256Mi",
        "limits.cpu": "2",
        "count/configmaps": "1",
    }


def test_pods_that_have_ended_count_only_as_objects():
    assert counted(quota({"pods": "1", "count/pods": "9"}), pod("done", "Failed")) == {"pods": "0", "count/pods": "1"}


def test_a_pod_that_should_be_gone_for_long_is_not_charged_any_more():
    assert counted(quota({"pods": "9"}), pod("going", deleted_at=NOW), pod("stuck", deleted_at=NOW - 31)) == {
        "pods": "1"
    }


def test_a_scope_leaves_out_the_pods_that_do_not_meet_it():
    jobs = quota({"pods": "9"}, scopes=("Terminating",))
    assert counted(jobs, pod("a"), pod("b", active_deadline_seconds=60)) == {"pods": "1"}


def test_once_the_status_is_right_nothing_is_left_to_do():
    right = quota({"pods": "9"}, {"pods": "1"})
    assert CONTROLLER.reconcile(view(right, pod("a")), KEY) == ()
    (update,) = CONTROLLER.reconcile(view(right), KEY)
    assert update.message == "resourcequota-controller counted what ResourceQuota q limits: pods 0 of 9."


def test_a_limit_that_is_taken_out_leaves_the_status_too():
    narrowed = evolve(
        quota({"pods": "9"}), status=quota({"pods": "9", "secrets": "1"}, {"pods": "0", "secrets": "0"}).status
    )
    assert counted(narrowed) == {"pods": "0"}


def test_it_looks_when_something_goes_and_not_when_something_comes():
    seen = view(quota({"pods": "9"}, {"pods": "1"}))
    running, ended = pod("a"), pod("a", "Succeeded")

    def keys(before, after):
        return list(CONTROLLER.enqueue(Change(key_of(running), before, after, seen)))

    assert keys(running, None) == [KEY]
    assert keys(running, ended) == [KEY]
    assert keys(None, running) == []
    assert keys(ended, ended) == []
    settings = ConfigMap(metadata=ObjectMeta(name="settings", namespace="default"))
    assert list(CONTROLLER.enqueue(Change(key_of(settings), settings, None, seen))) == []
