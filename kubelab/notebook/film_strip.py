"""The film strip: what a Player shows where there is no kernel; see `kubelab.film_strip`."""

from collections.abc import Sequence

from kubelab.cluster import Cluster
from kubelab.film_strip import page as page_of
from kubelab.film_strip import strip as strip_of
from kubelab.notebook import foresight

SENTENCES = 300
"""How many steps are told."""


def strip(cluster: Cluster, view: str = "topology", opened: Sequence[str] = (), since: int = 0) -> str:
    """The film of a cluster as HTML: where it is now, what led there (since a step), and what will follow.

    Raises:
        UsageError: there is no such view.
    """
    known = foresight.ahead(cluster)
    timeline, cursor = known.timeline, cluster.cursor
    last = max(known.goal, len(cluster.timeline))
    first = max(0, min(since, cursor), min(cursor - SENTENCES // 2, last - SENTENCES))
    last = min(last, first + SENTENCES)
    return strip_of(timeline, foresight.film_of(timeline, view, first, last, tuple(opened)), cursor)


def page(cluster: Cluster, view: str = "topology") -> str:
    """The film strip as a page by itself."""
    return page_of(f"{view}, step {cluster.cursor} of {len(cluster.timeline)}", strip(cluster, view))
