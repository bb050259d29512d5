"""Passages to text: lines joined, hyphens of line breaks taken out, spans and word extents kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from qaextract.parsers._layout import BOLD, ITALIC, MATH, MONO, Passage, PrintedLine, Run


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HYPHENS = "-\u00ad\u2010"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LONG_WORD = re.compile(r"[^\W\d_]{4}")
_COMPOUND = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)+")
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_SCRIPT = re.compile(r"[+\-−]?\d+(?:\s*,\s*\d+)*[+\-−]?|[n+\-−]")
#: First parts that keep their hyphen in English.
_KEEPING = frozenset({"self", "well", "quasi"})
#: Words that longer words begin with far more often than compounds with a hyphen do.
_BEGINNING = _set("and are but can car for fore her him his man may men not our out over per pro ten the under up with")
#: Second parts that follow a hyphen in English, not the hyphen of a line break.
_SECONDS = _set(
    "aware based bit consuming defined dependent dimensional driven free friendly known led level like linear made "
    "oriented paced prone purpose related sized specific style term time wide world year"
)
#: Words made of two words, which no document needs to know to write.
_CLOSED = _set(
    "another anybody anyone anything anywhere background because become before behind below beside besides between "
    "beyond cannot database dataset everybody everyone everything everywhere forget framework furthermore hardware "
    "however input inside into moreover network nevertheless nobody nothing notebook nowhere offline online onto "
    "otherwise outcome output outside overview somebody someone something sometimes somewhere software therefore "
    "throughout today together toward towards understand understanding update upon website whatever whenever "
    "whereas wherever whether within without workflow workshop"
)
_LINK = re.compile(r"(?:://|\bwww\.|\w@\w)(?:\S*[/\-_=?&#%.])?$")


@dataclass(frozen=True)
class Lexicon:
    """The words of a document: what tells a hyphen of the line break from a hyphen of the word."""

    words: Counter[str] = field(default_factory=Counter)
    compounds: Counter[str] = field(default_factory=Counter)
    firsts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, lines: Iterable[PrintedLine]) -> Lexicon:
        """Counts the words of the lines; a word that a line break may have cut is left out."""
        lexicon = cls()
        cut = ""
        for line in lines:
            text = line.text.lower()
            if cut:
                text = text.partition(" ")[2]
            cut = text[-1:] if text[-1:] in _HYPHENS else ""
            if cut:
                text = text.rpartition(" ")[0]
            lexicon.words.update(_WORD.findall(text))
            if "-" in text or "\u2010" in text:
                found = [word.replace("\u2010", "-") for word in _COMPOUND.findall(text)]
                lexicon.compounds.update(found)
                lexicon.firsts.update(word.partition("-")[0] for word in set(found))
        return lexicon

    def soft(self, first: str, second: str) -> bool:
        """Whether a hyphen at the end of a line, between these two, belongs to the line break."""
        left, right = _last_word(first), _first_word(second)
        if not left or not right:
            return False
        low, whole, compound = left.lower(), (left + right).lower(), f"{left}-{right}".lower()
        if self.words[whole] or self.compounds[compound]:
            return self.words[whole] >= self.compounds[compound]
        if not right[:1].islower() or (left.isupper() and len(left) > 1) or len(left) == 1 or len(right) < 3:
            return False
        if _stem_known(whole, self.words) or whole in _CLOSED:
            return True
        if "-" in first.split()[-1][:-1] or low in _KEEPING or re.match(r"[^\W\d_]+-[^\W\d_]", second):
            return False
        known_left, known_right = self.words[low] > 0, self.words[right.lower()] > 0
        if (self.firsts[low] and known_right and len(left) > 2) or (
            right.lower() in _SECONDS and (known_left or len(left) > 3)
        ):
            return False
        if low in _BEGINNING:
            return True
        return not (known_left and known_right and len(left) > 2)


def _last_word(text: str) -> str:
    found = re.search(r"[^\W\d_]+$", text.rstrip(_HYPHENS))
    return found.group() if found else ""


def _first_word(text: str) -> str:
    found = re.match(r"[^\W\d_]+", text)
    return found.group() if found else ""


def _stem_known(word: str, words: Counter[str]) -> bool:
    for ending in ("s", "es", "ed", "d", "ing", "ly", "al", "er", "ment", "ness"):
        if words[word + ending] or (word.endswith(ending) and words[word[: -len(ending)]] and len(word) > 6):
            return True
    return word.endswith("ing") and words[word[:-3] + "e"] > 0


@dataclass(slots=True)
class SetLine:
    """A printed line in the text: offsets of its characters and of its words, relative to the passage."""

    line: PrintedLine
    start: int
    end: int
    words: list[tuple[int, int, float, float]]


@dataclass(slots=True)
class SetPassage:
    """The text of a passage, its printed lines and its runs that are set apart."""

    text: str
    lines: list[SetLine]
    emphasis: list[tuple[int, int]]


def line_text(line: PrintedLine) -> tuple[str, list[tuple[int, int, int]]]:
    """The characters of a line, scripts as such, and (start, end, style) of its runs."""
    parts: list[str] = []
    styles: list[tuple[int, int, int]] = []
    at = 0
    for run in line.runs:
        text = _script(run) if run.shift else run.text
        if at == 0:
            text = text.lstrip()
        if text:
            parts.append(text)
            styles.append((at, at + len(text), run.style))
            at += len(text)
    return "".join(parts).rstrip(), styles


def _script(run: Run) -> str:
    if not _SCRIPT.fullmatch(run.text.strip()):
        return run.text
    return run.text.translate(_RAISED if run.shift > 0 else _LOWERED)


def typeset(passage: Passage, lexicon: Lexicon) -> SetPassage:
    """The text of a passage."""
    return _Setter(lexicon).set(passage)


class _Setter:
    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.parts: list[str] = []
        self.length = 0
        self.lines: list[SetLine] = []
        self.styles: list[tuple[int, int, int]] = []

    def set(self, passage: Passage) -> SetPassage:
        if passage.kind == "table" and passage.cells:
            self._rows(passage.cells)
        elif passage.kind == "code":
            self._listing(passage.lines)
        elif passage.breaks:
            for line, separator in zip(passage.lines, passage.breaks, strict=True):
                self._add(line, separator if self.length else "")
        else:
            self._flow(passage.lines, passage.tab)
        text = "".join(self.parts)
        return SetPassage(text, self.lines, self._emphasis(passage.kind))

    def _flow(self, lines: Sequence[PrintedLine], tab: int | None = None) -> None:
        for index, line in enumerate(lines):
            text = line_text(line)[0]
            after = line_text(lines[index + 1])[0] if index + 1 < len(lines) else ""
            self._add(line, "" if not self.length or self.joined else " ", drop=self._drops(text, after))
            self.joined = bool(after) and (
                self.dropped or _hyphened(text, after) or _link_goes_on(text, after) or _name_goes_on(lines, index)
            )
            if index == 0 and tab is not None:
                self._tab(tab)

    joined = False
    dropped = False

    def _drops(self, text: str, after: str) -> bool:
        if _link_goes_on(text, after):
            return False
        if not after or text[-1:] not in _HYPHENS or len(text) < 2 or not (text[-2].isalnum() or text[-1] == "\u00ad"):
            return False
        return text[-1] == "\u00ad" or self.lexicon.soft(text, after)

    def _tab(self, at: int) -> None:
        """Turns the white space at word `at` of the only line so far into a tab."""
        words = self.lines[-1].words
        if 0 < at < len(words):
            text = "".join(self.parts)
            end, begin = words[at - 1][1], words[at][0]
            if begin == end + 1:
                self.parts = [text[:end], "\t", text[begin:]]

    def _rows(self, rows: Sequence[Sequence[Sequence[PrintedLine]]]) -> None:
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                separator = "\t" if place else "\n" if number else ""
                self.parts.append(separator)
                self.length += len(separator)
                self.joined = True
                self._flow(cell)

    def _listing(self, lines: Sequence[PrintedLine]) -> None:
        left = min(line.x0 for line in lines)
        wide = _character_width(lines)
        usual = min((b.base - a.base for a, b in pairwise(lines) if b.base > a.base), default=0.0)
        before: PrintedLine | None = None
        for line in lines:
            blank = before is not None and before.page == line.page and 0 < 1.6 * usual < line.base - before.base
            separator = "" if before is None else "\n\n" if blank else "\n"
            self._add(line, separator + " " * round((line.x0 - left) / wide))
            before = line

    def _add(self, line: PrintedLine, separator: str, drop: bool = False) -> None:
        text, styles = line_text(line)
        self.dropped = drop
        if drop:
            text = text[:-1]
        text = text.replace("\u00ad", "")
        self.parts.append(separator + text)
        start = self.length + len(separator)
        end = start + len(text)
        self.length = end
        self.styles += [
            (start + low, min(start + high, end), style) for low, high, style in styles if start + low < end
        ]
        self.lines.append(SetLine(line, start, end, _extents(line, text, start)))

    def _emphasis(self, kind: str) -> list[tuple[int, int]]:
        if kind in {"code", "heading", "formula"}:
            return []
        text = "".join(self.parts)
        weight: Counter[int] = Counter()
        for low, high, style in self.styles:
            if not style & MATH:
                weight[style & (BOLD | ITALIC | MONO)] += sum(map(str.isalpha, text[low:high]))
        most = weight.most_common(1)[0][0] if weight else 0
        found: list[tuple[int, int, int]] = []
        for low, high, style in self.styles:
            kept = style & (BOLD | ITALIC | MONO)
            # Where all is italic, as in a theorem, what is upright is set apart; numbers and signs are so anyway.
            upright = kept == 0 and most == ITALIC and not style & MATH and _LONG_WORD.search(text, low, high)
            if kept == most or (kept == 0 and not upright):
                continue
            if found and found[-1][2] == kept and not text[found[-1][1] : low].strip():
                found[-1] = (found[-1][0], high, kept)
            else:
                found.append((low, high, kept))
        spans = [span for low, high, _ in found if (span := _trimmed(text, low, high)) is not None]
        return [(low, high) for low, high in spans if _WORD.search(text, low, high) and "\t" not in text[low:high]]


def _hyphened(text: str, after: str) -> bool:
    if text[-1:] in "—–":
        return not text[-2:-1].isspace() and len(text) > 1 and after[:1].isalnum()
    return text[-1:] in _HYPHENS and text[-2:-1].isalnum() and after[:1].isalnum()


def _name_goes_on(lines: Sequence[PrintedLine], index: int) -> bool:
    """Whether a file name or the like, in typewriter type, was broken at the end of the line."""
    a, b = lines[index], lines[index + 1]
    if not a.runs[-1].style & b.runs[0].style & MONO:
        return False
    end, begin = a.text[-1:], b.text[:1]
    if end == ":":
        return b.text.startswith("//")
    return (end in "/_=@" and (begin.isalnum() or begin in "/.~_")) or (
        end == "." and (begin.islower() or begin == "{")
    )


def _link_goes_on(text: str, after: str) -> bool:
    """Whether a link was broken at the end of the line."""
    if "://" not in text and "www." not in text and "@" not in text:
        return False
    return _LINK.search(text) is not None and (after[:1].islower() or (text[-1] != "." and after[:1].isalnum()))


def _trimmed(text: str, low: int, high: int) -> tuple[int, int] | None:
    inside = text[low:high]
    low += len(inside) - len(inside.lstrip())
    high -= len(inside) - len(inside.rstrip())
    return (low, high) if low < high else None


def _character_width(lines: Sequence[PrintedLine]) -> float:
    widths = [(line.x1 - line.x0) / len(line.text) for line in lines if len(line.text) > 3]
    return max(1.0, sorted(widths)[len(widths) // 2]) if widths else 0.6 * lines[0].size


def _extents(line: PrintedLine, text: str, start: int) -> list[tuple[int, int, float, float]]:
    words = text.split()
    if len(words) == len(line.words):
        extents, at = [], 0
        for word, (x0, x1) in zip(words, line.words, strict=True):
            at = text.index(word, at)
            extents.append((start + at, start + at + len(word), x0, x1))
            at += len(word)
        return extents
    found = list(re.finditer(r"\S+", text))
    scale = (line.x1 - line.x0) / max(1, len(text))
    return [
        (start + match.start(), start + match.end(), line.x0 + scale * match.start(), line.x0 + scale * match.end())
        for match in found
    ]
