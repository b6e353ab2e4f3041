"""root CA certificate publisher: every Namespace has a ConfigMap with which Pods can tell the real API server.

- **Desired:** each active Namespace holds a ConfigMap ``kube-root-ca.crt`` with the cluster's CA certificate.
- **Actual:** whether it is there, and says what it should.
- **Action:** creates it, or sets it right again.

The kubelet mounts it into every Pod beside the token of its ServiceAccount.

**In Kubernetes:** `pkg/controller/certificates/rootcacertpublisher`.

**Simplified:** the certificate is a real one (self-signed, CN=kubernetes), but the same for every cluster; nobody
keeps its key, and nothing in the simulation checks a signature.
"""

from collections.abc import Iterator
from typing import ClassVar

from kubelab.api.core.config import ConfigMap
from kubelab.api.meta import ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.scalars import FrozenMap
from kubelab.state.certificates import CERTIFICATE
from kubelab.state.component import Wanted
from kubelab.state.requests import Create, Update
from kubelab.state.snapshot import Change, ObjectKey, View

CONFIG_MAP = "kube-root-ca.crt"

DESCRIPTION = "kubernetes.io/description"
"""The annotation that says what the ConfigMap is for."""

DESCRIPTION_TEXT = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


class RootCAPublisher:
    """Writes the CA certificate into each Namespace. Keys: Namespaces."""

    name: ClassVar[str] = "root-ca-cert-publisher"
    watches: ClassVar[tuple[str, ...]] = ("Namespace", "ConfigMap")

    def enqueue(self, change: Change) -> Iterator[ObjectKey]:
        """A Namespace that is there, and the Namespace of this one ConfigMap."""
        if change.key.kind == "Namespace":
            if change.after is not None:
                yield change.key
        elif change.key.name == CONFIG_MAP:
            yield ObjectKey("Namespace", "", change.key.namespace)

    def reconcile(self, view: View, key: ObjectKey) -> Wanted:
        """Create the ConfigMap if it is missing, or repair it."""
        namespace = view.find(key)
        if namespace is None or namespace.status.phase != "Active":
            return ()
        present = view.get("ConfigMap", key.name, CONFIG_MAP)
        if present is None:
            return (
                Create(
                    object=published(ConfigMap(metadata=ObjectMeta(name=CONFIG_MAP, namespace=key.name))),
                    reason="RootCAMissing",
                    message=(
                        f"root-ca-cert-publisher created ConfigMap {CONFIG_MAP} in Namespace {key.name}, so that Pods "
                        "there can check that they talk to the real API server."
                    ),
                ),
            )
        if present.data == {"ca.crt": CERTIFICATE} and present.metadata.annotations.get(DESCRIPTION):
            return ()
        return (
            Update(
                object=published(present),
                reason="RootCAChanged",
                message=f"root-ca-cert-publisher set ConfigMap {key.name}/{CONFIG_MAP} right: somebody had changed it.",
            ),
        )


def published(config_map: ConfigMap) -> ConfigMap:
    """The ConfigMap as it should be, leaving alone what others added to its metadata."""
    meta = config_map.metadata
    return evolve(
        config_map,
        metadata=evolve(meta, annotations=meta.annotations.with_({DESCRIPTION: DESCRIPTION_TEXT})),
        data=FrozenMap({"ca.crt": CERTIFICATE}),
    )
