"""Services, Ingresses, configuration, storage, rights and machines to source."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kubelab.api.registry import CONFIG_JSON, login_of
from kubelab.dsl.remainder import Remainder
from kubelab.dsl.source_containers import labels
from kubelab.dsl.source_pods import claim_text, mark
from kubelab.dsl.things import SECRET_TYPES, ZONE, resource_of
from kubelab.dsl.writing import WIDTH, data, pair, pairs, port, quoted, word
from kubelab.dsl.writing import key as name_of
from kubelab.dsl.writing import name as called

Workloads = Mapping[tuple[str, tuple[tuple[str, str], ...]], tuple[str, list[dict[str, Any]]]]
"""For a namespace and the labels that a workload selects: the workload's words, and its ports if they were exposed."""

_PROTOCOL = re.compile(r"[A-Z]+", re.ASCII)
_RBAC = "rbac.authorization.k8s.io"
_SHORT_TYPES = {full: short for short, full in SECRET_TYPES.items()}
_PATH_FIELDS = {"path", "pathType", "backend"}
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_PATH_TYPES = {"Prefix": "", "Exact": " exact", "ImplementationSpecific": " implementationspecific"}


def write(
    manifest: dict[str, Any], name: str, namespace: str, workloads: Workloads, indent: str
) -> tuple[str, list[str]]:
    """The head and the statements of an object.

    Args:
        manifest: the object without its name and namespace; it is emptied.
        name: its name as the source writes it.
        namespace: its namespace, "" when none is said.
        workloads: what the Services of the namespace can lead to.
        indent: the indentation of the statements.
    """
    kind = manifest.pop("kind")
    del manifest["apiVersion"]
    rest = Remainder(manifest)
    own = rest.opened(manifest["metadata"])
    if kind == "Service":
        head, items = f"service {name}", [_service(rest, namespace, workloads)]
    elif kind in _WRITERS:
        statement, writer = _WRITERS[kind]
        head, items = f"{statement} {name}", list(writer(rest, indent))
    else:
        head, items = f"{kind} {name}", []
    # What begins with a blank goes on in the head's line.
    head += "".join(item for item in items if item[:1] == " ")
    items = [item for item in items if item and item[:1] != " "]
    for what, statement in (("labels", "label"), ("annotations", "annotation")):
        if own.get(what):
            items.append(labels(statement, own.pop(what), indent))
    items += rest.assignments({}, indent)
    return head, items


def raw(manifest: dict[str, Any], name: str, indent: str) -> tuple[str, list[str]]:
    """The same by paths alone, which say every field exactly."""
    kind = manifest.pop("kind")
    del manifest["apiVersion"]
    rest = Remainder(manifest)
    rest.opened(manifest["metadata"])
    return f"{kind} {name}", list(rest.assignments({}, indent))


# ── Services ──


def _service(rest: Remainder, namespace: str, workloads: Workloads) -> str:
    spec = rest.open("spec")
    text = _service_type(spec)
    ports = spec.get("ports") or []
    for entry in ports:
        if entry.get("targetPort") == 0:
            del entry["targetPort"]
    said = [_service_port(entry) for entry in ports]
    first_node_port = ports[0].get("nodePort") if ports else None
    if text == " NodePort" and first_node_port and said[0] is not None:
        text += f" {first_node_port}"
        said[0] = said[0].removesuffix(f" nodePort {first_node_port}")
    selector = spec.pop("selector", None)
    exposed: list[dict[str, Any]] | None = None
    if selector:
        words, exposed = workloads.get((namespace, tuple(sorted(selector.items()))), ("", None))
        text += f" -> {words or pairs(selector)}"
    bare = [{key: value for key, value in entry.items() if key != "nodePort"} for entry in ports]
    numbered = sum("nodePort" in entry for entry in ports)
    if exposed and bare == exposed and numbered == (1 if text.startswith(" NodePort ") else 0):
        del spec["ports"]
    elif ports and all(said):
        del spec["ports"]
        text += f" port {', '.join(entry for entry in said if entry)}"
    elif not ports and words_lead(selector, namespace, workloads):
        spec["ports"] = []
    return text + _affinity(spec)


