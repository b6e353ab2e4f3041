"""``kubectl run`` and ``kubectl expose``.

Source: kubectl `pkg/cmd/run`, `pkg/cmd/expose`; `pkg/polymorphichelpers`.
"""

import re
from typing import Any

from kubelab.api.decode import value_kind
from kubelab.kubectl import jsonvalues
from kubelab.kubectl.answer import Failure, usage_failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.changing import targets
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.creating import generate, meta_of, object_of
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.going_on import until
from kubelab.kubectl.resources import Info
from kubelab.kubectl.scaling import generate_as
from kubelab.kubectl.verbs import DRY_RUN, FILES, MANAGER, OUTPUT, SAVE, verb
from kubelab.state.snapshot import ObjectKey

_OVERRIDES = (
    Flag("overrides", "a patch for what is created, in JSON", "JSON"),
    Flag("override-type", "what sort of patch that is: json, merge or strategic", "SORT", default="merge"),
)


@verb(
    "run",
    "NAME --image=IMAGE [--port=PORT] [--env=NAME=VALUE] [-- ARGS...]",
    "create a Pod",
    Flag("image", "the image of its container", "IMAGE"),
    Flag("port", "the port on which it listens", "PORT"),
    Flag("env", "an environment variable: NAME=VALUE", "NAME=VALUE", kind="array"),
    Flag("labels", "its labels: app=web,tier=front", "LABELS", "l"),
    Flag("annotations", "an annotation: name=value", "NAME=VALUE", kind="array"),
    Flag("restart", "the restartPolicy: Always, OnFailure or Never", "POLICY", default="Always"),
    Flag("command", "the words after -- are the command, not its arguments"),
    Flag("image-pull-policy", "when the image is pulled: Always, IfNotPresent or Never", "POLICY"),
    Flag("expose", "also create a Service for it; needs --port"),
    Flag("privileged", "let the container do everything on its node"),
    Flag("rm", "delete the Pod when its container has ended"),
    Flag("stdin", "keep the container's stdin open", short="i"),
    Flag("tty", "give the container a terminal; there is none here", short="t"),
    Flag("attach", "wait until the container has started"),
    Flag("quiet", "say less", short="q"),
    Flag("leave-stdin-open", "keep stdin open after the first client"),
    Flag("pod-running-timeout", "how long to wait for the container", "TIME", kind="duration", default=60_000_000),
    _OVERRIDES,
    OUTPUT,
    DRY_RUN,
    SAVE,
    MANAGER,
    required=("image",),
)
def run(call: Call) -> None:
    """Carry out ``kubectl run``."""
    if len(call.words) < 1:
        raise usage_failure("NAME is required for run", "run")
    name, said = call.words[0], call.said
    if said["restart"] not in ("Always", "OnFailure", "Never"):
        raise usage_failure(f"invalid restart policy: {said['restart']}", "run")
    if said["rm"] and not (said["attach"] or said["stdin"] or said["tty"]):
        raise Failure("--rm should only be used for attached containers")
    if said["expose"] and not said["port"]:
        raise Failure("--port must be set when exposing a service")
    manifest = _pod(call, name)
    if said["overrides"]:
        manifest = _overridden(manifest, said["overrides"], said["override-type"])
    generate(call, manifest)
    if said["expose"]:
        port = int(said["port"])
        spec = {"ports": [{"port": port, "protocol": "TCP", "targetPort": port}], "selector": _labels(call, name)}
        # The Pod is created first, and told of last.
        pod = call.out[:]
        del call.out[:]
        if said["output"] == "yaml":
            call.write("---\n")
        generate(call, object_of("v1", "Service", meta_of(call, name), spec=spec))
        call.out += pod
    if said["rm"] and call.dry == "none":
        _run_to_end(call, ObjectKey("Pod", call.namespace, name))


def _labels(call: Call, name: str) -> dict[str, str]:
    if not call.said["labels"]:
        return {"run": name}
    found = {}
    for part in call.said["labels"].split(","):
        key, equals, value = part.partition("=")
        if not equals or not key:
            raise Failure(f"unexpected label spec: {part}")
        found[key] = value
    return found


