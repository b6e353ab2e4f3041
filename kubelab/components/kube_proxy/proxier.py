"""kube-proxy: on every node, makes the virtual addresses of Services lead to Pods.

- **Desired:** for each port of each Service, rules by which this node translates its virtual addresses (cluster
  address, node port, external addresses) into the address of one of its endpoints.
- **Actual:** the rules that are on the machine now.
- **Action:** writes the rules of a Service anew when they differ. Nothing of this goes through the API server:
  kube-proxy only listens to it, and works on its own machine.

The rules of a Service that changes often are written at once the first time, and then once a second at most.
A Service without a cluster address (headless) or with an ``externalName`` is a matter of DNS alone: it has no rules.

**In Kubernetes:** `pkg/proxy/iptables/proxier.go`, `pkg/proxy/serviceport.go`; ``iptables.minSyncPeriod`` 1 s.

**Simplified:** upstream writes all Services that have changed in one go; here each Service is a step of its own, and
the pause of a second is kept for each of them. IPv4 only.
"""

from collections.abc import Iterator
from typing import ClassVar

import attrs

from kubelab.api.core.node import Node
from kubelab.api.core.service import Service, ServicePort
from kubelab.api.model import evolve
from kubelab.components.kube_proxy.endpoints import NONE, SERVICE_NAME_LABEL, ZONE_LABEL, backends_of, categorize
from kubelab.state.component import Wanted
from kubelab.state.machine import Machine, ServiceRules
from kubelab.state.requests import MachineRequest, Requeue
from kubelab.state.snapshot import SECOND, Change, ObjectKey, View

MIN_SYNC_SECONDS = 1
"""The rules of one Service are written no more often than this (``minSyncPeriod``)."""

DEFAULT_AFFINITY_SECONDS = 10800
"""How long a client keeps its endpoint under session affinity, unless the Service says otherwise."""


@attrs.frozen(slots=True, kw_only=True)
class SyncProxyRules(MachineRequest):
    """Write the rules of one Service on a machine.

    Attributes:
        rules: the rules, one entry for each port; none at all removes those that are there.
    """

    rules: tuple[ServiceRules, ...] = ()

    def shown(self, machine: Machine) -> tuple[ServiceRules, ...]:
        """The rules of this Service on the machine."""
        return machine.rules.get(service_name(self.target), ())

    def apply(self, machine: Machine, now: int) -> Machine:
        """The machine with these rules in place of those that it had for the Service."""
        name = service_name(self.target)
        if self.rules:
            return evolve(machine, rules=machine.rules.set(name, tuple(evolve(r, synced_at=now) for r in self.rules)))
        return evolve(machine, rules=machine.rules.delete(name)) if name in machine.rules else machine


class KubeProxy:
    """Writes the rules of Services on each node. Keys: Services."""

    name: ClassVar[str] = "kube-proxy"
    watches: ClassVar[tuple[str, ...]] = ("Service", "EndpointSlice", "Node")

    def enqueue_on(self, change: Change) -> Iterator[tuple[str, ObjectKey]]:
        """A Service on all nodes when it or its endpoints change; all Services on a node that comes."""
        before, after, view = change.before, change.after, change.view
        if change.key.kind == "Node":
            if after is not None and (before is None or zone_of(before) != zone_of(after)):
                keys = {*view.keys("Service"), *written_on(view.machine(change.key.name))}
                yield from ((change.key.name, key) for key in sorted(keys))
        elif change.key.kind == "Service":
            if is_proxied(before) or is_proxied(after):
                yield from ((node, change.key) for node in sorted(view.snapshot.machines))
        else:
            labels = (after or before).metadata.labels  # type: ignore[union-attr]
            key = ObjectKey("Service", change.key.namespace, labels.get(SERVICE_NAME_LABEL, ""))
            if is_proxied(view.find(key)):
                yield from ((node, key) for node in sorted(view.snapshot.machines))

    def reconcile_on(self, view: View, node: str, key: ObjectKey) -> Wanted:
        """Write the rules of the Service if they are not what they should be."""
        machine = view.machine(node)
        if machine is None or not machine.powered:
            return ()
        wanted = service_rules(view, node, view.find(key))
        present = machine.rules.get(service_name(key), ())
        if wanted == present:
            return ()
        if wanted and present and view.now < (again := present[0].synced_at + MIN_SYNC_SECONDS * SECOND):
            return (Requeue(at=again),)
        return (
            SyncProxyRules(
                node=node,
                target=key,
                rules=wanted,
                reason="SyncProxyRules",
                message=explanation(node, key, wanted),
            ),
        )


