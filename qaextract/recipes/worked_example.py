"""Worked examples: the problem of an example and the solution that follows it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._environments import environments
from qaextract.recipes._problems import answer_of, asked_alone, fits, question_of


class WorkedExampleDraft(Draft):
    """A worked example: the label that the document gives it."""

    label: str


@recipes.register("worked_example")
@dataclass(frozen=True)
class WorkedExample:
    """The problem of an example as it stands, answered by its solution; only where the problem can be read alone."""

    draft: ClassVar[type[Draft]] = WorkedExampleDraft
    quota: int = 3
    share: float = 1.0

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk has examples; a solution under a heading of its own is another chunk."""
        return re.search(r"example|\bEx\.", " ".join((*chunk.headings, chunk.text)), re.IGNORECASE) is not None

    def find(self, chunk: Chunk, document: Document) -> Iterable[WorkedExampleDraft]:
        """One draft for each example that begins in the chunk and has its solution right after it."""
        for problem, solution in pairwise(environments(document)):
            if problem.start not in chunk.span or (problem.word, solution.word) != ("example", "solution"):
                continue
            # Where a solution of several paragraphs ends, and the text goes on, has to be shown by something.
            if solution.label not in ("", problem.label) or not solution.bounded or not fits(problem, solution):
                continue
            if question := asked_alone(document, question_of(problem)):
                yield WorkedExampleDraft(
                    question=question,
                    answer=answer_of(solution),
                    quotes=(*problem.quotes(document), *solution.quotes(document)),
                    label=problem.label,
                )
