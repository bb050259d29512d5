"""The sentences of a document that say what a term means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from qaextract.english import content_words
from qaextract.model import Block, Document, Span
from qaextract.recipes._fitness import debris, leans
from qaextract.recipes._grammar import capitalised, is_plural
from qaextract.recipes._meanings import core, explains_itself, genus_fits, is_maths, is_whole, names_process, names_tool
from qaextract.recipes._prose import OncePerDocument, Sentence, emphasised, prose, sentences_of
from qaextract.recipes._subject import subject
from qaextract.recipes._terms import field_fits, is_noun, is_phrase, is_term

_ARTICLE = r"(?P<lead>an?|the)\s"
_OPEN, _CLOSE = "[“\"'‘]?", "[”\"'’]?"
_TERM = rf"{_OPEN}(?P<term>[^\s,;:()“”\"](?:[^,;:()“”\"]{{0,58}}?[^\s,;:()“”\"‘’'])??){_CLOSE}"
_SHORT = r"(?:\s\((?P<short>[A-Z][\w&/-]{1,9})\))?"
_ALIAS = r"(?:,?\s(?:or|also (?:called|known as)|sometimes called)\s[^,;:()]{2,40},?)?"
_FIELD = r"(?:In\s(?P<field>(?:the\s)?[A-Za-z+#/ -]{1,30}),\s)?"
_USUALLY = r"(?:(?:often|usually|commonly|generally|formally|sometimes|simply|just|basically|essentially|also)\s)?"
_NAMED = r"(?:called|known as|termed|referred to as)"


def _form(pattern: str) -> re.Pattern[str]:
    # Only the article at the beginning may have a capital; what is fixed is written in small letters.
    return re.compile(pattern.replace("(?P<lead>an?|the)", "(?P<lead>[Aa]n?|[Tt]he)"))


#: How a definition is said, from the surest to the weakest form.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("meant", _form(rf"^By (?:{_ARTICLE})?{_TERM},? (?:we (?:mean|understand)|is meant) (?P<meaning>.+)$")),
    ("named", _form(
        rf"^(?P<meaning>(?:An?|The|Any|[A-Z][a-z]+s)\s.{{15,}}?)\s(?P<verb>is|are)\s{_USUALLY}{_NAMED}\s"
        rf"(?:{_ARTICLE})?{_TERM}{_SHORT}\.$"
    )),
    ("defined", _form(
        rf"^{_FIELD}(?:{_ARTICLE})?{_TERM}{_SHORT}\s(?P<verb>is|are)\s{_USUALLY}defined (?:as|to be) (?P<meaning>.+)$"
    )),
    ("defined", _form(rf"^We define (?:{_ARTICLE})?{_TERM}{_SHORT} (?:as|to be) (?P<meaning>.+)$")),
    ("term", _form(
        rf"^{_FIELD}The (?:term|word|phrase|expression) {_TERM}{_SHORT} {_USUALLY}"
        r"(?P<verb>refers to|means|denotes|designates|describes|stands for) (?P<meaning>.+)$"
    )),
    ("refers", _form(
        rf"^{_FIELD}(?:{_ARTICLE})?{_TERM}{_SHORT} (?P<verb>refers? to|means?|denotes?) (?P<meaning>.+)$"
    )),
    ("is", _form(
        rf"^{_FIELD}(?:{_ARTICLE})?{_TERM}{_SHORT}{_ALIAS}\s(?P<verb>is|are)\s{_USUALLY}(?P<meaning>.+)$"
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """A term, what it means, and the sentence that says so.

    `lead` is the article that the term takes in a question; `field` what the sentence limits itself to ("Unix" in
    "In Unix, a process is ..."); `form` how it is said; `marked` whether the print shows that a term is defined;
    `proper` whether the term is the name of one thing; `styled` whether it is set apart at all.
    """

    term: str
    lead: str
    plural: bool
    meaning: str
    answer: str
    form: str
    span: Span
    field: str = ""
    marked: bool = False
    proper: bool = False
    styled: bool = False

    @property
    def noun(self) -> str:
        """The term with its article."""
        return f"{self.lead} {self.term}".strip()


class Reading:
    """A document that is looked through for definitions."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def capitals(self) -> tuple[Counter[str], Counter[str]]:
        """How often each word stands inside of sentences with a capital, and how often without."""
        inside = re.findall(r"(?<=[a-z,] )[A-Za-z][\w-]*", self.document.text)
        return Counter(w for w in inside if w[0].isupper()), Counter(w for w in inside if w[0].islower())

    def is_name(self, word: str) -> bool:
        """Whether a word that begins a sentence is the name of something, by how the document writes it elsewhere."""
        if re.search(r"[A-Z]", word[1:]) or re.search(r"\d", word):
            return True
        upper, lower = self.capitals
        return word[:1].isupper() and upper[word] > max(2, 4 * lower[word.lower()])

    @cached_property
    def set_apart(self) -> Counter[str]:
        """How often each run is set apart in the document."""
        text = self.document.text
        return Counter(run.of(text).strip(_AROUND).lower() for run in self.document.emphasis)

    def _is_tool(self, found: Definition) -> bool:
        """Whether a capital and the description show a program or the like, and the word is never written small."""
        first = found.term.split()[0]
        return bool(
            first[0].isupper()
            and not (found.lead or found.plural or is_noun(found.term))
            and names_tool(found.meaning)
            and not self.capitals[1][first.lower()]
        )

    def definitions(self) -> list[Definition]:
        """The definitions in text order; of a term that is defined more than once, the surest."""
        found: dict[str, Definition] = {}
        heading = frozenset[str]()
        for block in self.document.blocks:
            if block.kind == "heading":
                heading = frozenset(content_words(prose(self.document, block).text))
            if block.kind in ("paragraph", "list", "footnote"):
                for definition in self._in_block(block, heading):
                    key = " ".join(content_words(definition.term))
                    if key not in found or (definition.marked and not found[key].marked):
                        found[key] = definition
        # One description of two terms does not say what sets them apart.
        told = Counter(definition.meaning for definition in found.values())
        apart = (definition for definition in found.values() if told[definition.meaning] == 1)
        return sorted(apart, key=lambda definition: definition.span)

    def _in_block(self, block: Block, heading: frozenset[str]) -> Iterator[Definition]:
        raw = block.span.of(self.document.text)
        if not re.search(r"\b(?:is|are|means?|refers?|denotes?|define)\b", raw):
            return
        runs = self.runs(block)
        opening = _ENVIRONMENT.match(prose(self.document, block).text)
        for sentence in sentences_of(self.document, block):
            definition = self._in_sentence(sentence, runs, opening, heading)
            if definition is not None:
                yield definition

    def runs(self, block: Block) -> set[str]:
        """What is set apart in the block, in small letters."""
        whole = prose(self.document, block)
        runs = (whole.within(run) for run in emphasised(self.document, block.span))
        return {run.of(whole.text).strip(_AROUND).lower() for run in runs if len(run)}

    def _in_sentence(
        self, sentence: Sentence, runs: set[str], opening: re.Match[str] | None, heading: frozenset[str]
    ) -> Definition | None:
        text, start = sentence.text, sentence.plain.start
        if opening and start < opening.end():
            text = text[opening.end() - start :]
        for form, pattern in _FORMS:
            match = pattern.match(text)
            if match:
                found = _made(form, match, text, sentence.span)
                return self._judged(found, runs, opening is not None, heading) if found else None
        return None

    def _has_variable(self, found: Definition, runs: set[str]) -> bool:
        """Whether a part of the term, or a word of the meaning, is the name of a parameter ("permutation of list")."""
        words = found.term.lower().split()
        if len(words) > 1 and " ".join(words) not in runs and words[-1] in runs:
            return True
        often = (run for run in runs if run.isalpha() and run.islower() and self.set_apart[run] > _MOST_SHOWN)
        return any(
            re.search(rf"\b(?!the\b|an?\b)\w+ {run}(?=[,.;)]|$| (?:of|is|are)\b)", found.meaning) for run in often
        )

    def _judged(self, found: Definition, runs: set[str], inside: bool, heading: frozenset[str]) -> Definition | None:
        """The definition with what the print and the rest of the document say of its term, if that is enough."""
        low = found.term.lower()
        if self._has_variable(found, runs):
            return None
        # A term is set apart where it is new, and not time and again.
        marked = {run for run in runs if self.set_apart[run] <= _MOST_SHOWN}
        # The first sentences below a heading define what it names.
        topic = " " in low and set(content_words(low)) <= heading
        shown = (
            inside
            or topic
            or low in marked
            or any(run.endswith(" " + low) and len(run) < len(low) + 5 for run in marked)
        )
        first = found.term.split()[0]
        named = self.is_name(first) or low == subject(self.document).lower() or self._is_tool(found)
        proper = not found.lead and not found.plural and named
        if not proper and not found.lead and found.form in ("is", "refers", "defined"):
            found = replace(
                found, term=found.term[:1].lower() + found.term[1:] if not self.is_name(first) else found.term
            )
        if not found.lead and low == subject(self.document).lower():
            found = replace(found, term=subject(self.document))
        found = replace(found, marked=shown, proper=proper, styled=shown or low in self.set_apart)
        return found if is_term(found.term, shown) and _is_sure(found) else None


