"""What goes on over pages, what begins inside them, and what stands between: floats, labels, tables, glyphs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pymupdf
import pytest

from qaextract.model import Document
from qaextract.parsers._glyphs import UNKNOWN, cleaned, mend_ligatures
from qaextract.parsers._layout import PrintedLine, PrintedPage, Run
from tests.drawn import LEADING, PROSE, Draw, block_with, lines_at, saved, texts, together, wrapped

TWICE = f"{PROSE} {PROSE}"


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Document]:
    return partial(saved, tmp_path / "made.pdf")


def table_at(rows: list[tuple[str, ...]], y: float, xs: tuple[int, ...] = (60, 160, 260)) -> Draw:
    """A table between rules."""

    def draw(page: pymupdf.Page) -> None:
        for number, row in enumerate(rows):
            for x, cell in zip(xs, row, strict=True):
                page.insert_text((x, y + LEADING * number), cell, fontname="tiro", fontsize=10)
        for at in (y - 12, y + 4, y + LEADING * len(rows) - 8):
            page.draw_line((55, at), (345, at))

    return draw


TOLLS = [("Gate", "Toll", "Carts"), ("North", "2.5", "40"), ("Sea", "1.0", "12"), ("Salt", "3.5", "7")]


# --- floats -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Table 2.1: The tolls.", "Figure 3. The three walls of the harbour."])
def test_a_caption_is_no_continuation_of_the_page_before(made: Callable[..., Document], label: str) -> None:
    lines = wrapped(TWICE)
    top = together(lines_at([label], y=60), table_at(TOLLS, 90))
    document = made(lines_at(lines[:5], y=420), together(top, lines_at(lines[5:], y=200)))
    assert texts(document, "paragraph") == [TWICE]
    assert texts(document, "caption") == [label]


def test_labels_of_a_figure_at_the_top_are_skipped(made: Callable[..., Document]) -> None:
    lines = wrapped(TWICE)
    figure = together(
        lines_at(["keys of one gate"], x=120, y=60),
        lines_at(["10"], x=80, y=80),
        lines_at(["0"], x=80, y=110),
        lines_at(["Figure 1: The keys."], y=140),
    )
    document = made(lines_at(lines[:5], y=420), together(figure, lines_at(lines[5:], y=180)))
    assert TWICE in texts(document, "paragraph")
    assert "Figure 1: The keys." in texts(document, "caption")


def test_a_figure_at_the_foot_does_not_cut_the_paragraph_above_it(made: Callable[..., Document]) -> None:
    lines = wrapped(TWICE)
    figure = together(lines_at(["walls"], x=150, y=430), lines_at(["Figure 1: The walls."], y=470))
    document = made(together(lines_at(lines[:5], y=320), figure), lines_at(lines[5:]))
    assert TWICE in texts(document, "paragraph")


def test_a_page_number_that_stays_in_the_text_is_not_joined(made: Callable[..., Document]) -> None:
    lines = wrapped(TWICE)
    document = made(together(lines_at(lines[:5], y=400), lines_at(["17"], x=340, y=485)), lines_at(lines[5:]))
    assert TWICE in texts(document)


# --- labels that run in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Definition 2.1.", "Theorem 3 (Bayes).", "Example 4.", "Exercise 2.", "Proof."])
def test_an_environment_begins_a_block_of_its_own(made: Callable[..., Document], label: str) -> None:
    full = wrapped(TWICE)[:6]
    full[-1] = full[-1][: len(full[-1]) - 1] + "."  # as long as the others, and closed
    y = 60 + LEADING * len(full)
    at = 53 + pymupdf.get_text_length(label, "tibo", 10)
    first, *rest = wrapped("A wall is what keeps the water out of the houses, whoever paid for it.", 350 - at)
    begun = together(
        lines_at([label], y=y, font="tibo"),
        lines_at([first], x=at, y=y),
        lines_at([" ".join(rest)], y=y + LEADING),
    )
    document = made(together(lines_at(full), begun))
    block = block_with(document, label)
    text = block.span.of(document.text)
    assert text.startswith(label)
    assert text.endswith("paid for it.")
    assert label in [span.of(document.text) for span in document.emphasis]


def test_upright_words_are_set_apart_in_an_italic_statement(made: Callable[..., Document]) -> None:
    draw = together(
        lines_at(["A harbour whose walls are whole is called"], font="tiit"),
        lines_at(["sheltered"], x=240, font="tiro"),
        lines_at(["by all who sail."], x=285, font="tiit"),
    )
    document = made(draw)
    assert [span.of(document.text) for span in document.emphasis] == ["sheltered"]


# --- tables -------------------------------------------------------------------------------------------------------


def test_a_table_goes_on_over_the_page_and_its_head_is_not_repeated(made: Callable[..., Document]) -> None:
    more = [TOLLS[0], ("Ford", "0.5", "3"), ("Mill", "0.2", "5")]
    document = made(
        together(lines_at(wrapped(PROSE)), table_at(TOLLS, 420)),
        together(table_at(more, 60), lines_at(wrapped(PROSE), y=200)),
    )
    rows = ["Gate\tToll\tCarts", "North\t2.5\t40", "Sea\t1.0\t12", "Salt\t3.5\t7", "Ford\t0.5\t3", "Mill\t0.2\t5"]
    assert texts(document, "table") == ["\n".join(rows)]


def test_rows_that_begin_with_names_are_not_the_lines_of_one_cell(made: Callable[..., Document]) -> None:
    rows = [("Name", "Sign", "Meaning"), ("abs", "a", "the size of a number"), ("acos", "c", "inverse of cosine"),
            ("log", "l", "natural logarithm"), ("ceil", "c", "the number above")]  # fmt: skip
    (table,) = texts(made(together(table_at(rows, 100), lines_at(wrapped(PROSE), y=250))), "table")
    assert table.split("\n") == ["\t".join(row) for row in rows]


def test_a_heading_wider_than_its_column_keeps_its_own_cell(made: Callable[..., Document]) -> None:
    rows = [("Day", "Height at noon"), *((f"{day} May", f"{day}.5") for day in range(10, 20))]

    def draw(page: pymupdf.Page) -> None:
        for number, (day, height) in enumerate(rows):
            page.insert_text((60, 100 + LEADING * number), day, fontname="tiro", fontsize=10)
            right = 220 - pymupdf.get_text_length(height, "tiro", 10)
            page.insert_text((right, 100 + LEADING * number), height, fontname="tiro", fontsize=10)
        for at in (88, 104, 100 + LEADING * len(rows) - 8):
            page.draw_line((55, at), (225, at))

    (table,) = texts(made(together(draw, lines_at(wrapped(PROSE), y=300))), "table")
    assert table.split("\n")[0] == "Day\tHeight at noon"


def test_declarations_are_no_table(made: Callable[..., Document]) -> None:
    rows = [("wall (int n)", "[Constructor]"), ("wall (int n, int m)", "[Constructor]"),
            ("gate (void)", "[Method]"), ("gate (int n)", "[Method]")]  # fmt: skip

    def draw(page: pymupdf.Page) -> None:
        for number, row in enumerate(rows):
            for x, cell in zip((60, 270), row, strict=True):
                page.insert_text((x, 200 + LEADING * number), cell, fontname="tiro", fontsize=10)

    assert not texts(made(together(lines_at(wrapped(PROSE)), draw)), "table")


# --- glyphs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("the \x1crst \x1cgure di\x1bers", "the first figure differs"),
        ("\x10the e\x1bect\x11 2.1 \x15 2.4", "“the effect” 2.1 – 2.4"),
        ("the \x0crst e\x0bect", "the first effect"),
        ("harb\x05ur", f"harb{UNKNOWN}ur"),
        ("the har\x02", "the har\u00ad"),
        ("\uf731\uf739", "19"),
    ],
)
def test_characters_of_fonts_that_do_not_say_what_they_are(raw: str, expected: str) -> None:
    assert cleaned(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f"the {UNKNOWN}rst of them", "the first of them"),
        (f"a seawa{UNKNOWN}e and sea{UNKNOWN}", f"a seawa{UNKNOWN}e and sea{UNKNOWN}"),
        (f"the re{UNKNOWN}oat", "the refloat"),
        (f"x {UNKNOWN} y", f"x {UNKNOWN} y"),
    ],
)
def test_a_lost_ligature_comes_back_only_where_one_word_is_possible(raw: str, expected: str) -> None:
    def line(text: str) -> PrintedLine:
        return PrintedLine(0, 0, 0, 100, 10, 10, [Run(text, 0, 100, 10, 0)], [(0, 100)])

    broken = line(raw)
    mend_ligatures([PrintedPage(0, 600, 800, [broken, line("they refloat the carts")])])
    assert broken.text == expected


# --- lists and contents -------------------------------------------------------------------------------------------


def test_bold_items_of_a_list_are_no_headings(made: Callable[..., Document]) -> None:
    def item(number: int, name: str, y: float) -> Draw:
        below = wrapped("What is kept at this gate is written down by the clerk in the evening.")
        return together(lines_at([f"{number}. {name}"], y=y, font="tibo"), lines_at(below, y=y + LEADING))

    document = made(
        together(
            lines_at(["1 Gates"], font="tibo", size=14),
            lines_at(wrapped(PROSE), y=85),
            item(1, "North", 180),
            item(2, "Sea", 240),
            item(3, "Salt", 300),
            lines_at(["2 Walls"], y=380, font="tibo", size=14),
            lines_at(wrapped(PROSE), y=405),
        )
    )
    assert texts(document, "heading") == ["1 Gates", "2 Walls"]


def test_items_inside_items_have_a_deeper_level(made: Callable[..., Document]) -> None:
    document = made(
        together(
            lines_at(wrapped(PROSE)),
            lines_at(["• Gates"], x=60, y=160),
            lines_at(["• North"], x=80, y=174),
            lines_at(["• Sea"], x=80, y=188),
            lines_at(["• Walls"], x=60, y=202),
        )
    )
    assert [block.level for block in document.blocks if block.kind == "list"] == [1, 2, 2, 1]


def test_a_term_on_one_line_is_an_entry_like_those_beside_it(made: Callable[..., Document]) -> None:
    def entry(term: str, text: str, y: float) -> Draw:
        at = 50 + pymupdf.get_text_length(term + "  ", "tibo", 10)
        first, *rest = wrapped(text, 340 - at)
        return together(
            lines_at([term], y=y, font="tibo"), lines_at([first], x=at, y=y), lines_at(rest, x=75, y=y + LEADING)
        )

    draw = together(
        lines_at(wrapped(PROSE)),
        entry("Flood", "The stream that comes in.", 160),
        entry("Range", "The height between the high water of a day and the low water that comes next to it.", 178),
        entry("Ebb", "The stream that goes out.", 214),
    )
    assert [text.partition("\t")[0] for text in texts(made(draw), "list")] == ["Flood", "Range", "Ebb"]


def test_lines_of_a_table_of_contents_are_no_headings(made: Callable[..., Document]) -> None:
    entries = [("To the reader", "ii"), ("1 Walls", "1"), ("1.1 Of stone", "2"), ("2 Gates", "7"), ("3 Keys", "9")]
    rows = [
        together(lines_at([name], y=y, font="tibo"), lines_at([number], x=330, y=y, font="tibo"))
        for y, (name, number) in zip(range(90, 500, LEADING), entries, strict=False)
    ]
    contents = together(lines_at(["Contents"], font="tibo", size=14), *rows)
    head = lines_at(["1 Walls and what they are for"], font="tibo", size=14)
    document = made(lines_at(wrapped(PROSE)), contents, together(head, lines_at(wrapped(PROSE), y=90)))
    assert texts(document, "heading") == ["Contents", "1 Walls and what they are for"]


# --- titles -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "author", "expected"),
    [
        ("draft", "", "The Three Towns and their Harbour"),
        ("made", "", "The Three Towns and their Harbour"),
        ("A. Clerk", "A. Clerk", "The Three Towns and their Harbour"),
        ("The Distributor eBook #123: Of Walls.", "", "Of Walls"),
        ("Of Walls∗", "", "Of Walls"),
    ],
)
def test_the_title(made: Callable[..., Document], given: str, author: str, expected: str) -> None:
    head = together(
        lines_at(["The Three Towns", "and their Harbour*"], size=14, font="tibo"), lines_at(["A. Clerk"], y=100)
    )
    draw = together(head, lines_at(wrapped(PROSE), y=130))
    assert made(draw, metadata={"title": given, "author": author}).title == expected


def test_a_title_as_large_as_the_text_is_known_by_its_weight(made: Callable[..., Document]) -> None:
    draw = together(
        lines_at(["WALLS AND GATES"], font="tibo"), lines_at(["A. Clerk"], y=80), lines_at(wrapped(PROSE), y=120)
    )
    assert made(draw).title == "WALLS AND GATES"
