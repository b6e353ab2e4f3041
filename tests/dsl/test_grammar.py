"""The grammar: one LALR grammar without conflicts, whose every statement is read, and whose examples hold."""

import logging
import re
from pathlib import Path

import pytest

from kubelab import dsl
from kubelab.dsl import parser
from kubelab.dsl.statements import OBJECTS, STATEMENTS, documentation

GRAMMAR = Path(__file__).parents[2] / "grammar"
EXAMPLES = sorted((GRAMMAR / "examples").glob("*.kube"))


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    from lark import Lark, logger

    with caplog.at_level(logging.DEBUG, logger.name):
        Lark((GRAMMAR / "kube.lark").read_text(), parser="lalr", debug=True)
    assert [record.message for record in caplog.records if "conflict" in record.message.lower()] == []


def test_every_statement_of_the_grammar_is_read() -> None:
    rules = {str(rule.alias or rule.origin.name) for rule in parser.lark().rules}
    read = set(OBJECTS) | set(STATEMENTS)
    assert read <= rules
    for body in ("workload", "service", "config", "secret", "claim", "ingress", "role", "binding", "thing", "node"):
        reachable = {str(s.name) for rule in parser.lark().rules if rule.origin.name == body for s in rule.expansion}
        assert reachable


def test_every_statement_says_what_it_is_for() -> None:
    assert [name for name, text in documentation().items() if not text] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_are_sound(path: Path) -> None:
    text = path.read_text()
    program = dsl.compile_text(text, path.name)
    assert program.objects
    assert program.warnings == ()
    assert dsl.format_text(text) == text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_come_back_from_their_objects(path: Path) -> None:
    program = dsl.compile_text(path.read_text())
    again = dsl.compile_text(dsl.to_source((*program.nodes, *program.objects)))
    assert (again.nodes, again.objects) == (program.nodes, program.objects)


def test_the_examples_of_the_readme_are_sound() -> None:
    blocks = re.findall(r"```kube\n(.*?)```", (GRAMMAR / "README.md").read_text(), re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        dsl.compile_text(block)


def test_the_readme_names_every_annotation_of_behaviour() -> None:
    from kubelab.api.behaviour import ANNOTATIONS, PREFIX

    text = (GRAMMAR / "README.md").read_text()
    assert [name for name in ANNOTATIONS if f"`{PREFIX}{name}`" not in text] == []
