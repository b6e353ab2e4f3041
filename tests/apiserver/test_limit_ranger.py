"""LimitRanger: what a Namespace fills in for a container that says nothing, and what it does not let pass."""

import pytest

from kubelab.api.core.container import Container
from kubelab.api.core.namespace import Namespace
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.quota import LimitRange, LimitRangeItem, LimitRangeSpec
from kubelab.api.core.resources import ResourceRequirements
from kubelab.api.core.storage import PersistentVolumeClaim
from kubelab.api.core.volume_claim import PersistentVolumeClaimSpec, VolumeResourceRequirements
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap, Quantity
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.apiserver.server import handle
from kubelab.errors import StatusError
from kubelab.state.requests import Create
from kubelab.state.snapshot import SECOND

NOW = 1_767_225_600 * SECOND


def amounts(**named):
    return FrozenMap({name: Quantity(amount) for name, amount in named.items()})


def limits(*items, name="limits"):
    meta = ObjectMeta(name=name, namespace="default")
    return LimitRange(metadata=meta, spec=LimitRangeSpec(limits=items))


def container(name="c", requests=None, limits=None):
    resources = ResourceRequirements(requests=amounts(**requests or {}), limits=amounts(**limits or {}))
    return Container(name=name, image="nginx", resources=resources)


def pod(*containers, **spec):
    meta = ObjectMeta(name="p", namespace="default")
    return Pod(metadata=meta, spec=PodSpec(containers=containers or (container(),), **spec))


def claim(storage):
    resources = VolumeResourceRequirements(requests=amounts(storage=storage))
    spec = PersistentVolumeClaimSpec(access_modes=("ReadWriteOnce",), resources=resources)
    return PersistentVolumeClaim(metadata=ObjectMeta(name="data", namespace="default"), spec=spec)


def created(*objects):
    snapshot = initial_snapshot(NOW)
    for obj in (Namespace(metadata=ObjectMeta(name="default")), *objects):
        outcome = handle(snapshot, Create(object=obj), NOW)
        snapshot = outcome.snapshot
    return outcome.after


def refusal(*objects):
    with pytest.raises(StatusError) as caught:
        created(*objects)
    assert caught.value.code == 403
    return caught.value.message


DEFAULTS = LimitRangeItem(
    type="Container", default=amounts(cpu="500m", memory="256Mi"), default_request=amounts(cpu="100m")
)


def test_a_container_that_says_nothing_gets_the_defaults_and_the_pod_a_note_of_them():
    made = created(limits(DEFAULTS), pod(container("web"), container("log", requests={"cpu": "1m"})))
    web, log = made.spec.containers
    assert dict(web.resources.requests) == {"cpu": "100m", "memory": "256Mi"}
    assert dict(web.resources.limits) == {"cpu": "500m", "memory": "256Mi"}
    assert dict(log.resources.requests) == {"cpu": "1m", "memory": "256Mi"}
    assert made.metadata.annotations["kubernetes.io/limit-ranger"] == (
        "LimitRanger plugin set: cpu, memory request for container web; cpu, memory limit for container web; "
        "memory request for container log; cpu, memory limit for container log"
    )
    assert made.status.qos_class == "Burstable"


def test_a_pod_that_says_everything_is_left_as_it_is():
    said = {"cpu": "200m", "memory": "64Mi"}
    made = created(limits(DEFAULTS), pod(container(requests=said, limits=said)))
    assert "kubernetes.io/limit-ranger" not in made.metadata.annotations
    assert dict(made.spec.containers[0].resources.limits) == said


@pytest.mark.parametrize(
    ("item", "given", "why"),
    [
        ({"max": {"cpu": "500m"}}, {"limits": {"cpu": "1"}}, "maximum cpu usage per Container is 500m, but limit is 1"),
        (
            {"min": {"cpu": "200m"}},
            {"requests": {"cpu": "100m"}},
            "minimum cpu usage per Container is 200m, but request is 100m",
        ),
        (
            {"max_limit_request_ratio": {"cpu": "2"}},
            {"requests": {"cpu": "100m"}, "limits": {"cpu": "250m"}},
            "cpu max limit to request ratio per Container is 2, but provided ratio is 2.500000",
        ),
        (
            {"max_limit_request_ratio": {"memory": "2"}},
            {},
            "memory max limit to request ratio per Container is 2, but no request is specified or request is 0",
        ),
        (
            {"max": {"cpu": "1", "memory": "1Gi"}},
            {"limits": {"cpu": "2", "memory": "2Gi"}},
            "[maximum cpu usage per Container is 1, but limit is 2, "
            "maximum memory usage per Container is 1Gi, but limit is 2Gi]",
        ),
    ],
)
def test_what_is_out_of_bounds_is_refused_in_the_servers_words(item, given, why):
    bounds = LimitRangeItem(type="Container", **{field: amounts(**named) for field, named in item.items()})
    assert refusal(limits(bounds), pod(container(**given))) == f'pods "p" is forbidden: {why}'


def test_a_pod_is_bounded_by_the_sum_of_its_containers():
    bounds = LimitRangeItem(type="Pod", max=amounts(memory="1Gi"))
    big = container("a", limits={"memory": "768Mi"}), container("b", limits={"memory": "512Mi"})
    assert refusal(limits(bounds), pod(*big)) == (
        'pods "p" is forbidden: maximum memory usage per Pod is 1Gi, but limit is 1280Mi'
    )
    assert refusal(limits(bounds), pod()) == (
        'pods "p" is forbidden: maximum memory usage per Pod is 1Gi.  No limit is specified'
    )


def test_claims_are_bounded_by_what_they_ask_for():
    bounds = limits(
        LimitRangeItem(type="PersistentVolumeClaim", min=amounts(storage="1Gi"), max=amounts(storage="2Gi"))
    )
    assert created(bounds, claim("2Gi")).kind == "PersistentVolumeClaim"
    assert refusal(bounds, claim("3Gi")) == (
        'persistentvolumeclaims "data" is forbidden: '
        "maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi"
    )
    assert "minimum storage usage" in refusal(bounds, claim("1Mi"))


def test_of_two_limit_ranges_the_first_fills_in_and_both_have_to_agree():
    first = limits(LimitRangeItem(type="Container", default=amounts(cpu="1")), name="a")
    second = limits(LimitRangeItem(type="Container", max=amounts(cpu="500m")), name="b")
    assert refusal(first, second, pod()) == (
        'pods "p" is forbidden: maximum cpu usage per Container is 500m, but limit is 1'
    )
