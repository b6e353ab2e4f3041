"""Which function reads which statement: the rules of the grammar by their names."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from kubelab.dsl import containers, fields, pods, probes, services, things
from kubelab.dsl.draft import Compilation, Scope
from kubelab.dsl.words import Wrong

OBJECTS: dict[str, Callable[[Compilation, Any], None]] = {
    "cluster": things.cluster,
    "node": things.node,
    "workload": pods.workload,
    "service": services.service,
    "config": things.config,
    "secret": things.secret,
    "claim": things.claim,
    "ingress": services.ingress,
    "role": things.role,
    "binding": things.binding,
    "thing": things.thing,
}
"""What makes objects."""

STATEMENTS: dict[str, Callable[[Scope, Any], None]] = {
    "assignment": fields.assignment,
    "label": pods.label,
    "annotation": pods.annotation,
    # of a node
    "capacity": things.capacity,
    "zone": things.zone,
    "taint": things.taint,
    "cordoned": things.cordoned,
    # of a workload and its Pods
    "container": pods.container,
    "init": pods.container,
    "sidecar": pods.container,
    "pod_label": pods.pod_label,
    "pod_annotation": pods.pod_annotation,
    "restart": pods.pod_text("restartPolicy"),
    "account": pods.pod_text("serviceAccountName"),
    "pull_secrets": pods.pull_secrets,
    "node_name": pods.pod_text("nodeName"),
    "node_selector": pods.node_selector,
    "tolerate": pods.tolerate,
    "strategy": pods.strategy,
    "claim_template": pods.claim_template,
    "volume": containers.volume,
    # of a container
    "port": containers.port,
    "env": containers.env,
    "mount": containers.mount,
    "mount_volume": containers.mount_volume,
    "request": containers.amounts("requests"),
    "limit": containers.amounts("limits"),
    "command": containers.words("command"),
    "args": containers.words("args"),
    "ready": probes.probe("readinessProbe"),
    "live": probes.probe("livenessProbe"),
    "startup": probes.probe("startupProbe"),
    # of its simulated process
    "starts": containers.lasting("start-seconds"),
    "ready_after": containers.lasting("ready-seconds"),
    "stops": containers.stops,
    "exits": containers.exits,
    "crashes": containers.crashes,
    "out_of_memory": containers.out_of_memory,
    "never_ready": containers.flag("never-ready"),
    "cannot_pull": containers.flag("cannot-pull"),
    "serves": containers.serves,
    "uses": containers.uses,
    # of a service
    "cluster_ip": services.cluster_ip,
    "node_port": services.node_port,
    "load_balancer": services.load_balancer,
    "external_name": services.external_name,
    "headless": services.headless,
    "target": services.target,
    "target_labels": services.target_labels,
    "service_ports": services.service_ports,
    "affinity": services.affinity,
    # of an ingress
    "ingress_class": services.ingress_class,
    "route": services.route,
    "default_route": services.default_route,
    "tls": services.tls,
    # of configuration and rights
    "datum": things.datum,
    "encoded": things.encoded("data"),
    "docker_login": things.docker_login,
    "binary": things.encoded("binaryData"),
    "immutable": things.immutable,
    "can": things.can,
    "bound_role": things.bound_role,
    "bound_subjects": things.bound_subjects,
}
"""What says something about an object."""


def run(scope: Scope, statements: Iterable[Any]) -> None:
    """Let each statement do its work; one that is wrong is noted, and the next one is read."""
    for tree in statements:
        try:
            STATEMENTS[tree.data](scope, tree)
        except Wrong as error:
            scope.out.wrong(error)


@cache
def documentation() -> dict[str, str]:
    """What each statement says about itself, for the reference and for completion."""
    return {name: (function.__doc__ or "").strip() for name, function in STATEMENTS.items()}
