"""Statements about one container: ports, environment, mounts, resources, and what its simulated process does."""

import re
from collections.abc import Callable
from typing import Any

from kubelab.api.behaviour import PREFIX
from kubelab.api.quantity import parse as parse_quantity
from kubelab.dsl.draft import Path, Scope
from kubelab.dsl.fields import coerce
from kubelab.dsl.words import Token, Wrong, duration, shown, text_of, whole
from kubelab.errors import QuantityError

Statement = Callable[[Scope, Any], None]

_PORT = re.compile(r"(\d{1,9})(?:/([A-Za-z]+))?", re.ASCII)
_NO_NAME = re.compile(r"[^a-z0-9]+")


def container_of(scope: Scope, at: Any) -> tuple[dict[str, Any], Path]:
    """The container that a statement speaks of.

    Raises:
        Wrong: there is none yet.
    """
    if scope.container is None:
        hint = "write the image after the name, or use a `container NAME IMAGE { }` block"
        raise Wrong("there is no container yet that this could be said of", at, hint, "no-container")
    return scope.container, scope.container_path


def port_number(token: Token) -> tuple[int, str]:
    """The number and protocol of ``80`` or ``53/UDP``; the protocol is "" when none is said."""
    found = _PORT.fullmatch(token.value)
    if found is None:
        raise Wrong(f"{shown(token.value)} is no port", token, "such as 80 or 53/UDP", "not-a-port")
    return int(found.group(1)), (found.group(2) or "").upper()


def port(scope: Scope, tree: Any) -> None:
    """`port http 80, 53/UDP`: ports that the container listens on."""
    container, path = container_of(scope, tree)
    ports = container.setdefault("ports", [])
    for item in tree.children:
        words = [child for child in item.children if not hasattr(child, "data")]
        number, protocol = port_number(words[-1])
        said: dict[str, Any] = {"name": text_of(words[0])} if len(words) == 2 else {}
        said["containerPort"] = number
        if protocol:
            said["protocol"] = protocol
        if hasattr(item.children[-1], "data"):
            said["hostPort"] = whole(item.children[-1].children[0], "a port")
        scope.mark((*path, "ports", len(ports)), item)
        ports.append(said)


def env(scope: Scope, tree: Any) -> None:
    """`env A=1, B from secret db.password, from config settings`: the environment of the process."""
    container, path = container_of(scope, tree)
    for item in tree.children:
        try:
            if item.data == "all_from":
                entries, name, said = container.setdefault("envFrom", []), "envFrom", _all_from(scope, item)
            else:
                entries, name, said = container.setdefault("env", []), "env", _variable(scope, item)
        except Wrong as error:
            scope.out.wrong(error)
            continue
        scope.mark((*path, name, len(entries)), item)
        entries.append(said)


def _variable(scope: Scope, item: Any) -> dict[str, Any]:
    name, value = item.children
    if item.data == "variable":
        text = text_of(value)
        return {"name": text_of(name), "value": text} if text else {"name": text_of(name)}
    if value.data == "object":
        from kubelab.api.core.env import EnvVar
        from kubelab.api.shape import fields

        return {"name": text_of(name), "valueFrom": coerce(fields(EnvVar)["valueFrom"].shape, value, scope)}
    return {"name": text_of(name), "valueFrom": _SOURCES[value.data](scope, value)}


def _key_source(scope: Scope, source: Any) -> dict[str, Any]:
    word, name_token, *rest = source.children
    name = text_of(name_token)
    optional = any(child.data == "optional" for child in rest)
    key = next((text_of(child.children[0]) for child in rest if child.data == "key"), "")
    if not key:
        name, _, key = name.partition(".")
        if not key:
            hint = f"such as {name}.password"
            raise Wrong(f"which key of the {word.value} is not said", name_token, hint, "no-key")
    said: dict[str, Any] = {"name": name, "key": key}
    kind = "Secret" if word.value == "secret" else "ConfigMap"
    if optional:
        said["optional"] = True
    else:
        scope.out.refer(kind, name, name_token)
    return {"secretKeyRef" if kind == "Secret" else "configMapKeyRef": said}


def _field_source(scope: Scope, source: Any) -> dict[str, Any]:
    return {"fieldRef": {"fieldPath": text_of(source.children[0]).removeprefix(".")}}


def _resource_source(scope: Scope, source: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"resource": text_of(source.children[0])}
    for child in source.children[1:]:
        said["containerName" if child.data == "of_container" else "divisor"] = text_of(child.children[0])
    return {"resourceFieldRef": said}


_SOURCES: dict[str, Callable[[Scope, Any], dict[str, Any]]] = {
    "key_source": _key_source,
    "field_source": _field_source,
    "resource_source": _resource_source,
}


