"""Texts that are shortened, and broken into lines."""

from hypothesis import given
from hypothesis import strategies as st

from kubelab.views.measure import ELLIPSIS, cut, shorten, width, wrap

texts = st.text(max_size=60)


def test_a_text_that_fits_stays_whole() -> None:
    assert shorten("web", 100, 12) == "web"
    assert cut("a short sentence", 200, 12) == "a short sentence"


def test_a_generated_name_keeps_its_last_part() -> None:
    assert shorten("frontend-6d4b75cb6d-x2k9q", 120, 11.5, True).endswith("…x2k9q")
    assert shorten("frontend-6d4b75cb6d-x2k9q", 120, 11.5, True).startswith("front")


def test_a_sentence_is_cut_at_its_end() -> None:
    assert cut("the quick brown fox jumps", 80, 11).endswith(ELLIPSIS)


@given(texts, st.floats(20, 300), st.floats(10, 16), st.booleans())
def test_what_is_shortened_fits(text: str, room: float, size: float, bold: bool) -> None:
    assert width(shorten(text, room, size, bold), size, bold) <= room
    assert width(cut(text, room, size, bold), size, bold) <= room


@given(texts, st.floats(60, 400), st.integers(1, 4))
def test_wrapped_lines_fit_and_are_as_many_as_asked_for(text: str, room: float, lines: int) -> None:
    found = wrap(text, room, 11, lines)
    assert len(found) == lines
    assert all(width(line, 11) <= room for line in found)


def test_wrapping_breaks_between_words() -> None:
    assert wrap("one two three four", 60, 11, 3) == ("one two", "three four", "")
