"""Find tables: between rules of one width, or by columns that line up; their cells, whole and row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qaextract.parsers._cells import Row, cells_of, gutters_of, inked_parts, rows_of, several_rows, unwrapped
from qaextract.parsers._kinds import CAPTION
from qaextract.parsers._layout import Norms, Passage, PrintedLine, PrintedPage, Rule
from qaextract.parsers._paragraphs import is_contents, marker_of

_PAGE = re.compile(r"\d{1,4}|[ivxlc]{1,6}")
_SECTION = re.compile(r"(?:[A-Z]|\d{1,3})(?:\.\d{1,3})*\.?")
_EQUATION_NUMBER = re.compile(r"\([A-Z]?\.?\d[\d.]*[a-z]?\)")
_ENTRY = re.compile(r"\w, (?:\d{1,4}|see )")
#: Rules whose ends differ by less than this belong together, in points.
SAME_END = 4.0
#: A cell with more words than this is running text.
MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class _Region:
    x0: float
    y0: float
    x1: float
    y1: float
    breaks: tuple[float, ...]

    def holds(self, line: PrintedLine) -> bool:
        middle = (line.y0 + line.y1) / 2
        return self.y0 <= middle <= self.y1 and line.x1 > self.x0 - 3 and line.x0 < self.x1 + 3


def set_tables_aside(page: PrintedPage, edges: Sequence[float], norms: Norms) -> list[PrintedLine]:
    """The lines of a page with every table's lines replaced by one that holds the table.

    `edges` are where the columns of the page begin: they are no columns of a table.
    """
    lines = page.lines
    rest = list(lines)
    for region in _ruled_regions(page, rest):
        inside = _set_together(rest, region)
        cells = _ruled_cells(inside, region, page.rules)
        if cells and _is_table(cells) and _size(cells) >= 0.45 * norms.size:
            rest = _replaced(rest, inside, cells)
    order = {id(line): place for place, line in enumerate(rest)}
    for run in list(_aligned_runs(rest, norms)):
        places = [order[id(line)] for row in run for line in row]
        # What was not set in one go stands beside each other by chance, as the lines of two columns do.
        together = max(places) - min(places) < len(places) + 4
        cells = _aligned_cells(run, edges) if together else []
        if cells and _size(cells) >= 0.8 * norms.size:
            rest = _replaced(rest, [line for row in run for line in row], cells)
    return rest


def _set_together(lines: Sequence[PrintedLine], region: _Region) -> list[PrintedLine]:
    """The lines inside the region; where text of another place was printed over it, those set one after the other."""
    places = [i for i, line in enumerate(lines) if region.holds(line) and line.table is None]
    groups: list[list[int]] = []
    for place in places:
        if groups and place - groups[-1][-1] <= 4:
            groups[-1].append(place)
        else:
            groups.append([place])
    most = max(groups, key=len, default=[])
    return [lines[i] for i in (most if len(most) >= 0.5 * len(places) else places)]


def _replaced(lines: Sequence[PrintedLine], inside: Sequence[PrintedLine], cells: list[list[Row]]) -> list[PrintedLine]:
    gone = set(map(id, inside))
    first = inside[0]
    x0, x1 = min(line.x0 for line in inside), max(line.x1 for line in inside)
    y0, y1 = min(line.y0 for line in inside), max(line.y1 for line in inside)
    ordered = [line for row in cells for cell in row for line in cell]
    table = Passage("table", ordered, cells=cells)
    holder = PrintedLine(first.page, x0, y0, x1, y1, min(line.base for line in inside), first.runs, first.words, table)
    out: list[PrintedLine] = []
    for line in lines:
        if line is first:
            out.append(holder)
        if id(line) not in gone:
            out.append(line)
    return out


# --- between rules ------------------------------------------------------------------------------------------------


def _ruled_regions(page: PrintedPage, lines: Sequence[PrintedLine]) -> list[_Region]:
    """Stretches between flat rules of the same ends, as long as what lies between two of them has columns."""
    regions: list[_Region] = []
    flat = _merged(rule for rule in page.rules if rule.flat)
    for group in _same_ends(flat) if len(flat) > 1 else ():
        chain: list[Rule] = []
        for rule in [*group, None]:
            if rule is not None and (not chain or _columned(chain[-1], rule, page, lines)):
                chain.append(rule)
                continue
            if len(chain) > 1:
                regions.append(_region(chain))
            chain = [rule] if rule is not None else []
    regions.sort(key=lambda region: (region.y0 - region.y1, region.x0))
    return regions


def _region(chain: Sequence[Rule]) -> _Region:
    heights = tuple((rule.y0 + rule.y1) / 2 for rule in chain)
    return _Region(min(r.x0 for r in chain), heights[0], max(r.x1 for r in chain), heights[-1], heights)


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Pieces of one rule, drawn cell by cell, as one rule; doubled rules as one."""
    merged: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (round((rule.y0 + rule.y1) / 2), rule.x0)):
        last = merged[-1] if merged else None
        if last and abs(rule.y0 - last.y0) < 2.5 and rule.x0 <= last.x1 + 3:
            merged[-1] = Rule(last.x0, min(last.y0, rule.y0), max(last.x1, rule.x1), max(last.y1, rule.y1))
        else:
            merged.append(rule)
    return merged


