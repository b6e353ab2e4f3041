"""kubectl's templates of JSONPath."""

from typing import Any

import pytest

from kubelab.errors import UsageError
from kubelab.kubectl.jsonpath import parse, relaxed

DATA: dict[str, Any] = {
    "items": [
        {"metadata": {"name": "a", "labels": {"app.io/x": "1"}}, "n": 3, "ready": True},
        {"metadata": {"name": "b"}, "n": 5, "ready": False},
    ]
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.items[*].metadata.name}", "a b"),
        ('{range .items[*]}{.metadata.name}={.n}{"\\n"}{end}done', "a=3\nb=5\ndone"),
        ("{range .items[*]}{range .metadata}{.name};{end}{end}", "a;b;"),
        ("{.items[0].metadata.labels.app\\.io/x}", "1"),
        ("{.items[0].metadata.labels['app\\.io/x']}", "1"),
        ("{.items[?(@.n>3)].metadata.name}", "b"),
        ('{.items[?(@.metadata.name=="a")].n}', "3"),
        ("{.items[?(@.metadata.labels)].n}", "3"),
        ("{.items[?(@.ready==true)].n}", "3"),
        ("{.items[-1].n}", "5"),
        ("{.items[-1:].n}", "5"),
        ("{.items[0:2].n}", "3 5"),
        ("{.items[0,1].n}", "3 5"),
        ("{..name}", "a b"),
        ("{.items[0]['metadata','n']}", '{"labels":{"app.io/x":"1"},"name":"a"} 3'),
        ("{.items[0].ready} {.nothing} {$.items[1].n}", "true  5"),
        ("no action", "no action"),
        ("{.items[0].metadata.*}", '{"app.io/x":"1"} a'),
    ],
)
def test_a_template_prints_what_it_finds(template: str, text: str) -> None:
    assert parse(template).text(DATA) == text


def test_signs_of_html_are_escaped_as_go_does_it() -> None:
    assert parse("{.a}").text({"a": {"b": "<x> & y"}}) == '{"b":"\\u003cx\\u003e \\u0026 y"}'
    assert parse("{.a.b}").text({"a": {"b": "<x> & y"}}) == "<x> & y"


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{.items[*].n", "unclosed action"),
        ("{.items[0]!}", "unrecognized character in action: U+0021 '!'"),
        ("{.items[5].n}", "array index out of bounds: index 5, length 2"),
        ("{.items.n[0].x}{.items[0].n[0]}", "int64 is not array or slice"),
        ("{end}", "not in range, nothing to end"),
        ("{frange .items}", "unrecognized identifier frange"),
        ('{.items[?(@.n=="3")].n}', "incompatible types for comparison"),
    ],
)
def test_what_cannot_be_read_or_found_is_said(template: str, error: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(template).text(DATA)
    assert str(caught.value) == error


def test_a_path_may_lack_braces_and_point() -> None:
    assert {relaxed(text) for text in ("metadata.name", ".metadata.name", "{metadata.name}", "{.metadata.name}")} == {
        "{.metadata.name}"
    }
