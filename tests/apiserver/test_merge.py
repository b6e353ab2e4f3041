"""Declarative apply: what a manager says wins, what it no longer says goes, what others said stays."""

from kubelab.api.apps import Deployment, DeploymentSpec
from kubelab.api.core.container import Container
from kubelab.api.core.env import EnvVar
from kubelab.api.core.pod import PodSpec, PodTemplateSpec
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap
from kubelab.apiserver.merge import three_way


def deployment(*containers: Container, replicas: int | None = None, labels: dict[str, str] | None = None) -> Deployment:
    template = PodTemplateSpec(spec=PodSpec(containers=containers))
    meta = ObjectMeta(name="web", labels=FrozenMap(labels or {}))
    return Deployment(metadata=meta, spec=DeploymentSpec(replicas=replicas, template=template))


def image(obj: Deployment) -> dict[str, str]:
    return {c.name: c.image for c in obj.spec.template.spec.containers}


def test_what_is_said_wins_and_what_others_said_stays():
    live = deployment(Container(name="a", image="a:1"), replicas=5)
    merged = three_way(live, deployment(Container(name="a", image="a:2")), None)
    assert image(merged) == {"a": "a:2"}
    assert merged.spec.replicas == 5


def test_what_is_no_longer_said_goes():
    first = deployment(Container(name="a", image="a:1"), Container(name="b", image="b:1"), labels={"x": "1", "y": "1"})
    second = deployment(Container(name="a", image="a:1"), labels={"x": "1"})
    merged = three_way(first, second, first)
    assert image(merged) == {"a": "a:1"}
    assert dict(merged.metadata.labels) == {"x": "1"}


def test_items_of_a_list_are_merged_by_their_key():
    live = deployment(Container(name="a", image="a:1", env=(EnvVar(name="LEVEL", value="1"),)))
    wanted = deployment(Container(name="a", image="a:1", env=(EnvVar(name="MODE", value="x"),)))
    merged = three_way(live, wanted, None)
    assert {e.name: e.value for e in merged.spec.template.spec.containers[0].env} == {"MODE": "x", "LEVEL": "1"}


def test_asking_for_what_is_so_gives_the_very_same_object():
    live = deployment(Container(name="a", image="a:1", image_pull_policy="Always"), replicas=3, labels={"x": "1"})
    assert three_way(live, deployment(Container(name="a", image="a:1"), labels={"x": "1"}), None) is live
