"""Webhooks: programs outside of the API server that it asks before it stores something.

Source: `k8s.io/api/admissionregistration/v1`.
"""

from typing import ClassVar

from kubelab.api.admissionregistration.matching import (
    FAILURE_POLICIES,
    MATCH_POLICIES,
    REINVOCATION_POLICIES,
    MatchCondition,
    RuleWithOperations,
)
from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import field, model

SIDE_EFFECTS = ("None", "NoneOnDryRun", "Some", "Unknown")


@model
class ServiceReference:
    """The Service behind which a webhook stands.

    Attributes:
        namespace: its Namespace.
        name: its name.
        path: the path that is asked.
        port: the port that is asked; 443 if nothing is said.
    """

    namespace: str = field(default="", always=True)
    name: str = field(default="", always=True)
    path: str | None = None
    port: int | None = None


@model
class WebhookClientConfig:
    """How a webhook is reached: by its address or by a Service.

    Attributes:
        url: its address.
        service: its Service.
        ca_bundle: with which its certificate must be signed.
    """

    url: str | None = None
    service: ServiceReference | None = None
    ca_bundle: str = field(default="", json="caBundle", go="[]uint8")


@model
class ValidatingWebhook:
    """A webhook that says yes or no.

    Attributes:
        name: with at least three parts between dots, such as ``deny.example.com``.
        client_config: how it is reached.
        rules: which requests it is asked about.
        failure_policy: whether a request is refused when it does not answer.
        match_policy: whether it is asked about the same object in another version of its kind, too.
        namespace_selector: only about objects in Namespaces with these labels.
        object_selector: only about objects with these labels.
        side_effects: whether being asked makes it do something besides answering.
        timeout_seconds: how long it may take to answer.
        admission_review_versions: in which versions it can be asked.
        match_conditions: further conditions, in CEL.
    """

    name: str = field(default="", always=True)
    client_config: WebhookClientConfig = field(default=WebhookClientConfig(), always=True)
    rules: tuple[RuleWithOperations, ...] = ()
    failure_policy: str | None = field(default=None, go="v1.FailurePolicyType", values=FAILURE_POLICIES)
    match_policy: str | None = field(default=None, go="v1.MatchPolicyType", values=MATCH_POLICIES)
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None
    side_effects: str | None = field(default=None, always=True, go="v1.SideEffectClass", values=SIDE_EFFECTS)
    timeout_seconds: int | None = None
    admission_review_versions: tuple[str, ...] = field(default=(), always=True)
    match_conditions: tuple[MatchCondition, ...] = field(default=(), merge_key="name")


@model
class MutatingWebhook:
    """A webhook that may change what is stored.

    Attributes:
        name: with at least three parts between dots, such as ``inject.example.com``.
        client_config: how it is reached.
        rules: which requests it is asked about.
        failure_policy: whether a request is refused when it does not answer.
        match_policy: whether it is asked about the same object in another version of its kind, too.
        namespace_selector: only about objects in Namespaces with these labels.
        object_selector: only about objects with these labels.
        side_effects: whether being asked makes it do something besides answering.
        timeout_seconds: how long it may take to answer.
        admission_review_versions: in which versions it can be asked.
        reinvocation_policy: whether it is asked again when others have changed the object after it.
        match_conditions: further conditions, in CEL.
    """

    name: str = field(default="", always=True)
    client_config: WebhookClientConfig = field(default=WebhookClientConfig(), always=True)
    rules: tuple[RuleWithOperations, ...] = ()
    failure_policy: str | None = field(default=None, go="v1.FailurePolicyType", values=FAILURE_POLICIES)
    match_policy: str | None = field(default=None, go="v1.MatchPolicyType", values=MATCH_POLICIES)
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None
    side_effects: str | None = field(default=None, always=True, go="v1.SideEffectClass", values=SIDE_EFFECTS)
    timeout_seconds: int | None = None
    admission_review_versions: tuple[str, ...] = field(default=(), always=True)
    reinvocation_policy: str | None = field(default=None, go="v1.ReinvocationPolicyType", values=REINVOCATION_POLICIES)
    match_conditions: tuple[MatchCondition, ...] = field(default=(), merge_key="name")


@model
class ValidatingWebhookConfiguration:
    """Webhooks that say yes or no to what is to be stored.

    Attributes:
        metadata: its identity.
        webhooks: each of them.
    """

    api_version: ClassVar[str] = "admissionregistration.k8s.io/v1"
    kind: ClassVar[str] = "ValidatingWebhookConfiguration"

    metadata: ObjectMeta = ObjectMeta()
    webhooks: tuple[ValidatingWebhook, ...] = field(default=(), merge_key="name")


@model
class MutatingWebhookConfiguration:
    """Webhooks that may change what is to be stored.

    Attributes:
        metadata: its identity.
        webhooks: each of them, in the order in which they are asked.
    """

    api_version: ClassVar[str] = "admissionregistration.k8s.io/v1"
    kind: ClassVar[str] = "MutatingWebhookConfiguration"

    metadata: ObjectMeta = ObjectMeta()
    webhooks: tuple[MutatingWebhook, ...] = field(default=(), merge_key="name")
