"""How to do something: the numbered steps that a heading or a sentence announces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import dedent
from typing import ClassVar

from qaextract.model import Block, Chunk, Document, Draft, Span
from qaextract.points import recipes
from qaextract.recipes._fitness import debris, leans
from qaextract.recipes._grammar import uncapitalised
from qaextract.recipes._lists import Item, Listing, listings_in
from qaextract.recipes._prose import prose
from qaextract.recipes._subject import asked_within
from qaextract.recipes._verbs import VERBS, word_set

_GOAL = re.compile(
    r"(?:^|[.,] |\b(?:these|the) (?:following )?)(?:(?:in order )?to|steps? (?:required |needed "
    r"|necessary )?(?:to|for)|how to|procedure (?:to|for)"
    r"|way to) (?P<goal>[a-z].+?)"
    r"(?:,| (?:you (?:can|should|must|need to|have to) )?(?:follow|do|perform|take|use|proceed|are|is)\b.*|:|$)",
    re.IGNORECASE,
)
_ANNOUNCES_STEPS = re.compile(
    r"\b(?:steps?|procedure|follow(?:s|ing)?|instructions|proceed|do (?:this|the following)|how to)\b.*[:.]$"
    r"|^(?:in order )?to [^,]+(?:, [^:]{0,80})?:$",
    re.IGNORECASE,
)
_EASY = re.compile(
    r"^(?:[^,]{0,80}, )?(?P<gerund>[A-Za-z]+ing) (?P<object>.+?) (?:is|can be|takes|requires|involves|consists of)\b.*"
    r"\b(?:steps?|follows)\b",
    re.IGNORECASE,
)
_HEADING_NUMBER = re.compile(r"^(?:(?:chapter|section|appendix)\s+)?(?:\d+|[A-Z])(?:\.\d+)*\.?\s+", re.IGNORECASE)
_HOW_TO = re.compile(r"^(?:how (?:to|do you|do i|can i)|to) (?P<goal>[a-z].*?)\??$", re.IGNORECASE)
_GERUND = re.compile(r"^(?P<gerund>[A-Z][a-z]+ing) (?P<object>[a-zA-Z`\"“].+)$")
#: Forms in "-ing" that mostly describe a thing: "opening balances" are not opened.
_DESCRIBING = word_set(
    "opening closing operating running working building existing remaining starting ending matching missing following "
    "rendering processing printing drawing reading writing setting editing mapping scaling supporting defining"
)
_TASK_TITLE = re.compile(r"^(?:procedure|task|recipe|how-?to)\s?[\d.]*\s?[.:]?\s+(?P<goal>[A-Z].*)$", re.IGNORECASE)
_BY_STEPS = re.compile(r"^(?P<goal>[A-Z][a-z]+ .+?) by (?:following|doing|taking|using) (?:these|the following)\b.*:$")
_BARE_GOAL = re.compile(r"^To (?P<goal>[a-z][^.,;:]{6,70})$")
_STEP = re.compile(r"step\s(?P<number>\d{1,2})\s?[.:)–—-]\s+(?=\S)", re.IGNORECASE)
_IMPERATIVE = re.compile(
    r"^(?:(?:(?:if|when|once|after|before|for|in|on|from|at|with|using|optionally|first|next|then|finally|now)\b[^,]*,"
    r"|first|next|then|finally|now|optionally|carefully|again) )?(?P<verb>[a-z]+)\b",
    re.IGNORECASE,
)
_MORE_VERBS = word_set(
    "click double-click right-click go be unzip untar install launch boot reboot press log sign navigate plug "
    "unplug wait repeat review fill rinse pour cook mix stir heat cool wash dry cut fold draw write read listen "
    "ask think decide plan prepare test verify confirm consult try drag scroll tap visit subscribe register "
    "submit come back highlight mix attach pick change clone commit mount unmount partition compile reply "
    "simply please do don't"
)


_NO_STEP = re.compile(
    r"(?:the|an?|this|that|these|those|it|its|you|we|i|they|there|one|any|all|each|some|no|what|which|who|why|is|are"
    r"|can|does|[a-z]+ing)\b",
    re.IGNORECASE,
)
#: "Loosen the frame": a word before an article that is none of those that stand there without being a verb.
_ACTS = re.compile(
    r"(?!(?:if|when|while|as|at|by|for|from|in|into|of|on|to|with|without|both|all|such|not|only|even|unlike"
    r"|like|about|after"
    r"|before|until|since|because|and|or|but|also|what|which|who|how|why|where|during|under|over|through|per|via)\b)"
    r"[a-z]+(?<!s)(?<!ed)(?<!ing)(?<!ly) (?:(?:up|down|off|on|in|out|away|back) )?(?:the|an?|your|each|both|one"
    r"|two|three)\b",
    re.IGNORECASE,
)
_CHOICES = re.compile(
    r"\b(?:ways|methods|options|alternatives|choices|possibilities|approaches|either|one of|solutions"
    r"|strategies|tips|reasons"
    r"|things|rules|tasks|hints|suggestions|recommendations|ideas|any of|these are|examples?)\b",
    re.IGNORECASE,
)
#: A line with a raised or lowered sign of a formula, torn from its place.
_RAISED = re.compile(r"[⁰-⁹ⁿ₀-₉]|\n\S{1,2}\n|\n\S$")
_SUB_MARKER = re.compile(r"\s*(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|[•◦–*-])\s", re.IGNORECASE)


class ProcedureDraft(Draft):
    """A question on how something is done, and the steps."""

    steps: tuple[str, ...]


@recipes.register("procedure")
@dataclass(frozen=True)
class Procedure:
    """Ask how something is done, and answer with all of the numbered steps.

    The steps are told to the reader, and the heading or the sentence above them says what they are for.
    """

    draft: ClassVar[type[Draft]] = ProcedureDraft
    quota: int = 2
    max_steps: int = 12
    min_told: float = 0.75
    max_answer_chars: int = 1500

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk holds numbered items."""
        return re.search(r"^[ \t]*(?:\(?(?:2|b|ii)[.)]|step 2\b)", chunk.text, re.MULTILINE | re.IGNORECASE) is not None

    def find(self, chunk: Chunk, document: Document) -> Iterable[ProcedureDraft]:
        """The drafts, in text order."""
        for listing in (*listings_in(chunk, document), *_stepped(chunk, document)):
            numbers = listing.numbers
            if listing.torn or not 2 <= len(numbers) <= self.max_steps or numbers != tuple(range(1, len(numbers) + 1)):
                continue
            steps = tuple(_step(item, document) for item in listing.items)
            goal, told = _goal(listing, document)
            told_to = [_tells(step) for step in steps]
            if told and listing.lead is listing.heading and len({step.split(" ")[0] for step in steps}) == 1:
                continue  # "Use ...", "Use ..." below a heading are rather choices
            if _counts_on(listing, document):
                continue
            if not goal or None in told_to or sum(map(bool, told_to)) < self.min_told * len(steps):
                continue
            question = f"How do you {goal}?"
            answer = "\n".join(f"{n}. {step}" for n, step in enumerate(steps, 1))
            if len(answer) > self.max_answer_chars or leans(question) or debris(question):
                continue
            quotes = (*((told,) if told else ()), document.text[listing.span.start : listing.span.end])
            if "\ufffd" in answer or _RAISED.search(answer):
                continue
            yield ProcedureDraft(question=asked_within(document, question), answer=answer, quotes=quotes, steps=steps)


