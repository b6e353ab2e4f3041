"""``kubectl set image | env | resources | serviceaccount | selector | subject``.

Source: kubectl `pkg/cmd/set`.
"""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.changing import change_each, targets
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.generators.config import resource_list
from kubelab.kubectl.resources import Info
from kubelab.kubectl.verbs import ALL, DRY_RUN, FILES, MANAGER, OUTPUT, SELECTOR, verb

_FLAGS = (FILES, SELECTOR, ALL, OUTPUT, DRY_RUN, MANAGER, Flag("local", "only show what would be made of the file"))
_CONTAINERS = Flag("containers", "which containers, * for all", "NAMES", "c", default="*")
_TYPES = "(TYPE NAME | TYPE/NAME | -f FILE)"


def _pod_spec(info: Info, manifest: Manifest) -> Manifest:
    """The Pod's specification inside an object."""
    spec: Any = manifest.get("spec") or {}
    match info.kind.kind:
        case "Pod":
            spec = manifest
        case "CronJob":
            spec = ((spec.get("jobTemplate") or {}).get("spec") or {}).get("template") or {}
        case _:
            spec = spec.get("template") or {}
    found = spec.get("spec")
    if not isinstance(found, dict):
        group = f".{info.kind.group}" if info.kind.group else ""
        raise Failure(f"the object is not a pod or does not have a pod template: *v1.{info.kind.kind}{group}")
    return found


def _containers(spec: Manifest, wanted: str) -> Iterator[Manifest]:
    """The containers whose names a pattern fits, init containers last."""
    pattern = re.compile(re.escape(wanted).replace(r"\*", ".*"))
    for field in ("containers", "initContainers"):
        for container in spec.get(field) or []:
            if pattern.fullmatch(container["name"]):
                yield container


