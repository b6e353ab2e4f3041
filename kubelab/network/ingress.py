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
from kubelab.state.ingress_class import is_for
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
    """

    status: int
    explanation: tuple[str, ...]
    ingress: ObjectKey | None = None
    service: ObjectKey | None = None
    port: int = 0
    certificate: ObjectKey | None = None


def route(view: View, controller: str, host: str, path: str, tls: bool = False) -> Answer:
    """Where a controller sends a request.

    Args:
        view: the cluster.
        controller: as IngressClasses name it, such as ``k8s.io/ingress-nginx``.
        host: the name in the request's ``Host`` header.
        path: the path of the request, without its query.
        tls: whether it is an HTTPS request.
    """
    host, path = host.lower().rstrip("."), path or "/"
    ingresses = ingresses_of(view, controller)
    said: list[str] = []
    certificate = None
    if tls:
        certificate, text = find_certificate(view, ingresses, host)
        said.append(text)
    chosen = find_backend(ingresses, host, path, said)
    if chosen is None:
        said.append(f"no rule fits, and there is no default backend: {controller} answers 404 itself")
        return Answer(status=404, explanation=tuple(said), certificate=certificate)
    ingress, backend = chosen
    service, port = resolve(view, ingress, backend, said)
    status = 200 if port else 503
    return Answer(
        status=status,
        explanation=tuple(said),
        ingress=key_of(ingress),
        service=service,
        port=port,
        certificate=certificate,
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


def find_backend(
    ingresses: list[Ingress], host: str, path: str, said: list[str]
) -> tuple[Ingress, IngressBackend] | None:
    """The backend of the best rule, or the default backend; what it says goes to `said`."""
    rules = rules_for(ingresses, host)
    pattern = (rules[0][1].host or "any host") if rules else ""
    said.append(f"host {host or '(none)'} fits {pattern}" if rules else f"no rule has the host {host or '(none)'}")
    fitting = [
        (ingress, each)
        for ingress, rule in rules
        for each in (rule.http.paths if rule.http is not None else ())
        if path_fits(each, path)
    ]
    if fitting:
        # `max` takes the first of equals, which is of the oldest Ingress.
        ingress, best = max(fitting, key=lambda found: precedence(found[1]))
        said.append(f"path {path} fits {best.path or '/'} ({best.path_type}) of {key_of(ingress)}")
        return ingress, best.backend
    if rules:
        said.append(f"no path of that host fits {path}")
    return find_default(ingresses, said)


def find_default(ingresses: list[Ingress], said: list[str]) -> tuple[Ingress, IngressBackend] | None:
    """The default backend of the oldest Ingress that has one."""
    for ingress in ingresses:
        if ingress.spec.default_backend is not None:
            said.append(f"{key_of(ingress)} has a default backend")
            return ingress, ingress.spec.default_backend
    return None


# Backends


def resolve(view: View, ingress: Ingress, backend: IngressBackend, said: list[str]) -> tuple[ObjectKey | None, int]:
    """The Service of a backend and the number of its port; the port is 0 where nobody can be reached."""
    if backend.service is None:
        said.append("the backend is no Service: 503")
        return None, 0
    wanted = backend.service
    key = ObjectKey("Service", ingress.metadata.namespace, wanted.name)
    service = view.find(key)
    if service is None:
        said.append(f"there is no {key}: 503")
        return key, 0
    name = wanted.port.name
    port = next((p.port for p in service.spec.ports if (p.name == name if name else p.port == wanted.port.number)), 0)
    if not port:
        said.append(f"{key} has no port {name or wanted.port.number}: 503")
    elif not has_endpoints(view, key, service):
        said.append(f"{key} has no endpoint that is ready: 503")
        port = 0
    else:
        said.append(f"the request is sent to {key}, port {port}")
    return key, port


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
