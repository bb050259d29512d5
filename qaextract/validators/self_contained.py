"""Reject questions that a reader without the page could not understand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from qaextract.english import content_words, dangling, language, sentences, word_set
from qaextract.model import Context, QAPair, Verdict
from qaextract.points import validators

_READ_CHARS = 20_000  # a question longer than this is none
_IMPERATIVES = word_set(
    "answer apply approximate argue arrange assess calculate categorize check choose cite classify compare complete "
    "compute conclude consider construct contrast convert convince correct count criticize deduce define demonstrate "
    "derive describe design determine develop differentiate discuss distinguish divide draw estimate evaluate examine "
    "expand explain explore express extend factor fill find fix formulate generalize generate give graph identify "
    "illustrate implement improve indicate infer integrate interpret investigate justify label list locate make match "
    "measure modify multiply name order outline paraphrase plot point predict prepare produce propose prove provide "
    "quote rank read recall recommend reconstruct refactor report return rewrite say select set show simplify sketch "
    "solve sort specify state study subtract suggest suppose sum summarise summarize tell test trace train transform "
    "translate try use verify write let assume given imagine perform run create add work decide debug"
)
_LEAD_IN = re.compile(
    r"^(?:\W*(?:\(?\w{1,3}[.)]\s+|please|now|then|first|next|also|briefly|carefully|\W+))*", re.IGNORECASE
)
_CUT = re.compile(r"(?:\s(?:the|a|an|and|or|but|because|whose|my|your|its|their|every)\s*[?.]?|[,;:(\[{–—]|\w-)\s*$")
_CUT_ANSWER = re.compile(r"(?:\s(?:the|and|or|but|because|whose|of)|[,;:(\[{–—])\s*$")
_ASKING = re.compile(
    r"(?:(?:in|on|at|for|to|from|by|with|under)\s+)?(?:what|who|whom|whose|which|where|why|how)\b"
    r"|(?:when\s+)?(?:is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would)\b",
    re.IGNORECASE,
)


@validators.register("self_contained")
@dataclass(frozen=True)
class SelfContained:
    """The question names what it is about, asks or orders something, and neither it nor the answer is cut off.

    Form and references are judged in English only; in other languages only that something is asked.
    """

    tier: ClassVar[int] = 0

    def check(self, pair: QAPair, context: Context) -> Verdict:
        """Code `not_a_question`, `truncated`, `dangling_reference`, or `ok`."""
        question, answer = pair.question[:_READ_CHARS].strip(), pair.answer[:_READ_CHARS].strip()
        if context.language not in ("", "en") or language(question) not in ("", "en"):
            return Verdict("self_contained", True, "ok", "not English: not judged")
        if _is_cut(question):
            return _fault("truncated", f"the question ends with {question[-20:]!r}")
        if not asks(question):
            return _fault("not_a_question", "the question neither asks nor tells to do something")
        if phrase := dangling(question):
            return _fault("dangling_reference", f"{phrase!r} refers to something the question does not name")
        if _CUT_ANSWER.search(answer) and not _is_code(answer, pair):
            return _fault("truncated", f"the answer ends with {answer[-20:]!r}")
        if (phrase := dangling(answer)) and _only_points(answer, phrase):
            return _fault("dangling_reference", f"the answer only points to {phrase!r}")
        return Verdict("self_contained", True, "ok", "", 1.0)


def _fault(code: str, message: str) -> Verdict:
    return Verdict("self_contained", False, code, message, 0.0)


def asks(text: str) -> bool:
    """Whether the text holds a question, a blank to fill, or an order of the kind exercises give."""
    if "?" in text or "？" in text or re.search(r"_{3,}|\.{4,}|…{2,}", text):
        return True
    if _ASKING.match(text) and not text.rstrip().endswith((".", "!")):
        return True  # only its mark is missing
    return any(_orders(span.of(text)) for span in sentences(text))


def _orders(sentence: str) -> bool:
    for clause in re.split(r",\s+|:\s+|;\s+", sentence):
        first = re.match(r"[A-Za-z]+", clause[_LEAD_IN.match(clause).end() :])  # type: ignore[union-attr]
        if first and first[0].lower() in _IMPERATIVES:
            return True
    return False


def _is_cut(question: str) -> bool:
    if "`" in question or ">>>" in question or "\n" in question:
        return False
    return bool(_CUT.search(question)) or question.count("(") > question.count(")")


def _is_code(answer: str, pair: QAPair) -> bool:
    """Whether the answer is text that the document has as it is: code may end with anything."""
    return any(answer in evidence.quote for evidence in pair.evidence) and not answer[-1:].isalnum()


def _only_points(answer: str, phrase: str) -> bool:
    rest = [word for word in content_words(answer.replace(phrase, " ")) if word not in ("se", "see", "show", "describ")]
    return len(rest) <= 1 and len(content_words(phrase)) > 0