def _same_ends(rules: Sequence[Rule]) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.y0):
        for group in groups:
            if abs(group[0].x0 - rule.x0) < SAME_END and abs(group[0].x1 - rule.x1) < SAME_END:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if len(group) > 1]


def _columned(above: Rule, below: Rule, page: PrintedPage, lines: Sequence[PrintedLine]) -> bool:
    region = _Region(above.x0, above.y1, above.x1, below.y0, ())
    inside = _set_together(lines, region)
    rows = rows_of(inside)
    if any(CAPTION.match(row[0].text) for row in rows):
        return False
    if len(rows) <= 1 or _inner_uprights(region, page.rules):
        return below.y0 - above.y1 < 0.5 * page.height and (bool(rows) or below.y0 - above.y1 < 30)
    return len(gutters_of(rows)) > 0


def _inner_uprights(region: _Region, rules: Sequence[Rule]) -> list[float]:
    """Where vertical rules divide the region, left to right."""
    found: list[float] = []
    for rule in sorted((rule for rule in rules if rule.upright), key=lambda rule: rule.x0):
        middle = (rule.x0 + rule.x1) / 2
        overlap = min(rule.y1, region.y1) - max(rule.y0, region.y0)
        inner = region.x0 + 4 < middle < region.x1 - 4
        if inner and overlap > 0.5 * min(region.y1 - region.y0, 12) and (not found or middle - found[-1] > 4):
            found.append(middle)
    return found


def _ruled_cells(inside: Sequence[PrintedLine], region: _Region, rules: Sequence[Rule]) -> list[list[Row]]:
    rows = rows_of(inside)
    edges = _inner_uprights(region, rules) or gutters_of(rows)
    if not edges or not rows:
        return []
    bands = _bands(rows, region.breaks)
    grid = len(region.breaks) > 4 and len(bands) >= 0.5 * (len(region.breaks) - 1)
    if grid and not any(several_rows([cells_of(row, edges) for row in band]) for band in bands[1:]):
        # Every row has its rule: what lies between two rules is one row.
        return [cells_of([line for row in band for line in row], edges) for band in bands]
    headed = len(bands) > 1 and len(bands[0]) <= 4
    return [
        row
        for index, band in enumerate(bands)
        for row in unwrapped([cells_of(row, edges) for row in band], heading=headed and index == 0)
    ]


def _bands(rows: Sequence[Row], breaks: Sequence[float]) -> list[list[Row]]:
    bands: list[list[Row]] = []
    for low, high in pairwise(breaks):
        band = [row for row in rows if low <= (row[0].y0 + row[0].y1) / 2 < high]
        if band:
            bands.append(band)
    return bands


