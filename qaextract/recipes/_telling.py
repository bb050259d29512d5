"""Whether what is said of a name says more than the name itself."""

from __future__ import annotations

import re

from qaextract.english import content_words, stem, word_set

_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_SPELLED = {"max": "maximum", "min": "minimum", "num": "number", "dir": "directory", "msg": "message", "src": "source"}
#: Words that hardly anything is told by.
_PLAIN = frozenset(
    map(
        stem,
        word_set(
            "output file name set enable disable number specify define give use used using create contain value option "
            "default command function parameter variable argument show print display make provide allow type list "
            "select choose change control determine several certain some various method class macro directive "
            "attribute field property routine procedure operator keyword flag setting"
        ),
    )
)
#: Names that stand for any name.
_EXAMPLE = re.compile(
    r"(?:^|[^A-Za-z])(?:(?i:foo|bar|baz|quux|example|dummy)(?![A-Za-z])|my(?:[-_]|[A-Z]))|\bmy[a-z]{3,}\.[a-z]"
)
#: A keyword or a word with its kind, whose owner is not said: ":test", "(signed n)", "Function (free x)".
_PART = re.compile(r"\bbug\b|#\d|^[:(]|^\[\d+\]|^\w+:\w+$|^[A-Z][a-z]+ \(|^\d")
_RUN_ON = re.compile(
    r"[a-z)] (?:Takes|Sets|Returns|Gives|Uses|Makes|Prints|Shows|Creates|Specifies|Defines|This|The|It|If)\b"
)
_FEW_CONTENT = 8


def is_own_name(term: str) -> bool:
    """Whether the term is a name that means something by itself, and not an example or a part of something."""
    return not (_EXAMPLE.search(term) or _PART.search(term))


def tells(term: str, text: str) -> bool:
    """Whether the text has two words of content or more that the name does not spell out, and is in one piece."""
    pieces = {piece.lower() for piece in _PIECE.findall(term)}
    pieces |= {_SPELLED[piece] for piece in pieces & _SPELLED.keys()}
    joined = "".join(re.findall(r"[a-z]+", term.lower()))
    said = {word for word in content_words(text) if len(word) > 2}
    new = {
        word
        for word in said - _PLAIN
        if word not in {stem(piece) for piece in pieces}
        and not any(len(word) > 3 and piece.startswith(word[:5]) for piece in pieces)
        and not (len(word) > 3 and word in joined)
    }
    vague = len(said) < _FEW_CONTENT and re.search(r"\b(?:several|certain|some)\b", text, re.IGNORECASE)
    return len(new) >= 2 and not vague and not _RUN_ON.search(text) and not text.rstrip().endswith("?")
