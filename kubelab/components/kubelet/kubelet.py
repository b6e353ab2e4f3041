"""kubelet: runs the Pods that are bound to its node, and reports how they are.

- **Desired:** every Pod bound to the node runs there as its spec says; what was deleted is gone.
- **Actual:** the sandboxes and containers on the machine, as the container runtime tells.
- **Action:** make sandboxes, pull images, start, restart and stop containers; write the status of the Pods and of the
  node.

A Pod takes this way: it is taken note of (Pending, ContainerCreating); its sandbox gets an address while its first
image is pulled; each container is started; it is reported as Running, and as ready when its probes say so. A Pod that
is deleted is asked to stop, reported once more with how its containers ended, and then removed from the API server.

**In Kubernetes:** kubelet (`pkg/kubelet`): `HandlePodAdditions`, `SyncPod`, `SyncTerminatingPod`, `SyncTerminatedPod`.

**Simplified:** nothing is evicted for lack of resources, no Pod is static; a status is not written for the sole reason
that the sandbox is ready, while its containers are still being created. See the other modules for more.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from kubelab.api.core.node import Node
from kubelab.api.core.pod import PodStatus
from kubelab.api.model import evolve
from kubelab.components.kubelet.actions import Actions, can_go_on, compute_pod_actions
from kubelab.components.kubelet.admission import rejection
from kubelab.components.kubelet.keyring import missing_secrets
from kubelab.components.kubelet.node_status import node_ipv4_range, sync_node
from kubelab.components.kubelet.pod_context import PodContext
from kubelab.components.kubelet.pod_status import CREATING, ENDED, INITIALIZING, describe, generate_pod_status, headline
from kubelab.components.kubelet.pulling import first_pull
from kubelab.components.kubelet.recording import record_once
from kubelab.components.kubelet.remounting import remount
from kubelab.components.kubelet.runtime import (
    RemovePodSandbox,
    RunPodSandbox,
    StartContainer,
    StopPodSandbox,
    WriteVolumes,
)
from kubelab.components.kubelet.stopping import stop_containers
from kubelab.components.kubelet.volumes import Files, made_volumes, next_mount
from kubelab.state.attachments import unattached
from kubelab.state.component import Wanted
from kubelab.state.machine import Machine, Sandbox
from kubelab.state.requests import Delete, EventNote, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View, key_of

NO_EVENTS: Mapping[str, tuple[EventNote, ...]] = {}
NETWORK_NOT_READY = (
    "network is not ready: container runtime network not ready: NetworkReady=false "
    "reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"
)


class Kubelet:
    """kubelet: one on every node."""

    name: ClassVar[str] = "kubelet"
    watches: ClassVar[tuple[str, ...]] = ("Pod", "Node", "ConfigMap", "Secret", "Lease", "VolumeAttachment")

    def enqueue_on(self, change: Change) -> Iterable[tuple[str, ObjectKey]]:
        """A Pod concerns the kubelet of its node; a ConfigMap or Secret those whose Pods refer to it."""
        key, before, after = change.key, change.before, change.after
        if key.kind == "Pod":
            node = (after or before).spec.node_name  # type: ignore[union-attr]
            if node:
                yield node, key
        elif key.kind == "Node":
            yield key.name, key
            if after is not None and before is not None and _addresses_differ(before, after):
                yield from ((key.name, key_of(pod)) for pod in change.view.pods_on(key.name))
        elif key.kind == "Lease":
            if key.namespace == "kube-node-lease" and after is None:
                yield key.name, ObjectKey("Node", "", key.name)
        elif key.kind == "VolumeAttachment":
            if after is not None and after.status.attached:
                yield from ((after.spec.node_name, key_of(pod)) for pod in change.view.pods_on(after.spec.node_name))
        elif before is not after:
            for pod in change.view.readers(key.kind, key.namespace, key.name):
                if pod.spec.node_name and pod.status.phase not in ENDED:
                    yield pod.spec.node_name, key_of(pod)

    def reconcile_on(self, view: View, node: str, key: ObjectKey) -> Wanted:
        """Bring one Pod (or the Node itself) on the machine nearer to what is asked."""
        machine, own = view.machine(node), view.get("Node", "", node)
        if machine is None or not machine.powered:
            return ()
        if key.kind == "Node":
            return sync_node(view, machine) if own is not None else ()
        if machine.runtime_down:
            return ()
        pod = view.find(key)
        if pod is None or pod.spec.node_name != node:
            return clean_up_orphans(machine, key)
        if own is None:
            return ()
        ctx = PodContext(view, pod, key, own, machine, machine.sandboxes.get(pod.metadata.uid))
        if ctx.sandbox is None and (orphans := clean_up_orphans(machine, key)):
            return orphans
        if pod.metadata.deletion_timestamp is not None:
            return sync_terminating_pod(ctx)
        if pod.status.phase in ENDED:
            return sync_terminated_pod(ctx)
        return sync_pod(ctx)


def _addresses_differ(before: Node, after: Node) -> bool:
    """Whether a Node has got other addresses, or another range for its Pods, which its Pods report or wait for."""
    return before.spec.pod_cidr != after.spec.pod_cidr or before.status.addresses != after.status.addresses


def sync_pod(ctx: PodContext) -> Wanted:
    """A Pod that is to run (``SyncPod``)."""
    if ctx.sandbox is None or (ctx.sandbox.started_at < ctx.machine.booted_at and can_go_on(ctx)):
        return start_pod(ctx, ctx.sandbox)
    if (deadline := active_deadline(ctx)) is not None and ctx.now >= deadline:
        return deadline_exceeded(ctx)
    actions = compute_pod_actions(ctx)
    remounts = remount(ctx, starting=isinstance(actions.request, StartContainer))
    if any(isinstance(each, WriteVolumes) for each in remounts):
        return remounts
    reports: Wanted = ()
    if (actions.request is None and not _still_creating(ctx, actions)) or unreported_end(ctx):
        reports = report(ctx, generate_pod_status(ctx, actions.waiting), actions.events)
    return (*reports, *_act(actions), *unhealthy(ctx), *remounts, *_later(ctx, actions, deadline))


def _act(actions: Actions) -> Wanted:
    return () if actions.request is None else (actions.request,)


def _later(ctx: PodContext, actions: Actions, deadline: int | None) -> Wanted:
    """When to look again by the clock; nothing while there is something to be done right now."""
    if actions.request is not None:
        return ()
    if deadline is not None:
        at = deadline if actions.at is None else min(deadline, actions.at)
        return (Requeue(at=at),)
    return () if actions.at is None else (Requeue(at=actions.at, recurring=actions.recurring),)


def start_pod(ctx: PodContext, old: Sandbox | None) -> Wanted:
    """Take note of a Pod, and make its sandbox as soon as it may run here and its volumes are there."""
    if ctx.pod.status.start_time is None and old is None:
        refused = rejection(ctx)
        if refused is not None:
            return reject_pod(ctx, *refused)
    waiting = INITIALIZING if ctx.pod.spec.init_containers else CREATING
    status = generate_pod_status(ctx, {} if old is None else dict.fromkeys(old.containers, waiting))
    reports = report(ctx, status)
    volumes, missing = made_volumes(ctx)
    errors = [ctx.note("FailedMount", error, "Warning") for error in missing]
    network = "" if ctx.pod.spec.host_network else node_ipv4_range(ctx.node)
    if not network and not ctx.pod.spec.host_network:
        errors = [ctx.note("NetworkNotReady", NETWORK_NOT_READY, "Warning")]
    if errors:
        return (*reports, *record_once(ctx, errors))
    if unattached(ctx.view, ctx.pod):
        return reports
    if (again := next_mount(ctx)) > ctx.now and old is None:
        return (*reports, Requeue(at=again))
    return (*reports, run_pod_sandbox(ctx, network, old, volumes))


def run_pod_sandbox(ctx: PodContext, network: str, old: Sandbox | None, volumes: Files) -> RunPodSandbox:
    """The request for the sandbox; the pull of the first image begins with it."""
    pull = first_pull(ctx)
    events = (*missing_secrets(ctx), *(pull.events if pull is not None else ()))
    if old is not None and ctx.pod.status.container_statuses:
        again = "Pod sandbox changed, it will be killed and re-created."
        events = (ctx.note("SandboxChanged", again), *events)
    pulls = f" and began to pull image {pull.image}" if pull is not None else ""
    return RunPodSandbox(
        node=ctx.machine.name,
        target=ctx.key,
        uid=ctx.pod.metadata.uid,
        network=network,
        pull=pull,
        volumes=volumes,
        reason="SandboxChanged" if old is not None else "Pulling" if pull is not None else "SandboxCreated",
        message=f"{ctx.where} made the sandbox of {ctx.name}{pulls}.",
        events=events,
    )


def report(ctx: PodContext, status: PodStatus, events: Mapping[str, tuple[EventNote, ...]] = NO_EVENTS) -> Wanted:
    """Write the status, where it says something new; the Events of a container come when it waits for a new reason."""
    old = ctx.pod.status
    if status == old:
        return ()
    known, waits = _waiting(old), _waiting(status)
    return (
        Update(
            object=evolve(ctx.pod, status=status),
            subresource="status",
            reason=headline(status),
            message=f"{ctx.where} reported: {ctx.name} {describe(status)}.",
            events=tuple(
                note for name in events if waits.get(name) not in (None, known.get(name)) for note in events[name]
            ),
        ),
    )


def _waiting(status: PodStatus) -> dict[str, str]:
    """Why each container waits that does."""
    statuses = (*status.init_container_statuses, *status.container_statuses)
    return {each.name: each.state.waiting.reason for each in statuses if each.state.waiting is not None}


def _still_creating(ctx: PodContext, actions: Actions) -> bool:
    """Whether there is no news but the Pod's sandbox, while its first container is still being created."""
    status = ctx.pod.status
    return (
        not actions.waiting
        and ctx.sandbox is not None
        and not ctx.sandbox.containers
        and status.phase == "Pending"
        and status.start_time is not None
        and status.observed_generation == ctx.pod.metadata.generation
        and len(status.container_statuses) == len(ctx.pod.spec.containers)
    )


