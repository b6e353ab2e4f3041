"""Predictions: what happens next? Chosen or typed, and answered by the simulation.

    You delete one of the three Pods. What does `replicaset-controller` do?

    do: delete pod/web-1

    ( ) It waits until that Pod is gone, then creates another one.
        never 4 pods app=web
        eventually 1 pods app=web Pending
    ( ) It creates another one at once.
        eventually 4 pods app=web
    ( ) Nothing.
        otherwise

    why: Pods that are on their way out do not count.

The question is prose. ``do:`` says what is done, ``ahead:`` how far is looked then (`kubelab.course.ahead`); both in a
twin of the cluster as it is when the question is put, so nothing of the present changes.

``( )`` is an option, the lines below it are what must be so if it is the right one (`kubelab.course.claims`); an option
without such lines is itself the claim, and ``otherwise`` is so when no other option is. Exactly one must come true:
that is made sure when the question is put, and an error if not. Options with ``[ ]`` come true or not, each by itself.
``____`` is a blank, and the line below it a query (`kubelab.course.queries`). ``why:`` is said after the answer, beside
the sentences of the steps that decided it.
"""

from collections.abc import Sequence

import attrs

from kubelab.api.scheme import knowing
from kubelab.cluster import Cluster
from kubelab.course.ahead import SETTLED, Horizon, Stretch, horizon, look_ahead
from kubelab.course.blocks import BLANK, ONE, SEVERAL, Page, Part, read
from kubelab.course.claims import Claim, Finding, claim, judged, sentences
from kubelab.course.doing import Act, acts_of
from kubelab.course.queries import Query, Result, query
from kubelab.errors import KubelabError, SourceError, UsageError
from kubelab.state.vocabulary import vocabulary_of
from kubelab.views import explain

WORDS = ("do", "ahead", "why")
OTHERWISE = "otherwise"

MOST_STEPS = 3
"""How many deciding steps are told."""


@attrs.frozen
class Option:
    """One possible answer.

    Attributes:
        text: what it says.
        claims: what must be so; none for ``otherwise``.
    """

    text: str
    claims: tuple[Claim, ...] = ()


@attrs.frozen
class Blank:
    """Something to be filled in: what it is, and the query that answers it."""

    text: str
    query: Query


@attrs.frozen
class Question:
    """A question as it is written.

    Attributes:
        paragraphs: the question.
        acts: what is done.
        far: how far is looked then.
        several: whether any number of the options may be right.
        options: the options, or none.
        blanks: what is to be filled in, or nothing.
        why: what is said after the answer.
    """

    paragraphs: tuple[str, ...]
    acts: tuple[Act, ...] = ()
    far: Horizon = SETTLED
    several: bool = False
    options: tuple[Option, ...] = ()
    blanks: tuple[Blank, ...] = ()
    why: tuple[str, ...] = ()


@attrs.frozen
class Answered:
    """An answer, and what really happens.

    Attributes:
        said: what was chosen, or typed.
        ok: whether that is what happens.
        right: the options that come true, by their number from 0; or what belongs into the blanks.
        found: a line for each option chosen or right, or for each blank: a sign, and what is the case.
        because: the sentences of the steps that decided it, with their index.
        why: what the author says of it.
    """

    said: tuple[str, ...]
    ok: bool
    right: tuple[str, ...]
    found: tuple[str, ...]
    because: tuple[tuple[int, str], ...] = ()
    why: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        lines = ["As you said." if self.ok else "It goes another way.", *self.found]
        lines += [f"  step {index}: {sentence}" for index, sentence in self.because]
        return "\n".join([*lines, *self.why])

    __repr__ = __str__


