"""``kubectl get --watch``: what changes while the cluster goes on, until it has settled.

The real one goes on until it is interrupted.
"""

from collections.abc import Iterator
from typing import Any

from kubelab.kubectl import printing
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.resources import Found, Info
from kubelab.sim.transition import Transition
from kubelab.views.columns import cells_wide
from kubelab.views.tables import LEAST, PADDING

PATIENCE = "600s"
"""How much virtual time a watch sees at most."""


def watch(call: Call, found: Found, form: str) -> None:
    """Print the objects as they are, then a line for each change of one of them.

    Raises:
        Failure: more than one kind is watched.
    """
    kinds = {info.kind.kind for info in found.infos}
    if not kinds:
        return
    if len(kinds) > 1:
        raise Failure("you may only specify a single resource type")
    shown = [] if call.said["watch-only"] else list(found.infos)
    lines = _Lines(call, form, found.infos[0])
    lines.print(shown, "ADDED")
    cluster = call.client.cluster
    begun = len(cluster.timeline)
    cluster.goto(-1)
    cluster.run(for_=PATIENCE)
    names = {info.name for info in found.infos} if found.single else None
    for step in _changes(call, found.infos[0], begun):
        if names is None or step.key.name in names:
            after = step.after if step.after is not None else step.before
            info = Info(found.infos[0].kind, step.key.namespace, step.key.name, after)
            sort = "ADDED" if step.before is None else "DELETED" if step.after is None else "MODIFIED"
            lines.print([info], sort, step.time)


def _changes(call: Call, sample: Info, begun: int) -> Iterator[Transition]:
    from kubelab.kubectl.resources import labels_of

    labels = labels_of(call.said["selector"])
    everywhere = call.said["all-namespaces"] or not sample.kind.namespaced
    for step in call.client.cluster.timeline.transitions[begun:]:
        if step.key.kind != sample.kind.kind or step.error is not None or step.before is step.after or step.node:
            continue
        if not everywhere and step.key.namespace != call.namespace:
            continue
        obj: Any = step.after if step.after is not None else step.before
        if labels is None or labels.matches(obj.metadata.labels):
            yield step


class _Lines:
    """Rows under one another; a column never becomes narrower."""

    def __init__(self, call: Call, form: str, sample: Info) -> None:
        self.call = call
        self.form = form
        self.widths: list[int] = []
        self.headed = bool(call.said["no-headers"])

    def print(self, infos: list[Info], sort: str, now: int | None = None) -> None:
        """Print objects, the headings before the first ones."""
        call = self.call
        if not infos:
            return
        if self.form not in ("", "wide"):
            write = printing.writer_of(call, *printing.form_of(call)) if self.form != "name" else None
            for info in infos:
                if write is None:
                    call.print(info.label)
                else:
                    text = write(info.manifest)
                    call.write(f"---\n{text}" if self.form == "yaml" and self.headed else text)
                self.headed = True
            return
        rows = printing.table_rows(
            infos,
            call.client.now if now is None else now,
            wide=self.form == "wide",
            with_namespace=call.said["all-namespaces"] and infos[0].kind.namespaced,
            label_columns=call.said["label-columns"],
            show_labels=call.said["show-labels"],
        )
        if call.said["output-watch-events"]:
            rows = [("EVENT", *rows[0]), *((sort, *row) for row in rows[1:])]
        rows = rows[1:] if self.headed else rows
        self.headed = True
        for row in rows:
            for place, cell in enumerate(row[:-1]):
                wide = max(LEAST, cells_wide(cell) + PADDING)
                if place == len(self.widths):
                    self.widths.append(wide)
                self.widths[place] = max(self.widths[place], wide)
        for row in rows:
            cells = [cell + " " * (self.widths[n] - cells_wide(cell)) for n, cell in enumerate(row[:-1])]
            call.print("".join([*cells, row[-1]]))
