"""The cluster as a Python user holds it."""

from pathlib import Path

import pytest

from kubelab import Cluster
from kubelab.api.core.config import ConfigMap
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.components import CONTROL_PLANE
from kubelab.errors import LimitError, SourceError, StatusError, UsageError
from kubelab.sim.engine import Action
from kubelab.state.requests import Create, Patch
from kubelab.state.snapshot import ObjectKey

WEB = "deployment web x2 nginx:1.26"


def running(program: str = WEB) -> Cluster:
    cluster = Cluster()
    cluster.apply(program)
    cluster.run()
    return cluster


def pods(cluster: Cluster) -> list[str]:
    return [key.name for key in cluster.view.keys("Pod")]


def test_a_cluster_without_nodes_in_its_program_gets_three():
    cluster = Cluster()
    cluster.apply(WEB)
    assert [key.name for key in cluster.view.keys("Node")] == ["worker-1", "worker-2", "worker-3"]


def test_the_nodes_of_the_first_program_are_the_cluster():
    cluster = Cluster()
    applied = cluster.apply(f"cluster {{ node a cpu 2; node b cpu 2 }}\n{WEB}")
    assert [key.name for key in cluster.view.keys("Node")] == ["a", "b"]
    assert [str(line) for _, line in applied.objects] == ["created", "created", "created"]
    assert cluster.cursor == 1


def test_applying_a_program_twice_changes_nothing():
    cluster = running()
    applied = cluster.apply(WEB)
    assert [what for _, what in applied.objects] == ["unchanged"]
    assert cluster.run().steps == 0


def test_where_one_object_is_refused_nothing_is_applied():
    cluster = running()
    before = cluster.state
    with pytest.raises(SourceError) as caught:
        cluster.apply("config settings a=1\nservice bad NodePort 80 -> deployment web port 80\npod UPPER nginx")
    assert "The range of valid ports is 30000-32767" in str(caught.value)
    assert "UPPER" in str(caught.value)
    assert "line 2, column" in str(caught.value)
    assert cluster.state is before


def test_a_first_program_that_is_refused_leaves_the_cluster_unstarted():
    cluster = Cluster()
    with pytest.raises(SourceError):
        cluster.apply("cluster { node one cpu 2 }\nservice bad NodePort 80 -> app=web port 80")
    cluster.apply("cluster { node two cpu 2 }")
    assert [key.name for key in cluster.view.keys("Node")] == ["two"]


def test_yaml_is_understood_as_well_as_the_language():
    cluster = Cluster()
    cluster.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n")
    assert cluster.until("1 pods Running").ended == "reached"


def test_what_has_no_effect_is_told_once():
    manifest = "\n".join(
        [
            "apiVersion: v1",
            "kind: Pod",
            "metadata: {name: NAME}",
            "spec: {hostPID: true, containers: [{name: c, image: nginx}]}",
        ]
    )
    cluster = Cluster()
    assert any("hostPID" in note for note in cluster.apply(manifest.replace("NAME", "a")).notes)
    assert cluster.apply(manifest.replace("NAME", "b")).notes == ()


def test_stepping_back_and_forward_leads_through_the_same_states():
    cluster = running()
    end, last = cluster.state, cluster.cursor
    seen = [cluster.timeline.state(i) for i in range(last + 1)]
    for index in reversed(range(last)):
        cluster.back()
        assert cluster.state is seen[index]
    while cluster.cursor < last:
        cluster.step()
    assert cluster.state is end


def test_a_change_in_the_past_forks_and_leaves_the_other_branch():
    cluster = running()
    steps = len(cluster.timeline)
    cluster.goto(1)
    cluster.apply("deployment web x5 nginx:1.26")
    assert cluster.branch == "branch-1"
    cluster.run()
    assert len(pods(cluster)) == 5
    cluster.switch("main")
    cluster.goto(-1)
    assert (len(pods(cluster)), len(cluster.timeline)) == (2, steps)
    with pytest.raises(UsageError, match="main, branch-1"):
        cluster.switch("nowhere")


