"""The prose of a lesson goes out into a catalogue and comes back in another language; its code stays."""

import nbformat
import pytest

from kubelab.course import prediction
from kubelab.course import translation as tr
from kubelab.course.exercise import task as read_task
from kubelab.errors import UsageError

PREDICT = """%%predict
How many are there?

do: delete one pod app=web

( ) Two "of them".
    2 pods app=web
( ) 3 pods app=web

why: Somebody counts.
    All the time.
"""
EXERCISE = """%%exercise five
Five of them.

start:
    deployment web x3 nginx:1.27

goal:
    5 pods app=web

hint: 3 pods app=web
    Three were asked for.
"""


@pytest.fixture
def lesson():
    made = nbformat.v4.new_notebook()
    made.cells = [
        nbformat.v4.new_markdown_cell("# 07 · Title\n\nA **word**.", id="title"),
        nbformat.v4.new_code_cell("%kube run", id="run"),
        nbformat.v4.new_code_cell(PREDICT, id="predict-many"),
        nbformat.v4.new_code_cell(EXERCISE, id="exercise-five"),
    ]
    return made


def test_all_prose_is_in_the_catalogue_and_nothing_else(lesson):
    assert list(tr.texts(lesson)) == [
        ("title", "# 07 · Title\n\nA **word**."),
        ("predict-many", "How many are there?"),
        ("predict-many", 'Two "of them".'),
        ("predict-many", "Somebody counts."),
        ("predict-many", "All the time."),
        ("exercise-five", "Five of them."),
        ("exercise-five", "Three were asked for."),
    ]


def test_an_empty_catalogue_changes_nothing(lesson):
    known = tr.read(tr.catalogue(lesson))
    assert known == {}
    assert [cell.source for cell in tr.translated(lesson, known).cells] == [cell.source for cell in lesson.cells]


def test_prose_is_translated_and_code_is_not(lesson):
    words = {
        "# 07 · Title\n\nA **word**.": "# 07 · Titel\n\nEin **Wort**.",
        "How many are there?": "Wie viele gibt es?",
        'Two "of them".': "Zwei „davon“.",
        "Somebody counts.": "Jemand zählt.",
        "Five of them.": "Fünf davon.",
        "Three were asked for.": "Drei waren verlangt.",
        "web": "Netz",
    }
    made = tr.translated(lesson, {place: words[place[1]] for place in tr.texts(lesson) if place[1] in words})
    assert made.cells[0].source == "# 07 · Titel\n\nEin **Wort**."
    before = prediction.question(PREDICT.partition("\n")[2])
    after = prediction.question(made.cells[2].source.partition("\n")[2])
    assert after.paragraphs == ("Wie viele gibt es?",)
    assert [option.text for option in after.options] == ["Zwei „davon“.", "3 pods app=web"]
    assert after.why == ("Jemand zählt.", "All the time.")
    assert [option.claims for option in after.options] == [option.claims for option in before.options]
    task = read_task(made.cells[3].source.partition("\n")[2])
    assert task.paragraphs == ("Fünf davon.",)
    assert task.hints[0].texts == ("Drei waren verlangt.",)
    assert task.start == "deployment web x3 nginx:1.27"


def test_a_catalogue_as_other_tools_write_it_is_read():
    text = (
        '# a comment\nmsgctxt "title"\nmsgid ""\n"One\\n"\n"two"\nmsgstr "Eins\\n"\n"zwei"\n\nmsgid "x"\nmsgstr "y"\n'
    )
    assert tr.read(text) == {("title", "One\ntwo"): "Eins\nzwei", ("", "x"): "y"}


@pytest.mark.parametrize("text", ["nonsense", 'msgid "open', '"before all"'])
def test_what_is_no_catalogue_is_told_with_its_line(text):
    with pytest.raises(UsageError, match=r"line 1 is nothing that a \.po file has"):
        tr.read(text)
