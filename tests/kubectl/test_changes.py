"""Commands that change things answer as the real kubectl does, step after step.

`data/changes-by-the-real-one.json` holds what kubectl 1.32 answered when it talked with `kubelab kube serve` about a
cluster of the program `data/changes-program.yaml`; the same commands are carried out in process here.
"""

import json
import re
import shlex
from pathlib import Path
from typing import Any

from kubelab import Cluster
from kubelab.kubectl import run

DATA = Path(__file__).parent / "data"


def same_times(text: str) -> str:
    """A text without the time of day, which is the real one where a real client makes it."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<time>", text)


def test_commands_that_change_things_answer_as_the_real_kubectl_does() -> None:
    cluster = Cluster(nodes=2)
    cluster.apply((DATA / "changes-program.yaml").read_text(encoding="utf-8"), language="yaml")
    cluster.run(for_="90s")
    steps: list[dict[str, Any]] = json.loads((DATA / "changes-by-the-real-one.json").read_text(encoding="utf-8"))
    wrong = []
    for step in steps:
        answer = run(cluster, shlex.split(step["line"]), step.get("stdin"))
        ours = answer.code, same_times(answer.out), same_times(answer.err)
        real = step["code"], same_times(step["out"]), same_times(step["err"])
        if ours != real:
            wrong.append((step["line"], real, ours))
    assert wrong == []