def _all_from(scope: Scope, item: Any) -> dict[str, Any]:
    word, name, *rest = item.children
    reference: dict[str, Any] = {"name": text_of(name)}
    said: dict[str, Any] = {"secretRef" if word.value == "secret" else "configMapRef": reference}
    for child in rest:
        if child.data == "optional":
            reference["optional"] = True
        else:
            said["prefix"] = text_of(child.children[0])
    if "optional" not in reference:
        scope.out.refer("Secret" if word.value == "secret" else "ConfigMap", reference["name"], name)
    return said


def amounts(what: str) -> Statement:
    """`request cpu 250m, memory 128Mi` and `limit …`: the container's resources."""

    def statement(scope: Scope, tree: Any) -> None:
        container, path = container_of(scope, tree)
        held = container.setdefault("resources", {}).setdefault(what, {})
        for item in tree.children:
            name = text_of(item.children[0])
            held[name] = text_of(item.children[1])
            scope.mark((*path, "resources", what, name), item.children[1])

    statement.__doc__ = amounts.__doc__
    return statement


def words(what: str) -> Statement:
    """`command sh -c "…"` and `args --port 80`: what is run in place of the image's own command."""

    def statement(scope: Scope, tree: Any) -> None:
        container, path = container_of(scope, tree)
        container[what] = [text_of(token) for token in tree.children]
        scope.mark((*path, what), tree)

    statement.__doc__ = words.__doc__
    return statement


# ── Volumes and mounts ──


def volume_source(scope: Scope, source: Any) -> tuple[str, dict[str, Any]]:
    """The name that a volume gets from its source, and the source as a manifest has it."""
    kind = source.data
    plain = [child for child in source.children if not hasattr(child, "data")]
    name = text_of(plain[0]) if plain else ""
    if kind == "secret_source":
        scope.out.refer("Secret", name, plain[0])
        return slug(name), {"secret": {"secretName": name}}
    if kind == "config_source":
        scope.out.refer("ConfigMap", name, plain[0])
        return slug(name), {"configMap": {"name": name}}
    if kind == "claim_source":
        scope.out.refer("PersistentVolumeClaim", name, plain[0])
        return slug(name), {"persistentVolumeClaim": {"claimName": name}}
    options = {child.data: text_of(child.children[0]) for child in source.children if hasattr(child, "data")}
    if kind == "hostpath_source":
        return slug(name), {"hostPath": {"path": name, **options}}
    said = {"sizeLimit" if key == "size" else key: value for key, value in options.items()}
    return name, {"emptyDir": said}


def volume(scope: Scope, tree: Any) -> None:
    """`volume data pvc wp-claim`: a volume of the Pod, for several containers to mount."""
    name_token, source = tree.children
    name = text_of(name_token)
    if source.data == "object":
        from kubelab.api.core.volume import Volume
        from kubelab.api.shape import Form, Shape

        said = coerce(Shape(Form.OBJECT, "", model=Volume), source, scope)
    else:
        given, said = volume_source(scope, source)
        if source.data == "emptydir_source" and given:
            raise Wrong("the volume already has a name", source.children[0], code="named-twice")
    _add_volume(scope, name, said, tree)


def mount(scope: Scope, tree: Any) -> None:
    """`mount secret web-tls at /etc/tls`: a volume made for this, and where the container sees it."""
    container_of(scope, tree)
    source, *rest = tree.children
    name, said = volume_source(scope, source)
    options = {child.data: child for child in rest}
    where = text_of(options["at"].children[0])
    if "volume_name" in options:
        name = text_of(options["volume_name"].children[0])
    name = name or slug(where)
    _add_volume(scope, name, said, tree)
    _mount(scope, name, where, options, tree)


def mount_volume(scope: Scope, tree: Any) -> None:
    """`mount data at /var/lib`: a volume that another statement makes."""
    name_token, *rest = tree.children
    options = {child.data: child for child in rest}
    _mount(scope, text_of(name_token), text_of(options["at"].children[0]), options, tree)


def _mount(scope: Scope, name: str, where: str, options: dict[str, Any], tree: Any) -> None:
    container, path = container_of(scope, tree)
    said: dict[str, Any] = {"name": name, "mountPath": where}
    if "readonly" in options:
        said["readOnly"] = True
    if "subpath" in options:
        said["subPath"] = text_of(options["subpath"].children[0])
    mounts = container.setdefault("volumeMounts", [])
    scope.mark((*path, "volumeMounts", len(mounts)), tree)
    mounts.append(said)


