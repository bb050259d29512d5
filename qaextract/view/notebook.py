"""What IPython shows of runs, pairs, rejections, documents, chunks and verdicts; registered by type.

The nouns know nothing of this. `register_if_ipython()` costs nothing where no IPython runs. Formatters read files,
never write them, and give the same HTML for the same run: no ids, times or folders.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from qaextract.errors import QAExtractError, SourceError
from qaextract.model import (
    BBox,
    Chunk,
    Document,
    DocumentRef,
    Failure,
    Outcome,
    PageBox,
    QAPair,
    Rejection,
    Span,
    Verdict,
)
from qaextract.view._html_document import chunk_html, chunks_html, document_html, document_line
from qaextract.view._html_outcome import (
    outcome_lines,
    pair_html,
    pairs_html,
    rejection_html,
    rejections_html,
    verdicts_html,
)
from qaextract.view._html_run import failures_html, run_html, run_line
from qaextract.view._passages import source_of

#: Width of a page as displayed, in CSS pixels.
PAGE_WIDTH_PX = 620
#: How many pages are shown of a pair whose evidence is on several.
MOST_PAGES = 3
#: How much higher than the one before a line may end and still be below it: superscripts do.
LINE_RISE_PT = 20.0
#: What is taken off the top and the bottom of a block that is drawn.
GAP_PT = 1.2


def register_if_ipython() -> None:
    """Register the formatters where IPython runs; importing it for that would be too dear."""
    if "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
        if shell is not None:
            register(shell)


def register(shell: Any) -> None:
    """Register the formatters with a shell."""
    html, plain = (shell.display_formatter.formatters[mime] for mime in ("text/html", "text/plain"))
    for kind, formatter in _HTML.items():
        html.for_type(kind, formatter)
    for kind, line in _PLAIN.items():
        plain.for_type(kind, _printed(line))
    for sequence in (list, tuple):
        html.for_type(sequence, sequence_html)
    # By name: `api` stands above this module.
    html.for_type_by_name("qaextract.api", "Run", run_html)
    plain.for_type_by_name("qaextract.api", "Run", _printed(run_line))
    if hasattr(shell, "kernel"):
        # Of all forms of one output a front end shows one: text and page are two outputs.
        shell.display_formatter.ipython_display_formatter.for_type(QAPair, show_pair)


_HTML: dict[type, Callable[[Any], str]] = {
    QAPair: pair_html,
    Rejection: rejection_html,
    Document: document_html,
    Chunk: chunk_html,
    Verdict: lambda verdict: verdicts_html([verdict]),
    Failure: lambda failure: failures_html([failure]),
}
#: In place of reprs, which are long and hold folders, versions and scores that say nothing of the pair.
_PLAIN: dict[type, Callable[[Any], str]] = {
    QAPair: outcome_lines,
    Rejection: outcome_lines,
    Document: document_line,
}
_SEQUENCES: dict[type, Callable[[Any], str]] = {
    QAPair: pairs_html,
    Rejection: rejections_html,
    Verdict: verdicts_html,
    Failure: failures_html,
    Chunk: chunks_html,
}


def _printed(line: Callable[[Any], str]) -> Callable[[Any, Any, bool], None]:
    return lambda value, printer, cycle: printer.text(line(value))


def sequence_html(items: Sequence[Any]) -> str | None:
    """A table of pairs, rejections, verdicts, failures or chunks; None for all else, which stays as it is."""
    kind = type(items[0]) if items and type(items) in (list, tuple) else None
    if kind not in _SEQUENCES or any(type(item) is not kind for item in items):
        return None
    return _SEQUENCES[kind](items)


def show_pair(pair: QAPair) -> None:
    """Display a pair, and below it the pages of its evidence with the quotes marked."""
    from IPython.display import display

    display({"text/html": pair_html(pair), "text/plain": outcome_lines(pair)}, raw=True)  # type: ignore[no-untyped-call]
    try:
        for page in sorted({box.page for box in _evidence_boxes(pair)})[:MOST_PAGES]:
            display(page_image(pair, page))  # type: ignore[no-untyped-call]
    except QAExtractError:  # the file has gone or has changed: the text still says what is known
        return


def page_image(
    shown: Outcome | Document, page: int | None = None, *, kind: str | None = None, span: Span | None = None
) -> Any:
    """A page of a PDF as an image, with the evidence of a pair or rejection marked.

    Of a document the blocks are marked, only those of a `kind`, or what is printed of `span`. Pages count from 1;
    without `page` it is the first that has something to mark. Raises `SourceError` where there is no such page, or
    where the file is not there any more or has changed.
    """
    from IPython.display import Image

    document = shown if isinstance(shown, Document) else shown.document
    boxes = _block_boxes(shown, kind, span) if isinstance(shown, Document) else _evidence_boxes(shown)
    number = min((box.page for box in boxes), default=0) if page is None else page
    png = _rendered(document, number, [box.bbox for box in boxes if box.page == number])
    alt = f"Page {number} of {document.title}, marked"
    return Image(data=png, format="png", width=PAGE_WIDTH_PX, alt=alt)  # type: ignore[no-untyped-call]


def _rendered(document: DocumentRef | Document, number: int, boxes: list[BBox]) -> bytes:
    from qaextract.parsers.pdf_pymupdf import render_page

    source = source_of(document)
    if source is None:
        raise SourceError(document.uri, "is not there as it was read", "relative paths count from the working folder")
    if number < 1:
        raise SourceError(document.uri, "nothing here stands on a page", "only PDFs have pages, counted from 1")
    try:
        return render_page(source.path, number, boxes, source.password)
    except (IndexError, RuntimeError, ValueError) as error:
        raise SourceError(document.uri, f"cannot be drawn: {error}", "name a page of a PDF", page=number) from error


def _evidence_boxes(outcome: Outcome) -> list[PageBox]:
    return [box for evidence in outcome.evidence for box in evidence.boxes]


def _block_boxes(document: Document, kind: str | None, span: Span | None) -> list[PageBox]:
    if span is not None:
        return list(document.boxes(span))
    blocks = (block for block in document.blocks if kind is None or block.kind == kind)
    return [box for block in blocks for box in _columns(document.boxes(block.span))]


def _columns(lines: Iterable[PageBox]) -> Iterator[PageBox]:
    """One box around the lines of each column; where a line stands higher than the one before, another one begins."""
    around: PageBox | None = None
    for line in lines:
        if around is not None and line.page == around.page and line.bbox.y1 > around.bbox.y1 - LINE_RISE_PT:
            around = PageBox(line.page, around.bbox.union(line.bbox))
            continue
        if around is not None:
            yield _inset(around)
        around = line
    if around is not None:
        yield _inset(around)


def _inset(box: PageBox) -> PageBox:
    """A little lower than the text, so that blocks that follow each other closely stay apart to the eye."""
    b = box.bbox
    return PageBox(box.page, BBox(b.x0, b.y0 + GAP_PT, b.x1, b.y1 - GAP_PT) if b.y1 - b.y0 > 4 * GAP_PT else b)
