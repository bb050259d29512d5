"""What a term means, asked of the sentence that defines it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._backwards import asked_backwards, is_plain
from qaextract.recipes._definitions import Definition as Found
from qaextract.recipes._definitions import definitions
from qaextract.recipes._grammar import capitalised
from qaextract.recipes._prose import is_matter
from qaextract.recipes._stated import stated
from qaextract.recipes._subject import asked_within, subject


class DefinitionDraft(Draft):
    """A definition: the term that it defines."""

    term: str


@recipes.register("definition")
@dataclass(frozen=True)
class Definition:
    """What is a ...? When is a ... so? Answered by the sentence that defines the term or the property."""

    draft: ClassVar[type[Draft]] = DefinitionDraft
    #: Asked only where the finder found nothing.
    prompt: ClassVar[str] = """\
Task: definitions. The passage defines a term, in whatever form: "X is ...", "by X we mean ...", "... is called X", a \
description in brackets or in the sentence that first uses the term.

- `term` is the term as the passage writes it, in its basic form. The question asks what it is or means, and names the \
field or the system in which it has this meaning: "In canal engineering, what is a paddle?"
- The answer says to what kind of thing the term belongs and what sets it apart, in one or two sentences, with all \
conditions of the passage. It does not explain the term by itself.
- It is no definition if the passage only says something of the thing: what it costs, who made it, what it does today, \
that it is important, of what it is an example. Whoever has read the answer can tell things of this kind from others.
- A term of everyday language in its everyday meaning is not worth asking, nor a name that holds only for one example.
- Quote the sentence that defines, and the one that names the term or the field if they are not in it.

An example from another text, not to be used: "Water is let into the chamber of a lock through sliding boards in its \
gates, the paddles. They are made of oak."
Good: "On a canal, what are the paddles of a lock?" – "Sliding boards in the gates of the lock, through which water is \
let into its chamber." – quoting the first sentence.
Bad: "What are paddles?" (of a boat, of a lock?), "They are made of oak." (true, and defines nothing)."""
    quota: int = 3
    most: int = 3
    share: float = 1.0

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk has a verb of definitions and is no front or back matter."""
        return bool(re.search(r"\b(?:is|are|means?|refers? to|denotes?|define)\b", chunk.text)) and not is_matter(chunk)

    def find(self, chunk: Chunk, document: Document) -> Iterable[DefinitionDraft]:
        """One draft for each definition in the chunk: of properties, then of things."""
        for said in stated(document):
            if said.form == "when" and said.span in chunk.span and (subject(document) or " " in said.term):
                yield DefinitionDraft(
                    question=asked_within(document, said.question),
                    answer=said.answer,
                    quotes=(said.span.of(document.text),),
                    term=said.term,
                )
        backwards = asked_backwards(document)
        for found in definitions(document):
            if found.span in chunk.span and found not in backwards and is_plain(found, document):
                yield DefinitionDraft(
                    question=question_for(found, document),
                    answer=found.answer,
                    quotes=(found.span.of(document.text),),
                    term=found.term,
                )


def question_for(found: Found, document: Document) -> str:
    """The question, in the words of the definition: what something is, refers to, or is called."""
    if found.form == "meant":
        question = f"what is meant by {found.noun}?"
    elif found.form == "term":
        question = f"what does the term “{found.term}” mean?"
    elif found.form == "defined":
        question = f"how {'are' if found.plural else 'is'} {found.noun} defined?"
    elif found.form == "refers":
        question = f"what {'do' if found.plural else 'does'} {found.noun} refer to?"
    else:
        question = f"what {'are' if found.plural else 'is'} {found.noun}?"
    if found.field:
        return f"In {found.field}, {question}"
    return asked_within(document, capitalised(question))
