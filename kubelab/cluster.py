"""The cluster as a Python user holds it: apply, step, go back, fork, break, ask why, draw.

    from kubelab import Cluster

    cluster = Cluster()
    cluster.apply("deployment web x3 nginx:1.27")
    cluster.run()

Everything is read at the cursor. What changes the cluster while the cursor is in the past forks there first: the
other branch stays as it was.
"""

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

from kubelab.access import Access, may_read
from kubelab.api.duration import parse as parse_duration
from kubelab.api.expectation import Expectation
from kubelab.api.registry import Registry
from kubelab.api.scheme import knowing
from kubelab.applying import Applied, apply_all, in_order, without_effect
from kubelab.breakable import Breakable
from kubelab.dsl import Program, render
from kubelab.equipment import Equipment
from kubelab.errors import Mistake, SourceError, StatusError, UsageError
from kubelab.looking import Looking
from kubelab.program import of_objects, read, read_condition, read_key
from kubelab.serving import Serving
from kubelab.showing import Showing
from kubelab.sim import runs
from kubelab.sim.boot import DEFAULT_NODES, default_nodes
from kubelab.sim.branches import Branches
from kubelab.sim.breakpoints import Breakpoint
from kubelab.sim.conditions import Verdict, over_time
from kubelab.sim.engine import DEFAULT_LIMIT, Action
from kubelab.sim.runs import RunResult
from kubelab.sim.state import State
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.requests import Delete, Request
from kubelab.state.snapshot import SECOND, Object, ObjectKey, View
from kubelab.state.vocabulary import vocabulary_of
from kubelab.stored import Stored


