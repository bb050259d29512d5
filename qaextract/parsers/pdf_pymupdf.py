"""PDF files, read with PyMuPDF."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from qaextract.errors import DamagedSource, EncryptedSource, SourceLimit
from qaextract.model import BBox, Document, Source
from qaextract.parsers._document import Box, ReadPage, document_of
from qaextract.parsers._flow import passages_in
from qaextract.parsers._fonts import mark_even_widths, style_of
from qaextract.parsers._glyphs import cleaned, mend_ligatures
from qaextract.parsers._headings import OutlineEntry
from qaextract.parsers._layout import PrintedLine, PrintedPage, Rule, Run
from qaextract.parsers._underscores import draw_underscores
from qaextract.parsers._unpacked import MAX_BYTES, is_too_large
from qaextract.points import parsers
from qaextract.sources import real_type


@parsers.register("pdf_pymupdf")
@dataclass(frozen=True)
class PdfPymupdf:
    """Read PDF files: text in reading order, blocks with their kinds, and a box for every printed line."""

    def accepts(self, source: Source) -> bool:
        """Whether the file begins as PDF files do; some junk may stand before that."""
        return real_type(source.path) == "pdf"

    def parse(self, source: Source) -> Document:
        """The document; raises `EncryptedSource` or `DamagedSource`."""
        with _Opened(source) as opened:
            pages = [opened.page(number) for number in range(opened.count)]
            opened.refuse_unreadable()
            mark_even_widths([page.printed for page in pages])
            mend_ligatures([page.printed for page in pages])
            passages = passages_in([page.printed for page in pages], opened.outline())
            return document_of(
                source,
                pages,
                passages,
                title=opened.metadata("title"),
                author=opened.metadata("author"),
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
        self.too_large: list[int] = []
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
            file = self._file()
        except self.errors as error:
            raise DamagedSource(self.source.uri, f"cannot be read as PDF ({error})", "get the file again") from error
        if file.needs_pass and not (self.source.password and file.authenticate(self.source.password)):
            what = "the password is wrong" if self.source.password else "needs a password"
            file.close()
            raise EncryptedSource(self.source.uri, what, "give it with --password")
        return file

    def _file(self) -> Any:
        try:
            os.fspath(self.source.path).encode()
        except UnicodeEncodeError:  # a name that is not UTF-8, which MuPDF cannot be given
            return self.mupdf.open(stream=self.source.path.read_bytes(), filetype="pdf")
        return self.mupdf.open(self.source.path, filetype="pdf")

    def refuse_unreadable(self) -> None:
        """Raise where no page could be read."""
        if len(self.unread) == self.count:
            raise DamagedSource(self.source.uri, "has no page that can be read", "get the file again")
        if len(self.unread) + len(self.too_large) == self.count:
            what = f"every page unpacks to more than {MAX_BYTES // 2**20} MiB"
            raise SourceLimit(self.source.uri, what, "print it to a new PDF")

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

    def metadata(self, key: str) -> str:
        """What the file says of itself, a title say."""
        return (self.file.metadata or {}).get(key) or ""

    def page(self, number: int) -> ReadPage:
        """The page, without text if it is too broken to be read."""
        try:
            return self._page(number)
        except self.errors:
            self.unread.append(number + 1)
            return self._empty(number)

    def _empty(self, number: int) -> ReadPage:
        return ReadPage(PrintedPage(number, 612.0, 792.0, []), 612.0, 792.0, str(number + 1), False, None)

    def _page(self, number: int) -> ReadPage:
        page = self.file[number]
        if is_too_large(self.file, page):
            self.too_large.append(number + 1)
            return self._empty(number)
        text = page.get_textpage(clip=self.mupdf.INFINITE_RECT(), flags=self.flags)
        blocks = text.extractDICT()["blocks"]
        words = text.extractWORDS()
        turn = _usual_turn(blocks)
        matrix = page.rotation_matrix
        raw_width, raw_height = _raw_size(page)
        to_frame = _turned(turn, raw_width, raw_height)
        sizes = (raw_height, raw_width) if turn % 2 else (raw_width, raw_height)
        lines, sideways = _lines(number, blocks, words, turn, to_frame)
        lines = _beginning_inside(lines, *sizes)
        rules = [Rule(*to_frame(block["bbox"])) for block in blocks if block["type"] == 3 and block.get("isrect")]
        printed = PrintedPage(number, *sizes, lines, rules, _beginning_inside(sideways, *sizes))
        draw_underscores(printed)
        display = None
        if turn or page.rotation:
            back = _turned(-turn % 4, *sizes)

            def display(box: Box) -> Box:
                rect = self.mupdf.Rect(back(box)) * matrix
                return (rect.x0, rect.y0, rect.x1, rect.y1)

        label = page.get_label() or str(number + 1)
        return ReadPage(printed, page.rect.width, page.rect.height, label, not (lines or sideways), display)

    def warnings(self) -> list[str]:
        text: str = self.mupdf.TOOLS.mupdf_warnings(reset=True)
        counts = Counter(re.sub(r"\d+", "N", line).strip() for line in text.splitlines() if line.strip())
        found = [f"pymupdf: {line}" + (f" ({count} times)" if count > 1 else "") for line, count in counts.items()]
        if len(found) > 5:
            found = [*found[:5], f"pymupdf: {len(found) - 5} more kinds of warnings"]
        if self.unread:
            found.insert(
                0, f"{len(self.unread)} of {self.count} pages cannot be read, the first of them page {self.unread[0]}"
            )
        if self.too_large:
            found.insert(0, f"page {self.too_large[0]} is too large to be read ({len(self.too_large)} such pages)")
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
) -> tuple[list[PrintedLine], list[PrintedLine]]:
    """The lines of a page, and those that run in another direction than most."""
    lines: list[PrintedLine] = []
    sideways: list[PrintedLine] = []
    at = 0
    for block in blocks:
        for line in block.get("lines", ()):
            spans = line["spans"]
            if len(spans) > 1 and not turn:
                _space_out(spans)
            raw = spans[0]["text"] if len(spans) == 1 else "".join([span["text"] for span in spans])
            boxes, at = _extents(raw, line["bbox"], words, at)
            if not boxes:
                continue
            runs, base = _runs(spans, to_frame if turn else None)
            if not runs:
                continue
            if _turn(line["dir"]) != turn:
                x0, y0, x1, y1 = to_frame(line["bbox"])
                sideways.append(PrintedLine(number, x0, y0, x1, y1, y1, runs, [(x0, x1)] * len(boxes)))
                continue
            if turn:
                extents = [(box[0], box[2]) for box in map(to_frame, boxes)]
                _, y0, _, y1 = to_frame(line["bbox"])
            else:
                extents = [(box[0], box[2]) for box in boxes]
                _, y0, _, y1 = line["bbox"]
            # White space at the ends of a line has no place on the page.
            lines.append(PrintedLine(number, extents[0][0], y0, extents[-1][1], y1, base, runs, extents))
    return lines, sideways


def _extents(raw: str, bbox: Box, words: Sequence[Any], at: int) -> tuple[list[Box], int]:
    """The boxes of the words of a line, and where in `words` the next line begins."""
    tokens = raw.split()
    if not tokens:
        return [], at
    if at >= len(words) or not bbox[1] - 1 <= (words[at][1] + words[at][3]) / 2 <= bbox[3] + 1:
        return [bbox] * len(tokens), at  # a character without a width makes no word
    end, place = at, words[at][5:7]
    while end < len(words) and words[end][5:7] == place:
        end += 1
    own = words[at:end]
    if len(own) == len(tokens):
        return [word[:4] for word in own], end
    return _shared_out(_TOKEN.findall(raw), own), end


def _shared_out(tokens: Sequence[str], words: Sequence[Any]) -> list[Box]:
    """Boxes for tokens that are divided otherwise than the words, by counting characters.

    Control characters, which stand for ligatures in some old fonts, divide words but no tokens; a space that was put
    in divides tokens but no word.
    """
    boxes: list[Box] = []
    at = used = 0
    for token in tokens:
        left = sum(char > " " for char in token)
        parts: list[Box] = []
        while left > 0 and at < len(words):
            x0, y0, x1, y1, text = words[at][:5]
            count = min(left, len(text) - used)
            wide = (x1 - x0) / len(text)
            parts.append((x0 + used * wide, y0, x0 + (used + count) * wide, y1))
            left, used = left - count, used + count
            if used >= len(text):
                at, used = at + 1, 0
        if parts:
            boxes.append((parts[0][0], parts[0][1], parts[-1][2], parts[-1][3]))
    return boxes


def _space_out(spans: Sequence[dict[str, Any]]) -> None:
    """Puts a space where there is room for one between runs of different fonts; some producers leave it out."""
    for a, b in pairwise(spans):
        if b["bbox"][0] - a["bbox"][2] > 0.22 * b["size"] and not (a["text"][-1:].isspace() or b["text"][:1].isspace()):
            b["text"] = " " + b["text"]


def _beginning_inside(lines: list[PrintedLine], width: float, height: float) -> list[PrintedLine]:
    """The lines without those off the page; what goes on beyond the edge, on a line that begins inside, is kept."""

    def on_page(line: PrintedLine) -> bool:
        return line.x1 > 0 and line.x0 < width and line.y1 > 0 and line.y0 < height

    if all(map(on_page, lines)):
        return lines
    bases = {round(line.base) for line in lines if on_page(line)}
    return [line for line in lines if on_page(line) or (round(line.base) in bases and line.x0 > 0)]


_TOKEN = re.compile(r"[^ \t\n\r\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
#: Nothing of these is seen on the page.
_DROPPED = re.compile(r"[\x00\u200b\u200c\u2060\ufeff]|\u00ad(?=.*\S)")
_SPACES = re.compile(r"\s")


def _runs(spans: Sequence[dict[str, Any]], to_frame: Callable[[Box], Box] | None) -> tuple[list[Run], float]:
    """The runs of a line and its baseline."""
    main = spans[0] if len(spans) == 1 else max(spans, key=_weight)
    base, main_size = _base(main, to_frame), main["size"]
    runs: list[Run] = []
    last: Run | None = None
    for span in spans:
        text = span["text"]
        if not (text.isascii() and text.isprintable()):
            text = _clean(text)
        if not text or (last is not None and text.isspace()):
            if text and last is not None and last.text[-1] != " ":
                last.text += " "
            continue
        shift = 0
        if span is not main and span["size"] < 0.9 * main_size:
            apart = base - _base(span, to_frame)
            shift = 1 if apart > 0.12 * main_size else -1 if apart < -0.08 * main_size else 0
        font, flags, size = span["font"], span["flags"], round(span["size"], 1)
        style = style_of(font, flags)
        if last is not None and last.font == font and last.size == size and last.shift == shift:
            last.text += text
        elif not text.isspace():
            last = Run(text, span["bbox"][0], span["bbox"][2], size, style, shift, font)
            runs.append(last)
    return runs, base


def _weight(span: dict[str, Any]) -> float:
    size: float = span["size"]
    return len(span["text"].strip()) * size


def _base(span: dict[str, Any], to_frame: Callable[[Box], Box] | None) -> float:
    x, y = span["origin"]
    return to_frame((x, y, x, y))[1] if to_frame else float(y)


def _clean(text: str) -> str:
    # At the beginning of a word it divides nothing: the font has its hyphen there.
    text = _DROPPED.sub("", re.sub(r"(?<![^\s(\[])\u00ad(?=\S)", "-", cleaned(text)))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text))


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
