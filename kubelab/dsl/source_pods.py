"""Pods and workloads to source: the contrary of `kubelab.dsl.pods`."""

from collections.abc import Iterator
from typing import Any

from kubelab.dsl.containers import slug as volume_name
from kubelab.dsl.draft import Path
from kubelab.dsl.pods import COUNTED, SELECTING
from kubelab.dsl.remainder import Remainder, assign
from kubelab.dsl.source_containers import behaviours, clauses, labels, mounts
from kubelab.dsl.things import ACCESS_MODES
from kubelab.dsl.writing import key as name_of
from kubelab.dsl.writing import name as called
from kubelab.dsl.writing import port, quoted, word

_WORDS = {
    "Pod": "pod",
    "Deployment": "deployment",
    "ReplicaSet": "replicaset",
    "ReplicationController": "replicationcontroller",
    "StatefulSet": "statefulset",
    "DaemonSet": "daemonset",
    "Job": "job",
    "CronJob": "cronjob",
}
"""The kinds that run Pods, and the word of their short form."""

_TEMPLATES: dict[str, Path] = {"Pod": (), "CronJob": ("spec", "jobTemplate", "spec", "template")}
_TEXTS = (("restartPolicy", "restart"), ("serviceAccountName", "serviceAccount"), ("nodeName", "nodeName"))
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def runs_pods(kind: str) -> bool:
    """Whether a kind has a short form here."""
    return kind in _WORDS


def word_of(kind: str) -> str:
    """The word that begins the short form of a kind."""
    return _WORDS[kind]


def is_word(text: str) -> bool:
    """Whether a word begins a short form here."""
    return text in _WORDS.values()


def write(manifest: dict[str, Any], name: str, implied: str, indent: str) -> tuple[str, list[str]] | None:
    """The head and the statements of an object that runs Pods, or None when its short form cannot say it.

    Args:
        manifest: the object without its name; it is emptied.
        name: its name as the source writes it.
        implied: what its name gives to its label and its container; "" when they get none.
        indent: the indentation of the statements.
    """
    kind = manifest["kind"]
    rest = Remainder(manifest)
    steps = _TEMPLATES.get(kind, ("spec", "template"))
    if not isinstance(_at(manifest, (*steps, "spec")), dict):
        return None
    template = rest.open(*steps) if steps else manifest
    pod = rest.open(*steps, "spec")
    meta = rest.opened(template.setdefault("metadata", {}))
    head = [_WORDS[kind], name]
    items: list[str] = []
    spec = rest.open("spec")
    if kind in COUNTED and isinstance(spec.get("replicas"), int) and 0 <= spec["replicas"] < 10**9:
        head.append(f"x{spec.pop('replicas')}")
    if kind == "Pod":
        items += _pod_labels(meta, implied if word(implied) == name or name[0] == '"' else "", indent)
    else:
        items += _selector(kind, spec, meta, head, implied, (*steps, "metadata"), indent)
    if kind == "CronJob" and spec.get("schedule"):
        head.append(f"schedule {quoted(spec.pop('schedule'))}")
    if kind == "StatefulSet" and spec.get("serviceName"):
        head.append(f"service {called(spec.pop('serviceName'))}")
    own = rest.opened(manifest["metadata"])
    for what, statement in (("labels", "label"), ("annotations", "annotation")):
        if own.get(what) and own is not meta:
            items.append(labels(statement, own.pop(what), indent))
    items += _claims(spec) if kind == "StatefulSet" else ()
    items += _pod(pod, meta, kind, head, implied, (*steps, "spec"), indent)
    if kind in ("Deployment", "StatefulSet", "DaemonSet"):
        items += _strategy(spec, "strategy" if kind == "Deployment" else "updateStrategy")
    for key in ("apiVersion", "kind"):
        manifest.pop(key)
    items += rest.assignments({"pod": (*steps, "spec")}, indent)
    return " ".join(head), items


def _at(manifest: Any, steps: Path) -> Any:
    for step in steps:
        manifest = manifest.get(step) if isinstance(manifest, dict) else None
    return manifest


