"""Telling the API server to encrypt a resource in etcd, while the cluster runs.

In Kubernetes: an ``EncryptionConfiguration`` for ``--encryption-provider-config``, and a restart of kube-apiserver.
"""

from kubelab.api.model import evolve
from kubelab.errors import UsageError
from kubelab.sim.engine import API_SERVER, USER
from kubelab.sim.state import State
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey


def encrypt(state: State, resource: str) -> State:
    """The state in which what is written of a resource from now on lies encrypted in etcd.

    What is there already stays as it is until it is written again.

    Args:
        state: the present state.
        resource: the resource as rules name it: ``secrets``, ``deployments.apps``.

    Raises:
        UsageError: it is encrypted already.
    """
    snapshot = state.snapshot
    if resource in snapshot.encrypted:
        raise UsageError(f"{resource} are encrypted in etcd already")
    snapshot = evolve(snapshot, encrypted=snapshot.encrypted.with_({resource: snapshot.revision}))
    transition = Transition(
        index=state.steps + 1,
        time=state.now,
        actor=USER,
        verb="run",
        key=ObjectKey("Component", "", API_SERVER),
        reason="EncryptionConfigured",
        message=f"You gave {API_SERVER} a key: from now on what it writes of {resource} is encrypted in etcd.",
        revision=snapshot.revision,
    )
    return evolve(state, snapshot=snapshot, steps=state.steps + 1, transition=transition)
