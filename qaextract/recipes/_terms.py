"""Which phrases are terms, and which descriptions say what a thing is."""

from __future__ import annotations

import re

from qaextract.english import content_words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words of grammar that no term holds; a term may hold "of", "and" and an article after "of".
_NOT_IN_TERMS = _words(
    "that which who whom whose this these those it its they their he she we you your our i is are was were be been has "
    "have had do does did can could may might must shall should will would not no if when while where why how because "
    "since although though than then so as but or in on at for from to by with without into about between among "
    "through during before after above below under over only also just even very more most less least many much few "
    "several all each every some any both either neither one two three four five other another such same there here "
    "what consequently however therefore thus"
)
#: Nouns that say what role something plays in the text or in an argument, and name no thing.
_ROLES = _words(
    "example way problem approach reason idea goal aim purpose result advantage disadvantage difference solution "
    "alternative exception drawback point thing case question answer note section chapter book paper manual document "
    "figure choice part kind type sort form version remark trick tip warning caveat consequence possibility benefit "
    "need lot matter fact issue task job rest majority side end beginning start effect situation thought discussion "
    "explanation description definition step strategy practice workaround limitation restriction requirement "
    "conclusion observation assumption key secret motivation intention hint bit mistake error bug trouble risk danger "
    "feature improvement attempt list author user reader name use usage default argument output input total remainder "
    "following text word words code sample method methods examples ways things cases options people others reasons results "
    "commands functions packages files changes names values arguments details topics sections chapters"
)
#: Adjectives that judge, count or pick out; a term that begins with one is a description of something.
_PICKING = _words(
    "good bad better best worse worst nice useful common simple typical popular new old further first second third "
    "fourth last next final previous similar different possible important main major minor particular certain whole "
    "obvious alternative slight small large big huge long short given following single complete correct wrong proper "
    "easy hard difficult easier simpler quick convenient interesting powerful real true basic key more less additional "
    "extra separate special specific usual original current actual entire full own possible related remaining right "
    "left top bottom great little sensible reasonable natural likely frequent recent early late classic famous "
    "well-known preferred recommended default resulting corresponding desired required necessary optional rare safe "
    "modern latter former equivalent later earlier general subtle trivial practical other valid invalid"
)
_MARKED_AFTER_ALL = _words(
    "simple complete special general basic single proper valid real natural default main key new"
)
_WORD = re.compile(r"[\w+/.-]+(?:['’]\w+)?$|C#$")


def is_phrase(term: str) -> bool:
    """Whether the words can be a term: one to five of them, none of them grammar."""
    words = term.split()
    if (
        not 1 <= len(words) <= 5
        or len(term) < 2
        or (len(term) < 3 and not term.isupper())
        or not all(map(_WORD.match, words))
    ):
        return False
    low = [word.lower() for word in words]
    if (
        _NOT_IN_TERMS & set(low)
        or low[0] in ("of", "and", "a", "an", "the")
        or low[-1] in ("of", "and", "a", "an", "the")
    ):
        return False
    if any(word.endswith("ing") for word in low[1:-1]) or low[0].endswith("ing") and len(low) > 3:
        return False
    return not any(low[i] in ("a", "an", "the") and low[i - 1] != "of" for i in range(1, len(low)))


def is_term(term: str, marked: bool) -> bool:
    """Whether a phrase names a thing that can be asked for; `marked` where the print sets it apart."""
    low = term.lower().split()
    if not content_words(term) or not re.search(r"[A-Za-z]{2}", term):
        return False
    if (
        low[-1] in _ROLES
        or low[-1].removesuffix("s") in _ROLES
        or low[0].split("-")[0] in ("non",)
        or low[0].endswith("ly")
    ):
        return False
    if "of" in low and low[low.index("of") - 1] in _ROLES:
        return False
    if low[0] in _PICKING:
        return marked and low[0] in _MARKED_AFTER_ALL and len(low) > 1
    return True