def _pod_labels(meta: dict[str, Any], implied: str, indent: str) -> Iterator[str]:
    """The labels of a bare Pod: one that says none carries ``app=NAME``."""
    found = meta.pop("labels", {})
    if found:
        if not implied or found != {"app": implied}:
            yield labels("label", found, indent)
    elif implied:
        yield ".metadata.labels = {}"


def _selector(
    kind: str, spec: dict[str, Any], meta: dict[str, Any], head: list[str], name: str, meta_path: Path, indent: str
) -> Iterator[str]:
    """`where`, and the labels of the Pods where they are not those that follow from it."""
    actual = meta.pop("labels", {})
    implied: dict[str, str] = {}
    if kind in SELECTING:
        selector = spec.pop("selector", None)
        implied = {"app": name}
        usual = implied if kind == "ReplicationController" else {"matchLabels": implied}
        if selector != usual:
            said = _where({"matchLabels": selector} if kind == "ReplicationController" else selector)
            if said is None:
                yield assign(("spec", "selector"), selector, {}, indent)
            else:
                text, implied = said
                head.append(f"where {text}")
    if actual.items() >= implied.items():
        extra = {key: value for key, value in actual.items() if key not in implied}
        if extra:
            yield labels("pod label", extra, indent)
    else:
        yield assign((*meta_path, "labels"), {}, {}, indent)
        if actual:
            yield labels("pod label", actual, indent)


def _where(selector: Any) -> tuple[str, dict[str, str]] | None:
    """A selector in kubectl's notation and the labels that follow from it, or None when it cannot be said so."""
    if not isinstance(selector, dict) or not selector or selector.keys() - {"matchLabels", "matchExpressions"}:
        return None
    match = selector.get("matchLabels") or {}
    parts = [f"{name_of(label)}={called(value)}" for label, value in match.items()]
    implied = dict(match)
    for expression in selector.get("matchExpressions") or []:
        operator, label, values = expression.get("operator"), expression.get("key", ""), expression.get("values") or []
        if operator in ("In", "NotIn") and values:
            sign = "in" if operator == "In" else "notin"
            parts.append(f"{called(label)} {sign} ({', '.join(map(called, values))})")
            if operator == "In":
                implied.setdefault(label, values[0])
        elif operator in ("Exists", "DoesNotExist") and not values:
            parts.append(f"{'' if operator == 'Exists' else '!'}{called(label)}")
        else:
            return None
    return (", ".join(parts), implied) if parts else None


def _pod(
    pod: dict[str, Any], meta: dict[str, Any], kind: str, head: list[str], name: str, steps: Path, indent: str
) -> Iterator[str]:
    """The statements about the Pod and its containers."""
    annotations = meta.get("annotations")
    process = list(behaviours(annotations)) if annotations else []
    if kind == "Job" or kind == "CronJob":
        if pod.get("restartPolicy") == "Never":
            del pod["restartPolicy"]
        elif "restartPolicy" not in pod:
            yield "pod.restartPolicy = null"
    pulls = pod.get("imagePullSecrets") or []
    if pulls and all(each.keys() == {"name"} for each in pulls):
        del pod["imagePullSecrets"]
        yield f"imagePullSecrets {', '.join(called(each['name']) for each in pulls)}"
    for key, statement in _TEXTS:
        if pod.get(key):
            yield f"{statement} {called(pod.pop(key))}"
    if pod.get("nodeSelector"):
        yield labels("nodeSelector", pod.pop("nodeSelector"), indent)
    yield from _tolerations(pod)
    containers, inits = pod.get("containers") or [], pod.get("initContainers") or []
    first = _single(containers)
    groups = [(key, group) for key, group in (("initContainers", inits), ("containers", containers)) if _named(group)]
    inline = _inline_volumes(pod, [c for _, group in groups for c in group])
    yield from _volumes(pod, inline)
    if first is not None:
        given = first.pop("name")
        image = first.pop("image")
        head.append(word(image) if given == name else f"{word(given)}={word(image)}")
    for key, group in groups:
        del pod[key]
        if key == "containers" and first is not None:
            yield from _statements(first, inline, (*steps, key, 0), indent)
            continue
        for container in group:
            yield _container(container, key, inline, annotations or {}, (*steps, key, 0), indent)
    yield from process
    if annotations:
        yield labels("annotation" if kind == "Pod" else "pod annotation", meta.pop("annotations"), indent)
    elif annotations is not None:
        del meta["annotations"]


