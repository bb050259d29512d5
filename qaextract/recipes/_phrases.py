"""Whether a description is a sentence or a noun phrase, as far as the shapes of its words show."""

from __future__ import annotations

import re

from qaextract.recipes._verbs import ALSO_NOUNS, VERBS, base_form, third_person

_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|cannot|may|might|must|will|would|should|does|do|did|isn['’]t|aren['’]t"
    r"|don['’]t|doesn['’]t"
    r"|becomes?|returns?|gets?|contains?|remains?|applies|defaults|means|specifies|determines|controls|sets|causes"
    r"|defines|indicates)\b"
)
NOUN_START = re.compile(r"^(?:an?|the|one of the|any)\s+", re.IGNORECASE)
#: A noun phrase without article: "Size of the part that ..."
_BARE_PHRASE = re.compile(
    r"[A-Za-z][a-z-]+(?: [a-z-]+){0,3}? (?:of|for|that|between|which|indicating|containing|used) "
)
_RELATIVE_WORD = re.compile(
    r"\b(?:that|which|who|whom|whose|when|whenever|where|if|unless|until|while|how|what|whether)\b"
)
#: A verb with its object that is not the verb of a relative clause.
_OWN_VERB = re.compile(
    r"(?<!\bthat )(?<!\bwhich )(?<!\bwho )(?<!\bit )\b([a-z]+s) (?:the|an?|all|its|how|whether|what)\b"
)
#: "the sections specify all ...": a noun in the plural with its verb close to the beginning.
PLURAL_VERB = re.compile(
    rf"^(?:\S+ ){{1,3}}?[a-z]{{3,}}s (?:{'|'.join(sorted(VERBS - ALSO_NOUNS))}) (?:the|an?|all|any|what|how|which)\b"
)


def is_bare_phrase(text: str) -> bool:
    """Whether the text is a noun phrase that lacks its article."""
    first, second, *_ = [*text.lower().split(" "), "", ""]
    if not _BARE_PHRASE.match(text) or third_person(first) or first.endswith(("ed", "ly")) or second.endswith("ing"):
        return False
    if NOUN_START.match(text) or second in ("the", "a", "an", "all", "any", "each", "its"):
        return False
    return first not in VERBS or second in ("of", "name") or (second == "for" and first in ("name", "format", "mode"))


def is_sentence(text: str) -> bool:
    """Whether the text has a finite verb that belongs to no relative clause, as far as its words can show."""
    verbs = [verb.start() for verb in _FINITE.finditer(text)]
    verbs += [verb.start() for verb in _OWN_VERB.finditer(text) if third_person(verb[1])]
    # "that would", "whose last value is": the word that opens the clause stands close before its verb.
    return any(not _RELATIVE_WORD.search(" ".join(text[:at].split()[-4:])) for at in verbs)


def has_verb(text: str) -> bool:
    """Whether a word looks like the verb of the text: known as one or before an object, in no relative clause."""
    for word in re.finditer(r"\b([a-z]+)(?= ([a-z]+))", text):
        known = third_person(word[1]) and base_form(word[1]) not in ALSO_NOUNS
        shaped = word[1].endswith("s") and not word[1].endswith("ss") and word[2] in ("the", "a", "an", "its")
        listed = third_person(word[1]) and word[2].endswith("s") and text[: word.start()].split()[-1:] != ["of"]
        plural = word[1] in VERBS - ALSO_NOUNS and word[2] in ("the", "a", "an", "some", "its")
        before = text[: word.start()].split()[-4:]
        if (
            (known or shaped or listed or plural)
            and not _RELATIVE_WORD.search(" ".join(before))
            and before[-1:] not in (["to"], ["of"])
        ):
            return True
    return False
