"""Acting as somebody else, and asking who may do what; a real control plane was asked the same."""

import json
from pathlib import Path

import pytest

from kubelab import Cluster
from kubelab.api.core.config import ConfigMap
from kubelab.api.meta import ObjectMeta
from kubelab.api.rbac import ClusterRole, ClusterRoleBinding, Role, RoleBinding, RoleRef, Subject
from kubelab.apiserver.authentication import impersonated
from kubelab.components import CONTROL_PLANE
from kubelab.errors import SourceError, StatusError
from kubelab.state.bootstrap_rbac import GROUP, OWN_COMPONENTS, rule
from kubelab.state.requests import Create, Update

KING = "system:serviceaccount:default:king"
RECORDED = json.loads((Path(__file__).parents[1] / "apiserver" / "data" / "17-rbac.json").read_text())["steps"]


def role(name, *rules, namespace="default"):
    meta = ObjectMeta(name=name, namespace=namespace)
    kind = Role if namespace else ClusterRole
    return kind(metadata=meta, rules=tuple(rule(each) for each in rules))


def binding(name, kind, to, subject, namespace="default"):
    of, _, who = subject.partition(" ")
    home, _, account = who.rpartition("/")
    one = Subject(kind=of, name=account, namespace=home) if home else Subject(kind=of, name=who, api_group=GROUP)
    made = RoleBinding if namespace else ClusterRoleBinding
    return made(
        metadata=ObjectMeta(name=name, namespace=namespace),
        subjects=(one,),
        role_ref=RoleRef(api_group=GROUP, kind=kind, name=to),
    )


@pytest.fixture
def kingdom():
    """The cluster of the recording, once everything in it is made."""
    cluster = Cluster(nodes=1)
    cluster.apply("serviceaccount king\nnamespace castle\n")
    cluster.apply(
        [
            role("reader", "get list watch: pods"),
            binding("king-reads", "Role", "reader", "ServiceAccount default/king"),
            role("nodes-reader", "get list: nodes", namespace=""),
            binding("king-nodes", "ClusterRole", "nodes-reader", "ServiceAccount default/king", namespace=""),
            binding("jane-admin", "ClusterRole", "admin", "User jane", namespace="castle"),
            role("one-secret", "get: secrets = only", namespace=""),
            binding("bob-one", "ClusterRole", "one-secret", "User bob"),
        ]
    )
    return cluster


def recorded(run):
    """What the real kubectl said after this command, the last time it was run."""
    step = [step for step in RECORDED if step["run"] == run][-1]
    return step["out"].strip() or step["err"].strip().removeprefix("Error from server (Forbidden): ")


def words(run):
    """The user, the verb, the resource and the namespace of a recorded ``kubectl auth can-i``."""
    parts = run.split()
    user = next((part.removeprefix("--as=") for part in parts if part.startswith("--as=")), "")
    namespace = parts[parts.index("-n") + 1] if "-n" in parts else "default"
    return user, parts[3], parts[4], namespace


@pytest.mark.parametrize(
    "run", sorted({s["run"] for s in RECORDED if "auth can-i" in s["run"] and "--list" not in s["run"] and s["rc"] < 2})
)
def test_can_i_answers_as_the_real_server_did(kingdom, run):
    said = recorded(run)
    user, verb, resource, namespace = words(run)
    if said not in ("yes", "no"):
        # Who is nobody may not even ask.
        asking = kingdom.can_i("create", "selfsubjectaccessreviews.authorization.k8s.io", namespace="", user=user)
        assert not asking
        assert asking.why.splitlines()[0] in said
        return
    answer = kingdom.can_i(verb, resource, namespace=namespace, user=user)
    assert str(answer).startswith(f"{said}: ")
    assert bool(answer) is (said == "yes")


@pytest.mark.parametrize(
    ("run", "user", "kinds", "namespace"),
    [
        (f"kubectl get secrets --as={KING}", KING, "secrets", "default"),
        ("kubectl get secret another --as=bob", "bob", "secret another", "default"),
    ],
)
def test_reading_is_refused_in_the_words_of_the_server(kingdom, run, user, kinds, namespace):
    with kingdom.as_user(user), pytest.raises(StatusError) as caught:
        kingdom.get(kinds, namespace=namespace)
    assert caught.value.message == recorded(run)


def test_what_may_be_read_is_read(kingdom):
    with kingdom.as_user(KING):
        assert kingdom.get("pods", namespace="default") == recorded(f"kubectl get pods --as={KING}")
        assert kingdom.get("nodes", output="name").strip() == "node/worker-1"
    with kingdom.as_user("bob"), pytest.raises(StatusError, match='secrets "only" not found'):
        kingdom.get("secret only", namespace="default")
    assert "kube-root-ca.crt" in kingdom.get("configmaps")


