"""``kubectl create namespace | configmap | secret | serviceaccount | quota | priorityclass | poddisruptionbudget``.

Source: kubectl `pkg/cmd/create` (``create_configmap.go``, ``create_secret*.go``, ``create_quota.go``, ...).
"""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kubelab.api import quantity
from kubelab.api.validation.names import config_key
from kubelab.errors import QuantityError
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.creating import GENERATED, generate, meta_of, object_of
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.verbs import verb

_VALUES = (
    Flag("from-literal", "a value: name=value", "NAME=VALUE", kind="array"),
    Flag("from-file", "the file of a value: path or name=path; a folder gives all its files", "PATH", kind="list"),
    Flag("from-env-file", "a file with a value in each line", "PATH", kind="list"),
    Flag("append-hash", "add a hash of the values to the name; not done here"),
)


@verb("create namespace", "NAME", "create a Namespace", GENERATED, aliases=("create ns",))
def namespace(call: Call) -> None:
    """Carry out ``kubectl create namespace``."""
    generate(call, object_of("v1", "Namespace", meta_of(call, call.one_name(), cluster_wide=True)))


@verb("create serviceaccount", "NAME", "create a ServiceAccount", GENERATED, aliases=("create sa",))
def service_account(call: Call) -> None:
    """Carry out ``kubectl create serviceaccount``."""
    generate(call, object_of("v1", "ServiceAccount", meta_of(call, call.one_name())), "serviceaccount: ")


@verb(
    "create configmap",
    "NAME [--from-literal=NAME=VALUE] [--from-file=PATH]",
    "create a ConfigMap",
    _VALUES,
    GENERATED,
    aliases=("create cm",),
)
def config_map(call: Call) -> None:
    """Carry out ``kubectl create configmap``."""
    name = call.one_name()
    data: dict[str, str] = {}
    binary: dict[str, str] = {}
    for key, value in _values(call, "ConfigMap", data, binary):
        try:
            data[key] = value.decode()
        except UnicodeDecodeError:
            binary[key] = base64.b64encode(value).decode()
    manifest = object_of("v1", "ConfigMap", meta_of(call, name), data=data or None, binaryData=binary or None)
    generate(call, manifest, "configmap: ")


@verb(
    "create secret generic",
    "NAME [--type=TYPE] [--from-literal=NAME=VALUE] [--from-file=PATH]",
    "create a Secret of values of one's own",
    Flag("type", "the type of the Secret", "TYPE"),
    _VALUES,
    GENERATED,
)
def secret_generic(call: Call) -> None:
    """Carry out ``kubectl create secret generic``."""
    name = call.one_name()
    data: dict[str, str] = {}
    for key, value in _values(call, "Secret", data, {}):
        data[key] = base64.b64encode(value).decode()
    manifest = object_of("v1", "Secret", meta_of(call, name), type=call.said["type"] or None, data=data or None)
    generate(call, manifest, "secret ")


@verb(
    "create secret tls",
    "NAME --cert=PATH --key=PATH",
    "create a Secret with a certificate and its key",
    Flag("cert", "the file of the certificate", "PATH"),
    Flag("key", "the file of its private key", "PATH"),
    Flag("append-hash", "add a hash of the values to the name; not done here"),
    GENERATED,
)
def secret_tls(call: Call) -> None:
    """Carry out ``kubectl create secret tls``; whether key and certificate belong together is not looked at."""
    name = call.one_name()
    if not call.said["cert"] or not call.said["key"]:
        raise Failure("key and cert must be specified")
    data = {
        "tls.crt": base64.b64encode(_bytes(call.said["cert"], _UNREADABLE)).decode(),
        "tls.key": base64.b64encode(_bytes(call.said["key"], _UNREADABLE)).decode(),
    }
    manifest = object_of("v1", "Secret", meta_of(call, name), type="kubernetes.io/tls", data=data)
    generate(call, manifest, "secret ")


