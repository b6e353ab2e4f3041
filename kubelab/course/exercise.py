"""Exercises: something to be brought about in a cluster, and hints for whoever is not there yet.

    Of the three Pods one was deleted and replaced; but the new one has no node, and never will.

    start:
        deployment web x3 nginx:1.27

    goal:
        3 pods app=web
        2 pods app=web Running
        1 pod app=web Pending not Scheduled

    hint: 3 pods app=web Running
        All three run. Which program gives a Pod its node?

    forbid: kill, delete node

The task is prose. ``start:`` is the program the exercise's own cluster begins with, ``do:`` what is done to it then; it
has settled before the learner gets it (or ``ahead:`` says how far it has come). ``goal:`` has what must be so, a claim
a line (`kubelab.course.claims`), over the time from there on.

``hint:`` says something to whoever sees the condition in their cluster (or to everybody, if there is none); one hint
more each time somebody asks, a paragraph each. ``forbid:`` is what may not be done: verbs of ``%kube`` or of the API,
and a kind or an object, if it is not about all.

Nobody gets there by accident. The goal must not be reached where the exercise starts. It must be reached by doing
something, in the cluster of the exercise, after its start; it must be so at the end of what was done, and stay so when
the cluster runs on until it has settled.
"""

import hashlib

import attrs

from kubelab.api.apiextensions import CustomResourceDefinition
from kubelab.api.custom import with_definitions
from kubelab.api.scheme import Vocabulary, knowing, known
from kubelab.cluster import Cluster
from kubelab.course.ahead import SETTLED, Horizon, Stretch, horizon, look_ahead
from kubelab.course.blocks import Page, Part, read
from kubelab.course.claims import Claim, Finding, claim, judged
from kubelab.course.doing import Act, acts_of
from kubelab.course.forbidden import Ban, ban
from kubelab.equipment import Equipment
from kubelab.errors import KubelabError, SourceError, UsageError
from kubelab.program import read as read_program
from kubelab.sim.engine import USER
from kubelab.sim.fault_step import FAULT

WORDS = ("start", "do", "ahead", "goal", "hint", "forbid")


class Unsolved(KubelabError, AssertionError):
    """An exercise is not solved; the text says what is missing. It is an assertion, as graders want it."""


@attrs.frozen
class Hint:
    """What to say to whoever sees something.

    Attributes:
        when: the condition; None means always.
        texts: what is said, one more each time.
    """

    when: Claim | None
    texts: tuple[str, ...]


@attrs.frozen
class Task:
    """An exercise as it is written.

    Attributes:
        paragraphs: the task.
        start: the program with which its cluster begins.
        acts: what is done to it before the learner gets it.
        far: how far it has come then.
        goal: what must be so.
        hints: what is said to those who are not there yet.
        bans: what may not be done.
        fingerprint: a short hash of the text; it is another one when anything in the text is.
    """

    paragraphs: tuple[str, ...]
    start: str
    acts: tuple[Act, ...]
    far: Horizon
    goal: tuple[Claim, ...]
    hints: tuple[Hint, ...]
    bans: tuple[Ban, ...]
    fingerprint: str


@attrs.frozen
class Report:
    """How far somebody has come.

    Attributes:
        name: the exercise.
        ok: whether it is solved.
        findings: what became of each part of the goal so far.
        missing: what is missing besides, in sentences.
        acts: how many things were done.
    """

    name: str
    ok: bool
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    acts: int

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        times = "1 step" if self.acts == 1 else f"{self.acts} steps"
        head = f"Exercise {self.name}: {f'solved, with {times} of yours' if self.ok else 'not yet'}"
        return "\n".join([head, *map(str, self.findings), *(f"✗ {each}" for each in self.missing)])

    __repr__ = __str__


