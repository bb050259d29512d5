"""Keep the first of pairs that ask the same thing.

Two questions ask the same if their words of content are the same, in order, but for inflection, spelling and words
that only dress a question; and if a question that corrects itself comes to the other. Likeness says little ("1914"
and "1915" are 98 % alike), so numbers, negations, question words, opposites and names agree whatever the likeness,
and no threshold on shared words is used: each question is looked up under the few forms that could be the same.
What is asked in quite other words is not seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from qaextract.english import content_words, negations, stem, word_set, words
from qaextract.model import QAPair, Verdict
from qaextract.points import validators
from qaextract.quantities import numbers

_READ_CHARS = 5_000  # longer questions are compared whole or not at all
_MOST_COMPARED = 400  # groups that one form of a question is compared with

#: Stems that dress a question and decide nothing.
_DRESSING = frozenset(
    map(
        stem,
        word_set(
            "what which who whom whose please tell explain describe state name give know exactly actually called call "
            "say said mean term used use kind type sort do does did is are was were be been being has have had will "
            "define would can could may might one ones thing way ways briefly short word words following"
        ),
    )
)
#: Words that grammar lists call empty and that yet turn a question round.
_TURNING = word_set(
    "before after above below over under without within more less most least fewer few many much all any some each "
    "every both either neither only first last same other up down off out always never often usually must should to "
    "from again further against once too"
)
_ASKED = re.compile(
    r"\b(how (?:many|much|long|often|far|old|big|large|fast)|how|when|where|why|who(?:m|se)?|what|which)\b"
    r"|^\W*(?:please\s+)?(tell|define|name|give|state|describe|explain|list)\b",
    re.IGNORECASE,
)
_SAME_KIND = {"whom": "who", "whose": "who", "which": "what"}
_NUMBER_LIKE = re.compile(r"[^\W_]*\d[\w.,:/\-]*\b")
_COUNTING = re.compile(r"\b(?:t[whe]|thr|fo[ur]|fi[vf]|si|se|ei|ni|el)\w+", re.IGNORECASE)  # two to ninety
_CODE_FONT = re.compile(r"`([^`\n]{1,1000})`")
_SIGNS = re.compile(r"[+*/=<>^|&%~≤≥≠±−]+|(?<!\w)-+(?=\S)|-(?=[\d(\[])|(?<=\s)-(?=\s)")
_PUNCTUATION = re.compile(r"[?!,;:\"“”‘’`]|\.(?!\w)")
_CODED = re.compile(r"^[A-Z]{2,}$|[a-z][A-Z]|\w_\w|\w\.\w")
_SET_AHEAD = re.compile(
    r"^((?:in|at|on|for|with|according to|under|within|during|from|among)\s[^,?]{1,120}),\s+(.+?)([?.\s]*)$", re.I
)
#: What someone says who corrects himself: "Which city, sorry, which country ...".
_REPAIR = re.compile(
    r"\b(?:um+|uh+|ahh+|erm?|hmm+|oops|sorry|i meant?|or rather|make that|scratch that|better yet|no wait|wait no|no no"
    r"|(?:no|rather|actually|well)(?=,?\s+(?:what|who|when|where|why|how|which|not|tell|i|in|sorry)\b))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Question:
    """A question as it is compared."""

    text: str

    @cached_property
    def plain(self) -> str:
        """The text in lower case, code apart, without its punctuation; signs stay."""
        pieces = unicodedata.normalize("NFKC", self.text).split("`")
        # In code `ZV_equal` and `zv_equal` are two names.
        cased = (piece if n % 2 and n < len(pieces) - 1 else piece.lower() for n, piece in enumerate(pieces))
        return " ".join(_PUNCTUATION.sub(" ", "`".join(cased)).split())

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Stems of the words of content and of those that turn a question round, in order."""
        return _stems(_SET_AHEAD.sub(r"\2 \1", self._read))

    @cached_property
    def guard(self) -> tuple[tuple[str, ...], int, str]:
        """What must be equal whatever the likeness: numbers, signs and code, denial, the kind of answer it wants."""
        asked = _ASKED.search(self._read)
        kind = "" if asked is None else (asked[1] or "what").lower()
        return self.figures + self._signs, len(negations(self._read)) % 2, _SAME_KIND.get(kind, kind)

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """Whatever has a digit, sorted."""
        return tuple(sorted(_NUMBER_LIKE.findall(self._read.lower())))

    @cached_property
    def _signs(self) -> tuple[str, ...]:
        code = ("".join(span.split()) for span in _CODE_FONT.findall(self._read))
        return (*_SIGNS.findall(self._read), *(span for span in code if not re.fullmatch(r"[\w.\-]*", span)))

    @cached_property
    def lower(self) -> frozenset[str]:
        """The words in lower case, with their inflection."""
        return frozenset(words(self._read.lower()))

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of code and abbreviations in lower case: "HTTPS" is no plural of "HTTP"."""
        marked = [word for code in _CODE_FONT.findall(self._read) for word in words(code)]
        coded = [word for word in words(self._read) if _CODED.search(word)]
        return frozenset(word.lower() for word in marked + coded)

    @cached_property
    def corrected(self) -> tuple[str, str] | None:
        """What is said before and after the last time the speaker corrects himself."""
        repairs = list(_REPAIR.finditer(self._read))
        if not repairs:
            return None
        before = re.sub(r"\b(?:no|not)\b", " ", _REPAIR.sub(" ", self._read[: repairs[-1].start()]))
        return before, re.sub(r",?\s+not\s+[^,?]{1,40}\?*$", "", self._read[repairs[-1].end() :])

    @cached_property
    def _read(self) -> str:
        text = unicodedata.normalize("NFKC", self.text[:_READ_CHARS]).strip()
        if not _COUNTING.search(text):
            return text
        for number in reversed(numbers(text)):
            if number.spelled and number.value != "1":
                text = text[: number.span.start] + number.value + text[number.span.end :]
        return text


def _stems(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for word in words(text):
        low = word.lower()
        found += [low] if low in _TURNING else (s for s in content_words(word) if s not in _DRESSING)
    return tuple(found)


def _likeness(a: _Question, b: _Question) -> float:
    """How sure it is, from 0 to 1, that two questions ask the same."""
    if a.plain == b.plain:
        return 1.0
    if max(len(a.text), len(b.text)) > _READ_CHARS or not a.stems or not b.stems:
        return 0.0
    if (a.corrected is None) != (b.corrected is None):
        return _restates(a, b) if a.corrected else _restates(b, a)
    if a.guard != b.guard or not _same_names(a, b):
        return 0.0
    if "".join(a.stems) == "".join(b.stems):
        return 0.99
    alike = len(a.stems) == len(b.stems) and all(map(_spelled_alike, a.stems, b.stems))
    return 0.95 if alike else 0.0


def _same_names(a: _Question, b: _Question) -> bool:
    return a.names <= b.lower and b.names <= a.lower


_VARIANTS = re.compile(r"(?<=[a-z])(?:ou(?=r)|ph|ae|oe|yz|is(?=[aei]|$)|ys(?=[ei]|$)|ll)")
_VARIANT_OF = {"ou": "o", "ph": "f", "ae": "e", "oe": "e", "yz": "yz", "is": "iz", "ys": "yz", "ll": "l"}


def _spelled_alike(a: str, b: str) -> bool:
    """Whether two words are one in British and American spelling, or but for a letter left out or two exchanged.

    A letter in place of another makes another word ("nitrate", "nitrite"), and so does one at either end.
    """
    if a == b:
        return True
    if min(len(a), len(b)) < 4 or not (a.isalpha() and b.isalpha()) or a in _TURNING or b in _TURNING:
        return False
    if _VARIANTS.sub(lambda v: _VARIANT_OF[v[0]], a) == _VARIANTS.sub(lambda v: _VARIANT_OF[v[0]], b):
        return True
    if len(a) < len(b):
        a, b = b, a
    if len(a) < 7 or len(a) - len(b) > 1:
        return False
    at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(b))
    if not 3 <= at < len(b) - 1:
        return False
    return a[at + 1 :] == b[at:] or (a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :])


def _restates(spoken: _Question, written: _Question) -> float:
    """Likeness of a question that holds a correction of itself and one that says only what remains of it."""
    before, after = spoken.corrected or ("", "")
    left, kept = set(written.stems), set(_stems(after))
    if not kept or not kept <= left or not left <= kept | set(_stems(before)):
        return 0.0
    figures = set(written.figures)
    if not set(_NUMBER_LIKE.findall(after.lower())) <= figures <= set(spoken.figures):
        return 0.0
    return 0.9 if len(negations(before + after)) % 2 == written.guard[1] else 0.0


# --- groups -----------------------------------------------------------------------------------------------------


class _Index:
    """The first questions of their groups, under every form in which another could meet them."""

    def __init__(self) -> None:
        self._forms: dict[Hashable, list[int]] = {}
        self._words: dict[str, list[int]] = {}
        self._corrected_words: dict[str, list[int]] = {}

    def candidates(self, question: _Question) -> Iterator[int]:
        """Those that may ask the same, the surest first."""
        for form in _forms(question):
            yield from self._forms.get(form, ())[:_MOST_COMPARED]
        if question.corrected:
            said = [self._words.get(word, []) for word in set(_stems(question.corrected[1]))]
            yield from min(said, key=len, default=[])[:_MOST_COMPARED]
        elif self._corrected_words:
            for word in question.stems:
                yield from self._corrected_words.get(word, ())[:_MOST_COMPARED]

    def add(self, n: int, question: _Question) -> None:
        """Note the first question of a group."""
        for form in _forms(question):
            self._forms.setdefault(form, []).append(n)
        index = self._corrected_words if question.corrected else self._words
        for word in set(question.stems):
            index.setdefault(word, []).append(n)


def _forms(question: _Question) -> Iterator[Hashable]:
    yield question.plain
    if question.stems and len(question.text) <= _READ_CHARS:
        yield question.guard, "".join(question.stems)
        yield question.guard, tuple(word[:3] for word in question.stems)


def _groups(texts: Sequence[str], threshold: float) -> Iterator[tuple[int, float] | None]:
    """For each question the first of its group and the likeness to it; None for the first itself."""
    index = _Index()
    firsts: dict[int, _Question] = {}
    for n, text in enumerate(texts):
        question = _Question(text)
        alike = ((m, _likeness(question, firsts[m])) for m in index.candidates(question))
        found = next((one for one in alike if one[1] >= threshold), None)
        if found is None:
            index.add(n, question)
            firsts[n] = question
        yield found


def first_of_group(questions: Sequence[str], threshold: float = 0.85) -> list[int | None]:
    """For each question the index of the first one that asks the same; None for that one itself."""
    return [None if found is None else found[0] for found in _groups(questions, threshold)]


# --- pairs ------------------------------------------------------------------------------------------------------


@validators.register("duplicate")
@dataclass(frozen=True)
class Duplicate:
    """Of pairs with the same question and the same answer the first is kept.

    The same question with another answer is kept and marked `conflicting_answers`.
    """

    tier: ClassVar[int] = 0
    min_likeness: float = 0.85

    def check_all(self, pairs: Sequence[QAPair]) -> Iterator[Verdict]:
        """Code `duplicate`, which names the pair that stays, `conflicting_answers` (kept), or `ok`."""
        answers: dict[int, list[int]] = {}
        for n, found in enumerate(_groups([pair.question for pair in pairs], self.min_likeness)):
            if found is None:
                answers[n] = [n]
                yield Verdict("duplicate", True, "ok")
                continue
            first, likeness = found
            same = next((m for m in answers[first] if _same_answer(pairs[m], pairs[n])), None)
            if same is not None:
                message = f"asks the same as {pairs[same].id}"
                yield Verdict("duplicate", False, "duplicate", message, round(likeness, 4))
            else:
                answers[first].append(n)
                message = f"asks the same as {pairs[first].id} and answers otherwise"
                yield Verdict("duplicate", True, "conflicting_answers", message, round(likeness, 4))


def _same_answer(a: QAPair, b: QAPair) -> bool:
    """Whether two answers say the same: the same words of content, or one those of the other and more."""
    one, other = _Question(a.answer), _Question(b.answer)
    if one.plain == other.plain:
        return True
    if not one.stems or not other.stems or one.guard[:2] != other.guard[:2]:
        return False
    if not (one.names <= other.lower or other.names <= one.lower):
        return False
    return set(one.stems) <= set(other.stems) or set(other.stems) <= set(one.stems)
