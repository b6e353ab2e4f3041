"""What a real control plane was told, told to ours: kubectl's commands as requests, and what a watcher would have seen.

The files in `data` are parts of recordings of Kubernetes 1.36 (its API server, controllers and scheduler; kubelets
simulated). What differs from run to run is replaced in both: hashes, generated suffixes, addresses, times.
"""

import difflib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from kubelab import Cluster
from kubelab.api.manifest import from_manifest, load, to_manifest
from kubelab.api.scheme import by_kind
from kubelab.errors import KubelabError, StatusError
from kubelab.state.requests import Apply, Create, Delete, Update
from kubelab.state.snapshot import ObjectKey

DATA = Path(__file__).parent / "data"

WATCHED = frozenset(
    {
        *("Pod", "Service", "ReplicationController", "Namespace", "Node", "PersistentVolumeClaim"),
        *("Deployment", "ReplicaSet", "EndpointSlice", "StatefulSet", "DaemonSet", "Job"),
    }
)
FINAL = (
    *("Pod", "Service", "Secret", "ConfigMap", "ReplicationController", "Namespace"),
    *("PersistentVolumeClaim", "PersistentVolume", "ServiceAccount", "ResourceQuota", "LimitRange"),
    *("Deployment", "ReplicaSet", "EndpointSlice", "Ingress", "StatefulSet", "DaemonSet", "Job", "CronJob"),
)

# Told to a Deployment but never taken over from the revision that is rolled back to.
ROLLBACK_KEEPS = {
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
}


# kubectl, as far as the scenarios use it


def merged(old: Any, patch: Any) -> Any:
    """A JSON merge patch applied; containers and taints are lists that it replaces."""
    if not isinstance(patch, Mapping) or not isinstance(old, Mapping):
        return patch
    result = dict(old)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key, {}), value) if isinstance(value, Mapping) else value
    return result


