"""What the terminal shows: data on stdout, messages on stderr."""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from qaextract import points
from qaextract.errors import UnknownName
from qaextract.model import Chunk, Document, Failure, Json, Outcome, QAPair, Rejection
from qaextract.seeds import spread
from qaextract.settings import Settings

if TYPE_CHECKING:
    from qaextract.registry import Registry

#: How many pairs a run prints at its end.
PRINTED_PAIRS = 10
EXAMPLE_CHARS = 300


class RunLike(Protocol):
    """What is shown of a run; `qaextract.api.Run` is one."""

    @property
    def folder(self) -> Path: ...  # noqa: D102
    @property
    def worked(self) -> bool: ...  # noqa: D102
    @property
    def pairs(self) -> list[QAPair]: ...  # noqa: D102
    @property
    def rejections(self) -> list[Rejection]: ...  # noqa: D102
    @property
    def failures(self) -> list[Failure]: ...  # noqa: D102
    @property
    def report(self) -> Json: ...  # noqa: D102


def out(line: str = "") -> None:
    """One line on stdout; what the terminal's encoding cannot show is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def say(line: str) -> None:
    """One line on stderr."""
    sys.stderr.write(line.encode("utf-8", "backslashreplace").decode("utf-8", "replace") + "\n")


def print_json(value: Any) -> None:
    """One JSON value on stdout."""
    out(json.dumps(value, ensure_ascii=True))


def where(outcome: Outcome) -> str:
    """`p. 12`, `pp. 12, 13`, or `heapq.py:130` where there are no pages."""
    pages = sorted({page for evidence in outcome.evidence for page in evidence.pages})
    if pages:
        return f"{'p.' if len(pages) == 1 else 'pp.'} {', '.join(map(str, pages))}"
    lines = [evidence.lines for evidence in outcome.evidence if evidence.lines]
    name = outcome.document.uri.rsplit("/", 1)[-1]
    return f"{name}:{lines[0][0]}" if lines else name


def print_pair(outcome: Outcome) -> None:
    """`Q …` and `A …  (p. 12)`, each on one line."""
    out(f"Q {_one_line(outcome.question)}")
    out(f"A {_one_line(outcome.answer)}  ({where(outcome)})")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def print_end(run: RunLike, *, as_json: bool = False) -> None:
    """What a command says when it ends: up to ten pairs and the folder, or the report as JSON."""
    report = run.report
    for line in report.get("explanation") or ():
        say(line)
    for failure in run.failures[:PRINTED_PAIRS]:
        say(f"failed: {failure.error}")
    if as_json:
        print_json({"folder": run.folder.as_posix(), **report})
        return
    if report.get("dry_run"):
        _print_dry_run(report)
        return
    for pair in _examples(run.pairs, PRINTED_PAIRS):
        print_pair(pair)
        out()
    counts = report["counts"]
    out(f"{counts['kept']} pairs kept, {counts['rejected']} rejected: {run.folder.as_posix()}")
    if spent := _spent(report):
        out(spent)
    if not run.worked:
        say("nothing has changed since the last run: its files were left as they are")
    if os.environ.get("ANTHROPIC_API_KEY") and not any(pair.model for pair in run.pairs):
        say("no model was asked; to have one asked, name it: --model anthropic:NAME")


def _print_dry_run(report: Json) -> None:
    counts = report["counts"]
    out(f"{counts['chunks']} chunks, {counts['skipped']} of them skipped")
    estimate = report.get("estimate") or {}
    for name, row in (estimate.get("recipes") or {}).items():
        told = f"{row['input_tokens']:,} tokens in, at most {row['output_tokens_at_most']:,} out"
        dollars = (
            f", about {row['cost_usd']:.2f} USD (at most {row['cost_usd_at_most']:.2f})" if row["cost_usd"] else ""
        )
        out(f"{name}: {row['requests']:,} requests, {told}{dollars}")
    out(f"{report['requests']} requests, about {report['tokens']} tokens; nothing was asked or written")
    if report["requests"]:
        out("later stages of a recipe ask more, as the replies have it; stored replies cost nothing again")
        out(f"prices: {estimate['price']['source']}")


def _spent(report: Json) -> str:
    """What the replies of the folder cost, in one line; empty where none was asked for."""
    tokens = report["tokens"]
    if not (tokens["input"] or tokens["output"]):
        return ""
    cached = f" ({tokens['cached']:,} from the cache)" if tokens["cached"] else ""
    priced = f", {report['cost_usd']:.4f} USD ({report['price']})" if report.get("price") else ""
    return f"{tokens['input']:,} tokens in{cached}, {tokens['output']:,} out{priced}"


def _examples(pairs: Sequence[QAPair], most: int) -> list[QAPair]:
    """Pairs from all over the run, one of each kind before a second, in the order of the text."""
    by_kind: dict[str, list[int]] = {}
    for n, pair in enumerate(pairs):
        by_kind.setdefault(pair.kind, []).append(n)
    queues = [spread(places) for places in by_kind.values()]
    picked = [queue[i] for i in range(most) for queue in queues if i < len(queue)][:most]
    return [pairs[n] for n in sorted(picked)]


def show_run(run: RunLike, *, page: int | None = None, rejected: str | None = None) -> None:
    """Print counts, reasons with an example each, and coverage; or the pairs of a page, or the rejections of a code."""
    if page is not None:
        _show_page(run, page)
    elif rejected is not None:
        _show_rejected(run, rejected)
    else:
        _show_summary(run)


def _show_page(run: RunLike, page: int) -> None:
    def touches(outcome: Outcome) -> bool:
        return any(page in evidence.pages for evidence in outcome.evidence)

    pairs, rejections = list(filter(touches, run.pairs)), list(filter(touches, run.rejections))
    for pair in pairs:
        out(f"[{pair.kind}]")
        print_pair(pair)
        out()
    out(f"{len(pairs)} pairs and {len(rejections)} rejections on page {page}")


def _show_rejected(run: RunLike, code: str) -> None:
    codes = sorted({rejection.verdict.code for rejection in run.rejections})
    if code not in codes:
        raise UnknownName("rejection code in this run", code, codes)
    for rejection in run.rejections:
        if rejection.verdict.code == code:
            _print_rejection(rejection)
            out()


def _print_rejection(rejection: Rejection) -> None:
    verdict = rejection.verdict
    out(f"[{rejection.kind}] {verdict.validator}: {verdict.code}{': ' if verdict.message else ''}{verdict.message}")
    out(f"Q {_one_line(rejection.question)[:EXAMPLE_CHARS]}")
    out(f"A {_one_line(rejection.answer)[:EXAMPLE_CHARS]}  ({where(rejection)})")


def _show_summary(run: RunLike) -> None:
    report, rejections = run.report, run.rejections
    out("Stages")
    _table([(name, number) for name, number in report["counts"].items()])
    for reason, number in report["skipped"].items():
        out(f"  skipped, {reason}: {number}")
    out("\nRecipes                      drafts    kept  rejected")
    for name, row in report["recipes"].items():
        out(f"  {name:<24} {row['drafts']:>8} {row['kept']:>7} {row['rejected']:>9}")
    if report["rejections"]:
        out("\nRejections")
    for name, number in report["rejections"].items():
        out(f"  {name}: {number}")
        for example in [r for r in rejections if f"{r.verdict.validator}.{r.verdict.code}" == name][:1]:
            out(f"    Q {_one_line(example.question)[:EXAMPLE_CHARS]}")
            out(f"    {example.verdict.message[:EXAMPLE_CHARS]}")
    if report["coverage"]:
        out("\nSections                                                        chunks  pairs")
    for row in report["coverage"]:
        name = " > ".join(row["headings"]) or "(before the first heading)"
        note = "  (skipped)" if row["skipped"] == row["chunks"] else ""
        out(f"  {_shortened(name, 60):<60} {row['chunks']:>7} {row['kept']:>6}{note}")
    for line in report.get("explanation") or ():
        out(f"\n{line}")


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else "…" + text[1 - most :]


def _table(rows: Iterable[tuple[str, Any]]) -> None:
    for name, value in rows:
        out(f"  {name:<10} {value:>8}")


def print_document(document: Document) -> None:
    """Title, warnings, and one line a block."""
    out(f"{document.title}  ({document.page_count} pages, {len(document.text)} characters, {document.parser})")
    for warning in document.warnings:
        say(warning)
    for block in document.blocks:
        place = f"p. {block.page}" if block.page is not None else f"l. {block.line}"
        level = f" {block.level}" if block.level is not None else ""
        out(f"{place:>8}  {block.kind + level:<12} {_one_line(block.span.of(document.text))[:100]}")


def print_chunks(chunks: Iterable[Chunk], *, as_json: bool) -> None:
    """One line a chunk: JSON, or its id, size and headings."""
    for chunk in chunks:
        if as_json:
            print_json(
                {
                    "id": chunk.id,
                    "document_id": chunk.document_id,
                    "start": chunk.span.start,
                    "end": chunk.span.end,
                    "headings": list(chunk.headings),
                    "text": chunk.text,
                }
            )
        else:
            out(f"{chunk.id}  {len(chunk.text):>6} characters  {' > '.join(chunk.headings)}")


def print_components(plural: str | None = None) -> None:
    """One unwrapped line for each component: point, name, what it does, its file."""
    for registry in _registries(plural):
        for name, cls in registry.items():
            prefix = "" if plural else f"{registry.singular:<10} "
            off = "" if getattr(cls, "default", True) else " (off by default)"
            out(f"{prefix}{name:<20} {_summary(cls)}{off}  {_file(cls)}")


def print_component(name: str) -> None:
    """What a component does, its file, and its settings with their defaults."""
    from qaextract.settings import fields_of

    found = [(registry, registry.get(name)) for registry in points.REGISTRIES.values() if name in registry.names()]
    if not found:
        raise UnknownName("component", name, {n for r in points.REGISTRIES.values() for n in r.names()})
    for registry, cls in found:
        out(f"{registry.singular} {name}  {_file(cls)}")
        out(inspect.cleandoc(cls.__doc__ or ""))
        for key, setting in (fields_of(cls, f"{registry.plural}.{name}") if is_dataclass(cls) else {}).items():
            out(f"  {key} = {setting.default!r}")


def print_settings(settings: Settings) -> None:
    """One line for each setting: key, value, origin."""
    for key in sorted(settings):
        out(f"{key} = {settings[key]!r}  ({settings.origin(key)})")


def _registries(plural: str | None) -> list[Registry[Any]]:
    return [points.REGISTRIES[plural]] if plural else list(points.REGISTRIES.values())


def _summary(cls: type) -> str:
    return _one_line((cls.__doc__ or "").split("\n\n")[0])


def _file(cls: type) -> str:
    return cls.__module__.replace(".", "/") + ".py"
