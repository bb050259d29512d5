"""General statements on a term: what it is used for, consists of or does, when it is so, what its purpose is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qaextract.english import content_words, words
from qaextract.model import Block, Document, Span
from qaextract.recipes._definitions import Reading
from qaextract.recipes._fitness import usable
from qaextract.recipes._grammar import capitalised, is_plural
from qaextract.recipes._meanings import is_maths
from qaextract.recipes._prose import OncePerDocument, Sentence, is_changelog, prose, sentences_of
from qaextract.recipes._terms import is_noun, is_phrase, is_term
from qaextract.recipes._told import LOCAL, OBJECT, told, without_second, works_by
from qaextract.recipes._usage import made_up
from qaextract.recipes._verbs import ALSO_NOUNS, VERBS, base_form, in_third_person, word_set

_NAME = r"(?:(?P<lead>[Aa]n?|[Tt]he)\s)?(?P<term>[^\s,;:()“”\"][^,;:()“”\"]{1,50}?)"
_LY = r"(?:(?:mainly|usually|normally|primarily|typically|often|generally|commonly|mostly) )?"
_ACTING = "|".join(sorted({form for verb in VERBS for form in (verb, in_third_person(verb))}, key=len, reverse=True))
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("used", re.compile(rf"{_NAME} (?P<verb>is|are|can be|may be) {_LY}used (?P<rest>(?:to|for) .+)")),
    ("consists", re.compile(
        rf"{_NAME} {_LY}(?P<verb>consists?|is composed|are composed|is made up|are made up) of (?P<rest>.+)"
    )),
    ("when", re.compile(
        rf"{_NAME} is (?P<verb>(?:said to be |called |considered |considered to be "
        rf"|termed )?(?:an? )?(?:[\w-]+ ?){{1,3}}?) "
        r"(?:if|when|whenever|if and only if|exactly when) (?P<rest>(?:it|its|an?|the|all|each|every|there|no"
        r"|both|either"
        r"|any|at) .+)"
    )),
    ("purpose", re.compile(
        r"The (?P<what>(?:main |primary |major )?(?:purpose|aim|goal|advantage|disadvantage|drawback|benefit"
        r"|task|role"
        r"|difference)s?) (?P<of>of|behind|between) (?P<term>[^,;:()]{3,70}?) (?P<verb>is"
        r"|lies) (?P<rest>(?:to|that|in) .+)"
    )),
    ("does", re.compile(rf"{_NAME} (?P<verb>{_ACTING}) (?P<rest>.+)")),
)  # fmt: skip
#: Terms that stand for something else in every place.
_ANY = word_set(
    "error warning message value exception result number name object item element option command function file call "
    "page line section program line user user's button menu window field key package test tests list character word "
    "letter string table entry column row example data note table exercise problem question answer document author "
    "image date copy license proof expression parameter experience simulation iteration behavior behaviour "
    "version software tag author reader position one two"
)
_POINTING = re.compile(
    r"(?:^| )(?:this|that|these|those|such|it|its|their|they|both|all|any|new|old|returned|resulting"
    r"|current|given|last|always|never|instances?|multiple|careful|successive|repeated|many|various"
    r"|different"
    r"|other|same|following|whole|result|above|above-mentioned|including|using|\w+[’']s?)(?: |$)|\d",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(
    r"(?:^|\s)(?:not|even|only|just|or|and|also|now|always|never|still|so|that|which|in|on|by|found|like)(?:\s|$)"
)


@dataclass(frozen=True)
class Stated:
    """A question on a term, the sentence that answers it, and where that stands; `form` is how it is said."""

    term: str
    question: str
    answer: str
    form: str
    span: Span


@OncePerDocument
def stated(document: Document) -> list[Stated]:
    """The general statements of a document, in text order; of one form, each term once."""
    if is_changelog(document):
        return []
    reading = Reading(document)
    taken = {one.span for one in told(document)}
    examples = made_up(document)
    known: set[tuple[str, str]] = set()
    found: list[Stated] = []
    heading = ""
    for block in document.blocks:
        if block.kind == "heading":
            heading = prose(document, block).text
        elif block.kind in ("paragraph", "list"):
            for one in _in_block(document, block, reading, heading):
                key = (one.form, " ".join(content_words(one.term)))
                if one.span not in taken and key not in known and not examples & set(re.findall(r"\w+", one.term)):
                    known.add(key)
                    found.append(one)
    return found


def _in_block(document: Document, block: Block, reading: Reading, heading: str) -> Iterator[Stated]:
    if "\t" in block.span.of(document.text):
        return
    runs: set[str] | None = None
    for sentence in sentences_of(document, block):
        if not sentence.text.endswith("."):
            continue
        for form, pattern in _FORMS:
            match = pattern.fullmatch(sentence.text)
            if match is None:
                continue
            runs = reading.runs(block) if runs is None else runs
            # Below a heading it is told what the thing does besides; where it is set apart, what it is for.
            above = "" if form == "does" else heading
            made = _made(form, match, sentence, reading, _is_topic(match["term"], runs, above))
            if made is not None:
                yield made
            if made is not None or form != "used":
                break


def _is_topic(term: str, runs: set[str], heading: str) -> bool:
    """Whether the print or the heading above shows that the text is about the term."""
    stems = set(content_words(term))
    return (term.lower() in runs and (" " in term or not term.isalpha())) or (
        bool(stems) and stems <= set(content_words(heading))
    )


def _made(form: str, match: re.Match[str], sentence: Sentence, reading: Reading, topic: bool) -> Stated | None:
    term, verb = match["term"], match["verb"]
    lead = (match.groupdict().get("lead") or "").lower()
    if form == "purpose":
        return _of_purpose(match, sentence, reading)
    if not _is_named(term, lead, topic) or (form == "when" and lead not in ("a", "an")):
        return None
    if form == "used" and not topic and _KNOWN_ALREADY.search(match["rest"]):
        return None
    plural = not lead and is_plural(term)
    # What something does is told of one case as often; what happens to it, too.
    if not topic and (
        form == "does" or (form == "when" and re.search(r"^(?!said|called|consid|term)\w+(?:ed|en|wn)$", verb))
    ):
        return None
    if form == "does" and (lead == "the" or not (lead or plural) or (base_form(term.lower()) and not topic)):
        return None
    if not (lead or plural or (is_noun(term) and (topic or not term.split()[0].endswith("ing")))) or (
        lead != "the" and lead and is_plural(term)
    ):
        return None
    named = reading.is_name(term.split()[0]) or re.search(r"\s[A-Z]", term)
    noun = f"{lead} {term}" if lead else term if named else term[:1].lower() + term[1:]
    asked = _asked(form, noun, verb, match["rest"], plural)
    answer = capitalised(f"{sentence.text[: match.start('rest')]}{without_second(match['rest'])}".rstrip(" .") + ".")
    if asked is None or not _fits(answer, match["rest"], term, 4 if form == "does" else 3):
        return None
    return Stated(term, asked, answer, form, sentence.span)


def _is_named(term: str, lead: str, topic: bool) -> bool:
    last = term.lower().split()[-1]
    if not is_phrase(term) or not is_term(term, topic) or _POINTING.search(term):
        return False
    if re.search(r"\s(?:the|an?)\s|\b(?:amount|number|piece|kind|sort|type|way|set) of\b", term):
        return False
    if {last, last.removesuffix("s")} & _ANY and " " not in term:
        return False
    return lead != "the" or topic


def _asked(form: str, noun: str, verb: str, rest: str, plural: bool) -> str | None:
    if plural != (verb in ("are", "consist", "are composed", "are made up")) and form == "consists":
        return None
    if form == "used":
        if verb in ("is", "are"):
            return f"What {verb} {noun} used for?" if (verb == "are") == plural else None
        return f"What can {noun} be used for?"
    if form == "consists":
        return f"What {'do' if plural else 'does'} {noun} consist of?"
    if form == "when":
        judged = re.match(r"an? \S+ \S", verb)
        return None if _PARTICIPLE.search(verb) or plural or judged else f"When is {noun} {verb}?"
    base = verb if plural and verb in VERBS else "" if plural else base_form(verb)
    if base in ALSO_NOUNS and not OBJECT.match(rest):
        return None  # "implicit data type conversion"
    asked = works_by(base, rest)
    return f"What {'do' if plural else 'does'} {noun} {asked}?" if asked else None


def _of_purpose(match: re.Match[str], sentence: Sentence, reading: Reading) -> Stated | None:
    """The purpose, the advantage, ... of something, or the difference between two things."""
    term, what = match["term"], match["what"]
    if (
        (what.endswith("difference")) != (match["of"] == "between")
        or what.endswith("s")
        or (match["of"] == "between" and " and " not in term)
    ):
        return None
    if _POINTING.search(term) or re.search(
        r"\b(?:license|which|that|chapter|section|book|manual|is|are)\b", term, re.IGNORECASE
    ):
        return None
    # "the function", "the class": which one, was said before.
    for part in re.split(r" and ", term):
        if re.fullmatch(r"(?:the )?\S+", part) and part.removeprefix("the ").lower().removesuffix("s") in _ANY:
            return None
        if part.startswith("the ") and part.split()[-1] in ("set", "data", "table", "model", "code", "text"):
            return None
        if part.startswith("the ") and len(part.split()) == 2 and not reading.is_name(part.split()[1]):
            return None
    answer = f"{sentence.text[: match.start('rest')]}{without_second(match['rest'])}".rstrip(" .") + "."
    if not _fits(answer, match["rest"], term, 3):
        return None
    verb = "does" if match["verb"] == "lies" else "is"
    asked = f"What is the {what} {match['of']} {term}?"
    return None if verb == "does" else Stated(term, asked, answer, f"purpose {what}", sentence.span)


_MOST_WORDS = 50
#: "the frequency", "the raggedness": of what, was said before.
_KNOWN_ALREADY = re.compile(r"\bthe [a-z-]+(?:,| and\b| or\b|\.|$)")


def _fits(answer: str, rest: str, term: str, least: int) -> bool:
    """Whether the sentence says enough, by its new words of content, and can be read alone."""
    said = answer[len(term) :]
    if len(words(answer)) > _MOST_WORDS or LOCAL.search(said) or is_maths(answer):
        return False
    new = set(content_words(without_second(rest))) - set(content_words(term))
    return len(new) >= least and usable(answer)
