"""What runs: Pods and the workloads that make them from a template.

The short form means what `kubectl create` means. `deployment web nginx` selects ``app=web``, gives its Pods that label
and calls its container ``web``. `where` says another selector: the Pods then carry what it asks for. A bare Pod of
which no label is said carries ``app=NAME``; a Job's Pods restart ``Never``.
"""

from typing import Any

from kubelab.api.scheme import Kind, find
from kubelab.dsl.containers import container_of
from kubelab.dsl.draft import Compilation, Scope
from kubelab.dsl.suggest import did_you_mean
from kubelab.dsl.words import Token, Wrong, int_or_text, is_quoted, names_of, shown, text_of

SELECTING = frozenset(("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet"))
COUNTED = frozenset(("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"))
_EFFECTS = frozenset(("NoSchedule", "PreferNoSchedule", "NoExecute"))


def workload(out: Compilation, tree: Any) -> None:
    """`deployment web x3 nginx:1.27 { … }`, and the like for every kind that runs Pods."""
    from kubelab.dsl.statements import run

    word, name_token = tree.children[0], tree.children[1]
    kind = find(word.value)
    assert kind is not None
    statements = tree.children[2:]
    for name in names_of(name_token):
        scope = begin(out, kind, name, tree, name_token)
        heads = {}
        rest = []
        for child in statements:
            if child.data in _HEADS:
                if child.data in heads:
                    out.wrong(_twice(child))
                    break
                heads[child.data] = child
            else:
                rest.append(child)
        try:
            _head(scope, heads, name.rstrip("*-.") if "generateName" in scope.manifest["metadata"] else name)
        except Wrong as error:
            out.wrong(error)
        run(scope, rest)
        finish(scope)


def _twice(child: Any) -> Wrong:
    """The mistake of a second image, which is most often a statement that is misspelt or stands in the wrong place."""
    if child.data not in ("image", "named_image"):
        return Wrong(f"said twice: {child.data}", child, code="said-twice")
    from kubelab.dsl import parser

    token = child.children[0]
    if token.value in parser.reserved():
        return Wrong(f"{shown(token.value)} cannot stand in this line", token, "write it in the block: { … }", "syntax")
    hint = did_you_mean(token.value, sorted(parser.reserved())) or "the image has been said already"
    return Wrong(f"{shown(token.value)} cannot stand here", token, hint, "syntax")


_HEADS = frozenset(("replicas", "image", "named_image", "where", "schedule", "governed"))


def begin(out: Compilation, kind: Kind, name: str, tree: Any, token: Token) -> Scope:
    """The scope of a new object of a kind that runs Pods."""
    draft = out.draft(kind, name, tree, token)
    manifest = draft.manifest
    spec: dict[str, Any] = {}
    manifest["spec"] = spec
    if kind.kind == "Pod":
        return Scope(out, draft, spec, ("spec",), manifest["metadata"], ("metadata",))
    path: tuple[str, ...] = ("spec", "template")
    if kind.kind == "CronJob":
        spec["jobTemplate"] = {"spec": {}}
        spec = spec["jobTemplate"]["spec"]
        path = ("spec", "jobTemplate", "spec", "template")
    template: dict[str, Any] = {"metadata": {}, "spec": {}}
    spec["template"] = template
    return Scope(out, draft, template["spec"], (*path, "spec"), template["metadata"], (*path, "metadata"))


def _head(scope: Scope, heads: dict[str, Any], name: str) -> None:
    """What stands between the name and the block."""
    kind = scope.draft.kind.kind
    spec = scope.spec
    if "replicas" in heads:
        token = heads["replicas"].children[0]
        if kind not in COUNTED:
            raise Wrong(f"a {kind} has no number of replicas", token, code="no-replicas")
        if len(token.value) > 10:
            raise Wrong("so many replicas are not possible", token, code="bad-value")
        spec["replicas"] = int(token.value[1:])
        scope.mark(("spec", "replicas"), token)
    if "where" in heads:
        _where(scope, heads["where"])
    elif kind in SELECTING:
        labels = {"app": name}
        spec["selector"] = dict(labels) if kind == "ReplicationController" else {"matchLabels": dict(labels)}
        scope.pod_meta["labels"] = labels
    if "schedule" in heads:
        _only(scope, "CronJob", heads["schedule"])
        spec["schedule"] = text_of(heads["schedule"].children[0])
        scope.mark(("spec", "schedule"), heads["schedule"])
    if "governed" in heads:
        _only(scope, "StatefulSet", heads["governed"])
        service = heads["governed"].children[0]
        spec["serviceName"] = text_of(service)
        scope.out.refer("Service", spec["serviceName"], service)
    if kind in ("Job", "CronJob"):
        assert scope.pod is not None
        scope.pod["restartPolicy"] = "Never"
    image = heads.get("image") or heads.get("named_image")
    if image is not None:
        named = image.data == "named_image"
        _begin_container(scope, "containers", text_of(image.children[0]) if named else name, image)
        assert scope.container is not None
        scope.container["image"] = text_of(image.children[-1])


