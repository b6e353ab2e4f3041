"""Kinds that a cluster has learnt are counted by quotas and scaled by autoscalers, as built-in ones are."""

from kubelab import Cluster
from kubelab.api.model import evolve
from kubelab.kubectl import run
from kubelab.sim.invariants import at_rest
from kubelab.state.requests import Create, Update

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: bakeries.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Bakery, plural: bakeries, singular: bakery}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.ovens, statusReplicasPath: .status.ovens, labelSelectorPath: .status.selector}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {ovens: {type: integer}}}
          status: {type: object, properties: {ovens: {type: integer}, selector: {type: string}}}
"""

QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: few}
spec: {hard: {count/bakeries.example.com: "1"}}
"""

BAKERY = "{apiVersion: example.com/v1, kind: Bakery, metadata: {name: %s}, spec: {ovens: 1}}"


def learnt(*manifests: str) -> Cluster:
    made = Cluster()
    run(made, "create -f -", stdin=DEFINITION)
    made.run()
    for manifest in manifests:
        answer = run(made, "create -f -", stdin=manifest)
        assert answer.code == 0, answer.err
        made.run()
    return made


def used(made: Cluster) -> object:
    return made.view.get("ResourceQuota", "default", "few").status.used.get("count/bakeries.example.com")


def test_a_quota_counts_the_objects_of_a_learnt_kind() -> None:
    made = learnt(BAKERY % "corner", QUOTA)
    assert used(made) == "1"
    assert run(made, "create -f -", stdin=BAKERY % "harbour").err == (
        'Error from server (Forbidden): error when creating "STDIN": bakeries.example.com "harbour" is forbidden: '
        "exceeded quota: few, requested: count/bakeries.example.com=1, used: count/bakeries.example.com=1, "
        "limited: count/bakeries.example.com=1\n"
    )
    run(made, "delete bakery corner")
    made.run()
    assert used(made) == "0"
    assert run(made, "create -f -", stdin=BAKERY % "harbour").code == 0
    assert used(made) == "1"


class Baker:
    """Keeps as many Pods as a Bakery wants ovens, and says by which labels they are found."""

    name = "baker"
    watches = ("Bakery", "Pod")

    def enqueue(self, change):
        view, key = change.view, change.key
        return [key] if key.kind == "Bakery" else view.keys("Bakery", key.namespace)

    def reconcile(self, view, key):
        bakery = view.find(key)
        if bakery is None:
            return []
        pods = view.labelled("Pod", key.namespace, {"bakery": key.name})
        wanted = bakery.spec["ovens"]
        if len(pods) < wanted:
            return [Create(object=oven(key.name, len(pods)), message=f"{self.name} built an oven.")]
        status = {"ovens": len(pods), "selector": f"bakery={key.name}"}
        if bakery.status == status:
            return []
        new = evolve(bakery, status=type(bakery.spec)(status))
        return [Update(object=new, subresource="status", message=f"{self.name} counted ovens.")]


def oven(bakery, number):
    from kubelab.api.manifest import from_manifest

    return from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"{bakery}-{number}", "namespace": "default", "labels": {"bakery": bakery}},
            "spec": {"containers": [{"name": "oven", "image": "oven", "resources": {"requests": {"cpu": "100m"}}}]},
        }
    )


AUTOSCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: corner}
spec:
  scaleTargetRef: {apiVersion: example.com/v1, kind: Bakery, name: corner}
  minReplicas: 2
  maxReplicas: 4
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
"""


def test_an_autoscaler_scales_a_learnt_kind_by_its_scale() -> None:
    made = learnt(BAKERY % "corner")
    made.add(Baker())
    made.run()
    run(made, "create -f -", stdin=AUTOSCALER)
    made.run(for_="2m")
    assert made.view.get("Bakery", "default", "corner").spec["ovens"] == 2
    assert made.view.count("Pod", "default") == 2
    status = made.view.get("HorizontalPodAutoscaler", "default", "corner").status
    assert (status.current_replicas, status.desired_replicas) == (2, 2)
    made.run()
    assert list(at_rest(made.engine, made.state)) == []


def test_an_autoscaler_tells_that_a_scale_has_no_selector() -> None:
    made = learnt(BAKERY.replace("ovens: 1", "ovens: 2") % "corner", AUTOSCALER)
    made.run(for_="1m")
    conditions = made.view.get("HorizontalPodAutoscaler", "default", "corner").status.conditions
    active = next(each for each in conditions if each.type == "ScalingActive")
    assert (active.status, active.reason) == ("False", "InvalidSelector")
    assert active.message == "the HPA target's scale is missing a selector"
    assert "SelectorRequired" in str(run(made, "describe hpa corner"))