def _split(call: Call, is_pair: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    words = [word for word in call.words if not is_pair(word)]
    return words, [word for word in call.words if is_pair(word)]


@verb("set image", f"{_TYPES} CONTAINER=IMAGE ...", "change the images of containers", _FLAGS)
def image(call: Call) -> None:
    """Carry out ``kubectl set image``."""
    words, pairs = _split(call, lambda word: "=" in word)
    if not pairs:
        raise Failure("at least one image update is required")
    wanted = dict(pair.partition("=")[::2] for pair in pairs)
    if len(wanted) > 1 and "*" in wanted:
        raise Failure(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
        )

    def change(info: Info, manifest: Manifest) -> str | None:
        spec = _pod_spec(info, manifest)
        changed = False
        for name, new in wanted.items():
            found = list(_containers(spec, name)) if name == "*" else _named(spec, name)
            if not found and name != "*":
                raise Failure(f'unable to find container named "{name}"')
            for container in found:
                changed = changed or container.get("image") != new
                container["image"] = new
        return "image updated" if changed else None

    change_each(call, targets(call, words, everything=call.said["all"]), change, local=call.said["local"])


def _named(spec: Manifest, name: str) -> list[Manifest]:
    return [c for field in ("initContainers", "containers") for c in spec.get(field) or [] if c["name"] == name]


@verb(
    "set env",
    f"{_TYPES} NAME=VALUE ... NAME-",
    "set environment variables of containers, and take them away",
    _FLAGS,
    _CONTAINERS,
    Flag("env", "a variable: NAME=VALUE", "NAME=VALUE", "e", kind="array"),
    Flag("from", "take all values of a ConfigMap or Secret", "TYPE/NAME"),
    Flag("keys", "with --from: only these keys", "KEYS", kind="list"),
    Flag("prefix", "with --from: put this before each name", "TEXT"),
    Flag("overwrite", "whether variables that are there are changed", default=True),
    Flag("list", "show the variables"),
    Flag("resolve", "with --list: the values that ConfigMaps and Secrets have"),
)
def env(call: Call) -> None:
    """Carry out ``kubectl set env``."""
    words, pairs = _split(call, lambda word: "=" in word or (word.endswith("-") and "/" not in word))
    put = [dict(zip(("name", "value"), pair.partition("=")[::2], strict=True)) for pair in pairs if "=" in pair]
    put += [dict(zip(("name", "value"), pair.partition("=")[::2], strict=True)) for pair in call.said["env"]]
    take = [pair[:-1] for pair in pairs if "=" not in pair]
    put += list(_from(call)) if call.said["from"] else []
    infos = targets(call, words, everything=call.said["all"])
    if call.said["list"]:
        for info in infos:
            _list(call, info)
        return

    def change(info: Info, manifest: Manifest) -> str | None:
        if not put and not take:
            return None
        for container in _containers(_pod_spec(info, manifest), call.said["containers"]):
            held = [each for each in container.get("env") or [] if each["name"] not in take]
            for new in put:
                place = next((n for n, each in enumerate(held) if each["name"] == new["name"]), None)
                if place is None:
                    held.append(dict(new))
                elif call.said["overwrite"]:
                    held[place] = dict(new)
            if held:
                container["env"] = held
            else:
                container.pop("env", None)
        return "env updated"

    change_each(call, infos, change, local=call.said["local"])


def _from(call: Call) -> Iterator[Manifest]:
    """The variables that a ConfigMap or Secret gives."""
    from kubelab.kubectl.resources import kind_of

    word, _, name = call.said["from"].partition("/")
    kind = kind_of(word)
    if kind.kind not in ("ConfigMap", "Secret"):
        raise Failure(f"unsupported resource specified in --from: {call.said['from']}")
    found = call.client.get(kind, call.namespace, name)
    field = "configMapKeyRef" if kind.kind == "ConfigMap" else "secretKeyRef"
    for key in sorted(found.data):
        if not call.said["keys"] or key in call.said["keys"]:
            variable = re.sub(r"[^a-zA-Z0-9_]", "_", key).upper()
            if variable != key:
                call.warn(f"key {key} transferred to {variable}")
            yield {"name": call.said["prefix"] + variable, "valueFrom": {field: {"name": name, "key": key}}}


def _resolved(call: Call, info: Info, what: str, ref: Manifest) -> str | None:
    """The value that a ConfigMap or Secret has for a key; None where it has none."""
    from kubelab.kubectl.resources import kind_of

    found = call.client.find(kind_of(what), info.namespace, ref["name"])
    value = found.data.get(ref["key"]) if found is not None else None
    return base64.b64decode(value).decode(errors="replace") if value is not None and what == "secret" else value


def _list(call: Call, info: Info) -> None:
    spec = _pod_spec(info, info.manifest)
    for container in _containers(spec, call.said["containers"]):
        call.print(f"# {info.kind.kind} {info.name}, container {container['name']}")
        for each in container.get("env") or []:
            origin = each.get("valueFrom") or {}
            if not origin:
                call.print(f"{each['name']}={each.get('value', '')}")
            elif "configMapKeyRef" in origin or "secretKeyRef" in origin:
                what = "configmap" if "configMapKeyRef" in origin else "secret"
                ref = origin.get("configMapKeyRef") or origin["secretKeyRef"]
                value = _resolved(call, info, what, ref) if call.said["resolve"] else None
                shown = f"# {each['name']} from {what} {ref['name']}, key {ref['key']}"
                call.print(shown if value is None else f"{each['name']}={value}")
            else:
                path = (origin.get("fieldRef") or {}).get("fieldPath") or (origin.get("resourceFieldRef") or {})
                call.print(f"# {each['name']} from field path {path}")


@verb(
    "set resources",
    f"{_TYPES} [--limits=cpu=2,memory=1Gi] [--requests=cpu=1]",
    "change what containers ask for, and what they may have",
    _FLAGS,
    _CONTAINERS,
    Flag("limits", "what they may have", "QUANTITIES"),
    Flag("requests", "what they ask for", "QUANTITIES"),
)
def resources(call: Call) -> None:
    """Carry out ``kubectl set resources``."""
    if not call.said["limits"] and not call.said["requests"]:
        raise Failure("you must specify an update to requests or limits (in the form of --requests/--limits)")
    given = {flag: resource_list(call.said[flag]) for flag in ("limits", "requests") if call.said[flag]}

    def change(info: Info, manifest: Manifest) -> str | None:
        for container in _containers(_pod_spec(info, manifest), call.said["containers"]):
            held = container.setdefault("resources", {})
            for sort, amounts in given.items():
                kept = {**(held.get(sort) or {}), **amounts}
                held[sort] = {name: amount for name, amount in kept.items() if amount != "0"}
        return "resource requirements updated"

    change_each(call, targets(call, call.words, everything=call.said["all"]), change, local=call.said["local"])


@verb(
    "set serviceaccount",
    f"{_TYPES} NAME",
    "change the ServiceAccount of Pods",
    _FLAGS,
    aliases=("set sa",),
)
def service_account(call: Call) -> None:
    """Carry out ``kubectl set serviceaccount``."""
    if not call.words:
        raise Failure("serviceaccount is required")
    *words, name = call.words

    def change(info: Info, manifest: Manifest) -> str | None:
        spec = _pod_spec(info, manifest)
        spec["serviceAccountName"] = name
        spec.pop("serviceAccount", None)
        return "serviceaccount updated"

    change_each(call, targets(call, words, everything=call.said["all"]), change, local=call.said["local"])


@verb(
    "set selector",
    f"{_TYPES} LABELS",
    "change which Pods a Service has",
    _FLAGS,
    Flag("resource-version", "only if the object has this version still", "VERSION"),
)
def selector(call: Call) -> None:
    """Carry out ``kubectl set selector``."""
    if not call.words:
        raise Failure("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    *words, text = call.words
    wanted = dict(part.partition("=")[::2] for part in text.split(","))

    def change(info: Info, manifest: Manifest) -> str | None:
        if info.kind.kind not in ("Service", "ReplicationController"):
            raise Failure("setting a selector is only supported for Services")
        manifest.setdefault("spec", {})["selector"] = wanted
        return "selector updated"

    change_each(call, targets(call, words, everything=call.said["all"]), change, local=call.said["local"])


@verb(
    "set subject",
    f"{_TYPES} [--user=NAME] [--group=NAME] [--serviceaccount=NAMESPACE:NAME]",
    "add subjects to a RoleBinding or ClusterRoleBinding",
    _FLAGS,
    Flag("user", "a user who gets the role", "NAME", kind="array"),
    Flag("group", "a group that gets the role", "NAME", kind="array"),
    Flag("serviceaccount", "a ServiceAccount that gets the role: NAMESPACE:NAME", "ACCOUNT", kind="array"),
)
def subject(call: Call) -> None:
    """Carry out ``kubectl set subject``."""
    from kubelab.kubectl.generators.access import subjects_of

    wanted = subjects_of(call)
    if not wanted:
        raise Failure("you must specify at least one value of user, group or serviceaccount")

    def change(info: Info, manifest: Manifest) -> str | None:
        if info.kind.kind not in ("RoleBinding", "ClusterRoleBinding"):
            raise Failure("setting subjects is only supported for RoleBinding/ClusterRoleBinding")
        held = manifest.setdefault("subjects", [])
        new = [each for each in wanted if each not in held]
        if not new:
            return None
        held += new
        return "subjects updated"

    change_each(call, targets(call, call.words, everything=call.said["all"]), change, local=call.said["local"])
