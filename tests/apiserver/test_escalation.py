"""Nobody gives away what he does not have."""

import pytest

from kubelab.api.meta import LabelSelector
from kubelab.api.model import evolve
from kubelab.api.rbac import AggregationRule
from kubelab.api.scalars import FrozenMap
from kubelab.apiserver.authentication import impersonated
from kubelab.apiserver.rules import compact_text, compacted, uncovered
from kubelab.apiserver.server import handle
from kubelab.errors import StatusError
from kubelab.state.bootstrap_rbac import rule
from kubelab.state.requests import Create, Update
from kubelab.state.snapshot import SECOND, ObjectKey

NOW = 1_767_225_600 * SECOND
JANE = impersonated("jane")


@pytest.fixture
def castle(make):
    """Jane is the admin of the Namespace castle, and may write roles of the whole cluster."""
    return make.cluster(
        make.binding("jane-admin", "ClusterRole", "admin", "User jane", namespace="castle"),
        make.cluster_role("writer", "create update: clusterroles clusterrolebindings @ rbac.authorization.k8s.io"),
        make.cluster_binding("jane-writes", "writer", "User jane"),
    )


def refused(snapshot, request):
    with pytest.raises(StatusError) as caught:
        handle(snapshot, request, NOW, user=JANE)
    return caught.value


def test_a_role_with_more_than_its_writer_has_is_refused_in_the_words_of_the_server(make, castle):
    error = refused(castle, Create(object=make.role("escalate", "*: * @ core", namespace="castle")))
    assert (error.code, error.reason) == (403, "Forbidden")
    assert error.message == (
        'roles.rbac.authorization.k8s.io "escalate" is forbidden: user "jane" (groups=["system:authenticated"]) is '
        "attempting to grant RBAC permissions not currently held:\n"
        '{APIGroups:[""], Resources:["*"], Verbs:["*"]}'
    )


def test_what_is_missing_is_put_together_by_resource_and_sorted(make, castle):
    wanted = make.role("r", "get approve: pods nodes", "get: nodes = n", namespace="castle")
    assert refused(castle, Create(object=wanted)).message.splitlines()[1:] == [
        '{APIGroups:[""], Resources:["nodes"], ResourceNames:["n"], Verbs:["get"]}',
        '{APIGroups:[""], Resources:["nodes"], Verbs:["approve" "get"]}',
        '{APIGroups:[""], Resources:["pods"], Verbs:["approve"]}',
    ]


def test_what_one_has_one_may_give(make, castle):
    given = make.role("r", "get list: pods", "delete: deployments @ apps", namespace="castle")
    snapshot = handle(castle, Create(object=given), NOW, user=JANE).snapshot
    bound = make.binding("b", "Role", "r", "User bob", namespace="castle")
    assert handle(snapshot, Create(object=bound), NOW, user=JANE).after is not None


def test_a_binding_to_a_role_with_more_is_refused_and_one_to_a_missing_role_is_not_found(make, castle):
    error = refused(
        castle, Create(object=make.binding("b", "ClusterRole", "cluster-admin", "User jane", namespace="castle"))
    )
    assert "is attempting to grant RBAC permissions not currently held:" in error.message
    assert '{NonResourceURLs:["*"], Verbs:["*"]}' in error.message
    missing = refused(castle, Create(object=make.binding("b", "ClusterRole", "none", "User jane", namespace="castle")))
    assert (missing.code, missing.message) == (404, 'clusterroles.rbac.authorization.k8s.io "none" not found')


def test_who_may_bind_or_escalate_may_do_so(make, castle):
    binder = make.cluster_role("binder", "bind: clusterroles @ rbac.authorization.k8s.io = view")
    snapshot = handle(castle, Create(object=binder), NOW).snapshot
    snapshot = handle(snapshot, Create(object=make.cluster_binding("x", "binder", "User jane")), NOW).snapshot
    assert handle(snapshot, Create(object=make.cluster_binding("y", "view", "User bob")), NOW, user=JANE).changed
    assert refused(snapshot, Create(object=make.cluster_binding("z", "edit", "User bob"))).code == 403
    more = make.cluster_role("more", "escalate: clusterroles @ rbac.authorization.k8s.io")
    snapshot = handle(snapshot, Create(object=more), NOW).snapshot
    snapshot = handle(snapshot, Create(object=make.cluster_binding("e", "more", "User jane")), NOW).snapshot
    assert handle(snapshot, Create(object=make.cluster_role("all", "*: * @ *")), NOW, user=JANE).changed


def test_a_changed_role_is_checked_as_a_new_one_is_and_its_owners_may_change(make, castle):
    snapshot = handle(castle, Create(object=make.cluster_role("big", "delete: nodes")), NOW).snapshot
    big = snapshot.objects[ObjectKey("ClusterRole", "", "big")]
    labelled = evolve(big, metadata=evolve(big.metadata, labels=FrozenMap(a="b")))
    assert "not currently held" in refused(snapshot, Update(object=labelled)).message
    freed = evolve(big, metadata=evolve(big.metadata, finalizers=("example.com/wait",)))
    assert handle(snapshot, Update(object=freed), NOW, user=JANE).changed


def test_to_gather_rules_from_others_one_needs_everything(make, castle):
    gathers = AggregationRule(cluster_role_selectors=(LabelSelector(match_labels=FrozenMap(a="b")),))
    error = refused(castle, Create(object=make.cluster_role("g", aggregation_rule=gathers)))
    assert error.message == (
        'clusterroles.rbac.authorization.k8s.io "g" is forbidden: must have cluster-admin privileges to use the '
        "aggregationRule"
    )


@pytest.mark.parametrize(
    ("held", "wanted", "left"),
    [
        (("*: * @ *",), "get: pods", []),
        (("get list: pods",), "get: pods = a", []),
        (
            ("get: pods = a b",),
            "get: pods = a b c",
            ['{APIGroups:[""], Resources:["pods"], ResourceNames:["c"], Verbs:["get"]}'],
        ),
        (("get: pods = a",), "get: pods", ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}']),
        (("get: */scale @ *",), "get: deployments/scale @ apps", []),
        (("get: pods",), "get: pods/log", ['{APIGroups:[""], Resources:["pods/log"], Verbs:["get"]}']),
        (("get: /api/*",), "get: /api/v1 /healthz", ['{NonResourceURLs:["/healthz"], Verbs:["get"]}']),
        (("get: pods", "list: pods"), "get list: pods", []),
    ],
)
def test_what_rules_cover(held, wanted, left):
    missing = uncovered([rule(each) for each in held], [rule(wanted)])
    assert [compact_text(each) for each in compacted(missing)] == left
