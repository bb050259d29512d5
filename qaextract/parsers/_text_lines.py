"""The lines of a plain text file, and what a line or a group of lines looks like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

TAB_COLUMNS = 8
#: How far a line may stand from the middle of the page and still be centred, in columns.
CENTRE_SLACK = 4
#: No page is wider than this: longer lines are not laid out in columns.
PAGE_COLUMNS = 400
#: How many lines a running head or foot may have.
MOST_FURNITURE_LINES = 3

_UNDERLINE = re.compile(r"([-=~^\"'`*+#_.:<>])\1{2,}")
_BULLET = r"[-*+•◦‣▪▸►▶●○·–]|o(?=\s\s)"
_MARKER = re.compile(rf"(?:{_BULLET}|\(?\d{{1,3}}[.)]|[a-z][.)]|\([A-Za-z]\)|\(?[ivx]{{1,5}}[.)])\s+(?=\S)")
_CITATION = re.compile(r"\[[\w.:+-]{1,24}\]\s+(?=\S)")
#: An option and what it does, on one line.
_OPTION = re.compile(r"--?\w\S*(?:,? \S+){0,4}?\s{2,}(?=\S)")
_NUMBER = re.compile(r"(?:Appendix )?(?P<number>\d{1,3}(?:\.\d{1,3})*|[A-Z](?:\.\d{1,3})+|[A-Z](?=\.))\.?\s+(?=\S)")
_LABEL = re.compile(
    r"(?:chapter|part|book|section|appendix|volume|act|scene|lesson|letter)\s+(?:\d+|[ivxlc]+|[a-z])\b\W*(?P<title>.*)",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"[IVXLC]+\.?")
_LEADERS = re.compile(r"(?:\. ?){4,}\s*\w{1,5}$")
_WORD = re.compile(r"[\"'(\[“‘]*(?:[^\W\d_]+(?:['’/-][^\W\d_]+)*|\d+(?:[.,]\d+)*%?)[.,;:!?)\]\"'”’]*|[–—]")
_STATEMENT = re.compile(r"(?:\$|>>>|>|#|%) \S|.*[;{}\\]$")
_BOX = re.compile("[─-▟]|^\\+[-=+]{3,}|^\\|.*\\|$")
_SYMBOLS = re.compile(r"[_={}<>|\\;\[\]]")
_WIDE_GAP = re.compile(r"\s{3,}|\t")
_GAP = re.compile(r"\s{2,}|\t")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line without the white space around it: its number from 1, its offset, and the columns it fills."""

    number: int
    start: int
    text: str
    indent: int
    width: int

    @property
    def end(self) -> int:
        """The offset behind its last character."""
        return self.start + len(self.text)


def lines_of(text: str) -> Iterator[TextLine | None]:
    """The lines; None for a blank one."""
    start = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        content = raw.strip()
        if content:
            before = raw[: len(raw) - len(raw.lstrip())]
            indent = len(before.lstrip("\f\v").expandtabs(TAB_COLUMNS))
            width = indent + len(_expanded(content, indent))
            yield TextLine(number, start + len(before), content, indent, width)
        else:
            yield None
        start += len(raw) + 1


def _expanded(content: str, indent: int) -> str:
    """Content with spaces for its tabs, as it shows behind an indent."""
    return (" " * indent + content).expandtabs(TAB_COLUMNS)[indent:]


def groups_of(lines: Sequence[TextLine | None]) -> list[list[TextLine]]:
    """The runs of lines between blank ones."""
    return [[line for line in run if line] for blank, run in groupby(lines, lambda line: line is None) if not blank]


