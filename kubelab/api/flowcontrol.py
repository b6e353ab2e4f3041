"""Fair shares of the API server: which requests belong together, and how many of them are served at a time.

Source: `k8s.io/api/flowcontrol/v1`.
"""

from typing import ClassVar

from kubelab.api.meta import ObjectMeta
from kubelab.api.model import field, model
from kubelab.api.scalars import Time


@model
class PriorityLevelConfigurationReference:
    """The level on which requests are served.

    Attributes:
        name: of the PriorityLevelConfiguration.
    """

    name: str = field(default="", always=True)


@model
class FlowDistinguisherMethod:
    """How the requests of a FlowSchema are told apart, so that each flow gets its share.

    Attributes:
        type: by who asks, or by the Namespace that is asked about.
    """

    type: str = field(default="", always=True, go="v1.FlowDistinguisherMethodType", values=("ByNamespace", "ByUser"))


@model
class UserSubject:
    """A user.

    Attributes:
        name: of the user; ``*`` means all.
    """

    name: str = field(default="", always=True)


@model
class GroupSubject:
    """A group of users.

    Attributes:
        name: of the group.
    """

    name: str = field(default="", always=True)


@model
class ServiceAccountSubject:
    """A ServiceAccount.

    Attributes:
        namespace: where it is.
        name: its name; ``*`` means all that are there.
    """

    namespace: str = field(default="", always=True)
    name: str = field(default="", always=True)


@model
class Subject:
    """Who asks.

    Attributes:
        kind: which of the others is meant.
        user: a user.
        group: everybody in a group.
        service_account: a ServiceAccount.
    """

    kind: str = field(default="", always=True, go="v1.SubjectKind", values=("Group", "ServiceAccount", "User"))
    user: UserSubject | None = None
    group: GroupSubject | None = None
    service_account: ServiceAccountSubject | None = None


@model
class ResourcePolicyRule:
    """Requests about objects.

    Attributes:
        verbs: such as ``get``; ``*`` means all.
        api_groups: the groups of the kinds; ``*`` means all.
        resources: such as ``nodes/status``; ``*`` means all.
        cluster_scope: whether requests that are about no Namespace are meant, too.
        namespaces: about objects of which Namespaces; ``*`` means all.
    """

    verbs: tuple[str, ...] = field(default=(), always=True)
    api_groups: tuple[str, ...] = field(default=(), always=True)
    resources: tuple[str, ...] = field(default=(), always=True)
    cluster_scope: bool = False
    namespaces: tuple[str, ...] = field(default=(), always=True)


@model
class NonResourcePolicyRule:
    """Requests about no object, such as for ``/healthz``.

    Attributes:
        verbs: such as ``get``; ``*`` means all.
        non_resource_urls: the addresses; ``*`` means all.
    """

    verbs: tuple[str, ...] = field(default=(), always=True)
    non_resource_urls: tuple[str, ...] = field(default=(), json="nonResourceURLs", always=True)


@model
class PolicyRulesWithSubjects:
    """Requests, by who asks and for what.

    Attributes:
        subjects: one of these asks.
        resource_rules: for something that one of these describes.
        non_resource_rules: or for an address that one of these describes.
    """

    subjects: tuple[Subject, ...] = field(default=(), always=True)
    resource_rules: tuple[ResourcePolicyRule, ...] = ()
    non_resource_rules: tuple[NonResourcePolicyRule, ...] = ()


@model
class FlowSchemaSpec:
    """Which requests, and on which level they are served.

    Attributes:
        priority_level_configuration: the level.
        matching_precedence: of the FlowSchemas that match a request, the one with the smallest number counts.
        distinguisher_method: how its requests are told apart; None means that all of them are one flow.
        rules: a request that one of them describes belongs to it.
    """

    priority_level_configuration: PriorityLevelConfigurationReference = field(
        default=PriorityLevelConfigurationReference(), always=True
    )
    matching_precedence: int = field(default=0, always=True)
    distinguisher_method: FlowDistinguisherMethod | None = None
    rules: tuple[PolicyRulesWithSubjects, ...] = ()