class Prediction:
    """A question put to somebody who looks at a cluster.

    Attributes:
        question: the question.
        answered: the answer, or None.
        first: the first answer, or None.
    """

    def __init__(self, cluster: Cluster, question: Question) -> None:
        """Put a question; what will happen is worked out now, and told when it is answered.

        Raises:
            UsageError: the question does not fit the cluster: not exactly one option comes true, or a blank has no
                answer.
            KubelabError: what is to be done cannot be done.
        """
        self.question = question
        self.answered: Answered | None = None
        self.first: Answered | None = None
        self._stretch = look_ahead(cluster, question.acts, question.far)
        self._judged = [judged(option.claims, self._stretch) for option in question.options]
        self._true = _come_true(question, self._judged)
        self._results = [_result(blank, self._stretch) for blank in question.blanks]

    @property
    def key(self) -> str:
        """What tells it from the other questions of a lesson: its text."""
        return " ".join(self.question.paragraphs)

    def __repr__(self) -> str:
        short = self.key if len(self.key) <= 60 else f"{self.key[:59]}…"
        return f"<Prediction: {short}>"

    # Answers

    def choose(self, *which: int | str) -> Answered:
        """Choose an option, or several where several may be right: by their numbers, from 1, or by their text.

        Raises:
            UsageError: there is no such option, or not so many may be chosen.
        """
        options = self.question.options
        if not options:
            raise UsageError("there is nothing to choose; type an answer: answer(...)")
        chosen = sorted({self._place(each) for each in which})
        if not self.question.several and len(chosen) != 1:
            raise UsageError("choose one of the options")
        shown = sorted({*chosen, *(place for place, true in enumerate(self._true) if true)})
        found = [f"{'✓' if self._true[n] else '✗'} {options[n].text}{self._found(n)}" for n in shown]
        told = [finding for n in shown if self._true[n] for finding in self._judged[n]]
        told = told or [finding for n in chosen for finding in self._judged[n]]
        return self._take(
            said=tuple(options[n].text for n in chosen),
            ok=chosen == [n for n, true in enumerate(self._true) if true],
            right=tuple(option.text for option, true in zip(options, self._true, strict=True) if true),
            found=tuple(found),
            because=self._because(told),
        )

    def answer(self, *typed: str | int) -> Answered:
        """Type an answer into each blank, in their order; where there are options, the number or text of one.

        Raises:
            UsageError: there are not so many blanks.
        """
        blanks = self.question.blanks
        if not blanks:
            return self.choose(*typed)
        if len(typed) != len(blanks):
            raise UsageError(f"there are {len(blanks)} blanks to be filled in, not {len(typed)}")
        said = tuple(str(each) for each in typed)
        rows = list(zip(said, blanks, self._results, strict=True))
        right = [blank.query.accepts(each, result) for each, blank, result in rows]
        found = [
            f"{'✓' if ok else '✗'} {f'{blank.text}: ' if blank.text else ''}{result.text}"
            for ok, (_, blank, result) in zip(right, rows, strict=True)
        ]
        told = [Finding("", True, "", result.steps) for result in self._results]
        return self._take(
            said=said,
            ok=all(right),
            right=tuple(result.text for result in self._results),
            found=tuple(found),
            because=self._because(told),
        )

    def _take(self, **what: object) -> Answered:
        self.answered = Answered(**what, why=self.question.why)  # type: ignore[arg-type]
        self.first = self.first or self.answered
        return self.answered

    def _place(self, which: int | str) -> int:
        options = self.question.options
        texts = [option.text for option in options]
        if isinstance(which, str) and which in texts:
            return texts.index(which)
        number = int(which) if str(which).isdecimal() else 0
        if not 1 <= number <= len(options):
            raise UsageError(f"there is no option {which!r}; there are 1 to {len(options)}")
        return number - 1

    def _found(self, place: int) -> str:
        """What is the case, where that says more than the option itself."""
        findings = self._judged[place]
        told = findings if self._true[place] else [finding for finding in findings if not finding]
        return f" ({'; '.join(finding.found for finding in told)})" if told else ""

    def _because(self, findings: Sequence[Finding]) -> tuple[tuple[int, str], ...]:
        steps = sentences(self._stretch, list(findings), MOST_STEPS)
        return tuple((step.index, explain.sentence(step)) for step in steps)


