"""``kubectl create service | ingress``.

Source: kubectl `pkg/cmd/create` (``create_service.go``, ``create_ingress.go``).
"""

import re
from typing import Any

from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.creating import GENERATED, generate, meta_of, object_of, pairs_of
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.verbs import verb

_TCP = Flag("tcp", "a port, and the port of the Pods: PORT[:TARGET]", "PORTS", kind="list")
_NODE_PORT = Flag("node-port", "the port of every node, from 30000 to 32767", "PORT", kind="number", default=0)


def _ports(call: Call) -> list[Manifest]:
    ports = []
    for text in call.said["tcp"]:
        port, _, target = text.partition(":")
        if not re.fullmatch(r"\d+", port) or len(port) > 9 or int(port) > 65535:
            why = "is not a valid port"
            raise Failure(f"{port} {why}" if not re.fullmatch(r"\d+", port) else f"invalid port {port}")
        ports.append(
            {
                "name": text.replace(":", "-"),
                "port": int(port),
                "protocol": "TCP",
                "targetPort": int(target or port) if (target or port).isdecimal() else target,
            }
        )
    return ports


def _service(call: Call, sort: str, **fields: Any) -> None:
    name = call.one_name()
    labels = {"app": name}
    ports = _ports(call)
    if not ports and sort != "ExternalName" and fields.get("clusterIP") != "None":
        raise Failure("at least one tcp port specifier must be provided")
    if call.said.get("node-port", 0):
        ports[0]["nodePort"] = call.said["node-port"]
    spec: Manifest = {"type": sort, "selector": labels, **fields}
    if ports:
        spec["ports"] = ports
    manifest = object_of("v1", "Service", meta_of(call, name, labels), spec=spec)
    generate(call, manifest, f"{sort} service: ")


@verb(
    "create service clusterip",
    "NAME --tcp=PORT[:TARGET] [--clusterip=ADDRESS]",
    "create a Service that is reached within the cluster",
    _TCP,
    Flag("clusterip", "its address, or None for a headless Service", "ADDRESS"),
    GENERATED,
    aliases=("create svc clusterip",),
)
def cluster_ip(call: Call) -> None:
    """Carry out ``kubectl create service clusterip``."""
    address = call.said["clusterip"]
    _service(call, "ClusterIP", **({"clusterIP": address} if address else {}))


@verb(
    "create service nodeport",
    "NAME --tcp=PORT[:TARGET] [--node-port=PORT]",
    "create a Service that is reached at a port of every node",
    _TCP,
    _NODE_PORT,
    GENERATED,
    aliases=("create svc nodeport",),
)
def node_port(call: Call) -> None:
    """Carry out ``kubectl create service nodeport``."""
    _service(call, "NodePort")


@verb(
    "create service loadbalancer",
    "NAME --tcp=PORT[:TARGET]",
    "create a Service that is reached through a load balancer of the cloud",
    _TCP,
    GENERATED,
    aliases=("create svc loadbalancer",),
)
def load_balancer(call: Call) -> None:
    """Carry out ``kubectl create service loadbalancer``."""
    _service(call, "LoadBalancer")


@verb(
    "create service externalname",
    "NAME --external-name=HOST [--tcp=PORT[:TARGET]]",
    "create a Service that stands for a name outside of the cluster",
    Flag("external-name", "the name that it stands for", "HOST"),
    _TCP,
    GENERATED,
    aliases=("create svc externalname",),
    required=("external-name",),
)
def external_name(call: Call) -> None:
    """Carry out ``kubectl create service externalname``."""
    _service(call, "ExternalName", externalName=call.said["external-name"])


_RULE = re.compile(r"^(?P<host>[\w*.-]*)(?P<path>/[^=]*)=(?P<service>[^,=]+)(?:,(?P<tls>tls(?:=[\w.-]*)?))?$")


@verb(
    "create ingress",
    "NAME --rule=HOST/PATH=SERVICE:PORT[,tls[=SECRET]]",
    "create an Ingress",
    Flag("rule", "which requests go to which Service; a path that ends in * is a prefix", "RULE", kind="array"),
    Flag("class", "the IngressClass", "NAME"),
    Flag("default-backend", "where everything else goes", "SERVICE:PORT"),
    Flag("annotation", "an annotation: name=value", "NAME=VALUE", kind="array"),
    GENERATED,
    aliases=("create ing",),
)
def ingress(call: Call) -> None:
    """Carry out ``kubectl create ingress``."""
    name, said = call.one_name(), call.said
    if not said["rule"] and not said["default-backend"]:
        raise Failure(
            "not enough information provided: every ingress has to either specify a default-backend (which "
            "catches all traffic) or a list of rules (which catch specific paths)"
        )
    rules: dict[str, list[Manifest]] = {}
    tls: dict[str, list[str]] = {}
    for text in said["rule"]:
        match = _RULE.match(text)
        if match is None:
            raise Failure(f"rule {text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
        host, path = match["host"], match["path"]
        exact = not path.endswith("*")
        backend = _backend(match["service"], text)
        entry = {"backend": backend, "path": path.removesuffix("*"), "pathType": "Exact" if exact else "Prefix"}
        rules.setdefault(host, []).append(entry)
        if match["tls"]:
            secret = match["tls"].partition("=")[2]
            hosts = tls.setdefault(secret, [])
            if host and host not in hosts:
                hosts.append(host)
    spec: Manifest = {}
    if said["class"]:
        spec["ingressClassName"] = said["class"]
    if said["default-backend"]:
        spec["defaultBackend"] = _backend(said["default-backend"], said["default-backend"])
    if rules:
        spec["rules"] = [{**({"host": h} if h else {}), "http": {"paths": paths}} for h, paths in rules.items()]
    if tls:
        spec["tls"] = [
            {**({"hosts": hosts} if hosts else {}), **({"secretName": secret} if secret else {})}
            for secret, hosts in tls.items()
        ]
    meta = meta_of(call, name)
    annotations = pairs_of(said["annotation"], "annotation {} is invalid, should be in format key=[value]")
    if annotations:
        meta["annotations"] = annotations
    generate(call, object_of("networking.k8s.io/v1", "Ingress", meta, spec=spec), "ingress: ")


def _backend(text: str, whole: str) -> Manifest:
    service, colon, port = text.partition(":")
    if not colon or not service or not port:
        if text is whole:
            raise Failure("default-backend should be in format servicename:serviceport")
        raise Failure(f"rule {whole} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
    chosen: Manifest = {"number": int(port)} if port.isdecimal() else {"name": port}
    return {"service": {"name": service, "port": chosen}}