@model
class FlowSchemaCondition:
    """One thing that is or is not the case with a FlowSchema.

    Attributes:
        type: what; ``Dangling`` means that its level is not there.
        status: whether it is the case.
        last_transition_time: when that last changed.
        reason: one word for why.
        message: why, for people.
    """

    type: str = field(default="", go="v1.FlowSchemaConditionType", values=("Dangling",))
    status: str = field(default="", go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class FlowSchemaStatus:
    """How a FlowSchema is.

    Attributes:
        conditions: what is or is not the case.
    """

    conditions: tuple[FlowSchemaCondition, ...] = field(default=(), merge_key="type")


@model
class FlowSchema:
    """A sort of requests to the API server, and the level on which they are served.

    Attributes:
        metadata: its identity.
        spec: which requests, and on which level.
        status: whether that level is there.
    """

    api_version: ClassVar[str] = "flowcontrol.apiserver.k8s.io/v1"
    kind: ClassVar[str] = "FlowSchema"

    metadata: ObjectMeta = ObjectMeta()
    spec: FlowSchemaSpec = FlowSchemaSpec()
    status: FlowSchemaStatus = FlowSchemaStatus()


@model
class QueuingConfiguration:
    """How requests that have to wait are queued.

    Attributes:
        queues: how many queues there are.
        hand_size: from how many of them the shortest is taken for a request; a flow always has the same ones.
        queue_length_limit: how many requests may wait in one queue; further ones are refused.
    """

    queues: int = field(default=0, always=True)
    hand_size: int = field(default=0, always=True)
    queue_length_limit: int = field(default=0, always=True)


@model
class LimitResponse:
    """What becomes of a request for which there is no room.

    Attributes:
        type: it waits, or is refused (429).
        queuing: how it waits.
    """

    type: str = field(default="", always=True, go="v1.LimitResponseType", values=("Queue", "Reject"))
    queuing: QueuingConfiguration | None = None


@model
class LimitedPriorityLevelConfiguration:
    """A level with a limit.

    Attributes:
        nominal_concurrency_shares: its share of all the requests that are served at a time, beside those of the others.
        limit_response: what becomes of a request for which there is no room.
        lendable_percent: how much of its share others may use while it does not.
        borrowing_limit_percent: how much it may use of what others lend, in percent of its own; None means all.
    """

    nominal_concurrency_shares: int | None = field(default=None, always=True)
    limit_response: LimitResponse = LimitResponse()
    lendable_percent: int | None = None
    borrowing_limit_percent: int | None = None


@model
class ExemptPriorityLevelConfiguration:
    """A level without a limit.

    Attributes:
        nominal_concurrency_shares: the share that is set aside for it.
        lendable_percent: how much of that others may use.
    """

    nominal_concurrency_shares: int | None = None
    lendable_percent: int | None = None


@model
class PriorityLevelConfigurationSpec:
    """How many requests are served at a time.

    Attributes:
        type: whether the level has a limit.
        limited: the limit of one that has.
        exempt: what is set aside for one that has not.
    """

    type: str = field(default="", always=True, go="v1.PriorityLevelEnablement", values=("Exempt", "Limited"))
    limited: LimitedPriorityLevelConfiguration | None = None
    exempt: ExemptPriorityLevelConfiguration | None = None


@model
class PriorityLevelConfigurationCondition:
    """One thing that is or is not the case with a level.

    Attributes:
        type: what.
        status: whether it is the case.
        last_transition_time: when that last changed.
        reason: one word for why.
        message: why, for people.
    """

    type: str = field(default="", go="v1.PriorityLevelConfigurationConditionType")
    status: str = field(default="", go="v1.ConditionStatus", values=("True", "False", "Unknown"))
    last_transition_time: Time | None = field(default=None, always=True)
    reason: str = ""
    message: str = ""


@model
class PriorityLevelConfigurationStatus:
    """How a level is.

    Attributes:
        conditions: what is or is not the case.
    """

    conditions: tuple[PriorityLevelConfigurationCondition, ...] = field(default=(), merge_key="type")


@model
class PriorityLevelConfiguration:
    """A level on which requests to the API server are served, and how many of them at a time.

    Attributes:
        metadata: its identity.
        spec: how many, and what becomes of the rest.
        status: how it is.
    """

    api_version: ClassVar[str] = "flowcontrol.apiserver.k8s.io/v1"
    kind: ClassVar[str] = "PriorityLevelConfiguration"

    metadata: ObjectMeta = ObjectMeta()
    spec: PriorityLevelConfigurationSpec = PriorityLevelConfigurationSpec()
    status: PriorityLevelConfigurationStatus = PriorityLevelConfigurationStatus()
