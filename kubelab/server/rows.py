"""Tables: what ``kubectl get`` prints is asked for as rows, so that every client prints the same columns.

**In Kubernetes:** `pkg/printers/storage`, `k8s.io/apiserver/pkg/registry/rest` (table.go).
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from kubelab.api.apiextensions import CustomResourceColumnDefinition
from kubelab.api.manifest import to_manifest
from kubelab.errors import StatusError
from kubelab.server.resources import Resource
from kubelab.state.snapshot import Object
from kubelab.views.printers import printer_of
from kubelab.views.printers.custom import CustomPrinter

Document = dict[str, Any]

NAMES = {
    "IP": "IP",
    "QOS": "QoS",
    "CLUSTER-IP": "Cluster-IP",
    "EXTERNAL-IP": "External-IP",
    "INTERNAL-IP": "Internal-IP",
    "OS-IMAGE": "OS-Image",
    "KERNEL-VERSION": "Kernel-Version",
    "CONTAINER-RUNTIME": "Container-Runtime",
    "PORT(S)": "Port(s)",
    "UP-TO-DATE": "Up-to-date",
    "CREATED AT": "Created At",
    "RECLAIMPOLICY": "ReclaimPolicy",
    "VOLUMEBINDINGMODE": "VolumeBindingMode",
    "ALLOWVOLUMEEXPANSION": "AllowVolumeExpansion",
    "ADDRESSTYPE": "AddressType",
    "VOLUMEATTRIBUTESCLASS": "VolumeAttributesClass",
    "VOLUMEMODE": "VolumeMode",
    "POD-SELECTOR": "Pod-Selector",
}
"""Headings that are not simply written with a capital letter."""

WHOLE_NUMBERS = frozenset(
    {"UP-TO-DATE", "AVAILABLE", "DESIRED", "CURRENT", "DATA", "SECRETS", "ACTIVE", "REVISION", "COUNT", "VALUE"}
)
"""Columns whose cells are numbers."""


def columns(kind: str) -> tuple[Document, ...]:
    """The columns of a kind."""
    printer = printer_of(kind)
    if isinstance(printer, CustomPrinter):
        return (_column("NAME", False), *(_defined(column) for column in printer.definitions))
    return _built_in(kind)


def _defined(column: CustomResourceColumnDefinition) -> Document:
    told = f"Custom resource definition column (in JSONPath format): {column.json_path}"
    return {
        "name": column.name,
        "type": column.type,
        "format": column.format,
        "description": column.description or told,
        "priority": column.priority,
    }


@cache
def _built_in(kind: str) -> tuple[Document, ...]:
    printer = printer_of(kind)
    always = set(printer.headings(False))
    return tuple(_column(heading, heading not in always) for heading in printer.headings(True))


def _column(heading: str, wide: bool) -> Document:
    name = NAMES.get(heading) or " ".join(word.capitalize() for word in heading.split(" "))
    return {
        "name": name,
        "type": "integer" if heading in WHOLE_NUMBERS else "string",
        "format": "name" if heading == "NAME" else "",
        "description": "",
        "priority": 1 if wide else 0,
    }


def table(
    resource: Resource,
    objects: Sequence[Object],
    now: int,
    include: str,
    meta: Document | None = None,
    headings: bool = True,
) -> Document:
    """Objects as a Table.

    Args:
        resource: what they are.
        objects: the objects.
        now: the time, in microseconds since 1970.
        include: what comes with each row: ``Metadata``, ``Object`` or ``None``.
        meta: the metadata of the list.
        headings: whether the columns are told.
    """
    found = columns(resource.kind.kind)
    printer = printer_of(resource.kind.kind)
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": meta or {},
        "columnDefinitions": list(found) if headings else None,
        "rows": [
            {"cells": _cells(printer.cells(obj, now, True), found), "object": _with(resource, obj, include)}
            for obj in objects
        ],
    }


def _cells(cells: Sequence[str], found: Sequence[Document]) -> list[str | int]:
    return [
        int(cell) if column["type"] == "integer" and cell.isdecimal() else cell
        for cell, column in zip(cells, found, strict=True)
    ]


def _with(resource: Resource, obj: Object, include: str) -> Document | None:
    if include == "None":
        return None
    if include == "Object":
        return outward(resource, obj)
    return partial(obj)


def check_include(include: str) -> str:
    """What comes with each row, checked.

    Raises:
        StatusError: 400, it is none of the known words.
    """
    if include not in ("", "Metadata", "Object", "None"):
        raise StatusError(400, "BadRequest", f'unrecognized includeObject value: "{include}"')
    return include or "Metadata"


def outward(resource: Resource, obj: Object) -> Document:
    """An object as a client gets it."""
    manifest = to_manifest(obj)
    return resource.outward(manifest) if resource.outward is not None else manifest


def partial(obj: Object) -> Document:
    """An object's metadata alone."""
    meta = to_manifest(obj)["metadata"]
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": meta}


def partial_list(objects: Sequence[Object], meta: Document) -> Document:
    """The metadata of some objects."""
    return {
        "kind": "PartialObjectMetadataList",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": meta,
        "items": [partial(obj) for obj in objects],
    }


def object_list(resource: Resource, objects: Sequence[Object], meta: Document) -> Document:
    """Objects as the list of their kind; the items do not repeat what they are."""
    return {
        "kind": f"{resource.title}List",
        "apiVersion": resource.api_version,
        "metadata": meta,
        "items": [_item(outward(resource, obj)) for obj in objects],
    }


def _item(manifest: Document) -> Document:
    return {key: value for key, value in manifest.items() if key not in ("apiVersion", "kind")}
