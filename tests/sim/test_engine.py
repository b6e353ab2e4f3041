"""The engine: what is enabled, what one step does, retries, stops, delays; with controllers made for the purpose."""

import pytest

from kubelab.api.core.config import ConfigMap
from kubelab.api.core.namespace import Namespace
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.errors import LimitError, StatusError, UsageError
from kubelab.sim import faults
from kubelab.sim.engine import API_SERVER, Action, Engine
from kubelab.sim.retries import wait_after
from kubelab.sim.state import EPOCH, State
from kubelab.state.requests import Create, Delete, EventNote, Record, Requeue, Update
from kubelab.state.snapshot import SECOND, ObjectKey


class Mirror:
    """For every ConfigMap `x` it wants `x-copy` and `x-second`, with the same data."""

    name = "mirror-controller"
    watches = ("ConfigMap",)

    def enqueue(self, change):
        name = change.key.name.removesuffix("-copy").removesuffix("-second")
        yield change.key._replace(name=name)

    def reconcile(self, view, key):
        source = view.find(key)
        if source is None:
            return []
        wanted = []
        for suffix in ("-copy", "-second"):
            copy = view.find(key._replace(name=key.name + suffix))
            if copy is None:
                meta = ObjectMeta(name=key.name + suffix, namespace=key.namespace)
                note = EventNote(key, "Copied", f"Copied to {meta.name}")
                wanted.append(
                    Create(object=ConfigMap(metadata=meta, data=source.data), reason="Copied", events=(note,))
                )
            elif copy.data != source.data:
                wanted.append(Update(object=evolve(copy, data=source.data), reason="Changed"))
        return wanted


class Reaper:
    """Deletes a ConfigMap labelled `ttl` that many seconds after it was made."""

    name = "reaper"
    watches = ("ConfigMap",)

    def enqueue(self, change):
        yield change.key

    def reconcile(self, view, key):
        obj = view.find(key)
        if obj is None or "ttl" not in obj.metadata.labels:
            return []
        end = (obj.metadata.creation_timestamp + int(obj.metadata.labels["ttl"])) * SECOND
        return [Requeue(at=end)] if view.now < end else [Delete(target=key, reason="Expired")]


class Poller:
    """Looks at every ConfigMap again and again, and wants nothing."""

    name = "poller"
    watches = ("ConfigMap",)

    def enqueue(self, change):
        yield change.key

    def reconcile(self, view, key):
        return [Requeue(at=view.now + SECOND, recurring=True)]


def config(name: str, labels: dict[str, str] | None = None, **data: str) -> ConfigMap:
    meta = ObjectMeta(name=name, namespace="default", labels=FrozenMap(labels or {}))
    return ConfigMap(metadata=meta, data=FrozenMap(data))


def key(name: str) -> ObjectKey:
    return ObjectKey("ConfigMap", "default", name)


def started(engine: Engine, *objects: ConfigMap) -> State:
    state = engine.submit(
        State(snapshot=initial_snapshot(EPOCH)), Create(object=Namespace(metadata=ObjectMeta(name="default")))
    )
    for obj in objects:
        state = engine.submit(state, Create(object=obj))
    return state


def names(state: State) -> list[str]:
    return [k.name for k in state.view.keys("ConfigMap")]


def test_one_step_is_one_request():
    engine = Engine([Mirror()])
    state = started(engine, config("a", v="1"))
    first = engine.first(state)
    assert first == Action("reconcile", "mirror-controller", key("a"))
    state = engine.perform(state, first)
    assert names(state) == ["a", "a-copy"]
    assert engine.enabled(state)[0] == Action("continue", "mirror-controller", key("a"))
    state = engine.perform(state, engine.enabled(state)[0])
    assert names(state) == ["a", "a-copy", "a-second"]


