"""The view of rights: who is given which role by what, and what it allows."""

import pytest

from kubelab import Cluster
from kubelab.api.meta import ObjectMeta
from kubelab.api.rbac import ClusterRole, Role, RoleBinding, RoleRef, Subject
from kubelab.state.bootstrap_rbac import GROUP, rule
from kubelab.views import film, frame
from kubelab.views.access_layout import SYSTEM


def user(name):
    return Subject(kind="User", api_group=GROUP, name=name)


def role(name, *rules):
    return Role(metadata=ObjectMeta(name=name, namespace="default"), rules=tuple(rule(each) for each in rules))


def binding(name, to, *subjects, kind="Role"):
    meta = ObjectMeta(name=name, namespace="default")
    return RoleBinding(metadata=meta, subjects=subjects, role_ref=RoleRef(api_group=GROUP, kind=kind, name=to))


@pytest.fixture(scope="module")
def cluster():
    """Steps: 1 king, 2 reader, 3 the binding of king and jane, 4 reader changes, 5 a binding to nothing, 6 it goes."""
    made = Cluster(nodes=1)
    king = Subject(kind="ServiceAccount", name="king", namespace="default")
    made.apply("serviceaccount king")
    made.apply([role("reader", "get list: pods")])
    made.apply([binding("reads", "reader", king, user("jane"))])
    made.apply([role("reader", "get list: pods", "get: secrets = only")])
    made.apply([binding("oops", "raeder", user("bob"))])
    made.delete("rolebinding/oops")
    return made


def marks(cluster, index):
    return film(cluster.timeline, "access").frame(index).states


def classes(cluster, index):
    return {element: mark.classes.split() for element, mark in marks(cluster, index).items()}


def test_who_has_no_rights_stands_alone_until_a_binding_leads_on(cluster):
    king, reader, reads = "ServiceAccount/default/king", "Role/default/reader", "RoleBinding/default/reads"
    assert king in marks(cluster, 1) and reader not in marks(cluster, 1)
    assert not any("--" in element for element in marks(cluster, 1))
    shown = classes(cluster, 3)
    for line in (f"{king}--{reads}", f"access~User/jane--{reads}", f"{reads}--{reader}", f"{reader}--{reader}~0"):
        assert line in shown
    assert "changed" in shown[reads] and "changed" in shown[f"{king}--{reads}"]
    assert "changed" not in shown[king] and "changed" not in shown[f"{reader}~0"]


def test_a_rule_that_comes_is_the_one_that_changed(cluster):
    before, after = marks(cluster, 3), marks(cluster, 4)
    assert "Role/default/reader~1" not in before
    assert after["Role/default/reader~1"].texts[1:] == ("get", "secrets", "core · only only")
    assert "changed" in after["Role/default/reader~1"].classes.split()
    assert "changed" not in after["Role/default/reader~0"].classes.split()


def test_a_role_that_is_not_there_looks_wrong_and_a_binding_that_goes_is_shown_going(cluster):
    assert "failed" in classes(cluster, 5)["Role/default/raeder"]
    assert marks(cluster, 5)["Role/default/raeder"].texts[3] == "not there"
    gone = classes(cluster, 6)["RoleBinding/default/oops"]
    assert "gone" in gone
    assert "access~User/bob" not in classes(cluster, 4)


def test_what_every_cluster_has_is_one_box_that_opens(cluster):
    shown = film(cluster.timeline, "access")
    assert shown.parts == (SYSTEM,)
    assert "ClusterRoleBinding/cluster-admin" not in shown.scene.box
    opened = film(cluster.timeline, "access", open=(SYSTEM,))
    assert "ClusterRoleBinding/cluster-admin" in opened.scene.box and SYSTEM not in opened.scene.box


def test_of_a_large_role_the_last_box_stands_for_the_rest():
    made = Cluster(nodes=1)
    made.apply([binding("b", "admin", user("jane"), kind="ClusterRole")])
    shown = film(made.timeline, "access").frame(1).states
    rules = len(made.view.get("ClusterRole", "", "admin").rules)
    assert shown["ClusterRole/admin~4"].texts[1:3] == ("and", f"{rules - 4} more rules")
    assert "ClusterRole/admin~5" not in shown


def test_no_box_lies_on_another_and_lines_run_between_the_columns(cluster):
    scene = film(cluster.timeline, "access", open=(SYSTEM,)).scene
    boxes = [box for box in scene.boxes if box.form == "object"]
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart = one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
            assert apart, (one.id, other.id)
    columns = sorted({(box.x, box.right) for box in boxes})
    for link in scene.links:
        for x, _ in link.points[1:-1]:
            assert all(not start <= x <= end for start, end in columns)


def test_as_text(cluster):
    text = frame(cluster.timeline, "access", 4).text.splitlines()
    assert text[0].split() == ["WHO", "BINDING", "ROLE", "VERBS", "RESOURCES", "API", "GROUP"]
    rows = [" ".join(line.split()) for line in text[1:3]]
    assert rows[0] == "▶ ServiceAccount king RoleBinding reads Role reader get, list pods core"
    assert rows[1] == "▶ User jane get secrets core · only only"
    assert text[3].endswith("bindings that every cluster has of itself")
    assert frame(cluster.timeline, "access", 1).text.splitlines()[1].split()[:3] == ["▶", "ServiceAccount", "king"]


def test_a_role_that_nobody_has_is_shown_too():
    made = Cluster(nodes=1)
    made.apply([ClusterRole(metadata=ObjectMeta(name="lonely"), rules=(rule("get: /metrics"),))])
    assert "ClusterRole/lonely" in film(made.timeline, "access").frame(1).states
    assert "ClusterRole lonely" in frame(made.timeline, "access", 1).text
