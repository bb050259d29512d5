"""What a named theorem, law or rule states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

from qaextract.model import Block, Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._fitness import debris, leans, usable
from qaextract.recipes._grammar import as_sentence, capitalised, uncapitalised
from qaextract.recipes._meanings import is_maths
from qaextract.recipes._problems import garbled
from qaextract.recipes._prose import Prose, emphasised, is_matter, prose, sentences_of
from qaextract.recipes._subject import asked_within

_KIND = (
    r"(?:theorem|lemma|law|rule|principle|axiom|postulate|conjecture|hypothesis|paradox|inequality|criterion"
    r"|thesis|identity"
    r"|corollary)s?"
)
_PERSONS = r"(?:[A-Z][\w-]+\s){0,2}[A-Z][\w-]+(?:(?:[–—]|-|\sand\s)[A-Z][\w-]+)*(?:['’]s|s['’])"
#: "Bayes' theorem", "Newton's second law", "the law of large numbers", "the pigeonhole principle".
_ONE = _KIND.removesuffix("s?")
_NAME = (
    rf"(?:{_PERSONS}\s(?:[a-z-]+\s){{0,2}}{_KIND}|(?:[Tt]he\s)?[A-Z][\w-]+(?:[–—-][A-Z][\w-]+)+\s{_ONE}"
    rf"|(?:[Tt]he\s)?(?:[\w-]+\s){{0,2}}{_ONE}\sof\s(?:the\s)?[\w’-]+(?:\s(?!(?:is|are|as|can|has"
    rf"|was)\b)[\w’-]+){{0,3}}?"
    rf"|[Tt]he\s[\w-]+\s(?:[\w-]+\s)?{_ONE})"
)
_ENVIRONMENT = re.compile(
    r"(?P<kind>(?i:Theorem|Lemma|Proposition|Corollary|Law|Rule|Principle|Axiom|Postulate|Conjecture))"
    r"(?:\s(?:[A-Z]?\d+(?:[.-]\d+)*|[IVX]+|[A-Z]))?\.?\s?[(\[](?P<name>[^()\d\[\]]{4,60})[)\]]\s?[.:]?\s+(?=[A-Z“])"
)
_RUN_IN = re.compile(rf"(?P<name>{_NAME})(?P<mark>[.:]|\s[–—])\s+(?P<claim>[A-Za-z“].+[.!])$")
#: A name that is set apart needs no article: "Jordan curve theorem.", "Principle of least action."
_SET_APART = re.compile(
    rf"(?P<name>(?:[A-Z][\w’'–-]+\s(?:[\w’'–-]+\s){{0,3}}?{_ONE}|(?i:{_ONE})\sof\s[\w’'–-]+(?:\s[\w’'–-]+){{0,3}}?))"
    r"(?P<mark>\.)\s+(?P<claim>[A-Z“].+[.!])$"
)
_SAID = re.compile(
    rf"(?P<name>(?:The\s)?(?:[\w’'–-]+\s){{0,5}}?(?:[\w’'–-]+\s)?{_KIND}(?:\sof\s(?:[\w’'–-]+\s?){{1,4}}?)?)\s"
    r"(?P<verb>states?|says?|asserts?|tells us|stipulates?|dictates?|holds)\sthat\s(?P<claim>.+[.!])$",
    re.IGNORECASE,
)
_ACCORDING = re.compile(rf"(?:According\sto|By)\s(?P<name>(?:the\s)?{_NAME}),\s(?P<claim>.+[.!])$")
_ASIDE = re.compile(
    r"(?P<name>(?:[Tt]he\s)?(?:(?:[A-Z][\w’'–-]+\s(?:and\s)?){1,4}(?:[a-z]+\s){0,2}|(?<=[Tt]he\s)(?:[a-z-]+\s){0,3})"
    rf"{_KIND}(?:\sof\s(?:the\s)?[\w-]+(?:\s[\w-]+)?)??)(?:\sis\s[^,;.]{{3,80}})?,\swhich\s(?P<verb>states|says"
    rf"|asserts)"
    r"\sthat\s(?P<claim>[^;]+)\.$"
)
_NOT_NAMES = re.compile(
    r"^(?:this|that|these|those|a|an|any|each|another|our|my|their|his|her|its|one|some|no|such|following)\b"
    r"|^the (?:\w+ )?(?:above|following|previous|next|last|latter|former|first|second|third|fourth|other|same"
    r"|general|main"
    r"|new|preceding|proof of|two|three|simple|usual|basic|only|last|key|important|copyright|civil|criminal|null)\b"
    rf"|^the {_KIND}$|^{_KIND}$|\b(?:if|when|because|which|that|thumb|applied)\b",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"\b(?:see|cf|due to|et al|after|from|version|part|continued|cont)\b|[;=]|^[a-z]$", re.IGNORECASE
)
#: Two names that are joined name the theorem; one alone may be whoever found it.
_JOINED = re.compile(r"[A-Z][a-zé'’ö]+(?:[–—][A-Z][a-zé'’ö]+)+|[A-Z][a-zé'’ö]+-[A-Z][a-zé'’ö]+(?:-[A-Z][a-zé'’ö]+)?")
_GOES_ON = re.compile(
    r"^(?:moreover|furthermore|conversely|if|then|in addition|further|here|where|in particular)\b", re.I
)
#: Words that names of theorems begin with and that are no names of persons.
_COMMON = frozenset(
    [
        *("fundamental", "central", "mean", "intermediate", "extreme", "first", "second", "third", "four", "five"),
        *("chain", "product", "quotient", "inverse", "implicit", "law", "rule", "principle", "binomial", "prime"),
        *("monotone", "dominated", "uniform", "divergence", "spectral", "maximum", "squeeze", "handshaking", "rank"),
        *("residue", "remainder", "factor", "rational", "addition", "multiplication", "total", "pigeonhole", "weak"),
        *("strong", "marriage", "triangle", "parallel", "power", "empirical", "well-ordering", "axiom", "theorem"),
    ]
)
_LEAST_WORDS = 5
_LONGEST_RUN_IN = 500  # characters


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
        blocks = [block for block in document.blocks_in(chunk.span) if block.kind not in ("artifact", "footnote")]
        asked: set[str] = set()
        for here, after in zip_longest(blocks, blocks[1:]):
            if here.kind not in ("paragraph", "list", "quote"):
                continue
            drafts = (*_titled(document, here, after), *_run_in(document, here, after), *_told(document, here))
            for draft in sorted(drafts, key=lambda draft: document.text.index(draft.quotes[0], here.span.start)):
                if draft.name.lower() not in asked:
                    asked.add(draft.name.lower())
                    yield draft


def _titled(document: Document, block: Block, after: Block | None) -> Iterator[TheoremDraft]:
    """The statement of `Theorem 2.1 (Name). Statement.`."""
    plain = prose(document, block)
    opening = _ENVIRONMENT.match(plain.text)
    name = _name_of(document, opening["name"].strip(), opening["kind"].lower()) if opening else ""
    if opening and name and not _continues(document, after):
        statement = plain.text[opening.end() :]
        if _is_statement(statement):
            yield TheoremDraft(
                question=asked_within(document, f"What does {name} state?"),
                answer=statement,
                quotes=(block.span.of(document.text),),
                name=opening["name"],
            )


def _run_in(document: Document, block: Block, after: Block | None) -> Iterator[TheoremDraft]:
    """The statement of `Archimedes' principle: statement.`, or with the name set apart and a full stop."""
    plain = prose(document, block)
    told = sentences_of(document, block)
    for sentence in told:
        # With a full stop the statement is the rest of the paragraph; with a colon, of the sentence.
        begins = sentence is told[0] and len(plain.text) < _LONGEST_RUN_IN
        text = plain.text if begins else sentence.text
        found = _RUN_IN.match(text) or (_SET_APART.match(text) if begins else None)
        if not found or _NOT_NAMES.search(found["name"]) or (sentence is told[-1] and _continues(document, after)):
            continue
        if found["mark"] == "." and not _is_apart(document, plain, found["name"]):
            continue
        claim = found["claim"]
        if not _is_statement(capitalised(claim)) or not _has_verb(claim):
            continue
        name = re.sub("^The ", "the ", found["name"])
        name = name if re.match(rf"the |{_PERSONS}", name) else f"the {_as_name(document, name)}"
        quote = plain.source(found.start(), found.end()) if begins else sentence.span
        yield TheoremDraft(
            question=asked_within(document, f"What does {name} state?"),
            answer=as_sentence(claim),
            quotes=(quote.of(document.text),),
            name=name.removeprefix("the "),
        )


def _as_name(document: Document, name: str) -> str:
    """The name inside of a sentence: "Mean value theorem" is written small, "Jordan curve theorem" is not."""
    name = name.removeprefix("The ")
    first = re.split(r"[\s-]", name)[0]
    common = first.lower() in _COMMON or re.search(rf"(?<![\w-]){re.escape(first.lower())}(?!\w)", document.text)
    return uncapitalised(name) if common else name


def _is_apart(document: Document, plain: Prose, name: str) -> bool:
    """Whether the name at the head of a paragraph is set apart."""
    runs = [plain.within(run) for run in emphasised(document, plain.span)]
    return any(run.start == 0 and run.end >= len(name) - 1 for run in runs)


def _continues(document: Document, after: Block | None) -> bool:
    """Whether the statement may go on below its paragraph."""
    if after is None or after.kind not in ("formula", "list", "paragraph", "quote", "code", "table"):
        return False
    text = prose(document, after).text
    return after.kind != "paragraph" or text[:1].islower() or _GOES_ON.match(text) is not None


def _has_verb(text: str) -> bool:
    verb = r"\b(?:is|are|has|have|can|cannot|must|may|will|do|does|if|every|no|equals?|keeps?|[a-z]{3,}s)\b"
    return re.search(verb, text.split(".")[0]) is not None


def _is_statement(text: str) -> bool:
    """Whether the text is whole sentences without formulas, which can be read alone."""
    if not text.endswith((".", "!")) or len(text.split()) < _LEAST_WORDS or debris(text) or garbled(text):
        return False
    # "There is", "Let", "Suppose" and "Some" begin statements that lean on nothing.
    bare = re.sub(
        r"^(?:There (?:is|are|exists?)|Let|Suppose(?: that)?|Assume(?: that)?|Both|One|Some|Any)\s", "Of ", text
    )
    return leans(bare) is None and not is_maths(text)


def _name_of(document: Document, name: str, kind: str) -> str:
    """How a question calls what has a title; nothing where the title may only say who found it."""
    if debris(name) or _ATTRIBUTED.search(name) or _NOT_NAMES.search(f"the {uncapitalised(name)}"):
        return ""
    possessive = re.search(rf"^{_PERSONS}\s", name)
    if re.search(rf"\b{_KIND}\b", name, re.IGNORECASE):
        return name if possessive else f"the {_as_name(document, name)}"
    if _JOINED.fullmatch(name):
        return f"the {name} {kind}"
    if len(name.split()) > 1 and any(word.islower() and len(word) > 3 for word in name.split()):
        return f"the {kind} called “{name}”"
    return ""


def _told(document: Document, block: Block) -> Iterator[TheoremDraft]:
    """The sentences `The rule of twelfths says that ...`, `..., which says that ...` and `According to ..., ...`."""
    for sentence in sentences_of(document, block):
        whole = _SAID.match(sentence.text)
        by = _ACCORDING.match(sentence.text)
        match = whole or by or _ASIDE.search(sentence.text)
        if match and not (whole or by) and match.start() == 0 and " is " not in sentence.text[: match.start("verb")]:
            continue  # the sentence goes on after the aside
        if not match or _NOT_NAMES.search(match["name"]) or len(match["claim"].split()) < _LEAST_WORDS:
            continue
        name = match["name"]
        name = "the " + name[4:] if name.startswith("The ") else name
        if by and (sentence.text.startswith("By ") or not re.match(rf"the |{_PERSONS}", name)):
            continue
        verb = "says" if by or match["verb"].lower() == "tells us" else match["verb"]
        answer = sentence.text if by else capitalised(f"{name} {verb} that {match['claim'].rstrip('.!')}.")
        if usable(re.sub("^According to", "In", answer)) and not is_maths(answer) and not garbled(answer):
            yield TheoremDraft(
                question=asked_within(document, f"What {_asking(verb)}".replace("NAME", name)),
                answer=answer,
                quotes=(sentence.quote(document),),
                name=name.removeprefix("the "),
            )


def _asking(verb: str) -> str:
    do = "does" if verb.endswith("s") else "do"
    return f"{do} NAME say?" if verb.lower().startswith("say") else f"{do} NAME state?"
