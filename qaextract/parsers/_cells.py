"""The rows, columns and cells of a table, from lines that stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from qaextract.parsers._layout import PrintedLine

Row = list[PrintedLine]
#: Cells stand at least this far apart, in ems; word spaces of lines that are not justified are narrower.
NARROWEST = 0.42
_NUMBER = re.compile(r"[-+−–]?\d[\d.,]*(?:\(\d+\))?\s?%?")


def rows_of(lines: Sequence[PrintedLine]) -> list[Row]:
    """Lines on one baseline, left to right; small raised or lowered print goes with the row it overlaps most."""
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: line.base):
        if rows and abs(line.base - rows[-1][0].base) < 0.45 * max(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def gutters_of(rows: Sequence[Row]) -> list[float]:
    """Where white space runs down through nearly all rows: the middles of the gaps between columns."""
    lines = [line for row in rows for line in row]
    if not lines:
        return []
    left, size = min(line.x0 for line in lines), median(line.size for line in lines)
    width = max(0, int(max(line.x1 for line in lines) - left)) + 2
    ink = [0] * (width + 1)
    for line in lines:
        for low, high in inked_parts(line):
            ink[min(width, max(0, int(low - left)))] += 1
            ink[min(width, max(0, int(high - left) + 1))] -= 1
    allowed = 0 if len(rows) < 6 else 0.1 * len(rows)
    found: list[float] = []
    covered = start = 0
    counts = [covered := covered + step for step in ink]
    for x in range(width):
        if counts[x] > allowed:
            if x - start >= max(3.0, 0.4 * size) and start > 0:
                middle = left + _clearest(counts, start, x)
                if _divides(middle, rows):
                    found.append(middle)
            start = x + 1
    return found


def _clearest(counts: Sequence[int], start: int, end: int) -> float:
    """The middle of the longest stretch that the fewest lines reach into: a heading may be wider than its column."""
    least = min(counts[start:end])
    best = (0, start)
    at = start
    for x in range(start, end + 1):
        if x == end or counts[x] > least:
            best = max(best, (x - at, at))
            at = x + 1
    return best[1] + best[0] / 2


def _divides(edge: float, rows: Sequence[Row]) -> bool:
    """Whether the gap is more than word spaces that happen to stand below each other in a few lines."""
    across = sum(any(line.x0 < edge < line.x1 for line in row) for row in rows)
    return len(rows) > 4 or across <= 0.5 * len(rows)


def inked_parts(line: PrintedLine) -> list[tuple[float, float]]:
    """The line's words, joined where only a word space is between them."""
    if not line.words:
        return [(line.x0, line.x1)]
    parts = [line.words[0]]
    for x0, x1 in line.words[1:]:
        if x0 - parts[-1][1] < 0.5 * line.size:
            parts[-1] = (parts[-1][0], x1)
        else:
            parts.append((x0, x1))
    return parts


def cells_of(row: Sequence[PrintedLine], edges: Sequence[float]) -> list[Row]:
    """The lines of a row by column; a line that crosses an edge is cut there if a gap is near, else kept whole."""
    cells: list[Row] = [[] for _ in range(len(edges) + 1)]
    for line in sorted(row, key=lambda line: (round(line.base), line.x0)):
        cuts = [cut for edge in edges if line.x0 < edge < line.x1 and (cut := _cut_near(line, edge)) is not None]
        for part in line.split(cuts) if cuts else [line]:
            middle = part.x0 + min(2.0, (part.x1 - part.x0) / 2)
            cells[sum(edge <= middle for edge in edges)].append(part)
    return cells


def _cut_near(line: PrintedLine, edge: float) -> float | None:
    """The middle of the space between words that lies at the edge or, a long word apart, right beside it."""
    wide = NARROWEST * line.size
    near = [
        (max(a[1] - edge, edge - b[0], 0.0), (a[1] + b[0]) / 2) for a, b in pairwise(line.words) if b[0] - a[1] >= wide
    ]
    apart, middle = min(near, default=(1e9, 0.0))
    return middle if apart < 0.6 * line.size else None