def _counts_on(listing: Listing, document: Document) -> bool:
    """Whether an item soon below the list has the next number: something stands between its steps."""
    last, end = len(listing.items), listing.span.end
    coming = re.compile(rf"(?:^|\n)\s*(?:step )?\(?{last + 1}[.)]\s", re.IGNORECASE)
    found = coming.search(document.text, end, end + 2000)
    return found is not None and not re.search(r"(?:^|\n)\s*\(?1[.)]\s", document.text[end : found.start()])


def _stepped(chunk: Chunk, document: Document) -> Iterator[Listing]:
    """Paragraphs that begin with "Step 1.", "Step 2." and so on, as a list."""
    heading: Block | None = None
    lead: Block | None = None
    items: list[Item] = []
    for block in document.blocks_in(chunk.span):
        if block.kind in ("artifact", "footnote"):
            continue
        plain = prose(document, block)
        step = _STEP.match(plain.text) if block.kind in ("paragraph", "list") else None
        if step:
            items.append(Item(plain.text[step.end() :], "", f"{step['number']}.", block.span))
            continue
        if items:
            # Whatever stands between or below the steps may belong to the last of them.
            yield Listing(tuple(items), lead, heading, torn=block.kind != "heading")
            items = []
        heading, lead = (block, block) if block.kind == "heading" else (heading, block)
    if items:
        yield Listing(tuple(items), lead, heading, torn=False)


