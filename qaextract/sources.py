"""Find the files that were named, each once, by their real type."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qaextract.errors import SourceError, UnsupportedSource
from qaextract.model import Failure, Source

CODE_SUFFIXES = frozenset({".py", ".pyi"})
#: A folder that has these is a run folder.
RUN_FILES = frozenset({"manifest.json", "pairs.jsonl", "report.json"})
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "build", "dist", "venv", "site-packages"})
#: Junk may stand before the header of a PDF: a kilobyte by its specification, more in practice.
HEAD_BYTES = 4096


@dataclass(frozen=True)
class Found:
    """The sources that can be read, in the order named, and a failure for each that cannot."""

    sources: tuple[Source, ...]
    failures: tuple[Failure, ...]


def real_type(path: Path) -> str:
    """`pdf`, `code` or `document`, by content first and by name where the content does not tell."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    # A text may speak of the header of PDF files, and an archive may hold one.
    other = path.suffix.lower() in _TEXT_SUFFIXES or head.lstrip().startswith((b"PK\x03\x04", b"<"))
    if head.startswith(b"%PDF-") or (b"%PDF-" in head and not other):
        return "pdf"
    if path.suffix.lower() in CODE_SUFFIXES or (head.startswith(b"#!") and b"python" in head.split(b"\n")[0]):
        return "code"
    return "document"


def find_sources(
    paths: Iterable[str | os.PathLike[str]],
    command: str,
    password: str | None = None,
    accepts: Callable[[Source], bool] = lambda source: True,
) -> Found:
    """The sources below `paths` for `command` (pdf, code or document).

    A folder gives the files of the command's type below it, by name, as far as `accepts` says that they can be read;
    hidden and vendored folders and run folders are passed over. A file that is named itself and is of another type,
    is missing or cannot be read is a failure that names the command to use. Files of the same bytes are one source,
    the later ones its aliases.
    """
    found: dict[str, Source] = {}
    failures: list[SourceError] = []
    for named in paths:
        of_folder, taken = Path(named).is_dir(), len(found) + len(failures)
        for file in _files(Path(named), command, failures):
            try:
                source = _source(file, password)
                if not of_folder or accepts(source):
                    _add(found, source)
            except SourceError as error:
                failures.append(error)
        if of_folder and len(found) + len(failures) == taken and not found:
            failures.append(_nothing_in(Path(named), command))
    lines = (Failure(source=error.uri, stage="parse", code=error.code, error=str(error)) for error in failures)
    return Found(tuple(found.values()), tuple(lines))


def _files(path: Path, command: str, failures: list[SourceError]) -> list[Path]:
    """The files to read below `path`, or itself; what stands in the way goes to `failures`."""
    before = len(failures)
    try:
        if path.is_dir():
            files = [file for file in _walk(path, failures) if _wanted(file, command)]
            if not files and len(failures) == before:
                raise _nothing_in(path, command)
            return files
        _refuse_unusable(path, command)
    except SourceError as error:
        failures.append(error)
        return []
    except OSError as error:
        failures.append(_unreadable(path, error))
        return []
    return [path]


def _nothing_in(folder: Path, command: str) -> SourceError:
    return SourceError(_uri(folder), f"no file for `qaextract {command}` in this folder", "name another folder")


def _refuse_unusable(path: Path, command: str) -> None:
    if not path.exists():
        raise SourceError(_uri(path), "there is no such file or folder", "check the path")
    if not path.is_file():  # a pipe can be read only once, and would be waited for
        raise SourceError(_uri(path), "is no ordinary file", "save what it gives as a file")
    kind = real_type(path)
    if command not in ("document", kind):
        raise UnsupportedSource(_uri(path), f"is not {_NAMES[command]}", f"use: qaextract {kind} {_uri(path)}")


_NAMES = {"pdf": "a PDF", "code": "source code"}
_TEXT_SUFFIXES = CODE_SUFFIXES | {".md", ".markdown", ".txt", ".text", ".rst", ".html", ".htm", ".xhtml", ".eml"}
_DOCUMENT_SUFFIXES = _TEXT_SUFFIXES - CODE_SUFFIXES | {".pdf", ".docx", ".pptx", ".epub", ".odt", ".rtf"}
_SUFFIXES = {"pdf": frozenset({".pdf"}), "code": CODE_SUFFIXES, "document": _DOCUMENT_SUFFIXES}


def _wanted(path: Path, command: str) -> bool:
    """Whether a file of a folder is of the command's type; one that cannot be read is, if its name says so."""
    named_so = path.suffix.lower() in _SUFFIXES[command]
    try:
        return real_type(path) == command or (named_so and command == "document")
    except OSError:
        return named_so


def _walk(folder: Path, failures: list[SourceError]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        failures.append(_unreadable(Path(error.filename), error))

    for root, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in SKIPPED_FOLDERS)
        if Path(root) != folder and RUN_FILES.issubset(files):
            folders.clear()
            continue
        for name in sorted(files):
            path = Path(root, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(_uri(path), f"cannot be read: {error.strerror}", "check its name and its permissions")


def _source(path: Path, password: str | None) -> Source:
    try:
        with path.open("rb") as file:
            return Source(path, _uri(path), hashlib.file_digest(file, "sha256").hexdigest(), password=password)
    except OSError as error:
        raise _unreadable(path, error) from error


def _add(found: dict[str, Source], source: Source) -> None:
    first = found.setdefault(source.sha256, source)
    if source.uri not in (first.uri, *first.aliases):
        found[source.sha256] = replace(first, aliases=(*first.aliases, source.uri))


def _uri(path: Path) -> str:
    return path.as_posix()
