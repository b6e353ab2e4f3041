"""A fault as a step of the timeline."""

from kubelab.api.model import evolve
from kubelab.sim.state import State
from kubelab.sim.transition import Transition
from kubelab.state.machine import Machine
from kubelab.state.snapshot import ObjectKey

FAULT = "fault"
"""Who is said to act when something breaks."""


def faulted(
    state: State,
    key: ObjectKey,
    reason: str,
    message: str,
    before: Machine | None = None,
    after: Machine | None = None,
    shown: tuple[object, object] | None = None,
) -> State:
    """The state after a fault: a step of the timeline as any other.

    Args:
        state: the state before.
        key: what the fault is about.
        reason: the CamelCase word.
        message: the sentence.
        before: the machine before, if it is about one.
        after: the machine afterwards.
        shown: the part of it that a step shows; the machines, if it is None.
    """
    if after is not None:
        state = with_machine(state, after)
    old, new = shown if shown is not None else (before, after)
    transition = Transition(
        index=state.steps + 1,
        time=state.now,
        actor=FAULT,
        verb="fault",
        key=key,
        reason=reason,
        message=message,
        before=old,
        after=new,
        revision=state.snapshot.revision,
        node=after.name if after is not None else "",
    )
    return evolve(state, steps=state.steps + 1, transition=transition)


def with_machine(state: State, machine: Machine) -> State:
    """The state with a machine as it is now."""
    machines = state.snapshot.machines.set(machine.name, machine)
    return evolve(state, snapshot=evolve(state.snapshot, machines=machines))
