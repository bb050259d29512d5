"""Tables whose structure is certain: a header row, one label a row, every row as wide as the header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qaextract.model import Block, Document, Span
from qaextract.recipes._fitness import debris
from qaextract.recipes._prose import prose
from qaextract.recipes._verbs import word_set

_RULE = re.compile(r"[\s|:+=─━-]+")
_CAPTION = re.compile(
    r"^(?:table|tab\.|figure|fig\.|listing|exhibit)\s*[A-Z]?[\dIVX]+(?:[.\-–][\dA-Z]+)*\s*[.:–—-]?\s*", re.IGNORECASE
)
_NUMBER = re.compile(r"\d")
_TITLE = re.compile(r"[A-Z][A-Za-z]+(?: [A-Za-z()%°/]+){0,3}")
#: What columns are called everywhere; singular, as the last word of a title.
_COLUMN_WORDS = word_set(
    "package size description tool function command meaning value name type default option key parameter unit symbol "
    "file field "
    "flag variable argument property purpose effect action example code format method class device protocol port "
    "address range "
    "width height length weight date year country city population area number total mean median minimum maximum count "
    "category group model version mode status state level source platform keyword operator explanation abbreviation "
    "note comment"
)
_ENOUGH_ROWS = 4  # for a header that only its spelling tells
_INDEX = re.compile(r", \d+(?:[–-]\d+)?(?:, \d+|$)")


@dataclass(frozen=True)
class Cell:
    """A cell: its plain text, and whether all of it is set apart in type."""

    text: str
    span: Span
    marked: bool


@dataclass(frozen=True)
class Table:
    """A table that was understood: its header, its rows, and the line that each row is."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    header_span: Span
    row_spans: tuple[Span, ...]
    caption: str
    caption_span: Span | None


_DESCRIPTION = re.compile(
    r"^(?:meaning|description|purpose|explanation|effect|action|what it does|function|use|usage|definition)\b",
    re.IGNORECASE,
)
_TERM_KIND = re.compile(
    r"^(?:\w+[ -])?(?:option|command|flag|parameter|variable|property|field|attribute|specifier|function|method"
    r"|operator|keyword|macro|switch|argument"
    r"|code|constant|define|directive|setting|symbol|escape|sequence|character|qualifier|modifier|type|element|tag)$",
    re.IGNORECASE,
)


def description_column(table: Table) -> int:
    """The column that describes the terms of the first one; 0 where the table is no reference list."""
    if not _TERM_KIND.match(table.header[0].text):
        return 0
    found = [n for n, cell in enumerate(table.header) if n and _DESCRIPTION.match(cell.text)]
    return found[0] if len(found) == 1 else 0


def tables_in(document: Document, blocks: Sequence[Block]) -> Iterator[Table]:
    """The tables among the blocks that can be understood, in order."""
    shown = [block for block in blocks if block.kind not in ("artifact", "footnote")]
    for at, block in enumerate(shown):
        if block.kind == "table":
            table = _read(document, block, _caption_block(document, shown, at))
            if table is not None:
                yield table


def _caption_block(document: Document, blocks: Sequence[Block], at: int) -> Block | None:
    """The caption that stands next to a table, if no other table could claim it."""
    before = blocks[at - 1] if at else None
    after = blocks[at + 1] if at + 1 < len(blocks) else None
    found = [block for block in (before, after) if block is not None and block.kind == "caption"]
    if any(_is_table_caption(document, block) for block in document.blocks if block.kind == "caption"):
        # Where tables have captions of their own, that of a figure is not one.
        found = [block for block in found if _is_table_caption(document, block)]
    found = [block for block in found if not re.match(r"fig", document.text[block.span.start :][:3], re.IGNORECASE)]
    if len(found) == 2:
        # Both sides have one: the habit of the document tells which is whose.
        return found[0] if _captions_first(document) else found[1]
    return found[0] if found else None


def _is_table_caption(document: Document, block: Block) -> bool:
    return document.text[block.span.start : block.span.start + 5].lower().startswith("tab")


def _captions_first(document: Document) -> bool:
    blocks = document.blocks
    pairs = list(pairwise(blocks))
    above = sum(a.kind == "caption" and b.kind == "table" for a, b in pairs)
    return above >= sum(a.kind == "table" and b.kind == "caption" for a, b in pairs)


