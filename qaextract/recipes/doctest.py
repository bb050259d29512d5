"""What an example of a docstring prints, from its `>>>` lines."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.python_source import Definition, python_source
from qaextract.recipes._python_docstrings import Docstring
from qaextract.recipes._python_examples import Example, examples, needed
from qaextract.recipes._python_parameters import joined
from qaextract.recipes._python_symbols import docstring_node, module_symbols, public_symbols

#: Output or code that is not the same on every run, or that is cut.
_UNSTABLE = re.compile(
    r"\b0x[0-9a-f]{4,}|\.\.\.|e-1\d\b|<\w[^>]*>|Traceback|#|\b(?:random\w*|time|now|today|getpid|id|hash|urandom|uuid\w*"
    r"|getcwd|shuffle|sample|perf_counter|environ|rand\w*|seed|rng|open|input|help|dir)\b"
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
        nodes = [symbol.docstring_node for symbol in public_symbols(chunk, document)]
        if chunk.span.start == 0:
            nodes.insert(0, docstring_node(source.tree))
        for node in nodes:
            drafts = self._drafts(Docstring.read(node, source), symbols[0].within, document)
            yield from list(drafts)[: self.most_a_docstring]

    def _drafts(self, docstring: Docstring, within: str, document: Document) -> Iterator[Draft]:
        tree = docstring.source.tree
        own = set(docstring.source.defined)
        known = {node.name for node in tree.body if isinstance(node, Definition)} | set(dir(builtins))
        found = examples(docstring)
        for i, example in enumerate(found):
            if not (self._is_short(example) and example.is_expression and example.output and example.calls):
                continue
            setup = needed(example, found[:i], known)
            # An earlier expression that may have changed something would have to be told with its output.
            if setup is None or any(other.output or not self._is_short(other) for other in setup):
                continue
            setup = [other for other in setup if not _imports_itself(other, document.title)]
            shown = [*setup, example]
            if len(setup) > self.most_setup or not _adds(example.output, shown):
                continue
            if any(other.mentions(own) for other in shown):
                after = f" after {joined([f'`{other.code}`' for other in setup])}" if setup else ""
                yield Draft(
                    question=f"{within}, what is the output of `{example.code}`{after}?",
                    answer=f"The output is `{example.output}`.",
                    quotes=tuple(other.span.of(document.text) for other in shown),
                )

    def _is_short(self, example: Example) -> bool:
        """Whether code and output are a line each that can be asked for and told in a sentence."""
        whole = example.code + example.output
        return (
            not set("\n`\\") & set(whole)
            and len(example.code) <= self.max_chars
            and len(example.output) <= self.max_chars
            and not _UNSTABLE.search(whole)
            and example.tree is not None
        )


def _adds(output: str, shown: Sequence[Example]) -> bool:
    """Whether the output is not already written in the question."""
    if output in ("True", "False", "None"):
        return output != "None"
    return all(output not in example.code for example in shown)


def _imports_itself(example: Example, module: str) -> bool:
    """Whether it only makes names of the module known that the question names anyway."""
    return example.is_import and all(
        isinstance(node, ast.ImportFrom) and node.module == module and not any(alias.asname for alias in node.names)
        for node in (example.tree.body if example.tree else ())
    )
