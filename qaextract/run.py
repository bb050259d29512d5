"""The run folder: the ledger of replies, the manifest, the report, and the three files of outcomes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from qaextract.errors import QAExtractError, SettingsError
from qaextract.lines import encoded, failure_from_line, failure_to_line, outcome_from_line, outcome_to_line
from qaextract.model import Draft, Failure, Json, Outcome, QAPair, Rejection, Reply, Request, Source, Usage
from qaextract.points import recipes
from qaextract.settings import Settings

T = TypeVar("T")

SCHEMA_VERSION = 1
COUNTS = ("chunks", "asked", "skipped", "failed", "drafts", "kept", "rejected")
#: Settings that say where and how fast, not what: they do not enter the manifest.
NOT_IN_MANIFEST = frozenset({"workers", "executor", "ledger", "record", "retries", "longest_wait_s"})
FILES = ("pairs.jsonl", "rejections.jsonl", "failures.jsonl", "report.json")


class LedgerDamaged(QAExtractError):
    """The file is no ledger, or no longer one."""

    code = "ledger_damaged"


class Ledger:
    """Replies under the key of their request, in SQLite; a reply is on disk before the next one is asked for.

    One process writes; a second one is refused. `sqlite3.Error` that cannot be helped becomes `QAExtractError`.
    """

    def __init__(self, path: Path | Literal[":memory:"]) -> None:
        self.path = path
        self._usage = Usage()
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2.0)
            # An exclusive lock, taken once and held: it keeps a second writer out and needs no file beside the ledger.
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, request TEXT NOT NULL, reply TEXT NOT NULL)"
            )
            self._db.execute("CREATE TABLE IF NOT EXISTS lost (usage TEXT NOT NULL)")
            self._db.execute("CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT NOT NULL)")
            for (text,) in self._db.execute("SELECT json_extract(reply, '$.usage') FROM replies"):
                self._usage = add_usage(self._usage, Usage(**json.loads(text)))
            for (text,) in self._db.execute("SELECT usage FROM lost"):
                self._usage = add_usage(self._usage, Usage(**json.loads(text)))
        except sqlite3.OperationalError as error:
            locked = "another process is using it: wait for it, or choose another run folder with --out"
            remedy = locked if "locked" in str(error) else "check its folder, its permissions and the room on the disk"
            raise QAExtractError(f"the ledger {path} cannot be used: {error}", remedy) from error
        except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as error:
            self._db.close()
            raise LedgerDamaged(
                f"the ledger {path} is damaged: {error}",
                "run once more with --fresh, which sets that of the run folder aside, or name another with --ledger",
            ) from error

    def get(self, key: str) -> Reply | None:
        """The stored reply to a request."""
        row = self._db.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        data = json.loads(row[0])
        return Reply(**{**data, "usage": Usage(**data["usage"])})

    def put(self, request: Request, reply: Reply) -> None:
        """Store a reply; it is committed at once."""
        row = (request.key, json.dumps(request.to_json()), json.dumps(asdict(reply)))
        try:
            self._db.execute("INSERT INTO replies VALUES (?, ?, ?)", row)
        except sqlite3.Error as error:
            raise QAExtractError(
                f"the ledger {self.path} cannot be written: {error}", "make room on the disk and run again"
            ) from error
        self._usage = add_usage(self._usage, reply.usage)

    def put_lost(self, usage: Usage) -> None:
        """Count what was paid for a reply that broke off."""
        self._db.execute("INSERT INTO lost VALUES (?)", (json.dumps(asdict(usage)),))
        self._usage = add_usage(self._usage, usage)

    def notes(self) -> dict[str, str]:
        """What a provider has to know of its own earlier runs: batches that are not answered yet."""
        return dict(self._db.execute("SELECT name, text FROM notes"))

    def note(self, name: str, text: str | None) -> None:
        """Write a note down, at once; None takes it away."""
        if text is None:
            self._db.execute("DELETE FROM notes WHERE name = ?", (name,))
        else:
            self._db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, text))

    def usage(self) -> Usage:
        """The sum over all replies, those that broke off included."""
        return self._usage

    def close(self) -> None:
        """Release the lock."""
        self._db.close()


def add_usage(a: Usage, b: Usage) -> Usage:
    """The sum of both, field by field."""
    return Usage(*(x + y for x, y in zip(asdict(a).values(), asdict(b).values(), strict=True)))


@dataclass
class Tally:
    """What is counted while a run goes on; `report` turns it into report.json."""

    skipped: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Folder:
    """A run folder on disk."""

    path: Path

    def open(self, sources: Iterable[Source], fresh: bool) -> None:
        """Make the folder, or check that it belongs to these sources; `fresh` sets the old ledger aside.

        Raises `SettingsError` where the folder belongs to other sources or cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / ".write"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise SettingsError(
                f"the run folder {self.path} cannot be written: {error.strerror}", "choose another with --out"
            ) from error
        known = self.manifest().get("sources")
        if known is not None and [s["sha256"] for s in known] != [s.sha256 for s in sources]:
            raise SettingsError(
                f"the run folder {self.path} belongs to {', '.join(s['uri'] for s in known) or 'other sources'}",
                "choose another with --out",
            )
        if fresh:
            self._set_ledger_aside()

    def _set_ledger_aside(self) -> None:
        own = self.path / "ledger.sqlite"
        if own.exists():
            # Somebody who still writes to it would go on in the renamed file; a damaged one is no obstacle.
            with suppress(LedgerDamaged):
                Ledger(own).close()
        stamp = time.strftime("%Y%m%d-%H%M%S")
        while (self.path / f"ledger-{stamp}.sqlite").exists():
            stamp += "-"
        for name in ("ledger.sqlite", "ledger.sqlite-wal"):
            if (self.path / name).exists():
                (self.path / name).rename(self.path / name.replace("ledger", f"ledger-{stamp}"))
        (self.path / "manifest.json").unlink(missing_ok=True)

    def manifest(self) -> Json:
        """The manifest, or an empty one where there is none that can be read."""
        try:
            data: Json = json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))
            _ = [(source["uri"], source["sha256"]) for source in data["sources"]]
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return {}
        return data

    def unchanged(self, inputs: Json) -> bool:
        """Whether the files here are whole and were made from these inputs, with nothing left to ask."""
        manifest = self.manifest()
        same = manifest.get("complete") is True and {k: manifest.get(k) for k in inputs} == inputs
        return same and manifest.get("files") == {name: _file_hash(self.path / name) for name in FILES}

    def write(
        self, outcomes: Iterable[Outcome], failures: Iterable[Failure], report: Json, inputs: Json, complete: bool
    ) -> None:
        """Write the files under temporary names, rename them, and the manifest last.

        Raises `SettingsError` where they cannot be written.
        """
        kept: list[Json] = []
        rejected: list[Json] = []
        for outcome in outcomes:
            (kept if isinstance(outcome, QAPair) else rejected).append(outcome_to_line(outcome))
        self._write("pairs.jsonl", _jsonl(kept))
        self._write("rejections.jsonl", _jsonl(rejected))
        self._write("failures.jsonl", _jsonl(failure_to_line(failure) for failure in failures))
        self._write("report.json", _pretty(report))
        files = {name: _file_hash(self.path / name) for name in FILES}
        self._write("manifest.json", _pretty({**inputs, "complete": complete, "files": files}))

    def _write(self, name: str, content: str) -> None:
        temporary = self.path / f".{name}.part"
        try:
            temporary.write_text(content, encoding="utf-8", newline="\n")
            temporary.replace(self.path / name)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise SettingsError(
                f"{self.path / name} cannot be written: {error.strerror}",
                "make room for it and run the same command again, or choose another folder with --out",
            ) from error

    def outcomes(self) -> Iterator[Outcome]:
        """Pairs, then rejections, as the files hold them."""
        for name in ("pairs.jsonl", "rejections.jsonl"):
            yield from self._lines(name, lambda line: outcome_from_line(line, draft_type(line["kind"])))

    def failures(self) -> list[Failure]:
        """What could not be worked on."""
        return list(self._lines("failures.jsonl", failure_from_line))

    def report(self) -> Json:
        """The report."""
        try:
            data: Json = json.loads(self._text("report.json"))
            whole = data["counts"].keys() >= set(COUNTS) and data.keys() >= {
                "recipes",
                "rejections",
                "skipped",
                "coverage",
            }
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise self._damaged("report.json") from error
        if not whole:
            raise self._damaged("report.json")
        return data

    def _lines(self, name: str, read: Callable[[Json], T]) -> Iterator[T]:
        for number, line in enumerate(self._text(name).split("\n"), 1):
            try:
                if line:
                    yield read(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                raise self._damaged(f"{name}, line {number},") from error

    def _text(self, name: str) -> str:
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except OSError as error:
            raise QAExtractError(
                f"{self.path} is not a run folder: {name} cannot be read", "name a folder that qaextract has written"
            ) from error
        except UnicodeDecodeError as error:
            raise self._damaged(name) from error

    def _damaged(self, place: str) -> QAExtractError:
        return QAExtractError(
            f"{self.path / place} is not as it was written", "run the same command again to rewrite it"
        )


def draft_type(kind: str) -> type[Draft]:
    """The draft type of a kind; plain `Draft` for pairs from elsewhere."""
    return recipes.get(kind).draft if kind in recipes.names() else Draft


def manifest_inputs(settings: Settings, sources: Iterable[Source], command: Json, components: Json) -> Json:
    """All that decides the files: versions, settings with origins, components, sources, and what was asked for."""
    values = [settings.values_by_key[key] for key in sorted(settings) if key not in NOT_IN_MANIFEST]
    inputs = {
        "schema_version": SCHEMA_VERSION,
        "versions": _versions(),
        "command": command,
        "settings": {value.key: {"value": value.value, "origin": value.origin} for value in values},
        "components": components,
        "sources": [{"uri": s.uri, "sha256": s.sha256, "aliases": list(s.aliases)} for s in sources],
    }
    normal: Json = json.loads(json.dumps(inputs, default=str))
    return normal


@cache
def _versions() -> dict[str, str]:
    packages = ("qaextract", "pymupdf", "py3langid", "markdown-it-py", "unstructured")
    found: dict[str, str] = {}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found | {"code": _code_hash()}


def _code_hash() -> str:
    # A changed finder gives other pairs under the same version: while developing, the code itself is the version.
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py"), key=lambda path: path.relative_to(folder).as_posix()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def make_report(
    outcomes: Iterable[Outcome], sections: Mapping[str, tuple[str, ...]], tally: Tally, usage: Usage, extra: Json
) -> Json:
    """report.json: counts first, then per recipe, code and section.

    `sections` maps every chunk to the document id and the heading path it is counted under.
    """
    outcomes = list(outcomes)
    kept = [o for o in outcomes if isinstance(o, QAPair)]
    rejected = [o for o in outcomes if isinstance(o, Rejection)]
    numbers = (
        len(sections),
        len(tally.asked - tally.failed),
        len(tally.skipped),
        len(tally.failed),
        len(outcomes),
        len(kept),
        len(rejected),
    )
    return {
        "counts": dict(zip(COUNTS, numbers, strict=True)),
        "recipes": _by_recipe(outcomes),
        "rejections": _count(f"{r.verdict.validator}.{r.verdict.code}" for r in rejected),
        "skipped": _count(tally.skipped.values()),
        "coverage": _coverage(kept, sections, tally),
        "tokens": {"input": usage.input_tokens, "output": usage.output_tokens, "cached": usage.cached_tokens},
        "cost_usd": round(usage.cost_usd, 6),
        "seconds": round(usage.seconds, 3),
        **extra,
    }


