"""`%kubectl` and `%%kubectl`, and lines that begin with kubectl."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from kubelab.notebook.kubectl import bare_lines


def test_a_command_prints_what_kubectl_prints(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_line_magic("kubectl", "create deployment web --image=nginx")
    shell.run_line_magic("kubectl", "rollout status deployment/web")
    shell.run_line_magic("kubectl", "get pod nope")
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "deployment.apps/web created"
    assert out.splitlines()[-1] == 'deployment "web" successfully rolled out'
    assert err == 'Error from server (NotFound): pods "nope" not found\n'


def test_the_body_of_a_cell_is_what_is_piped_in(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    body = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '1'}\n"
    shell.run_cell_magic("kubectl", "apply -f -", body)
    shell.run_cell_magic("kubectl", "apply -f -", body)
    assert capsys.readouterr().out == "configmap/c created\nconfigmap/c unchanged\n"


def test_a_template_reaches_kubectl_with_its_braces(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_line_magic("kubectl", "create namespace dev")
    capsys.readouterr()
    shell.run_cell("%kubectl get ns dev -o jsonpath='{.metadata.name}{\"!\"}'")
    assert capsys.readouterr().out == "dev!"


def test_lines_that_begin_with_kubectl_are_commands(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("kubectl create namespace dev\nkubectl get ns dev -o name\nprint(1 + 1)")
    assert capsys.readouterr().out == "namespace/dev created\nnamespace/dev\n2\n"


def test_other_lines_and_other_cells_stay_as_they_are() -> None:
    assert bare_lines(["kubectl = 3\n", "print(kubectl)\n"]) == ["kubectl = 3\n", "print(kubectl)\n"]
    assert bare_lines(["%%bash\n", "kubectl get pods\n"]) == ["%%bash\n", "kubectl get pods\n"]
    assert bare_lines(["$ kubectl get pods\n"]) == ["%kubectl get pods\n"]


def test_a_change_in_the_past_says_which_branch_it_made(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_line_magic("kubectl", "create namespace one")
    shell.run_line_magic("kubectl", "create namespace two")
    shell.run_line_magic("kube", "back")
    capsys.readouterr()
    shell.run_line_magic("kubectl", "create namespace three")
    assert capsys.readouterr().out == "namespace/three created\non new branch branch-1, which leaves main at step 1\n"
