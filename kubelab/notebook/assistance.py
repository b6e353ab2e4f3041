"""Tab and Shift-Tab in the `%%kube` cells and `%kube` lines of a notebook of Python.

**In Jupyter:** a context matcher of IPython's completer, and the kernel's answer to `inspect_request`.
"""

from typing import Any

from kubelab.notebook.completing import complete
from kubelab.notebook.inspecting import inspect
from kubelab.notebook.session import Session

_MARK = "kubelab"


def assist(shell: Any, session: Session) -> None:
    """Let a shell, and its kernel where it has one, know the language."""
    from IPython.core.completer import SimpleCompletion, context_matcher

    @context_matcher(identifier=_MARK, priority=1000)  # type: ignore[untyped-decorator]
    def matcher(context: Any) -> Any:
        cell, cursor = context.full_text, _position(context.full_text, context.cursor_line, context.cursor_position)
        found = complete(session, cell, cursor)
        if found is None:
            return {"completions": []}
        return {
            "completions": [SimpleCompletion(text=c.text, type=c.kind) for c in found.candidates],
            "matched_fragment": cell[found.start : cursor],
            "suppress": True,
        }

    forget(shell)
    shell.Completer.custom_matchers.append(matcher)
    kernel = getattr(shell, "kernel", None)
    # The kernel `kube` knows by itself; that of a page (JupyterLite) has other ways, and does without.
    if hasattr(kernel, "do_inspect") and not hasattr(kernel, "session_of_clusters"):
        _wrap(kernel, session)


def forget(shell: Any) -> None:
    """Take back what `assist` did."""
    matchers = shell.Completer.custom_matchers
    matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", "") != _MARK]
    kernel = getattr(shell, "kernel", None)
    if kernel is not None and "do_inspect" in vars(kernel):
        del kernel.do_inspect


def _wrap(kernel: Any, session: Session) -> None:
    own = type(kernel).do_inspect

    def do_inspect(code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()) -> Any:
        found = inspect(session, code, cursor_pos)
        return own(kernel, code, cursor_pos, detail_level, omit_sections) if found is None else found.reply

    kernel.do_inspect = do_inspect


def _position(cell: str, line: int, column: int) -> int:
    """How many characters of a cell stand before a place that is given by its line and column."""
    return sum(len(text) + 1 for text in cell.split("\n")[:line]) + column
