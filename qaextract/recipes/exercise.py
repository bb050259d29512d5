"""Exercises and the solutions that the document gives elsewhere under the same label."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._environments import Environment, environments
from qaextract.recipes._exercise_sets import belong_together, is_tasks, tells_chapters
from qaextract.recipes._problems import answer_of, asked_alone, fits, question_of
from qaextract.recipes._prose import OncePerDocument
from qaextract.recipes._subject import asked_within

#: What users of a program ask; it is about that program.
_IN_PRODUCT = re.compile(
    r"(?:why (?:am|do|does|is|are)|can i|how (?:do|can) i|what (?:do|can|should) i|is it|where)\b", re.I
)


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
        """Whether the chunk speaks of exercises, or stands under a heading that does."""
        named = re.search(
            r"\b(?:exercises?|problems?|questions?|examples|solution|answer|Q\d*[.:]|ex\.)", chunk.text, re.IGNORECASE
        )
        return named is not None or any(map(is_tasks, chunk.headings))

    def find(self, chunk: Chunk, document: Document) -> Iterable[ExerciseDraft]:
        """One draft for each exercise in the chunk whose solution is found."""
        for problem, solution in _pairs(document):
            if problem.start not in chunk.span or not fits(problem, solution):
                continue
            if question := asked_alone(document, question_of(problem)):
                yield ExerciseDraft(
                    question=asked_within(document, question) if _IN_PRODUCT.match(question) else question,
                    answer=answer_of(solution),
                    quotes=(*problem.quotes(document), *solution.quotes(document)),
                    label=problem.label,
                )


@OncePerDocument
def _pairs(document: Document) -> list[tuple[Environment, Environment]]:
    """Exercises with their solutions: the one right after it, or the only one of that label in its set."""
    pieces = environments(document)
    found: dict[int, tuple[Environment, Environment]] = {}
    for problem, solution in _matched(pieces):
        found[id(problem)] = (problem, solution)
    for problem, solution in pairwise(pieces):
        follows = (problem.word, solution.word) == ("exercise", "solution") and solution.label in ("", problem.label)
        if follows and problem.place.path == solution.place.path and solution.bounded:
            found[id(problem)] = (problem, solution)
    return [found[id(piece)] for piece in pieces if id(piece) in found]


def _matched(pieces: list[Environment]) -> list[tuple[Environment, Environment]]:
    """Exercises with solutions from another place. A set is passed over as a whole where its numbers do not agree."""
    exercises: dict[str, list[Environment]] = defaultdict(list)
    sets: dict[int, list[Environment]] = defaultdict(list)
    for piece in pieces:
        if piece.word == "exercise" and piece.label:
            exercises[piece.label].append(piece)
        elif piece.word == "solution" and piece.label:
            sets[piece.place.number].append(piece)
    counted_through = all(len(pieces) == 1 for pieces in exercises.values())
    used: dict[int, list[tuple[Environment, Environment]]] = defaultdict(list)
    for answers in sets.values():
        for problem, solution in _agreeing(answers, exercises, counted_through):
            used[id(problem)].append((problem, solution))
    return [matches[0] for matches in map(_nearest, used.values()) if len(matches) == 1]


def _nearest(matches: list[tuple[Environment, Environment]]) -> list[tuple[Environment, Environment]]:
    """Of several solutions the one of the same chapter."""
    near = [(problem, key) for problem, key in matches if problem.place.path[:1] == key.place.path[:1]]
    return near if len(matches) > 1 else matches


def _agreeing(
    answers: list[Environment], exercises: dict[str, list[Environment]], counted_through: bool
) -> list[tuple[Environment, Environment]]:
    """The answers of one set with their exercises; none where the numbers of the set do not agree."""
    if len({answer.label for answer in answers}) < len(answers):
        return []
    tells = tells_chapters(answers[0].place)
    found = _meant(answers, exercises, counted_through or tells, at_the_end=False)
    if not found and tells:
        found = _meant(answers, exercises, certain=True, at_the_end=True)
    # Plain numbers that are not all known come from a set that was not read whole, or from another one.
    plain = [answer for answer in answers if "." not in answer.label and answer.mark != "word"]
    homes = {problem.place.number for problem, _ in found}
    if plain and (len(found) < len(answers) or len(homes) > 1):
        return []
    return found


def _meant(
    answers: list[Environment], exercises: dict[str, list[Environment]], certain: bool, at_the_end: bool
) -> list[tuple[Environment, Environment]]:
    """The answers for which there is one exercise of the same label under headings that agree."""
    found = []
    for answer in answers:
        meant = [
            piece
            for piece in exercises.get(answer.label, ())
            if belong_together(piece.place, answer.place, at_the_end)
            # "3" may stand for the third exercise of any chapter, "2.3" only for one.
            and (certain or "." in answer.label or piece.place.path[:1] == answer.place.path[:1])
        ]
        if len(meant) > 1:  # "1." among the answers rather means "1." than "Exercise 1"
            meant = [piece for piece in meant if piece.mark == answer.mark]
        if len(meant) == 1:
            found.append((meant[0], answer))
    return found
