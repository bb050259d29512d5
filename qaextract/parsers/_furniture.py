"""Find what is printed on every page and is no part of the text: running heads, footers, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qaextract.parsers._layout import PrintedLine, PrintedPage

#: How many rows at the top and at the bottom of a page are looked at.
ROWS = 3
_ROMAN = re.compile(r"[ivxlc]+|[IVXLC]+")


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands at one height: its lines, its text with digits variable, and its height in steps of 4 points."""

    lines: list[PrintedLine]
    pattern: str
    place: int

    @property
    def size(self) -> float:
        return self.lines[0].size


def furniture_of(pages: Sequence[tuple[PrintedPage, Sequence[PrintedLine]]]) -> set[int]:
    """The `id()`s of lines that are running heads, footers or page numbers.

    A row is one if its pattern (digits variable) stands at the same height on several pages, or if it holds the
    page's number, or is outermost, at a height where such rows stand; and if it is set apart from the rows inside it.
    """
    sides = [(page.number, side) for page, lines in pages for side in _outer_rows(page, lines)]
    patterns: Counter[tuple[str, int]] = Counter()
    for _, rows in sides:
        patterns.update({(row.pattern, row.place + near) for row in rows[:ROWS] for near in (-1, 0, 1)})
    offsets = Counter(number - page for page, rows in sides for row in rows[:ROWS] for number in _numbers(row))
    least = 3 if len(pages) > 5 else 2
    numbered = frozenset(offset for offset, count in offsets.items() if count >= min(3, max(2, len(pages))))

    def repeated(page: int, row: _Row) -> bool:
        if row.pattern.strip("# ") == "":
            return patterns[row.pattern, row.place] >= least and _is_number(row, page, numbered)
        return patterns[row.pattern, row.place] >= least

    places: Counter[int] = Counter()
    for page, rows in sides:
        places.update({row.place + near for row in rows[:ROWS] if repeated(page, row) for near in (-1, 0, 1)})
    marked: set[int] = set()
    for page, rows in sides:
        count = 0
        for row in rows[:ROWS]:
            usual = places[row.place] >= max(2, 0.25 * len(pages)) and _is_number(row, page, numbered)
            alone = count == 0 and places[row.place] >= max(3, 0.4 * len(pages))
            if not (usual or alone or repeated(page, row)):
                break
            count += 1
        while count and count < len(rows) and not _set_apart(rows[count - 1], rows[count]):
            count -= 1
        marked.update(id(line) for row in rows[:count] for line in row.lines)
    return marked


def _set_apart(outer: _Row, inner: _Row) -> bool:
    """Whether the outer row is no line of the text that the inner one belongs to."""
    apart = abs(outer.lines[0].base - inner.lines[0].base)
    other = abs(outer.size - inner.size) > 0.4 or outer.lines[0].runs[0].style != inner.lines[0].runs[0].style
    return apart > 1.5 * inner.size or other or len(outer.lines) > 1 or len(outer.pattern) < 4


def _outer_rows(page: PrintedPage, lines: Sequence[PrintedLine]) -> list[list[_Row]]:
    """The rows at the top and those at the bottom of the page, the outermost first, and one row inside them."""
    rows: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda line: line.base):
        if rows and abs(rows[-1][0].base - line.base) < 3:
            rows[-1].append(line)
        else:
            rows.append([line])
    top = [row for row in rows[: ROWS + 1] if row[0].base < 0.2 * page.height]
    bottom = [row for row in rows[: -ROWS - 2 : -1] if row[0].base > 0.8 * page.height]
    return [[_Row(row, _pattern(row), round(row[0].base / 4)) for row in side] for side in (top, bottom)]


def _pattern(row: Sequence[PrintedLine]) -> str:
    text = " ".join(line.text for line in sorted(row, key=lambda line: line.x0)).lower()
    if _ROMAN.fullmatch(text):
        return "#"
    return re.sub(r"\d+", "#", text)


def _numbers(row: _Row) -> set[int]:
    return {int(word) for line in row.lines for word in _edge_words(line) if word.isdecimal()}


def _edge_words(line: PrintedLine) -> list[str]:
    words = line.text.strip("-–— []").split()
    return [word.strip("-–—[]().,") for word in {*words[:1], *words[-1:]} if len(word) <= 6]


def _is_number(row: _Row, page: int, numbered: frozenset[int]) -> bool:
    """Whether the row begins or ends with the number of its page, by the offset that many pages share."""
    words = {word for line in row.lines for word in _edge_words(line)}
    if all(_ROMAN.fullmatch(line.text) for line in row.lines):
        return True
    return any(word.isdecimal() and int(word) - page in numbered for word in words)