def words_lead(selector: Any, namespace: str, workloads: Workloads) -> bool:
    """Whether a Service is said by the workload that it leads to."""
    return bool(selector) and (namespace, tuple(sorted(selector.items()))) in workloads


def _service_type(spec: dict[str, Any]) -> str:
    kind, address = spec.get("type", ""), spec.get("clusterIP", "")
    if kind in ("", "ClusterIP") and address:
        if kind == "" and address != "None":
            return ""
        spec.pop("type", None)
        del spec["clusterIP"]
        return " headless" if kind == "" else f" ClusterIP {word(address)}"
    if kind in ("ClusterIP", "NodePort", "LoadBalancer"):
        del spec["type"]
        return f" {kind}"
    if kind == "ExternalName" and spec.get("externalName"):
        del spec["type"]
        return f" ExternalName {called(spec.pop('externalName'))}"
    return ""


def _service_port(entry: dict[str, Any]) -> str | None:
    number, protocol = entry.get("port", 0), entry.get("protocol", "")
    if entry.keys() - {"name", "port", "protocol", "targetPort", "nodePort"} or not 0 <= number < 10**9:
        return None
    if protocol and not _PROTOCOL.fullmatch(protocol):
        return None
    text = f"{number}/{protocol}" if protocol else str(number)
    if "name" in entry:
        text = f"{called(entry['name'])} {text}"
    if "targetPort" in entry:
        text += f" to {port(entry['targetPort'])}"
    if "nodePort" in entry:
        text += f" nodePort {entry['nodePort']}"
    return None if "-" in text.split("nodePort")[-1][:2] and "nodePort" in entry else text


def _affinity(spec: dict[str, Any]) -> str:
    if not spec.get("sessionAffinity"):
        return ""
    text = f" sessionAffinity {called(spec.pop('sessionAffinity'))}"
    seconds = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds")
    if isinstance(seconds, int) and 0 <= seconds < 10**9:
        del spec["sessionAffinityConfig"]
        text += f" after {seconds}s"
    return text


# ── The others: each gives statements; one that begins with a blank goes on in the head's line ──


def _config(rest: Remainder, indent: str) -> Iterator[str]:
    yield from _data(rest.manifest, "data", "", indent)
    if rest.manifest.get("binaryData"):
        yield f"binaryData {pairs(rest.manifest.pop('binaryData'))}"
    yield from _immutable(rest)


def _secret(rest: Remainder, indent: str) -> Iterator[str]:
    manifest = rest.manifest
    kind = manifest.pop("type", "")
    plain_data = manifest.get("stringData") or {}
    login = login_of(plain_data.get(CONFIG_JSON, "")) if len(plain_data) == 1 and not manifest.get("data") else None
    if login is not None and kind == SECRET_TYPES["dockerconfigjson"]:
        del manifest["stringData"]
        host, user, password = map(word, login)
        yield f" registry {host} user {user} password {password}"
        yield from _immutable(rest)
        return
    lead = ""
    if kind:
        lead = f" {_SHORT_TYPES.get(kind) or (quoted(kind) if '/' not in kind else word(kind))}"
    encoded = manifest.pop("data", None)
    plain = list(_data(manifest, "stringData", lead, indent))
    if encoded:
        text = f"data {pairs(encoded)}"
        if not plain and len(indent) + len(text) + len(lead) < WIDTH:
            yield f"{lead} {text}"
            lead = ""
        else:
            plain = plain or [lead]
            yield text
    elif not plain:
        yield lead
    yield from plain
    yield from _immutable(rest)