class Cluster(Breakable, Showing, Access, Looking, Stored, Serving):
    """A simulated Kubernetes cluster and its timeline.

    Args:
        nodes: how many nodes it has, or Node objects, or None: those of the first program, or three.
        components: what runs in it; `kubelab.components.CONTROL_PLANE` and anything of your own.
        limit: how many actions one run may take before it is an error.
        cloud: whether its machines are in a cloud, which provides load balancers.
        ingress: its Ingress controllers, such as ``nginx``; see `kubelab.components.ingress`.
        registries: the registries that give their images only to who has credentials.
        encrypted: the resources that lie encrypted in etcd, such as ``secrets``.

    Attributes:
        engine: the engine that runs it.
        expectations: what the programs so far expect.
        breakpoints: where a run stops.
        observers: called whenever the cluster or its cursor has changed.
    """

    def __init__(
        self,
        nodes: int | Sequence[Any] | None = None,
        components: Sequence[Any] | None = None,
        limit: int = DEFAULT_LIMIT,
        cloud: bool = False,
        ingress: Sequence[str] = (),
        registries: Sequence[Registry] = (),
        encrypted: Sequence[str] = (),
    ) -> None:
        self._equipment = Equipment(components, cloud, tuple(ingress), tuple(registries), tuple(encrypted))
        self.engine = self._equipment.engine()
        self.limit = limit
        self.expectations: tuple[Expectation, ...] = ()
        self.breakpoints: list[Breakpoint] = []
        self.observers: list[Callable[[], None]] = []
        self._told: set[str] = set()
        self._branches: Branches | None = None
        if nodes is not None:
            self._boot(default_nodes(nodes) if isinstance(nodes, int) else nodes)

    def _boot(self, nodes: Sequence[Any]) -> Branches:
        self._branches = Branches(self._equipment.boot(self.engine, nodes, self.limit))
        return self._branches

    @property
    def started(self) -> bool:
        """Whether it has been used: until then it has no nodes, and its first program may bring them."""
        return self._branches is not None

    def __repr__(self) -> str:
        if not self.started:
            return "<Cluster, not started>"
        return f"<Cluster: {self.view.count('Node')} nodes, step {self.cursor} of {len(self.timeline)}, {self.branch}>"

    # Where we are

    @property
    def _started(self) -> Branches:
        return self._branches if self._branches is not None else self._boot(default_nodes(DEFAULT_NODES))

    @property
    def timeline(self) -> Timeline:
        """The timeline of the present branch; a cluster that has not been used yet starts with three nodes."""
        return self._started.present

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
        return self._started.names

    @property
    def branch(self) -> str:
        """The name of the present branch."""
        return self.timeline.branch

    @property
    def departure(self) -> str:
        """What there is to say where the last change was made in the past, and so made a branch; else ""."""
        return self._started.departure

    # Programs

    def apply(self, program: str | Program | Sequence[Object], source: str = "", language: str = "") -> Applied:
        """Apply a program: everything in it, or nothing.

        Args:
            program: text in the language of kubelab, YAML or JSON, or what was read from it, or objects.
            source: the name of the text, for its errors.
            language: ``kube``, ``yaml`` or ``json``; "" means to find out.

        Raises:
            SourceError: the text cannot be read, or the API server refuses an object; nothing has changed.
        """
        if isinstance(program, str):
            program = read(program, source, language, None if self._branches is None else self.view)
        read_in = program if isinstance(program, Program) else of_objects(program)
        objects = [*read_in.nodes, *in_order(read_in.objects)]
        fresh, equipment = self._branches is None, self._equipment
        try:
            if fresh:
                self._boot_with(read_in)
            self._equipment.check(read_in)
            states, results = apply_all(self.engine, self.state, objects, read_in, fresh, self.acting)
        except SourceError:
            if fresh:
                self._branches, self._equipment = None, equipment
            raise
        self._take(*states)
        self.expectations = tuple(dict.fromkeys((*self.expectations, *read_in.expectations)))
        notes = (*without_effect(objects, self._told), *self._equipment.unserved(objects, self._told))
        return Applied(results, read_in.warnings, notes, self.departure)

    def _boot_with(self, program: Program) -> None:
        """Start with the program's nodes and equipment; a node that is refused leaves the cluster not started."""
        equipment = self._equipment.joined(program)
        self.engine, self._equipment = equipment.engine(), equipment
        try:
            self._boot(program.nodes or default_nodes(DEFAULT_NODES))
        except StatusError as refusal:
            mistakes = [Mistake(refusal.message, code=refusal.reason)]
            raise SourceError(mistakes, render(mistakes, program.text, program.source)) from refusal

    def request(self, request: Request, dry_run: bool = False) -> Transition | None:
        """Make one request to the API server, or only try what it would come to; None where it is already so.

        Raises:
            StatusError: it is refused; nothing has changed.
        """
        following = self.engine.submit(self.state, request, user=self.acting)
        if dry_run:
            return following.transition if following.steps != self.state.steps else None
        return self._take(following)

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
        key = self._key(target)
        why = f"You deleted {key}."
        asked = Delete(target=key, grace_seconds=grace_seconds, propagation=propagation, reason="Deleted", message=why)
        return self.request(asked)

    # Steps

    def step(self, count: int = 1) -> Transition | None:
        """Go on by transitions: along the timeline where it goes on, else by letting the cluster act.

        Returns:
            the last transition, or None when nothing more can happen.
        """
        steps = takewhile(bool, (runs.step(self.engine, self.timeline) for _ in range(count)))
        return self._seen(bool(list(steps)))

    def step_reconcile(self) -> Transition | None:
        """Go on to the end of the next reconcile (all requests of one component for one key); None at the end."""
        return self._seen(runs.step_reconcile(self.engine, self.timeline))

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
            progress: called with the state after every action.

        Raises:
            LimitError: the limit was reached; the cluster is whole at the last step.
            SourceError: the condition cannot be read.
            QuantityError: the time cannot be read.
        """
        timeline = self.timeline
        start, begun = timeline.newest, len(timeline)
        ended = runs.run(
            self.engine,
            timeline,
            condition=None if until == "settled" else self._condition(until),
            deadline=start.now + parse_duration(for_) if for_ else None,
            limit=self.limit if limit is None else limit,
            breakpoints=self.breakpoints,
            progress=progress,
        )
        self._changed()
        seconds = (timeline.newest.now - start.now) / SECOND
        return RunResult(len(timeline) - begun, len(timeline), seconds, ended, self.check())

    def _condition(self, text: str) -> Expectation:
        with knowing(vocabulary_of(self.view.snapshot)):
            return read_condition(text)

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
        self.timeline.goto(len(self.timeline) + 1 + index if index < 0 else index)
        return self._seen(True)

    def _seen(self, moved: bool) -> Transition | None:
        self._changed()
        return self.timeline.at() if moved else None

    # Other ways it could have gone

    def fork(self, name: str = "", at: int | None = None) -> str:
        """Leave the timeline at a step (the cursor) for a new branch, whose name is returned; the other one stays.

        Raises:
            UsageError: the name is taken, or there is no such step.
        """
        chosen = self._started.fork(name, at)
        self._changed()
        return chosen

    def twin(self, at: int | None = None) -> "Cluster":
        """Another cluster, as this one is at a step (the cursor); what happens in it changes nothing here."""
        other = type(self).__new__(type(self))
        vars(other).update(vars(self), observers=[], breakpoints=[], _told=set(self._told))
        other._branches = self._started.apart(at)
        return other

    def switch(self, branch: str) -> Transition | None:
        """Go to another branch, to where it was looked at last.

        Raises:
            UsageError: there is no such branch.
        """
        self._started.switch(branch)
        return self._seen(True)

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
        return self._take(self.engine.perform(self.state, action))

    def _take(self, *states: State) -> Transition | None:
        """Let states follow the one at the cursor; the last new transition."""
        self._started.changeable()
        transition = self._started.record(states)
        self._changed()
        return transition

    def _changed(self) -> None:
        for tell in self.observers:
            tell()

    # Answers

    def check(self) -> tuple[Verdict, ...]:
        """What became so far of the expectations of the programs."""
        return over_time(self.expectations, self.timeline)

    def get(self, kinds: str = "all", output: str = "table", namespace: str | None = None) -> str:
        """Objects at the cursor, as ``kubectl get`` prints them; all namespaces if none is given.

        Raises:
            UsageError: there is no such kind.
            StatusError: there is no such object, or whoever asks (`as_user`) may not read it.
        """
        from kubelab.views.tables import table

        with knowing(vocabulary_of(self.view.snapshot)):
            may_read(self.view.snapshot, self.acting, kinds, namespace)
            return table(self.view, kinds, output, namespace=namespace)

    def _key(self, target: str) -> ObjectKey:
        with knowing(vocabulary_of(self.view.snapshot)):
            return read_key(target)

    def explain(self, what: int | str | None = None) -> str:
        """Why a step happened (the cursor's, or the one with an index), or how an object (``pod/web-1``) came to be."""
        from kubelab.views import explain

        if isinstance(what, str):
            return explain.why_object(self.timeline, self._key(what))
        return explain.why(self.timeline, self.cursor if what is None else what)
