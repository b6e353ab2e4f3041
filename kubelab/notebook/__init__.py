"""kubelab in a notebook: `%load_ext kubelab`, then `%%kube` cells, `%kube` commands and the Player."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubelab.notebook.player import Player as Player
    from kubelab.notebook.studying import grade as grade

__all__ = ["Player", "grade", "load_ipython_extension", "unload_ipython_extension"]


def load_ipython_extension(ipython: Any) -> None:
    """Register ``%%kube``, ``%kube`` and ``%kubectl``; called by ``%load_ext kubelab``."""
    from kubelab.notebook.assistance import assist
    from kubelab.notebook.kubectl import bare_lines
    from kubelab.notebook.magics import KubeMagics, with_body
    from kubelab.notebook.results import watch
    from kubelab.render import browser

    browser.prepare()
    magics = KubeMagics(ipython)
    ipython.register_magics(magics)
    assist(ipython, magics.session)
    watch(ipython, magics.session)
    for transformer in (with_body, bare_lines):
        if transformer not in ipython.input_transformers_cleanup:
            ipython.input_transformers_cleanup.append(transformer)


def unload_ipython_extension(ipython: Any) -> None:
    """Take the magics away again; called by ``%unload_ext kubelab``."""
    from kubelab.notebook.assistance import forget
    from kubelab.notebook.kubectl import bare_lines
    from kubelab.notebook.magics import with_body
    from kubelab.notebook.results import unwatch

    forget(ipython)
    unwatch(ipython)
    for transformer in (with_body, bare_lines):
        if transformer in ipython.input_transformers_cleanup:
            ipython.input_transformers_cleanup.remove(transformer)
    for kind in ("line", "cell"):
        for name in ("kube", "kubectl", "predict", "exercise"):
            ipython.magics_manager.magics[kind].pop(name, None)


def __getattr__(name: str) -> Any:
    """`Player` and `grade`, imported when they are first used."""
    if name == "grade":
        from kubelab.notebook.studying import grade

        return grade
    if name != "Player":
        raise AttributeError(f"module 'kubelab.notebook' has no attribute {name!r}")
    from kubelab.notebook.player import Player

    return Player
