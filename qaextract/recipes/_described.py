"""The question that the first sentence of a term's description answers, and the answer it gives."""

from __future__ import annotations

import re
from dataclasses import replace

from qaextract.english import FUNCTION_WORDS, content_words, words
from qaextract.recipes._entries import Entry, is_code
from qaextract.recipes._fitness import usable
from qaextract.recipes._grammar import as_sentence, uncapitalised
from qaextract.recipes._verbs import ALSO_NOUNS, VERBS, third_person

_OBJECT = re.compile(
    r"(?:an?|the|all|any|each|every|its?|your|their|one|two|both|no|only|what|whether|how|that|if|to|into|from|with|on|in|using|or|and"
    r"|out|up|down|off|back|over|information|files|lines|text|output|messages)$"
)
_SUBJECT = re.compile(
    r"^(?:this|the|that)\s+(?P<noun>[a-z]+(?:[ -][a-z]+)??)\s+(?P<rest>.+)$|^(?:this|it)\s+(?P<bare>.+)$", re.I | re.S
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|cannot|may|might|must|will|would|should|does|do|did|isn['’]t|aren['’]t|don['’]t|doesn['’]t"
    r"|becomes?|returns?|gets?|contains?|remains?|applies|defaults|means|specifies|determines|controls|sets|causes|defines|indicates)\b"
)
_RELATIVE = re.compile(
    r"\b(?:that|which|who|whom|whose|when|whenever|where|if|unless|until|while|before|after|as|because|since|than|whether|how|what"
    r"|for which|in which)\b|[,;(]"
)
_CONDITION = re.compile(
    r"^(?:if|when)\s+(?:this|the)?\s*(?:option|variable|flag|parameter|environment variable|switch|setting|set|true|false|non-?zero|enabled|given"
    r"|specified|present|positive|disabled|it is (?:set|enabled|given|specified|true))\b.*,\s",
    re.IGNORECASE | re.DOTALL,
)
_POINTING = re.compile(
    r"^(?:see|same|as|like|similar|likewise|ditto|default|deprecated|obsolete|note|todo|example|synonym|equivalent|alias|identical|analogous"
    r"|also|another|alternative|other|such|see also|not|none|n/a|yes|no|optional|required|for|by|in|on|at|with|here|there|these|those"
    r"|usage|syntax|type|version|available|only|idem|id\.|since|currently|and|or|but|former|formerly|unused|reserved)\b",
    re.IGNORECASE,
)
_PASSIVE_USE = re.compile(
    r"^(?:is |are )?(?:(?P<adverb>mainly|usually|normally|primarily|typically|often|only|generally) )?used (?P<how>to|for|by|in|as|when)\b"
)
_NOUN_START = re.compile(r"^(?:an?|the|one of the|any)\s+", re.IGNORECASE)
#: A noun phrase without article: "Size of the part that ..."
_BARE_PHRASE = re.compile(
    r"[A-Za-z][a-z-]+(?: [a-z-]+){0,3}? (?:of|for|that|between|which|indicating|containing|used) "
)
#: A verb with its object that is not the verb of a relative clause.
_OWN_VERB = re.compile(
    r"(?<!\bthat )(?<!\bwhich )(?<!\bwho )(?<!\bit )\b([a-z]+s) (?:the|an?|all|its|how|whether|what)\b"
)
_KINDS = frozenset(
    "option command function macro variable parameter argument method operator keyword directive flag switch field attribute "
    "property key package class setting routine procedure primitive module builtin expression environment".split()
)
_SHOWN = 45  # characters of a term that may stand in the answer


def question_and_answer(entry: Entry) -> tuple[str, str] | None:
    """A question on the term and its answer, both complete; None where the description is of no form that is known."""
    text = re.sub(r"^\((?:[a-z ]+)\)\s*", "", entry.description.strip(), flags=re.IGNORECASE)
    # What follows shows how it is written: "... by name. layout=⟨name⟩."
    text = re.split(r"(?<=[a-z)]\.)\s+(?=\S*[=⟨{\\])", text)[0]
    if not text or _POINTING.match(text) or not usable_description(text, entry):
        return None
    for form in (_of_condition, _of_truth, _of_subject, _of_use, _of_whether, _of_verb, _of_noun_phrase):
        made = form(text, entry)
        if made is not None:
            return made if usable(made[1].replace("`", '"')) else None
    return None


