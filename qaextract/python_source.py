"""A Python file as a syntax tree whose nodes have text offsets: what the parser, the chunker and the recipes read."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from qaextract.model import Span

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of whole lines: a function, a class header, or a run of statements.

    `path` are the names of the definitions it lies in, its own last; `depth` how deep its statements stand.
    """

    span: Span
    path: tuple[str, ...]
    depth: int


@dataclass(frozen=True)
class PythonSource:
    """The text of a module and its tree."""

    text: str
    tree: ast.Module

    def offset(self, line: int, byte_column: int) -> int:
        """The offset of a position as `ast` gives it: lines from 1, columns in UTF-8 bytes."""
        start = self._line_starts[line - 1]
        content = self.text[start : start + byte_column]
        if not content.isascii():
            content = content.encode()[:byte_column].decode()
        return start + len(content)

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> Span:
        """The offsets of a node; decorators are not part of it."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return Span(self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset))

    def slice(self, node: ast.expr | ast.stmt | ast.arg) -> str:
        """The text of a node."""
        return self.span(node).of(self.text)

    @cached_property
    def defined(self) -> Counter[str]:
        """How often each name is defined as a function, method or class, at any depth."""
        return Counter(node.name for node in ast.walk(self.tree) if isinstance(node, Definition))

    def sections(self) -> list[Section]:
        """The whole text in order, without gaps, cut where functions, methods and class headers begin and end."""
        cuts = [(1, (), 0), *self._cuts(self.tree.body, (), 0, 1)]
        starts = [self._line_starts[line - 1] for line, _, _ in cuts]
        ends = [*starts[1:], len(self.text)]
        sections: list[Section] = []
        for start, end, (_, path, depth) in zip(starts, ends, cuts, strict=True):
            if sections and not self.text[start:end].strip():  # blank lines go with what stands before them
                sections[-1] = replace(sections[-1], span=Span(sections[-1].span.start, end))
            elif sections and not sections[0].span.of(self.text).strip():
                sections = [Section(Span(0, end), path, depth)]
            elif start < end:
                sections.append(Section(Span(start, end), path, depth))
        return sections

    def _cuts(
        self, body: Sequence[ast.stmt], path: tuple[str, ...], depth: int, first: int
    ) -> Iterator[tuple[int, tuple[str, ...], int]]:
        """(first line, path, depth) wherever a section begins; `first` is the first line that is free for comments."""
        for node in body:
            end = node.end_lineno or node.lineno
            if isinstance(node, Definition):
                own = (*path, node.name)
                yield self._with_comments(_first_line(node), first), own, depth
                if isinstance(node, ast.ClassDef):
                    yield from self._cuts(node.body, own, depth + 1, _first_line(node) + 1)
                if end < len(self._line_starts):
                    yield end + 1, path, depth
            first = end + 1

    def _with_comments(self, line: int, first: int) -> int:
        """The first of the comment lines that stand directly above `line`."""
        while line > first and self._line(line - 1).lstrip().startswith("#"):
            line -= 1
        return line

    def _line(self, line: int) -> str:
        start = self._line_starts[line - 1]
        return self.text[start : self.text.find("\n", start)]

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(i + 1 for i, char in enumerate(self.text) if char == "\n")]


def _first_line(node: Definition) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


@lru_cache(maxsize=8)
def python_source(text: str) -> PythonSource:
    """The tree of `text`. Raises `SyntaxError`, or what deep nesting or a null byte makes `ast` raise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the file that is read: invalid escapes, `is` with a literal
        return PythonSource(text, ast.parse(text))
