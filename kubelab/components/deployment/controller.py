"""The deployment controller: moves a Deployment from one Pod template to the next, a few Pods at a time.

- **Desired:** all Pods have the template of the Deployment, and there are `spec.replicas` of them.
- **Actual:** the ReplicaSets that the Deployment manages, one for each template it has had; the one whose template
  is that of the Deployment is the *new* one, the others are *old*.
- **Action:** create the new ReplicaSet if it is missing, move the wanted numbers from the old ones to the new one as
  the strategy allows, number the revisions, delete the oldest history, and report progress in `status`.

It never touches a Pod: it only says how many each ReplicaSet should have, and the ReplicaSet controller does the rest.
A rollback needs no code of its own: the template of an old revision is applied again, its ReplicaSet is found again
and becomes the new one, under a new number.

**In Kubernetes:** kube-controller-manager, `pkg/controller/deployment`.

**Simplified:** upstream goes on working with the answers to its own writes, and when it writes the Deployment twice
in one go, the second write is refused as a conflict and tried again. Here a reconcile writes the Deployment at most
once, and the rest is left to the reconcile that this write brings about. A collision of hashes is noticed by
looking, before the creation is refused. The rollback API of the first beta version
(``deprecated.deployment.rollback.to``) is gone.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from kubelab.api.apps import Deployment, ReplicaSet
from kubelab.api.core.pod import Pod
from kubelab.api.meta import LabelSelector
from kubelab.api.selector import from_label_selector
from kubelab.components.deployment.progress import (
    check_paused_conditions,
    report_failed_creation,
    sync_deployment_status,
)
from kubelab.components.deployment.recreate import rollout_recreate
from kubelab.components.deployment.revision import cleanup_deployment, sync_revision
from kubelab.components.deployment.rolling import rollout_rolling
from kubelab.components.deployment.rollout import Rollout
from kubelab.components.deployment.scaling import is_scaling_event, scale
from kubelab.errors import StatusError
from kubelab.state.component import Wanted
from kubelab.state.ownership import claim
from kubelab.state.pods import is_pod_terminal
from kubelab.state.requests import Create, EventNote, Record, Request
from kubelab.state.snapshot import Change, ObjectKey, View, controller_of, key_of


class DeploymentController:
    """Runs as ``deployment-controller``; its keys are Deployments."""

    name: ClassVar[str] = "deployment-controller"
    watches: ClassVar[tuple[str, ...]] = ("Deployment", "ReplicaSet", "Pod")

    def enqueue(self, change: Change) -> Iterable[ObjectKey]:
        """A Deployment that changed, the one that a changed ReplicaSet belongs to, or that waits for a Pod to end."""
        if change.key.kind == "Deployment":
            return (change.key,)
        if change.key.kind == "ReplicaSet":
            return deployments_of(change)
        return waiting_for(change)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Compare a Deployment with its ReplicaSets, and take the next step of its rollout."""
        deployment: Deployment | None = view.find(key)
        if deployment is None:
            return []
        if deployment.spec.selector == LabelSelector():
            return refuse_to_select_all(view, deployment)
        uid, namespace = deployment.metadata.uid, deployment.metadata.namespace
        selector = from_label_selector(deployment.spec.selector)
        owned, orphans = view.owned(uid, "ReplicaSet"), view.orphans("ReplicaSet", namespace)
        claimed = claim(self.name, deployment, selector, owned, orphans)
        if claimed.writes:
            return claimed.writes
        rollout = Rollout(view, deployment, claimed.objects)
        if deployment.metadata.deletion_timestamp is not None:
            sync_revision(rollout)
            sync_deployment_status(rollout)
        elif not check_paused_conditions(rollout):
            self.sync(rollout)
        return rollout.requests

    @staticmethod
    def sync(rollout: Rollout) -> None:
        """Take the step that is due: scale, or roll out."""
        sync_revision(rollout)
        if rollout.deployment.spec.paused or is_scaling_event(rollout):
            scale(rollout)
            if rollout.deployment.spec.paused:
                cleanup_deployment(rollout)
            sync_deployment_status(rollout)
        elif rollout.deployment.spec.strategy.type == "Recreate":
            rollout_recreate(rollout)
        else:
            rollout_rolling(rollout)

    def refused(self, view: View, key: ObjectKey, request: Request, error: StatusError) -> Wanted:
        """Say in an Event and in the status that the new ReplicaSet could not be created."""
        deployment: Deployment | None = view.find(key)
        if deployment is None or not isinstance(request, Create) or error.reason == "AlreadyExists":
            return []
        if "because it is being terminated" in error.message:
            return []
        rollout = Rollout(view, deployment, [])
        report_failed_creation(rollout, request.key.name, error)
        return rollout.requests


def deployments_of(change: Change) -> Iterator[ObjectKey]:
    """The Deployment that manages a ReplicaSet, before or after its change; all that might adopt it if none does."""
    namespace = change.key.namespace
    references = [controller_of(rs.metadata) for rs in (change.before, change.after) if rs is not None]
    names = {r.name for r in references if r is not None and r.kind == "Deployment"}
    yield from (ObjectKey("Deployment", namespace, name) for name in sorted(names))
    orphan: ReplicaSet | None = change.after
    if orphan is None or controller_of(orphan.metadata) is not None or not orphan.metadata.labels:
        return
    for deployment in change.view.list("Deployment", namespace):
        if from_label_selector(deployment.spec.selector).matches(orphan.metadata.labels):
            yield key_of(deployment)


def waiting_for(change: Change) -> Iterator[ObjectKey]:
    """The Deployment with strategy Recreate that waited for a Pod which has now ended or gone."""
    before: Pod | None = change.before
    after: Pod | None = change.after
    if before is None or is_pod_terminal(before) or not (after is None or is_pod_terminal(after)):
        return
    owner = controller_of(before.metadata)
    if owner is None or owner.kind != "ReplicaSet":
        return
    replica_set = change.view.get("ReplicaSet", change.key.namespace, owner.name)
    controller = None if replica_set is None else controller_of(replica_set.metadata)
    if controller is None:
        return
    deployment = change.view.get("Deployment", change.key.namespace, controller.name)
    if deployment is not None and deployment.spec.strategy.type == "Recreate":
        yield key_of(deployment)


def refuse_to_select_all(view: View, deployment: Deployment) -> Wanted:
    """A Deployment whose selector matches every Pod is left alone, and told so once."""
    key = key_of(deployment)
    text = "This deployment is selecting all pods. A non-empty selector is required."
    if any(event.reason == "SelectingAll" for event in view.events(key)):
        return []
    return [
        Record(
            target=key,
            reason="SelectingAll",
            message=f"deployment-controller left Deployment {key.name} alone: its empty selector matches every Pod.",
            events=(EventNote(key, "SelectingAll", text, type="Warning"),),
        )
    ]
