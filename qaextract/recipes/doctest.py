"""What an example of a docstring prints, from its `>>>` lines."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.python_source import python_source
from qaextract.recipes._python_docstrings import Docstring
from qaextract.recipes._python_examples import Example, examples, needed
from qaextract.recipes._python_parameters import joined
from qaextract.recipes._python_symbols import docstring_node, module_symbols, public_symbols

#: Output or code that is not the same on every run, or that is cut.
_UNSTABLE = re.compile(
    r"\b0x[0-9a-f]{4,}|\.\.\.|<\w[^>]*>|Traceback|#|\b(?:random\w*|time|now|today|getpid|id|hash|urandom|uuid\w*|getcwd"
    r"|shuffle|sample|perf_counter|environ|rand\w*|seed|rng|open|input|help|dir)\b"
)


@recipes.register("doctest")
@dataclass(frozen=True)
class Doctest:
    """What is the output of an expression? Asked with the statements of the example that it needs."""

    reads: ClassVar[str] = "code"
    draft: ClassVar[type[Draft]] = Draft
    quota: int = 3
    share: float = 0.35
    most_a_docstring: int = 2
    most_setup: int = 3
    max_chars: int = 90

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk holds an interactive example."""
        return ">>> " in chunk.text

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        """Pairs on the examples whose output is one short line."""
        symbols = module_symbols(document)
        if not symbols:
            return
        source = python_source(document.text)
        defined = {symbol.qualname for symbol in symbols if symbol.owner is None}
        nodes = [symbol.docstring_node for symbol in public_symbols(chunk, document)]
        if chunk.span.start == 0:
            nodes.insert(0, docstring_node(source.tree))
        for node in nodes:
            found = self._asked(examples(Docstring.read(node, source)), defined | set(dir(builtins)), document)
            for question, answer, quotes in found[: self.most_a_docstring]:
                yield Draft(question=f"{symbols[0].within}, {question}", answer=answer, quotes=quotes)

    def _asked(
        self, found: list[Example], known: set[str], document: Document
    ) -> list[tuple[str, str, tuple[str, ...]]]:
        asked = []
        for i, example in enumerate(found):
            if not self._is_short(example) or not example.is_expression or not example.output or not example.calls:
                continue
            setup = needed(example, found[:i], known)
            if setup is None or not all(self._is_short(other) for other in setup):
                continue
            setup = [other for other in setup if not _imports_itself(other, document.title)]
            if len(setup) > self.most_setup or not self._tells(example, setup):
                continue
            after = f" after {joined([f'`{other.code}`' for other in setup])}" if setup else ""
            question = f"what is the output of `{example.code}`{after}?"
            quotes = tuple(other.span.of(document.text) for other in [*setup, example])
            asked.append((question, f"The output is `{example.output}`.", quotes))
        return asked

    def _is_short(self, example: Example) -> bool:
        whole = example.code + example.output
        return (
            "\n" not in whole
            and len(example.code) <= self.max_chars
            and len(example.output) <= self.max_chars
            and not _UNSTABLE.search(whole)
            and "`" not in whole
            and "\\" not in whole
            and example.tree is not None
        )

    def _tells(self, example: Example, setup: list[Example]) -> bool:
        """Whether the output is not already written in the question."""
        shown = [example, *setup]
        if example.output in ("True", "False", "None"):
            return example.output != "None"
        return all(example.output not in other.code for other in shown)


def _imports_itself(example: Example, module: str) -> bool:
    """Whether it only makes names of the module known that the question names anyway."""
    return example.is_import and all(
        isinstance(node, ast.ImportFrom) and node.module == module and not any(alias.asname for alias in node.names)
        for node in _body(example)
    )


def _body(example: Example) -> Iterator[ast.stmt]:
    yield from example.tree.body if example.tree else ()
