"""Which term a definition defines: the definition is asked, the term is the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._backwards import asked_backwards, is_plain, tool_of
from qaextract.recipes._definitions import Definition
from qaextract.recipes._grammar import as_sentence, uncapitalised
from qaextract.recipes._prose import is_matter
from qaextract.recipes._subject import asked_within


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
            if found.span in chunk.span and is_plain(found, document):
                question = _question_for(found)
                yield ReverseDefinitionDraft(
                    question=f"In {found.field}, {question}"
                    if found.field
                    else asked_within(document, f"W{question[1:]}"),
                    answer=f"{found.term}." if tool_of(found) else as_sentence(found.noun),
                    quotes=(found.span.of(document.text),),
                    term=found.term,
                )


def _question_for(found: Definition) -> str:
    tool = tool_of(found)
    if tool:
        return f"which {tool['kind']} {tool['does']}?"
    return f"what is the term for {uncapitalised(found.meaning)}?"