def page_furniture(text: str, lines: Sequence[TextLine | None]) -> set[int]:
    """The numbers of running heads and feet: first or last on a page, and alike, but for digits, on another."""
    pages: list[list[TextLine]] = [[]]
    before = 0
    for line in lines:
        if line:
            if "\f" in text[before : line.start]:
                pages.append([])
            pages[-1].append(line)
            before = line.end
    furniture = _alike(pages, 0) | _alike(pages, -1)
    for _ in range(MOST_FURNITURE_LINES - 1):
        pages = [[line for line in page if line.number not in furniture] for page in pages]
        found = _alike(pages, 0) | _alike(pages, -1)
        furniture |= {number for number in found if furniture & {number - 1, number + 1}}
    return furniture


def _alike(pages: Sequence[Sequence[TextLine]], index: int) -> set[int]:
    """The numbers of the lines at `index` of their pages that are the same, but for digits, on several pages."""
    shown = [(re.sub(r"\d+|\s+", "0", page[index].text), page[index].number) for page in pages if page]
    shown = [(shape, number) for shape, number in shown if sum(map(str.isalpha, shape)) >= 3]
    counts = Counter(shape for shape, _ in shown)
    return {number for shape, number in shown if counts[shape] > 1}


def is_rule(line: TextLine) -> bool:
    """Whether the line is drawn: of one or two signs, over and over."""
    signs = line.text.replace(" ", "")
    return len(signs) >= 3 and len(set(signs)) <= 2 and not any(map(str.isalnum, signs))


def underlines(rule: TextLine, title: TextLine) -> bool:
    """Whether `rule` is drawn below (or above) `title`."""
    drawn = _UNDERLINE.fullmatch(rule.text) is not None and not is_rule(title)
    return drawn and len(title.text) <= 100 and len(rule.text) >= 0.8 * len(title.text)


def is_capitals(text: str) -> bool:
    """Whether a title is written in capitals alone."""
    if _ROMAN.fullmatch(text):
        return True
    words = re.findall(r"[^\W\d_]+", text)
    return (
        len(text) <= 80
        and text.isupper()
        and max(map(len, words)) >= 3
        and (text[0].isalnum() or text[0] in "\"“'")
        and not _SYMBOLS.search(text)
        and not _GAP.search(text)
        and text[-1] not in ",:"
    )


def number_depth(text: str) -> int | None:
    """How deep the number before a section's title goes; None where the line is no such title."""
    match = _NUMBER.match(text)
    if match is None:
        return None
    title = text[match.end() :]
    if title.endswith(".") and all(word[0].isupper() for word in title.split() if len(word) > 4):
        title = title[:-1]
    depth = match["number"].count(".") + 1
    if not is_title(title) or not (title[0].isupper() or title[0].isdigit() or depth > 1):
        return None
    return depth


def is_labelled(text: str) -> bool:
    """Whether the line is a title of the form `Chapter 3` or `Chapter 3: Tea`."""
    match = _LABEL.fullmatch(text)
    return match is not None and (not match["title"] or (is_title(match["title"]) and not match["title"][0].islower()))


def is_title(text: str) -> bool:
    """Whether a line can be a title: short, in one column, and not ended as a sentence or a clause is."""
    return (
        0 < len(text) <= 80
        and len(text.split()) <= 14
        and text[-1] not in ".,;:"
        and not _GAP.search(text)
        and not _SYMBOLS.search(text)
        and any(map(str.isalpha, text))
    )


def marker_of(text: str) -> tuple[str, int] | None:
    """The kind of block that the mark at the begin of a line opens, and how long the mark is."""
    for kind, pattern in (("list", _MARKER), ("reference", _CITATION), ("list", _OPTION)):
        match = pattern.match(text)
        if match:
            return kind, match.end()
    return None


def has_leaders(text: str) -> bool:
    """Whether dots lead to a page number, as in a table of contents."""
    return _LEADERS.search(text[-PAGE_COLUMNS:]) is not None


def is_sentence_line(line: TextLine) -> bool:
    """Whether the line seems to be part of a paragraph: some words in one column."""
    return len(line.text.split()) >= 6 and not _WIDE_GAP.search(line.text)


