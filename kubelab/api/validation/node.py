"""Checks of RuntimeClasses.

In Kubernetes: `pkg/apis/node/validation/validation.go`.
"""

from kubelab.api.core.container import ResourceRequirements
from kubelab.api.node import RuntimeClass, Scheduling
from kubelab.api.validation import metadata, names
from kubelab.api.validation.core.placement import tolerations
from kubelab.api.validation.core.resources import requirements
from kubelab.api.validation.field_error import Errors, duplicate, immutable, messages, required


def runtime_class(given: RuntimeClass) -> Errors:
    """What is wrong with a new RuntimeClass."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    if not given.handler:
        yield required("handler")
    else:
        yield from messages("handler", given.handler, names.dns_label(given.handler))
    if given.overhead is not None:
        yield from requirements(ResourceRequirements(limits=given.overhead.pod_fixed), (), "overhead")
    if given.scheduling is not None:
        yield from _scheduling(given.scheduling)


def runtime_class_update(new: RuntimeClass, old: RuntimeClass) -> Errors:
    """What is wrong with a changed RuntimeClass: its handler stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from immutable("handler", new.handler, old.handler)


def _scheduling(given: Scheduling) -> Errors:
    yield from metadata.labels(given.node_selector, "scheduling.nodeSelector")
    path = "scheduling.tolerations"
    yield from tolerations(given.tolerations, path)
    seen = set()
    for index, each in enumerate(given.tolerations):
        key = (each.key, each.operator, each.value, each.effect)
        if key in seen:
            yield duplicate(f"{path}[{index}]", each)
        seen.add(key)
