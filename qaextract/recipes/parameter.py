"""What a parameter means, from the docstring of its function."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._python_docstrings import Docstring, Entry
from qaextract.recipes._python_parameters import function_parameters
from qaextract.recipes._python_prose import as_sentence, clean, says_more, with_alternatives
from qaextract.recipes._python_symbols import Symbol, public_symbols

_TYPE_ONLY = re.compile(
    r"(?:default|defaults to|optional|one of|type)\b|(?:when|while|for|note)\b(?! (?:true|false|set|given))", re.I
)
_OPTIONAL = re.compile(r"^\([^()]*\)\s*:\s+|^\((?:optional|required)\)[:,]?\s*", re.IGNORECASE)


@recipes.register("parameter")
@dataclass(frozen=True)
class ParameterMeaning:
    """What does a parameter specify? From sections in NumPy's and Google's styles and from `:param x:` fields."""

    reads: ClassVar[str] = "code"
    draft: ClassVar[type[Draft]] = Draft
    quota: int = 3
    share: float = 1.0
    most_a_function: int = 2
    least_new_words: int = 2

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk has a docstring that lists parameters."""
        return re.search(r"Param|Arg|:param|:arg|:key", chunk.text) is not None

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        """Pairs on the parameters that most is said of, in the order of the text."""
        for symbol in public_symbols(chunk, document):
            if symbol.is_property:
                continue
            described = list(self._described(symbol, document))
            fullest = sorted(described, key=lambda found: -len(found[1]))[: self.most_a_function]
            for entry, answer, quote in described:
                if any(entry is kept for kept, _, _ in fullest):
                    yield Draft(
                        question=f"{symbol.within}, what does the `{entry.name}` parameter of {symbol.noun} specify?",
                        answer=answer,
                        quotes=(quote,),
                    )

    def _described(self, symbol: Symbol, document: Document) -> Iterator[tuple[Entry, str, str]]:
        """(entry, answer, quote) of every parameter whose description can stand alone."""
        docstring = Docstring.read(symbol.docstring_node, symbol.source)
        # What is passed through to another function is explained there.
        taken = None if symbol.is_class else {p.name.removeprefix("*") for p in function_parameters(symbol)}
        for entry in docstring.entries("parameters"):
            span = with_alternatives(document.text, entry.body)
            text = span and clean(_OPTIONAL.sub("", span.of(document.text)))
            if not span or not text or _TYPE_ONLY.match(text) or (taken is not None and entry.name not in taken):
                continue
            if says_more(text, (entry.name, *symbol.qualname.split(".")), self.least_new_words):
                yield entry, as_sentence(text), document.text[entry.span.start : span.end]
