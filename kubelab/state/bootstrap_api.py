"""By what the API server of a fresh cluster is set up: who answers for which API, and fair shares for those who ask.

- An APIService for each group and version that kube-apiserver answers for itself.
- FlowSchemas and PriorityLevelConfigurations: which requests belong together, and how many are served at a time.
- The ServiceCIDR ``kubernetes``: from where Services get their addresses.
- The CSIDriver of the storage driver that is there.

**In Kubernetes:** `pkg/controlplane/apiserver/aggregator.go` and `cmd/kube-apiserver/app/aggregator.go` (priorities),
kube-aggregator `autoregister`, `k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap`,
`pkg/controlplane/controller/defaultservicecidr`.

**Simplified:** no request here has to wait for another, so shares have no effect; nobody puts these objects back.
"""

from collections.abc import Iterator

from kubelab.api.apiregistration import APIService, APIServiceCondition, APIServiceSpec, APIServiceStatus
from kubelab.api.flowcontrol import (
    ExemptPriorityLevelConfiguration,
    FlowDistinguisherMethod,
    FlowSchema,
    FlowSchemaCondition,
    FlowSchemaSpec,
    FlowSchemaStatus,
    GroupSubject,
    LimitedPriorityLevelConfiguration,
    LimitResponse,
    NonResourcePolicyRule,
    PolicyRulesWithSubjects,
    PriorityLevelConfiguration,
    PriorityLevelConfigurationReference,
    PriorityLevelConfigurationSpec,
    QueuingConfiguration,
    ResourcePolicyRule,
    ServiceAccountSubject,
    Subject,
    UserSubject,
)
from kubelab.api.meta import Condition, ObjectMeta
from kubelab.api.scalars import FrozenMap, Time
from kubelab.api.service_addresses import ServiceCIDR, ServiceCIDRSpec, ServiceCIDRStatus
from kubelab.api.storage import CSIDriver, CSIDriverSpec
from kubelab.state.bootstrap import PROVISIONER
from kubelab.state.snapshot import Object

AUTOMANAGED = "kube-aggregator.kubernetes.io/automanaged"
"""The label of the APIServices that kube-apiserver makes itself."""

SERVICE_RANGE = "10.96.0.0/16"
"""From where Services get their cluster addresses."""

API_PRIORITIES: dict[tuple[str, str], tuple[int, int]] = {
    ("", "v1"): (18000, 1),
    ("admissionregistration.k8s.io", "v1"): (16700, 15),
    ("apiextensions.k8s.io", "v1"): (16700, 15),
    ("apps", "v1"): (17800, 15),
    ("authentication.k8s.io", "v1"): (17700, 15),
    ("authorization.k8s.io", "v1"): (17600, 15),
    ("autoscaling", "v1"): (17500, 15),
    ("autoscaling", "v2"): (17500, 30),
    ("batch", "v1"): (17400, 15),
    ("certificates.k8s.io", "v1"): (17300, 15),
    ("coordination.k8s.io", "v1"): (16500, 15),
    ("discovery.k8s.io", "v1"): (16200, 15),
    ("events.k8s.io", "v1"): (17750, 15),
    ("flowcontrol.apiserver.k8s.io", "v1"): (16100, 21),
    ("networking.k8s.io", "v1"): (17200, 15),
    ("node.k8s.io", "v1"): (16300, 15),
    ("policy", "v1"): (17100, 15),
    ("rbac.authorization.k8s.io", "v1"): (17000, 15),
    ("scheduling.k8s.io", "v1"): (16600, 15),
    ("storage.k8s.io", "v1"): (16800, 15),
}
"""How early each group is asked, and each version within it; kube-aggregator's own group has no APIService."""

LEVELS: dict[str, tuple[int, int, tuple[int, int, int] | None]] = {
    "catch-all": (5, 0, None),
    "global-default": (20, 50, (128, 6, 50)),
    "leader-election": (10, 0, (16, 4, 50)),
    "node-high": (40, 25, (64, 6, 50)),
    "system": (30, 33, (64, 6, 50)),
    "workload-high": (40, 50, (128, 6, 50)),
    "workload-low": (100, 90, (128, 6, 50)),
}
"""The levels with a limit: their share, how much of it they lend in percent, and queues, hand and length of a queue."""

