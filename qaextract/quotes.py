r"""Locate a quote in a text without changing what it says.

A quote is looked for as it is and then with regard to words, digits, signs and negations only: what differs may be
layout. Both sides are brought to a *skeleton*, the characters without white space, and with each of its characters
goes the *gap* before it: nothing, white space that matters, a hyphen, or a hyphen that a line break may have put
there. The skeleton of the quote is searched in that of the text; then the gaps are compared.

- White space matters between two words, beside a sign and inside a number; elsewhere, and in scripts that do not
  part words (Chinese, Japanese), it does not.
- A hyphen at the end of a line equals a hyphen and equals nothing: "exam-\nple" is "example" and "exam-ple".
- Ligatures, quote and dash glyphs, compatibility forms and composed letters equal their plain forms. Superscripts,
  subscripts, fractions and circled digits do not: "10²" is not "102". A minus sign equals "-" before a digit.
- Case must agree; where the text has small capitals, it need not.
- A quote is not found where it would cut a word or a number: "art" is not in "heart", "can" not in "can't", "5" not
  in "-5", "3.5" or "5%", "able" not in "un-\nable".
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice

from qaextract.model import Match, MatchKind, Span

_MOST_CANDIDATES = 20_000  # places looked at for one quote, so that hostile input ends
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_]+")
_JOINED = re.compile("n*")

# --- characters -------------------------------------------------------------------------------------------------

_SUPPRESSED = "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"  # they take no room
_MARKS = "\u0300-\u036f"
_SMALL_CAPITALS = dict(zip(map(ord, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ"), "abcdefghijklmnopqrstuvwyz", strict=True))
_SINGLE_QUOTES = "‘’‚‛′`´‹›ʼ"
_DOUBLE_QUOTES = "“”„‟″«»"
#: One character for one, so that offsets stay. A minus sign is none of the dashes.
_GLYPHS = (
    dict.fromkeys(map(ord, _SINGLE_QUOTES), "'")
    | dict.fromkeys(map(ord, _DOUBLE_QUOTES), '"')
    | dict.fromkeys(map(ord, "‐‑\ufe63\uff0d"), "-")
    | dict.fromkeys(map(ord, "‒—―\ufe58"), "–")
)
_MINUS = re.compile(r"−(?=\s?\d)")
_KEPT_FORMS = ("<super>", "<sub>", "<fraction>", "<circle>")
_SIGNS = "+-–−±∓"
_OPERATORS = "=<>!&|*/%^~:+-–"


@lru_cache(maxsize=8192)
def _plain(cluster: str) -> str:
    """The plain characters of one character that is not ASCII, with the marks on it."""
    if cluster[0] in "\u00ad" or re.match(f"[{_SUPPRESSED}]", cluster):
        return ""
    if cluster[0] == "–":
        return "-"
    if unicodedata.decomposition(cluster[0]).startswith(_KEPT_FORMS):
        return cluster[0] + unicodedata.normalize("NFD", cluster[1:])
    plain = unicodedata.normalize("NFKD", cluster)
    return cluster if any(map(str.isspace, plain)) else plain


@lru_cache(maxsize=8192)
def _is_word(char: str) -> bool:
    """Whether the character belongs to a word or a number: letters, digits, marks, raised and lowered signs."""
    if char.isalnum() or char == "_":
        return True
    return unicodedata.category(char)[0] == "M" or unicodedata.decomposition(char).startswith(("<super>", "<sub>"))


def _parts_no_words(char: str) -> bool:
    """Whether the character is of a script that is written without spaces and broken anywhere."""
    return (
        "\u2e80" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\uff00" <= char <= "\uffef"
        or char >= "\U00020000"
    )


# --- skeletons --------------------------------------------------------------------------------------------------

_NOTHING, _SPACE, _HYPHEN, _SPACED_HYPHEN, _BREAK_HYPHEN = "n", "s", "-", "h", "b"
_SAME_GAP = {
    frozenset(pair)
    for pair in (
        (_BREAK_HYPHEN, _NOTHING),
        (_BREAK_HYPHEN, _HYPHEN),
        (_BREAK_HYPHEN, _SPACED_HYPHEN),
        (_SPACED_HYPHEN, _HYPHEN),
    )
}
_TOKEN = re.compile(
    rf"(?P<hyphen>(?<=[^\W\d_]|[{_MARKS}])[-–\u00ad][\s{_SUPPRESSED}]*(?=[^\W\d_]))"
    rf"|(?P<room>[\s{_SUPPRESSED}]+)|(?P<odd>[^\x00-\x7f][{_MARKS}]*)"
)


class _Skeleton:
    """The characters of a text without layout, the gap before each, and where each stands in the text."""

    def __init__(self, text: str) -> None:
        self._core_at, self._text_at = array("q"), array("q")
        self.small_capitals = False
        pieces: list[str] = []
        gaps: list[str] = []
        text = _MINUS.sub("-", text.translate(_GLYPHS))
        at, size, gap = 0, 0, _NOTHING
        for token in _TOKEN.finditer(text):
            start, end = token.span()
            if start > at:
                self._note(size, at)
                pieces.append(text[at:start])
                gaps.append(gap + _NOTHING * (start - at - 1))
                size, gap = size + start - at, _NOTHING
            at = end
            if token.lastgroup == "room":
                gap = _room(text, start, end)
            elif token.lastgroup == "hyphen":
                gap = _hyphen(token[0])
            elif plain := self._plain(token[0]):
                for n in range(len(plain) - 1):
                    self._note(size + n, start)
                self._note(size + len(plain) - 1, end - 1)
                pieces.append(plain)
                gaps.append(gap + _NOTHING * (len(plain) - 1))
                size, gap = size + len(plain), _NOTHING
        if at < len(text):
            self._note(size, at)
            pieces.append(text[at:])
            gaps.append(gap + _NOTHING * (len(text) - at - 1))
        self.core = "".join(pieces)
        self.gaps = "".join(gaps)

    def _note(self, core: int, text: int) -> None:
        self._core_at.append(core)
        self._text_at.append(text)

    def _plain(self, cluster: str) -> str:
        if ord(cluster[0]) in _SMALL_CAPITALS:
            self.small_capitals = True
            # Upper case is given back where it is compared.
            return cluster[0] + unicodedata.normalize("NFD", cluster[1:])
        return _plain(cluster)

    @cached_property
    def folded(self) -> str:
        """The characters in lower case, small capitals as plain letters; as many as in `core`."""
        return "".join(
            char.lower() if len(char.lower()) == 1 else char for char in self.core.translate(_SMALL_CAPITALS)
        )

    def offset(self, core: int) -> int:
        """Where the character with this index in `core` stands in the text."""
        run = bisect_right(self._core_at, core) - 1
        return self._text_at[run] + core - self._core_at[run]

    def index(self, offset: int) -> int:
        """The index in `core` of the first character that stands at this offset of the text or after it."""
        run = bisect_left(self._text_at, offset)
        before = run - 1
        if before < 0:
            return 0
        end = self._core_at[run] if run < len(self._core_at) else len(self.core)
        return min(self._core_at[before] + offset - self._text_at[before], end)

    def cuts(self, core: int) -> bool:
        """Whether a character of the text, or a letter and its mark, would be divided before this index."""
        if not 0 < core < len(self.core):
            return False
        char = self.core[core]
        marked = char > "\x7f" and unicodedata.category(char)[0] == "M"
        return marked or self.offset(core) == self.offset(core - 1)


def _room(text: str, start: int, end: int) -> str:
    """The gap that white space makes between its neighbours."""
    if not start or end == len(text):
        return _NOTHING
    left, right = text[start - 1], text[end]
    if left.isalnum() and right.isalnum() and max(left, right) < "\u2e80" and text[start].isspace():
        return _SPACE
    if not any(map(str.isspace, text[start:end])) or _parts_no_words(left) or _parts_no_words(right):
        return _NOTHING
    if _is_word(left) and _is_word(right):
        return _SPACE
    if left in _SIGNS:
        # "COVID-\n19" is a hyphen and a break; "- 5" is not "-5".
        return _NOTHING if start > 1 and _is_word(text[start - 2]) else _SPACE
    in_number = (right.isdigit() and left in ".,:'") or (
        left.isdigit() and right in ".,:'" and text[end + 1 : end + 2].isdigit()
    )
    operator = left in _OPERATORS and right in _OPERATORS
    return _SPACE if right in _SIGNS or in_number or operator else _NOTHING


_LINE_BREAK = re.compile(r"[\n-\r\x1c-\x1e\x85\u2028\u2029]")


def _hyphen(found: str) -> str:
    """The gap that a dash between two letters makes, and the white space after it."""
    if len(found) == 1:
        return _NOTHING if found == "\u00ad" else _HYPHEN
    if found[0] == "\u00ad":
        return _BREAK_HYPHEN
    return _BREAK_HYPHEN if found[0] == "-" and _LINE_BREAK.search(found) else _SPACED_HYPHEN


# --- the edges of a quote ---------------------------------------------------------------------------------------

_NEAR = 64  # characters beside a quote that can decide whether it cuts a word
_HYPHENS = "-‐‑\u00ad"
_DASHES = "-‐‑‒–—―−+±∓"
_BEFORE_WORD = re.compile(rf"\w['’]$|\w[{_HYPHENS}]\s*$|(?<!\w)[{_HYPHENS}−±∓¬]$")
_BEFORE_DIGIT = re.compile(rf"[{_DASHES}<>≤≥≠^]$|\d[.,:/]$|(?<!\w)\.$|\d\s?[×·]\s?$")
_AFTER_WORD = re.compile(rf"['’]\w|[{_HYPHENS}]\s*\w|\+(?!\w)|#")
_AFTER_DIGIT = re.compile(rf"[%‰°′″^]|[.,:/{_DASHES}]\d|\s?[×·*]\s?10(?!\d)")
_JOINERS = "-‐‑‒–—−+±.,:/'’^%"


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word and no number is cut at either edge."""
    return _begins(text, start) and _ends(text, end)


