"""The columns of what the API server itself is set up by: APIServices, fair shares, webhooks, policies, certificates.

Source: `pkg/printers/internalversion/printers.go`; kube-aggregator `pkg/registry/apiservice/etcd`.
"""

from kubelab.api.duration import human
from kubelab.state.snapshot import Object
from kubelab.views.printers.cells import NONE, UNSET, age, printer
from kubelab.views.printers.cells import selector as selector_text


def _api_service(obj: Object, now: int) -> tuple[str, ...]:
    service = obj.spec.service
    where = "Local" if service is None else f"{service.namespace}/{service.name}"
    found = next((each for each in obj.status.conditions if each.type == "Available"), None)
    available = "Unknown" if found is None else found.status
    if found is not None and found.status != "True" and found.reason:
        available = f"{found.status} ({found.reason})"
    return (obj.metadata.name, where, available, age(obj, now))


def _flow_schema(obj: Object, now: int) -> tuple[str, ...]:
    spec = obj.spec
    missing = next((each.status for each in obj.status.conditions if each.type == "Dangling"), "?")
    method = NONE if spec.distinguisher_method is None else spec.distinguisher_method.type
    level = spec.priority_level_configuration.name
    return (obj.metadata.name, level, str(spec.matching_precedence), method, age(obj, now), missing)


def _priority_level(obj: Object, now: int) -> tuple[str, ...]:
    limited = obj.spec.limited
    queuing = None if limited is None else limited.limit_response.queuing
    shares = NONE if limited is None else str(limited.nominal_concurrency_shares or 0)
    numbers = (
        (NONE,) * 3
        if queuing is None
        else (str(queuing.queues), str(queuing.hand_size), str(queuing.queue_length_limit))
    )
    return (obj.metadata.name, obj.spec.type, shares, *numbers, age(obj, now))


def _webhooks(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, str(len(obj.webhooks)), age(obj, now))


def _settings(obj: Object) -> str:
    kind = obj.spec.param_kind
    return UNSET if kind is None else f"{kind.api_version}/{kind.kind}"


def _validating(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, str(len(obj.spec.validations)), _settings(obj), age(obj, now))


def _mutating(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, str(len(obj.spec.mutations)), _settings(obj), age(obj, now))


def _binding(obj: Object, now: int) -> tuple[str, ...]:
    ref, settings = obj.spec.param_ref, UNSET
    if ref is not None and ref.name:
        settings = f"{ref.namespace or '*'}/{ref.name}"
    elif ref is not None and ref.selector is not None:
        settings = selector_text(ref.selector)
    return (obj.metadata.name, obj.spec.policy_name, settings, age(obj, now))


def signing_status(obj: Object) -> str:
    """What became of a request for a certificate: ``Pending``, ``Approved,Issued``, ``Denied``, ..."""
    types = {each.type for each in obj.status.conditions}
    words = ["Denied" if "Denied" in types else "Approved" if "Approved" in types else "Pending"]
    words += ["Failed"] if "Failed" in types else []
    words += ["Issued"] if obj.status.certificate else []
    return ",".join(words)


def _signing_request(obj: Object, now: int) -> tuple[str, ...]:
    spec = obj.spec
    wanted = NONE if spec.expiration_seconds is None else human(spec.expiration_seconds)
    return (obj.metadata.name, age(obj, now), spec.signer_name or NONE, spec.username, wanted, signing_status(obj))


API_SERVICE = printer("NAME|SERVICE|AVAILABLE|AGE", "", _api_service)
FLOW_SCHEMA = printer("NAME|PRIORITYLEVEL|MATCHINGPRECEDENCE|DISTINGUISHERMETHOD|AGE|MISSINGPL", "", _flow_schema)
PRIORITY_LEVEL = printer("NAME|TYPE|NOMINALCONCURRENCYSHARES|QUEUES|HANDSIZE|QUEUELENGTHLIMIT|AGE", "", _priority_level)
WEBHOOKS = printer("NAME|WEBHOOKS|AGE", "", _webhooks)
VALIDATING_POLICY = printer("NAME|VALIDATIONS|PARAMKIND|AGE", "", _validating)
MUTATING_POLICY = printer("NAME|MUTATIONS|PARAMKIND|AGE", "", _mutating)
POLICY_BINDING = printer("NAME|POLICYNAME|PARAMREF|AGE", "", _binding)
SIGNING_REQUEST = printer("NAME|AGE|SIGNERNAME|REQUESTOR|REQUESTEDDURATION|CONDITION", "", _signing_request)
