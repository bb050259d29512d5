"""Passages of printed lines to the `Document`: text, blocks, lines with their boxes, title, warnings."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qaextract.model import BBox, Block, Document, Line, Lines, Source, Span, Word
from qaextract.parsers._layout import Passage, PrintedLine, PrintedPage
from qaextract.parsers._typeset import Lexicon, SetLine, typeset

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class ReadPage:
    """A page, how it is displayed, and how boxes of its reading frame come to be displayed."""

    printed: PrintedPage
    width: float
    height: float
    label: str
    empty: bool
    display: Callable[[Box], Box] | None


def document_of(
    source: Source,
    pages: Sequence[ReadPage],
    passages: Sequence[Passage],
    *,
    title: str,
    parser: str,
    warnings: Sequence[str],
) -> Document:
    """The document; `title` and `warnings` are what the file itself gave."""
    lexicon = Lexicon.of(line for passage in passages for line in passage.lines)
    parts: list[str] = []
    blocks: list[Block] = []
    lines = Lines()
    emphasis: list[Span] = []
    at = 0
    for passage in passages:
        made = typeset(passage, lexicon)
        if not made.text.strip():
            continue
        if parts:
            parts.append("\n\n")
            at += 2
        parts.append(made.text)
        for line in made.lines:
            _add_line(lines, line, at, pages)
        emphasis += [Span(at + low, at + high) for low, high in made.emphasis]
        page = passage.first.page
        box = _displayed(pages[page], _around([line for line in passage.lines if line.page == page]))
        blocks.append(Block(passage.kind, Span(at, at + len(made.text)), page + 1, box, None, passage.level))
        at += len(made.text)
    return Document(
        id=source.document_id,
        uri=source.uri,
        title=_title(title, passages, source.path),
        text="".join(parts),
        blocks=tuple(blocks),
        lines=lines,
        emphasis=tuple(emphasis),
        aliases=source.aliases,
        page_count=len(pages),
        page_labels=tuple(page.label for page in pages),
        page_sizes=tuple((page.width, page.height) for page in pages),
        parser=parser,
        warnings=(*_without_text(pages), *warnings),
    )


def _add_line(lines: Lines, line: SetLine, at: int, pages: Sequence[ReadPage]) -> None:
    page = pages[line.line.page]
    box = _displayed(page, (line.line.x0, line.line.y0, line.line.x1, line.line.y1))
    words = () if page.display else [Word(Span(at + a, at + b), x0, x1) for a, b, x0, x1 in line.words]
    lines.append(Line(Span(at + line.start, at + line.end), line.line.page + 1, box), words)


def _around(lines: Sequence[PrintedLine]) -> Box:
    return (
        min(line.x0 for line in lines),
        min(line.y0 for line in lines),
        max(line.x1 for line in lines),
        max(line.y1 for line in lines),
    )


def _displayed(page: ReadPage, box: Box) -> BBox:
    x0, y0, x1, y1 = page.display(box) if page.display else box
    return BBox(x0, y0, x1, y1).clipped(page.width, page.height)


_NO_TITLE = re.compile(
    r"untitled|title|document\d*|microsoft word.*|.*\.(?:docx?|tex|dvi|pdf|indd|ps|rtf|odt|html?|md)", re.I
)


def _title(given: str, passages: Sequence[Passage], path: Path) -> str:
    """The title of the metadata where it is one, else the largest text of the first page, else the file's name."""
    title = " ".join(given.split())
    if len(title) > 2 and not _NO_TITLE.fullmatch(title) and any(char.isalpha() for char in title):
        return title
    return _largest_text([p for p in passages if p.first.page == 0]) or path.stem


def _largest_text(passages: Sequence[Passage]) -> str:
    """The passages of the largest type, as long as they follow each other; nothing where one size is used for all."""
    named = [p for p in passages if 3 < len(p.text) < 250 and sum(c.isalpha() for c in p.text) > 2]
    largest = max((p.size for p in named), default=0.0)
    sizes: Counter[float] = Counter()
    for passage in passages:
        sizes[passage.size] += len(passage.text)
    if not named or largest < 1.1 * max(sizes, key=lambda size: sizes[size]):
        return ""
    first = next(i for i, p in enumerate(passages) if p in named and p.size >= 0.98 * largest)
    together = itertools.takewhile(lambda p: p.size >= 0.98 * largest, passages[first:])
    return " ".join(p.text for p in together)[:250]


def _without_text(pages: Sequence[ReadPage]) -> list[str]:
    empty = [page.printed.number + 1 for page in pages if page.empty]
    if not empty:
        return []
    if len(empty) == len(pages):
        return ["no page has text: the pages are images; use OCR"]
    return [f"{_ranges(empty)} no text; if they are images, use OCR"]


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
    return f"page {said} has" if len(numbers) == 1 else f"pages {said} have"
