"""Documents and chunks as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from qaextract.model import Chunk, Document
from qaextract.view import _html as h
from qaextract.view._passages import counted_kinds

#: How many headings of an outline, and how much of the text of a chunk, are shown.
MOST_OUTLINE_ROWS = 40
CHUNK_CHARS = 1200


def document_line(document: Document) -> str:
    """A document in one line of text."""
    pages = f"{h.plural(document.page_count, 'page')}, " if document.page_count else ""
    return f"Document: {document.title} ({pages}{h.plural(len(document.blocks), 'block')})"


def document_html(document: Document) -> str:
    """Title, warnings, kinds of blocks and outline."""
    pages = f"{h.plural(document.page_count, 'page')} · " if document.page_count else ""
    size = f"{pages}{h.plural(len(document.blocks), 'block')} · {len(document.text):,} characters"
    kinds = [(h.text(kind), str(n), f"{chars:,}") for kind, n, chars in counted_kinds(document)]
    return h.frame(
        h.element("div", h.element("strong", h.text(document.title or document.uri)), "font-size: 1.15em"),
        h.note(h.text(size)),
        *(h.element("div", f"⚠ {h.text(warning)}") for warning in document.warnings),
        h.table(("kind", "blocks", "characters"), kinds, (1, 2)) if kinds else "",
        _outline(document),
    )


def _outline(document: Document) -> str:
    headings = [block for block in document.blocks if block.kind == "heading"]
    rows = []
    for block in headings[:MOST_OUTLINE_ROWS]:
        indent = f"padding-left: {1.2 * ((block.level or 1) - 1):.1f}em"
        title = h.element("div", h.text(" ".join(block.span.of(document.text).split())), indent)
        rows.append((title, str(block.page or block.line or "")))
    if len(headings) > MOST_OUTLINE_ROWS:
        rows.append((f"… and {h.plural(len(headings) - MOST_OUTLINE_ROWS, 'more heading')}", ""))
    return h.table(("heading", "page" if document.page_count else "line"), rows, [1]) if rows else ""


def chunk_html(chunk: Chunk) -> str:
    """Where a chunk stands, and its text."""
    rest = len(chunk.text) - CHUNK_CHARS
    more = f"… and {h.plural(rest, 'more character')}" if rest > 0 else ""
    return h.frame(
        h.element("div", h.element("strong", h.text(h.path(chunk.headings) or "(before the first heading)"))),
        h.note(h.plural(len(chunk.text), "character")),
        h.element("div", h.text(chunk.text[:CHUNK_CHARS].strip("\n")), h.WRAPPED),
        h.note(more),
    )


def chunks_html(chunks: Sequence[Chunk]) -> str:
    """A table of chunks."""
    rows = [(h.text(h.path(c.headings)), f"{c.span.start:,}", f"{c.span.end:,}", h.cut(c.text)) for c in chunks]
    return h.long_table(("headings", "from", "to", "begins"), rows, (1, 2))