def _pod(call: Call, name: str) -> Manifest:
    said = call.said
    container: dict[str, Any] = {"name": name, "image": said["image"], "resources": {}}
    words = [*call.words[1:], *(call.after or [])]
    if words:
        container["command" if said["command"] else "args"] = words
    if said["env"]:
        container["env"] = [_variable(text) for text in said["env"]]
    if said["port"]:
        if not re.fullmatch(r"\d+", said["port"]):
            raise Failure(f'strconv.Atoi: parsing "{said["port"]}": invalid syntax')
        if len(said["port"]) > 18:
            raise Failure(f'strconv.Atoi: parsing "{said["port"]}": value out of range')
        container["ports"] = [{"containerPort": int(said["port"])}]
    if said["image-pull-policy"]:
        container["imagePullPolicy"] = said["image-pull-policy"]
    for flag, fields in (("stdin", {"stdin": True, "stdinOnce": True}), ("tty", {"tty": True})):
        if said[flag]:
            container.update(fields)
    if said["privileged"]:
        container["securityContext"] = {"privileged": True}
    meta = meta_of(call, name, _labels(call, name))
    annotations = dict(text.partition("=")[::2] for text in said["annotations"])
    if annotations:
        meta["annotations"] = annotations
    spec = {"containers": [container], "restartPolicy": said["restart"], "dnsPolicy": "ClusterFirst"}
    return object_of("v1", "Pod", meta, spec=spec)


def _variable(text: str) -> Manifest:
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[-._a-zA-Z][-._a-zA-Z0-9]*", name):
        raise Failure(f"invalid env: {text}" if not equals else f"invalid environment variable: {text}")
    return {"name": name, "value": value} if value else {"name": name}


def _overridden(manifest: Manifest, text: str, sort: str) -> Manifest:
    patch = jsonvalues.parsed(text)
    if sort != "json" and not isinstance(patch, dict):
        raise Failure(f"json: cannot unmarshal {value_kind(patch)} into Go value of type map[string]interface {{}}")
    if sort == "merge":
        found = jsonvalues.merged(manifest, patch)
    elif sort == "strategic":
        from kubelab.api.scheme import by_kind
        from kubelab.apiserver.patches import strategic

        found = strategic.merged(manifest, patch, by_kind(str(manifest["kind"])).model)
    else:
        from kubelab.apiserver.patches import operations

        found = operations.carried_out(manifest, patch)
    assert isinstance(found, dict)
    return found


def _run_to_end(call: Call, key: ObjectKey) -> None:
    """Let the Pod run to its end, and delete it."""

    def ended(view: Any) -> bool:
        pod = view.find(key)
        return pod is None or pod.status.phase in ("Succeeded", "Failed")

    until(call, ended, 600)
    from kubelab.api.scheme import by_kind

    call.client.delete(by_kind("Pod"), key.namespace, key.name, None, "Background")
    call.print(f'pod "{key.name}" deleted')
    until(call, lambda view: view.find(key) is None)


EXPOSABLE = ("Service", "ReplicationController", "Deployment", "ReplicaSet", "Pod")


