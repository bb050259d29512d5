"""Keep the first of pairs that ask the same thing.

Two questions ask the same if their words of content are the same, in order, but for inflection, spelling and a few
words that only dress a question. Likeness alone says little ("1914" and "1915" are 98 % alike), so numbers,
negations, question words, opposites and names must agree whatever the likeness. Candidates come from MinHash bands
(Broder 1997) over stems, so that a hundred thousand questions are compared in seconds.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from qaextract.english import content_words, negations, stem, word_set, words
from qaextract.model import QAPair, Verdict
from qaextract.points import validators
from qaextract.quantities import numbers

_READ_CHARS = 5_000  # longer questions are compared whole or not at all
_MOST_COMPARED = 400  # groups one question is compared with, the latest first

#: Stems that dress a question and decide nothing.
_DRESSING = frozenset(
    map(
        stem,
        word_set(
            "what which who whom whose please tell explain describe state name give know exactly actually called call "
            "say said mean term used use kind type sort do does did is are was were be been being has have had will "
            "would can could may might one ones thing way ways briefly short word words following"
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
        """The words alone, in lower case."""
        return " ".join(words(unicodedata.normalize("NFKC", self.text).lower())) or self.text.strip()

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Stems of the words of content and of those that turn a question round, in order."""
        return _stems(_SET_AHEAD.sub(r"\2 \1", self._read))

    @cached_property
    def guard(self) -> tuple[tuple[str, ...], int, str]:
        """What must be equal whatever the likeness: numbers, whether it denies, what kind of answer it wants."""
        asked = _ASKED.search(self._read)
        kind = "" if asked is None else (asked[1] or "what").lower()
        figures = tuple(sorted(_NUMBER_LIKE.findall(self._read.lower())))
        return figures, len(negations(self._read)) % 2, _SAME_KIND.get(kind, kind)

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
    if a.guard != b.guard:
        return 0.0
    if a.stems == b.stems:
        return 0.99
    return _spelling_likeness(a.stems, b.stems)


def _spelling_likeness(a: Sequence[str], b: Sequence[str]) -> float:
    """Likeness of two rows of stems that differ in spelling only; 0 where a word differs, is added or is missing."""
    if len(a) != len(b):
        a, b = _joined(a, b), _joined(b, a)
    if len(a) != len(b) or not all(x == y or _spelled_alike(x, y) for x, y in zip(a, b, strict=True)):
        return 0.0
    return 0.95


_VARIANTS = re.compile(r"(?<=[a-z])(?:ou(?=r)|ph|ae|oe|yz|is(?=[aei])|ys(?=[ei])|our|ll)")
_VARIANT_OF = {"ou": "o", "ph": "f", "ae": "e", "oe": "e", "yz": "yz", "is": "iz", "ys": "yz", "ll": "l"}


def _spelled_alike(a: str, b: str) -> bool:
    """Whether two words are one in British and American spelling, or but for a letter left out or two exchanged.

    A letter in place of another makes another word ("nitrate", "nitrite"), and so does one at either end.
    """
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


def _joined(a: Sequence[str], b: Sequence[str]) -> list[str]:
    """`a` with neighbours written as one word where `b` does so ("data base", "database")."""
    known, row = set(b), list(a)
    for n in range(len(row) - 1, 0, -1):
        if row[n - 1] + row[n] in known:
            row[n - 1 : n + 1] = [row[n - 1] + row[n]]
    return row


def _restates(spoken: _Question, written: _Question) -> float:
    """Likeness of a question that holds a correction of itself and one that says only what remains of it."""
    before, after = spoken.corrected or ("", "")
    left, kept = set(written.stems), set(_stems(after))
    if not kept or not kept <= left or not left <= kept | set(_stems(before)):
        return 0.0
    figures = set(written.guard[0])
    if not set(_NUMBER_LIKE.findall(after.lower())) <= figures <= set(spoken.guard[0]):
        return 0.0
    return 0.9 if len(negations(before + after)) % 2 == written.guard[1] else 0.0


# --- candidates -------------------------------------------------------------------------------------------------

_BANDS, _ROWS = 32, 3  # two questions that share 60 % of their stems meet with a chance of 0.9996
_PRIME = (1 << 31) - 1


def _band_keys(questions: Sequence[_Question]) -> Iterator[tuple[int, ...]]:
    """One hash for each band of the MinHash signature of each question; none for a question without stems."""
    import numpy as np

    rng = np.random.default_rng(1)  # any fixed seed: the same questions give the same groups
    a = rng.integers(1, _PRIME, size=_BANDS * _ROWS, dtype=np.uint64)
    b = rng.integers(0, _PRIME, size=_BANDS * _ROWS, dtype=np.uint64)
    weights = rng.integers(1, _PRIME, size=_ROWS, dtype=np.uint64)
    for question in questions:
        if not question.stems:
            yield ()
            continue
        hashes = [
            zlib.crc32(word.encode("utf-8", "surrogatepass")) % _PRIME for word in {stem[:4] for stem in question.stems}
        ]
        row = np.array(hashes, dtype=np.uint64)
        signature = ((a[:, None] * row + b[:, None]) % _PRIME).min(axis=1).reshape(_BANDS, _ROWS)
        bands = (signature * weights).sum(axis=1) * _BANDS + np.arange(_BANDS, dtype=np.uint64)
        yield tuple(bands.tolist())


def _groups(texts: Sequence[str], threshold: float) -> Iterator[tuple[int, float] | None]:
    """For each question the first of its group and the likeness to it; None for the first itself."""
    questions = [_Question(text) for text in texts]
    exact: dict[str, int] = {}
    buckets: dict[int, list[int]] = {}
    for n, keys in enumerate(_band_keys(questions)):
        question = questions[n]
        first = exact.get(question.plain)
        found = (first, 1.0) if first is not None else None
        if found is None:
            near = {m for key in keys for m in buckets.get(key, ())[-_MOST_COMPARED:]}
            for m in sorted(near)[-_MOST_COMPARED:]:
                likeness = _likeness(question, questions[m])
                if likeness >= threshold and (found is None or likeness > found[1]):
                    found = (m, likeness)
        yield found
        if found is None:
            for key in keys:
                buckets.setdefault(key, []).append(n)
        exact.setdefault(question.plain, n if found is None else found[0])


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
    return set(one.stems) <= set(other.stems) or set(other.stems) <= set(one.stems)
