"""Where an Ingress controller sends a request: the rules of all its Ingresses, read as one table.

In this order: the host, exact before wildcard before none; of its paths the one that fits best; else the default
backend; else the controller's own answer, 404. Then the Service must be there, with that port and somebody behind it;
else the answer is 503. For HTTPS a certificate is looked up first, in the same order of hosts.

=========================== ============================================ ===============================
path type                   fits                                         among several
=========================== ============================================ ===============================
``Exact``                   the very same path                           before all others
``Prefix``                  the first elements: ``/a`` also ``/a/b``,    the longest; at the same length
                            but not ``/ab``                              before ImplementationSpecific
``ImplementationSpecific``  whatever begins with it, here                the longest
=========================== ============================================ ===============================

Of two Ingresses that say the same the older one counts.

**In Kubernetes:** each Ingress controller has this in the configuration of its proxy; see the documentation of the
Ingress API, and for what it leaves open ingress-nginx (`internal/ingress/controller`, `getBackendServers`).

**Simplified:** annotations have no effect (rewrites, regular expressions, redirects to HTTPS); ``resource`` backends
are not known, so that they answer 503. A certificate is there or not; it is not looked into.
"""

from collections.abc import Iterator

import attrs

from kubelab.api.core.service import Service
from kubelab.api.networking import HTTPIngressPath, Ingress, IngressBackend, IngressRule
from kubelab.state.ingress_class import class_name, class_of, is_for
from kubelab.state.ingress_controllers import IMPLEMENTATIONS, namespace_of, proxy_name
from kubelab.state.snapshot import ObjectKey, View, key_of

CERTIFICATE_KEYS = frozenset({"tls.crt", "tls.key"})
"""What a Secret with a certificate holds."""


@attrs.frozen(slots=True, kw_only=True)
class Answer:
    """What becomes of a request.

    Attributes:
        status: 200 when it is sent to a Service, 404 when no rule fits, 503 when there is nobody to send it to.
        explanation: how that came, one sentence for each step.
        ingress: the Ingress whose rule it was, or None.
        service: the Service that it is sent to, or None.
        port: the number of the Service's port, or 0.
        certificate: the Secret whose certificate is shown, or None: the controller's own, or no TLS.
        fault: why it is not sent on: ``no-ingress-rule``, ``no-such-service``, ``port-not-in-service`` or
            ``no-endpoints``; or "".
        table: the rules for the host as the controller has them, in the order in which it tries them; the one that
            was taken is marked.
    """

    status: int
    explanation: tuple[str, ...]
    ingress: ObjectKey | None = None
    service: ObjectKey | None = None
    port: int = 0
    certificate: ObjectKey | None = None
    fault: str = ""
    table: tuple[str, ...] = ()


@attrs.frozen(slots=True)
class Rule:
    """A line of a controller's table: an Ingress, its rule for a path (None: its default backend), the backend."""

    ingress: Ingress
    host: str
    path: HTTPIngressPath | None
    backend: IngressBackend

    def __str__(self) -> str:
        """The line: what fits, where it leads, and whose it is."""
        said = f"{self.host or '*'}{self.path.path or '/'} ({self.path.path_type})" if self.path else "everything else"
        return f"{said} → {_named(self.backend)}   # {key_of(self.ingress)}"


def _named(backend: IngressBackend) -> str:
    if backend.service is None:
        return f"{backend.resource.kind} {backend.resource.name}" if backend.resource is not None else "nothing"
    port = backend.service.port
    return f"{backend.service.name}:{port.name or port.number}"


def route(
    view: View, controller: str, host: str, path: str, tls: bool = False, only: ObjectKey | None = None
) -> Answer:
    """Where a controller sends a request.

    Args:
        view: the cluster.
        controller: as IngressClasses name it, such as ``k8s.io/ingress-nginx``.
        host: the name in the request's ``Host`` header.
        path: the path of the request, without its query.
        tls: whether it is an HTTPS request.
        only: the one Ingress whose rules count, where each has a load balancer of its own; else None.
    """
    host, path = host.lower().rstrip("."), path or "/"
    ingresses = [each for each in ingresses_of(view, controller) if only in (None, key_of(each))]
    said: list[str] = []
    certificate = None
    if tls:
        certificate, text = find_certificate(view, ingresses, host)
        said.append(text)
    chosen = find_backend(ingresses, host, path, said)
    table = tuple(f"{'▸' if rule == chosen else ' '} {rule}" for rule in rules_in_order(ingresses, host))
    if chosen is None:
        said.append(f"no rule fits, and there is no default backend: {controller} answers 404 itself")
        fault = "no-ingress-rule"
        return Answer(status=404, explanation=tuple(said), certificate=certificate, fault=fault, table=table)
    service, port, fault = resolve(view, chosen.ingress, chosen.backend, said)
    return Answer(
        status=503 if fault else 200,
        explanation=tuple(said),
        ingress=key_of(chosen.ingress),
        service=service,
        port=port,
        certificate=certificate,
        fault=fault,
        table=table,
    )