EVERYBODY = ("Group system:unauthenticated", "Group system:authenticated")
ALL_OBJECTS, ALL_ADDRESSES = "*: * @ *", "*: *"

FLOWS: dict[str, tuple[str, int, str, tuple[str, ...], tuple[str, ...], str]] = {
    "exempt": ("exempt", 1, "", ("Group system:masters",), (ALL_OBJECTS,), ALL_ADDRESSES),
    "probes": ("exempt", 2, "", EVERYBODY, (), "get: /healthz /readyz /livez"),
    "system-leader-election": (
        "leader-election",
        100,
        "ByUser",
        ("User system:kube-controller-manager", "User system:kube-scheduler", "ServiceAccount kube-system/*"),
        ("get create update: leases @ coordination.k8s.io in *",),
        "",
    ),
    "system-node-high": (
        "node-high",
        400,
        "ByUser",
        ("Group system:nodes",),
        ("*: nodes nodes/status @ core", "*: leases @ coordination.k8s.io in *"),
        "",
    ),
    "system-nodes": ("system", 500, "ByUser", ("Group system:nodes",), (ALL_OBJECTS,), ALL_ADDRESSES),
    "kube-controller-manager": (
        "workload-high",
        800,
        "ByNamespace",
        ("User system:kube-controller-manager",),
        (ALL_OBJECTS,),
        ALL_ADDRESSES,
    ),
    "kube-scheduler": (
        "workload-high",
        800,
        "ByNamespace",
        ("User system:kube-scheduler",),
        (ALL_OBJECTS,),
        ALL_ADDRESSES,
    ),
    "kube-system-service-accounts": (
        "workload-high",
        900,
        "ByNamespace",
        ("ServiceAccount kube-system/*",),
        (ALL_OBJECTS,),
        ALL_ADDRESSES,
    ),
    "service-accounts": (
        "workload-low",
        9000,
        "ByUser",
        ("Group system:serviceaccounts",),
        (ALL_OBJECTS,),
        ALL_ADDRESSES,
    ),
    "global-default": ("global-default", 9900, "ByUser", EVERYBODY, (ALL_OBJECTS,), ALL_ADDRESSES),
    "catch-all": ("catch-all", 10000, "ByUser", EVERYBODY, (ALL_OBJECTS,), ALL_ADDRESSES),
}
"""Level, precedence, how flows are told apart, who asks, for which objects (``verbs: resources @ groups``, with
``in NAMESPACES`` where requests about no Namespace are not meant) and for which addresses, by the name of each."""

_UPDATED = FrozenMap({"apf.kubernetes.io/autoupdate-spec": "true"})


def api_objects(since: Time) -> Iterator[Object]:
    """The objects by which the API server of a fresh cluster is set up."""
    for group, version in sorted(API_PRIORITIES):
        yield api_service(group, version, *API_PRIORITIES[group, version], "onstart", since)
    for name in sorted(("exempt", *LEVELS)):
        meta = ObjectMeta(name=name, generation=1, annotations=_UPDATED)
        yield PriorityLevelConfiguration(metadata=meta, spec=_level(name))
    for name in sorted(FLOWS):
        yield _flow(name, since)
    yield _service_range(since)
    yield _driver()


def api_service(group: str, version: str, minimum: int, priority: int, managed: str, since: Time) -> APIService:
    """The APIService of a group and version that kube-apiserver answers for itself."""
    available = APIServiceCondition(
        type="Available",
        status="True",
        last_transition_time=since,
        reason="Local",
        message="Local APIServices are always available",
    )
    return APIService(
        metadata=ObjectMeta(name=f"{version}.{group}", labels=FrozenMap({AUTOMANAGED: managed})),
        spec=APIServiceSpec(group=group, version=version, group_priority_minimum=minimum, version_priority=priority),
        status=APIServiceStatus(conditions=(available,)),
    )