def _begins(text: str, start: int) -> bool:
    if not start:
        return True
    first, left = text[start], text[start - 1]
    if not _is_word(first):
        joins = first in _JOINERS and _is_word(text[start + 1 : start + 2] or " ")
        return not (joins and _is_word(left))
    if _is_word(left):
        return _parts_no_words(left) or _parts_no_words(first)
    before = text[max(0, start - _NEAR) : start]
    return not (_BEFORE_WORD.search(before) or (first.isdigit() and _BEFORE_DIGIT.search(before)))


def _ends(text: str, end: int) -> bool:
    if end == len(text):
        return True
    last, right = text[end - 1], text[end]
    if unicodedata.category(right)[0] == "M":
        return False
    if not _is_word(last):
        joins = last in _JOINERS and _is_word(text[end - 2 : end - 1] or " ") and last != right
        return not (joins and _is_word(right) and not _parts_no_words(right))
    if _is_word(right):
        return _parts_no_words(last) or _parts_no_words(right)
    after = text[end : end + _NEAR]
    return not (_AFTER_WORD.match(after) or (last.isdigit() and _AFTER_DIGIT.match(after)))


# --- finding ----------------------------------------------------------------------------------------------------


class QuoteFinder:
    """Finds quotes in one text; what is worked out about the text is kept for the next quote."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _skeleton(self) -> _Skeleton:
        return _Skeleton(self.text)

    def find(self, quote: str, within: Span | None = None, near: int | None = None) -> Match | None:
        """Where the quote stands: the first place, or the one nearest to the offset `near`.

        Only places inside `within` count. None if there is none, or if the quote has no letter and no digit.
        """
        quote = quote.strip()
        if not any(map(str.isalnum, quote)):
            return None
        bounds = within or Span(0, len(self.text))
        kinds: tuple[tuple[MatchKind, Iterator[Span]], ...] = (
            ("exact", self._exact(quote, bounds)),
            ("normalized", self._normalized(quote, bounds)),
        )
        for kind, places in kinds:
            if near is None:
                span = next(places, None)
            else:
                span = min(places, key=lambda place: abs(place.start - near), default=None)
            if span is not None:
                return Match(span, kind)
        return None

    def _exact(self, quote: str, bounds: Span) -> Iterator[Span]:
        for start in islice(_occurrences(quote, self.text, bounds), _MOST_CANDIDATES):
            if _is_whole(self.text, start, start + len(quote)):
                yield Span(start, start + len(quote))

    def _normalized(self, quote: str, bounds: Span) -> Iterator[Span]:
        text, wanted = self._skeleton, _Skeleton(quote)
        if not wanted.core or len(wanted.core) > len(text.core):
            return
        fold = text.small_capitals or wanted.small_capitals
        haystack, needle = (text.folded, wanted.folded) if fold else (text.core, wanted.core)
        inside = Span(text.index(bounds.start), text.index(bounds.end))
        for start in islice(_occurrences(needle, haystack, inside, text.gaps), _MOST_CANDIDATES):
            end = start + len(needle)
            if fold and not _same_case(wanted.core, text.core[start:end]):
                continue
            if not _same_gaps(wanted.gaps[1:], text.gaps[start + 1 : end]) or text.cuts(start) or text.cuts(end):
                continue
            span = Span(text.offset(start), text.offset(end - 1) + 1)
            if span in bounds and _is_whole(self.text, span.start, span.end):
                yield span


def _occurrences(needle: str, haystack: str, within: Span, gaps: str = "") -> Iterator[int]:
    """Where the needle stands, but for places in the middle of a plain word after one that failed."""
    at = haystack.find(needle, within.start, within.end)
    while at >= 0:
        yield at
        joined = _JOINED.match(gaps, at + 1, within.end) if gaps else None
        word = _PLAIN_WORD.match(haystack, at, joined.end() if joined else within.end)
        at = haystack.find(needle, word.end() if word else at + 1, within.end)


def _same_gaps(a: str, b: str) -> bool:
    return a == b or all(x == y or frozenset((x, y)) in _SAME_GAP for x, y in zip(a, b, strict=True))


def _same_case(a: str, b: str) -> bool:
    return all(x == y or ord(x) in _SMALL_CAPITALS or ord(y) in _SMALL_CAPITALS for x, y in zip(a, b, strict=True))


@lru_cache(maxsize=8)
def _finder(text: str) -> QuoteFinder:
    return QuoteFinder(text)


def locate(quote: str, text: str) -> Match | None:
    """Where `quote` first stands in `text`, exactly or but for layout; None if it does not.

    The span is in characters of `text` and holds no white space at its ends.
    """
    return _finder(text).find(quote)
