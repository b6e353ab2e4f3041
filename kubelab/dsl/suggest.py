"""What was probably meant: the nearest of the words that would have been right."""

from collections.abc import Iterable
from difflib import get_close_matches

from kubelab.api.scheme import every


def nearest(word: str, known: Iterable[str]) -> str:
    """The word of `known` that is most like `word`, or "" when none is like it."""
    words = list(dict.fromkeys(known))
    folded = {known_word.lower(): known_word for known_word in reversed(words)}
    if word.lower() in folded:
        return folded[word.lower()]
    found = get_close_matches(word.lower()[:64], folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question with the nearest word, or "" when none is near."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else ""


def kind_words() -> list[str]:
    """Every word that names a kind."""
    return [word for kind in every() for word in (kind.singular, *kind.short_names, kind.plural, kind.kind)]
