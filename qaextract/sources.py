"""Find the files that were named, each once, by their real type."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qaextract.errors import SourceError, UnsupportedSource
from qaextract.model import Failure, Source

CODE_SUFFIXES = frozenset({".py", ".pyi"})
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "build", "dist", "venv", "site-packages"})
HEAD_BYTES = 1024


@dataclass(frozen=True)
class Found:
    """The sources that can be read, in the order named, and a failure for each that cannot."""

    sources: tuple[Source, ...]
    failures: tuple[Failure, ...]


def real_type(path: Path) -> str:
    """`pdf`, `code` or `document`, by content first and by name where the content does not tell."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if b"%PDF-" in head:
        return "pdf"
    if path.suffix.lower() in CODE_SUFFIXES or (head.startswith(b"#!") and b"python" in head.split(b"\n")[0]):
        return "code"
    return "document"


def find_sources(paths: Iterable[str | os.PathLike[str]], command: str, password: str | None = None) -> Found:
    """The sources below `paths` for `command` (pdf, code or document).

    A folder gives the files of the command's type below it, by name; hidden and vendored folders are passed over. A
    file that is named itself and is of another type, is missing or cannot be read is a failure that names the
    command to use. Files of the same bytes are one source, the later ones its aliases.
    """
    found: dict[str, Source] = {}
    failures: list[Failure] = []
    for named in paths:
        path = Path(named)
        try:
            for file in _files(path, command):
                _add(found, file, password)
        except SourceError as error:
            failures.append(Failure(source=_uri(path), stage="parse", code=error.code, error=str(error)))
    return Found(tuple(found.values()), tuple(failures))


def _files(path: Path, command: str) -> Iterator[Path]:
    if not path.exists():
        raise SourceError(_uri(path), "there is no such file or folder", "check the path")
    if path.is_dir():
        files = [file for file in _walk(path) if _readable_type(file) == command or _any_document(file, command)]
        if not files:
            raise SourceError(_uri(path), f"no file for `qaextract {command}` in this folder", "name another folder")
        yield from files
        return
    try:
        kind = real_type(path)
    except OSError as error:
        raise SourceError(_uri(path), f"cannot be read: {error.strerror}", "check its permissions") from error
    if command not in ("document", kind):
        raise UnsupportedSource(_uri(path), f"is not {_NAMES[command]}", f"use: qaextract {kind} {_uri(path)}")
    yield path


_NAMES = {"pdf": "a PDF", "code": "source code"}
_DOCUMENT_SUFFIXES = frozenset(
    {".pdf", ".md", ".markdown", ".txt", ".text", ".rst", ".html", ".htm", ".xhtml"}
    | {".docx", ".pptx", ".epub", ".odt", ".rtf", ".eml"}
)


def _readable_type(path: Path) -> str | None:
    try:
        return real_type(path)
    except OSError:
        return None


def _any_document(path: Path, command: str) -> bool:
    return command == "document" and path.suffix.lower() in _DOCUMENT_SUFFIXES


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in SKIPPED_FOLDERS)
        for name in sorted(files):
            path = Path(root, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _add(found: dict[str, Source], path: Path, password: str | None) -> None:
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(_uri(path), f"cannot be read: {error.strerror}", "check its permissions") from error
    first = found.get(sha256)
    if first is None:
        found[sha256] = Source(path, _uri(path), sha256, password=password)
    elif _uri(path) not in (first.uri, *first.aliases):
        aliases = (*first.aliases, _uri(path))
        found[sha256] = Source(first.path, first.uri, sha256, aliases, password)


def _uri(path: Path) -> str:
    return path.as_posix()
