"""`kubelab kubectl`: a command of kubectl on the cluster of a program."""

from collections.abc import Callable
from pathlib import Path

Answer = tuple[int, str, str]


def test_a_command_is_carried_out_on_the_settled_cluster_of_a_program(
    kubelab: Callable[..., Answer], tmp_path: Path
) -> None:
    (tmp_path / "web.kube").write_text("deployment web x2 nginx:1.27\n")
    code, out, err = kubelab(
        "kubectl", "--file", "web.kube", "get", "deploy", "web", "-o", "jsonpath={.status.replicas}"
    )
    assert (code, out, err) == (0, "2", "")
    code, out, err = kubelab("kubectl", "--file=web.kube", "-n", "kube-system", "get", "deploy")
    assert (code, out, err) == (0, "", "No resources found in kube-system namespace.\n")


def test_without_a_program_there_are_three_nodes(kubelab: Callable[..., Answer]) -> None:
    assert kubelab("kubectl", "get", "nodes", "-o", "name")[1].count("node/") == 3
    assert kubelab("kubectl", "--nodes", "1", "get", "nodes", "-o", "name")[1].count("node/") == 1


def test_what_goes_wrong_has_the_exit_code_of_kubectl_and_an_unusable_file_ours(kubelab: Callable[..., Answer]) -> None:
    assert kubelab("kubectl", "get", "pod", "nope") == (1, "", 'Error from server (NotFound): pods "nope" not found\n')
    assert kubelab("kubectl", "--file", "nope.kube", "get", "pods")[0] == 2
    assert kubelab("kubectl")[0] == 2
