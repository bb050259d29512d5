"""What a function returns, from its docstring."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._python_docstrings import Docstring
from qaextract.recipes._python_prose import as_sentence, clean, says_more, sentence
from qaextract.recipes._python_symbols import Symbol, public_symbols
from qaextract.recipes._python_verbs import predicate

_RETURNS = re.compile(r"returns?\s", re.IGNORECASE)


@recipes.register("return_value")
@dataclass(frozen=True)
class ReturnValue:
    """What does a function return? From a first sentence that begins with "Return", or the section on the result."""

    reads: ClassVar[str] = "code"
    draft: ClassVar[type[Draft]] = Draft
    quota: int = 3
    share: float = 1.0
    least_new_words: int = 3

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk defines a function that says what it returns."""
        return "def " in chunk.text and "eturn" in chunk.text

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        """At most one pair for each function or property."""
        for symbol in public_symbols(chunk, document):
            if symbol.is_class or symbol.is_constructor:
                continue
            docstring = Docstring.read(symbol.docstring_node, symbol.source)
            found = self._sentence(symbol, docstring) or self._section(symbol, docstring)
            if found:
                answer, quote = found
                yield Draft(
                    question=f"{symbol.within}, what does {symbol.noun} return?",
                    answer=as_sentence(answer),
                    quotes=(quote,),
                )

    def _sentence(self, symbol: Symbol, docstring: Docstring) -> tuple[str, str] | None:
        paragraph = docstring.summary()
        span = paragraph and sentence(docstring.source.text, paragraph)
        if not span:
            return None
        quote = span.of(docstring.source.text)
        text = clean(quote)
        does = text and _RETURNS.match(text) and predicate(text)
        if not text or not does or not says_more(text, symbol.qualname.split("."), self.least_new_words):
            return None
        return f"`{symbol.node.name}` {does}", quote

    def _section(self, symbol: Symbol, docstring: Docstring) -> tuple[str, str] | None:
        entries = docstring.entries("returns")
        if len(entries) != 1:
            return None
        raw = docstring.source.text
        span = sentence(raw, entries[0].body)
        text = span and clean(span.of(raw))
        if (
            not text
            or not span
            or not text[0].isalpha()
            or not says_more(text, symbol.qualname.split("."), self.least_new_words)
        ):
            return None
        quote = raw[entries[0].span.start : span.end]
        if _RETURNS.match(text):
            does = predicate(text)
            return (f"`{symbol.node.name}` {does}", quote) if does else None
        return (text, quote)
