"""Small documents made by hand: blocks with their kinds, and runs that are set apart."""

from __future__ import annotations

import re

from qaextract.model import Block, Chunk, Document, Draft, Span
from qaextract.points import recipes

#: `⟦...⟧` in the text of a block is a run that is set apart; the marks are not part of the document.
_RUN = re.compile("⟦(.*?)⟧")


def make(*blocks: str | tuple[str, str], title: str = "Tides", parser: str = "made by hand") -> Document:
    """A document of paragraphs, or of (kind, text); `heading2` is a heading of level 2. An empty line ends a block."""
    text = ""
    made: list[Block] = []
    emphasis: list[Span] = []
    for block in blocks:
        kind, content = ("paragraph", block) if isinstance(block, str) else block
        level = re.search(r"\d$", kind)
        start = len(text)
        at = 0
        for run in _RUN.finditer(content):
            text += content[at : run.start()]
            emphasis.append(Span(len(text), len(text) + len(run[1])))
            text += run[1]
            at = run.end()
        text += content[at:]
        made.append(Block(kind.rstrip("0123456789"), Span(start, len(text)), level=int(level[0]) if level else None))
        text += "\n\n"
    return Document("made", "made.pdf", title, text, tuple(made), emphasis=tuple(emphasis), parser=parser)


def whole(document: Document, *headings: str) -> Chunk:
    """The document as one chunk."""
    return Chunk(document.id, Span(0, len(document.text)), document.text, headings)


def found(kind: str, document: Document, *headings: str) -> list[Draft]:
    """What the finder of this kind finds in the document taken as one chunk; every quote is checked to be verbatim."""
    recipe = recipes.get(kind)()
    chunk = whole(document, *headings)
    drafts = list(recipe.find(chunk, document)) if recipe.accepts(chunk) else []  # type: ignore[attr-defined]
    assert all(quote in document.text and quote for draft in drafts for quote in draft.quotes)
    return drafts


def asked(kind: str, *blocks: str | tuple[str, str], title: str = "Tides") -> list[tuple[str, str]]:
    """Questions and answers found in a document of these blocks."""
    return [(draft.question, draft.answer) for draft in found(kind, make(*blocks, title=title))]
