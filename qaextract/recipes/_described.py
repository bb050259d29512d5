"""The question that the first sentence of a term's description answers, and the answer it gives."""

from __future__ import annotations

import re
from dataclasses import replace

from qaextract.english import FUNCTION_WORDS, content_words, words
from qaextract.recipes._entries import Entry
from qaextract.recipes._fitness import usable
from qaextract.recipes._grammar import as_sentence, is_plural, uncapitalised
from qaextract.recipes._imperatives import OBJECT, indicative
from qaextract.recipes._meanings import names_tool
from qaextract.recipes._phrases import NOUN_START, PLURAL_VERB, has_verb, is_bare_phrase, is_sentence
from qaextract.recipes._slots import SLOTS, is_local, stands_for
from qaextract.recipes._telling import is_own_name, tells
from qaextract.recipes._term_kinds import is_code
from qaextract.recipes._verbs import ALSO_NOUNS, VERBS, base_form, third_person, word_set

_SUBJECT = re.compile(
    r"^(?:this|the|that)\s+(?P<noun>[a-z]+(?:[ -][a-z]+)??)\s+(?P<rest>.+)$|^(?:this|it)\s+(?P<bare>.+)$", re.I | re.S
)
_SETTINGS = "option|variable|flag|parameter|environment variable|switch|setting|property|field|key|attribute"
_STATES = "set|unset|true|false|non-?zero|enabled|disabled|given|specified|present|positive|on"
_OWN_CLAUSE = r"(?!(?:is|are|was|were|has|will|can|may|must|should|does|do|sets|causes|makes|[a-z]+ed)\b)"
#: "If this option is set, ...", "When set, ...", and what then is, as a clause of its own.
_CONDITION = re.compile(
    rf"^(?:if|when) (?:this (?:{_SETTINGS})\b|it is (?:{_STATES})\b|(?:{_STATES})\b)[^,]*(?:\([^()]*\))?, "
    + _OWN_CLAUSE,
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"^(?:can|may|must|should|see|same|as|like|similar|likewise|ditto|default|deprecated|obsolete|note|todo|example|synonym|equivalent"
    r"|alias|identical|analogous"
    r"|also|another|alternative|other|such|see also|not|none|n/a|yes|no|optional|required|for|by|in|on|at|with|here"
    r"|there|these|those"
    r"|usage|syntax|type|version|available|only|idem|id\.|since|currently|and|or|but|former|formerly|unused"
    r"|reserved)\b",
    re.IGNORECASE,
)
_PASSIVE_USE = re.compile(
    r"^(?:is |are )?(?:(?P<adverb>mainly|usually|normally|primarily|typically|often|only|generally) )?used (?P<how>to"
    r"|for|by|in|as|when)\b"
)
#: Terms of these kinds do nothing but stand for something; where one acts, it is of another kind.
_HOLDERS = frozenset(
    {"variable", "environment variable", "parameter", "field", "attribute", "property", "argument", "keyword"}
)
_HOLDING = word_set(
    "determine control specify hold contain indicate define expand store give name affect enable disable limit select "
    "represent "
    "describe allow force suppress declare"
)
#: What terms of these kinds do is told by a verb; a noun phrase is about something else.
_DOERS = frozenset({"option", "function", "command", "method", "macro", "switch", "flag", "builtin"})
_VERB_SHAPE = re.compile(r"(?!is |was |has |does )[a-z]+s (?:the|an?|all|its|each|whether|to|user|information)\b")
#: A capitalised word with an object: whatever the verb, it is an imperative.
_COMMANDS = re.compile(
    r"(?!(?:First|Second|Third|Next|Then|Last|Finally|Only|Also|Both|Even|Just|Like|Such|Not|Now|Once|Often|Here) )"
    r"(?![A-Z][a-z]+(?:ed|ing|ly|s) )[A-Z][a-z]{2,} (?:the|an?|all|any|each|its) [a-z]"
)
_BEFORE_NOUNS = word_set("to into from with on in out up down off of for at")
_KINDS = word_set(
    "option command function macro variable parameter argument method operator keyword directive flag switch "
    "field attribute property key package class setting routine procedure primitive module builtin expression "
    "environment"
)
_SHOWN = 45  # characters of a term that may stand in the answer


