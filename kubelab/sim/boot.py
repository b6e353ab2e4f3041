"""A fresh cluster: the objects every cluster starts with, its nodes, and every component awake.

In Kubernetes: what ``kubeadm init`` and ``kubeadm join`` leave behind.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from kubelab.api.core.node import Node
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.registry import Registry
from kubelab.api.scalars import FrozenMap
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.components import ttl
from kubelab.sim.engine import DEFAULT_LIMIT, Engine
from kubelab.sim.state import EPOCH, State
from kubelab.sim.timeline import at_rest
from kubelab.state.bootstrap import initial_objects
from kubelab.state.cloud import Cloud
from kubelab.state.requests import Create

DEFAULT_NODES = 3

KEEPS_ACCOUNTS = "service-account-controller"
"""Where this controller runs there is a whole control plane, with accounts and ConfigMaps for its own use."""


def default_nodes(count: int = DEFAULT_NODES) -> tuple[Node, ...]:
    """Nodes ``worker-1`` … for a program that declares none."""
    return tuple(Node(metadata=ObjectMeta(name=f"worker-{n}")) for n in range(1, count + 1))


def boot(
    engine: Engine,
    nodes: Sequence[Any] = (),
    now: int = EPOCH,
    limit: int = DEFAULT_LIMIT,
    cloud: bool = False,
    registries: Iterable[Registry] = (),
    encrypted: Iterable[str] = (),
) -> State:
    """The state of a fresh cluster whose nodes are ready; its steps are counted from here.

    Args:
        engine: the engine that runs it; a component may bring objects with it (`installed`).
        nodes: its nodes.
        now: the moment at which it starts, in microseconds since 1970.
        limit: how many actions it may take.
        cloud: whether its machines are in a cloud.
        registries: the registries that ask for credentials.
        encrypted: the resources that lie encrypted in etcd, such as ``secrets``.

    Raises:
        StatusError: a node is not valid.
        LimitError: the components do not come to rest.
    """
    return at_rest(engine.settle(started(engine, nodes, now, cloud, registries, encrypted), limit))


def started(
    engine: Engine,
    nodes: Sequence[Any] = (),
    now: int = EPOCH,
    cloud: bool = False,
    registries: Iterable[Registry] = (),
    encrypted: Iterable[str] = (),
    storage: bool = True,
) -> State:
    """The state of a cluster whose machines have just been switched on: everything is still to be done.

    Args:
        engine: the engine that runs it.
        nodes: its nodes.
        now: the moment at which it starts, in microseconds since 1970.
        cloud: whether its machines are in a cloud.
        registries: the registries that ask for credentials.
        encrypted: the resources that lie encrypted in etcd.
        storage: whether it has a default StorageClass.

    Raises:
        StatusError: a node is not valid.
    """
    snapshot = evolve(
        initial_snapshot(now, cloud, any(each.name == KEEPS_ACCOUNTS for each in engine.components)),
        cloud=Cloud() if cloud else None,
        registries=FrozenMap({each.host: each for each in registries}),
        encrypted=FrozenMap(dict.fromkeys(encrypted, 0)),
    )
    state = State(snapshot=snapshot, now=now)
    installed = [obj for component in engine.components for obj in getattr(component, "installed", ())]
    if any(each.name == ttl.TTLController.name for each in engine.components):
        # The first machines have been there for a while: what each new one gets, they have.
        seconds = ttl.fitting(len(nodes))[0]
        nodes = [ttl.with_seconds(node, seconds) for node in nodes]
    for obj in (*initial_objects(now, storage), *nodes, *installed):
        state = evolve(engine.submit(state, Create(object=obj)), queue=state.queue, timers=state.timers)
    return at_rest(engine.wake_all(state))
