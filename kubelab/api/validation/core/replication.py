"""Checks of ReplicationControllers.

In Kubernetes: `ValidateReplicationController`.
"""

from kubelab.api.core.replicationcontroller import ReplicationController, ReplicationControllerSpec
from kubelab.api.validation import metadata, names
from kubelab.api.validation.core.pods import template_spec
from kubelab.api.validation.field_error import Errors, forbidden, invalid, non_negative, not_supported, required


def _long_name(name: str, prefix: bool) -> names.Texts:
    # This kind's name is checked by the declarative validation, whose sentence counts bytes.
    return tuple(text.replace("253 characters", "253 bytes") for text in names.is_subdomain(name, prefix))


def replication_controller(given: ReplicationController) -> Errors:
    """What is wrong with a new ReplicationController."""
    yield from metadata.object_meta(given.metadata, namespaced=True, name_check=_long_name)
    yield from _spec(given.spec)


def replication_controller_update(new: ReplicationController, old: ReplicationController) -> Errors:
    """What is wrong with a changed ReplicationController."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _spec(new.spec)


def _spec(spec: ReplicationControllerSpec) -> Errors:
    yield from non_negative("spec.minReadySeconds", spec.min_ready_seconds)
    if not spec.selector:
        yield required("spec.selector")
    if spec.replicas is None:
        yield required("spec.replicas")
    yield from non_negative("spec.replicas", spec.replicas)
    template, path = spec.template, "spec.template"
    if template is None:
        yield required(path)
        return
    labels = template.metadata.labels
    if any(labels.get(key) != value for key, value in spec.selector.items()):
        yield invalid(f"{path}.metadata.labels", labels, "`selector` does not match template `labels`")
    yield from template_spec(template, path)
    if template.spec.restart_policy != "Always":
        yield not_supported(f"{path}.spec.restartPolicy", template.spec.restart_policy, ("Always",))
    if template.spec.active_deadline_seconds is not None:
        text = "activeDeadlineSeconds in ReplicationController is not Supported"
        yield forbidden(f"{path}.spec.activeDeadlineSeconds", text)


def replication_controller_status_update(new: ReplicationController, old: ReplicationController) -> Errors:
    """What is wrong with what the controller reports."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    status = new.status
    counts = {
        "fullyLabeledReplicas": status.fully_labeled_replicas,
        "readyReplicas": status.ready_replicas,
        "availableReplicas": status.available_replicas,
    }
    yield from non_negative("status.replicas", status.replicas)
    for field, count in counts.items():
        yield from non_negative(f"status.{field}", count)
    yield from non_negative("status.observedGeneration", status.observed_generation)
    for field, count in counts.items():
        if count > status.replicas:
            yield invalid(f"status.{field}", count, "cannot be greater than status.replicas")
    if status.available_replicas > status.ready_replicas:
        text = "cannot be greater than readyReplicas"
        yield invalid("status.availableReplicas", status.available_replicas, text)
