"""Exercises and the solutions that the document gives elsewhere under the same label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._environments import Environment, environments
from qaextract.recipes._problems import fits


class ExerciseDraft(Draft):
    """An exercise: the label by which its solution was found."""

    label: str


@recipes.register("exercise")
@dataclass(frozen=True)
class Exercise:
    """An exercise as it stands, answered by the solution of the same label; only where no label stands twice."""

    draft: ClassVar[type[Draft]] = ExerciseDraft
    quota: int = 3
    share: float = 1.0

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk has exercises, problems or questions."""
        return (
            re.search(r"\b(?:exercises?|problems?|questions?)\b", " ".join((*chunk.headings, chunk.text)), re.I)
            is not None
        )

    def find(self, chunk: Chunk, document: Document) -> Iterable[ExerciseDraft]:
        """One draft for each exercise in the chunk whose solution is found."""
        for problem, solution in _pairs(environments(document)):
            if problem.start in chunk.span and fits(problem, solution):
                yield ExerciseDraft(
                    question=problem.text,
                    answer=solution.text,
                    quotes=(*problem.quotes(document), *solution.quotes(document)),
                    label=problem.label,
                )


def _pairs(pieces: list[Environment]) -> list[tuple[Environment, Environment]]:
    """Exercises with their solutions: the one right after it, or the only one of that label in document or chapter."""
    found: dict[int, tuple[Environment, Environment]] = {}
    for problem, solution in pairwise(pieces):
        follows = (problem.word, solution.word) == ("exercise", "solution") and solution.label in ("", problem.label)
        if follows and problem.path == solution.path and (len(solution.texts) == 1 or solution.ended):
            found[problem.index] = (problem, solution)
    for key in (_by_label, _by_chapter):
        for problem, solution in _matched(pieces, key):
            found.setdefault(problem.index, (problem, solution))
    return [found[index] for index in sorted(found)]


def _by_label(piece: Environment) -> tuple[str, str]:
    return "", piece.label


def _by_chapter(piece: Environment) -> tuple[str, str]:
    """The chapter, as the number of a heading above it says, and the label."""
    numbers = (re.search(r"(?:^|\bchapter\s)([A-Z]?\d+)\b", title, re.IGNORECASE) for title in reversed(piece.path))
    return next((number[1] for number in numbers if number), "?"), piece.label


def _matched(
    pieces: list[Environment], key: Callable[[Environment], tuple[str, str]]
) -> list[tuple[Environment, Environment]]:
    exercises = [piece for piece in pieces if piece.word == "exercise" and piece.label]
    solutions = {key(piece): piece for piece in pieces if piece.word == "solution" and piece.label}
    counts = Counter((piece.word, *key(piece)) for piece in pieces if piece.label)
    return [
        (exercise, solutions[key(exercise)])
        for exercise in exercises
        if key(exercise) in solutions
        and counts[("exercise", *key(exercise))] == counts[("solution", *key(exercise))] == 1
    ]
