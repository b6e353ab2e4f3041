"""The engine: what can happen next, and what the cluster is like after it.

    enabled(state) -> actions         in a fixed order
    perform(state, action) -> state   pure

The default run takes the first enabled action again and again; a lesson may take another one, the explorer takes all.
Virtual time moves only when nothing else is enabled.

In Kubernetes: the watches, informers, work queues and retries that every controller has around its `Reconcile`.

**Simplified:** what happens at the same time in a real cluster happens here one after another, in one of the orders
in which it could have happened there.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from kubelab.api.model import evolve
from kubelab.apiserver.authentication import User
from kubelab.apiserver.outcome import Outcome
from kubelab.apiserver.server import carry_out, handle, named
from kubelab.errors import StatusError
from kubelab.sim.queue import Work
from kubelab.sim.retries import LASTING_RETRIES, wait_after
from kubelab.sim.state import Pending, State
from kubelab.sim.transition import Transition, limit_error
from kubelab.sim.wiring import Wiring, running, wants
from kubelab.state.requests import CloudRequest, MachineRequest, Request, Requeue
from kubelab.state.snapshot import Change, ObjectKey, Revision, View

API_SERVER = "kube-apiserver"
ETCD = "etcd"
OUTSIDE = (MachineRequest, CloudRequest)
USER = "user"

DEFAULT_LIMIT = 2_000_000
"""How many actions one run may take."""


@attrs.frozen(slots=True)
class Action:
    """Something that can happen next.

    Attributes:
        kind: ``reconcile`` (an actor looks at a key), ``continue`` (it makes its next request), ``tick`` (time moves).
        actor: who acts; "" for a tick.
        key: the key it looks at; None for a tick.
        at: the moment to which time moves, in microseconds since 1970; 0 unless it is a tick.
    """

    kind: str
    actor: str = ""
    key: ObjectKey | None = None
    at: int = 0

    def __str__(self) -> str:
        if self.kind == "tick":
            return f"time moves to {self.at}"
        return f"{self.actor} {'looks at' if self.kind == 'reconcile' else 'goes on with'} {self.key}"


class Engine:
    """Runs a fixed set of components.

    Attributes:
        components: the components of which there is one in the cluster, in their fixed order.
        node_components: those of which every node runs its own.
    """

    def __init__(self, components: Sequence[Any]) -> None:
        """Take components of both sorts: those with `reconcile`, and those with `reconcile_on`."""
        self.components = tuple(c for c in components if hasattr(c, "reconcile"))
        self.node_components = tuple(c for c in components if hasattr(c, "reconcile_on"))
        self._by_name = {c.name: c for c in (*self.components, *self.node_components)}
        self._wiring = Wiring(self.components, self.node_components)

    def component(self, name: str) -> Any:
        """The component with this name.

        Raises:
            KeyError: there is none.
        """
        return self._by_name[name]

    # What can happen next

    def enabled(self, state: State) -> tuple[Action, ...]:
        """Everything that can happen next, in a fixed order; the default run takes the first."""
        able = [actor for actor in state.busy if self._can_act(state, actor)]
        actions = [Action("continue", actor, state.pending[actor].work.key) for actor in able]
        actions += [
            Action("reconcile", work.actor, work.key)
            for work in state.queue.waiting()
            if work.actor not in state.pending and self._can_act(state, work.actor)
        ]
        if not actions:
            at = state.timers.next_time()
            if at is not None:
                actions.append(Action("tick", at=at))
        return tuple(actions)

    def first(self, state: State) -> Action | None:
        """The first enabled action, or None; it costs the same however much is enabled."""
        if not self._serving(state):
            return next(iter(self.enabled(state)), None)
        if state.busy:
            actor = state.busy[0]
            return Action("continue", actor, state.pending[actor].work.key)
        work = state.queue.first()
        if work is not None:
            return Action("reconcile", work.actor, work.key)
        at = state.timers.next_time()
        return None if at is None else Action("tick", at=at)

    def settled(self, state: State) -> bool:
        """Whether nothing more happens by itself, besides what recurs for ever (retries, polls)."""
        if not self._serving(state):
            return not state.timers.lasting and all(action.kind == "tick" for action in self.enabled(state))
        return not state.busy and not state.queue and not state.timers.lasting

    @staticmethod
    def _serving(state: State) -> bool:
        return API_SERVER not in state.stopped and ETCD not in state.stopped

    def _can_act(self, state: State, actor: str) -> bool:
        """Whether there is anything that an actor can do: while nobody serves the API, only on its own machine."""
        if self._serving(state):
            return True
        pending = state.pending.get(actor)
        return "/" in actor if pending is None else isinstance(pending.requests[0], MachineRequest)

    # What happens

    def perform(self, state: State, action: Action) -> State:
        """The state after an action.

        A reconcile that wants nothing and a tick make no transition: `steps` stays as it was.

        Raises:
            KeyError: the action is not enabled.
        """
        if action.kind == "tick":
            return self._tick(state, action.at)
        if action.kind == "continue":
            pending = state.pending[action.actor]
            return self._carry_on(state, pending.work, pending.requests, pending.after_refusal)
        assert action.key is not None
        return self._reconcile(state, action.actor, action.key)

    def _tick(self, state: State, at: int) -> State:
        now = max(at, state.now)
        due, timers = state.timers.pop_due(now)
        works = [timer.work for timer in due if running(state, timer.work.actor)]
        return evolve(state, now=now, timers=timers, queue=state.queue.push(works))

    def _reconcile(self, state: State, actor: str, key: ObjectKey) -> State:
        work, queue = state.queue.take(actor, key)
        name, _, node = actor.partition("/")
        component = self._by_name[name]
        view = View(work.shown(state.snapshot), state.now)
        wanted = wants(component, view, node, key)
        requests: list[Request] = []
        again: Requeue | None = None
        for want in wanted:
            if isinstance(want, Requeue):
                again = want if again is None or want.at < again.at else again
            else:
                requests.append(want)
        if not self._serving(state):
            requests = [evolve(each, events=()) for each in requests if isinstance(each, MachineRequest)]
        timers = state.timers
        if again is not None:
            timers = timers.set((actor, key), max(again.at, state.now), Work(actor, key, work.cause), again.recurring)
        elif timers.due and (actor, key) in timers.due:
            timers = timers.clear((actor, key))
            if not requests and hasattr(component, "called_off"):
                requests = list(component.called_off(view, key))
        if not requests:
            failures = state.failures
            if failures and (actor, key) in failures:
                failures = failures.delete((actor, key))
            return evolve(state, queue=queue, timers=timers, failures=failures)
        return self._carry_on(evolve(state, queue=queue, timers=timers), work, tuple(requests))

    def _carry_on(self, state: State, work: Work, requests: tuple[Request, ...], after_refusal: bool = False) -> State:
        """Carry out the first of `requests`, and keep the others for the next steps."""
        request, rest = requests[0], requests[1:]
        actor = work.actor
        try:
            outcome = self._ask(state, request, actor)
        except StatusError as error:
            return self._refused(state, work, request, error, after_refusal)
        changes: dict[str, Any] = {}
        if rest:
            changes["pending"] = state.pending.set(actor, Pending(work, rest, after_refusal))
            if actor not in state.busy:
                changes["busy"] = (*state.busy, actor)
        elif actor in state.pending:
            changes["pending"] = state.pending.delete(actor)
            changes["busy"] = tuple(a for a in state.busy if a != actor)
        if not rest and not after_refusal and state.failures and (actor, work.key) in state.failures:
            changes["failures"] = state.failures.delete((actor, work.key))
        if not outcome.changed and outcome.snapshot is state.snapshot:
            return evolve(state, **changes) if changes else state
        return self._committed(state, request, actor, work, outcome, changes)

    @staticmethod
    def _ask(state: State, request: Request, actor: str) -> Outcome:
        if isinstance(request, OUTSIDE):
            return carry_out(state.snapshot, request, state.now, actor)
        return handle(state.snapshot, request, state.now, actor)

    def _committed(
        self,
        state: State,
        request: Request,
        actor: str,
        work: Work | None,
        outcome: Outcome,
        changes: dict[str, Any],
    ) -> State:
        index = state.steps + 1
        request = named(request, outcome.key)
        before, after = outcome.before, outcome.after
        node = getattr(request, "node", "") if isinstance(request, OUTSIDE) else ""
        works: list[Work] = []
        timers = state.timers
        if isinstance(request, OUTSIDE):
            before, after = request.shown(before), request.shown(after)
            if work is not None:
                works.append(Work(actor, work.key, index))
        elif outcome.changed:
            view = View(outcome.snapshot, state.now)
            seen = (Revision(outcome.key, before, after), *outcome.besides)
            works, timers = self._wiring.wake_by(state, seen, view, index)
        transition = Transition(
            index=index,
            time=state.now,
            actor=actor,
            verb=request.verb,
            key=outcome.key,
            subresource=getattr(request, "subresource", ""),
            reason=request.reason,
            message=request.message,
            cause=work.cause if work is not None else None,
            before=before,
            after=after,
            events=outcome.events,
            revision=outcome.snapshot.revision,
            node=node,
            besides=outcome.besides,
        )
        return evolve(
            state,
            snapshot=outcome.snapshot,
            steps=index,
            queue=state.queue.push(works) if works else state.queue,
            timers=timers,
            transition=transition,
            **changes,
        )

    def _refused(self, state: State, work: Work, request: Request, error: StatusError, after_refusal: bool) -> State:
        """A refused request: the rest of the reconcile is dropped, and the key is tried again after a while.

        A component that has something to say of it (an Event, a condition: `refused`) says it in the next steps.
        What is refused because its namespace goes away is not tried again: it cannot come true any more.
        """
        actor, mark = work.actor, (work.actor, work.key)
        count = state.failures.get(mark, 0)
        at = state.now + wait_after(self._by_name.get(actor.partition("/")[0]), count)
        index = state.steps + 1
        again = Work(actor, work.key, index)
        transition = Transition(
            index=index,
            time=state.now,
            actor=actor,
            verb=request.verb,
            key=request.key,
            subresource=getattr(request, "subresource", ""),
            reason=error.reason,
            message=f"kube-apiserver refused what {actor} asked for: {error.message}",
            cause=work.cause,
            error=error,
            revision=state.snapshot.revision,
        )
        pending = state.pending.delete(actor) if actor in state.pending else state.pending
        busy = tuple(a for a in state.busy if a != actor)
        hopeless = any(cause.reason == "NamespaceTerminating" for cause in error.causes)
        said = () if after_refusal else self._said_of(state, work, request, error)
        if said:
            pending, busy = pending.set(actor, Pending(again, said, after_refusal=True)), (*busy, actor)
        return evolve(
            state,
            steps=index,
            pending=pending,
            busy=busy,
            failures=state.failures.set(mark, count + 1),
            timers=state.timers if hopeless else state.timers.set(mark, at, again, count >= LASTING_RETRIES),
            transition=transition,
        )

    def _said_of(self, state: State, work: Work, request: Request, error: StatusError) -> tuple[Request, ...]:
        component = self._by_name.get(work.actor)
        if component is None or not hasattr(component, "refused"):
            return ()
        said = component.refused(state.view, work.key, request, error)
        return tuple(want for want in said if not isinstance(want, Requeue))

    # Who is woken

    def running(self, state: State, actor: str) -> bool:
        """Whether a component (or its copy on a node) runs, so that it can be woken."""
        return running(state, actor)

    def wake_all(self, state: State, names: Iterable[str] = (), cause: int | None = None) -> State:
        """Let components list everything they watch, as they do when they start.

        Args:
            state: the present state.
            names: actors (``kube-scheduler``, ``kubelet/worker-1``), or none for all of them.
            cause: the index of the transition that started them.
        """
        return evolve(state, queue=state.queue.push(self._wiring.everything(state, names, cause)))

    def notice(self, state: State, key: ObjectKey, cause: int | None) -> State:
        """Wake those who watch an object whose derived part changed (a Lease whose renewals stop or resume)."""
        obj = state.snapshot.objects.get(key)
        if obj is None:
            return state
        change = Change(key, obj, obj, state.view, state.snapshot.revision)
        works, timers = self._wiring.wake(state, change, cause)
        return evolve(state, queue=state.queue.push(works), timers=timers)

    # Requests from outside

    def submit(self, state: State, request: Request, actor: str = USER, user: User | None = None) -> State:
        """Carry out the request of a person.

        Args:
            state: the present state.
            request: what is asked for.
            actor: who asks.
            user: as whom (impersonation); None means as itself.

        Raises:
            StatusError: it is refused; nothing has changed.
        """
        if not self._serving(state):
            raise StatusError(503, "ServiceUnavailable", CONNECTION_REFUSED)
        outcome = handle(state.snapshot, request, state.now, actor, user)
        if not outcome.changed and not request.events:
            # A manager's manifest is remembered even where it asks for nothing new.
            return state if outcome.snapshot is state.snapshot else evolve(state, snapshot=outcome.snapshot)
        return self._committed(state, request, actor, None, outcome, {})

    def wait(self, state: State, until: int) -> State:
        """Let time go by up to a moment at which nothing is due."""
        return evolve(state, now=max(state.now, until))

    # Runs

    def run(self, state: State, limit: int = DEFAULT_LIMIT) -> Iterator[State]:
        """Take the first enabled action again and again; gives the state after each action, until it has settled.

        Raises:
            LimitError: it did not settle within `limit` actions.
        """
        last: list[Transition] = []
        for _ in range(limit):
            if self.settled(state):
                return
            action = self.first(state)
            if action is None:
                return
            steps = state.steps
            state = self.perform(state, action)
            if state.steps != steps and state.transition is not None:
                last = [*last[-9:], state.transition]
            yield state
        raise limit_error(limit, last)

    def settle(self, state: State, limit: int = DEFAULT_LIMIT) -> State:
        """The state once nothing more happens by itself.

        Raises:
            LimitError: it did not settle within `limit` actions.
        """
        for following in self.run(state, limit):
            state = following
        return state


CONNECTION_REFUSED = "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?"
