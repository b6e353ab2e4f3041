"""Services and Ingresses: where traffic is led."""

from typing import Any

from kubelab.api.scheme import by_kind, find
from kubelab.dsl.containers import port_number
from kubelab.dsl.draft import Compilation, Scope
from kubelab.dsl.pods import ports_of
from kubelab.dsl.suggest import did_you_mean, kind_words
from kubelab.dsl.words import Token, Wrong, int_or_text, is_quoted, names_of, shown, text_of, whole, whole_seconds


def service(out: Compilation, tree: Any) -> None:
    """`service web -> deployment web port 80 to 8080`."""
    from kubelab.dsl.statements import run

    for name in names_of(tree.children[0]):
        scope = Scope(out, out.draft(by_kind("Service"), name, tree, tree.children[0]))
        run(scope, tree.children[1:])
        for action in scope.finish:
            action()


# ── Its type ──


def cluster_ip(scope: Scope, tree: Any) -> None:
    """`ClusterIP`, `ClusterIP 10.96.0.10`."""
    scope.spec["type"] = "ClusterIP"
    if tree.children:
        scope.spec["clusterIP"] = text_of(tree.children[0])
        scope.mark(("spec", "clusterIP"), tree.children[0])
    scope.mark(("spec", "type"), tree)


def node_port(scope: Scope, tree: Any) -> None:
    """`NodePort`, `NodePort 30080`: the number is that of the first port."""
    scope.spec["type"] = "NodePort"
    scope.mark(("spec", "type"), tree)
    if not tree.children:
        return
    number = whole(tree.children[0], "a port")

    def first() -> None:
        ports = scope.spec.get("ports")
        if ports:
            ports[0].setdefault("nodePort", number)
            scope.mark(("spec", "ports", 0, "nodePort"), tree.children[0])

    # The ports may be those of the target, which are known last.
    scope.finish.append(lambda: first() if scope.spec.get("ports") else scope.out.later.append(first))


def load_balancer(scope: Scope, tree: Any) -> None:
    """`LoadBalancer`."""
    scope.spec["type"] = "LoadBalancer"
    scope.mark(("spec", "type"), tree)


def external_name(scope: Scope, tree: Any) -> None:
    """`ExternalName db.example.com`."""
    scope.spec["type"] = "ExternalName"
    scope.spec["externalName"] = text_of(tree.children[0])
    scope.mark(("spec", "externalName"), tree)


def headless(scope: Scope, tree: Any) -> None:
    """`headless`: no cluster address, DNS answers with the Pods' own."""
    scope.spec["clusterIP"] = "None"
    scope.mark(("spec", "clusterIP"), tree)


# ── Where it leads ──


def target(scope: Scope, tree: Any) -> None:
    """`-> deployment web`: select what that workload selects; without `port`, its containers' ports."""
    kind_token, name_token = tree.children
    kind = find(text_of(kind_token))
    if kind is None:
        raise Wrong(
            f"there is no kind {shown(kind_token.value)}",
            kind_token,
            did_you_mean(kind_token.value, kind_words()),
            "unknown-kind",
        )
    name = text_of(name_token)
    key = (kind.kind, scope.manifest["metadata"].get("namespace", ""), name)
    spec = scope.spec
    # The workload may come later in the source; a path may say another selector meanwhile.
    selector = spec["selector"] = {}
    scope.mark(("spec", "selector"), tree)

    def resolve() -> None:
        draft = scope.out.by_key().get(key)
        found = scope.out.there(*key) if draft is None else draft.manifest
        if found is None:
            known = [other[2] for other in scope.out.by_key() if other[:2] == key[:2]]
            hint = did_you_mean(name, known) or f"the Service will select app={name}"
            message = f"there is no {kind.singular} {shown(name)} here"
            scope.out.warn(message, name_token, hint, "no-such-object")
        if spec.get("selector") is selector:
            labels = selected_by(kind.kind, found) if found is not None else {"app": name}
            selector.update(labels)
        if "ports" not in spec and spec.get("type") != "ExternalName":
            _expose(scope, exposed_ports(kind.kind, found) if found is not None else [], tree)

    scope.out.later.append(resolve)


def selected_by(kind: str, manifest: dict[str, Any]) -> dict[str, str]:
    """The labels by which a Service finds the Pods of a workload, as ``kubectl expose`` takes them."""
    if kind == "Pod":
        return dict(manifest["metadata"].get("labels") or {})
    spec = manifest.get("spec") or {}
    selector = spec.get("selector") or {}
    if kind == "ReplicationController":
        return dict(selector)
    if selector.get("matchLabels") and not selector.get("matchExpressions"):
        return dict(selector["matchLabels"])
    template = spec.get("template") or {}
    return dict((template.get("metadata") or {}).get("labels") or {})


