"""What may come next in a program, and what its words mean."""

import pytest

from kubelab import dsl
from kubelab.dsl import parser, vocabulary
from kubelab.dsl.completion import complete, enclosing
from kubelab.errors import SourceError

THERE = {
    "Deployment": ["web"],
    "Namespace": ["default", "shop"],
    "Node": ["worker-1", "worker-2"],
    "Secret": ["db", "web-tls"],
    "Service": ["web"],
}


def offered(text: str) -> list[str]:
    return [candidate.text for candidate in complete(text, len(text), THERE).candidates]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dep", ["deployment", "Deployment"]),
        ("in ", ["default", "shop"]),
        ("deployment web x3 nginx {\n  mo", ["mount"]),
        ("deployment web nginx {\n  env A from secret ", ["db", "web-tls"]),
        ("deployment web nginx {\n  mount secret w", ["web-tls"]),
        ("pod lone nginx {\n  restart ", ["Always", "OnFailure", "Never"]),
        ("pod lone nginx nodeName ", ["worker-1", "worker-2"]),
        ("service web -> deployment ", ["web"]),
        ("ingress shop {\n  shop.example.com/ -> ", ["web"]),
        ("expect 3 pods Runn", ["Running"]),
        ("expect 3 pods app=web Running on ", ["worker-1", "worker-2"]),
        ("expect deployment we", ["web"]),
        ("expect 2 replicas", ["replicasets"]),
        ("role reader can get deploy", ["deployments"]),
        ("cluster { ", ["node", "cloud", "ingress"]),
        ("deployment web {\n  .spec.strat", ["strategy"]),
        ("deployment web {\n  .spec.template.spec.containers[0].imagePull", ["imagePullPolicy"]),
        ("deployment web nginx {\n  pod.hostN", ["hostNetwork", "hostname"]),
        ("deployment web nginx {\n  container.readinessProbe.httpG", ["httpGet"]),
        ("deployment web nginx {\n  pod.hostNetwork = ", ["true", "false"]),
        ("service web {\n  .spec.externalTrafficPolicy = ", ["Cluster", "Local"]),
        ("HorizontalPodAutoscaler web {\n  .spec.scaleT", ["scaleTargetRef"]),
    ],
)
def test_what_may_come_next_is_offered(text: str, words: list[str]) -> None:
    assert [word for word in offered(text) if word in words] == words
    assert len(offered(text)) < len(words) + 3


def test_only_what_the_grammar_takes_is_offered() -> None:
    for word in offered("deployment web "):
        assert word not in ("cluster", "expect", "can", "headless")
    assert {"port", "env", "ready", "label"} <= set(offered("deployment web "))


def test_a_mistake_further_up_does_not_keep_one_from_being_helped() -> None:
    assert offered("deployment web web web web\nservice web -> deploy") == ["deployment"]


def test_nothing_is_offered_within_a_text_or_a_comment() -> None:
    assert offered('config c A="dep') == []
    assert offered("deployment web nginx # dep") == []


def test_what_is_offered_replaces_what_was_typed() -> None:
    found = complete("deployment web nginx {\n  mo", 27, {})
    assert "deployment web nginx {\n  mo"[found.start : found.end] == "mo"
    assert complete("service web -> deployment we", 28, THERE).start == 26


def test_the_blocks_around_a_place_are_known() -> None:
    assert enclosing("namespace shop {\n deployment web {\n  container log x { ") == [
        "namespace",
        "deployment",
        "container",
    ]
    assert enclosing("deployment a { }\nservice b { ") == ["service"]


def test_every_word_of_the_language_has_a_meaning_and_nothing_else_has() -> None:
    words = set(parser.keywords().values())
    assert words - set(vocabulary.entries()) - set(vocabulary.ABBREVIATIONS) == set()
    assert set(vocabulary.entries()) - words == set()


WITHIN = {
    "cluster": "cluster {{ {} }}",
    "deployment": "deployment web nginx {{ {} }}",
    "service": "deployment web nginx port http 80\nservice s -> deployment web {{ {} }}",
    "ingress": "ingress i {{ {} }}",
    "statefulset": "statefulset s postgres:16 {{ {} }}",
    "secret": "deployment web nginx {{\n volume files emptydir\n {} }}",
    "replicaset": "replicaset r {} nginx",
    "rolebinding": "rolebinding b role r {}",
}


@pytest.mark.parametrize("entry", vocabulary.entries().values(), ids=lambda entry: entry.word)
def test_every_example_is_of_the_language(entry: vocabulary.Entry) -> None:
    def compiles(text: str) -> bool:
        try:
            dsl.compile_text(text)
        except SourceError:
            return False
        return True

    assert entry.word in entry.example.replace("=", " ").replace("{", " ").replace(",", " ").split()
    assert any(compiles(text) for text in (entry.example, *(form.format(entry.example) for form in WITHIN.values())))
