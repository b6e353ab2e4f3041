"""ControllerRevisions: the templates that a StatefulSet or DaemonSet had, to be gone back to.

A revision holds its template whole, as a patch that puts it back in its place. It never changes, besides its number:
a template that comes again gets the highest number.

Source: `pkg/controller/history`.
"""

from collections.abc import Iterable, Mapping

import attrs

from kubelab.api.apps import ControllerRevision, DaemonSet, StatefulSet
from kubelab.api.core.pod import PodTemplateSpec
from kubelab.api.decode import freeze
from kubelab.api.manifest import from_value, to_value
from kubelab.api.memo import IdentityMemo
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import Json
from kubelab.api.selector import Selector
from kubelab.state.ownership import Claim, claim, new_controller_ref
from kubelab.state.requests import Create, Delete, Update
from kubelab.state.snapshot import View, key_of
from kubelab.state.template_hash import canonical, fnv1a, safe_encode

Owner = StatefulSet | DaemonSet

PREFIX_LIMIT = 223
"""How much of the owner's name is in the name of a revision."""

_DATA: IdentityMemo[Json] = IdentityMemo(limit=1024)
_TEMPLATES: IdentityMemo[PodTemplateSpec] = IdentityMemo(limit=1024)


def patch_of(template: PodTemplateSpec) -> Json:
    """The patch that puts a template back (`getPatch`)."""
    known = _DATA.get(template)
    if known is not None:
        return known
    whole = {**to_value(template), "$patch": "replace"}
    return _DATA.put(template, freeze({"spec": {"template": whole}}))


def template_of(revision: ControllerRevision, owner: Owner) -> PodTemplateSpec:
    """The template that a revision holds; it is the owner's own object where that has not changed."""
    if revision.data == patch_of(owner.spec.template):
        return owner.spec.template
    known = _TEMPLATES.get(revision.data)
    if known is not None:
        return known
    held = {name: value for name, value in _held(revision).items() if name != "$patch"}
    template: PodTemplateSpec = from_value(PodTemplateSpec, held)
    return _TEMPLATES.put(revision.data, template)


def _held(revision: ControllerRevision) -> Mapping[str, Json]:
    data: Json = revision.data
    held: Mapping[str, Json] = data["spec"]["template"]
    return held


def hash_of(data: Json, collision_count: int | None) -> str:
    """The short name of what a revision holds (`HashControllerRevision`)."""
    probe = b"" if collision_count is None else str(collision_count).encode()
    return safe_encode(str(fnv1a(canonical(data) + probe)))


def revision_name(owner: str, digest: str) -> str:
    """The name of a revision."""
    return f"{owner[:PREFIX_LIMIT]}-{digest}"


@attrs.frozen
class NewRevision:
    """A revision that is to be created, or is there already, and what it took to find a free name.

    Attributes:
        revision: the revision.
        collision_count: how often its name was taken by another template.
        exists: whether it is there already.
    """

    revision: ControllerRevision
    collision_count: int
    exists: bool


def new_revision(view: View, owner: Owner, number: int, digest: str, label: str, collision_count: int) -> NewRevision:
    """The revision of an owner's template as it is now.

    Args:
        view: the cluster.
        owner: the StatefulSet or DaemonSet.
        number: its revision number.
        digest: the hash in its name.
        label: the label that holds the hash.
        collision_count: how often a name was taken so far.
    """
    meta = owner.metadata
    revision = ControllerRevision(
        metadata=ObjectMeta(
            name=revision_name(meta.name, digest),
            namespace=meta.namespace,
            labels=owner.spec.template.metadata.labels.with_({label: digest}),
            annotations=meta.annotations,
            owner_references=(new_controller_ref(owner),),
        ),
        data=patch_of(owner.spec.template),
        revision=number,
    )
    there: ControllerRevision | None = view.find(key_of(revision))
    if there is not None and there.data == revision.data:
        return NewRevision(there, collision_count, exists=True)
    return NewRevision(revision, collision_count, exists=False)


def is_taken(view: View, found: NewRevision) -> bool:
    """Whether another template has the name of a revision that is to be created."""
    return not found.exists and view.find(key_of(found.revision)) is not None


def claim_revisions(view: View, actor: str, owner: Owner, selector: Selector) -> Claim:
    """The revisions of an owner, oldest number first; those without owner that match are adopted."""
    owned = view.owned(owner.metadata.uid, "ControllerRevision")
    orphans = view.orphans("ControllerRevision", owner.metadata.namespace)
    claimed = claim(actor, owner, selector, owned, orphans)
    return Claim(sorted(claimed.objects, key=_order), claimed.writes)


def _order(revision: ControllerRevision) -> tuple[int, int, str]:
    meta = revision.metadata
    return revision.revision, meta.creation_timestamp or 0, meta.name


def create_revision(actor: str, owner: Owner, revision: ControllerRevision) -> Create:
    """Keep a template."""
    return Create(
        object=revision,
        reason="RevisionCreated",
        message=f"{actor} created ControllerRevision {revision.metadata.name}: it keeps revision {revision.revision} "
        f"of the template of {owner.kind} {owner.metadata.name}.",
    )


def renumber(actor: str, owner: Owner, revision: ControllerRevision, number: int) -> Update:
    """Give a template that has come again the highest number."""
    return Update(
        object=evolve(revision, revision=number),
        reason="RevisionUpdated",
        message=f"{actor} made ControllerRevision {revision.metadata.name} number {number}: "
        f"{owner.kind} {owner.metadata.name} has this template again.",
    )


def truncate(
    actor: str, owner: Owner, revisions: Iterable[ControllerRevision], live: Iterable[str], limit: int | None
) -> list[Delete]:
    """Delete the oldest templates that no Pod has any more, where more are kept than may be.

    Args:
        actor: the name of the controller.
        owner: the StatefulSet or DaemonSet.
        revisions: its revisions, oldest number first.
        live: the names of those that are in use.
        limit: how many besides are kept; a negative number keeps all.
    """
    kept = 10 if limit is None else limit
    used = set(live)
    unused = [revision for revision in revisions if revision.metadata.name not in used]
    surplus = 0 if kept < 0 else max(len(unused) - kept, 0)
    return [
        Delete(
            target=key_of(revision),
            uid=revision.metadata.uid,
            reason="RevisionDeleted",
            message=f"{actor} deleted ControllerRevision {revision.metadata.name}: no Pod of "
            f"{owner.kind} {owner.metadata.name} has this template, and only {kept} old ones are kept.",
        )
        for revision in unused[:surplus]
    ]
