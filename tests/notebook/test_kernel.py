"""The kernel `kube`, and Tab and Shift-Tab in cells: what a cell is, what is offered, what is told."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from kubelab import Cluster
from kubelab.dsl import parser
from kubelab.notebook.cells import for_ipython, place
from kubelab.notebook.completing import complete
from kubelab.notebook.inspecting import inspect
from kubelab.notebook.session import Session

SHARE = Path(__file__).resolve().parents[2] / "kubelab" / "notebook" / "share"


@pytest.fixture
def session() -> Session:
    made = Session()
    cluster = Cluster()
    cluster.apply("deployment web x1 nginx:1.27")
    cluster.run()
    made.put("default", cluster)
    return made


@pytest.mark.parametrize(
    ("cell", "given"),
    [
        ("deployment web nginx", "%%kube --bare\ndeployment web nginx"),
        ("# three\ndeployment web nginx", "%%kube --bare\n# three\ndeployment web nginx"),
        ("%kube step", "%kube step"),
        ("%%python\nprint(1)", "%%python\nprint(1)"),
        ("!ls", "!ls"),
        ("", ""),
        ("kubectl get pods\nkubectl get nodes", "kubectl get pods\nkubectl get nodes"),
    ],
)
def test_a_cell_of_the_kernel_is_a_program_unless_it_begins_as_something_else(cell: str, given: str) -> None:
    assert for_ipython(cell) == given


@pytest.mark.parametrize(
    ("cell", "bare", "kind", "text"),
    [
        ("%%kube --run\ndeploy| web", False, "program", "deploy web"),
        ("%%kube --ru|n\ndeploy web", False, "magic", " --run"),
        ("x = 1\n%kube st|ep", False, "command", "step"),
        ("dep|loyment web", True, "program", "deployment web"),
        ("dep|loyment web", False, "python", "deployment web"),
        ("kubectl get po|", True, "kubectl", "get po"),
        ("%kubectl get po|", False, "kubectl", "get po"),
        ("%%python\npri|nt", True, "python", "%%python\nprint"),
    ],
)
def test_a_place_is_in_a_program_a_command_or_python(cell: str, bare: bool, kind: str, text: str) -> None:
    cursor = cell.index("|")
    found = place(cell.replace("|", ""), cursor, bare)
    assert (found.kind, found.text) == (kind, text)
    assert cell.replace("|", "")[found.offset + found.cursor :] == cell[cursor + 1 :]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("%%kube\nservice web -> deployment |", ["web"]),
        ("%kube bac|", ["back"]),
        ("%kube stop kube-sch|", ["kube-scheduler"]),
        ("%kube kill worker-2|", ["worker-2"]),
        ("%kube explain deployment/|", ["deployment/web"]),
        ("%kube until 3 pods Runn|", ["Running"]),
        ("%kube draw own|", ["owners"]),
        ("%%kube --nod|\n", ["--nodes"]),
        ("%kubectl descr|", ["describe"]),
        ("kubectl rollout und|", ["undo"]),
        ("kubectl get deployments w|", ["web"]),
        ("kubectl get deploy/|", ["deploy/web"]),
        ("kubectl get pods -o wi|", ["wide"]),
        ("kubectl get pods -n kube-node|", ["kube-node-lease"]),
        ("kubectl drain worker-1|", ["worker-1"]),
        ("kubectl create secret tl|", ["tls"]),
        ("kubectl scale --repl|", ["--replicas"]),
    ],
)
def test_tab_offers_what_fits(session: Session, cell: str, words: list[str]) -> None:
    cursor = cell.index("|")
    found = complete(session, cell.replace("|", ""), cursor)
    assert found is not None
    assert [candidate.text for candidate in found.candidates] == words
    assert found.end == cursor


def test_python_is_left_to_ipython(session: Session) -> None:
    assert complete(session, "import o", 8) is None
    assert inspect(session, "print", 3) is None


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%%kube\nrepli|caset a nginx", "a word of the language"),
        ("%%kube\nDeploy|ment web { }", "Deployment, apps/v1: in a namespace"),
        ("%%kube\nservice s { .spec.ty|pe = NodePort }", "One of ClusterIP, NodePort, LoadBalancer, ExternalName"),
        ("%kube ste|p", "go on by N steps"),
        ("%%kube --ne|w", ""),
        ("%kube explain deployment/we|b", "1/1"),
        ("kubectl sca|le deployment web", "kubectl scale"),
        ("%%kube\nDeployment web { .spec.repl|icas = 3 }", "How many"),
    ],
)
def test_shift_tab_says_what_a_word_means(session: Session, cell: str, said: str) -> None:
    found = inspect(session, cell.replace("|", ""), cell.index("|"))
    assert said in str(found) if said else found is None
    assert found is None or "<" not in re.sub(r"</?(?:b|p|pre)>", "", found.as_html())


def test_a_line_of_kubectl_takes_the_document_behind_it(shell: InteractiveShell, capsys: Any) -> None:
    document = "kind: Namespace\napiVersion: v1\nmetadata: {name: a}\n"
    shell.run_cell(f"$ kubectl apply -f - <<'EOF'\n{document}EOF\nkubectl get ns a -o name")
    assert capsys.readouterr().out == "namespace/a created\nnamespace/a\n"


def test_tab_in_a_notebook_of_python_knows_the_language(shell: InteractiveShell) -> None:
    shell.run_cell_magic("kube", "--quiet", "deployment web nginx")
    with provisionalcompleter():
        assert "service" in [found.text for found in shell.Completer.completions("%%kube\nser", 10)]
        assert "print" in [found.text for found in shell.Completer.completions("pri", 3)]


def test_the_page_colours_the_words_of_the_grammar() -> None:
    script = (SHARE / "labextension" / "static" / "remoteEntry.js").read_text()
    listed = re.search(r"new Set\(\((.*?)\)\.split", script, re.DOTALL)
    assert listed is not None
    assert set(" ".join(re.findall(r'"([^"]*)"', listed.group(1))).split()) == parser.reserved()


class _Here(KernelManager):
    """A kernel started from the repository's own description of it."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(**json.loads((SHARE / "kernel" / "kernel.json").read_text()))


