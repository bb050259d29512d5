"""A command from its options to the files of its run folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypedDict

from qaextract import assembly
from qaextract.asking import Asker
from qaextract.budget import Budget
from qaextract.errors import FINAL, QAExtractError, SettingsError, SourceError
from qaextract.explaining import explain
from qaextract.model import Failure, Json
from qaextract.pacing import Pace
from qaextract.pipeline import Plan, Result, extract
from qaextract.points import Provider
from qaextract.run import Folder, Ledger, folder_for, make_report, manifest_inputs
from qaextract.settings import Settings, load_settings
from qaextract.sources import Found, find_sources
from qaextract.view.progress import Bar

PathLike = str | os.PathLike[str]


class RunOptions(TypedDict, total=False):
    """The options of `pdf`, `code` and `document`, the same as on the command line."""

    out: PathLike | None
    model: str | None
    base_url: str | None
    batch: bool | None
    recipe: Sequence[str] | None
    preset: str | None
    pages: str | None
    limit: int | None
    budget_usd: float | None
    budget_tokens: int | None
    benchmark: Sequence[PathLike] | None
    ledger: PathLike | None
    record: PathLike | None
    password: str | None
    ocr: str | None
    config: PathLike | None
    dry_run: bool
    fresh: bool
    yes: bool
    workers: int | None


@dataclass(frozen=True)
class Ended:
    """What a command left: its folder, and of a dry run the report of what it would do."""

    folder: Path
    worked: bool = True
    foreseen: Json | None = None
    failures: list[Failure] = field(default_factory=list)


def run_on(command: str, paths: Sequence[PathLike], options: RunOptions) -> Ended:
    """Find the sources, work on them and write the run folder. As `qaextract.pdf`."""
    if not paths:
        raise SettingsError("no file was named", f"name one: qaextract {command} FILE")
    settings = load_options(options)
    assembly.refuse_unusable(settings)
    pages = assembly.page_numbers(options.get("pages"))
    password = assembly.password_of(options.get("password"))
    found = find_sources(paths, command, password, assembly.accepts_with(settings))
    if not found.sources:
        raise unusable_error(found.failures)
    folder = Folder(Path(options.get("out") or folder_for(paths)))
    checks = assembly.build_checks(settings)
    provider_name, provider = assembly.build_provider(settings)
    unusable = [[failure.source, failure.code] for failure in found.failures]
    asked_for: Json = {
        "name": command,
        "pages": options.get("pages"),
        "password": password is not None,
        "unusable": unusable,
    }
    used = {"recipes": sorted(checks.recipes), "validators": sorted(checks.validators), "provider": provider_name}
    inputs = manifest_inputs(settings, found.sources, asked_for, used)
    if not options.get("dry_run"):
        folder.open(found.sources, fresh=bool(options.get("fresh")))
        if folder.unchanged(inputs) and settings["record"] is None:
            return Ended(folder.path, worked=False)
    ledger = Ledger(_ledger_path(settings, folder, dry_run=bool(options.get("dry_run"))))
    try:
        asker = _asker(settings, ledger, provider_name, provider)
        with Bar() as bar:
            plan = Plan(
                recipes=checks.recipes,
                checks=checks,
                parse=assembly.parse_with(settings),
                chunker=assembly.chunk_with(settings),
                executor=assembly.build_executor(settings),
                asker=asker,
                model=settings["model"],
                pages=pages,
                limit=settings["limit"],
                dry_run=bool(options.get("dry_run")),
                on_progress=bar.update,
                asking=assembly.asking_recipes(settings),
                confirm=None if options.get("yes") else bar.who_confirms(),
            )
            bar.watch(lambda: _spending(asker))
            result = extract(found.sources, plan)
        if result.refused is not None and not asker.new_replies:
            raise result.refused  # nothing can be asked with this key or name: a person must mend it
        return _finish(folder, found, inputs, plan, result)
    finally:
        ledger.close()
        if callable(close := getattr(provider, "close", None)):
            close()


def _asker(settings: Settings, ledger: Ledger, name: str, provider: Provider | None) -> Asker:
    price = assembly.price_of(settings, name, provider)
    limits = settings["budget_tokens"], settings["budget_usd"]
    budget = Budget(ledger.usage, *limits) if any(limit is not None for limit in limits) else None
    return Asker(
        ledger,
        provider,
        name,
        budget=budget,
        pace=Pace(settings["workers"], settings["longest_wait_s"]),
        price=price,
        record=settings["record"],
        retries=settings["retries"],
        reasks=settings["reasks"],
        most_tokens=settings["most_tokens"],
        batch=settings["batch"],
    )


def _spending(asker: Asker) -> str:
    """What the progress line says of money and of waits."""
    spent = asker.ledger.usage()
    cost = f"{spent.cost_usd:.2f} USD" if asker.price.output else ""
    return "  ".join(note for note in (cost, asker.pace.note if asker.pace else "") if note)


def _estimate(plan: Plan, result: Result) -> Json:
    """What a dry run foresees: the first requests of every recipe, and what they may cost."""
    price = plan.asker.price
    rows = {
        name: {
            "requests": one.requests,
            "input_tokens": one.input_tokens,
            "output_tokens_at_most": one.output_tokens,
            "cost_usd": round(one.expected_usd(price), 4),
            "cost_usd_at_most": round(one.most_usd(price), 4),
        }
        for name, one in sorted(result.estimates.items())
    }
    totals = {key: round(sum(row[key] for row in rows.values()), 4) for key in next(iter(rows.values()), {})}
    return {**totals, "price": {**asdict(price)}, "recipes": rows}


def _finish(folder: Folder, found: Found, inputs: Json, plan: Plan, result: Result) -> Ended:
    failures = [*found.failures, *result.failures]
    if plan.dry_run:
        tokens = sum(one.input_tokens + one.output_tokens for one in result.estimates.values())
        estimate = _estimate(plan, result)
        dry = {"dry_run": True, "requests": result.pending, "tokens": tokens, "estimate": estimate}
        return Ended(folder.path, foreseen={**_report(plan, result, failures), **dry}, failures=failures)
    # A refusal or a reply of the wrong shape is final; all else is asked for again.
    again = any(failure.stage != "parse" and failure.code not in FINAL for failure in result.failures)
    complete = result.stopped is None and not result.pending and not again
    folder.write(result.outcomes, failures, _report(plan, result, failures), inputs, complete)
    try:
        plan.asker.write_record()
    except OSError as error:
        raise SettingsError(
            f"the recording {plan.asker.record} cannot be written: {error.strerror}", "choose another with --record"
        ) from error
    if not result.documents and result.stopped is None:
        raise unusable_error(failures)
    return Ended(folder.path)


def _report(plan: Plan, result: Result, failures: Sequence[Failure]) -> Json:
    sections = {c.chunk.id: (c.document.id, *c.chunk.headings) for c in result.contexts if c.chunk}
    extra: Json = {
        "documents": [
            {
                "id": document.id,
                "uri": document.uri,
                "title": document.title,
                "page_count": document.page_count,
                "language": result.languages[document.id],
                "warnings": list(document.warnings),
            }
            for document in result.documents
        ],
        "stopped": result.stopped,
        "pending_requests": result.pending,
        "price": plan.asker.price.source if plan.asker.provider is not None else None,
        "explanation": explain(plan, result, failures),
    }
    return make_report(result.outcomes, sections, result.tally, plan.asker.ledger.usage(), extra)


def _ledger_path(settings: Settings, folder: Folder, dry_run: bool) -> Path | Literal[":memory:"]:
    path = folder.path / "ledger.sqlite" if settings["ledger"] is None else Path(settings["ledger"])
    return ":memory:" if dry_run and not path.exists() else path


def load_options(options: RunOptions) -> Settings:
    """The settings that these options, the environment and the settings file give together."""
    arguments: dict[str, Any] = {name: value for name, value in options.items() if name in _SETTABLE}
    for name in ("ledger", "record"):
        if arguments.get(name) is not None:
            arguments[name] = os.fspath(arguments[name])
    if isinstance(arguments.get("recipe"), str):
        arguments["recipe"] = (arguments["recipe"],)
    if arguments.get("benchmark") is not None:
        arguments["benchmark"] = [os.fspath(path) for path in arguments["benchmark"]]
    for name in ("recipe", "benchmark"):
        if not arguments.get(name):
            arguments[name] = None
    config = options.get("config")
    return load_settings(
        assembly.schema(),
        config=None if config is None else Path(config),
        preset=options.get("preset"),
        arguments=arguments,
    )


_SETTABLE = frozenset(assembly.General.__dataclass_fields__) - {"parser", "chunker", "executor"}


def unusable_error(failures: Sequence[Failure]) -> QAExtractError:
    """The error for sources of which none can be used: the first, and how many more."""
    first = failures[0]
    what, _, remedy = first.error.partition("; ")
    more = f" (and {len(failures) - 1} more that cannot be used)" if len(failures) > 1 else ""
    kind = {kind.code: kind for kind in SourceError.__subclasses__()}.get(first.code, SourceError)
    return kind(first.source, what.removeprefix(f"{' '.join(first.source.split())}: ") + more, remedy)