def test_nodes_and_namespaces_of_all_are_of_the_cluster():
    cluster = Cluster(nodes=1)
    with cluster.as_user(KING):
        for kinds, text in (("nodes", "at the cluster scope"), ("pods", "at the cluster scope")):
            with pytest.raises(StatusError, match=text):
                cluster.get(kinds)


def test_writing_is_refused_in_the_words_of_the_server_and_changes_nothing(kingdom):
    steps = len(kingdom.timeline)
    with kingdom.as_user(KING), pytest.raises(SourceError) as caught:
        kingdom.apply("deployment web nginx")
    text = recorded(f"kubectl create deployment web --image=nginx --as={KING}")
    assert caught.value.mistakes[0].message == text.removeprefix("error: failed to create deployment: ")
    with kingdom.as_user("jane"), pytest.raises(StatusError) as refused:
        kingdom.request(Create(object=role("escalate", "*: * @ core", namespace="castle")))
    assert refused.value.message == recorded(
        "kubectl create role escalate --verb='*' --resource='*' -n castle --as=jane"
    )
    held = kingdom.view.get("RoleBinding", "default", "king-reads")
    other = type(held)(
        metadata=held.metadata, subjects=held.subjects, role_ref=RoleRef(api_group=GROUP, kind="Role", name="other")
    )
    with pytest.raises(StatusError, match="cannot change roleRef"):
        kingdom.request(Update(object=other))
    assert len(kingdom.timeline) == steps


def test_one_acts_as_somebody_else_only_inside(kingdom):
    with kingdom.as_user("jane"):
        kingdom.apply([ConfigMap(metadata=ObjectMeta(name="c", namespace="castle"))])
        assert kingdom.timeline.at().message == "You created ConfigMap castle/c as jane."
        assert not kingdom.can_i("list", "nodes")
        with kingdom.as_user("bob"), pytest.raises(StatusError, match='User "bob"'):
            kingdom.delete("castle/configmap/c")
        with pytest.raises(StatusError, match='User "jane" cannot delete resource "nodes"'):
            kingdom.delete("node/worker-1")
    assert kingdom.can_i("list", "nodes")
    kingdom.delete("castle/configmap/c")


@pytest.mark.parametrize(
    ("asked", "user", "lacks"),
    [
        (("list", "pods", "", "castle"), KING, "only in Namespace default"),
        (("delete", "pods"), KING, "without the verb delete"),
        (("get", "pods/log"), KING, "pods does not include pods/log: a subresource is named by itself"),
        (("list", "services"), KING, "not for services"),
        (("list", "pods.metrics.k8s.io"), KING, 'of API group "", while pods are of "metrics.k8s.io"'),
        (("get", "secret/another"), "bob", "only for only"),
        (("list", "secrets"), "bob", "without the verb list and only for only"),
        (("list", "pods"), "king", "that is not king"),
        (("list", "pods"), "system:serviceaccount:castle:king", "that is not system:serviceaccount:castle:king"),
        (("create", "deployments"), "bob", "no binding gives it to bob"),
    ],
)
def test_a_no_names_the_rule_that_comes_nearest(kingdom, asked, user, lacks):
    answer = kingdom.can_i(*asked, user=user)
    assert not answer
    assert str(answer).splitlines()[1].startswith("nearest: ")
    assert lacks in answer.near.text


def test_a_binding_to_a_role_that_is_not_there_is_the_nearest(kingdom):
    kingdom.apply([binding("typo", "Role", "raeder", "User eve")])
    answer = kingdom.can_i("list", "pods", user="eve")
    assert answer.near.lacks == ("role",)
    assert 'RBAC: role.rbac.authorization.k8s.io "raeder" not found' in str(answer)


def test_a_yes_names_the_binding_the_role_and_the_rule(kingdom):
    assert str(kingdom.can_i("list", "pods", user=KING)) == (
        "yes: RoleBinding default/king-reads gives Role default/reader to ServiceAccount default/king "
        "(get, list, watch: pods)"
    )
    assert "system:masters" in str(kingdom.can_i("delete", "nodes"))
    node = impersonated("system:node:worker-1", ("system:nodes",))
    assert str(kingdom.can_i("get", "node/worker-1", user=node)).startswith("yes: the Node authorizer")