def question_and_answer(entry: Entry) -> tuple[str, str] | None:
    """A question on the term and its answer, both complete; None where the description is of no form that is known."""
    text = re.sub(r"^\((?:[a-z ]+)\)\s*", "", entry.description.strip(), flags=re.IGNORECASE)
    # What follows shows how it is written: "... by name. layout=⟨name⟩."
    text = re.split(r"(?<=[a-z)]\.)\s+(?=\S*[=⟨{\\])", text)[0]
    if entry.glossed:
        return _of_meaning(text, entry)
    if entry.noun in _HOLDERS and " " in entry.term:
        return None  # a name and its default: "sides 4"
    if _is_anything(entry) or _RELATIVE.search(text) or _GLUED.search(entry.term):
        return None
    if not text or _POINTING.match(text) or not usable_description(text, entry):
        return None
    for form in (_of_condition, _of_truth, _of_subject, _of_use, _of_whether, _of_verb, _of_noun_phrase):
        made = form(text, entry)
        if made is not None:
            if _is_homeless(entry, *made):
                return None
            return made if usable(made[1].replace("`", '"')) else None
    return None


#: "an alternative", to what was said before.
_RELATIVE = re.compile(
    r"\b(?:an alternative|a similar|another|the same|the opposite|an? different(?:[ -]looking)?)\b"
    r"(?! (?:to|as|for|way|name|from|than))",
    re.IGNORECASE,
)
#: A step of a table, or a name with its type: "Receive -> manage", "Client Address: ARRAY8".
_GLUED = re.compile(r"->|→|<-|: |://")
_HELP = re.compile(r"(?:^|\s)--(?:help|version)\b|\b(?:help message|this help|version information)\b", re.IGNORECASE)
#: "constraint 2", "body 1": those of one example.
_OF_EXAMPLE = re.compile(
    r"\b(?!(?:is|to|of|than|by|or|and|at|in|version|from|value|with|least|most|about|exactly|set|size|level|type|for"
    r"|section|dimension|between|only|exit|status|code|bits?|RFC|the|equal|every|page|as|are)\b)[a-z]{3,} [1-9]\b"
    r"(?!\.\d|\s?%|-| (?:to|or|and|if|for|when))"
)
#: What wants a verb or a beginning of its own.
_FRAGMENT = re.compile(
    r"^(?:Set to|Useful for|Same as|As above|Like)\b|\band to\b.*\botherwise\b|the (\w+) .*the \1\b\.?$"
)
_SLOTS = word_set("field parameter variable argument slot column key attribute property value keyword element member")


def _is_homeless(entry: Entry, question: str, answer: str) -> bool:
    """Whether the answer tells what an argument or a field stands for, and nobody says of what it is one."""
    if (entry.owner and entry.noun == "argument") or not is_local(entry.term, entry.noun, inside=entry.inside):
        return False
    if names_tool(re.sub(r"^.*?` is ", "", answer).lower()):
        return False  # a class or a program has a name of its own
    asks_what = question.startswith("What is ") and not question.endswith(" used for?")
    return asks_what or stands_for(answer.split("` ", 1)[-1])


def _is_anything(entry: Entry) -> bool:
    """Whether the name is an ordinary word that many things have: `name`, `benefit`; of what, nobody says."""
    if entry.noun.split(" ")[-1] in SLOTS and (not entry.owner or entry.noun != "argument"):
        return True
    if entry.owner or entry.noun not in {"", *_SLOTS}:
        return False
    term = re.sub(r"\[\]|\(\)", "", entry.term)
    return bool(
        re.fullmatch(r"[a-z]+|[A-Z]+|[A-Za-z]{1,2}|[A-Z]+_(?:NAME|VALUE|FILE|PATH|ID|NUMBER|LIST|TYPE|SIZE)", term)
    )


def _of_meaning(text: str, entry: Entry) -> tuple[str, str] | None:
    """A word and its meaning."""
    answer = as_sentence(text)
    if not usable_description(text, entry) or is_sentence(text) or has_verb(text) or not usable(answer):
        return None
    return f"What does the term “{entry.term}” mean?", answer