def _only(scope: Scope, kind: str, at: Any) -> None:
    if scope.draft.kind.kind != kind:
        raise Wrong(f"only a {kind} has this", at, code="wrong-kind")


def _where(scope: Scope, tree: Any) -> None:
    """The selector, and the labels of the Pods that follow from it."""
    kind = scope.draft.kind.kind
    if kind not in SELECTING:
        raise Wrong(f"a {kind} has no selector here", tree, "write its path: .spec.selector = {…}", "no-selector")
    selector, labels, open_keys = selector_of(tree)
    if kind == "ReplicationController":
        if "matchExpressions" in selector:
            hint = "write key=value, or use a replicaset"
            raise Wrong("a ReplicationController selects by equality only", tree, hint, "equality-only")
        selector = selector.get("matchLabels", {})
    scope.spec["selector"] = selector
    scope.mark(("spec", "selector"), tree)
    scope.pod_meta["labels"] = labels

    def check() -> None:
        missing = [key for key in open_keys if key not in (scope.pod_meta.get("labels") or {})]
        if missing:
            hint = f"add `pod label {missing[0]}=VALUE`"
            scope.out.warn(
                f"the Pods carry no label {shown(missing[0])}, so they are not selected", tree, hint, "unselected"
            )

    scope.finish.append(check)


def selector_of(tree: Any) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """A label selector, the labels that satisfy it, and the keys for which it leaves the value open."""
    match: dict[str, str] = {}
    labels: dict[str, str] = {}
    expressions: list[dict[str, Any]] = []
    open_keys: list[str] = []
    for item in tree.children:
        words = [text_of(token) for token in item.children]
        key = words[0]
        if item.data == "equals":
            if match.setdefault(key, words[-1]) != words[-1]:
                raise Wrong(f"{shown(key)} cannot have two values", item, code="said-twice")
            labels[key] = words[-1]
            continue
        operator, values = _OPERATORS[item.data], words[1:]
        expressions.append({"key": key, "operator": operator, **({"values": values} if values else {})})
        if operator == "In":
            labels.setdefault(key, values[0])
        elif operator == "Exists":
            open_keys.append(key)
    selector: dict[str, Any] = {"matchLabels": match} if match else {}
    if expressions:
        selector["matchExpressions"] = expressions
    return selector, labels, open_keys


_OPERATORS = {"differs": "NotIn", "among": "In", "not_among": "NotIn", "exists": "Exists", "absent": "DoesNotExist"}


def _begin_container(scope: Scope, where: str, name: str, at: Any) -> None:
    assert scope.pod is not None
    containers = scope.pod.setdefault(where, [])
    if any(present.get("name") == name for present in containers):
        raise Wrong(f"there is already a container {shown(name)}", at, code="named-twice")
    scope.container_path = (*scope.pod_path, where, len(containers))
    scope.container = {"name": name}
    scope.mark(scope.container_path, at)
    containers.append(scope.container)


def container(scope: Scope, tree: Any) -> None:
    """`container NAME IMAGE { … }`, `init …` and `sidecar …` (an init container that goes on running)."""
    from kubelab.dsl.statements import run

    name_token, *rest = tree.children
    inner = Scope(
        scope.out,
        scope.draft,
        scope.pod,
        scope.pod_path,
        scope.pod_meta,
        scope.pod_meta_path,
        own=True,
        finish=scope.finish,
    )
    _begin_container(inner, "containers" if tree.data == "container" else "initContainers", text_of(name_token), tree)
    assert inner.container is not None
    if rest and getattr(rest[0], "data", None) == "image":
        inner.container["image"] = text_of(rest.pop(0).children[0])
    if tree.data == "sidecar":
        inner.container["restartPolicy"] = "Always"
    run(inner, rest)


def finish(scope: Scope) -> None:
    """What can be said only at the end of an object."""
    for action in scope.finish:
        action()
    if scope.draft.kind.kind == "Pod" and "labels" not in scope.pod_meta and "name" in scope.pod_meta:
        scope.pod_meta["labels"] = {"app": scope.pod_meta["name"]}


def pairs(tree: Any) -> dict[str, str]:
    """The texts of `key=value, key=value`."""
    return {text_of(pair.children[0]): text_of(pair.children[1]) for pair in tree.children}


def label(scope: Scope, tree: Any) -> None:
    """`label app=web, tier=front`: labels of the object."""
    _metadata(scope, scope.manifest["metadata"], ("metadata",), "labels", tree)


def annotation(scope: Scope, tree: Any) -> None:
    """`annotation owner=jane`: annotations of the object."""
    _metadata(scope, scope.manifest["metadata"], ("metadata",), "annotations", tree)


def pod_label(scope: Scope, tree: Any) -> None:
    """`pod label tier=front`: labels of the Pods that the object makes."""
    _metadata(scope, scope.pod_meta, scope.pod_meta_path, "labels", tree)


def pod_annotation(scope: Scope, tree: Any) -> None:
    """`pod annotation owner=jane`: annotations of the Pods that the object makes."""
    _metadata(scope, scope.pod_meta, scope.pod_meta_path, "annotations", tree)


