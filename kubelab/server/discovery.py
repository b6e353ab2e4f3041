"""Discovery: which groups, versions and resources there are, in the old form and in the aggregated one.

**In Kubernetes:** `k8s.io/apiserver/pkg/endpoints/discovery`, and its `aggregated`.
"""

from functools import lru_cache
from typing import Any

from kubelab.api.scheme import Kind, Vocabulary, known
from kubelab.server import resources
from kubelab.server.resources import Answer, Resource

Document = dict[str, Any]

AGGREGATED = "apidiscovery.k8s.io/v2"

COMPONENT_STATUS: Document = {
    "name": "componentstatuses",
    "singularName": "componentstatus",
    "namespaced": False,
    "kind": "ComponentStatus",
    "verbs": ["get", "list"],
    "shortNames": ["cs"],
}


def core_versions(host: str) -> Document:
    """What ``/api`` answers."""
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": host}],
    }


def group_list() -> Document:
    """What ``/apis`` answers."""
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(*each) for each in resources.groups()]}


def _group(name: str, versions: tuple[str, ...]) -> Document:
    listed = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": listed, "preferredVersion": listed[0]}


def group(name: str) -> Document | None:
    """What ``/apis/GROUP`` answers, or None."""
    for found, versions in resources.groups():
        if found == name:
            return {"kind": "APIGroup", "apiVersion": "v1", **_group(found, versions)}
    return None


def _resource_list(group: str, version: str) -> tuple[Document, ...]:
    return _listed(group, version, known())


@lru_cache(maxsize=256)
def _listed(group: str, version: str, words: Vocabulary) -> tuple[Document, ...]:
    # What is served depends on `words` alone.
    listed: list[Document] = []
    for each in resources.served().values():
        if (each.group, each.version) == (group, version):
            listed += _entries(each)
    listed += [_question(a) for a in resources.ANSWERS if (a.group, a.version) == (group, version)]
    if (group, version) == ("", "v1"):
        listed.append(COMPONENT_STATUS)
    return tuple(sorted(listed, key=lambda entry: str(entry["name"])))


def resource_list(group: str, version: str) -> Document | None:
    """What ``/api/v1`` or ``/apis/GROUP/VERSION`` answers, or None where there is no such version."""
    listed = _resource_list(group, version)
    if not listed:
        return None
    api_version = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api_version, "resources": list(listed)}


def _entries(each: Resource) -> list[Document]:
    kind = each.kind
    entry: Document = {
        "name": each.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": each.title,
        "verbs": list(each.verbs),
    }
    if kind.short_names:
        entry["shortNames"] = list(kind.short_names)
    if kind.categories:
        entry["categories"] = list(kind.categories)
    return [entry, *_below(each, kind)]


def _below(each: Resource, kind: Kind) -> list[Document]:
    entries: list[Document] = []
    for below in resources.subresources(kind):
        entry: Document = {
            "name": f"{each.plural}/{below.name}",
            "singularName": "",
            "namespaced": kind.namespaced,
            "kind": below.title or each.title,
            "verbs": list(below.verbs),
        }
        if below.group is not None:
            entry["group"], entry["version"] = below.group, below.version
        entries.append(entry)
    return entries


def _question(each: Answer) -> Document:
    return {
        "name": each.plural,
        "singularName": each.singular,
        "namespaced": each.namespaced,
        "kind": each.title,
        "verbs": ["create"],
    }


def aggregated(core: bool) -> Document:
    """What ``/api`` (or ``/apis``) answers to a client that asks for everything at once."""
    return _everything(core, known())


@lru_cache(maxsize=16)
def _everything(core: bool, words: Vocabulary) -> Document:
    named = [("", ("v1",))] if core else list(resources.groups())
    items = [
        {
            "metadata": {"name": name, "creationTimestamp": None} if name else {"creationTimestamp": None},
            "versions": [
                {"version": version, "resources": _aggregated(name, version), "freshness": "Current"}
                for version in versions
            ],
        }
        for name, versions in named
    ]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": AGGREGATED, "metadata": {}, "items": items}


def _aggregated(group: str, version: str) -> list[Document]:
    found: list[Document] = []
    by_name: dict[str, Document] = {}
    for entry in _resource_list(group, version):
        name, _, below = str(entry["name"]).partition("/")
        kind = {
            "group": entry.get("group", group),
            "version": entry.get("version", version),
            "kind": entry["kind"],
        }
        if below:
            sub = {"subresource": below, "responseKind": kind, "verbs": entry["verbs"]}
            by_name[name].setdefault("subresources", []).append(sub)
            continue
        whole: Document = {
            "resource": name,
            "responseKind": kind,
            "scope": "Namespaced" if entry["namespaced"] else "Cluster",
            "singularResource": entry["singularName"],
            "verbs": entry["verbs"],
        }
        for old, new in (("shortNames", "shortNames"), ("categories", "categories")):
            if old in entry:
                whole[new] = entry[old]
        by_name[name] = whole
        found.append(whole)
    return found
