"""Questions that the announcement of a list puts: "The three kinds of tides are:"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qaextract.recipes._grammar import is_plural

NUMBERS = {
    word: n
    for n, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split(), 2
    )
}
_N = rf"(?P<number>{'|'.join(NUMBERS)}|[2-9]|1\d)"
#: A noun phrase in the plural: no verb and no clause in it.
_NP = r"(?P<np>(?:[\w’'/.`+-]+ ){0,6}?[\w’'`/+-]+s|[\w’'-]*(?:criteria|people|data))"
_WORDS = r"[\w’'“”`(),/+.\\{}*:=<>\[\]\" -]"
_PREFIX = rf"(?:(?P<prefix>(?:for|in|within|under|on|at|among|during|from|with) {_WORDS}{{3,70}}?),? )?"
_VERBS = {
    **{"has": "have", "contains": "contain", "comprises": "comprise", "takes": "take", "supports": "support"},
    **{"provides": "provide", "offers": "offer", "uses": "use", "defines": "define", "recognizes": "recognize"},
    **{"accepts": "accept", "requires": "require", "implements": "implement", "involves": "involve", "knows": "know"},
    **{"distinguishes": "distinguish", "performs": "perform", "produces": "produce", "generates": "generate"},
    **{"includes": "include", "consists of": "consist of", "allows": "allow", "expects": "expect", "returns": "return"},
    **{"recognises": "recognise", "maintains": "maintain", "introduces": "introduce", "exports": "export"},
}
_VERB = "|".join([*sorted(_VERBS, key=len, reverse=True), *sorted(_VERBS.values(), key=len, reverse=True)])
_FINITE = (
    r"(?:are|were|can|may|must|should|will|have|do|exist|apply|determine|control|define|specify|affect|describe|make up)"
)
_FOLLOWING = r"(?:the )?following|these|as follows|listed below|given below|shown below"
#: What shows that a list gives only some of many, or depends on what was said before.
_LOOSE = re.compile(
    r"\b(?:some|several|few|many|various|examples?|e\.g\.|for instance|such as|including|among others|etc|other|others|more|another"
    r"|additional|further|number of|mostly|mainly|typical|typically|commonly|roughly|about|at least|up to|or more|following (?:way|example)"
    r"|in addition|besides|moreover|again|these|those|this|above|below|last|first|next|previous|remaining|extra|cases? where|differences?"
    r"|problems?|reasons?|things|facts|points|notes|caveats?|observations?|remarks?|changes|look|consider|suppose|assume|then|if|when|i\.e)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Announcement:
    """The question, and how many members it asks for (None where the announcement names no number)."""

    question: str
    number: int | None


def _count(word: str | None) -> int | None:
    if not word:
        return None
    return NUMBERS.get(word.lower()) or int(word)


_THERE = re.compile(
    rf"^{_PREFIX}there (?:are|exist)(?: currently| exactly| only| basically| essentially)? (?P<what>{_N} {_NP})(?P<rest> (?:of|for|in|to|that|which|by|with|on"
    rf"|available|associated|defined|used|supported)\b.*)?$",
    re.IGNORECASE,
)
_ARE = re.compile(
    rf"^(?P<what>the (?:{_N} )?{_NP}(?P<rest> (?:of|for|in|to|that|which|by|with|on|used|available|defined|supported)\b.*?)?)"
    rf" (?:are|is)(?: (?:{_FOLLOWING}))?$",
    re.IGNORECASE,
)
_SUBJECT_OF = re.compile(
    rf"^{_PREFIX}(?P<following>the following )?(?:{_N} )?{_NP} (?P<rest>(?:{_FINITE})\b.*)$", re.IGNORECASE
)
_OBJECT_OF = re.compile(
    rf"^(?P<subject>(?:the |an? |each |every )?{_WORDS}{{1,80}}?) (?P<verb>{_VERB})(?P<following> (?:the )?following)?(?: {_N})? {_NP}(?P<rest> (?:of|for|in|to)\b.*)?$",
    re.IGNORECASE,
)


def announcement(text: str) -> Announcement | None:
    """The question of an announcement, which ends before its colon; None where it is of no form that is known."""
    text = re.sub(rf"(?:,? (?:namely|{_FOLLOWING}))?\s*:?\s*$", "", text.strip(), flags=re.IGNORECASE) if " are" not in text[-16:] else text.rstrip(" :")
    bare = re.sub(_FOLLOWING, "", text, flags=re.IGNORECASE)
    if _LOOSE.search(bare) or len(text) > 220:
        return None
    for pattern, form in ((_THERE, _of_there), (_ARE, _of_are), (_SUBJECT_OF, _of_subject), (_OBJECT_OF, _of_object)):
        found = pattern.match(text)
        if found and is_plural(found["np"]):
            question = form(found)
            if question:
                return Announcement(re.sub(r"\s+", " ", question), _count(found["number"]))
    return None


def _before(found: re.Match[str]) -> str:
    """The phrase in front of the sentence, as it begins the question."""
    return f"{found['prefix'][:1].upper()}{found['prefix'][1:]}, " if found["prefix"] else ""


def _of_there(found: re.Match[str]) -> str:
    what = f"what are the {found['what'][:1].lower()}{found['what'][1:]}{found['rest'] or ''}"
    before = _before(found)
    return f"{before}{what}?" if before else f"W{what[1:]}?"


def _of_are(found: re.Match[str]) -> str:
    return f"What are the{found['what'][3:]}?"


def _of_subject(found: re.Match[str]) -> str:
    if not (found["following"] or found["number"]):
        return ""
    number = f"{found['number'].lower()} " if found["number"] else ""
    which = f"which {number}{found['np']} {found['rest']}"
    before = _before(found)
    return f"{before}{which}?" if before else f"W{which[1:]}?"


def _of_object(found: re.Match[str]) -> str:
    if not (found["following"] or found["number"]):
        return ""
    verb = found["verb"].lower()
    subject = found["subject"]
    if re.search(r"\b(?:which|that|who|it|they|he|we|you|one|and|to|can|will|may|must|should|also|not|of|then|there|but)$|,$", subject):
        return ""
    if re.match(r"(?:it|they|he|she|we|you|i|there|here|this|these|and|but|so|also|then|one|both|its|their)\b", subject, re.IGNORECASE):
        return ""
    number = f"{found['number'].lower()} " if found["number"] else ""
    helper = "does" if verb in _VERBS else "do"
    low = subject[:1].lower() + subject[1:] if re.match(r"(?:The|An?|Each|Every|All)\b", subject) else subject
    return f"Which {number}{found['np']} {helper} {low} {_VERBS.get(verb, verb)}{found['rest'] or ''}?"
