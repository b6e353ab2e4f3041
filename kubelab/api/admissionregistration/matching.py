"""Which requests a webhook or a policy is about.

Source: `k8s.io/api/admissionregistration/v1` (``RuleWithOperations``, ``MatchCondition``, ``MatchResources``).
"""

from kubelab.api.meta import LabelSelector
from kubelab.api.model import field, model

OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
SCOPES = ("*", "Cluster", "Namespaced")
FAILURE_POLICIES = ("Fail", "Ignore")
MATCH_POLICIES = ("Equivalent", "Exact")
REINVOCATION_POLICIES = ("IfNeeded", "Never")


@model
class RuleWithOperations:
    """What is asked for, and of which kinds.

    Attributes:
        operations: what is asked for; ``*`` means all.
        api_groups: the groups of the kinds; "" is the core group, ``*`` means all.
        api_versions: their versions; ``*`` means all.
        resources: such as ``pods`` or ``pods/status``; ``*`` means all without, ``*/*`` with subresources.
        scope: whether the kinds are to be in Namespaces.
    """

    operations: tuple[str, ...] = field(default=(), go="[]v1.OperationType", values=OPERATIONS)
    api_groups: tuple[str, ...] = ()
    api_versions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    scope: str | None = field(default=None, go="v1.ScopeType", values=SCOPES)


@model
class NamedRuleWithOperations:
    """What is asked for, of which kinds, and of which objects of them.

    Attributes:
        resource_names: only objects of these names; none means all.
        operations: what is asked for; ``*`` means all.
        api_groups: the groups of the kinds; "" is the core group, ``*`` means all.
        api_versions: their versions; ``*`` means all.
        resources: such as ``pods`` or ``pods/status``; ``*`` means all without, ``*/*`` with subresources.
        scope: whether the kinds are to be in Namespaces.
    """

    resource_names: tuple[str, ...] = ()
    operations: tuple[str, ...] = field(default=(), go="[]v1.OperationType", values=OPERATIONS)
    api_groups: tuple[str, ...] = ()
    api_versions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    scope: str | None = field(default=None, go="v1.ScopeType", values=SCOPES)


@model
class MatchResources:
    """Which requests are meant.

    Attributes:
        namespace_selector: about objects in Namespaces with these labels.
        object_selector: about objects with these labels.
        resource_rules: those that one of these describes.
        exclude_resource_rules: but none that one of these describes.
        match_policy: whether the same object in another version of its kind is meant, too.
    """

    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None
    resource_rules: tuple[NamedRuleWithOperations, ...] = ()
    exclude_resource_rules: tuple[NamedRuleWithOperations, ...] = ()
    match_policy: str | None = field(default=None, go="v1.MatchPolicyType", values=MATCH_POLICIES)


@model
class MatchCondition:
    """A condition on a request, in CEL.

    Attributes:
        name: what it is called in messages.
        expression: what must be true.
    """

    name: str = field(default="", always=True)
    expression: str = field(default="", always=True)