def _goal(listing: Listing, document: Document) -> tuple[str, str]:
    """What the steps are for, as "install the package", and the sentence that says so."""
    lead = listing.lead_sentence(document)
    if lead is not None:
        announces = _ANNOUNCES_STEPS.search(lead.text)
        found = (announces and _GOAL.search(lead.text)) or _BY_STEPS.match(lead.text) or _BARE_GOAL.match(lead.text)
        if found and _is_goal(found["goal"]):
            return uncapitalised(_without_person(found["goal"])), lead.quote(document)
        if announces and (found := _EASY.match(lead.text)) and (verb := _verb_of(found["gerund"].lower())):
            return f"{verb} {found['object']}", lead.quote(document)
        if (lead.text.endswith(":") and not announces) or _CHOICES.search(lead.text):
            return "", ""
    if listing.heading is None or not _follows(listing, document):
        return "", ""
    goal = _goal_of_title(_HEADING_NUMBER.sub("", prose(document, listing.heading).text).rstrip(".:"))
    return (goal, listing.heading.span.of(document.text)) if goal else ("", "")


def _goal_of_title(title: str) -> str:
    """What a heading such as "Installing the package" or "How to install it" announces."""
    if found := _HOW_TO.match(title) or _TASK_TITLE.match(title):
        goal = uncapitalised(_without_person(found["goal"]))
        return goal if _is_goal(goal) else ""
    if found := _GERUND.match(title):
        verb = _verb_of(found["gerund"].lower())
        told = found["object"][0].islower() or found["gerund"].lower() not in _DESCRIBING
        if not (verb and told):
            return ""
        # "Getting Started with Selene": a title's capital, unless the word is a name.
        started = re.match(r"Started\b", found["object"])
        return f"{verb} {uncapitalised(found['object']) if started else found['object']}"
    first = title.split(" ")[0]
    if first in ("Save", "Create", "Install", "Configure", "Build", "Remove", "Change") or re.match(
        r"[A-Z][a-z]+ (?:an?|the|your) ", title
    ):
        return uncapitalised(title) if _is_goal(title) else ""
    return ""


def _follows(listing: Listing, document: Document) -> bool:
    """Whether no more than one paragraph stands between the heading and the list."""
    if listing.heading is None or listing.lead is None:
        return False
    between = document.blocks_in(Span(listing.heading.span.end, listing.span.start))
    return sum(block.kind not in ("artifact", "footnote") for block in between) <= 1


def _is_goal(goal: str) -> bool:
    """Whether it begins with a verb, and something is done to something."""
    first = goal.split(" ")[0].lower()
    if re.search(r"\bsuch (?!as\b)|^\w+ (?:as|on|in|from|under|with|by|for) ", goal):
        return False
    return first in VERBS | _MORE_VERBS and not re.fullmatch(r"\w+(?: (?:so|this|that|it|them|these|those))?", goal)


def _without_person(goal: str) -> str:
    return re.sub(r"\b(your) (?=own\b)", r"\1 ", goal).strip()


def _verb_of(gerund: str) -> str:
    """The base form of a known verb of which this is the "-ing" form."""
    root = gerund.removesuffix("ing")
    doubled = root[:-1] if len(root) > 2 and root[-1] == root[-2] else root
    return next((form for form in (root, root + "e", doubled) if form in VERBS or form in _MORE_VERBS), "")


def _step(item: Item, document: Document) -> str:
    """The text of a step; a listing that belongs to it keeps its lines."""
    if item.whole:
        return item.text
    parts = []
    for block in document.blocks_in(Span(item.span.start, item.span.end)):
        if block.kind == "code":
            raw = block.span.of(document.text)
            bare = re.sub(r"^\s*(?:```|~~~)[^\n]*\n?|\n?\s*(?:```|~~~)\s*$", "", raw)
            parts.append(dedent(bare).strip("\n"))
        elif block.kind not in ("artifact", "footnote"):
            marker = _SUB_MARKER.match(block.span.of(document.text)) if parts and block.kind == "list" else None
            parts.append((marker[0].strip() + " " if marker else "") + prose(document, block).text)
    return "\n".join(parts)


def _tells(step: str) -> bool | None:
    """Whether the step begins with a known imperative; None where it tells nothing or is not there whole."""
    found = _IMPERATIVE.match(step)
    first = step.split("\n")[0]
    if found is None or _NO_STEP.match(step) or debris(first.replace("`", "")):
        return None
    if re.search(
        r"\b(?:section|chapter|figure|table|page|exercise|example|appendix)\s*\d|\b(?:above|below)\b(?! the\b)"
        r"|\blet[’']s\b",
        step,
        re.IGNORECASE,
    ):
        return None
    if len(first.split()) < 2 or ("\n" not in step and step.rstrip().endswith((":", ",", "-"))):
        return None
    verb = found["verb"].lower()
    return verb in VERBS | _MORE_VERBS or bool(_ACTS.match(first[found.start("verb") :]))