def _data(manifest: dict[str, Any], what: str, lead: str, indent: str) -> Iterator[str]:
    """`key=value` for each entry: in the head's line where they are few and short, else each in its own."""
    entries = manifest.pop(what, None)
    if not entries:
        return
    line = lead + "".join(f" {pair(key, value)}" for key, value in entries.items())
    short = len(line) < WIDTH - 30 and (len(entries) < 4 or len(line) < 50)
    if short and not any("\n" in value for value in entries.values()):
        yield line
        return
    if lead:
        yield lead
    for key, value in entries.items():
        yield f"{name_of(key)}={data(value, indent)}"


def _immutable(rest: Remainder) -> Iterator[str]:
    if rest.manifest.get("immutable") is True:
        del rest.manifest["immutable"]
        yield "immutable"


def _claim(rest: Remainder, indent: str) -> Iterator[str]:
    text = claim_text(rest.manifest.get("spec") or {})
    if text is not None:
        del rest.manifest["spec"]
        yield f" {text}"


def _ingress(rest: Remainder, indent: str) -> Iterator[str]:
    spec = rest.open("spec")
    if spec.get("ingressClassName"):
        yield f" class {called(spec.pop('ingressClassName'))}"
    default = _backend(spec.get("defaultBackend"))
    if default:
        del spec["defaultBackend"]
        yield f"default -> service {default}"
    routes = _routes(spec.get("rules") or [])
    if routes:
        del spec["rules"]
        yield from routes
    entries = spec.get("tls") or []
    if entries and all(entry.get("secretName") and entry.keys() <= {"hosts", "secretName"} for entry in entries):
        del spec["tls"]
        for entry in entries:
            hosts = ", ".join(map(called, entry.get("hosts") or []))
            yield f"tls {hosts}{' ' if hosts else ''}secret {called(entry['secretName'])}"


def _routes(rules: list[dict[str, Any]]) -> list[str]:
    """A line for each path; none at all when one of the rules cannot be said so."""
    lines = []
    before = None
    for rule in rules:
        host, paths = rule.get("host", ""), (rule.get("http") or {}).get("paths") or []
        if rule.keys() - {"host", "http"} or not paths or host == before or "/" in host:
            return []
        before = host
        for entry in paths:
            path, kind, backend = entry.get("path", ""), entry.get("pathType"), _backend(entry.get("backend"))
            if (
                entry.keys() - {"path", "pathType", "backend"}
                or kind not in _PATH_TYPES
                or path[:1] != "/"
                or not backend
            ):
                return []
            lines.append(f"{word(host + path)}{_PATH_TYPES[kind]} -> service {backend}")
    return lines


def _backend(said: Any) -> str:
    if not isinstance(said, dict) or said.keys() != {"service"}:
        return ""
    service = said["service"]
    name, chosen = service.get("name", ""), service.get("port") or {}
    if not name or ":" in name or service.keys() - {"name", "port"} or len(chosen) != 1:
        return ""
    if "number" in chosen:
        return word(f"{name}:{chosen['number']}") if 0 < chosen["number"] < 10**9 else ""
    text = chosen["name"]
    return (
        (quoted(f"{name}:{text}") if text.isdecimal() else word(f"{name}:{text}")) if text and ":" not in text else ""
    )


def _role(rest: Remainder, indent: str) -> Iterator[str]:
    rules = rest.manifest.get("rules") or []
    said = [_rule(rule) for rule in rules]
    if said and all(said):
        del rest.manifest["rules"]
        for text in said:
            yield f" {text}" if len(said) == 1 else str(text)


def _rule(rule: dict[str, Any]) -> str | None:
    verbs, names = rule.get("verbs") or [], rule.get("resourceNames") or []
    if not verbs:
        return None
    named = f" named {', '.join(map(called, names))}" if names else ""
    lead = f"can {', '.join(map(called, verbs))}"
    urls = rule.get("nonResourceURLs")
    if urls and not rule.get("resources") and not rule.get("apiGroups") and all(url[:1] == "/" for url in urls):
        return f"{lead} {', '.join(map(called, urls))}{named}"
    groups, resources = rule.get("apiGroups") or [], rule.get("resources") or []
    if urls or not resources:
        return None
    words = [_resource(resource, groups) for resource in resources]
    if not all(words):
        return None
    implied = list(dict.fromkeys(resource_of(text)[1] for text in words if text))
    return f"{lead} {', '.join(called(text) for text in words if text)}{named}" if implied == groups else None


