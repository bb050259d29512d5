"""What a function returns, from its docstring."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft, Span
from qaextract.points import recipes
from qaextract.recipes._python_docstrings import Docstring
from qaextract.recipes._python_prose import as_sentence, clean, says_more, with_alternatives
from qaextract.recipes._python_symbols import Symbol, public_symbols
from qaextract.recipes._python_verbs import predicate

_RETURNS = re.compile(r"returns?\s", re.IGNORECASE)
_CASE = re.compile(r"(?:if|when|for|on)\b", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"(?<=[.!] )(Otherwise|Else|If [^.,]*?|When [^.,]*?),?(?: it)? returns?\b")


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
            found = self._summary(symbol, docstring) or self._section(symbol, docstring)
            if found:
                answer, quote = found
                yield Draft(
                    question=f"{symbol.within}, what does {symbol.noun} return?",
                    answer=as_sentence(answer),
                    quotes=(quote,),
                )

    def _summary(self, symbol: Symbol, docstring: Docstring) -> tuple[str, str] | None:
        """(answer, quote) from the first paragraph."""
        paragraph = docstring.summary()
        span, text = self._told(symbol, docstring, paragraph) if paragraph else (None, None)
        if not span or not text or not _RETURNS.match(text):
            return None
        answer = _as_predicate(symbol, text)
        return (answer, span.of(docstring.source.text)) if answer else None

    def _section(self, symbol: Symbol, docstring: Docstring) -> tuple[str, str] | None:
        """(answer, quote) from the section on the result, unless it describes several."""
        entries = docstring.entries("returns")
        span, text = self._told(symbol, docstring, entries[0].body) if len(entries) == 1 else (None, None)
        if not span or not text or not text[0].isalpha() or _CASE.match(text):
            return None
        answer = _as_predicate(symbol, text) if _RETURNS.match(text) else text
        return (answer, docstring.source.text[entries[0].span.start : span.end]) if answer else None

    def _told(self, symbol: Symbol, docstring: Docstring, passage: Span) -> tuple[Span | None, str | None]:
        """What a passage says of the result, if that can stand alone and is more than the name says."""
        span = with_alternatives(docstring.source.text, passage)
        text = span and clean(span.of(docstring.source.text))
        if not text or not says_more(text, symbol.qualname.split("."), self.least_new_words):
            return None, None
        return span, text


def _as_predicate(symbol: Symbol, text: str) -> str | None:
    """The text ("Return x. Otherwise return y.") with the name of the function, and a pronoun, before its verbs."""
    does = predicate(text)
    return f"`{symbol.node.name}` " + _ALTERNATIVE.sub(r"\1, it returns", does) if does else None
