"""Prose of docstrings made fit to answer with: markup removed, and only what can be understood alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qaextract import english
from qaextract.model import Span

_ROLE = re.compile(r":[\w:+-]*:`(?:[^`<]*<)?[~!]?\.?([^`<>]+?)>?`(?:_+)?")
_ROLE_NAMES_PATH = re.compile(r":[\w:+-]*:`~[^`]*\.([^`.]+)`")
_LITERAL = re.compile(r"``(.+?)``")
_DOTTED = re.compile(r"`[~!]?\.([A-Za-z_][\w.]*)`")
_SUBSTITUTION = re.compile(r"\\?\|(_?[A-Za-z]\w*)\|_?")
_LINK = re.compile(r"`([^`<]+?)\s*<[^`>]*>`_{1,2}")
_REFERENCE = re.compile(r"`([^`]+)`_{1,2}(?!\w)")
_FOOTNOTE = re.compile(r"\s?\[(?:\d+|#\w*|[A-Z]\w+)\]_")
_EMPHASIS = re.compile(r"(?<![\w*`])\*{1,2}([A-Za-z][\w.]*)\*{1,2}(?![\w*`])")
_STRESSED = re.compile(r"(?<![\w*`])(\*{1,2})(?=\w)([^*`]+?)(?<=\w)\1(?![\w*`])")
_UNDERLINED = re.compile(r"(?<![\w`])_([a-z]+)_(?![\w`])")
_DEFAULT = re.compile(r"\s*\[(?:default|optional|required)\b[^\]]*\]\.?", re.IGNORECASE)
_CODE = re.compile(r"`[^`]+`")
#: Prose that speaks to the maintainer, points elsewhere, or stands for something that is not said.
_UNFIT = re.compile(
    r"\b(?:this|these|those|following|previous(?:ly)?|see|section|chapter|here|ditto|same as|similar to"
    r"|analogous(?:ly)?|likewise|as before|refer|overrid(?:e|es|den|ing)|reimplement\w*|re-implement\w*"
    r"|subclass(?:es)? (?:should|must|may|can)"
    r"|internal(?:ly)?|private|backwards?[ -]compat\w*|deprecated|obsolete|unused|ignored|not used"
    r"|placeholder|stub|helper|dummy"
    r"|to ?do|fixme|xxx|hack|documentation|docs|docstring|for more|for details|version \d|(?:added|changed|new) in"
    r"|we|our|us|i|my|blah|foo|etc|e\.g|see also|note|et al)\b"
    r"|\b(?:above|below)\b(?! (?:the|an?|its|zero|\d))|\.\.\.|https?:|www\.|\?|\|[^|\s]+\||@\w|==>|-->|\bFig\b|_$",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"(?:If|Otherwise|Else|By default|Defaults to|Default is|The default is|When|Must|May)\b")
#: A passage that begins with one of these words has lost its beginning.
_OPENING = re.compile(
    r"(?!(?:of|to|and|or|but|with|which|that|by|from|than|as|is|are|was|were|has)\b)[\w`'\"([<$-]", re.IGNORECASE
)
#: The words that a name is put together from: "basicConfig", "sorted_list".
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"))
_LONGEST = 320


def sentence(text: str, span: Span) -> Span | None:
    """The first sentence of a passage; None where it is a lead-in to something, or is not closed."""
    found = english.sentences(span.of(text))
    if not found:
        return None
    first = Span(span.start + found[0].start, span.start + found[0].end)
    return None if first.of(text).endswith((":", ",", ";", "-", "(")) else first


def with_alternatives(text: str, span: Span) -> Span | None:
    """The first sentence of a passage with those behind it that go on with another case: "If ... Otherwise ..."."""
    first = sentence(text, span)
    if first is None:
        return None
    end = first.end
    for found in english.sentences(text[first.end : span.end]):
        if not _ALTERNATIVE.match(text, first.end + found.start):
            break
        end = first.end + found.end
    return Span(first.start, end)


def clean(raw: str) -> str | None:
    """The prose in Markdown on one line; None where it cannot be understood, or printed, alone."""
    text = _DEFAULT.sub("", " ".join(raw.split()))
    text = _ROLE_NAMES_PATH.sub(r"`\1`", text)
    text = _ROLE.sub(r"`\1`", text)
    text = _LITERAL.sub(r"`\1`", text)
    text = _DOTTED.sub(r"`\1`", _SUBSTITUTION.sub(r"`\1`", text))
    text = _FOOTNOTE.sub("", _REFERENCE.sub(r"\1", _LINK.sub(r"\1", text)))
    text = _EMPHASIS.sub(r"`\1`", text)
    text = _UNDERLINED.sub(r"\1", _STRESSED.sub(r"\2", text))
    return text if _is_fit(text) else None


def _is_fit(text: str) -> bool:
    plain = _CODE.sub("Q", text)
    balanced = all(plain.count(opening) == plain.count(closing) for opening, closing in _PAIRS)
    return (
        _OPENING.match(text) is not None
        and len(text) <= _LONGEST
        and balanced
        and "`" not in plain
        and "*" not in re.sub(r"\*{1,2}\w|\w ?\* ?\w", "", plain)
        and plain.count('"') % 2 == 0
        and not text.endswith((":", ",", ";", "-", " and", " or", " the", " a", " of", " to"))
        and _UNFIT.search(plain) is None
        and "\\" not in text
        and english.dangling("The symbol Q. " + text) is None
    )


def as_sentence(text: str) -> str:
    """The text with a capital at its beginning and a full stop at its end."""
    return capitalised(text) if text.endswith((".", "!")) else capitalised(text) + "."


def capitalised(text: str) -> str:
    """The text with a capital at its beginning, unless it begins with a name that is written otherwise."""
    first = re.match(r"[a-z]+(?![\w.(\[=])", text)
    return text[0].upper() + text[1:] if first else text


def uncapitalised(text: str) -> str:
    """The text as it stands inside a sentence: its first letter small, unless the word is a name or an acronym."""
    first = re.match(r"[A-Z][a-z]*(?=[\s,-])", text)
    return text[0].lower() + text[1:] if first and first[0] not in _CAPITAL else text


_CAPITAL = {"True", "False", "None", "Python", "Unicode", "Gaussian", "Euclidean", "Boolean", "Fourier", "Newton", "I"}
#: Stems that every docstring has: they tell nothing of what the function does.
_PLAIN = frozenset(
    english.words(
        """
        argument basic bool calculat call check class comput construct constructor contain creat current data default
        dict do err error fals function gener get give given handl hold if implement initialis initializ initialize
        instanc int item list make method name new none number obj objec object otherwis parameter perform provid rais
        represent representation result return run see self set simpl specified str string test true tuple typ us used
        valu whether
        """
    )
)


def says_more(text: str, names: Iterable[str], least: int) -> bool:
    """Whether the text has at least `least` content words that are not in the names and not in every docstring."""
    names = list(names)
    joined = [name.lower().replace("_", "") for name in names]
    beginnings = {piece[:5].lower() for name in names for piece in _PIECE.findall(name) if len(piece) >= 5}
    new = {
        stem
        for stem in english.content_words(text)
        if len(stem) > 1
        and stem not in _PLAIN
        and stem[:5] not in beginnings
        and not any(stem == name or (len(stem) > 2 and stem in name) for name in joined)
    }
    return len(new) >= least
