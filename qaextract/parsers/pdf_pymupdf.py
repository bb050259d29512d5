"""PDF files, read with PyMuPDF."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qaextract.errors import DamagedSource, EncryptedSource
from qaextract.model import BBox, Document, Source
from qaextract.parsers._document import Box, ReadPage, document_of
from qaextract.parsers._flow import passages_in
from qaextract.parsers._fonts import mark_even_widths, style_of
from qaextract.parsers._headings import OutlineEntry
from qaextract.parsers._layout import PrintedLine, PrintedPage, Rule, Run
from qaextract.points import parsers


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
            if len(opened.unread) == opened.count:
                raise DamagedSource(source.uri, "has no page that can be read", "get the file again")
            mark_even_widths([page.printed for page in pages])
            passages = passages_in([page.printed for page in pages], opened.outline())
            return document_of(
                source,
                pages,
                passages,
                title=opened.title(),
                parser=f"pdf_pymupdf {opened.mupdf.VersionBind}",
                warnings=opened.warnings(),
            )


class _Opened:
    """A PDF file while it is read."""

    def __init__(self, source: Source) -> None:
        import pymupdf

        self.source = source
        self.mupdf = pymupdf
        #: What PyMuPDF raises for a broken file, and for a broken page of one that could be opened.
        self.errors = (RuntimeError, ValueError, OSError, KeyError, IndexError, pymupdf.mupdf.FzErrorBase)
        self.unread: list[int] = []
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
        except self.errors as error:
            raise DamagedSource(self.source.uri, f"cannot be read as PDF ({error})", "get the file again") from error
        if file.needs_pass and not (self.source.password and file.authenticate(self.source.password)):
            what = "the password is wrong" if self.source.password else "needs a password"
            file.close()
            raise EncryptedSource(self.source.uri, what, "give it with --password")
        return file

    def _page_count(self) -> int:
        try:
            count: int = self.file.page_count
            self.file[0].rect  # noqa: B018 - a page tree that is a loop shows only here
        except self.errors as error:
            raise DamagedSource(
                self.source.uri, f"has no pages that can be read ({error})", "get the file again"
            ) from error
        return count

    def outline(self) -> list[OutlineEntry]:
        try:
            entries = self.file.get_toc()
        except self.errors:  # a broken outline is no reason to give the text up
            return []
        return [OutlineEntry(level, title, page - 1) for level, title, page, *_ in entries if page > 0]

    def title(self) -> str:
        """The title that the metadata give."""
        return (self.file.metadata or {}).get("title") or ""

    def page(self, number: int) -> ReadPage:
        """The page, without text if it is too broken to be read."""
        try:
            return self._page(number)
        except self.errors:
            self.unread.append(number + 1)
            return ReadPage(PrintedPage(number, 612.0, 792.0, []), 612.0, 792.0, str(number + 1), False, None)

    def _page(self, number: int) -> ReadPage:
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
        return ReadPage(printed, page.rect.width, page.rect.height, label, not lines, display)

    def warnings(self) -> list[str]:
        text: str = self.mupdf.TOOLS.mupdf_warnings(reset=True)
        counts = Counter(re.sub(r"\d+", "N", line).strip() for line in text.splitlines() if line.strip())
        found = [f"pymupdf: {line}" + (f" ({count} times)" if count > 1 else "") for line, count in counts.items()]
        if len(found) > 5:
            found = [*found[:5], f"pymupdf: {len(found) - 5} more kinds of warnings"]
        if self.unread:
            found.insert(0, f"{len(self.unread)} pages cannot be read, the first of them page {self.unread[0]}")
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
            _, y0, _, y1 = to_frame(line["bbox"])
            if turn:
                extents = [(box[0], box[2]) for box in (to_frame(word[:4]) for word in own)]
            else:
                extents = [(word[0], word[2]) for word in own]
            runs, base = _runs(spans, to_frame)
            if runs and any(run.text.strip() for run in runs):
                # White space at the ends of a line has no place on the page.
                yield PrintedLine(number, extents[0][0], y0, extents[-1][1], y1, base, runs, extents)


def _beginning_inside(lines: list[PrintedLine], width: float, height: float) -> list[PrintedLine]:
    """The lines without those off the page; what goes on beyond the edge, on a line that begins inside, is kept."""

    def on_page(line: PrintedLine) -> bool:
        return line.x1 > 0 and line.x0 < width and line.y1 > 0 and line.y0 < height

    if all(map(on_page, lines)):
        return lines
    bases = {round(line.base) for line in lines if on_page(line)}
    return [line for line in lines if on_page(line) or (round(line.base) in bases and line.x0 > 0)]


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
        font, flags = span["font"], span["flags"]
        style, size = style_of(font, flags & 16 > 0, flags & 2 > 0, flags & 8 > 0), round(span["size"], 1)
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
