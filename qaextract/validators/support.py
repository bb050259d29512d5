"""Reject pairs whose answer says what its evidence does not: other words, other numbers, or the contrary."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from qaextract.english import FUNCTION_WORDS, content_words, negations, sentences, word_set, words
from qaextract.model import Context, QAPair, Span, Verdict
from qaextract.points import validators
from qaextract.quantities import unit
from qaextract.validators._passages import (
    READ_CHARS,
    after_yes_or_no,
    evidence_of,
    missing_number,
    names_above,
    numbers_of,
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
    check_direction: bool = True

    def check(self, pair: QAPair, context: Context) -> Verdict:
        """Code `number_not_in_evidence`, `negation_differs`, `direction_differs`, `not_in_evidence`, or `ok`."""
        evidence, question = evidence_of(pair), pair.question[:READ_CHARS]
        said = pair.answer[:READ_CHARS]
        named = names_above(pair)
        if missing := missing_number(said, (evidence, question, named), pair):
            return _fault("number_not_in_evidence", f"no quote says {missing!r}")
        if missing := _missing_code(said, " ".join((evidence, question, named))):
            code = "number_not_in_evidence" if any(map(str.isdigit, missing)) else "not_in_evidence"
            return _fault(code, f"no quote says {missing!r}")
        if self.check_negation and (phrase := _contradicts(question, said, evidence)):
            return _fault("negation_differs", f"the answer and the quote disagree on {phrase!r}")
        if self.check_direction and (phrase := _opposite(said, evidence)):
            return _fault("direction_differs", f"the answer says the opposite of {phrase!r}")
        rest = after_yes_or_no(said)
        allowed = "\n".join((evidence, question, named))
        if self.check_names and (name := _missing_name(rest, allowed)):
            return _fault("not_in_evidence", f"no quote names {name!r}")
        if missing := _missing_member(rest, allowed):
            return _fault("not_in_evidence", f"no quote has {missing!r}")
        # Where yes or no is all that is said, the quote must at least speak of what was asked.
        coverage = _coverage(rest, f"{evidence}\n{named}", question) if content_words(rest) else 1.0
        if yes_or_no(said) is not None and not content_words(rest) and not _shared(question, evidence + named):
            coverage = 0.0
        if coverage < self.min_coverage:
            return _fault("not_in_evidence", f"{coverage:.0%} of the answer's new words are in the quotes", coverage)
        return Verdict("support", True, "ok", "", round(coverage, 4))


def _fault(code: str, message: str, score: float = 0.0) -> Verdict:
    return Verdict("support", False, code, message, round(score, 4))


# --- words ------------------------------------------------------------------------------------------------------


def _coverage(answer: str, evidence: str, given: str) -> float:
    """The share of the answer's words of content that the evidence has: of the new ones, if any are new.

    Where the answer sets some of it in code font, that may be the answer and the rest its wording.
    """
    known = set(_stems(given))
    quoted = set(_stems(" ".join(_CODE_FONT.findall(answer))))
    said = set(_stems(answer))
    parts = [part for part in (said - known, quoted - known) if part]
    if not parts and said and not _CODE_FONT.search(answer) and not numbers_of(answer):
        parts = [said]
    return max((_share(part, evidence) for part in parts), default=1.0)


def _share(stems: set[str], text: str) -> float:
    there = set(_stems(text))
    starts = {word[:5] for word in there if len(word) >= 5}
    return sum(word in there or (len(word) >= 5 and word[:5] in starts) for word in stems) / len(stems)


def _shared(question: str, text: str) -> bool:
    asked = set(_stems(question))
    return not asked or _share(asked, text) > 0


def _missing_member(answer: str, allowed: str) -> str | None:
    """The first part of a list of short parts of which the text has no word."""
    parts = [part.strip() for part in re.split(r",\s+(?:and\s+|or\s+)?|\s+and\s+|;\s+|\n", answer[:2000].strip(" ."))]
    if len(parts) < 3 or _CODE_FONT.search(answer) or any(len(part.split()) > 4 for part in parts):
        return None
    stems = ((part, set(_stems(part))) for part in parts)
    return next((part for part, own in stems if own and not _share(own, allowed)), None)


def _stems(text: str) -> Iterator[str]:
    return (word for word in content_words(unicodedata.normalize("NFKC", text)) if not word[0].isdigit())


_NAME = re.compile(r"(?<!\w)[^\W\d_a-z]\w*(?:['’.\-]\w+)*")  # what begins inside of a word is no name
_CODE_FONT = re.compile(r"`([^`\n]+)`")
_HUMPED = re.compile(r"[a-z][A-Z]")
_WITH_UNIT = re.compile(r"\d+[^\W\d]{1,5}$|\d+(?:st|nd|rd|th)$")


_OPPOSITES = [
    pair.split("/")
    for pair in word_set(
        "greater/less greater/smaller greater/lower larger/smaller bigger/smaller higher/lower more/less more/fewer "
        "most/least most/fewest longer/shorter faster/slower earlier/later stronger/weaker wider/narrower "
        "deeper/shallower hotter/colder warmer/cooler older/younger heavier/lighter increase/decrease "
        "increases/decreases increased/decreased increasing/decreasing rise/fall rises/falls rising/falling "
        "maximum/minimum maximal/minimal highest/lowest largest/smallest longest/shortest upper/lower above/below "
        "before/after first/last left/right inside/outside internal/external north/south east/west "
        "northern/southern eastern/western positive/negative even/odd always/never with/without ascending/descending "
        "enable/disable enables/disables enabled/disabled allowed/forbidden true/false open/closed early/late"
    )
]
_OPPOSITE = {
    word: {b for pair in _OPPOSITES for b in pair if word in pair and b != word} for p in _OPPOSITES for word in p
}


def _opposite(answer: str, evidence: str) -> str | None:
    """Words of the evidence that the answer has but for one in the middle, which is the opposite.

    Nothing less is a fault: "A is larger than B" may be said of "B is smaller than A".
    """
    there = f" {' '.join(words(evidence.lower()))} "
    said = words(answer.lower())
    for n in range(1, len(said) - 1):
        width = 1
        if said[n + 1] == "than":  # than what: up to its first word of content
            width = 3 if said[n + 2 : n + 3] and said[n + 2] in ("a", "an", "the") else 2
        behind = said[n + 1 : n + 1 + width]
        for other in sorted(_OPPOSITE.get(said[n], ())):
            phrase = " ".join((said[n - 1], other, *behind))
            if f" {phrase} " in there and f" {' '.join((said[n - 1], said[n], *behind))} " not in there:
                return phrase
    return None


def _missing_code(answer: str, source: str) -> str | None:
    """The first name of code or token with digits ("IPv6", "x2", "fetch_page") that the source does not have."""
    joined = re.sub(r"[\s\-_]+", "", unicodedata.normalize("NFKC", source).lower())
    for token in _codes(unicodedata.normalize("NFKC", answer)):
        if not _WITH_UNIT.match(token) and token.replace("_", "") not in joined:
            return token
    return None


def _codes(text: str) -> Iterator[str]:
    for token in re.findall(r"\w{2,60}", text):
        coded = any(map(str.isdigit, token)) or "_" in token.strip("_") or _HUMPED.search(token)
        if coded and any(map(str.isalpha, token)):
            yield token.lower()


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
    r"\b(?:rather than|instead of|except|unless|unlike|other than|far from|no longer|rarely|hardly|seldom|scarcely"
    r"|barely|false|den(?:y|ies|ied)|prohibit\w*|forbid\w*|prevent\w*|avoid\w*|refus\w+|ignor\w+|disabl\w+|omit\w*|exclud\w+"
    r"|absen\w+|missing|reject\w*|stop\w*|neglect\w*|contrary|free of|fail\w*|lack\w*"
    r"|un(?!der|i)\w{4,}|in(?:valid|correct|capable|sufficient)|im(?:possible|mutable|proper)|non-?\w+|\w{3,}less)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[.,](?!\d)|[;:!?()]|\b(?:but|however|although|though|because|and|who|when|if|while)\b", re.IGNORECASE
)
_LONGEST_SENTENCE = 1000  # characters; what follows is not compared for negation
_VERBATIM = 5  # words from which on an answer is compared with the quote word by word
_SCOPE = 3  # words of content after a negation that it is taken to deny


def _contradicts(question: str, answer: str, evidence: str) -> str | None:
    """The words that answer and evidence agree on but for a negation."""
    verdict = yes_or_no(answer)
    rest = after_yes_or_no(answer)
    if verdict is not None and not content_words(rest):
        return _wrong_yes_or_no(question, verdict, evidence)
    if (flipped := _flipped(rest, evidence)) is not None:
        return flipped or None
    if phrase := _denied_in_one(rest, evidence, besides=question):
        return phrase
    # A question that denies ("What must not be stored here?") is answered by what the evidence denies.
    if negations(question) or _CONTRAST.search(question):
        return None
    return _denied_in_one(evidence, rest, whole=True)


def _flipped(answer: str, evidence: str) -> str | None:
    """Of an answer that the evidence has word for word but for negations: the words of one more or one less.

    Empty if they agree; None if the answer is not of that kind.
    """
    said, denials = _without_negations(answer)
    there, others = _without_negations(evidence)
    size = len(said)
    if size < _VERBATIM or size > len(there):
        return None
    at = next((n for n in range(len(there) - size + 1) if there[n] == said[0] and there[n : n + size] == said), None)
    if at is None:
        return None
    # A negation before the first word may belong to what stands before it.
    differ = {n for n in denials if 0 < n < size} ^ {n - at for n in others if 0 < n - at < size}
    if differ:
        return " ".join(said[max(0, min(differ) - 2) : min(differ) + 3])
    return None if 0 in denials else ""


def _without_negations(text: str) -> tuple[list[str], list[int]]:
    """The words that do not negate, in lower case, and before which of them a negation stands."""
    kept: list[str] = []
    denials: list[int] = []
    at = 0
    for negation in [*negations(text), Span(len(text), len(text))]:
        kept += [word.lower() for word in words(text[at : negation.start])]
        denials.append(len(kept))
        at = negation.end
    return kept, denials[:-1]


def _denied_in_one(denying: str, affirming: str, besides: str = "", whole: bool = False) -> str | None:
    """The words that `denying` denies wherever it has them and `affirming` has without any negation.

    What `besides` denies too does not count. With `whole`, the rest of what is affirmed must come from the sentence
    that denies.
    """
    affirmed_there, affirmed_here = set(_affirmed(affirming)), set(_affirmed(denying))
    denied_too = {word for text in (affirming, besides) for _, scope in _denied(text) for word in scope}
    own = set(_tokens(affirming))
    for sentence, scope in _denied(denying):
        denied = set(scope)
        if not denied or not denied <= affirmed_there or denied & (denied_too | affirmed_here):
            continue
        if _contrasted(denied, affirming):
            continue
        if not whole or (len(denied) >= min(2, len(own)) and len(own & set(_tokens(sentence))) >= 0.6 * len(own)):
            return " ".join(scope)
    return None


def _contrasted(tokens: set[str], text: str) -> bool:
    """Whether a clause of the text that has one of these words excludes something in another way."""
    for clause in _CLAUSE.split(text[:READ_CHARS]):
        excluding = {word for found in _CONTRAST.findall(clause) for word in _stems(found)}
        if excluding - tokens and tokens & set(_tokens(clause)):
            return True
    return False


def _tokens(text: str) -> list[str]:
    """Stems of the words of content that are no unit, and the values of the numbers."""
    stems = [stem for word in words(text) if not unit(word) for stem in _stems(word)]
    return stems + [number.value for number in numbers_of(text)]


def _denied(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each sentence that negates, with the words of content that the negation denies."""
    for sentence, negation, end in _negated(text):
        # "Without a token", "no limit" and the like deny a thing, not what is done.
        most = 1 if negation.of(sentence).lower() in ("no", "without") else _SCOPE
        yield sentence, _tokens(sentence[negation.end : end])[:most]


def _affirmed(text: str) -> Iterator[str]:
    """The words of content that no negation denies."""
    denied = Counter(word for _, scope in _denied(text) for word in scope)
    return iter(set(Counter(_tokens(text)) - denied))


def _negated(text: str) -> Iterator[tuple[str, Span, int]]:
    for span in sentences(text):
        sentence = span.of(text)[:_LONGEST_SENTENCE]
        for negation in negations(sentence):
            ends = _CLAUSE.search(sentence, negation.end)
            yield sentence, negation, ends.start() if ends else len(sentence)


def _wrong_yes_or_no(question: str, verdict: bool, evidence: str) -> str | None:
    """Where one sentence has all of the question's words in their order, whether its negation fits the answer."""
    asked = content_words(question)
    if len(asked) < 3 or _CONTRAST.search(evidence):
        return None
    for span in sentences(evidence):
        sentence = span.of(evidence)
        rest = iter(content_words(sentence))
        if all(word in rest for word in asked):
            denied = {word for _, scope in _denied(sentence) for word in scope} & set(asked)
            if bool(denied) != bool(negations(sentence)):
                return None  # it denies something else
            return sentence[:80] if (bool(denied) != bool(negations(question))) == verdict else None
    return None
