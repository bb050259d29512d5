"""The text around a piece of evidence, read again from the file it came from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from qaextract.errors import QAExtractError
from qaextract.model import Block, Document, DocumentRef, Evidence, Outcome, Source, Span

#: How much of a long block is shown before the first and after the last quote.
AROUND_CHARS = 500


@dataclass(frozen=True)
class Piece:
    """A part of a block as it is shown, and the quotes in it, as offsets into `text`."""

    kind: str
    text: str
    marks: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Passage:
    """Pieces that stand together, and where: `p. 4`, `line 12`, or nothing where that is not known."""

    where: str
    pieces: tuple[Piece, ...]


def passages_of(outcome: Outcome) -> list[Passage]:
    """The blocks that hold the evidence, in text order; the bare quotes where the file is not there any more."""
    document = document_of(outcome.document)
    evidence = sorted(outcome.evidence, key=lambda e: e.span)
    if document is None or any(e.span.of(document.text) != e.quote for e in evidence):
        return [Passage(place([e]), (Piece("quote", e.quote, (Span(0, len(e.quote)),)),)) for e in evidence]
    return [_passage(document, group) for group in _together(document, evidence)]


def place(evidence: Sequence[Evidence]) -> str:
    """Pages, or lines of the file, that the evidence touches."""
    pages = sorted({page for e in evidence for page in e.pages})
    if pages:
        return f"{'p.' if len(pages) == 1 else 'pp.'} {', '.join(map(str, pages))}"
    lines = [number for e in evidence if e.lines for number in e.lines]
    if not lines:
        return ""
    return f"line {min(lines)}" if min(lines) == max(lines) else f"lines {min(lines)}–{max(lines)}"


def source_of(document: DocumentRef | Document) -> Source | None:
    """The file of a document, where it still is and still holds the same bytes."""
    from qaextract.sources import find_sources

    for uri in (document.uri, *getattr(document, "aliases", ())):
        if not Path(uri).is_file():
            continue
        for source in find_sources([uri], "document", os.environ.get("QAEXTRACT_PASSWORD")).sources:
            if source.document_id == document.id:
                return source
    return None


def document_of(ref: DocumentRef) -> Document | None:
    """The document, parsed anew; None where it cannot be."""
    source = source_of(ref)
    return None if source is None else _parsed(source)


@lru_cache(maxsize=4)
def _parsed(source: Source) -> Document | None:
    from qaextract.points import best_parser, parsers

    try:
        return best_parser(source, [cls() for _, cls in parsers.items()]).parse(source)
    except QAExtractError:  # what cannot be read any more is shown without its surroundings
        return None


def _together(document: Document, evidence: Iterable[Evidence]) -> Iterator[list[Evidence]]:
    """Evidence grouped by the blocks it lies in: quotes of one block, or of blocks that meet, are one passage."""
    group: list[Evidence] = []
    end = -1
    for e in evidence:
        blocks = _touched(document, e.span)
        if group and not (blocks and blocks[0].span.start < end):
            yield group
            group = []
        group.append(e)
        end = max(end, blocks[-1].span.end if blocks else e.span.end)
    if group:
        yield group


def _touched(document: Document, span: Span) -> list[Block]:
    return [block for block in document.blocks if block.span.overlaps(span)]


def _passage(document: Document, evidence: Sequence[Evidence]) -> Passage:
    whole = Span(evidence[0].span.start, max(e.span.end for e in evidence))
    blocks = _touched(document, whole) or [Block("quote", whole)]
    within = Span(blocks[0].span.start, max(block.span.end for block in blocks))
    breaks = "\n" if blocks[0].kind == "code" else " \t\n"
    shown = _around(document.text, whole, within, breaks)
    pieces = [_piece(document, block, shown, evidence) for block in blocks]
    return Passage(place(evidence), tuple(piece for piece in pieces if piece.text))


def _around(text: str, quote: Span, within: Span, breaks: str) -> Span:
    """The part of `within` near the quote, cut at one of the `breaks`."""
    start, end = quote.start - AROUND_CHARS, quote.end + AROUND_CHARS
    while within.start < start < quote.start and text[start - 1] not in breaks:
        start += 1
    while quote.end < end < within.end and text[end] not in breaks:
        end -= 1
    return Span(max(start, within.start), min(end, within.end))


def _piece(document: Document, block: Block, shown: Span, evidence: Iterable[Evidence]) -> Piece:
    start, end = max(block.span.start, shown.start), min(block.span.end, shown.end)
    if start >= end:
        return Piece(block.kind, "")
    space = "\n" if block.kind == "code" else " "
    before = f"…{space}" if start > block.span.start else ""
    after = f"{space}…" if end < block.span.end else ""
    shift = len(before) - start
    spans = [(max(e.span.start, start), min(e.span.end, end)) for e in evidence]
    marks = [Span(a + shift, b + shift) for a, b in sorted(spans) if a < b]
    return Piece(block.kind, before + document.text[start:end] + after, tuple(_merged(marks)))


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for span in spans:
        if current is not None and span.start <= current.end:
            current = Span(current.start, max(current.end, span.end))
            continue
        if current is not None:
            yield current
        current = span
    if current is not None:
        yield current


def counted_kinds(document: Document) -> list[tuple[str, int, int]]:
    """(kind, blocks, characters) of a document, by kind."""
    ordered = sorted(document.blocks, key=lambda b: b.kind)
    groups = ((kind, list(group)) for kind, group in groupby(ordered, key=lambda b: b.kind))
    return [(kind, len(blocks), sum(len(b.span) for b in blocks)) for kind, blocks in groups]
