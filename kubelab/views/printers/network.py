"""The columns of everything that leads traffic.

Source: `pkg/printers/internalversion/printers.go`.
"""

from collections.abc import Sequence

from kubelab.state.snapshot import Object
from kubelab.views.printers.cells import NONE, UNSET, age, labels, more, printer, selector

BALANCER_WIDTH = 16
"""How many characters of a load balancer's addresses are shown without ``-o wide``."""


def _balancers(ingress: Sequence[Object]) -> str:
    return ",".join(sorted({entry.ip or entry.hostname for entry in ingress} - {""}))


def _clipped(text: str) -> str:
    return text if len(text) <= BALANCER_WIDTH else text[: BALANCER_WIDTH - 3] + "..."


def _external(obj: Object) -> str:
    spec = obj.spec
    given = ",".join(spec.external_ips)
    if spec.type in ("ClusterIP", "NodePort"):
        return given or NONE
    if spec.type == "LoadBalancer":
        balancers = _clipped(_balancers(obj.status.load_balancer.ingress))
        return ",".join(part for part in (balancers, given) if part) or "<pending>"
    return str(spec.external_name) if spec.type == "ExternalName" else "<unknown>"


def _service(obj: Object, now: int) -> tuple[str, ...]:
    spec = obj.spec
    ports = ",".join(
        f"{port.port}:{port.node_port}/{port.protocol}" if port.node_port else f"{port.port}/{port.protocol}"
        for port in spec.ports
    )
    return (
        obj.metadata.name,
        spec.type,
        spec.cluster_ips[0] if spec.cluster_ips else NONE,
        _external(obj),
        ports or NONE,
        age(obj, now),
        labels(spec.selector),
    )


def _ingress(obj: Object, now: int) -> tuple[str, ...]:
    spec = obj.spec
    hosts = [rule.host for rule in spec.rules]
    named = [host for host in hosts if host]
    shown = ",".join(named[:3]) or "*"
    # The count of the others counts rules, as upstream does.
    if len(named) > 3 or (len(named) == 3 and hosts.index(named[2]) < len(hosts) - 1):
        shown += f" + {len(hosts) - 3} more..."
    return (
        obj.metadata.name,
        spec.ingress_class_name if spec.ingress_class_name is not None else NONE,
        shown,
        _clipped(_balancers(obj.status.load_balancer.ingress)),
        "80, 443" if spec.tls else "80",
        age(obj, now),
    )


def _ingress_class(obj: Object, now: int) -> tuple[str, ...]:
    meta, parameters = obj.metadata, obj.spec.parameters
    default = meta.annotations.get("ingressclass.kubernetes.io/is-default-class") == "true"
    said = NONE
    if parameters is not None:
        group = f".{parameters.api_group}" if parameters.api_group is not None else ""
        said = f"{parameters.kind}{group}/{parameters.name}"
    return (meta.name + (" (default)" if default else ""), obj.spec.controller, said, age(obj, now))


def _network_policy(obj: Object, now: int) -> tuple[str, ...]:
    return (obj.metadata.name, selector(obj.spec.pod_selector), age(obj, now))


def _join(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _endpoints(obj: Object, now: int) -> tuple[str, ...]:
    listed: list[str] = []
    for subset in obj.subsets:
        if subset.ports:
            listed += [_join(address.ip, port.port) for port in subset.ports for address in subset.addresses]
        else:
            listed += [address.ip for address in subset.addresses]
    return (obj.metadata.name, more(listed, 3, len(listed)) if obj.subsets else NONE, age(obj, now))


def _endpoint_slice(obj: Object, now: int) -> tuple[str, ...]:
    ports = ["*" if p.port is None and p.name is None else str(p.name if p.port is None else p.port) for p in obj.ports]
    addresses = [address for endpoint in obj.endpoints for address in endpoint.addresses]
    return (
        obj.metadata.name,
        obj.address_type,
        more(ports, 3, len(ports)) or UNSET,
        more(addresses, 3, len(addresses)) or UNSET,
        age(obj, now),
    )


SERVICE = printer("NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE", "SELECTOR", _service)
INGRESS = printer("NAME|CLASS|HOSTS|ADDRESS|PORTS|AGE", "", _ingress)
INGRESS_CLASS = printer("NAME|CONTROLLER|PARAMETERS|AGE", "", _ingress_class)
NETWORK_POLICY = printer("NAME|POD-SELECTOR|AGE", "", _network_policy)
ENDPOINTS = printer("NAME|ENDPOINTS|AGE", "", _endpoints)
ENDPOINT_SLICE = printer("NAME|ADDRESSTYPE|PORTS|ENDPOINTS|AGE", "", _endpoint_slice)