def unwrapped(rows: Sequence[list[Row]], heading: bool = False) -> list[list[Row]]:
    """Rows put together with the lines that their cells were wrapped to."""
    steps = [_base(b) - _base(a) for a, b in pairwise(rows)]
    limit, rights = _wrap_step(steps), _rights(rows)
    if limit and _stacked(rows):
        limit = 0.0
    out: list[list[Row]] = []
    for index, row in enumerate(rows):
        step = steps[index - 1] if index else 0.0
        on = index > 0 and (heading or _is_wrapped(out[-1], row, rights, step if limit else -1.0, limit))
        if on and (heading or not _counts_on(out[-1], row)):
            out[-1] = [above + below for above, below in zip(out[-1], row, strict=True)]
        else:
            out.append(row)
    return out


def _is_wrapped(above: Sequence[Row], row: Sequence[Row], rights: Sequence[float], step: float, limit: float) -> bool:
    if _single(above, row):
        return False
    if step < 0:
        return _goes_on(above, row, rights)
    return step <= limit and not _fitting(above, row, rights)


def _single(above: Sequence[Row], row: Sequence[Row]) -> bool:
    """Whether both rows begin with a single word, which is a name or a sign, and hold more."""
    if (
        not (above[0] and row[0])
        or len(above[0]) > 1
        or not any(a and b for a, b in zip(above[1:], row[1:], strict=True))
    ):
        return False
    a, b = above[0][0], row[0][0]
    return len(a.words) == len(b.words) == 1 and not a.text.endswith(("-", ",", "/"))


def _stacked(rows: Sequence[Sequence[Row]]) -> bool:
    """Whether most rows fill as many columns as the first: then they are rows, not the lines of wrapped cells."""
    filled = [sum(bool(cell) for cell in row) for row in rows]
    return len(rows) > 2 and filled[0] > 2 and sum(count >= filled[0] for count in filled[1:]) > 0.6 * (len(rows) - 1)


def several_rows(rows: Sequence[Sequence[Row]]) -> bool:
    """Whether the rows are not the lines of one row."""
    return _stacked(rows) or any(_counts_on(a, b) for a, b in pairwise(rows))


def _base(row: Sequence[Row]) -> float:
    return min(line.base for cell in row for line in cell)


def _wrap_step(steps: Sequence[float]) -> float:
    """The largest distance between lines of one row, where rows stand further apart than lines; else 0."""
    ordered = sorted(steps)
    best, limit = 1.12, 0.0
    for low, high in pairwise(ordered):
        if high / max(low, 1.0) > best and low <= 1.25 * ordered[0]:
            best, limit = high / low, (low + high) / 2
    return limit


def _goes_on(above: Sequence[Row], row: Sequence[Row], rights: Sequence[float]) -> bool:
    """Where lines and rows are equally far apart: whether all that stands here had no room on the line above.

    A row of a table fills its columns; the lines its cells are wrapped to do not, or they go on in mid-sentence.
    """
    filled = [(a, b, right) for a, b, right in zip(above, row, rights, strict=True) if b]
    if not all(a for a, _, _ in filled) or any(_fits(a[-1], b[0], right) for a, b, right in filled):
        return False
    if len(filled) < sum(bool(cell) for cell in above):
        return len(filled) < len(row)
    return any(b[0].text[:1].islower() and len(a[-1].text.split()) > 2 for a, b, _ in filled)


def _fitting(above: Sequence[Row], row: Sequence[Row], rights: Sequence[float]) -> bool:
    """Whether all of the row had room above."""
    pairs = [(a[-1], b[0], right) for a, b, right in zip(above, row, rights, strict=True) if b and a]
    if not (above[0] and row[0]) or len(pairs) < 2 or len(pairs) < sum(map(bool, row)):
        return False
    return all(_fits(a, b, right) for a, b, right in pairs)


def _counts_on(above: Sequence[Row], row: Sequence[Row]) -> bool:
    """Whether a number stands below a number: numbers are not wrapped."""
    pairs = ((a[-1].text, b[0].text) for a, b in zip(above, row, strict=True) if a and b)
    return any(_NUMBER.fullmatch(a) and _NUMBER.fullmatch(b) for a, b in pairs)


def _fits(above: PrintedLine, below: PrintedLine, right: float) -> bool:
    return above.x1 + 0.25 * above.size + below.first_word < right - 0.1 * above.size


def _rights(rows: Sequence[Sequence[Row]]) -> list[float]:
    columns = zip(*rows, strict=True)
    return [max((line.x1 for cell in column for line in cell), default=0.0) for column in columns]
