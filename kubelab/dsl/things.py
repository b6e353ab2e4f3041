"""Machines, configuration, storage, rights, and objects of any other kind."""

from typing import Any

from kubelab.api.registry import CONFIG_JSON, Registry, config_json
from kubelab.api.scheme import by_kind, find
from kubelab.dsl.draft import Compilation, Scope
from kubelab.dsl.pods import mark_of, pairs
from kubelab.dsl.suggest import did_you_mean, kind_words
from kubelab.dsl.words import Token, Wrong, is_quoted, names_of, shown, text_of

ZONE = "topology.kubernetes.io/zone"
"""The label that says in which zone a node is."""

SECRET_TYPES = {
    "opaque": "Opaque",
    "service-account-token": "kubernetes.io/service-account-token",
    "dockercfg": "kubernetes.io/dockercfg",
    "dockerconfigjson": "kubernetes.io/dockerconfigjson",
    "basic-auth": "kubernetes.io/basic-auth",
    "ssh-auth": "kubernetes.io/ssh-auth",
    "tls": "kubernetes.io/tls",
    "bootstrap-token": "bootstrap.kubernetes.io/token",
}
"""The eight types of Secret by their short names."""

ACCESS_MODES = {
    "RWO": "ReadWriteOnce",
    "ROX": "ReadOnlyMany",
    "RWX": "ReadWriteMany",
    "RWOP": "ReadWriteOncePod",
}
"""The access modes by the short forms that kubectl prints."""

_RBAC = "rbac.authorization.k8s.io"


# ── Machines ──


def node(out: Compilation, tree: Any) -> None:
    """`node worker-[1..3] cpu 4 memory 8Gi zone a`."""
    from kubelab.dsl.statements import run

    for name in names_of(tree.children[0]):
        run(Scope(out, out.draft(by_kind("Node"), name, tree, tree.children[0])), tree.children[1:])


def cluster(out: Compilation, tree: Any) -> None:
    """`cluster { node … ; cloud ; ingress nginx ; registry … }`: the machines, and the equipment of the cluster."""
    for child in tree.children:
        if child.data == "cloud":
            out.cloud = True
        elif child.data == "ingress_controllers":
            out.ingress += [text_of(token) for token in child.children if text_of(token) not in out.ingress]
        elif child.data == "registry":
            _registry(out, child)
        elif child.data == "encryption":
            _encryption(out, child)
        else:
            node(out, child)


def _registry(out: Compilation, tree: Any) -> None:
    """`registry reg.example.com user u password p`: a registry that gives its images to this user only."""
    host, user, password = map(text_of, tree.children)
    if "/" in host:
        hint = "such as reg.example.com or reg.example.com:5000; it holds for all of its images"
        raise Wrong(f"{shown(host)} is no host of a registry", tree.children[0], hint, "bad-value")
    if any(each.host == host for each in out.registries):
        raise Wrong(f"said twice: registry {shown(host)}", tree.children[0], code="said-twice")
    out.registries.append(Registry(host, user, password))


def _encryption(out: Compilation, tree: Any) -> None:
    """`encrypt secrets`: from the start they lie encrypted in etcd."""
    for token in tree.children:
        kind = find(text_of(token))
        if kind is None:
            hint = did_you_mean(text_of(token), [each.plural for each in _kinds()])
            raise Wrong(f"there is no resource {shown(text_of(token))}", token, hint, "unknown-resource")
        if kind.resource not in out.encrypted:
            out.encrypted.append(kind.resource)


def capacity(scope: Scope, tree: Any) -> None:
    """`cpu 4`, `memory 8Gi`, `pods 110`, `capacity nvidia.com/gpu 2`: what the machine has."""
    held = scope.manifest.setdefault("status", {}).setdefault("capacity", {})
    words = [tree.children] if not hasattr(tree.children[0], "data") else [item.children for item in tree.children]
    for name_token, amount in words:
        name = text_of(name_token)
        held[name] = text_of(amount)
        scope.mark(("status", "capacity", name), amount)


def zone(scope: Scope, tree: Any) -> None:
    """`zone a`: the label for the zone."""
    scope.manifest["metadata"].setdefault("labels", {})[ZONE] = text_of(tree.children[0])
    scope.mark(("metadata", "labels", ZONE), tree)


def taint(scope: Scope, tree: Any) -> None:
    """`taint gpu=true:NoSchedule`: keeps away the Pods that do not tolerate it."""
    held = scope.spec.setdefault("taints", [])
    for item in tree.children:
        key, value, effect = mark_of(item)
        if not effect:
            hint = "such as gpu=true:NoSchedule"
            raise Wrong("the effect of the taint is not said", item, hint, "no-effect")
        said = {"key": key, "effect": effect} if not value else {"key": key, "value": value, "effect": effect}
        scope.mark(("spec", "taints", len(held)), item)
        held.append(said)