@pytest.fixture(scope="module")
def kernel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("kernel")
    manager = _Here(connection_file=str(folder / "connection.json"))
    environment = {"IPYTHONDIR": str(folder), "PYTHONPATH": str(root), "PATH": str(Path(sys.executable).parent)}
    manager.start_kernel(env=environment, cwd=str(folder))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def outputs(kernel: Any, cell: str) -> list[Any]:
    found: list[Any] = []
    kernel.execute_interactive(cell, output_hook=found.append, timeout=60)
    return [m["content"] for m in found if m["msg_type"] in ("stream", "execute_result", "display_data", "error")]


def test_a_real_kernel_runs_programs_commands_and_python(kernel: Any) -> None:
    assert kernel.kernel_info(reply=True, timeout=30)["content"]["language_info"]["name"] == "kube"
    (shown,) = (o for o in outputs(kernel, "deployment web x2 nginx:1.27") if "data" in o)
    assert "application/vnd.jupyter.widget-view+json" in shown["data"]
    assert "settled" in str(outputs(kernel, "%kube run"))
    (table,) = outputs(kernel, "%kube get deployments")
    assert table["data"]["text/plain"].count("2/2") == 1
    (error,) = outputs(kernel, "# first\ndeploymant web nginx")
    assert "line 2, column 1" in str(error["traceback"])
    assert "did you mean `deployment`?" in str(error["traceback"])
    reply = kernel.complete("service web -> deployment w", reply=True, timeout=30)["content"]
    assert reply["matches"] == ["web"]
    assert "a word of the language" in str(kernel.inspect("service web", 3, reply=True, timeout=30)["content"])
    for text, status in (
        ("deployment web nginx {", "incomplete"),
        ("deployment web nginx", "complete"),
        ("%kube step", "complete"),
    ):
        kernel.is_complete(text)
        assert kernel.get_shell_msg(timeout=30)["content"]["status"] == status
