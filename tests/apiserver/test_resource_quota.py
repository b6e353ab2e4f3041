"""ResourceQuota: what is charged to which quota, what is refused and in which words."""

import pytest

from kubelab.api.core.config import ConfigMap
from kubelab.api.core.container import Container
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.quota import (
    ResourceQuota,
    ResourceQuotaSpec,
    ResourceQuotaStatus,
    ScopedResourceSelectorRequirement,
    ScopeSelector,
)
from kubelab.api.core.resources import ResourceRequirements
from kubelab.api.core.service import Service, ServicePort, ServiceSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.apiserver.server import handle
from kubelab.errors import StatusError
from kubelab.state import store
from kubelab.state.requests import Create, EventNote, Update
from kubelab.state.snapshot import SECOND, ObjectKey

NOW = 1_767_225_600 * SECOND


def amounts(named):
    return FrozenMap({name: Quantity(amount) for name, amount in named.items()})


def quota(hard, used=None, name="q", **spec):
    """A quota that its controller has counted."""
    counted = dict.fromkeys(hard, "0") if used is None else used
    return ResourceQuota(
        metadata=ObjectMeta(name=name, namespace="default"),
        spec=ResourceQuotaSpec(hard=amounts(hard), **spec),
        status=ResourceQuotaStatus(hard=amounts(hard), used=amounts(counted)),
    )


def pod(name="p", requests=None, limits=None, generate_name="", **spec):
    resources = ResourceRequirements(requests=amounts(requests or {}), limits=amounts(limits or {}))
    return Pod(
        metadata=ObjectMeta(name=name, namespace="default", generate_name=generate_name),
        spec=PodSpec(containers=(Container(name="c", image="nginx", resources=resources),), **spec),
    )


def service(**spec):
    spec = ServiceSpec(ports=(ServicePort(name="a", port=80), ServicePort(name="b", port=81)), **spec)
    return Service(metadata=ObjectMeta(name="s", namespace="default"), spec=spec)


def cluster(*quotas):
    snapshot = handle(
        initial_snapshot(NOW), Create(object=Namespace(metadata=ObjectMeta(name="default"))), NOW
    ).snapshot
    for each in quotas:
        snapshot, _ = store.put(snapshot, each)
    return snapshot


def create(snapshot, obj):
    return handle(snapshot, Create(object=obj), NOW)


def used(snapshot, name="q"):
    return dict(snapshot.objects[ObjectKey("ResourceQuota", "default", name)].status.used)


def refusal(snapshot, obj):
    with pytest.raises(StatusError) as caught:
        create(snapshot, obj)
    assert caught.value.code == 403
    return caught.value.message


def test_a_new_pod_is_charged_and_the_quota_is_written_with_it():
    outcome = create(cluster(quota({"pods": "2", "requests.memory": "1Gi"})), pod(requests={"memory": "128Mi"}))
    assert used(outcome.snapshot) == {"pods": "1", "requests.memory": "128Mi"}
    assert [change.key.name for change in outcome.besides] == ["q"]


def test_one_pod_too_many_is_refused_with_the_numbers():
    snapshot = cluster(quota({"pods": "2"}, {"pods": "2"}))
    assert refusal(snapshot, pod()) == (
        'pods "p" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2'
    )


def test_only_what_is_exceeded_is_told_and_by_the_full_name_of_the_pod():
    snapshot = cluster(
        quota(
            {"pods": "9", "requests.cpu": "1", "limits.cpu": "2"},
            {"pods": "1", "requests.cpu": "900m", "limits.cpu": "0"},
        )
    )
    told = refusal(snapshot, pod("", {"cpu": "250m"}, {"cpu": "500m"}, generate_name="web-"))
    assert told.startswith('pods "web-')
    assert not told.startswith('pods "web-"')
    assert told.endswith(
        "is forbidden: exceeded quota: q, "
        "requested: requests.cpu=250m, used: requests.cpu=900m, limited: requests.cpu=1"
    )


def test_a_quota_on_cpu_or_memory_makes_every_container_say_its_own():
    snapshot = cluster(quota({"limits.cpu": "2", "requests.memory": "1Gi"}))
    assert refusal(snapshot, pod()) == (
        'pods "p" is forbidden: failed quota: q: must specify limits.cpu for: c; requests.memory for: c'
    )