def test_another_enabled_action_can_be_chosen():
    cluster = Cluster()
    cluster.apply(f"{WEB}\nservice web -> deployment web port 80")
    actions = cluster.enabled()
    other = next(a for a in actions if a.actor == "endpoint-slice-controller")
    assert other != actions[0]
    transition = cluster.perform(other)
    assert transition is not None
    assert transition.actor == "endpoint-slice-controller"
    with pytest.raises(UsageError, match="is not enabled"):
        cluster.perform(Action("reconcile", "kube-scheduler", ObjectKey("Pod", "default", "nowhere")))
    with pytest.raises(UsageError, match="there is no action 99"):
        cluster.perform(99)


def test_a_run_stops_at_a_breakpoint():
    cluster = Cluster()
    cluster.apply(WEB)
    cluster.break_on(component="kube-scheduler")
    assert cluster.run().ended == "breakpoint"
    transition = cluster.timeline.at()
    assert transition is not None
    assert (transition.actor, transition.verb) == ("kube-scheduler", "bind")
    cluster.breakpoints.clear()
    cluster.break_on(condition="2 pods app=web Ready")
    assert cluster.run().ended == "breakpoint"
    assert len([p for p in cluster.view.list("Pod") if p.status.phase == "Running"]) == 2


@pytest.mark.parametrize("named", ["deploy/web", "deployment/web", "default/web", "default/deployments/web"])
def test_a_breakpoint_is_named_as_kubectl_names_it(named):
    cluster = Cluster()
    cluster.apply(WEB)
    cluster.break_on("kube-controller-manager", named)
    assert cluster.run().ended == "breakpoint"
    transition = cluster.timeline.at()
    assert transition is not None
    assert (transition.actor, transition.key.kind) == ("deployment-controller", "Deployment")
    with pytest.raises(UsageError, match="there is no component 'pod'"):
        cluster.break_on("pod")


def test_a_run_goes_on_until_a_condition_or_a_time():
    cluster = Cluster()
    cluster.apply(WEB)
    assert cluster.until("1 pods app=web Running").ended == "reached"
    start = cluster.now
    assert cluster.run(for_="90s").ended == "time"
    assert cluster.now - start == 90_000_000
    assert cluster.until("9 pods app=web Running").ended == "stuck"


def test_expectations_are_judged_at_the_end_of_a_run():
    cluster = Cluster()
    cluster.apply(f"{WEB}\nexpect 2 pods app=web Running\nexpect 3 pods app=web Running\nnever at least 3 pods app=web")
    result = cluster.run()
    assert [v.ok for v in result.verdicts] == [True, False, True]
    assert not result.ok
    assert "✗" in str(result)


def test_a_run_over_its_limit_leaves_the_cluster_whole():
    cluster = Cluster()
    cluster.apply(WEB)
    with pytest.raises(LimitError, match="did not settle within 10 actions"):
        cluster.run(limit=10)
    assert cluster.cursor == len(cluster.timeline) > 1
    assert cluster.run().ended == "settled"


def test_an_interrupted_run_leaves_the_cluster_whole_at_the_last_step():
    cluster = Cluster()
    cluster.apply(WEB)

    def interrupt(state):
        if state.steps == 7:
            raise KeyboardInterrupt

    assert cluster.run(progress=interrupt).ended == "interrupted"
    assert (len(cluster.timeline), cluster.state.steps) == (7, 7)
    assert cluster.run().ended == "settled"
    assert len(pods(cluster)) == 2


