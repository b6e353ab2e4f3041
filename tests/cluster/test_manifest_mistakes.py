"""Mistakes in YAML and JSON: the line, a caret under the slice, and what was probably meant."""

import pytest

from kubelab.errors import SourceError
from kubelab.program import read

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: nginx\n"


def refused(text: str) -> SourceError:
    with pytest.raises(SourceError) as told:
        read(text, "pod.yaml", "yaml")
    return told.value


def slices(text: str) -> list[tuple[str, str]]:
    """Of each mistake the slice that is marked, and the hint."""
    lines = text.split("\n")
    found = []
    for mistake in refused(text).mistakes:
        span = mistake.span
        assert span is not None
        found.append((lines[span.line - 1][span.column - 1 : span.end_column - 1], mistake.hint))
    return found


@pytest.mark.parametrize(
    ("right", "wrong", "slice_", "hint"),
    [
        ("    image:", "    imag:", "imag", "did you mean `image`?"),
        ("  containers:", "  container:", "container", "did you mean `containers`?"),
        ("{name: web}", "{name: web, lables: {a: b}}", "lables", "did you mean `labels`?"),
        ("{name: web}", '{name: web, "anotations": {}}', '"anotations"', "did you mean `annotations`?"),
        ("    image:", "    unheard: 1\n    image:", "unheard", ""),
        ("kind: Pod", "kind: Pot", "Pot", "did you mean `Pod`?"),
        ("kind: Pod", "kind: Deployment", "Deployment", "Deployment is in `apiVersion: apps/v1`, not in v1"),
        ("image: nginx", "image: 3", "3", ""),
        ("image: nginx", "image: [a, b]  # which", "[a, b]  # which", ""),
    ],
)
def test_the_slice_and_what_was_meant(right: str, wrong: str, slice_: str, hint: str) -> None:
    assert slices(POD.replace(right, wrong, 1)) == [(slice_, hint)]


def test_all_of_them_at_once_with_carets() -> None:
    text = POD.replace("    image:", "    imag:").replace("metadata:", "metdata:")
    assert str(refused(text)).splitlines() == [
        'pod.yaml:3:1: strict decoding error: unknown field "metdata"',
        "  3 │ metdata: {name: web}",
        "    │ ^^^^^^^",
        "      did you mean `metadata`?",
        "",
        'pod.yaml:7:5: strict decoding error: unknown field "spec.containers[0].imag"',
        "  7 │     imag: nginx",
        "    │     ^^^^",
        "      did you mean `image`?",
    ]


def test_a_mistake_in_an_item_of_a_list_and_in_a_map_of_objects() -> None:
    item = POD.replace("\n", "\n  ").rstrip().replace("imag", "imagg")
    text = f"apiVersion: v1\nkind: List\nitems:\n- {item}\n"
    assert slices(text) == [("imagge", "did you mean `image`?")]


def test_a_text_that_is_no_yaml_has_its_line() -> None:
    assert slices("a: [1\nb: 2\n") == [("b: 2", "")]


def test_json_is_shown_in_the_same_way() -> None:
    assert slices('{"apiVersion": "v1", "kind": "Pod",\n "metdata": {}}\n') == [
        ('"metdata"', "did you mean `metadata`?")
    ]