def _by_recipe(outcomes: Iterable[Outcome]) -> Json:
    table: Json = {}
    for outcome in sorted(outcomes, key=lambda o: o.kind):
        row = table.setdefault(outcome.kind, {"drafts": 0, "kept": 0, "rejected": 0})
        row["drafts"] += 1
        row["kept" if isinstance(outcome, QAPair) else "rejected"] += 1
    return table


def _count(values: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in sorted(values):
        counts[value] = counts.get(value, 0) + 1
    return counts


def _coverage(kept: Iterable[QAPair], sections: Mapping[str, tuple[str, ...]], tally: Tally) -> list[Json]:
    rows: dict[tuple[str, ...], dict[str, int]] = {}
    for chunk_id, section in sections.items():
        row = rows.setdefault(section, {"chunks": 0, "skipped": 0, "kept": 0})
        row["chunks"] += 1
        row["skipped"] += chunk_id in tally.skipped
    for pair in kept:
        if pair.chunk_id is not None and pair.chunk_id in sections:
            rows[sections[pair.chunk_id]]["kept"] += 1
    return [{"document": section[0], "headings": list(section[1:]), **row} for section, row in rows.items()]


def _jsonl(lines: Iterable[Json]) -> str:
    return "".join(encoded(line) + "\n" for line in lines)


def _pretty(value: Json) -> str:
    return json.dumps(value, ensure_ascii=True, indent=1) + "\n"


def _file_hash(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def folder_for(paths: Iterable[str | os.PathLike[str]]) -> Path:
    """The default run folder: `runs/<stem>` of the first path."""
    first = Path(next(iter(paths), "run"))
    return Path("runs") / (Path(first.resolve().name).stem or "run")
