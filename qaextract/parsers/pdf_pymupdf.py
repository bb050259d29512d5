"""PDF files, read with PyMuPDF."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from qaextract.errors import DamagedSource, EncryptedSource
from qaextract.model import BBox, Block, Document, Line, Lines, Source, Span, Word
from qaextract.parsers._flow import passages_in
from qaextract.parsers._headings import OutlineEntry
from qaextract.parsers._layout import BOLD, ITALIC, MATH, MONO, Passage, PrintedLine, PrintedPage, Rule, Run
from qaextract.parsers._typeset import Lexicon, SetLine, typeset
from qaextract.points import parsers

Box = tuple[float, float, float, float]
_MONO = re.compile(
    r"mono|monl\b|courier|typewriter|consol|menlo|cmtt|cmsltt|inconsol|sftt|ectt|\btt|lmtt|fixed|terminal", re.I
)
_BOLD = re.compile(r"bold|black|heavy|cmbx|sfbx|ecbx|cmb\d|cmssbx|medi\b|demi|-bd|semibold", re.I)
_ITALIC = re.compile(r"ital|obli|slant|cmti|cmsl|sfti|sfsl|ecti|ecsl", re.I)
_MATHS = re.compile(
    r"cmmi|cmsy|cmex|cmbsy|msam|msbm|math|^symbol|eufm|eurm|rsfs|txsy|txmi|txex|pxsy|pxmi|lmmi|stix.*sym", re.I
)


@parsers.register("pdf_pymupdf")
@dataclass(frozen=True)
class PdfPymupdf:
    """Read PDF files: text in reading order, blocks with their kinds, and a box for every printed line."""

    def accepts(self, source: Source) -> bool:
        """Whether the file begins as PDF files do; up to a kilobyte of junk may stand before that."""
        with source.path.open("rb") as file:
            return b"%PDF-" in file.read(1024)

    def parse(self, source: Source) -> Document:
        """The document; raises `EncryptedSource` or `DamagedSource`."""
        with _Opened(source) as opened:
            pages = [opened.page(number) for number in range(opened.count)]
            _mark_even_widths([page.printed for page in pages])
            passages = passages_in([page.printed for page in pages], opened.outline())
            return _document(source, opened, pages, passages)


@dataclass(frozen=True)
class _ReadPage:
    """A page, how it is displayed, and how boxes of its reading frame come to be displayed."""

    printed: PrintedPage
    width: float
    height: float
    label: str
    empty: bool
    display: Callable[[Box], Box] | None


class _Opened:
    """A PDF file while it is read."""

    def __init__(self, source: Source) -> None:
        import pymupdf

        self.source = source
        self.mupdf = pymupdf
        pymupdf.TOOLS.mupdf_display_errors(False)
        pymupdf.TOOLS.mupdf_display_warnings(False)
        pymupdf.TOOLS.reset_mupdf_warnings()
        self.file = self._open()
        self.count: int = self._page_count()
        self.flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_COLLECT_VECTORS

    def __enter__(self) -> _Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def _open(self) -> Any:
        try:
            file = self.mupdf.open(self.source.path, filetype="pdf")
        except (RuntimeError, ValueError, OSError) as error:
            raise DamagedSource(self.source.uri, f"cannot be read as PDF ({error})", "get the file again") from error
        if file.needs_pass and not (self.source.password and file.authenticate(self.source.password)):
            what = "the password is wrong" if self.source.password else "needs a password"
            file.close()
            raise EncryptedSource(self.source.uri, what, "give it with --password")
        return file

    def _page_count(self) -> int:
        count: int = self.file.page_count
        if count < 1:
            raise DamagedSource(self.source.uri, "has no pages that can be read", "get the file again")
        return count

    def outline(self) -> list[OutlineEntry]:
        try:
            entries = self.file.get_toc()
        except (RuntimeError, ValueError, KeyError, IndexError):  # a broken outline is no reason to give the text up
            return []
        return [OutlineEntry(level, title, page - 1) for level, title, page, *_ in entries if page > 0]

    def page(self, number: int) -> _ReadPage:
        page = self.file[number]
        text = page.get_textpage(clip=self.mupdf.INFINITE_RECT(), flags=self.flags)
        blocks = text.extractDICT()["blocks"]
        words = text.extractWORDS()
        turn = _usual_turn(blocks)
        matrix = page.rotation_matrix
        raw_width, raw_height = _raw_size(page)
        to_frame = _turned(turn, raw_width, raw_height)
        sizes = (raw_height, raw_width) if turn % 2 else (raw_width, raw_height)
        lines = _beginning_inside(list(_lines(number, blocks, words, turn, to_frame)), *sizes)
        rules = [Rule(*to_frame(block["bbox"])) for block in blocks if block["type"] == 3 and block.get("isrect")]
        printed = PrintedPage(number, *sizes, lines, rules)
        display = None
        if turn or page.rotation:
            back = _turned(-turn % 4, *sizes)

            def display(box: Box) -> Box:
                rect = self.mupdf.Rect(back(box)) * matrix
                return (rect.x0, rect.y0, rect.x1, rect.y1)

        label = page.get_label() or str(number + 1)
        return _ReadPage(printed, page.rect.width, page.rect.height, label, not lines, display)

    def warnings(self) -> list[str]:
        text: str = self.mupdf.TOOLS.mupdf_warnings(reset=True)
        counts = Counter(re.sub(r"\d+", "N", line).strip() for line in text.splitlines() if line.strip())
        found = [f"pymupdf: {line}" + (f" ({count} times)" if count > 1 else "") for line, count in counts.items()]
        if len(found) > 5:
            found = [*found[:5], f"pymupdf: {len(found) - 5} more kinds of warnings"]
        if self.file.is_repaired:
            found.insert(0, "the file is damaged and was repaired; text may be missing")
        return found


def _raw_size(page: Any) -> tuple[float, float]:
    width, height = page.rect.width, page.rect.height
    return (height, width) if page.rotation % 180 else (width, height)


def _usual_turn(blocks: Sequence[dict[str, Any]]) -> int:
    """The direction in which most characters of the page run, in quarter turns."""
    weight: Counter[int] = Counter()
    for block in blocks:
        for line in block.get("lines", ()):
            weight[_turn(line["dir"])] += sum(len(span["text"]) for span in line["spans"])
    return weight.most_common(1)[0][0] if weight else 0


def _turn(direction: tuple[float, float]) -> int:
    dx, dy = direction
    if abs(dx) >= abs(dy):
        return 0 if dx >= 0 else 2
    return 1 if dy < 0 else 3


def _turned(turn: int, width: float, height: float) -> Callable[[Box], Box]:
    """Turns boxes of a page of this size so that text running in direction `turn` runs to the right."""
    if turn == 1:
        return lambda box: (height - box[3], box[0], height - box[1], box[2])
    if turn == 3:
        return lambda box: (box[1], width - box[2], box[3], width - box[0])
    if turn == 2:
        return lambda box: (width - box[2], height - box[3], width - box[0], height - box[1])
    return lambda box: box


@lru_cache(maxsize=4096)
def _style(font: str, flags: int) -> int:
    """Style bits by the flags of the font and, as these are often lost, by its name."""
    name = font.rpartition("+")[2]
    style = 0
    if flags & 16 or _BOLD.search(name):
        style |= BOLD
    if flags & 8 or _MONO.search(name):
        style |= MONO
    if _MATHS.search(name) and not style & MONO:
        return style | MATH
    if flags & 2 or _ITALIC.search(name):
        style |= ITALIC
    return style


def _lines(
    number: int, blocks: Sequence[dict[str, Any]], words: Sequence[Any], turn: int, to_frame: Callable[[Box], Box]
) -> Iterator[PrintedLine]:
    at = 0
    for block in blocks:
        for line in block.get("lines", ()):
            spans = line["spans"]
            raw = "".join(span["text"] for span in spans)
            tokens = raw.split()
            own = words[at : at + len(tokens)]
            at += len(tokens)
            if not tokens or _turn(line["dir"]) != turn:
                continue
            x0, y0, x1, y1 = to_frame(line["bbox"])
            if turn:
                extents = [(box[0], box[2]) for box in (to_frame(word[:4]) for word in own)]
            else:
                extents = [(word[0], word[2]) for word in own]
            runs, base = _runs(spans, to_frame)
            if runs and any(run.text.strip() for run in runs):
                yield PrintedLine(number, x0, y0, x1, y1, base, runs, extents)


def _beginning_inside(lines: list[PrintedLine], width: float, height: float) -> list[PrintedLine]:
    """The lines without those off the page; what goes on beyond the edge, on a line that begins inside, is kept."""

    def on_page(line: PrintedLine) -> bool:
        return line.x1 > 0 and line.x0 < width and line.y1 > 0 and line.y0 < height

    if all(map(on_page, lines)):
        return lines
    bases = {round(line.base) for line in lines if on_page(line)}
    return [line for line in lines if on_page(line) or (round(line.base) in bases and line.x0 > 0)]


def _mark_even_widths(pages: Sequence[PrintedPage]) -> None:
    """Marks typewriter fonts that do not say so: all their characters have one width."""
    widths: dict[str, list[float]] = {}
    for page in pages:
        for line in page.lines:
            run = line.runs[0]
            if len(line.runs) > 1 or run.style & (MONO | MATH) or len(widths.setdefault(run.font, [])) > 300:
                continue
            for word, (x0, x1) in zip(line.text.split(), line.words, strict=False):
                if len(word) > 3:
                    widths[run.font].append((x1 - x0) / len(word) / run.size)
    even = {font for font, found in widths.items() if len(found) >= 12 and _even(sorted(found))}
    for page in pages if even else ():
        for line in page.lines:
            for run in line.runs:
                if run.font in even:
                    run.style |= MONO


def _even(widths: Sequence[float]) -> bool:
    low, high = widths[len(widths) // 10], widths[-1 - len(widths) // 10]
    return high - low < 0.03 * high


_DROPPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200c\u2060\ufeff]|\u00ad(?=.*\S)")


def _runs(spans: Sequence[dict[str, Any]], to_frame: Callable[[Box], Box]) -> tuple[list[Run], float]:
    """The runs of a line and its baseline."""
    main = max(spans, key=lambda span: len(span["text"].strip()) * span["size"])
    base = _base(main, to_frame)
    runs: list[Run] = []
    for span in spans:
        text = _clean(span["text"])
        if not text:
            continue
        if text.isspace() and runs:
            runs[-1].text += " " if not runs[-1].text.endswith(" ") else ""
            continue
        style, size = _style(span["font"], span["flags"]), round(span["size"], 1)
        shift = 0
        if span is not main and size < 0.9 * main["size"]:
            apart = base - _base(span, to_frame)
            shift = 1 if apart > 0.12 * main["size"] else -1 if apart < -0.08 * main["size"] else 0
        last = runs[-1] if runs else None
        if last is not None and (last.style, last.size, last.shift) == (style, size, shift):
            last.text += text
        else:
            box = span["bbox"]
            runs.append(Run(text, box[0], box[2], size, style, shift, span["font"]))
    return runs, base


def _base(span: dict[str, Any], to_frame: Callable[[Box], Box]) -> float:
    x, y = span["origin"]
    return to_frame((x, y, x, y))[1]


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = _DROPPED.sub("", text)
    return unicodedata.normalize("NFC", re.sub(r"\s", " ", text))


def _document(source: Source, opened: _Opened, pages: Sequence[_ReadPage], passages: Sequence[Passage]) -> Document:
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
        title=_title(opened.file.metadata or {}, passages, source.path),
        text="".join(parts),
        blocks=tuple(blocks),
        lines=lines,
        emphasis=tuple(emphasis),
        aliases=source.aliases,
        page_count=opened.count,
        page_labels=tuple(page.label for page in pages),
        page_sizes=tuple((page.width, page.height) for page in pages),
        parser=f"pdf_pymupdf {opened.mupdf.VersionBind}",
        warnings=(*_without_text(pages), *opened.warnings()),
    )


def _add_line(lines: Lines, line: SetLine, at: int, pages: Sequence[_ReadPage]) -> None:
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


def _displayed(page: _ReadPage, box: Box) -> BBox:
    x0, y0, x1, y1 = page.display(box) if page.display else box
    return BBox(x0, y0, x1, y1).clipped(page.width, page.height)


_NO_TITLE = re.compile(
    r"untitled|title|document\d*|microsoft word.*|.*\.(?:docx?|tex|dvi|pdf|indd|ps|rtf|odt|html?|md)", re.I
)


def _title(metadata: dict[str, Any], passages: Sequence[Passage], path: Path) -> str:
    """The title of the metadata where it is one, else the largest text of the first page, else the file's name."""
    title = " ".join((metadata.get("title") or "").split())
    if len(title) > 2 and not _NO_TITLE.fullmatch(title) and any(char.isalpha() for char in title):
        return title
    return _largest_text([p for p in passages if p.first.page == 0]) or path.stem


