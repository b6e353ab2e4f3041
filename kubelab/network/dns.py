"""Cluster DNS: what a name means to the Pod that asks.

A Pod hardly ever writes a name in full. Its resolver appends the domains of its search list, one after another, and
takes the first that is answered; only a name with at least ``ndots`` dots (5 in a Pod) is tried as it stands first.
So ``web`` means the Service ``web`` of the Pod's own namespace, ``web.shop`` that of another one, and
``example.com`` is asked four times.

=========================================  =====================================================================
name                                       answer
=========================================  =====================================================================
``SERVICE.NAMESPACE.svc.cluster.local``    the cluster address; for a headless Service its ready endpoints, all of
                                           them; for type ExternalName a CNAME, which is then followed
``HOST.SERVICE.NAMESPACE.svc…``            the endpoint with that hostname, or with that address (10-244-0-5)
``10-244-0-5.NAMESPACE.pod.cluster.local`` that address, whether a Pod has it or not
anything else                              what the DNS of the outside world says: a name that an Ingress has
                                           as its host leads to the address in the status of that Ingress
=========================================  =====================================================================

**In Kubernetes:** CoreDNS with its ``kubernetes`` plugin (``pods insecure``, as kubeadm sets it up), and the
``/etc/resolv.conf`` that the kubelet writes into each Pod (`pkg/kubelet/network/dns`).

**Simplified:** the DNS server is always there: it has no Pods of its own that could fail. A records only; no caches;
the search list of the node is empty. Outside, every name under some well-known top-level domains exists, and no other;
whoever made an Ingress has at once made the records for its hosts, too.
"""

from collections.abc import Iterable

import attrs

from kubelab.api.core.pod import Pod
from kubelab.api.core.service import Service
from kubelab.api.discovery import Endpoint
from kubelab.api.networking import Ingress
from kubelab.network.addresses import address, load_balancers, outside_address, reading_balancers
from kubelab.network.ingress import why_no_address, with_host
from kubelab.state.snapshot import ObjectKey, View, key_of

DOMAIN = "cluster.local"
DNS_SERVICE = ObjectKey("Service", "kube-system", "kube-dns")
DNS_ADDRESS = "10.96.0.10"
"""Where the kubelet tells Pods to ask, unless there is a Service ``kube-system/kube-dns`` with another address."""

DNS_LABELS = {"k8s-app": "kube-dns"}
"""The labels by which a NetworkPolicy can mean the DNS server."""

DNS_PORT = 53
NDOTS = 5
MOST_CNAMES = 8
SERVICE_LABEL = "kubernetes.io/service-name"
PUBLIC = frozenset(
    ("app", "cloud", "com", "de", "dev", "edu", "eu", "example", "fr", "gov", "info", "io", "net", "org", "uk")
)
"""Top-level domains in which the public DNS has every name."""


@attrs.frozen(slots=True, kw_only=True)
class Query:
    """One name that was asked for, and what the answer was.

    Attributes:
        name: the full name, without a dot at its end.
        server: ``/etc/hosts``, ``cluster`` or ``outside``.
        cname: the other name that it stands for, or "".
        addresses: the addresses it has.
        service: the Service it belongs to, or None.
        remark: why it is as it is, in a few words.
        ingress: the Ingress whose host it is, or None.
        fault: why there is no such name, where that can be told better than by ``no-such-name``; or "".
    """

    name: str
    server: str
    cname: str = ""
    addresses: tuple[str, ...] = ()
    service: ObjectKey | None = None
    remark: str = ""
    ingress: ObjectKey | None = None
    fault: str = ""

    @property
    def exists(self) -> bool:
        """Whether there is such a name."""
        return bool(self.cname or self.addresses)

    def __str__(self) -> str:
        """The query in a line: the name and its answer."""
        if self.cname:
            return f"{self.name} CNAME {self.cname}"
        return f"{self.name} A {', '.join(self.addresses)}" if self.addresses else f"{self.name} NXDOMAIN"