def ingresses_of(view: View, controller: str) -> list[Ingress]:
    """The Ingresses that a controller serves, the oldest first."""
    found = [ingress for ingress in view.list("Ingress") if is_for(view, ingress, controller)]
    return sorted(found, key=lambda each: (each.metadata.creation_timestamp or 0, key_of(each)))


# Hosts


def host_rank(pattern: str, host: str) -> int:
    """How well a host fits: 3 exactly, 2 by a wildcard for its first label, 1 where every host does, 0 not at all."""
    pattern = pattern.lower()
    if not pattern:
        return 1
    if pattern == host:
        return 3
    label, _, parent = host.partition(".")
    return 2 if label and parent and pattern == f"*.{parent}" else 0


def rules_for(ingresses: list[Ingress], host: str) -> list[tuple[Ingress, IngressRule]]:
    """The rules whose host fits best; one that fits less well does not count, whatever its paths are."""
    ranked = [(host_rank(rule.host, host), ingress, rule) for ingress in ingresses for rule in ingress.spec.rules]
    best = max((rank for rank, _, _ in ranked), default=0)
    return [(ingress, rule) for rank, ingress, rule in ranked if rank == best > 0]


def with_host(view: View, host: str) -> list[Ingress]:
    """The Ingresses of all controllers that have a rule for just this host (or a wildcard for it), the best first."""
    found = [
        (max((host_rank(rule.host, host) for rule in ingress.spec.rules), default=0), ingress)
        for ingress in view.list("Ingress")
    ]
    wanted = [(rank, ingress) for rank, ingress in found if rank > 1]
    wanted.sort(key=lambda each: (-each[0], each[1].metadata.creation_timestamp or 0, key_of(each[1])))
    return [ingress for _, ingress in wanted]


def why_no_address(view: View, ingress: Ingress) -> tuple[str, str]:
    """The fault and the sentence where an Ingress has no address, so that no name can lead to it."""
    key, name = key_of(ingress), class_name(ingress)
    if not name:
        said = "names no class, and no IngressClass is the default one: no Ingress controller claims it"
        return "no-ingress-controller", f"{key} {said}"
    found = class_of(view, ingress)
    if found is None:
        return (
            "no-ingress-controller",
            f"{key} is of class {name}, which does not exist: no Ingress controller claims it",
        )
    controller = found.spec.controller
    known = next((each for each in IMPLEMENTATIONS.values() if each.controller == controller), None)
    there = known is not None and (
        view.snapshot.cloud is not None
        if known.in_cloud
        else view.get("Service", namespace_of(known), proxy_name(known)) is not None
    )
    if known is None or not there:
        said = f"is of class {name}, and {controller} does not run in this cluster: no Ingress controller claims it"
        return "no-ingress-controller", f"{key} {said}"
    waits = "the load balancer from the cloud" if known.in_cloud else "the address of its proxy"
    return "no-ingress-address", f"{key} has no address yet: {known.actor} still waits for {waits}"


# Paths


def path_fits(rule: HTTPIngressPath, path: str) -> bool:
    """Whether the path of a request fits a rule."""
    if rule.path_type == "Exact":
        return path == rule.path
    if rule.path_type == "Prefix":
        prefix = rule.path.rstrip("/")
        return path == prefix or path.startswith(f"{prefix}/")
    return path.startswith(rule.path or "/")


def precedence(rule: HTTPIngressPath) -> tuple[bool, int, bool]:
    """The greater the better, of paths that all fit."""
    length = len(rule.path.rstrip("/"))
    return rule.path_type == "Exact", length, rule.path_type == "Prefix"


