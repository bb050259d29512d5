"""Questions with four options, of which one is right."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from qaextract.model import Ask, Chunk, Context, Draft
from qaextract.points import recipes
from qaextract.prompt import parts_of
from qaextract.recipes._asked import AskedDraft, Said, is_prose

LETTERS: tuple[Literal["A", "B", "C", "D"], ...] = ("A", "B", "C", "D")


class Refuted(Said):
    """A distractor that the passage itself shows to be wrong."""

    option: str = Field(description="The distractor, word for word as in `options`.")
    says: str = Field(description="One sentence: what the passage says instead, or to what the option belongs.")


class MultipleChoiceDraft(AskedDraft):
    """A question, its options, and which of them is right."""

    question: str = Field(description="A full question that can be answered without seeing the options.")
    answer: str = Field(description="The right option, word for word; at most 15 words.")
    options: tuple[str, ...] = Field(
        description="Exactly four different options without letters in front: the answer and three distractors.",
        min_length=4,
        max_length=4,
    )
    correct: Literal["A", "B", "C", "D"] = Field(description="Which option is the answer; A is the first.")
    refuted: tuple[Refuted, ...] = Field(
        description="Those of the distractors that sentences of the passage show to be wrong; may be empty."
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> MultipleChoiceDraft:
        if len({_plain(option) for option in self.options}) < len(self.options):
            raise ValueError("two of the options say the same")
        right = self.options[LETTERS.index(self.correct)]
        if right.strip() != self.answer.strip():
            raise ValueError(f"`correct` names the option {right!r}, but the answer is {self.answer!r}")
        strange = [one.option for one in self.refuted if one.option not in self.options or one.option == right]
        if strange:
            raise ValueError(f"`refuted` names {strange[0]!r}, which is none of the three distractors")
        return self


def _plain(option: str) -> str:
    return " ".join(option.casefold().split()).rstrip(".")


@recipes.register("multiple_choice")
@dataclass(frozen=True)
class MultipleChoice:
    """Which is right? Asked by a model, with three distractors; the order of the options is drawn from the question."""

    draft: ClassVar[type[Draft]] = MultipleChoiceDraft
    default: ClassVar[bool] = False
    reads: ClassVar[str] = "prose"
    prompt: ClassVar[str] = """\
Task: multiple-choice questions with four options, exactly one of which is right.

- The question is whole without its options: who knows the subject could answer it before seeing them. Never "which of \
these" or "which of the following", never "which is not".
- `answer` is the right option, in at most 15 words, as the passage has it. `options` holds the answer, word for word, \
and three distractors. `correct` is its letter.
- A distractor is what a hasty reader or a beginner would choose: a value or a term of the passage that belongs to \
another thing, the right value under another condition, cause and effect exchanged, a common mistake.
- A distractor is certainly wrong by the passage: the passage contradicts it, or gives one right value and it is \
another. Never use what may also be true, is true in part or in another case that the question does not exclude, or \
is left open by the passage. If you do not have three such, leave the question out.
- All four are of the same kind, grammar, precision and length: dates among dates, reasons among reasons, the same \
units. The right one is not the longest, nor the only one that takes up words of the question.
- No "all of these", "none of these", "both A and B", jokes, two options of one meaning, or one that includes another.
- `refuted` holds distractors for which the passage itself has a sentence that shows them to be wrong; quote it. Leave \
the others out.

An example from another text, not to be used: "Marrow lock opens at six from May to August and at eight in all other \
months. The last boat passes at seven in the evening."
Good: "When does Marrow lock open in June?" – "At six in the morning" (right); "At seven in the morning", "At eight in \
the morning", "At nine in the morning". Refuted: eight, which belongs to the other months.
Bad: "What is true of Marrow lock?" (nothing is asked). As a distractor "Before seven" (true too), "When the keeper \
comes" (left open, and another kind)."""
    most: int = 3
    quota: int = 6

    def accepts(self, chunk: Chunk) -> bool:
        """Whether there is prose enough."""
        return is_prose(chunk)

    def extract(self, unit: Chunk, context: Context) -> Generator[Ask, Any, Iterable[Draft]]:
        """Ask once, and shuffle: models put the right option in a favourite place."""
        parts, schema = parts_of(self, context)
        found = yield Ask("ask", parts, schema)
        return [] if found is None else [shuffled(draft) for draft in found.pairs]


def shuffled(draft: MultipleChoiceDraft) -> MultipleChoiceDraft:
    """The draft with its options in an order that only question and options decide."""
    options = sorted(draft.options, key=lambda option: hashlib.sha256(f"{draft.question}\n{option}".encode()).digest())
    right = draft.options[LETTERS.index(draft.correct)]
    return draft.model_copy(update={"options": tuple(options), "correct": LETTERS[options.index(right)]})
