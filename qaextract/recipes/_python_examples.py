"""The interactive examples of a docstring: statements, what each printed, and which earlier ones it needs."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qaextract.model import Span
from qaextract.recipes._python_docstrings import Docstring


@dataclass(frozen=True)
class Example:
    """One statement behind `>>>`, the output below it, and where both stand; code that is no Python has no tree."""

    code: str
    output: str
    span: Span
    tree: ast.Module | None

    @property
    def is_expression(self) -> bool:
        """Whether it is an expression, so that its output is its value or what it prints."""
        return self.tree is not None and len(self.tree.body) == 1 and isinstance(self.tree.body[0], ast.Expr)

    @property
    def is_import(self) -> bool:
        """Whether it only imports."""
        return self.tree is not None and all(isinstance(node, ast.Import | ast.ImportFrom) for node in self.tree.body)

    @property
    def calls(self) -> bool:
        """Whether it does more than name things."""
        kinds = (ast.Call, ast.BinOp, ast.Subscript, ast.Attribute, ast.Compare)
        return self.tree is not None and any(isinstance(node, kinds) for node in ast.walk(self.tree))

    @property
    def acts(self) -> bool:
        """Whether it may change what it names: it calls something, or deletes, or is no expression."""
        return not self.is_expression or (
            self.tree is not None and any(isinstance(node, ast.Call | ast.Await) for node in ast.walk(self.tree))
        )

    def mentions(self, names: set[str]) -> bool:
        """Whether it uses one of the names, alone or behind a dot."""
        nodes = ast.walk(self.tree) if self.tree else ()
        return any(
            (isinstance(node, ast.Name) and node.id in names)
            or (isinstance(node, ast.Attribute) and node.attr in names)
            for node in nodes
        )

    def names(self) -> set[str]:
        """The names that it reads or binds, those bound inside a comprehension or lambda left out."""
        if self.tree is None:
            return set()
        nodes = list(ast.walk(self.tree))
        local = {
            arg.arg
            for node in nodes
            if isinstance(node, ast.Lambda)
            for arg in ast.walk(node.args)
            if isinstance(arg, ast.arg)
        }
        for node in nodes:
            if isinstance(node, ast.comprehension):
                local |= {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
        return {node.id for node in nodes if isinstance(node, ast.Name)} - local | self.bound()

    def bound(self) -> set[str]:
        """The names that it gives a meaning to: by assignment, import or definition."""
        found: set[str] = set()
        for node in ast.walk(self.tree) if self.tree else ():
            if isinstance(node, ast.Import | ast.ImportFrom):
                found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
        return found


def examples(docstring: Docstring) -> list[Example]:
    """Every example, in order."""
    return list(_examples(docstring))


def _examples(docstring: Docstring) -> Iterator[Example]:
    lines = docstring.lines
    i = 0
    while i < len(lines):
        first = i
        i += 1
        if not lines[first].text.startswith(">>> "):
            continue
        code = [lines[first].text[4:]]
        while i < len(lines) and (lines[i].text == "..." or lines[i].text.startswith("... ")):
            code.append(lines[i].text[4:])
            i += 1
        output: list[str] = []
        while i < len(lines) and lines[i].text and not lines[i].text.startswith((">>>", "```")):
            output.append(lines[i].text)
            i += 1
        source = "\n".join(code).strip()
        span = Span(lines[first].span.start, lines[i - 1].span.end)
        yield Example(source, "\n".join(output), span, _tree(source))


def _tree(code: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def needed(example: Example, earlier: Sequence[Example], known: set[str]) -> list[Example] | None:
    """The earlier examples that touch what this one reads, in order; None where a name stays unexplained."""
    wanted = example.names() - known
    taken: list[Example] = []
    for other in reversed(earlier):
        if other.tree is None:
            return None
        if other.names() & wanted and (other.bound() or other.acts):
            taken.append(other)
            wanted |= other.names() - known
    bound = {name for other in taken for name in other.bound()}
    return taken[::-1] if wanted <= bound else None
