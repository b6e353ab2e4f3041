"""RBAC: what a rule allows, whom a binding means, where it counts; and the words of a refusal."""

import pytest

from kubelab.api.core.config import ConfigMap
from kubelab.api.core.container import Container
from kubelab.api.core.pod import Pod, PodSpec
from kubelab.api.meta import ObjectMeta
from kubelab.apiserver.authentication import authenticate, impersonated
from kubelab.apiserver.authorization import attributes_of, authorizer_of, decide
from kubelab.apiserver.rules import Attributes, allows
from kubelab.apiserver.server import handle
from kubelab.errors import StatusError
from kubelab.state.bootstrap_rbac import rule
from kubelab.state.requests import Apply, Bind, Create, Delete, EventNote, Record, Update
from kubelab.state.snapshot import SECOND, ObjectKey

NOW = 1_767_225_600 * SECOND
JANE = impersonated("jane", ("dev",))
KING = impersonated("system:serviceaccount:default:king")
PODS = Attributes("list", "", "pods", "", "default")


def config(name="c", namespace="default"):
    return ConfigMap(metadata=ObjectMeta(name=name, namespace=namespace))


def refusal(snapshot, request, user):
    with pytest.raises(StatusError) as caught:
        handle(snapshot, request, NOW, user=user)
    return caught.value


@pytest.mark.parametrize(
    ("text", "asked", "allowed"),
    [
        ("get list: pods", PODS, True),
        ("get: pods", PODS, False),
        ("*: pods", PODS, True),
        ("list: *", PODS, True),
        ("list: * @ *", PODS._replace(group="apps"), True),
        ("list: pods @ apps", PODS, False),
        ("list: pods", PODS._replace(subresource="log"), False),
        ("list: pods/log", PODS._replace(subresource="log"), True),
        ("list: pods/log", PODS, False),
        ("update: */scale @ *", Attributes("update", "apps", "deployments", "scale", "default", "web"), True),
        ("update: */scale @ *", Attributes("update", "apps", "deployments", "", "default", "web"), False),
        ("get: secrets = only", Attributes("get", "", "secrets", "", "default", "only"), True),
        ("get: secrets = only", Attributes("get", "", "secrets", "", "default", "other"), False),
        ("list: secrets = only", Attributes("list", "", "secrets", "", "default"), False),
        ("get: /healthz", Attributes("get", path="/healthz"), True),
        ("get: /healthz", Attributes("get", path="/healthz/etcd"), False),
        ("get: /healthz/*", Attributes("get", path="/healthz/etcd"), True),
        ("*: *", Attributes("post", path="/anything"), True),
        ("get: pods", Attributes("get", path="/pods"), False),
    ],
)
def test_what_a_rule_allows(text, asked, allowed):
    assert allows(rule(text), asked) is allowed


@pytest.mark.parametrize(
    ("subject", "user", "meant"),
    [
        ("User jane", JANE, True),
        ("User Jane", JANE, False),
        ("Group dev", JANE, True),
        ("Group system:authenticated", JANE, True),
        ("ServiceAccount default/jane", JANE, False),
        ("ServiceAccount default/king", KING, True),
        ("ServiceAccount king", KING, True),
        ("ServiceAccount castle/king", KING, False),
        ("User system:serviceaccount:default:king", KING, True),
        ("Group system:serviceaccounts:default", KING, True),
        ("Group system:serviceaccounts:castle", KING, False),
    ],
)
def test_whom_a_subject_means(make, subject, user, meant):
    snapshot = make.cluster(make.role("r", "list: pods"), make.binding("b", "Role", "r", subject))
    assert decide(snapshot, user, PODS).allowed is meant


def test_a_role_binding_counts_in_its_own_namespace_also_with_a_cluster_role(make):
    snapshot = make.cluster(
        make.cluster_role("reader", "list: pods", "list: nodes"),
        make.binding("b", "ClusterRole", "reader", "User jane", namespace="castle"),
    )
    assert decide(snapshot, JANE, PODS._replace(namespace="castle")).allowed
    assert not decide(snapshot, JANE, PODS).allowed
    assert not decide(snapshot, JANE, PODS._replace(namespace="")).allowed
    assert not decide(snapshot, JANE, Attributes("list", "", "nodes")).allowed


