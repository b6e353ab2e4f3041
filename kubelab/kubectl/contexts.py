"""The context of each cluster: the Namespace that is meant where a line names none (``config set-context``)."""

from weakref import WeakKeyDictionary

import attrs

from kubelab.cluster import Cluster


@attrs.define
class Context:
    """What a kubeconfig's context says.

    Attributes:
        namespace: the Namespace that is meant where none is named.
        name: what it is called.
    """

    namespace: str = "default"
    name: str = "kubernetes-admin@kubelab"


_CONTEXTS: "WeakKeyDictionary[Cluster, Context]" = WeakKeyDictionary()


def of(cluster: Cluster) -> Context:
    """The context of a cluster."""
    found = _CONTEXTS.get(cluster)
    if found is None:
        found = _CONTEXTS[cluster] = Context()
    return found
