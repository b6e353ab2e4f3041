"""Checks of Leases.

In Kubernetes: `pkg/apis/coordination/validation/validation.go`.
"""

from kubelab.api.coordination import Lease, LeaseSpec
from kubelab.api.validation import metadata, names
from kubelab.api.validation.field_error import Errors, forbidden, invalid, messages, not_supported


def lease(given: Lease) -> Errors:
    """What is wrong with a new Lease."""
    yield from metadata.object_meta(given.metadata, namespaced=True)
    yield from _spec(given.spec)


def lease_update(new: Lease, old: Lease) -> Errors:
    """What is wrong with a renewed Lease."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    yield from _spec(new.spec)


def _spec(spec: LeaseSpec) -> Errors:
    if spec.lease_duration_seconds is not None and spec.lease_duration_seconds <= 0:
        yield invalid("spec.leaseDurationSeconds", spec.lease_duration_seconds, "must be greater than 0")
    if spec.lease_transitions is not None and spec.lease_transitions < 0:
        yield invalid("spec.leaseTransitions", spec.lease_transitions, "must be greater than or equal to 0")
    strategy = spec.strategy
    if strategy is not None:
        if "/" in strategy:
            yield from messages("spec.strategy.strategy", strategy, names.label_key(strategy))
        elif strategy != "OldestEmulationVersion":
            yield not_supported("spec.strategy.strategy", strategy, ("OldestEmulationVersion",))
    if spec.preferred_holder and not strategy:
        yield forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined")
