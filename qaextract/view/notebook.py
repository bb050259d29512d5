"""What IPython shows of runs, pairs, rejections, documents, chunks and verdicts; registered by type.

The nouns know nothing of this. `register_if_ipython()` costs nothing where no IPython runs. Formatters read files,
never write them, and give the same HTML for the same run: no ids, times or folders.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qaextract.errors import QAExtractError, SettingsError
from qaextract.model import BBox, Chunk, Document, Failure, Json, Outcome, PageBox, QAPair, Rejection, Span, Verdict
from qaextract.view import _html as h
from qaextract.view._passages import counted_kinds, document_of, passages_of, place, source_of

#: How many rows of a long table are shown before it is cut with a count of the rest.
MOST_ROWS = 20
MOST_OUTLINE_ROWS = 40
CHUNK_CHARS = 1200
CELL_CHARS = 160
#: Width of a page image as displayed, in CSS pixels.
PAGE_WIDTH_PX = 620


def register_if_ipython() -> None:
    """Register the formatters where IPython runs; importing it for that would be too dear."""
    if "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
        if shell is not None:
            register(shell)


def register(shell: Any) -> None:
    """Register the formatters with a shell."""
    formatters = shell.display_formatter.formatters
    shown = formatters["text/html"]
    for kind, formatter in _HTML.items():
        shown.for_type(kind, formatter)
    shown.for_type(list, list_html)
    # By name, so that the library need not be loaded from here.
    shown.for_type_by_name("qaextract.api", "Run", run_html)
    # Their reprs name a folder or a version of a parser, which make an output differ that says the same.
    formatters["text/plain"].for_type_by_name("qaextract.api", "Run", lambda run, p, cycle: p.text(run_line(run)))
    formatters["text/plain"].for_type(Document, lambda document, p, cycle: p.text(document_line(document)))
    if hasattr(shell, "kernel"):
        # Front ends show one form of a bundle, so text and page are two outputs.
        shell.display_formatter.ipython_display_formatter.for_type(QAPair, show_pair)


def show_pair(pair: QAPair) -> None:
    """Display a pair, and the page its evidence is on with the quotes marked."""
    from IPython.display import display

    display({"text/html": pair_html(pair), "text/plain": repr(pair)}, raw=True)
    image = _page_or_none(pair)
    if image is not None:
        display(image)


def page_image(
    shown: Outcome | Document, page: int | None = None, *, kind: str | None = None, span: Span | None = None
) -> Any:
    """The page of a PDF as an image, with the evidence of a pair or rejection marked.

    Of a document, `page` (from 1) is shown with its blocks marked, only those of a `kind`, or what is printed of
    `span`. Without `page` it is the first one that has something to mark. Raises `SettingsError` where there is
    nothing to show, and `QAExtractError` where the file has changed or gone.
    """
    from IPython.display import Image

    from qaextract.parsers.pdf_pymupdf import render_page

    document = shown if isinstance(shown, Document) else shown.document
    source = source_of(document)
    if source is None:
        raise QAExtractError(
            f"{document.uri or 'the document'} is not there as it was read",
            "call this where relative paths lead to it, or run the extraction again",
        )
    boxes = _block_boxes(shown, kind, span) if isinstance(shown, Document) else _evidence_boxes(shown)
    number = page if page is not None else min((box.page for box in boxes), default=None)
    last = shown.page_count if isinstance(shown, Document) else None
    if number is None or number < 1 or (last is not None and number > last):
        raise SettingsError("there is no such page to show", "name a page of the document, from 1; only PDFs have pages")
    png = render_page(source.path, number, [box.bbox for box in boxes if box.page == number], source.password)
    alt = f"Page {number} of {document.title}, with the text in question marked"
    return Image(data=png, format="png", width=PAGE_WIDTH_PX, alt=alt)


def _page_or_none(pair: QAPair) -> Any:
    try:
        return page_image(pair)
    except QAExtractError:  # the text alone is shown
        return None


def _evidence_boxes(outcome: Outcome) -> list[PageBox]:
    return [box for evidence in outcome.evidence for box in evidence.boxes]


def _block_boxes(document: Document, kind: str | None, span: Span | None) -> list[PageBox]:
    if span is not None:
        return list(document.boxes(span))
    boxes: list[PageBox] = []
    for block in document.blocks:
        if kind is None or block.kind == kind:
            boxes += _by_page(document.boxes(block.span))
    return boxes


def _by_page(lines: Iterable[PageBox]) -> Iterator[PageBox]:
    around: dict[int, BBox] = {}
    for line in lines:
        around[line.page] = around[line.page].union(line.bbox) if line.page in around else line.bbox
    return (PageBox(page, bbox) for page, bbox in around.items())


def run_line(run: Any) -> str:
    """A run in one line of text."""
    counts = run.report["counts"]
    return f"Run: {_plural(counts['kept'], 'pair')} kept, {counts['rejected']} rejected, {len(run.failures)} failed"


def run_html(run: Any) -> str:
    """Counts, the funnel of stages, kinds, reasons and coverage of a run."""
    report: Json = run.report
    counts = report["counts"]
    titles = ", ".join(f"<em>{h.text(d['title'] or d['uri'])}</em>" for d in report.get("documents", ())[:3])
    more = len(report.get("documents", ())) - 3
    head = f"<strong>{_plural(counts['kept'], 'pair')}</strong> from {titles or 'no document'}"
    return h.frame(
        h.element("div", head + (f" and {more} more" if more > 0 else ""), "font-size: 1.15em"),
        _funnel(counts),
        _kinds(report["recipes"]),
        _reasons(run.rejections, report),
        _coverage(report["coverage"], len(report.get("documents", ())) > 1),
        _failures(run.failures),
        *(h.note(h.text(line)) for line in report.get("explanation") or ()),
    )


def _funnel(counts: Mapping[str, int]) -> str:
    chunks, drafts = counts["chunks"], counts["drafts"]
    rows = [("chunks", chunks, chunks)]
    rows += [(f"– {name}", counts[name], chunks) for name in ("asked", "skipped", "failed")]
    rows += [("drafts", drafts, drafts)]
    rows += [(f"– {name}", counts[name], drafts) for name in ("kept", "rejected")]
    return h.table(("stage", "number", ""), [(n, str(part), h.bar(part, whole)) for n, part, whole in rows], [1])


def _kinds(recipes: Mapping[str, Mapping[str, int]]) -> str:
    if not recipes:
        return ""
    rows = [(h.text(kind), *(str(row[n]) for n in ("drafts", "kept", "rejected"))) for kind, row in recipes.items()]
    return h.table(("kind", "drafts", "kept", "rejected"), rows, (1, 2, 3))


def _reasons(rejections: Sequence[Rejection], report: Json) -> str:
    firsts: dict[str, Rejection] = {}
    for rejection in rejections:
        firsts.setdefault(f"{rejection.verdict.validator}.{rejection.verdict.code}", rejection)
    rows = [
        (h.text(code), str(number), _cut(firsts[code].question) if code in firsts else "")
        for code, number in report["rejections"].items()
    ]
    rows += [(h.text(f"skipped: {reason}"), str(number), "") for reason, number in report["skipped"].items()]
    return h.table(("reason", "number", "for example"), rows, [1]) if rows else ""


def _coverage(sections: Sequence[Mapping[str, Any]], several: bool) -> str:
    if not sections:
        return ""
    covered = sum(row["kept"] > 0 for row in sections)
    rows = [_section(row, several) for row in sections[:MOST_ROWS]]
    rows += [(f"… and {_plural(len(sections) - MOST_ROWS, 'more section')}", "", "")] * (len(sections) > MOST_ROWS)
    table = h.table(("section", "chunks", "pairs"), rows, (1, 2))
    return h.folded(f"Coverage: {covered} of {_plural(len(sections), 'section')} gave pairs", table)


def _section(row: Mapping[str, Any], several: bool) -> tuple[str, str, str]:
    name = _path(row["headings"]) or "(before the first heading)"
    skipped = " (skipped)" if row["skipped"] == row["chunks"] else ""
    document = f"{row['document'][:6]}: " if several else ""
    return h.text(document + name + skipped), str(row["chunks"]), str(row["kept"])


def _failures(failures: Sequence[Failure]) -> str:
    if not failures:
        return ""
    rows = [(h.text(f.stage), h.text(f.code), h.text(f.error)) for f in failures[:MOST_ROWS]]
    return h.element("div", f"{_plural(len(failures), 'failure')}:") + h.table(("stage", "code", "error"), rows)


def pair_html(pair: QAPair) -> str:
    """Question, answer, and the evidence highlighted where it stands."""
    return h.frame(
        _origin(pair),
        h.element("div", h.element("strong", h.text(pair.question)), h.WRAPPED),
        h.element("div", h.text(pair.answer), h.WRAPPED),
        _more_fields(pair),
        h.passages(passages_of(pair)),
        h.note(_checks(pair.checks)),
    )


def rejection_html(rejection: Rejection) -> str:
    """The reason, with what the message names highlighted in question and answer, and the evidence if any was found."""
    verdict = rejection.verdict
    reason = f"Rejected by <strong>{h.text(verdict.validator)}</strong>: {h.text(_words(verdict.code))}"
    named = _named(verdict.message)
    found = rejection.evidence
    quotes = rejection.draft.all_quotes()
    return h.frame(
        h.element("div", reason),
        h.element("div", h.text(verdict.message), h.WRAPPED) if verdict.message else "",
        _origin(rejection),
        h.element("div", h.element("strong", _highlighted(rejection.question, named)), h.WRAPPED),
        h.element("div", _highlighted(rejection.answer, named), h.WRAPPED),
        _more_fields(rejection),
        h.passages(passages_of(rejection)) if found else "",
        "" if found or not quotes else h.note("quoted, but not located:") + _quotes(quotes),
        h.note(_checks(rejection.checks)),
    )


def _origin(outcome: Outcome) -> str:
    parts = [outcome.kind, outcome.document.title or outcome.document.uri, _path(outcome.headings)]
    where = place(outcome.evidence)
    model = f"asked of {outcome.model}" if outcome.model else ""
    return h.note(h.text(" · ".join(part for part in (*parts, where, model) if part)))


def _more_fields(outcome: Outcome) -> str:
    """The fields that a recipe's draft has beyond question, answer and quotes."""
    fields = outcome.draft.model_dump(mode="json", exclude={"question", "answer", "quotes"})
    rows = [(h.text(_words(name)), h.text(_plain(value))) for name, value in fields.items() if value not in (None, "", [])]
    return h.table((), rows) if rows else ""


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(part)}" for name, part in value.items() if name not in ("quote", "quotes"))
    return "; ".join(map(_plain, value)) if isinstance(value, list) else str(value)


