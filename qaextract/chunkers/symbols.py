"""Cut source code where its functions, methods and classes begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from qaextract.model import Chunk, Document, Span
from qaextract.points import chunkers
from qaextract.python_source import Section, python_source


@chunkers.register("symbols")
@dataclass(frozen=True)
class Symbols:
    """One chunk a function, method or class header; a class no longer than `whole_class_chars` stays in one piece.

    The headings of a chunk are the module and the path of its symbol. Joined, the chunks are the file.
    """

    whole_class_chars: int = 1200

    def chunk(self, document: Document) -> Iterator[Chunk]:
        """The chunks; raises `SyntaxError` where the text is not Python."""
        text = document.text
        for path, sections in groupby(self._placed(python_source(text).sections()), key=lambda placed: placed[0]):
            spans = [section.span for _, section in sections]
            span = Span(spans[0].start, spans[-1].end)
            yield Chunk(document.id, span, span.of(text), (document.title, *path))

    def _placed(self, sections: list[Section]) -> Iterator[tuple[tuple[str, ...], Section]]:
        """The sections, each with the path of the chunk it goes to."""
        sizes: dict[tuple[str, ...], int] = {}
        for section in sections:
            for depth in range(1, len(section.path) + 1):
                sizes[section.path[:depth]] = sizes.get(section.path[:depth], 0) + len(section.span)
        for section in sections:
            whole = (section.path[:d] for d in range(1, len(section.path) + 1))
            path = next((path for path in whole if sizes[path] <= self.whole_class_chars), section.path)
            yield path, section