def _level(name: str) -> PriorityLevelConfigurationSpec:
    if name == "exempt":
        nothing = ExemptPriorityLevelConfiguration(nominal_concurrency_shares=0, lendable_percent=0)
        return PriorityLevelConfigurationSpec(type="Exempt", exempt=nothing)
    shares, lendable, numbers = LEVELS[name]
    response = LimitResponse(type="Reject")
    if numbers is not None:
        queues, hand, length = numbers
        queuing = QueuingConfiguration(queues=queues, hand_size=hand, queue_length_limit=length)
        response = LimitResponse(type="Queue", queuing=queuing)
    limited = LimitedPriorityLevelConfiguration(
        nominal_concurrency_shares=shares, limit_response=response, lendable_percent=lendable
    )
    return PriorityLevelConfigurationSpec(type="Limited", limited=limited)


def _flow(name: str, since: Time) -> FlowSchema:
    level, precedence, method, subjects, objects, addresses = FLOWS[name]
    rules = PolicyRulesWithSubjects(
        subjects=tuple(_subject(each) for each in subjects),
        resource_rules=tuple(_about(each) for each in objects),
        non_resource_rules=(_addresses(addresses),) if addresses else (),
    )
    found = FlowSchemaCondition(
        type="Dangling",
        status="False",
        last_transition_time=since,
        reason="Found",
        message=(f'This FlowSchema references the PriorityLevelConfiguration object named "{level}" and it exists'),
    )
    return FlowSchema(
        metadata=ObjectMeta(name=name, generation=1, annotations=_UPDATED),
        spec=FlowSchemaSpec(
            priority_level_configuration=PriorityLevelConfigurationReference(name=level),
            matching_precedence=precedence,
            distinguisher_method=FlowDistinguisherMethod(type=method) if method else None,
            rules=(rules,),
        ),
        status=FlowSchemaStatus(conditions=(found,)),
    )


def _subject(text: str) -> Subject:
    kind, _, name = text.partition(" ")
    if kind == "User":
        return Subject(kind=kind, user=UserSubject(name=name))
    if kind == "Group":
        return Subject(kind=kind, group=GroupSubject(name=name))
    namespace, _, account = name.partition("/")
    return Subject(kind=kind, service_account=ServiceAccountSubject(namespace=namespace, name=account))


def _about(text: str) -> ResourcePolicyRule:
    verbs, _, rest = text.partition(": ")
    resources, _, rest = rest.partition(" @ ")
    groups, inside, namespaces = rest.partition(" in ")
    return ResourcePolicyRule(
        verbs=tuple(verbs.split()),
        api_groups=tuple("" if group == "core" else group for group in groups.split()),
        resources=tuple(resources.split()),
        cluster_scope=not inside,
        namespaces=tuple(namespaces.split()) or ("*",),
    )


def _addresses(text: str) -> NonResourcePolicyRule:
    verbs, _, urls = text.partition(": ")
    return NonResourcePolicyRule(verbs=tuple(verbs.split()), non_resource_urls=tuple(urls.split()))


def _service_range(since: Time) -> ServiceCIDR:
    ready = Condition(
        type="Ready",
        status="True",
        last_transition_time=since,
        message="Kubernetes Service CIDR is ready",
    )
    return ServiceCIDR(
        metadata=ObjectMeta(name="kubernetes", finalizers=("networking.k8s.io/service-cidr-finalizer",)),
        spec=ServiceCIDRSpec(cidrs=(SERVICE_RANGE,)),
        status=ServiceCIDRStatus(conditions=(ready,)),
    )


def _driver() -> CSIDriver:
    return CSIDriver(
        metadata=ObjectMeta(name=PROVISIONER),
        spec=CSIDriverSpec(
            attach_required=False,
            pod_info_on_mount=False,
            volume_lifecycle_modes=("Persistent",),
            storage_capacity=False,
            fs_group_policy="ReadWriteOnceWithFSType",
            requires_republish=False,
            se_linux_mount=False,
        ),
    )
