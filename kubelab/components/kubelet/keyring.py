"""Credentials for registries: what the Secrets offer that a Pod names in ``imagePullSecrets``.

**In Kubernetes:** kubelet `kubelet_pods.go` (getPullSecretsForPod), `pkg/credentialprovider` (MakeDockerKeyring);
containerd's resolver, which speaks to the registry.

**Simplified:** only registries of which the program says so (`cluster { registry … }`) ask for credentials. Nodes have
none of their own. An image that is on the machine already is given only to a Pod that could pull it itself.
"""

from collections.abc import Iterator

from kubelab.api.registry import Credentials, Registry, credentials_for, host_of
from kubelab.components.kubelet import images
from kubelab.components.kubelet.pod_context import PodContext
from kubelab.state.requests import EventNote


def access_error(ctx: PodContext, image: str) -> str:
    """Why the registry does not give the image to this Pod, as containerd says it; "" if it does."""
    registries = ctx.view.snapshot.registries
    if not registries:
        return ""
    name = images.reference(image)
    registry = registries.get(host_of(name))
    if registry is None:
        return ""
    offered = list(_offered(ctx, name))
    if any(_fit(each, registry) for each in offered):
        return ""
    lead = (
        f'rpc error: code = Unknown desc = failed to pull and unpack image "{name}": '
        f'failed to resolve reference "{name}": '
    )
    if not offered:
        return (
            f"{lead}pull access denied, repository does not exist or may require authorization: "
            "authorization failed: no basic auth credentials"
        )
    return f"{lead}unexpected status from HEAD request to {manifest_url(name)}: 401 Unauthorized"


def manifest_url(name: str) -> str:
    """Where a registry keeps the manifest of an image."""
    host, _, rest = name.partition("/")
    path, at, digest = rest.partition("@")
    repository, _, tag = path.rpartition(":") if not at else (path.partition(":")[0], "", digest)
    return f"https://{host}/v2/{repository}/manifests/{tag}"


def _fit(credentials: Credentials, registry: Registry) -> bool:
    return (credentials.user, credentials.password) == (registry.user, registry.password)


def _offered(ctx: PodContext, name: str) -> Iterator[Credentials]:
    for reference in ctx.pod.spec.image_pull_secrets:
        secret = ctx.view.get("Secret", ctx.key.namespace, reference.name)
        if secret is not None:
            yield from credentials_for(name, secret.data)


def missing_secrets(ctx: PodContext) -> tuple[EventNote, ...]:
    """The Event about pull secrets that do not exist; none if all do."""
    names = [each.name for each in ctx.pod.spec.image_pull_secrets]
    missing = [name for name in names if ctx.view.get("Secret", ctx.key.namespace, name) is None]
    if not missing:
        return ()
    told = (
        f"Unable to retrieve some image pull secrets ({', '.join(missing)}); "
        "attempting to pull the image may not succeed."
    )
    return (ctx.note("FailedToRetrieveImagePullSecret", told, "Warning"),)
