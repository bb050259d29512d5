"""Questions that the announcement of a list puts: "The three kinds of tides are:"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qaextract.english import content_words
from qaextract.recipes._grammar import is_plural
from qaextract.recipes._verbs import VERBS, base_form, word_set

NUMBERS = {
    word: n
    for n, word in enumerate(
        (
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
        ),
        2,
    )
}
_ANY = rf"(?:{'|'.join(NUMBERS)}|[2-9]|1\d)"
_N = rf"(?P<number>{'|'.join(NUMBERS)}|[2-9]|1\d)"
#: A noun phrase in the plural, without a clause in it.
_NP = r"(?P<np>(?:[\w’'/.`+-]+ ){0,6}?(?:[\w’'`/+-]+s|criteria|people|data|information|phenomena))"
_WORDS = r"[\w’'“”`(),/+.\\{}*:=<>\[\]\" -]"
_PREFIX = rf"(?:(?P<prefix>(?:for|in|within|under|on|at|among|during|from|with|to) {_WORDS}{{3,90}}?),? )?"
_OF = r"(?: (?:of|for|in|to|that|which|by|with|on|from|between|available|associated|defined|used|supported)\b.*?)?"
_FINITE = (
    r"(?:are|were|can|may|must|should|will|have|do|exist|apply|determine|control|define|specify|affect|describe"
    r"|make up|hold)"
)
_FOLLOWING = r"(?:the )?following|these|as follows|listed below|given below|shown below"
#: What shows that a list gives only some of many, or depends on what was said before.
_LOOSE = re.compile(
    r"\b(?:some|several|few|many|various|examples?|e\.g\.|for instance|such as|including|includes?|among others|etc"
    r"|other|others|more"
    r"|another|additional|further|number of|mostly|mainly|typical|typically|commonly|roughly|at least|up to"
    r"|following (?:way|example)"
    r"|in addition|besides|moreover|again|these|those|this|above|below|last|first|next|previous|remaining|extra|things"
    r"|notes?"
    r"|observations?|remarks?|look|consider|suppose|assume|then|if|i\.e|chapters?|sections?|topics"
    r"|versions? of the same|here|now|such"
    r"|not yet|explained|discussed|described|considered|presented|mentioned|covered|illustrated)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"in (?:summary|short|fact|general|particular|total|all|brief|practice|essence|principle|this|that|such|our|my)\b",
    re.IGNORECASE,
)
#: Heads of noun phrases that say nothing alone: two parameters of what?
_GENERIC = word_set(
    "parameters arguments options values forms cases types kinds ways modes steps parts methods functions members "
    "fields constructors items elements possibilities choices approaches rules names streams commands operations "
    "actions changes exceptions symbols features tests macros variables versions restrictions properties points "
    "characteristics objects components notations definitions classes operators formats reasons problems "
    "situations packages files information data groups entries"
)
_VAGUE = word_set(
    "main basic optional similar special different important major minor common new other general simple possible "
    "typical standard usual additional required mandatory separate distinct specific principal key primary further "
    "and or more interesting relevant related necessary alternative available existing good useful"
)
_POINTING_SUBJECT = re.compile(
    r"(?:it|they|he|she|we|you|i|there|here|this|these|and|but|so|also|then|one|both|its|their|which|that|like|as"
    r"|since|however|thus|recall|note|remember|see)\b",
    re.IGNORECASE,
)
_NO_SUBJECT_END = re.compile(
    r"\b(?:which|that|who|it|they|he|we|you|one|and|to|can|will|may|must|should|also|not|of|then|there|but|or|by|for"
    r"|with|in|on|only)$|,$"
)


@dataclass(frozen=True)
class Announcement:
    """The question, how many members it asks for (None where no number is named), and how an answer can begin."""

    question: str
    number: int | None
    opening: str = ""


_THERE = re.compile(
    rf"^{_PREFIX}there (?:are|exist)(?: currently| exactly| only| basically"
    rf"| essentially)? (?P<what>{_N} {_NP})(?P<rest>{_OF})$",
    re.IGNORECASE,
)
_ARE = re.compile(
    rf"^(?P<article>the )?(?P<what>(?:{_N} )?{_NP}(?P<rest>{_OF})) (?:are|is)(?P<following> (?:{_FOLLOWING}))?$",
    re.IGNORECASE,
)
_SUBJECT_OF = re.compile(
    rf"^{_PREFIX}(?P<following>the following )?(?:{_N} )?{_NP} (?P<rest>{_FINITE}\b.*)$", re.IGNORECASE
)
_OBJECT_OF = re.compile(
    rf"^(?P<subject>{_WORDS}{{2,90}}?) (?P<modal>can|must|should|may"
    rf"|will )?(?P<verb>[a-z]+)(?P<of> of)?(?= (?:(?:exactly|only) )?(?:(?:the )?following"
    rf"|{_ANY}) )(?P<following> (?:the )?following)?"
    rf"(?: (?:exactly|only))?(?: {_N})? {_NP}(?P<rest>{_OF})$",
    re.IGNORECASE,
)
_DIVIDED = re.compile(
    rf"^(?P<subject>{_WORDS}{{2,90}}?) (?P<be>is|are|can be|may be) (?P<verb>divided|split|classified|grouped"
    rf"|categori[sz]ed|separated|subdivided|broken"
    rf"|organi[sz]ed) (?P<into>into|in)(?P<following> the following)? (?:{_N} )?{_NP}(?P<rest>{_OF})$",
    re.IGNORECASE,
)


def announcement(text: str, around: str = "") -> Announcement | None:
    """The question of an announcement, which ends before its colon; None where it is of no form that is known.

    `around` is the text it stands in: a first word that is also written small there loses its capital.
    """
    text = re.sub(r",? namely$", "", text.strip().rstrip(" :"))
    first = re.match(r"[A-Z][a-z]+\b", text)
    if first and re.search(rf"[a-z,] {first[0].lower()}\b", around):
        text = text[:1].lower() + text[1:]
    bare = re.sub(_FOLLOWING, "", re.sub(r"\([^()]*\)", "", text), flags=re.IGNORECASE)
    if _LOOSE.search(bare) or _ASIDE.match(text) or len(text) > 220:
        return None
    forms = (
        (_THERE, _of_there),
        (_ARE, _of_are),
        (_DIVIDED, _of_divided),
        (_SUBJECT_OF, _of_subject),
        (_OBJECT_OF, _of_object),
    )
    for pattern, form in forms:
        found = pattern.match(text)
        if found and (is_plural(found["np"]) or found["np"].endswith("information")):
            made = form(found)
            if made is not None and _says_what(made, found):
                return made
    return None


def _says_what(made: Announcement, found: re.Match[str]) -> bool:
    """Whether the question tells more than a general word for its members."""
    alone = found["np"].lower() in _GENERIC and not found["rest"].strip()
    inside = set(content_words(made.question)) - set(
        content_words(f"{found['np']} {found['number'] or ''} available defined used given")
    )
    words = len(set(content_words(made.question)))
    if not inside and not found.groupdict().get("subject") and _is_vague(found["np"]):
        return False
    if found["np"].lower().split()[-1] in _GENERIC and " " not in found["np"] and not inside:
        return False
    return not (alone and not inside) and words >= (2 if made.number else 3)


def _is_vague(phrase: str) -> bool:
    """Whether a phrase that stands alone names no kind of thing: "optional arguments", "main packages"."""
    *before, last = phrase.lower().split()
    return not before or (all(word in _VAGUE for word in before) or (last in _GENERIC and len(before) < 2))


def _count(found: re.Match[str]) -> int | None:
    word = found["number"]
    return (NUMBERS.get(word.lower()) or int(word)) if word else None


def _question(found: re.Match[str], text: str) -> str:
    """The question with the phrase that stands in front of the announcement."""
    text = re.sub(r"\s+", " ", text)
    prefix = found["prefix"]
    if not prefix:
        return f"{text[:1].upper()}{text[1:]}?"
    return f"{text[:1].upper()}{text[1:]} {prefix[:1].lower()}{prefix[1:]}?"


def _of_there(found: re.Match[str]) -> Announcement | None:
    what = f"the {found['what'][:1].lower()}{found['what'][1:]}{found['rest'] or ''}"
    opening = "" if found["prefix"] else f"The{what[3:]} are "
    return Announcement(_question(found, f"what are {what}"), _count(found), opening)


def _of_are(found: re.Match[str]) -> Announcement | None:
    if not (found["article"] or found["following"]):
        return None
    what = found["what"] if found["article"] else found["what"][:1].lower() + found["what"][1:]
    return Announcement(f"What are the {what}?", _count(found), f"The {what} are ")


def _of_divided(found: re.Match[str]) -> Announcement | None:
    if not _names(found["subject"]) or not (found["number"] or found["following"]):
        return None
    number = f"{found['number'].lower()} " if found["number"] else ""
    be, _, second = found["be"].partition(" ")
    tail = f"{second + ' ' if second else ''}{found['verb']}{found['rest'] or ''}"
    question = f"{found['into'].capitalize()} which {number}{found['np']} {be} {_inside(found['subject'])} {tail}?"
    return Announcement(question, _count(found))


def _of_subject(found: re.Match[str]) -> Announcement | None:
    if not (found["following"] or found["number"]) or " " not in found["rest"].strip():
        return None
    bare = re.fullmatch(
        r"(?:are|were|can be|may be) (?:available|defined|used|supported|provided|given|recognized|possible|allowed)",
        found["rest"],
    )
    if bare and all(word in _GENERIC for word in found["np"].lower().split() if word != "and"):
        return None
    number = f"{found['number'].lower()} " if found["number"] else ""
    return Announcement(_question(found, f"which {number}{found['np']} {found['rest']}"), _count(found))


def _of_object(found: re.Match[str]) -> Announcement | None:
    if not (found["following"] or found["number"]) or not _names(found["subject"]):
        return None
    verb = found["verb"].lower()
    base = base_form(verb) or (verb if verb in VERBS else "")
    if verb in ("consists", "consist") and found["of"]:
        base = "consist"
    elif found["of"] or not base:
        return None
    modal = (found["modal"] or "").strip().lower()
    if modal and verb != base:
        return None
    helper = modal or ("does" if verb != base else "do")
    number = f"{found['number'].lower()} " if found["number"] else ""
    # "three parts of speech": what is "of" something stays with its noun.
    rest = found["rest"] or ""
    what, rest = (found["np"] + rest, "") if rest.startswith(" of ") else (found["np"], rest)
    told = f"{_inside(found['subject'])} {base}{found['of'] or ''}{rest}"
    asked = f"Which {number}{what} {helper} {told}?"
    return Announcement(re.sub(r"\s+", " ", asked), _count(found))


def _names(subject: str) -> bool:
    """Whether a phrase in front of a verb names its subject alone."""
    return not (
        _NO_SUBJECT_END.search(subject)
        or _POINTING_SUBJECT.match(subject)
        or re.search(r", |\b(?:is|are|has|have|can)\b", subject)
    )


def _inside(subject: str) -> str:
    """The subject as it stands inside a sentence."""
    if re.match(r"(?:The|An?|Each|Every|All|Most|[A-Z][a-z]+s)\b", subject):
        return subject[:1].lower() + subject[1:]
    return subject
