"""Whom the API server asks before it stores something: programs elsewhere (webhooks), and rules in CEL.

Source: `k8s.io/api/admissionregistration/v1`.
"""

from kubelab.api.admissionregistration.policies import (
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
)
from kubelab.api.admissionregistration.webhooks import MutatingWebhookConfiguration, ValidatingWebhookConfiguration

__all__ = [
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
]