def _metadata(scope: Scope, held: dict[str, Any], path: Any, what: str, tree: Any) -> None:
    entries = held.setdefault(what, {})
    for pair in tree.children:
        key = text_of(pair.children[0])
        entries[key] = text_of(pair.children[1])
        scope.mark((*path, what, key), pair)


def pod_text(name: str) -> Any:
    """`restart Never`, `nodeName worker-1`, `serviceAccount king`: one text of the Pod's spec."""

    def statement(scope: Scope, tree: Any) -> None:
        assert scope.pod is not None
        token = tree.children[0]
        scope.pod[name] = text_of(token)
        scope.mark((*scope.pod_path, name), tree)
        if name == "serviceAccountName" and scope.pod[name] != "default":
            scope.out.refer("ServiceAccount", scope.pod[name], token)

    statement.__doc__ = pod_text.__doc__
    return statement


def pull_secrets(scope: Scope, tree: Any) -> None:
    """`imagePullSecrets regcred`: credentials for pulling the images."""
    assert scope.pod is not None
    held = scope.pod.setdefault("imagePullSecrets", [])
    for token in tree.children:
        scope.mark((*scope.pod_path, "imagePullSecrets", len(held)), token)
        held.append({"name": text_of(token)})
        scope.out.refer("Secret", text_of(token), token)


def node_selector(scope: Scope, tree: Any) -> None:
    """`nodeSelector disk=ssd`: labels that the node must carry."""
    assert scope.pod is not None
    scope.pod.setdefault("nodeSelector", {}).update(pairs(tree))
    scope.mark((*scope.pod_path, "nodeSelector"), tree)


def tolerate(scope: Scope, tree: Any) -> None:
    """`tolerate gpu=true:NoSchedule, maintenance`: taints that do not keep the Pod away."""
    assert scope.pod is not None
    held = scope.pod.setdefault("tolerations", [])
    for item in tree.children:
        key, value, effect = mark_of(item)
        said: dict[str, Any] = (
            {"key": key, "operator": "Exists"} if value is None else {"key": key, "operator": "Equal"}
        )
        if value:
            said["value"] = value
        if key == "*" and value is None:
            del said["key"]
        if effect:
            said["effect"] = effect
        scope.mark((*scope.pod_path, "tolerations", len(held)), item)
        held.append(said)


def mark_of(item: Any) -> tuple[str, str | None, str]:
    """Key, value (None when there is none) and effect of ``gpu=true:NoSchedule`` or ``gpu:NoSchedule``."""
    last = item.children[-1]
    text, _, effect = text_of(last).rpartition(":") if not is_quoted(last) else (text_of(last), "", "")
    if not text:
        text, effect = effect, ""
    if effect and effect not in _EFFECTS:
        hint = did_you_mean(effect, sorted(_EFFECTS)) or "one of NoSchedule, PreferNoSchedule, NoExecute"
        raise Wrong(f"{shown(effect)} is no effect of a taint", last, hint, "unknown-value")
    if len(item.children) == 2:
        return text_of(item.children[0]), text, effect
    return text, None, effect


def strategy(scope: Scope, tree: Any) -> None:
    """`strategy Recreate`, `strategy RollingUpdate surge 1 unavailable 25%`: how Pods are replaced."""
    kind = scope.draft.kind.kind
    names = {"Deployment": "strategy", "StatefulSet": "updateStrategy", "DaemonSet": "updateStrategy"}
    if kind not in names:
        raise Wrong(f"a {kind} has no strategy", tree, code="wrong-kind")
    said: dict[str, Any] = {"type": text_of(tree.children[0])}
    for option in tree.children[1:]:
        name = "maxSurge" if option.data == "surge" else "maxUnavailable"
        said.setdefault("rollingUpdate", {})[name] = int_or_text(option.children[0])
    scope.spec[names[kind]] = said
    scope.mark(("spec", names[kind]), tree)


def claim_template(scope: Scope, tree: Any) -> None:
    """`claim data 10Gi at /var/lib/data`: a volume of its own for each Pod of a StatefulSet."""
    from kubelab.dsl.things import claim_spec

    _only(scope, "StatefulSet", tree)
    words = [child for child in tree.children if not hasattr(child, "data")]
    options = {child.data: child.children[0] for child in tree.children if hasattr(child, "data")}
    name = text_of(words[0])
    templates = scope.spec.setdefault("volumeClaimTemplates", [])
    scope.mark(("spec", "volumeClaimTemplates", len(templates)), tree)
    templates.append({"metadata": {"name": name}, "spec": claim_spec(words[1:], options.get("storage_class"))})
    if "at" in options:
        held, path = container_of(scope, tree)
        mounts = held.setdefault("volumeMounts", [])
        scope.mark((*path, "volumeMounts", len(mounts)), tree)
        mounts.append({"name": name, "mountPath": text_of(options["at"])})


def ports_of(kind: str, manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The ports of all containers of a workload, as its manifest has them."""
    spec = manifest.get("spec") or {}
    if kind != "Pod":
        spec = (spec.get("template") or {}).get("spec") or {}
    return [p for c in spec.get("containers") or [] for p in c.get("ports") or []]
