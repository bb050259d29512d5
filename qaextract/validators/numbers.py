"""Reject pairs with a number, or a unit, that the source does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Context, QAPair, Verdict
from qaextract.points import validators
from qaextract.validators._passages import evidence_of, missing_number, names_above, text_around


@validators.register("numbers")
@dataclass(frozen=True)
class Numbers:
    """Every number of the answer and of the question stands in the evidence, in its chunk or in a heading.

    Where the source gives the number with a unit of measure, the unit must be the same; conversions are not known.
    """

    tier: ClassVar[int] = 0
    check_question: bool = True

    def check(self, pair: QAPair, context: Context) -> Verdict:
        """Code `number_not_in_source`, or `ok`."""
        evidence = evidence_of(pair)
        given = (evidence, text_around(pair, context), names_above(pair))
        parts: list[tuple[str, str, tuple[str, ...]]] = [("answer", pair.answer, (*given, pair.question))]
        if self.check_question:
            parts.append(("question", pair.question, given))
        for name, text, sources in parts:
            if missing := missing_number(text, sources, pair):
                message = f"the {name} says {missing!r}, the source does not"
                return Verdict("numbers", False, "number_not_in_source", message, 0.0)
        return Verdict("numbers", True, "ok", "", 1.0)
