"""Articles, number and capitals of English phrases."""

from __future__ import annotations

import re

_AN = re.compile(
    r"^(?:8|11(?!\d)|18(?!\d)|[aeio](?!ne\b|nce\b|uro|u[aeo])|o(?!n[ce])|u(?!n[ie](?!n|m)|s[aeiu]|t[ei]|r[aeio]|bi|ke|fo|vu)|hour|honest|hono|heir)",
    re.IGNORECASE,
)
_SPELT_AN = re.compile(r"^(?:[AEFHILMNORSX](?:[A-Z0-9]|\b|[-.]))")
_SPELT = re.compile(r"^[A-Z](?:[A-Z0-9-]*(?:s\b|\b))")
_PREPOSITION = re.compile(r"\s(?:of|for|in|on|at|to|with|from|by|between|under|over|without|within|into|that|which)\s")
_SINGULAR_S = re.compile(
    r"(?:ss|us|is|ics|os|as|series|species|news|lens|means|alias|bias|gas|chaos|canvas|atlas|corps|always)$",
    re.I,
)
_PLURALS = frozenset(
    [
        "data",
        "criteria",
        "phenomena",
        "media",
        "people",
        "children",
        "men",
        "women",
        "vertices",
        "indices",
        "matrices",
        "axes",
    ]
)


def is_plural(noun: str) -> bool:
    """Whether the head of a noun phrase has the form of a plural."""
    head = _PREPOSITION.split(noun)[0].rstrip("`”\"')*").split()[-1:] or [""]
    word = re.split(r"[-/]", head[0])[-1]
    if re.fullmatch(r"[A-Z]{2,}s", word):
        return True
    return word.lower() in _PLURALS or (word.endswith("s") and len(word) > 2 and not _SINGULAR_S.search(word))


def capitalised(text: str) -> str:
    """The text with a capital at its beginning, unless it begins with code or a name in mixed case."""
    first = text.split(" ", 1)[0]
    if first[:1].islower() and (any(char.isupper() for char in first) or re.search(r"[\d_\\/.@<=(]\w", first)):
        return text
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """A sentence as it stands inside of another: a first word that is an ordinary word loses its capital."""
    first = re.match(r"[A-Z][a-z]*(?=[\s,'’-]|$)", text)
    if not first or (len(first[0]) == 1 and first[0] != "A"):
        return text
    return text[:1].lower() + text[1:]


def as_sentence(text: str) -> str:
    """The text with a capital at its beginning and a full stop at its end."""
    text = capitalised(text.strip()).rstrip(" ,;:–—-")
    return text if re.search(r"[.!?][”\"')\]]*$", text) else text + "."
