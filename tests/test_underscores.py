"""Underscores that a page draws as rules are read; other short rules are not."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from qaextract.parsers.pdf_pymupdf import PdfPymupdf
from tests.drawn import source_of

SIZE = 10.0
BASE = 100.0


def read(path: Path, parts: list[str], width: float = 3.0, height: float = 0.0, gap: float = 0.6) -> str:
    """The text of a line of words; "_" among them is drawn as a rule, " " leaves the room of a word space."""
    with pymupdf.open() as file:
        page = file.new_page(width=400, height=300)
        page.insert_text((60, 60), "The library offers these functions to those who predict tides:", fontsize=SIZE)
        x = 60.0
        for part in parts:
            if part == "_":
                page.draw_line((x + gap, BASE - height), (x + gap + width, BASE - height), width=0.4)
                x += gap + width
            elif part == " ":
                x += 3.5
            else:
                page.insert_text((x, BASE), part, fontsize=SIZE, fontname="tiro")
                x += pymupdf.get_text_length(part, fontname="tiro", fontsize=SIZE)
        file.save(path)
    document = PdfPymupdf().parse(source_of(path))
    return document.text.split("\n\n")[-1]


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["tide", "_", "height", " ", "of", " ", "port"], "tide_height of port"),
        (["tide", "_", "height", "_", "now"], "tide_height_now"),
        (["call", " ", "_", "height", " ", "first"], "call _height first"),
        (["names", " ", "in", " ", "tide", "_", " ", "are", " ", "ours"], "names in tide_ are ours"),
    ],
)
def test_drawn_underscores_are_read(tmp_path: Path, parts: list[str], text: str) -> None:
    assert read(tmp_path / "a.pdf", parts) == text


@pytest.mark.parametrize(
    ("width", "height"),
    [(3.0, 2.6), (3.0, -4.0), (12.0, 0.0)],  # the bar of a fraction, a rule below the line, a blank to be filled in
)
def test_other_rules_between_words_are_no_underscores(tmp_path: Path, width: float, height: float) -> None:
    assert "_" not in read(tmp_path / "a.pdf", ["tide", "_", "height"], width=width, height=height)


def test_an_underlined_letter_is_no_underscore(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pymupdf.open() as file:
        page = file.new_page(width=400, height=300)
        page.insert_text((60, BASE), "Open the file of the port", fontsize=SIZE)
        page.draw_line((60, BASE + 1), (66, BASE + 1), width=0.4)
        file.save(path)
    assert PdfPymupdf().parse(source_of(path)).text == "Open the file of the port"
