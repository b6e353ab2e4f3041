"""The horizontal Pod autoscaler: changes how many Pods a workload wants, by what they use.

- **Desired:** what the Pods of a workload use on average is near the target, within `minReplicas` and `maxReplicas`.
- **Actual:** what they use (`kubelab.state.metrics`), what they request, and how many are wanted.
- **Action:** writes the wanted number into the target's ``scale``; reports in `status` what was measured, whether it
  can scale, and what limits it.

It looks every fifteen seconds, counted from when it was made, and it takes its time: up at once, down only when five
minutes long nothing higher was recommended.

**In Kubernetes:** kube-controller-manager, `pkg/controller/podautoscaler`.

**Simplified:** between two looks at which nothing has changed it does not look: there would be nothing to see. So it
says once, not every fifteen seconds, that something cannot be measured. That two autoscalers have the same Pods is not
noticed. Nothing is scaled to or from zero.
"""

from collections.abc import Iterable
from typing import ClassVar

import attrs

from kubelab.api.autoscaling import (
    ContainerResourceMetricStatus,
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerCondition,
    MetricSpec,
    MetricStatus,
    ResourceMetricStatus,
)
from kubelab.api.conditions import with_condition
from kubelab.api.core.pod import Pod
from kubelab.api.model import evolve
from kubelab.api.quantity import parse
from kubelab.api.scheme import by_gvk
from kubelab.components.podautoscaler import memory as memories
from kubelab.components.podautoscaler.memory import SYNC_SECONDS, Memory, Note
from kubelab.components.podautoscaler.pace import Pace, longest_period, normalize
from kubelab.components.podautoscaler.proposals import NoProposal, Proposal, Tolerances, propose, usage_or_utilization
from kubelab.components.podautoscaler.target import SCALABLE, is_scalable, pods_of, replicas, with_replicas
from kubelab.state.component import LEARNT, Wanted
from kubelab.state.metrics import LOAD, Metrics
from kubelab.state.pods import is_pod_ready
from kubelab.state.requests import EventNote, Request, Requeue, Update
from kubelab.state.snapshot import SECOND, Change, Object, ObjectKey, View, key_of

Condition = tuple[str, str, str, str]
"""A type, a status, a reason and a message."""


@attrs.define(slots=True)
class Look:
    """What one look has found so far.

    Attributes:
        conditions: the conditions to be set, in order.
        events: the Events to be recorded with the status.
        metrics: what was measured.
        settling: whether some Pods will be measured soon.
    """

    conditions: list[Condition] = attrs.field(factory=list)
    events: list[tuple[str, str, str]] = attrs.field(factory=list)
    metrics: list[MetricStatus] = attrs.field(factory=list)
    settling: bool = False


