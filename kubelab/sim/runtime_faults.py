"""A container runtime that stops, and starts again: what runs goes on, and nothing begins or ends.

**In Kubernetes:** containerd or CRI-O. Its containers are children of shims, which outlive it; the kubelet, which
cannot reach it any more, skips every Pod and reports its node as not ready.

**Simplified:** the kubelet finds out at once, not after the half minute in which it goes on asking.
"""

from kubelab.api.model import evolve
from kubelab.errors import UsageError
from kubelab.sim.engine import Engine
from kubelab.sim.fault_step import faulted
from kubelab.sim.state import State
from kubelab.state.snapshot import ObjectKey

RUNTIME = "container-runtime"


def is_runtime(name: str) -> bool:
    """Whether a name is that of the container runtime, of all machines or of one (``container-runtime/worker-1``)."""
    return name.partition("/")[0] == RUNTIME


def stop(engine: Engine, state: State, name: str) -> State:
    """Stop it.

    Raises:
        UsageError: there is no such machine, or it is stopped already.
    """
    return _turn(engine, state, name, down=True)


def start(engine: Engine, state: State, name: str) -> State:
    """Start it again; its kubelet looks at everything anew.

    Raises:
        UsageError: there is no such machine, or it runs.
    """
    return _turn(engine, state, name, down=False)


def _turn(engine: Engine, state: State, name: str, *, down: bool) -> State:
    machines = state.snapshot.machines
    node = name.partition("/")[2]
    if node and node not in machines:
        raise UsageError(f"there is no machine {node!r}; there are: {', '.join(sorted(machines)) or 'none'}")
    nodes = [each for each in ([node] if node else sorted(machines)) if machines[each].runtime_down is not down]
    if not nodes:
        raise UsageError(f"{name} is stopped already" if down else f"{name} is running")
    for each in nodes:
        machines = machines.set(each, evolve(machines[each], runtime_down=down))
    word, reason = ("stopped", "ComponentStopped") if down else ("started", "ComponentStarted")
    state = evolve(state, snapshot=evolve(state.snapshot, machines=machines))
    state = faulted(state, ObjectKey("Component", "", name), reason, f"{name} was {word}.")
    return engine.wake_all(state, [f"kubelet/{each}" for each in nodes], state.steps)
