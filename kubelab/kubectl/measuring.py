"""``kubectl top``: how much Pods and nodes use.

Source: kubectl `pkg/cmd/top`, `pkg/metricsutil`.

**Simplified:** there is always a metrics server, and what it measures is what a program says that its containers use
(`kubelab.state.metrics`): of what nobody says anything, the use is 0. A node uses what its Pods use.
"""

from collections.abc import Iterable

from kubelab.api.quantity import milli, value
from kubelab.api.scheme import by_kind
from kubelab.apiserver import field_selector
from kubelab.apiserver.rules import Attributes
from kubelab.errors import StatusError, UsageError
from kubelab.kubectl.answer import Failure, usage_failure
from kubelab.kubectl.call import Call
from kubelab.kubectl.columns import tabbed
from kubelab.kubectl.flags import Flag
from kubelab.kubectl.resources import labels_of
from kubelab.kubectl.verbs import ALL_NAMESPACES, SELECTOR, verb
from kubelab.state.metrics import Metrics, Use
from kubelab.state.snapshot import SECOND, Object, key_of

GROUP = "metrics.k8s.io"
MEGABYTE = 1 << 20
LATE = 120
"""After so many seconds, a Pod of which nothing is known is worth an error."""

_SHOWN = (
    SELECTOR,
    Flag("no-headers", "leave out the headings"),
    Flag("sort-by", "cpu or memory: what uses most stands first", "FIELD"),
    Flag("use-protocol-buffers", "without effect here", default=True),
)
_Line = tuple[str, ...]


@verb(
    "top node",
    "[NAME | -l LABELS]",
    "show how much nodes use: what a program says that its Pods use",
    _SHOWN,
    Flag("show-capacity", "as a part of the whole machine, not only of what Pods may have"),
    aliases=("top nodes", "top no"),
)
def top_node(call: Call) -> None:
    """Carry out ``kubectl top node``."""
    _check(call)
    nodes = _measured(call, "Node", None)
    if not nodes:
        raise Failure("metrics not available yet")
    metrics = Metrics(call.client.view)
    used = [(node, metrics.node(node.metadata.name)) for node in nodes]
    lines: list[_Line] = (
        [] if call.said["no-headers"] else [("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)")]
    )
    for node, use in sorted(used, key=lambda each: _rank(call, each[1])):
        have = node.status.capacity if call.said["show-capacity"] else node.status.allocatable
        cpu, memory = _amounts(use)
        of_cpu = _part(use.milli_cpu, milli(have.get("cpu", "0")))
        of_memory = _part(use.memory, value(have.get("memory", "0")))
        lines.append((node.metadata.name, cpu, of_cpu, memory, of_memory))
    _print(call, lines)


@verb(
    "top pod",
    "[NAME | -l LABELS] [--containers]",
    "show how much Pods use: what a program says that they use",
    _SHOWN,
    ALL_NAMESPACES,
    Flag("field-selector", "only objects whose fields have these values", "FIELDS"),
    Flag("containers", "each container by itself"),
    Flag("sum", "also the sum"),
    aliases=("top pods", "top po"),
)
def top_pod(call: Call) -> None:
    """Carry out ``kubectl top pod``."""
    _check(call)
    said = call.said
    everywhere = said["all-namespaces"]
    pods = _measured(call, "Pod", None if everywhere else call.namespace)
    metrics = Metrics(call.client.view)
    known = [(pod, uses) for pod in pods if (uses := metrics.pod(pod)) is not None]
    if not known:
        if pods:
            raise Failure(_unknown(call, pods))
        where = "No resources found" if everywhere else f"No resources found in {call.namespace} namespace."
        call.tell(where)
        return
    head = [*(["NAMESPACE"] if everywhere else []), *(["POD"] if said["containers"] else []), "NAME"]
    lines: list[_Line] = [] if said["no-headers"] else [(*head, "CPU(cores)", "MEMORY(bytes)")]
    for pod, uses in sorted(known, key=lambda each: _rank(call, _sum(each[1].values()))):
        first = (*([pod.metadata.namespace] if everywhere else []), pod.metadata.name)
        if not said["containers"]:
            lines.append((*first, *_amounts(_sum(uses.values()))))
            continue
        for name, use in sorted(sorted(uses.items()), key=lambda each: _rank(call, each[1])):
            lines.append((*first, name, *_amounts(use)))
    if said["sum"]:
        blanks = ("",) * len(head)
        total = _sum(use for _, uses in known for use in uses.values())
        lines += [(*blanks, "________", "________"), (*blanks, *_amounts(total))]
    _print(call, lines)


def _check(call: Call) -> None:
    if call.said["sort-by"] not in ("", "cpu", "memory"):
        raise Failure("--sort-by accepts only cpu or memory")
    if len(call.words) > 1:
        raise usage_failure(f"{call.verb.name.split()[-1]} [NAME | -l label]", call.verb.name)
    if call.words and (call.said["selector"] or call.said.get("field-selector")):
        other = "--selector" if call.verb.name == "top node" else "selector"
        raise Failure(f"only one of NAME or {other} can be provided")
    call.client.reach()


def _measured(call: Call, kind_name: str, namespace: str | None) -> list[Object]:
    """The objects that are asked about."""
    kind = by_kind(kind_name)
    name = call.words[0] if call.words else ""
    call.client.may(Attributes("get" if name else "list", GROUP, kind.plural, "", namespace or "", name))
    labels = labels_of(call.said["selector"], kind)
    given = call.said.get("field-selector", "")
    try:
        by_field = field_selector.parse(given)
    except UsageError as error:
        raise Failure(str(error)) from None
    by_field.check(kind)
    found = sorted(call.client.view.list(kind_name, namespace), key=key_of)
    chosen = [
        obj
        for obj in found
        if (not name or obj.metadata.name == name)
        and (labels is None or labels.matches(obj.metadata.labels))
        and by_field.matches(obj)
    ]
    if name and not chosen:
        where = f"{namespace}/{name}" if namespace else name
        raise StatusError(404, "NotFound", f'{kind_name.lower()}metrics.{GROUP} "{where}" not found')
    return chosen


def _unknown(call: Call, pods: list[Object]) -> str:
    """Why nothing is known of any of these Pods."""
    for pod in pods:
        age = (call.client.now - (pod.metadata.creation_timestamp or call.client.now)) // SECOND
        if age > LATE:
            return f"Metrics not available for pod {pod.metadata.namespace}/{pod.metadata.name}, age: {_spelled(age)}"
    return "metrics not available yet"


def _spelled(seconds: int) -> str:
    """A time as Go writes it: ``2m5s``, ``1h0m0s``."""
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return (f"{hours}h" if hours else "") + f"{minutes}m{seconds % 60}s"


def _rank(call: Call, use: Use) -> int:
    """What uses most stands first, where that is asked for; the sort is stable, so the names decide else."""
    return {"cpu": -use.milli_cpu, "memory": -use.memory}.get(call.said["sort-by"], 0)


def _sum(uses: Iterable[Use]) -> Use:
    held = list(uses)
    return Use(sum(use.milli_cpu for use in held), sum(use.memory for use in held))


def _amounts(use: Use) -> tuple[str, str]:
    return f"{use.milli_cpu}m", f"{use.memory // MEGABYTE}Mi"


def _part(used: int, have: int) -> str:
    return f"{used * 100 // have}%" if have else "<unknown>"


def _print(call: Call, lines: list[_Line]) -> None:
    call.write(tabbed("".join("\t".join(line) + "\t\n" for line in lines), least=6, padding=3))
