"""What the API server does about the kinds that its CustomResourceDefinitions define.

In Kubernetes: `apiextensions-apiserver/pkg/registry/customresourcedefinition` (etcd.go), `pkg/apiserver`
(customresource_handler.go).
"""

from kubelab.api.apiextensions import CustomResourceDefinition, CustomResourceDefinitionCondition
from kubelab.api.conditions import with_condition
from kubelab.api.model import evolve
from kubelab.api.scalars import Time
from kubelab.api.scheme import Kind, Vocabulary
from kubelab.errors import StatusError
from kubelab.state.snapshot import Object, ObjectKey, Snapshot

CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
"""The finalizer of a definition that goes: its objects go first."""


def confirm_known(words: Vocabulary, key: ObjectKey) -> None:
    """Let a request pass that is about a kind that the cluster serves.

    Raises:
        StatusError: 404, it does not.
    """
    if key.kind not in words.by_kind:
        raise StatusError(404, "NotFound", "the server could not find the requested resource")


def confirm_served(snapshot: Snapshot, kind: Kind) -> None:
    """Let an object be created whose definition is not about to go.

    Raises:
        StatusError: 405, it is.
    """
    if kind.definition is None:
        return
    definition = snapshot.definitions.get(ObjectKey("CustomResourceDefinition", "", kind.resource))
    if definition is not None and definition.metadata.deletion_timestamp is not None:
        text = "create not allowed while custom resource definition is terminating"
        raise StatusError(405, "MethodNotAllowed", text)


def with_cleanup(obj: Object, now: Time) -> Object:
    """An object that is about to be deleted: a definition waits for its objects."""
    if not isinstance(obj, CustomResourceDefinition) or obj.metadata.deletion_timestamp is not None:
        return obj
    pending = CustomResourceDefinitionCondition(
        type="Terminating",
        status="True",
        reason="InstanceDeletionPending",
        message="CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    )
    finalizers = obj.metadata.finalizers
    if CLEANUP not in finalizers:
        finalizers = (*finalizers, CLEANUP)
    conditions = with_condition(obj.status.conditions, pending, now)
    return evolve(
        obj, metadata=evolve(obj.metadata, finalizers=finalizers), status=evolve(obj.status, conditions=conditions)
    )