@attrs.frozen(slots=True, kw_only=True)
class Answer:
    """What came of looking up a name.

    Attributes:
        name: as it was asked.
        queries: each name that was tried, in order, CNAMEs that were followed included.
        addresses: the addresses it leads to; none when there is no such name.
    """

    name: str
    queries: tuple[Query, ...]
    addresses: tuple[str, ...] = ()

    @property
    def service(self) -> ObjectKey | None:
        """The Service that the name belongs to, or None."""
        return next((query.service for query in self.queries if query.service is not None and query.exists), None)

    @property
    def ingress(self) -> ObjectKey | None:
        """The Ingress whose host the name is, or None."""
        return next((query.ingress for query in self.queries if query.ingress is not None), None)


@attrs.frozen(slots=True, kw_only=True)
class Resolver:
    """What ``/etc/resolv.conf`` of a Pod says.

    Attributes:
        server: the address of the cluster's DNS, or "" where another DNS is asked.
        searches: the search list.
        ndots: from how many dots on a name is tried as it stands first.
    """

    server: str = ""
    searches: tuple[str, ...] = ()
    ndots: int = 1


def server_address(view: View) -> str:
    """The address of the cluster's DNS."""
    service = view.find(DNS_SERVICE)
    chosen = service.spec.cluster_ip if service is not None else ""
    return chosen if chosen not in ("", "None") else DNS_ADDRESS


