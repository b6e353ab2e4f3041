"""What may be said of a stretch of a run, and whether it is so.

3 pods app=web Running                      anything that the language expects; in the end, if nothing else is said
eventually 4 pods app=web                   or `always`, `never`, each over the whole stretch
kube-scheduler acts                         a component (on any node, or kubelet/worker-1) makes a step
kube-scheduler acts first                   and before all others; `acts last` after all others
nobody acts
web-1 -> http://db:80/ arrives              a packet gets there and back, always; or `fails`, `sometimes fails`
jane can list pods in shop                  what the rules allow in the end; or `cannot`; without a namespace: default

A line may say only one of these; several lines must all be so.
"""

import re
from typing import Protocol

import attrs

from kubelab.api.expectation import Expectation
from kubelab.course.ahead import Stretch
from kubelab.errors import KubelabError
from kubelab.program import read_condition
from kubelab.sim.conditions import holds, over_time
from kubelab.sim.engine import USER
from kubelab.sim.fault_step import FAULT
from kubelab.sim.faults import members
from kubelab.sim.transition import Transition

ATTEMPTS = 8
"""So often a packet is sent before it is said that it always arrives: a Service may lead to several Pods."""

_ACTS = re.compile(r"(\S+) acts(?: (first|last))?")
_WALK = re.compile(r"(.+?)\s*->\s*(\S.*?)\s+(arrives|fails|sometimes fails)")
_RIGHT = re.compile(r"(\S+) (can|cannot) (\S+) (\S+)(?: (?!in )(\S+))?(?: in (\S+))?")


@attrs.frozen
class Finding:
    """What became of a claim.

    Attributes:
        claim: what was claimed.
        ok: whether it is so.
        found: what is the case, as a sentence without a full stop.
        steps: the steps that decided it, oldest first; none where nothing that happened did.
    """

    claim: str
    ok: bool
    found: str
    steps: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return f"{'✓' if self.ok else '✗'} {self.claim}: {self.found}"


class Claim(Protocol):
    """Something that is so or not."""

    @property
    def text(self) -> str:
        """As it was written."""

    def judge(self, stretch: Stretch) -> Finding:
        """Whether it is so."""


def claim(text: str) -> Claim:
    """Read a claim.

    Raises:
        SourceError: it is none.
    """
    text = " ".join(text.split())
    if (found := _ACTS.fullmatch(text)) is not None:
        return Acting(text, found.group(1), found.group(2) or "")
    if (found := _WALK.fullmatch(text)) is not None:
        return Arriving(text, *found.groups())
    if (found := _RIGHT.fullmatch(text)) is not None:
        who, whether, verb, resource, name, namespace = found.groups()
        return Allowed(text, who, whether == "can", verb, resource, name or "", namespace or "default")
    return Expected(read_condition(text))


# What the language expects


@attrs.frozen
class Expected:
    """An expectation of the language."""

    expectation: Expectation

    @property
    def text(self) -> str:
        """As it was written; that it is expected goes without saying."""
        return self.expectation.text.removeprefix("expect ")

    def judge(self, stretch: Stretch) -> Finding:
        """Whether it is so over the stretch, and which step made it so."""
        (verdict,) = over_time((self.expectation,), stretch)
        decided = verdict.index if self.expectation.mode != "expect" else None
        if verdict.ok is (self.expectation.mode in ("always", "never")):
            # That nothing happened is decided by no step.
            decided = None
        elif self.expectation.mode == "expect":
            decided = self._last_turn(stretch)
        steps = (decided,) if decided is not None and decided > stretch.first else ()
        return Finding(self.text, verdict.ok, verdict.found, steps)

    def _last_turn(self, stretch: Stretch) -> int | None:
        """The step at which the answer became what it is in the end."""
        about: list[int] = [
            t.index for t in stretch.transitions if t.key.kind == self.expectation.kind and t.error is None
        ]
        last = holds(self.expectation, stretch.view()).ok
        turns = (i for i in reversed(about) if holds(self.expectation, stretch.view(i - 1)).ok is not last)
        return next(turns, None)


# Who acts


@attrs.frozen
class Acting:
    """That a component acts, or acts first, or last."""

    text: str
    who: str
    place: str

    def judge(self, stretch: Stretch) -> Finding:
        """Whether it is so.

        Raises:
            UsageError: there is no such component.
        """
        steps = [t for t in stretch.transitions if t.actor not in (USER, FAULT)]
        if self.who == "nobody":
            found = "nobody acts" if not steps else f"{steps[0].actor} acts"
            return Finding(self.text, not steps, found, tuple(t.index for t in steps[:1]))
        wanted = members(stretch.cluster.engine, stretch.cluster.state, self.who)
        looked = steps[:1] if self.place == "first" else steps[-1:] if self.place == "last" else steps
        own = [t for t in looked if t.actor in wanted]
        told = own or looked
        found = f"{told[0].actor} acts{f' {self.place}' if self.place else ''}" if told else "nobody acts"
        if not own and not self.place:
            found = f"{self.who} makes no step"
        return Finding(self.text, bool(own), found, tuple(t.index for t in (own or looked if self.place else own)[:1]))


# Ways and rights


@attrs.frozen
class Arriving:
    """That a packet gets there and back, in the end of the stretch."""

    text: str
    source: str
    target: str
    how: str

    def judge(self, stretch: Stretch) -> Finding:
        """Whether it is so.

        Raises:
            UsageError: there is no such source or target.
        """
        cluster = stretch.cluster
        walks = [cluster.walk(self.source, self.target, attempt) for attempt in range(ATTEMPTS)]
        failed = [walk for walk in walks if not walk.ok]
        wanted = {
            "arrives": not failed,
            "fails": len(failed) == len(walks),
            "sometimes fails": 0 < len(failed) < len(walks),
        }
        told = (failed or walks)[0]
        often = f"{len(failed)} of {len(walks)} attempts fail: " if 0 < len(failed) < len(walks) else ""
        return Finding(self.text, wanted[self.how], f"{often}{told.verdict}{_because(told.reason)}")


def _because(reason: str) -> str:
    return f": {reason.rstrip('.')}" if reason else ""


@attrs.frozen
class Allowed:
    """That somebody may do something, or may not, in the end of the stretch."""

    text: str
    who: str
    wanted: bool
    verb: str
    resource: str
    name: str
    namespace: str

    def judge(self, stretch: Stretch) -> Finding:
        """Whether it is so."""
        answer = stretch.cluster.can_i(self.verb, self.resource, self.name, self.namespace, self.who)
        return Finding(self.text, answer.allowed is self.wanted, str(answer).split("\n", 1)[0].rstrip("."))


def sentences(stretch: Stretch, findings: "tuple[Finding, ...] | list[Finding]", most: int = 3) -> list[Transition]:
    """The steps that decided some findings, oldest first, each once; at most so many, the latest of them."""
    indexes = sorted({index for finding in findings for index in finding.steps})
    found = [stretch.timeline.at(index) for index in indexes[-most:]]
    return [transition for transition in found if transition is not None]


def judged(claims: "tuple[Claim, ...]", stretch: Stretch) -> tuple[Finding, ...]:
    """What became of each claim; where one cannot be judged (there is no such Pod, say), that is what is found."""
    findings = []
    for each in claims:
        try:
            findings.append(each.judge(stretch))
        except KubelabError as error:
            findings.append(Finding(each.text, False, str(error).split("\n", 1)[0].rstrip(".")))
    return tuple(findings)