def cordoned(scope: Scope, tree: Any) -> None:
    """`cordoned`: no new Pods, as after `kubectl cordon`."""
    scope.spec["unschedulable"] = True
    scope.mark(("spec", "unschedulable"), tree)


# ── Configuration ──


def config(out: Compilation, tree: Any) -> None:
    """`config settings LOG_LEVEL=debug`."""
    from kubelab.dsl.statements import run

    for name in names_of(tree.children[0]):
        run(Scope(out, out.draft(by_kind("ConfigMap"), name, tree, tree.children[0])), tree.children[1:])


def secret(out: Compilation, tree: Any) -> None:
    """`secret db-login: basic-auth username=admin password="…"`."""
    from kubelab.dsl.statements import run

    name_token, *rest = tree.children
    type_token = None
    if name_token.type == "TYPED_NAME":
        name_token = name_token.update(value=name_token.value[:-1])
        type_token = rest.pop(0)
    elif rest and rest[0].data == "secret_type":
        type_token = rest.pop(0).children[0]
    for name in names_of(name_token):
        scope = Scope(out, out.draft(by_kind("Secret"), name, tree, name_token))
        if type_token is not None:
            try:
                scope.manifest["type"] = _secret_type(type_token)
                scope.mark(("type",), type_token)
            except Wrong as error:
                out.wrong(error)
        run(scope, rest)


def _secret_type(token: Token) -> str:
    word = text_of(token)
    if is_quoted(token) or "/" in word:
        return word
    if word.lower() not in SECRET_TYPES:
        hint = did_you_mean(word, SECRET_TYPES) or f"the types are {', '.join(SECRET_TYPES)}; others go between quotes"
        raise Wrong(f"{shown(word)} is no type of Secret", token, hint, "unknown-value")
    return SECRET_TYPES[word.lower()]


def datum(scope: Scope, tree: Any) -> None:
    """`key=value`: of a ConfigMap its data, of a Secret its stringData."""
    what = "stringData" if scope.draft.kind.kind == "Secret" else "data"
    key = text_of(tree.children[0])
    held = scope.manifest.setdefault(what, {})
    if key in held:
        raise Wrong(f"said twice: {shown(key)}", tree.children[0], code="said-twice")
    held[key] = text_of(tree.children[1])
    scope.mark((what, key), tree)


def docker_login(scope: Scope, tree: Any) -> None:
    """`registry reg.example.com user u password p`: credentials for pulling images from there."""
    held = scope.manifest.setdefault("stringData", {})
    if CONFIG_JSON in held:
        raise Wrong(f"said twice: {shown(CONFIG_JSON)}", tree, code="said-twice")
    scope.manifest.setdefault("type", SECRET_TYPES["dockerconfigjson"])
    held[CONFIG_JSON] = config_json(*map(text_of, tree.children))
    scope.mark(("stringData", CONFIG_JSON), tree)


def encoded(what: str) -> Any:
    """`data key="base64"` of a Secret, `binaryData key="base64"` of a ConfigMap."""

    def statement(scope: Scope, tree: Any) -> None:
        scope.manifest.setdefault(what, {}).update(pairs(tree))
        for pair in tree.children:
            scope.mark((what, text_of(pair.children[0])), pair)

    statement.__doc__ = encoded.__doc__
    return statement


def immutable(scope: Scope, tree: Any) -> None:
    """`immutable`: the data can no longer be changed."""
    scope.manifest["immutable"] = True
    scope.mark(("immutable",), tree)


# ── Storage ──


def claim(out: Compilation, tree: Any) -> None:
    """`pvc data 20Gi RWX class fast`; the access mode is ReadWriteOnce unless something else is said."""
    from kubelab.dsl.statements import run

    name_token, *rest = tree.children
    words = [child for child in rest if not hasattr(child, "data")]
    storage_class = next((child.children[0] for child in rest if getattr(child, "data", "") == "storage_class"), None)
    for name in names_of(name_token):
        scope = Scope(out, out.draft(by_kind("PersistentVolumeClaim"), name, tree, name_token))
        if words or storage_class is not None:
            scope.manifest["spec"] = claim_spec(words, storage_class)
        for index, word in enumerate(words):
            scope.mark(("spec", "accessModes") if index else ("spec", "resources", "requests", "storage"), word)
        run(scope, [child for child in rest if getattr(child, "data", "storage_class") != "storage_class"])