def test_a_cluster_role_binding_counts_everywhere(make):
    snapshot = make.cluster(
        make.cluster_role("reader", "list: pods nodes"), make.cluster_binding("b", "reader", "Group dev")
    )
    for asked in (
        PODS,
        PODS._replace(namespace="castle"),
        PODS._replace(namespace=""),
        Attributes("list", "", "nodes"),
    ):
        assert decide(snapshot, JANE, asked).allowed


def test_a_decision_says_what_it_comes_from(make):
    snapshot = make.cluster(
        make.role("r", "get: secrets", "list: pods"), make.binding("b", "Role", "r", "User bob", "Group dev")
    )
    decision = decide(snapshot, JANE, PODS)
    assert decision.by == "RBAC"
    assert decision.grant.binding.metadata.name == "b"
    assert decision.grant.subject.name == "dev"
    assert decision.grant.role_key == ObjectKey("Role", "default", "r")
    assert decision.rule == 1


def test_masters_need_no_binding(make):
    snapshot = make.cluster()
    snapshot = handle(snapshot, Delete(target=ObjectKey("ClusterRoleBinding", "", "cluster-admin")), NOW).snapshot
    assert handle(snapshot, Create(object=config()), NOW).after is not None
    assert decide(snapshot, impersonated("x", ("system:masters",)), PODS).by == "system:masters"


def test_a_role_that_does_not_exist_is_named_in_the_refusal(make):
    snapshot = make.cluster(make.binding("a", "Role", "gone", "User jane"))
    text = refusal(snapshot, Create(object=config()), JANE).message
    assert text.endswith(': RBAC: role.rbac.authorization.k8s.io "gone" not found')
    more = make.cluster(make.binding("a", "Role", "gone", "User jane"), make.cluster_binding("b", "lost", "User jane"))
    assert decide(more, JANE, PODS).reason == (
        'RBAC: [clusterrole.rbac.authorization.k8s.io "lost" not found, '
        'role.rbac.authorization.k8s.io "gone" not found]'
    )


def test_decisions_follow_the_objects(make):
    snapshot = make.cluster(make.role("r", "create: configmaps"))
    assert refusal(snapshot, Create(object=config()), JANE).code == 403
    bound = handle(snapshot, Create(object=make.binding("b", "Role", "r", "User jane")), NOW).snapshot
    assert handle(bound, Create(object=config()), NOW, user=JANE).after is not None
    assert handle(bound, Create(object=config("d")), NOW, user=JANE).after is not None
    freed = handle(bound, Delete(target=ObjectKey("RoleBinding", "default", "b")), NOW).snapshot
    assert refusal(freed, Create(object=config()), JANE).code == 403
    assert authorizer_of(snapshot) is authorizer_of(handle(snapshot, Create(object=config()), NOW).snapshot)


def test_a_right_by_name_is_not_taken_for_a_right_to_all(make):
    snapshot = make.cluster(make.role("r", "delete: configmaps = mine"), make.binding("b", "Role", "r", "User jane"))
    for name in ("mine", "yours"):
        snapshot = handle(snapshot, Create(object=config(name)), NOW).snapshot
    mine, yours = (Delete(target=ObjectKey("ConfigMap", "default", name)) for name in ("mine", "yours"))
    assert handle(snapshot, mine, NOW, user=JANE).after is None
    assert refusal(snapshot, yours, JANE).code == 403
    assert handle(snapshot, mine, NOW, user=JANE).after is None