_FIELDS_NOT = re.compile(
    r"\b(?:this|that|these|those|such|general|particular|practice|fact|addition|an?|contrast|other|any|all|each|some|case|short|turn|most"
    r"|order|principle|theory|example|section|chapter|figure|table|the (?:above|following|first|second|latter|former|last|next)|many|both|its|our"
    r"|essence|effect|reality|summary|conclusion|words|mode|version|versions|one)\b",
    re.IGNORECASE,
)


def field_fits(field: str) -> bool:
    """Whether "In ..., " at the beginning names a field, a system or a language."""
    return not field or (len(field.split()) <= 4 and not _FIELDS_NOT.search(field))


#: What stands first in a description that judges instead of saying what a thing is.
_JUDGING = re.compile(
    r"^(?:an?|the|one)\s(?:(?:very|rather|quite|fairly|really|more|most|bit|little|extremely|highly|totally|completely|especially"
    r"|particularly|relatively|much|slightly|truly)\s|(?:good|great|nice|useful|common|convenient|powerful|popular|lot|must|matter"
    r"|mistake|problem|reason|example|case|better|best|perfect|fine|poor|bad|bug|error|few|number|couple|typical|possible"
    r"|natural|reasonable|sensible|serious|big|huge|major|important|essential|key|crucial|frequent|only|same|default|first"
    r"|second|third|last|next|main|primary|right|wrong|following|result|purpose|other|least|simplest|easiest|safest|usual"
    r"|preferred|recommended|standard way|consequence|question|nontrivial|trivial|real|new|way|means to an|step|victory"
    r"|feature|sign|hint|solution|exception|alternative|choice|candidate|instance|synonym|alias|shorthand|shortcut|valid"
    r"|legal|illegal|invalid|simple matter|true|false|subject|topic|author|name|registered|trademark|additional|further"
    r"|complex|outdated|obsolete|old|similar|analogous|tool of choice|strange|strong|weak|well-known|famous|special case|direct|obvious|clear|interesting|excellent|neat|handy|tricky)\b)",
    re.IGNORECASE,
)
#: Where the description goes on from what kind of thing it is to what sets it apart.
_DIFFERENCE = re.compile(
    r"\b(?:that|which|who|whose|where|whereby|of|for|used|in|with|to|from|by|between|containing|consisting|made|having|designed"
    r"|within|without|when|such that|on|at|over|about|along|during|(?!nothing|something|anything|everything|string|thing)[a-z]{3,}(?:ing|ed))\b"
)
_LEAST_CONTENT = 4
_MOST_WORDS = 60
#: Where a second statement begins in a sentence that has made its definition.
_SECOND = re.compile(
    r"\s*(?:;\s|\sand\s(?:an?\s|the\s)?[\w’'-]+\s(?:is|are)\s(?:an?|the)\b|\s[-–—]\s|:\s(?=.*\b(?:is|are|has|have|can|there|it|you|we|means|do|does)\b)|,?\s(?:and|but|so|or)\s(?:it|they|there|thus|therefore|then|is|are|has|have|can|may|will|must|does|do|like)\b"
    r"|,\s(?:and|but|so)\s(?:an?\s|the\s|its\s|their\s)?(?:[\w’'-]+\s){1,4}?(?:is|are|was|has|have|can|may|will|must|does|do)\b"
    r"|,\s(?:moreover|in fact|however|although|though|since|because|thus|therefore|hence|i\.e\.,? we)\b"
    r"|,\s(?!which\b|that\b|where\b|whose\b|who\b|when\b|if\b|as\b)(?:the\s|an?\s)?[\w’'-]+\s(?:is|are)\s|\s\([^()]*\byou\b[^()]*\))"
)


def explains_itself(term: str, meaning: str) -> bool:
    """Whether the kind of thing that is named first is the term again."""
    found = _DIFFERENCE.search(meaning)
    genus = meaning[: found.start()] if found else meaning
    return set(content_words(term)) <= set(content_words(genus))


