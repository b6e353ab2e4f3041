"""What the API server accepts, and still says something about: the ``Warning`` headers of its answers.

**In Kubernetes:** the WarningsOnCreate and WarningsOnUpdate of `pkg/registry`, and `pkg/api`.

Those about Pods and their templates are in `pod_warnings`.

**Simplified:** of a TLS Secret is noticed that it has no PEM, not that its key does not belong to its certificate.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kubelab.api.validation.names import is_label
from kubelab.apiserver.pod_warnings import of_claim, of_pod
from kubelab.state.snapshot import Object

NAMES_PODS = frozenset({"CronJob", "Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController"})
"""Kinds whose names become those of Pods, and so hostnames."""

SURPRISING = "metadata.name: this is used in {}, which can result in surprising behavior; a DNS label is recommended: "

DEPRECATED = {
    "ComponentStatus": "v1 ComponentStatus is deprecated in v1.19+",
    "Endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}
"""What is said of kinds that are to be used no longer."""

ALWAYS = frozenset({"PersistentVolume", "Secret"})
"""Kinds of which there is something to say at every change."""

INGRESS_CLASS = "kubernetes.io/ingress.class"

RECYCLED = (
    "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach "
    "is to use dynamic provisioning."
)

TOKENS_LOGGED = (
    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible "
    "logging of tokens in volume attributes"
)


KEEPS_ALL = "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"

PEM = re.compile(r"^-----BEGIN [^-\n]+-----$.*?^-----END [^-\n]+-----$", re.MULTILINE | re.DOTALL)


def warnings(obj: Object, old: Object | None) -> tuple[str, ...]:
    """What there is to say of an object that was created, or that replaces another."""
    if old is not None and old.metadata.generation == obj.metadata.generation and old.kind not in ALWAYS:
        return ()
    return tuple(_all(obj, old is None))


def _all(obj: Object, new: bool) -> Iterator[str]:
    kind = obj.kind
    if new and kind in NAMES_PODS and (faults := is_label(obj.metadata.name)):
        use = "the Pod's hostname" if kind == "Pod" else "Pod names and hostnames"
        yield f"{SURPRISING.format(use)}[{' '.join(faults)}]"
    if new and kind == "Ingress" and INGRESS_CLASS in obj.metadata.annotations:
        yield f"annotation \"{INGRESS_CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"
    if kind == "PersistentVolume" and obj.spec.persistent_volume_reclaim_policy == "Recycle":
        yield RECYCLED
    if kind == "CSIDriver" and obj.spec.token_requests and obj.spec.service_account_token_in_secrets is None:
        yield TOKENS_LOGGED
    if kind == "Service":
        yield from _service(obj.spec)
    elif kind == "Secret" and obj.type == "kubernetes.io/tls":
        yield from _key_pair(obj.data)
    elif kind == "PersistentVolumeClaim":
        yield from of_claim(obj.spec, "spec")
    elif kind == "Pod":
        yield from of_pod(obj.metadata, obj.spec)
    elif kind == "CronJob":
        template = obj.spec.job_template.spec.template
        yield from of_pod(template.metadata, template.spec, "spec.jobTemplate.spec.template.")
    elif kind in ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"):
        template = obj.spec.template
        if template is not None:
            yield from of_pod(template.metadata, template.spec, "spec.template.")
    if kind == "StatefulSet" and (obj.spec.revision_history_limit or 0) < 0:
        yield KEEPS_ALL


def _service(spec: Any) -> Iterator[str]:
    headless = spec.type == "ClusterIP" and spec.cluster_ip == "None"
    if headless:
        if spec.load_balancer_ip:
            yield "spec.loadBalancerIP is ignored for headless services"
        if spec.external_ips:
            yield "spec.externalIPs is ignored for headless services"
        if spec.session_affinity != "None":
            yield "spec.SessionAffinity is ignored for headless services"
    if spec.external_ips:
        if spec.type == "ExternalName":
            yield 'spec.externalIPs is ignored when spec.type is "ExternalName"'
        elif not headless:
            yield "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
    if spec.type != "ExternalName" and spec.external_name:
        yield 'spec.externalName is ignored when spec.type is not "ExternalName"'
    if spec.traffic_distribution == "PreferClose":
        yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'


def _key_pair(data: Mapping[str, str]) -> Iterator[str]:
    """What ``tls.X509KeyPair`` misses first."""
    for name, what in (("tls.crt", "certificate"), ("tls.key", "key")):
        try:
            text = base64.b64decode(data.get(name, "")).decode(errors="replace")
        except ValueError:
            text = ""
        if not PEM.search(text):
            yield f"tls: failed to find any PEM data in {what} input"
            return
