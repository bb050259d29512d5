"""The command line: flags to one call of the library to an exit code; no decisions."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from qaextract.api import Run

DONE, PARTLY, MUST_FIX, INTERRUPTED = 0, 1, 2, 130
#: A run that was interrupted and has said so; typer answers an interrupt anywhere else with 130 and no word.
STOPPED = -1

app = typer.Typer(
    name="qaextract",
    help="Question-answer pairs from books, papers and source code, every quote located to its page and box.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

# What cannot be read is said by the library: one such file among others must not stop them.
Files = Annotated[list[Path], typer.Argument(help="Files or folders.", show_default=False, readable=False)]
OneFile = Annotated[Path, typer.Argument(help="The file.", show_default=False, readable=False)]
RunFolder = Annotated[Path, typer.Argument(help="The run folder.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Password = Annotated[str | None, typer.Option(help="For encrypted files; else $QAEXTRACT_PASSWORD.")]
Config = Annotated[
    Path | None, typer.Option(help="Settings file, instead of qaextract.toml or pyproject.toml.", readable=False)
]
Out = Annotated[Path | None, typer.Option(help="Run folder; by default runs/<stem of the first file>.")]


def _add_run_command(name: str, summary: str) -> None:
    def command(
        files: Files,
        out: Out = None,
        model: Annotated[
            str | None, typer.Option(help="PROVIDER:NAME of the model to ask; without it, none is.")
        ] = None,
        base_url: Annotated[str | None, typer.Option(help="Address of the provider's server.")] = None,
        batch: Annotated[bool, typer.Option("--batch", help="Ask in the provider's batches.")] = False,
        recipe: Annotated[list[str] | None, typer.Option(help="A recipe to use; may be given again.")] = None,
        preset: Annotated[str | None, typer.Option(help="A [presets.NAME] of the settings file.")] = None,
        pages: Annotated[str | None, typer.Option(help="Pages to work on: 7, 3-40 or 1,3-5; the first is 1.")] = None,
        limit: Annotated[int | None, typer.Option(help="How many pairs to keep, spread over the sections.")] = None,
        budget_usd: Annotated[float | None, typer.Option(help="Most dollars the folder may cost.")] = None,
        budget_tokens: Annotated[int | None, typer.Option(help="Most tokens the folder may use.")] = None,
        benchmark: Annotated[list[Path] | None, typer.Option(help="Benchmark file to keep clear of.")] = None,
        ledger: Annotated[Path | None, typer.Option(help="Ledger shared with other runs.")] = None,
        record: Annotated[Path | None, typer.Option(help="Write the replies here, for --model replay:FILE.")] = None,
        password: Password = None,
        ocr: Annotated[str | None, typer.Option(help="auto, off or force.")] = None,
        config: Config = None,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Say what would be asked; ask and write nothing.")
        ] = False,
        fresh: Annotated[bool, typer.Option("--fresh", help="Set the old ledger aside and start anew.")] = False,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask before spending.")] = False,
        workers: Annotated[int | None, typer.Option(help="How many requests at once.")] = None,
        as_json: AsJson = False,
    ) -> int:
        from qaextract import api
        from qaextract.view.terminal import print_end

        run = getattr(api, name)(
            *files,
            out=out,
            model=model,
            base_url=base_url,
            batch=batch or None,
            recipe=recipe,
            preset=preset,
            pages=pages,
            limit=limit,
            budget_usd=budget_usd,
            budget_tokens=budget_tokens,
            benchmark=benchmark,
            ledger=ledger,
            record=record,
            password=password,
            ocr=ocr,
            config=config,
            dry_run=dry_run,
            fresh=fresh,
            yes=yes,
            workers=workers,
        )
        print_end(run, as_json=as_json)
        return _exit_code(run)

    app.command(name, help=summary)(command)


_add_run_command("pdf", "Extract pairs from PDF files, or from all PDFs below folders.")
_add_run_command("code", "Extract pairs from source files, or from source trees.")
_add_run_command("document", "Extract pairs from files of any format.")


@app.command()
def parse(file: OneFile, password: Password = None, config: Config = None, as_json: AsJson = False) -> int:
    """Show what a file is read as: its text, its blocks, and where they stand."""
    from qaextract import api
    from qaextract.view.terminal import print_document, print_json

    document = api.parse(file, password=password, config=config)
    if as_json:
        print_json(document.to_json())
    else:
        print_document(document)
    return DONE


@app.command()
def chunk(file: OneFile, password: Password = None, config: Config = None, as_json: AsJson = False) -> int:
    """Show how a file is cut: one chunk a line."""
    from qaextract import api
    from qaextract.view.terminal import print_chunks

    print_chunks(api.chunk(file, password=password, config=config), as_json=as_json)
    return DONE


@app.command()
def validate(
    pairs: Annotated[
        Path, typer.Argument(help="Pairs as JSON lines, or a run folder.", show_default=False, readable=False)
    ],
    source: Annotated[
        list[Path] | None, typer.Option(help="A file the pairs are about; may be given again.", readable=False)
    ] = None,
    out: Out = None,
    config: Config = None,
    password: Password = None,
    as_json: AsJson = False,
) -> int:
    """Check pairs from anywhere against their sources, or a run again; nothing is asked."""
    from qaextract import api
    from qaextract.view.terminal import print_end

    run = api.validate(pairs, source=source, out=out, config=config, password=password)
    print_end(run, as_json=as_json)
    return _exit_code(run)


@app.command()
def show(
    run: RunFolder,
    page: Annotated[int | None, typer.Option(help="Only what was found on this page.")] = None,
    rejected: Annotated[str | None, typer.Option(help="Only what was rejected with this code.")] = None,
) -> int:
    """Read a run: counts, reasons, coverage, examples."""
    from qaextract import api

    api.load(run).show(page=page, rejected=rejected)
    return DONE


@app.command()
def export(
    run: RunFolder,
    to: Annotated[str, typer.Option(help="The format: one of `qaextract components`, under exporter.")],
    out: Annotated[Path | None, typer.Option(help="Folder; by default exports/FORMAT in the run folder.")] = None,
) -> int:
    """Write the pairs of a run in another format."""
    from qaextract import api

    for path in api.export(run, to=to, out=out):
        typer.echo(path)
    return DONE


@app.command()
def recipes() -> int:
    """List the types of questions, each with its file."""
    from qaextract.view.terminal import print_components

    print_components("recipes")
    return DONE


@app.command()
def components(
    name: Annotated[str | None, typer.Argument(help="One component: what it does and its settings.")] = None,
) -> int:
    """List every component, or show one with its settings."""
    from qaextract.view.terminal import print_component, print_components

    if name is None:
        print_components()
    else:
        print_component(name)
    return DONE


@app.command()
def settings(
    config: Config = None,
    preset: Annotated[str | None, typer.Option(help="A [presets.NAME] of the settings file.")] = None,
) -> int:
    """List every setting with its value and where it came from."""
    from qaextract import api
    from qaextract.view.terminal import print_settings

    print_settings(api.settings(config, preset))
    return DONE


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"qaextract {version('qaextract')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which one.")
    ] = False,
) -> None:
    """Nothing to do before a command."""


def _exit_code(run: Run) -> int:
    if run.report.get("stopped") == "interrupted":
        return STOPPED
    return PARTLY if run.failures or run.report.get("stopped") or run.report.get("pending_requests") else DONE


def call(arguments: list[str]) -> int:
    """The exit code of one command; what goes wrong is one line on stderr."""
    from qaextract.errors import QAExtractError

    command: Callable[..., Any] = typer.main.get_command(app)
    try:
        code = int(command(arguments, standalone_mode=False, prog_name="qaextract") or 0)
        sys.stdout.flush()
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return INTERRUPTED if code == STOPPED else code
    except typer.TyperException as error:
        what = getattr(error, "format_message", error.__str__)()
        return _complain(" ".join(what.split()).rstrip(".") + "; see: qaextract --help")
    except QAExtractError as error:
        return _complain(str(error))
    except (KeyboardInterrupt, typer.Abort):
        _complain("interrupted; run the same command again to go on")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # Whoever read stdout has gone: nothing is wrong here. Typer makes a SystemExit of it.
        _forget_stdout()
        return DONE
    except OSError as error:
        if error.filename is None:
            _forget_stdout()
        what = error.filename or "the output"
        return _complain(f"{what} cannot be read or written: {error.strerror}; check its permissions and the disk")
    except Exception as error:
        if os.environ.get("QAEXTRACT_DEBUG"):
            raise
        return _complain(
            f"unexpected {type(error).__name__}: {error}; please report it, with what QAEXTRACT_DEBUG=1 prints"
        )


def _forget_stdout() -> None:
    # The interpreter would try to flush it once more, and complain.
    with contextlib.suppress(io.UnsupportedOperation):  # stdout need not be a file where this is not the only program
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str) -> int:
    sys.stderr.write("qaextract: " + " ".join(message.split()) + "\n")
    return MUST_FIX
