"""From a line to an answer: find the verb, read its flags, act as whom it says, and word what went wrong.

Source: kubectl `pkg/cmd/cmd.go`, `github.com/spf13/cobra` (finding commands, suggestions).
"""

import shlex
from collections.abc import Sequence

from kubelab.api.scheme import knowing
from kubelab.cluster import Cluster
from kubelab.errors import KubelabError, UsageError
from kubelab.kubectl import contexts, helping
from kubelab.kubectl.answer import Answer, Failure, raise_all, told
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import Client
from kubelab.kubectl.flags import parse
from kubelab.kubectl.verbs import GLOBAL, NOT_HERE, Verb, verbs
from kubelab.state.vocabulary import vocabulary_of


def run(cluster: Cluster, line: str | Sequence[str], stdin: str | None = None) -> Answer:
    """Carry out one command line.

    Args:
        cluster: the cluster; what is changed becomes steps of its timeline.
        line: the line, with or without ``kubectl`` at its beginning, or its words.
        stdin: what ``-f -`` reads.

    Returns:
        what it printed. It never raises for what a person may have typed.
    """
    try:
        words = shlex.split(line, comments=False) if isinstance(line, str) else list(line)
    except ValueError:
        return Answer("", "error: a quote is not closed\n", 1)
    if words[:1] == ["kubectl"]:
        words = words[1:]
    try:
        verb, rest = find_verb(words)
    except KubelabError as error:
        return Answer("", told(error) + "\n", 1)
    if verb is None:
        return Answer(*helping.about(rest))
    try:
        said, names, after = parse(rest, verb.all_flags)
    except UsageError as error:
        return Answer("", f"error: {error}\nSee 'kubectl {verb.name} --help' for usage.\n", 1)
    if said["help"]:
        return Answer(helping.of_verb(verb), "", 0)
    missing = [f'"{name}"' for name in verb.required if name not in said]
    if missing:
        return Answer("", f"error: required flag(s) {', '.join(missing)} not set\n", 1)
    namespace = said["namespace"] or contexts.of(cluster).namespace
    text = shlex.join(words)
    call = Call(Client(cluster, text), verb, said, names, after, text, stdin, namespace)
    with knowing(vocabulary_of(cluster.view.snapshot)):
        return _carried_out(call)


def _carried_out(call: Call) -> Answer:
    said, cluster = call.said, call.client.cluster
    code, branch = 0, cluster.branch
    try:
        call.client.dry = call.dry == "server"
        if said.get("as") or said.get("as-group"):
            if not said["as"]:
                raise Failure("requesting groups, uid or user-extra for impersonation without impersonating a user")
            with cluster.as_user(said["as"], said["as-group"]):
                call.verb.carry_out(call)
        else:
            call.verb.carry_out(call)
        raise_all(call.errors)
    except Failure as failure:
        code = failure.code
        if failure.text:
            call.tell(told(failure))
    except KubelabError as error:
        code = 1
        call.tell(told(error))
    warned = [f"Warning: {text}\n" for text in dict.fromkeys(call.client.warned)]
    return Answer(
        "".join(call.out), "".join([*warned, *call.err]), code, cluster.departure if cluster.branch != branch else ""
    )


def find_verb(words: Sequence[str]) -> tuple[Verb | None, list[str]]:
    """The verb of a line, and its other words; None where the line has none, or only the first word of several.

    Raises:
        Failure: there is no such verb.
    """
    known = verbs()
    names = {name: name for name in known} | {alias: verb.name for verb in known.values() for alias in verb.aliases}
    places = _plain_words(words)
    best: tuple[str, list[int]] | None = None
    for count in range(1, 4):
        chosen = places[:count]
        name = " ".join(words[place] for place in chosen)
        if len(chosen) == count and name in names:
            best = names[name], chosen
    if best is not None:
        name, chosen = best
        return known[name], [word for place, word in enumerate(words) if place not in chosen]
    if not places:
        return None, [word for word in words if word not in ("--help", "-h")]
    first = words[places[0]]
    if any(name.startswith(f"{first} ") for name in names):
        inner = [words[place] for place in places[1:]]
        if inner and not any(name.startswith(f"{first} {inner[0]} ") for name in names):
            raise Failure(f"unknown command \"{' '.join(inner)}\"\nSee 'kubectl {first} -h' for help and examples")
        return None, [words[place] for place in places]
    if first == "help":
        return None, [words[place] for place in places[1:]]
    if first in NOT_HERE:
        raise Failure(f"kubectl {first} is not simulated: {NOT_HERE[first]}")
    raise Failure(helping.unknown(first, names))


def _plain_words(words: Sequence[str]) -> list[int]:
    """The places of the words that are neither flags nor their values, as far as flags of every verb go."""
    valued = {f"--{flag.name}" for flag in GLOBAL if flag.value} | {
        f"-{f.short}" for f in GLOBAL if f.value and f.short
    }
    places, skip = [], False
    for place, word in enumerate(words):
        if skip:
            skip = False
        elif word == "--":
            break
        elif word.startswith("-") and len(word) > 1:
            skip = word in valued
        else:
            places.append(place)
    return places
