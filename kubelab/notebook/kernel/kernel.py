"""A kernel whose cells are programs, with everything else that IPython's can do.

**In Jupyter:** a wrapper kernel, after ipykernel's `IPythonKernel`.
"""

from typing import Any

from ipykernel.ipkernel import IPythonKernel

import kubelab
from kubelab.dsl.recover import is_open
from kubelab.notebook.cells import BARE, for_ipython, place
from kubelab.notebook.completing import complete
from kubelab.notebook.inspecting import inspect
from kubelab.notebook.session import Session

_TYPES = {"word": "keyword", "kind": "class", "name": "instance", "field": "property", "value": "value"}


class KubeKernel(IPythonKernel):
    """Cells in the language of kubelab."""

    shell: Any

    implementation = "kubelab"
    implementation_version = kubelab.__version__
    banner = "kubelab: a Kubernetes cluster you can step through. %kube help lists the commands."
    language_info = {
        "name": "kube",
        "mimetype": "text/x-kube",
        "file_extension": ".kube",
        "codemirror_mode": "kube",
        "pygments_lexer": "text",
        "nbconvert_exporter": "script",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shell.run_line_magic("load_ext", "kubelab")

    @property
    def session_of_clusters(self) -> Session:
        """The clusters of this notebook."""
        magics: Any = self.shell.magics_manager.registry["KubeMagics"]
        session: Session = magics.session
        return session

    async def do_execute(self, code: str, *args: Any, **kwargs: Any) -> Any:
        """Run a cell: a program is applied and shown, anything else is IPython's."""
        return await super().do_execute(for_ipython(code), *args, **kwargs)

    def do_complete(self, code: str, cursor_pos: int | None) -> Any:
        """What Tab offers."""
        cursor = len(code) if cursor_pos is None else cursor_pos
        found = complete(self.session_of_clusters, code, cursor, bare=True)
        if found is None:
            return super().do_complete(code, cursor)
        kinds = [
            {
                "start": found.start,
                "end": found.end,
                "text": candidate.text,
                "type": _TYPES.get(candidate.kind, candidate.kind),
                "signature": candidate.meaning,
            }
            for candidate in found.candidates
        ]
        return {
            "status": "ok",
            "matches": [candidate.text for candidate in found.candidates],
            "cursor_start": found.start,
            "cursor_end": found.end,
            "metadata": {"_jupyter_types_experimental": kinds},
        }

    def do_inspect(self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()) -> Any:
        """What Shift-Tab shows."""
        found = inspect(self.session_of_clusters, code, cursor_pos, bare=True)
        if found is not None:
            return found.reply
        if place(code, cursor_pos, bare=True).kind != "python":
            return {"status": "ok", "found": False, "data": {}, "metadata": {}}
        return super().do_inspect(code, cursor_pos, detail_level, omit_sections)

    async def do_is_complete(self, code: str) -> Any:
        """Whether Enter in a console runs what is written: not while a block is open."""
        rewritten = for_ipython(code)
        if not rewritten.startswith(f"%%kube {BARE}"):
            answer = super().do_is_complete(code)
            return await answer if hasattr(answer, "__await__") else answer
        unfinished = is_open(code) and not code.endswith("\n\n")
        return {"status": "incomplete", "indent": "  "} if unfinished else {"status": "complete"}
