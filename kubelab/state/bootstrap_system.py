"""What a fresh cluster holds for its own use: the accounts of its controllers, and what anybody may know of it.

- In ``kube-system`` a ServiceAccount for each controller, as which it acts (``--use-service-account-credentials``), and
  ``extension-apiserver-authentication``: by which certificates others can tell the API server.
- In ``kube-public`` the ConfigMap ``cluster-info``: address and certificate of the API server, to be read by everybody,
  without a name even. That is how a machine joins a cluster that it knows nothing of.

**In Kubernetes:** kube-controller-manager (`k8s.io/controller-manager/pkg/clientbuilder`), kube-apiserver
(`pkg/controlplane/controller/clusterauthenticationtrust`), ``kubeadm init`` (`phases/bootstraptoken/clusterinfo`).

**Simplified:** cluster-info is not signed for bootstrap tokens.
"""

from base64 import b64encode
from collections.abc import Iterator

from kubelab.api.core.config import ConfigMap, ServiceAccount
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap
from kubelab.state.bootstrap import CONTROL_PLANE_ADDRESS, SECURE_PORT
from kubelab.state.bootstrap_controllers import CONTROLLER_ROLES
from kubelab.state.certificates import CERTIFICATE

IN_CLOUDS = frozenset({"route-controller", "service-controller"})
"""Controllers that run only in a cloud."""

BESIDES = ("bootstrap-signer", "csi-provisioner", "kube-proxy", "token-cleaner")
"""ServiceAccounts of those who have no ClusterRole of a controller."""

TRACKING = "kube-apiserver-legacy-service-account-token-tracking"


def system_objects(cloud: bool, since: str) -> Iterator[ServiceAccount | ConfigMap]:
    """The ServiceAccounts and ConfigMaps of a fresh cluster.

    Args:
        cloud: whether its machines are in a cloud.
        since: the day on which it starts, such as ``2026-01-01``.
    """
    for name in sorted((*CONTROLLER_ROLES, *BESIDES)):
        if cloud or name not in IN_CLOUDS:
            yield ServiceAccount(metadata=ObjectMeta(name=name, namespace="kube-system"))
    yield _config_map("kube-public", "cluster-info", {"kubeconfig": cluster_info()})
    yield _config_map(
        "kube-system",
        "extension-apiserver-authentication",
        {
            "client-ca-file": CERTIFICATE,
            "requestheader-allowed-names": '["front-proxy-client"]',
            "requestheader-client-ca-file": CERTIFICATE,
            "requestheader-extra-headers-prefix": '["X-Remote-Extra-"]',
            "requestheader-group-headers": '["X-Remote-Group"]',
            "requestheader-uid-headers": '["X-Remote-Uid"]',
            "requestheader-username-headers": '["X-Remote-User"]',
        },
    )
    yield _config_map("kube-system", TRACKING, {"since": since})


def _config_map(namespace: str, name: str, data: dict[str, str]) -> ConfigMap:
    return ConfigMap(metadata=ObjectMeta(name=name, namespace=namespace), data=FrozenMap(data))


def cluster_info() -> str:
    """How to reach the API server, as a kubeconfig without a user."""
    authority = b64encode(CERTIFICATE.encode()).decode()
    return (
        "apiVersion: v1\n"
        "clusters:\n"
        "- cluster:\n"
        f"    certificate-authority-data: {authority}\n"
        f"    server: https://{CONTROL_PLANE_ADDRESS}:{SECURE_PORT}\n"
        '  name: ""\n'
        "contexts: null\n"
        'current-context: ""\n'
        "kind: Config\n"
        "preferences: {}\n"
        "users: null\n"
    )
