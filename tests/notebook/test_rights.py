"""``%kube can-i`` and ``%kube who-can``."""

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from kubelab.errors import UsageError

BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: jane-views, namespace: default}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
roleRef: {kind: ClusterRole, name: view, apiGroup: rbac.authorization.k8s.io}
"""


def kube(shell: InteractiveShell, line: str) -> Any:
    return shell.run_line_magic("kube", line)


@pytest.fixture
def ruled(shell: InteractiveShell) -> InteractiveShell:
    shell.run_cell_magic("kube", "--quiet", BINDING)
    return shell


def test_can_i(ruled: InteractiveShell) -> None:
    assert kube(ruled, "can-i list pods --as jane").startswith("yes: RoleBinding default/jane-views gives")
    assert "only in Namespace default" in kube(ruled, "can-i list pods --as jane -n kube-system")
    assert kube(ruled, "can-i list pods --as jane -A").startswith('no: User "jane" cannot list resource "pods"')
    assert kube(ruled, "can-i delete nodes").startswith("yes: kubernetes-admin is in the group system:masters")
    assert kube(ruled, "can-i get secret one --as x --as-group system:masters").startswith("yes")


def test_who_can(ruled: InteractiveShell) -> None:
    assert "User jane" in kube(ruled, "who-can get configmap settings")
    assert "User jane" not in kube(ruled, "who-can get secrets")


@pytest.mark.parametrize(
    "line", ["can-i", "can-i list", "can-i list pods a b", "who-can list", "who-can list pods --as x"]
)
def test_what_makes_no_sense_says_how_to_write_it(ruled: InteractiveShell, line: str) -> None:
    with pytest.raises(UsageError):
        kube(ruled, line)