@verb(
    "create secret docker-registry",
    "NAME --docker-username=USER --docker-password=PASSWORD [--docker-server=HOST]",
    "create a Secret with which images are pulled",
    Flag("docker-server", "the registry", "HOST", default="https://index.docker.io/v1/"),
    Flag("docker-username", "who logs in there", "USER"),
    Flag("docker-password", "with which password", "PASSWORD"),
    Flag("docker-email", "an address", "EMAIL"),
    Flag("from-file", "a file of Docker's configuration instead", "PATH", kind="list"),
    Flag("append-hash", "add a hash of the values to the name; not done here"),
    GENERATED,
)
def secret_docker_registry(call: Call) -> None:
    """Carry out ``kubectl create secret docker-registry``."""
    name, said = call.one_name(), call.said
    user, password, email = said["docker-username"], said["docker-password"], said["docker-email"]
    if said["from-file"]:
        content = _bytes(said["from-file"][0].rpartition("=")[2])
    else:
        if not user or not password or not said["docker-server"]:
            raise Failure(
                "either --from-file or the combination of --docker-username, --docker-password and --docker-server "
                "is required"
            )
        auth = base64.b64encode(f"{user}:{password}".encode()).decode()
        entry = {"username": user, "password": password, **({"email": email} if email else {}), "auth": auth}
        content = json.dumps({"auths": {said["docker-server"]: entry}}, separators=(",", ":")).encode()
    data = {".dockerconfigjson": base64.b64encode(content).decode()}
    manifest = object_of("v1", "Secret", meta_of(call, name), type="kubernetes.io/dockerconfigjson", data=data)
    generate(call, manifest, "secret ")


