"""Blocks as plain prose: text without layout and markup, its sentences, and their verbatim places."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from qaextract.english import sentences
from qaextract.model import Block, Chunk, Document, Span


@dataclass(frozen=True)
class Prose:
    """A piece of a document in plain text: one line, no list marker, no markup of Markdown except code marks.

    `places[i]` is where character `i` of `text` stands in the document.
    """

    text: str
    places: tuple[int, ...]
    span: Span

    def source(self, start: int, end: int) -> Span:
        """The span of the document that `text[start:end]` was made from; the piece must not be empty."""
        return Span(self.places[start], self.places[end - 1] + 1)

    def within(self, span: Span) -> Span:
        """The span in `text` of what stands inside `span` of the document; empty if nothing does."""
        at = [i for i, place in enumerate(self.places) if span.start <= place < span.end]
        return Span(at[0], at[-1] + 1) if at else Span(0, 0)


@dataclass(frozen=True)
class Sentence:
    """A sentence: its plain `text`, and where it stands in the document and in the plain text of its block."""

    text: str
    span: Span
    plain: Span
    block: Block

    def quote(self, document: Document) -> str:
        """The verbatim slice."""
        return self.span.of(document.text)


_MARKER = re.compile(
    r"\s*(?:[•◦▪▫‣⁃∙●○■□◆◇►▶➢➤✓–—*+·§❖-]\s+|(?:\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|\(?[ivx]{1,5}[.)])\s+(?=\S))"
)
_NOTE_MARK = re.compile(r"\s*(?:[¹²³⁰⁴-⁹]+|[*∗†‡§¶]+|\[?\d{1,3}\]?\.?(?=\s?[A-Z“‘\"]))\s*")
_QUOTE_MARK = re.compile(r"(?:(?<=\n)|\A)[ \t]*(?:>[ \t]?)+")
#: (what to look for, the groups that are kept); longer forms come first.
_MARKUP: tuple[tuple[re.Pattern[str], tuple[int, ...]], ...] = (
    (re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL), (0,)),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), (1,)),
    (re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])"), ()),
    (re.compile(r"\[\^[^\]\s]+\]"), ()),
    (re.compile(r"\[([^\[\]]+)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)?(?:\s+\"[^\"]*\")?\)|\[[^\[\]]*\])"), (1,)),
    (re.compile(r"<((?:https?://|mailto:)[^>\s]+)>"), (1,)),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), ()),
    (re.compile(r"(\*\*\*|\*\*|\*)(?=\S)(.+?)(?<=\S)\1", re.DOTALL), (2,)),
    (re.compile(r"(?<!\w)(___|__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)", re.DOTALL), (2,)),
    (re.compile(r"~~(?=\S)(.+?)(?<=\S)~~", re.DOTALL), (1,)),
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,10}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")


@lru_cache(maxsize=4096)
def _plain(raw: str, markdown: bool, kind: str) -> tuple[str, tuple[int, ...]]:
    pieces = [(0, len(raw))]
    opening = {"list": _MARKER, "footnote": _NOTE_MARK}.get(kind)
    if opening and (marker := opening.match(raw)):
        pieces = [(marker.end(), len(raw))]
    if markdown:
        pieces = _cut(raw, pieces, ((_QUOTE_MARK, ()),))
        pieces = [piece for start, end in pieces for piece in _unmarked(raw, start, end)]
    return _on_one_line(raw, pieces, markdown)


def _cut(
    raw: str, pieces: list[tuple[int, int]], forms: Iterable[tuple[re.Pattern[str], tuple[int, ...]]]
) -> list[tuple[int, int]]:
    """The pieces without what the forms match."""
    for pattern, _ in forms:
        found: list[tuple[int, int]] = []
        for start, end in pieces:
            for match in pattern.finditer(raw, start, end):
                found.append((start, match.start()))
                start = match.end()
            found.append((start, end))
        pieces = found
    return pieces


def _unmarked(raw: str, start: int, end: int) -> list[tuple[int, int]]:
    """The pieces of `raw[start:end]` that are no markup, code spans whole."""
    found: list[tuple[int, int]] = []
    while True:
        matches = ((pattern.search(raw, start, end), keep) for pattern, keep in _MARKUP)
        hits = [(match, keep) for match, keep in matches if match is not None]
        if not hits:
            return [*found, (start, end)]
        match, keep = min(hits, key=lambda hit: hit[0].start())
        found.append((start, match.start()))
        for group in keep:
            inner = match.span(group)
            found += [inner] if group == 0 or raw[inner[0] - 1] == "\\" else _unmarked(raw, *inner)
        start = match.end()


def _on_one_line(raw: str, pieces: list[tuple[int, int]], markdown: bool) -> tuple[str, tuple[int, ...]]:
    text: list[str] = []
    places: list[int] = []
    for start, end in pieces:
        at = start
        while at < end:
            entity = _ENTITY.match(raw, at, end) if markdown else None
            char = html.unescape(entity[0]) if entity else raw[at]
            if char.isspace():
                # A compound that was cut at its hyphen goes on without a space.
                broken = char == "\n" and len(text) > 1 and text[-1] == "-" and text[-2].isalpha()
                char = "" if not text or text[-1] == " " or broken else " "
            elif char in "\u00ad\u200b\ufeff":
                char = ""
            if char:
                text.append(char[0])
                places.append(at)
            at = entity.end() if entity else at + 1
    while text and text[-1] == " ":
        text.pop()
        places.pop()
    return "".join(text), tuple(places)


def prose(document: Document, block: Block | Span) -> Prose:
    """The plain text of a block or of any other piece of the document."""
    span = block if isinstance(block, Span) else block.span
    kind = block.kind if isinstance(block, Block) else ""
    text, places = _plain(span.of(document.text), document.parser.startswith("markdown"), kind)
    return Prose(text, tuple(span.start + place for place in places), span)


_NOTE_AFTER = re.compile(r"(?<=[.!?”’)])[¹²³⁰⁴-⁹]+$")


def sentences_of(document: Document, block: Block) -> list[Sentence]:
    """The sentences of a block; their texts are without the marks of footnotes at their ends."""
    plain = prose(document, block)
    found = []
    for span in sentences(plain.text):
        text = _NOTE_AFTER.sub("", span.of(plain.text))
        # The quote keeps the mark: without it, it would end inside of what is printed as one.
        found.append(
            Sentence(text, plain.source(span.start, span.end), Span(span.start, span.start + len(text)), block)
        )
    return found


def blocks_of(document: Document, chunk: Chunk, *kinds: str) -> list[Block]:
    """The blocks of these kinds in the chunk."""
    return [block for block in document.blocks_in(chunk.span) if block.kind in kinds]


def emphasised(document: Document, span: Span) -> list[Span]:
    """The runs of bold, italic or typewriter that begin inside the span."""
    runs = document.emphasis
    return list(runs[bisect_left(runs, Span(span.start, span.start)) : bisect_left(runs, Span(span.end, span.end))])


_MATTER = re.compile(
    r"(?:\d[\d.]*\s+|appendix \w+[.:]?\s+)?(?:the\s+|general\s+)?"
    r"(?:(?:table of |list of )?contents|list of \w+|preface|foreword|dedication|acknowledge?ments?(?: .*)?|credits"
    r"|colophon|copyright.*|licen[sc]\w*(?: .*)?|gnu (?:general|free|lesser).*|about (?:the|this).*|history|changes.*"
    r"|(?:\w+ )?index(?: of .*)?|references|bibliography|literature(?: cited)?|further reading|works cited|change ?log"
    r"|(?:release|revision|version) (?:notes|history)|authors?|contributors|contact.*|imprint|legal.*|disclaimer.*"
    r"|warranty.*|how to (?:use|read) this .*|contributing|to the (?:reader|student|instructor|teacher)|keywords"
    r"|(?:typographical |notational )?conventions|obtaining .*|reporting bugs)\.?",
    re.IGNORECASE,
)


def is_matter(chunk: Chunk) -> bool:
    """Whether the chunk is front or back matter: contents, preface, licence, index, references."""
    return any(_MATTER.fullmatch(heading.strip()) for heading in chunk.headings)


_CHANGES = re.compile(r"\b(?:news|change ?log|changes|release notes|what['’]?s new|history of)\b", re.IGNORECASE)


def is_changelog(document: Document) -> bool:
    """Whether the document tells what changed from version to version, and not how things are."""
    return _CHANGES.search(document.title) is not None


T = TypeVar("T")


class _Identified:
    """A document as a key: told apart by identity, so that no text is compared."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def __hash__(self) -> int:
        return hash(self.document.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identified) and self.document is other.document


class OncePerDocument(Generic[T]):
    """What is found by reading a whole document, kept while the chunks of the document are worked on."""

    def __init__(self, read: Callable[[Document], T]) -> None:
        self._read = lru_cache(maxsize=2)(lambda key: read(key.document))

    def __call__(self, document: Document) -> T:
        """What `read` returned for this document."""
        return self._read(_Identified(document))
