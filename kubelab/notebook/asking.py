"""The commands of ``%kube`` that ask: why, what is there, how it looks."""

from pathlib import Path
from typing import Any

from kubelab.errors import UsageError
from kubelab.notebook.commands import Prose, Table, Text, command, needs, one_of
from kubelab.notebook.options import Option, number, parse
from kubelab.notebook.session import Session
from kubelab.views import VIEWS


@command("explain", "[STEP | KIND/NAME]", "why a step happened, or how an object came to be")
def _explain(session: Session, words: list[str]) -> Text:
    (word,) = needs(words, "explain [STEP | KIND/NAME]", 0)
    if word.isdecimal():
        return Prose(session.cluster.explain(int(word)))
    return Prose(session.cluster.explain(word or None))


@command("why", "[STEP | KIND/NAME]", "the same as explain")
def _why(session: Session, words: list[str]) -> Text:
    return _explain(session, words)


_GET_OPTIONS = (
    Option("output", "table, wide, yaml, json or name", "FORM"),
    Option("namespace", "only what is in this namespace", "NAME"),
)
_SHORT = {"-o": "--output", "-n": "--namespace", "-A": "--all-namespaces"}


@command("get", "KINDS [-o table|wide|yaml|json|name] [-n NAMESPACE]", "list objects as kubectl get does")
def _get(session: Session, words: list[str]) -> Text:
    said, rest = parse([_SHORT.get(word, word) for word in words], _GET_OPTIONS, "%kube get")
    (kinds,) = needs(rest, "get KINDS [-o FORM] [-n NAMESPACE]", 0)
    output = one_of(said.get("output", "table"), ("table", "wide", "yaml", "json", "name"), "form")
    found = session.cluster.get(kinds or "all", output, said.get("namespace")).rstrip("\n")
    return Table(found) if output in ("table", "wide") else Text(found)


@command("trace", "[text|json] | SOURCE -> TARGET", "list the steps so far, or follow a packet there and back")
def _trace(session: Session, words: list[str]) -> Any:
    if "->" in words:
        return _walk(session, words)
    (form,) = needs(words, "trace [text|json] | SOURCE -> TARGET", 0)
    return Prose(session.cluster.trace(one_of(form or "text", ("text", "json"), "form")))


def _walk(session: Session, words: list[str]) -> Any:
    """The way of a packet: ``web-1 -> db``, ``pod web-1 -> http://db:80/``, ``internet -> svc web``."""
    arrow = words.index("->")
    source, after = "/".join(words[:arrow]), words[arrow + 1 :]
    way = after.index("via") if "via" in after[1:] else len(after)
    target = " via ".join(filter(None, ("/".join(after[:way]), "/".join(after[way + 1 :]))))
    if not (source and target):
        raise UsageError("write: %kube trace SOURCE -> TARGET, such as web-1 -> http://db:80/")
    from kubelab.notebook.walk_player import WalkPlayer

    return WalkPlayer(session.cluster.walk(source, target))


_LOOK = (Option("reveal", "values of Secrets and tokens, too, and long values in full"),)


@command("look", "POD [--reveal]", "what the containers of a Pod see: their variables and files")
def _look(session: Session, words: list[str]) -> Prose:
    said, rest = parse(words, _LOOK, "%kube look")
    (pod,) = needs(rest, "look POD [--reveal]")
    found = session.cluster.inside(pod)
    return Prose(found.whole if "reveal" in said else found.masked)


@command("routes", "NODE", "the route table of a node, as ip route prints it")
def _routes(session: Session, words: list[str]) -> Text:
    from kubelab.network.routes import routes_text

    (node,) = needs(words, "routes NODE")
    one_of(node, sorted(session.cluster.view.snapshot.machines), "node")
    return Text(routes_text(session.cluster.view, node).rstrip("\n"))


_ETCD_OPTIONS = (
    Option("watchers", "who watches the keys, and who was woken by this step"),
    Option("since", "what a watch is told that begins after this revision", "REV", "number"),
)


