"""Which descriptions say what kind of thing something is, and what sets it apart."""

from __future__ import annotations

import re

from qaextract.english import content_words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: What a description begins with that judges or compares, instead of saying what a thing is.
_JUDGING = _words(
    "fundamental central concept notion wonderful amazing excellent handy neat fun "
    "good great nice useful common convenient powerful popular lot must matter mistake problem reason example case "
    "better best perfect fine poor bad bug error few number couple typical possible natural reasonable sensible "
    "serious big huge major important essential key crucial frequent only same default first second third last next "
    "main primary right wrong following result purpose other least simplest easiest safest usual preferred "
    "recommended consequence question nontrivial trivial real new way step victory feature sign hint solution "
    "exception alternative choice candidate instance synonym alias shorthand shortcut valid legal illegal invalid "
    "true false subject topic author name registered trademark additional further complex outdated obsolete old "
    "similar analogous strange strong weak well-known famous direct obvious clear interesting excellent neat handy "
    "tricky very rather quite fairly really more most bit little extremely highly totally completely especially "
    "prerequisite requirement informative particularly relatively much slightly truly small large short long tiny vast"
)
_JUDGING_PHRASE = re.compile(
    r"(?:an?|the|one)\s(?:means to an|standard way|simple matter|special case|tool of choice|variant (?:that|which))\b"
)
#: What the description compares with, which a reader does not see; or whose limits come later.
_ELSEWHERE = re.compile(
    r"\b(?:just like|(?:as|like) in the|satisfying (?:two|three|four|the following)|(?:two|three|four|five|several)"
    r" (?:requirements|conditions|properties|parts|things|axioms)$)\b"
)
#: Where a condition goes on: what stands before it is not the whole of it.
_AND_NOT = re.compile(r",?\s(?:and|but)\s(?:this|these|that|not|no|none|neither|also|if|only)\b")
#: Where the description goes on from what kind of thing it is to what sets it apart.
_DIFFERENCE = re.compile(
    r"\b(?:that|which|who|whose|where|whereby|of|for|used|in|with|to|from|by|between|containing|consisting|made|having"
    r"|designed|within|without|when|on|at|over|about|along|during"
    r"|(?!nothing|something|anything|everything|string|thing)[a-z]{3,}(?:ing|ed))\b"
)
_LEAST_CONTENT = 3
_MOST_WORDS = 60
_VERBS = "is|are|was|were|has|have|had|can|could|will|would|may|must|do|does|did"
_VERB = re.compile(rf"\b(?:{_VERBS})\b")
_RELATIVE = re.compile(r"\b(?:that|which|who|whose|where|when|what)\b")
#: Where a second statement begins in a sentence that has made its definition.
_SECOND = re.compile(
    r"\s*(?:;\s|(?<=[a-z]{3})(?<!etc)\.\s|\s[-–—]\s|:\s(?=.*\b(?:is|are|has|have|can|there|it|you|we|means|do|does)\b)"
    r"|\sand\s(?:it|they)\s|,?\s(?:that|which)\s(?:has|have)\sbecome\spopular.*"
    r"|\sand\s(?:an?\s|the\s)?[\w’'-]+\s(?:is|are)\s(?:an?|the)\b"
    r"|,?\s(?:and|but|so|or)\s(?:it|they|there|thus|therefore|then)\b"
    r"|,\swhereas\s|,\s(?:while|whereas)\san?\s(?:[\w’'-]+\s){1,3}?(?:is|are)\s"
    rf"|,\s(?:and|but|so)\s(?:an?\s|the\s|its\s|their\s)?(?:[\w’'-]+\s){{1,4}}?(?:{_VERBS})\b"
    r"|,\s(?:moreover|in fact|in other words|however|although|though|since|because|thus|therefore|hence|i\.e\.,? we)\b"
    r"|,\s(?!which\b|that\b|where\b|whose\b|who\b|when\b|if\b|as\b)(?:the\s|an?\s)?[\w’'-]+\s(?:is|are)\s"
    r"|\s\([^()]*\byou\b[^()]*\))"
)
#: A second verb of the sentence, unless a clause that began before it takes the verb.
_SECOND_VERB = re.compile(rf",?\s(?:and|but|so|or)\s(?:{_VERBS}|like)\b")
_SEE = re.compile(r",?\s\((?:[^()]*\b)?(?:see|cf\.?|refer to|described|discussed)\b[^()]*\)", re.IGNORECASE)
#: What a description cannot end with: it was cut, or a sign is missing.
_OPEN_END = re.compile(
    r"\b(?:of|for|in|on|at|by|with|from|to|into|and|or|the|an?|that|which|is|are|as|than|where(?:\s\w+)?|between)$"
)
#: "A relation is a preorder if ..." defines the preorder.
_CONDITION = re.compile(r"^an?\s[^,]{1,50}?\s(?:if|iff|when|whenever|provided|unless)\b")
_BARE_PART = re.compile(r"^(?:an?\s|the\s)?part of (?:the|an?|its|your)\s[\w\s-]+$")