def written_on(machine: Machine | None) -> Iterator[ObjectKey]:
    """The Services that a machine has rules for, among them those that went away while kube-proxy did not run."""
    for name in machine.rules if machine is not None else ():
        namespace, _, service = name.partition("/")
        yield ObjectKey("Service", namespace, service)


def service_name(key: ObjectKey) -> str:
    """What a machine calls a Service: ``namespace/name``."""
    return f"{key.namespace}/{key.name}"


def is_proxied(service: Service | None) -> bool:
    """Whether a Service has a virtual address to be translated (not ``ShouldSkipService``)."""
    return service is not None and service.spec.type != "ExternalName" and service.spec.cluster_ip not in ("", "None")


def zone_of(node: Node | None) -> str:
    """The zone of a node, or ""."""
    return node.metadata.labels.get(ZONE_LABEL, "") if node is not None else ""


def service_rules(view: View, node: str, service: Service | None) -> tuple[ServiceRules, ...]:
    """The rules of a Service on a node, one entry for each port."""
    if service is None or not is_proxied(service):
        return ()
    return tuple(port_rules(view, node, service, port) for port in service.spec.ports)


def port_rules(view: View, node: str, service: Service, port: ServicePort) -> ServiceRules:
    """The rules of one port of a Service on a node."""
    spec = service.spec
    balancers = tuple(i.ip for i in service.status.load_balancer.ingress if i.ip and i.ip_mode != "Proxy")
    externally = bool(port.node_port or balancers or spec.external_ips)
    internal_local = spec.internal_traffic_policy == "Local"
    external_local = externally and spec.external_traffic_policy == "Local"
    chosen = categorize(
        backends_of(view, service).get(port.name, NONE),
        node,
        zone_of(view.get("Node", "", node)),
        # Traffic that comes from a node itself or from its Pods counts as internal, wherever it wants to go:
        # that is why a Service that is reachable from outside always needs the endpoints of the whole cluster.
        uses_cluster=not internal_local or externally,
        uses_local=internal_local or external_local,
    )
    sticky = spec.session_affinity == "ClientIP"
    return ServiceRules(
        service=f"{service.metadata.namespace}/{service.metadata.name}",
        port_name=port.name,
        protocol=port.protocol or "TCP",
        cluster_ip=spec.cluster_ip,
        port=port.port,
        node_port=port.node_port,
        external_ips=spec.external_ips,
        load_balancer_ips=balancers,
        source_ranges=spec.load_balancer_source_ranges if balancers else (),
        health_check_node_port=spec.health_check_node_port if external_local else 0,
        affinity="ClientIP" if sticky else "None",
        affinity_seconds=affinity_seconds(service) if sticky else 0,
        internal_local=internal_local,
        external_local=external_local,
        backends=chosen.cluster,
        local_backends=chosen.local,
        has_endpoints=chosen.anywhere,
    )


def affinity_seconds(service: Service) -> int:
    """How long a client of the Service keeps its endpoint."""
    config = service.spec.session_affinity_config
    seconds = config.client_ip.timeout_seconds if config is not None and config.client_ip is not None else None
    return DEFAULT_AFFINITY_SECONDS if seconds is None else seconds


def explanation(node: str, key: ObjectKey, rules: tuple[ServiceRules, ...]) -> str:
    """The sentence for the learner."""
    if not rules:
        return f"kube-proxy on {node} removed the rules of {key}: it no longer has a virtual address."
    texts = []
    for rule in rules:
        count = len(rule.internal_backends)
        leads = (
            f"leads to {count} endpoint{'' if count == 1 else 's'}" if count else "leads nowhere: there is no endpoint"
        )
        texts.append(f"{rule.cluster_ip}:{rule.port} {leads}")
    return f"kube-proxy on {node} wrote the rules of {key}: {'; '.join(texts)}."
