"""Checks of PriorityClasses.

In Kubernetes: `pkg/apis/scheduling/validation/validation.go`.
"""

from kubelab.api.scheduling import PriorityClass
from kubelab.api.validation import metadata
from kubelab.api.validation.field_error import Errors, forbidden, immutable, not_supported, required

_SYSTEM = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
_HIGHEST = 1_000_000_000
_POLICIES = ("PreemptLowerPriority", "Never")


def priority_class(given: PriorityClass) -> Errors:
    """What is wrong with a new PriorityClass."""
    yield from metadata.object_meta(given.metadata, namespaced=False)
    name = given.metadata.name
    if name.startswith("system-"):
        if text := _unknown(given):
            head = "priority class names with 'system-' prefix are reserved for system use only. error:"
            yield forbidden("metadata.name", f"{head} {text}")
    elif given.value > _HIGHEST:
        yield forbidden("value", f"maximum allowed value of a user defined priority is {_HIGHEST}")
    policy = given.preemption_policy
    if policy == "":
        yield required("preemptionPolicy")
    elif policy is not None and policy not in _POLICIES:
        yield not_supported("preemptionPolicy", policy, _POLICIES)


def priority_class_update(new: PriorityClass, old: PriorityClass) -> Errors:
    """What is wrong with a changed PriorityClass: its value stays."""
    yield from metadata.object_meta_update(new.metadata, old.metadata)
    if new.value != old.value:
        yield forbidden("value", "may not be changed in an update.")
    yield from immutable("preemptionPolicy", new.preemption_policy, old.preemption_policy)


def _unknown(given: PriorityClass) -> str:
    name = given.metadata.name
    if name not in _SYSTEM:
        return f"{name} is not a known system priority class"
    if given.value != _SYSTEM[name]:
        return f"value of {name} PriorityClass must be {_SYSTEM[name]}"
    return f"globalDefault of {name} PriorityClass must be false" if given.global_default else ""
