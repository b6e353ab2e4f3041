"""Compaction: etcd does not keep every version for ever, and who wants to go on from a forgotten one has to list again.

The API server lets etcd compact every five minutes, up to the revision that was the newest one the time before: so what
happened in the last five to ten minutes can always be watched. That follows from the clock and from when each revision
was written, and is not stored. A person can compact as well (``etcdctl compact``).

**In Kubernetes:** `k8s.io/apiserver/pkg/storage/etcd3` (`compact.go`), ``--etcd-compaction-interval``.

**Simplified:** what is compacted by the clock is refused, but not thrown away, since the timeline has it anyhow. A
binding or a deletion counts as written with the revision before it.
"""

from collections.abc import Iterable

from kubelab.api.selector import Selector
from kubelab.apiserver.watch import WatchEvent, watch
from kubelab.errors import StatusError, UsageError
from kubelab.state import store
from kubelab.state.snapshot import SECOND, Snapshot, View

INTERVAL = 5 * 60 * SECOND
"""How often the API server lets etcd compact, in microseconds."""

TOO_OLD = "etcdserver: mvcc: required revision has been compacted"


def compacted(view: View) -> int:
    """The newest revision that etcd has forgotten at this moment; 0 where it has forgotten none."""
    snapshot = view.snapshot
    before = (view.now // INTERVAL - 1) * INTERVAL
    for number in range(snapshot.revision, snapshot.compacted, -1):
        revision = snapshot.history.get(number)
        if revision is not None and revision.by is not None and revision.by.at <= before:
            return number
    return snapshot.compacted


def compact(snapshot: Snapshot, revision: int) -> Snapshot:
    """Etcd after a person has compacted it.

    Raises:
        UsageError: the revision is forgotten already, or in the future; the text is etcd's own.
    """
    try:
        return store.compact(snapshot, revision)
    except ValueError as error:
        raise UsageError(f"{error}: there are revisions {snapshot.compacted + 1} to {snapshot.revision}") from None


def watch_since(
    view: View, since: int, kinds: Iterable[str], namespace: str | None = None, selector: Selector | None = None
) -> tuple[WatchEvent, ...]:
    """What a watch is told that begins after a revision, oldest first.

    Raises:
        StatusError: 410, etcd has forgotten what came after that revision; the client has to list again.
    """
    gone = compacted(view)
    if since < gone:
        raise StatusError(410, "Expired", f"too old resource version: {since} ({gone})")
    events = (e for kind in sorted(kinds) for e in watch(view.snapshot, since, kind, namespace, selector))
    return tuple(sorted(events, key=lambda event: event.revision))
