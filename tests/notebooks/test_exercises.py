"""The exercises of the lessons: where they start they are not solved, and there is a way to solve them."""

import json

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from kubelab.notebook.lessons import LESSONS

CONTROL_LOOP = "00-the-control-loop"
ARCHITECTURE = "01-architecture"

SOLUTIONS = {
    (CONTROL_LOOP, "exercise-1-start"): ["apply deployment web x7 nginx:1.27", "run"],
    (CONTROL_LOOP, "exercise-2-start"): ["apply deployment shop x3 nginx:broken", "run"],
    (CONTROL_LOOP, "exercise-3-start"): ["stop kube-scheduler", "delete {0}", "run"],
    (ARCHITECTURE, "exercise-1-start"): ["stop kube-scheduler", "apply deployment web x5 nginx:1.27", "run"],
    (ARCHITECTURE, "exercise-2-start"): ["stop kubelet/worker-3", "run"],
    (ARCHITECTURE, "exercise-3-start"): [
        "stop kube-controller-manager",
        "delete {0}",
        "delete {1}",
        "delete {2}",
        "run",
    ],
}
"""What a learner may do; a number stands for a Pod that was there at the start."""

ASTRAY = {
    (CONTROL_LOOP, "exercise-2-start"): ["apply deployment shop x3 nginx:1.27", "run"],
    (CONTROL_LOOP, "exercise-3-start"): ["stop replicaset-controller", "delete {0}", "run"],
    (ARCHITECTURE, "exercise-1-start"): ["apply deployment web x5 nginx:1.27", "run"],
    (ARCHITECTURE, "exercise-2-start"): ["stop kubelet/worker-3", "run 60s"],
    (ARCHITECTURE, "exercise-3-start"): ["delete {0}", "delete {1}", "delete {2}", "run"],
}
"""What looks near, and is none."""


@pytest.fixture
def shell():
    """An IPython in which kubelab is loaded, as at the top of each lesson."""
    made = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    made.run_line_magic("load_ext", "kubelab")
    yield made
    made.run_line_magic("unload_ext", "kubelab")


def start(shell, lesson, name):
    """Run the cell that starts an exercise."""
    notebook = json.loads((LESSONS / f"{lesson}.ipynb").read_text(encoding="utf-8"))
    source = next("".join(cell["source"]) for cell in notebook["cells"] if cell["id"] == name)
    line, program = source.split("\n", 1)
    shell.run_cell_magic("kube", line.removeprefix("%%kube "), program)


def follow(shell, lines):
    """Do what the lines say, and ask whether all that is expected has become true."""
    pods = str(shell.run_line_magic("kube", "get pods -o name")).split()
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "apply":
            shell.run_cell_magic("kube", "--quiet", rest)
        else:
            shell.run_line_magic("kube", line.format(*pods))
    answers = str(shell.run_line_magic("kube", "check")).splitlines()
    assert answers
    assert all(answer[0] in "✓✗" for answer in answers)
    return all(answer.startswith("✓") for answer in answers)


def test_every_exercise_has_a_solution_here():
    starts = {
        (path.stem, cell["id"])
        for path in LESSONS.glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["id"].startswith("exercise-") and cell["id"].endswith("-start")
    }
    assert starts == set(SOLUTIONS)


@pytest.mark.parametrize("exercise", SOLUTIONS, ids="/".join)
def test_an_exercise_is_not_solved_where_it_starts(shell, exercise):
    start(shell, *exercise)
    assert not follow(shell, [])


@pytest.mark.parametrize("exercise", SOLUTIONS, ids="/".join)
def test_an_exercise_can_be_solved(shell, exercise):
    start(shell, *exercise)
    assert follow(shell, SOLUTIONS[exercise])


@pytest.mark.parametrize("exercise", ASTRAY, ids="/".join)
def test_what_looks_near_does_not_pass(shell, exercise):
    start(shell, *exercise)
    assert not follow(shell, ASTRAY[exercise])
