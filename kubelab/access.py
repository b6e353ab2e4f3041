"""Who asks, and what they may: the part of the façade with impersonation and questions about rights.

with cluster.as_user("system:serviceaccount:default:king"):
    cluster.get("pods", namespace="default")

cluster.can_i("list", "pods", user="jane")
cluster.who_can("delete", "pods")
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kubelab.api.scheme import knowing
from kubelab.apiserver.authentication import ADMIN, User, impersonated
from kubelab.apiserver.authorization import decide, refusal
from kubelab.apiserver.questions import Answer, Holders, can_i, question, who_can
from kubelab.errors import StatusError
from kubelab.state.snapshot import Snapshot, View
from kubelab.state.vocabulary import vocabulary_of


class Access(ABC):
    """A cluster that is asked by somebody.

    Attributes:
        acting: as whom requests are made; None means as the admin who holds the cluster.
    """

    acting: User | None = None

    @property
    @abstractmethod
    def view(self) -> View:
        """The cluster at the cursor."""

    @contextmanager
    def as_user(self, name: str, groups: Sequence[str] = ()) -> Iterator[User]:
        """Make requests as somebody else, as ``kubectl --as`` does: what they may not do is refused.

        Args:
            name: the user name, such as ``jane`` or ``system:serviceaccount:default:king``.
            groups: the groups; those that a ServiceAccount is in, and ``system:authenticated``, need not be said.
        """
        before, self.acting = self.acting, impersonated(name, groups)
        try:
            yield self.acting
        finally:
            self.acting = before

    def can_i(
        self,
        verb: str,
        resource: str,
        name: str = "",
        namespace: str = "default",
        user: str | User | None = None,
    ) -> Answer:
        """Whether somebody may do something: yes and by which binding, or no and which rule comes nearest.

        Args:
            verb: such as ``list``.
            resource: ``pods``, ``pods/log``, ``deployments.apps``, ``pod/web``, ``/healthz``.
            name: the name of one object, or "".
            namespace: where, "" for all Namespaces at once.
            user: who; None means whoever makes requests now.
        """
        who = impersonated(user) if isinstance(user, str) else user or self.acting or ADMIN
        with knowing(vocabulary_of(self.view.snapshot)):
            return can_i(self.view.snapshot, who, question(verb, resource, name, namespace))

    def who_can(self, verb: str, resource: str, name: str = "", namespace: str = "default") -> Holders:
        """Everybody to whom a binding allows something; members of ``system:masters`` may in any case.

        Args:
            verb: such as ``list``.
            resource: as for `can_i`.
            name: the name of one object, or "".
            namespace: where, "" for all Namespaces at once.
        """
        with knowing(vocabulary_of(self.view.snapshot)):
            return who_can(self.view.snapshot, question(verb, resource, name, namespace))


def may_read(snapshot: Snapshot, user: User | None, kinds: str, namespace: str | None) -> None:
    """Let somebody read objects, as ``kubectl get`` asks for them.

    Args:
        snapshot: the cluster.
        user: who reads; None means the admin.
        kinds: kinds and names, as kubectl takes them.
        namespace: the Namespace, or None for all of them.

    Raises:
        StatusError: 403, one line for each kind that is refused.
        UsageError: there is no such kind.
    """
    if user is None:
        return
    from kubelab.views.tables import asked_for

    refused: list[str] = []
    for kind, names in asked_for(kinds):
        where = namespace or ("default" if names else "")
        for name in names or [""]:
            asked = question("get" if name else "list", kind.resource, name, where)
            decision = decide(snapshot, user, asked)
            if not decision.allowed:
                refused.append(refusal(user, asked, decision.reason).message)
    if refused:
        raise StatusError(403, "Forbidden", "\n".join(refused))