def test_a_right_in_a_namespace_holds_for_the_namespace_itself_and_no_other(make):
    snapshot = make.cluster(
        make.role("r", "delete get: namespaces", namespace="castle"),
        make.binding("b", "Role", "r", "User jane", namespace="castle"),
    )
    castle, home = (Delete(target=ObjectKey("Namespace", "", name)) for name in ("castle", "kube-node-lease"))
    assert handle(snapshot, castle, NOW, user=JANE).changed
    assert refusal(snapshot, home, JANE).message == (
        'namespaces "kube-node-lease" is forbidden: User "jane" cannot delete resource "namespaces" in API group "" '
        'in the namespace "kube-node-lease"'
    )


@pytest.mark.parametrize(
    ("request_", "asked"),
    [
        (Create(object=config()), Attributes("create", "", "configmaps", "", "default", "")),
        (Update(object=config(), subresource=""), Attributes("update", "", "configmaps", "", "default", "c")),
        (Apply(object=config()), Attributes("create", "", "configmaps", "", "default", "")),
        (
            Bind(target=ObjectKey("Pod", "default", "p"), node="n"),
            Attributes("create", "", "pods", "binding", "default", "p"),
        ),
        (Delete(target=ObjectKey("Node", "", "n")), Attributes("delete", "", "nodes", "", "", "n")),
        (Record(target=ObjectKey("Pod", "default", "p")), None),
    ],
)
def test_what_a_request_asks_for(make, request_, asked):
    assert attributes_of(make.cluster(), request_) == asked


def test_applying_what_is_there_is_a_patch(make):
    snapshot = handle(make.cluster(), Create(object=config()), NOW).snapshot
    assert attributes_of(snapshot, Apply(object=config())).verb == "patch"
    assert attributes_of(snapshot, Apply(object=config())).name == "c"


def test_the_words_of_a_refusal(make):
    snapshot = make.cluster()
    assert refusal(snapshot, Create(object=config()), KING).message == (
        'configmaps is forbidden: User "system:serviceaccount:default:king" cannot create resource "configmaps" '
        'in API group "" in the namespace "default"'
    )
    bind = Bind(target=ObjectKey("Pod", "default", "p"), node="n")
    assert refusal(snapshot, bind, KING).message == (
        'pods "p" is forbidden: User "system:serviceaccount:default:king" cannot create resource "pods/binding" '
        'in API group "" in the namespace "default"'
    )
    error = refusal(snapshot, Delete(target=ObjectKey("StorageClass", "", "s")), KING)
    assert (error.code, error.reason) == (403, "Forbidden")
    assert error.message == (
        'storageclasses.storage.k8s.io "s" is forbidden: User "system:serviceaccount:default:king" cannot delete '
        'resource "storageclasses" in API group "storage.k8s.io" at the cluster scope'
    )


def test_what_is_refused_changes_nothing_and_a_missing_object_is_not_betrayed(make):
    snapshot = make.cluster()
    assert refusal(snapshot, Delete(target=ObjectKey("ConfigMap", "default", "nothing")), JANE).code == 403


def test_a_component_may_replace_where_its_role_says_patch_and_a_person_may_not(make):
    pod = Pod(
        metadata=ObjectMeta(name="p", namespace="default"),
        spec=PodSpec(containers=(Container(name="c", image="nginx"),)),
    )
    snapshot = handle(make.cluster(), Create(object=pod), NOW).snapshot
    request = Update(object=snapshot.objects[ObjectKey("Pod", "default", "p")])
    assert handle(snapshot, request, NOW, "replicaset-controller").key.name == "p"
    person = impersonated("system:serviceaccount:kube-system:replicaset-controller")
    assert 'cannot update resource "pods"' in refusal(snapshot, request, person).message


def test_events_that_may_not_be_written_are_lost_and_nothing_else(make):
    snapshot = make.cluster()
    note = EventNote(ObjectKey("Namespace", "", "castle"), "Seen", "seen")
    request = Record(target=ObjectKey("Namespace", "", "castle"), events=(note,))
    assert handle(snapshot, request, NOW, "deployment-controller").events == (note,)
    assert handle(snapshot, request, NOW, "namespace-controller").events == ()
    assert authenticate("namespace-controller").component
