"""What can be done to a cluster besides asking its API server: machines die, containers crash, components stop, routes
are lost.

A fault is a transition like any other: it is on the timeline, it can be undone by going back, and the replay of a
run includes it. The components learn of it only by what they can see: a Lease that is no longer renewed, a process
that is gone.
"""

from collections.abc import Iterable

from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.apiserver import compaction
from kubelab.errors import UsageError
from kubelab.network.routes import can_be_lost
from kubelab.sim import runtime_faults
from kubelab.sim.engine import API_SERVER, ETCD, Engine
from kubelab.sim.fault_step import faulted, with_machine
from kubelab.sim.queue import Work
from kubelab.sim.state import State
from kubelab.state.cloud import terminated
from kubelab.state.machine import ContainerProcess, Machine, Sandbox
from kubelab.state.snapshot import SECOND, ObjectKey

CONTROLLER_MANAGER = "kube-controller-manager"
NOT_CONTROLLERS = ("kube-scheduler", "kubelet", "kube-proxy")
KILLED = 137


def kill_node(engine: Engine, state: State, node: str) -> State:
    """Switch a machine off: its containers die, its kubelet falls silent.

    Raises:
        UsageError: there is no such machine.
    """
    machine = _machine(state, node)
    dead = _switched_off(machine, state)
    message = f"The machine of Node {node} was switched off."
    state = faulted(state, ObjectKey("Node", "", node), "MachineStopped", message, machine, dead)
    state = _forget(state, (f"kubelet/{node}", f"kube-proxy/{node}"))
    return engine.notice(state, ObjectKey("Lease", "kube-node-lease", node), state.steps)


def revive_node(engine: Engine, state: State, node: str) -> State:
    """Switch a machine on again: its kubelet starts, and finds what is left.

    Raises:
        UsageError: there is no such machine.
    """
    machine = _machine(state, node)
    cloud = state.snapshot.cloud
    if cloud is not None and node not in cloud.instances:
        raise UsageError(f"the machine of {node} was terminated: it does not exist any more")
    booted = machine.booted_at if machine.powered else state.now
    alive = evolve(machine, powered=True, silent_since=None, booted_at=booted)
    message = f"The machine of Node {node} was switched on."
    state = faulted(state, ObjectKey("Node", "", node), "MachineStarted", message, machine, alive)
    actors = [a for a in (f"kubelet/{node}", f"kube-proxy/{node}") if a.partition("/")[0] not in state.stopped]
    state = evolve(state, stopped=state.stopped - set(actors))
    state = engine.wake_all(state, actors, state.steps)
    return engine.notice(state, ObjectKey("Lease", "kube-node-lease", node), state.steps)


def terminate_node(engine: Engine, state: State, node: str) -> State:
    """Terminate a machine in the cloud: it is gone for good.

    Raises:
        UsageError: there is no cloud, or no such machine in it.
    """
    machine, cloud = _machine(state, node), state.snapshot.cloud
    if cloud is None:
        raise UsageError("the machines of this cluster are in no cloud")
    if node not in cloud.instances:
        raise UsageError(f"the machine of {node} was terminated already")
    dead = _switched_off(machine, state)
    state = evolve(state, snapshot=evolve(state.snapshot, cloud=terminated(cloud, node)))
    key = ObjectKey("Node", "", node)
    message = f"The machine of Node {node} was terminated in the cloud."
    state = faulted(state, key, "MachineTerminated", message, machine, dead)
    state = _forget(state, (f"kubelet/{node}", f"kube-proxy/{node}"))
    state = engine.notice(state, key, state.steps)
    return engine.notice(state, ObjectKey("Lease", "kube-node-lease", node), state.steps)


def crash_container(engine: Engine, state: State, pod: ObjectKey, container: str = "", code: int = 1) -> State:
    """Let the process of a container end at once.

    Args:
        engine: the engine that runs the cluster.
        state: the present state.
        pod: the Pod.
        container: which container; the first that runs if "".
        code: the exit code of the process.

    Raises:
        UsageError: there is no such Pod, or no such container runs in it.
    """
    obj = state.snapshot.objects.get(pod)
    if obj is None:
        raise UsageError(f"there is no {pod}")
    node = obj.spec.node_name
    machine = state.snapshot.machines.get(node)
    sandbox = machine.sandboxes.get(obj.metadata.uid) if machine is not None else None
    if machine is None or sandbox is None:
        raise UsageError(f"{pod} does not run on any machine yet")
    running = [n for n in sorted(sandbox.containers) if sandbox.containers[n].running(state.now)]
    named = [c.name for c in obj.spec.containers if c.name in running]
    chosen = container or (named[0] if named else "")
    if chosen not in running:
        known = ", ".join(running) or "none"
        raise UsageError(f"no container {container!r} runs in {pod}; running: {known}")
    process = _ended(sandbox.containers[chosen], state.now, code)
    crashed = evolve(sandbox, containers=sandbox.containers.with_({chosen: process}))
    after = evolve(machine, sandboxes=machine.sandboxes.set(sandbox.uid, crashed))
    message = f"The process of container {chosen} in {pod} ended with exit code {code}."
    state = faulted(state, pod, "ContainerCrashed", message, machine, after, shown=(sandbox, crashed))
    return _wake(engine, state, [Work(f"kubelet/{node}", pod, state.steps)])