def _largest_text(passages: Sequence[Passage]) -> str:
    """The passages of the largest type, as long as they follow each other; nothing where one size is used for all."""
    named = [p for p in passages if 3 < len(p.text) < 250 and sum(c.isalpha() for c in p.text) > 2]
    largest = max((p.size for p in named), default=0.0)
    if all(p.size >= 0.95 * largest for p in passages):
        return ""
    first = next(i for i, p in enumerate(passages) if p in named and p.size >= 0.98 * largest)
    together = itertools.takewhile(lambda p: p.size >= 0.98 * largest, passages[first:])
    return " ".join(p.text for p in together)[:250]


def _without_text(pages: Sequence[_ReadPage]) -> list[str]:
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


def render_page(path: Path, page: int, boxes: Sequence[BBox], password: str | None = None, zoom: float = 1.5) -> bytes:
    """The page (from 1) as PNG, with the boxes highlighted; the file itself is not changed."""
    import pymupdf

    with pymupdf.open(path, filetype="pdf") as file:
        if file.needs_pass:
            file.authenticate(password or "")
        sheet = file[page - 1]
        shape = sheet.new_shape()
        for box in boxes:
            rect = pymupdf.Rect(box.x0, box.y0, box.x1, box.y1) * sheet.derotation_matrix
            shape.draw_rect(rect)
        if boxes:
            shape.finish(color=None, fill=(1, 0.85, 0), fill_opacity=0.4)
            shape.commit()
        image: bytes = sheet.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom)).tobytes("png")
        return image
