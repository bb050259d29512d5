"""Facts that a reader would look up: who, what, when, where, how much, on what condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from qaextract.model import Chunk, Draft
from qaextract.points import recipes
from qaextract.recipes._asked import AskedDraft, is_prose


class FactualDraft(AskedDraft):
    """A fact and the question that asks for it."""

    answer: str = Field(description="The fact alone, at most 25 words, with its unit and condition.")


@recipes.register("factual")
@dataclass(frozen=True)
class Factual:
    """Who, what, which, when, where, how much? Asked by a model, answered in a few words that can be verified."""

    draft: ClassVar[type[Draft]] = FactualDraft
    default: ClassVar[bool] = False
    reads: ClassVar[str] = "prose"
    prompt: ClassVar[str] = """\
Task: factual questions. Ask who, what, which, where, when, how much, how long, by what means, under what condition.

- Ask for what a reader will want to look up or be examined on: a value, limit, default, date, name, part, cause, \
condition, consequence. Prefer what is particular to the subject over what everybody knows.
- Ask one thing, with one answer. No yes-or-no question, no choice of two, no "and why" at the end.
- If the fact holds only in some case ("in frost", "since version 4", "for salt water"), put the case into the \
question. If the passage says "about", "at least" or "usually", so does the answer. If it is only somebody's claim, \
ask what that person claimed.
- The answer is the fact alone, in at most 25 words: not a sentence copied whole, nothing added to explain it.
- If a quoted sentence says "it", "they" or "this value", also quote the sentence that names what is meant.
- Pick facts from different places of the passage and ask each in a different way. Leave out facts that are in a \
question already.

An example from another text, not to be used: "The gates of Marrow lock are worked by hand. In frost they open no \
more than 40 cm."
Good: "How far do the gates of Marrow lock open in frost?" – "No more than 40 cm." – with both sentences as two \
quotes.
Bad: "How far do the gates open?" (which gates? the frost is lost). "Are the gates of Marrow lock worked by hand?" \
(yes or no). "What is said of the gates of Marrow lock?" (asks for no fact). The quote "The gates of Marrow lock open \
no more than 40 cm" (put together from two sentences: it stands nowhere)."""
    most: int = 3
    quota: int = 6

    def accepts(self, chunk: Chunk) -> bool:
        """Whether there is prose enough."""
        return is_prose(chunk)
