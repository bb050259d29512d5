"""Worked examples: the problem of an example and the solution that follows it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._environments import Environment, environments
from qaextract.recipes._problems import fits


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
        """Whether the chunk has examples with solutions."""
        return "xample" in chunk.text and re.search(r"\b(?:Solution|Answer)\b", chunk.text) is not None

    def find(self, chunk: Chunk, document: Document) -> Iterable[WorkedExampleDraft]:
        """One draft for each example that begins in the chunk and has its solution right after it."""
        pieces = environments(document)
        for problem, solution in pairwise(pieces):
            if problem.start not in chunk.span or (problem.word, solution.word) != ("example", "solution"):
                continue
            if solution.label in ("", problem.label) and fits(problem, solution) and _is_one_block(solution):
                yield WorkedExampleDraft(
                    question=problem.text,
                    answer=solution.text,
                    quotes=(*problem.quotes(document), *solution.quotes(document)),
                    label=problem.label,
                )


def _is_one_block(solution: Environment) -> bool:
    # Where a solution of several paragraphs ends, and the text goes on, can only be seen by a mark.
    return len(solution.texts) == 1 or solution.ended
