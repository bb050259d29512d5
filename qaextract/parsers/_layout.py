"""What is printed on a page: runs of one style, lines, rules, and passages made of lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

BOLD, ITALIC, MONO, MATH = 1, 2, 4, 8
#: A gap wider than this many ems is no word space, however far the line was stretched.
WIDE_GAP = 1.6


@dataclass(slots=True)
class Run:
    """Characters of one style that follow each other on a line; `shift` is +1 above the baseline, -1 below it."""

    text: str
    x0: float
    x1: float
    size: float
    style: int
    shift: int = 0
    font: str = ""


@dataclass(slots=True, frozen=True)
class Rule:
    """A printed line or the edge of a box, in the page's reading frame."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def flat(self) -> bool:
        """Whether it is a horizontal line."""
        return self.y1 - self.y0 <= 3 and self.x1 - self.x0 >= 12

    @property
    def upright(self) -> bool:
        """Whether it is a vertical line."""
        return self.x1 - self.x0 <= 3 and self.y1 - self.y0 >= 5


@dataclass(eq=False, slots=True)
class PrintedLine:
    """A line as printed, in the reading frame of its page: text runs left to right, y grows downwards.

    `words` are the extents of the white-space separated words of `text`, in order.
    """

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    runs: list[Run]
    words: list[tuple[float, float]]
    #: Set on a line that stands in the place of a whole table.
    table: Passage | None = None

    #: The characters, the type size of most of them, whether they are typewriter or bold type, and the share of maths.
    text: str = field(init=False)
    size: float = field(init=False)
    mono: bool = field(init=False)
    bold: bool = field(init=False)
    maths: float = field(init=False)
    _gaps: list[tuple[float, float]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.measure()

    def measure(self) -> None:
        """Takes the measures of the runs; to be called again when the style of a run was changed."""
        runs = self.runs
        if len(runs) == 1:
            run = runs[0]
            self.text, self.size = run.text.strip(), run.size
            self.mono, self.bold = run.style & MONO > 0, run.style & BOLD > 0
            self.maths = 1.0 if run.style & MATH else 0.0
            return
        self.text = "".join([run.text for run in runs]).strip()
        sizes: dict[float, int] = {}
        total = mono = bold = maths = 0
        for run in runs:
            count = len(run.text) - run.text.count(" ")
            style = run.style
            sizes[run.size] = sizes.get(run.size, 0) + count
            total += count
            mono += count if style & MONO else 0
            bold += count if style & BOLD else 0
            maths += count if style & MATH else 0
        self.size = max(sizes, key=lambda size: (sizes[size], size))
        self.mono, self.bold, self.maths = mono > 0.8 * total, bold > 0.8 * total, maths / max(1, total)

    def share(self, style: int) -> float:
        """The share of visible characters that are set in `style`."""
        total = inside = 0
        for run in self.runs:
            count = len(run.text) - run.text.count(" ")
            total += count
            if run.style & style:
                inside += count
        return inside / total if total else 0.0

    @property
    def first_word(self) -> float:
        """The width of the first word, in points."""
        return self.words[0][1] - self.words[0][0] if self.words else self.x1 - self.x0

    @property
    def gaps(self) -> list[tuple[float, float]]:
        """Spaces between words that are too wide to be word spaces."""
        if self._gaps is None:
            wide = WIDE_GAP * self.size
            self._gaps = [(a[1], b[0]) for a, b in pairwise(self.words) if b[0] - a[1] > wide]
        return self._gaps

    def overlaps(self, other: PrintedLine) -> float:
        """How far the two overlap horizontally, in points; negative is the distance between them."""
        return min(self.x1, other.x1) - max(self.x0, other.x0)

    def split(self, edges: Iterable[float]) -> list[PrintedLine]:
        """The line cut before the words that begin at or right of each edge."""
        bounds = [-1e9, *sorted(edges), 1e9]
        parts = []
        for low, high in pairwise(bounds):
            at = [i for i, (x0, x1) in enumerate(self.words) if low <= (x0 + x1) / 2 < high]
            if at:
                parts.append(self.part(at[0], at[-1] + 1))
        return parts or [self]

    def part(self, first: int, last: int) -> PrintedLine:
        """The words from `first` up to `last` as a line of their own."""
        if first == 0 and last >= len(self.words):
            return self
        starts = [match.start() for match in re.finditer(r"\S+", "".join(run.text for run in self.runs))]
        if len(starts) != len(self.words):
            return self
        low = starts[first]
        high = starts[last] if last < len(starts) else 1 << 30
        runs, at = [], 0
        for run in self.runs:
            begin, end = max(low, at), min(high, at + len(run.text))
            if begin < end:
                text = run.text[begin - at : end - at]
                runs.append(replace(run, text=text))
            at += len(run.text)
        words = self.words[first:last]
        return PrintedLine(self.page, words[0][0], self.y0, words[-1][1], self.y1, self.base, runs, words)


@dataclass
class PrintedPage:
    """A page in its reading frame: lines in the order of the file, rules, and its size."""

    number: int
    width: float
    height: float
    lines: list[PrintedLine]
    rules: list[Rule] = field(default_factory=list)
    #: Lines that run in another direction than most of the page's.
    sideways: list[PrintedLine] = field(default_factory=list)


@dataclass(eq=False)
class Passage:
    """Lines that belong together. `breaks` are the separators set before each line; one space where it is empty.

    `cells` holds, for a table, its rows as lists of cells, a cell being the lines in it. `tab` is the number of words
    of a term at the head of its description, `above` the distance to the line above it.
    """

    kind: str
    lines: list[PrintedLine]
    level: int | None = None
    breaks: list[str] = field(default_factory=list)
    tab: int | None = None
    left: float = 0.0
    right: float = 0.0
    cells: list[list[list[PrintedLine]]] = field(default_factory=list)
    above: float = 0.0
    #: Whether it stands beside the text, which goes on after it: a note in the margin, say.
    aside: bool = False

    @property
    def first(self) -> PrintedLine:
        """The first line."""
        return self.lines[0]

    @property
    def last(self) -> PrintedLine:
        """The last line."""
        return self.lines[-1]

    @property
    def text(self) -> str:
        """The lines with a space between them, for looking at; not the document's text."""
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        """The type size of its longest line."""
        return max(self.lines, key=lambda line: len(line.text)).size

    def share(self, style: int) -> float:
        """The share of characters in `style`, over all lines."""
        total = sum(len(line.text) for line in self.lines)
        return sum(line.share(style) * len(line.text) for line in self.lines) / total if total else 0.0


@dataclass(frozen=True)
class Norms:
    """What is usual in a document: the size of its running text, and the distance of its lines by size."""

    size: float
    leading: dict[float, float]
    indented: bool = False

    def distance(self, size: float) -> float:
        """The usual distance of baselines for this size."""
        return self.leading.get(_step(size), 1.2 * size)


def norms_of(lines: Iterable[PrintedLine]) -> Norms:
    """Measures the running text: the size of most characters, and the commonest line distance for each size."""
    sizes: Counter[float] = Counter()
    gaps: dict[float, Counter[float]] = {}
    before: PrintedLine | None = None
    for line in lines:
        size = _step(line.size)
        if not line.mono:
            sizes[size] += len(line.text)
        if before is not None and before.page == line.page and _step(before.size) == size:
            gap = round(line.base - before.base, 1)
            if 0.9 * size <= gap <= 2.2 * size and line.overlaps(before) > 0:
                gaps.setdefault(size, Counter())[gap] += 1
        before = line
    body = max(sizes, key=lambda size: sizes[size]) if sizes else 10.0
    return Norms(body, {size: _usual(count) for size, count in gaps.items() if sum(count.values()) >= 3})


def _step(size: float) -> float:
    # Half points: a line may be stretched by scaling its type a little.
    return round(2 * size) / 2


def _usual(count: Counter[float]) -> float:
    # The commonest distance, or a smaller one that is nearly as common: paragraphs may be set further apart.
    most = max(count.values())
    return min(gap for gap, times in count.items() if times >= 0.4 * most)