def claim_spec(words: list[Token], storage_class: Token | None) -> dict[str, Any]:
    """The spec of a claim, from its size, its access modes and its class."""
    modes = [ACCESS_MODES.get(text_of(word), text_of(word)) for word in words[1:]]
    for word, mode in zip(words[1:], modes, strict=True):
        if mode not in ACCESS_MODES.values():
            hint = did_you_mean(mode, (*ACCESS_MODES, *ACCESS_MODES.values())) or "such as RWO, ROX or RWX"
            raise Wrong(f"{shown(mode)} is no access mode", word, hint, "unknown-value")
    spec: dict[str, Any] = {"accessModes": modes or ["ReadWriteOnce"]}
    if words:
        spec["resources"] = {"requests": {"storage": text_of(words[0])}}
    if storage_class is not None:
        spec["storageClassName"] = text_of(storage_class)
    return spec


# ── Rights ──


def role(out: Compilation, tree: Any) -> None:
    """`role reader can get, list pods, services`."""
    from kubelab.dsl.statements import run

    word, name_token, *rest = tree.children
    kind = by_kind("Role" if word.value == "role" else "ClusterRole")
    for name in names_of(name_token):
        run(Scope(out, out.draft(kind, name, tree, name_token)), rest)


def can(scope: Scope, tree: Any) -> None:
    """`can get, list pods named web`: one rule."""
    verbs, things, *names = tree.children
    said: dict[str, Any] = {"verbs": [text_of(token) for token in verbs.children]}
    words = [text_of(token) for token in things.children]
    if all(word.startswith("/") for word in words):
        said["nonResourceURLs"] = words
    else:
        groups: list[str] = []
        resources = []
        for word, token in zip(words, things.children, strict=True):
            resource, group = resource_of(word)
            if group is None:
                hint = did_you_mean(word, [kind.plural for kind in _kinds()])
                scope.out.warn(f"there is no resource {shown(word)}", token, hint, "unknown-resource")
            resources.append(resource)
            if (group or "") not in groups:
                groups.append(group or "")
        said["apiGroups"], said["resources"] = groups, resources
    if names:
        said["resourceNames"] = [text_of(token) for token in names[0].children]
    rules = scope.manifest.setdefault("rules", [])
    scope.mark(("rules", len(rules)), tree)
    rules.append(said)


def _kinds() -> Any:
    from kubelab.api.scheme import every

    return every()


def resource_of(word: str) -> tuple[str, str | None]:
    """The resource and group that `pods/log` or `deployments` names; the group is None when nobody knows it."""
    if word == "*":
        return "*", "*"
    name, slash, subresource = word.partition("/")
    kind = find(name)
    if kind is not None:
        return kind.plural + slash + subresource, kind.group
    plural, dot, group = name.partition(".")
    return plural + slash + subresource, group if dot else None


def binding(out: Compilation, tree: Any) -> None:
    """`rolebinding readers role reader to user jane, serviceaccount king`."""
    from kubelab.dsl.statements import run

    word, name_token, *rest = tree.children
    kind = by_kind("RoleBinding" if word.value == "rolebinding" else "ClusterRoleBinding")
    for name in names_of(name_token):
        run(Scope(out, out.draft(kind, name, tree, name_token)), rest)


def bound_role(scope: Scope, tree: Any) -> None:
    """`role reader`, `clusterrole view`: the rights that are given."""
    kind = "Role" if tree.children[0].value == "role" else "ClusterRole"
    name = text_of(tree.children[1])
    scope.manifest["roleRef"] = {"apiGroup": _RBAC, "kind": kind, "name": name}
    scope.mark(("roleRef",), tree)
    if kind == "Role":
        scope.out.refer(kind, name, tree.children[1])


def bound_subjects(scope: Scope, tree: Any) -> None:
    """`to user jane, group devs, serviceaccount shop:king`: who is given them."""
    held = scope.manifest.setdefault("subjects", [])
    for item in tree.children:
        word, name_token = item.children
        name = text_of(name_token)
        if word.value in ("user", "group"):
            said = {"kind": word.value.capitalize(), "apiGroup": _RBAC, "name": name}
        else:
            namespace, _, name = name.rpartition(":")
            namespace = namespace or scope.out.namespace or "default"
            said = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
        scope.mark(("subjects", len(held)), item)
        held.append(said)


# ── Any kind ──


def thing(out: Compilation, tree: Any) -> None:
    """`HorizontalPodAutoscaler web { .spec.maxReplicas = 5 }`: nothing is there but what is said."""
    from kubelab.dsl.statements import run

    word, name_token, *rest = tree.children
    kind = find(text_of(word))
    if kind is None:
        hint = did_you_mean(word.value, kind_words())
        raise Wrong(f"there is no kind or statement {shown(word.value)}", word, hint, "unknown-kind")
    for name in names_of(name_token):
        run(Scope(out, out.draft(kind, name, tree, name_token)), rest)
