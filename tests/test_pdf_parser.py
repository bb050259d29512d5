"""PDF files to documents: order, kinds, joined paragraphs, boxes, tables, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaextract.errors import DamagedSource, EncryptedSource
from qaextract.model import BBox, Document, Span
from qaextract.parsers._fonts import mark_even_widths
from qaextract.parsers._layout import PrintedLine, PrintedPage, Run
from qaextract.parsers._typeset import Lexicon
from qaextract.parsers.pdf_pymupdf import PdfPymupdf, render_page
from tests.drawn import LEADING, PROSE, Draw, block_with, lines_at, parsed, saved, source_of, texts, together, wrapped

CORPORA = sorted((Path(__file__).parent.parent / "corpora").glob("**/*.pdf"))


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Document]:
    """Draws each page, saves the file and parses it."""
    return partial(saved, tmp_path / "made.pdf")


def assert_sound(document: Document) -> None:
    """What holds of every document, whatever it was made from."""
    assert len(document.page_sizes) == len(document.page_labels) == document.page_count
    end = 0
    for block in document.blocks:
        text = block.span.of(document.text)
        assert text == text.strip("\n ") or block.kind in {"code", "table"}
        assert document.text[end : block.span.start] in {"", "\n\n"}
        end = block.span.end
        assert block.page is not None
        assert block.bbox is not None
        assert_on_page(block.bbox, document.page_sizes[block.page - 1])
    assert end == len(document.text)
    covered = bytearray(len(document.text))
    words = 0
    for line in document.lines:
        assert_on_page(line.bbox, document.page_sizes[line.page - 1])
        covered[line.span.start : line.span.end] = b"\1" * len(line.span)
        boxes = document.boxes(line.span)
        assert len(boxes) == 1
        assert boxes[0].page == line.page
        words += len(line.span.of(document.text).split())
    assert all(covered[i] for i, char in enumerate(document.text) if not char.isspace())
    assert words >= len(document.text.split())
    for span in document.emphasis:
        assert span.of(document.text).strip() == span.of(document.text)


def assert_on_page(box: BBox, size: tuple[float, float]) -> None:
    assert 0 <= box.x0 <= box.x1 <= size[0] + 0.01
    assert 0 <= box.y0 <= box.y1 <= size[1] + 0.01


# --- paragraphs ---------------------------------------------------------------------------------------------------


def test_lines_of_a_paragraph_become_one_line_of_text(made: Callable[..., Document]) -> None:
    document = made(lines_at(wrapped(PROSE)))
    assert texts(document) == [PROSE]
    assert_sound(document)


def test_paragraphs_are_told_apart_by_their_indent(made: Callable[..., Document]) -> None:
    first, second = wrapped(PROSE), wrapped("In winter " + PROSE)
    lines = together(
        lines_at(first), lines_at(second[:1], x=62, y=60 + LEADING * len(first)),
        lines_at(second[1:], y=60 + LEADING * (len(first) + 1)),
    )  # fmt: skip
    assert texts(made(lines)) == [PROSE, "In winter " + PROSE]


def test_a_paragraph_over_a_page_break_is_one_block_with_boxes_on_both_pages(made: Callable[..., Document]) -> None:
    lines = wrapped(f"{PROSE} {PROSE}")
    document = made(lines_at(lines[:5], y=420), lines_at(lines[5:]))
    assert texts(document) == [f"{PROSE} {PROSE}"]
    block = document.blocks[0]
    assert block.page == 1
    assert block.bbox is not None
    assert block.bbox.y0 > 400, "the box is of the part on the first page"
    assert document.pages(block.span) == (1, 2)
    assert len(document.boxes(block.span)) == len(lines)


def test_columns_are_read_one_after_the_other(made: Callable[..., Document]) -> None:
    left, right = wrapped(PROSE, 140), wrapped("Later " + PROSE, 140)

    def draw(page: pymupdf.Page) -> None:
        # Row by row across both columns, as some programs write them.
        for number in range(max(len(left), len(right))):
            for x, column in ((40, left), (210, right)):
                if number < len(column):
                    page.insert_text((x, 60 + LEADING * number), column[number], fontname="tiro", fontsize=10)

    assert texts(made(draw)) == [PROSE, "Later " + PROSE]


def test_running_heads_and_page_numbers_are_left_out(made: Callable[..., Document]) -> None:
    def page(number: int) -> Draw:
        return together(
            lines_at([f"Chapter {number % 2 + 1}  Harbours"], y=30, size=9),
            lines_at(wrapped(f"Page {number} is about walls. {PROSE}")),
            lines_at([str(number + 7)], x=195, y=480, size=9),
        )

    document = made(*(page(number) for number in range(6)))
    assert texts(document) == [f"Page {number} is about walls. {PROSE}" for number in range(6)]


def test_a_repeated_sentence_inside_the_page_stays(made: Callable[..., Document]) -> None:
    document = made(*(lines_at(wrapped(PROSE), y=200) for _ in range(5)))
    assert texts(document) == [PROSE] * 5


# --- hyphens ------------------------------------------------------------------------------------------------------


def lexicon_of(text: str) -> Lexicon:
    run = Run(text, 0, 100, 10, 0)
    return Lexicon.of([PrintedLine(0, 0, 0, 100, 10, 10, [run], [(0, 100)])])


@pytest.mark.parametrize(
    ("first", "second", "known", "soft"),
    [
        ("the bound-", "aries of towns", "boundaries", True),
        ("an unheard moni-", "toring of tides", "", True),
        ("a well-", "known harbour", "known harbours", False),
        ("the x-", "axis", "", False),
        ("pages 10-", "12", "", False),
        ("a long-", "term plan", "term long", False),
        ("the Anglo-", "Saxon towns", "", False),
        ("a tide-", "dependent road", "tide-dependent", False),
        ("state-of-the-", "art walls", "", False),
    ],
)
def test_hyphens_at_line_ends(first: str, second: str, known: str, soft: bool) -> None:
    assert lexicon_of(f"some text {known} some text").soft(first, second) is soft


def test_a_broken_word_is_joined_and_located_on_both_lines(made: Callable[..., Document]) -> None:
    document = made(
        lines_at(["The clerk wrote every load into the book, and the bound-", "aries of the salt were his."])
    )
    assert texts(document) == ["The clerk wrote every load into the book, and the boundaries of the salt were his."]
    start = document.text.index("boundaries")
    assert len(document.boxes(Span(start, start + len("boundaries")))) == 2


# --- kinds --------------------------------------------------------------------------------------------------------


def test_headings_by_number_and_weight(made: Callable[..., Document]) -> None:
    document = made(
        together(
            lines_at(["2 Harbours"], font="tibo", size=14),
            lines_at(wrapped(PROSE), y=90),
            lines_at(["2.1 Walls"], y=200, font="tibo", size=12),
            lines_at(wrapped(PROSE), y=225),
        )
    )
    assert [(b.span.of(document.text), b.level) for b in document.blocks if b.kind == "heading"] == [
        ("2 Harbours", 1),
        ("2.1 Walls", 2),
    ]


def test_the_outline_gives_headings_and_their_levels(tmp_path: Path) -> None:
    with pymupdf.open() as file:
        page = file.new_page(width=400, height=500)
        for number, title in enumerate(("Walls", "Gates", "Keys")):
            page.insert_text((50, 60 + 130 * number), title, fontname="tiro", fontsize=10)
            lines_at(wrapped(PROSE), y=90 + 130 * number)(page)
        file.set_toc([[1, "Walls", 1], [2, "Gates", 1], [3, "Keys", 1]])
        file.save(tmp_path / "outlined.pdf")
    document = parsed(tmp_path / "outlined.pdf")
    assert [(b.span.of(document.text), b.level) for b in document.blocks if b.kind == "heading"] == [
        ("Walls", 1),
        ("Gates", 2),
        ("Keys", 3),
    ]


def test_items_keep_their_markers_and_stand_alone(made: Callable[..., Document]) -> None:
    document = made(lines_at(["1. The gate of the north", "2. The gate of the sea", "3. The gate of the salt road"]))
    assert texts(document, "list") == [
        "1. The gate of the north",
        "2. The gate of the sea",
        "3. The gate of the salt road",
    ]


def test_a_listing_keeps_its_lines_and_indentation(made: Callable[..., Document]) -> None:
    code = ["def toll(load):", "    if load > 40:", "        return 2", "    return 1"]
    document = made(together(lines_at(wrapped(PROSE)), lines_at(code, y=160, font="cour", size=9)))
    assert texts(document, "code") == ["\n".join(code)]


def test_a_term_above_its_description(made: Callable[..., Document]) -> None:
    description = "What a cart pays at the gate of the salt road, each time it comes back from the sands or the towns."
    document = made(
        together(
            lines_at(wrapped(PROSE)),
            lines_at(["Toll"], y=160, font="tibo"),
            lines_at(wrapped(description, 260), x=75, y=174),
        )
    )
    assert block_with(document, "Toll").kind == "term"


def test_an_unnamed_font_of_one_width_is_typewriter_type() -> None:
    def line(font: str, widths: list[float]) -> PrintedLine:
        words, x = [], 0.0
        for width in widths:
            words.append((x, x + width))
            x += width + 6
        return PrintedLine(0, 0, 0, x, 10, 10, [Run("load toll gates", 0, x, 10, 0, font=font)], words)

    even = [line("F1", [24, 24, 30]) for _ in range(8)]
    uneven = [line("F2", [20, 17 + step, 29]) for step in range(8)]
    mark_even_widths([PrintedPage(0, 600, 800, [*even, *uneven])])
    assert all(each.mono for each in even)
    assert not any(each.mono for each in uneven)


def test_notes_in_the_margin_do_not_break_the_text(made: Callable[..., Document]) -> None:
    lines = wrapped(PROSE, 220)
    note = lines_at(["new since", "the storm"], x=50, y=60 + LEADING, size=8)

    def draw(page: pymupdf.Page) -> None:
        lines_at(lines[:2], x=110)(page)
        note(page)
        lines_at(lines[2:], x=110, y=60 + 2 * LEADING)(page)

    document = made(draw)
    assert texts(document)[0] == PROSE
    assert_sound(document)


def test_a_caption_is_no_paragraph(made: Callable[..., Document]) -> None:
    document = made(together(lines_at(wrapped(PROSE)), lines_at(["Figure 3: The three walls."], y=200, size=9)))
    assert texts(document, "caption") == ["Figure 3: The three walls."]


def test_a_table_between_rules_has_whole_cells(made: Callable[..., Document]) -> None:
    def draw(page: pymupdf.Page) -> None:
        rows = [("Gate", "Purpose", "Toll"), ("North", "lets the carts of the", "2"), ("", "northern towns pass", ""),
                ("Sea", "is opened at low tide", "1")]  # fmt: skip
        for number, row in enumerate(rows):
            for x, cell in zip((60, 120, 280), row, strict=True):
                page.insert_text((x, 100 + LEADING * number), cell, fontname="tiro", fontsize=10)
        for y in (88, 104, 150):
            page.draw_line((55, y), (320, y))

    document = made(together(lines_at(wrapped(PROSE), y=200), draw))
    assert texts(document, "table") == [
        "Gate\tPurpose\tToll\nNorth\tlets the carts of the northern towns pass\t2\nSea\tis opened at low tide\t1"
    ]
    assert_sound(document)


def test_a_framed_paragraph_is_no_table(made: Callable[..., Document]) -> None:
    def frame(page: pymupdf.Page) -> None:
        page.draw_line((45, 45), (360, 45))
        page.draw_line((45, 150), (360, 150))

    document = made(together(lines_at(wrapped(PROSE)), frame))
    assert not texts(document, "table")
    assert texts(document) == [PROSE]


def test_exponents_and_footnote_marks_do_not_become_plain_digits(made: Callable[..., Document]) -> None:
    def draw(page: pymupdf.Page) -> None:
        page.insert_text((50, 60), "The walls weigh 10", fontname="tiro", fontsize=10)
        end = 50 + pymupdf.get_text_length("The walls weigh 10", "tiro", 10)
        page.insert_text((end, 56), "6", fontname="tiro", fontsize=6)
        page.insert_text((end + 5, 60), "tons in the book", fontname="tiro", fontsize=10)

    assert "10⁶ tons" in made(draw).text


def test_bold_words_are_emphasis_and_a_bold_heading_is_none(made: Callable[..., Document]) -> None:
    document = made(
        together(
            lines_at(["Walls"], font="tibo", size=14),
            lines_at(wrapped(PROSE), y=90),
            lines_at(["A toll"], y=200, font="tibo"),
            lines_at(["is what the clerk takes from each cart that crosses the sand."], x=82, y=200),
        )
    )
    assert [span.of(document.text) for span in document.emphasis] == ["A toll"]


# --- boxes --------------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=3, max_size=8))
def test_a_box_is_as_wide_as_the_words_it_is_for(words: list[str]) -> None:
    with pymupdf.open() as file:
        file.new_page(width=600, height=200).insert_text((40, 50), " ".join(words), fontname="tiro", fontsize=10)
        content: bytes = file.tobytes()
    path = Path(__file__).with_name("unused.pdf")
    document = _parsed_bytes(content, path)
    start = document.text.index(" ") + 1
    end = start + len(words[1])
    (box,) = document.boxes(Span(start, end))
    left = 40 + pymupdf.get_text_length(words[0] + " ", "tiro", 10)
    assert box.bbox.x0 == pytest.approx(left, abs=0.1)
    assert box.bbox.x1 == pytest.approx(left + pymupdf.get_text_length(words[1], "tiro", 10), abs=0.1)


def _parsed_bytes(content: bytes, path: Path) -> Document:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / path.name
        path.write_bytes(content)
        return parsed(path)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_of_a_rotated_page_are_where_it_is_displayed(
    made: Callable[..., Document], rotation: int, tmp_path: Path
) -> None:
    document = made(lines_at(wrapped(PROSE)), rotation=rotation)
    assert texts(document) == [PROSE]
    assert_sound(document)
    size = (400, 500) if rotation % 180 == 0 else (500, 400)
    assert document.page_sizes == (size,)
    box = document.boxes(Span(0, len(PROSE)))[0].bbox
    with pymupdf.open(tmp_path / "made.pdf") as file:
        page = file[0]
        first = page.search_for("The harbour was built")[0] * page.rotation_matrix
    assert box.x0 - 1 <= first.x0
    assert first.x1 <= box.x1 + 1
    assert box.y0 - 2 <= first.y0
    assert first.y1 <= box.y1 + 2


def test_a_page_is_drawn_with_its_boxes(made: Callable[..., Document], tmp_path: Path) -> None:
    document = made(lines_at(wrapped(PROSE)))
    before = (tmp_path / "made.pdf").read_bytes()
    boxes = [box.bbox for box in document.boxes(Span(0, 40))]
    plain, marked = (render_page(tmp_path / "made.pdf", 1, each) for each in ([], boxes))
    assert plain.startswith(b"\x89PNG")
    assert plain != marked
    assert (tmp_path / "made.pdf").read_bytes() == before


# --- titles, labels, warnings, errors -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_title", "expected"),
    [
        ("Walls and Gates", "Walls and Gates"),
        ("untitled", "The Three Towns"),
        ("Microsoft Word - x.doc", "The Three Towns"),
        ("walls.tex", "The Three Towns"),
        ("", "The Three Towns"),
    ],
)
def test_the_title_is_that_of_the_file_only_if_it_is_one(
    made: Callable[..., Document], given_title: str, expected: str
) -> None:
    draw = together(lines_at(["The Three Towns"], size=20), lines_at(wrapped(PROSE), y=100))
    assert made(draw, metadata={"title": given_title}).title == expected


def test_a_page_without_text_is_named(made: Callable[..., Document]) -> None:
    document = made(lines_at(wrapped(PROSE)), lambda page: None, lambda page: None)
    assert document.warnings == ("pages 2-3 have no text; if they are images, use OCR",)


def test_images_only_say_that_ocr_is_needed(made: Callable[..., Document]) -> None:
    document = made(lambda page: page.draw_rect((50, 50, 200, 200), fill=(0, 0, 0)))
    assert document.text == ""
    assert document.blocks == ()
    assert "use OCR" in document.warnings[0]


def test_an_encrypted_file_asks_for_the_password_and_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    with pymupdf.open() as file:
        lines_at(wrapped(PROSE))(file.new_page(width=400, height=500))
        file.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="salt", owner_pw="gate")
    with pytest.raises(EncryptedSource, match=r"needs a password; give it with --password"):
        parsed(path)
    with pytest.raises(EncryptedSource, match="the password is wrong"):
        PdfPymupdf().parse(source_of(path, "sand"))
    assert PdfPymupdf().parse(source_of(path, "salt")).text == PROSE


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>"]
)
def test_what_cannot_be_read_is_damaged(tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    with pytest.raises(DamagedSource, match=r"broken\.pdf"):
        parsed(path)
    assert capfd.readouterr() == ("", "")


def test_a_repaired_file_says_so(made: Callable[..., Document], tmp_path: Path) -> None:
    made(lines_at(wrapped(PROSE)))
    content = (tmp_path / "made.pdf").read_bytes()
    at = content.rindex(b"startxref")
    (tmp_path / "cut.pdf").write_bytes(b"junk\n" + content[:at])
    document = parsed(tmp_path / "cut.pdf")
    assert document.text == PROSE
    assert "repaired" in document.warnings[0]


@pytest.mark.parametrize(
    ("content", "taken"),
    [
        (b"%PDF-1.7", True),
        (b"junk" * 200 + b"%PDF-1.4", True),
        (b"junk" * 600 + b"%PDF-1.4", True),
        (b"junk" * 1100 + b"%PDF-1.4", False),
        (b"PK\3\4", False),
        (b"", False),
    ],
)
def test_a_file_is_taken_by_its_content(tmp_path: Path, content: bytes, taken: bool) -> None:
    path = tmp_path / "named.bin"
    path.write_bytes(content)
    assert PdfPymupdf().accepts(source_of(path)) is taken


# --- whole files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CORPORA, ids=lambda path: path.stem)
def test_documents_of_the_corpora_are_sound(path: Path) -> None:
    document = parsed(path)
    assert_sound(document)
    assert document.text
    assert document.title
    assert Document.from_json(document.to_json()).blocks[0].span == document.blocks[0].span


@pytest.mark.skipif(not CORPORA, reason="there are no PDF files in corpora/")
def test_parsing_twice_gives_the_same_document() -> None:
    path = min(CORPORA, key=lambda path: path.stat().st_size)
    assert parsed(path) == parsed(path)
