"""What stands under the picture, tab by tab: what changed, why, the objects, the Events, what etcd holds, one object.

Every panel is a plain value that the front end lays out; nothing in it is markup, so no text from a user can be any.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from kubelab.api import manifest
from kubelab.api.clocktime import text_of_micro
from kubelab.api.duration import elapsed, human
from kubelab.api.paths import Change
from kubelab.api.scheme import every
from kubelab.apiserver import derived
from kubelab.apiserver.compaction import compacted
from kubelab.errors import KubelabError
from kubelab.sim.engine import Engine
from kubelab.sim.state import State
from kubelab.sim.timeline import Timeline
from kubelab.sim.transition import Transition
from kubelab.state.snapshot import ObjectKey, View
from kubelab.views import etcd as store
from kubelab.views import explain
from kubelab.views.columns import aligned
from kubelab.views.veil import without_values

Panel = dict[str, Any]

MOST_CHANGES = 200
"""How many changed fields are shown."""

MOST_STEPS = 40
"""How many steps of a longer stride are shown one by one."""

_AGE = re.compile(r"\(?(\d+[ydhms])+")

LONGEST_VALUE = 4000
"""How many characters of one value are shown."""


@attrs.frozen
class Place:
    """Where on a timeline one looks.

    Attributes:
        timeline: the timeline.
        index: the step that is looked at.
        since: the step before everything that counts as new.
        engine: the engine that runs the cluster, or None.
    """

    timeline: Timeline
    index: int
    since: int
    engine: Engine | None = None

    @property
    def state(self) -> State:
        """The state there."""
        return self.timeline.state(self.index)

    @property
    def new(self) -> Sequence[Transition]:
        """The transitions that count as new, oldest first."""
        return self.timeline.transitions[self.since : self.index]

    @property
    def view(self) -> View:
        """The cluster there."""
        return self.timeline.view(self.index)

    @property
    def view_before(self) -> View:
        """The cluster before what is new."""
        return self.timeline.view(self.since)


# What changed


def changes(place: Place, choice: str) -> Panel:
    """What the step changed, field by field."""
    blocks = []
    left = MOST_CHANGES
    for transition in place.new[-MOST_STEPS:]:
        told = explain.changed_fields(transition)
        blocks.append(
            {
                "index": transition.index,
                "actor": transition.actor,
                "request": explain.request_of(transition),
                "refused": "" if transition.error is None else _refusal(transition),
                "rows": [_row(change) for change in told[: max(left, 0)]],
                "more": max(len(told) - max(left, 0), 0),
                "revision": transition.revision,
            }
        )
        left -= len(told)
    return {"blocks": blocks, "more": max(len(place.new) - MOST_STEPS, 0)}


def _refusal(transition: Transition) -> str:
    error = transition.error
    assert error is not None
    return f"{error.code} {error.reason}: {error.message}"


def _row(change: Change) -> list[str | None]:
    return [change.path, _value(change.before), _value(change.after)]


def _value(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    if not isinstance(value, str | dict | list):
        return text
    if isinstance(value, dict | list):
        flat = json.dumps(value, ensure_ascii=False)
        text = flat if len(flat) <= 80 else manifest_text(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def manifest_text(value: Any) -> str:
    """A value as YAML."""
    import yaml

    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, default_flow_style=False, width=110)
    return text.rstrip("\n")


# Why


def why(place: Place, choice: str) -> Panel:
    """Why the step happened: its Events, and the chain of steps that led to it, the step itself last."""
    transition = place.timeline.at(place.index)
    if transition is None:
        return {"refused": "", "events": [], "chain": []}
    return {
        "reason": transition.reason,
        "refused": "" if transition.error is None else _refusal(transition),
        "time": text_of_micro(transition.time),
        "events": [[note.type, note.reason, note.message] for note in transition.events],
        "chain": [_link(place.timeline, t) for t in place.timeline.chain(place.index)],
    }


def _link(timeline: Timeline, transition: Transition) -> list[Any]:
    return [transition.index, explain.moment(timeline, transition), transition.actor, explain.sentence(transition)]


# Tables


def objects(place: Place, choice: str) -> Panel:
    """The objects of a kind, as ``kubectl get`` prints them."""
    chosen = choice if choice in {kind.plural for kind in every()} else "all"
    kinds = [kind.plural for kind in every() if kind.plural == chosen or place.view.count(kind.kind)]
    from kubelab.views.tables import table

    now, before = (table(view, chosen) for view in (place.view, place.view_before))
    return {"choices": ["all", *kinds], "choice": chosen, "lines": _marked(now, before)}


def _marked(now: str, before: str) -> list[list[Any]]:
    """The lines of a table, and whether each is new or not as it was; ages and spaces do not count."""
    known = {_essence(line) for line in before.splitlines()}
    return [[line, _essence(line) not in known] for line in now.splitlines()]


def _essence(line: str) -> str:
    return " ".join(word for word in line.split() if not _AGE.fullmatch(word))


def events(place: Place, choice: str) -> Panel:
    """The Events so far, the newest last, as ``kubectl get events`` lists them."""
    rows = [("TIME", "TYPE", "REASON", "OBJECT", "COUNT", "MESSAGE")]
    fresh = [False]
    start = place.timeline.state(0).now
    records = [r for key in sorted(place.view.snapshot.events) for r in place.view.snapshot.events[key]]
    known = {
        (r.name, r.count) for key in place.view_before.snapshot.events for r in place.view_before.snapshot.events[key]
    }
    for record in sorted(records, key=lambda r: (r.revision, r.name)):
        about = f"{record.regarding.kind.lower()}/{record.regarding.name}"
        rows.append(
            (f"+{elapsed(record.last - start)}", record.type, record.reason, about, str(record.count), record.message)
        )
        fresh.append((record.name, record.count) not in known)
    lines = aligned(rows) if len(rows) > 1 else []
    return {"lines": [list(pair) for pair in zip(lines, fresh, strict=False)]}


# etcd


def etcd(place: Place, choice: str) -> Panel:
    """What etcd holds: every key with the revision of its last write; of the chosen one also its value.

    Beside it who watches the key (or what the step has written), and who was woken by the step.
    """
    now, before = place.view.snapshot, place.view_before.snapshot
    here = {entry.key: entry for entry in store.entries(place.timeline, place.index)}
    earlier = {store.etcd_key(key): key for key in before.objects if key not in now.objects}
    rows = []
    for name in sorted({*here, *earlier}):
        entry = here.get(name)
        key = earlier[name] if entry is None else entry.object
        was: Any = before.objects.get(key)
        mod = int(was.metadata.resource_version or 0) if entry is None else entry.mod_revision
        rows.append([name, mod, _state(place, entry, was), "/".join(key)])
    chosen = here.get(choice)
    transition = place.timeline.at(place.index)
    about = chosen.object.kind if chosen is not None else "" if transition is None else transition.key.kind
    watched = store.watchers(place.engine, place.view, place.state.stopped) if place.engine is not None else ()
    return {
        "revision": now.revision,
        "compacted": compacted(place.view),
        "rows": rows,
        "choice": choice,
        "chosen": None if chosen is None else _entry(place, chosen),
        "watchers": [[each.prefix, list(each.components)] for each in watched if each.kind == about],
        "woken": [[actor, str(key)] for actor, key in store.woken(place.timeline, place.index)],
    }


def _state(place: Place, entry: "store.Entry | None", was: Any) -> str:
    if entry is None:
        return "gone"
    if entry.object.kind == "Event":
        fresh = entry.mod_revision > place.view_before.snapshot.revision
        return "" if not fresh else "new" if entry.version == 1 else "changed"
    now = place.view.snapshot.objects[entry.object]
    return "new" if was is None else "" if was is now else "changed"


def _entry(place: Place, entry: "store.Entry") -> Panel:
    lease = "" if entry.lease is None else f"etcd deletes it in {human(entry.lease)}"
    return {
        "key": entry.key,
        "object": "/".join(entry.object),
        "create": entry.create_revision,
        "mod": entry.mod_revision,
        "version": entry.version,
        "lease": lease,
        "value": store.value(place.view, entry.object),
    }


# One object


def looked(place: Place, choice: str) -> Panel:
    """One object: its manifest as a client reads it, its Events, and every step about it."""
    kind, namespace, name = (*choice.split("/", 2), "", "")[:3]
    key = ObjectKey(kind, namespace, name)
    found = derived.read(place.view, key) if choice else None
    steps = place.timeline.about(key, place.index)
    return {
        "title": str(key) if choice else "",
        "choice": choice,
        "gone": found is None,
        "yaml": "" if found is None else _manifest(found),
        "events": [[r.type, r.reason, r.count, r.message] for r in place.view.events(key)],
        "history": [_link(place.timeline, t) for t in steps],
    }


def _manifest(obj: Any) -> str:
    value = manifest.to_manifest(obj)
    if obj.kind == "Secret":
        value = without_values(value)
    return manifest_text(value)


_PANELS: dict[str, Callable[[Place, str], Panel]] = {
    "changes": changes,
    "why": why,
    "objects": objects,
    "events": events,
    "etcd": etcd,
    "object": looked,
}

TITLES = {
    "changes": "What changed",
    "why": "Why",
    "objects": "Objects",
    "events": "Events",
    "etcd": "etcd",
    "object": "Object",
}
"""What the tabs are called."""

TABS = tuple(TITLES)
"""The tabs there are."""


def panel(place: Place, tab: str, choice: str = "") -> Panel:
    """What a tab shows at a place.

    Args:
        place: where one looks.
        tab: one of `TABS`.
        choice: what was chosen inside the tab: the kind of ``objects``, the object of ``object``.
    """
    try:
        content = _PANELS[tab](place, choice)
    except KubelabError as error:
        content = {"problem": str(error)}
    return {"tab": tab, "index": place.index, **content}
