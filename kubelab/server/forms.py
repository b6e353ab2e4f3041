"""The forms of what is sent but never stored: options, questions, bindings, scales; each is read by its shape first.

**In Kubernetes:** `k8s.io/api` (policy/v1, authentication/v1, authorization/v1, autoscaling/v1, core/v1),
`k8s.io/apimachinery/pkg/apis/meta/v1` (DeleteOptions).

**Simplified:** what such a form has besides is passed over without a warning.
"""

from typing import Any

from kubelab.api import decode
from kubelab.api.decode import Problem
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import FrozenMap
from kubelab.errors import StatusError


@model
class Preconditions:
    """Which object it has to be, for something to be deleted."""

    uid: str | None = field(default=None, go="types.UID")
    resource_version: str | None = None


@model
class DeleteOptions:
    """How something is to be deleted."""

    grace_period_seconds: int | None = field(default=None, go="int64")
    preconditions: Preconditions | None = None
    orphan_dependents: bool | None = None
    propagation_policy: str | None = field(default=None, go="v1.DeletionPropagation")
    dry_run: tuple[str, ...] = ()


@model
class Eviction:
    """That a Pod is to go."""

    metadata: ObjectMeta = ObjectMeta()
    delete_options: DeleteOptions | None = None


@model
class ObjectReference:
    """An object that another one is about."""

    kind: str = ""
    api_version: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = field(default="", go="types.UID")


@model
class Binding:
    """On which node a Pod is to run."""

    metadata: ObjectMeta = ObjectMeta()
    target: ObjectReference = ObjectReference()


@model
class TokenRequestSpec:
    """What a token is to be good for."""

    audiences: tuple[str, ...] = ()
    expiration_seconds: int | None = field(default=None, go="int64")
    bound_object_ref: ObjectReference | None = None


@model
class TokenRequest:
    """That a token is wanted."""

    metadata: ObjectMeta = ObjectMeta()
    spec: TokenRequestSpec = TokenRequestSpec()


@model
class ResourceAttributes:
    """What somebody would do with a resource."""

    namespace: str = ""
    verb: str = ""
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""


@model
class NonResourceAttributes:
    """What somebody would do at an address that is no resource."""

    path: str = ""
    verb: str = ""


@model
class ReviewSpec:
    """What a review asks: the fields of all of them, since none has another's under a different meaning."""

    resource_attributes: ResourceAttributes | None = None
    non_resource_attributes: NonResourceAttributes | None = None
    user: str = ""
    groups: tuple[str, ...] = ()
    extra: FrozenMap[str, tuple[str, ...]] = FrozenMap()
    uid: str = ""
    namespace: str = ""
    token: str = ""
    audiences: tuple[str, ...] = ()


@model
class Review:
    """A question."""

    metadata: ObjectMeta = ObjectMeta()
    spec: ReviewSpec = ReviewSpec()


@model
class ScaleForm:
    """How many replicas are wanted; the number itself is read by `kubelab.apiserver.scale`."""

    metadata: ObjectMeta = ObjectMeta()


FORMS: dict[str, type[Any]] = {
    "Binding": Binding,
    "DeleteOptions": DeleteOptions,
    "Eviction": Eviction,
    "LocalSubjectAccessReview": Review,
    "Scale": ScaleForm,
    "SelfSubjectAccessReview": Review,
    "SelfSubjectReview": Review,
    "SelfSubjectRulesReview": Review,
    "SubjectAccessReview": Review,
    "TokenRequest": TokenRequest,
    "TokenReview": Review,
}
"""The form of each kind that is only sent."""


def check(value: Any, title: str) -> None:
    """Make sure that what was sent has the form of its kind, so that it can be read without looking twice.

    Raises:
        StatusError: 400, a value in it is of another type.
    """
    form = FORMS.get(title)
    if form is None or not isinstance(value, dict):
        return
    problems: list[Problem] = []
    decode.structure(form)(value, None, problems)
    fatal = sorted((problem for problem in problems if problem.rank < 2), key=lambda problem: problem.rank)
    if fatal:
        version = str(value.get("apiVersion") or "v1").rpartition("/")[2]
        message = f'{title} in version "{version}" cannot be handled as a {title}: {fatal[0]}'
        raise StatusError(400, "BadRequest", message)
