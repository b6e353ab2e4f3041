"""The clusters of one notebook: each has a name, and one of them is the current one."""

import json
import os
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kubelab.cluster import Cluster
from kubelab.course.record import Record
from kubelab.dsl.suggest import did_you_mean
from kubelab.errors import UsageError

if TYPE_CHECKING:
    from kubelab.notebook.player import Player

DEFAULT = "default"


CELLS = ("%%predict", "%%exercise")

KEPT = "kubelab"
"""Under which name the page keeps the record in the metadata of the notebook."""


def _notebook() -> Any:
    """The notebook in which this kernel runs, as it is saved; None where that cannot be told."""
    path = Path(os.environ.get("JPY_SESSION_NAME", ""))
    if path.suffix != ".ipynb":
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def planned() -> int:
    """How many predictions and exercises the notebook has in which this kernel runs; 0 where that cannot be told."""
    try:
        cells = _notebook()["cells"]
        return sum("".join(cell["source"]).startswith(CELLS) for cell in cells if cell["cell_type"] == "code")
    except (KeyError, TypeError):
        return 0


def kept() -> Any:
    """What the notebook says of an earlier record; the page writes it there whenever something has changed."""
    try:
        return _notebook()["metadata"][KEPT]
    except (KeyError, TypeError):
        return None


class Session:
    """The clusters that the cells of a notebook made.

    Attributes:
        current: the name of the cluster that commands without a name are about.
        record: the predictions and exercises of the notebook.
    """

    def __init__(self) -> None:
        self.current = DEFAULT
        self.record = Record(planned=planned())
        self.record.remember(kept())
        self._clusters: dict[str, Cluster] = {}
        self._fresh: list[weakref.ref[Player]] = []

    def shows(self, player: "Player") -> "Player":
        """A cell shows a Player: it is in step with its cluster until the cell has ended, and stays there then."""
        self._fresh.append(weakref.ref(player))
        return player

    def cell_ended(self, *_: Any) -> None:
        """A cell has ended: its Players belong to this moment."""
        fresh, self._fresh = self._fresh, []
        for found in fresh:
            player = found()
            if player is not None:
                player.follow(False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all clusters, in the order in which they were made."""
        return tuple(self._clusters)

    @property
    def cluster(self) -> Cluster:
        """The current cluster; it is made when it is first asked for."""
        return self._clusters.setdefault(self.current, Cluster())

    def get(self, name: str) -> Cluster | None:
        """The cluster of a name, or None."""
        return self._clusters.get(name)

    def put(self, name: str, cluster: Cluster) -> None:
        """Give a cluster a name, and make it the current one; a cluster that had the name loses it."""
        self._clusters[name] = cluster
        self.current = name

    def choose(self, name: str) -> Cluster:
        """Make a cluster the current one.

        Raises:
            UsageError: there is none of this name.
        """
        if name not in self._clusters:
            hint = did_you_mean(name, self._clusters)
            known = ", ".join(self._clusters) or "none yet"
            raise UsageError(f"there is no cluster {name!r}; there are: {known}" + (f"; {hint}" if hint else ""))
        self.current = name
        return self._clusters[name]
