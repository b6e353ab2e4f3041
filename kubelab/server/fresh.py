"""A cluster to be served: one that starts now, by the clock on the wall, with some programs applied.

Nothing of it is done ahead of time: its kubelets report, its Nodes become ready and its controllers make their first
round while it is served already, as in a cluster that has just been started.
"""

import secrets
import time
from collections.abc import Sequence
from typing import Any

from kubelab.api.core.node import Node, NodeAddress
from kubelab.api.model import evolve
from kubelab.apiserver.compaction import compact, compacted
from kubelab.cluster import Cluster
from kubelab.components import CONTROL_PLANE
from kubelab.components.csi_provisioner import CsiProvisioner
from kubelab.components.kubelet.node_status import FIRST_ADDRESS, MACHINE_NETWORK
from kubelab.components.node_lifecycle import NodeLifecycleController
from kubelab.components.persistentvolume import PersistentVolumeController
from kubelab.dsl import Program
from kubelab.equipment import Equipment
from kubelab.sim.boot import boot, default_nodes, started
from kubelab.sim.branches import Branches
from kubelab.sim.timeline import at_rest
from kubelab.state.snapshot import SECOND

MONITOR_PERIOD = 6
"""So many seconds after the start the node lifecycle controller makes its round: five (``--node-monitor-period``), once
it has its lease."""

RESYNC_PERIOD = 15
"""So many seconds lie between two looks for a volume (``--pvclaimbinder-sync-period``)."""


def components(storage: bool) -> tuple[Any, ...]:
    """The control plane, of which those who make rounds make them as often as the real ones.

    Args:
        storage: whether there is a storage driver, too.
    """
    paced = {
        "node-controller": NodeLifecycleController(MONITOR_PERIOD),
        "persistentvolume-controller": PersistentVolumeController(RESYNC_PERIOD),
    }
    chosen = [each for each in CONTROL_PLANE if storage or not isinstance(each, CsiProvisioner)]
    return tuple(paced.get(each.name, each) for each in chosen)


def _addressed(node: Node, place: int) -> Node:
    """A Node whose machine has its address: the first one that is named gets the first of their network."""
    if node.status.addresses:
        return node
    own = NodeAddress(type="InternalIP", address=str(MACHINE_NETWORK + FIRST_ADDRESS + place))
    named = NodeAddress(type="Hostname", address=node.metadata.name)
    return evolve(node, status=evolve(node.status, addresses=(own, named)))


class FreshCluster(Cluster):
    """A cluster whose clock starts at the present, so that the ages that clients work out are right.

    Attributes:
        at_rest: whether its Nodes are ready from the start, for a cluster that is stepped.
        storage: whether it has a default StorageClass.
    """

    at_rest = False
    storage = True

    def forget(self) -> None:
        """Begin the timeline anew with the newest state, and let etcd forget what nobody can watch any more."""
        state = self.timeline.newest
        gone = compacted(state.view)
        if gone > state.snapshot.compacted:
            state = evolve(state, snapshot=compact(state.snapshot, gone))
        self._branches = Branches(at_rest(state))

    def _boot(self, nodes: Sequence[Any]) -> Branches:
        now, equipment = int(time.time()) * SECOND, self._equipment
        if self.at_rest:
            start = boot(self.engine, nodes, now, self.limit, *equipment.outside)
        else:
            start = started(self.engine, nodes, now, *equipment.outside, storage=self.storage)
        # Whoever reaches the port could make tokens with a key that everybody knows.
        snapshot = evolve(start.snapshot, signing_key=secrets.token_bytes(32))
        self._branches = Branches(evolve(start, snapshot=snapshot, now=max(start.now, now)))
        return self._branches


def fresh(
    programs: Sequence[Program], nodes: int | None, at_rest: bool = False, storage: bool = True
) -> tuple[FreshCluster, list[Sequence[str]]]:
    """A cluster with some programs applied, and for each of them what there is to say of it.

    Args:
        programs: what to apply, in this order; their Nodes are there from the start.
        nodes: how many nodes there are besides; None means three where there are no programs, else none.
        at_rest: whether its Nodes are ready from the start.
        storage: whether there is a storage driver with its default StorageClass.

    Raises:
        SourceError: the API server refuses an object.
    """
    declared = [node for program in programs for node in program.nodes]
    equipment = Equipment()
    for program in programs:
        equipment = equipment.joined(program)
    besides = nodes if nodes is not None else 0 if programs else 3
    cluster = FreshCluster(None, None if at_rest else components(storage), **equipment.wishes)
    cluster.at_rest, cluster.storage = at_rest, storage
    machines = [_addressed(node, place) for place, node in enumerate([*declared, *default_nodes(besides)])]
    cluster._boot(machines)
    return cluster, [cluster.apply(program).notes for program in programs]
