"""Small PDF files, drawn and parsed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pymupdf

from qaextract.model import Block, Document, Source
from qaextract.parsers.pdf_pymupdf import PdfPymupdf

LEADING = 14
PROSE = (
    "The harbour was built by three towns that could agree on little else. Each of them paid for one of the walls, "
    "and each of them kept the keys of one gate. When the tide was low, carts crossed the sand and carried salt to "
    "the northern road, where the toll was taken by a clerk who wrote every load into a book of forty leaves."
)


def source_of(path: Path, password: str | None = None) -> Source:
    return Source(path, path.name, hashlib.sha256(path.read_bytes()).hexdigest(), password=password)


def parsed(path: Path) -> Document:
    return PdfPymupdf().parse(source_of(path))


Draw = Callable[[pymupdf.Page], None]


def saved(path: Path, *draws: Draw, rotation: int = 0, metadata: dict[str, str] | None = None) -> Document:
    """Draws each page, saves the file and parses it."""
    with pymupdf.open() as file:
        for draw in draws:
            page = file.new_page(width=400, height=500)
            draw(page)
            page.set_rotation(rotation)
        file.set_metadata(metadata or {})
        file.save(path)
    return parsed(path)


def lines_at(lines: Iterable[str], x: float = 50, y: float = 60, font: str = "tiro", size: float = 10) -> Draw:
    """Draws lines below each other, without justifying them."""

    def draw(page: pymupdf.Page) -> None:
        for number, line in enumerate(lines):
            page.insert_text((x, y + LEADING * number), line, fontname=font, fontsize=size)

    return draw


def wrapped(text: str, width: float = 300, font: str = "tiro", size: float = 10) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if pymupdf.get_text_length(longer, font, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def together(*draws: Draw) -> Draw:
    def draw(page: pymupdf.Page) -> None:
        for each in draws:
            each(page)

    return draw


def texts(document: Document, *kinds: str) -> list[str]:
    return [block.span.of(document.text) for block in document.blocks if not kinds or block.kind in kinds]


def block_with(document: Document, words: str) -> Block:
    found = [block for block in document.blocks if words in block.span.of(document.text)]
    assert len(found) == 1, f"{len(found)} blocks hold {words!r}"
    return found[0]
