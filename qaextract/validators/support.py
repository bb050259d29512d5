"""Reject pairs whose answer says what its evidence does not: other words, other numbers, or the contrary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from qaextract.english import FUNCTION_WORDS, content_words, negations, sentences, words
from qaextract.model import Context, QAPair, Verdict
from qaextract.points import validators
from qaextract.validators._passages import (
    READ_CHARS,
    after_yes_or_no,
    evidence_of,
    missing_number,
    names_above,
    yes_or_no,
)


@validators.register("support")
@dataclass(frozen=True)
class Support:
    """The new words of the answer, its names, its numbers and its negations come from the quotes.

    Words of the question and of the headings are allowed for. What is compared is the surface: the same said in
    other words passes if at least `min_coverage` of the answer's new words are there; whether it follows is not seen.
    """

    tier: ClassVar[int] = 0
    min_coverage: float = 0.3
    check_names: bool = True
    check_negation: bool = True

    def check(self, pair: QAPair, context: Context) -> Verdict:
        """Code `number_not_in_evidence`, `negation_differs`, `not_in_evidence`, or `ok`."""
        evidence, question = evidence_of(pair), pair.question[:READ_CHARS]
        said = pair.answer[:READ_CHARS]
        named = names_above(pair)
        if missing := missing_number(said, (evidence, question, named), pair):
            return _fault("number_not_in_evidence", f"no quote says {missing!r}")
        if missing := _missing_code(said, " ".join((evidence, question, named))):
            return _fault("number_not_in_evidence", f"no quote says {missing!r}")
        if self.check_negation and (phrase := _contradicts(question, said, evidence)):
            return _fault("negation_differs", f"the answer and the quote disagree on {phrase!r}")
        said = after_yes_or_no(said)
        allowed = "\n".join((evidence, question, named))
        if self.check_names and (name := _missing_name(said, allowed)):
            return _fault("not_in_evidence", f"no quote names {name!r}")
        coverage = _coverage(said, evidence, "\n".join((question, named)))
        if coverage < self.min_coverage:
            return _fault("not_in_evidence", f"{coverage:.0%} of the answer's new words are in the quotes", coverage)
        return Verdict("support", True, "ok", "", round(coverage, 4))


def _fault(code: str, message: str, score: float = 0.0) -> Verdict:
    return Verdict("support", False, code, message, round(score, 4))


# --- words ------------------------------------------------------------------------------------------------------


def _coverage(answer: str, evidence: str, given: str) -> float:
    """The share of the answer's words of content, less those that are given, that the evidence has."""
    new = set(_stems(answer)) - set(_stems(given))
    if not new:
        return 1.0
    there = set(_stems(evidence))
    starts = {word[:5] for word in there if len(word) >= 5}
    return sum(word in there or (len(word) >= 5 and word[:5] in starts) for word in new) / len(new)


def _stems(text: str) -> Iterator[str]:
    return (word for word in content_words(unicodedata.normalize("NFKC", text)) if not word[0].isdigit())


_NAME = re.compile(r"[^\W\d_a-z]\w*(?:['’.\-]\w+)*")
_CODE = re.compile(r"(?=\w*\d)(?=\w*[^\W\d])\w+")
_WITH_UNIT = re.compile(r"\d+[^\W\d]{1,5}$|\d+(?:st|nd|rd|th)$")


def _missing_code(answer: str, source: str) -> str | None:
    """The first token of letters and digits ("IPv6", "x2", "0xFF") that the source does not have."""
    known = set(_CODE.findall(unicodedata.normalize("NFKC", source).lower()))
    joined = re.sub(r"[\s\-_]+", "", unicodedata.normalize("NFKC", source).lower())
    for match in _CODE.finditer(answer):
        token = match[0]
        low = unicodedata.normalize("NFKC", token).lower()
        if low not in known and not _WITH_UNIT.match(low) and low.replace("_", "") not in joined:
            return token
    return None


def _missing_name(answer: str, allowed: str) -> str | None:
    """The first proper name inside the answer that neither the allowed text nor, spelled out, its initials hold."""
    there = {word.lower() for word in re.findall(r"[^\W\d_]+", allowed)}
    starts = {word[:5] for word in there if len(word) >= 5}
    initials = {word.replace(".", "").lower() for word in words(allowed) if word.isupper() or "." in word}
    for span in sentences(answer):
        names = [name for name in _NAME.finditer(span.of(answer)) if name.start()]
        spelled = "".join(name[0][0] for name in names).lower()
        if any(len(short) > 1 and short in spelled for short in initials):
            continue
        for name in names:
            parts = {part.lower() for part in re.findall(r"[^\W\d_]{2,}", name[0])} - FUNCTION_WORDS - there
            if any(part[:5] not in starts for part in parts) and not _spells(name[0], allowed):
                return name[0]
    return None


