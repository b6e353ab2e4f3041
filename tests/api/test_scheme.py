"""The table of kinds says what a real API server's discovery says."""

import subprocess
import sys

import pytest

from kubelab.api import scheme
from kubelab.api.apps import Deployment


def test_every_kind_has_its_model() -> None:
    for kind in scheme.KINDS:
        assert (kind.model.kind, kind.model.api_version) == (kind.kind, kind.api_version)
        assert scheme.kind_of(kind.model()) is kind
        assert scheme.by_kind(kind.kind) is kind
        assert scheme.by_gvk(kind.api_version, kind.kind) is kind


def test_kinds_come_in_the_order_of_api_resources() -> None:
    assert list(scheme.KINDS) == sorted(scheme.KINDS, key=lambda kind: (kind.group, kind.plural))


def test_words_are_not_ambiguous() -> None:
    words = [word for kind in scheme.KINDS for word in (kind.plural, kind.singular, *kind.short_names)]
    clashes = {word for word in words if words.count(word) > 1}
    # A kind whose singular is its plural.
    assert clashes == {"endpoints"}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("deploy", "Deployment"),
        ("Deployment", "Deployment"),
        ("DEPLOYMENTS", "Deployment"),
        ("deployments.apps", "Deployment"),
        ("deployments.v1.apps", "Deployment"),
        ("deploy.apps", "Deployment"),
        ("po", "Pod"),
        ("pods.v1.", "Pod"),
        ("ep", "Endpoints"),
        ("hpa.v2.autoscaling", "HorizontalPodAutoscaler"),
        ("netpol", "NetworkPolicy"),
        ("ingresses.networking.k8s.io", "Ingress"),
        ("crds", "CustomResourceDefinition"),
        ("limits", "LimitRange"),
        ("quota", "ResourceQuota"),
        ("pc", "PriorityClass"),
    ],
)
def test_kinds_are_found_by_the_words_that_kubectl_accepts(word: str, kind: str) -> None:
    found = scheme.find(word)
    assert found is not None and found.kind == kind


@pytest.mark.parametrize("word", ["", "pod s", "deployments.batch", "pods.v2.", "nothing"])
def test_other_words_find_nothing(word: str) -> None:
    assert scheme.find(word) is None


def test_unknown_kinds() -> None:
    assert scheme.by_gvk("apps/v2", "Deployment") is None
    with pytest.raises(KeyError):
        scheme.by_kind("Pot")


def test_a_kind_knows_its_names() -> None:
    kind = scheme.kind_of(Deployment())
    assert (kind.api_version, kind.resource, kind.singular) == ("apps/v1", "deployments.apps", "deployment")
    assert scheme.by_kind("Pod").api_version == "v1" and scheme.by_kind("Pod").resource == "pods"
    assert "scale" in kind.subresources and "all" in kind.categories


def test_kinds_that_live_in_no_namespace() -> None:
    assert {kind.kind for kind in scheme.KINDS if not kind.namespaced} == {
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "FlowSchema",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "RuntimeClass",
        "ServiceCIDR",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
    }


def test_the_table_is_cheap_to_import() -> None:
    code = (
        "import sys, kubelab.api.scheme; print([name for name in sys.modules if name.startswith('kubelab.api.core.')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
