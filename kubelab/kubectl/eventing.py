"""``kubectl events``.

Source: kubectl `pkg/cmd/events`.
"""

from typing import Any

from kubelab.api.scheme import by_kind
from kubelab.kubectl import printing
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import manifest_of
from kubelab.kubectl.describe.writer import interval
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.resources import kind_of
from kubelab.kubectl.verbs import ALL_NAMESPACES, OUTPUT, verb
from kubelab.state.snapshot import SECOND
from kubelab.views.tables import rows_text


@verb(
    "events",
    "[--for TYPE/NAME] [--types=Warning] [-A]",
    "list Events, the newest last",
    ALL_NAMESPACES,
    OUTPUT,
    Flag("for", "only those about this object", "TYPE/NAME"),
    Flag("types", "only Normal or Warning ones", "TYPES", kind="list"),
    Flag("watch", "also those that come as the cluster goes on, until it has settled", short="w"),
    Flag("no-headers", "leave out the headings"),
    Flag("chunk-size", "without effect here", "N", kind="number"),
)
def events(call: Call) -> None:
    """Carry out ``kubectl events``."""
    for sort in call.said["types"]:
        if sort.lower() not in ("normal", "warning"):
            raise Failure("valid --types are Normal or Warning")
    if call.said["watch"]:
        call.client.cluster.goto(-1)
        call.client.cluster.run(for_="600s")
    found = _found(call)
    form, argument = printing.form_of(call)
    if form and form != "wide":
        items = [manifest_of(event) for event in found]
        listed = {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}
        if form == "name":
            for event in found:
                call.print(f"event/{event.metadata.name}")
        else:
            call.write(printing.writer_of(call, form, argument)(listed))
        return
    if not found:
        everywhere = call.said["all-namespaces"]
        call.tell("No events found." if everywhere else f"No events found in {call.namespace} namespace.")
        return
    everywhere = call.said["all-namespaces"]
    rows = (
        []
        if call.said["no-headers"]
        else [_row(everywhere, "NAMESPACE", "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE")]
    )
    for event in found:
        about = event.involved_object
        place = f"{about.kind}/{about.name}"
        cells = (interval(event, call.client.now), event.type, event.reason, place, event.message.strip())
        rows.append(_row(everywhere, event.metadata.namespace, *cells))
    call.print(rows_text(rows))


def _row(everywhere: bool, namespace: str, *cells: str) -> tuple[str, ...]:
    return (namespace, *cells) if everywhere else cells


def _found(call: Call) -> list[Any]:
    namespace = None if call.said["all-namespaces"] else call.namespace
    found = call.client.list(by_kind("Event"), namespace)
    if call.said["for"]:
        word, slash, name = call.said["for"].partition("/")
        if not slash:
            raise Failure("--for must be in resource/name form")
        kind = kind_of(word)
        found = [e for e in found if (e.involved_object.kind, e.involved_object.name) == (kind.kind, name)]
    wanted = {sort.lower() for sort in call.said["types"]}
    if wanted:
        found = [event for event in found if event.type.lower() in wanted]
    return sorted(found, key=_last_seen)


def _last_seen(event: Any) -> int:
    if event.series is not None:
        return (event.series.last_observed_time or 0) // SECOND
    return event.last_timestamp or (event.event_time or 0) // SECOND
