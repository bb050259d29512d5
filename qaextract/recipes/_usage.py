"""How a document uses its words: which it sets apart, which take an article, which its listings define."""

from __future__ import annotations

import re
from collections import Counter

from qaextract.model import Document
from qaextract.recipes._prose import OncePerDocument

_OFTEN = 2


@OncePerDocument
def _usage(document: Document) -> tuple[Counter[str], Counter[str]]:
    """How often each word is set apart by itself, and how often it stands in the document."""
    apart = Counter(run.of(document.text).strip(" .,:") for run in document.emphasis)
    return apart, Counter(re.findall(r"\w+", document.text))


@OncePerDocument
def _nouns(document: Document) -> Counter[str]:
    """How often each word stands behind an article or the like."""
    return Counter(re.findall(r"\b(?:an?|the|this|each|of|your|several)\s+([A-Za-z]+)\b", document.text))


def is_set_apart(word: str, document: Document) -> bool:
    """Whether the document ever sets the word apart by itself."""
    return _usage(document)[0][word] > 0


def is_name(word: str, document: Document) -> bool:
    """Whether the document speaks of the word as of a name: it is set apart, or takes no article."""
    apart, times = _usage(document)
    return apart[word] > 0.8 * times[word] or _nouns(document)[word] < _OFTEN


#: What a listing defines for the sake of the example.
_MADE_UP = re.compile(
    r"\b(?:class|struct|enum|union|namespace)\s+(?P<d>\w+)\s*[:{\n]"
    r"|\b(?:def|function|proc|sub|void|int|double|bool|size_t|char|auto"
    r"|static)\s+[*&]*(?:\w+::)?(?P<a>~?\w+)\s*[({=;]|\\(?:def|newcommand|renewcommand|newenvironment|let"
    r"|newcount|newdimen)\s*\*?\{?"
    r"(?P<b>\\?\w+)|(?P<c>[\w.]+)\s*(?:<-|:?=)\s*function\b"
)


def made_up(document: Document) -> set[str]:
    """The names that the listings of the document define."""
    return {
        name
        for block in document.blocks
        if block.kind == "code"
        for found in _MADE_UP.finditer(block.span.of(document.text))
        for name in found.groups()
        if name
    }