def stop(engine: Engine, state: State, name: str) -> State:
    """Stop a component: it loses its queue, and what it was in the middle of.

    Raises:
        UsageError: there is no such component, or it is stopped already.
    """
    if runtime_faults.is_runtime(name):
        return runtime_faults.stop(engine, state, name)
    actors = members(engine, state, name)
    if all(a in state.stopped for a in actors):
        raise UsageError(f"{name} is stopped already")
    for actor in actors:
        component, _, node = actor.partition("/")
        if component == "kubelet":
            state = _fall_silent(state, node)
    state = evolve(state, stopped=state.stopped | set(actors))
    state = faulted(state, ObjectKey("Component", "", name), "ComponentStopped", f"{name} was stopped.")
    state = _forget(state, actors)
    for node in _nodes(actors):
        state = engine.notice(state, ObjectKey("Lease", "kube-node-lease", node), state.steps)
    return state


def start(engine: Engine, state: State, name: str) -> State:
    """Start a component again: it lists everything it watches, and goes on from what it finds.

    Raises:
        UsageError: there is no such component, or it runs.
    """
    if runtime_faults.is_runtime(name):
        return runtime_faults.start(engine, state, name)
    actors = members(engine, state, name)
    stopped = [a for a in actors if a in state.stopped]
    if not stopped:
        raise UsageError(f"{name} is running")
    state = evolve(state, stopped=state.stopped - set(stopped))
    for node in _nodes(stopped):
        machine = state.snapshot.machines[node]
        if machine.powered:
            state = with_machine(state, evolve(machine, silent_since=None))
    state = faulted(state, ObjectKey("Component", "", name), "ComponentStarted", f"{name} was started.")
    # Whoever watches the API server or its store loses the connection with it, and lists everything anew.
    state = engine.wake_all(state, () if name in (API_SERVER, ETCD) else stopped, state.steps)
    for node in _nodes(stopped):
        state = engine.notice(state, ObjectKey("Lease", "kube-node-lease", node), state.steps)
    return state


def delay(engine: Engine, state: State, name: str, microseconds: int) -> State:
    """Let a component see every change only after a while; 0 lets it see them at once again.

    With a shorter delay than before it sees at once what was held back: nobody sees changes in another order than
    that in which they happened.

    Raises:
        UsageError: there is no such component.
    """
    actors = members(engine, state, name)
    sooner = {a for a in actors if microseconds < state.delays.get(a, 0)}
    state = _caught_up(engine, state, sooner)
    delays = FrozenMap({a: d for a, d in state.delays.items() if a not in actors})
    if microseconds:
        delays = delays.with_(dict.fromkeys(actors, microseconds))
    after = f"sees changes {microseconds / SECOND:g} s late" if microseconds else "sees changes at once again"
    state = evolve(state, delays=delays)
    return faulted(state, ObjectKey("Component", "", name), "ComponentDelayed", f"{name} {after}.")


def _caught_up(engine: Engine, state: State, actors: set[str]) -> State:
    """The state in which actors are about to see all that was held back from them."""
    timers = state.timers
    late = [mark for mark, timer in timers.due.items() if timer.work.seen is not None and timer.work.actor in actors]
    late.sort(key=lambda mark: state.timers.due[mark].serial)
    for mark in late:
        timers = timers.clear(mark)
    works = [evolve(state.timers.due[mark].work, seen=None) for mark in late]
    return _wake(engine, evolve(state, timers=timers), works)


def break_route(engine: Engine, state: State, node: str, destination: str) -> State:
    """Take a route away from a node: packets to `destination` take the next best way, which mostly leads nowhere.

    Raises:
        UsageError: there is no such machine, or it has no such route (any more).
    """
    machine = _machine(state, node)
    there = [d for d in can_be_lost(state.view, node) if d not in machine.lost_routes]
    if destination not in there:
        known = ", ".join(there) or "none"
        raise UsageError(f"{node} has no route to {destination!r} that could be lost; there are: {known}")
    broken = evolve(machine, lost_routes=tuple(sorted((*machine.lost_routes, destination))))
    message = f"The route to {destination} was removed on Node {node}."
    return faulted(state, ObjectKey("Node", "", node), "RouteRemoved", message, machine, broken)