def test_a_quota_that_was_never_counted_binds_nobody_and_one_that_is_being_counted_everybody():
    fresh = evolve(quota({"pods": "0"}), status=ResourceQuotaStatus())
    assert create(cluster(fresh), pod()).besides == ()
    assert refusal(cluster(quota({"pods": "1"}, {})), pod()) == (
        'pods "p" is forbidden: status unknown for quota: q, resources: pods'
    )


def test_scopes_choose_the_pods_that_count():
    snapshot = cluster(
        quota({"pods": "5"}, name="best-effort", scopes=("BestEffort",)),
        quota({"pods": "5"}, name="jobs", scopes=("Terminating",)),
        quota(
            {"pods": "5"},
            name="important",
            scope_selector=ScopeSelector(
                match_expressions=(
                    ScopedResourceSelectorRequirement(
                        scope_name="PriorityClass", operator="In", values=("system-cluster-critical",)
                    ),
                )
            ),
        ),
    )
    snapshot = create(snapshot, pod("a")).snapshot
    snapshot = create(snapshot, pod("b", {"cpu": "1m"}, active_deadline_seconds=9)).snapshot
    snapshot = create(snapshot, pod("c", {"cpu": "1m"}, priority_class_name="system-cluster-critical")).snapshot
    assert [used(snapshot, name)["pods"] for name in ("best-effort", "jobs", "important")] == ["1", "1", "1"]


def test_objects_of_any_kind_are_counted_and_some_by_two_names():
    snapshot = cluster(quota({"count/configmaps": "1", "configmaps": "1", "secrets": "1"}))
    settings = ConfigMap(metadata=ObjectMeta(name="settings", namespace="default"))
    snapshot = create(snapshot, settings).snapshot
    assert used(snapshot) == {"count/configmaps": "1", "configmaps": "1", "secrets": "0"}
    more = evolve(settings, metadata=ObjectMeta(name="more", namespace="default"))
    assert refusal(snapshot, more) == (
        'configmaps "more" is forbidden: exceeded quota: q, requested: configmaps=1,count/configmaps=1, '
        "used: configmaps=1,count/configmaps=1, limited: configmaps=1,count/configmaps=1"
    )


def test_a_service_that_opens_node_ports_later_is_charged_for_them_then():
    snapshot = create(cluster(quota({"services": "1", "services.nodeports": "1"})), service()).snapshot
    assert used(snapshot) == {"services": "1", "services.nodeports": "0"}
    stored = snapshot.objects[ObjectKey("Service", "default", "s")]
    opened = evolve(stored, spec=evolve(stored.spec, type="NodePort"))
    with pytest.raises(StatusError, match=r"exceeded quota: q, requested: services\.nodeports=2"):
        handle(snapshot, Update(object=opened), NOW)


def test_an_object_whose_name_is_taken_costs_nothing():
    snapshot = create(cluster(quota({"pods": "2"})), pod()).snapshot
    with pytest.raises(StatusError, match="already exists"):
        create(snapshot, pod())
    assert used(snapshot) == {"pods": "1"}


def test_gpus_are_counted_by_what_is_requested():
    snapshot = cluster(quota({"requests.nvidia.com/gpu": "1"}))
    gpu = {"nvidia.com/gpu": "1"}
    snapshot = create(snapshot, pod("a", gpu, gpu)).snapshot
    assert used(snapshot) == {"requests.nvidia.com/gpu": "1"}
    assert "exceeded quota: q, requested: requests.nvidia.com/gpu=1" in refusal(snapshot, pod("b", gpu, gpu))


def test_a_pod_that_is_refused_again_has_another_name_and_one_that_is_let_in_the_name_it_would_have_had():
    full = cluster(quota({"pods": "0"}))
    nameless = pod("", generate_name="web-")
    later = store.record(full, EventNote(ObjectKey("Namespace", "", "default"), "Told", "told"), "user", NOW)
    assert refusal(full, nameless) == refusal(full, nameless)
    assert refusal(full, nameless) != refusal(later, nameless)
    assert create(cluster(), nameless).key == create(cluster(quota({"pods": "1"})), nameless).key
