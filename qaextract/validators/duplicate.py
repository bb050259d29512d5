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
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, ClassVar

from qaextract.english import content_words, negations, stem, word_set, words
from qaextract.model import QAPair, Verdict
from qaextract.points import validators

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
    r"\b(how (?:many|much|long|often|far|old|big|large|fast)|how|when|where|why|who(?:m|se)?|what|which)\b",
    re.IGNORECASE,
)
_NUMBER_LIKE = re.compile(r"[^\W_]*\d[\w.,:/\-]*")
_REPAIR = re.compile(
    r"\b(?:no|um+|uh+|er+|erm|hmm+|oops|sorry|wait|i mean|i meant|or rather|rather|make that|scratch that|better yet"
    r"|well|actually|excuse me|that is)\b",
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
        text = unicodedata.normalize("NFKC", self.text[:_READ_CHARS])
        found: list[str] = []
        for word in words(text):
            low = word.lower()
            found += [low] if low in _TURNING else (s for s in content_words(word) if s not in _DRESSING)
        return tuple(found)

    @cached_property
    def guard(self) -> tuple[Any, ...]:
        """What must be equal whatever the likeness: numbers, whether it denies, what kind of answer it wants."""
        text = self.text[:_READ_CHARS]
        asked = _ASKED.search(text)
        kind = asked[1].lower().replace("whom", "who").replace("whose", "who") if asked else ""
        kind = "what" if kind == "which" else kind
        return (tuple(sorted(_NUMBER_LIKE.findall(text.lower()))), len(negations(text)) % 2, kind)

    @cached_property
    def repaired(self) -> bool:
        """Whether the speaker corrects himself."""
        return bool(_REPAIR.search(self.text[:_READ_CHARS]))


def _likeness(a: _Question, b: _Question) -> float:
    """How sure it is, from 0 to 1, that two questions ask the same."""
    if a.plain == b.plain:
        return 1.0
    if max(len(a.text), len(b.text)) > _READ_CHARS or not a.stems or not b.stems:
        return 0.0
    if a.repaired != b.repaired:
        spoken, written = (a, b) if a.repaired else (b, a)
        return _restates(spoken, written)
    if a.guard != b.guard:
        return 0.0
    if a.stems == b.stems:
        return 0.99
    return _spelling_likeness(a.stems, b.stems)


def _spelling_likeness(a: Sequence[str], b: Sequence[str]) -> float:
    """Likeness of two rows of stems that differ in spelling only; 0 where a word differs, is added or is missing."""
    if len(a) != len(b):
        a, b = _joined(a, b), _joined(b, a)
    if len(a) != len(b):
        return 0.0
    worst = 1.0
    for x, y in zip(a, b, strict=True):
        if x != y:
            if min(len(x), len(y)) < 5 or x[0] != y[0] or x in _TURNING or y in _TURNING:
                return 0.0
            worst = min(worst, SequenceMatcher(None, x[:50], y[:50], autojunk=False).ratio())
    return worst


def _joined(a: Sequence[str], b: Sequence[str]) -> list[str]:
    """`a` with neighbours written as one word where `b` does so ("data base", "database")."""
    known, row = set(b), list(a)
    for n in range(len(row) - 1, 0, -1):
        if row[n - 1] + row[n] in known:
            row[n - 1 : n + 1] = [row[n - 1] + row[n]]
    return row


def _restates(spoken: _Question, written: _Question) -> float:
    """Likeness of a question that holds a correction of itself and one that says only what remains of it."""
    said, rest = spoken.stems, iter(spoken.stems)
    kept = sum(1 for word in written.stems if word in rest) if set(written.stems) <= set(said) else 0
    numbers, spoken_numbers = written.guard[0], spoken.guard[0]
    if kept < len(written.stems) or not set(numbers) <= set(spoken_numbers):
        return 0.0
    return 0.9 if len(written.stems) >= 0.4 * len(said) else 0.0


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
        hashes = [zlib.crc32(word.encode("utf-8", "surrogatepass")) % _PRIME for word in set(question.stems)]
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