def unreported_end(ctx: PodContext) -> bool:
    """Whether a container has ended and the API server does not know yet."""
    if ctx.sandbox is None:
        return False
    status = ctx.pod.status
    known = {each.name: each for each in (*status.init_container_statuses, *status.container_statuses)}
    for name, process in ctx.sandbox.containers.items():
        if not process.running(ctx.now):
            said = known.get(name)
            if said is None or said.container_id != f"containerd://{process.id}" or said.state.running is not None:
                return True
    return False


def unhealthy(ctx: PodContext) -> Wanted:
    """The Unhealthy Events of probes that have failed."""
    wanted: list[Any] = []
    for container in (*ctx.pod.spec.init_containers, *ctx.pod.spec.containers):
        process = ctx.process(container.name)
        if process is not None and process.running(ctx.now):
            due = [text for at, text in ctx.outlook(container, process).unhealthy if at <= ctx.now]
            notes = [ctx.note("Unhealthy", text, "Warning", container.name) for text in due]
            wanted += record_once(ctx, notes, process.started_at)
    return tuple(wanted)


def reject_pod(ctx: PodContext, reason: str, message: str) -> Wanted:
    """The Pod must not run here: it has failed, for good (``rejectPod``)."""
    status = PodStatus(
        phase="Failed",
        reason=reason,
        message=f"Pod was rejected: {message}",
        qos_class=ctx.pod.status.qos_class,
        conditions=ctx.pod.status.conditions,
        observed_generation=ctx.pod.metadata.generation,
        start_time=ctx.view.time,
    )
    return (
        Update(
            object=evolve(ctx.pod, status=status),
            subresource="status",
            reason=reason,
            message=f"{ctx.where} rejected {ctx.name}: {message}",
            events=(ctx.note(reason, message, "Warning"),),
        ),
    )


