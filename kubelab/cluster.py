"""The cluster as a Python user holds it: apply, step, go back, fork, break, ask why, draw.

    from kubelab import Cluster

    cluster = Cluster()
    cluster.apply("deployment web x3 nginx:1.27")
    cluster.step()
    cluster.run()
    print(cluster.get("pods"))
    cluster.back(5)
    print(cluster.explain())

Everything is read at the cursor. What changes the cluster while the cursor is in the past forks there first: the
other branch stays as it was.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kubelab.api.duration import parse as parse_duration
from kubelab.api.expectation import Expectation
from kubelab.api.scheme import find
from kubelab.applying import Applied, apply_all, in_order, without_effect
from kubelab.dsl import Program, render
from kubelab.errors import Mistake, SourceError, StatusError, UsageError
from kubelab.program import of_objects, read, read_condition
from kubelab.sim import faults
from kubelab.sim.boot import DEFAULT_NODES, boot, default_nodes
from kubelab.sim.breakpoints import Breakpoint
from kubelab.sim.conditions import Verdict, holds, over_time
from kubelab.sim.engine import DEFAULT_LIMIT, Action, Engine, limit_error
from kubelab.sim.runs import RunResult
from kubelab.sim.state import EPOCH, State
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.requests import Delete, Request
from kubelab.state.snapshot import SECOND, Object, ObjectKey, View

if TYPE_CHECKING:
    from kubelab.picture import Picture

IDLE_LIMIT = 100_000
"""How many actions without a transition one step may take."""


class Cluster:
    """A simulated Kubernetes cluster and its timeline.

    Args:
        nodes: how many nodes it has, or Node objects, or None: those of the first program, or three.
        components: what runs in it; `kubelab.components.CONTROL_PLANE` and anything of your own.
        limit: how many actions one run may take before it is an error.
    """

    def __init__(
        self,
        nodes: int | Sequence[Any] | None = None,
        components: Sequence[Any] | None = None,
        limit: int = DEFAULT_LIMIT,
    ) -> None:
        if components is None:
            from kubelab.components import CONTROL_PLANE as components
        self.engine = Engine(components)
        self.limit = limit
        self.expectations: tuple[Expectation, ...] = ()
        self.breakpoints: list[Breakpoint] = []
        self._told: set[str] = set()
        self._branches: dict[str, Timeline] = {}
        self._branch = ""
        if nodes is not None:
            self._boot(default_nodes(nodes) if isinstance(nodes, int) else nodes)

    def _boot(self, nodes: Sequence[Any]) -> None:
        timeline = Timeline(boot(self.engine, nodes, EPOCH, self.limit))
        self._branch = timeline.branch
        self._branches = {timeline.branch: timeline}

    def __repr__(self) -> str:
        if not self._branches:
            return "<Cluster, not started>"
        return f"<Cluster: {self.view.count('Node')} nodes, step {self.cursor} of {len(self.timeline)}, {self._branch}>"

    # Where we are

    @property
    def timeline(self) -> Timeline:
        """The timeline of the present branch; a cluster that has not been used yet starts with three nodes."""
        if not self._branches:
            self._boot(default_nodes(DEFAULT_NODES))
        return self._branches[self._branch]

    @property
    def cursor(self) -> int:
        """The step that is looked at; 0 is the start."""
        return self.timeline.cursor

    @property
    def state(self) -> State:
        """The state at the cursor."""
        return self.timeline.state()

    @property
    def view(self) -> View:
        """The cluster at the cursor."""
        return self.timeline.view()

    @property
    def now(self) -> int:
        """The virtual time at the cursor, in microseconds since 1970."""
        return self.state.now

    @property
    def branches(self) -> tuple[str, ...]:
        """The names of all branches, in the order in which they were made."""
        return tuple(self._branches)

    @property
    def branch(self) -> str:
        """The name of the present branch."""
        return self.timeline.branch

    # Programs

    def apply(self, program: str | Sequence[Object], source: str = "", language: str = "") -> Applied:
        """Apply a program: everything in it, or nothing.

        Args:
            program: text in the language of kubelab, YAML or JSON, or objects.
            source: the name of the text, for its errors.
            language: ``kube``, ``yaml`` or ``json``; "" means to find out.

        Raises:
            SourceError: the text cannot be read, or the API server refuses an object; nothing has changed.
        """
        read_in = read(program, source, language) if isinstance(program, str) else of_objects(program)
        objects = [*read_in.nodes, *in_order(read_in.objects)]
        fresh = not self._branches
        if fresh:
            self._boot_with(read_in)
        timeline = self.timeline
        try:
            states, results = apply_all(self.engine, timeline.state(), objects, read_in)
        except SourceError:
            if fresh:
                self._branches = {}
            raise
        self._present()
        self._record(states)
        self.expectations = tuple(dict.fromkeys((*self.expectations, *read_in.expectations)))
        notes = without_effect(objects, self._told)
        return Applied(results, read_in.warnings, notes)

    def _boot_with(self, program: Program) -> None:
        """Start with the program's nodes; a node that is refused leaves the cluster not started."""
        try:
            self._boot(program.nodes or default_nodes(DEFAULT_NODES))
        except StatusError as refusal:
            mistakes = [Mistake(refusal.message, code=refusal.reason)]
            raise SourceError(mistakes, render(mistakes, program.text, program.source)) from refusal

    def request(self, request: Request) -> Transition | None:
        """Make one request to the API server; None where it asks for what is already so.

        Raises:
            StatusError: it is refused; nothing has changed.
        """
        timeline = self._present()
        before = timeline.state()
        after = self.engine.submit(before, request)
        self._record([after])
        return after.transition if after.steps != before.steps else None

    def delete(
        self, target: str, grace_seconds: int | None = None, propagation: str = "Background"
    ) -> Transition | None:
        """Delete one object.

        Args:
            target: ``kind/name`` or ``namespace/kind/name``.
            grace_seconds: how long its containers have, or None for what the Pod says.
            propagation: what happens to what it owns: ``Background``, ``Foreground`` or ``Orphan``.

        Raises:
            UsageError: the target cannot be read, or there is no such kind.
            StatusError: there is no such object.
        """
        key = self.key(target)
        message = f"you deleted {key}"
        return self.request(
            Delete(target=key, grace_seconds=grace_seconds, propagation=propagation, reason="Deleted", message=message)
        )

    def key(self, target: str) -> ObjectKey:
        """The key of an object: ``pod/web-1``, ``shop/pod/web-1``; the namespace is ``default`` if none is said.

        Raises:
            UsageError: it cannot be read, or there is no such kind.
        """
        *namespace, word, name = target.split("/") if target.count("/") in (1, 2) else ("", "")
        kind = find(word) if word else None
        if kind is None or not name:
            raise UsageError(f"{target!r} names no object; write kind/name, such as pod/web-1 or shop/deployment/web")
        return ObjectKey(kind.kind, (namespace[0] if namespace else "default") if kind.namespaced else "", name)

    # Steps

    def step(self, count: int = 1) -> Transition | None:
        """Go on by transitions: along the timeline where it goes on, else by letting the cluster act.

        Returns:
            the last transition, or None when nothing more can happen.
        """
        transition: Transition | None = None
        for _ in range(count):
            transition = self._step()
            if transition is None:
                break
        return transition

    def _step(self) -> Transition | None:
        timeline = self.timeline
        if timeline.cursor < len(timeline):
            timeline.goto(timeline.cursor + 1)
            return timeline.at()
        for state in self._actions(IDLE_LIMIT):
            if timeline.record(state):
                timeline.goto(len(timeline))
                return state.transition
        return None

    def step_reconcile(self) -> Transition | None:
        """Go on to the end of the next reconcile: all requests that one component makes for one key.

        Returns:
            the last transition, or None when nothing more can happen.
        """
        transition = self._step()
        while transition is not None and transition.actor in self.state.pending:
            transition = self._step()
        return transition

    def _actions(self, limit: int) -> Iterator[State]:
        """The states after the first enabled action, and the next, and so on."""
        state = self.timeline.newest
        for _ in range(limit):
            action = self.engine.first(state)
            if action is None:
                return
            state = self.engine.perform(state, action)
            yield state

    def run(
        self,
        until: str = "settled",
        for_: str = "",
        limit: int | None = None,
        progress: Callable[[State], None] | None = None,
    ) -> RunResult:
        """Let the cluster act until it has settled, a condition holds, or a time is up.

        Args:
            until: ``settled``, or a condition in the language: ``3 pods app=web Running``.
            for_: how much virtual time may go by at most: ``90s``, ``5m``.
            limit: how many actions the run may take; None means the cluster's own limit.
            progress: called after every action.

        Raises:
            LimitError: the limit was reached; the cluster is whole at the last step.
            SourceError: the condition cannot be read.
        """
        timeline = self.timeline
        timeline.goto(len(timeline))
        start, begun = timeline.newest, len(timeline)
        condition = None if until == "settled" else read_condition(until)
        deadline = start.now + parse_duration(for_) if for_ else None
        ended = self._run(condition, deadline, self.limit if limit is None else limit, progress)
        timeline.goto(len(timeline))
        state = timeline.newest
        verdicts = over_time(self.expectations, timeline)
        seconds = (state.now - start.now) / SECOND
        return RunResult(len(timeline) - begun, len(timeline), seconds, ended, verdicts)

    def _run(
        self,
        condition: Expectation | None,
        deadline: int | None,
        limit: int,
        progress: Callable[[State], None] | None,
    ) -> str:
        timeline, engine = self.timeline, self.engine
        state = timeline.newest
        if condition is not None and holds(condition, state.view):
            return "reached"
        try:
            for _ in range(limit):
                if deadline is None and engine.settled(state):
                    return "settled" if condition is None else "stuck"
                action = engine.first(state)
                if deadline is not None and (action is None or (action.kind == "tick" and action.at > deadline)):
                    timeline.record(engine.wait(state, deadline))
                    return "time" if condition is None else "stuck"
                if action is None:
                    return "settled" if condition is None else "stuck"
                state = engine.perform(state, action)
                moved = timeline.record(state)
                if progress is not None:
                    progress(state)
                if moved and any(b.hit(state) for b in self.breakpoints):
                    return "breakpoint"
                if condition is not None and (moved or action.kind == "tick") and holds(condition, state.view):
                    return "reached"
        except KeyboardInterrupt:
            return "interrupted"
        raise limit_error(limit, timeline.transitions[-10:])

    def until(self, condition: str, limit: int | None = None) -> RunResult:
        """Let the cluster act until a condition holds, such as ``3 pods app=web Running``."""
        return self.run(until=condition, limit=limit)

    def back(self, count: int = 1) -> Transition | None:
        """Go back by transitions; the transition at the cursor then, or None at the start."""
        return self.goto(max(0, self.cursor - count))

    def goto(self, index: int) -> Transition | None:
        """Look at the cluster after the transition with this index; -1 is the newest.

        Raises:
            UsageError: there is no such step.
        """
        timeline = self.timeline
        timeline.goto(len(timeline) + 1 + index if index < 0 else index)
        return timeline.at()

    # Other ways it could have gone

    def fork(self, name: str = "", at: int | None = None) -> str:
        """Leave the timeline at a step (the cursor) and go on differently; the other branch stays.

        Returns:
            the name of the new branch.

        Raises:
            UsageError: the name is taken.
        """
        chosen = name or f"branch-{len(self._branches)}"
        if chosen in self._branches:
            raise UsageError(f"there is a branch {chosen!r} already")
        self._branches[chosen] = self.timeline.fork(chosen, at)
        self._branch = chosen
        return chosen

    def switch(self, branch: str) -> Transition | None:
        """Go to another branch, where it was looked at last.

        Raises:
            UsageError: there is no such branch.
        """
        if branch not in self._branches:
            raise UsageError(f"there is no branch {branch!r}; there are: {', '.join(self._branches)}")
        self._branch = branch
        return self.timeline.at()

    def enabled(self) -> tuple[Action, ...]:
        """Everything that could happen next; `step` takes the first."""
        return self.engine.enabled(self.state)

    def perform(self, action: Action | int) -> Transition | None:
        """Let an action that is enabled happen next, given as it is or by its place in `enabled()`.

        Returns:
            the transition it made, or None where the actor found nothing to do.

        Raises:
            UsageError: it is not enabled.
        """
        actions = self.enabled()
        if isinstance(action, int):
            if not 0 <= action < len(actions):
                raise UsageError(f"there is no action {action}: {len(actions)} are enabled")
            action = actions[action]
        if action not in actions:
            raise UsageError(f"{action} is not enabled")
        timeline = self._present()
        before = timeline.state()
        after = self.engine.perform(before, action)
        self._record([after])
        return after.transition if after.steps != before.steps else None

    def _present(self) -> Timeline:
        """The timeline, ready to take a change at the cursor: forked where the cursor is in the past."""
        if self.timeline.cursor < len(self.timeline):
            self.fork()
        return self.timeline

    def _record(self, states: Sequence[State]) -> None:
        timeline = self.timeline
        for state in states:
            timeline.record(state)
        timeline.goto(len(timeline))

    # Faults and breakpoints

    def _fault(self, happen: Callable[..., State], *what: Any) -> Transition:
        timeline = self._present()
        state = happen(self.engine, timeline.state(), *what)
        self._record([state])
        assert state.transition is not None
        return state.transition

    def kill(self, node: str) -> Transition:
        """Switch a node's machine off: its containers die, its kubelet falls silent."""
        return self._fault(faults.kill_node, node)

    def revive(self, node: str) -> Transition:
        """Switch a node's machine on again."""
        return self._fault(faults.revive_node, node)

    def crash(self, pod: str, container: str = "", code: int = 1) -> Transition:
        """Let the process of a Pod's container end at once; `pod` is its name, or namespace/name."""
        namespace, _, name = pod.rpartition("/")
        return self._fault(faults.crash_container, ObjectKey("Pod", namespace or "default", name), container, code)

    def stop(self, component: str) -> Transition:
        """Stop a component (``kube-scheduler``, ``kubelet/worker-1``, ``kube-apiserver``): its queue is lost."""
        return self._fault(faults.stop, component)

    def start(self, component: str) -> Transition:
        """Start a component again."""
        return self._fault(faults.start, component)

    def delay(self, component: str, by: str) -> Transition:
        """Let a component see every change only after a while, such as ``5s``; ``0s`` ends that."""
        return self._fault(faults.delay, component, parse_duration(by))

    def break_on(self, component: str = "", object: str = "", condition: str = "") -> Breakpoint:
        """Let `run` stop after a transition of a component, about an object, or once a condition holds.

        Raises:
            UsageError: nothing is said.
            SourceError: the condition cannot be read.
        """
        if not (component or object or condition):
            raise UsageError("a breakpoint needs a component, an object or a condition")
        expectation = read_condition(condition) if condition else None
        test = None if expectation is None else (lambda view: bool(holds(expectation, view)))
        point = Breakpoint(component, object, test, condition)
        self.breakpoints.append(point)
        return point

    # Answers

    def check(self) -> tuple[Verdict, ...]:
        """What became so far of the expectations of the programs."""
        return over_time(self.expectations, self.timeline)

    def get(self, kinds: str = "all", output: str = "table", namespace: str | None = None) -> str:
        """Objects at the cursor, as ``kubectl get`` prints them; all namespaces if none is given."""
        from kubelab.views.tables import table

        return table(self.view, kinds, output, namespace=namespace)

    def explain(self, what: int | str | None = None) -> str:
        """Why a step happened (the cursor's, or the one with this index), or how an object (``pod/web-1``) came to be."""
        from kubelab.views import explain

        if isinstance(what, str):
            return explain.why_object(self.timeline, self.key(what))
        return explain.why(self.timeline, self.cursor if what is None else what)

    def draw(self, view: str = "topology", at: int | None = None, open: Sequence[str] = ()) -> "Picture":
        """A picture of one view at a step (the cursor).

        Raises:
            UsageError: there is no such view or step.
        """
        from kubelab.picture import Picture
        from kubelab.views import frame

        return Picture(frame(self.timeline, view, at, open=tuple(open)))

    def trace(self, format: str = "text", first: int = 1) -> str:
        """All transitions up to the cursor: ``text``, or ``json`` with one JSON object a line."""
        from kubelab.views.trace import trace

        return trace(self.timeline, format, first)
