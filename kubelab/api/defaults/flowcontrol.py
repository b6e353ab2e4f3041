"""Defaults of FlowSchema and PriorityLevelConfiguration.

In Kubernetes: `pkg/apis/flowcontrol/v1/defaults.go`.
"""

from collections.abc import Callable
from typing import Any

from kubelab.api.defaults.changes import changed, filled, optional
from kubelab.api.flowcontrol import (
    ExemptPriorityLevelConfiguration,
    FlowSchema,
    LimitedPriorityLevelConfiguration,
    PriorityLevelConfiguration,
    QueuingConfiguration,
)


def default_flow_schema(given: FlowSchema) -> FlowSchema:
    """Fill in a place in the middle of the order."""
    return changed(given, spec=filled(given.spec, matching_precedence=1000))


def default_priority_level(given: PriorityLevelConfiguration) -> PriorityLevelConfiguration:
    """Fill in the shares, and how requests are queued."""
    spec = given.spec
    limited, exempt = optional(spec.limited, _limited), optional(spec.exempt, _exempt)
    return changed(given, spec=changed(spec, limited=limited, exempt=exempt))


def _limited(level: LimitedPriorityLevelConfiguration) -> LimitedPriorityLevelConfiguration:
    response = level.limit_response
    response = changed(response, queuing=optional(response.queuing, _queuing))
    shares = 30 if level.nominal_concurrency_shares is None else level.nominal_concurrency_shares
    lendable = level.lendable_percent or 0
    return changed(level, limit_response=response, nominal_concurrency_shares=shares, lendable_percent=lendable)


def _exempt(level: ExemptPriorityLevelConfiguration) -> ExemptPriorityLevelConfiguration:
    shares, lendable = level.nominal_concurrency_shares or 0, level.lendable_percent or 0
    return changed(level, nominal_concurrency_shares=shares, lendable_percent=lendable)


def _queuing(queuing: QueuingConfiguration) -> QueuingConfiguration:
    return filled(queuing, queues=64, hand_size=8, queue_length_limit=50)


DEFAULTS: dict[str, Callable[[Any], Any]] = {
    "FlowSchema": default_flow_schema,
    "PriorityLevelConfiguration": default_priority_level,
}
"""The function that fills in each kind."""