def active_deadline(ctx: PodContext) -> int | None:
    """When the Pod has run long enough (``activeDeadlineSeconds``), or None."""
    limit, since = ctx.pod.spec.active_deadline_seconds, ctx.pod.status.start_time
    return None if limit is None or since is None else (since + limit) * SECOND


def deadline_exceeded(ctx: PodContext) -> Wanted:
    """The Pod has failed because it ran for too long."""
    told = "Pod was active on the node longer than the specified deadline"
    status = evolve(generate_pod_status(ctx, {}), phase="Failed", reason="DeadlineExceeded", message=told)
    return (
        Update(
            object=evolve(ctx.pod, status=status),
            subresource="status",
            reason="DeadlineExceeded",
            message=f"{ctx.where} ended {ctx.name}: it was active for longer than its activeDeadlineSeconds.",
            events=(ctx.note("DeadlineExceeded", told),),
        ),
    )


def sync_terminating_pod(ctx: PodContext) -> Wanted:
    """A Pod that was deleted: its containers stop, then it is gone (``SyncTerminatingPod``)."""
    if ctx.sandbox is None:
        return delete_pod(ctx)
    containers = (*ctx.pod.spec.init_containers, *ctx.pod.spec.containers)
    stop = stop_containers(ctx, containers, whole_pod=True)
    if stop is not None:
        return (stop,)
    alive = [process.exits_at for process in ctx.sandbox.containers.values() if process.running(ctx.now)]
    status = generate_pod_status(ctx, {}, ending=True)
    if alive:
        reports = report(ctx, status) if unreported_end(ctx) else ()
        return (*reports, Requeue(at=min(end for end in alive if end is not None)))
    reports = report(ctx, status) if ctx.sandbox.containers else ()
    return (*reports, remove_pod_sandbox(ctx.machine, ctx.sandbox, ctx.key), *delete_pod(ctx))


