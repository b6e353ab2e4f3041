"""The revisions of a workload: the ReplicaSets of a Deployment, the ControllerRevisions of the others.

Source: kubectl `pkg/polymorphichelpers` (``history.go``, ``rollback.go``).
"""

from typing import Any

import attrs

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.manifest import from_value, to_manifest, to_value
from kubelab.api.model import evolve
from kubelab.errors import UsageError
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.resources import Info
from kubelab.state.snapshot import Object, View

CHANGE_CAUSE = "kubernetes.io/change-cause"
NUMBER = "deployment.kubernetes.io/revision"

SKIPPED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        NUMBER,
        "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    }
)
"""Annotations of a Deployment that it keeps when it is rolled back."""


@attrs.frozen
class Revision:
    """One revision.

    Attributes:
        number: counted from 1.
        template: the Pods of it.
        annotations: what its ReplicaSet or ControllerRevision says besides.
        manifest: that object.
    """

    number: int
    template: Any
    annotations: dict[str, str]
    manifest: Manifest

    @property
    def cause(self) -> str:
        """Why it was made, as somebody has noted it, or ""."""
        return self.annotations.get(CHANGE_CAUSE, "")


def revisions(view: View, info: Info, refusal: str) -> list[Revision]:
    """The revisions of a workload, the oldest first.

    Raises:
        UsageError: the kind has none; `refusal` says so.
    """
    assert info.obj is not None
    match info.kind.kind:
        case "Deployment":
            found = [_of_replica_set(each) for each in view.owned(info.obj.metadata.uid, "ReplicaSet")]
        case "DaemonSet" | "StatefulSet":
            owned = view.owned(info.obj.metadata.uid, "ControllerRevision")
            found = [_of_controller_revision(info.obj, each) for each in owned]
        case _:
            name = f"{info.kind.kind}.{info.kind.group}" if info.kind.group else info.kind.kind
            raise UsageError(f'{refusal} "{name}"')
    return sorted((each for each in found if each.number), key=lambda each: each.number)


def _of_replica_set(obj: Object) -> Revision:
    annotations = dict(obj.metadata.annotations)
    text = annotations.get(NUMBER, "")
    return Revision(int(text) if text.isdecimal() else 0, obj.spec.template, annotations, to_manifest(obj))


def _of_controller_revision(owner: Object, obj: Object) -> Revision:
    value: Any = to_value(obj.data)
    template: Any = ((value or {}).get("spec") or {}).get("template") or {}
    template = {name: part for name, part in template.items() if name != "$patch"}
    read = from_value(PodTemplateSpec, template) if template else owner.spec.template
    return Revision(obj.revision, read, dict(obj.metadata.annotations), to_manifest(obj))


def is_current(info: Info, revision: Revision) -> bool:
    """Whether a workload has the template of a revision already."""
    assert info.obj is not None
    return same_template(info.obj.spec.template, revision.template)


def same_template(one: Any, other: Any) -> bool:
    """Whether two Pod templates are alike but for the label that names their ReplicaSet."""
    return bool(_plain(one) == _plain(other))


def _plain(template: Any) -> Any:
    labels = template.metadata.labels
    kept = type(labels)({name: value for name, value in labels.items() if name != "pod-template-hash"})
    return evolve(template, metadata=evolve(template.metadata, labels=kept))
