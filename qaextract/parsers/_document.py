"""Passages of printed lines to the `Document`: text, blocks, lines with their boxes, title, warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qaextract.model import BBox, Block, Document, Line, Lines, Source, Span, Word
from qaextract.parsers._layout import Passage, PrintedLine, PrintedPage
from qaextract.parsers._title import title_of
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
    author: str,
    parser: str,
    warnings: Sequence[str],
) -> Document:
    """The document; `title`, `author` and `warnings` are what the file itself gave."""
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
        title=title_of(title, author, passages, lexicon, source.path.stem),
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


def _without_text(pages: Sequence[ReadPage]) -> list[str]:
    empty = [page.printed.number + 1 for page in pages if page.empty]
    if not empty:
        return []
    if len(empty) == len(pages):
        return ["no page has text that can be read; if the pages are images, use OCR"]
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
