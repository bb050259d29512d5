"""What a function, method or class is for, from the first sentence of its docstring."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._python_docstrings import Docstring
from qaextract.recipes._python_prose import as_sentence, clean, says_more, sentence, uncapitalised
from qaextract.recipes._python_symbols import Symbol, public_symbols
from qaextract.recipes._python_verbs import has_finite_verb, is_third_person, is_verb, predicate

_RETURNS = re.compile(r"returns?\b", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:an?|the)\s", re.IGNORECASE)
#: What a docstring calls the thing it documents when it begins with neither a verb nor an article.
_NOUN = re.compile(
    r"(?:abstract |base |concrete |generic |simple |mutable |immutable |thread-safe )*"
    r"(?:class|mixin|decorator|context manager|iterator|iterable|generator|exception|wrapper|container"
    r"|factory|metaclass|subclass|function|descriptor|validator|dictionary|mapping|collection|interface|transformer|estimator|parser|adapter)\b",
    re.IGNORECASE,
)
#: What a function can be said to be.
_CALLABLE = re.compile(
    r"\b(?:decorators?|context managers?|functions?|variants?|extension|version|wrapper|validator|factory|shortcut"
    r"|implementation|equivalent|method|callback|hook|predicate|coroutine)\b",
    re.IGNORECASE,
)
_SEEMS = re.compile(r"\b(?:appears?|seems?|needs?|tries|fails?|wants?|happens?|ceases?|is|was) to\b")
#: Where the noun phrase at the beginning of a sentence ends.
_CLAUSE = re.compile(r"\b\w+ed (?:an?|the|its?|no|not|to)\b|\b\w+ed[.!]?$")
_HEAD_END = re.compile(
    r"\b(?:that|which|who|whose|for|to|of|with|where|used|using|representing|providing|in|on|from|by)\b|,"
)


#: What the docstring tells is what others are to do; this version does not.
_ABSTRACT = re.compile(r"NotImplementedError|\b(?:should|must|intended to|to) be (?:overrid|implemented|re-?defined)")
_NOUN_SUBJECT = re.compile(r"\w+ \w+ (?:is|are|was|were|can|will|has|have)\b")
_CAPITAL_INSIDE = re.compile(r"[a-z\])] ([A-Z][a-z]+) ")


def _is_torn(symbol: Symbol, text: str) -> bool:
    """Whether the text is no sentence: a usage line before it, its own name, or a noun that looks like a verb."""
    opening, _, rest = text.partition(" ")
    if opening.lower() == symbol.node.name.lower().strip("_") and is_verb(rest.partition(" ")[0]):
        return True
    inside = (match[1] for match in _CAPITAL_INSIDE.finditer(text))
    return _NOUN_SUBJECT.match(text) is not None or any(is_verb(word) for word in inside)


@recipes.register("purpose")
@dataclass(frozen=True)
class Purpose:
    """What does a function do, and what is a class? Answered by docstrings that say more than the name."""

    reads: ClassVar[str] = "code"
    draft: ClassVar[type[Draft]] = Draft
    quota: int = 3
    share: float = 1.0
    least_new_words: int = 3

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk defines anything."""
        return "def " in chunk.text or "class " in chunk.text

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        """At most one pair for each documented symbol."""
        for symbol in public_symbols(chunk, document):
            docstring = Docstring.read(symbol.docstring_node, symbol.source)
            paragraph = docstring.summary()
            first = paragraph and sentence(document.text, paragraph)
            text = first and clean(first.of(document.text))
            if not first or not text or symbol.is_property or symbol.is_constructor or _is_torn(symbol, text):
                continue
            if not symbol.is_class and symbol.docstring_node and _ABSTRACT.search(str(symbol.docstring_node.value)):
                continue
            asked = self._asked(symbol, text)
            if asked and says_more(
                text, (*symbol.qualname.split("."), *symbol.module.split(".")), self.least_new_words
            ):
                question, answer = asked
                yield Draft(question=question, answer=as_sentence(answer), quotes=(first.of(document.text),))

    def _asked(self, symbol: Symbol, text: str) -> tuple[str, str] | None:
        """Question and answer; None for what is asked as a return value, or is no statement on the symbol."""
        name = f"`{symbol.node.name}`"
        if not _RETURNS.match(text) and (does := predicate(text)):
            return f"{symbol.within}, what does {symbol.noun} do?", f"{name} {does}"
        if _is_about(symbol, text):
            return f"{symbol.within}, what is {symbol.noun}?", text
        if is_a := _noun_phrase(symbol, text):
            return f"{symbol.within}, what is {symbol.noun}?", f"{name} is {is_a}"
        return None


def _is_about(symbol: Symbol, text: str) -> bool:
    """Whether the text is a sentence on the symbol: "A ChainMap groups ...", "The walk() generator is a ..."."""
    name = rf"`?{re.escape(symbol.node.name)}`?(?:\(\))?`?"
    noun = "(?: (?:class|function|method|generator|object))?"
    found = re.match(rf"(?:(?:An?|The) )?{name}{noun} (is an?|[a-z]+) ", text)
    return found is not None and (found[1].startswith("is ") or is_third_person(found[1]))


def _noun_phrase(symbol: Symbol, text: str) -> str | None:
    """The text as what follows "is", if it is a noun phrase."""
    end = _HEAD_END.search(text, 4)
    head = text[: end.start()] if end else text
    if has_finite_verb(head) or _CLAUSE.search(text[: len(head) + 4]) or _SEEMS.search(text[: len(head) + 4]):
        return None
    if not symbol.is_class and not _CALLABLE.search(head):
        return None  # "The number of nodes" is what a function returns, not what it is
    if _ARTICLE.match(text):
        return uncapitalised(text)
    if _NOUN.match(text):
        return ("an " if text[0].lower() in "aeiou" else "a ") + uncapitalised(text)
    return None
