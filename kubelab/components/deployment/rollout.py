"""What one reconcile of a Deployment sees, and the requests that it comes to.

Source: `pkg/controller/deployment/sync.go` (scaleReplicaSet).
"""

from collections.abc import Iterable

from kubelab.api.apps import Deployment, DeploymentStatus, ReplicaSet
from kubelab.api.model import evolve
from kubelab.components.deployment.arithmetic import DESIRED_REPLICAS, MAX_REPLICAS, max_total, replicas_of
from kubelab.components.deployment.template import equal_ignore_hash
from kubelab.state.requests import Create, EventNote, Request, Requeue, Update
from kubelab.state.snapshot import ObjectKey, View, key_of

ACTOR = "deployment-controller"


class Rollout:
    """One Deployment, its ReplicaSets as one reconcile sees them, and what the reconcile asks for.

    Attributes:
        view: the cluster.
        deployment: the Deployment.
        key: its key.
        new: the ReplicaSet with the template of the Deployment (the oldest, if several have it), or None.
        old: all others, the oldest first.
        requests: what has been asked for so far.
        reported: whether the Deployment itself is written by one of the requests; it is written at most once.
    """

    def __init__(self, view: View, deployment: Deployment, replica_sets: Iterable[ReplicaSet]) -> None:
        """Tell the new ReplicaSet from the old ones."""
        self.view = view
        self.deployment = deployment
        self.key: ObjectKey = key_of(deployment)
        by_age = sorted(replica_sets, key=age)
        template = deployment.spec.template
        self.new: ReplicaSet | None = next((rs for rs in by_age if equal_ignore_hash(rs.spec.template, template)), None)
        self.old = [rs for rs in by_age if rs is not self.new]
        self.requests: list[Request | Requeue] = []
        self.reported = False
        self._written: set[str] = set()

    @property
    def all(self) -> list[ReplicaSet]:
        """The old ReplicaSets and the new one, if it exists."""
        return self.old if self.new is None else [*self.old, self.new]

    @property
    def name(self) -> str:
        """What messages call the Deployment."""
        return f"Deployment {self.deployment.metadata.name}"

    def create(self, rs: ReplicaSet, reason: str, message: str) -> None:
        """Ask for a new ReplicaSet."""
        replicas = replicas_of(rs)
        events = self._scaled(rs, 0, replicas) if replicas else ()
        self.requests.append(Create(object=rs, reason=reason, message=message, events=events))
        self._written.add(rs.metadata.name)

    def update(self, rs: ReplicaSet, reason: str, message: str, events: tuple[EventNote, ...] = ()) -> ReplicaSet:
        """Ask for a change of a ReplicaSet, and go on with the changed one.

        Only the first write of a ReplicaSet says which version it was made from. It is the guard of those after it:
        when it is refused, they are dropped.
        """
        name = rs.metadata.name
        if name in self._written:
            rs = evolve(rs, metadata=evolve(rs.metadata, resource_version=""))
        self._written.add(name)
        self.requests.append(Update(object=rs, reason=reason, message=message, events=events))
        return rs

    def scale(self, rs: ReplicaSet, replicas: int, why: str, *, force: bool = False) -> ReplicaSet:
        """Ask for another number of Pods of a ReplicaSet, and go on with the changed one.

        Args:
            rs: the ReplicaSet.
            replicas: how many Pods it is to want.
            why: the end of the learner's sentence.
            force: write the numbers of the Deployment into its annotations even where the ReplicaSet stays as it is.
        """
        before = replicas_of(rs)
        annotations = rs.metadata.annotations.with_(replicas_annotations(self.deployment))
        if before == replicas and (not force or annotations == rs.metadata.annotations):
            return rs
        scaled = evolve(
            rs,
            metadata=evolve(rs.metadata, annotations=annotations),
            spec=rs.spec if before == replicas else evolve(rs.spec, replicas=replicas),
        )
        name = rs.metadata.name
        if before == replicas:
            noted = f"{ACTOR} left ReplicaSet {name} at {replicas}, but noted the new numbers on it: {why}."
            return self.update(scaled, "ScalingReplicaSet", noted)
        direction = "up" if before < replicas else "down"
        message = f"{ACTOR} scaled {direction} ReplicaSet {name} from {before} to {replicas}: {why}."
        return self.update(scaled, "ScalingReplicaSet", message, self._scaled(rs, before, replicas))

    def report(self, status: DeploymentStatus, reason: str, message: str, revision: str | None = None) -> None:
        """Ask for another status of the Deployment, and with it for another revision number if one is given."""
        meta = self.deployment.metadata
        if revision is not None:
            meta = evolve(meta, annotations=meta.annotations.with_({REVISION: revision}))
        reported = evolve(self.deployment, metadata=meta, status=status)
        self.requests.append(Update(object=reported, subresource="status", reason=reason, message=message))
        self.reported = True

    def _scaled(self, rs: ReplicaSet, before: int, after: int) -> tuple[EventNote, ...]:
        direction = "up" if before < after else "down"
        text = f"Scaled {direction} replica set {rs.metadata.name} from {before} to {after}"
        return (EventNote(self.key, "ScalingReplicaSet", text),)


REVISION = "deployment.kubernetes.io/revision"
"""On a ReplicaSet: the number of its revision; on a Deployment: that of the newest."""


def age(rs: ReplicaSet) -> tuple[int, str]:
    """What sorts ReplicaSets from the oldest to the newest; of those made in one second, by name."""
    return (rs.metadata.creation_timestamp or 0, rs.metadata.name)


def replicas_annotations(deployment: Deployment) -> dict[str, str | None]:
    """The annotations by which a ReplicaSet remembers the size of its Deployment."""
    return {DESIRED_REPLICAS: str(replicas_of(deployment)), MAX_REPLICAS: str(max_total(deployment))}