def usable_description(text: str, entry: Entry) -> bool:
    """Whether the sentence is about the term alone and shows nothing that was torn from somewhere else."""
    if re.search(
        r"\b(?:section|chapter|page|see|p\.)\s*\d|\bsee\b|:$|\bas follows\b|\bfollowing\b|\bbelow\b|\babove\b", text
    ):
        return False
    if re.search(
        r"[⟨<]$|»|\bDefault:|[,(]\s*[.)]|\s[⁻⁺⁰-⁹]|\b[A-Z]\.\s+[A-Z][a-z]|\b(?:an?|the|of|or|and|in|to|at|with|by|for|from|if|is|both|either|than|as|that|which)[.\s]*$",
        text,
    ):
        return False
    known = set(content_words(entry.term))
    return (
        sum(word not in known and len(word) > 2 for word in content_words(text)) >= 2
        and sum(len(w) > 2 for w in words(text)) >= 4
    )


def named(entry: Entry) -> str:
    """The term as a question names it: "the option `-v` of `cat`"."""
    term = f"`{entry.term}`" if is_code(entry.term) or entry.noun or entry.marked else f"“{entry.term}”"
    owner = entry.owner.split()[0] if entry.owner else ""
    of = f" of `{owner}`" if owner and entry.term.startswith("-") and owner != entry.term else ""
    return f"the {entry.noun} {term}{of}" if entry.noun else f"{term}{of}"


def _short(entry: Entry) -> str:
    """The term as the answer begins with it."""
    return f"`{entry.term}`" if len(entry.term) <= _SHOWN else "it"


def _of_condition(text: str, entry: Entry) -> tuple[str, str] | None:
    if not _CONDITION.match(text):
        return None
    noun = entry.noun or "setting"
    opening = re.compile(r"^(If|When) this (?:option|variable|flag|parameter|switch|setting)\b")
    text = opening.sub(lambda found: f"{found[1]} the {noun} `{entry.term}`", text)
    return f"What effect does {named(entry)} have?", as_sentence(text)


def _of_truth(text: str, entry: Entry) -> tuple[str, str] | None:
    found = re.match(r"^True (?=if\b|when\b)", text)
    if not found:
        return None
    noun = "the expression " if re.search(r"^[-\[]| ", entry.term) else f"the {entry.noun} " if entry.noun else ""
    return f"When is {noun}`{entry.term}` true?", as_sentence(f"`{entry.term}` is true {text[found.end() :]}")


def _of_subject(text: str, entry: Entry) -> tuple[str, str] | None:
    """ "This option sets ...", "It sets ...", "`foo` sets ..."."""
    own = re.match(
        rf"^(?:the )?(?:{'|'.join(_KINDS)})?\s*[`‘'\"]?{re.escape(entry.term)}[`’'\"]?\s+(?P<rest>.+)$",
        text,
        re.S | re.I,
    )
    found = _SUBJECT.match(text)
    rest = own["rest"] if own else None
    if rest is None and found:
        noun = (found["noun"] or "").lower().split(" ")[-1]
        if found["bare"]:
            rest = found["bare"]
        elif noun in _KINDS and (
            not text.lower().startswith("the") or third_person(found["rest"].split(" ")[0].lower())
        ):
            rest = found["rest"]
            entry = replace(entry, noun=entry.noun or noun)
    if rest is None:
        return None
    answer = as_sentence(f"{_short(entry)} {rest}")
    verb = rest.split(" ")[0].lower()
    if (use := _PASSIVE_USE.match(rest)) and use["how"] in ("to", "for"):
        return f"What is {named(entry)} used for?", answer
    if third_person(verb):
        return f"What does {named(entry)} do?", answer
    if re.match(r"is (?:an?|the) ", rest):
        return f"What is {named(entry)}?", answer
    return None


