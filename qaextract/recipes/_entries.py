"""Entries of reference lists: a term, what it is called there, and the beginning of its description."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qaextract.english import sentences
from qaextract.model import Block, Chunk, Document, Span
from qaextract.recipes._lists import Whole, indent
from qaextract.recipes._prose import prose
from qaextract.recipes._slots import Symbol, argument_name, directed, symbol_of
from qaextract.recipes._tables import description_column, tables_in
from qaextract.recipes._term_kinds import (
    NOUNS,
    SIGNATURE,
    fitting,
    is_code,
    is_signature,
    noun_of_heading,
    noun_of_lead,
    noun_of_signature,
    same_thing,
    without_category,
)


@dataclass(frozen=True)
class Entry:
    """A term and the first sentence of its description.

    `noun` is what the document calls such a term ("option"), or empty; `owner` the term under which it stands.
    `whole` says that the description is nothing but this sentence, `marked` that the term is set apart in type or by
    quotes, `glossed` that it is a word in a list of words and their meanings, `inside` that the signature of a function
    stands above; `heading` is the nearest heading above.
    """

    term: str
    description: str
    spans: tuple[Span, ...]
    noun: str = ""
    owner: str = ""
    whole: bool = False
    marked: bool = False
    heading: str = ""
    glossed: bool = False
    inside: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What a question names: options go with the command they belong to, arguments with the function."""
        return self.term, self.owner if self.term.startswith("-") or self.noun == "argument" else ""

    def quotes(self, document: Document) -> tuple[str, ...]:
        """The verbatim slices that hold term and description."""
        return tuple(dict.fromkeys(span.of(document.text) for span in self.spans))


_SAMPLE = re.compile(r"\b(?:sample|example|session|exercise|tutorial|changes|history|bugs?|news|index)", re.IGNORECASE)
#: Short signs behind a name: "EXTENDED <Z>", "EXIT (+e)".
_DECORATION = re.compile(r"(?<=\w)(?: (?:<\w{1,2}>|\([+-]\w\)))+$")
#: Names with the keys they are bound to: "kill-word (M-d)".
_BOUND = re.compile(r"([A-Za-z]\w*(?:[-−]\w+)+)(?: \([^()]*\))+")
#: Where a paragraph opens with the signature of a function and goes on to describe it.
_SIGNED_PARAGRAPH = re.compile(
    rf"(?P<term>{SIGNATURE.pattern})(?P<joint>\s*[:.]\s+|\s+)(?P<rest>[A-Za-z].+)", re.DOTALL
)
_LONGEST_TERM = 120  # characters
_WORDS = re.compile(r"[A-Z]?[a-z]+(?:[ -][a-z]+){0,3}")
_GLOSSARY = re.compile(
    r"\b(?:glossary|terms|terminology|definitions?|vocabulary|words|concepts|nomenclature)\b", re.IGNORECASE
)
_MEANING = re.compile(r"(?:an?|the|any|one of the|two|three) [a-z]", re.IGNORECASE)
_LABEL = re.compile(r"(?P<term>[^\s:][^:\n]{0,58}?)(?::\s+|\s+[–—]\s+|\s+--?\s+)(?P<rest>\S.+)", re.DOTALL)


def entries_in(chunk: Chunk, document: Document) -> list[Entry]:
    """The entries that begin and end in the chunk, in order; terms or descriptions that come twice are left out."""
    return [entry for entry in _entries(Whole(document)) if all(span in chunk.span for span in entry.spans)]


@lru_cache(maxsize=2)
def _entries(whole: Whole) -> tuple[Entry, ...]:
    every = _with_glossed(tuple(_Reading(whole.document).entries()))
    times = Counter(entry.key for entry in every)
    told = Counter(entry.description for entry in every)
    return tuple(entry for entry in every if times[entry.key] == 1 and told[entry.description] == 1)


