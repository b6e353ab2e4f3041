"""``kubectl cordon | uncordon | drain | taint``.

Source: kubectl `pkg/cmd/drain`, `pkg/cmd/taint`; `pkg/drain`.
"""

from collections.abc import Sequence

from kubelab.api.validation.names import label_key, label_value
from kubelab.errors import KubelabError, StatusError
from kubelab.kubectl.answer import Failure, usage_failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.changing import change_each, targets
from kubelab.kubectl.client import Manifest
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.resources import Info
from kubelab.kubectl.verbs import ALL, DRY_RUN, FILES, MANAGER, OUTPUT, SELECTOR, verb

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def nodes_of(call: Call, words: Sequence[str], usage: str) -> list[Info]:
    """The nodes that are named, or chosen by labels.

    Raises:
        Failure: none is.
    """
    if not words and not call.said["selector"]:
        raise usage_failure(f"USAGE: {usage} [flags]", call.verb.name)
    if words and call.said["selector"]:
        raise usage_failure("error: cannot specify both a node name and a --selector option", call.verb.name)
    named = [word if "/" in word else f"node/{word}" for word in words]
    infos = targets(call, named if words else ["nodes"], everything=True)
    return infos


def set_unschedulable(call: Call, info: Info, wanted: bool) -> None:
    """Cordon a node, or take that back."""
    word = "cordoned" if wanted else "uncordoned"
    assert info.obj is not None
    if bool(info.obj.spec.unschedulable) == wanted:
        call.print(f"{info.label} already {word}{call.dry_note}")
        return
    if call.dry != "client":
        body = {"spec": {"unschedulable": True if wanted else None}}
        call.client.patch(info.kind, "", info.name, body, "strategic", did=word)
    call.print(f"{info.label} {word}{call.dry_note}")


@verb("cordon", "NODE", "let no new Pods come to a node", SELECTOR, DRY_RUN)
def cordon(call: Call) -> None:
    """Carry out ``kubectl cordon``."""
    for info in nodes_of(call, call.words, "cordon NODE"):
        set_unschedulable(call, info, True)


@verb("uncordon", "NODE", "let Pods come to a node again", SELECTOR, DRY_RUN)
def uncordon(call: Call) -> None:
    """Carry out ``kubectl uncordon``."""
    for info in nodes_of(call, call.words, "uncordon NODE"):
        set_unschedulable(call, info, False)


@verb(
    "taint",
    "NODE NAME KEY=VALUE:EFFECT ... KEY:EFFECT- ... KEY-",
    "taint nodes, and take taints away",
    Flag("overwrite", "also change a taint that is there"),
    ALL,
    SELECTOR,
    FILES,
    OUTPUT,
    DRY_RUN,
    MANAGER,
)
def taint(call: Call) -> None:
    """Carry out ``kubectl taint``."""
    words = list(call.words)
    resources = [word for word in words if "=" not in word and ":" not in word and not word.endswith("-")]
    specs = [word for word in words if word not in resources]
    if not specs:
        raise Failure("at least one taint update is required")
    try:
        put, take = _parsed(specs)
    except Failure as failure:
        raise usage_failure(failure.text, "taint") from None
    if resources[:1] and resources[0].lower() not in ("node", "nodes", "no") and "/" not in resources[0]:
        raise Failure(f"invalid resource type {resources[0]}, only node types are supported")

    def change(info: Info, manifest: Manifest) -> str:
        spec = manifest.setdefault("spec", {})
        held = list(spec.get("taints") or [])
        if not call.said["overwrite"]:
            _keep(held, put, info.name)
        after, done = _tainted(held, put, take)
        if after:
            spec["taints"] = after
        else:
            spec.pop("taints", None)
        return done

    change_each(call, targets(call, resources, everything=call.said["all"]), change)


def _parsed(specs: Sequence[str]) -> tuple[list[Manifest], list[Manifest]]:
    put: list[Manifest] = []
    take: list[Manifest] = []
    for spec in specs:
        removing = spec.endswith("-")
        text = spec.removesuffix("-")
        body, colon, effect = text.partition(":")
        key, equals, value = body.partition("=")
        if removing:
            if colon and effect not in EFFECTS:
                raise Failure(f"invalid taint effect: {effect}, unsupported taint effect")
            take.append({"key": key, "effect": effect})
            continue
        if not colon:
            raise Failure(f"invalid taint spec: {spec}")
        problem = next(iter([*label_key(key), *label_value(value)]), "")
        if problem:
            raise Failure(f"invalid taint spec: {spec}, {problem}")
        if effect not in EFFECTS:
            raise Failure(f"invalid taint effect: {effect}, unsupported taint effect")
        entry: Manifest = {"effect": effect, "key": key}
        if value or equals:
            entry["value"] = value
        put.append(entry)
    return put, take


def _keep(held: list[Manifest], put: list[Manifest], name: str) -> None:
    there = [taint for taint in put if any(_same(taint, other) for other in held)]
    if there:
        keys = ",".join(f"{taint['key']}:{taint['effect']}" for taint in there)
        raise Failure(f"node {name} already has {keys} taint(s) with same effect(s) and --overwrite is false")


def _same(one: Manifest, other: Manifest) -> bool:
    return bool(one["key"] == other["key"] and one["effect"] == other["effect"])


def _tainted(held: list[Manifest], put: list[Manifest], take: list[Manifest]) -> tuple[list[Manifest], str]:
    """The taints afterwards, and what was done."""
    kept = [taint for taint in held if not any(_same(taint, new) for new in put)]
    after = [*put, *kept]
    for gone in take:
        left = [
            taint for taint in after if not (taint["key"] == gone["key"] and gone["effect"] in ("", taint["effect"]))
        ]
        if len(left) == len(after):
            where = f":{gone['effect']}" if gone["effect"] else ""
            raise Failure(f'taint "{gone["key"]}{where}" not found')
        after = left
    if put and take:
        return after, "modified"
    return after, "untainted" if take else "tainted"


# Draining


@verb(
    "drain",
    "NODE [--ignore-daemonsets] [--delete-emptydir-data] [--force]",
    "cordon a node and evict its Pods",
    Flag("force", "also Pods that no controller would make anew"),
    Flag("ignore-daemonsets", "leave the Pods of DaemonSets where they are"),
    Flag("delete-emptydir-data", "also Pods with an emptyDir volume, whose data is lost"),
    Flag("disable-eviction", "delete the Pods instead of evicting them"),
    Flag("grace-period", "how many seconds a Pod may take to end", "SECONDS", kind="number", default=-1),
    Flag("pod-selector", "only these Pods", "LABELS"),
    Flag("timeout", "how long to wait", "TIME", kind="duration", default=0),
    Flag("skip-wait-for-delete-timeout", "without effect here", "SECONDS", kind="number", default=0),
    Flag("chunk-size", "without effect here", "N", kind="number"),
    SELECTOR,
    DRY_RUN,
)
def drain(call: Call) -> None:
    """Carry out ``kubectl drain``."""
    from kubelab.kubectl.draining import drain_node

    infos = nodes_of(call, call.words, "drain NODE")
    for info in infos:
        try:
            set_unschedulable(call, info, True)
        except StatusError as error:
            call.errors.append(error)
            return
    for info in infos:
        try:
            drain_node(call, info)
            call.print(f"{info.label} drained{call.dry_note}")
        except KubelabError as error:
            call.errors.append(error)
