"""What a parameter is when it is not given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._python_parameters import Parameter, function_parameters, is_public_value
from qaextract.recipes._python_symbols import Symbol, public_functions

_EMPTY = {"None", '""', "''", "()", "[]", "{}", "b''", 'b""', "object"}


@recipes.register("default_value")
@dataclass(frozen=True)
class DefaultValue:
    """What is the default of a parameter? Only of documented parameters, and not of those that stand for "none"."""

    reads: ClassVar[str] = "code"
    draft: ClassVar[type[Draft]] = Draft
    quota: int = 3
    share: float = 0.15
    most_a_function: int = 2

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk defines a function with a default."""
        return "def " in chunk.text and "=" in chunk.text

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        """Pairs on the most telling defaults of each function."""
        for symbol in public_functions(chunk, document):
            parameters = [p for p in function_parameters(symbol) if self._worth_asking(symbol, p)]
            # A number or a name is harder to guess than a flag.
            parameters.sort(key=lambda parameter: parameter.default_text in ("True", "False"))
            for parameter in parameters[: self.most_a_function]:
                asked = f"the `{parameter.name}` parameter of {symbol.noun}"
                yield Draft(
                    question=f"{symbol.within}, what is the default value of {asked}?",
                    answer=f"The default value of `{parameter.name}` is `{parameter.default_text}`.",
                    quotes=(symbol.header.of(document.text),),
                )

    def _worth_asking(self, symbol: Symbol, parameter: Parameter) -> bool:
        if not is_public_value(parameter) or parameter.default_text in _EMPTY or parameter.name.startswith("_"):
            return False
        if isinstance(parameter.default, ast.Name) and parameter.default.id == parameter.name:
            return False  # bound early for speed: `len=len`
        if parameter.default_text.strip("'\"") == parameter.name:
            return False
        documented = symbol.documentation
        if symbol.is_constructor and symbol.owner is not None:
            documented += ast.get_docstring(symbol.owner) or ""
        return re.search(rf"\b{re.escape(parameter.name)}\b", documented) is not None