def test_a_dead_node_loses_its_pods_and_they_come_back_elsewhere():
    cluster = running()
    node = cluster.view.list("Pod")[0].spec.node_name
    cluster.kill(node)
    cluster.run()
    ready = [n.metadata.name for n in cluster.view.list("Node") if any(t.effect == "NoExecute" for t in n.spec.taints)]
    assert ready == [node]
    alive = [p for p in cluster.view.list("Pod") if p.metadata.deletion_timestamp is None]
    assert len(alive) == 2
    assert all(p.spec.node_name != node and p.status.phase == "Running" for p in alive)
    cluster.revive(node)
    cluster.run()
    assert len(pods(cluster)) == 2


def test_a_crashed_container_is_started_again():
    cluster = running()
    name = pods(cluster)[0]
    cluster.crash(name)
    cluster.run(for_="60s")
    status = cluster.view.get("Pod", "default", name).status.container_statuses[0]
    assert (status.restart_count, status.ready) == (1, True)


def test_without_a_scheduler_pods_stay_pending_and_others_live_on():
    cluster = running()
    cluster.stop("kube-scheduler")
    cluster.apply("deployment web x4 nginx:1.26")
    cluster.run()
    phases = sorted(p.status.phase for p in cluster.view.list("Pod"))
    assert phases == ["Pending", "Pending", "Running", "Running"]
    cluster.start("kube-scheduler")
    cluster.run()
    assert all(p.status.phase == "Running" for p in cluster.view.list("Pod"))


def test_a_controller_of_ones_own_runs_with_the_others():
    class Labels:
        """Notes in a ConfigMap which Deployments there are."""

        name = "catalogue"
        watches = ("Deployment",)

        def enqueue(self, change):
            yield ObjectKey("ConfigMap", change.key.namespace, f"seen-{change.key.name}")

        def reconcile(self, view, key):
            if view.find(key) is not None:
                return []
            meta = ObjectMeta(name=key.name, namespace=key.namespace)
            return [Create(object=ConfigMap(metadata=meta), message="catalogue noted a Deployment")]

    cluster = Cluster(components=(*CONTROL_PLANE, Labels()))
    cluster.apply(WEB)
    cluster.run()
    assert cluster.view.get("ConfigMap", "default", "seen-web") is not None
    assert "catalogue noted a Deployment" in cluster.trace()


class Noting:
    """Notes in a ConfigMap that a Deployment is there."""

    name = "noting"
    watches = ("Deployment",)
    word = "seen"

    def enqueue(self, change):
        yield ObjectKey("ConfigMap", change.key.namespace, f"{self.word}-{change.key.name}")

    def reconcile(self, view, key):
        if view.find(key) is None:
            yield Create(object=ConfigMap(metadata=ObjectMeta(name=key.name, namespace=key.namespace)))


class NotingMore(Noting):
    word = "noted"


def test_a_controller_that_is_added_later_finds_what_was_there_before():
    cluster = running()
    twin = cluster.twin()
    started = cluster.add(Noting())
    assert started.message == "noting was started."
    cluster.run()
    assert cluster.view.get("ConfigMap", "default", "seen-web") is not None
    assert "noting" in cluster.components
    assert "noting" not in twin.components


def test_a_newer_version_takes_the_place_of_the_older_one():
    cluster = running()
    cluster.add(Noting())
    cluster.add(NotingMore())
    assert cluster.components.count("noting") == 1
    cluster.run()
    assert cluster.view.get("ConfigMap", "default", "seen-web") is None
    assert cluster.view.get("ConfigMap", "default", "noted-web") is not None


def test_a_component_that_is_added_can_be_stopped_and_started():
    cluster = Cluster()
    cluster.add(Noting())
    cluster.stop("noting")
    cluster.apply(WEB)
    cluster.run()
    assert cluster.view.get("ConfigMap", "default", "seen-web") is None
    cluster.start("noting")
    cluster.run()
    assert cluster.view.get("ConfigMap", "default", "seen-web") is not None


def test_what_cannot_be_a_component_is_told_what_it_lacks():
    cluster = Cluster()
    with pytest.raises(UsageError, match="object cannot be a component: it has no name and no watches and no enqueue"):
        cluster.add(object())
    with pytest.raises(UsageError, match=r"Noting is a class, not a component: write Noting\(\)"):
        cluster.add(Noting)


