"""How a rollout goes, in kubectl's sentences.

Source: kubectl `pkg/polymorphichelpers/rollout_status.go`.
"""

from kubelab.api.conditions import find
from kubelab.kubectl.answer import Failure
from kubelab.state.snapshot import Object

Status = tuple[str, bool]
"""A sentence with its line break, and whether the rollout is done."""


def status_of(obj: Object, revision: int = 0) -> Status:
    """How the rollout of a workload goes.

    Raises:
        Failure: it has failed, or the kind has no rollouts.
    """
    match obj.kind:
        case "Deployment":
            return _deployment(obj, revision)
        case "DaemonSet":
            return _daemon_set(obj)
        case "StatefulSet":
            return _stateful_set(obj)
    raise Failure(f"no status viewer has been implemented for {obj.kind}")


def _deployment(obj: Object, revision: int) -> Status:
    name, spec, status = obj.metadata.name, obj.spec, obj.status
    if revision > 0:
        current = int(obj.metadata.annotations.get("deployment.kubernetes.io/revision", "0"))
        if current != revision:
            raise Failure(f"desired revision ({revision}) is different from the running revision ({current})")
    if obj.metadata.generation > status.observed_generation:
        return "Waiting for deployment spec update to be observed...\n", False
    progressing = find(status.conditions, "Progressing")
    if progressing is not None and progressing.reason == "ProgressDeadlineExceeded":
        raise Failure(f'deployment "{name}" exceeded its progress deadline')
    waiting = f'Waiting for deployment "{name}" rollout to finish:'
    if spec.replicas is not None and status.updated_replicas < spec.replicas:
        done = f"{status.updated_replicas} out of {spec.replicas} new replicas have been updated"
        return f"{waiting} {done}...\n", False
    if status.replicas > status.updated_replicas:
        return f"{waiting} {status.replicas - status.updated_replicas} old replicas are pending termination...\n", False
    if status.available_replicas < status.updated_replicas:
        done = f"{status.available_replicas} of {status.updated_replicas} updated replicas are available"
        return f"{waiting} {done}...\n", False
    return f'deployment "{name}" successfully rolled out\n', True


def _daemon_set(obj: Object) -> Status:
    name, status = obj.metadata.name, obj.status
    if obj.spec.update_strategy.type != "RollingUpdate":
        raise Failure("rollout status is only available for RollingUpdate strategy type")
    if obj.metadata.generation > status.observed_generation:
        return "Waiting for daemon set spec update to be observed...\n", False
    waiting = f'Waiting for daemon set "{name}" rollout to finish:'
    wanted = status.desired_number_scheduled
    if status.updated_number_scheduled < wanted:
        return f"{waiting} {status.updated_number_scheduled} out of {wanted} new pods have been updated...\n", False
    if status.number_available < wanted:
        return f"{waiting} {status.number_available} of {wanted} updated pods are available...\n", False
    return f'daemon set "{name}" successfully rolled out\n', True


def _stateful_set(obj: Object) -> Status:
    spec, status = obj.spec, obj.status
    if spec.update_strategy.type != "RollingUpdate":
        raise Failure("rollout status is only available for RollingUpdate strategy type")
    if not status.observed_generation or obj.metadata.generation > status.observed_generation:
        return "Waiting for statefulset spec update to be observed...\n", False
    if spec.replicas is not None and status.ready_replicas < spec.replicas:
        return f"Waiting for {spec.replicas - status.ready_replicas} pods to be ready...\n", False
    rolling = spec.update_strategy.rolling_update
    if rolling is not None:
        if spec.replicas is not None and rolling.partition is not None:
            wanted = spec.replicas - rolling.partition
            if status.updated_replicas < wanted:
                done = f"{status.updated_replicas} out of {wanted} new pods have been updated"
                return f"Waiting for partitioned roll out to finish: {done}...\n", False
        return f"partitioned roll out complete: {status.updated_replicas} new pods have been updated...\n", True
    if status.update_revision != status.current_revision:
        done = f"{status.updated_replicas} pods at revision {status.update_revision}"
        return f"waiting for statefulset rolling update to complete {done}...\n", False
    done = f"{status.current_replicas} pods at revision {status.current_revision}"
    return f"statefulset rolling update complete {done}...\n", True
