"""A patch made of two versions of an object leads from the one to the other."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelab.api.apps import Deployment
from kubelab.apiserver.patches import merge, strategic
from kubelab.apiserver.patches.between import merge_patch, strategic_patch

WORDS = st.sampled_from(["a", "b", "c", "d"])
TEXTS = st.sampled_from(["", "1", "2"])


def some(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A map in which each part may be missing."""
    return st.fixed_dictionaries({}, optional=parts)


def keyed(key: str, names: st.SearchStrategy[Any], **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """A list of items that are told apart by a key, in any order."""
    item = st.fixed_dictionaries({key: names}, optional=parts)
    return st.lists(item, max_size=4, unique_by=lambda each: each[key])


ENV = keyed("name", WORDS, value=TEXTS)
PORTS = keyed("containerPort", st.sampled_from([80, 443, 8080]), name=WORDS)
CONTAINERS = keyed("name", WORDS, image=TEXTS, args=st.lists(TEXTS, max_size=3), env=ENV, ports=PORTS)
LABELS = st.dictionaries(WORDS, TEXTS, max_size=3)
METADATA = some(labels=LABELS, finalizers=st.lists(WORDS, unique=True, max_size=3))
STRATEGY = some(type=WORDS, rollingUpdate=some(maxSurge=st.integers(0, 3)))
TEMPLATE = some(metadata=METADATA, spec=some(containers=CONTAINERS, nodeSelector=LABELS))
DEPLOYMENTS = some(metadata=METADATA, spec=some(replicas=st.integers(0, 3), strategy=STRATEGY, template=TEMPLATE))


@given(DEPLOYMENTS, DEPLOYMENTS)
@settings(max_examples=300, deadline=None)
def test_a_strategic_merge_patch_leads_from_one_to_the_other(old, new):
    patch = strategic_patch(old, new, Deployment)
    assert strategic.merged(old, patch, Deployment) == new
    if old == new:
        assert patch == {}


@given(DEPLOYMENTS, DEPLOYMENTS)
@settings(max_examples=200, deadline=None)
def test_a_merge_patch_leads_from_one_to_the_other(old, new):
    patch = merge_patch(old, new)
    assert merge.merged(old, patch) == new
    assert (patch == {}) == (old == new)


@given(DEPLOYMENTS, DEPLOYMENTS, DEPLOYMENTS)
@settings(max_examples=100, deadline=None)
def test_a_patch_leaves_alone_what_it_does_not_say(old, new, live):
    patch = strategic_patch(old, new, Deployment)
    after = strategic.merged(live, patch, Deployment)
    for name in live:
        if name not in patch:
            assert after[name] == live[name]


def test_of_a_list_only_what_changed_is_said():
    old = {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b", "image": "1"}]}}}}
    new = {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "2"}]}}}}
    assert strategic_patch(old, new, Deployment)["spec"]["template"]["spec"] == {
        "$setElementOrder/containers": [{"name": "a"}],
        "containers": [{"name": "b", "$patch": "delete"}, {"name": "a", "image": "2"}],
    }
