"""The nouns of the project: frozen, without I/O.

`Span` is the only text coordinate: half-open offsets, in Unicode code points, into `Document.text`. Boxes are
in PDF points (1/72 inch), their origin at the top left of the page as displayed. Pages and lines count from 1.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, overload

from pydantic import BaseModel, ConfigDict

Json = dict[str, Any]
MatchKind = Literal["exact", "normalized", "fuzzy"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was named; files of the same bytes are one source."""

    path: Path
    uri: str
    sha256: str
    aliases: tuple[str, ...] = ()
    password: str | None = field(default=None, repr=False, compare=False)

    @property
    def document_id(self) -> str:
        """The id of the document that is read from this source."""
        return self.sha256[:16]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open offsets into `Document.text`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def of(self, text: str) -> str:
        """The slice of `text`."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class BBox:
    """A rectangle on a page, in points."""

    x0: float
    y0: float
    x1: float
    y1: float

    def union(self, other: BBox) -> BBox:
        """The smallest box around both."""
        return BBox(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def clipped(self, width: float, height: float) -> BBox:
        """The part of the box that lies on a page of this size."""
        x0, x1 = (min(max(x, 0.0), width) for x in (self.x0, self.x1))
        y0, y1 = (min(max(y, 0.0), height) for y in (self.y0, self.y1))
        return BBox(x0, y0, x1, y1)


@dataclass(frozen=True, slots=True)
class PageBox:
    """A box and the page it lies on."""

    page: int
    bbox: BBox


@dataclass(frozen=True, slots=True)
class Word:
    """Where the characters of a span stand on their line: from `x0` to `x1`."""

    span: Span
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its characters, and where they stand."""

    span: Span
    page: int
    bbox: BBox