def restore_route(engine: Engine, state: State, node: str, destination: str = "") -> State:
    """Give a node a route back that it has lost; all of them if none is named.

    Raises:
        UsageError: there is no such machine, or it has not lost that route.
    """
    machine = _machine(state, node)
    lost = machine.lost_routes
    if not lost or (destination and destination not in lost):
        known = ", ".join(lost) or "none"
        raise UsageError(f"{node} has not lost a route to {destination!r}; lost are: {known}")
    left = tuple(each for each in lost if destination and each != destination)
    message = f"The route to {destination or ', '.join(lost)} was restored on Node {node}."
    whole = evolve(machine, lost_routes=left)
    return faulted(state, ObjectKey("Node", "", node), "RouteRestored", message, machine, whole)


def compact(engine: Engine, state: State, revision: int) -> State:
    """Let etcd forget what was before a revision, and the revision itself (``etcdctl compact``).

    Raises:
        UsageError: that is forgotten already, or in the future.
    """
    state = evolve(state, snapshot=compaction.compact(state.snapshot, revision))
    message = f"etcd forgot everything up to revision {revision}: who wants to watch from there has to list again."
    return faulted(state, ObjectKey("Component", "", ETCD), "Compacted", message)


def members(engine: Engine, state: State, name: str) -> list[str]:
    """The actors that a name stands for: ``kubelet`` is all kubelets, ``kube-controller-manager`` all controllers.

    Raises:
        UsageError: there is no such component.
    """
    clusterwide = [c.name for c in engine.components]
    per_node = [c.name for c in engine.node_components]
    nodes = sorted(state.snapshot.machines)
    if name in (API_SERVER, ETCD) or name in clusterwide:
        return [name]
    processes = {c.name: getattr(c, "process", CONTROLLER_MANAGER) for c in engine.components}
    if name == CONTROLLER_MANAGER or name in processes.values():
        return [c for c in clusterwide if processes[c] == name and c not in NOT_CONTROLLERS]
    if name in per_node:
        return [f"{name}/{node}" for node in nodes]
    component, _, node = name.partition("/")
    if component in per_node and node in state.snapshot.machines:
        return [name]
    known = ", ".join((*_clusterwide(engine), *(f"{c}/NODE" for c in (*per_node, runtime_faults.RUNTIME))))
    raise UsageError(f"there is no component {name!r}; there are: {known}")


def _clusterwide(engine: Engine) -> list[str]:
    processes = (getattr(c, "process", CONTROLLER_MANAGER) for c in engine.components)
    return list(dict.fromkeys((API_SERVER, ETCD, CONTROLLER_MANAGER, *processes, *(c.name for c in engine.components))))


def component_names(engine: Engine, state: State) -> tuple[str, ...]:
    """Every name that `stop` and `start` understand, those of each machine included."""
    nodes = sorted(state.snapshot.machines)
    per_node = (*(c.name for c in engine.node_components), runtime_faults.RUNTIME)
    return (*_clusterwide(engine), *(f"{name}/{node}" for name in per_node for node in nodes))


def _machine(state: State, node: str) -> Machine:
    machine = state.snapshot.machines.get(node)
    if machine is None:
        known = ", ".join(sorted(state.snapshot.machines)) or "none"
        raise UsageError(f"there is no machine {node!r}; there are: {known}")
    return machine


def _switched_off(machine: Machine, state: State) -> Machine:
    sandboxes = machine.sandboxes
    for uid in sorted(sandboxes):
        sandboxes = sandboxes.set(uid, _killed(sandboxes[uid], state.now))
    return evolve(machine, powered=False, silent_since=_silence(machine, state), sandboxes=sandboxes)


def _silence(machine: Machine, state: State) -> int:
    return state.now if machine.silent_since is None else machine.silent_since


def _fall_silent(state: State, node: str) -> State:
    machine = state.snapshot.machines[node]
    return with_machine(state, evolve(machine, silent_since=_silence(machine, state)))


def _ended(process: ContainerProcess, now: int, code: int) -> ContainerProcess:
    return evolve(process, exits_at=now, exit_code=code, reason="Error")


def _killed(sandbox: Sandbox, now: int) -> Sandbox:
    dead = {n: _ended(p, now, KILLED) for n, p in sandbox.containers.items() if p.running(now)}
    return evolve(sandbox, containers=sandbox.containers.with_(dead))


def _nodes(actors: Iterable[str]) -> list[str]:
    return [node for component, _, node in (a.partition("/") for a in actors) if component == "kubelet"]


def _forget(state: State, actors: Iterable[str]) -> State:
    queue, timers, pending = state.queue, state.timers, state.pending
    gone = set(actors)
    for actor in sorted(gone):
        queue, timers = queue.without(actor), timers.without(actor)
        pending = pending.delete(actor) if actor in pending else pending
    busy = tuple(a for a in state.busy if a not in gone)
    return evolve(state, queue=queue, timers=timers, pending=pending, busy=busy)


def _wake(engine: Engine, state: State, works: list[Work]) -> State:
    return evolve(state, queue=state.queue.push([w for w in works if engine.running(state, w.actor)]))
