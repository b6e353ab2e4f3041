"""The recorded command lines carried out in process: as much of a shell as they use, and what differs from run to run.

The files in `data` are the steps of recordings of kubectl 1.33 against Kubernetes 1.36: each command with what it
printed. Hashes, generated suffixes, addresses and times are replaced in them, and blanks are squeezed. Those from 30 on
were told by kubectl 1.32; what it calls ``ConfigMapOptional: <nil>`` stands there as 1.33 calls it.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from kubelab import Cluster
from kubelab.api.manifest import from_manifest
from kubelab.kubectl import Answer, run

DATA = Path(__file__).parent / "data"
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


# As much of a shell as the recorded lines use


def shell(line: str, stdin: str = "") -> str:
    """What a line of other commands prints."""
    done = subprocess.run(["bash", "-c", line], input=stdin, capture_output=True, text=True, check=False)
    return done.stdout


_HERE = re.compile(r"\A(?P<line>[^\n]*?) <<EOF\n(?P<body>.*)\nEOF\n?\Z", re.DOTALL)
_JQ = (
    "jq -S '.items[] | {kind, spec, type, data, roleRef, subjects, reclaimPolicy, volumeBindingMode, "
    "labels: .metadata.labels, finalizers: .metadata.finalizers}'"
)


def jq(text: str) -> str:
    """The one program for jq that is in the recordings."""
    fields = ("kind", "spec", "type", "data", "roleRef", "subjects", "reclaimPolicy", "volumeBindingMode")
    shown = []
    for item in json.loads(text)["items"]:
        held = {name: item.get(name) for name in fields}
        held |= {name: item["metadata"].get(name) for name in ("labels", "finalizers")}
        shown.append(json.dumps(held, indent=2, sort_keys=True))
    return "\n".join(shown)


def carry_out(cluster: Cluster, line: str) -> Answer:
    """Carry out a recorded line: kubectl in process, everything around it by the machine's shell."""
    stdin: str | None = None
    here = _HERE.match(line)
    if here:
        line, stdin = here["line"], here["body"]
    elif " <<< " in line:
        line, rest = line.split(" <<< ", 1)
        text, bar, pipe = rest.partition(" | ")
        stdin, line = text.strip("'"), f"{line}{bar}{pipe}"
    line = re.sub(r"\$\((kubectl [^()]*(?:\([^()]*\))?[^()]*)\)", lambda m: run(cluster, m[1]).out.strip(), line)
    line = re.sub(r"\$\((printf .*?\))\)", lambda m: shell(f"printf %s $({m[1]})"), line)
    while not line.startswith("kubectl"):
        if "; kubectl" in line:
            before, _, line = line.partition("; ")
            shell(before)
        else:
            before, _, line = line.partition(" | ")
            stdin = shell(before)
    first, bar, rest = line.partition(" | ")
    answer = run(cluster, first, stdin)
    if not bar:
        return answer
    piped = jq(answer.out) if rest == _JQ else shell(rest, answer.out)
    return Answer(piped, answer.err, 0)


# What differs from run to run


def normal(text: str, hashes: list[str]) -> str:
    """A text as the recordings have it."""
    text = re.sub(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<uid>", text)
    moment = r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} [+-]\d{4}|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)"
    text = re.sub(moment, "<time>", text)
    for each in hashes:
        text = re.sub(rf"(?<![a-z0-9]){each}(?![a-z0-9])", "<hash>", text)
    sign = f"[{ALPHABET}]"
    text = re.sub(rf"-{sign}{{8,10}}-{sign}{{5}}\b", "-<hash>-<id>", text)
    text = re.sub(rf"(<hash>)-{sign}{{5}}\b", r"\1-<id>", text)
    text = re.sub(rf"\b([a-z0-9][-a-z0-9.]*[a-z0-9])-(?!nginx\b){sign}{{5}}\b", r"\1-<id>", text)
    text = re.sub(r"\b10\.(?!96\.77\.)\d{1,3}\.\d{1,3}\.\d{1,3}\b", "<ip>", text)
    text = re.sub(r"\b127\.0\.0\.1:\d+|https?://<ip>:\d+", "<server>", text)
    text = re.sub(r"\b3[0-2]\d{3}/(TCP|UDP)\b", r"<np>/\1", text)
    pulled = r"in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes"
    text = re.sub(pulled, "in <dur> (<dur> including waiting). Image size: <n> bytes", text)
    text = re.sub(r"\b(\d+[dhm]){0,2}\d+(\.\d+)?m?s( ago)?\b(?= |$|\)|,)", "<age>", text, flags=re.MULTILINE)
    text = re.sub(r"resourceVersion: \"?\d+\"?", "resourceVersion: <rv>", text)
    text = re.sub(r"/tmp/\S+", "<tmp>", text)
    served = r"(?m)^(endpointslice\.discovery\.k8s\.io/|endpoints/)?kubernetes( +IPv4)? .*$"
    text = re.sub(served, r"\1kubernetes\2 <apiserver>", text)
    return "\n".join(re.sub(r"[ \t]+", " ", line).rstrip() for line in text.split("\n")).strip()