class Lines(Sequence[Line]):
    """The printed lines of a document in text order, held as columns; a `Line` is made on access.

    With each line go the horizontal extents of its words, so that a box can be cut to the width of a quote.
    """

    def __init__(self) -> None:
        self._starts = array("q")
        self._ends = array("q")
        self._pages = array("l")
        self._boxes = array("f")
        self._word_starts = array("q")
        self._word_ends = array("q")
        self._word_x = array("f")

    def append(self, line: Line, words: Iterable[Word] = ()) -> None:
        """Add the next line. Spans must not go back; words must lie inside the line, in order."""
        if self._ends and line.span.start < self._ends[-1]:
            raise ValueError(f"line {line.span} begins before the one before it has ended")
        self._starts.append(line.span.start)
        self._ends.append(line.span.end)
        self._pages.append(line.page)
        self._boxes.extend((line.bbox.x0, line.bbox.y0, line.bbox.x1, line.bbox.y1))
        for word in words:
            self._word_starts.append(word.span.start)
            self._word_ends.append(word.span.end)
            self._word_x.extend((word.x0, word.x1))

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        i = range(len(self))[index]
        return Line(Span(self._starts[i], self._ends[i]), self._pages[i], BBox(*self._boxes[4 * i : 4 * i + 4]))

    def touching(self, span: Span) -> Iterator[Line]:
        """The lines that share a character with `span`."""
        for i in range(bisect_right(self._ends, span.start), bisect_left(self._starts, span.end)):
            if self._starts[i] < self._ends[i]:
                yield self[i]

    def cut(self, line: Line, span: Span) -> BBox:
        """The box of the part of `line` that lies in `span`; inside a word, widths are taken as equal."""
        first = bisect_right(self._word_ends, max(span.start, line.span.start))
        last = bisect_left(self._word_starts, min(span.end, line.span.end)) - 1
        if first > last or line.span in span:
            return line.bbox
        x0 = self._x_at(first, span.start, line.bbox)
        x1 = self._x_at(last, span.end, line.bbox)
        return BBox(min(x0, x1), line.bbox.y0, max(x0, x1), line.bbox.y1)

    def _x_at(self, word: int, offset: int, within: BBox) -> float:
        start, end = self._word_starts[word], self._word_ends[word]
        x0, x1 = self._word_x[2 * word], self._word_x[2 * word + 1]
        part = (min(max(offset, start), end) - start) / (end - start)
        return min(max(x0 + part * (x1 - x0), within.x0), within.x1)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document that belongs together.

    `kind` is one of heading, paragraph, list, term, table, caption, footnote, formula, code, quote, reference,
    artifact (what belongs to the page or the format and not to the text).
    A list block is one item, marker included; where the item is a term and its description on one line, a tab
    stands between them. A term block is the term of a description that follows it as blocks of its own.
    In a table block every row is a line, and tabs stand between its cells.

    `page` is where the block begins and `bbox` its part on that page (None where the format has no pages); `line`
    is the line of the file where it begins (None for PDFs); `level` is the depth of a heading, from 1, of a
    list item, or of a symbol.
    """

    kind: str
    span: Span
    page: int | None = None
    bbox: BBox | None = None
    line: int | None = None
    level: int | None = None


@dataclass(frozen=True)
class Document:
    """The text of a source, its blocks in reading order, and where each stands.

    `emphasis` holds the runs that are set apart (bold, italic, typewriter) inside plainer text, in order.
    `lines` and `emphasis` are not part of the JSON form.
    """

    id: str
    uri: str
    title: str
    text: str = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    lines: Lines = field(default_factory=Lines, repr=False, compare=False)
    emphasis: tuple[Span, ...] = field(default=(), repr=False, compare=False)
    aliases: tuple[str, ...] = ()
    page_count: int = 0
    page_labels: tuple[str, ...] = field(default=(), repr=False)
    page_sizes: tuple[tuple[float, float], ...] = field(default=(), repr=False)
    parser: str = ""
    warnings: tuple[str, ...] = ()

    def blocks_in(self, span: Span) -> tuple[Block, ...]:
        """The blocks that lie whole inside `span`, in order."""
        first = bisect_left(self._block_starts, span.start)
        last = bisect_left(self._block_starts, span.end)
        return tuple(block for block in self.blocks[first:last] if block.span.end <= span.end)

    def pages(self, span: Span) -> tuple[int, ...]:
        """The pages that `span` touches, ascending; empty where the format has no pages."""
        return tuple(sorted({line.page for line in self.lines.touching(span)}))

    def boxes(self, span: Span) -> tuple[PageBox, ...]:
        """One box for each printed line that `span` touches, cut to the width of `span`."""
        return tuple(
            PageBox(line.page, self.lines.cut(line, span).clipped(*self.page_sizes[line.page - 1]))
            for line in self.lines.touching(span)
        )

    def line_numbers(self, span: Span) -> tuple[int, int] | None:
        """First and last line of the file that `span` touches; None where the text is not the file's own."""
        if not self.blocks or self.blocks[0].line is None:
            return None
        first = bisect_left(self._newlines, span.start)
        return first + 1, max(first, bisect_left(self._newlines, max(span.start, span.end - 1))) + 1

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.span.start for block in self.blocks]

    @cached_property
    def _newlines(self) -> list[int]:
        return [i for i, char in enumerate(self.text) if char == "\n"]

    def to_json(self) -> Json:
        """The document as `qaextract parse --json` prints it: all but the printed lines."""
        return {
            "id": self.id,
            "uri": self.uri,
            "aliases": list(self.aliases),
            "title": self.title,
            "text": self.text,
            "page_count": self.page_count,
            "page_labels": list(self.page_labels),
            "page_sizes": [list(size) for size in self.page_sizes],
            "parser": self.parser,
            "warnings": list(self.warnings),
            "blocks": [_block_to_json(block) for block in self.blocks],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Document:
        """The document of `to_json`, without printed lines. Unknown keys are ignored."""
        return cls(
            id=data["id"],
            uri=data["uri"],
            title=data["title"],
            text=data["text"],
            blocks=tuple(_block_from_json(block) for block in data["blocks"]),
            aliases=tuple(data.get("aliases", ())),
            page_count=data.get("page_count", 0),
            page_labels=tuple(data.get("page_labels", ())),
            page_sizes=tuple((width, height) for width, height in data.get("page_sizes", ())),
            parser=data.get("parser", ""),
            warnings=tuple(data.get("warnings", ())),
        )


def _block_to_json(block: Block) -> Json:
    box = block.bbox
    return {
        "kind": block.kind,
        "start": block.span.start,
        "end": block.span.end,
        "page": block.page,
        "bbox": None if box is None else [round(x, 2) for x in (box.x0, box.y0, box.x1, box.y1)],
        "line": block.line,
        "level": block.level,
    }


def _block_from_json(data: Mapping[str, Any]) -> Block:
    box = data.get("bbox")
    return Block(
        kind=data["kind"],
        span=Span(data["start"], data["end"]),
        page=data.get("page"),
        bbox=None if box is None else BBox(*box),
        line=data.get("line"),
        level=data.get("level"),
    )


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of a document that is worked on at once; `headings` is the path of headings above it."""

    document_id: str
    span: Span
    text: str = field(repr=False)
    headings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """`document_id:start-end`."""
        return f"{self.document_id}:{self.span.start}-{self.span.end}"


class Draft(BaseModel):
    """What a recipe asks for. Recipes subclass it; fields of nested steps may hold quotes of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str
    answer: str
    quotes: tuple[str, ...] = ()

    def all_quotes(self) -> tuple[str, ...]:
        """Every quote of the draft and of the steps nested in it, in order, each once."""
        return tuple(dict.fromkeys(_quotes_of(self)))


def _quotes_of(value: object) -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            part = getattr(value, name)
            if name == "quotes":
                yield from part
            elif name == "quote" and isinstance(part, str):
                yield part
            else:
                yield from _quotes_of(part)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _quotes_of(item)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quote stands in a text, and how alike the two are (1.0 unless fuzzy)."""

    span: Span
    match: MatchKind
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote and its place; `quote` is always the document's own text at `span`."""

    quote: str
    span: Span
    pages: tuple[int, ...] = ()
    boxes: tuple[PageBox, ...] = ()
    lines: tuple[int, int] | None = None
    match: MatchKind = "exact"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one validator says of one pair. `code` is stable; `score` is between 0 and 1, or None."""

    validator: str
    ok: bool
    code: str
    message: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """Which document a pair comes from."""

    id: str
    uri: str
    title: str


@dataclass(frozen=True)
class QAPair:
    """A question and its answer, with the places that show it; there is no pair without evidence."""

    kind: str
    draft: Draft
    evidence: tuple[Evidence, ...]
    document: DocumentRef
    chunk_id: str | None = None
    headings: tuple[str, ...] = ()
    model: str | None = None
    checks: tuple[Verdict, ...] = ()

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("a pair without evidence is a rejection")

    @property
    def question(self) -> str:
        """The question."""
        return self.draft.question

    @property
    def answer(self) -> str:
        """The answer."""
        return self.draft.answer

    @cached_property
    def id(self) -> str:
        """16 hex digits that survive a better parser: layout of the quotes does not enter."""
        return outcome_id(self.document.id, self.kind, self.draft)


@dataclass(frozen=True)
class Rejection:
    """A draft that did not become a pair, and the verdict that failed first."""

    kind: str
    draft: Draft
    verdict: Verdict
    document: DocumentRef
    evidence: tuple[Evidence, ...] = ()
    chunk_id: str | None = None
    headings: tuple[str, ...] = ()
    model: str | None = None
    checks: tuple[Verdict, ...] = ()

    @property
    def question(self) -> str:
        """The question."""
        return self.draft.question

    @property
    def answer(self) -> str:
        """The answer."""
        return self.draft.answer

    @cached_property
    def id(self) -> str:
        """As of a pair."""
        return outcome_id(self.document.id, self.kind, self.draft)


Outcome = QAPair | Rejection


def outcome_id(document_id: str, kind: str, draft: Draft) -> str:
    """Hash of the document, the kind, question, answer, and the quotes without white space and hyphens."""
    quotes = ["".join(c for c in quote if c.isalnum()) for quote in draft.all_quotes()]
    parts = [document_id, kind, draft.question, draft.answer, *quotes]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or a chunk that could not be worked on."""

    source: str
    stage: str
    code: str
    error: str
    chunk_id: str | None = None
    recipe: str | None = None
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a prompt. `shared` parts come first and are the same over the recipes of a chunk."""

    role: Literal["system", "user", "assistant"]
    text: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """What a recipe of several stages yields to have a model asked; it receives the parsed reply."""

    stage: str
    parts: tuple[Part, ...]
    schema: type[BaseModel]
    sample: int = 0


@dataclass(frozen=True)
class Request:
    """Everything that decides a reply; `key` is its hash."""

    provider: str
    model: str
    parts: tuple[Part, ...]
    schema: Json | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sample: int = 0

    def to_json(self) -> Json:
        """The request as the ledger stores it."""
        return {
            "provider": self.provider,
            "model": self.model,
            "parameters": dict(self.parameters),
            "schema": self.schema,
            "parts": [{"role": p.role, "text": p.text, "shared": p.shared} for p in self.parts],
            "sample": self.sample,
        }

    @cached_property
    def key(self) -> str:
        """64 hex digits over provider, model, parameters, schema, parts and sample."""
        canonical = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a reply cost: tokens, and seconds of waiting.

    `input_tokens` are all of the prompt; of these, `cached_tokens` were read from the service's cache and
    `written_tokens` written to it.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: float = 0.0
    seconds: float = 0.0
    written_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """The outcome of a request, with its usage: a parsed value, a refusal, or `text` that has a `problem`.

    `parsed` None without refusal and problem says that there is no pair here. `cut` says that the reply ended for
    want of room.
    """

    key: str
    parsed: Json | None
    refusal: str | None = None
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    stop_reason: str = ""
    text: str = ""
    problem: str = ""
    cut: bool = False


@dataclass(frozen=True)
class Context:
    """What validators and recipes may use. `ask` is None without a model, and always goes through the ledger."""

    document: Document
    chunk: Chunk | None = None
    sources: Mapping[str, Document] = field(default_factory=dict)
    language: str = "en"
    ask: Callable[[Request], Reply] | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """What running a program gave."""

    ok: bool
    stdout: str = ""
    stderr: str = ""
    exit_code: int | None = None
    seconds: float = 0.0
    reason: str = ""
