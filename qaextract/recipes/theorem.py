"""What a named theorem, law or rule states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

from qaextract.model import Block, Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._fitness import debris, usable
from qaextract.recipes._grammar import capitalised, uncapitalised
from qaextract.recipes._meanings import is_maths
from qaextract.recipes._prose import is_matter, prose, sentences_of
from qaextract.recipes._subject import asked_within

_KIND = (
    r"(?:theorem|lemma|law|rule|principle|axiom|postulate|conjecture|hypothesis|paradox|inequality|criterion|thesis|identity"
    r"|corollary)s?"
)
_ENVIRONMENT = re.compile(
    r"(?P<kind>Theorem|Lemma|Proposition|Corollary|Law|Rule|Principle|Axiom|Postulate|Conjecture)"
    r"(?:\s(?:[A-Z]?\d+(?:\.\d+)*|[IVX]+))?\.?\s\((?P<name>[^()\d\[\]]{4,60})\)\s?[.:]?\s+(?=[A-Z“])"
)
_SAID = re.compile(
    rf"(?P<name>(?:The\s)?(?:[\w’'–-]+\s){{0,5}}?(?:[\w’'–-]+\s)?{_KIND}(?:\sof\s(?:[\w’'–-]+\s?){{1,4}}?)?)\s"
    r"(?P<verb>states?|says?|asserts?|tells us|stipulates?|dictates?)\sthat\s(?P<claim>.+[.!])$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?P<name>(?:[Tt]he\s)?(?:(?:[A-Z][\w’'–-]+\s(?:and\s)?){1,4}(?:[a-z]+\s){0,2}|(?<=[Tt]he\s)(?:[a-z-]+\s){0,3})"
    rf"{_KIND}(?:\sof\s(?:the\s)?[\w-]+(?:\s[\w-]+)?)??)(?:\sis\s[^,;.]{{3,80}})?,\swhich\s(?P<verb>states|says|asserts)"
    r"\sthat\s(?P<claim>[^;]+)\.$"
)
_NOT_NAMES = re.compile(
    r"^(?:this|that|these|those|a|an|any|each|another|our|my|their|his|her|its|one|some|no|such|following)\b"
    r"|^the (?:\w+ )?(?:above|following|previous|next|last|latter|former|first|second|third|fourth|other|same|general"
    r"|new|preceding|proof of)\b"
    rf"|^the {_KIND}$|^{_KIND}$|\b(?:if|when|because|which|that)\b",
    re.IGNORECASE,
)


_LEAST_WORDS = 5


class TheoremDraft(Draft):
    """A statement with a name: the name."""

    name: str


@recipes.register("theorem")
@dataclass(frozen=True)
class Theorem:
    """What does the ... theorem state? Asked where a statement has a name and can be read without formulas."""

    draft: ClassVar[type[Draft]] = TheoremDraft
    quota: int = 3
    share: float = 1.0

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk speaks of a theorem, law, rule or the like."""
        return re.search(rf"\b{_KIND}\b", chunk.text, re.IGNORECASE) is not None and not is_matter(chunk)

    def find(self, chunk: Chunk, document: Document) -> Iterable[TheoremDraft]:
        """One draft for each named statement in the chunk."""
        blocks = document.blocks_in(chunk.span)
        for here, after in zip_longest(blocks, blocks[1:]):
            if here.kind in ("paragraph", "list"):
                yield from _titled(document, here, after)
                yield from _told(document, here)


def _titled(document: Document, block: Block, after: Block | None) -> Iterator[TheoremDraft]:
    """The statement of `Theorem 2.1 (Name). Statement.`."""
    plain = prose(document, block)
    opening = _ENVIRONMENT.match(plain.text)
    name = _name_of(opening["name"], opening["kind"].lower()) if opening else ""
    if not opening or not name or (after is not None and after.kind == "formula"):
        return
    statement = plain.text[opening.end() :]
    if (
        statement.endswith((".", "!"))
        and usable(statement)
        and not is_maths(statement)
        and len(statement.split()) >= _LEAST_WORDS
    ):
        yield TheoremDraft(
            question=asked_within(document, f"What does {name} state?"),
            answer=statement,
            quotes=(block.span.of(document.text),),
            name=opening["name"],
        )


def _name_of(name: str, kind: str) -> str:
    """How a question calls what has a title; nothing where the title may only say who found it."""
    if debris(name) or re.search(r"\b(?:see|cf|due to|et al|after|from)\b", name):
        return ""
    possessive = re.search(r"^[A-Z][\w-]+(?:['’]s|s['’])\s", name)
    if re.search(rf"\b{_KIND}\b", name, re.IGNORECASE):
        return name if possessive else f"the {uncapitalised(name.removeprefix('The '))}"
    if len(name.split()) > 1 and any(word.islower() and len(word) > 3 for word in name.split()):
        return f"the {kind} called “{name}”"
    return ""


def _told(document: Document, block: Block) -> Iterator[TheoremDraft]:
    """The sentences `The rule of twelfths says that ...` and `..., by the rule of twelfths, which says that ...`."""
    for sentence in sentences_of(document, block):
        whole = _SAID.match(sentence.text)
        match = whole or _ASIDE.search(sentence.text)
        if not match or _NOT_NAMES.search(match["name"]) or len(match["claim"].split()) < _LEAST_WORDS:
            continue
        name = match["name"]
        name = "the " + name[4:] if name.startswith("The ") else name
        answer = sentence.text if whole else capitalised(f"{name} {match['verb']} that {match['claim']}.")
        if usable(answer) and not is_maths(answer):
            yield TheoremDraft(
                question=asked_within(document, f"What does {name} {_asking(match['verb'])}?"),
                answer=answer,
                quotes=(sentence.quote(document),),
                name=name.removeprefix("the "),
            )


def _asking(verb: str) -> str:
    return "say" if verb.lower().startswith(("say", "tell")) else "state"