class Exercise:
    """An exercise that somebody works on, and its cluster.

    Attributes:
        name: its name.
        task: what is to be done.
        cluster: its cluster.
        begun: the step at which the learner got it.
        solved: whether a check has found it solved.
        checks: how often it was checked.
        told: the hints that were given since it was begun, in order.
        hints: how many hints were given in all.
    """

    def __init__(self, name: str, task: Task) -> None:
        """Begin an exercise: its cluster is made, and the goal is not reached in it.

        Raises:
            KubelabError: the cluster cannot be made.
            UsageError: the goal is reached where the exercise starts.
        """
        self.name = name
        self.task = task
        program = read_program(task.start)
        self.cluster = Cluster(**Equipment().joined(program).wishes)
        self.cluster.apply(program)
        if task.acts:
            self.cluster.run()
        for act in task.acts:
            act.carry_out(self.cluster)
        task.far.reach(self.cluster)
        self.begun = len(self.cluster.timeline)
        self.solved = False
        self.checks = 0
        self.told: list[str] = []
        self.hints = 0
        self._last = self.cluster.timeline.at(self.begun)
        if all(judged(task.goal, Stretch(self.cluster, self.begun))):
            raise UsageError(f"exercise {name}: its goal is reached before anything was done")

    def __repr__(self) -> str:
        return f"<Exercise {self.name}: {'solved' if self.solved else 'to be solved'}>"

    @property
    def key(self) -> str:
        """What tells it from the other exercises of a lesson: its name."""
        return self.name

    # Checks

    def check(self, cluster: Cluster | None = None) -> Report:
        """How far the learner has come, on the branch that is looked at, to its end.

        Args:
            cluster: the cluster that now has the name of the exercise; None means its own.
        """
        self.checks += 1
        report = self._report(cluster)
        self.solved = self.solved or report.ok
        return report

    def grade(self, points: float = 1, cluster: Cluster | None = None) -> float:
        """The points, if it is solved: for nbgrader, otter and other tools that run assertions.

        Raises:
            Unsolved: it is not; the text says what is missing.
        """
        report = self.check(cluster)
        if not report:
            raise Unsolved(str(report))
        return points

    def _report(self, cluster: Cluster | None) -> Report:
        if cluster is not None and cluster is not self.cluster:
            return self._elsewhere("this is another cluster than the one of the exercise; run its cell to begin anew")
        timeline = self.cluster.timeline
        if len(timeline) < self.begun or timeline.at(self.begun) is not self._last:
            return self._elsewhere(f"this branch leaves the exercise before its start, step {self.begun}")
        end = len(timeline)
        own = [t for t in timeline.transitions[self.begun :] if t.actor in (USER, FAULT) and t.error is None]
        now = judged(self.task.goal, self._stretch(look_ahead(self.cluster, far=Horizon(steps=0), at=end)))
        missing = [] if own else ["nothing has been done yet"]
        missing += [f"step {t.index} is not allowed here: {b.text}" for b in self.task.bans for t in own if b.bans(t)]
        findings = now
        if all(now) or not self.cluster.engine.settled(timeline.newest):
            later = judged(self.task.goal, self._stretch(look_ahead(self.cluster, at=end)))
            if all(now) and not all(later):
                missing.append("it is so at this moment, but will not stay so: let the cluster run (`%kube run`)")
                findings = later
            elif all(later) and not all(now):
                missing.append("it is on its way: let the cluster run (`%kube run`)")
        return Report(self.name, all(findings) and not missing, findings, tuple(missing), len(own))

    def _elsewhere(self, what: str) -> Report:
        return Report(self.name, False, (), (what,), 0)

    def _stretch(self, whole: Stretch) -> Stretch:
        return Stretch(whole.cluster, self.begun)

    # Hints

    def hint(self) -> str:
        """One hint more, for what is the case now; the last one again when there are no others."""
        report = self._report(None)
        if report.ok:
            return "It is solved."
        fitting = self._fitting()
        if not fitting:
            wrong = next((each for each in report.findings if not each), None)
            return report.missing[0] if wrong is None else f"Look at this first: {wrong}"
        fresh = next((text for text in fitting if text not in self.told), None)
        if fresh is None:
            return f"{fitting[-1]}\n(That was all there is to say about this.)"
        self.told.append(fresh)
        self.hints += 1
        return fresh

    @property
    def hints_left(self) -> int:
        """How many hints there are that fit what is the case now and were not given yet."""
        return sum(text not in self.told for text in self._fitting())

    def _fitting(self) -> list[str]:
        """The hints for what is the case: first those with a condition, then those for everybody."""
        twin = look_ahead(self.cluster, far=Horizon(steps=0), at=len(self.cluster.timeline)).cluster
        stretch = Stretch(twin, min(self.begun, len(twin.timeline)))
        seen = [hint for hint in self.task.hints if hint.when is not None and all(judged((hint.when,), stretch))]
        general = [hint for hint in self.task.hints if hint.when is None]
        return [text for hint in (*seen, *general) for text in hint.texts]


# How it is written


def task(text: str, source: str = "") -> Task:
    """Read an exercise.

    Raises:
        SourceError: it cannot be read; the error has the place.
    """
    page = read(text, WORDS, source)
    if not page.prose:
        raise page.wrong("an exercise begins with its task")
    start, goal, far, forbid = page.one("start"), page.one("goal"), page.one("ahead"), page.one("forbid")
    if goal is None or not goal.lines:
        raise page.wrong("an exercise has a goal", hint="write `goal:`, and what must be so below it, indented")
    program = "" if start is None else "\n".join(filter(None, (start.head.text, start.program)))
    with knowing(_kinds_of(program)):
        return Task(
            paragraphs=page.prose,
            start=program,
            acts=acts_of(page, page.of("do")),
            far=SETTLED if far is None else _far(page, far),
            goal=tuple(_claim(page, goal, place) for place in range(len(goal.lines))),
            hints=tuple(_hint(page, part) for part in page.of("hint")),
            bans=() if forbid is None else _bans(page, forbid),
            fingerprint=hashlib.sha256(" ".join(page.text.split()).encode()).hexdigest()[:16],
        )


def _kinds_of(program: str) -> Vocabulary:
    """The kinds of which an exercise may speak: those that its program defines, too."""
    objects = read_program(program).objects
    return with_definitions(known(), (each for each in objects if isinstance(each, CustomResourceDefinition)))


def _far(page: Page, part: Part) -> Horizon:
    try:
        return horizon(part.head.text)
    except KubelabError as error:
        raise page.wrong(str(error).split("\n", 1)[0], part.head) from error


def _claim(page: Page, part: Part, place: int) -> Claim:
    line = part.lines[place]
    try:
        return claim(line.text)
    except SourceError as error:
        raise page.wrong(error.mistakes[0].message, line, error.mistakes[0].hint) from error


def _hint(page: Page, part: Part) -> Hint:
    if not part.paragraphs:
        raise page.wrong("what the hint says stands below it, indented", part.head)
    return Hint(_claim(page, part, 0) if part.head.text else None, part.paragraphs)


def _bans(page: Page, part: Part) -> tuple[Ban, ...]:
    found = []
    for line in part.lines:
        for words in filter(None, (each.strip() for each in line.text.split(","))):
            try:
                found.append(ban(words))
            except UsageError as error:
                raise page.wrong(str(error), line) from error
    return tuple(found)


def exercise(name: str, text: str, source: str = "") -> Exercise:
    """Begin an exercise.

    Raises:
        SourceError: it cannot be read.
        KubelabError: its cluster cannot be made, or its goal is reached where it starts.
    """
    return Exercise(name, task(text, source))