def usable_description(text: str, entry: Entry) -> bool:
    """Whether the sentence is about the term alone and shows nothing that was torn from somewhere else."""
    if re.search(
        r"\b(?:section|chapter|page|see|p\.)\s*\d|\bsee\b|:$|\bas follows\b|\bfollowing\b|\bboth[.,;]|\bboth$|\bnow\b",
        text,
    ):
        return False
    if entry.term.isalpha() and not entry.glossed and re.search(rf"\b{entry.term}\b", text[len(entry.term) + 12 :]):
        return False  # a placeholder: the description speaks of what stands in its place
    if re.search(
        r"[⟨<]$|:\s\S{1,2}$|:\s\S\.$|»|\bDefault:|[,(]\s*[.)]|\s[⁻⁺⁰-⁹]|\b[A-Z]\.\s+[A-Z][a-z]|\b(?:an?|the"
        r"|of|or|and|in|to|at|with|by|for"
        r"|from|if|is|both|either|than|as|that|which)[.\s]*$",
        text,
    ):
        return False
    if text.count("⌈") != text.count("⌉") or text.count("⌊") != text.count("⌋"):
        return False
    # Mathematical letters, a name fused with the next word, the next entry of the list.
    if re.search(r"[\U0001d400-\U0001d7ff]|⟩[A-Za-z]|\.\s+[a-z]\w*\s+\**\w+\(", text):
        return False
    if re.search(r"\b(?:some (?:more|other|additional|further)|various (?:things|stuff)|miscellaneous)\b", text, re.I):
        return False
    if _HELP.search(f"{entry.term} {text}") or _OF_EXAMPLE.search(text) or _FRAGMENT.search(text):
        return False
    if not is_own_name(entry.term) or not tells(entry.term, text):
        return False
    known = set(content_words(entry.term))
    said = [word for word in content_words(text) if len(word) > 2]
    return len(said) >= 3 and sum(word not in known for word in said) >= 2 and sum(len(w) > 2 for w in words(text)) >= 4


def named(entry: Entry) -> str:
    """The term as a question names it: "the option `-v` of `cat`"."""
    term = f"`{entry.term}`" if is_code(entry.term) or entry.noun or entry.marked else f"“{entry.term}”"
    owner = entry.owner.split()[0] if entry.owner else ""
    # What stands deeper than an option in a list of options belongs beside it more often than to it.
    owned = (entry.term.startswith("-") and not owner.startswith("-")) or entry.noun == "argument"
    of = f" of `{owner}`" if owner and owned and owner != entry.term else ""
    return f"the {entry.noun} {term}{of}" if entry.noun else f"{term}{of}"


def _short(entry: Entry) -> str:
    """The term as the answer begins with it."""
    return f"`{entry.term}`" if len(entry.term) <= _SHOWN else "it"


def _of_condition(text: str, entry: Entry) -> tuple[str, str] | None:
    own = re.match(
        rf"(?:if|when) (?:the )?{re.escape(entry.term)}(?: [a-z]+)? is [^,]*, {_OWN_CLAUSE}", text, re.IGNORECASE
    )
    if not (_CONDITION.match(text) or own):
        return None
    if (then := re.search(r", (?:then )?([a-z]+) ", text)) and then[1] in VERBS - ALSO_NOUNS | {"leave", "print"}:
        return None  # what a person or a program is told to do
    noun = entry.noun or "setting"
    opening = re.compile(r"^(If|When) this (?:option|variable|flag|parameter|switch|setting)\b")
    text = opening.sub(lambda found: f"{found[1]} the {noun} `{entry.term}`", text)
    text = re.sub(rf"^(?:If|When) (?=(?:{_STATES})\b)", lambda found: f"{found[0]}`{entry.term}` is ", text)
    return f"What effect does {named(entry)} have?", as_sentence(text)


def _of_truth(text: str, entry: Entry) -> tuple[str, str] | None:
    found = re.match(r"^True (?=if\b|when\b)", text)
    if not found:
        return None
    noun = "the expression " if re.search(r"^[-\[]| ", entry.term) else f"the {entry.noun} " if entry.noun else ""
    return f"When is {noun}`{entry.term}` true?", as_sentence(f"`{entry.term}` is true {text[found.end() :]}")


