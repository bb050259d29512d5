"""Python source code: functions, methods, class headers and the statements between them."""

from __future__ import annotations

import ast
import io
import platform
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from qaextract.errors import DamagedSource, SourceError
from qaextract.model import Block, Document, Source, Span
from qaextract.points import parsers
from qaextract.python_source import PythonSource, python_source

_SUFFIXES = {".py", ".pyi", ".pyw"}
_SHEBANG = re.compile(rb"#!.*\bpython[\d.]*\b")


@parsers.register("python_code")
@dataclass(frozen=True)
class PythonCode:
    """Reads Python source. The text is the decoded file with line feeds between its lines."""

    #: Plain text would take it too.
    priority: ClassVar[int] = 10

    def accepts(self, source: Source) -> bool:
        """Whether the file is named as Python source and no PDF, or its first line calls Python."""
        with source.path.open("rb") as file:
            head = file.read(1024)
        if source.path.suffix.lower() in _SUFFIXES:
            return not head.startswith(b"%PDF-")
        return not source.path.suffix and _SHEBANG.match(head) is not None

    def parse(self, source: Source) -> Document:
        """The document; raises `DamagedSource` for a wrong encoding, null bytes and syntax errors, with the line."""
        text = _decoded(source)
        tree = _tree(source, text)
        return Document(
            id=source.document_id,
            uri=source.uri,
            title=_module_name(source.path, tree.tree),
            text=text,
            blocks=tuple(_blocks(tree)),
            aliases=source.aliases,
            parser=f"python_code {platform.python_version()}",
            warnings=() if text.strip() else ("the file is empty",),
        )


def _decoded(source: Source) -> str:
    try:
        data = source.path.read_bytes()
    except OSError as error:
        raise SourceError(source.uri, f"cannot be read: {error.strerror}", "check the path") from error
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except SyntaxError as error:
        raise DamagedSource(source.uri, f"{error.msg}", "declare the encoding that the file has") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DamagedSource(
            source.uri, f"line {line} is not {encoding}: {error.reason}", "declare the encoding that the file has"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DamagedSource(source.uri, f"line {line} holds a null byte", "is this source code?")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _tree(source: Source, text: str) -> PythonSource:
    remedy = f"check it with: python -m py_compile; this is Python {platform.python_version()}"
    try:
        return python_source(text)
    except SyntaxError as error:
        raise DamagedSource(source.uri, f"line {error.lineno}: {error.msg}", remedy) from error
    except (RecursionError, MemoryError) as error:
        raise DamagedSource(source.uri, "expressions are nested too deeply", remedy) from error


def _blocks(tree: PythonSource) -> Iterator[Block]:
    line, counted = 1, 0
    for section in tree.sections():
        content = section.span.of(tree.text)
        if not content.strip():
            continue
        start = section.span.start + len(content) - len(content.lstrip())
        span = Span(start, section.span.start + len(content.rstrip()))
        line, counted = line + tree.text.count("\n", counted, start), start
        yield Block("code", span, line=line, level=section.depth)


def _module_name(path: Path, tree: ast.Module) -> str:
    """The dotted name to import the file by, as far as its folders and its own imports tell."""
    path = path.absolute()
    folders = path.parent.parts[1:]
    depth = max(_marked_packages(path.parent), _relative_depth(tree), _named_packages(folders, tree))
    packages = list(folders[max(0, len(folders) - depth) :])
    return ".".join(packages if packages and path.stem == "__init__" else [*packages, path.stem])


def _marked_packages(folder: Path) -> int:
    """How many folders upwards hold an `__init__` file."""
    count = 0
    while folder != folder.parent and any((folder / f"__init__{suffix}").exists() for suffix in _SUFFIXES):
        count, folder = count + 1, folder.parent
    return count


def _relative_depth(tree: ast.Module) -> int:
    """How many packages the relative imports of the module need around it."""
    return max((node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)), default=0)


def _named_packages(folders: tuple[str, ...], tree: ast.Module) -> int:
    """How many folders there are from the innermost that the module imports from by name."""
    imported = {name.partition(".")[0] for name in _absolute_imports(tree)} - sys.stdlib_module_names
    for i in range(len(folders) - 1, -1, -1):
        if folders[i] in imported and all(folder.isidentifier() for folder in folders[i:]):
            return len(folders) - i
    return 0


def _absolute_imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
