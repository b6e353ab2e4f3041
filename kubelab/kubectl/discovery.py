"""``kubectl api-resources | api-versions | version | cluster-info``.

Source: kubectl `pkg/cmd/apiresources`, `pkg/cmd/version`, `pkg/cmd/clusterinfo`.
"""

from typing import Any

from kubelab.api.scheme import KINDS, Kind
from kubelab.api.text import json_of
from kubelab.api.yaml_writer import yaml_of
from kubelab.kubectl.answer import Failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.verbs import verb
from kubelab.state.bootstrap import SECURE_PORT
from kubelab.views.tables import rows_text

ADDRESS = f"https://127.0.0.1:{SECURE_PORT}"
CLIENT, SERVER, KUSTOMIZE = "v1.33.0", "v1.36.2", "v5.6.0"
SKEW = (
    "WARNING: version difference between client (1.33) and server (1.36) exceeds the supported minor version skew of "
    "+/-1"
)
VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


def verbs_of(kind: Kind) -> tuple[str, ...]:
    """What can be done with objects of a kind."""
    return VERBS if kind.listed else ("create",)


@verb(
    "api-resources",
    "",
    "list the kinds that the API server has",
    Flag("api-group", "only this API group", "NAME"),
    Flag("namespaced", "only kinds that are, or (=false) are not in Namespaces", default=True),
    Flag("verbs", "only kinds with which all this can be done", "VERBS", kind="list"),
    Flag("categories", "only kinds of these categories", "NAMES", kind="list"),
    Flag("sort-by", "name or kind", "FIELD"),
    Flag("no-headers", "leave out the headings"),
    Flag("cached", "without effect here"),
    Flag("output", "name, wide, yaml or json", "FORM", "o"),
)
def api_resources(call: Call) -> None:
    """Carry out ``kubectl api-resources``."""
    said = call.said
    if said["output"] not in ("", "wide", "name", "yaml", "json"):
        raise Failure(f"--output {said['output']} is not available")
    if said["sort-by"] not in ("", "name", "kind"):
        raise Failure("--sort-by accepts only name or kind")
    if call.words:
        raise Failure(
            f"unexpected arguments: [{' '.join(call.words)}]\nSee 'kubectl api-resources -h' for help and examples"
        )
    found = [kind for kind in KINDS if _wanted(call, kind)]
    order = {"name": lambda kind: kind.plural, "kind": lambda kind: kind.kind}
    found.sort(key=order.get(said["sort-by"], lambda kind: (kind.group, kind.plural)))
    if said["output"] == "name":
        for kind in found:
            call.print(kind.resource)
        return
    if said["output"] in ("yaml", "json"):
        call.write({"yaml": yaml_of, "json": json_of}[said["output"]](_listed(found)))
        return
    wide = said["output"] == "wide"
    rows = (
        []
        if said["no-headers"]
        else [("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", *(("VERBS", "CATEGORIES") if wide else ()))]
    )
    for kind in found:
        cells = (kind.plural, ",".join(kind.short_names), kind.api_version, str(kind.namespaced).lower(), kind.kind)
        more = (",".join(verbs_of(kind)), ",".join(kind.categories)) if wide else ()
        rows.append((*cells, *more))
    if rows:
        call.print(rows_text(rows))


def _wanted(call: Call, kind: Kind) -> bool:
    said = call.said
    return (
        ("api-group" not in said or said["api-group"] == kind.group)
        and ("namespaced" not in said or said["namespaced"] == kind.namespaced)
        and set(said["verbs"]) <= set(verbs_of(kind))
        and set(said["categories"]) <= set(kind.categories)
    )


def _listed(found: list[Kind]) -> dict[str, Any]:
    resources = [
        {
            "name": kind.plural,
            "singularName": kind.singular,
            "namespaced": kind.namespaced,
            **({"group": kind.group} if kind.group else {}),
            "version": kind.version,
            "kind": kind.kind,
            "verbs": list(verbs_of(kind)),
            **({"shortNames": list(kind.short_names)} if kind.short_names else {}),
            **({"categories": list(kind.categories)} if kind.categories else {}),
        }
        for kind in found
    ]
    return {"apiVersion": "v1", "groupVersion": "", "kind": "APIResourceList", "resources": resources}


@verb("api-versions", "", "list the versions of the API groups")
def api_versions(call: Call) -> None:
    """Carry out ``kubectl api-versions``."""
    for version in sorted({kind.api_version for kind in KINDS}):
        call.print(version)


@verb(
    "version",
    "[--client] [-o yaml|json]",
    "say which versions there are",
    Flag("client", "only that of kubectl"),
    Flag("output", "yaml or json", "FORM", "o"),
)
def version(call: Call) -> None:
    """Carry out ``kubectl version``."""
    only_client, output = call.said["client"], call.said["output"]
    if output not in ("", "yaml", "json"):
        raise Failure("--output must be 'yaml' or 'json'")
    if not only_client:
        call.client.reach()
    if output:
        shown: dict[str, Any] = {"clientVersion": _version(CLIENT), "kustomizeVersion": KUSTOMIZE}
        if not only_client:
            shown["serverVersion"] = _version(SERVER)
        call.write(
            {"yaml": yaml_of, "json": json_of}[output](shown).replace("    ", "  " if output == "json" else "    ")
        )
    else:
        call.print(f"Client Version: {CLIENT}")
        call.print(f"Kustomize Version: {KUSTOMIZE}")
        if not only_client:
            call.print(f"Server Version: {SERVER}")
    if not only_client:
        call.tell(SKEW)


def _version(text: str) -> dict[str, str]:
    major, minor, _ = text.removeprefix("v").split(".")
    return {"compiler": "gc", "gitVersion": text, "major": major, "minor": minor, "platform": "linux/amd64"}


@verb("cluster-info", "", "say where the control plane is")
def cluster_info(call: Call) -> None:
    """Carry out ``kubectl cluster-info``."""
    call.client.reach()
    call.print(f"Kubernetes control plane is running at {ADDRESS}")
    for service in call.client.view.list("Service", "kube-system"):
        labels = service.metadata.labels
        if labels.get("kubernetes.io/cluster-service") == "true":
            name = labels.get("kubernetes.io/name", service.metadata.name)
            port = f":{service.spec.ports[0].name}" if service.spec.ports and service.spec.ports[0].name else ""
            place = f"/api/v1/namespaces/kube-system/services/{service.metadata.name}{port}/proxy"
            call.print(f"{name} is running at {ADDRESS}{place}")
    call.print("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")
