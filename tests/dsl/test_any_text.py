"""Whatever text comes: a program or a SourceError, never anything else, and soon."""

import time
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark

from kubelab import dsl
from kubelab.dsl import parser
from kubelab.errors import SourceError

EXAMPLES = [p.read_text() for p in sorted((Path(__file__).parents[2] / "grammar" / "examples").glob("*.kube"))]
PIECES = [
    *sorted(parser.reserved()),
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ";",
    "\n",
    "->",
    "=",
    "==",
    "!=",
    "!",
    "#",
    '"',
    "'",
    '"""',
    "\\",
    ".spec.replicas",
    "pod.x",
    "container.y[0]",
    "x3",
    "web",
    "worker-[1..3]",
    "3",
    "a:",
    "nginx:1.27",
    "5s",
    "é",
    "\t",
    "\r",
    "\x00",
    "\u2028",
    "\ufeff",
    "null",
    "80/UDP",
]


def survives(text: str) -> None:
    try:
        program = dsl.compile_text(text)
    except SourceError as error:
        assert error.mistakes
        assert error.text
        return
    formatted = dsl.format_text(text)
    assert dsl.format_text(formatted) == formatted
    again = dsl.compile_text(formatted)
    assert again.objects == program.objects
    assert again.nodes == program.nodes
    assert [attrs.evolve(e, text="") for e in again.expectations] == [
        attrs.evolve(e, text="") for e in program.expectations
    ]


@given(st.text(max_size=200))
def test_any_characters(text: str) -> None:
    survives(text)


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["", " ", " ", " "]))
@settings(max_examples=400)
def test_any_words_of_the_language(pieces: list[str], between: str) -> None:
    survives(between.join(pieces))


@given(from_lark(parser.lark()))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_what_the_grammar_itself_generates(text: str) -> None:
    survives(text)


@given(st.data())
@settings(max_examples=300)
def test_examples_with_something_changed(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(EXAMPLES))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 1, 1, 3, 20])))
        piece = data.draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=3), st.just("")))
        text = text[:start] + piece + text[end:]
    survives(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "Pod x { .spec = " + "[" * 50_000,
        "Pod x { .metadata.annotations = " + "{a: " * 20_000 + "}" * 20_000 + " }",
        "Pod x { .spec.overhead = " + "{a: " * 70 + "1" + "}" * 70 + " }",
        "pod x nginx {" * 3_000,
        "}" * 20_000,
        '"' * 20_001,
        "a=" * 20_000,
        "pod x" + " x3" * 20_000,
        "x" * 200_000,
        "pod x[1..999999999] nginx",
        "pod " + "-" * 50_000 + "[1..2",
        "bogus line here\n" * 2_000,
        "\\\n" * 20_000 + "}",
        "#" * 100_000 + "\n}",
    ],
    ids=lambda text: text[:20],
)
def test_hostile_texts_are_answered_soon(text: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(SourceError):
        dsl.compile_text(text)
    assert time.perf_counter() - begun < 10