def explains_itself(term: str, meaning: str) -> bool:
    """Whether the kind of thing that is named first is the term again."""
    found = _DIFFERENCE.search(meaning)
    genus = meaning[: found.start()] if found else meaning
    again = (" " in term or not term.islower()) and f" {term} " in f" {meaning} "
    return again or set(content_words(term)) <= set(content_words(genus))


def core(meaning: str) -> str:
    """What a description says before a second statement begins, without the full stop."""
    meaning = _SEE.sub("", meaning)
    if found := _SECOND.search(meaning):
        meaning = meaning[: found.start()]
    found = _SECOND_VERB.search(meaning)
    if found and not _RELATIVE.search(meaning[: found.start()]):
        meaning = meaning[: found.start()]
    return meaning.rstrip(" .,;:")


_MATHS = re.compile(
    r"[₀-₟ⁿ⁰-⁹¹∈⊂⊆∪∩→↦≤≥≠∘≈∞⊗⊕×α-ωΑ-Ω]|\s[=<>]\s|\b[A-Za-z]\([A-Za-z][,)]|\[[A-Z]\s?\]"
    r"|(?<![\w’'])[b-zBD-HJ-QT-WYZ](?![\w+#’'-]|\.\w)"
)


#: "a set V", "two elements x and y": a letter that the sentence brings in itself.
_LETTER = re.compile(
    r"\b(?:an?|any|some|every|each|two|all)(?:\s(?!of\b)[a-z-]+){1,3}?\s(?P<a>[A-Za-z])(?:\sand\s(?P<b>[A-Za-z]))?(?=[\s.;]|,\s)"
)


def is_maths(text: str) -> bool:
    """Whether the text needs formulas to be read: plain text does not keep them well."""
    text = re.sub(r"\b(?:i\.e|e\.g)\.", "", text)
    letters = {
        letter for found in _LETTER.finditer(text) for letter in found.groups() if letter and letter not in "aAI"
    }
    if letters:
        text = re.sub(rf"(?<![\w’'])[{''.join(sorted(letters))}](?=[\s,.;]|$)", "it", text)
    return _MATHS.search(text) is not None


_BEFORE_HEAD = r"^(?:an?|the)\s(?:(?!(?:of|that|which|whose|for|in|to)\b)[\w+#/.-]+\s){0,6}?"
_TOOLS = re.compile(
    _BEFORE_HEAD
    + r"(?:command|function|program|utility|tool|package|library|macro|class|format|language|protocol|operator"
    r"|keyword|system|module|editor|compiler|interpreter|driver|style|framework|daemon|service|manager|encoding|extension"
    r"|method|algorithm|standard|environment|script|shell|distribution|server|client|database|project|version|engine|cipher"
    r"|implementation|solver|generator|parser|organization|company|product|network|simulator|prover|flag|interface|model)\b"
)


def names_tool(meaning: str) -> bool:
    """Whether the description says that it is a program, a command, a format or the like."""
    return _TOOLS.match(meaning) is not None