def test_requests_of_ones_own_are_refused_in_the_servers_words():
    cluster = running()
    with pytest.raises(StatusError, match=r'deployments\.apps "nowhere" not found'):
        cluster.delete("deployment/nowhere")
    with pytest.raises(UsageError, match="names no object"):
        cluster.delete("nonsense/web")


def test_deleting_a_deployment_takes_its_pods_with_it():
    cluster = running()
    cluster.delete("deployment/web")
    cluster.run()
    assert pods(cluster) == []
    assert cluster.view.list("ReplicaSet") == []


def test_observers_are_told_of_every_change():
    cluster = running()
    told = []
    cluster.observers.append(lambda: told.append(cluster.cursor))
    cluster.back()
    cluster.step()
    cluster.apply("config x a=1")
    assert len(told) == 3


def test_a_step_where_nothing_can_happen_leaves_the_clock_alone():
    cluster = running()
    while cluster.step() is not None:
        pass
    before = cluster.now
    assert cluster.step() is None
    assert cluster.now == before


@pytest.mark.parametrize("program", sorted((Path(__file__).parents[2] / "grammar" / "examples").glob("*.kube")))
def test_every_example_program_is_accepted_and_settles(program):
    cluster = Cluster()
    cluster.apply(program.read_text(), source=program.name)
    assert cluster.run().ended == "settled"


def test_a_program_may_speak_of_what_the_cluster_has_already() -> None:
    cluster = Cluster()
    cluster.apply("deployment web nginx { label tier=front\n port 8080 }\nsecret login user=me")
    applied = cluster.apply("service shop -> deployment web\npod p nginx { env A from secret login.user }")
    assert applied.warnings == ()
    service = cluster.view.get("Service", "default", "shop")
    deployment = cluster.view.get("Deployment", "default", "web")
    assert service.spec.selector == deployment.spec.selector.match_labels
    assert [port.port for port in service.spec.ports] == [8080]
    assert len(cluster.apply("pod q nginx { env A from secret logn.user }").warnings) == 1


def test_a_request_can_be_tried_before_it_is_made():
    cluster = running()
    before = cluster.state
    scale = Patch(
        target=ObjectKey("Deployment", "default", "web"),
        type="merge",
        body=FrozenMap(spec=FrozenMap(replicas=5)),
        reason="Patched",
        message="You patched Deployment web.",
    )
    tried = cluster.request(scale, dry_run=True)
    assert tried is not None
    assert (tried.before.spec.replicas, tried.after.spec.replicas) == (2, 5)
    assert cluster.state is before
    made = cluster.request(scale)
    assert made is not None
    assert made.after == tried.after
    assert cluster.request(scale, dry_run=True) is None, "asking for what is so already comes to nothing"
    with pytest.raises(StatusError, match="not found"):
        cluster.request(evolve(scale, target=ObjectKey("Deployment", "default", "ghost")), dry_run=True)


def test_load_that_comes_in_makes_an_autoscaler_add_pods_and_its_end_take_them_away():
    cluster = Cluster()
    cluster.apply(
        """
        deployment web nginx request cpu 200m
        horizontalpodautoscaler web {
          .spec.scaleTargetRef.kind = Deployment
          .spec.scaleTargetRef.apiVersion = apps/v1
          .spec.scaleTargetRef.name = web
          .spec.maxReplicas = 8
        }
        """
    )
    cluster.run()
    cluster.load("deployment/web", "900m")
    cluster.run()
    assert cluster.view.get("Deployment", "default", "web").spec.replicas == 6
    cluster.load("deployment/web", "0")
    assert cluster.run().seconds >= 300
    assert cluster.view.get("Deployment", "default", "web").spec.replicas == 1
    with pytest.raises(UsageError, match="is no amount of CPU"):
        cluster.load("deployment/web", "lots")