def _spells(name: str, text: str) -> bool:
    """Whether the name is in capitals and successive words of the text begin with them."""
    firsts = "".join(word[0] for word in words(text) if word.lower() not in FUNCTION_WORDS)
    return name.isupper() and name.lower() in firsts.lower()


# --- negation ---------------------------------------------------------------------------------------------------

#: Other ways to exclude something, and prefixes that deny: where the evidence has one, negation is not compared.
_CONTRAST = re.compile(
    r"\b(?:rather than|instead of|except|unless|unlike|other than|far from|no longer|rarely|hardly|seldom|scarcely|barely"
    r"|false|den(?:y|ies|ied)|prohibit\w*|forbid\w*|prevent\w*|avoid\w*|refus\w+|ignor\w+|disabl\w+|omit\w*|exclud\w+"
    r"|absen\w+|missing|reject\w*|stop\w*|neglect\w*|few|little|contrary|free of|fail\w*|lack\w*"
    r"|un(?!der|i)\w{4,}|in(?:valid|correct|capable|sufficient)|im(?:possible|mutable|proper)|non-?\w+|\w{3,}less)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.,;:!?()\n]|\b(?:but|however|although|though|because|and|who|when|if|while)\b", re.IGNORECASE)
_SCOPE = 3  # words of content after a negation that it is taken to deny


def _contradicts(question: str, answer: str, evidence: str) -> str | None:
    """The words that answer and evidence agree on but for a negation."""
    verdict = yes_or_no(answer)
    rest = after_yes_or_no(answer)
    if verdict is not None and not content_words(rest):
        return _wrong_yes_or_no(question, verdict, evidence)
    if negations(question) or _CONTRAST.search(question) or _CONTRAST.search(evidence):
        return None
    return _denied_in_one(rest, evidence) or _denied_in_one(evidence, rest, whole=True)


def _denied_in_one(denying: str, affirming: str, whole: bool = False) -> str | None:
    """The words that `denying` denies wherever it has them and `affirming` has without any negation.

    With `whole`, also the rest of the other text must come from the sentence that denies.
    """
    scopes = list(_denied(denying))
    plain, denied = set(_affirmed(affirming)), {word for _, scope in _denied(affirming) for word in scope}
    for sentence, scope in scopes:
        if not scope or not plain.issuperset(scope) or denied & set(scope):
            continue
        if set(scope) & set(_affirmed(denying)):
            continue
        if whole and len(scope) < min(2, len(plain)):
            continue
        if not whole or _from(affirming, sentence):
            return " ".join(scope)
    return None


def _from(text: str, sentence: str) -> bool:
    own = set(content_words(text))
    return len(own & set(content_words(sentence))) >= 0.6 * len(own)


def _denied(text: str) -> Iterator[tuple[str, list[str]]]:
    for span in sentences(text):
        sentence = span.of(text)
        for negation in negations(sentence):
            after = sentence[negation.end :]
            ends = _CLAUSE.search(after)
            yield sentence, content_words(after[: ends.start()] if ends else after)[:_SCOPE]


def _affirmed(text: str) -> Iterator[str]:
    """The words of content that no negation denies."""
    for span in sentences(text):
        sentence, start = span.of(text), 0
        for negation in negations(sentence):
            yield from content_words(sentence[start : negation.start])
            ends = _CLAUSE.search(sentence, negation.end)
            start = ends.start() if ends else len(sentence)
            yield from content_words(sentence[negation.end : start])[_SCOPE:]
        yield from content_words(sentence[start:])


def _wrong_yes_or_no(question: str, verdict: bool, evidence: str) -> str | None:
    """Where one sentence has all of the question's words in their order, whether its negation fits the answer."""
    asked = content_words(question)
    if len(asked) < 3 or _CONTRAST.search(evidence):
        return None
    for span in sentences(evidence):
        sentence = span.of(evidence)
        rest = iter(content_words(sentence))
        if all(word in rest for word in asked):
            denies = bool(negations(sentence)) != bool(negations(question))
            return sentence[:80] if denies == verdict else None
    return None