def exposed_ports(kind: str, manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The ports of a Service for which none are said: those of the workload's containers."""
    ports = ports_of(kind, manifest)
    said = []
    for index, port in enumerate(ports):
        entry: dict[str, Any] = {"port": port.get("containerPort", 0)}
        name = port.get("name") or (f"port-{index + 1}" if len(ports) > 1 else "")
        if name:
            entry["name"] = name
        if port.get("protocol"):
            entry["protocol"] = port["protocol"]
        said.append(entry)
    return said


def _expose(scope: Scope, said: list[dict[str, Any]], tree: Any) -> None:
    if said:
        scope.spec["ports"] = said
        scope.mark(("spec", "ports"), tree)
    elif scope.spec.get("clusterIP") != "None":
        scope.out.wrong(Wrong("on which port is not said", tree, "add `port 80`", "no-port"))


def target_labels(scope: Scope, tree: Any) -> None:
    """`-> app=web, tier=front`: select Pods by their labels."""
    selector = scope.spec.setdefault("selector", {})
    for pair in tree.children:
        selector[text_of(pair.children[0])] = text_of(pair.children[1])
    scope.mark(("spec", "selector"), tree)


def service_ports(scope: Scope, tree: Any) -> None:
    """`port http 80 to 8080, 53/UDP nodePort 30053`."""
    ports = scope.spec.setdefault("ports", [])
    for item in tree.children:
        words = [child for child in item.children if not hasattr(child, "data")]
        number, protocol = port_number(words[-1])
        said: dict[str, Any] = {"name": text_of(words[0])} if len(words) == 2 else {}
        said["port"] = number
        if protocol:
            said["protocol"] = protocol
        for option in item.children[len(words) :]:
            token = option.children[0]
            if option.data == "to_port":
                said["targetPort"] = int_or_text(token)
            else:
                said["nodePort"] = whole(token, "a port")
        scope.mark(("spec", "ports", len(ports)), item)
        ports.append(said)


def affinity(scope: Scope, tree: Any) -> None:
    """`sessionAffinity ClientIP after 3h`: one client stays with one Pod, until it has been silent so long."""
    scope.spec["sessionAffinity"] = text_of(tree.children[0])
    scope.mark(("spec", "sessionAffinity"), tree)
    if len(tree.children) == 2:
        seconds = whole_seconds(tree.children[1].children[0])
        scope.spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": seconds}}


# ── Ingress ──

_PATH_TYPES = {"exact": "Exact", "prefix": "Prefix", "implementationspecific": "ImplementationSpecific"}


def ingress(out: Compilation, tree: Any) -> None:
    """`ingress shop class nginx { shop.example.com/ -> service web:80 }`."""
    from kubelab.dsl.statements import run

    for name in names_of(tree.children[0]):
        run(Scope(out, out.draft(by_kind("Ingress"), name, tree, tree.children[0])), tree.children[1:])


def ingress_class(scope: Scope, tree: Any) -> None:
    """`class nginx`: which controller it is for."""
    scope.spec["ingressClassName"] = text_of(tree.children[0])
    scope.mark(("spec", "ingressClassName"), tree)


def route(scope: Scope, tree: Any) -> None:
    """`shop.example.com/api exact -> service api:8080`; a path is a prefix unless something else is said."""
    where, *rest = tree.children
    path_type = "Prefix"
    if len(rest) == 2:
        word = text_of(rest[0])
        if word.lower() not in _PATH_TYPES:
            hint = did_you_mean(word, _PATH_TYPES) or "exact, prefix or implementationspecific"
            raise Wrong(f"{shown(word)} is no type of path", rest[0], hint, "unknown-value")
        path_type = _PATH_TYPES[word.lower()]
    host, _, path = text_of(where).partition("/")
    said = {"path": "/" + path, "pathType": path_type, "backend": _backend(scope, rest[-1])}
    rules = scope.spec.setdefault("rules", [])
    if not rules or rules[-1].get("host", "") != host or not rules[-1].get("http"):
        rules.append({"host": host, "http": {"paths": []}} if host else {"http": {"paths": []}})
    paths = rules[-1]["http"]["paths"]
    scope.mark(("spec", "rules", len(rules) - 1, "http", "paths", len(paths)), tree)
    scope.draft.marks.setdefault(("spec", "rules", len(rules) - 1), tree)
    paths.append(said)


def _backend(scope: Scope, token: Token) -> dict[str, Any]:
    name, colon, port = text_of(token).rpartition(":")
    if not colon or not port or not name:
        raise Wrong("to which port of the service is not said", token, f"such as {port or name}:80", "no-port")
    scope.out.refer("Service", name, token)
    numbered = port.isascii() and port.isdecimal() and len(port) < 10 and not is_quoted(token)
    return {"service": {"name": name, "port": {"number": int(port)} if numbered else {"name": port}}}


def default_route(scope: Scope, tree: Any) -> None:
    """`default -> service web:80`: for what no route matches."""
    scope.spec["defaultBackend"] = _backend(scope, tree.children[0])
    scope.mark(("spec", "defaultBackend"), tree)


def tls(scope: Scope, tree: Any) -> None:
    """`tls shop.example.com secret shop-tls`."""
    *hosts, secret = tree.children
    said: dict[str, Any] = {"hosts": [text_of(host) for host in hosts]} if hosts else {}
    said["secretName"] = text_of(secret)
    scope.out.refer("Secret", said["secretName"], secret)
    entries = scope.spec.setdefault("tls", [])
    scope.mark(("spec", "tls", len(entries)), tree)
    entries.append(said)