def test_a_transition_says_who_why_and_what_woke_the_actor():
    engine = Engine([Mirror()])
    state = engine.settle(started(engine, config("a")))
    transition = state.transition
    assert transition is not None
    assert (transition.actor, transition.verb, transition.key, transition.reason) == (
        "mirror-controller",
        "create",
        key("a-second"),
        "Copied",
    )
    assert transition.cause == 2
    (event,) = state.view.events(key("a"))[1:]
    assert (event.component, event.message) == ("mirror-controller", "Copied to a-second")


def test_first_is_always_the_first_of_what_is_enabled():
    engine = Engine([Mirror(), Reaper(), Poller()])
    state = started(engine, config("a", {"ttl": "3"}), config("b"))
    for _ in range(200):
        enabled = engine.enabled(state)
        assert engine.first(state) == (enabled[0] if enabled else None)
        if engine.settled(state):
            break
        state = engine.perform(state, enabled[0])
    assert engine.settled(state)


def test_performing_leaves_the_state_before_as_it_was():
    engine = Engine([Mirror()])
    state = started(engine, config("a"))
    again = engine.first(state)
    engine.settle(state)
    assert names(state) == ["a"]
    assert engine.first(state) == again


def test_time_moves_only_when_nothing_else_is_enabled():
    engine = Engine([Mirror(), Reaper()])
    state = started(engine, config("a", {"ttl": "30"}))
    times = [s.now for s in engine.run(state)]
    assert times == sorted(times)
    state = engine.settle(state)
    assert state.now == EPOCH + 30 * SECOND
    assert names(state) == ["a-copy", "a-second"]


def test_what_recurs_for_ever_does_not_keep_a_cluster_from_settling():
    engine = Engine([Poller()])
    state = engine.settle(started(engine, config("a")))
    assert state.now == EPOCH
    assert engine.first(state) == Action("tick", at=EPOCH + SECOND)


