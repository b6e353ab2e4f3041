"""What Tab offers in a line of kubectl: verbs, flags, kinds, and the names of what there is."""

from collections.abc import Sequence

from kubelab.api.scheme import every, find
from kubelab.dsl.completion import Candidate, Known
from kubelab.kubectl.verbs import Verb, verbs

_OUTPUTS = ("wide", "yaml", "json", "name", "jsonpath=", "custom-columns=", "go-template=")
_ABOUT_NODES = ("cordon", "uncordon", "drain")
_ABOUT_PODS = ("logs", "exec")


def candidates(words: Sequence[str], word: str, known: Known) -> list[Candidate]:
    """What may stand at a place of a line.

    Args:
        words: the words before the place, without ``kubectl``.
        word: what is typed of the word there.
        known: the names of the objects there are, by kind.
    """
    said = [each for each in words if not each.startswith("-")]
    verb = _verb(said)
    if verb is None:
        return _verbs(said)
    if word.startswith("-"):
        return [Candidate(f"--{flag.name}", "option", flag.meaning) for flag in verb.all_flags]
    last = words[-1] if words else ""
    if last in ("-n", "--namespace"):
        return [Candidate(name, "name", "Namespace") for name in known.get("Namespace", ())]
    if last in ("-o", "--output"):
        return [Candidate(form, "value") for form in _OUTPUTS]
    if longer := _verbs(said):
        listed = [Candidate(kind.plural, "kind", kind.kind) for kind in every() if kind.listed]
        return [*longer, *(listed if said == verb.name.split() else ())]
    about = said[len(verb.name.split()) :]
    if verb.name in _ABOUT_NODES or verb.name in _ABOUT_PODS:
        kind = "Node" if verb.name in _ABOUT_NODES else "Pod"
        return [Candidate(name, "name", kind) for name in known.get(kind, ())]
    if "/" in word and (named := find(word.partition("/")[0])) is not None:
        return [Candidate(f"{word.partition('/')[0]}/{name}", "name", named.kind) for name in known.get(named.kind, ())]
    if about and (named := find(about[0])) is not None:
        return [Candidate(name, "name", named.kind) for name in known.get(named.kind, ())]
    return [Candidate(kind.plural, "kind", kind.kind) for kind in every() if kind.listed]


def _verb(said: Sequence[str]) -> Verb | None:
    """The verb that a line begins with, the longest one: ``rollout status`` rather than ``rollout``."""
    known = verbs()
    for length in (3, 2, 1):
        found = known.get(" ".join(said[:length]))
        if found is not None and len(said) >= length:
            return found
    return None


def _verbs(said: Sequence[str]) -> list[Candidate]:
    """The next word of every verb that goes on from the words before."""
    begun = " ".join(said) + (" " if said else "")
    found: dict[str, str] = {}
    for name, verb in verbs().items():
        if name.startswith(begun) and name != begun.strip():
            rest = name[len(begun) :]
            found.setdefault(rest.split()[0], verb.meaning if " " not in rest else "")
    return [Candidate(name, "command", meaning) for name, meaning in found.items()]
