"""When are two Pod templates the same? And the short name of one: the ``pod-template-hash``.

Every ReplicaSet of a Deployment has the hash of its template in its name, in its selector and in the labels of its
Pods, so that the ReplicaSets of one Deployment never take each other's Pods.

Source: `pkg/controller/deployment/util/deployment_util.go`. The hash itself is made in `kubelab.state.template_hash`.
"""

from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import evolve

POD_TEMPLATE_HASH = "pod-template-hash"

NAME_LIMIT = 253


def equal_ignore_hash(a: PodTemplateSpec, b: PodTemplateSpec) -> bool:
    """Whether two templates are the same; the hash among the labels does not count."""
    return a.spec == b.spec and _without_hash(a.metadata) == _without_hash(b.metadata)


def _without_hash(meta: ObjectMeta) -> ObjectMeta:
    if POD_TEMPLATE_HASH not in meta.labels:
        return meta
    return evolve(meta, labels=meta.labels.with_({POD_TEMPLATE_HASH: None}))


def with_hash(template: PodTemplateSpec, digest: str) -> PodTemplateSpec:
    """The template with its hash among the labels; it shares its spec with the template that came in."""
    labels = template.metadata.labels.with_({POD_TEMPLATE_HASH: digest})
    return evolve(template, metadata=evolve(template.metadata, labels=labels))


def selector_with_hash(selector: LabelSelector | None, digest: str) -> LabelSelector:
    """The selector of a Deployment, narrowed to the Pods of one template."""
    selector = selector or LabelSelector()
    return evolve(selector, match_labels=selector.match_labels.with_({POD_TEMPLATE_HASH: digest}))


def replica_set_name(deployment: str, digest: str) -> str:
    """The name of the ReplicaSet of a template; the Deployment's name is cut where it would become too long."""
    return f"{deployment[: NAME_LIMIT - 1 - len(digest)]}-{digest}"
