"""Reject pairs with a number, or a unit, that the source does not have."""

from __future__ import annotations

import re
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
        given = (evidence_of(pair), text_around(pair, context), names_above(pair))
        if missing := missing_number(pair.answer, (*given, pair.question), pair):
            return _fault("answer", missing)
        # A question names its subject as the whole document does ("the census of 1890"), not the passage alone.
        missing = missing_number(pair.question, given, pair) if self.check_question else None
        if missing and not re.search(rf"(?<![\w.,]){re.escape(missing)}(?!\w)", context.document.text):
            return _fault("question", missing)
        return Verdict("numbers", True, "ok", "", 1.0)


def _fault(part: str, number: str) -> Verdict:
    return Verdict("numbers", False, "number_not_in_source", f"the {part} says {number!r}, the source does not", 0.0)
