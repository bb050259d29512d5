"""What an option, a command, a function or another term of a reference list does or is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from qaextract.english import words
from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._described import question_and_answer
from qaextract.recipes._entries import Entry, entries_in
from qaextract.recipes._fitness import debris
from qaextract.recipes._prose import OncePerDocument, is_changelog, is_matter
from qaextract.recipes._stated import stated
from qaextract.recipes._subject import asked_within, subject
from qaextract.recipes._term_kinds import is_code
from qaextract.recipes._told import told
from qaextract.recipes._usage import is_name

_UNFIT_TERM = re.compile(
    r"^[\W\d_]*$|\{\}|^#\s|\.\.\.|…|^[^-\w]?\w$|[.:;,]\s*$|^\d|\s{2,}|[?!]\s|\u2190|\\item|^>|<-|:=|\s[=~+/-]\s"
    r"|\s\d+\s|\s[\"“][^\"“”]*[\"”]|\\\S+\s+\\"
    r"|^(?:the|an?|some|this|chapter|section|appendix|part|figure|table|step|note|example|tip|warning)\b"
    # Keys: what they do depends on the program that reads them.
    r"|^(?:\^|[CM]-|(?:ctrl|alt|shift|meta|esc|control)[-+ ])|^(?:enter|return|del|delete|tab|space|esc|escape|home"
    r"|end|page ?(?:up|down)|f\d+)$|^\\\S+ [a-z]+$",
    re.IGNORECASE,
)

_SHORTEST_WORD = 3  # characters; shorter ones are values more often than names
_TELLING = 8  # characters of a name that is hardly used elsewhere
_COMMAND_NAME = re.compile(r"[a-z][\w.+-]*(?: |$)")
_INVOKING = re.compile(r"\binvo|command[- ]line|\bstarting\b|\brunning\b", re.IGNORECASE)


class DescribedTermDraft(Draft):
    """A question on a term of a reference list."""

    term: str
    noun: str = ""


@recipes.register("described_term")
@dataclass(frozen=True)
class DescribedTerm:
    """Ask what an option, a command, a function or another described term does or is.

    The answer is the first sentence of the description. Terms that are described twice are left out.
    """

    draft: ClassVar[type[Draft]] = DescribedTermDraft
    quota: int = 3
    min_words: int = 4
    max_term_chars: int = 60
    max_answer_chars: int = 400

    def accepts(self, chunk: Chunk) -> bool:
        """Always: what tells a term is the layout, and the chunk does not show it."""
        return bool(chunk.text.strip())

    def find(self, chunk: Chunk, document: Document) -> Iterable[DescribedTermDraft]:
        """The drafts: of the entries, then of the prose, each in text order."""
        yield from self._listed(chunk, document)
        yield from self._told(chunk, document)

    def _told(self, chunk: Chunk, document: Document) -> Iterable[DescribedTermDraft]:
        """What the sentences of running prose say of named things."""
        if is_matter(chunk):
            return
        name = subject(document)
        for one in told(document):
            if one.span in chunk.span and (name or len(one.term) >= _TELLING):
                yield DescribedTermDraft(
                    question=asked_within(document, one.question),
                    answer=one.answer,
                    quotes=(one.span.of(document.text),),
                    term=one.term,
                    noun=one.noun,
                )
        for said in stated(document):
            if said.span in chunk.span and said.form != "when" and (name or " " in said.term):
                yield DescribedTermDraft(
                    question=asked_within(document, said.question),
                    answer=said.answer,
                    quotes=(said.span.of(document.text),),
                    term=said.term,
                )

    def _listed(self, chunk: Chunk, document: Document) -> Iterable[DescribedTermDraft]:
        """What the entries of reference lists say of their terms."""
        name = subject(document)
        if is_changelog(document):
            return
        for entry in entries_in(chunk, document):
            # Without a subject in the question, the term itself must tell what is asked about.
            entry = _with_command(entry)
            if _of_whichever(entry, document):
                continue
            if not self._fit(entry) or not (
                name
                or (
                    entry.noun
                    and entry.noun != "option"
                    and is_code(entry.term)
                    and len(entry.term) >= _TELLING
                    and " " not in entry.term
                )
            ):
                continue
            word = entry.term.isalpha() and entry.term.islower() and not (entry.noun or entry.glossed)
            if word and document.emphasis and not is_name(entry.term, document):
                continue
            asked = question_and_answer(entry)
            if asked is None or not self.min_words <= len(words(asked[1])) or len(asked[1]) > self.max_answer_chars:
                continue
            yield DescribedTermDraft(
                question=asked_within(document, asked[0]),
                answer=asked[1],
                quotes=entry.quotes(document),
                term=entry.term,
                noun=entry.noun,
            )

    def _fit(self, entry: Entry) -> bool:
        """Whether the term is whole and names something by itself."""
        term = entry.term
        if ", " in re.sub(r"[(\[{].*[)\]}]", "", term) and not term.startswith("-"):
            return False
        if len(re.findall(r"[^\W\d_]{3,}", term)) > 3 and not re.match(r"[-\\]|[\w:]+(?:\s[\w:*&]+)*\s?\(", term):
            return False
        if term.count("⟨") != term.count("⟩") or term.count("<") > term.count(">") + 1:
            return False
        if len(term) > self.max_term_chars or _UNFIT_TERM.search(term) or debris(term.replace("`", "")):
            return False
        if term.startswith("-") and len(term.split()[0]) <= 2:
            return _COMMAND_NAME.match(entry.owner) is not None or _INVOKING.search(entry.heading) is not None
        if entry.glossed:
            return True
        if entry.owner and entry.noun != "argument" and not is_code(term):
            return False
        return (
            is_code(term)
            or bool(entry.noun)
            or (entry.marked and " " not in term and term.islower() and len(term) > _SHORTEST_WORD)
        )


#: A section on the options of one command: "A.21.1 update options", "Options for update", "7.113 print".
_COMMAND_ABOVE = re.compile(
    r"(?:[A-Z]?\d+(?:\.\d+)*\.?\s+)?(?:Options (?:of|for|to) )?(?:the )?[‘'`“\"]?(?P<name>[a-z][\w-]*)[’'`”\"]?"
    r"(?: command)?(?: options)?"
)
_NO_COMMAND = frozenset(
    {"options", "option", "usage", "flags", "command", "synopsis", "arguments", "switches", "general"}
)


def _with_command(entry: Entry) -> Entry:
    """An option with the command that its heading names."""
    above = _COMMAND_ABOVE.fullmatch(entry.heading.strip())
    if entry.owner or not entry.term.startswith("-") or above is None or above["name"] in _NO_COMMAND:
        return entry
    return replace(entry, owner=above["name"])


#: Options of one letter, and long ones.
_OPTIONS = re.compile(r"(?<![\w-])(?:-\w(?!\w{3})|--[A-Za-z][\w-]+)")


@OncePerDocument
def _places(document: Document) -> dict[str, set[int]]:
    """The sections, by their numbers, in which each option is described."""
    found: dict[str, set[int]] = {}
    heading = 0
    for block in document.blocks:
        text = document.text[block.span.start : block.span.start + 40]
        if block.kind == "heading":
            heading += 1
        elif block.kind in ("term", "list"):
            for option in _OPTIONS.findall(text.split("\t")[0]):
                found.setdefault(option, set()).add(heading)
    return found


def _of_whichever(entry: Entry, document: Document) -> bool:
    """Whether it is an option that several commands have, and nobody says of which."""
    alone = entry.term.startswith("-") and (not entry.owner or entry.owner.startswith("-"))
    options = _OPTIONS.findall(entry.term) if alone else ()
    return any(len(_places(document).get(option, ())) > 1 for option in options)
