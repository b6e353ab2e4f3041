"""kubelab: a Kubernetes cluster you can step through.

    from kubelab import Cluster

    cluster = Cluster()
    cluster.apply("deployment web x3 nginx:1.27")
    cluster.run()
    print(cluster.get("pods"))

In a notebook: ``%load_ext kubelab``, then ``%%kube`` cells.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubelab.cluster import Cluster as Cluster
    from kubelab.notebook import Player as Player
    from kubelab.notebook import load_ipython_extension as load_ipython_extension
    from kubelab.notebook import unload_ipython_extension as unload_ipython_extension

__version__ = "0.1.0"

# Where a name of the public interface lives. Importing kubelab imports none of it: each arrives when it is first used.
_HOMES = {
    "Cluster": "kubelab.cluster",
    "Player": "kubelab.notebook",
    "load_ipython_extension": "kubelab.notebook",
    "unload_ipython_extension": "kubelab.notebook",
}

__all__ = ["Cluster", "Player", "__version__", "load_ipython_extension", "unload_ipython_extension"]


def __getattr__(name: str) -> Any:
    """The public name `name`, imported from its home now."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kubelab' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    """What completion offers."""
    return sorted({*globals(), *_HOMES})


# In a wheel the grammar is a folder of the package; in a checkout it stands beside it, to be read by itself.
_CHECKOUT = Path(__file__).resolve().parent.parent
if not (_CHECKOUT / "kubelab" / "grammar").exists() and (_CHECKOUT / "grammar" / "kube.lark").exists():
    __path__.append(str(_CHECKOUT))