_AROUND = " .,;:“”\"'`‘’"
#: A term is set apart where it is new; what is set apart more often is a name in the style of code.
_MOST_SHOWN = 3
#: A clause behind "is meant": it wants "that".
_CLAUSE = re.compile(r"(?:the |an? )?(?:\w+ )?\w+ (?:is|are|has|have|does|do|can|will|must|consists?|contains?)\b")
_ENVIRONMENT = re.compile(r"^Definition\s+[A-Z]?\d+(?:\.\d+)*[.:]?\s*(?:\([^()]{2,60}\)[.:]?\s*)?")


@OncePerDocument
def definitions(document: Document) -> list[Definition]:
    """The definitions of a document, each term once, in text order."""
    return Reading(document).definitions()


def _made(form: str, match: re.Match[str], text: str, span: Span) -> Definition | None:
    """The definition that a sentence of this form gives, if term and meaning are such."""
    parts = match.groupdict()
    term, lead = parts["term"].strip("'‘’"), (parts.get("lead") or "").lower()
    field = parts.get("field") or ""
    if not text.endswith(".") or not is_phrase(term) or not field_fits(field):
        return None
    plural = (parts.get("verb") or "is") in ("are", "refer to", "mean", "denote")
    if plural and (lead in ("a", "an") or {"and", "of"} & set(term.split()) or not is_plural(term)):
        return None
    meaning = parts["meaning"].rstrip(".") if form == "named" else core(parts["meaning"])
    answer = text if form == "named" else text[: match.start("meaning")] + meaning + "."
    if debris(answer) or leans(answer.removeprefix("We define ").replace(" we mean ", " ")) or is_maths(answer):
        return None
    if (
        explains_itself(term, meaning)
        or (form == "named" and set(content_words(term)) <= set(content_words(meaning)))
        or re.match(r"\w+ \d", meaning)
        or re.match(r"(?:not|no|never|neither|nothing|none)\b", meaning)
        or not genus_fits(meaning, plural, form)
        or not is_whole(parts["meaning"], meaning)
    ):
        return None
    if form == "meant":
        # A term in the singular takes its article; other words are the author's own.
        if _CLAUSE.match(meaning) or not (lead or is_plural(term) or term[:1].isupper() or names_process(meaning)):
            return None
        answer = f"By {f'{lead} {term}'.strip()} is meant {meaning}."
    elif text.startswith("We define"):
        answer = capitalised(f"{f'{lead} {term}'.strip()} is defined as {meaning}.")
    if plural:
        answer = capitalised(answer)
    return Definition(term, lead, plural, meaning, answer, form, span, field)


def _is_sure(found: Definition) -> bool:
    """Whether the form, the article and the print together show a definition, and not a remark."""
    if found.form in ("meant", "term"):
        return True
    if (
        not found.lead
        and not found.plural
        and not (found.proper or is_noun(found.term))
        and not names_tool(found.meaning)
    ):
        return False
    if found.form == "defined":
        return found.lead != "the" or found.marked
    if found.form == "named":
        return found.lead in ("a", "an") or found.plural or found.marked
    if found.form == "refers":
        return found.marked
    if found.lead == "the":
        return found.marked and " " in found.term
    if found.lead or found.plural:
        return True
    if found.answer[0].islower() or re.search(r"[a-z][A-Z]", found.term):  # a name in code, or of a parameter
        return (found.styled or found.proper) and names_tool(found.meaning)
    if found.marked or (is_noun(found.term) and names_process(found.meaning)):
        return True
    # "BLT vector" lacks its article; "TS is the duration" speaks of one place.
    loose = re.search(r"\s[a-z]+$", found.term) or found.meaning.startswith("the ")
    if found.proper and loose and not names_tool(found.meaning):
        return False
    return (found.styled and names_tool(found.meaning)) or (found.proper and not found.styled)