def _single(containers: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The only container, when it can be said in the head."""
    if len(containers) != 1 or not containers[0].get("name") or not containers[0].get("image"):
        return None
    return containers[0]


def _named(containers: list[dict[str, Any]]) -> bool:
    """Whether each container has a name of its own, so that it can have a block."""
    names = [container.get("name", "") for container in containers]
    return bool(names) and all(names) and len(set(names)) == len(names)


def _statements(container: dict[str, Any], inline: dict[str, str], steps: Path, indent: str) -> Iterator[str]:
    yield from clauses(container, indent)
    yield from mounts(container, inline, indent)
    for key, value in container.items():
        if key == "resources":
            for part, held in value.items():
                yield assign((*steps, key, part), held, {"container": steps}, indent)
        else:
            yield assign((*steps, key), value, {"container": steps}, indent)


def _container(
    container: dict[str, Any], key: str, inline: dict[str, str], annotations: dict[str, str], steps: Path, indent: str
) -> str:
    """A container with a block of its own."""
    name = container.pop("name")
    statement = "container"
    if key == "initContainers":
        statement = "init"
        if container.get("restartPolicy") == "Always":
            statement = "sidecar"
            del container["restartPolicy"]
    head = f"{statement} {called(name)}"
    if container.get("image"):
        head += f" {word(container.pop('image'))}"
    process = list(behaviours(annotations, name))
    items = [*_statements(container, inline, steps, indent + "  "), *process]
    if not items:
        return head
    inner = "\n".join(f"{indent}  {item}" for item in items)
    return f"{head} {{\n{inner}\n{indent}}}"


# ── Volumes ──


def _inline_volumes(pod: dict[str, Any], containers: list[dict[str, Any]]) -> dict[str, str]:
    """The volumes that can be made where they are first mounted, with their sources as text; they are taken out.

    They can only when every one of them can, and when they come out in the same order.
    """
    volumes = pod.get("volumes") or []
    order: list[str] = []
    for container in containers:
        for entry in container.get("volumeMounts") or []:
            if entry.get("name") not in order:
                order.append(entry.get("name", ""))
    if not volumes or [v.get("name") for v in volumes] != [n for n in order if n in {v.get("name") for v in volumes}]:
        return {}
    said: dict[str, str] = {}
    for volume in volumes:
        name, source = volume.get("name", ""), _source(volume)
        if not name or source is None or name in said:
            return {}
        implied, text = source
        if text.startswith("emptydir"):
            text = text.replace("emptydir", f"emptydir {word(name)}", 1)
        elif implied != name:
            text += f" as {called(name)}"
        said[name] = text
    if any(_odd_mounts(container, said) for container in containers):
        return {}
    del pod["volumes"]
    return said


def _odd_mounts(container: dict[str, Any], names: dict[str, str]) -> bool:
    known = {"name", "mountPath", "readOnly", "subPath"}
    entries = container.get("volumeMounts") or []
    odd = any(entry.keys() - known or not entry.get("mountPath") or not entry.get("name") for entry in entries)
    return odd and any(entry.get("name") in names for entry in entries)


def _source(volume: dict[str, Any]) -> tuple[str, str] | None:
    """The name that a volume would get from its source, and the source as text; None when there is no short form."""
    kinds = [key for key in volume if key != "name"]
    if len(kinds) != 1:
        return None
    kind, said = kinds[0], volume[kinds[0]]
    simple = {"secret": ("secretName", "secret"), "configMap": ("name", "config")}
    simple["persistentVolumeClaim"] = ("claimName", "pvc")
    if kind in simple and said.keys() == {simple[kind][0]} and said[simple[kind][0]]:
        name = said[simple[kind][0]]
        return volume_name(name), f"{simple[kind][1]} {called(name)}"
    if kind == "hostPath" and not said.keys() - {"path", "type"} and said.get("path"):
        kind_of_file = f" type {called(said['type'])}" if "type" in said else ""
        return volume_name(said["path"]), f"hostpath {called(said['path'])}{kind_of_file}"
    if kind == "emptyDir" and not said.keys() - {"medium", "sizeLimit"}:
        medium = f" medium {called(said['medium'])}" if "medium" in said else ""
        size = f" size {called(said['sizeLimit'])}" if "sizeLimit" in said else ""
        return "", f"emptydir{medium}{size}"
    return None


def _volumes(pod: dict[str, Any], inline: dict[str, str]) -> Iterator[str]:
    volumes = pod.get("volumes") or []
    said: list[str] = []
    for volume in volumes:
        source = _source(volume)
        if source is None or not volume.get("name") or volume["name"] in (v.get("name") for v in volumes[: len(said)]):
            return
        said.append(f"volume {called(volume['name'])} {source[1]}")
    if said:
        del pod["volumes"]
        yield from said


# ── The rest of the Pod's spec, and of the workload's ──


def _tolerations(pod: dict[str, Any]) -> Iterator[str]:
    said = []
    for toleration in pod.get("tolerations") or []:
        text = _toleration(toleration)
        if text is None:
            return
        said.append(text)
    if said:
        del pod["tolerations"]
        yield f"tolerate {', '.join(said)}"


def _toleration(said: dict[str, Any]) -> str | None:
    key, operator, value, effect = (said.get(name, "") for name in ("key", "operator", "value", "effect"))
    if said.keys() - {"key", "operator", "value", "effect"} or (effect and effect not in _EFFECTS) or key == "*":
        return None
    if operator == "Exists" and not value:
        return mark(key or "*", None, effect)
    return mark(key, value, effect) if operator == "Equal" and key else None


def mark(key: str, value: str | None, effect: str) -> str | None:
    """``key=value:Effect`` as the source writes it, or None when it would be read as something else."""
    last = (key if value is None else value) + (f":{effect}" if effect else "")
    if ":" in key or (value is not None and ":" in value):
        return None
    if not last or word(last) != last or word(key) != key:
        return None
    return last if value is None else f"{key}={last}"


def _strategy(spec: dict[str, Any], name: str) -> Iterator[str]:
    said = spec.get(name)
    if not isinstance(said, dict) or not said.get("type") or said.keys() - {"type", "rollingUpdate"}:
        return
    update = said.get("rollingUpdate")
    if update is not None and (not update or update.keys() - {"maxSurge", "maxUnavailable"}):
        return
    text = f"strategy {called(said['type'])}"
    for key, option in (("maxSurge", "surge"), ("maxUnavailable", "unavailable")):
        if update and key in update:
            if isinstance(update[key], int) and update[key] < 0:
                return
            text += f" {option} {port(update[key])}"
    del spec[name]
    yield text


def _claims(spec: dict[str, Any]) -> Iterator[str]:
    templates = spec.get("volumeClaimTemplates") or []
    said = []
    for template in templates:
        metadata, claim = template.get("metadata") or {}, template.get("spec") or {}
        text = claim_text(claim)
        plain = metadata.keys() == {"name"} and not template.keys() - {"metadata", "spec", "apiVersion", "kind"}
        if text is None or not plain:
            return
        said.append(f"claim {called(metadata['name'])} {text}")
    if said:
        del spec["volumeClaimTemplates"]
        yield from said


def claim_text(claim: dict[str, Any]) -> str | None:
    """The size, access modes and class of a claim, or None when there is more to it."""
    resources, modes = claim.get("resources") or {}, claim.get("accessModes") or []
    requests = resources.get("requests") or {}
    if claim.keys() - {"accessModes", "resources", "storageClassName"} or resources.keys() - {"requests"}:
        return None
    if requests.keys() != {"storage"} or not modes or any(mode not in ACCESS_MODES.values() for mode in modes):
        return None
    text = word(requests["storage"])
    if modes != ["ReadWriteOnce"]:
        text += " " + " ".join(short for mode in modes for short, long in ACCESS_MODES.items() if long == mode)
    if "storageClassName" in claim:
        text += f" class {called(claim['storageClassName'])}"
    return text
