"""A heading that is a question, and the few sentences below it that answer it: as in lists of frequent questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import ClassVar

from qaextract.english import content_words, words
from qaextract.model import Block, Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._fitness import debris, leans
from qaextract.recipes._meanings import is_maths
from qaextract.recipes._prose import is_matter, prose, sentences_of
from qaextract.recipes._subject import asked_within, subject

_NUMBER = re.compile(r"^(?:Q(?:uestion)?\s*\d*[.:)]\s*|[\[(]?[A-Z]?\d+(?:[.\-]\d+)*[.:)\]]*\s+|[IVX]+\.\s+)")
_ASKS = re.compile(
    r"(?:what|how|why|when|where|which|who|can|could|is|are|does|do|did|should|will|may|must)\b", re.IGNORECASE
)
#: A question that leans on what stands around it, or asks about the book.
_UNSAID = re.compile(
    r"\b(?:this|these|that|those|it|its|they|them|their|above|below|following|next|previous|other|another|else|here"
    r"|chapter|section|book|document|manual|faq|now|then|we|our|us)\b",
    re.IGNORECASE,
)
#: An answer that sends the reader elsewhere, or hangs on a date.
_ELSEWHERE = re.compile(
    r"\b(?:see|refer to|section|chapter|appendix|page|figure|table|above|below|following|follows|previous|next"
    r"|as described|as mentioned|mentioned|these days|recently|currently|at present|at the moment|unfortunately|sorry"
    r"|https?|read the|reviewed at|i think|i am|i'm|i have|we|our|us)\b|:\s*$|\.\.\.",
    re.IGNORECASE,
)


@recipes.register("headed_question")
@dataclass(frozen=True)
class HeadedQuestion:
    """The question that a heading asks, answered by the whole of a short section below it."""

    draft: ClassVar[type[Draft]] = Draft
    quota: int = 3
    share: float = 1.0
    max_answer_chars: int = 600
    max_paragraphs: int = 2
    least_new_words: int = 4

    def accepts(self, chunk: Chunk) -> bool:
        """Whether a heading above the chunk, or in it, may ask something."""
        return "?" in chunk.text[:400] and not is_matter(chunk)

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        """At most one draft for each heading; where the book has no name, the question must say more by itself."""
        least = 2 if subject(document) else 3
        blocks = document.blocks_in(chunk.span)
        for n, block in enumerate(blocks):
            if block.kind != "heading":
                continue
            question = _NUMBER.sub("", prose(document, block).text).strip()
            section = list(takewhile(lambda other: other.kind != "heading", blocks[n + 1 :]))
            answer = self._answer(question, section, document) if _is_question(question, least) else ""
            if answer:
                paragraphs = (b.span.of(document.text) for b in section)
                heading = document.text[block.span.start : block.span.end]
                yield Draft(question=asked_within(document, question), answer=answer, quotes=(heading, *paragraphs))

    def _answer(self, question: str, section: Sequence[Block], document: Document) -> str:
        """The text of the section, if it is a few whole sentences that can be read alone; else empty."""
        if not 1 <= len(section) <= self.max_paragraphs or any(block.kind != "paragraph" for block in section):
            return ""
        answer = "\n".join(prose(document, block).text for block in section)
        if len(answer) > self.max_answer_chars or not answer.endswith("."):
            return ""
        if _ELSEWHERE.search(answer) or is_maths(answer) or leans(answer):
            return ""
        if any(debris(sentence.text) for block in section for sentence in sentences_of(document, block)):
            return ""
        new = set(content_words(answer)) - set(content_words(question))
        return answer if len(new) >= self.least_new_words else ""


def _is_question(text: str, least: int) -> bool:
    """Whether the heading is one whole question that stands alone."""
    return (
        text.endswith("?")
        and text.count("?") == 1
        and 4 <= len(words(text)) <= 22
        and len(set(content_words(text))) >= least
        and _ASKS.match(text) is not None
        and _UNSAID.search(text) is None
        and debris(text) is None
    )
