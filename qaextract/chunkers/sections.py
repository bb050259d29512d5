"""Cut a document where its sections begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qaextract.chunkers._cutting import border_before, borders, check_max_chars, cut
from qaextract.model import Chunk, Document, Span
from qaextract.points import chunkers

_Path = tuple[tuple[int, str], ...]


@chunkers.register("sections")
@dataclass(frozen=True)
class Sections:
    """One chunk a section, from its heading to the next; what is longer than `max_chars` is cut between blocks.

    The headings of a chunk are those above it and its own. A heading with nothing but a deeper heading below it goes
    into the chunk of that one. Joined, the chunks are the text.
    """

    max_chars: int = 8000

    def __post_init__(self) -> None:
        check_max_chars(self.max_chars)

    def chunk(self, document: Document) -> Iterator[Chunk]:
        """The chunks, in order; none for an empty text."""
        between = borders(document)
        for span, headings in _sections(document):
            for piece in cut(document.text, span, self.max_chars, between):
                yield Chunk(document.id, piece, piece.of(document.text), headings)


def _sections(document: Document) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """The spans of the sections and the paths of their headings; before the first heading the path is empty."""
    path: _Path = ()
    start, has_body = 0, False
    for index, block in enumerate(document.blocks):
        if block.kind != "heading":
            has_body = has_body or block.kind != "artifact"
            continue
        level, border = block.level or 1, border_before(document, index)
        if border > start and (has_body or (path and level <= path[-1][0])):
            yield Span(start, border), _titles(path)
            start = border
        above = tuple(step for step in path if step[0] < level)
        path = (*above, (level, " ".join(block.span.of(document.text).split())))
        has_body = False
    if start < len(document.text):
        yield Span(start, len(document.text)), _titles(path)


def _titles(path: _Path) -> tuple[str, ...]:
    return tuple(title for _, title in path)
