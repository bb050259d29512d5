"""Which definitions are asked backwards, so that the term is the answer."""

from __future__ import annotations

import re

from qaextract.english import content_words
from qaextract.model import Document
from qaextract.recipes._definitions import Definition, definitions
from qaextract.recipes._meanings import names_tool
from qaextract.recipes._prose import OncePerDocument
from qaextract.recipes._subject import subject

#: Below this many words of content, a description fits more than one term.
_LEAST_CONTENT = 6
_DOES = re.compile(
    r"an?\s(?P<kind>(?:(?!and\b|of\b|for\b|containing\b)[\w-]+\s?){1,4}?)\s(?:that|which)\s(?P<does>.+)$"
)


@OncePerDocument
def asked_backwards(document: Document) -> list[Definition]:
    """Every other one of the definitions that can be; the rest are asked forwards: no sentence is asked twice."""
    fit = [found for found in definitions(document) if _picks_out(found)]
    return fit[1::2]


def is_plain(found: Definition, document: Document) -> bool:
    """Whether a reader can tell which sense of the term is asked for: by a subject, or because it is a name."""
    return bool(found.field or subject(document) or found.proper or len(found.term.split()) > 2)


def tool_of(found: Definition) -> re.Match[str] | None:
    """What a program is and does, where the term is its name."""
    return _DOES.match(found.meaning) if not found.lead and not found.plural and names_tool(found.meaning) else None


def _picks_out(found: Definition) -> bool:
    """Whether the meaning is rich enough to name one term only, and does not give it away."""
    if re.search(r", and \w+s\b", found.meaning) or found.term.endswith(("'s", "’s")):
        return False
    if found.proper or found.form not in ("is", "named", "meant", "term"):
        return False
    meaning = set(content_words(found.meaning))
    if not found.lead and not found.plural and names_tool(found.meaning) and not tool_of(found):
        return False
    return (
        len(meaning) >= _LEAST_CONTENT
        and not meaning & set(content_words(found.term))
        and re.match(r"(?:an?|the|\w+s)\s", found.meaning, re.IGNORECASE) is not None
        and re.search(r"^an? (?:\w+ )?(?:term|word|name)\b|[;:?]|\bor\b.*\bor\b|, (?:or|i\.e|e\.g)\b", found.meaning)
        is None
    )
