"""kubectl in process: the real one's command lines and, to the letter, its output, with no server and no binary.

    from kubelab import Cluster
    from kubelab.kubectl import run

    cluster = Cluster()
    print(run(cluster, "create deployment web --image=nginx --replicas=2"))
    print(run(cluster, "get pods -o wide"))

A command is read by the table of its verb (`kubelab.kubectl.verbs`), reads and writes through the API server as the
acting user (`client`), and prints as kubectl prints (`printing`, `kubelab.kubectl.describe`). A change is a step of the
timeline like any other. What waits in the real one lets the simulated cluster run on.

In Kubernetes: `k8s.io/kubectl`, `k8s.io/cli-runtime`.

**Simplified:** there is one cluster, one context and no network: files are read, URLs are not; `edit` takes its patch
as an option, and `exec` knows a few commands. Plugins, `kustomize`, `proxy`, `port-forward`, `attach`, `cp` and
`debug` are not there, and say so.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubelab.kubectl.answer import Answer as Answer
    from kubelab.kubectl.running import run as run

__all__ = ["Answer", "run"]

_HOMES = {"Answer": "answer", "run": "running"}


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first used."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'kubelab.kubectl' has no attribute {name!r}")
    return getattr(import_module(f"kubelab.kubectl.{_HOMES[name]}"), name)