def _add_volume(scope: Scope, name: str, source: dict[str, Any], tree: Any) -> None:
    assert scope.pod is not None
    volumes = scope.pod.setdefault("volumes", [])
    for present in volumes:
        if present.get("name") == name:
            if present != {"name": name, **source}:
                raise Wrong(f"there is already another volume {shown(name)}", tree, "add `as NAME`", "named-twice")
            return
    scope.mark((*scope.pod_path, "volumes", len(volumes)), tree)
    volumes.append({"name": name, **source})


def slug(text: str) -> str:
    """A volume's name made from a longer one: lower case letters, digits and dashes."""
    return _NO_NAME.sub("-", text.lower()).strip("-")[:63].rstrip("-")


# ── What the simulated process does ──


def _annotate(scope: Scope, name: str, value: str, tree: Any) -> None:
    if scope.pod is None:
        raise Wrong(f"a {scope.draft.kind.kind} runs no containers", tree, code="no-container")
    key = PREFIX + name
    if scope.own:
        assert scope.container is not None
        key += f".{scope.container['name']}"
    scope.pod_meta.setdefault("annotations", {})[key] = value
    scope.mark((*scope.pod_meta_path, "annotations", key), tree)


def seconds_text(seconds: float) -> str:
    """A duration as the annotations hold it: ``10``, ``0.5``."""
    return str(int(seconds)) if seconds == int(seconds) else repr(seconds)


def lasting(name: str) -> Statement:
    """`starts in 2s`, `ready after 5s`."""

    def statement(scope: Scope, tree: Any) -> None:
        _annotate(scope, name, seconds_text(duration(tree.children[0])), tree)

    statement.__doc__ = lasting.__doc__
    return statement


def flag(name: str) -> Statement:
    """`never ready`, `cannot pull`."""

    def statement(scope: Scope, tree: Any) -> None:
        _annotate(scope, name, "true", tree)

    statement.__doc__ = flag.__doc__
    return statement


def _after(scope: Scope, tree: Any) -> bool:
    last: Any = tree.children[-1] if tree.children else None
    if getattr(last, "data", None) != "after":
        return False
    _annotate(scope, "run-seconds", seconds_text(duration(last.children[0])), tree)
    return True


def exits(scope: Scope, tree: Any) -> None:
    """`exits 1 after 10s`: the process ends by itself."""
    timed = _after(scope, tree)
    if tree.children and not hasattr(tree.children[0], "data"):
        _annotate(scope, "exit-code", _exit_code(tree.children[0]), tree)
    elif not timed:
        _annotate(scope, "exit-code", "0", tree)


def _exit_code(token: Any) -> str:
    code = whole(token, "an exit code")
    if not 0 <= code <= 255:
        raise Wrong("an exit code is between 0 and 255", token, code="bad-value")
    return str(code)


def stops(scope: Scope, tree: Any) -> None:
    """`stops in 10s`, `stops 143 in 2s`: how the process ends when it is asked to."""
    *code, time = tree.children
    if code:
        _annotate(scope, "stop-code", _exit_code(code[0]), tree)
    _annotate(scope, "stop-seconds", seconds_text(duration(time)), tree)


def crashes(scope: Scope, tree: Any) -> None:
    """`crashes`, `crashes 3 times after 10s`: the process ends with an error whenever it is started."""
    times = next((child.children[0] for child in tree.children if child.data == "times"), None)
    _annotate(scope, "crash", "true" if times is None else str(whole(times)), tree)
    _after(scope, tree)


def out_of_memory(scope: Scope, tree: Any) -> None:
    """`runs out of memory after 10s`."""
    _annotate(scope, "out-of-memory", "true", tree)
    _after(scope, tree)


def serves(scope: Scope, tree: Any) -> None:
    """`serves 80, 9090` or `serves none`: what the process listens on, whatever its ports say."""
    if len(tree.children) == 1 and tree.children[0].value == "none":
        value = "none"
    else:
        value = ",".join(str(whole(token, "a port")) for token in tree.children)
    _annotate(scope, "serves", value, tree)


def uses(scope: Scope, tree: Any) -> None:
    """`uses cpu 200m, memory 64Mi`: what the process uses all the time, as metrics show it."""
    for item in tree.children:
        name, amount = text_of(item.children[0]), text_of(item.children[1])
        if name not in ("cpu", "memory"):
            raise Wrong("a process uses cpu or memory", item.children[0], code="bad-value")
        try:
            parse_quantity(amount)
        except QuantityError:
            raise Wrong(f"`{amount}` is no amount, such as 200m or 64Mi", item.children[1], code="bad-value") from None
        _annotate(scope, f"{name}-use", amount, tree)
