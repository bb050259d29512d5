"""Which chunks are worth asking about, and in which order when not all are needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from qaextract.model import Chunk, Document

T = TypeVar("T")

#: Sections that tell about the book and not about its subject.
FRONT_MATTER = re.compile(
    r"(?:(?:table of |list of )?contents|list of (?:figures|tables|algorithms|listings|symbols)|(?:\w+ )?index"
    r"|(?:works cited|references|bibliography|literature(?: cited)?)(?: and .*)?|acknowledge?ments?|copyright.*"
    r"|colophon|about (?:the|this) (?:author|book|document|manual)s?|dedication|imprint|credits"
    r"|licen[cs]e.*|gnu (?:free|general|lesser).*|(?:change ?log|revision history|author contributions?|funding"
    r"|conflicts? of interest|declarations?|data availability.*))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^(?:chapter|appendix|part|section)?\s*(?:[\dIVXLA-Z]+[.:)]?)*\s+(?=\w)", re.IGNORECASE)
_ENTRY = re.compile(r"(?:\.\s?){3,}\s*[\divxl]+\s*$|,\s*\d+(?:[-–,]\s*\d+)*\s*$|\s\d+\s*$")


def front_matter(chunk: Chunk, document: Document) -> bool:
    """Whether the chunk is a table of contents, an index, references, a licence or the like."""
    if any(FRONT_MATTER.fullmatch(_NUMBER.sub("", heading).strip(" .:")) for heading in chunk.headings):
        return True
    blocks = [b for b in document.blocks_in(chunk.span) if b.kind not in ("heading", "table")]
    if blocks and all(block.kind in ("reference", "artifact") for block in blocks):
        return True
    lines = [line for line in chunk.text.splitlines() if line.strip()]
    entries = sum(bool(_ENTRY.search(line)) for line in lines)
    return len(lines) >= 8 and entries > 0.7 * len(lines)


def spread(items: Sequence[T]) -> list[T]:
    """The items in an order whose every beginning is spread over the whole: first, middle, quarters, ...

    The order is that of the van der Corput sequence in base 2.
    """
    bits = max(1, (len(items) - 1).bit_length())
    ranks = (int(f"{n:0{bits}b}"[::-1], 2) for n in range(2**bits))
    return [items[rank] for rank in ranks if rank < len(items)]
