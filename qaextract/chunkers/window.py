"""Cut a document into pieces of a fixed size, whatever its sections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qaextract.chunkers._cutting import check_max_chars, cut
from qaextract.model import Chunk, Document, Span
from qaextract.points import chunkers


@chunkers.register("window")
@dataclass(frozen=True)
class Window:
    """Chunks of at most `max_chars` that end with a sentence, for documents without headings.

    They do not overlap: joined, they are the text. They have no headings.
    """

    max_chars: int = 8000

    def __post_init__(self) -> None:
        check_max_chars(self.max_chars)

    def chunk(self, document: Document) -> Iterator[Chunk]:
        """The chunks, in order; none for an empty text."""
        for piece in cut(document.text, Span(0, len(document.text)), self.max_chars):
            yield Chunk(document.id, piece, piece.of(document.text))
