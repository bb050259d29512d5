"""Pages to the passages of the document: columns, footnotes, and paragraphs joined over page breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from qaextract.parsers._furniture import furniture_of
from qaextract.parsers._headings import OutlineEntry, mark_headings
from qaextract.parsers._kinds import REFERENCES, classify, formulas_joined, is_caption, set_levels, terms_apart
from qaextract.parsers._layout import MONO, Norms, Passage, PrintedLine, PrintedPage, norms_of
from qaextract.parsers._order import Column, column_at, columns_of, edges_of, lines_in_order
from qaextract.parsers._paragraphs import (
    Placed,
    closed,
    hang_of,
    is_contents,
    lower_start,
    marker_of,
    passages_of,
    run_in_label,
)
from qaextract.parsers._tables import set_tables_aside

_FLOATS = {"caption", "table"}
_ASIDE = {"footnote", "formula"} | _FLOATS
#: The number of an equation, or of a page.
_NUMBER = re.compile(r"\([A-Z]?[\d.]+[a-z]?\)|\d{1,4}")
_CONTINUED = re.compile(r"\bcontinued\b|\(cont(?:\.|inued|['’]d)\)", re.IGNORECASE)
#: A figure or table has at most this many passages.
FLOATS = 60


def passages_in(pages: Sequence[PrintedPage], outline: Sequence[OutlineEntry]) -> list[Passage]:
    """Every passage of the document, in reading order, with its kind."""
    dropped = furniture_of([(page, page.lines) for page in pages])
    kept = []
    for page in pages:
        page.lines = [line for line in page.lines if id(line) not in dropped]
    norms = norms_of(line for page in pages for line in page.lines)
    for page, edges in zip(pages, edges_of(pages), strict=True):
        page.lines = set_tables_aside(page, edges, norms)
    notes = {page.number: _margin_notes(page, norms) for page in pages}
    for page, edges in zip(pages, edges_of(pages), strict=True):
        kept.append((page, lines_in_order(page, edges), edges))
    widths = _usual_widths(kept)
    norms = replace(norms, indented=_indents(kept, norms))
    passages: list[Passage] = []
    for page, lines, edges in kept:
        columns = columns_of(lines, edges, widths.get(len(edges), 0.0))
        passages += _join_pages(passages, _of_page(lines, columns, norms), norms)
        beside = passages_of(notes[page.number], norms) + [Passage("paragraph", [line]) for line in page.sideways]
        for passage in beside:
            passage.aside = True
        passages += beside
    passages = terms_apart(passages, norms)
    classify(passages, norms)
    passages = formulas_joined(passages)
    mark_headings(passages, outline, norms)
    _mark_references(passages)
    set_levels(passages)
    return passages


def _margin_notes(page: PrintedPage, norms: Norms) -> list[Placed]:
    """Takes the small print beside the text out of the page's lines: it is read after the text."""
    full = [line for line in page.lines if line.size >= 0.95 * norms.size and len(line.text) > 40 and not line.table]
    if len(full) < 4:
        return []
    left = sorted(line.x0 for line in full)[len(full) // 8]
    right = sorted(line.x1 for line in full)[-1 - len(full) // 8]
    notes = [
        line
        for line in page.lines
        if line.size <= 0.93 * norms.size and not line.table and (line.x1 <= left + 1 or line.x0 >= right - 1)
    ]
    gone = set(map(id, notes))
    page.lines = [line for line in page.lines if id(line) not in gone]
    column = Column(-2, min((line.x0 for line in notes), default=0.0), max((line.x1 for line in notes), default=0.0))
    return [Placed(line, column) for line in notes]


def _usual_widths(kept: Sequence[tuple[PrintedPage, list[PrintedLine], list[float]]]) -> dict[int, float]:
    """How wide columns are, by how many edges there are on the page."""
    widths: dict[int, list[float]] = {}
    for _, lines, edges in kept:
        if len(lines) >= 12:
            widths.setdefault(len(edges), []).extend(c.right - c.left for c in columns_of(lines, edges))
    return {count: median(each) for count, each in widths.items()}


def _indents(kept: Sequence[tuple[PrintedPage, list[PrintedLine], list[float]]], norms: Norms) -> bool:
    """Whether paragraphs begin with an indent: many lines start a little right of the lines around them."""
    indented = plain = 0
    for _, lines, _ in kept:
        for a, b, c in zip(lines, lines[1:], lines[2:], strict=False):
            step = b.x0 - a.x0
            if abs(a.size - norms.size) < 0.5 and closed(a) and abs(c.x0 - a.x0) < 1 and not marker_of(b):
                indented += 0.8 * norms.size < step < 3.5 * norms.size
                plain += abs(step) < 1 and b.base - a.base > 1.3 * norms.distance(a.size)
    return indented > plain and indented > 3


def _of_page(lines: Sequence[PrintedLine], columns: Sequence[Column], norms: Norms) -> list[Passage]:
    placed: list[Placed] = []
    for line in lines:
        column = column_at(line, columns)
        before = placed[-1] if placed else None
        if before is not None and before.column.index == -1 and _ends_wide(before.line, line, norms):
            column = before.column
        placed.append(Placed(line, column))
    passages: list[Passage] = []
    at = 0
    while at < len(placed):
        table = placed[at].line.table
        if table is not None:
            passages.append(table)
            at += 1
            continue
        end = at
        while end < len(placed) and placed[end].column.index == placed[at].column.index and not placed[end].line.table:
            end += 1
        foot = _foot(placed[at:end], norms)
        passages += _captions_marked(passages_of(placed[at : at + foot], norms), norms)
        notes = passages_of(placed[at + foot : end], norms)
        for note in notes:
            note.kind = "footnote"
        passages += _joined_notes(notes)
        at = end
    return passages


def _captions_marked(passages: list[Passage], norms: Norms) -> list[Passage]:
    for passage in passages:
        if is_caption(passage, norms):
            passage.kind = "caption"
    return passages


def _ends_wide(a: PrintedLine, b: PrintedLine, norms: Norms) -> bool:
    """Whether the line is the short last line of a paragraph that is set across the columns."""
    near = 0 < b.base - a.base < 1.3 * norms.distance(a.size) and abs(b.x0 - a.x0) < 2
    return near and abs(a.size - b.size) < 0.3 and not closed(a) and not a.table and not b.table


def _foot(placed: Sequence[Placed], norms: Norms) -> int:
    """Where the small print at the foot of a column begins: its first line carries a mark."""
    start = len(placed)
    while start > 0 and placed[start - 1].line.size <= 0.93 * norms.size:
        start -= 1
    for index in range(start, len(placed)):
        if not placed[index].line.mono and _noted(placed[index].line):
            return index if index > 0 else len(placed)
    return len(placed)


def _noted(line: PrintedLine) -> bool:
    first = line.runs[0]
    text = first.text.strip()
    raised = (first.shift > 0 or first.size < 0.85 * line.size) and len(text) <= 3
    return raised or re.match(r"[*†‡§¶∗]\s*\S", line.text) is not None


def _joined_notes(notes: Sequence[Passage]) -> list[Passage]:
    joined: list[Passage] = []
    for note in notes:
        if joined and not _noted(note.first):
            joined[-1].lines += note.lines
        else:
            joined.append(note)
    return joined


def _join_pages(before: Sequence[Passage], page: list[Passage], norms: Norms) -> list[Passage]:
    """The passages of a page; what goes on from a column or page before is added to its passage."""
    out: list[Passage] = []
    last = _left_open(before)
    start = 0
    for index, passage in enumerate(page):
        if passage.kind == "table" and _goes_on_as_table([*before[-4:], *out], passage):
            continue
        if index < start or _is_aside(passage):
            out.append(passage)
            continue
        if last is not None and passage.kind == "paragraph" and _crosses(last.last, passage.first):
            if _is_elsewhere(last.last, passage.first) and not start:
                last = _left_open([*before[-FLOATS:], *out]) or last
                start = _after_floats(last, page, index, norms)
            if start > index:
                out.append(passage)
                continue
            start = 0
            if _goes_on(last, passage, norms):
                last.lines += passage.lines
                continue
        out.append(passage)
        last = passage
    return out


def _goes_on_as_table(before: Sequence[Passage], table: Passage) -> bool:
    """Adds the rows of a table at the top of a page to the table at the foot of the page before."""
    above = [p for p in before if p.kind != "footnote" and not p.aside and not _CONTINUED.search(p.text)]
    last = above[-1] if above else None
    if last is None or last.kind != "table" or last.last.page + 1 != table.first.page:
        return False
    columns = {len(row) for row in (*last.cells, *table.cells)}
    edges = [(min(line.x0 for line in t.lines), max(line.x1 for line in t.lines)) for t in (last, table)]
    width = edges[0][1] - edges[0][0]
    if len(columns) > 1 or abs(edges[0][1] - edges[0][0] - edges[1][1] + edges[1][0]) > 0.25 * width:
        return False
    known, rows = [_row_text(row) for row in last.cells], [_row_text(row) for row in table.cells]
    if all(row in known for row in rows):
        return False
    repeated = next(at for at, row in enumerate(rows) if at >= len(known) or row != known[at])
    last.cells += table.cells[repeated:]
    last.lines = [line for row in last.cells for cell in row for line in cell]
    return True


def _row_text(row: Sequence[Sequence[PrintedLine]]) -> list[str]:
    return [" ".join(line.text for line in cell) for cell in row]


def _is_aside(passage: Passage) -> bool:
    return passage.aside or passage.kind in _ASIDE or _NUMBER.fullmatch(passage.text) is not None


def _left_open(passages: Sequence[Passage]) -> Passage | None:
    """The passage that may go on: the last, or where a figure or a table with its caption is last, the one above it."""
    last: Passage | None = None
    captioned = False
    for passage in reversed(passages[-FLOATS:]):
        captioned = captioned or passage.kind == "caption"
        if _is_aside(passage):
            continue
        if last is not None and passage.last.page != last.first.page:
            break
        if _is_text(passage):
            return passage if captioned or last is None else last
        last = last or passage
    return last


def _is_text(passage: Passage) -> bool:
    """Whether the passage is more than a label in a figure: it fills lines, or ends a sentence."""
    wide = max(line.x1 - line.x0 for line in passage.lines) > 0.6 * (passage.right - passage.left)
    text = passage.text
    worded = 2 * sum(len(word) for word in text.split() if word[:2].isalpha() and len(word) > 1) > len(text)
    return closed(passage.last) or (wide and len(text) > 20 and worded)


def _after_floats(last: Passage, page: Sequence[Passage], index: int, norms: Norms) -> int:
    """Where the sentence that was broken off goes on, if figures or tables stand above that in the column; else 0."""
    first = page[index]
    begun = lower_start(first.first) or len(first.lines) > 1 or closed(first.last)
    direct = begun and _goes_on(last, first, norms)
    if closed(last.last) or (direct and _is_text(first)):
        return 0
    floated, below = index > 0 and page[index - 1].kind in _FLOATS, 0
    for at in range(index, min(index + FLOATS, len(page))):
        passage = page[at]
        if passage.kind in _FLOATS:
            floated, below = True, 0
        if _is_aside(passage):
            continue
        if not _is_text(passage):
            if page[at - 1].kind in _FLOATS and lower_start(passage.first) and _goes_on(last, passage, norms):
                below = at
            continue
        # What is above may be a running head that was not known for one.
        headed = at > index and not direct and lower_start(passage.first) and first.first.page != last.last.page
        if below or ((floated or headed) and _goes_on(last, passage, norms)):
            return below or at
        if len(passage.text) > 60:
            return 0
    return below


def _crosses(a: PrintedLine, b: PrintedLine) -> bool:
    return a.page != b.page or b.base < a.base


def _is_elsewhere(a: PrintedLine, b: PrintedLine) -> bool:
    """Whether the line stands on another page or in another column; the parts of a formula go up, too."""
    return a.page != b.page or b.base < a.base - 6 * a.size


def _is_row(line: PrintedLine) -> bool:
    """Whether the line looks like the row of a table; justified words may stand far apart, too, but not as far."""
    return len(line.gaps) > 1 or any(right - left > 3 * line.size for left, right in line.gaps)


def _goes_on(last: Passage, passage: Passage, norms: Norms) -> bool:
    a, b = last.last, passage.first
    if a.mono or b.mono or abs(a.size - b.size) > 0.06 * a.size or a.bold != b.bold or b.page - a.page > 2:
        return False
    if _is_row(a) or _is_row(b) or is_contents(a) or is_contents(b):
        return False
    if len(passage.lines) == 1 and b.text.isupper() and not a.text.isupper():
        return False
    if a.text.endswith(("-", "\u00ad")) and b.text[:1].islower():
        return True
    full = last.right - a.x1 < 2.5 * a.size
    if not full or marker_of(b) or (closed(a) and run_in_label(b)):
        return False
    inset = b.x0 - passage.left
    item = marker_of(last.first) != ""
    expected = (hang_of(last.first) if item else min(line.x0 for line in last.lines)) - last.left
    aligned = abs(inset - expected) < 0.6 * b.size
    # Names in typewriter type are not capitalised where a sentence begins with them.
    if lower_start(b) and not closed(a) and (aligned or not b.runs[0].style & MONO):
        return True
    if len(last.lines) == 1 and not item and inset < 0.6 * b.size and not closed(a):
        return _is_text(last)
    if not closed(a):
        return aligned
    return aligned and norms.indented and inset < 0.5 * b.size and last.right - a.x1 < 0.3 * a.size


def _is_entry(passage: Passage) -> bool:
    hanging = len(passage.lines) > 1 and passage.lines[1].x0 > passage.first.x0 + 0.5 * passage.size
    return hanging or bool(marker_of(passage.first)) or re.search(r"\b(?:1[6-9]|20)\d\d\b", passage.text) is not None


def _mark_references(passages: Sequence[Passage]) -> None:
    """The entries under a heading that announces references."""
    level = 0
    for passage in passages:
        if passage.kind == "heading":
            if REFERENCES.fullmatch(passage.text.strip(" .:")):
                level = passage.level or 1
            elif level and (passage.level or 1) <= level:
                level = 0
        elif (
            level
            and passage.kind in {"paragraph", "list", "quote", "term"}
            and len(passage.text) > 30
            and _is_entry(passage)
        ):
            passage.kind, passage.tab = "reference", None
