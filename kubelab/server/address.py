"""What an HTTP request asks for, read from its method, its path and its query.

=========================================  =====================================================
``/api/v1/namespaces/NS/pods``             the core group
``/apis/GROUP/VERSION/namespaces/NS/…``    every other group
``…/pods/NAME``, ``…/pods/NAME/log``       one object, one of its subresources
anything else                              an address that belongs to no resource: ``/healthz``
=========================================  =====================================================

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/request` (RequestInfoFactory).
"""

from collections.abc import Mapping
from urllib.parse import unquote

import attrs

from kubelab.apiserver.rules import Attributes

VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
NAMESPACE_SUBRESOURCES = ("status", "finalize")
WATCH_WORD = "watch"
TRUE = ("1", "t", "true", "")


@attrs.frozen
class Address:
    """What a request asks for.

    Attributes:
        method: the HTTP method.
        path: the path as it came.
        verb: the verb of RBAC for a resource; the method in lower case for any other address.
        resource_request: whether the path is that of a resource.
        group: the API group, "" for the core group.
        version: the version of the group.
        plural: the resource.
        namespace: the Namespace, or "".
        name: the name of one object, or "".
        subresource: what below the object, or "".
        rest: what comes after the subresource.
        query: the parameters, each with its last value.
    """

    method: str
    path: str
    verb: str
    resource_request: bool = False
    group: str = ""
    version: str = ""
    plural: str = ""
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    rest: tuple[str, ...] = ()
    query: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def api_version(self) -> str:
        """The group and version as a manifest writes them."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def attributes(self) -> Attributes:
        """What authorization is asked."""
        if not self.resource_request:
            return Attributes(self.verb, path=self.path)
        return Attributes(self.verb, self.group, self.plural, self.subresource, self.namespace, self.name)

    def flag(self, name: str) -> bool:
        """Whether a parameter is there and says yes."""
        return name in self.query and self.query[name].lower() in TRUE


def read(method: str, raw_path: str, query: Mapping[str, str]) -> Address:
    """Read a request's line."""
    path = unquote(raw_path)
    parts = [unquote(part) for part in raw_path.strip("/").split("/")]
    found = _resource(method, path, parts, query)
    if found is not None:
        return found
    return Address(method, path, method.lower(), query=query)


def _resource(method: str, path: str, parts: list[str], query: Mapping[str, str]) -> Address | None:
    if len(parts) < 3 or parts[0] not in ("api", "apis") or "" in parts:
        return None
    group = ""
    if parts[0] == "apis":
        if len(parts) < 4:
            return None
        group = parts[1]
        parts = parts[1:]
    version, parts = parts[1], parts[2:]
    verb = VERBS.get(method, method.lower())
    if parts[0] == WATCH_WORD:
        verb, parts = "watch", parts[1:]
        if not parts:
            return None
    namespace = ""
    if parts[0] == "namespaces" and len(parts) > 1:
        namespace = parts[1]
        if len(parts) > 2 and parts[2] not in NAMESPACE_SUBRESOURCES:
            parts = parts[2:]
    plural, name, subresource, *rest = [*parts, "", "", ""][: max(3, len(parts))]
    verb = _verb(verb, name, query)
    if not name and verb in ("list", "watch", "deletecollection"):
        name = _by_name(query.get("fieldSelector", ""))
    return Address(method, path, verb, True, group, version, plural, namespace, name, subresource, tuple(rest), query)


def _verb(verb: str, name: str, query: Mapping[str, str]) -> str:
    if verb == "delete" and not name:
        return "deletecollection"
    if verb != "get":
        return verb
    watching = query.get("watch", "0").lower() in TRUE
    if watching and not name:
        return "watch"
    return verb if name else "list"


def _by_name(selector: str) -> str:
    """The name that a field selector asks for: a list of one object is authorised as that object."""
    for term in selector.split(","):
        key, sign, value = term.partition("=")
        if key == "metadata.name" and sign:
            return value.removeprefix("=")
    return ""