def delete_pod(ctx: PodContext) -> Wanted:
    """Nothing of the Pod is left on the machine: the API server may forget it."""
    if ctx.pod.metadata.deletion_grace_period_seconds == 0:
        return ()
    return (
        Delete(
            target=ctx.key,
            grace_seconds=0,
            uid=ctx.pod.metadata.uid,
            reason="Deleted",
            message=f"{ctx.where} deleted {ctx.name} for good: nothing of it runs any more.",
        ),
    )


def sync_terminated_pod(ctx: PodContext) -> Wanted:
    """A Pod that has ended: what still runs is stopped, and its address is given back (``SyncTerminatedPod``)."""
    sandbox = ctx.sandbox
    if sandbox is None or sandbox.stopped_at is not None:
        return ()
    containers = (*ctx.pod.spec.init_containers, *ctx.pod.spec.containers)
    stop = stop_containers(ctx, containers, whole_pod=True)
    if stop is not None:
        return (stop,)
    alive = [process.exits_at for process in sandbox.containers.values() if process.running(ctx.now)]
    if alive:
        return (Requeue(at=min(end for end in alive if end is not None)),)
    return (
        *report(ctx, generate_pod_status(ctx, {}, ending=True)),
        StopPodSandbox(
            node=ctx.machine.name,
            target=ctx.key,
            uid=sandbox.uid,
            reason="SandboxStopped",
            message=f"{ctx.where} gave back the address of {ctx.name}, which has ended.",
        ),
    )


def clean_up_orphans(machine: Machine, key: ObjectKey) -> Wanted:
    """Remove what is left on the machine of a Pod of this name that the API server does not know (any more)."""
    left = sorted(
        (sandbox.uid, sandbox)
        for sandbox in machine.sandboxes.values()
        if sandbox.name == key.name and sandbox.namespace == key.namespace
    )
    return tuple(remove_pod_sandbox(machine, sandbox, key) for _, sandbox in left)


def remove_pod_sandbox(machine: Machine, sandbox: Sandbox, key: ObjectKey) -> RemovePodSandbox:
    """The request that removes a Pod from the machine."""
    return RemovePodSandbox(
        node=machine.name,
        target=key,
        uid=sandbox.uid,
        reason="SandboxRemoved",
        message=f"kubelet on {machine.name} removed what was left of {key}.",
    )
