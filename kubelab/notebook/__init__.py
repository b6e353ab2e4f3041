"""kubelab in a notebook: `%load_ext kubelab`, then `%%kube` cells, `%kube` commands and the Player."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubelab.notebook.player import Player as Player

__all__ = ["Player", "load_ipython_extension", "unload_ipython_extension"]


def load_ipython_extension(ipython: Any) -> None:
    """Register ``%%kube`` and ``%kube``; called by ``%load_ext kubelab``."""
    from kubelab.notebook.magics import KubeMagics, with_body

    ipython.register_magics(KubeMagics(ipython))
    if with_body not in ipython.input_transformers_cleanup:
        ipython.input_transformers_cleanup.append(with_body)


def unload_ipython_extension(ipython: Any) -> None:
    """Take the magics away again; called by ``%unload_ext kubelab``."""
    from kubelab.notebook.magics import with_body

    if with_body in ipython.input_transformers_cleanup:
        ipython.input_transformers_cleanup.remove(with_body)
    for kind in ("line", "cell"):
        ipython.magics_manager.magics[kind].pop("kube", None)


def __getattr__(name: str) -> Any:
    """`Player`, imported when it is first used."""
    if name != "Player":
        raise AttributeError(f"module 'kubelab.notebook' has no attribute {name!r}")
    from kubelab.notebook.player import Player

    return Player
