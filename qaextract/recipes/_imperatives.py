"""Imperative descriptions ("Print the heights and exit"), as they are said of the thing that acts."""

from __future__ import annotations

import re

from qaextract.english import FUNCTION_WORDS
from qaextract.recipes._verbs import ALSO_NOUNS, VERBS, in_third_person

#: What the object of a verb begins with, or what else shows that the word before is one.
OBJECT = re.compile(
    r"(?:an?|the|all|any|each|every|its?|your|their|one|two|both|no|only|what|whether|how|that|if|to|into|from|with|on"
    r"|in|using|or|and"
    r"|out|up|down|off|back|over|information|files|lines|text|output|messages)$"
)
_DETERMINER = re.compile(r"(?:an?|the|all|any|each|its?|them)$")
_JOINED = re.compile(
    r"(?P<joint>(?:(?:^|,?\s)(?P<word>and|or|then|but|otherwise)\s|,\s)(?:then\s|also\s|(?!only\s)[a-z]+ly\s)?)"
    r"(?P<verb>do not [a-z]+|[a-z]+)\b(?=(?P<next>\s[a-z]+|[.,]|$)?)"
)


def indicative(text: str) -> str:
    """An imperative as it is said of the thing that does it: "prints the heights and exits"; empty if unsure."""
    first, _, rest = text.partition(" ")
    if not first.isalpha() or re.search(
        r"\byour?\b|\byourself\b|[;:]\s|\.\s|\b(?:and|or|then)\s\(|\([a-z]+ (?:it|them)\b", rest
    ):
        return ""

    def joined(found: re.Match[str]) -> str:
        verb, after = found["verb"], (found["next"] or "").strip()
        if verb.startswith("do not "):
            return f"{found['joint']}does{verb[2:]}"
        if not found["word"]:  # the next of several nouns, more often than of several verbs
            return f"{found['joint']}{in_third_person(verb)}" if verb in VERBS and OBJECT.match(after) else found[0]
        shaped = (
            _DETERMINER.match(after) and verb not in FUNCTION_WORDS and not re.search(r"(?:s|\w{2}ing|ed|ly)$", verb)
        )
        if shaped or (verb in VERBS and (verb not in ALSO_NOUNS or OBJECT.match(after))):
            return f"{found['joint']}{in_third_person(verb)}"
        return found[0]

    told = _JOINED.sub(joined, rest)
    unsure = any(found["verb"] in VERBS and found["word"] for found in _JOINED.finditer(told))
    return "" if unsure else f"{in_third_person(first.lower())} {told}"
