"""What an abbreviation stands for, where the text spells it out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from qaextract.english import content_words
from qaextract.model import Chunk, Document, Draft, Span
from qaextract.points import recipes
from qaextract.recipes._fitness import debris
from qaextract.recipes._grammar import is_plural
from qaextract.recipes._prose import OncePerDocument, is_matter, sentences_of
from qaextract.recipes._subject import asked_within, subject

_SHORT = r"[A-Z][A-Za-z0-9]*(?:[&/-][A-Z0-9]+)*"
_AFTER = re.compile(
    r"(?P<long>(?:[^\s,;:()“”\"]+\s){1,9}?[^\s,;:()“”\"]+)”?\s"
    rf"\((?:abbreviated(?: as)?\s|or\s)?[“\"]?(?P<short>{_SHORT})[”\"]?\)"
)
_BEFORE = re.compile(rf"(?<![\w(-])(?P<short>{_SHORT})\s\([“\"]?(?P<long>[A-Za-z][^(),;:=“”\"]{{5,80}})[”\"]?\)")
_SAID = re.compile(
    rf"(?<![\w(-])(?P<short>{_SHORT})[”\"]?,?\s(?:(?:which\s)?stands for"
    r"|is (?:short|an acronym|an abbreviation|the abbreviation) (?:for|of))\s(?:the\s)?"
    r"[“\"]?(?P<long>[A-Za-z][^(),;:.“”\"]{5,80}?)[”\"]?(?=[.,;:)]|\s(?:and|which|is)\b)"
)
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "de",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "over",
        "per",
        "the",
        "to",
        "und",
    ]
) | {"via", "with"}
_ROMAN = re.compile(r"[IVXLC]+s?$")


_FEW_LETTERS = 3


class AbbreviationDraft(Draft):
    """An abbreviation and what it stands for."""

    abbreviation: str
    expansion: str


@dataclass(frozen=True)
class _Found:
    short: str
    long: str
    span: Span


@recipes.register("abbreviation")
@dataclass(frozen=True)
class Abbreviation:
    """What does ABC stand for? Answered by the words whose initials it is, where the text puts the two together."""

    draft: ClassVar[type[Draft]] = AbbreviationDraft
    quota: int = 3
    share: float = 1.0

    def accepts(self, chunk: Chunk) -> bool:
        """Whether capitals stand in brackets or before them, or something is said to stand for something."""
        return bool(
            re.search(r"\([“\"]?[A-Z]|[A-Z]{2}s? \(|stands for|short for|abbreviat|acronym", chunk.text)
        ) and not is_matter(chunk)

    def find(self, chunk: Chunk, document: Document) -> Iterable[AbbreviationDraft]:
        """One draft for each abbreviation that the chunk is the first to spell out."""
        for found in _abbreviations(document):
            # Few letters stand for many things: somebody must say where.
            if found.span in chunk.span and (len(found.short) > _FEW_LETTERS or subject(document)):
                asked = f"What does {found.short} stand for?"
                # The title would give the answer.
                named = set(content_words(subject(document)))
                told = len(set(content_words(found.long)) & named) > 1
                yield AbbreviationDraft(
                    question=asked if told else asked_within(document, asked),
                    answer=f"{found.short} stands for {found.long}.",
                    quotes=(found.span.of(document.text),),
                    abbreviation=found.short,
                    expansion=found.long,
                )


#: What documents call themselves.
_OWN_FORM = frozenset({"FAQ", "TOC", "ToC", "RFC", "README", "TM"})


@OncePerDocument
def _abbreviations(document: Document) -> list[_Found]:
    """The abbreviations of a document, each where it is spelled out first; none that is spelled out in two ways."""
    found: dict[str, _Found] = {}
    doubtful: set[str] = set()
    for block in document.blocks:
        if block.kind not in ("paragraph", "list", "footnote", "caption"):
            continue
        if not re.search(r"[A-Z][A-Za-z]*[A-Z]|[A-Z]\d", block.span.of(document.text)):
            continue
        for sentence in sentences_of(document, block):
            for short, expansion in spelled_out(sentence.text):
                one, long = short.removesuffix("s"), re.sub(r"['’]s?$", "", expansion)
                if one in _OWN_FORM:
                    continue
                known = found.setdefault(one, _Found(short, long, sentence.span))
                if _normal(known.long) != _normal(long):
                    doubtful.add(one)
    return sorted((item for one, item in found.items() if one not in doubtful), key=lambda item: item.span)


def _normal(long: str) -> str:
    return re.sub(r"s\b|[\W_]", "", long.lower())


def spelled_out(text: str) -> Iterator[tuple[str, str]]:
    """The abbreviations of a sentence, each with the words that it is made of."""
    for match in _AFTER.finditer(text):
        words = match["long"].split(" ")
        short = match["short"]
        made = (
            " ".join(words[start:])
            for inside in (False, True)
            for start in range(len(words) - 1, -1, -1)
            if _is_made_of(short, words[start:], inside)
        )
        if long := next(made, ""):
            yield from _checked(short, long)
    for pattern in (_BEFORE, _SAID):
        for match in pattern.finditer(text):
            if _is_made_of(match["short"], match["long"].split()):
                yield from _checked(match["short"], match["long"])


def _checked(short: str, long: str) -> Iterator[tuple[str, str]]:
    long = long.strip(" '’‘`")
    capitals = sum(map(str.isupper, short))
    if capitals < 2 or _ROMAN.match(short) or (len(long.split()) < 2 and "-" not in long) or debris(long):
        return
    if re.search(r"[\d\\_=<>/|@]", long) or long.isupper() or short in re.split(r"[\s-]", long):
        return
    yield _singular(short, long)


def _singular(short: str, long: str) -> tuple[str, str]:
    """The pair without the plural: NN and "neural network" of "neural networks (NNs)"."""
    if not re.fullmatch(r".*[A-Z]s", short) or not is_plural(long):
        return short, long
    if long.endswith("ies"):
        return short[:-1], long[:-3] + "y"
    if re.search(r"(?:ss|sh|ch|x|z)es$", long):
        return short[:-1], long[:-2]
    return short[:-1], long[:-1]


def _is_made_of(short: str, words: list[str], letters_inside: bool = True) -> bool:
    """Whether the letters of the abbreviation are the initials of the words, in order, all words of weight used.

    With `letters_inside`, one or two may stand inside a long word ("Hypertext"); small words need no letter.
    """
    letters = re.sub(r"[\W\d_]", "", short[:-1] if re.fullmatch(r".*[A-Z0-9]s", short) else short).lower()
    pieces = [piece for word in words for piece in re.split(r"[-/–]", word.strip("’'")) if piece]
    if not pieces or len(letters) < 2 or {pieces[0].lower(), pieces[-1].lower()} & _SMALL:
        return False
    # A digit counts words that are not there: "remainder in Scheme" is not R6RS.
    most = min(2, len(letters) // 3) if letters_inside and not re.search(r"\d[A-Z]", short) else 0
    return _fits(letters, [piece.lower() for piece in pieces], inside=most)


def _fits(letters: str, words: list[str], inside: int) -> bool:
    if not words:
        return not letters
    word, rest = words[0], words[1:]
    if letters and word[0] == letters[0]:
        for taken in range(1, len(letters) + 1):
            if taken - 1 > inside or not _in_order(letters[1:taken], word[1:]):
                break
            if _fits(letters[taken:], rest, inside - (taken - 1)):
                return True
    return word in _SMALL and _fits(letters, rest, inside)


def _in_order(letters: str, word: str) -> bool:
    at = -1
    for letter in letters:
        at = word.find(letter, at + 1)
        if at < 0:
            return False
    return True
