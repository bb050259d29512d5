"""Markdown, plain text, and what `unstructured` reads: every letter in a block, every block where the file has it."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qaextract.errors import DamagedSource, MissingExtra
from qaextract.model import Document, Source
from qaextract.parsers.markdown import Markdown
from qaextract.parsers.plain_text import PlainText
from qaextract.parsers.unstructured_any import UnstructuredAny
from qaextract.points import Parser, parsers

KINDS = {
    *("heading", "paragraph", "list", "term", "table", "caption", "footnote", "formula", "code", "quote", "reference"),
    "artifact",
}
same_folder_again = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
has_unstructured = pytest.mark.skipif(
    importlib.util.find_spec("unstructured") is None, reason="needs the extra `documents`"
)


def source_of(folder: Path, name: str, content: str | bytes) -> Source:
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(data)
    return Source(path, path.as_posix(), hashlib.sha256(data).hexdigest())


def plain(folder: Path, content: str | bytes, name: str = "a.txt") -> Document:
    return PlainText().parse(source_of(folder, name, content))


def markdown(folder: Path, content: str) -> Document:
    return Markdown().parse(source_of(folder, "a.md", content))


def shown(document: Document) -> list[tuple[str, str]]:
    """(kind, text) of every block, white space as one space."""
    return [(block.kind, " ".join(block.span.of(document.text).split())) for block in document.blocks]


def emphasised(document: Document) -> list[str]:
    return [span.of(document.text) for span in document.emphasis]


def check_blocks(document: Document) -> None:
    """Blocks are of known kinds, in order, do not overlap, hold something, and begin on the line they say."""
    end = 0
    for block in document.blocks:
        assert block.kind in KINDS
        assert block.span.start >= end
        assert block.span.of(document.text).strip()
        assert block.line == document.text.count("\n", 0, block.span.start) + 1
        assert block.page is None
        end = block.span.end
    assert end <= len(document.text)


class TestWhichParser:
    @pytest.mark.parametrize(
        ("name", "content", "parser"),
        [
            ("a.txt", "Water boils.", "plain_text"),
            ("README", "Water boils.", "plain_text"),
            ("a.rst", "Water\n=====\n", "plain_text"),
            ("a.txt", "\ufeffWater".encode("utf-16"), "plain_text"),
            ("a.txt", "caf\u00e9".encode("cp1252"), "plain_text"),
            ("a.md", "# Water", "markdown"),
            ("a.MARKDOWN", "# Water", "markdown"),
            ("a.py", "x = 1\n", "python_code"),
            ("run", "#!/usr/bin/env python3\n", "python_code"),
            ("a.txt", "<!DOCTYPE html>\n<html></html>", "unstructured_any"),
            ("page", "<html><body>x</body></html>", "unstructured_any"),
            ("a.txt", "{\\rtf1 x}", "unstructured_any"),
            ("a.docx", b"PK\x03\x04", "unstructured_any"),
            ("a.docx", "not a zip", None),
            ("a.txt", b"%PDF-1.7", "pdf_pymupdf"),
            ("a.txt", b"ab\0cd", None),
            ("a.txt", b"\x81\x8d\x8f", None),
            ("a.out", b"\x7fELF\x02", None),
            ("run", "#!/bin/sh\nls\n", None),
            ("a.json", "{}", None),
        ],
    )
    def test_first_that_accepts(self, tmp_path: Path, name: str, content: str | bytes, parser: str | None) -> None:
        source = source_of(tmp_path, name, content)
        accepting = [name for name, cls in parsers.items() if cls().accepts(source)]
        assert accepting[:1] == ([parser] if parser else [])

    def test_a_letter_cut_in_two_by_the_look_at_the_head_is_still_text(self, tmp_path: Path) -> None:
        text = "x" + "\u00e9" * 40_000
        source = source_of(tmp_path, "a.txt", text)
        assert PlainText().accepts(source)
        assert PlainText().parse(source).text == text

    @pytest.mark.parametrize("parser", [PlainText(), Markdown()])
    def test_binary_is_damaged(self, tmp_path: Path, parser: Parser) -> None:
        with pytest.raises(DamagedSource, match=r"a\.txt: is not text"):
            parser.parse(source_of(tmp_path, "a.txt", b"ab\0cd"))


class TestDecoding:
    def test_marks_and_line_ends_are_dropped(self, tmp_path: Path) -> None:
        document = plain(tmp_path, b"\xef\xbb\xbfone\r\ntwo\rthree\n")
        assert document.text == "one\ntwo\nthree\n"
        assert document.warnings == ()

    def test_utf16(self, tmp_path: Path) -> None:
        assert plain(tmp_path, "\u6c34 is water".encode("utf-16")).text == "\u6c34 is water"

    def test_windows_1252_is_said(self, tmp_path: Path) -> None:
        document = plain(tmp_path, "a caf\u00e9".encode("cp1252"))
        assert document.text == "a caf\u00e9"
        assert document.warnings == ("not UTF-8: read as Windows-1252",)

    def test_a_broken_letter_does_not_spoil_the_others(self, tmp_path: Path) -> None:
        document = plain(tmp_path, "caf\u00e9 \u2013 th\u00e9 \u2013 ".encode() + b"\xe9")
        assert document.text == "caf\u00e9 \u2013 th\u00e9 \u2013 \ufffd"
        assert document.warnings == ("1 characters are not UTF-8 and could not be read",)

    @same_folder_again
    @given(data=st.binary(max_size=60))
    def test_what_is_accepted_is_read(self, tmp_path: Path, data: bytes) -> None:
        source = source_of(tmp_path, "a.txt", data)
        if PlainText().accepts(source):
            check_blocks(PlainText().parse(source))

    def test_bold_by_backspace_is_read_once(self, tmp_path: Path) -> None:
        assert plain(tmp_path, "N\bNA\bA _\bx").text == "NA x"

    def test_an_empty_file_is_said(self, tmp_path: Path) -> None:
        document = plain(tmp_path, "\n \n")
        assert document.blocks == ()
        assert document.warnings == ("the file is empty",)
        assert document.title == "a"


PAGES = "\n\f\n".join(
    f"Nobody                  The Kettle Book                 May 1901\n\n"
    f"The {word} page says that kettles are made of {word} parts.\n\n"
    f"Nobody                     A Memo                       [Page {number}]"
    for number, word in enumerate(("first", "second", "third"), start=1)
)


class TestPlainText:
    def test_title_and_levels_come_from_underlines(self, tmp_path: Path) -> None:
        document = plain(tmp_path, "Kettles\n=======\n\nHeat\n----\n\nWater boils.\n\n====\nPots\n====\n\nx\n")
        headings = [block for block in document.blocks if block.kind == "heading"]
        assert [(h.span.of(document.text), h.level) for h in headings] == [("Kettles", 1), ("Heat", 2), ("Pots", 3)]
        assert document.title == "Kettles"

    def test_underlines_are_no_part_of_headings(self, tmp_path: Path) -> None:
        document = plain(tmp_path, "Kettles\n=======\nWater boils in them.\n")
        assert shown(document) == [
            ("heading", "Kettles"),
            ("artifact", "======="),
            ("paragraph", "Water boils in them."),
        ]

    def test_numbered_titles(self, tmp_path: Path) -> None:
        text = "1. Heat\n\nWater boils.\n\n1.2 In the kettle\n\nIt boils soon.\n\n2. Source Water.\n\nFrom a well.\n"
        document = plain(tmp_path, text)
        headings = [block for block in document.blocks if block.kind == "heading"]
        assert [(h.span.of(text), h.level) for h in headings] == [
            ("1. Heat", 1),
            ("1.2 In the kettle", 2),
            ("2. Source Water.", 1),
        ]

    def test_numbered_steps_are_no_titles(self, tmp_path: Path) -> None:
        document = plain(tmp_path, "Do this:\n\n1. Fill the kettle\n\n2. Light the fire\n\n3. Wait\n\nThen pour.\n")
        assert [kind for kind, _ in shown(document)] == ["paragraph", "list", "list", "list", "paragraph"]

    def test_capitals_and_labels(self, tmp_path: Path) -> None:
        text = "THE KETTLE\n\nIt is old.\n\nChapter 1\n\nTHE FIRST ONE\n\nIt was bronze.\n\nEND_OF(X)\n\nfoo\n"
        document = plain(tmp_path, text)
        headings = [block for block in document.blocks if block.kind == "heading"]
        assert [(h.span.of(text), h.level) for h in headings] == [
            ("THE KETTLE", 1),
            ("Chapter 1", 1),
            ("THE FIRST ONE", 2),
        ]

    def test_hard_wrapped_lines_are_one_paragraph(self, tmp_path: Path) -> None:
        text = "Water boils at 100\ndegrees at sea\nlevel.\n\nIt freezes at 0.\n"
        document = plain(tmp_path, text)
        assert shown(document) == [
            ("paragraph", "Water boils at 100 degrees at sea level."),
            ("paragraph", "It freezes at 0."),
        ]
        assert [block.line for block in document.blocks] == [1, 5]

    def test_first_lines_may_be_indented(self, tmp_path: Path) -> None:
        text = (
            "   The first kettle was made of bronze. It stood on three\nlegs over a fire, as all kettles did.\n"
            "   The second one was made of iron, as the museum at Dover\nholds.\n   The third was of tin.\n"
        )
        assert [text for _, text in shown(plain(tmp_path, text))] == [
            "The first kettle was made of bronze. It stood on three legs over a fire, as all kettles did.",
            "The second one was made of iron, as the museum at Dover holds.",
            "The third was of tin.",
        ]

    @pytest.mark.parametrize("marker", ["-", "*", "\u2022", "1.", "(a)", "b)"])
    def test_one_item_one_block(self, tmp_path: Path, marker: str) -> None:
        items = f" {marker} green tea, which is\n   not roasted\n {marker} black tea\n"
        text = f"There are two kinds:\n\n{items}\nBoth are hot.\n"
        document = plain(tmp_path, text)
        assert [kind for kind, _ in shown(document)] == ["paragraph", "list", "list", "paragraph"]
        assert shown(document)[1][1] == f"{marker} green tea, which is not roasted"

    def test_items_inside_items(self, tmp_path: Path) -> None:
        document = plain(tmp_path, "* tea\n  - green\n  - black\n* coffee\n")
        assert [(block.kind, block.level) for block in document.blocks] == [
            ("list", 1),
            ("list", 2),
            ("list", 2),
            ("list", 1),
        ]

    def test_a_dash_in_a_full_line_is_no_item(self, tmp_path: Path) -> None:
        text = (
            "The kettle that stood on the stove had been there for a hundred years\n"
            "- or so the keeper of the house had always told everybody who came by\n"
            "to see it, and who had time to listen to the stories that he told.\n"
        )
        assert [kind for kind, _ in shown(plain(tmp_path, text))] == ["paragraph"]

    def test_terms_have_their_description_below(self, tmp_path: Path) -> None:
        text = "OPTIONS\n   -l, --lid\n          Close the lid first.\n\n   steam\n          Water in the air.\n"
        assert shown(plain(tmp_path, text)) == [
            ("heading", "OPTIONS"),
            ("term", "-l, --lid"),
            ("paragraph", "Close the lid first."),
            ("term", "steam"),
            ("paragraph", "Water in the air."),
        ]

    def test_the_last_line_of_a_paragraph_is_no_term(self, tmp_path: Path) -> None:
        text = "To fill the kettle, run\n   kettle --fill\nand wait until it is full.\n"
        assert "term" not in [kind for kind, _ in shown(plain(tmp_path, text))]

    def test_terms_beside_their_descriptions_are_items(self, tmp_path: Path) -> None:
        text = "  lid     what closes the kettle while the\n          water boils\n  spout   where water leaves it\n"
        assert [kind for kind, _ in shown(plain(tmp_path, text))] == ["list", "list"]

    def test_code_after_a_colon_goes_on_over_blank_lines(self, tmp_path: Path) -> None:
        text = "Call it so:\n\n    kettle = Kettle(lid=True)\n\n    kettle.boil()\n\nThe kettle boils.\n"
        assert shown(plain(tmp_path, text)) == [
            ("paragraph", "Call it so:"),
            ("code", "kettle = Kettle(lid=True) kettle.boil()"),
            ("paragraph", "The kettle boils."),
        ]

    def test_indented_sentences_are_no_code(self, tmp_path: Path) -> None:
        text = "The keeper said:\n\n    A watched kettle never boils, and nobody knows why.\n\nHe was right.\n"
        assert [kind for kind, _ in shown(plain(tmp_path, text))] == ["paragraph"] * 3

    def test_columns_are_a_table(self, tmp_path: Path) -> None:
        rows = ("  Metal     Litres   Year", "  -----     ------   ----", "  iron      2        1901", "  copper    3")
        text = "Kettles we have:\n\n" + "\n".join(rows)
        assert [kind for kind, _ in shown(plain(tmp_path, text))] == ["paragraph", "table"]

    def test_running_heads_and_feet_are_no_text(self, tmp_path: Path) -> None:
        document = plain(tmp_path, PAGES)
        assert [kind for kind, _ in shown(document)] == ["artifact", "paragraph", "artifact"] * 3

    def test_code_does_not_go_on_over_running_heads(self, tmp_path: Path) -> None:
        page = "Nobody         The Kettle Book\n\n    kettle.boil();\n\nPage {}\n"
        document = plain(tmp_path, "\f".join(map(page.format, range(3))))
        check_blocks(document)
        assert [kind for kind, _ in shown(document)] == ["artifact", "code", "artifact"] * 3

    def test_dotted_contents_are_no_text(self, tmp_path: Path) -> None:
        text = "Contents\n\n  1. Heat . . . . . . 1\n  2. Steam . . . . . 12\n\nWater boils when it is hot.\n"
        assert ("artifact", "1. Heat . . . . . . 1 2. Steam . . . . . 12") in shown(plain(tmp_path, text))

    def test_manual_pages(self, tmp_path: Path) -> None:
        text = (
            "KETTLE(1)            User Commands            KETTLE(1)\n\n"
            "NAME\n       kettle - boil water\n\n"
            "OPTIONS\n   Main options\n       They are few.\n\n"
            "Kettle 9.1              May 1901              KETTLE(1)\n"
        )
        document = plain(tmp_path, text)
        assert document.title == "kettle"
        assert [kind for kind, _ in shown(document)] == [
            "artifact",
            "heading",
            "paragraph",
            "heading",
            "heading",
            "paragraph",
            "artifact",
        ]

    def test_a_centred_first_line_is_the_title(self, tmp_path: Path) -> None:
        lines = "A kettle is a vessel in which water is heated until it boils over.\n" * 3
        document = plain(tmp_path, " " * 26 + "On the Kettle\n" + " " * 27 + "by A. Nobody\n\n" + lines)
        assert document.title == "On the Kettle"

    LAYOUT = st.sampled_from(
        ["TITLE", "a b c.", "word", "-", "- ", "* ", "1. ", "1.2 Foo", "\n", "\n\n", "    ", "\t", "=====", "-----"]  # noqa: RUF005
        + [
            "\f",
            "\fA head\n\n",
            "[1] x",
            "--opt  does",
            "a   b   c",
            "\u2502\u2500\u2502",
            "Chapter 1",
            "foo:",
            "(a) ",
            "{};",
            "\r\n",
        ]
        + ["The water is hot and it boils in the kettle today", "..", ".. _x:", "\u00e9", "NAME\n    x - y\n"]
    )

    @same_folder_again
    @given(pieces=st.lists(LAYOUT, max_size=40))
    def test_every_visible_character_is_in_one_block(self, tmp_path: Path, pieces: list[str]) -> None:
        document = plain(tmp_path, "".join(pieces))
        check_blocks(document)
        rest = list(document.text)
        for block in document.blocks:
            rest[block.span.start : block.span.end] = " " * len(block.span)
        assert "".join(rest).strip() == ""

    @same_folder_again
    @given(text=st.text(max_size=80))
    def test_the_text_is_the_file(self, tmp_path: Path, text: str) -> None:
        if any(control in text for control in "\0\r\b\ufeff"):
            return
        assert plain(tmp_path, text).text == text


NESTED = """\
---
title: "Tea"
---
# Green *tea*

