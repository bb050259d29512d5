"""Reject pairs whose answer adds nothing to the question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from qaextract.english import content_words, negations
from qaextract.model import Context, QAPair, Verdict
from qaextract.points import validators
from qaextract.validators._passages import READ_CHARS, numbers_of, yes_or_no

_CHOICE = re.compile(
    r"\bor\b|\beither\b|\bwhich (?:one )?of\b|\bbetween\b|\bwhether\b"
    r"|(?:^|\s)\(?[A-Da-d][.)]\s.*(?:^|\s)\(?[B-Eb-e][.)]\s",
    re.IGNORECASE | re.DOTALL,
)
#: Code to be run or completed, whose result may well be one of its words; a name in code font is not that.
_PROGRAM = re.compile(r"```|>>>|`[^`\n]*[\s(=+*/\[{][^`\n]*`|\n\s*\S+.*[=(]|_{3,}")

#: A name of code is said by all of its characters: "--keep" is more than "keep".
_SYMBOL = re.compile(r"(?<!\w)--?\w|\w_\w|\w\(|\w\.\w|[<>=/\\]")


@validators.register("leak")
@dataclass(frozen=True)
class Leak:
    """The answer holds at least one word of content or number that the question does not.

    Not asked of yes/no questions, of a choice between what the question names, and of questions that show code.
    """

    tier: ClassVar[int] = 0

    def check(self, pair: QAPair, context: Context) -> Verdict:
        """Code `answer_in_question`, or `ok`."""
        question, answer = pair.question[:READ_CHARS], pair.answer[:READ_CHARS]
        if yes_or_no(answer) is not None or _CHOICE.search(question) or _PROGRAM.search(question):
            return Verdict("leak", True, "ok", "", 1.0)
        if _SYMBOL.search(answer) and answer.strip(" .`") not in question:
            return Verdict("leak", True, "ok", "", 1.0)
        said = _content(answer)
        new = said - _content(question)
        denies = bool(negations(answer)) and not negations(question)
        if said and not new and not denies:
            return Verdict("leak", False, "answer_in_question", "every word of the answer is in the question", 0.0)
        return Verdict("leak", True, "ok", "", len(new) / len(said) if said else 1.0)


def _content(text: str) -> set[str]:
    return {word for word in content_words(text) if not word[0].isdigit()} | {n.value for n in numbers_of(text)}
