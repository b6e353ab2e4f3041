"""What it costs to import kubelab."""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.measure import Measure, best

NOTEBOOK = ("IPython", "anywidget", "ipykernel", "ipywidgets", "traitlets")


def measure() -> Iterator[Measure]:
    """Milliseconds for `import kubelab` and for the façade, beyond what Python itself takes to start."""
    nothing = started("pass")
    for statement in ("import kubelab", "from kubelab import Cluster"):
        taken = (started(statement) - nothing) * 1e3
        yield Measure(statement, taken, "ms", aim=200)
    loaded = f"import sys, kubelab.cluster; sys.exit(sum(name in sys.modules for name in {NOTEBOOK}))"
    yield Measure("what comes with it of the notebook", count(loaded), "packages", aim=0)


def started(statement: str) -> float:
    """Seconds for a fresh Python to carry out a statement."""
    return best(lambda: subprocess.run([sys.executable, "-c", statement], check=True), times=7)


def count(program: str) -> int:
    """What a fresh Python ends with as its exit code."""
    return subprocess.run([sys.executable, "-c", program], check=False).returncode
