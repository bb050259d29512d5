"""Which chunks are worth asking about, and in which order when not all are needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from qaextract.model import Block, Chunk, Document

T = TypeVar("T")

#: Headings of sections that tell about the book and not about its subject.
_ABOUT_THE_BOOK = re.compile(
    r"(?:table of |list of )?contents|list of (?:figures|tables|algorithms|listings)|acknowledge?ments?|dedication"
    r"|colophon|imprint|about the authors?|revision history|author contributions?"
    r"|(?:declaration of )?conflicts? of interest|competing interests?|copyright notice"
    r"|gnu (?:free|general|lesser|affero) .*licen[cs]e.*",
    re.IGNORECASE,
)
#: Headings that may name a subject as well ("References" in a book on C++): what stands below them decides.
_PERHAPS = re.compile(
    r"(?:[\w ]+ )?index|references(?: and .*)?|(?:works|literature) cited|(?:annotated )?bibliography|further reading"
    r"|copyright.*|licen[cs]e.*|credits|change ?log|funding|declarations?|data availability.*",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^(?:(?i:chapter|appendix|part|section)\s+)?(?:\d+(?:\.\d+)*|[IVXLC]+|[A-Z](?:\.\d+)*)[.:)]?\s+(?=\w)"
)
_ENTRY = re.compile(r"(?:\.\s?){3,}\s*[\divxl]+\s*$|,\s*\d+(?:[-–,]\s*\d+)*\s*$|\s\d+\s*$")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]?\b")
_LEGAL = re.compile(r"\b(?:copyright|licen[cs]e[ds]?|permission|warrant\w+|redistribut\w+|liab\w+)\b|©", re.IGNORECASE)


def front_matter(chunk: Chunk, document: Document) -> bool:
    """Whether the chunk is a table of contents, an index, a list of references, a licence or the like."""
    headings = [_NUMBER.sub("", heading).strip(" .:") for heading in chunk.headings]
    if any(_ABOUT_THE_BOOK.fullmatch(heading) for heading in headings):
        return True
    blocks = [block for block in document.blocks_in(chunk.span) if block.kind not in ("heading", "table")]
    if blocks and all(block.kind in ("reference", "artifact") for block in blocks):
        return True
    lines = [line for line in chunk.text.splitlines() if line.strip()]
    entries = sum(bool(_ENTRY.search(line)) for line in lines)
    if len(lines) >= 8 and entries > 0.7 * len(lines):
        return True
    return any(_PERHAPS.fullmatch(heading) for heading in headings) and _is_apparatus(chunk.text, blocks, document)


def _is_apparatus(text: str, blocks: Sequence[Block], document: Document) -> bool:
    """Whether most blocks are references or entries of an index, or the text speaks of rights."""
    bodies = [block.span.of(document.text) for block in blocks]
    listed = sum(
        block.kind == "reference" or bool(_YEAR.search(body) or _ENTRY.search(body))
        for block, body in zip(blocks, bodies, strict=True)
    )
    legal = len(_LEGAL.findall(text))
    return not bodies or listed >= 0.5 * len(bodies) or (legal >= 3 and legal >= len(text) / 500)


def spread(items: Sequence[T]) -> list[T]:
    """The items in an order whose every beginning is spread over the whole: first, middle, quarters, ...

    The order is that of the van der Corput sequence in base 2.
    """
    bits = max(1, (len(items) - 1).bit_length())
    ranks = (int(f"{n:0{bits}b}"[::-1], 2) for n in range(2**bits))
    return [items[rank] for rank in ranks if rank < len(items)]