def _values(call: Call, kind: str, data: dict[str, str], binary: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """The values that the flags name, files first, each checked against those before."""
    if call.said["from-env-file"] and (call.said["from-file"] or call.said["from-literal"]):
        raise Failure("from-env-file cannot be combined with from-file or from-literal")
    for key, value in _given(call):
        problem = ",".join(config_key(key))
        if problem:
            raise Failure(f'"{key}" is not valid key name for a {kind} {problem}')
        if key in data or key in binary:
            what = f"cannot add key {key}, another key by that name already exists in Data for {kind} {call.words[0]}"
            raise Failure(
                what if kind == "ConfigMap" else f"cannot add key {key}, another key by that name already exists"
            )
        yield key, value


def _given(call: Call) -> Iterator[tuple[str, bytes]]:
    for source in call.said["from-file"]:
        yield from _of_file(source)
    for text in call.said["from-literal"]:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise Failure(f"invalid literal source {text}, expected key=value")
        yield key, _unquoted(value).encode()
    for name in call.said["from-env-file"]:
        for line in _bytes(name).decode(errors="replace").splitlines():
            text = line.lstrip()
            if text and not text.startswith("#"):
                key, _, value = text.partition("=")
                yield key, value.encode()


def _unquoted(value: str) -> str:
    """A value without the quotes around it, which a shell would have taken."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _of_file(source: str) -> Iterator[tuple[str, bytes]]:
    key, equals, name = source.rpartition("=")
    if equals and (not key or not name):
        raise Failure(
            f"{'key name' if not key else 'file path'} for {'file path' if not key else 'key name'} "
            f"{name or key} missing"
        )
    path = Path(name)
    if path.is_dir():
        if key:
            raise Failure("cannot give a key name for a directory path")
        for child in sorted(path.iterdir()):
            if child.is_file() and not list(config_key(child.name)):
                yield child.name, _bytes(str(child))
    else:
        yield key or path.name, _bytes(name)


_UNREADABLE = "Cannot read file {0}, open {0}: {1}"


def _bytes(name: str, wrong: str = "error reading {0}: {1}") -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise Failure(wrong.format(name, (error.strerror or "").lower())) from None


@verb(
    "create quota",
    "NAME [--hard=pods=10,cpu=4] [--scopes=SCOPE,...]",
    "create a ResourceQuota",
    Flag("hard", "how much there may be of what: name=quantity,...", "LIMITS"),
    Flag("scopes", "which objects count", "SCOPES"),
    GENERATED,
    aliases=("create resourcequota",),
)
def quota(call: Call) -> None:
    """Carry out ``kubectl create quota``."""
    name = call.one_name()
    spec: dict[str, Any] = {}
    if call.said["hard"]:
        spec["hard"] = resource_list(call.said["hard"])
    if call.said["scopes"]:
        spec["scopes"] = call.said["scopes"].split(",")
    generate(call, object_of("v1", "ResourceQuota", meta_of(call, name), spec=spec), "quota: ")


def resource_list(text: str) -> dict[str, str]:
    """Quantities: ``cpu=2,memory=1Gi``.

    Raises:
        Failure: it is none.
    """
    found = {}
    for part in text.split(","):
        words = part.split("=")
        if len(words) != 2:
            raise Failure(f"Invalid argument syntax {part}, expected <resource>=<value>")
        try:
            quantity.parse(words[1])
        except QuantityError as error:
            raise Failure(str(error)) from None
        found[words[0]] = words[1]
    return found


@verb(
    "create priorityclass",
    "NAME --value=N [--global-default] [--preemption-policy=POLICY]",
    "create a PriorityClass",
    Flag("value", "the priority", "N", kind="number", default=0),
    Flag("global-default", "whether it holds for Pods that name no class"),
    Flag("description", "what it is for", "TEXT"),
    Flag("preemption-policy", "PreemptLowerPriority or Never", "POLICY", default="PreemptLowerPriority"),
    GENERATED,
    aliases=("create pc",),
)
def priority_class(call: Call) -> None:
    """Carry out ``kubectl create priorityclass``."""
    said = call.said
    manifest = object_of(
        "scheduling.k8s.io/v1",
        "PriorityClass",
        meta_of(call, call.one_name(), cluster_wide=True),
        value=said["value"],
        globalDefault=said["global-default"] or None,
        description=said["description"] or None,
        preemptionPolicy=said["preemption-policy"],
    )
    generate(call, manifest, "priorityclass: ")


@verb(
    "create poddisruptionbudget",
    "NAME --selector=LABELS (--min-available=N | --max-unavailable=N)",
    "create a PodDisruptionBudget",
    Flag("selector", "the Pods that it protects", "LABELS"),
    Flag("min-available", "so many, or such a share, have to stay available", "N"),
    Flag("max-unavailable", "so many, or such a share, may be unavailable", "N"),
    GENERATED,
    aliases=("create pdb",),
)
def budget(call: Call) -> None:
    """Carry out ``kubectl create poddisruptionbudget``."""
    name, said = call.one_name(), call.said
    if not said["selector"]:
        raise Failure("a selector must be specified")
    least, most = said["min-available"], said["max-unavailable"]
    if not least and not most:
        raise Failure("one of min-available or max-unavailable must be specified")
    if least and most:
        raise Failure("min-available and max-unavailable cannot be both specified")
    spec: dict[str, Any] = {"selector": selector_of(said["selector"])}
    for field, value in (("minAvailable", least), ("maxUnavailable", most)):
        if value:
            if not re.fullmatch(r"\d{1,9}%?", value):
                raise Failure(
                    f"invalid format specified for {'min-available' if value == least else 'max-unavailable'}"
                )
            spec[field] = value if value.endswith("%") else int(value)
    generate(
        call, object_of("policy/v1", "PodDisruptionBudget", meta_of(call, name), spec=spec), "poddisruptionbudgets: "
    )


def selector_of(text: str) -> dict[str, Any]:
    """A label selector of the line as a specification has it.

    Raises:
        Failure: it is none.
    """
    from kubelab.kubectl.resources import labels_of

    words = {"in": "In", "notin": "NotIn", "exists": "Exists", "!": "DoesNotExist", "!=": "NotIn"}
    labels: dict[str, str] = {}
    expressions = []
    chosen = labels_of(text)
    for requirement in chosen.requirements if chosen is not None else ():
        if requirement.operator in ("=", "=="):
            labels[requirement.key] = requirement.values[0]
        else:
            expression: dict[str, Any] = {"key": requirement.key, "operator": words.get(requirement.operator, "In")}
            if requirement.values:
                expression["values"] = sorted(requirement.values)
            expressions.append(expression)
    found: dict[str, Any] = {}
    if labels:
        found["matchLabels"] = labels
    if expressions:
        found["matchExpressions"] = expressions
    return found