def resolver_of(view: View, pod: Pod) -> Resolver:
    """The resolver of a Pod, as its ``dnsPolicy`` and ``dnsConfig`` have it."""
    spec, config, server = pod.spec, pod.spec.dns_config, server_address(view)
    policy = spec.dns_policy or "ClusterFirst"
    # A Pod in the network of its node uses the DNS of the node, unless it asks for the cluster's.
    if policy == "ClusterFirstWithHostNet" or (policy == "ClusterFirst" and not spec.host_network):
        own = (f"{pod.metadata.namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN)
        found = Resolver(server=server, searches=own, ndots=NDOTS)
    elif policy == "None" and config is not None and server in config.nameservers:
        found = Resolver(server=server)
    else:
        found = Resolver()
    if config is None:
        return found
    chosen = [o.value for o in config.options if o.name == "ndots" and o.value and o.value.isdecimal()]
    searches = tuple(dict.fromkeys((*found.searches, *config.searches)))
    return attrs.evolve(found, searches=searches, ndots=int(chosen[-1]) if chosen else found.ndots)


def candidates(resolver: Resolver, name: str) -> tuple[str, ...]:
    """The full names that a resolver tries for a name, in order."""
    if name.endswith("."):
        return (name[:-1],)
    searched = tuple(f"{name}.{domain}" for domain in resolver.searches)
    return (name, *searched) if name.count(".") >= resolver.ndots else (*searched, name)


def look_up(view: View, name: str, pod: Pod | None = None) -> Answer:
    """Look a name up.

    Args:
        view: the cluster.
        name: the name; with a dot at its end it is full.
        pod: the Pod that asks; None for a node or somebody on the internet, who use the DNS of the outside world.
    """
    hosts = _hosts_file(pod, name.lower())
    if hosts is not None:
        return Answer(name=name, queries=(hosts,), addresses=hosts.addresses)
    resolver = resolver_of(view, pod) if pod is not None else Resolver()
    queries: list[Query] = []
    for full in candidates(resolver, name.lower()):
        query = ask(view, full, resolver)
        queries.append(query)
        for _ in range(MOST_CNAMES):
            if not query.cname:
                break
            query = ask(view, query.cname, resolver)
            queries.append(query)
        if query.addresses:
            return Answer(name=name, queries=tuple(queries), addresses=query.addresses)
        if any(tried.cname for tried in queries):
            # The name exists, though it leads nowhere: no further name is tried.
            break
    return Answer(name=name, queries=tuple(queries))


def _hosts_file(pod: Pod | None, name: str) -> Query | None:
    if pod is None:
        return None
    for alias in pod.spec.host_aliases:
        if name in alias.hostnames:
            return Query(name=name, server="/etc/hosts", addresses=(alias.ip,), remark="an alias of the Pod")
    if name == (pod.spec.hostname or pod.metadata.name) and pod.status.pod_ip:
        return Query(name=name, server="/etc/hosts", addresses=(pod.status.pod_ip,), remark="the Pod itself")
    return None


def ask(view: View, name: str, resolver: Resolver) -> Query:
    """One question to the DNS that a resolver uses."""
    if resolver.server and (name == DOMAIN or name.endswith(f".{DOMAIN}")):
        return _cluster_name(view, name)
    return _outside_name(view, name)


def _outside_name(view: View, name: str) -> Query:
    for balancer in load_balancers(view):
        if balancer.hostname == name:
            return Query(name=name, server="outside", addresses=(balancer.address,), service=key_of(balancer.service))
    for reading in reading_balancers(view):
        if reading.hostname == name:
            return Query(name=name, server="outside", addresses=(reading.address,))
    ingresses = with_host(view, name)
    if ingresses:
        return _host_of_ingress(view, name, ingresses)
    if "." not in name:
        return Query(name=name, server="outside", remark="no name of the outside world is without a dot")
    if name.rpartition(".")[2] not in PUBLIC:
        return Query(name=name, server="outside", remark="the outside world knows no such name")
    return Query(name=name, server="outside", addresses=(outside_address(name),))


def _host_of_ingress(view: View, name: str, ingresses: list[Ingress]) -> Query:
    """The record that whoever made an Ingress has made for its host."""
    for ingress in ingresses:
        key, given = key_of(ingress), ingress.status.load_balancer.ingress
        if given and given[0].hostname:
            return Query(name=name, server="outside", cname=given[0].hostname, ingress=key)
        addresses = tuple(each.ip for each in given if each.ip)
        if addresses:
            return Query(name=name, server="outside", addresses=addresses, ingress=key)
    fault, why = why_no_address(view, ingresses[0])
    return Query(name=name, server="outside", remark=why, ingress=key_of(ingresses[0]), fault=fault)


def _cluster_name(view: View, name: str) -> Query:
    parts = name.removesuffix(DOMAIN).rstrip(".").split(".")
    if len(parts) == 3 and parts[2] == "pod":
        return _pod_record(view, name, parts[0], parts[1])
    if len(parts) not in (3, 4) or parts[-1] != "svc":
        return Query(name=name, server="cluster", remark="not the form of a name in a cluster")
    service = view.get("Service", parts[-2], parts[-3])
    if service is None:
        known = view.get("Namespace", "", parts[-2]) is not None
        why = f"no Service {parts[-3]} in namespace {parts[-2]}" if known else f"no namespace {parts[-2]}"
        return Query(name=name, server="cluster", remark=why)
    return _service_record(view, name, service, parts[0] if len(parts) == 4 else "")


def _pod_record(view: View, name: str, dashed: str, namespace: str) -> Query:
    found = dashed.replace("-", ".")
    if view.get("Namespace", "", namespace) is None or address(found) is None:
        return Query(name=name, server="cluster", remark="no such address or namespace")
    return Query(name=name, server="cluster", addresses=(found,), remark="the name of an address")


def _service_record(view: View, name: str, service: Service, host: str) -> Query:
    spec, key = service.spec, key_of(service)
    if spec.type == "ExternalName":
        if host:
            return Query(name=name, server="cluster", service=key, remark="an ExternalName has no endpoints")
        return Query(name=name, server="cluster", cname=spec.external_name.rstrip(".").lower(), service=key)
    if not host and spec.cluster_ip not in ("", "None"):
        return Query(name=name, server="cluster", addresses=(spec.cluster_ip,), service=key)
    endpoints = ready_endpoints(view, service)
    chosen = [e for e in endpoints if not host or host == e.hostname or host == e.addresses[0].replace(".", "-")]
    addresses = tuple(sorted({e.addresses[0] for e in chosen}, key=address_order))
    why = "" if addresses else f"{key} is headless and has no ready endpoint" + (f" {host}" if host else "")
    return Query(name=name, server="cluster", addresses=addresses, service=key, remark=why)


def address_order(text: str) -> tuple[int, str]:
    """By which addresses are sorted: by number."""
    number = address(text)
    return (int(number) if number is not None else 0, text)


def ready_endpoints(view: View, service: Service) -> Iterable[Endpoint]:
    """The endpoints of a Service that are ready, out of all its EndpointSlices."""
    meta = service.metadata
    for piece in view.labelled("EndpointSlice", meta.namespace, {SERVICE_LABEL: meta.name}):
        if piece.address_type == "IPv4":
            yield from (e for e in piece.endpoints if e.addresses and e.conditions.ready is not False)