def _read(document: Document, block: Block, caption: Block | None) -> Table | None:
    lines = list(_lines(document, block))
    ruled = len(lines) > 1 and _RULE.fullmatch(lines[1].of(document.text)) is not None
    lines = [line for line in lines if not _RULE.fullmatch(line.of(document.text))]
    rows = [_cells(document, line) for line in lines]
    while rows and sum(bool(cell.text) for cell in rows[0]) <= 1 and len(rows[0]) > 1:
        rows, lines = rows[1:], lines[1:]
    if len(rows) < 3 or len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows):
        return None
    header, body = rows[0], rows[1:]
    if not all(_is_title(cell.text) for cell in header) or len({cell.text for cell in header}) < len(header):
        return None
    if not (ruled or _stands_out(header, body)):
        return None
    labels = [row[0].text for row in body]
    if not all(labels) or len(set(labels)) < len(labels) or _carried_over(body):
        return None
    if sum(_INDEX.search(cell.text) is not None for row in body for cell in row) > len(body) / 3:
        return None
    title = _CAPTION.sub("", prose(document, caption).text).strip().rstrip(".") if caption else ""
    return Table(
        tuple(header), tuple(map(tuple, body)), lines[0], tuple(lines[1:]), title, caption.span if caption else None
    )


def _lines(document: Document, block: Block) -> Iterator[Span]:
    start = block.span.start
    for line in block.span.of(document.text).split("\n"):
        if line.strip():
            yield Span(start, start + len(line))
        start += len(line) + 1


def _cells(document: Document, line: Span) -> list[Cell]:
    raw = line.of(document.text)
    bars = document.parser.startswith("markdown") or (raw.count("|") > 1 and "\t" not in raw)
    cut = re.compile(r"(?<!\\)\|" if bars else r"\t")
    cells: list[Cell] = []
    start = 0
    for end in [match.start() for match in cut.finditer(raw)] + [len(raw)]:
        span = Span(line.start + start, line.start + end)
        cells.append(Cell(prose(document, span).text, span, _is_marked(document, span)))
        start = end + 1
    if bars:
        cells = cells[1 if raw.lstrip().startswith("|") else 0 : -1 if raw.rstrip().endswith("|") else None]
    return cells


def _is_marked(document: Document, span: Span) -> bool:
    """Whether a run of emphasis covers all letters of the span."""
    text = span.of(document.text).strip()
    at = document.text.find(text, span.start) if text else span.start
    return bool(text) and any(run.start <= at and at + len(text) <= run.end for run in document.emphasis)


def _is_title(text: str) -> bool:
    return (
        1 < len(text) <= 40
        and not re.search(r"\betc\b|…", text)
        and len(text.split()) <= 6
        and re.search(r"[^\W\d_]{2}", text) is not None
        and not debris(text)
    )


def _stands_out(header: Sequence[Cell], body: Sequence[Sequence[Cell]]) -> bool:
    """Whether the header is set apart from the rows below in type, as the row without numbers, or in its words."""
    if all(cell.marked for cell in header) and not any(all(cell.marked for cell in row) for row in body):
        return True
    numbered = [all(_is_number(row[i].text) for row in body) for i in range(1, len(header))]
    if 2 * sum(numbered) >= len(numbered) and not any(_NUMBER.search(cell.text) for cell in header):
        return True
    known = [cell.text.lower().split()[-1].rstrip("s") in _COLUMN_WORDS for cell in header]
    if sum(known) >= max(2, len(header) / 2) and not any(row[0].text.lower() in _COLUMN_WORDS for row in body):
        return True
    if len(body) < _ENOUGH_ROWS or not all(_TITLE.fullmatch(cell.text) for cell in header):
        return False
    # Titles begin with a capital; a column of names in small letters, of code or of numbers does not.
    others = [not any(row[i].text[:1].isupper() for row in body) for i in range(len(header))]
    return others[0] and sum(others) >= len(others) / 2


def _is_number(text: str) -> bool:
    return (
        re.fullmatch(r"[<>≈~±+−–-]?\s?\$?\d[\d,. ]*(?:\s?[%°]|\s?±\s?[\d.]+|\s?\([\d.,\s]+\))?\*{0,3}", text)
        is not None
    )


def _carried_over(body: Sequence[Sequence[Cell]]) -> bool:
    """Whether some row seems to hold what did not fit on the line above."""
    for row, below in pairwise(body):
        if any(
            re.search(r"[,(/&-]$|\b(?:the|an?|of|and|or|to|in|for|with|by|from|is|are|that|which|at|as|on)$", cell.text)
            for cell in row
        ):
            return True
        if any(
            cell.text[:1].islower() and above.text[:1].isupper() and len(above.text) > 30
            for above, cell in zip(row, below, strict=False)
        ):
            return True
    return False
