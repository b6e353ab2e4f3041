"""What Tab offers in a cell: words of the language, commands of `%kube`, and the names of what there is."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from kubelab.api.scheme import BUILT_IN, every, find, knowing
from kubelab.cluster import Cluster
from kubelab.dsl import completion
from kubelab.dsl.completion import Candidate, Completion
from kubelab.notebook import commands, kubectl_words
from kubelab.notebook.cells import Place, place
from kubelab.notebook.options import Option
from kubelab.notebook.session import Session
from kubelab.state.vocabulary import vocabulary_of

_FAULTY = ("stop", "start", "kill", "revive", "cut", "mend", "terminate")


class Names(Mapping[str, Sequence[str]]):
    """The names of the objects of a cluster by kind, looked up when they are asked for."""

    def __init__(self, cluster: Cluster | None) -> None:
        self._cluster = cluster

    def __getitem__(self, kind: str) -> Sequence[str]:
        found = () if self._cluster is None else tuple(obj.metadata.name for obj in self._cluster.view.list(kind))
        if not found:
            raise KeyError(kind)
        return found

    def __iter__(self) -> Iterator[str]:
        return (kind.kind for kind in every() if kind.kind in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def known(session: Session) -> Names:
    """The names of what there is in the current cluster; none while it has not started."""
    cluster = session.get(session.current)
    return Names(cluster if cluster is not None and cluster.started else None)


@contextmanager
def speaking(session: Session) -> Iterator[None]:
    """Within this block, every kind is known that the current cluster knows, those that it has learnt among them."""
    cluster = session.get(session.current)
    words = BUILT_IN if cluster is None or not cluster.started else vocabulary_of(cluster.view.snapshot)
    with knowing(words):
        yield


def complete(session: Session, cell: str, cursor: int, bare: bool = False) -> Completion | None:
    """What may stand at a place of a cell, or None where that is not ours to say (Python).

    Args:
        session: the clusters of the notebook.
        cell: the cell.
        cursor: how many of its characters stand before the place.
        bare: whether it is a cell of the kernel `kube`.
    """
    at = place(cell, cursor, bare)
    if at.kind == "python":
        return None
    with speaking(session):
        if at.kind == "program":
            found = completion.complete(at.text, at.cursor, known(session))
        elif at.kind == "magic":
            found = _options(at)
        else:
            found = _words(at, session)
    return Completion(found.start + at.offset, found.end + at.offset, found.candidates)


def _options(at: Place) -> Completion:
    """The options of ``%%kube``."""
    from kubelab.notebook.magics import OPTIONS

    word = _typed(at)
    return _fitting(at, word, [_option(option) for option in OPTIONS])


def _option(option: Option) -> Candidate:
    return Candidate(f"--{option.name}", "option", option.meaning)


def _words(at: Place, session: Session) -> Completion:
    """A command of ``%kube`` or a verb of kubectl, then what it is about."""
    word = _typed(at)
    words = at.text[: at.cursor - len(word)].split()
    if at.kind == "kubectl":
        return _fitting(at, word, kubectl_words.candidates(words, word, known(session)))
    commands.load()
    if not words:
        offered = [Candidate(found.name, "command", found.meaning) for found in commands.COMMANDS.values()]
        return _fitting(at, word, offered)
    return _fitting(at, word, _about(words, word, session))


def _about(words: list[str], word: str, session: Session) -> list[Candidate]:
    """What a command of ``%kube`` may be about."""
    there = known(session)
    command = words[0]
    if command == "until":
        text = "expect " + " ".join(words[1:]) + (" " if words[1:] else "")
        return list(completion.complete(text, len(text), there).candidates)
    if command == "help":
        return [Candidate(name, "command") for name in commands.COMMANDS]
    if command in ("draw", "player"):
        from kubelab.views import VIEWS

        return [Candidate(view, "view") for view in VIEWS]
    if command in _FAULTY:
        cluster = session.get(session.current)
        components = () if cluster is None or not cluster.started else cluster.components
        return [Candidate(name, "component") for name in components] + _named("Node", there)
    if command in ("crash", "trace", "look"):
        return _named("Pod", there) + _named("Service", there)
    return targets(word, there)


def targets(word: str, there: Names) -> list[Candidate]:
    """Kinds, and ``kind/name`` once the kind is written."""
    head, slash, _ = word.rpartition("/")
    if slash and (kind := find(head.rpartition("/")[2])) is not None:
        return [Candidate(f"{head}/{name}", "name", kind.kind) for name in there.get(kind.kind, ())]
    return [Candidate(kind.plural, "kind", kind.kind) for kind in every() if kind.listed]


def _named(kind: str, there: Names) -> list[Candidate]:
    return [Candidate(name, "name", kind) for name in there.get(kind, ())]


def _typed(at: Place) -> str:
    before = at.text[: at.cursor]
    return before[max(before.rfind(" "), before.rfind(",")) + 1 :]


def _fitting(at: Place, word: str, candidates: Sequence[Candidate]) -> Completion:
    fit = [found for found in candidates if found.text.lower().startswith(word.lower())]
    return Completion(at.cursor - len(word), at.cursor, tuple(dict.fromkeys(fit)))
