"""Sets of fields, and the rules of owning, with random objects."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelab.api.apps import Deployment
from kubelab.api.merging import whole
from kubelab.api.scalars import Time
from kubelab.apiserver.field_owners.book import EMPTY, Owner, Share, applied, entries, from_entries, said_by, updated
from kubelab.apiserver.field_owners.difference import compare, field_set
from kubelab.apiserver.field_owners.paths import from_fields, text_of, to_fields
from kubelab.errors import StatusError

PLACE = whole(Deployment)
WORDS = st.sampled_from(["a", "b", "c"])
TEXTS = st.sampled_from(["1", "2"])
LABELS = st.dictionaries(WORDS, TEXTS, min_size=1, max_size=3)
ITEM = st.fixed_dictionaries(
    {"name": WORDS}, optional={"image": TEXTS, "args": st.lists(TEXTS, min_size=1, max_size=2)}
)
CONTAINERS = st.lists(ITEM, min_size=1, max_size=3, unique_by=lambda item: item["name"])


def some(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=parts)


CONFIGS = some(
    metadata=st.fixed_dictionaries({"labels": LABELS}),
    spec=some(
        replicas=st.integers(1, 3),
        template=st.fixed_dictionaries({"spec": st.fixed_dictionaries({"containers": CONTAINERS})}),
    ).filter(bool),
)
ONE, TWO = Owner("one", "Apply"), Owner("two", "Apply")
NOW = Time(0)


def without_empty(part: Any) -> Any:
    """What is left when all that says nothing is left out."""
    if isinstance(part, dict):
        kept = {name: without_empty(value) for name, value in part.items()}
        return {name: value for name, value in kept.items() if value not in ({}, [])}
    return [without_empty(item) for item in part] if isinstance(part, list) else part


def ordered(part: Any) -> Any:
    """The same with the containers in order of their names."""
    if isinstance(part, dict):
        return {name: ordered(value) for name, value in part.items()}
    if isinstance(part, list) and part and isinstance(part[0], dict):
        return sorted(map(ordered, part), key=lambda item: item["name"])
    return part


@given(CONFIGS, CONFIGS)
@settings(max_examples=200, deadline=None)
def test_who_is_alone_gets_exactly_what_he_applied_last(first, second):
    live = applied(EMPTY, ONE, {}, first, PLACE, force=False)
    book = {ONE: Share(said_by(first, PLACE))}
    after = applied(book, ONE, live, second, PLACE, force=False)
    assert ordered(without_empty(after)) == ordered(without_empty(second))


@given(CONFIGS, CONFIGS)
@settings(max_examples=200, deadline=None)
def test_what_others_own_is_never_taken_without_force(first, second):
    live = applied(EMPTY, ONE, {}, first, PLACE, force=False)
    book = {ONE: Share(said_by(first, PLACE))}
    try:
        after = applied(book, TWO, live, second, PLACE, force=False)
    except StatusError as refusal:
        assert "conflict" in str(refusal)
        after = applied(book, TWO, live, second, PLACE, force=True)
        assert said_by(first, PLACE) & compare(live, after, PLACE).modified
    else:
        assert not said_by(first, PLACE) & compare(live, after, PLACE).modified
    assert field_set(first, PLACE) <= field_set(after, PLACE)
    assert field_set(second, PLACE) <= field_set(after, PLACE)


@given(CONFIGS, CONFIGS)
@settings(max_examples=200, deadline=None)
def test_a_difference_is_said_once_and_the_other_way_round_backwards(old, new):
    there, back = compare(old, new, PLACE), compare(new, old, PLACE)
    assert (there.added, there.modified, there.removed) == (back.removed, back.modified, back.added)
    assert not there.added & there.modified
    assert not there.added & there.removed
    assert compare(old, old, PLACE) == compare({}, {}, PLACE)


@given(CONFIGS, CONFIGS)
@settings(max_examples=100, deadline=None)
def test_what_is_owned_by_plain_writes_is_owned_by_one_of_them(old, new):
    book = updated(EMPTY, Owner("one"), {}, old, PLACE, NOW)
    book = updated(book, Owner("two"), old, new, PLACE, NOW)
    shares = [share.fields for share in book.values()]
    assert len(frozenset().union(*shares)) == sum(map(len, shares))
    assert from_entries(entries(book, "apps/v1")) == book


@pytest.mark.parametrize(
    ("tree", "texts"),
    [
        ({"f:spec": {"f:replicas": {}}}, [".spec.replicas"]),
        ({"f:metadata": {"f:labels": {".": {}, "f:app": {}}}}, [".metadata.labels", ".metadata.labels.app"]),
        ({"f:spec": {'k:{"name":"web"}': {"f:image": {}}}}, ['.spec[name="web"].image']),
        ({'k:{"containerPort":80,"protocol":"TCP"}': {}}, ['[containerPort=80,protocol="TCP"]']),
        ({"f:finalizers": {'v:"x/y"': {}}}, ['.finalizers[="x/y"]']),
        ({"f:list": {"i:2": {}}}, [".list[2]"]),
        ({}, []),
    ],
)
def test_a_set_of_fields_goes_out_and_comes_back(tree, texts):
    paths = from_fields(tree)
    assert to_fields(paths) == tree
    assert sorted(map(text_of, paths)) == texts


@pytest.mark.parametrize("tree", [{"x:y": {}}, {"f:a": "b"}, ["f:a"], {"f:a": {"nonsense": {}}}])
def test_what_is_no_set_of_fields_is_refused(tree):
    with pytest.raises(ValueError, match=r"path element|nested maps"):
        from_fields(tree)
