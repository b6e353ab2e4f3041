"""A registry of images that asks for credentials, and Secrets that hold some.

A registry is no object of the API: it is out there, and the kubelets of the cluster ask it for images.

Source: `k8s.io/kubernetes/pkg/credentialprovider` (config.go, keyring.go); kubectl `create secret docker-registry`.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import attrs

CONFIG_JSON, CONFIG = ".dockerconfigjson", ".dockercfg"
"""The keys under which Secrets of the two types hold their credentials."""

DOCKER_HUB = "docker.io"
_HUB_NAMES = ("index.docker.io", "docker.io", "registry-1.docker.io")


@attrs.frozen
class Registry:
    """A registry that gives its images to one user only.

    Attributes:
        host: where it is, with its port if it has one: ``reg.example.com``.
        user: who may pull.
        password: by which the user is known.
    """

    host: str
    user: str
    password: str = attrs.field(repr=False)


@attrs.frozen
class Credentials:
    """A user and a password, as a Secret holds them for a registry."""

    user: str
    password: str = attrs.field(repr=False)


def host_of(reference: str) -> str:
    """The host of an image's full name: ``reg.example.com`` of ``reg.example.com/shop/web:1``."""
    return reference.partition("/")[0]


def config_json(registry: str, user: str, password: str) -> str:
    """What `kubectl create secret docker-registry` puts into a Secret."""
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    entry = {"username": user, "password": password, "auth": auth}
    return json.dumps({"auths": {registry: entry}}, separators=(",", ":"), ensure_ascii=False)


def login_of(text: str) -> tuple[str, str, str] | None:
    """Registry, user and password, if a text is just what `config_json` writes of them."""
    try:
        ((registry, entry),) = json.loads(text)["auths"].items()
        said = registry, entry["username"], entry["password"]
        return said if text == config_json(*said) else None
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def credentials_for(reference: str, data: Mapping[str, str]) -> Iterator[Credentials]:
    """What the data of a Secret offers for an image; `reference` is its full name. The longest match comes first."""
    entries = dict(_entries(data))
    for place in sorted(entries, reverse=True):
        if _matches(place, reference):
            found = _read(entries[place])
            if found is not None:
                yield found


def _entries(data: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for key in (CONFIG_JSON, CONFIG):
        if key not in data:
            continue
        try:
            held = json.loads(base64.b64decode(data[key]))
        except (binascii.Error, ValueError):
            continue
        auths = held.get("auths") if key == CONFIG_JSON and isinstance(held, dict) else held
        if isinstance(auths, dict):
            yield from ((_place(name), entry) for name, entry in auths.items())


def _place(name: str) -> str:
    """The host and path that an entry speaks of: without scheme, and without the version of the registry's API."""
    bare = name.removeprefix("https://").removeprefix("http://").rstrip("/")
    for version in ("/v1", "/v2"):
        bare = bare.removesuffix(version)
    host, slash, path = bare.partition("/")
    return f"{DOCKER_HUB if host in _HUB_NAMES else host}{slash}{path}"


def _matches(place: str, reference: str) -> bool:
    host, _, path = place.partition("/")
    own, _, name = reference.partition("/")
    parts, own_parts = host.split("."), own.split(".")
    if len(parts) != len(own_parts) or not all(map(fnmatchcase, own_parts, parts)):
        return False
    return name.startswith(path)


def _read(entry: Any) -> Credentials | None:
    if not isinstance(entry, dict):
        return None
    user, password = entry.get("username", ""), entry.get("password", "")
    if entry.get("auth"):
        try:
            user, _, password = base64.b64decode(entry["auth"]).decode().partition(":")
        except (binascii.Error, ValueError, TypeError):
            return None
    return Credentials(user, password) if isinstance(user, str) and isinstance(password, str) else None
