"""The moments of a film: the steps at which something is seen to change."""

from kubelab.views.film import Film
from kubelab.views.network import WalkFilm
from kubelab.views.theme import CHANGED


def moments(shown: Film | WalkFilm, most: int) -> list[int]:
    """So many of the steps at which something is seen to change at most: taken evenly from all of them."""
    seen: list[int] = []
    before = None
    for index in range(shown.first, shown.last + 1):
        marks = shown.frame(index).states
        here = {element: (mark.classes.replace(CHANGED, "").split(), mark.texts[1:]) for element, mark in marks.items()}
        if before is not None and here != before:
            seen.append(index)
        before = here
    if len(seen) <= most:
        return seen
    return sorted({seen[round((place + 1) * len(seen) / most) - 1] for place in range(most)})