@verb(
    "expose",
    "(TYPE NAME | TYPE/NAME | -f FILE) [--port=PORT] [--target-port=PORT] [--type=TYPE]",
    "create a Service for the Pods of a Deployment, ReplicaSet, ReplicationController, Service or Pod",
    Flag("port", "the port of the Service", "PORT"),
    Flag("target-port", "the port of the Pods, or its name", "PORT"),
    Flag("protocol", "TCP, UDP or SCTP", "PROTOCOL"),
    Flag("type", "ClusterIP, NodePort, LoadBalancer or ExternalName", "TYPE"),
    Flag("name", "the name of the Service", "NAME"),
    Flag("labels", "its labels", "LABELS", "l"),
    Flag("selector", "which Pods it has", "LABELS"),
    Flag("external-ip", "an address from outside at which it is reached, too", "ADDRESS"),
    Flag("load-balancer-ip", "the address of its load balancer", "ADDRESS"),
    Flag("cluster-ip", "its address, or None for a headless Service", "ADDRESS"),
    Flag("session-affinity", "None or ClientIP", "HOW"),
    _OVERRIDES,
    FILES,
    OUTPUT,
    DRY_RUN,
    SAVE,
    MANAGER,
)
def expose(call: Call) -> None:
    """Carry out ``kubectl expose``."""
    said = call.said
    for info in targets(call, call.words):
        if info.kind.kind not in EXPOSABLE:
            group = f".{info.kind.group}" if info.kind.group else ""
            raise Failure(f"cannot expose a {info.kind.kind}{group}")
        manifest = info.manifest
        meta: Manifest = {"name": said["name"] or info.name[:63]}
        if call.dry != "client" or call.explicit_namespace:
            meta["namespace"] = info.namespace
        labels = _given_labels(said["labels"]) or manifest["metadata"].get("labels")
        if labels:
            meta["labels"] = labels
        spec: Manifest = {"ports": _exposed_ports(call, info, manifest), "selector": _selector(call, info, manifest)}
        for flag, field in (("type", "type"), ("cluster-ip", "clusterIP"), ("load-balancer-ip", "loadBalancerIP")):
            if said[flag]:
                spec[field] = said[flag]
        if said["external-ip"]:
            spec["externalIPs"] = [said["external-ip"]]
        if said["session-affinity"]:
            spec["sessionAffinity"] = said["session-affinity"]
        service = object_of("v1", "Service", meta, spec=spec)
        if said["overrides"]:
            service = _overridden(service, said["overrides"], said["override-type"])
        generate_as(call, service, "exposed")


def _given_labels(text: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in text.split(",")) if text else {}


def _selector(call: Call, info: Info, manifest: Manifest) -> dict[str, str]:
    if call.said["selector"]:
        return _given_labels(call.said["selector"])
    spec = manifest.get("spec") or {}
    if info.kind.kind == "Pod":
        found = manifest["metadata"].get("labels") or {}
        if not found:
            raise Failure(
                "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and "
                "cannot be exposed"
            )
        return dict(found)
    if info.kind.kind in ("Service", "ReplicationController"):
        found = spec.get("selector") or {}
    else:
        selector = spec.get("selector") or {}
        if selector.get("matchExpressions"):
            raise Failure(
                "couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - "
                f'"{selector["matchExpressions"]}" to map-based selector format'
            )
        found = selector.get("matchLabels") or {}
    if not found:
        raise Failure(
            "couldn't retrieve selectors via --selector flag or introspection: invalid service: no selectors, "
            "therefore cannot be exposed"
        )
    return dict(found)


def _exposed_ports(call: Call, info: Info, manifest: Manifest) -> list[Manifest]:
    said = call.said
    known: dict[str, str] = {}
    spec = manifest.get("spec") or {}
    if info.kind.kind == "Service":
        known = {str(port["port"]): port.get("protocol", "TCP") for port in spec.get("ports") or []}
    else:
        pod = spec if info.kind.kind == "Pod" else (spec.get("template") or {}).get("spec") or {}
        for container in pod.get("containers") or []:
            for port in container.get("ports") or []:
                known[str(port["containerPort"])] = port.get("protocol", "TCP")
    chosen = [said["port"]] if said["port"] else list(known)
    if not chosen and said["cluster-ip"] != "None":
        raise Failure("couldn't find port via --port flag or introspection")
    ports: list[Manifest] = []
    for text in chosen:
        for number in text.split(","):
            if not number.isdecimal():
                raise Failure(f'strconv.Atoi: parsing "{number}": invalid syntax')
            target = said["target-port"] or number
            chosen_port: Manifest = {
                "port": int(number),
                "protocol": said["protocol"] or known.get(number, "TCP"),
                "targetPort": int(target) if target.isdecimal() else target,
            }
            ports.append(chosen_port)
    if len(ports) > 1:
        ports = [{"name": f"port-{place}", **port} for place, port in enumerate(ports, 1)]
    return ports
