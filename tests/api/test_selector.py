"""Label selectors: read and written as kubectl does, matched as the API server does, and explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelab.api import selector
from kubelab.api.meta import LabelSelector, LabelSelectorRequirement
from kubelab.api.scalars import FrozenMap
from kubelab.errors import SelectorError

NAMES = st.sampled_from(("app", "tier", "in", "notin", "a.b/c", "x_y", "5"))
VALUES = st.sampled_from(("", "web", "in", "a-b", "7"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("  ", ""),
        ("app=web", "app=web"),
        ("app == web", "app==web"),
        ("tier!=db , app = web", "app=web,tier!=db"),
        ("app in (web,api)", "app in (api,web)"),
        ("app notin ( b , a )", "app notin (a,b)"),
        ("app in ()", "app in ()"),
        ("app in (,b,)", "app in (,b)"),
        ("app in (a,,b)", "app in (,a,b)"),
        ("app", "app"),
        ("!app", "!app"),
        ("app=", "app="),
        ("app=,tier", "app=,tier"),
        ("in in (in)", "in in (in)"),
        ("notin=notin", "notin=notin"),
        ("x>5", "x>5"),
        ("inside", "inside"),
        ("example.com/app=web", "example.com/app=web"),
    ],
)
def test_kubectls_notation_is_read(text: str, written: str) -> None:
    assert str(selector.parse(text)) == written


REQUIREMENT = "unable to parse requirement: "


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (",", "found ',', expected: !, identifier, or 'end of string'"),
        ("a,", "found '', expected: identifier after ','"),
        ("a,,b", "found ',', expected: identifier after ','"),
        ("!", f"{REQUIREMENT}found '', expected: identifier"),
        ("a b", f"{REQUIREMENT}found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a inside (b)", f"{REQUIREMENT}found 'inside', expected: in, notin, =, ==, !=, gt, lt"),
        ("a in b", f"{REQUIREMENT}found 'b' expected: '('"),
        ("a in", f"{REQUIREMENT}found '' expected: '('"),
        ("a in (", f"{REQUIREMENT}found '', expected: ',', ')' or identifier"),
        ("a in (=)", f"{REQUIREMENT}found '=', expected: ',', ')' or identifier"),
        ("a in (b", f"{REQUIREMENT}found '', expected: ',' or ')'"),
        ("a in (b c)", f"{REQUIREMENT}found 'c', expected: ',' or ')'"),
        ("a in (b,", f"{REQUIREMENT}found '', expected: ',', or identifier"),
        ("a=(", f"{REQUIREMENT}found '(', expected: identifier"),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("a=b=c", "found '=', expected: ',' or 'end of string'"),
        ("!a in (b)", "found 'in', expected: ',' or 'end of string'"),
        (
            "a>x",
            f"{REQUIREMENT}values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_upstreams_words(text: str, error: str) -> None:
    with pytest.raises(SelectorError) as caught:
        selector.parse(text)
    assert str(caught.value) == error


def test_keys_and_values_must_be_labels() -> None:
    with pytest.raises(
        SelectorError, match=r'^unable to parse requirement: <nil>: Invalid value: "-a": name part must'
    ):
        selector.parse("-a=b")
    with pytest.raises(
        SelectorError, match=r'^unable to parse requirement: values\[0\]\[a\]: Invalid value: "b\?": a val'
    ):
        selector.parse("a=b?")


@pytest.mark.parametrize(
    ("text", "matching", "other"),
    [
        ("a=b", [{"a": "b"}, {"a": "b", "c": "d"}], [{}, {"a": "c"}]),
        ("a!=b", [{}, {"a": "c"}], [{"a": "b"}]),
        ("a in (b,c)", [{"a": "b"}, {"a": "c"}], [{}, {"a": "d"}]),
        ("a notin (b,c)", [{}, {"a": "d"}], [{"a": "c"}]),
        ("a", [{"a": ""}], [{"b": "a"}]),
        ("!a", [{}, {"b": "a"}], [{"a": ""}]),
        ("a>5", [{"a": "6"}, {"a": "10"}], [{}, {"a": "5"}, {"a": "x"}]),
        ("a<5", [{"a": "4"}, {"a": "-1"}], [{}, {"a": "5"}, {"a": str(-(2**70))}]),
        ("a=b,!c", [{"a": "b"}], [{"a": "b", "c": ""}, {}]),
        ("", [{}, {"a": "b"}], []),
    ],
)
def test_labels_match_or_not(text: str, matching: list[dict[str, str]], other: list[dict[str, str]]) -> None:
    found = selector.parse(text)
    assert [found.matches(labels) for labels in (*matching, *other)] == [True] * len(matching) + [False] * len(other)
    for labels in (*matching, *other):
        assert all(verdict.met for verdict in found.why(labels)) == found.matches(labels)


def test_a_specification_without_selector_means_nothing_and_an_empty_one_everything() -> None:
    assert not selector.from_label_selector(None).matches({"a": "b"})
    assert selector.from_label_selector(LabelSelector()).matches({"a": "b"})
    assert selector.from_label_selector(LabelSelector()).empty and not selector.NOTHING.empty
    assert str(selector.NOTHING) == ""


def test_specifications_mean_what_the_text_means() -> None:
    given = LabelSelector(
        match_labels=FrozenMap(tier="db", app="web"),
        match_expressions=(
            LabelSelectorRequirement(key="zone", operator="In", values=("b", "a")),
            LabelSelectorRequirement(key="x", operator="NotIn", values=("y",)),
            LabelSelectorRequirement(key="e", operator="Exists"),
            LabelSelectorRequirement(key="d", operator="DoesNotExist"),
        ),
    )
    assert str(selector.from_label_selector(given)) == "app=web,!d,e,tier=db,x notin (y),zone in (a,b)"
    assert str(selector.from_labels({"b": "2", "a": "1"})) == "a=1,b=2"


@pytest.mark.parametrize(
    ("requirement", "error"),
    [
        (LabelSelectorRequirement(key="a", operator="in"), '"in" is not a valid label selector operator'),
        (
            LabelSelectorRequirement(key="a", operator="In"),
            "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
        ),
        (
            LabelSelectorRequirement(key="a", operator="Exists", values=("b",)),
            'values: Invalid value: ["b"]: values set must be empty for exists and does not exist',
        ),
    ],
)
def test_specifications_that_make_no_sense_are_refused(requirement: LabelSelectorRequirement, error: str) -> None:
    with pytest.raises(SelectorError) as caught:
        selector.from_label_selector(LabelSelector(match_expressions=(requirement,)))
    assert str(caught.value) == error


def test_each_requirement_says_why() -> None:
    found = selector.parse("app=web,tier in (db,cache),!canary")
    assert found.why({"app": "api", "tier": "db"}) == (
        selector.Verdict("app=web", False, "app=api"),
        selector.Verdict("!canary", True, "no label canary"),
        selector.Verdict("tier in (cache,db)", True, "tier=db"),
    )
    assert found.exact == (("app", "web"),)


REQUIREMENTS = st.one_of(
    st.tuples(NAMES, st.sampled_from(("=", "==", "!=")), VALUES).map("".join),
    st.tuples(NAMES, st.sampled_from(("in", "notin")), st.lists(VALUES, min_size=1, max_size=3)).map(
        lambda parts: f"{parts[0]} {parts[1]} ({', '.join(parts[2])})"
    ),
    NAMES,
    NAMES.map(lambda name: f"!{name}"),
    NAMES.map(lambda name: f"{name}>5"),
)


@given(st.lists(REQUIREMENTS, max_size=4).map(" , ".join))
def test_a_selector_comes_back_from_its_own_text(text: str) -> None:
    found = selector.parse(text)
    assert selector.parse(str(found)) == found


@given(st.text(alphabet="a=!(),<> in-\x00\xa0\fé", max_size=10))
def test_whatever_text_is_a_selector_or_refused(text: str) -> None:
    try:
        selector.parse(text)
    except SelectorError as error:
        assert str(error)


PARTS = ["a", "b1", "in", "notin", "=", "==", "!=", "!", ",", " ", "(", ")", "<", ">", "x/y", "é", "1", " in (a, b)"]


@given(st.lists(st.sampled_from(PARTS), max_size=9).map("".join))
def test_a_long_text_means_the_same_as_a_short_one(text: str) -> None:
    def read(text: str) -> object:
        try:
            return selector.parse(text)
        except SelectorError as error:
            return str(error)

    long = "a," * 300
    short, longer = read(f"a,{text}"), read(f"{long}{text}")
    if not isinstance(short, str):
        assert isinstance(longer, selector.Selector)
        assert set(longer.requirements) == set(short.requirements)
    else:
        assert longer == short