class Kubectl:
    """kubectl's commands as requests to a cluster; after each the cluster settles, as the recorder waited for it."""

    def __init__(self, nodes: Iterable[Mapping[str, Any]]) -> None:
        self.cluster = Cluster(nodes=[from_manifest(node_manifest(node)) for node in nodes])
        self.errors: list[str] = []

    def observed(self) -> dict[str, Any]:
        """What a watcher saw from the first step to the last."""
        return observed(self.cluster)

    def _settled(self) -> None:
        assert self.cluster.run(limit=20_000).ended == "settled"

    def _ask(self, request: Any, form: str = "") -> None:
        try:
            self.cluster.request(request)
        except StatusError as refusal:
            self.errors.append(plain(form.format(refusal.message) if form else worded(refusal)))
        self._settled()

    def _create(self, manifest: Mapping[str, Any], form: str = "") -> None:
        self._ask(Create(object=from_manifest(manifest)), form)

    def _change(self, kind: str, name: str, change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
        live = self.live(kind, name)
        self._ask(Update(object=from_manifest(change(to_manifest(live)))))

    def live(self, kind: str, name: str) -> Any:
        """An object as it is; in the namespace default if its kind has namespaces."""
        found = self.cluster.view.get(kind, "default" if by_kind(kind).namespaced else "", name)
        assert found is not None
        return found

    def apply(self, text: str) -> None:
        """``kubectl apply -f -``."""
        try:
            objects = load(dedent(text))
        except KubelabError as mistake:
            self.errors.append(str(mistake))
            return
        for obj in objects:
            try:
                self.cluster.request(Apply(object=obj, manager="kubectl-client-side-apply"))
            except StatusError as refusal:
                self.errors.append(plain(worded(refusal)))
        self._settled()

    def create_deployment(
        self, name: str, image: str, replicas: int = 1, port: int | None = None, namespace: str = "default"
    ) -> None:
        """``kubectl create deployment``."""
        container: dict[str, Any] = {"name": re.split(r"[:@]", image.rpartition("/")[2])[0], "image": image}
        if port is not None:
            container["ports"] = [{"containerPort": port}]
        labels = {"app": name}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
        spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
        meta = {"name": name, "namespace": namespace, "labels": labels}
        manifest = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}
        self._create(manifest, "error: failed to create deployment: {}")

    def expose(self, name: str, port: int, target_port: int) -> None:
        """``kubectl expose deployment``."""
        deployment = to_manifest(self.live("Deployment", name))
        ports = [{"port": port, "protocol": "TCP", "targetPort": target_port}]
        spec = {"selector": deployment["spec"]["selector"]["matchLabels"], "ports": ports}
        meta = {"name": name, "labels": deployment["metadata"]["labels"]}
        self._create({"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec})

    def create_service(self, kind: str, name: str, tcp: str = "", **fields: Any) -> None:
        """``kubectl create service clusterip|nodeport|loadbalancer|externalname``."""
        spec: dict[str, Any] = {"type": kind, "selector": {"app": name}}
        if tcp:
            port, target = (int(part) for part in tcp.split(":"))
            node_port = {"nodePort": fields.pop("nodePort")} if "nodePort" in fields else {}
            spec["ports"] = [
                {"name": tcp.replace(":", "-"), "port": port, "protocol": "TCP", "targetPort": target} | node_port
            ]
        meta = {"name": name, "labels": {"app": name}}
        manifest = {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec | fields}
        self._create(manifest, f"error: failed to create {kind} service: {{}}")

    def create_cronjob(self, name: str, image: str, schedule: str) -> None:
        """``kubectl create cronjob``."""
        pod = {"containers": [{"name": name, "image": image}], "restartPolicy": "OnFailure"}
        template = {"metadata": {"name": name}, "spec": {"template": {"spec": pod}}}
        spec = {"schedule": schedule, "jobTemplate": template}
        manifest = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": spec}
        self._create(manifest, "error: failed to create cronjob: {}")

    def create_job_from(self, name: str, cron_job: str) -> None:
        """``kubectl create job --from=cronjob/NAME``."""
        owner = to_manifest(self.live("CronJob", cron_job))
        reference = {"apiVersion": "batch/v1", "kind": "CronJob", "name": cron_job, "uid": owner["metadata"]["uid"]}
        marks = {"cronjob.kubernetes.io/instantiate": "manual"}
        meta = {"name": name, "annotations": marks, "ownerReferences": [reference | {"controller": True}]}
        spec = owner["spec"]["jobTemplate"]["spec"]
        self._create({"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": spec})

    def create_namespace(self, name: str) -> None:
        """``kubectl create namespace``."""
        self._create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def create_configmap(self, name: str, data: Mapping[str, str], namespace: str = "default") -> None:
        """``kubectl create configmap --from-literal``."""
        meta = {"name": name, "namespace": namespace}
        self._create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": dict(data)})

    def run(self, name: str, image: str, labels: Mapping[str, str] | None = None, **container: Any) -> None:
        """``kubectl run``."""
        meta = {"name": name, "labels": dict(labels or {"run": name})}
        spec = {"containers": [{"name": name, "image": image, "resources": {}} | container]}
        spec |= {"restartPolicy": "Always", "dnsPolicy": "ClusterFirst"}
        self._create({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})

    def patch(self, kind: str, name: str, patch: Mapping[str, Any]) -> None:
        """``kubectl patch``, ``label``, ``annotate``, ``cordon``, ``taint``, ``rollout pause``: some fields anew."""
        self._change(kind, name, lambda manifest: merged(manifest, patch))

    def set_image(self, name: str, image: str) -> None:
        """``kubectl set image deployment/NAME CONTAINER=IMAGE``, for its only container."""

        def changed(manifest: dict[str, Any]) -> dict[str, Any]:
            manifest["spec"]["template"]["spec"]["containers"][0]["image"] = image
            return manifest

        self._change("Deployment", name, changed)

    def undo(self, name: str) -> None:
        """``kubectl rollout undo``: the template and the annotations of the revision before."""

        def revision(replica_set: Any) -> int:
            return int(replica_set.metadata.annotations["deployment.kubernetes.io/revision"])

        before = to_manifest(sorted(self.cluster.view.list("ReplicaSet", "default"), key=revision)[-2])

        def changed(manifest: dict[str, Any]) -> dict[str, Any]:
            template = before["spec"]["template"]
            del template["metadata"]["labels"]["pod-template-hash"]
            kept = {k: v for k, v in manifest["metadata"]["annotations"].items() if k in ROLLBACK_KEEPS}
            taken = {k: v for k, v in before["metadata"]["annotations"].items() if k not in ROLLBACK_KEEPS}
            return merged(manifest, {"spec": {"template": None}}) | {
                "metadata": manifest["metadata"] | {"annotations": kept | taken},
                "spec": manifest["spec"] | {"template": template},
            }

        self._change("Deployment", name, changed)

    def replace(self, text: str) -> None:
        """``kubectl replace -f -``."""
        for obj in load(text):
            self._ask(Update(object=from_manifest(merged(to_manifest(obj), {"metadata": {"namespace": "default"}}))))

    def delete(self, kind: str, name: str, grace: int | None = None) -> None:
        """``kubectl delete``; ``--now`` is a grace of one second."""
        key = ObjectKey(kind, "default" if by_kind(kind).namespaced else "", name)
        self._ask(Delete(target=key, grace_seconds=grace, propagation="Background"))


def plain(text: str) -> str:
    """A text with its blanks squeezed, as the recordings have them."""
    return "\n".join(re.sub(r"[ \t]+", " ", line).rstrip() for line in text.split("\n"))


def worded(refusal: StatusError) -> str:
    """What kubectl prints when the API server refuses something (`checkErr` of its `cmd/util`)."""
    if refusal.reason == "Invalid":
        kind, _, name = refusal.message.partition(" is invalid")[0].partition(" ")
        subject = f"{kind.partition('.')[0]} {name}"
        lines = list(dict.fromkeys(f"{cause.field}: {cause.message}" for cause in refusal.causes))
        told = lines[0] if len(lines) == 1 else "".join(f"\n* {line}" for line in lines)
        return f"The {subject} is invalid: {told}"
    return f"Error from server ({refusal.reason}): {refusal.message}"


def node_manifest(node: Mapping[str, Any]) -> dict[str, Any]:
    """The Node that the recorder made for a scenario's node."""
    size = {"cpu": node["cpu"], "memory": node["memory"], "pods": "110", "ephemeral-storage": "100Gi"}
    taints = []
    for taint in node.get("taints", ()):
        said, _, effect = taint.rpartition(":")
        key, _, value = said.partition("=")
        taints.append({"key": key, "value": value, "effect": effect})
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": node["name"], "labels": dict(node.get("labels", {}))},
        "spec": {"taints": taints} if taints else {},
        "status": {"capacity": size, "allocatable": size},
    }


# What a watcher sees


class Names:
    """Replaces what differs from run to run; the hashes are those that the objects' own labels tell."""

    ALPHABET = "bcdfghjklmnpqrstvwxz2456789"

    def __init__(self, objects: Iterable[Any]) -> None:
        found = {obj.metadata.labels.get("pod-template-hash", "") for obj in objects}
        self.hashes = sorted(found - {""}, key=lambda text: (-len(text), text))

    def __call__(self, text: str) -> str:
        sign = f"[{self.ALPHABET}]"
        text = re.sub(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<uid>", text)
        text = re.sub(r"containerd://[0-9a-f]{64}", "containerd://<container>", text)
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<time>", text)
        for each in self.hashes:
            text = re.sub(rf"(?<![a-z0-9]){each}(?![a-z0-9])", "<hash>", text)
        text = re.sub(rf"(<hash>)-{sign}{{5}}\b", r"\1-<id>", text)
        text = re.sub(rf"\b([a-z0-9][-a-z0-9.]*[a-z0-9])-(?!nginx\b){sign}{{5}}\b", r"\1-<id>", text)
        text = re.sub(r"\b10\.(?!96\.77\.)\d{1,3}\.\d{1,3}\.\d{1,3}\b", "<ip>", text)
        image = r"in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes"
        return re.sub(image, "in <dur> (<dur> including waiting). Image size: <n> bytes", text)


def signature(obj: Any) -> list[Any]:
    """The part of an object's state that is compared step by step."""
    status, meta = getattr(obj, "status", None), obj.metadata
    dying = "dying" if meta.deletion_timestamp is not None else ""
    kind = obj.kind
    if kind == "Pod":
        held = status.container_statuses
        waits = {c.state.waiting.reason for c in held if c.state.waiting is not None}
        ends = {c.state.terminated.reason for c in held if c.state.terminated is not None}
        why = ",".join(sorted((waits | ends) - {""}))
        return [status.phase, bool(obj.spec.node_name), sum(c.ready for c in held), why, dying]
    if kind in ("ReplicaSet", "ReplicationController"):
        return [obj.spec.replicas, status.replicas, status.ready_replicas, status.available_replicas, dying]
    if kind == "Deployment":
        counts = [status.updated_replicas, status.ready_replicas, status.available_replicas]
        return [obj.spec.replicas, *counts, status.unavailable_replicas, dying]
    if kind == "StatefulSet":
        counts = [status.current_replicas, status.updated_replicas, status.ready_replicas]
        return [obj.spec.replicas, *counts, dying]
    if kind == "DaemonSet":
        counts = [status.desired_number_scheduled, status.current_number_scheduled]
        return [*counts, status.number_ready, status.updated_number_scheduled, dying]
    if kind == "Job":
        held = sorted(c.type for c in status.conditions if c.status == "True")
        return [status.active, status.succeeded, status.failed, *held, dying]
    if kind == "EndpointSlice":
        return [len(obj.endpoints), sum(bool(e.conditions.ready) for e in obj.endpoints)]
    if kind in ("Namespace", "PersistentVolumeClaim"):
        return [status.phase, dying]
    if kind == "Service":
        return [obj.spec.type, len(obj.spec.ports), dying]
    ready = next((c.status for c in status.conditions if c.type == "Ready"), None)
    return [ready, obj.spec.unschedulable, sorted(f"{t.key}:{t.effect}" for t in obj.spec.taints)]


DROPPED = {"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "selfLink"}


def cleaned(value: Any, names: Callable[[str], str]) -> Any:
    """A manifest without what differs from run to run."""
    if isinstance(value, Mapping):
        return {
            key: cleaned(part, names)
            for key, part in sorted(value.items())
            if key not in DROPPED and not key.endswith(("Time", "Timestamp"))
        }
    if isinstance(value, list | tuple):
        return [cleaned(part, names) for part in value]
    return names(value) if isinstance(value, str) else value


def observed(cluster: Cluster) -> dict[str, Any]:
    """What a watcher saw from the first step to the last, in the form of the recordings."""
    timeline = cluster.timeline
    steps = [t for t in timeline.transitions if t.error is None and t.verb not in ("run", "record", "fault")]
    names = Names(t.after or t.before for t in steps)
    states: dict[str, list[Any]] = {}
    for step in steps:
        if step.key.kind not in WATCHED or step.before is step.after:
            continue
        place = f"{by_kind(step.key.kind).plural}/{step.key.namespace}/{step.key.name}"
        seen = states.setdefault(place, [])
        now = ["DELETED"] if step.after is None else signature(step.after)
        if not seen or seen[-1] != now:
            seen.append(now)
    named: dict[str, list[Any]] = {}
    for place, seen in states.items():
        named.setdefault(names(place), []).append(seen)
    final = []
    for kind in FINAL:
        for obj in cluster.view.list(kind):
            meta = obj.metadata
            if not meta.namespace.startswith("kube-") and meta.name not in ("kubernetes", "kube-root-ca.crt"):
                final.append(cleaned(to_manifest(obj), names))
    return {"events": sorted(events(cluster, names)), "states": named, "final": final}


def events(cluster: Cluster, names: Callable[[str], str]) -> Iterator[list[Any]]:
    """Every Event that was ever there, by what it says last, with the number of Event objects that say so.

    Of the Events of the cluster's start only the registration of the nodes counts: the recorder began to watch
    before the node lifecycle controller, which looks every five seconds, and after everything else.
    """
    timeline = cluster.timeline
    last: dict[str, Any] = {}
    for index in range(len(timeline) + 1):
        snapshot = timeline.state(index).snapshot
        if index and snapshot.events is timeline.state(index - 1).snapshot.events:
            continue
        for about in sorted(snapshot.events):
            for record in snapshot.events[about]:
                if index or record.reason == "RegisteredNode":
                    last[f"{about.full} {record.name}"] = record
    start = {r.name for held in timeline.state(0).snapshot.events.values() for r in held}
    told = Counter(
        (r.regarding.kind, names(r.regarding.name), r.type, r.reason, names(r.message))
        for r in last.values()
        if r.name not in start or r.reason == "RegisteredNode"
    )
    return ([*what, count] for what, count in told.items())


# How near ours is


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a manifest with its path; the place in a list does not count."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, f"{path}[]")
    else:
        yield path, str(value)


def agreement(one: Iterable[Any], other: Iterable[Any]) -> float:
    """How much two collections have in common, from 0 to 1 (the F1 measure)."""
    left, right = Counter(one), Counter(other)
    both, all_ = (left & right).total(), left.total() + right.total()
    return 2 * both / all_ if all_ else 1.0


def fields_of(recording: Mapping[str, Any]) -> Counter[tuple[str, ...]]:
    """Every field of every final object, as (kind, name, path, value)."""
    return Counter(
        (obj["kind"], obj["metadata"]["name"], path, value) for obj in recording["final"] for path, value in leaves(obj)
    )


def events_of(recording: Mapping[str, Any]) -> Counter[tuple[str, ...]]:
    """Every Event, as (kind, name, type, reason, message); which of several equal nodes was chosen is chance."""
    told: Counter[tuple[str, ...]] = Counter()
    for *what, message, count in recording["events"]:
        told[(*what, re.sub(r"^(Successfully assigned \S+ to) .*", r"\1 <node>", message))] += count
    return told


def closeness(recorded: Mapping[str, Any], ours: Mapping[str, Any]) -> float:
    """How alike the sequences of states are, from 0 to 1."""
    ratios = []
    for place, sequences in recorded["states"].items():
        held = ours["states"].get(place, [])
        for number, sequence in enumerate(sequences):
            mine = held[number] if number < len(held) else []
            texts = [str(state) for state in sequence], [str(state) for state in mine]
            ratios.append(difflib.SequenceMatcher(None, *texts, autojunk=False).ratio())
    return sum(ratios) / len(ratios) if ratios else 1.0


def scores(recorded: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, float]:
    """How near ours is to what was recorded, each from 0 to 1."""
    return {
        "events": agreement(events_of(recorded).elements(), events_of(ours).elements()),
        "objects": agreement(fields_of(recorded).elements(), fields_of(ours).elements()),
        "states": closeness(recorded, ours),
    }


class Measured:
    """How near ours is, for the tests."""

    events = staticmethod(events_of)
    fields = staticmethod(fields_of)
    scores = staticmethod(scores)


@pytest.fixture(scope="session")
def measured() -> type[Measured]:
    return Measured


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture(scope="session")
def recording() -> Callable[[str], dict[str, Any]]:
    """Reads a recording by its name; its hashes and suffixes were replaced when it was made."""

    def read(name: str) -> dict[str, Any]:
        held = json.loads((DATA / f"{name}.json").read_text())
        held["final"] = [cleaned(obj, Names(())) for obj in held["final"]]
        return held

    return read


@pytest.fixture(scope="session")
def kubectl_in_process() -> type[Kubectl]:
    return Kubectl