def _of_subject(text: str, entry: Entry) -> tuple[str, str] | None:
    """Sentences whose subject is the term: "This option sets ...", "It sets ...", "`foo` sets ..."."""
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
        elif noun in _KINDS and (not text.lower().startswith("the") or _VERB_SHAPE.match(found["rest"])):
            rest = found["rest"]
            # A signature looks like that of a function; the text knows better: "This macro ...".
            entry = replace(entry, noun=noun if entry.noun == "function" and noun in _DOERS else entry.noun or noun)
    if rest is None:
        return None
    answer = as_sentence(f"{_short(entry)} {rest}")
    verb, following = [*rest.lower().split(" "), ""][:2]
    if base_form(verb) in ALSO_NOUNS and (not OBJECT.match(following) or following in _BEFORE_NOUNS):
        return None  # "open names with ..." is of names
    if (use := _PASSIVE_USE.match(rest)) and use["how"] in ("to", "for"):
        return f"What is {named(entry)} used for?", answer
    if third_person(verb) or _VERB_SHAPE.match(rest):
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
    """What the term does, without a subject: "Sets the ..." and "Set the ..."."""
    if re.match(rf"(?:include|add|insert|put|give|declare|specify) (?:the |an? )?{re.escape(entry.term)}", text, re.I):
        return None  # what a person does with it
    if re.match(rf"(?:set|use) (?:the )?{re.escape(entry.term)}\b", text, re.IGNORECASE):
        aim = re.search(r"\bto ([a-z]+)\b", text)
        return (f"What is {named(entry)} used for?", as_sentence(text)) if aim and aim[1] in VERBS else None
    first, *rest = re.sub(r"^[A-Za-z]+ly (?=[a-z]+s )", "", text).split(" ")
    verb = first.lower().rstrip(",")
    following = rest[0].lower().strip(",.") if rest else ""
    if third_person(verb) and not (
        verb.rstrip("s") in ALSO_NOUNS
        and not OBJECT.match(following)
        and first[:1].isupper()
        and following in ("of", "for", "in", "on", "with", "to", "from", "at")
    ):
        if verb in ("works", "differs", "behaves", "refers", "acts", "equals"):
            return None
        if entry.noun in _HOLDERS and base_form(verb) not in _HOLDING:
            entry = replace(entry, noun="")
        shown = f"{_short(entry)} {text[:1].lower()}{text[1:]}"
        return f"What does {named(entry)} do?", as_sentence(shown)
    negated = re.match(r"^(?:do not|don['’]t|never|always|only)\s+([a-z]+)", text, re.IGNORECASE)
    if negated and negated[1].lower() in VERBS | {"be", "use"}:
        return _meaning(text, entry)
    if verb == "let":
        return None  # "Let x be ..." says what is given
    if _COMMANDS.match(text) and verb not in FUNCTION_WORDS:
        return _acting(text, entry)
    if verb not in VERBS or (verb in ALSO_NOUNS and not (OBJECT.match(following) or following.endswith("ing"))):
        return None
    if following == "of" or (following in ("for", "on", "in", "with", "at") and verb in ALSO_NOUNS):
        return None
    return _acting(text, entry)


def _acting(text: str, entry: Entry) -> tuple[str, str] | None:
    """An imperative description as a sentence on the term, where the forms of its verbs are sure."""
    if told := indicative(text):
        return f"What does {named(entry)} do?", as_sentence(f"{_short(entry)} {told}")
    return None if re.search(r"[:.;]\s", text) else _meaning(text, entry)


def _meaning(text: str, entry: Entry) -> tuple[str, str]:
    """An imperative description as it stands."""
    return f"What does {named(entry)} mean?", as_sentence(f"{_short(entry)} means: {text[:1].lower()}{text[1:]}")


def _of_noun_phrase(text: str, entry: Entry) -> tuple[str, str] | None:
    """What the term is: "The number of ..." and "Number of ..."."""
    if entry.noun in _DOERS or f" {entry.term} " in text or is_sentence(text) or has_verb(text):
        return None
    if not (entry.whole or text.endswith((".", "!"))) or any(
        word.lower() in FUNCTION_WORDS for word in words(text)[-1:]
    ):
        return None
    entry = replace(entry, term=re.sub(r"^(\w[\w.]*)=\S+$", r"\1", entry.term))
    if is_bare_phrase(text):
        # What begins small and ends as a sentence may be the rest of one.
        torn = text[:1].islower() and text.endswith(".")
        ordinary = entry.term.isalpha() and entry.term.islower() and not entry.noun
        return None if torn or ordinary else (f"What is {named(entry)}?", as_sentence(text))
    if not NOUN_START.match(text) or PLURAL_VERB.search(text):
        return None
    if is_plural(re.split(r"\b(?:that|which|who|whose)\b", text)[0].strip()):
        return f"What is {named(entry)}?", as_sentence(text)
    return f"What is {named(entry)}?", as_sentence(f"{_short(entry)} is {text[:1].lower()}{text[1:]}")
