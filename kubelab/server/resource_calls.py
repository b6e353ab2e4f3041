"""Requests for resources: which handler answers, by the verb and the subresource.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/installer.go`.
"""

from collections.abc import Callable

import attrs

from kubelab.apiserver.warnings import DEPRECATED
from kubelab.server import deleting, logs, patching, reading, resources, reviews, scaling, status, upgrades, writing
from kubelab.server.call import Call, Reply
from kubelab.server.general import NOT_FOUND, TEXT
from kubelab.server.reading import Lists
from kubelab.server.resources import Resource

Below = Callable[[Call, Resource], Reply]

_BELOW: dict[tuple[str, str], Below] = {
    ("binding", "create"): writing.bind,
    ("eviction", "create"): writing.evict,
    ("token", "create"): reviews.request_token,
    ("log", "get"): logs.read,
    **{(name, verb): upgrades.refuse for name in upgrades.INSTEAD for verb in ("create", "get")},
    ("scale", "get"): scaling.get,
    ("scale", "update"): scaling.update,
    ("scale", "patch"): scaling.patch,
}
"""What answers for subresources with a form of their own."""


def found(call: Call) -> Resource:
    """The resource at an address.

    Raises:
        StatusError: 404, there is none.
    """
    address = call.address
    resource = resources.find(address.group, address.version, address.plural)
    if resource is None or (address.namespace and not resource.kind.namespaced and resource.kind.kind != "Namespace"):
        raise status.no_such_resource()
    if address.rest:
        raise status.no_such_resource()
    if address.name and resource.kind.namespaced and not address.namespace and address.verb not in ("list", "watch"):
        raise status.no_such_resource()
    return resource


def watched(call: Call) -> Resource:
    """The resource that is to be watched.

    Raises:
        StatusError: there is none, or it cannot be watched.
    """
    resource = found(call)
    if "watch" not in resource.verbs:
        raise status.method_not_allowed()
    return resource


def answer(call: Call, lists: Lists) -> Reply:
    """Answer a request for a resource.

    Raises:
        StatusError: it is refused.
    """
    address = call.address
    if address.group and address.group not in {group for group, _ in resources.groups()}:
        # Nobody knows of such a group any more, or yet: the address leads nowhere.
        return Reply(NOT_FOUND, 404, type=TEXT)
    asked = resources.answer(address.group, address.version, address.plural)
    if asked is not None:
        return _question(call, asked)
    if (address.group, address.version, address.plural) == ("", "v1", "componentstatuses"):
        from kubelab.server import component_statuses

        return component_statuses.answer(call)
    resource = found(call)
    reply = _below(call, resource) if address.subresource else _whole(call, resource, lists)
    return attrs.evolve(reply, warnings=(*reply.warnings, *deprecated(resource)))


def deprecated(resource: Resource) -> tuple[str, ...]:
    """What the server says of a kind that is to be used no longer."""
    text = DEPRECATED.get(resource.kind.kind)
    return (text,) if text is not None else ()


def _question(call: Call, asked: resources.Answer) -> Reply:
    address = call.address
    if address.name or address.subresource or bool(address.namespace) is not asked.namespaced:
        raise status.no_such_resource()
    if address.verb != "create":
        raise status.method_not_allowed()
    return reviews.answer(call, asked)


def _whole(call: Call, resource: Resource, lists: Lists) -> Reply:
    verb = call.address.verb
    if verb not in resource.verbs:
        raise status.method_not_allowed()
    if verb in ("create", "deletecollection") and resource.kind.namespaced and not call.address.namespace:
        raise status.method_not_allowed()
    if (verb == "create") is bool(call.address.name) and verb in ("create", "update", "patch"):
        raise status.method_not_allowed()
    if resource.kind.kind == "Binding":
        return writing.bind(call, resource)
    match verb:
        case "get":
            return reading.get(call, resource)
        case "list":
            return reading.list_(call, resource, lists)
        case "create":
            return writing.create(call, resource)
        case "update":
            return writing.update(call, resource, "")
        case "patch":
            return patching.patch(call, resource, "")
        case "delete":
            return deleting.delete(call, resource)
    return deleting.delete_many(call, resource)


def _below(call: Call, resource: Resource) -> Reply:
    address = call.address
    below = resources.subresource(resource.kind, address.subresource)
    if below is None:
        raise status.no_such_resource()
    if address.verb not in below.verbs:
        raise status.method_not_allowed()
    special = _BELOW.get((below.name, address.verb))
    if special is not None:
        return special(call, resource)
    match address.verb:
        case "get":
            return reading.get(call, resource)
        case "update":
            return writing.update(call, resource, below.name)
        case "patch":
            return patching.patch(call, resource, below.name)
    raise status.method_not_allowed()
