"""What a person does to a cluster, as a line: ``delete pod/web-1``, ``stop kube-scheduler``, ``apply`` with a program.

    delete one pod app=web on worker-2      or ``crash``: the first, by name, of those that are so
    kubectl scale deployment web --replicas=5

The words are those of ``%kube``; what kubectl says of a command that it cannot carry out is the error.
"""

from collections.abc import Callable, Sequence

import attrs

from kubelab import kubectl
from kubelab.cluster import Cluster
from kubelab.course.blocks import Page, Part
from kubelab.dsl.suggest import did_you_mean
from kubelab.errors import UsageError
from kubelab.program import read_condition
from kubelab.sim.conditions import matching
from kubelab.state.snapshot import ObjectKey, key_of

Words = Sequence[str]


@attrs.frozen
class Verb:
    """One thing that can be done: how its words go on, how many there may be, and what does it."""

    usage: str
    least: int
    most: int
    do: Callable[..., object]


def _kubectl(cluster: Cluster, words: Words) -> None:
    answer = kubectl.run(cluster, " ".join(words))
    if not answer.ok:
        raise UsageError(f"kubectl {' '.join(words)}: {answer.err.strip()}")


def one(cluster: Cluster, words: Words) -> ObjectKey:
    """The first object, by namespace and name, that is as some words say: ``pod app=web Running on worker-2``.

    Raises:
        SourceError: the words say nothing that an object could be.
        UsageError: there is no such object.
    """
    said = " ".join(words)
    found = matching(read_condition(said), cluster.view)
    if not found:
        raise UsageError(f"there is no {said}")
    return min(map(key_of, found))


def _target(cluster: Cluster, words: Words) -> str:
    if words[0] != "one":
        return "/".join(words)
    kind, namespace, name = one(cluster, words[1:])
    return "/".join(filter(None, (namespace, kind, name)))


def _crash(cluster: Cluster, words: Words) -> object:
    if words[0] != "one":
        return cluster.crash(words[0], words[1] if len(words) > 1 else "")
    key = one(cluster, words[1:])
    return cluster.crash(f"{key.namespace}/{key.name}")


VERBS: dict[str, Verb] = {
    "delete": Verb(
        "KIND/NAME, or delete one KIND ...", 1, 99, lambda cluster, *words: cluster.delete(_target(cluster, words))
    ),
    "kill": Verb("NODE", 1, 1, lambda cluster, node: cluster.kill(node)),
    "revive": Verb("NODE", 1, 1, lambda cluster, node: cluster.revive(node)),
    "terminate": Verb("NODE", 1, 1, lambda cluster, node: cluster.terminate(node)),
    "crash": Verb("POD [CONTAINER], or crash one pod ...", 1, 99, lambda cluster, *words: _crash(cluster, words)),
    "stop": Verb("COMPONENT", 1, 1, lambda cluster, component: cluster.stop(component)),
    "start": Verb("COMPONENT", 1, 1, lambda cluster, component: cluster.start(component)),
    "delay": Verb("COMPONENT TIME", 2, 2, lambda cluster, component, time: cluster.delay(component, time)),
    "load": Verb("KIND/NAME AMOUNT", 2, 2, lambda cluster, target, amount: cluster.load(target, amount)),
    "cut": Verb("NODE DESTINATION", 2, 2, lambda cluster, node, route: cluster.break_route(node, route)),
    "mend": Verb("NODE [DESTINATION]", 1, 2, lambda cluster, *words: cluster.restore_route(*words)),
    "kubectl": Verb("COMMAND", 1, 99, lambda cluster, *words: _kubectl(cluster, words)),
    "run": Verb("[TIME]", 0, 1, lambda cluster, time="": cluster.run(for_=time)),
    "step": Verb("[N]", 0, 1, lambda cluster, count="1": cluster.step(int(count))),
    "until": Verb("CONDITION", 1, 99, lambda cluster, *words: cluster.until(" ".join(words))),
}
"""Everything that can be done in one line; ``apply`` has its program below it."""


@attrs.frozen
class Act:
    """Something that is done: a verb and its words, or a program that is applied."""

    verb: str
    words: tuple[str, ...] = ()
    program: str = ""

    def carry_out(self, cluster: Cluster) -> None:
        """Do it.

        Raises:
            KubelabError: it cannot be done.
        """
        if self.verb == "apply":
            cluster.apply(self.program)
        else:
            VERBS[self.verb].do(cluster, *self.words)

    def __str__(self) -> str:
        """As a person would write it in a notebook."""
        if self.verb == "apply":
            return f"%%kube\n{self.program}"
        lead = "" if self.verb == "kubectl" else "%kube "
        return f"{lead}{' '.join((self.verb, *self.words))}"


def acts_of(page: Page, parts: Sequence[Part]) -> tuple[Act, ...]:
    """What the parts of a page say to do, in order: each line an act, or ``apply`` and a program below.

    Raises:
        SourceError: a line says nothing that can be done.
    """
    return tuple(act for part in parts for act in _acts(page, part))


def _acts(page: Page, part: Part) -> list[Act]:
    first, _, rest = part.head.text.partition(" ")
    if first == "apply":
        program = "\n".join(filter(None, (rest.strip(), part.program)))
        if not program:
            raise page.wrong("what is applied stands after the word, or below, indented", part.head)
        return [Act("apply", program=program)]
    made = []
    for line in part.lines:
        verb, *words = line.text.removeprefix("%kube ").split()
        known = VERBS.get(verb)
        if known is None:
            hint = did_you_mean(verb, (*VERBS, "apply")) or f"there are {', '.join(('apply', *VERBS))}"
            raise page.wrong(f"there is nothing to do that is called `{verb}`", line, hint)
        if not known.least <= len(words) <= known.most or (verb == "step" and words and not words[0].isdecimal()):
            raise page.wrong("this cannot be done as it stands", line, f"write: {verb} {known.usage}")
        made.append(Act(verb, tuple(words)))
    return made
