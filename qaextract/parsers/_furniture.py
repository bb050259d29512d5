"""Find what is printed on every page and is no part of the text: running heads, footers, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from qaextract.parsers._layout import PrintedLine, PrintedPage

#: How many rows at the top and at the bottom of a page are looked at.
ROWS = 3
_ROMAN = re.compile(r"[ivxlc]+|[IVXLC]+")


def furniture_of(pages: Sequence[tuple[PrintedPage, Sequence[PrintedLine]]]) -> set[int]:
    """The `id()`s of lines that are running heads, footers or page numbers.

    A row is one if its pattern (digits variable) stands at the same height on several pages, or if it holds the
    page's number at a height where such rows stand, or is alone at such a height.
    """
    rows = [_outer_rows(page, lines) for page, lines in pages]
    patterns: Counter[tuple[str, int]] = Counter()
    for found in rows:
        for key in {(pattern, place + near) for pattern, place, _ in found for near in (-1, 0, 1)}:
            patterns[key] += 1
    offsets = Counter(
        number - page.number for (page, _), found in zip(pages, rows, strict=True) for number in _numbers(found)
    )
    least = 3 if len(pages) > 5 else 2
    places: Counter[int] = Counter()
    marked: set[int] = set()
    rest = []
    for (page, _), found in zip(pages, rows, strict=True):
        for pattern, place, row in found:
            repeated = patterns[pattern, place] >= least and (pattern.strip("# ") != "" or len(pattern) <= 4)
            if repeated and (pattern != "#" or _is_number(row, page.number, offsets)):
                marked.update(map(id, row))
                for near in (-1, 0, 1):
                    places[place + near] += 1
            else:
                rest.append((page, place, row))
    for page, place, row in rest:
        common = places[place] >= max(2, 0.25 * len(pages))
        if common and _is_number(row, page.number, offsets):
            marked.update(map(id, row))
    return marked


def _outer_rows(page: PrintedPage, lines: Sequence[PrintedLine]) -> list[tuple[str, int, list[PrintedLine]]]:
    by_height = sorted(lines, key=lambda line: line.base)
    rows: list[list[PrintedLine]] = []
    for line in by_height:
        if rows and abs(rows[-1][0].base - line.base) < 3:
            rows[-1].append(line)
        else:
            rows.append([line])
    outer = rows if len(rows) <= 2 * ROWS else rows[:ROWS] + rows[-ROWS:]
    inner = [row for row in outer if row[0].base < 0.16 * page.height or row[0].base > 0.84 * page.height]
    return [(_pattern(row), round(row[0].base / 4), row) for row in inner]


def _pattern(row: Sequence[PrintedLine]) -> str:
    text = " ".join(line.text for line in sorted(row, key=lambda line: line.x0)).lower()
    if _ROMAN.fullmatch(text):
        return "#"
    return re.sub(r"\d+", "#", text)


def _numbers(rows: Sequence[tuple[str, int, list[PrintedLine]]]) -> set[int]:
    return {int(word) for _, _, row in rows for line in row for word in _edge_words(line) if word.isdecimal()}


def _edge_words(line: PrintedLine) -> list[str]:
    words = line.text.strip("-–— []").split()
    return [word.strip("-–—[]().,") for word in {*words[:1], *words[-1:]} if len(word) <= 6]


def _is_number(row: Sequence[PrintedLine], page: int, offsets: Counter[int]) -> bool:
    """Whether the row begins or ends with the number of its page, by the offset that many pages share."""
    words = {word for line in row for word in _edge_words(line)}
    if all(_ROMAN.fullmatch(line.text) for line in row):
        return True
    return any(word.isdecimal() and offsets[int(word) - page] >= 3 for word in words)
