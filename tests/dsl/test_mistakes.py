"""Errors teach: where, what, and what was probably meant; several in one go."""

import pytest

from kubelab import dsl
from kubelab.errors import SourceError


def mistakes(text: str) -> list[tuple[str, str, str]]:
    """Of each mistake the slice under the caret, the message and the hint."""
    with pytest.raises(SourceError) as caught:
        dsl.compile_text(text)
    lines = text.split("\n")
    found = []
    for mistake in caught.value.mistakes:
        span = mistake.span
        assert span is not None
        found.append((lines[span.line - 1][span.column - 1 : span.end_column - 1], mistake.message, mistake.hint))
    return found


@pytest.mark.parametrize(
    ("text", "slice_", "message", "hint"),
    [
        ("deploymnt web nginx", "deploymnt", "there is no kind or statement `deploymnt`", "did you mean `deployment`?"),
        ("pod a nginx {\n prot 80\n}", "prot", "`prot` cannot stand here", "did you mean `port`?"),
        ("deployment web x3 nginx prot 80", "prot", "`prot` cannot stand here", "did you mean `port`?"),
        (
            "pod a nginx {\n .spec.nodName = x\n}",
            "nodName",
            'unknown field "nodName" of PodSpec',
            "did you mean `nodeName`?",
        ),
        (
            "pod a nginx {\n pod.securityContext = {runAsUsr: 1}\n}",
            "runAsUsr",
            'unknown field "runAsUsr" of PodSecurityContext',
            "did you mean `runAsUser`?",
        ),
        ("Deployment a {\n .spec.replicas = many\n}", "many", "a whole number is wanted here, not `many`", ""),
        (
            'Deployment a {\n .spec.replicas = "3"\n}',
            '"3"',
            "a whole number is wanted here, not text",
            "leave the quotes out",
        ),
        (
            "service a -> deploymet web port 80",
            "deploymet",
            "there is no kind `deploymet`",
            "did you mean `deployment`?",
        ),
        ("secret a: basic-aut b=c", "basic-aut", "`basic-aut` is no type of Secret", "did you mean `basic-auth`?"),
        (
            "node a taint x:NoSchedul",
            "x:NoSchedul",
            "`NoSchedul` is no effect of a taint",
            "did you mean `NoSchedule`?",
        ),
        ("expect 3 podz", "podz", "there is no kind `podz`", "did you mean `pod`?"),
        (
            "rc a where b in (c, d) nginx",
            "where b in (c, d)",
            "a ReplicationController selects by equality only",
            "write key=value, or use a replicaset",
        ),
        ("pod a nginx {", "{", "this is never closed", "a `}` or `]` is missing"),
        ("pod a nginx }", "}", "nothing is open here that this could close", ""),
        ('config a b="c', '"c', "this text is never closed", 'over several lines a text stands between """ and """'),
        (
            "pod a nginx {\n replicas: 3\n}",
            "replicas:",
            "`replicas:` cannot stand here",
            "this looks like YAML; here a field is set by its path: .spec.replicas = 3",
        ),
        (
            "Deployment a x3 nginx",
            "x3",
            "`x3` cannot stand here",
            "`deployment` begins the short form; after `Deployment` only paths are said",
        ),
        (
            "pod a nginx live tcp",
            "live tcp",
            "on which port is not said",
            "add `on 8080`, or give the container a port",
        ),
        ("pod a-[3..1] nginx", "a-[3..1]", "this range is empty", "did you mean [1..3]?"),
        (
            "pod a {\n port 80\n}",
            "port 80",
            "there is no container yet that this could be said of",
            "write the image after the name, or use a `container NAME IMAGE { }` block",
        ),
        ("job a x3 img", "x3", "a Job has no number of replicas", ""),
    ],
)
def test_a_mistake_is_shown_where_it_is(text: str, slice_: str, message: str, hint: str) -> None:
    assert mistakes(text) == [(slice_, message, hint)]


def test_a_wrong_quantity_is_shown_in_the_servers_words_at_its_place() -> None:
    [(slice_, message, _)] = mistakes("pod a nginx request cpu lots")
    assert slice_ == "lots"
    assert message.startswith("quantities must match the regular expression")


def test_all_mistakes_are_found_in_one_go() -> None:
    text = """
deploymnt a nginx { port 80 }
deployment b nginx {
  prot 80
  .spec.replcas = 3
  env A from secret x
}
service c -> deployment b port http
pod d nginx }
expect 3 podz
"""
    assert [slice_ for slice_, _, _ in mistakes(text)] == ["deploymnt", "prot", "replcas", "x", "http", "}", "podz"]


def test_the_text_of_an_error_has_line_column_and_caret() -> None:
    with pytest.raises(SourceError) as caught:
        dsl.compile_text("pod a nginx {\n\tprot 80\n}", "shop.kube")
    assert str(caught.value).split("\n") == [
        "shop.kube:2:2: `prot` cannot stand here",
        "  2 │     prot 80",
        "    │     ^^^^",
        "      did you mean `port`?",
    ]


def test_what_does_not_exist_is_only_a_warning() -> None:
    text = """
deployment web nginx {
  port 80
  env P from secret db-logn.password, Q from config none.k optional
  serviceAccount king
}
secret db-login password=x
service s -> deployment wbe port 80
"""
    program = dsl.compile_text(text)
    assert {w.severity for w in program.warnings} == {"warning"}
    assert [(w.message, w.hint) for w in program.warnings] == [
        ("there is no Secret `db-logn` here", "did you mean `db-login`?"),
        ("there is no ServiceAccount `king` here", ""),
        ("there is no deployment `wbe` here", "did you mean `web`?"),
    ]
    assert program.objects[-1].spec.selector == {"app": "wbe"}


def test_what_the_cluster_has_already_is_no_warning() -> None:
    text = "pod a nginx env P from secret s.k"
    assert dsl.compile_text(text).warnings
    there = {("Secret", "", "s"): {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}}
    assert dsl.compile_text(text, there=lambda *key: there.get(key)).warnings == ()


def test_a_value_that_looks_like_one_of_kubernetes_is_doubted() -> None:
    [warning] = dsl.compile_text("Deployment a {\n .spec.strategy.type = recreate\n}").warnings
    assert (warning.message, warning.hint) == ("`recreate` is no value of type", "did you mean `Recreate`?")


def test_an_object_that_comes_twice_is_doubted() -> None:
    [warning] = dsl.compile_text("pod a x\npod a y").warnings
    assert warning.message == "there is already a Pod `a` in line 1; the last one wins"


def test_a_condition_alone() -> None:
    assert str(dsl.parse_condition("at least 3 pods app=web Ready")) == "at least 3 pods app=web Ready"
    with pytest.raises(SourceError) as caught:
        dsl.parse_condition("3 podz Running")
    assert str(caught.value).split("\n")[0] == "line 1, column 3: there is no kind `podz`"
    with pytest.raises(SourceError):
        dsl.parse_condition("3 pods\npod a nginx")


def test_a_condition_that_looks_like_another_one_is_doubted() -> None:
    [warning] = dsl.compile_text("expect 3 pods app=web Runing").warnings
    assert warning.message == "Kubernetes itself has no phase or condition `Runing`"
    assert (warning.span.column, warning.hint) == (23, "did you mean `Running`?")
    for known in ("Running", "not Ready", "NotReady", "CrashLoopBackOff", "Frobnicated"):
        assert dsl.compile_text(f"expect 3 pods app=web {known}").warnings == ()
