"""What the Pod of an ordinal is called, and what its state is.

Source: `pkg/controller/statefulset/stateful_set_utils.go`.
"""

import re

from kubelab.api.apps import StatefulSet
from kubelab.api.core.pod import Pod, PodTemplateSpec
from kubelab.api.core.storage import PersistentVolumeClaim
from kubelab.api.core.volume import PersistentVolumeClaimVolumeSource, Volume
from kubelab.api.model import evolve
from kubelab.state.pods import is_pod_available, is_pod_ready
from kubelab.state.replicas import pod_from_template

ACTOR = "statefulset-controller"

POD_NAME = "statefulset.kubernetes.io/pod-name"
"""The label with the name of the Pod, by which a Service can select a single one."""

POD_INDEX = "apps.kubernetes.io/pod-index"
"""The label with the ordinal of the Pod."""

REVISION = "controller-revision-hash"
"""The label with the name of the ControllerRevision from which the Pod was made."""

_NAME = re.compile(r"(.*)-([0-9]+)", re.ASCII | re.DOTALL)


def parent_and_ordinal(name: str) -> tuple[str, int]:
    """The name of the set and the ordinal that the name of a Pod tells; ("", -1) for any other name."""
    found = _NAME.fullmatch(name)
    if found is None:
        return "", -1
    number = int(found.group(2))
    return found.group(1), number if number < 2**31 else -1


def ordinal_of(pod: Pod) -> int:
    """The ordinal of a Pod, or -1."""
    return parent_and_ordinal(pod.metadata.name)[1]


def is_member_of(stateful_set: StatefulSet, pod: Pod) -> bool:
    """Whether the name of a Pod is one that the set gives."""
    return parent_and_ordinal(pod.metadata.name)[0] == stateful_set.metadata.name


def replicas_of(stateful_set: StatefulSet) -> int:
    """How many Pods are wanted."""
    return 1 if stateful_set.spec.replicas is None else stateful_set.spec.replicas


def start_ordinal(stateful_set: StatefulSet) -> int:
    """The first ordinal."""
    return 0 if stateful_set.spec.ordinals is None else stateful_set.spec.ordinals.start


def in_ordinal_range(stateful_set: StatefulSet, pod: Pod) -> bool:
    """Whether a Pod is one of those that are wanted."""
    start = start_ordinal(stateful_set)
    return start <= ordinal_of(pod) < start + replicas_of(stateful_set)


def pod_name(stateful_set: StatefulSet, ordinal: int) -> str:
    """The name of the Pod with an ordinal."""
    return f"{stateful_set.metadata.name}-{ordinal}"


def claim_name(stateful_set: StatefulSet, template: PersistentVolumeClaim, ordinal: int) -> str:
    """The name of the claim that the Pod with an ordinal has for a template."""
    return f"{template.metadata.name}-{pod_name(stateful_set, ordinal)}"


def new_pod(stateful_set: StatefulSet, template: PodTemplateSpec, ordinal: int, revision: str) -> Pod:
    """The Pod of an ordinal, made from a template."""
    pod = pod_from_template(template, stateful_set)
    name = pod_name(stateful_set, ordinal)
    meta = evolve(pod.metadata, name=name)
    spec = evolve(pod.spec, hostname=name, subdomain=stateful_set.spec.service_name)
    pod = with_storage(stateful_set, with_identity(stateful_set, evolve(pod, metadata=meta, spec=spec)))
    return evolve(pod, metadata=evolve(pod.metadata, labels=pod.metadata.labels.with_({REVISION: revision})))


def with_identity(stateful_set: StatefulSet, pod: Pod) -> Pod:
    """The Pod with the labels that say which one it is."""
    marks = {POD_NAME: pod.metadata.name, POD_INDEX: str(ordinal_of(pod))}
    return evolve(pod, metadata=evolve(pod.metadata, labels=pod.metadata.labels.with_(marks)))


def identity_matches(pod: Pod) -> bool:
    """Whether a Pod has the label with its name."""
    return pod.metadata.labels.get(POD_NAME) == pod.metadata.name


def with_storage(stateful_set: StatefulSet, pod: Pod) -> Pod:
    """The Pod whose volumes are its own claims, where the set has templates for them."""
    ordinal = ordinal_of(pod)
    own = tuple(
        Volume(
            name=template.metadata.name,
            persistent_volume_claim=PersistentVolumeClaimVolumeSource(
                claim_name=claim_name(stateful_set, template, ordinal)
            ),
        )
        for template in stateful_set.spec.volume_claim_templates
    )
    if not own:
        return pod
    names = {volume.name for volume in own}
    others = tuple(volume for volume in pod.spec.volumes if volume.name not in names)
    return evolve(pod, spec=evolve(pod.spec, volumes=(*own, *others)))


def storage_matches(stateful_set: StatefulSet, pod: Pod) -> bool:
    """Whether a Pod mounts its own claims."""
    held = {volume.name: volume.persistent_volume_claim for volume in pod.spec.volumes}
    for template in stateful_set.spec.volume_claim_templates:
        source = held.get(template.metadata.name)
        if source is None or source.claim_name != claim_name(stateful_set, template, ordinal_of(pod)):
            return False
    return True


def revision_of(pod: Pod) -> str:
    """The name of the ControllerRevision from which a Pod was made, or ""."""
    return pod.metadata.labels.get(REVISION, "")


# What state is it in?


def is_created(pod: Pod) -> bool:
    """Whether the Pod is there, and not only planned."""
    return pod.status.phase != ""


def is_terminating(pod: Pod) -> bool:
    """Whether the Pod is being deleted."""
    return pod.metadata.deletion_timestamp is not None


def is_running_and_ready(pod: Pod) -> bool:
    """Whether the Pod runs and may be sent traffic."""
    return pod.status.phase == "Running" and is_pod_ready(pod)


def is_unavailable(pod: Pod, min_ready_seconds: int, now: int) -> bool:
    """Whether the Pod has not been ready for long enough, or is being deleted."""
    return is_terminating(pod) or not is_pod_available(pod, min_ready_seconds, now)
