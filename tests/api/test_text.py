"""YAML and JSON texts: read as sigs.k8s.io/yaml reads them, written as kubectl writes them."""

import math
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelab.api.core.config import ConfigMap
from kubelab.api.core.pod import Pod
from kubelab.api.decode import Problem
from kubelab.api.manifest import dump_json, dump_yaml, from_manifest, load
from kubelab.api.meta import ObjectMeta
from kubelab.api.scalars import FrozenMap
from kubelab.api.yaml_reader import documents
from kubelab.api.yaml_writer import yaml_of
from kubelab.errors import ManifestError


def value(text: str) -> Any:
    found: list[Problem] = []
    values = [document for document, _ in documents(text, found)]
    assert not found, found
    return values[0]


def refused(text: str, source: str = "") -> str:
    with pytest.raises(ManifestError) as caught:
        load(text, source)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("yes", True),
        ("y", True),
        ("On", True),
        ("off", False),
        ("N", False),
        ("yEs", "yEs"),
        ("12", 12),
        ("-7", -7),
        ("+7", 7),
        ("0644", 420),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b101", 5),
        ("1_000", 1000),
        ("08", 8),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000),
        ("1.0", 1),
        ("18446744073709551615", 2**64 - 1),
        ("12:30", "12:30"),
        ("80:80", "80:80"),
        ("2026-01-01", "2026-01-01"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("1.27.3", "1.27.3"),
        ("0x", "0x"),
        ("-", "-"),
        ("1e", "1e"),
        ("=", "="),
        ("!!str 12", "12"),
        ('"12"', "12"),
        ("!!float 12", 12),
    ],
)
def test_scalars_mean_what_they_mean_in_go(text: str, meant: Any) -> None:
    found = value(f"[{text}]" if text != "-" else '["-"]')[0]
    assert found == meant and type(found) is type(meant)


@pytest.mark.parametrize("text", ["", "~", "null", "Null"])
def test_nothing_is_null(text: str) -> None:
    assert value(f"a: {text}") == {"a": None}


def test_keys_become_text() -> None:
    assert value("{1: a, true: b, 1.5: c}") == {"1": "a", "true": "b", "1.5": "c"}


def test_merges_and_anchors_are_followed() -> None:
    text = "base: &b {p: 1, q: 2}\none: {<<: *b, q: 3}\ntwo: {<<: [{r: 4}, *b]}"
    assert value(text) == {"base": {"p": 1, "q": 2}, "one": {"p": 1, "q": 3}, "two": {"r": 4, "p": 1, "q": 2}}


def test_several_documents_and_lists_are_opened_up() -> None:
    text = """
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
# nothing here
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
- apiVersion: v1
  kind: ConfigMapList
  items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}]
"""
    assert [obj.metadata.name for obj in load(text)] == ["a", "b", "c"]


def test_json_documents_may_follow_one_another() -> None:
    one = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}'
    assert [obj.metadata.name for obj in load(one + "\n" + one.replace('"a"', '"b"'))] == ["a", "b"]


def test_flow_style_yaml_is_not_mistaken_for_json() -> None:
    assert load("{apiVersion: v1, kind: Pod}") == (Pod(),)


def test_errors_carry_the_line_and_the_file() -> None:
    text = """apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  contaners: []
  containers:
  - name: c
    image: 5
    resources: {requests: {cpu: 1x}}
---
apiVersion: v1
kind: Nothing
"""
    assert refused(text, "pod.yaml").splitlines() == [
        'pod.yaml:6: strict decoding error: unknown field "spec.contaners"',
        "pod.yaml:9: json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string",
        "pod.yaml:10: spec.containers[0].resources.requests.cpu: quantities must match the regular expression "
        "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        'pod.yaml:13: no matches for kind "Nothing" in version "v1"',
    ]
    assert refused("kind: Pod\napiVersion: v1\nspec: {a: 1}") == (
        'line 3: strict decoding error: unknown field "spec.a"'
    )


def test_a_key_that_comes_twice_is_refused() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  name: b\n"
    assert refused(text, "p.yaml") == (
        'p.yaml:5: strict decoding error: yaml: unmarshal errors:\n  line 5: key "name" already set in map'
    )
    assert 'duplicate field "kind"' in refused('{"apiVersion": "v1", "kind": "Pod", "kind": "Pod"}')


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a: b: c", "yaml: line 1: mapping values are not allowed in this context"),
        ("a: [1", "yaml: line 2: did not find expected ',' or ']'"),
        ("a:\n\tb: c", "yaml: line 2: found character that cannot start any token"),
        ("a: *b", "yaml: line 1: found undefined alias"),
        ("a: .inf", "json: unsupported value: +Inf"),
        ("a: -.Inf", "json: unsupported value: -Inf"),
        ("a: .nan", "json: unsupported value: NaN"),
        ("a: &a [*a]", "yaml: anchor value contains itself"),
        ("<<: 3", "yaml: map merge requires map or sequence of maps as the value"),
        ("a: !!int x", "yaml: cannot decode `x` as a !!int"),
        ("\x00", "yaml: control characters are not allowed"),
        ("\ud800", "yaml: surrogates not allowed"),
        ('{"kind": "Pod", ', "json parse error"),
    ],
)
def test_texts_that_cannot_be_read_are_refused(text: str, part: str) -> None:
    assert part in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 100_000,
        '{"a":' * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "\n".join(" " * depth + "a:" for depth in range(1000)),
        "\n".join(" " * depth + "-" for depth in range(1000)),
    ],
    ids=["flow lists", "flow maps", "json", "lists", "keys", "maps by indent", "lists by indent"],
)
def test_bottomless_nesting_is_refused(text: str) -> None:
    assert refused(text)


