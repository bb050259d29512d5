"""Reject pairs that are longer than a reader would take, or too short to say anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Context, QAPair, Verdict
from qaextract.points import validators


@validators.register("length")
@dataclass(frozen=True)
class Length:
    """Question and answer hold at most `max_chars` each, the question at most `max_question_chars`.

    White space at the ends does not count, nor do characters that cannot be printed.
    """

    tier: ClassVar[int] = 0
    max_chars: int = 2000
    max_question_chars: int = 1500
    min_question_chars: int = 6
    min_answer_chars: int = 1

    def check(self, pair: QAPair, context: Context) -> Verdict:
        """Code `too_long`, `too_short`, or `ok`."""
        limits = (
            ("question", pair.question, self.min_question_chars, min(self.max_chars, self.max_question_chars)),
            ("answer", pair.answer, self.min_answer_chars, self.max_chars),
        )
        for name, text, least, most in limits:
            size = sum(map(_counts, text.strip()))
            if size > most:
                return Verdict("length", False, "too_long", f"the {name} has {size} characters; at most {most}", 0.0)
            if size < least:
                return Verdict("length", False, "too_short", f"the {name} has {size} characters; at least {least}", 0.0)
        return Verdict("length", True, "ok", "", 1.0)


def _counts(char: str) -> bool:
    return char.isprintable() or char.isspace()