def _with_glossed(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries; words that are explained beside another such word are marked as glossed."""
    words = [_explains_word(entry) for entry in entries]
    alone = [not any(words[max(0, n - 1) : n] + words[n + 1 : n + 2]) for n in range(len(entries))]
    return tuple(
        replace(entry, glossed=word and not lonely) for entry, word, lonely in zip(entries, words, alone, strict=True)
    )


def _explains_word(entry: Entry) -> bool:
    """Whether the term is made of ordinary words and the description is a noun phrase with its article."""
    if _WORDS.fullmatch(entry.term) is None or _MEANING.match(entry.description) is None:
        return False
    # Elsewhere such words are the labels of cases, values or arguments.
    return _GLOSSARY.search(entry.heading) is not None and not entry.inside


class _Reading:
    """One pass over the blocks of a document, aware of headings, lead-ins and of the terms that lists stand under."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.blocks = tuple(block for block in document.blocks if block.kind not in ("artifact", "footnote"))
        self.mono = {span.start: span for span in document.emphasis}
        self.heading = ""
        self.heading_noun = ""
        self.lead_noun = ""
        self.lead_indent = 0.0
        self.sample = False
        self.owners: list[tuple[float, str]] = []
        self.symbol: Symbol | None = None
        self.left: dict[int | None, float] = {}
        for block in self.blocks:
            self.left[block.page] = min(indent(block), self.left.get(block.page, 1000.0))

    def entries(self) -> Iterator[Entry]:
        at = 0
        while at < len(self.blocks):
            block = self.blocks[at]
            text = prose(self.document, block).text
            if block.kind == "heading":
                self.heading = text
                self.heading_noun = noun_of_heading(text)
                self.lead_noun = ""
                self.sample = _SAMPLE.search(text) is not None
                self.owners.clear()
                self.symbol = None
            self._signature(block)
            if block.kind == "table" and not self.sample:
                yield from self._tabulated(block)
            entry, used = self._entry(at)
            if entry is None:
                # What stands as far left as the last term ends all that stood under it.
                while self.owners and self.owners[-1][0] >= self._depth(block) - 3:
                    self.owners.pop()
            if entry is None and block.kind in ("paragraph", "quote"):
                self._lead(text, self._depth(block))
            if entry is not None and not self.sample:
                yield entry
            at += used

    def _signature(self, block: Block) -> None:
        """Notes the function whose signature the block is; the lists below may be of its arguments."""
        if block.kind in ("code", "term", "heading", "list", "paragraph"):
            text = block.span.of(self.document.text)
            found = symbol_of(without_category(re.sub(r"\s+", " ", text))[0]) if "(" in text else None
            self.symbol = found or self.symbol

    def _depth(self, block: Block) -> float:
        """How far the block is indented on its page: left and right pages have margins of their own."""
        return indent(block) - self.left[block.page]

    def _lead(self, text: str, x0: float) -> None:
        """Notes what a paragraph announces; one that is indented no more than the last lead-in ends its list."""
        if noun := noun_of_lead(text):
            self.lead_noun, self.lead_indent = noun, x0
        elif text.endswith(":") or x0 <= self.lead_indent + 3:
            self.lead_noun = ""

    def _entry(self, at: int) -> tuple[Entry | None, int]:
        """The entry that begins with a block, and how many blocks belong to it."""
        block = self.blocks[at]
        raw = block.span.of(self.document.text)
        if block.kind == "list" and "\t" in raw:
            return self._tabbed(at), 1
        if block.kind == "list":
            return self._labelled(block), 1
        if block.kind == "paragraph" and self._is_defined(at):
            return self._termed(at)
        if block.kind == "paragraph":
            return self._signed(block) or self._run_in(block), 1
        if block.kind == "term" or (block.kind == "code" and "\n" not in raw):
            return self._termed(at)
        return None, 1

    def _tabbed(self, at: int) -> Entry | None:
        block = self.blocks[at]
        tab = self.document.text.index("\t", block.span.start)
        term = prose(self.document, Span(block.span.start, tab)).text
        body = Span(tab + 1, block.span.end)
        goes_on = at + 1 < len(self.blocks) and _goes_on(self.document, self.blocks[at + 1])
        return self._made(term, body, (block.span,), self._depth(block), cut=goes_on)

    def _tabulated(self, block: Block) -> Iterator[Entry]:
        """The rows of a table that lists terms and describes them."""
        for table in tables_in(self.document, [block]):
            column = description_column(table)
            kind = table.header[0].text.lower()
            for row, line in zip(table.rows, table.row_spans, strict=True):
                parts = sentences(row[column].text) if column else []
                if not parts or row[0].text.count(" ") > 3:
                    continue
                noun = kind if re.fullmatch(NOUNS, kind.split(" ")[-1]) else ""
                text = parts[0].of(row[column].text)
                yield Entry(row[0].text, text, (line,), noun, "", len(parts) == 1, row[0].marked, self.heading)

    def _labelled(self, block: Block) -> Entry | None:
        plain = prose(self.document, block)
        found = _LABEL.fullmatch(plain.text)
        if found is None:
            return None
        term = found["term"]
        start = plain.source(*found.span("term")).start
        marked = any(offset in self.mono for offset in range(start - 3, start + 2))
        glossed = _WORDS.fullmatch(term) and _MEANING.match(found["rest"])
        if not (marked or is_code(term) or glossed) or (term.count(" ") > 3 and not term.startswith("-")):
            return None
        return self._made(term, plain.source(*found.span("rest")), (block.span,), self._depth(block))

    def _signed(self, block: Block) -> Entry | None:
        plain = prose(self.document, block)
        found = _SIGNED_PARAGRAPH.fullmatch(plain.text)
        # A name that is followed by a bracket is no signature in a sentence: "Print(x) is" has no type before it.
        if found is None or not is_signature(found["term"]) or " " not in found["term"].split("(")[0].strip():
            return None
        span = Span(block.span.start, block.span.end)
        return self._made(found["term"], plain.source(*found.span("rest")), (span,), self._depth(block))

    def _is_defined(self, at: int) -> bool:
        """Whether a paragraph is a term with its category, and the only one above the description that follows."""
        above, here = (
            block is not None
            and block.kind == "paragraph"
            and len(block.span) < _LONGEST_TERM
            and without_category(prose(self.document, block).text)[1] != ""
            for block in (self.blocks[at - 1] if at else None, self.blocks[at])
        )
        return here and not above

    def _run_in(self, block: Block) -> Entry | None:
        """A word that is set apart at the beginning of a paragraph, with its meaning behind it."""
        run = self.mono.get(block.span.start)
        if (
            run is None
            or run.end >= block.span.end
            or _WORDS.fullmatch(run.of(self.document.text).rstrip(".: ")) is None
        ):
            return None
        body = Span(run.end, block.span.end)
        text = prose(self.document, body).text
        if not re.match(r"[.:]?\s*(?:The|An?|Any) [a-z]", text):
            return None
        start = body.start + re.search(r"[A-Z]", body.of(self.document.text)).start()  # type: ignore[union-attr]
        term = run.of(self.document.text).rstrip(".: ")
        return self._made(term, Span(start, body.end), (block.span,), self._depth(block))

    def _termed(self, at: int) -> tuple[Entry | None, int]:
        last = at
        while last + 1 < len(self.blocks) and self.blocks[last + 1].kind == "term":
            last += 1
        if last + 1 >= len(self.blocks):
            return None, last + 1 - at
        body = self.blocks[last + 1]
        terms = [prose(self.document, block).text for block in self.blocks[at : last + 1]]
        deeper = body.bbox is None or indent(body) >= indent(self.blocks[last]) + 6
        if not deeper or body.kind not in ("paragraph", "quote"):
            return None, last + 1 - at
        if last > at and not same_thing(terms):
            return None, last + 1 - at
        spans = (*(block.span for block in self.blocks[at : last + 1]), body.span)
        return self._made(terms[0], body.span, spans, self._depth(self.blocks[at])), last + 2 - at

    def _noun_here(self, nested: bool) -> str:
        """What the terms are called above; for a list inside an entry only its own lead-in counts."""
        if nested:
            return self.lead_noun if self.owners and self.lead_indent > self.owners[0][0] + 6 else ""
        return self.lead_noun or self.heading_noun

    def _made(self, term: str, body: Span, spans: Sequence[Span], x0: float, cut: bool = False) -> Entry | None:
        """The entry, or None where its description is not there as whole sentences."""
        if not term.strip():
            return None
        marked = any(offset in self.mono for offset in range(spans[0].start, spans[0].start + 3)) or term[0] in "‘'`\""
        term, category = without_category(term.strip())
        term = term.strip("‘’'\"“”•†‡`").rstrip(":").strip()
        term = re.sub(r"^[*∗]\s*(?=[\w\\])", "", term)
        term = _DECORATION.sub("", term)
        if term.startswith("-"):
            term = re.sub(r"\s+\([a-z ]+\)$", "", term)  # "--cf (beta testing)"
        if bound := _BOUND.fullmatch(term):
            term = bound[1]
        plain = prose(self.document, _without_syntax_class(body, self.document))
        if not plain.text or not term:
            return None
        first, *others = sentences(plain.text)
        sentence = first.of(plain.text)
        while self.owners and self.owners[-1][0] >= x0 - 6:
            self.owners.pop()
        owner = self.owners[-1][1] if self.owners else ""
        self.owners.append((x0, term))
        closed = re.search(r"[.!?][”\"')\]]*$", sentence) is not None
        if (cut and not (closed or others)) or (others and not closed) or re.search(r"[:;,(–—-]$", sentence):
            return None
        quoted = (*spans[:-1], Span(spans[-1].start, plain.source(first.start, first.end).end))
        noun = noun_of_signature(term) or category or fitting(self._noun_here(bool(owner)), term)
        if self.symbol and (argument := argument_name(term)) in self.symbol.arguments:
            term, noun, owner = argument, "argument", self.symbol.name
        elif directed(term):
            return None
        whole, inside = not others, self.symbol is not None
        return Entry(term, sentence, quoted, noun, owner, whole, marked, self.heading, inside=inside)


def _goes_on(document: Document, block: Block) -> bool:
    return block.kind == "paragraph" and prose(document, block).text[:1].islower()


def _without_syntax_class(body: Span, document: Document) -> Span:
    """The description without the class of the term that grammars put before it: "⟨integer parameter⟩"."""
    found = re.compile(r"⟨[a-z ]+⟩\s*(?=[A-Z])").match(document.text, body.start, body.end)
    return Span(found.end(), body.end) if found else body


def described_names(document: Document) -> tuple[str, ...]:
    """The terms of all entries of a document."""
    return tuple(entry.term for entry in _entries(Whole(document)))