_PROCESS = re.compile(
    _BEFORE_HEAD.replace("6", "2")
    + r"(?:process|act|practice|study|method|technique|ability|capability|measure|science|art"
    r"|property|phenomenon|operation|procedure|branch|field|term|condition|rate|amount|degree|difference|ratio|technology"
    r"|discipline|theory|principle)\s(?:of|for|in|by|whereby|that|describing|to|between|which)\b"
)


def names_process(meaning: str) -> bool:
    """Whether the description says that it is an activity, a property or a quantity, as of a term without article."""
    return _PROCESS.match(meaning) is not None


def _judges(meaning: str) -> bool:
    words = meaning.lower().split()
    first = words[1:2] if words[0] in ("a", "an", "the", "one") else []
    return bool(_JUDGING & set(first)) or _JUDGING_PHRASE.match(meaning) is not None


def is_whole(whole: str, kept: str) -> bool:
    """Whether what was kept of a description is a definition without the rest, and without what stands elsewhere."""
    return _ELSEWHERE.search(kept) is None and _AND_NOT.match(whole[len(kept) :]) is None


def genus_fits(meaning: str, plural: bool, form: str) -> bool:
    """Whether the description says what kind of thing it is and what sets it apart."""
    words = meaning.split()
    if re.match(r"(?:\w+ly )?\w{2,}(?:ed|wn|en) (?:if|when|by|in|to|for|as|on|at|with|from|values?)\b", meaning):
        return False  # "are required if ...", "are assigned values": what happens to them
    if re.search(r"\b(?:examples?|similar)\b", " ".join(words[:5])) or _OPEN_END.search(meaning):
        return False
    if form == "is" and (_CONDITION.match(meaning) or (_BARE_PART.match(meaning) and not _RELATIVE.search(meaning))):
        return False
    if len(words) > _MOST_WORDS or len(content_words(meaning)) < _LEAST_CONTENT or _judges(meaning):
        return False
    if form == "named":
        return _is_noun_phrase(meaning)
    if form in ("term", "meant", "refers", "defined"):
        return words[0].lower() not in ("it", "they", "this", "that")
    if plural:
        return _is_plural_genus(meaning)
    start = re.match(r"(an?|the|any)\s(.+)$", meaning)
    if not start or not _DIFFERENCE.search(start[2]):
        return False
    return start[1] != "the" or bool(_THE_GENUS.match(start[2]))


_THE_GENUS = re.compile(
    r"(?:[\w-]+\s){1,5}?(?:of|that|which|who|at|in|on|by|for|from|to|where|between|with|used|[a-z]{3,}(?:ing|ed))\b"
)


def _is_noun_phrase(meaning: str) -> bool:
    """Whether what is named is a thing with something that sets it apart, and no whole sentence."""
    if re.search(r"\b(?:this|these|such|above|following|thing|things|example|now|currently)\b|[;:]", meaning, re.I):
        return False
    if re.search(r"\b(?:that|which|who|what)(?:\s\w+){0,3}$|,$", meaning):
        return False  # the naming is part of a clause that hangs on another noun
    verb = _VERB.search(meaning)
    if verb and not _RELATIVE.search(meaning[: verb.start()]):
        return False
    return _DIFFERENCE.search(meaning) is not None


_PREPOSITIONS = _words(
    "of to for by in with as from at on through into and themselves behind above below under over after before "
    "between using those that are heavier larger smaller typeset"
)
_PLURAL_GENUS = re.compile(
    r"(?:the\s)?((?:[\w-]+\s){0,4}?[\w-]{3,}s)\s(?:that|which|who|whose|used|of|for|containing|consisting|with|designed|defined"
    r"|in|to|between|from|made|where|in which|[a-z]{3,}ing)\b"
)
_PLURAL_JUDGING = _words(
    "wonderful excellent handy strong good important useful always usually often very common examples ways sometimes"
)


def _is_plural_genus(meaning: str) -> bool:
    found = _PLURAL_GENUS.match(meaning)
    if not found:
        return False
    words = found[1].split()
    return not (_PREPOSITIONS | _PLURAL_JUDGING) & set(words) and not words[0].endswith("ly")