class HorizontalController:
    """Runs as ``horizontal-pod-autoscaler``; its keys are HorizontalPodAutoscalers."""

    name: ClassVar[str] = "horizontal-pod-autoscaler"
    watches: ClassVar[tuple[str, ...]] = ("HorizontalPodAutoscaler", "Pod", "Service", *SCALABLE, LEARNT)

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """An autoscaler that changed; all of a Namespace where Pods come, go, get ready, or are given more to do."""
        before, after = change.before, change.after
        if change.key.kind == "HorizontalPodAutoscaler":
            if after is not None and (before is None or before.spec != after.spec):
                yield change.key
        elif change.view.count("HorizontalPodAutoscaler", change.key.namespace) and matters(change):
            yield from change.view.keys("HorizontalPodAutoscaler", change.key.namespace)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Look, if it is time to (``reconcileAutoscaler``)."""
        autoscaler: HorizontalPodAutoscaler | None = view.find(key)
        if autoscaler is None:
            return ()
        due = next_look(autoscaler, view.now)
        if due > view.now:
            return (Requeue(at=due),)
        look, held = Look(), memories.read(autoscaler)
        target = find_target(view, autoscaler, look)
        if target is None:
            return report(view, autoscaler, look, held, current=autoscaler.status.current_replicas)
        said = replicas(target)
        current = 1 if said is None else said
        now = view.now // SECOND
        if not held.recommended:
            held = attrs.evolve(held, recommended=(Note(now, current),))
        desired, why, held, waits = decide(view, autoscaler, target, look, held, current)
        if desired is None:
            unchanged = memories.read(autoscaler)
            return (*report(view, autoscaler, look, unchanged, current), *_later(look.settling, view))
        requests: list[Request] = []
        if desired != current:
            requests.append(rescale(autoscaler, target, current, desired, why))
            look.conditions.append(
                (
                    "AbleToScale",
                    "True",
                    "SucceededRescale",
                    f"the HPA controller was able to update the target scale to {desired}",
                )
            )
            look.events.append(("SuccessfulRescale", f"New size: {desired}; reason: {why}", "Normal"))
            if longest := longest_period(autoscaler):
                held = held.scaled(desired - current, now, longest)
        status = report(view, autoscaler, look, held, current, desired, rescaled=desired != current)
        return (*requests, *status, *_later(waits or look.settling, view))


def matters(change: Change) -> bool:
    """Whether a change may change what is measured or wanted."""
    before, after = change.before, change.after
    if before is None or after is None:
        return change.key.kind != "Service" or any(
            LOAD in obj.metadata.annotations for obj in (before, after) if obj is not None
        )
    if before.metadata.annotations.get(LOAD) != after.metadata.annotations.get(LOAD):
        return True
    if change.key.kind != "Pod":
        return is_scalable(after) and replicas(before) != replicas(after)
    return (
        is_pod_ready(before) != is_pod_ready(after)
        or before.status.phase != after.status.phase
        or before.metadata.annotations != after.metadata.annotations
        or before.metadata.deletion_timestamp != after.metadata.deletion_timestamp
    )


def next_look(autoscaler: HorizontalPodAutoscaler, now: int) -> int:
    """When an autoscaler looks next, or `now` if that is now; in microseconds since 1970."""
    made = (autoscaler.metadata.creation_timestamp or 0) * SECOND
    period = SYNC_SECONDS * SECOND
    looks = max(1, -(-(now - made) // period))
    # One step at a time: what the last one has done is measured at the next look.
    scaled = autoscaler.status.last_scale_time
    return made + (looks + (scaled is not None and scaled * SECOND == now)) * period


def _later(waits: bool, view: View) -> list[Requeue]:
    """Another look, where what is held back now may not be then."""
    return [Requeue(at=view.now + SYNC_SECONDS * SECOND)] if waits else []


def find_target(view: View, autoscaler: HorizontalPodAutoscaler, look: Look) -> Object | None:
    """The workload that is scaled, or None where it cannot be found or has no scale."""
    reference = autoscaler.spec.scale_target_ref
    kind = by_gvk(reference.api_version, reference.kind)
    why = ""
    target = None
    if kind is None:
        group = reference.api_version.rpartition("/")[0]
        why = f'no matches for kind "{reference.kind}" in group "{group}"'
    elif "scale" not in kind.subresources:
        why = "the server could not find the requested resource"
    else:
        target = view.get(kind.kind, autoscaler.metadata.namespace, reference.name)
        if target is None:
            why = f'{kind.resource} "{reference.name}" not found'
    if why:
        look.events.append(("FailedGetScale", why, "Warning"))
        text = f"the HPA controller was unable to get the target's current scale: {why}"
        look.conditions.append(("AbleToScale", "False", "FailedGetScale", text))
    else:
        text = "the HPA controller was able to get the target's current scale"
        look.conditions.append(("AbleToScale", "True", "SucceededGetScale", text))
    return target


def decide(
    view: View, autoscaler: HorizontalPodAutoscaler, target: Object, look: Look, held: Memory, current: int
) -> tuple[int | None, str, Memory, bool]:
    """How many Pods there are to be, why, what is remembered from now on, and whether that is held back.

    None: the measurements say nothing.
    """
    spec = autoscaler.spec
    least = 1 if spec.min_replicas is None else spec.min_replicas
    if current == 0:
        text = "scaling is disabled since the replica count of the target is zero"
        look.conditions.append(("ScalingActive", "False", "ScalingDisabled", text))
        return 0, "", held, False
    if current > spec.max_replicas:
        return spec.max_replicas, "Current number of replicas above Spec.MaxReplicas", held, False
    if current < least:
        return least, "Current number of replicas below Spec.MinReplicas", held, False
    wanted, metric = measure(view, autoscaler, target, look, current)
    if wanted is None:
        return None, "", held, False
    now = view.now // SECOND
    pace: Pace = normalize(autoscaler, held, current, wanted, now)
    look.conditions.append(("AbleToScale", "True", *pace.able))
    look.conditions.append(("ScalingLimited", "True" if pace.is_limited else "False", *pace.limited))
    held = held.recommending(wanted, now, pace.window)
    why = ""
    if wanted != current:
        why = "All metrics below target" if wanted < current else f"{metric} above target"
    bounded = min(max(wanted, least), spec.max_replicas)
    return pace.replicas, why, held, pace.replicas != bounded


def measure(
    view: View, autoscaler: HorizontalPodAutoscaler, target: Object, look: Look, current: int
) -> tuple[int | None, str]:
    """The greatest number of Pods that any measurement asks for, and by which; None where too little is known."""
    pods = pods_of(view, target)
    if pods is None:
        text = "the HPA target's scale is missing a selector"
        look.conditions.append(("ScalingActive", "False", "InvalidSelector", text))
        look.events.append(("SelectorRequired", "selector is required", "Warning"))
        return None, ""
    best, metric, failures = 0, "", []
    specs = autoscaler.spec.metrics
    for spec in specs:
        try:
            proposal, name, status = _measured(view, pods, current, spec, autoscaler)
        except NoProposal as reason:
            failures.append((spec, str(reason)))
            look.settling = look.settling or reason.settling
            look.metrics.append(MetricStatus())
            continue
        look.metrics.append(status)
        look.settling = look.settling or proposal.settling
        if proposal.replicas > best:
            best, metric = proposal.replicas, name
    for spec, why in failures:
        look.events.append((f"FailedGet{spec.type}Metric", why, "Warning"))
    if failures and (len(failures) == len(specs) or best < current):
        spec, why = failures[0]
        text = f"the HPA was unable to compute the replica count: {why}"
        look.conditions.append(("ScalingActive", "False", f"FailedGet{spec.type}Metric", text))
        told = f"invalid metrics ({len(failures)} invalid out of {len(specs)}), first error is: {_failed(spec)}: {why}"
        look.events.append(("FailedComputeMetricsReplicas", told, "Warning"))
        return None, ""
    text = f"the HPA was able to successfully calculate a replica count from {metric}"
    look.conditions.append(("ScalingActive", "True", "ValidMetricFound", text))
    return best, metric


def _measured(
    view: View, pods: list[Pod], current: int, spec: MetricSpec, autoscaler: HorizontalPodAutoscaler
) -> tuple[Proposal, str, MetricStatus]:
    source = spec.resource if spec.resource is not None else spec.container_resource
    if source is None:
        raise NoProposal(_unavailable(spec))
    container = spec.container_resource.container if spec.container_resource is not None else ""
    if not pods:
        raise NoProposal(
            f"failed to get {source.name} utilization: unable to get metrics for resource {source.name}: "
            "no metrics returned from resource metrics API"
        )
    if not is_served(view, pods, autoscaler):
        raise NoProposal(
            f"failed to get {source.name} {usage_or_utilization(source.target)}: unable to get metrics for resource "
            f"{source.name}: unable to fetch metrics from resource metrics API: the server could not find the "
            "requested resource (get pods.metrics.k8s.io)"
        )
    target = source.target
    proposal = propose(view, pods, current, source.name, container, target, tolerances(autoscaler))
    if target.average_value is not None:
        name = f"{source.name} resource"
    else:
        name = f"{source.name} {'container ' if container else ''}resource utilization (percentage of request)"
    if spec.resource is not None:
        measured = ResourceMetricStatus(name=source.name, current=proposal.current)
        return proposal, name, MetricStatus(type=spec.type, resource=measured)
    held = ContainerResourceMetricStatus(name=source.name, container=container, current=proposal.current)
    return proposal, name, MetricStatus(type=spec.type, container_resource=held)


def is_served(view: View, pods: list[Pod], autoscaler: HorizontalPodAutoscaler) -> bool:
    """Whether there is a metrics-server: something is said of what the Pods use, or was when they were measured."""
    measured = any(m.resource or m.container_resource for m in autoscaler.status.current_metrics)
    return measured or Metrics(view).is_measured(pods)


def _unavailable(spec: MetricSpec) -> str:
    """What is said of a metric for which there is no server."""
    missing = "the server could not find the requested resource"
    if spec.pods is not None:
        name = spec.pods.metric.name
        return f"unable to get metric {name}: unable to fetch metrics from custom metrics API: {missing}"
    if spec.object is not None:
        name = spec.object.metric.name
        return f"unable to get metric {name}: unable to fetch metrics from custom metrics API: {missing}"
    name = spec.external.metric.name if spec.external is not None else ""
    return f"unable to get external metric {name}: unable to fetch metrics from external metrics API: {missing}"


def _failed(spec: MetricSpec) -> str:
    if spec.resource is not None:
        return f"failed to get {spec.resource.name} resource metric value"
    if spec.container_resource is not None:
        return f"failed to get {spec.container_resource.container} container metric value"
    if spec.external is not None:
        return f"failed to get {spec.external.metric.name} external metric value"
    return f"failed to get {spec.type.lower()} metric value"


def tolerances(autoscaler: HorizontalPodAutoscaler) -> Tolerances:
    """By what share the use may differ from the target before anything is done."""
    behavior = autoscaler.spec.behavior
    found = Tolerances()
    if behavior is None:
        return found
    down = behavior.scale_down.tolerance if behavior.scale_down is not None else None
    up = behavior.scale_up.tolerance if behavior.scale_up is not None else None
    if down is not None:
        found = attrs.evolve(found, down=parse(down).nano / 10**9)
    return found if up is None else attrs.evolve(found, up=parse(up).nano / 10**9)


def rescale(autoscaler: HorizontalPodAutoscaler, target: Object, current: int, desired: int, why: str) -> Update:
    """The write of a new number of Pods by the ``scale`` of the target."""
    return Update(
        object=with_replicas(target, desired),
        subresource="scale",
        reason="SuccessfulRescale",
        message=(
            f"{HorizontalController.name} scaled {key_of(target)} from {current} to {desired} Pods for "
            f"{key_of(autoscaler)}: {why or 'so many were recommended a moment ago'}."
        ),
    )


def report(
    view: View,
    autoscaler: HorizontalPodAutoscaler,
    look: Look,
    held: Memory,
    current: int,
    desired: int | None = None,
    rescaled: bool = False,
) -> list[Update]:
    """The write of what was found, or nothing when the status says so already."""
    status = autoscaler.status
    conditions = status.conditions
    for name, value, reason, message in look.conditions:
        condition = HorizontalPodAutoscalerCondition(type=name, status=value, reason=reason, message=message)
        conditions = with_condition(conditions, condition, view.time)
    new = evolve(
        status,
        current_replicas=current,
        desired_replicas=status.desired_replicas if desired is None else desired,
        current_metrics=tuple(look.metrics),
        conditions=conditions,
        last_scale_time=view.time if rescaled else status.last_scale_time,
    )
    remembers = held != memories.read(autoscaler)
    if new == status and not remembers:
        return []
    key = key_of(autoscaler)
    written = evolve(autoscaler, status=new)
    told = ", ".join(f"{each[0]} is {each[1]} ({each[2]})" for each in {c[0]: c for c in look.conditions}.values())
    return [
        Update(
            object=memories.written(written, held) if remembers else written,
            subresource="status",
            reason="StatusUpdate",
            message=f"{HorizontalController.name} looked at {key}: {current} Pods are wanted; {told}.",
            events=tuple(EventNote(key, reason, text, kind) for reason, text, kind in look.events),
        )
    ]
