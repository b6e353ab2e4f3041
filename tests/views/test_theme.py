"""Colours can be read, and told apart without seeing them as colours."""

import re

import pytest

from kubelab.views import theme
from kubelab.views.theme import ACCENT, CANVAS, LINKS, MUTED, SHAPES, STATES, WORDS, Look, Paint


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def themes(look: Look) -> list[tuple[Paint, Paint]]:
    return [(look.light, CANVAS.light), (look.dark, CANVAS.dark)]


TEXTS = {**SHAPES, **STATES, "canvas": CANVAS, "muted": MUTED, "accent": ACCENT}


@pytest.mark.parametrize("name", TEXTS)
def test_text_stands_out_from_its_box(name: str) -> None:
    for paint, _ in themes(TEXTS[name]):
        assert contrast(paint.ink, paint.fill) >= 4.5


@pytest.mark.parametrize("name", [*SHAPES, *STATES])
def test_names_and_facts_can_be_read_on_every_box(name: str) -> None:
    for mode in ("light", "dark"):
        fill = getattr(TEXTS[name], mode).fill
        assert contrast(getattr(CANVAS, mode).ink, fill) >= 4.5
        assert contrast(getattr(MUTED, mode).ink, fill) >= 4.5


@pytest.mark.parametrize("name", LINKS)
def test_lines_can_be_seen(name: str) -> None:
    for mode in ("light", "dark"):
        for under in (CANVAS, SHAPES["frame"], SHAPES["cursor"]):
            assert contrast(getattr(LINKS[name], mode).line, getattr(under, mode).fill) >= 3


# A band lies behind what stands out by itself.
@pytest.mark.parametrize("name", [*(name for name in SHAPES if name != "cursor"), *STATES, "accent"])
def test_outlines_can_be_seen_from_inside_and_from_outside(name: str) -> None:
    for mode in ("light", "dark"):
        paint = getattr(TEXTS[name], mode)
        for fill in (paint.fill, getattr(CANVAS, mode).fill, getattr(SHAPES["frame"], mode).fill):
            assert contrast(paint.line, fill) >= 3


def test_what_may_come_later_is_dotted_too() -> None:
    assert SHAPES["later"].dash == LINKS["idle"].dash == theme.DOTTED
    assert LINKS["traffic"].width > LINKS["idle"].width


def test_the_accent_can_be_seen_and_is_used_for_nothing_else() -> None:
    for paint, paper in themes(ACCENT):
        assert contrast(paint.line, paper.fill) >= 3
    others = {paint.line for look in (*SHAPES.values(), *STATES.values(), *LINKS.values()) for paint, _ in themes(look)}
    assert not others & {ACCENT.light.line, ACCENT.dark.line}
    assert ACCENT.glyph not in {look.glyph for look in STATES.values()}


def test_every_state_has_a_glyph_and_a_word_of_its_own() -> None:
    glyphs = [look.glyph for look in STATES.values()]
    assert all(glyphs) and len(set(glyphs)) == len(glyphs)
    assert set(WORDS) == set(STATES) and len(set(WORDS.values())) == len(WORDS)


def test_families_of_lines_differ_without_colour() -> None:
    told = {name: (bool(LINKS[name].dash), name in theme.HEADED) for name in ("owns", "traffic", "refers")}
    assert len(set(told.values())) == 3


def test_the_style_sheet_knows_every_class_and_both_themes() -> None:
    sheet = theme.style_sheet()
    for name in (*SHAPES, *STATES, *LINKS, theme.CHANGED, theme.GONE, theme.HIDDEN):
        assert re.search(rf"\.{name}\b", sheet), name
    assert "prefers-color-scheme:dark" in sheet and 'data-jp-theme-light="false"' in sheet
    used = set(re.findall(r"var\((--kl-[\w-]+)", sheet))
    assert used <= set(re.findall(r"(--kl-[\w-]+):", sheet))