def by_chance(text: str) -> str:
    """A recorded text without what our machines, and our order of Events of one second, make otherwise."""
    text = re.sub(r"(containerd://|sha256:)[0-9a-f]{64}", r"\1<digest>", text)
    text = re.sub(r"((?:Machine ID|System UUID|Boot ID): ).*", r"\1<id>", text)
    head, mark, events = text.partition("\nEvents:\n")
    if not mark:
        return text
    lines = events.split("\n")
    return head + mark + "\n".join([*lines[:2], *sorted(lines[2:])])


def rows_sorted(line: str, text: str) -> str:
    """The rows of tables in the order of the alphabet: names are made up, and so is their order."""
    if not re.match(r"kubectl get (?!.*-o (json|yaml))", line) or "jsonpath" in line:
        return text
    parts = [part.split("\n") for part in text.split("\n\n")]
    return "\n\n".join("\n".join([*part[:1], *sorted(part[1:])]) for part in parts)


@attrs.frozen
class Step:
    """A recorded line, what the real kubectl answered, and what ours does."""

    line: str
    recorded: tuple[int, str, str]
    ours: tuple[int, str, str]

    @property
    def same(self) -> bool:
        return self.recorded == self.ours


def node(spec: Mapping[str, Any]) -> Any:
    """The Node that the recorder made."""
    size = {"cpu": spec["cpu"], "memory": spec["memory"], "pods": "110", "ephemeral-storage": "100Gi"}
    taints = []
    for text in spec.get("taints", ()):
        said, _, effect = text.rpartition(":")
        key, _, value = said.partition("=")
        taints.append({"key": key, "value": value, "effect": effect})
    manifest = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": spec["name"], "labels": dict(spec.get("labels", {}))},
        "spec": {"taints": taints} if taints else {},
        "status": {"capacity": size, "allocatable": size},
    }
    return from_manifest(manifest)


def replayed(name: str) -> list[Step]:
    """The steps of a scenario, one after the other; the cluster settles after each, as the recorder waited for it."""
    scenario = json.loads((DATA / f"{name}.json").read_text())
    cluster = Cluster(nodes=[node(spec) for spec in scenario["nodes"]])
    answers = []
    for step in scenario["steps"]:
        answers.append(carry_out(cluster, step["run"]))
        cluster.run(limit=20_000)
    found = {obj.metadata.labels.get("pod-template-hash", "") for obj in _ever(cluster)}
    hashes = sorted(found - {""}, key=lambda text: (-len(text), text))
    steps = []
    for step, answer in zip(scenario["steps"], answers, strict=True):
        line = step["run"]
        recorded = (step["rc"], by_chance(step["out"]), step["err"])
        out = by_chance(rows_sorted(line, normal(answer.out, hashes)))
        steps.append(Step(line, recorded, (answer.code, out, normal(answer.err, hashes))))
    return steps


def _ever(cluster: Cluster) -> list[Any]:
    """Every object that there was."""
    steps = [step for step in cluster.timeline.transitions if step.key.kind in ("ReplicaSet", "Pod") and not step.node]
    return [obj for step in steps for obj in (step.after, step.before) if hasattr(obj, "metadata")]


@pytest.fixture(scope="session")
def replay() -> Callable[[str], list[Step]]:
    return replayed


@pytest.fixture
def temporary() -> Path:
    return Path(tempfile.mkdtemp())
