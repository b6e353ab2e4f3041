"""`kubectl get`: columns, STATUS, ages, and what is said when there is nothing."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from kubelab.api.batch import CronJob, CronJobSpec, Job, JobCondition, JobSpec, JobStatus
from kubelab.api.core.config import ConfigMap
from kubelab.api.core.container import Container
from kubelab.api.core.container_status import (
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
)
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.core.pod_status import PodCondition, PodStatus
from kubelab.api.core.service import LoadBalancerIngress, LoadBalancerStatus, Service, ServicePort, ServiceSpec
from kubelab.api.core.storage import PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeClaimStatus
from kubelab.api.manifest import load
from kubelab.api.meta import ObjectMeta
from kubelab.api.networking import Ingress, IngressRule, IngressSpec, IngressTLS
from kubelab.api.scalars import FrozenMap, Quantity, Time
from kubelab.api.scheme import KINDS
from kubelab.errors import StatusError, UsageError
from kubelab.sim.state import EPOCH
from kubelab.state.requests import EventNote
from kubelab.state.snapshot import ObjectKey, Snapshot, View
from kubelab.state.store import put, record
from kubelab.views.printers import PRINTERS, printer_of
from kubelab.views.printers.pod import summary
from kubelab.views.tables import table

START = EPOCH // 1_000_000


def view_of(*objects: Any, after: int = 5) -> View:
    snapshot = Snapshot()
    for obj in objects:
        meta = attrs.evolve(obj.metadata, creation_timestamp=obj.metadata.creation_timestamp or Time(START))
        snapshot, _ = put(snapshot, attrs.evolve(obj, metadata=meta))
    return View(snapshot, EPOCH + after * 1_000_000)


def waiting(reason: str) -> ContainerState:
    return ContainerState(waiting=ContainerStateWaiting(reason=reason))


def ended(code: int, reason: str = "", signal: int = 0, at: int | None = None) -> ContainerState:
    finished = Time(at) if at is not None else None
    return ContainerState(
        terminated=ContainerStateTerminated(exit_code=code, reason=reason, signal=signal, finished_at=finished)
    )


RUNNING = ContainerState(running=ContainerStateRunning(started_at=Time(START)))


def pod(
    *states: tuple[ContainerState, bool],
    phase: str = "Running",
    init: tuple[ContainerState, ...] = (),
    sidecar: bool = False,
    pod_ready: bool = False,
    initialized: bool = False,
    **status: Any,
) -> Pod:
    names = [f"c{n}" for n in range(len(states))]
    inits = [f"i{n}" for n in range(len(init))]
    conditions = (
        PodCondition(type="Ready", status="True" if pod_ready else "False"),
        PodCondition(type="Initialized", status="True" if initialized else "False"),
    )
    return Pod(
        metadata=ObjectMeta(name="web", namespace="default"),
        spec=PodSpec(
            containers=tuple(Container(name=name, image="nginx") for name in names or ["c0"]),
            init_containers=tuple(
                Container(name=name, image="init", restart_policy="Always" if sidecar else None) for name in inits
            ),
        ),
        status=PodStatus(
            phase=phase,
            conditions=conditions,
            container_statuses=tuple(
                ContainerStatus(name=name, state=state, ready=ready)
                for name, (state, ready) in zip(names, states, strict=True)
            ),
            init_container_statuses=tuple(
                ContainerStatus(name=name, state=state, ready=sidecar, started=True if sidecar else None)
                for name, state in zip(inits, init, strict=True)
            ),
            **status,
        ),
    )


@pytest.mark.parametrize(
    ("obj", "status", "ready"),
    [
        (pod(phase="Pending"), "Pending", "0/1"),
        (pod((waiting("ContainerCreating"), False), phase="Pending"), "ContainerCreating", "0/1"),
        (pod((waiting("ImagePullBackOff"), False), phase="Pending"), "ImagePullBackOff", "0/1"),
        (pod((RUNNING, True), pod_ready=True), "Running", "1/1"),
        (pod((RUNNING, False)), "Running", "0/1"),
        (pod((RUNNING, True), (waiting("CrashLoopBackOff"), False)), "CrashLoopBackOff", "1/2"),
        (pod((ended(0, "Completed"), False), phase="Succeeded"), "Completed", "0/1"),
        (pod((ended(1, "Error"), False), phase="Failed"), "Error", "0/1"),
        (pod((ended(3), False), phase="Failed"), "ExitCode:3", "0/1"),
        (pod((ended(137, signal=9), False), phase="Failed"), "Signal:9", "0/1"),
        (pod((ended(0, "Completed"), False), (RUNNING, True), pod_ready=True), "Running", "1/2"),
        (pod((ended(0, "Completed"), False), (RUNNING, True)), "NotReady", "1/2"),
        (pod((ended(0, "Completed"), False), (ended(2, "Error"), False)), "Error", "0/2"),
        (pod(phase="Failed", reason="Evicted"), "Evicted", "0/1"),
        (pod(phase="Pending", init=(RUNNING, waiting("PodInitializing"))), "Init:0/2", "0/1"),
        (pod(phase="Pending", init=(ended(0, "Completed"), RUNNING)), "Init:1/2", "0/1"),
        (pod(phase="Pending", init=(ended(1, "Error"),)), "Init:Error", "0/1"),
        (pod(phase="Pending", init=(ended(7),)), "Init:ExitCode:7", "0/1"),
        (pod(phase="Pending", init=(waiting("CrashLoopBackOff"),)), "Init:CrashLoopBackOff", "0/1"),
        (pod((RUNNING, True), init=(RUNNING,), sidecar=True, pod_ready=True), "Running", "2/2"),
    ],
)
def test_the_status_of_a_pod(obj: Pod, status: str, ready: str) -> None:
    said = summary(obj)
    assert (said.status, f"{said.ready}/{said.total}") == (status, ready)


def test_a_pod_on_its_way_out_is_terminating_until_it_has_ended() -> None:
    def leaving(obj: Pod) -> Pod:
        return attrs.evolve(obj, metadata=attrs.evolve(obj.metadata, deletion_timestamp=Time(START)))

    assert summary(leaving(pod((RUNNING, True)))).status == "Terminating"
    assert summary(leaving(pod((ended(0, "Completed"), False), phase="Succeeded"))).status == "Completed"
    assert summary(leaving(pod((RUNNING, True), reason="NodeLost"))).status == "Unknown"


def test_restarts_say_how_long_ago_the_last_one_was() -> None:
    status = ContainerStatus(name="c0", state=RUNNING, ready=True, restart_count=3, last_state=ended(1, at=START + 60))
    obj = pod((RUNNING, True))
    obj = attrs.evolve(obj, status=attrs.evolve(obj.status, container_statuses=(status,)))
    assert table(view_of(obj, after=90), "pods") == (
        "NAME   READY   STATUS    RESTARTS      AGE\nweb    1/1     Running   3 (30s ago)   90s"
    )


def test_wide_adds_columns() -> None:
    assert table(view_of(pod((RUNNING, True))), "po", "wide") == (
        "NAME   READY   STATUS    RESTARTS   AGE   IP       NODE     NOMINATED NODE   READINESS GATES\n"
        "web    1/1     Running   0          5s    <none>   <none>   <none>           <none>"
    )


def service(**spec: Any) -> Service:
    ports = (ServicePort(port=80, protocol="TCP"),)
    return Service(metadata=ObjectMeta(name="web", namespace="default"), spec=ServiceSpec(ports=ports, **spec))


@pytest.mark.parametrize(
    ("obj", "line"),
    [
        (service(type="ClusterIP", cluster_ips=("10.96.0.1",)), "web ClusterIP 10.96.0.1 <none> 80/TCP 5s <none>"),
        (service(type="ClusterIP", cluster_ips=("None",)), "web ClusterIP None <none> 80/TCP 5s <none>"),
        (
            service(type="LoadBalancer", cluster_ips=("10.96.0.1",), selector=FrozenMap({"b": "2", "a": "1"})),
            "web LoadBalancer 10.96.0.1 <pending> 80/TCP 5s a=1,b=2",
        ),
        (
            service(type="ExternalName", external_name="foo.bar.example.com"),
            "web ExternalName <none> foo.bar.example.com 80/TCP 5s <none>",
        ),
    ],
)
def test_services(obj: Service, line: str) -> None:
    assert table(view_of(obj), "svc", "wide").splitlines()[1].split() == line.split()


def test_a_node_port_stands_behind_its_port() -> None:
    ports = (ServicePort(port=80, protocol="TCP", node_port=30080), ServicePort(port=53, protocol="UDP"))
    obj = attrs.evolve(service(type="NodePort"), spec=ServiceSpec(type="NodePort", ports=ports))
    assert "80:30080/TCP,53/UDP" in table(view_of(obj), "services")


def test_addresses_of_a_load_balancer_are_clipped() -> None:
    found = tuple(LoadBalancerIngress(hostname=f"lb-{n}.example.com") for n in (2, 1))
    obj = service(type="LoadBalancer", cluster_ips=("10.96.0.1",))
    obj = attrs.evolve(obj, status=attrs.evolve(obj.status, load_balancer=LoadBalancerStatus(ingress=found)))
    assert "   lb-1.example....   " in table(view_of(obj), "svc")


def test_ingress() -> None:
    rules = tuple(IngressRule(host=f"{n}.example.com") for n in "abcde")
    spec = IngressSpec(ingress_class_name="nginx", rules=rules, tls=(IngressTLS(),))
    shown = table(view_of(Ingress(metadata=ObjectMeta(name="shop", namespace="default"), spec=spec)), "ing")
    assert shown.splitlines()[1].split("   ")[0:3] == [
        "shop",
        "nginx",
        "a.example.com,b.example.com,c.example.com + 2 more...",
    ]
    assert "80, 443" in shown


def test_a_job_says_how_far_it_is() -> None:
    meta = ObjectMeta(name="once", namespace="default")
    begun = JobStatus(start_time=Time(START), succeeded=1)
    done = attrs.evolve(
        begun, completion_time=Time(START + 3), conditions=(JobCondition(type="Complete", status="True"),)
    )
    lines = [
        table(view_of(Job(metadata=meta, spec=JobSpec(completions=2), status=status), after=9), "jobs").splitlines()[1]
        for status in (begun, done)
    ]
    assert [line.split() for line in lines] == [
        ["once", "Running", "1/2", "9s", "9s"],
        ["once", "Complete", "1/2", "3s", "9s"],
    ]


def test_a_cron_job_that_was_never_suspended() -> None:
    spec = CronJobSpec(schedule="*/5 * * * *", suspend=False)
    shown = table(view_of(CronJob(metadata=ObjectMeta(name="tick", namespace="default"), spec=spec)), "cj")
    assert shown == (
        "NAME   SCHEDULE      TIMEZONE   SUSPEND   ACTIVE   LAST SCHEDULE   AGE\n"
        "tick   */5 * * * *   <none>     False     0        <none>          5s"
    )


def test_a_claim_shows_its_size_once_it_is_bound() -> None:
    meta = ObjectMeta(name="data", namespace="default")
    status = PersistentVolumeClaimStatus(
        phase="Bound", capacity=FrozenMap({"storage": Quantity("1Gi")}), access_modes=("ReadWriteOnce",)
    )
    spec = PersistentVolumeClaimSpec(volume_name="pv-1", storage_class_name="fast", volume_mode="Filesystem")
    bound = PersistentVolumeClaim(metadata=meta, spec=spec, status=status)
    assert table(view_of(bound), "pvc").splitlines()[1].split() == [
        "data",
        "Bound",
        "pv-1",
        "1Gi",
        "RWO",
        "fast",
        "<unset>",
        "5s",
    ]
    free = attrs.evolve(
        bound, spec=attrs.evolve(spec, volume_name=""), status=PersistentVolumeClaimStatus(phase="Pending")
    )
    assert table(view_of(free), "pvc").splitlines()[1].split() == ["data", "Pending", "fast", "<unset>", "5s"]


def test_events_are_listed_with_what_they_are_about() -> None:
    view = view_of(pod((RUNNING, True)))
    note = EventNote(ObjectKey("Pod", "default", "web"), "Scheduled", "Successfully assigned default/web to worker-1")
    snapshot = record(view.snapshot, note, "default-scheduler", EPOCH + 2_000_000)
    snapshot = record(snapshot, note, "default-scheduler", EPOCH + 4_000_000)
    shown = table(View(snapshot, view.now), "events")
    assert shown == (
        "LAST SEEN   TYPE     REASON      OBJECT    MESSAGE\n"
        "1s          Normal   Scheduled   pod/web   Successfully assigned default/web to worker-1"
    )
    wide = table(View(snapshot, view.now), "ev", "wide").splitlines()
    headings = [
        "LAST SEEN",
        "TYPE",
        "REASON",
        "OBJECT",
        "SUBOBJECT",
        "SOURCE",
        "MESSAGE",
        "FIRST SEEN",
        "COUNT",
        "NAME",
    ]
    starts = [wide[0].index(f" {heading} ") + 1 if n else 0 for n, heading in enumerate(headings[:-1])]
    assert starts == sorted(starts)
    cells = [wide[1][begin:end].strip() for begin, end in zip(starts, [*starts[1:], None], strict=True)]
    assert cells[3:6] == ["pod/web", "", "default-scheduler"] and cells[7:9][0] == "3s"


def test_several_kinds_have_a_table_each_and_names_with_their_kind(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    world.app("web", 1)
    parts = table(world.view, "all").split("\n\n")
    assert [part.splitlines()[1].split()[0].rpartition("/")[0] for part in parts] == [
        "pod",
        "service",
        "deployment.apps",
        "replicaset.apps",
    ]
    assert table(world.view, "deploy,rs").count("\n\n") == 1


def test_the_column_namespace_is_there_when_it_tells_something(make_world: Callable[..., Any]) -> None:
    world = make_world(1)
    world.app("web", 1)
    assert table(world.view, "pods").startswith("NAME ")
    world.namespace("shop")
    world.app("api", 1, namespace="shop")
    assert table(world.view, "pods").startswith("NAMESPACE   NAME ")
    assert table(world.view, "pods", namespace="shop").startswith("NAME ")


def test_one_object_by_its_name() -> None:
    view = view_of(ConfigMap(metadata=ObjectMeta(name="settings", namespace="default"), data=FrozenMap({"a": "b"})))
    assert (
        table(view, "cm/settings")
        == table(view, "configmaps settings")
        == "NAME       DATA   AGE\nsettings   1      5s"
    )
    with pytest.raises(StatusError, match='configmaps "other" not found'):
        table(view, "cm/other")


def test_other_outputs() -> None:
    view = view_of(ConfigMap(metadata=ObjectMeta(name="settings", namespace="default"), data=FrozenMap({"a": "b"})))
    assert table(view, "cm", "name") == "configmap/settings"
    for output in ("yaml", "json"):
        assert [obj.metadata.name for obj in load(table(view, "cm", output))] == ["settings"]
    with pytest.raises(UsageError, match="an output is one of"):
        table(view, "cm", "xml")


def test_nothing_and_nobody() -> None:
    assert table(view_of(), "pods") == "No resources found"
    assert table(view_of(), "pods", namespace="dev") == "No resources found in dev namespace."
    with pytest.raises(UsageError, match='the server doesn\'t have a resource type "foos"'):
        table(view_of(), "foos")


@pytest.mark.parametrize("kind", [kind.kind for kind in KINDS if kind.listed])
def test_every_kind_can_be_printed(kind: str) -> None:
    found = next(k for k in KINDS if k.kind == kind)
    meta = ObjectMeta(name="thing", namespace="default" if found.namespaced else "")
    shown = table(view_of(found.model(metadata=meta)), found.plural, "wide").splitlines()
    assert len(shown) == 2 and "thing" in shown[1]
    printer = printer_of(kind)
    assert len(printer.headings(True)) == len(printer.cells(found.model(metadata=meta), EPOCH, True))


def test_every_printer_is_of_a_kind() -> None:
    assert set(PRINTERS) <= {kind.kind for kind in KINDS}
