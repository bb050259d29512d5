"""Chunks are the text, cut where its sections, blocks and sentences end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaextract.chunkers.sections import Sections
from qaextract.chunkers.window import Window
from qaextract.errors import SettingsError
from qaextract.model import Block, Document, Span
from qaextract.points import Chunker

BLOCK = re.compile(r"\S(?:.|\n(?!\n))*")


def document_of(text: str) -> Document:
    """Blocks stand between blank lines: `#` begins a heading, `-` an item, `%` a term, `=` an artifact."""
    blocks = []
    for match in BLOCK.finditer(text):
        marks = len(match[0]) - len(match[0].lstrip("#"))
        kind = {"-": "list", "%": "term", "=": "artifact"}.get(match[0][0], "paragraph")
        if marks:
            start = match.start() + marks + 1
            blocks.append(Block("heading", Span(min(start, match.end()), match.end()), level=marks))
        else:
            blocks.append(Block(kind, Span(match.start(), match.end())))
    return Document("0" * 16, "a.txt", "a", text, tuple(blocks))


def cut(text: str, chunker: Chunker | None = None) -> list[tuple[tuple[str, ...], str]]:
    return [(chunk.headings, chunk.text.strip()) for chunk in (chunker or Sections()).chunk(document_of(text))]


def test_a_heading_begins_a_chunk_with_its_marks() -> None:
    assert cut("Before.\n\n# Tea\n\nA drink.\n\n## Green\n\nNot roasted.\n\n# Coffee\n\nAnother.") == [
        ((), "Before."),
        (("Tea",), "# Tea\n\nA drink."),
        (("Tea", "Green"), "## Green\n\nNot roasted."),
        (("Coffee",), "# Coffee\n\nAnother."),
    ]


def test_a_bare_heading_goes_with_its_first_subsection() -> None:
    assert cut("# Tea\n\n=====\n\n## Green\n\n### Japan\n\nSencha.\n\n## Black\n\nAssam.") == [
        (("Tea", "Green", "Japan"), "# Tea\n\n=====\n\n## Green\n\n### Japan\n\nSencha."),
        (("Tea", "Black"), "## Black\n\nAssam."),
    ]


def test_a_bare_heading_does_not_go_with_its_neighbour() -> None:
    assert cut("## Tea\n\n## Coffee\n\nA drink.\n\n# Pots") == [
        (("Tea",), "## Tea"),
        (("Coffee",), "## Coffee\n\nA drink."),
        (("Pots",), "# Pots"),
    ]


def test_levels_may_be_left_out() -> None:
    assert [headings for headings, _ in cut("# A\n\na\n\n### B\n\nb\n\n## C\n\nc\n\n# D\n\nd")] == [
        ("A",),
        ("A", "B"),
        ("A", "C"),
        ("D",),
    ]


def test_headings_are_one_line() -> None:
    assert cut("# Tea\n  and  coffee\n\nx")[0][0] == ("Tea and coffee",)


def test_an_empty_text_has_no_chunks() -> None:
    assert cut("") == cut("", Window()) == []


def test_long_sections_are_cut_between_blocks() -> None:
    paragraphs = [f"Paragraph {letter}. It has two sentences." for letter in "abcd"]
    chunks = cut("# Tea\n\n" + "\n\n".join(paragraphs), Sections(max_chars=90))
    assert [text for _, text in chunks] == [
        f"# Tea\n\n{paragraphs[0]}\n\n{paragraphs[1]}",
        f"{paragraphs[2]}\n\n{paragraphs[3]}",
    ]
    assert {headings for headings, _ in chunks} == {("Tea",)}


def test_items_stay_with_what_introduces_them() -> None:
    text = (
        "Some words that stand before it.\n\nThere are two kinds:\n\n- green tea\n\n- black tea\n\nThat is all of them."
    )
    assert [text for _, text in cut(text, Sections(max_chars=75))] == [
        "Some words that stand before it.",
        "There are two kinds:\n\n- green tea\n\n- black tea\n\nThat is all of them.",
    ]


def test_a_term_stays_with_its_description() -> None:
    text = "Some words that stand here.\n\n%lid\n\nWhat closes the kettle."
    for max_chars in range(34, 60):
        assert not any(text.endswith("%lid") for _, text in cut(text, Sections(max_chars)))


@pytest.mark.parametrize("chunker", [Sections(60), Window(60)])
def test_long_blocks_are_cut_after_sentences(chunker: Chunker) -> None:
    text = "Water boils at 100 degrees. On a mountain, e.g. Everest, it boils sooner. It freezes at 0 degrees."
    assert [text for _, text in cut(text, chunker)] == [
        "Water boils at 100 degrees.",
        "On a mountain, e.g. Everest, it boils sooner.",
        "It freezes at 0 degrees.",
    ]


def test_long_sentences_are_cut_after_words_and_long_words_anywhere() -> None:
    assert [text for _, text in cut("one two three " + "x" * 12, Window(8))] == ["one two", "three", "xxxxxxxx", "xxxx"]


def test_windows_have_no_headings() -> None:
    assert cut("# Tea\n\nA drink.", Window()) == [((), "# Tea\n\nA drink.")]


@pytest.mark.parametrize("chunker", [Sections, Window])
def test_nothing_fits_into_nothing(chunker: type[Sections] | type[Window]) -> None:
    with pytest.raises(SettingsError, match="max_chars = 0"):
        chunker(max_chars=0)


PIECES = st.sampled_from(
    ["# A\n\n", "## B\n\n", "Tea is hot. It is green", ". ", "\n\n", "- x\n\n", "%t\n\n", "=\n\n", " ", "a:\n\n"]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join), st.integers(1, 80))
def test_joined_the_chunks_are_the_text(text: str, max_chars: int) -> None:
    document = document_of(text)
    for chunker in (Sections(), Sections(max_chars), Window(max_chars)):
        end = 0
        for chunk in chunker.chunk(document):
            assert chunk.span.start == end < chunk.span.end
            assert chunk.text == chunk.span.of(text)
            assert len(chunk.text) <= chunker.max_chars
            assert chunk.id == f"{document.id}:{chunk.span.start}-{chunk.span.end}"
            end = chunk.span.end
        assert end == len(text)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_the_path_ends_with_the_last_heading(text: str) -> None:
    document = document_of(text)
    for chunk in Sections().chunk(document):
        own = [block for block in document.blocks_in(chunk.span) if block.kind == "heading"]
        if own:
            assert chunk.headings[-1] == own[-1].span.of(text).strip()
            levels = [block.level for block in own]
            assert levels == sorted(set(levels), key=lambda level: level or 0)
