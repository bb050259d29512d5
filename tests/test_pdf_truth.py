"""What the PDF files of the corpora are known to say comes out whole, in one block of the right kind."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from qaextract.model import Document, Source
from qaextract.parsers.pdf_pymupdf import PdfPymupdf

CORPORA = Path(__file__).parent.parent / "corpora"
TRUTH: dict[str, Any] = json.loads((CORPORA / "truth.json").read_text(encoding="utf-8"))


@lru_cache
def parsed(name: str) -> Document:
    path = CORPORA / name
    return PdfPymupdf().parse(Source(path, name, hashlib.sha256(path.read_bytes()).hexdigest()))


def letters(text: str) -> str:
    """Letters and digits, without the raised marks of footnotes."""
    return "".join(char for char in unicodedata.normalize("NFKC", re.sub("[⁰¹²³⁴-⁹]", "", text)) if char.isalnum())


def heading(one: dict[str, Any]) -> str:
    """The heading as printed; that of a chapter stands below its number ("Chapter 2"), which is none."""
    chapter = one["level"] == 1 and "label" in one
    return str(one["title"]) if chapter else f"{one['number'] or ''} {one['title']}"


def items_of(truth: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every item that has a text, as (kind of its block, text)."""
    for one in truth["headings"]:
        yield "heading", heading(one)
    if "abstract" in truth:
        yield "quote", truth["abstract"]["text"]
    for one in truth["paragraphs"]:
        label = f"Definition {one['number']}. " if one.get("kind") == "definition" else ""
        yield "paragraph", label + one["text"]
    for one in truth["lists"]:
        for number, item in enumerate(one["items"], 1):
            yield "list", f"{number}. {item}" if one["kind"] == "numbered" else item
    for kind in ("Figure", "Table"):
        for one in truth[f"{kind.lower()}s"]:
            yield "caption", f"{kind} {one['number']}: {one['caption']}"
    for one in truth["footnotes"]:
        yield "footnote", one["text"]
    for one in truth.get("examples", ()):
        yield "paragraph", f"Example {one['number']}. {one['question']}"
        yield "paragraph", f"Solution. {one['solution']}"
    for one in truth.get("exercises", ()):
        yield "paragraph", f"Exercise {one['number']}. {one['question']}"
        if "solution" in one:
            yield "paragraph", f"Solution {one['number']}. {one['solution']}"
    for one in truth.get("references", ()):
        yield "reference", f"[{one['number']}] {one['text']}"
    for one in truth.get("code", ()):
        yield "code", one["text"]


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_every_item_is_whole_in_one_block_of_its_kind(name: str) -> None:
    document = parsed(name)
    found = {(block.kind, letters(block.span.of(document.text))) for block in document.blocks}
    items = list(items_of(TRUTH[name]))
    broken = {(kind, text[:40]) for kind, text in items if (kind, letters(text)) not in found}
    assert broken == set()
    assert len(items) > 40, "the truth holds what it should"


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_every_row_of_a_table_has_its_cells(name: str) -> None:
    document = parsed(name)
    rows = {
        tuple(letters(cell) for cell in row.split("\t"))
        for block in document.blocks
        if block.kind == "table"
        for row in block.span.of(document.text).split("\n")
    }
    expected = {
        tuple(map(letters, row)) for table in TRUTH[name]["tables"] for row in [table["header"], *table["rows"]]
    }
    assert expected <= rows


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_headings_are_those_of_the_text_and_no_more(name: str) -> None:
    document = parsed(name)
    truth = TRUTH[name]
    blocks = [block for block in document.blocks if block.kind == "heading"]
    own = [(letters(block.span.of(document.text)), block.level) for block in blocks]
    expected = [(letters(heading(one)), one["level"]) for one in truth["headings"]]
    assert [each for each in own if each[0] != "Abstract"] == expected


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_the_title_is_the_printed_one(name: str) -> None:
    assert parsed(name).title == TRUTH[name]["title"]


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_no_running_head_stands_in_the_text(name: str) -> None:
    document = parsed(name)
    heads = {one["text"] for one in TRUTH[name]["furniture"] if len(one["text"]) > 5}
    assert not heads & {block.span.of(document.text) for block in document.blocks if block.kind != "heading"}
