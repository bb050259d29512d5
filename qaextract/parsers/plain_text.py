"""Plain text: headings, paragraphs, lists, terms, tables and code, told by their layout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from qaextract.model import Block, Document, Source
from qaextract.parsers import _text_lines as look
from qaextract.parsers._text_reading import Reading
from qaextract.parsers._text_source import head_of, is_text, read_text
from qaextract.points import parsers

_SUFFIXES = {"", ".txt", ".text", ".rst", ".asc"}


@parsers.register("plain_text")
@dataclass(frozen=True)
class PlainText:
    r"""Reads plain text: UTF-8, UTF-16 with its mark, else Windows-1252 (with a warning).

    The text is the file with `\n` between lines, so offsets and lines are the file's, and every visible character lies
    in a block. A heading is a title that is underlined, numbered, labelled ("Chapter 3"), in capitals, or less indented
    than the body. A term is a short line with its description indented below; where both stand on one line, two or more
    spaces apart, they are one list block, and no tab stands between them, as the text is the file's own. Nor do tabs
    stand between the cells of tables, which are marked only where columns are certain. Underlines, rules, dotted tables
    of contents, directives, and the running heads and feet of pages are blocks of kind `artifact`; a paragraph that
    runs over a page break is two blocks.
    """

    def accepts(self, source: Source) -> bool:
        """Whether the file is named as text, or has no suffix, and holds text of no other format."""
        return source.path.suffix.lower() in _SUFFIXES and is_text(head_of(source.path))

    def parse(self, source: Source) -> Document:
        """The document; raises `DamagedSource` where the file is not text."""
        text, warnings = read_text(source)
        reading = Reading(text)
        reading.read()
        return Document(
            id=source.document_id,
            uri=source.uri,
            title=_title(text, reading.blocks) or source.path.stem,
            text=text,
            blocks=tuple(reading.blocks),
            aliases=source.aliases,
            parser=f"plain_text {version('qaextract')}",
            warnings=warnings,
        )


def _title(text: str, blocks: Sequence[Block]) -> str:
    """The first line, where it is a title; what a manual page says is its name; else the first heading."""
    shown = [block for block in blocks if block.kind != "artifact"]
    if len(shown) > 1 and shown[0].span.of(text) == "NAME":
        return " ".join(re.split(r"\s[-–—]+\s", shown[1].span.of(text))[0].split())
    if shown and shown[0].kind == "paragraph":
        first_line = shown[0].span.of(text).split("\n")[0].strip()
        if look.is_title(first_line) and (len(shown) == 1 or "\n\n" in text[shown[0].span.start : shown[1].span.start]):
            return " ".join(first_line.split())
    headings = (block for block in shown if block.kind == "heading")
    return next((" ".join(block.span.of(text).split()) for block in headings), "")
