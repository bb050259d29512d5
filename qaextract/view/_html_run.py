"""A run as HTML: counts, kinds, reasons, coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qaextract.model import Failure, Json, Rejection
from qaextract.view import _html as h

if TYPE_CHECKING:
    from qaextract.view.terminal import RunLike


def run_line(run: RunLike) -> str:
    """A run in one line of text."""
    counts = run.report["counts"]
    return f"Run: {h.plural(counts['kept'], 'pair')} kept, {counts['rejected']} rejected, {len(run.failures)} failed"


def run_html(run: RunLike) -> str:
    """Counts, the funnel of stages, kinds, reasons and coverage of a run."""
    report: Json = run.report
    counts = report["counts"]
    titles = ", ".join(f"<em>{h.text(d['title'] or d['uri'])}</em>" for d in report.get("documents", ())[:3])
    more = len(report.get("documents", ())) - 3
    head = f"<strong>{h.plural(counts['kept'], 'pair')}</strong> from {titles or 'no document'}"
    return h.frame(
        h.element("div", head + (f" and {more} more" if more > 0 else ""), "font-size: 1.15em"),
        _funnel(counts),
        _kinds(report["recipes"]),
        _reasons(run.rejections, report),
        _coverage(report["coverage"], len(report.get("documents", ())) > 1),
        failures_html(run.failures),
        *(h.note(h.text(line)) for line in report.get("explanation") or ()),
    )


def _funnel(counts: Mapping[str, int]) -> str:
    chunks, drafts = counts["chunks"], counts["drafts"]
    rows = []
    if chunks:  # pairs that were only validated come from none
        rows += [("chunks", chunks, chunks)]
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
        (h.text(code), str(number), h.cut(firsts[code].question) if code in firsts else "")
        for code, number in report["rejections"].items()
    ]
    rows += [(h.text(f"skipped: {reason}"), str(number), "") for reason, number in report["skipped"].items()]
    return h.table(("reason", "number", "for example"), rows, [1]) if rows else ""


def _coverage(sections: Sequence[Mapping[str, Any]], several: bool) -> str:
    if not sections:
        return ""
    covered = sum(row["kept"] > 0 for row in sections)
    rows = [_section(row, several) for row in sections[: h.MOST_ROWS]]
    rows += [(f"… and {h.plural(len(sections) - h.MOST_ROWS, 'more section')}", "", "")] * (len(sections) > h.MOST_ROWS)
    table = h.table(("section", "chunks", "pairs"), rows, (1, 2))
    return h.folded(f"Coverage: {covered} of {h.plural(len(sections), 'section')} gave pairs", table)


def _section(row: Mapping[str, Any], several: bool) -> tuple[str, str, str]:
    name = h.path(row["headings"]) or "(before the first heading)"
    skipped = " (skipped)" if row["skipped"] == row["chunks"] else ""
    document = f"{row['document'][:6]}: " if several else ""
    return h.text(document + name + skipped), str(row["chunks"]), str(row["kept"])


def failures_html(failures: Sequence[Failure]) -> str:
    """A table of failures."""
    if not failures:
        return ""
    rows = [(h.text(f.stage), h.text(f.code), h.text(f.error)) for f in failures[: h.MOST_ROWS]]
    return h.element("div", f"{h.plural(len(failures), 'failure')}:") + h.table(("stage", "code", "error"), rows)