def test_a_refused_request_is_a_transition_and_is_tried_again_later():
    class Stubborn(Mirror):
        def reconcile(self, view, key):
            found = view.find(key)
            if found is None or found.data.get("done"):
                return []
            # Written from a version that is not the newest: refused until somebody else has written it.
            old = evolve(found, metadata=evolve(found.metadata, resource_version="1"))
            return [Update(object=evolve(old, data=FrozenMap(done="yes")))]

    engine = Engine([Stubborn()])
    state = started(engine, config("a"))
    state = engine.perform(state, engine.first(state))
    assert state.transition is not None
    assert state.transition.outcome == "refused"
    assert state.transition.error is not None
    assert state.transition.error.code == 409
    assert str(state.transition.error) == (
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    waits = []
    for _ in range(6):
        before = state.now
        state = engine.perform(state, engine.first(state))
        waits.append(state.now - before)
        state = engine.perform(state, engine.first(state))
    assert waits == [5_000, 10_000, 20_000, 40_000, 80_000, 160_000]


def test_a_person_is_told_of_a_refusal_and_nothing_has_changed():
    engine = Engine([Mirror()])
    state = started(engine, config("a"))
    with pytest.raises(StatusError, match='configmaps "a" already exists'):
        engine.submit(state, Create(object=config("a")))


def test_a_stopped_component_loses_its_queue_and_recovers_when_it_starts():
    engine = Engine([Mirror()])
    state = started(engine, config("a"))
    state = faults.stop(engine, state, "mirror-controller")
    assert engine.first(state) is None
    state = engine.submit(state, Create(object=config("b")))
    assert engine.settle(state) is state
    state = engine.settle(faults.start(engine, state, "mirror-controller"))
    assert names(state) == ["a", "a-copy", "a-second", "b", "b-copy", "b-second"]


def test_a_component_stopped_between_two_requests_of_a_reconcile_finishes_later():
    engine = Engine([Mirror()])
    state = started(engine, config("a"))
    state = engine.perform(state, engine.first(state))
    state = faults.stop(engine, state, "mirror-controller")
    assert names(engine.settle(state)) == ["a", "a-copy"]
    state = engine.settle(faults.start(engine, state, "mirror-controller"))
    assert names(state) == ["a", "a-copy", "a-second"]


def test_without_its_api_server_nothing_in_a_cluster_changes():
    engine = Engine([Mirror()])
    state = faults.stop(engine, started(engine, config("a")), API_SERVER)
    assert engine.enabled(state) == ()
    with pytest.raises(StatusError, match="was refused"):
        engine.submit(state, Create(object=config("b")))
    assert names(engine.settle(faults.start(engine, state, API_SERVER))) == ["a", "a-copy", "a-second"]


def test_a_delayed_component_acts_later_on_what_it_saw():
    engine = Engine([Mirror()])
    state = started(engine)
    state = faults.delay(engine, state, "mirror-controller", 5 * SECOND)
    state = engine.submit(state, Create(object=config("a", v="1")))
    state = engine.wait(state, EPOCH + 2 * SECOND)
    state = engine.submit(state, Update(object=config("a", v="2")))
    state = engine.perform(state, engine.first(state))
    assert state.now == EPOCH + 5 * SECOND
    state = engine.perform(state, engine.first(state))
    copied = state.snapshot.objects[key("a-copy")]
    assert copied.data["v"] == "1"
    state = engine.settle(state)
    assert state.snapshot.objects[key("a-copy")].data["v"] == "2"


def test_when_a_delay_ends_or_shrinks_what_was_held_back_is_seen_at_once_and_as_it_is_now():
    # Found by random faults: late news arrived after newer news, and took their place.
    for shorter in (0, 2 * SECOND):
        engine = Engine([Mirror()])
        state = faults.delay(engine, started(engine), "mirror-controller", 50 * SECOND)
        state = engine.submit(state, Create(object=config("a", v="1")))
        state = engine.submit(state, Update(object=config("a", v="2")))
        state = faults.delay(engine, state, "mirror-controller", shorter)
        assert not state.timers.due
        (work,) = state.queue.waiting()
        assert (work.key, work.seen) == (key("a"), None)
        state = engine.settle(state)
        assert state.snapshot.objects[key("a-copy")].data["v"] == "2"


def test_stopping_what_is_not_there_names_what_is():
    engine = Engine([Mirror()])
    with pytest.raises(UsageError, match="mirror-controller"):
        faults.stop(engine, started(engine), "mirrorr")


def test_a_run_without_end_is_an_error_that_shows_the_last_steps():
    class Restless(Mirror):
        def reconcile(self, view, key):
            found = view.find(key)
            number = int(found.data.get("n", "0"))
            return [Update(object=evolve(found, data=FrozenMap(n=str(number + 1))), message=f"count to {number + 1}")]

    engine = Engine([Restless()])
    with pytest.raises(LimitError, match="did not settle within 50 actions") as caught:
        engine.settle(started(engine, config("a")), limit=50)
    assert "count to 50" in str(caught.value)


class Impatient(Reaper):
    """Says so when it need not delete any more, and takes its time when it is refused."""

    retries = (2 * SECOND, 3 * SECOND)

    def called_off(self, view, key):
        return [Record(target=key, reason="CalledOff", events=(EventNote(key, "CalledOff", "it may stay"),))]


def test_who_meant_to_act_later_may_say_that_it_is_called_off():
    engine = Engine([Impatient()])
    state = started(engine, config("a", labels={"ttl": "60"}))
    state = engine.perform(state, engine.first(state))
    assert state.timers.next_time() is not None
    state = engine.settle(engine.submit(state, Update(object=evolve(state.view.find(key("a")), metadata=CALM))))
    assert [e.reason for e in state.snapshot.events[key("a")]] == ["CalledOff"]
    assert state.timers.next_time() is None


CALM = ObjectMeta(name="a", namespace="default")


def test_a_component_may_say_how_soon_it_tries_again():
    assert [wait_after(Mirror(), n) for n in (0, 1, 20)] == [5_000, 10_000, 1_000_000_000]
    assert [wait_after(Impatient(), n) for n in (0, 1, 20)] == [2 * SECOND, 3 * SECOND, 3 * SECOND]