def test_many_brackets_in_a_text_are_no_nesting() -> None:
    code = "[" * 500
    obj = ConfigMap(metadata=ObjectMeta(name="art"), data=FrozenMap(code=code))
    assert load(dump_yaml([obj])) == (obj,)


def test_aliases_cannot_blow_a_document_up() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert "excessive aliasing" in refused("\n".join(lines))


@given(st.text(alphabet=st.sampled_from("ab: -[]{}\",\n\t#&*!|>%@`'0.~<?\x00\ud800é"), max_size=40))
@settings(max_examples=500)
def test_whatever_text_it_is_given_it_answers(text: str) -> None:
    try:
        load(text)
    except ManifestError as error:
        assert error.problems


# ---- writing


def test_yaml_is_written_as_kubectl_writes_it() -> None:
    given = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "tmp", "labels": {"run": "tmp"}},
        "spec": {
            "restartPolicy": "Always",
            "dnsPolicy": "ClusterFirst",
            "containers": [{"name": "tmp", "image": "busybox", "command": ["sleep", "3600"]}],
        },
    }
    # As recorded from `kubectl run tmp --image=busybox --dry-run=client -o yaml --command -- sleep 3600`.
    assert dump_yaml([from_manifest(given)]) == (
        "apiVersion: v1\n"
        "kind: Pod\n"
        "metadata:\n"
        "  labels:\n"
        "    run: tmp\n"
        "  name: tmp\n"
        "spec:\n"
        "  containers:\n"
        "  - command:\n"
        "    - sleep\n"
        '    - "3600"\n'
        "    image: busybox\n"
        "    name: tmp\n"
        "    resources: {}\n"
        "  dnsPolicy: ClusterFirst\n"
        "  restartPolicy: Always\n"
        "status: {}\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("", '""'),
        ("true", '"true"'),
        ("y", '"y"'),
        ("12", '"12"'),
        ("12:30", '"12:30"'),
        ("2026-01-01", '"2026-01-01"'),
        ("1e3", '"1e3"'),
        ("<<", '"<<"'),
        (".inf", '".inf"'),
        ("a: b", "'a: b'"),
        ("it's: so", "'it''s: so'"),
        (" a", "' a'"),
        ("# a", "'# a'"),
        ("a\nb", "|-\n  a\n  b"),
        ("a\n", "|\n  a"),
        ("é", "é"),
        ("a\tb", '"a\\tb"'),
    ],
)
def test_texts_get_the_quotes_that_go_gives_them(text: str, written: str) -> None:
    assert yaml_of({"k": text}) == f"k: {written}\n"


def test_long_texts_are_folded_at_eighty_columns() -> None:
    assert yaml_of({"message": "word " * 20 + "end"}) == (
        "message: " + "word " * 14 + "word\n  " + "word " * 5 + "end\n"
    )


def test_keys_come_in_go_yamls_order() -> None:
    given = dict.fromkeys(("a10", "a2", "b", "B", "_x", "1", "a", "a-b", "a.b"), 1)
    assert [line.split(":")[0].strip('"') for line in yaml_of(given).splitlines()] == [
        "_x",
        "1",
        "B",
        "a",
        "a-b",
        "a.b",
        "a2",
        "a10",
        "b",
    ]


def test_empty_structures_and_null_are_written_in_place() -> None:
    assert yaml_of({"a": {}, "b": [], "c": None, "d": [[], {}]}) == "a: {}\nb: []\nc: null\nd:\n- []\n- {}\n"


def test_json_is_written_as_kubectl_writes_it() -> None:
    one = ConfigMap(metadata=ObjectMeta(name="a"), data=FrozenMap(k="<é>"))
    assert dump_json([one]) == (
        "{\n"
        '    "apiVersion": "v1",\n'
        '    "data": {\n'
        '        "k": "<é>"\n'
        "    },\n"
        '    "kind": "ConfigMap",\n'
        '    "metadata": {\n'
        '        "name": "a"\n'
        "    }\n"
        "}\n"
    )
    assert '"kind": "List"' in dump_json([one, one])


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.text(max_size=12)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
@settings(max_examples=300)
def test_what_is_written_is_read_back(given: dict[str, Any]) -> None:
    try:
        text = yaml_of(given)
    except (yaml.YAMLError, UnicodeError):
        return
    if given:
        assert _same(value(text), given)


def _same(found: Any, given: Any) -> bool:
    if isinstance(given, dict):
        return found.keys() == given.keys() and all(_same(found[key], given[key]) for key in given)
    if isinstance(given, list):
        return len(found) == len(given) and all(map(_same, found, given))
    if isinstance(given, float):
        return math.isclose(found, given)
    return bool(found == given)
