"""Objects to source: any object of a known kind as text that compiles to the very same object.

Short forms where they say it, paths for all the rest. What was written is compiled once and compared; an object that
would not come back exactly is written by paths alone.
"""

from collections.abc import Iterator, Sequence, Set
from typing import Any

from kubelab.api import manifest as manifests
from kubelab.api.scheme import Object, kind_of
from kubelab.dsl import source_pods, source_things
from kubelab.dsl.compiler import compile_text
from kubelab.dsl.formatter import format_text
from kubelab.dsl.services import exposed_ports, selected_by
from kubelab.dsl.writing import WIDTH, quoted
from kubelab.dsl.writing import name as called
from kubelab.errors import SourceError

Block = tuple[str, list[str]]
"""The head of an object and its statements, without their indentation."""

_BLOCK_ONLY = ("container ", "init ", "sidecar ", "command ", "args ", ".", "pod.", "container.")


def to_source(objects: Sequence[Object]) -> str:
    """The text that says these objects, in their order."""
    exact: set[int] = set()
    text = "\n".join(program(objects, exact))
    for _ in range(2):
        wrong = differences(text, objects)
        if not wrong - exact:
            break
        exact |= wrong
        text = "\n".join(program(objects, exact))
    return format_text(text)


def differences(text: str, objects: Sequence[Object]) -> set[int]:
    """Which of the objects would not come back as they are."""
    everything = set(range(len(objects)))
    try:
        compiled = compile_text(text)
    except SourceError:
        return everything
    nodes, others = list(compiled.nodes), list(compiled.objects)
    wrong = set()
    for index, obj in enumerate(objects):
        back = nodes if obj.kind == "Node" else others
        if not back or back.pop(0) != obj:
            wrong.add(index)
    return everything if nodes or others else wrong


def program(objects: Sequence[Object], exact: Set[int]) -> Iterator[str]:
    """The lines of the text; objects of one namespace that follow one another share a block."""
    workloads = _workloads(objects)
    index = 0
    first = True
    while index < len(objects):
        obj = objects[index]
        if not first:
            yield ""
        first = False
        inside = _run(objects, index + 1, obj.metadata.name)
        if obj.kind == "Namespace" and obj.metadata.name and inside > index + 1:
            head, items = _block(obj, exact=index in exact, workloads=workloads, indent="  ")
            yield head + " {" if head.startswith("namespace") else f"{head} {{"
            if head.startswith("namespace"):
                yield from _members(items, objects, index + 1, inside, exact, workloads)
                yield "}"
                index = inside
                continue
            yield from (f"  {item}" for item in items)
            yield "}"
            index += 1
            continue
        namespace = _namespace(obj)
        if namespace:
            end = _run(objects, index, namespace)
            yield f"in {called(namespace)} {{"
            yield from _members([], objects, index, end, exact, workloads)
            yield "}"
            index = end
        elif obj.kind == "Node":
            end = index
            while end < len(objects) and objects[end].kind == "Node":
                end += 1
            yield "cluster {"
            for i in range(index, end):
                yield from _lines(_block(objects[i], i in exact, workloads, "    "), "  ")
            yield "}"
            index = end
        else:
            yield from _lines(_block(obj, index in exact, workloads, "  "), "")
            index += 1


def _members(
    items: list[str], objects: Sequence[Object], start: int, end: int, exact: Set[int], workloads: Any
) -> Iterator[str]:
    """What stands in a namespace's block."""
    yield from (f"  {item}" for item in items)
    blank = bool(items)
    for index in range(start, end):
        lines = list(_lines(_block(objects[index], index in exact, workloads, "    "), "  "))
        if blank or (index > start and len(lines) > 1):
            yield ""
        blank = len(lines) > 1
        yield from lines


def _run(objects: Sequence[Object], start: int, namespace: str) -> int:
    """Where the run of objects of one namespace ends that begins at `start`."""
    end = start
    while end < len(objects) and _namespace(objects[end]) == namespace:
        end += 1
    return end


def _namespace(obj: Object) -> str:
    return obj.metadata.namespace if kind_of(obj).namespaced else ""


def _lines(block: Block, indent: str) -> Iterator[str]:
    """An object in one line where it is short, else with a block."""
    head, items = block
    if len(items) == 1 and not items[0].startswith(_BLOCK_ONLY) and "\n" not in items[0]:
        line = f"{indent}{head} {items[0]}"
        if len(line) <= WIDTH and _inline(head):
            yield line
            return
    if not items:
        yield indent + head
        return
    yield f"{indent}{head} {{"
    for item in items:
        yield f"{indent}  {item}"
    yield indent + "}"


def _inline(head: str) -> bool:
    """Whether statements may follow in the head's line."""
    kind = head.split(" ", 1)[0]
    return kind in ("service", "ingress", "node", "pvc", "serviceaccount") or source_pods.is_word(kind)


def _block(obj: Object, exact: bool, workloads: Any, indent: str) -> Block:
    manifest = manifests.to_manifest(obj, compact=True)
    metadata = manifest.setdefault("metadata", {})
    name, implied = _name(metadata)
    namespace = metadata.get("namespace", "")
    if kind_of(obj).namespaced:
        metadata.pop("namespace", None)
    if not exact and source_pods.runs_pods(obj.kind):
        said = source_pods.write(manifest, name, implied, indent)
        if said is not None:
            return said
        return _block(obj, True, workloads, indent)
    if exact:
        return source_things.raw(manifest, name, indent)
    return source_things.write(manifest, name, namespace, workloads, indent)


def _name(metadata: dict[str, Any]) -> tuple[str, str]:
    """The word that names an object, taken out of its metadata, and the name that it implies."""
    if "name" not in metadata and len(metadata.get("generateName", "")) > 0:
        said = called(metadata["generateName"] + "*")
        if said[0] != '"':
            return said, metadata.pop("generateName").rstrip("*-.")
    name = metadata.pop("name", "")
    return (quoted(name) if not name or name[-1] == "*" else called(name)), name


def _workloads(objects: Sequence[Object]) -> source_things.Workloads:
    """What Services can lead to by the name of a workload; where several select the same, the first one."""
    found: dict[Any, Any] = {}
    names: dict[tuple[str, str, str], int] = {}
    for obj in objects:
        key = (obj.kind, obj.metadata.namespace, obj.metadata.name)
        names[key] = names.get(key, 0) + 1
    for obj in objects:
        if not source_pods.runs_pods(obj.kind) or obj.kind in ("Job", "CronJob") or not obj.metadata.name:
            continue
        if names[obj.kind, obj.metadata.namespace, obj.metadata.name] > 1:
            continue
        manifest = manifests.to_manifest(obj, compact=True)
        labels = selected_by(obj.kind, manifest)
        words = f"{source_pods.word_of(obj.kind)} {called(obj.metadata.name)}"
        if labels:
            key_of_labels = (obj.metadata.namespace, tuple(sorted(labels.items())))
            found.setdefault(key_of_labels, (words, exposed_ports(obj.kind, manifest)))
    return found
