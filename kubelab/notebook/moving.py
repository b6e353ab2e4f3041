"""The commands of ``%kube`` that go along the timeline, and from one branch or cluster to another."""

from kubelab.api.duration import elapsed
from kubelab.cluster import Cluster
from kubelab.errors import UsageError
from kubelab.notebook import foresight, strides
from kubelab.notebook.commands import Text, command, done, needs, told
from kubelab.notebook.options import Option, number, parse
from kubelab.notebook.session import Session
from kubelab.sim.engine import Action


def going(cluster: Cluster, steps: int | None, until: str, time: str) -> list[str]:
    """Let a cluster act as far as is asked; what is to be said about it."""
    if steps is not None:
        cluster.step(steps)
        return []
    if until:
        return [str(cluster.run(until=until, for_=time))]
    return []


@command("step", "[N | reconcile | moment | settled]", "go on by N steps, or by a larger stride")
def _step(session: Session, words: list[str]) -> Text:
    (word,) = needs(words, "step [N | reconcile | moment | settled]", 0)
    cluster = session.cluster
    if word in strides.STRIDES:
        place = strides.forth(foresight.ahead(cluster).timeline, cluster.cursor, word)
        return told(cluster, cluster.step(max(place - cluster.cursor, 1)))
    return told(cluster, cluster.step(number(word, "step") if word else 1))


@command("back", "[N]", "go back by N steps")
def _back(session: Session, words: list[str]) -> Text:
    (word,) = needs(words, "back [N]", 0)
    return told(session.cluster, session.cluster.back(number(word, "back") if word else 1))


@command("goto", "N", "show step N; 0 is the start, -1 the newest")
def _goto(session: Session, words: list[str]) -> Text:
    (word,) = needs(words, "goto N")
    return told(session.cluster, session.cluster.goto(number(word, "goto")))


@command("run", "[TIME]", "let the cluster act until it has settled, or for so much virtual time: run 90s")
def _run(session: Session, words: list[str]) -> Text:
    (word,) = needs(words, "run [TIME]", 0)
    return Text(session.cluster.run(for_=word))


@command("until", "CONDITION", "let the cluster act until a condition holds: until 3 pods app=web Running")
def _until(session: Session, words: list[str]) -> Text:
    if not words:
        raise UsageError("write: %kube until CONDITION, such as: %kube until 3 pods app=web Running")
    return Text(session.cluster.until(" ".join(words)))


@command("fork", "[NAME]", "leave the timeline here and go on differently; the other branch stays")
def _fork(session: Session, words: list[str]) -> Text:
    (name,) = needs(words, "fork [NAME]", 0)
    chosen = session.cluster.fork(name)
    return Text(f"branch {chosen}, which leaves the other one at step {session.cluster.cursor}")


@command("branches", "", "list the branches")
def _branches(session: Session, words: list[str]) -> Text:
    needs(words, "branches", 0, 0)
    cluster = session.cluster
    return Text("\n".join(f"{'*' if name == cluster.branch else ' '} {name}" for name in cluster.branches))


@command("switch", "BRANCH", "go to another branch")
def _switch(session: Session, words: list[str]) -> Text:
    (name,) = needs(words, "switch BRANCH")
    session.cluster.switch(name)
    return Text(f"branch {name}, step {session.cluster.cursor} of {len(session.cluster.timeline)}")


@command("enabled", "", "list everything that could happen next")
def _enabled(session: Session, words: list[str]) -> Text:
    needs(words, "enabled", 0, 0)
    actions = session.cluster.enabled()
    start = session.cluster.timeline.state(0).now
    lines = [f"{place:>3}  {_action(action, start)}" for place, action in enumerate(actions)]
    return Text("\n".join(lines) if lines else "nothing can happen")


def _action(action: Action, start: int) -> str:
    if action.kind != "tick":
        return str(action)
    return f"time moves to +{elapsed(action.at - start)}"


@command("perform", "N", "let number N of what is enabled happen next")
def _perform(session: Session, words: list[str]) -> Text:
    (word,) = needs(words, "perform N")
    cluster = session.cluster
    place = number(word, "perform")
    actions = cluster.enabled()
    transition = cluster.perform(place)
    if transition is None:
        return Text(f"{_action(actions[place], cluster.timeline.state(0).now)}: nothing to do")
    return done(cluster, transition)


_BREAK_OPTIONS = (
    Option("component", "after a step of this component", "NAME"),
    Option("object", "after a step about this object", "KIND/NAME"),
    Option("when", "as soon as this condition holds", "CONDITION"),
    Option("clear", "forget all breakpoints"),
)


@command("break", "[COMPONENT] [--object KIND/NAME] [--when CONDITION] [--clear]", "let runs stop there; or list")
def _break(session: Session, words: list[str]) -> Text:
    said, rest = parse(words, _BREAK_OPTIONS, "%kube break")
    cluster = session.cluster
    if said.pop("clear", False):
        cluster.breakpoints.clear()
        return Text("no breakpoints")
    (component,) = needs(rest, "break [COMPONENT] [--object KIND/NAME] [--when CONDITION]", 0)
    if component:
        said["component"] = component
    if said:
        cluster.break_on(said.get("component", ""), said.get("object", ""), said.get("when", ""))
    points = [f"{place:>3}  {point}" for place, point in enumerate(cluster.breakpoints)]
    return Text("\n".join(points) if points else "no breakpoints")


@command("cluster", "[NAME]", "make a cluster the current one; or list them")
def _cluster(session: Session, words: list[str]) -> Text:
    (name,) = needs(words, "cluster [NAME]", 0)
    if name:
        session.choose(name)
    session.cluster  # noqa: B018  (the current one is made, so that the list has it)
    lines = [f"{'*' if known == session.current else ' '} {known}  {session.get(known)}" for known in session.names]
    return Text("\n".join(lines))


@command("reset", "[NODES]", "begin with a new cluster of the same name")
def _reset(session: Session, words: list[str]) -> Text:
    (nodes,) = needs(words, "reset [NODES]", 0)
    session.put(session.current, Cluster(nodes=number(nodes, "reset") if nodes else None))
    return Text(f"cluster {session.current} is new")