def test_who_can(kingdom):
    found = kingdom.who_can("get", "secrets", "only")
    assert "User bob" in found.subjects
    assert "User bob" not in kingdom.who_can("get", "secrets", "other").subjects
    assert "User jane" in kingdom.who_can("get", "secrets", namespace="castle").subjects
    assert "User jane" not in kingdom.who_can("get", "secrets").subjects
    assert "User bob" in str(found)


def test_anybody_may_read_the_cluster_info_and_no_other_thing():
    cluster = Cluster(nodes=1)
    anonymous = "system:anonymous"
    assert cluster.can_i("get", "configmap/cluster-info", namespace="kube-public", user=anonymous)
    assert not cluster.can_i("get", "configmap/kube-root-ca.crt", namespace="kube-public", user=anonymous)
    assert cluster.can_i("get", "/version", user=anonymous)
    assert not cluster.can_i("get", "/api", user=anonymous)
    assert cluster.can_i("get", "/api", user="jane")


class Copier:
    """Wants a copy of every ConfigMap in the Namespace castle."""

    name = "copier"
    watches = ("ConfigMap",)

    def enqueue(self, change):
        return (change.key,) if change.key.namespace == "castle" and change.key.name == "source" else ()

    def reconcile(self, view, key):
        if view.find(key) is None or view.find(key._replace(name="copy")) is not None:
            return ()
        return (Create(object=ConfigMap(metadata=ObjectMeta(name="copy", namespace="castle"))),)


def source():
    return ConfigMap(metadata=ObjectMeta(name="source", namespace="castle"))


def test_a_component_of_ones_own_works_at_once():
    cluster = Cluster(nodes=1, components=(*CONTROL_PLANE, Copier()))
    cluster.apply("namespace castle")
    cluster.apply([source()])
    cluster.run()
    assert cluster.view.get("ConfigMap", "castle", "copy") is not None


def test_and_without_its_binding_it_needs_a_role():
    cluster = Cluster(nodes=1, components=(*CONTROL_PLANE, Copier()))
    cluster.apply("namespace castle")
    cluster.delete(f"clusterrolebinding/{OWN_COMPONENTS}")
    cluster.apply([source()])
    cluster.run()
    refused = [t for t in cluster.timeline.transitions if t.error is not None]
    assert refused[0].actor == "copier"
    assert 'User "system:serviceaccount:kube-system:copier" cannot create resource "configmaps"' in refused[0].message
    cluster.apply(
        [
            role("copier", "create: configmaps", namespace="castle"),
            binding("copier", "Role", "copier", "ServiceAccount kube-system/copier", namespace="castle"),
        ]
    )
    cluster.run(for_="20m")
    assert cluster.view.get("ConfigMap", "castle", "copy") is not None


def test_a_scheduler_whose_role_is_taken_away_binds_nothing_until_it_is_given_back():
    cluster = Cluster(nodes=1)
    held = cluster.view.get("ClusterRoleBinding", "", "system:kube-scheduler")
    cluster.delete("clusterrolebinding/system:kube-scheduler")
    cluster.apply("pod p nginx")
    cluster.run()
    assert cluster.view.get("Pod", "default", "p").spec.node_name == ""
    refused = [t for t in cluster.timeline.transitions if t.error is not None and t.actor == "kube-scheduler"]
    assert 'User "system:kube-scheduler" cannot create resource "pods/binding"' in refused[0].message
    cluster.apply(
        [ClusterRoleBinding(metadata=ObjectMeta(name="mine"), subjects=held.subjects, role_ref=held.role_ref)]
    )
    cluster.run(for_="20m")
    assert cluster.view.get("Pod", "default", "p").spec.node_name == "worker-1"


def test_nobody_is_refused_for_want_of_rights_in_the_life_of_a_cluster():
    cluster = Cluster()
    cluster.apply(
        "namespace shop {\n  deployment web x3 nginx\n  service web -> deployment web port 80\n}\npod db nginx\n"
    )
    cluster.run()
    cluster.kill("worker-1")
    cluster.run(for_="10m")
    cluster.revive("worker-1")
    cluster.delete("namespace/shop")
    cluster.run()
    refused = [t.message for t in cluster.timeline.transitions if t.error is not None and "cannot" in t.error.message]
    assert refused == []


def test_going_back_brings_back_the_rights_of_that_time(kingdom):
    assert kingdom.can_i("list", "pods", user=KING)
    kingdom.goto(0)
    assert not kingdom.can_i("list", "pods", user=KING)
    kingdom.goto(-1)
    assert kingdom.can_i("list", "pods", user=KING)
