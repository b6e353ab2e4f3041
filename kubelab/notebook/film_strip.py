"""The film strip: what a Player shows where there is no kernel; see `kubelab.film_strip`."""

from collections.abc import Sequence

from kubelab.cluster import Cluster
from kubelab.film_strip import PICTURES, image
from kubelab.film_strip import page as page_of
from kubelab.film_strip import strip as strip_of
from kubelab.notebook import foresight
from kubelab.views.escape import xml
from kubelab.views.network import WalkFilm
from kubelab.views.network_layout import hops_of

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


def walk_strip(film: WalkFilm) -> str:
    """A walk as HTML: the whole way as one picture, then hop by hop, with a picture wherever the packet is changed.

    A walk that fails before its end is shown at the hop where it does, too.
    """
    hops = hops_of(film.walk)
    whole = f"<p><b>{xml(film.title(film.last))}.</b> {xml(film.frame(film.last).sentence)}</p>"
    # The last hop is what the picture of the whole way shows.
    wanted = [n for n, hop in enumerate(hops[:-1], start=1) if hop.translated or not hop.ok]
    moments = wanted if len(wanted) <= PICTURES else [*wanted[: PICTURES - 1], wanted[-1]]
    parts, begin = [], 1
    for end in (*moments, film.last):
        if end >= begin:
            sentences = "".join(f"<li>{xml(hops[n - 1].sentence)}</li>" for n in range(begin, end + 1))
            parts.append(f'<ol start="{begin}">{sentences}</ol>')
            parts.append(image(film.picture(end)) if end in moments else "")
            begin = end + 1
    size = f"{film.last} hops, {len(moments)} pictures"
    return "\n".join(
        [whole, image(film.picture()), f"<details><summary>The way: {size}</summary>{''.join(parts)}</details>"]
    )
