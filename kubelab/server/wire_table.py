"""Makes `protobuf.txt`, the field numbers of the API's types, from the `.proto` and `types.go` files of k8s.io/api.

    python -m kubelab.server.wire_table FOLDER > kubelab/server/protobuf.txt

FOLDER holds `api` and `apimachinery` as their repositories do. Only what the served kinds need is taken. Run it when
the served version of Kubernetes changes.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from kubelab.server import resources

_MESSAGE = re.compile(r"^message (\w+) \{(.*?)^\}", re.M | re.S)
_PACKAGE = re.compile(r"^package ([\w.]+);", re.M)
_FIELD = re.compile(r"^\s*(optional|repeated) ([\w.]+) (\w+) = (\d+)")
_MAP = re.compile(r"^\s*map<string, ([\w.]+)> (\w+) = (\d+)")
_INLINE = re.compile(r'json:",inline" protobuf:"bytes,(\d+),opt,name=(\w+)"')
_NAMED = re.compile(r'json:"(\w+)[^"]*"[^`\n]*protobuf:"\w+,(\d+),\w+,name=(\w+)')

SCALARS = {
    "string": "s",
    "bool": "b",
    "bytes": "y",
    "double": "d",
    "int32": "i",
    "int64": "i",
    "uint32": "i",
    "uint64": "i",
}

BESIDES = (
    "+authentication.v1.TokenRequest",
    "+autoscaling.v1.Scale",
    "+policy.v1.Eviction",
    "@apis.meta.v1.DeleteOptions",
)
"""Types that are sent, and are no resources."""


def messages(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Every message with its fields: ``number:name:type`` and a sign for what repeats, maps or is inlined."""
    for path in sorted(folder.rglob("generated.proto")):
        text = path.read_text(encoding="utf-8")
        package = _PACKAGE.search(text)
        if package is None:
            continue
        types = path.with_name("types.go")
        go = types.read_text(encoding="utf-8") if types.exists() else ""
        inline = set(_INLINE.findall(go))
        renamed = {(number, name): json for json, number, name in _NAMED.findall(go) if json != name}
        for name, body in _MESSAGE.findall(text):
            yield short(f"{package[1]}.{name}"), list(_fields(body.splitlines(), package[1], inline, renamed))


def _fields(
    lines: Iterable[str], package: str, inline: set[tuple[str, str]], renamed: dict[tuple[str, str], str]
) -> Iterator[str]:
    for line in lines:
        if found := _FIELD.match(line):
            rule, type_, name, number = found.groups()
            sign = "*" if rule == "repeated" else "~" if (number, name) in inline else ""
            yield f"{number}:{renamed.get((number, name), name)}:{_type(type_, package)}{sign}"
        elif found := _MAP.match(line):
            type_, name, number = found.groups()
            yield f"{number}:{renamed.get((number, name), name)}:{_type(type_, package)}%"


def _type(name: str, package: str) -> str:
    if name in SCALARS:
        return SCALARS[name]
    return short(name.lstrip(".") if name.startswith(".") else f"{package}.{name}")


def short(name: str) -> str:
    """The full name of a type as the table writes it."""
    return name.replace("k8s.io.apimachinery.pkg.", "@").replace("k8s.io.api.", "+")


def wanted(known: dict[str, list[str]]) -> Iterator[str]:
    """The messages that the served kinds need."""
    waiting = list(BESIDES)
    titles = [(r.group, r.version, r.title) for r in resources.served().values()]
    titles += [(a.group, a.version, a.title) for a in resources.ANSWERS]
    for group, version, title in titles:
        package = group.split(".")[0] or "core"
        waiting.append(f"+{package}.{version}.{title}")
    done: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in done or name not in known:
            continue
        done.add(name)
        waiting += [field.split(":")[2].rstrip("*%~") for field in known[name]]
    yield from sorted(done)


def main(folder: str) -> None:
    """Print the table."""
    known = dict(messages(Path(folder)))
    for name in wanted(known):
        print(name, *known[name])


if __name__ == "__main__":
    main(sys.argv[1])
