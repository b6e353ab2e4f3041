"""What the lines of one cell show: each ``%kube`` line its result, not the last one alone.

**In IPython:** a transformer of the syntax tree, and the event after a cell.
"""

import ast
from typing import Any

from kubelab.notebook.session import Session

_CALL = "run_line_magic"
_MAGIC = "kube"


class EachLine(ast.NodeTransformer):
    """Let the ``%kube`` lines of a cell be shown that are not its last one, which IPython shows itself."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Wrap the lines at the top of a cell; in a loop nothing is shown, as ever in Python."""
        for statement in node.body[:-1]:
            if isinstance(statement, ast.Expr) and _is_line(statement.value):
                statement.value = _shown(statement.value)
        return ast.fix_missing_locations(node)


def _is_line(value: ast.expr) -> bool:
    called = value.func if isinstance(value, ast.Call) else None
    if not (isinstance(value, ast.Call) and isinstance(called, ast.Attribute) and called.attr == _CALL):
        return False
    first = value.args[0] if value.args else None
    return isinstance(first, ast.Constant) and first.value == _MAGIC


def _shown(value: ast.expr) -> ast.expr:
    module = ast.Call(
        func=ast.Name(id="__import__", ctx=ast.Load()),
        args=[ast.Constant(value=__name__)],
        keywords=[ast.keyword(arg="fromlist", value=ast.List(elts=[ast.Constant(value="show")], ctx=ast.Load()))],
    )
    show = ast.Attribute(value=module, attr="show", ctx=ast.Load())
    return ast.copy_location(ast.Call(func=show, args=[value], keywords=[]), value)


def show(value: Any) -> None:
    """Show what a line of a cell gave, if it gave anything."""
    if value is not None:
        from IPython.display import display

        display(value)  # type: ignore[no-untyped-call]


def watch(shell: Any, session: Session) -> None:
    """Let the lines of cells be shown, and the session know when a cell has ended."""
    shell.ast_transformers.append(EachLine())
    shell.events.register("post_run_cell", session.cell_ended)


def unwatch(shell: Any) -> None:
    """Take back what `watch` did."""
    shell.ast_transformers[:] = [each for each in shell.ast_transformers if not isinstance(each, EachLine)]
    known = shell.events.callbacks["post_run_cell"]
    known[:] = [call for call in known if not isinstance(getattr(call, "__self__", None), Session)]
