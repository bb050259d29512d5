"""Lists in a document: which items go together, what announces them, and whether they are all there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qaextract.model import Block, Chunk, Document, Span
from qaextract.recipes._prose import Sentence, prose, sentences_of

_PASSED_OVER = ("artifact", "footnote")
_NUMBERED = re.compile(r"\s*\(?(?P<number>\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?P<bullet>[^\w\s`\\$(\[<\"'“‘])\s")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}


@dataclass(frozen=True, eq=False)
class Whole:
    """A document as the key of a cache: the very object, not one that equals it."""

    document: Document

    def __hash__(self) -> int:
        return hash(self.document.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Whole) and other.document is self.document


@dataclass(frozen=True)
class Item:
    """An item of a list: its plain `text` without the marker; `term` is what stands before the tab, if there is one.

    `span` also holds the paragraphs and listings that belong to the item.
    """

    text: str
    term: str
    marker: str
    span: Span
    whole: bool = True


@dataclass(frozen=True)
class Listing:
    """A list whose items follow each other, with the block above it and the heading it stands under.

    `torn` says that it may go on elsewhere, or that something else stands between its items.
    """

    items: tuple[Item, ...]
    lead: Block | None
    heading: Block | None
    torn: bool

    def lead_sentence(self, document: Document) -> Sentence | None:
        """The last sentence above the list."""
        if self.lead is None or self.lead.kind not in ("paragraph", "quote", "list"):
            return None
        last = sentences_of(document, self.lead)[-1:]
        return last[0] if last else None

    @property
    def span(self) -> Span:
        """From the first item to the last."""
        return Span(self.items[0].span.start, self.items[-1].span.end)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the items; empty where they are not numbered."""
        found = tuple(_number(item.marker) for item in self.items)
        return found if all(found) else ()


def indent(block: Block) -> float:
    """How far a block is indented: points from the left of the page, or the depth of an item times as much."""
    if block.bbox is not None:
        return block.bbox.x0
    return 12.0 * (block.level or 0)


def listings_in(chunk: Chunk, document: Document) -> list[Listing]:
    """The lists that lie whole in the chunk, with the sentence above them."""
    return [
        listing
        for listing in _listings(Whole(document))
        if listing.span in chunk.span and (listing.lead is None or listing.lead.span in chunk.span)
    ]


@lru_cache(maxsize=2)
def _listings(whole: Whole) -> tuple[Listing, ...]:
    return tuple(_read(whole.document))


def _read(document: Document) -> Iterator[Listing]:
    blocks = [block for block in document.blocks if block.kind not in _PASSED_OVER]
    heading: Block | None = None
    at = 0
    while at < len(blocks):
        if blocks[at].kind == "heading":
            heading = blocks[at]
        if blocks[at].kind != "list":
            at += 1
            continue
        end, members = _extent(document, blocks, at)
        items = tuple(_item(document, blocks[first:stop]) for first, stop in members)
        torn = _goes_on(document, blocks, end, blocks[members[-1][0]])
        yield Listing(items, blocks[at - 1] if at else None, heading, torn)
        at = end


def _extent(document: Document, blocks: Sequence[Block], start: int) -> tuple[int, list[tuple[int, int]]]:
    """Where the list that begins at `start` ends, and the blocks of each of its items."""
    first = blocks[start]
    shape = _shape(document, first)
    members = [(start, start + 1)]
    at = start + 1
    while at < len(blocks):
        block = blocks[at]
        first = blocks[members[-1][0]]  # on another page or column the items stand elsewhere
        if block.kind == "list" and _shape(document, block) == shape and _aligned(block, first, blocks[at - 1]):
            members.append((at, at + 1))
        elif (
            block.kind in ("paragraph", "code", "quote", "list", "formula", "term")
            and not _elsewhere(block, blocks[at - 1])  # how far in another column stands tells nothing
            and indent(block) > indent(first) + 6
        ) or (
            block.bbox is None
            and (block.kind == "code" or (block.kind in ("paragraph", "quote") and _set_in(document, block)))
            and _another(document, blocks, at + 1, first)
        ):
            members[-1] = (members[-1][0], at + 1)
        else:
            break
        at += 1
    return at, members


def _aligned(block: Block, first: Block, before: Block) -> bool:
    """Whether an item stands as far in as the first one; on another page or column its place tells nothing."""
    return _elsewhere(block, before) or abs(indent(block) - indent(first)) < 6


def _set_in(document: Document, block: Block) -> bool:
    """Whether the lines of a text file are indented here, so that they belong to the item above."""
    start = block.span.start
    before = document.text[document.text.rfind("\n", 0, start) + 1 : start]
    return len(before) >= 2 and not before.strip()


def _elsewhere(block: Block, before: Block) -> bool:
    """Whether a block stands on another page or in another column than the one before it."""
    if block.bbox is None or before.bbox is None:
        return False
    return block.page != before.page or block.bbox.y0 < before.bbox.y0


def _another(document: Document, blocks: Sequence[Block], at: int, first: Block) -> bool:
    return at < len(blocks) and blocks[at].kind == "list" and _shape(document, blocks[at]) == _shape(document, first)


def _shape(document: Document, block: Block) -> str:
    """What the markers of one list have in common."""
    raw = block.span.of(document.text)
    if "\t" in raw:
        return "tab"
    if found := _NUMBERED.match(raw):
        return "1" if found["number"].isdigit() else "a"
    found = _BULLET.match(raw)
    return found["bullet"] if found else ""


def _item(document: Document, blocks: Sequence[Block]) -> Item:
    raw = blocks[0].span.of(document.text)
    marker = _NUMBERED.match(raw) or _BULLET.match(raw)
    term = ""
    if "\t" in raw:
        term = prose(document, Span(blocks[0].span.start, blocks[0].span.start + raw.index("\t"))).text
    return Item(
        text=prose(document, blocks[0]).text,
        term=term,
        marker=marker[0].strip() if marker else "",
        span=Span(blocks[0].span.start, blocks[-1].span.end),
        whole=len(blocks) == 1,
    )


def _goes_on(document: Document, blocks: Sequence[Block], end: int, first: Block) -> bool:
    """Whether what follows a list shows that the list, or its last item, was not read whole."""
    while end < len(blocks) and blocks[end].kind in ("caption", "table"):
        end += 1
    if end >= len(blocks):
        return False
    block = blocks[end]
    if block.kind == "list":
        return abs(indent(block) - indent(first)) < 6 or indent(block) > indent(first)
    text = prose(document, block).text
    return block.kind == "paragraph" and text[:1].islower() and not re.match(r"(?:where|and)\b", text)


def _number(marker: str) -> int:
    bare = marker.strip("(.) ").lower()
    if bare.isdigit():
        return int(bare)
    if len(bare) == 1 and bare.isalpha() and bare not in "ivx":
        return ord(bare) - ord("a") + 1
    return _ROMAN.get(bare, 0)
