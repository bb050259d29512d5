"""The public functions, methods and classes of a chunk of Python code, and how a question names them."""

from __future__ import annotations

import ast
import re
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from qaextract.model import Chunk, Document, Span
from qaextract.python_source import Definition, Function, PythonSource, python_source

_UNDOCUMENTED = {"overload", "deprecated", "setter", "deleter", "getter", "singledispatchmethod", "register"}
_PROPERTIES = {"property", "cached_property", "classproperty", "abstractproperty"}
_TEST_MODULE = re.compile(r"(^|\.)(tests?|testing|conftest|test_\w+|\w+_tests?|setup|__main__)(\.|$)")
#: How far into a docstring a deprecation stands that is about the symbol and not about a detail of it.
_DEPRECATION_CHARS = 400


@dataclass(frozen=True)
class Symbol:
    """A definition at the top of a module, or one of a class there."""

    node: Definition
    owner: ast.ClassDef | None
    source: PythonSource
    module: str

    @property
    def qualname(self) -> str:
        """`function`, `Class` or `Class.method`; a constructor goes by its class."""
        if self.owner is None:
            return self.node.name
        return self.owner.name if self.is_constructor else f"{self.owner.name}.{self.node.name}"

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_constructor(self) -> bool:
        """Whether it makes the instances of its class."""
        return self.owner is not None and self.node.name == "__init__"

    @property
    def is_property(self) -> bool:
        """Whether it is read as an attribute."""
        return bool(_PROPERTIES & set(decorator_names(self.node)))

    @property
    def noun(self) -> str:
        """How a question calls it: "the `wrap` function"."""
        if self.is_constructor:
            return f"the constructor of the `{self.qualname}` class"
        if self.is_class:
            return f"the `{self.qualname}` class"
        if self.is_property:
            return f"the `{self.qualname}` property"
        return f"the `{self.qualname}` {'function' if self.owner is None else 'method'}"

    @property
    def within(self) -> str:
        """How a question begins: "In Python's `heapq` module,"."""
        top = self.owner or self.node
        return (
            f"In Python's `{self.module}` module"
            if _is_standard(self.module, top.name)
            else f"In the `{self.module}` module"
        )

    @cached_property
    def header(self) -> Span:
        """From `def` or `class` to the colon."""
        node = self.node
        start = self.source.span(node).start
        end = self.source.offset(node.lineno, node.col_offset)
        parts: list[ast.expr | ast.arg | None]
        if isinstance(node, ast.ClassDef):
            parts = [*node.bases, *(keyword.value for keyword in node.keywords)]
        else:
            parts = [*parameters(node), *node.args.defaults, *node.args.kw_defaults, node.returns]
        end = max([end, *(self.source.span(part).end for part in parts if part is not None)])
        closing = re.compile(r"(?:[^:#]|#[^\n]*\n)*+:").match(self.source.text, end)
        return Span(start, closing.end() if closing else self.source.span(node.body[0]).start)

    @cached_property
    def docstring_node(self) -> ast.Constant | None:
        """The string that documents it."""
        return docstring_node(self.node)

    @property
    def documentation(self) -> str:
        """The docstring, or nothing."""
        return str(self.docstring_node.value) if self.docstring_node else ""

    @property
    def is_documented_api(self) -> bool:
        """Whether it is something that users of the module are meant to call."""
        name = self.node.name
        if name.startswith("_") and not self.is_constructor:
            return False
        decorators = set(decorator_names(self.node))
        # A class as a decorator makes something else of what it decorates.
        if _UNDOCUMENTED & decorators or any(re.match("_?[A-Z]", decorator) for decorator in decorators):
            return False
        return "deprecated" not in self.documentation[:_DEPRECATION_CHARS].lower()


def public_symbols(chunk: Chunk, document: Document) -> Iterator[Symbol]:
    """The public symbols that begin in the chunk, in order; none where the document is no Python module."""
    for symbol in module_symbols(document):
        if symbol.header in chunk.span:
            yield symbol


def public_functions(chunk: Chunk, document: Document) -> Iterator[Symbol]:
    """The public functions, methods and constructors that begin in the chunk."""
    for symbol in public_symbols(chunk, document):
        if not symbol.is_class and not symbol.is_property:
            yield symbol


def module_symbols(document: Document) -> list[Symbol]:
    """The public symbols of a whole module, in order."""
    if not document.parser.startswith("python_code") or _TEST_MODULE.search(document.title):
        return []
    return _symbols(document.text, document.title)


@lru_cache(maxsize=8)
def _symbols(text: str, module: str) -> list[Symbol]:
    source = python_source(text)
    found: list[Symbol] = []
    for node in source.tree.body:
        if not isinstance(node, Definition):
            continue
        found.append(Symbol(node, None, source, module))
        if isinstance(node, ast.ClassDef) and found[-1].is_documented_api and not _is_test(node):
            inner = [child for child in node.body if isinstance(child, Function)]
            found.extend(Symbol(child, node, source, module) for child in inner)
    api = [symbol for symbol in found if symbol.is_documented_api]
    # What is defined twice (by platform, as a fallback) has no one signature.
    count = Counter((symbol.owner, symbol.node.name) for symbol in api)
    return [symbol for symbol in api if count[symbol.owner, symbol.node.name] == 1]


def _is_test(node: ast.ClassDef) -> bool:
    return node.name.startswith("Test") or any("TestCase" in ast.unparse(base) for base in node.bases)


def decorator_names(node: Definition) -> list[str]:
    """The last name of each decorator: `setter` of `@x.setter`, `wraps` of `@functools.wraps(f)`."""
    names = (ast.unparse(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list)
    return [name.rpartition(".")[2] for name in names]


def parameters(node: Definition) -> list[ast.arg]:
    """The parameters in the order they are written."""
    if isinstance(node, ast.ClassDef):
        return []
    args = node.args
    starred = [arg for arg in (args.vararg, args.kwarg) if arg is not None]
    return sorted(
        [*args.posonlyargs, *args.args, *args.kwonlyargs, *starred], key=lambda arg: (arg.lineno, arg.col_offset)
    )


def docstring_node(node: Definition | ast.Module) -> ast.Constant | None:
    """The string that documents a module, a class or a function."""
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value
    return None


@lru_cache(maxsize=1024)
def _is_standard(module: str, name: str) -> bool:
    """Whether the standard library has a module of this name that defines `name`."""
    if module.partition(".")[0] not in sys.stdlib_module_names:
        return False
    stem = Path(sysconfig.get_path("stdlib"), *module.split("."))
    for path in (stem.with_suffix(".py"), stem / "__init__.py"):
        if path.is_file():
            return re.search(rf"^(async def|def|class) {name}\b", path.read_text("utf-8", "replace"), re.M) is not None
    return False