def _come_true(question: Question, findings: Sequence[tuple[Finding, ...]]) -> list[bool]:
    """Whether each option comes true.

    Raises:
        UsageError: it must be exactly one, and is not.
    """
    true = [bool(option.claims) and all(found) for option, found in zip(question.options, findings, strict=True)]
    if question.several or not question.options:
        return true
    if not any(true):
        true = [not option.claims for option in question.options]
    right = [option.text for option, ok in zip(question.options, true, strict=True) if ok]
    if len(right) == 1:
        return true
    if right:
        raise UsageError(f"more than one option of this question comes true: {' / '.join(right)}")
    told = "\n".join(str(each) for found in findings for each in found if not each)
    raise UsageError(f"this question does not fit the cluster as it is: no option comes true\n{told}")


def _result(blank: Blank, stretch: Stretch) -> Result:
    try:
        return blank.query.ask(stretch)
    except KubelabError as error:
        raise UsageError(f"this question does not fit the cluster as it is: {error}") from error


# How it is written


def question(text: str, source: str = "") -> Question:
    """Read a question.

    Raises:
        SourceError: it cannot be read; the error has the place.
    """
    page = read(text, WORDS, source)
    if not page.prose:
        raise page.wrong("a prediction begins with its question")
    boxes = page.of(ONE, SEVERAL)
    blanks = page.of(BLANK)
    if bool(boxes) is bool(blanks):
        raise page.wrong("a question has either options, `( )` or `[ ]`, or blanks, `____`", hint="write one of them")
    if len({part.word for part in boxes}) > 1:
        raise page.wrong("options are all `( )`, if one is right, or all `[ ]`", boxes[-1].head)
    if len(boxes) == 1 and boxes[0].word == ONE:
        raise page.wrong("with one option there is nothing to choose", boxes[0].head)
    far, why = page.one("ahead"), page.one("why")
    return Question(
        paragraphs=page.prose,
        acts=acts_of(page, page.of("do")),
        far=SETTLED if far is None else _far(page, far),
        several=bool(boxes) and boxes[0].word == SEVERAL,
        options=tuple(_option(page, part) for part in boxes),
        blanks=tuple(_blank(page, part) for part in blanks),
        why=() if why is None else _said(why),
    )


def _far(page: Page, part: Part) -> Horizon:
    try:
        return horizon(part.head.text)
    except KubelabError as error:
        raise page.wrong(str(error).split("\n", 1)[0], part.head) from error


def _said(part: Part) -> tuple[str, ...]:
    return tuple(filter(None, (part.head.text, *part.paragraphs)))


def _option(page: Page, part: Part) -> Option:
    lines = [line for line in part.body if line.text]
    if not part.head.text:
        raise page.wrong("an option says something", part.head)
    if [line.text for line in lines] == [OTHERWISE]:
        return Option(part.head.text)
    claims = []
    for line in lines or [part.head]:
        try:
            claims.append(claim(line.text.strip("`")))
        except SourceError as error:
            hint = "what must be so stands in the lines below an option, indented" if not lines else ""
            raise page.wrong(error.mistakes[0].message, line, hint or error.mistakes[0].hint) from error
    return Option(part.head.text, tuple(claims))


def _blank(page: Page, part: Part) -> Blank:
    lines = [line for line in part.body if line.text]
    if len(lines) != 1:
        raise page.wrong("below a blank stands one query, indented", part.head, "such as `count pods app=web`")
    try:
        return Blank(part.head.text, query(lines[0].text))
    except SourceError as error:
        message = error.mistakes[0].message if error.mistakes else str(error)
        raise page.wrong(message, lines[0], error.mistakes[0].hint if error.mistakes else "") from error


def predict(cluster: Cluster, text: str, source: str = "") -> Prediction:
    """Put a question about a cluster as it is now, in the kinds that it knows.

    Raises:
        SourceError: the question cannot be read.
        UsageError: it does not fit the cluster.
    """
    with knowing(vocabulary_of(cluster.view.snapshot)):
        return Prediction(cluster, question(text, source))
