"""Which term a definition defines: the definition is asked, the term is the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qaextract.english import content_words
from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._definitions import Definition, definitions
from qaextract.recipes._grammar import as_sentence, uncapitalised
from qaextract.recipes._prose import is_matter
from qaextract.recipes._subject import asked_within

#: Below this many words of content, a description fits more than one term.
_LEAST_CONTENT = 6


class ReverseDefinitionDraft(Draft):
    """A definition asked backwards: the term that is the answer."""

    term: str


@recipes.register("reverse_definition")
@dataclass(frozen=True)
class ReverseDefinition:
    """What is the term for ...? Answered by the term; every other definition that picks out one term is asked so."""

    draft: ClassVar[type[Draft]] = ReverseDefinitionDraft
    quota: int = 3
    share: float = 0.2

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk has a verb of definitions and is no front or back matter."""
        return bool(re.search(r"\b(?:is|are|means?|refers? to|denotes?|define)\b", chunk.text)) and not is_matter(chunk)

    def find(self, chunk: Chunk, document: Document) -> Iterable[ReverseDefinitionDraft]:
        """One draft for each definition in the chunk that is asked backwards."""
        for found in asked_backwards(document):
            if found.span in chunk.span:
                where = f"In {found.field}, " if found.field else ""
                question = f"{where}what is the term for {uncapitalised(found.meaning)}?"
                yield ReverseDefinitionDraft(
                    question=question if where else asked_within(document, "W" + question[1:]),
                    answer=as_sentence(found.noun),
                    quotes=(found.span.of(document.text),),
                    term=found.term,
                )


def asked_backwards(document: Document) -> list[Definition]:
    """Every other one of the definitions that can be asked backwards."""
    fit = [found for found in definitions(document) if _picks_out(found)]
    return fit[1::2]


def _picks_out(found: Definition) -> bool:
    """Whether the meaning is rich enough to name one term only, and does not give it away."""
    if found.proper or found.form not in ("is", "named", "meant", "term"):
        return False
    meaning = set(content_words(found.meaning))
    return (
        len(meaning) >= _LEAST_CONTENT
        and not meaning & set(content_words(found.term))
        and re.match(r"(?:an?|the|\w+s)\s", found.meaning, re.IGNORECASE) is not None
        and re.search(r"[;:?]|\bor\b.*\bor\b|, (?:or|i\.e|e\.g)\b", found.meaning) is None
    )