def _quotes(quotes: Iterable[str]) -> str:
    return "".join(h.element("blockquote", h.text(quote), "white-space: pre-wrap; margin: 0.3em 1em") for quote in quotes)


def _checks(verdicts: Iterable[Verdict]) -> str:
    return h.text(" · ".join(map(_check, verdicts)))


def _check(verdict: Verdict) -> str:
    score = f" {verdict.score:.2f}" if verdict.score is not None else ""
    return f"{'✓' if verdict.ok else '✗'} {verdict.validator}{score}"


_NAMED = re.compile(r"'([^']+)'|\"([^\"]+)\"|“([^”]+)”|‘([^’]+)’")


def _named(message: str) -> list[str]:
    """What a verdict's message puts in quotation marks: the words it objects to."""
    return [next(filter(None, groups)) for groups in _NAMED.findall(message)]


def _highlighted(content: str, named: Iterable[str]) -> str:
    words = sorted({re.escape(word) for word in named}, key=len, reverse=True)
    found = re.finditer(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", content) if words else ()
    return h.marked(content, [Span(*match.span()) for match in found])


def document_line(document: Document) -> str:
    """A document in one line of text."""
    pages = f"{_plural(document.page_count, 'page')}, " if document.page_count else ""
    return f"Document: {document.title} ({pages}{_plural(len(document.blocks), 'block')})"


def document_html(document: Document) -> str:
    """Title, warnings, kinds of blocks and outline."""
    pages = f"{_plural(document.page_count, 'page')} · " if document.page_count else ""
    size = f"{pages}{_plural(len(document.blocks), 'block')} · {len(document.text):,} characters"
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
        rows.append((f"… and {_plural(len(headings) - MOST_OUTLINE_ROWS, 'more heading')}", ""))
    return h.table(("heading", "page" if document.page_count else "line"), rows, [1]) if rows else ""


def chunk_html(chunk: Chunk) -> str:
    """Where a chunk stands, and its text."""
    rest = len(chunk.text) - CHUNK_CHARS
    more = f"… and {_plural(rest, 'more character')}" if rest > 0 else ""
    return h.frame(
        h.element("div", h.element("strong", h.text(_path(chunk.headings) or "(before the first heading)"))),
        h.note(h.text(f"characters {chunk.span.start:,} to {chunk.span.end:,} of {chunk.document_id}")),
        h.element("div", h.text(chunk.text[:CHUNK_CHARS].strip("\n")), h.WRAPPED),
        h.note(more),
    )


def verdict_html(verdict: Verdict) -> str:
    """One verdict."""
    return _verdicts([verdict])


def failure_html(failure: Failure) -> str:
    """One failure."""
    return h.frame(_failures([failure]))


def list_html(items: list[Any]) -> str | None:
    """A table of pairs, rejections, verdicts, failures or chunks; None for any other list, which stays as it is."""
    if type(items) is not list or not items:
        return None
    rows = _LISTS.get(type(items[0]))
    return rows(items) if rows and all(type(item) is type(items[0]) for item in items) else None


def _verdicts(verdicts: Sequence[Verdict]) -> str:
    rows = [
        ("✓" if v.ok else "✗", h.text(v.validator), h.text(v.code), _score(v), h.text(v.message)) for v in verdicts
    ]
    return h.frame(h.table(("", "validator", "code", "score", "message"), rows, [3]))


def _score(verdict: Verdict) -> str:
    return "" if verdict.score is None else f"{verdict.score:.2f}"


def _pairs(pairs: Sequence[QAPair]) -> str:
    rows = [(h.text(p.kind), _cut(p.question), _cut(p.answer), h.text(place(p.evidence))) for p in pairs]
    return _long_table(("kind", "question", "answer", "place"), rows)


def _rejections(rejections: Sequence[Rejection]) -> str:
    rows = [(h.text(r.verdict.validator), h.text(_words(r.verdict.code)), _cut(r.question), h.text(r.kind)) for r in rejections]
    return _long_table(("by", "reason", "question", "kind"), rows)


def _chunks(chunks: Sequence[Chunk]) -> str:
    rows = [(h.text(_path(c.headings)), f"{c.span.start:,}", f"{c.span.end:,}", _cut(c.text)) for c in chunks]
    return _long_table(("headings", "from", "to", "begins"), rows, (1, 2))


def _long_table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    rest = len(rows) - MOST_ROWS
    return h.frame(h.table(head, rows[:MOST_ROWS], numbers), h.note(f"… and {rest} more" if rest > 0 else ""))


def _cut(content: str) -> str:
    line = " ".join(content.split())
    return h.text(line if len(line) <= CELL_CHARS else line[: CELL_CHARS - 1] + "…")


def _path(headings: Iterable[str]) -> str:
    return " › ".join(headings)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


_HTML: dict[type, Callable[[Any], str]] = {
    QAPair: pair_html,
    Rejection: rejection_html,
    Document: document_html,
    Chunk: chunk_html,
    Verdict: verdict_html,
    Failure: failure_html,
}
_LISTS: dict[type, Callable[[Sequence[Any]], str]] = {
    QAPair: _pairs,
    Rejection: _rejections,
    Verdict: _verdicts,
    Failure: lambda failures: h.frame(_failures(failures)),
    Chunk: _chunks,
}