def rules_in_order(ingresses: list[Ingress], host: str) -> list[Rule]:
    """The rules for a host, the default backend last: the first that fits a path is taken."""
    paths = [
        Rule(ingress, rule.host, each, each.backend)
        for ingress, rule in rules_for(ingresses, host)
        for each in (rule.http.paths if rule.http is not None else ())
    ]
    # Sorting keeps the order of equals, which is that of the age of their Ingresses.
    paths.sort(key=lambda rule: precedence(rule.path) if rule.path is not None else (), reverse=True)
    rest = [Rule(each, "", None, each.spec.default_backend) for each in ingresses if each.spec.default_backend]
    return [*paths, *rest[:1]]


def find_backend(ingresses: list[Ingress], host: str, path: str, said: list[str]) -> Rule | None:
    """The best rule, the default backend being the last; what there is to say of it goes to `said`."""
    rules = rules_for(ingresses, host)
    pattern = (rules[0][1].host or "any host") if rules else ""
    said.append(f"host {host or '(none)'} fits {pattern}" if rules else f"no rule has the host {host or '(none)'}")
    found = next((r for r in rules_in_order(ingresses, host) if r.path is None or path_fits(r.path, path)), None)
    if found is not None and found.path is not None:
        said.append(f"path {path} fits {found.path.path or '/'} ({found.path.path_type}) of {key_of(found.ingress)}")
        return found
    if rules:
        said.append(f"no path of that host fits {path}")
    if found is not None:
        said.append(f"{key_of(found.ingress)} has a default backend")
    return found


# Backends


def resolve(
    view: View, ingress: Ingress, backend: IngressBackend, said: list[str]
) -> tuple[ObjectKey | None, int, str]:
    """The Service of a backend, the number of its port, and why nobody can be reached there, or ""."""
    if backend.service is None:
        said.append("the backend is no Service: 503")
        return None, 0, "no-such-service"
    wanted = backend.service
    key = ObjectKey("Service", ingress.metadata.namespace, wanted.name)
    service = view.find(key)
    if service is None:
        said.append(f"there is no {key}: 503")
        return key, 0, "no-such-service"
    name = wanted.port.name
    port = next((p.port for p in service.spec.ports if (p.name == name if name else p.port == wanted.port.number)), 0)
    if not port:
        said.append(f"{key} has no port {name or wanted.port.number}: 503")
        return key, 0, "port-not-in-service"
    if not has_endpoints(view, key, service):
        said.append(f"{key} has no endpoint that is ready: 503")
        return key, 0, "no-endpoints"
    said.append(f"the request is sent to {key}, port {port}")
    return key, port, ""


def has_endpoints(view: View, key: ObjectKey, service: Service) -> bool:
    """Whether anybody behind a Service is ready; an ExternalName leads to a name outside, and has none of its own."""
    if service.spec.type == "ExternalName":
        return True
    slices = view.labelled("EndpointSlice", key.namespace, {"kubernetes.io/service-name": key.name})
    return any(endpoint.conditions.ready is not False for each in slices for endpoint in each.endpoints)


# Certificates


def certificates_for(ingresses: list[Ingress], host: str) -> Iterator[tuple[int, ObjectKey]]:
    """The Secrets that Ingresses name for a host, and how well the host fits."""
    for ingress in ingresses:
        for entry in ingress.spec.tls:
            rank = max((host_rank(pattern, host) for pattern in entry.hosts), default=1)
            if rank and entry.secret_name:
                yield rank, ObjectKey("Secret", ingress.metadata.namespace, entry.secret_name)


def find_certificate(view: View, ingresses: list[Ingress], host: str) -> tuple[ObjectKey | None, str]:
    """The Secret with the certificate for a host, or None for the controller's own, and a sentence that says why."""
    named = max(certificates_for(ingresses, host), key=lambda found: found[0], default=None)
    if named is None:
        return None, f"no Ingress has a certificate for {host or '(none)'}: the controller shows its own"
    secret = view.find(named[1])
    if secret is None:
        return None, f"there is no {named[1]}: the controller shows its own certificate"
    if not set(secret.data) >= CERTIFICATE_KEYS:
        return None, f"{named[1]} holds no tls.crt and tls.key: the controller shows its own certificate"
    return named[1], f"the certificate is the one of {named[1]}"
