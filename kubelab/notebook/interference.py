"""The commands of ``%kube`` that interfere with the cluster: faults, and deletions."""

from kubelab.course.doing import one
from kubelab.errors import UsageError
from kubelab.notebook.commands import Text, command, done, needs
from kubelab.notebook.options import Option, number, parse
from kubelab.notebook.session import Session


@command("kill", "NODE", "switch the machine of a node off")
def _kill(session: Session, words: list[str]) -> Text:
    (node,) = needs(words, "kill NODE")
    return done(session.cluster, session.cluster.kill(node))


@command("revive", "NODE", "switch the machine of a node on again")
def _revive(session: Session, words: list[str]) -> Text:
    (node,) = needs(words, "revive NODE")
    return done(session.cluster, session.cluster.revive(node))


@command("terminate", "NODE", "terminate the machine of a node in the cloud: it is gone for good")
def _terminate(session: Session, words: list[str]) -> Text:
    (node,) = needs(words, "terminate NODE")
    return done(session.cluster, session.cluster.terminate(node))


@command("crash", "POD [CONTAINER] | one pod ...", "let the process of a container end at once")
def _crash(session: Session, words: list[str]) -> Text:
    if words[:1] == ["one"]:
        key = one(session.cluster, words[1:])
        words = [f"{key.namespace}/{key.name}"]
    pod, container = needs(words, "crash POD [CONTAINER]", 1, 2)
    return done(session.cluster, session.cluster.crash(pod, container))


@command("stop", "COMPONENT", "stop a component: its queue is lost")
def _stop(session: Session, words: list[str]) -> Text:
    (component,) = needs(words, "stop COMPONENT")
    return done(session.cluster, session.cluster.stop(component))


@command("start", "COMPONENT", "start a component again")
def _start(session: Session, words: list[str]) -> Text:
    (component,) = needs(words, "start COMPONENT")
    return done(session.cluster, session.cluster.start(component))


@command("delay", "COMPONENT TIME", "let a component see every change so much later; 0s ends that")
def _delay(session: Session, words: list[str]) -> Text:
    component, time = needs(words, "delay COMPONENT TIME", 2, 2)
    return done(session.cluster, session.cluster.delay(component, time))


@command("load", "KIND/NAME AMOUNT", "let work worth so much CPU come in at a workload or Service; 0 ends that")
def _load(session: Session, words: list[str]) -> Text:
    target, amount = needs(words, "load KIND/NAME AMOUNT", 2, 2)
    return done(session.cluster, session.cluster.load(target, amount))


@command("encrypt", "[RESOURCE]", "let the API server encrypt secrets, or another resource, in etcd from now on")
def _encrypt(session: Session, words: list[str]) -> Text:
    (resource,) = needs(words, "encrypt [RESOURCE]", 0)
    return done(session.cluster, session.cluster.encrypt(resource or "secrets"))


@command("compact", "[REV]", "let etcd forget everything up to a revision, or up to the newest one")
def _compact(session: Session, words: list[str]) -> Text:
    (word,) = needs(words, "compact [REV]", 0)
    return done(session.cluster, session.cluster.compact(number(word, "compact") if word else None))


@command("cut", "NODE DESTINATION", "take a route away from a node: a range of Pod addresses, or default")
def _cut(session: Session, words: list[str]) -> Text:
    node, destination = needs(words, "cut NODE DESTINATION", 2, 2)
    return done(session.cluster, session.cluster.break_route(node, destination))


@command("mend", "NODE [DESTINATION]", "give a node a route back that it has lost, or all of them")
def _mend(session: Session, words: list[str]) -> Text:
    node, destination = needs(words, "mend NODE [DESTINATION]", 1, 2)
    return done(session.cluster, session.cluster.restore_route(node, destination))


@command("fail", "node NODE | pod POD [CONTAINER] | component NAME", "kill, crash or stop")
def _fail(session: Session, words: list[str]) -> Text:
    acts = {"node": _kill, "pod": _crash, "component": _stop}
    if not words or words[0] not in acts:
        raise UsageError("write: %kube fail node NODE, fail pod POD [CONTAINER], or fail component NAME")
    return acts[words[0]](session, words[1:])


_DELETE_OPTIONS = (
    Option("grace-period", "how many seconds its containers have", "N", "number"),
    Option("cascade", "what happens to what it owns: background, foreground or orphan", "HOW"),
)


@command("delete", "KIND/NAME | one KIND ... [--grace-period N] [--cascade HOW]", "delete an object")
def _delete(session: Session, words: list[str]) -> Text:
    said, rest = parse(words, _DELETE_OPTIONS, "%kube delete")
    if rest[:1] == ["one"]:
        kind, namespace, name = one(session.cluster, rest[1:])
        rest = ["/".join(filter(None, (namespace, kind, name)))]
    if len(rest) == 2 and "/" not in rest[0]:
        rest = ["/".join(rest)]
    (target,) = needs(rest, "delete KIND/NAME [--grace-period N] [--cascade HOW]")
    how = said.get("cascade", "background").capitalize()
    if how not in ("Background", "Foreground", "Orphan"):
        raise UsageError("--cascade is background, foreground or orphan")
    return done(session.cluster, session.cluster.delete(target, said.get("grace-period"), how))
