"""The library: pdf(), code(), document(), parse(), chunk(), check(), validate(), deduplicate(), export(), load()."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Unpack, get_type_hints

from qaextract import assembly
from qaextract.errors import SettingsError, SourceError
from qaextract.model import (
    Block,
    Chunk,
    Context,
    Document,
    Draft,
    Failure,
    Json,
    Match,
    QAPair,
    Rejection,
    Span,
    Verdict,
)
from qaextract.quotes import locate as locate_quote
from qaextract.revalidating import check_lines, check_run
from qaextract.run import Folder, folder_for
from qaextract.running import PathLike, RunOptions, load_options, run_on, unusable_error
from qaextract.settings import Settings
from qaextract.sources import find_sources
from qaextract.view.notebook import register_if_ipython


@dataclass(frozen=True)
class Run:
    """What a run folder holds. Nothing is read before it is asked for."""

    folder: Path
    worked: bool = field(default=True, compare=False, repr=False)

    @cached_property
    def pairs(self) -> list[QAPair]:
        """The pairs that were kept, in the order of the documents."""
        return [outcome for outcome in Folder(self.folder).outcomes() if isinstance(outcome, QAPair)]

    @cached_property
    def rejections(self) -> list[Rejection]:
        """The drafts that were dropped, each with its reason."""
        return [outcome for outcome in Folder(self.folder).outcomes() if isinstance(outcome, Rejection)]

    @cached_property
    def failures(self) -> list[Failure]:
        """The files and chunks that could not be worked on."""
        return Folder(self.folder).failures()

    @cached_property
    def report(self) -> Json:
        """The counts and tables of report.json."""
        return Folder(self.folder).report()

    def source_path(self, document_id: str) -> Path | None:
        """The file a document was read from, where it still is."""
        for source in Folder(self.folder).manifest().get("sources", ()):
            if source["sha256"].startswith(document_id) and Path(source["uri"]).is_file():
                return Path(source["uri"])
        return None

    def show(self, page: int | None = None, rejected: str | None = None) -> None:
        """Print counts, coverage and examples; or the pairs of a page; or the rejections of a code."""
        from qaextract.view.terminal import show_run

        show_run(self, page=page, rejected=rejected)

    def export(self, to: str, out: PathLike | None = None) -> list[Path]:
        """Write the pairs in another format; by default below `exports/` in the run folder."""
        return export(self, to=to, out=out)


def _with_run_options(function: Callable[..., Run]) -> Callable[..., Run]:
    """Show the options in the signature, so that help and completion know them."""
    hints = get_type_hints(RunOptions)
    shown = [Parameter(n, Parameter.KEYWORD_ONLY, default=_default(n), annotation=hints[n]) for n in hints]
    paths = next(iter(signature(function).parameters.values()))

    @wraps(function)
    def checked(*args: PathLike, **options: Any) -> Run:
        for name in options:
            if name not in hints:
                raise TypeError(f"{function.__name__}() has no option {name!r}; it has {', '.join(hints)}")
        return function(*args, **options)

    checked.__signature__ = signature(function).replace(parameters=[paths, *shown])  # type: ignore[attr-defined]
    return checked


def _default(option: str) -> Any:
    return False if option in ("dry_run", "fresh", "yes") else None


@_with_run_options
def pdf(*paths: PathLike, **options: Unpack[RunOptions]) -> Run:
    """Extract question-answer pairs from PDF files, or from all PDFs below folders.

    Raises a `QAExtractError` where the caller must fix something; what failed for single files or chunks is in
    `Run.failures`, and every draft that was dropped is in `Run.rejections`.
    """
    return _run("pdf", paths, options)


@_with_run_options
def code(*paths: PathLike, **options: Unpack[RunOptions]) -> Run:
    """Extract question-answer pairs from source files, or from source trees. As `pdf`."""
    return _run("code", paths, options)


@_with_run_options
def document(*paths: PathLike, **options: Unpack[RunOptions]) -> Run:
    """Extract question-answer pairs from files of any format that a parser takes. As `pdf`."""
    return _run("document", paths, options)


def _run(command: str, paths: Sequence[PathLike], options: RunOptions) -> Run:
    ended = run_on(command, paths, options)
    run = Run(ended.folder, ended.worked)
    if ended.foreseen is not None:  # a dry run leaves no files
        run.__dict__.update(report=ended.foreseen, pairs=[], rejections=[], failures=ended.failures)
    return run


def parse(path: PathLike, *, password: str | None = None, config: PathLike | None = None) -> Document:
    """The document of one file. Raises a `SourceError` that names the cause."""
    settings = load_options({"config": config})
    if Path(path).is_dir():
        raise SourceError(Path(path).as_posix(), "is a folder", "name one file")
    found = find_sources([path], "document", assembly.password_of(password))
    if not found.sources:
        raise unusable_error(found.failures)
    return assembly.parse_with(settings)(found.sources[0])


def chunk(path: PathLike, *, password: str | None = None, config: PathLike | None = None) -> list[Chunk]:
    """The chunks of one file, in order; together they hold all of its text."""
    document = parse(path, password=password, config=config)
    return list(assembly.chunk_with(load_options({"config": config}))(document).chunk(document))


def check(*, question: str, answer: str, context: str, quotes: Sequence[str] | None = None) -> list[Verdict]:
    """What every validator that needs no model says of one pair, `locate` first, also after a failure.

    Without `quotes` the whole context is the evidence.
    """
    settings = load_options({})
    document_id = hashlib.sha256(context.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    blocks = (Block("paragraph", Span(0, len(context))),) if context else ()
    document = Document(document_id, "", "", context, blocks)
    draft = Draft(question=question, answer=answer, quotes=tuple([context] if quotes is None else quotes))
    return assembly.build_checks(settings).verdicts(draft, Context(document))


def locate(quote: str, text: str) -> Match | None:
    """Where `quote` stands in `text`, exactly or but for layout; None where its words do not stand there."""
    return locate_quote(quote, text)


def deduplicate(questions: Sequence[str]) -> list[int | None]:
    """For each question the place of the first one of its group; None for that first one itself.

    Guards keep questions apart that differ in a number, a negation or a name, whatever their likeness.
    """
    from qaextract.validators.duplicate import first_of_group

    return first_of_group(questions)


def validate(
    pairs: PathLike | Run,
    *,
    source: PathLike | Sequence[PathLike] | None = None,
    out: PathLike | None = None,
    config: PathLike | None = None,
    password: str | None = None,
) -> Run:
    """Check pairs from anywhere against their sources, or a run again with today's settings; nothing is asked.

    `pairs` is a file of JSON lines with `question`, `answer` and `quotes` (or `evidence[].quote`), with `source` the
    files they are about; or a run folder. A line that cannot be read is a failure. Returns the run written to `out`,
    for a run folder the folder itself unless `out` is given.
    """
    settings = load_options({"config": config})
    path = pairs.folder if isinstance(pairs, Run) else Path(pairs)
    password = assembly.password_of(password)
    checks = assembly.build_checks(settings) if settings["recipe"] else assembly.build_checks_of_all(settings)
    parse_source, chunk_document = assembly.parse_with(settings), assembly.chunk_with(settings)
    if path.is_dir():
        folder = check_run(Folder(path), Folder(Path(out or path)), settings, checks, parse_source, password)
        return Run(folder.path)
    sources = [source] if isinstance(source, (str, os.PathLike)) else list(source or ())
    if not sources:
        raise SettingsError("the pairs have no source to be checked against", "name it with --source FILE")
    found = find_sources(sources, "document", password)
    if not found.sources:
        raise unusable_error(found.failures)
    target = Folder(Path(out or folder_for([path])))
    return Run(check_lines(path, found, target, settings, checks, parse_source, chunk_document).path)


def export(run: Run | PathLike, *, to: str, out: PathLike | None = None) -> list[Path]:
    """Write the pairs of a run in another format; by default to `exports/FORMAT` in the run folder."""
    from qaextract.points import exporters

    run = run if isinstance(run, Run) else load(run)
    exporter = assembly.build(exporters, to, load_options({}))
    folder = Path(out) if out is not None else run.folder / "exports" / to
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return exporter.write(Folder(run.folder).outcomes(), folder)
    except OSError as error:
        raise SettingsError(f"{folder} cannot be written: {error.strerror}", "choose another with --out") from error


def load(run: PathLike) -> Run:
    """The run in a folder. Raises `QAExtractError` where it is none."""
    loaded = Run(Path(run))
    _ = loaded.report
    return loaded


def settings(config: PathLike | None = None, preset: str | None = None) -> Settings:
    """Every setting with its value and origin, as a run here would have them."""
    return load_options({"config": config, "preset": preset})


register_if_ipython()