def core(meaning: str) -> str:
    """What a description says before a second statement begins, without the full stop."""
    found = _SECOND.search(meaning)
    return (meaning[: found.start()] if found else meaning).rstrip(" .,;:")


_MATHS = re.compile(
    r"[₀-₟ⁿ⁰-⁹¹∈⊂⊆∪∩→↦≤≥≠∘≈∞⊗⊕×α-ωΑ-Ω]|\s[=<>]\s|\b[A-Za-z]\([A-Za-z][,)]|\[[A-Z]\s?\]|(?<![\w’'])[b-zBD-HJ-QT-WYZ](?![\w+#’'-]|\.\w)"
)


def is_maths(text: str) -> bool:
    """Whether the text needs formulas to be read: plain text does not keep them well."""
    return _MATHS.search(re.sub(r"\b(?:i\.e|e\.g)\.", "", text)) is not None


_TOOLS = re.compile(
    r"^(?:an?|the)\s(?:(?!of|that|which|whose|for|in|to)[\w+#/.-]+\s){0,6}?(?:command|function|program|utility|tool|package|library|macro|class|format|language"
    r"|protocol|operator|keyword|system|module|editor|compiler|interpreter|driver|style|framework|daemon|service|manager"
    r"|encoding|extension|method|algorithm|standard|environment|script|shell|distribution|server|client|database|project|version|implementation|solver|generator|parser|engine|organization|company|product|cipher|type)\b"
)
_NOUN = re.compile(
    r"(?:tion|sion|ment|ness|ity|ism|ance|ence|ancy|ency|graphy|ology|metry|ics|ship|hood|dom|ture|sis|gen|cy|acy|age|ery|ing)$"
)


def names_tool(meaning: str) -> bool:
    """Whether the description says that it is a program, a command, a format or the like."""
    return _TOOLS.match(meaning) is not None


_PROCESS = re.compile(
    r"^(?:an?|the)\s(?:(?!of|that|which|whose|for|in|to)[\w-]+\s){0,2}?(?:process|act|practice|study|method|technique|ability"
    r"|capability|measure|science|art|property|phenomenon|operation|procedure|branch|field|term|condition|rate|amount|degree"
    r"|difference|ratio|technology|discipline|theory|principle)\s(?:of|for|in|by|whereby|that|describing|to|between|which)\b"
)


def names_process(meaning: str) -> bool:
    """Whether the description says that it is an activity, a property or a quantity, as of a term without article."""
    return _PROCESS.match(meaning) is not None


def is_noun(term: str) -> bool:
    """Whether the form of the term shows a noun, so that it cannot be an adjective or a parameter's name."""
    return " " in term or _NOUN.search(term) is not None


def genus_fits(meaning: str, plural: bool, form: str) -> bool:
    """Whether the description says what kind of thing it is and what sets it apart."""
    words = meaning.split()
    if len(words) > _MOST_WORDS or len(content_words(meaning)) < _LEAST_CONTENT or _JUDGING.match(meaning):
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
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|can|could|will|would|may|must|do|does|did)\b")
_RELATIVE = re.compile(r"\b(?:that|which|who|whose|where|when|what)\b")


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
    "of to for by in with as from at on through into and themselves behind above below under over after before between using those that are heavier larger smaller typeset"
)
_PLURAL_GENUS = re.compile(
    r"(?:the\s)?((?:[\w-]+\s){0,4}?[\w-]{3,}s)\s(?:that|which|who|whose|used|of|for|containing|consisting|with|designed|defined"
    r"|in|to|between|from|made|where|in which|[a-z]{3,}ing)\b"
)
_PLURAL_JUDGING = {
    "strong",
    "good",
    "important",
    "useful",
    "always",
    "usually",
    "often",
    "very",
    "common",
    "examples",
    "ways",
    "sometimes",
}


def _is_plural_genus(meaning: str) -> bool:
    found = _PLURAL_GENUS.match(meaning)
    if not found:
        return False
    words = found[1].split()
    return not (_PREPOSITIONS | _PLURAL_JUDGING) & set(words) and not words[0].endswith("ly")