def is_words(lines: Sequence[TextLine]) -> bool:
    """Whether lines are mostly plain words in one column."""
    tokens = [token for line in lines for token in line.text.split()]
    plain = sum(_WORD.fullmatch(token) is not None for token in tokens)
    labels = sum(token.endswith(":") for token in tokens[:-1])
    in_columns = sum(_WIDE_GAP.search(line.text) is not None for line in lines)
    return plain >= 0.75 * len(tokens) and labels <= 0.2 * len(tokens) and in_columns <= 0.3 * len(lines)


def is_prose(lines: Sequence[TextLine]) -> bool:
    """Whether lines are sentences: plain words, and many of them or an end."""
    many = sum(len(line.text.split()) for line in lines)
    return is_words(lines) and (many >= 10 or (many >= 3 and lines[-1].text[-1] in ".!?:"))


def is_statements(lines: Sequence[TextLine]) -> bool:
    """Whether most lines, and at least two, are written as code is."""
    return sum(_STATEMENT.match(line.text) is not None for line in lines) >= max(2, 0.6 * len(lines))


def is_centred(lines: Sequence[TextLine], page_width: int) -> bool:
    """Whether every line stands in the middle of the page."""
    return all(
        line.indent >= TAB_COLUMNS and abs(line.indent + line.width - page_width) <= 2 * CENTRE_SLACK for line in lines
    )


def is_drawn(lines: Sequence[TextLine]) -> bool:
    """Whether most lines hold the strokes of a drawing or a framed table."""
    return sum(_BOX.search(line.text) is not None for line in lines) > 0.6 * len(lines)


def is_framed(lines: Sequence[TextLine]) -> bool:
    """Whether the lines are a table with bars and crosses."""
    return len(lines) >= 3 and all(line.text[0] in "+|" and line.text[-1] in "+|" for line in lines)


def columns(lines: Sequence[TextLine]) -> list[list[str]]:
    """The cells of lines that stand in columns, one list a line; nothing where no gap goes through all of them."""
    rows = [" " * line.indent + _expanded(line.text, line.indent) for line in lines]
    width = max(map(len, rows), default=0)
    if width > PAGE_COLUMNS:
        return []
    filled = [any(i < len(row) and row[i] != " " for row in rows) for i in range(width)]
    left = min((line.indent for line in lines), default=0)
    ends = [left]
    for is_filled, run in groupby(range(left, width), lambda i: filled[i]):
        gap = list(run)
        if not is_filled and len(gap) >= 2:
            ends.append(gap[-1] + 1)
    ends.append(width)
    return [[row[a:b].strip() for a, b in pairwise(ends)] for row in rows] if len(ends) > 2 else []


def is_table(lines: Sequence[TextLine]) -> bool:
    """Whether lines are certainly a table: three columns of short cells, or two in at least three rows."""
    if is_framed(lines):
        return True
    rows = columns([line for line in lines if not is_rule(line)])
    if len(rows) < 2 or any(_MARKER.match(line.text) or _CITATION.match(line.text) for line in lines):
        return False
    many = len(rows[0])
    if many == 2 and (has_terms(lines) or any(_OPTION.match(line.text) for line in lines)):
        return False
    cells = [cell for row in rows for cell in row if cell]
    full = sum(sum(map(bool, row)) >= 2 for row in rows)
    short = sum(len(cell.split()) <= 3 for cell in cells) >= 0.8 * len(cells)
    return short and full >= 0.8 * len(rows) and (many >= 3 or len(rows) >= 3)


def has_terms(lines: Sequence[TextLine]) -> bool:
    """Whether lines are terms with descriptions of some words beside them, which may go on below themselves."""
    rows = columns(lines)
    if not rows or len(rows[0]) != 2 or not rows[0][0]:
        return False
    terms = [term for term, _ in rows if term]
    described = all(about for _, about in rows) and max(len(about.split()) for _, about in rows) > 3
    return described and len(terms) >= 2 and max(len(term.split()) for term in terms) <= 5