@command(
    "etcd",
    "[PREFIX] [--watchers | --since REV]",
    "what etcd holds: keys and revisions; of one key its value",
)
def _etcd(session: Session, words: list[str]) -> Text:
    said, rest = parse(words, _ETCD_OPTIONS, "%kube etcd")
    (prefix,) = needs(rest, "etcd [PREFIX] [--watchers | --since REV]", 0)
    cluster = session.cluster
    if said.get("watchers"):
        return Text(cluster.watchers(prefix))
    if "since" in said:
        return Text(cluster.watched(prefix, said["since"]))
    return Text(cluster.etcd(prefix))


_RIGHTS = (
    Option("as", "who: jane, system:serviceaccount:default:king; you, if it is left out", "USER"),
    Option("as-group", "a group that the user is in", "GROUP"),
    Option("namespace", "where; default, if it is left out", "NAME"),
    Option("all-namespaces", "in all namespaces at once"),
)


@command(
    "can-i",
    "VERB RESOURCE [NAME] [--as USER] [-n NAMESPACE]",
    "whether somebody may do something: by which binding, or which rule comes nearest",
)
def _can_i(session: Session, words: list[str]) -> Text:
    from kubelab.apiserver.authentication import impersonated

    said, rest = parse([_SHORT.get(word, word) for word in words], _RIGHTS, "%kube can-i")
    verb, resource, name = needs(rest, "can-i VERB RESOURCE [NAME] [--as USER] [-n NAMESPACE]", 2, 3)
    groups = (said["as-group"],) if "as-group" in said else ()
    user = impersonated(said["as"], groups) if "as" in said else None
    return Text(session.cluster.can_i(verb, resource, name, _where(said), user))


@command("who-can", "VERB RESOURCE [NAME] [-n NAMESPACE]", "everybody to whom a binding allows something")
def _who_can(session: Session, words: list[str]) -> Text:
    said, rest = parse([_SHORT.get(word, word) for word in words], _RIGHTS[2:], "%kube who-can")
    verb, resource, name = needs(rest, "who-can VERB RESOURCE [NAME] [-n NAMESPACE]", 2, 3)
    return Text(session.cluster.who_can(verb, resource, name, _where(said)))


def _where(said: dict[str, Any]) -> str:
    return "" if said.get("all-namespaces") else str(said.get("namespace", "default"))


@command("draw", "[VIEW] [STEP]", "a picture of a view, at a step")
def _draw(session: Session, words: list[str]) -> Any:
    view, step = needs(words, "draw [VIEW] [STEP]", 0, 2)
    if view.removeprefix("-").isdecimal() and not step:
        view, step = "", view
    at = number(step, "draw") if step else None
    size = len(session.cluster.timeline)
    place = None if at is None else at + size + 1 if at < 0 else at
    return session.cluster.draw(one_of(view or "topology", VIEWS, "view"), place)


@command("player", "[VIEW]", "show the Player")
def _player(session: Session, words: list[str]) -> Any:
    from kubelab.notebook.player import Player

    (view,) = needs(words, "player [VIEW]", 0)
    return session.shows(Player(session.cluster, one_of(view or "topology", VIEWS, "view")))


@command(
    "export",
    "FILE [VIEW]",
    "write the run as .html, .gif or .pdf, a .svg, .png, .dot or .txt picture of this step, or a .json trace",
)
def _export(session: Session, words: list[str]) -> Text:
    from kubelab.notebook.film_strip import page

    name, view = needs(words, "export FILE [VIEW]", 1, 2)
    target = Path(name)
    one_of(view or "topology", VIEWS, "view")
    suffixes = (".html", ".gif", ".pdf", ".svg", ".png", ".dot", ".txt", ".json")
    one_of(target.suffix, suffixes, "sort of file")
    try:
        if target.suffix == ".html":
            target.write_text(page(session.cluster, view or "topology"), encoding="utf-8")
        elif target.suffix == ".json":
            target.write_text(session.cluster.trace("json") + "\n", encoding="utf-8")
        elif target.suffix in (".gif", ".pdf"):
            session.cluster.film(view or "topology").save(target)
        else:
            session.cluster.draw(view or "topology").save(target)
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}") from error
    return Text(f"written: {name}")
