"""Check pairs that there are already: lines from anywhere, or the outcomes of a run. Nothing is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qaextract.checking import Checks
from qaextract.errors import QAExtractError, SettingsError, SourceError
from qaextract.lines import draft_from_line
from qaextract.model import (
    Chunk,
    Context,
    Document,
    Draft,
    Failure,
    Json,
    Outcome,
    QAPair,
    Rejection,
    Source,
    Span,
    Usage,
)
from qaextract.points import Chunker
from qaextract.prompt import is_code
from qaextract.quotes import QuoteFinder
from qaextract.run import Folder, Tally, draft_type, make_report, manifest_inputs
from qaextract.settings import Settings
from qaextract.sources import Found, find_sources

Parse = Callable[[Source], Document]


@dataclass(frozen=True)
class Shelf:
    """The documents that pairs can be about, and the failures of those that cannot be read."""

    documents: Mapping[str, Document]
    failures: tuple[Failure, ...]


def read_sources(found: Found, parse: Parse) -> Shelf:
    """Every source that can be read."""
    documents: dict[str, Document] = {}
    failures = list(found.failures)
    for source in found.sources:
        try:
            documents[source.document_id] = parse(source)
        except SourceError as error:
            failures.append(Failure(source.uri, "parse", error.code, str(error)))
    if not documents:
        raise SourceError(failures[0].source, failures[0].error.removeprefix(failures[0].source + ": "))
    return Shelf(documents, tuple(failures))


def check_lines(
    path: Path,
    found: Found,
    folder: Folder,
    settings: Settings,
    checks: Checks,
    parse: Parse,
    chunker: Callable[[Document], Chunker],
) -> Folder:
    """Check the pairs of a file of JSON lines against sources, into a run folder. Each line is one draft."""
    pairs_file = find_sources([path], "document")
    if not pairs_file.sources:
        raise SettingsError(f"{path} cannot be read: {pairs_file.failures[0].error}", "name a file of JSON lines")
    sources = (*pairs_file.sources, *found.sources)
    inputs = _inputs(settings, sources, "validate", checks)
    folder.open(sources, fresh=False)
    if folder.unchanged(inputs):
        return folder
    shelf = read_sources(found, parse)
    library = [_Book(d, QuoteFinder(d.text), tuple(chunker(d).chunk(d))) for d in shelf.documents.values()]
    outcomes: list[Outcome] = []
    failures = list(shelf.failures)
    for number, line in _json_lines(path, failures):
        kind, model = line.get("kind"), line.get("model")
        kind = kind if isinstance(kind, str) else "pair"
        try:
            draft = draft_from_line(line, draft_type(kind))
        except (ValidationError, KeyError, TypeError, AttributeError) as error:
            failures.append(_bad_line(path, number, f"is no pair: {_first_line(error)}"))
            continue
        context = _context(draft, line, library, shelf.documents)
        outcomes.append(checks.check_draft(kind, draft, context, model if isinstance(model, str) else None))
    outcomes = replace(checks, recipes={}).settle(outcomes)
    report = make_report(outcomes, {}, Tally(), Usage(), {"documents": _documents(shelf), "stopped": None})
    folder.write(outcomes, failures, report, inputs, complete=True)
    return folder


@dataclass(frozen=True)
class _Book:
    document: Document
    finder: QuoteFinder
    chunks: tuple[Chunk, ...]

    def chunk_at(self, span: Span) -> Chunk | None:
        return next((chunk for chunk in self.chunks if chunk.span.start <= span.start < chunk.span.end), None)


def _context(draft: Draft, line: Json, library: Sequence[_Book], documents: Mapping[str, Document]) -> Context:
    named = line.get("document")
    wanted = named.get("id") if isinstance(named, dict) else None
    books = [book for book in library if book.document.id == wanted] or library
    best, most = books[0], -1
    for book in books:
        found = sum(book.finder.find(quote) is not None for quote in draft.all_quotes())
        if found > most:
            best, most = book, found
    # A short quote may stand in several places; the longest one tells best which passage is meant.
    matches = [m for quote in draft.all_quotes() if (m := best.finder.find(quote)) is not None]
    longest = max(matches, key=lambda match: len(match.span), default=None)
    return Context(best.document, best.chunk_at(longest.span) if longest else None, documents)


def check_run(
    run: Folder, target: Folder, settings: Settings, checks: Checks, parse: Parse, password: str | None
) -> Folder:
    """Check all drafts of a run again with today's settings, into the same folder or another.

    Where the settings name no recipes or no limit, those of the run stand: quotas depend on them.
    """
    manifest, old = run.manifest(), run.report()
    listed = manifest.get("sources", ())
    if not listed:
        raise QAExtractError(f"{run.path / 'manifest.json'} names no sources", "run the command that made it again")
    found = find_sources([source["uri"] for source in listed], "document", password)
    missing = [s["uri"] for s in listed if s["sha256"] not in {source.sha256 for source in found.sources}]
    if missing:
        raise SourceError(missing[0], "the run's source is gone or has changed", "run from the folder it was made in")
    if not settings["recipe"]:
        used = manifest.get("components", {}).get("recipes", checks.recipes)
        checks = replace(checks, recipes={name: recipe for name, recipe in checks.recipes.items() if name in used})
    drafts = list(run.outcomes())
    shelf = read_sources(found, parse)
    unknown = {outcome.document.id for outcome in drafts} - shelf.documents.keys()
    if unknown:
        raise QAExtractError(
            f"{run.path} has pairs of documents that are none of its sources: {', '.join(sorted(unknown))}",
            "run the command that made it again",
        )
    target.open(found.sources, fresh=False)
    ordered = _in_text_order(drafts, list(shelf.documents))
    outcomes = [_checked_again(o, shelf.documents[o.document.id], shelf.documents, checks) for o in ordered]
    limit = settings["limit"] or manifest.get("settings", {}).get("limit", {}).get("value")
    settled = checks.settle(outcomes, limit)
    command = manifest.get("command", {})
    inputs = _inputs(settings, found.sources, command, checks)
    failures = run.failures()
    report = _recounted(old, settled)
    target.write(settled, failures, report, inputs, complete=bool(manifest.get("complete")))
    return target


def _checked_again(outcome: Outcome, document: Document, documents: Mapping[str, Document], checks: Checks) -> Outcome:
    chunk = None
    if outcome.chunk_id is not None:
        span = _span_of(outcome.chunk_id)
        chunk = Chunk(document.id, span, span.of(document.text), outcome.headings)
    context = Context(document, chunk, documents, "code" if is_code(document) else "en")
    return checks.check_draft(outcome.kind, outcome.draft, context, outcome.model)


def _span_of(chunk_id: str) -> Span:
    start, _, end = chunk_id.rpartition(":")[2].partition("-")
    try:
        return Span(int(start), int(end))
    except ValueError as error:
        raise QAExtractError(f"{chunk_id!r} is no chunk_id", "run the command that made the run again") from error


def _in_text_order(outcomes: Sequence[Outcome], document_ids: Sequence[str]) -> list[Outcome]:
    # The files hold pairs and rejections apart, each in the order of the run; quotas count in that of both.
    def place(outcome: Outcome) -> tuple[int, int, str, int]:
        start = _span_of(outcome.chunk_id).start if outcome.chunk_id else -1
        first = outcome.evidence[0].span.start if outcome.evidence else -1
        return document_ids.index(outcome.document.id), start, outcome.kind, first

    kept: list[Outcome] = [outcome for outcome in outcomes if isinstance(outcome, QAPair)]
    rejected: list[Outcome] = [outcome for outcome in outcomes if isinstance(outcome, Rejection)]
    return list(merge(kept, rejected, key=place))


def _recounted(old: Json, outcomes: Sequence[Outcome]) -> Json:
    new = make_report(outcomes, {}, Tally(), Usage(), {})
    kept: dict[tuple[str, ...], int] = {}
    for outcome in outcomes:
        if isinstance(outcome, QAPair):
            section = (outcome.document.id, *outcome.headings)
            kept[section] = kept.get(section, 0) + 1
    coverage = [row | {"kept": kept.get((row["document"], *row["headings"]), 0)} for row in old.get("coverage", ())]
    counted = {name: new["counts"][name] for name in ("drafts", "kept", "rejected")}
    return {
        **old,
        "counts": old["counts"] | counted,
        "recipes": new["recipes"],
        "rejections": new["rejections"],
        "coverage": coverage,
    }


def _inputs(settings: Settings, sources: Sequence[Source], command: Any, checks: Checks) -> Json:
    asked_for = command if isinstance(command, dict) else {"name": command, "pages": None, "password": False}
    used = {"recipes": sorted(checks.recipes), "validators": sorted(checks.validators), "provider": ""}
    return manifest_inputs(settings, sources, asked_for, used)


def _documents(shelf: Shelf) -> list[Json]:
    return [
        {"id": d.id, "uri": d.uri, "title": d.title, "warnings": list(d.warnings)} for d in shelf.documents.values()
    ]


def _json_lines(path: Path, failures: list[Failure]) -> Iterator[tuple[int, Json]]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if not raw.strip():
                continue
            try:
                line = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
            except (UnicodeDecodeError, ValueError, RecursionError) as error:
                failures.append(_bad_line(path, number, f"is not JSON: {_first_line(error)}"))
                continue
            if isinstance(line, dict):
                yield number, line
            else:
                failures.append(_bad_line(path, number, "is not a JSON object"))


def _bad_line(path: Path, number: int, what: str) -> Failure:
    return Failure(path.as_posix(), "read", "bad_line", f"{path.as_posix()}, line {number}, {what}; mend or remove it")


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return " ".join(str(error).split())[:200]
