"""The one door to etcd: every request is authenticated, authorised, admitted, validated and committed here, or refused.

    handle(snapshot, request, now, actor) -> Outcome, or StatusError

Nothing is changed by a refusal: the snapshot that came in is still the state of the cluster.

In Kubernetes: `k8s.io/apiserver` (endpoints, generic registry store).

**Simplified:** requests are objects, not HTTP; `kubelab.server` gives them that face.
"""

from collections.abc import Callable, Iterable
from typing import Any

from kubelab.api.model import evolve
from kubelab.api.scheme import knowing
from kubelab.apiserver import patching, writes
from kubelab.apiserver.admission import takes_events
from kubelab.apiserver.authentication import User, authenticate
from kubelab.apiserver.authorization import authorize, authorize_creation, may_record
from kubelab.apiserver.definitions import confirm_known
from kubelab.apiserver.escalation import GIVES_RIGHTS, confirm_no_escalation
from kubelab.apiserver.field_owners.managers import manager_of
from kubelab.apiserver.node_restriction import restrict
from kubelab.apiserver.outcome import Outcome
from kubelab.apiserver.outside import in_cloud, on_machine
from kubelab.apiserver.signing_requests import asked_by
from kubelab.state import store
from kubelab.state.requests import (
    Apply,
    Bind,
    CloudRequest,
    Create,
    Delete,
    EventNote,
    Evict,
    MachineRequest,
    Patch,
    Record,
    Request,
    Update,
)
from kubelab.state.snapshot import ObjectKey, Snapshot, Writer
from kubelab.state.vocabulary import vocabulary_of

__all__ = ["Outcome", "carry_out", "handle", "named"]


def handle(snapshot: Snapshot, request: Request, now: int, actor: str = "user", user: User | None = None) -> Outcome:
    """Carry out a request.

    Args:
        snapshot: the state of the cluster.
        request: what is asked for.
        now: the time, in microseconds since 1970.
        actor: who asks; Events that name no component come from it.
        user: as whom the actor asks (impersonation); None means as itself.

    Raises:
        StatusError: the request is refused, in the words of the real API server.
    """
    words = vocabulary_of(snapshot)
    with knowing(words):
        confirm_known(words, request.key)
        return _handled(snapshot, request, now, actor, authenticate(actor) if user is None else user)


def _handled(snapshot: Snapshot, request: Request, now: int, actor: str, user: User) -> Outcome:
    authorize(snapshot, user, request)
    if user.node:
        restrict(snapshot, user.node, request)
    if isinstance(request, Patch) and request.type == "apply" and request.target not in snapshot.objects:
        authorize_creation(snapshot, user, request.target)
    by = Writer(
        getattr(request, "manager", "") or manager_of(actor), now, subresource=getattr(request, "subresource", "")
    )
    request = asked_by(request, user)
    outcome = _VERBS[type(request)](snapshot, request, by)
    if outcome.key.kind in GIVES_RIGHTS and outcome.after is not None and outcome.changed:
        confirm_no_escalation(snapshot, user, outcome.before, outcome.after)
    if not request.events:
        return outcome
    seen = "" if outcome.before is None else outcome.before.metadata.resource_version
    return _recorded(outcome, named(request, outcome.key).events, actor, user, now, seen)


def _recorded(
    outcome: Outcome, notes: Iterable[EventNote], actor: str, user: User, now: int, seen: str = ""
) -> Outcome:
    """The outcome with the Events that go with it; those that are refused are lost, as they are to a real component.

    A Namespace that goes away takes no new ones, and nobody may write them where RBAC does not allow it.

    Args:
        outcome: what the request came to.
        notes: the Events.
        actor: who records them.
        user: as whom.
        now: the time, in microseconds since 1970.
        seen: the version of the object that the actor has looked at.
    """
    following = outcome.snapshot
    taken = tuple(
        note
        for note in notes
        if takes_events(following, note.regarding.namespace) and may_record(following, user, note.regarding.namespace)
    )
    for note in taken:
        following = store.record(following, note, actor, now, seen)
    return evolve(outcome, snapshot=following, events=taken)


def named(request: Request, key: ObjectKey) -> Request:
    """A request whose texts say the name that the API server has made for its object."""
    if not isinstance(request, Create) or request.object.metadata.name:
        return request
    notes = tuple(
        evolve(
            note,
            regarding=note.regarding if note.regarding.name else key,
            message=note.message.replace("{name}", key.name),
        )
        for note in request.events
    )
    return evolve(request, events=notes, message=request.message.replace("{name}", key.name))


_VERBS: dict[type, Callable[[Snapshot, Any, Writer], Outcome]] = {
    Create: writes.create,
    Update: writes.update,
    Patch: patching.patch,
    Apply: writes.apply,
    Delete: writes.delete,
    Bind: writes.bind,
    Evict: writes.evict,
    Record: writes.record,
}


def carry_out(snapshot: Snapshot, request: MachineRequest | CloudRequest, now: int, actor: str) -> Outcome:
    """Let a machine do what its kubelet or kube-proxy asks of it, or the cloud what is asked of its API.

    Its Events go to the API server. `before` and `after` of the outcome are the machine's, or the cloud's.

    Raises:
        StatusError: there is no such machine, or no cloud, or the cloud refuses.
    """
    done = in_cloud(snapshot, request, now) if isinstance(request, CloudRequest) else on_machine(snapshot, request, now)
    following, before, after = done
    outcome = Outcome(following, request.target, before, after)
    return _recorded(outcome, request.events, actor, authenticate(actor), now) if request.events else outcome
