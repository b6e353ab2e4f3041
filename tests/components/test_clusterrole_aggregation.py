"""ClusterRoles that are put together from others."""

import pytest

from kubelab.api.meta import LabelSelector, ObjectMeta
from kubelab.api.model import evolve
from kubelab.api.rbac import AggregationRule, ClusterRole
from kubelab.api.scalars import FrozenMap
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.components.clusterrole_aggregation import ClusterRoleAggregationController
from kubelab.sim.engine import Engine
from kubelab.sim.state import EPOCH, State
from kubelab.state.bootstrap_rbac import rule
from kubelab.state.requests import Create, Delete, Update
from kubelab.state.snapshot import Change, ObjectKey, View

ENGINE = Engine((ClusterRoleAggregationController(),))
CONTROLLER = ClusterRoleAggregationController()
VIEWER = FrozenMap({"rbac.authorization.k8s.io/aggregate-to-view": "true"})


def role(name, *rules, labels=FrozenMap(), gathers=()):  # noqa: B008
    selectors = tuple(LabelSelector(match_labels=FrozenMap(labels)) for labels in gathers)
    return ClusterRole(
        metadata=ObjectMeta(name=name, labels=labels),
        rules=tuple(rule(each) for each in rules),
        aggregation_rule=AggregationRule(cluster_role_selectors=selectors) if selectors else None,
    )


def settled(*requests):
    state = State(snapshot=initial_snapshot(EPOCH))
    for request in requests:
        state = ENGINE.settle(ENGINE.submit(state, request))
    return state


def rules(state, name):
    return state.view.get("ClusterRole", "", name).rules


def test_what_is_labelled_for_view_comes_into_view_and_so_into_edit_and_admin():
    crd = rule("get list: crontabs @ stable.example.com")
    state = settled(Create(object=role("crontab-viewer", "get list: crontabs @ stable.example.com", labels=VIEWER)))
    for name in ("view", "edit", "admin"):
        assert crd in rules(state, name)
    state = ENGINE.settle(ENGINE.submit(state, Delete(target=ObjectKey("ClusterRole", "", "crontab-viewer"))))
    for name in ("view", "edit", "admin"):
        assert crd not in rules(state, name)


def test_a_fresh_cluster_is_as_the_controller_leaves_it():
    view = View(initial_snapshot(EPOCH), EPOCH)
    assert {r.metadata.name for r in view.aggregating()} == {"admin", "edit", "view"}
    for kept in view.aggregating():
        assert CONTROLLER.reconcile(view, ObjectKey("ClusterRole", "", kept.metadata.name)) == ()


def test_rules_come_selector_by_selector_then_by_name_and_each_once():
    state = settled(
        Create(object=role("b", "get: pods", "list: pods", labels=FrozenMap(one="x"))),
        Create(object=role("a", "get: nodes", "get: pods", labels=FrozenMap(two="x"))),
        Create(object=role("c", "get: secrets", labels=FrozenMap(one="x", two="x"))),
        Create(object=role("sum", gathers=({"one": "x"}, {"two": "x"}))),
    )
    assert rules(state, "sum") == tuple(rule(r) for r in ("get: pods", "list: pods", "get: secrets", "get: nodes"))


def test_what_is_written_by_hand_is_overwritten():
    state = settled(Create(object=role("a", "get: pods", labels=VIEWER)))
    view = state.view.get("ClusterRole", "", "view")
    before = view.rules
    state = ENGINE.submit(state, Update(object=evolve(view, rules=(rule("*: secrets"),))))
    state = ENGINE.settle(state)
    assert rules(state, "view") == before
    assert state.transition.actor == "clusterrole-aggregation-controller"


@pytest.mark.parametrize(("labels", "woken"), [(VIEWER, ["view"]), (FrozenMap(), [])])
def test_a_role_wakes_those_that_select_it(labels, woken):
    state = settled(Create(object=role("r", "get: pods", labels=labels)))
    new = state.view.get("ClusterRole", "", "r")
    keys = CONTROLLER.enqueue(Change(ObjectKey("ClusterRole", "", "r"), None, new, state.view))
    assert [key.name for key in keys] == woken


def test_a_label_that_is_taken_away_takes_the_rules_away():
    state = settled(Create(object=role("r", "get: crontabs", labels=VIEWER)))
    held = state.view.get("ClusterRole", "", "r")
    bare = evolve(held, metadata=evolve(held.metadata, labels=FrozenMap()))
    state = ENGINE.settle(ENGINE.submit(state, Update(object=bare)))
    assert rule("get: crontabs") not in rules(state, "view")
