"""``kubectl api-resources | api-versions | version | cluster-info``.

Source: kubectl `pkg/cmd/apiresources`, `pkg/cmd/version`, `pkg/cmd/clusterinfo`.
"""

from typing import Any

import attrs

from kubelab.api.scheme import Kind, every
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


@attrs.frozen
class Listed:
    """What is listed of a kind: as `kubelab.api.scheme.Kind` has it, also for kinds of which nothing is stored."""

    group: str
    plural: str
    kind: str
    short_names: tuple[str, ...] = ()
    namespaced: bool = True
    version: str = "v1"
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ("create",)

    @property
    def api_version(self) -> str:
        """The group and the version."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """The plural with its group."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


_SELF = ("authentication.k8s.io", "authorization.k8s.io")
NOT_STORED = (
    Listed("", "componentstatuses", "ComponentStatus", ("cs",), False, verbs=("get", "list")),
    Listed(_SELF[0], "selfsubjectreviews", "SelfSubjectReview", namespaced=False),
    Listed(_SELF[0], "tokenreviews", "TokenReview", namespaced=False),
    Listed(_SELF[1], "localsubjectaccessreviews", "LocalSubjectAccessReview"),
    Listed(_SELF[1], "selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced=False),
    Listed(_SELF[1], "selfsubjectrulesreviews", "SelfSubjectRulesReview", namespaced=False),
    Listed(_SELF[1], "subjectaccessreviews", "SubjectAccessReview", namespaced=False),
    Listed("events.k8s.io", "events", "Event", ("ev",), verbs=VERBS),
)
"""Kinds that the API server answers for, and stores nothing of under this name."""


def all_listed() -> list[Listed]:
    """All kinds that the API server has."""
    stored = [
        Listed(
            kind.group,
            kind.plural,
            kind.kind,
            kind.short_names,
            kind.namespaced,
            kind.version,
            kind.categories,
            verbs_of(kind),
        )
        for kind in every()
    ]
    return [*stored, *NOT_STORED]


def verbs_of(kind: Kind) -> tuple[str, ...]:
    """What can be done with objects of a kind."""
    if kind.kind == "Namespace":
        return tuple(verb for verb in VERBS if verb != "deletecollection")
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
    found = [kind for kind in all_listed() if _wanted(call, kind)]
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
        more = (",".join(kind.verbs), ",".join(kind.categories)) if wide else ()
        rows.append((*cells, *more))
    if rows:
        call.print(rows_text(rows))


def _wanted(call: Call, kind: Listed) -> bool:
    said = call.said
    return (
        ("api-group" not in said or said["api-group"] == kind.group)
        and ("namespaced" not in said or said["namespaced"] == kind.namespaced)
        and set(said["verbs"]) <= set(kind.verbs)
        and set(said["categories"]) <= set(kind.categories)
    )


def _listed(found: list[Listed]) -> dict[str, Any]:
    resources = [
        {
            "name": kind.plural,
            "singularName": kind.kind.lower(),
            "namespaced": kind.namespaced,
            **({"group": kind.group} if kind.group else {}),
            "version": kind.version,
            "kind": kind.kind,
            "verbs": list(kind.verbs),
            **({"shortNames": list(kind.short_names)} if kind.short_names else {}),
            **({"categories": list(kind.categories)} if kind.categories else {}),
        }
        for kind in found
    ]
    return {"apiVersion": "v1", "groupVersion": "", "kind": "APIResourceList", "resources": resources}


@verb("api-versions", "", "list the versions of the API groups")
def api_versions(call: Call) -> None:
    """Carry out ``kubectl api-versions``."""
    for version in sorted({kind.api_version for kind in all_listed()} | {"autoscaling/v1"}):
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
