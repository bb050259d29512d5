"""Where a text may be cut when it is longer than a chunk should be."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qaextract.english import sentences
from qaextract.errors import SettingsError
from qaextract.model import Document, Span

#: Kinds of block that belong to what stands before them: items to their lead-in, a caption to its table.
_FOLLOWERS = frozenset({"list", "table", "caption", "formula", "code"})

#: A piece shorter than this part of what it may have is not cut off for the sake of what follows.
SMALL_PART = 4


@dataclass(frozen=True)
class Borders:
    """Offsets between blocks, ascending; at the `good` ones nothing is torn from what introduces it."""

    good: Sequence[int] = ()
    any: Sequence[int] = ()


def check_max_chars(max_chars: int) -> None:
    """Raise `SettingsError` where no text would be short enough."""
    if max_chars < 1:
        raise SettingsError(f"max_chars = {max_chars}: no text is that short", "set it to 1 or more")


def border_before(document: Document, index: int) -> int:
    """Where to cut before a block: at the begin of its line, so that its marks go with it, unless another is there."""
    start = document.blocks[index].span.start
    line_start = document.text.rfind("\n", 0, start) + 1
    before = document.blocks[index - 1].span.end if index else 0
    return line_start if line_start >= before else start


def borders(document: Document) -> Borders:
    """The borders of a document's blocks; a term is never torn from its description."""
    good, every = [], []
    for index in range(1, len(document.blocks)):
        before = document.blocks[index - 1]
        if before.kind == "term":
            continue
        border = border_before(document, index)
        every.append(border)
        introduced = document.text.endswith(":", before.span.start, before.span.end)
        if document.blocks[index].kind not in _FOLLOWERS and before.kind != "heading" and not introduced:
            good.append(border)
    return Borders(good, every)


def cut(text: str, span: Span, max_chars: int, between: Borders = Borders()) -> Iterator[Span]:
    """Pieces of `span` of at most `max_chars`, joined the whole of it.

    They end between blocks, else after sentences, else after spaces, else anywhere.
    """
    start = span.start
    while span.end - start > max_chars:
        limit = start + max_chars
        end = (
            _last(between.good, start + max_chars // SMALL_PART, limit)
            or _last(between.any, start, limit)
            or _sentence_start(text, start, limit)
            or _word_start(text, start, limit)
            or limit
        )
        yield Span(start, end)
        start = end
    if start < span.end:
        yield Span(start, span.end)


def _last(offsets: Sequence[int], after: int, limit: int) -> int | None:
    """The last offset that is greater than `after` and not greater than `limit`."""
    index = bisect_right(offsets, limit) - 1
    return offsets[index] if index >= 0 and offsets[index] > after else None


def _sentence_start(text: str, start: int, limit: int) -> int | None:
    """Where the last sentence before `limit` begins: it may be cut short there, the ones before it are whole."""
    found = sentences(text[start:limit])
    return start + found[-1].start if found and found[-1].start else None


def _word_start(text: str, start: int, limit: int) -> int | None:
    return next((offset for offset in range(limit, start, -1) if text[offset - 1].isspace()), None)