def _is_table(cells: Sequence[Sequence[Row]]) -> bool:
    rows = [[cell for cell in row if cell] for row in cells]
    several = sum(len(row) > 1 for row in rows)
    words = [sum(len(line.text.split()) for line in cell) for row in rows for cell in row]
    if len(rows) < 2 or several < max(2, 0.5 * len(rows)) or not words:
        return False
    lines = [line for row in rows for cell in row for line in cell]
    mono = sum(line.mono for line in lines)
    led = sum(is_contents(line) for line in lines)
    running = max(words) > MOST_WORDS or sum(words) / len(words) > 16
    return not running and mono < 0.9 * len(lines) and led < 0.3 * len(rows) and not _is_diagram(cells)


def _is_diagram(cells: Sequence[Sequence[Row]]) -> bool:
    """Whether these are the labels of a figure, or a formula: rows of a table have a head, and most of its cells."""
    headless = sum(not row[0] for row in cells[1:])
    filled = sum(bool(cell) for row in cells for cell in row)
    numbered = sum(_EQUATION_NUMBER.fullmatch(line.text) is not None for row in cells for line in row[-1])
    sparse = filled < 0.6 * sum(map(len, cells)) and len(cells) <= 6
    return (headless > 0.5 * (len(cells) - 1) and sparse) or (numbered == 1 and len(cells) <= 4)


# --- without rules ------------------------------------------------------------------------------------------------


def _aligned_runs(lines: Sequence[PrintedLine], norms: Norms) -> Iterable[list[Row]]:
    """Runs of three or more rows, close below each other, of several cells each."""
    run: list[Row] = []
    for row in [*rows_of([line for line in lines if line.table is None]), None]:
        if row is not None and _celled(row) and (not run or _follows(run[-1], row, norms)):
            run.append(row)
            continue
        if len(run) >= 3:
            yield run
        run = [row] if row is not None and _celled(row) else []


def _celled(row: Row) -> bool:
    if len(row) == 1 and len(row[0].words) < 2:
        return False
    parts = [part for line in row for part in inked_parts(line)]
    if len(parts) < 2 or any(is_contents(line) or line.mono for line in row):
        return False
    size = row[0].size
    wide = [b[0] - a[1] for a, b in pairwise(parts)]
    return min(wide) > 1.2 * size and sum(line.maths for line in row) / len(row) < 0.3


def _follows(above: Row, row: Row, norms: Norms) -> bool:
    down = row[0].base - above[0].base
    return 0 < down < 2.2 * norms.distance(row[0].size) and abs(above[0].size - row[0].size) < 1


def _size(cells: Sequence[Sequence[Row]]) -> float:
    return median(line.size for row in cells for cell in row for line in cell)


def _aligned_cells(run: Sequence[Row], page_edges: Sequence[float]) -> list[list[Row]]:
    edges = gutters_of(run)
    if not edges or any(abs(edge - other) < 15 for edge in edges for other in page_edges):
        return []
    cells = [cells_of(row, edges) for row in run]
    if any(sum(bool(cell) for cell in row) < 2 for row in cells) or marker_of(run[0][0]):
        return []
    words = [sum(len(line.text.split()) for line in cell) for row in cells for cell in row if cell]
    if max(words) > 10 or sum(words) / len(words) > 4:
        return []
    if _is_index(cells) or _is_listing(cells) or _is_diagram(cells):
        return []
    return cells if len(edges) > 1 or len(run) > 3 else []


def _is_index(cells: Sequence[Sequence[Row]]) -> bool:
    """Whether these are lines of an index or of a table of contents: all they say is where something stands."""
    texts = [" ".join(line.text for line in cell) for row in cells for cell in row if cell]
    entries = sum(_ENTRY.search(text) is not None for text in texts)
    last = [" ".join(line.text for line in row[-1]) for row in cells]
    numbered = all(_SECTION.fullmatch(" ".join(line.text for line in row[0])) for row in cells)
    contents = all(_PAGE.fullmatch(text) for text in last) and (len(cells[0]) == 2 or numbered)
    return contents or entries > 0.4 * len(texts)


def _is_listing(cells: Sequence[Sequence[Row]]) -> bool:
    """Whether these are declarations one below the other, with what kind they are, in brackets, at the edge."""
    last = [" ".join(line.text for line in row[-1]) for row in cells]
    return all(text.startswith(("[", "(")) and text.endswith(("]", ")")) for text in last) and len(set(last)) < len(
        last
    )
