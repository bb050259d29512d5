"""Which parameters a function takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._python_parameters import function_parameters, joined
from qaextract.recipes._python_symbols import docstring_node, public_functions


@recipes.register("signature")
@dataclass(frozen=True)
class Signature:
    """Which parameters does a documented function take, how are they passed, and which have defaults?"""

    reads: ClassVar[str] = "code"
    draft: ClassVar[type[Draft]] = Draft
    quota: int = 3
    share: float = 0.15
    least_parameters: int = 3
    most_parameters: int = 7

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk defines a function."""
        return "def " in chunk.text

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        """At most one pair for each function."""
        for symbol in public_functions(chunk, document):
            parameters = function_parameters(symbol)
            if any(parameter.name.lstrip("*").startswith("_") for parameter in parameters):
                continue
            named = [parameter for parameter in parameters if not parameter.name.startswith("*")]
            documented = symbol.documentation or (
                symbol.is_constructor and symbol.owner and docstring_node(symbol.owner)
            )
            # Two plain parameters are not worth a question, two of which one is special are.
            special = any(parameter.described != f"`{parameter.name}`" for parameter in named)
            enough = self.least_parameters - special <= len(parameters) <= self.most_parameters
            if documented and named and enough:
                takes = joined([parameter.described for parameter in parameters])
                subject = "The constructor" if symbol.is_constructor else f"`{symbol.node.name}`"
                yield Draft(
                    question=f"{symbol.within}, which parameters does {symbol.noun} take?",
                    answer=f"{subject} takes {takes}.",
                    quotes=(symbol.header.of(document.text),),
                )