def _of_use(text: str, entry: Entry) -> tuple[str, str] | None:
    use = _PASSIVE_USE.match(text[:1].lower() + text[1:])
    if use is None or use["how"] not in ("to", "for"):
        return None
    verb = "" if text.lower().startswith("is ") else "is "
    return f"What is {named(entry)} used for?", as_sentence(f"{_short(entry)} {verb}{text[:1].lower()}{text[1:]}")


def _of_whether(text: str, entry: Entry) -> tuple[str, str] | None:
    if not re.match(r"whether\s+(?!or not\.)", text, re.IGNORECASE):
        return None
    return f"What does {named(entry)} determine?", as_sentence(f"{_short(entry)} determines {uncapitalised(text)}")


def _of_verb(text: str, entry: Entry) -> tuple[str, str] | None:
    """ "Sets the ..." and "Set the ..."."""
    if re.match(r"set (?:this )?(?:variable )?to\b", text, re.IGNORECASE):
        return f"What effect does {named(entry)} have?", as_sentence(text)
    first, *rest = text.split(" ")
    verb = first.lower().rstrip(",")
    following = rest[0].lower().strip(",.") if rest else ""
    if third_person(verb) and not (
        verb.rstrip("s") in ALSO_NOUNS
        and not _OBJECT.match(following)
        and first[:1].isupper()
        and following in ("of", "for")
    ):
        if verb in ("works", "differs", "behaves", "refers", "acts", "equals"):
            return None
        shown = f"{_short(entry)} {text[:1].lower()}{text[1:]}"
        return f"What does {named(entry)} do?", as_sentence(shown)
    negated = re.match(r"^(?:do not|don['’]t|never|always|only)\s+([a-z]+)", text, re.IGNORECASE)
    if negated and negated[1].lower() in VERBS | {"be", "use"}:
        return f"What does {named(entry)} do?", as_sentence(text)
    if verb not in VERBS or (verb in ALSO_NOUNS and not (_OBJECT.match(following) or following.endswith("ing"))):
        return None
    if following in ("of", "for") or (verb == "let" and following == "us"):
        return None
    return f"What does {named(entry)} do?", as_sentence(text)


def _is_bare_phrase(text: str) -> bool:
    """Whether the text is a noun phrase that lacks its article."""
    first, second, *_ = [*text.lower().split(" "), "", ""]
    if not _BARE_PHRASE.match(text) or third_person(first) or first.endswith("ed") or second.endswith("ing"):
        return False
    return first not in VERBS or second in ("of", "for", "name")


def _of_noun_phrase(text: str, entry: Entry) -> tuple[str, str] | None:
    if not entry.whole and not re.search(r"[.!?]$", text):
        return None
    head = _RELATIVE.split(text, maxsplit=1)[0]
    if (
        f" {entry.term} " in text
        or _OWN_VERB.search(text)
        and any(third_person(verb[1]) for verb in _OWN_VERB.finditer(text))
    ):
        return None
    if _FINITE.search(head) or _FINITE.search(text.split(",")[-1].split(" that ")[0]) and "," in text:
        return None
    bare = _is_bare_phrase(text)
    if bare and (
        text[:1].islower() and text.endswith(".") or entry.term.isalpha() and entry.term.islower() and not entry.noun
    ):
        return None
    if not (_NOUN_START.match(text) or bare) or entry.noun in (
        "option",
        "function",
        "command",
        "method",
        "macro",
        "switch",
        "flag",
    ):
        return None
    if any(word.lower() in FUNCTION_WORDS for word in words(text)[-1:]):
        return None
    entry = replace(entry, term=re.sub(r"^(\w[\w.]*)=\S+$", r"\1", entry.term))
    if bare:
        return f"What is {named(entry)}?", as_sentence(text)
    return f"What is {named(entry)}?", as_sentence(f"{_short(entry)} is {text[:1].lower()}{text[1:]}")
