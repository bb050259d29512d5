"""Fragments of a page to lines in reading order, and the columns they stand in."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median, quantiles

from qaextract.parsers._layout import PrintedLine, PrintedPage, Run

#: A column has at least this many lines of this many characters.
COLUMN_LINES, COLUMN_CHARS = 6, 14


@dataclass(frozen=True, slots=True)
class Column:
    """The horizontal room of a column of text."""

    index: int
    left: float
    right: float


def edges_of(pages: Sequence[PrintedPage]) -> list[list[float]]:
    """For each page the left edges of its columns after the first; a page with little text has those of the others."""
    found = [column_edges(page) for page in pages]
    several = [edges for edges in found if edges]
    if len(several) < max(1, 0.3 * len(pages)):
        return found
    count = Counter(map(len, several)).most_common(1)[0][0]
    usual = [median(edges[i] for edges in several if len(edges) == count) for i in range(count)]
    return [edges or (usual if _fits(page, usual) else []) for page, edges in zip(pages, found, strict=True)]


def _fits(page: PrintedPage, edges: Sequence[float]) -> bool:
    long = [line for line in page.lines if len(line.text) >= COLUMN_CHARS]
    crossing = sum(any(line.x0 < edge - 4 and line.x1 > edge + 4 for edge in edges) for line in long)
    return crossing <= 0.25 * len(long)


def lines_in_order(page: PrintedPage, edges: Sequence[float]) -> list[PrintedLine]:
    """The lines of a page in reading order.

    The order of the file is kept where it never jumps up inside a column: it is the order the page was set in.
    """
    lines = joined_fragments(page.lines, edges)
    if _jumps_up(lines) > max(1, 0.04 * len(lines)) or _switches(lines, edges) > max(4, 0.2 * len(lines)):
        lines = joined_fragments(_by_place(page.lines, edges), edges)
    return lines


def column_edges(page: PrintedPage) -> list[float]:
    """Where columns begin, right of the first one: left edges shared by many lines, with nothing reaching across."""
    long = [line for line in page.lines if len(line.text) >= COLUMN_CHARS and not line.table]
    starts = Counter(round(line.x0 / 4) for line in long)
    lefts = sorted({4 * at for at, count in starts.items() if count + starts[at + 1] + starts[at - 1] >= COLUMN_LINES})
    edges: list[float] = []
    first = lefts[0] if lefts else 0
    for left in lefts[1:]:
        if left - (edges[-1] if edges else first) < 0.18 * page.width:
            continue
        inside = [line for line in long if abs(line.x0 - left) <= 0.25 * page.width and line.x0 >= left - 5]
        if len(inside) < COLUMN_LINES:
            continue
        edge = min(line.x0 for line in inside) - 1
        crossing = sum(line.x0 < edge - 4 and line.x1 > edge + 4 for line in long)
        beside = [line for line in long if line.x1 <= edge + 1]
        if len(beside) >= COLUMN_LINES and crossing <= 0.35 * min(len(beside), len(inside)) and _alike(beside, inside):
            edges.append(edge)
    return edges


def _alike(left: Sequence[PrintedLine], right: Sequence[PrintedLine]) -> bool:
    # Columns of text are about equally wide; a column of terms beside their descriptions is not.
    def wide(lines: Sequence[PrintedLine]) -> float:
        return quantiles((line.x1 - line.x0 for line in lines), n=4)[2]

    return 0.6 <= wide(left) / max(1.0, wide(right)) <= 1.7


def joined_fragments(fragments: Sequence[PrintedLine], edges: Sequence[float]) -> list[PrintedLine]:
    """Fragments on one baseline, one after the other, as one line; not across the edge of a column."""
    lines: list[PrintedLine] = []
    for fragment in fragments:
        if lines and _continues(lines[-1], fragment, edges):
            lines[-1] = _joined(lines[-1], fragment)
        else:
            lines.append(fragment)
    return lines


def _continues(line: PrintedLine, fragment: PrintedLine, edges: Sequence[float]) -> bool:
    size = max(line.size, fragment.size)
    if line.table or fragment.table:
        return False
    if fragment.x1 < line.x0 - 0.4 * size and abs(fragment.base - line.base) < 0.1 * size:
        return not any(fragment.x1 <= edge + 2 and line.x0 >= edge - 2 for edge in edges)
    if fragment.x0 < line.x1 - 0.4 * size:
        return False
    apart = abs(fragment.base - line.base)
    raised = apart <= 0.75 * size and min(line.size, fragment.size) < 0.85 * size and fragment.x0 - line.x1 < 0.6 * size
    if apart > 0.25 * min(line.size, fragment.size) and not raised:
        return False
    return not any(line.x1 <= edge + 2 and fragment.x0 >= edge - 2 for edge in edges)


def _joined(line: PrintedLine, fragment: PrintedLine) -> PrintedLine:
    if fragment.x1 < line.x0:
        line, fragment = fragment, line
    main = line if line.size >= 0.95 * fragment.size else fragment
    runs = line.runs + _shifted(fragment, main) if main is line else _shifted(line, main) + fragment.runs
    words = line.words + fragment.words
    touching = fragment.x0 - line.x1 < 0.12 * main.size
    if touching and words and line.words and fragment.words:
        words = [*line.words[:-1], (line.words[-1][0], fragment.words[0][1]), *fragment.words[1:]]
    elif not runs[len(line.runs) - 1].text.endswith(" "):
        end = runs[len(line.runs) - 1]
        runs[len(line.runs) - 1] = replace(end, text=end.text + " ")
    y0, y1 = min(line.y0, fragment.y0), max(line.y1, fragment.y1)
    return PrintedLine(line.page, min(line.x0, fragment.x0), y0, max(line.x1, fragment.x1), y1, main.base, runs, words)


def _shifted(small: PrintedLine, main: PrintedLine) -> list[Run]:
    apart = main.base - small.base
    if small.size > 0.85 * main.size or abs(apart) < 0.1 * main.size:
        return small.runs
    shift = 1 if apart > 0 else -1
    return [replace(run, shift=shift) for run in small.runs]


def _jumps_up(lines: Sequence[PrintedLine]) -> int:
    return sum(
        b.base < a.base - 0.8 * a.size and b.overlaps(a) > 0.3 * min(a.x1 - a.x0, b.x1 - b.x0)
        for a, b in pairwise(lines)
    )


def _switches(lines: Sequence[PrintedLine], edges: Sequence[float]) -> int:
    """How often the order changes between columns: hardly ever, unless it goes row by row across them."""
    columns = [bisect_right(edges, line.x0 + 2) for line in lines] if edges else []
    return sum(a != b for a, b in pairwise(columns))


def _by_place(fragments: Sequence[PrintedLine], edges: Sequence[float]) -> list[PrintedLine]:
    """Top to bottom, column by column; a line across columns ends the columns above it."""
    ordered: list[PrintedLine] = []
    band: list[PrintedLine] = []

    def flush() -> None:
        band.sort(key=lambda line: (bisect_right(edges, line.x0 + 2), *_row_key(line)))
        ordered.extend(band)
        band.clear()

    for line in sorted(fragments, key=_row_key):
        if any(line.x0 < edge - 4 and line.x1 > edge + 4 for edge in edges):
            flush()
            ordered.append(line)
        else:
            band.append(line)
    flush()
    return ordered


def _row_key(line: PrintedLine) -> tuple[float, float]:
    return (round(line.base / 3), line.x0)


def columns_of(lines: Sequence[PrintedLine], edges: Sequence[float], usual_width: float = 0.0) -> list[Column]:
    """The columns of a page: where most of their lines begin and end. A short column is as wide as is usual."""
    bounds = [float("-inf"), *edges, float("inf")]
    columns = []
    for index, (low, high) in enumerate(pairwise(bounds)):
        inside = [
            line
            for line in lines
            if low - 2 <= line.x0 < high and line.x1 <= high + 4 and len(line.text) > 3 and not line.table
        ]
        if not inside:
            inside = [line for line in lines if line.x0 < high] or list(lines)
        left = _shared_edge([-line.x0 for line in inside])
        right = _shared_edge([line.x1 for line in inside])
        if usual_width:
            reach = usual_width - left  # left is negated here
            outermost = max((line.x1 for line in inside), default=right)
            right = max(right, min(reach, high - 4 if len(inside) < 12 else outermost))
        columns.append(Column(index, -left, right))
    return columns


def _shared_edge(values: Sequence[float]) -> float:
    """The outermost place that several lines share, else the outermost place."""
    if not values:
        return 0.0
    ordered = sorted(values, reverse=True)
    least = max(3, 0.12 * len(ordered))
    for at, value in enumerate(ordered):
        end = at
        while end < len(ordered) and value - ordered[end] <= 2.5:
            end += 1
        if end - at >= least:
            return value
    return ordered[0]


def column_at(line: PrintedLine, columns: Sequence[Column]) -> Column:
    """The column in which the line begins; the whole width for a line that reaches across columns."""
    index = bisect_right([column.left - 3 for column in columns[1:]], line.x0)
    column = columns[index]
    if len(columns) > 1 and index + 1 < len(columns) and line.x1 > columns[index + 1].left + 4:
        return Column(-1, columns[0].left, columns[-1].right)
    return column
