"""Checks of Events.

In Kubernetes: `ValidateEventCreate` for the core group, which checks little.
"""

from kubelab.api.core.event import Event
from kubelab.api.validation import names
from kubelab.api.validation.field_error import Errors, invalid, required

_LIMITS = {"reportingInstance": 128, "action": 128, "reason": 128, "message": 1024}


def event(given: Event) -> Errors:
    """What is wrong with an Event."""
    namespace, involved = given.metadata.namespace, given.involved_object.namespace
    wrong = invalid("involvedObject.namespace", involved, "does not match event.namespace")
    if given.event_time is None:
        if involved != namespace and (involved or namespace not in ("", "default")):
            yield wrong
    else:
        if not involved and namespace not in ("default", "kube-system"):
            yield wrong
        yield from _new_style(given)
    yield from names.subdomain_errors("namespace", namespace)


def event_update(new: Event, old: Event) -> Errors:
    """What is wrong with a changed Event: what would be wrong with a new one."""
    yield from event(new)


def _new_style(given: Event) -> Errors:
    if not given.reporting_component:
        yield required("reportingComponent")
    yield from names.qualified_name_errors("reportingComponent", given.reporting_component)
    texts = {
        "reportingInstance": given.reporting_instance,
        "action": given.action,
        "reason": given.reason,
        "message": given.message,
    }
    for field, text in texts.items():
        if not text and field != "message":
            yield required(field)
        if len(text.encode()) > _LIMITS[field]:
            yield invalid(field, "", f"can have at most {_LIMITS[field]} characters")