Tea is a **drink** made from `Camellia`
leaves.

- green
  tea

  More of it.
  - sencha `x`
- black

> Keep calm.
> Drink tea.

| kind | minutes |
|------|---------|
| green | 2 |

```python
brew()
```

<div>x</div>

Kinds
-----

[home]: http://example.org
"""


class TestMarkdown:
    def test_every_kind_of_block(self, tmp_path: Path) -> None:
        document = markdown(tmp_path, NESTED)
        check_blocks(document)
        assert [(b.kind, b.level, b.line) for b in document.blocks] == [
            ("artifact", None, 1),
            ("heading", 1, 4),
            ("paragraph", None, 6),
            ("list", 1, 9),
            ("paragraph", None, 12),
            ("list", 2, 13),
            ("list", 1, 14),
            ("quote", None, 16),
            ("table", None, 19),
            ("code", None, 23),
            ("artifact", None, 27),
            ("heading", 2, 29),
            ("reference", None, 32),
        ]

    def test_headings_are_without_marks_and_items_with_them(self, tmp_path: Path) -> None:
        texts = [text for _, text in shown(markdown(tmp_path, NESTED))]
        assert texts[1] == "Green *tea*"
        assert texts[3] == "- green tea"
        assert texts[9] == "```python brew() ```"

    def test_emphasis_is_the_inside(self, tmp_path: Path) -> None:
        assert emphasised(markdown(tmp_path, NESTED)) == ["tea", "drink", "Camellia", "x"]

    def test_emphasis_is_not_looked_for_in_addresses(self, tmp_path: Path) -> None:
        document = markdown(tmp_path, "See [the *kettle*](http://x.org/a*b*c_d_) and *steam* or a*b.\n")
        assert emphasised(document) == ["kettle", "steam"]

    @pytest.mark.parametrize(
        ("text", "title"),
        [
            (NESTED, "Tea"),
            ("## Two\n\n# One **big** `x`\n", "One big x"),
            ("One\n===\n", "One"),
            ("## Two\n", "a"),
            ("---\n\ntext\n\n---\n", "a"),
        ],
    )
    def test_title(self, tmp_path: Path, text: str, title: str) -> None:
        assert markdown(tmp_path, text).title == title

    FRAGMENTS = st.sampled_from(
        ["# ", "a", "b c", "*", "**", "`", "\n", "\n\n", "- ", "  ", "    ", "1. ", "> ", "```\n", "[r]: http://x\n"]  # noqa: RUF005
        + ["| x | y |\n|---|---|\n", "[l](u)", "\t", "<b>", "---\n", "***\n", "===\n", "\u00e9", "\\*", "![a](b)", "_"]
    )

    @same_folder_again
    @given(pieces=st.lists(FRAGMENTS, max_size=40))
    def test_every_line_with_letters_is_in_a_block(self, tmp_path: Path, pieces: list[str]) -> None:
        document = markdown(tmp_path, "".join(pieces))
        check_blocks(document)
        start = 0
        for line in document.text.split("\n"):
            end = start + len(line)
            if any(map(str.isalnum, line)):
                assert any(block.span.start < end and start < block.span.end for block in document.blocks)
            start = end + 1

    @same_folder_again
    @given(pieces=st.lists(FRAGMENTS, max_size=40))
    def test_emphasis_is_in_order_and_never_empty(self, tmp_path: Path, pieces: list[str]) -> None:
        end = 0
        for span in markdown(tmp_path, "".join(pieces)).emphasis:
            assert end <= span.start < span.end
            end = span.end


HTML = """<!doctype html><html><body>
<h1>Tea</h1><p>Tea is a drink that is made by pouring hot water over leaves.</p>
<h2>Kinds</h2><p>There are <b>three</b> kinds:</p><ul><li>Green tea</li><li>Black tea</li></ul>
<table><tr><th>Kind</th><th>Minutes</th></tr><tr><td>Green</td><td>2</td></tr></table>
<p>ALL CAPS</p></body></html>"""


class TestUnstructured:
    @has_unstructured
    def test_html(self, tmp_path: Path) -> None:
        document = UnstructuredAny().parse(source_of(tmp_path, "tea.html", HTML))
        assert [(b.kind, b.level, b.span.of(document.text)) for b in document.blocks] == [
            ("heading", 1, "Tea"),
            ("paragraph", None, "Tea is a drink that is made by pouring hot water over leaves."),
            ("heading", 2, "Kinds"),
            ("paragraph", None, "There are three kinds:"),
            ("list", 1, "Green tea"),
            ("list", 1, "Black tea"),
            ("table", None, "Kind\tMinutes\nGreen\t2"),
            ("paragraph", None, "ALL CAPS"),
        ]
        assert document.title == "Tea"
        assert emphasised(document) == ["three"]

    @has_unstructured
    def test_docx(self, tmp_path: Path) -> None:
        docx = importlib.import_module("docx")
        written = docx.Document()
        written.add_heading("Tea", 1)
        written.add_paragraph("Tea is a drink that is made by pouring hot water over leaves.")
        written.add_paragraph("Green tea", style="List Bullet")
        written.save(tmp_path / "made.docx")
        source = source_of(tmp_path, "tea.docx", (tmp_path / "made.docx").read_bytes())
        document = UnstructuredAny().parse(source)
        assert [kind for kind, _ in shown(document)] == ["heading", "paragraph", "list"]

    @has_unstructured
    def test_a_broken_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(DamagedSource, match=r"tea\.docx: cannot be read"):
            UnstructuredAny().parse(source_of(tmp_path, "tea.docx", b"PK\x03\x04 and no more"))

    @has_unstructured
    def test_an_empty_file_is_said(self, tmp_path: Path) -> None:
        document = UnstructuredAny().parse(source_of(tmp_path, "tea.html", ""))
        assert document.warnings == ("no text was found in the file",)

    @pytest.mark.skipif(importlib.util.find_spec("unstructured") is not None, reason="the extra is installed")
    def test_without_the_extra_the_pip_line_is_given(self, tmp_path: Path) -> None:
        with pytest.raises(
            MissingExtra, match=r"unstructured is not installed; run: pip install 'qaextract\[documents\]'"
        ):
            UnstructuredAny().parse(source_of(tmp_path, "tea.html", HTML))