def _resource(resource: str, groups: list[str]) -> str | None:
    """The word for a resource, with its group where the word alone does not tell it."""
    name, slash, subresource = resource.partition("/")
    candidates = [resource, *(f"{name}.{group}{slash}{subresource}" for group in groups if group)]
    for candidate in candidates:
        found, group = resource_of(candidate)
        if found == resource and group in groups and not found.startswith("/"):
            return candidate
    return None


def _binding(rest: Remainder, indent: str) -> Iterator[str]:
    role = rest.manifest.get("roleRef") or {}
    if role.keys() == {"apiGroup", "kind", "name"} and role["apiGroup"] == _RBAC and role["name"]:
        if role["kind"] in ("Role", "ClusterRole"):
            del rest.manifest["roleRef"]
            yield f" {role['kind'].lower()} {called(role['name'])}"
        else:
            return
    subjects = [_subject(subject) for subject in rest.manifest.get("subjects") or []]
    if subjects and all(subjects):
        del rest.manifest["subjects"]
        yield f" to {', '.join(subject for subject in subjects if subject)}"


def _subject(said: dict[str, Any]) -> str | None:
    kind, name = said.get("kind", ""), said.get("name", "")
    if kind in ("User", "Group") and said.keys() == {"kind", "apiGroup", "name"} and said["apiGroup"] == _RBAC and name:
        return f"{kind.lower()} {called(name)}"
    if kind == "ServiceAccount" and said.keys() == {"kind", "name", "namespace"} and ":" not in name and name:
        return f"serviceaccount {called(said['namespace'] + ':' + name)}"
    return None


def _node(rest: Remainder, indent: str) -> Iterator[str]:
    capacity = rest.open("status").get("capacity") or {}
    if capacity:
        del rest.manifest["status"]["capacity"]
        usual = [key for key in ("cpu", "memory", "pods", "ephemeral-storage") if key in capacity]
        yield "".join(f" {key} {called(capacity.pop(key))}" for key in usual)
        if capacity:
            yield f" capacity {', '.join(f'{called(key)} {called(value)}' for key, value in capacity.items())}"
    own = rest.open("metadata", "labels")
    if own.get(ZONE):
        yield f" zone {called(own.pop(ZONE))}"
    if not own:
        rest.manifest["metadata"].pop("labels", None)
    spec = rest.open("spec")
    taints = [_taint(taint) for taint in spec.get("taints") or []]
    if taints and all(taints):
        del spec["taints"]
        yield f" taint {', '.join(taint for taint in taints if taint)}"
    if spec.get("unschedulable") is True:
        del spec["unschedulable"]
        yield " cordoned"


def _taint(said: dict[str, Any]) -> str | None:
    if said.keys() - {"key", "value", "effect"} or said.get("effect") not in (
        "NoSchedule",
        "PreferNoSchedule",
        "NoExecute",
    ):
        return None
    return mark(said.get("key", ""), said.get("value") or None, said["effect"]) if said.get("key") else None


_WRITERS: dict[str, tuple[str, Callable[[Remainder, str], Iterator[str]]]] = {
    "ConfigMap": ("config", _config),
    "Secret": ("secret", _secret),
    "PersistentVolumeClaim": ("pvc", _claim),
    "Ingress": ("ingress", _ingress),
    "Role": ("role", _role),
    "ClusterRole": ("clusterrole", _role),
    "RoleBinding": ("rolebinding", _binding),
    "ClusterRoleBinding": ("clusterrolebinding", _binding),
    "Node": ("node", _node),
    "ServiceAccount": ("serviceaccount", lambda rest, indent: iter(())),
    "Namespace": ("namespace", lambda rest, indent: iter(())),
}
