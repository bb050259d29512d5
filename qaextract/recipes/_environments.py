"""Numbered pieces of a textbook, such as examples, exercises and their solutions, and where each ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from qaextract.model import Block, Document, Span
from qaextract.recipes._exercise_sets import Place, is_keys, is_tasks, places
from qaextract.recipes._prose import OncePerDocument, Prose, prose

_LABEL = r"(?P<label>[A-Z]?\d+(?:[.-]\d+)*[a-z]?\b)"
_TITLE = r"(?:[(\[](?P<title>(?![a-h]\))[^()\[\]]{1,80})[)\]])"
#: The word that opens a piece, its label, a title or remark in brackets, and the mark that ends all of that.
_OPENING = re.compile(
    r"(?=[A-Z])(?:(?P<word>(?i:(?:worked |solved |practice |review |sample |test |further )?"
    r"(?:example|exercise|problem|question|solution|answer)))s?|(?P<short>(?:EX|Ex|Soln?|Ans|Prob|Q|A)(?![A-Za-z])))(?![’'])(?:(?<=x)\.|(?<=X)\.|(?<=b)\.)?"
    r"\s?(?:(?i:to|of|for)\s(?:the\s)?(?:(?i:exercise|problem|question|example)\s?)?)?"
    rf"{_LABEL}?\s?{_TITLE}?\s?(?P<mark>[.:)]|[–—-](?=\s))?(?:\s|$)"
)
_OTHER = re.compile(
    r"(?:Theorem|Lemma|Proposition|Corollary|Definition|Remark|Proof|Note|Hint|Figure|Table|Algorithm|Listing|Claim|Axiom"
    r"|Warning|Comment|Discussion|Check)s?\s?(?:[A-Z]?\d+(?:[.-]\d+)*)?\s?[.:(]"
)
_ITEM = re.compile(
    r"[(\[]?(?P<label>[A-Z]?\d+(?:\.\d+)*)(?P<mark>[.)\]]+)\s+(?=\S)|(?P<bare>\d+(?:\.\d+)+)\s+(?=[A-Z(“\d])"
)
_MARKER = re.compile(r"\s*(?:[(\[]?(?:[a-zA-Z]|[ivx]{1,4}|\d{1,2})[.)\]]|[•◦–*-])\s+")
#: A solution that stands in the same paragraph as its problem.
_WITHIN = re.compile(
    r"(?<=[.?!)”:])\s+(?=(?:(?:SOLUTION|ANSWER|Solution|Answer|Ans|Soln?)(?:\s\d+(?:\.\d+)*)?\s?[.:—]|A\d*:|A\d+\.)\s)"
)
_SHORT = {"Ex": "exercise", "EX": "exercise", "Prob": "exercise", "Q": "exercise"}
_END = re.compile(r"\s*[□■◻◼▢♦◆⋄∎◀◁▲△]\s*$")
_FURNITURE = re.compile(
    r"\d{1,4}|(?:CHAPTER|SECTION) \d+\. [A-Z ]+|\d{1,4} (?:CHAPTER|[A-Z][A-Z .\d]{5,})[A-Z .\d]*"
    r"|[A-Z\d][A-Z .\d]{5,} \d{1,4}"
)
#: How much wider the space below a piece must be than the space inside of it, in points.
_WIDER = 3.0


@dataclass
class Environment:
    """A numbered piece: what it is, its label and title, where it stands, and the text and places of its blocks.

    `index` is the place of its first block among the blocks of the document. `ended` says that something shows where
    it ends; `whole` that nothing of it was lost, such as a formula that stands by itself. `mark` is how its label is
    set: "word" after a word, "1." alone; `space` the height of the space between its parts, in points.
    """

    word: str
    label: str
    title: str
    place: Place
    index: int
    texts: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    ended: bool = False
    whole: bool = True
    last: Block | None = None
    mark: str = ""
    space: float = 3.0

    @property
    def text(self) -> str:
        """The text, its paragraphs on lines of their own, without a line above it that is a title."""
        parts = self.texts
        titled = len(parts) > 1 and len(parts[0].split()) <= 8 and not re.search(r"[.?!:;,]$", parts[0])
        text = "\n".join(parts[1:] if titled and re.match(r"[A-Z(]", parts[1]) else parts)
        # A paragraph that goes on in lower case was only printed in two pieces.
        return re.sub(r"(?<=[\w,])\n(?=[a-z]+\s)", " ", text)

    @property
    def start(self) -> Span:
        """Where it begins."""
        return self.spans[0]

    @property
    def bounded(self) -> bool:
        """Whether it is known where it ends: by a mark, or because only other pieces stand around it."""
        return self.ended or len(self.texts) == 1 or self.place.is_set

    def quotes(self, document: Document) -> tuple[str, ...]:
        """The verbatim pieces; what is so short that it stands elsewhere too is quoted with what is before it."""
        return tuple(_told_apart(document, span).of(document.text) for span in self.spans)

    def add(self, plain: Prose, skip: int = 0, end: int | None = None, marker: str = "") -> None:
        """Adds the characters of a block from `skip` to `end`."""
        text = plain.text[skip:end]
        rest = _END.sub("", text)
        self.ended = rest != text
        if begin := len(rest) - len(rest.lstrip()):
            skip, rest = skip + begin, rest[begin:]
        if rest := rest.rstrip():
            self.texts.append(marker + rest)
            self.spans.append(plain.source(skip, skip + len(rest)))


def _told_apart(document: Document, span: Span, most_chars: int = 60) -> Span:
    text = document.text
    if span.end - span.start > most_chars:
        return span
    start = span.start
    while start > 0 and span.end - start <= 3 * most_chars and text.find(text[start : span.end]) != start:
        start = max(text.rfind(" ", 0, start - 1), text.rfind("\n", 0, start - 1)) + 1
    return Span(start, span.end)


@OncePerDocument
def environments(document: Document) -> list[Environment]:
    """The numbered pieces of a document that have a text, in order."""
    return [piece for piece in _read(document) if piece.texts]


def _read(document: Document) -> list[Environment]:
    found: list[Environment] = []
    here: Environment | None = None
    for index, (block, place) in enumerate(zip(document.blocks, places(document), strict=True)):
        plain = prose(document, block)
        if block.kind in ("footnote", "artifact") or (block.kind == "paragraph" and _FURNITURE.fullmatch(plain.text)):
            continue
        if place.begins:
            here = None
        opened = list(_opened(document, block, index, plain, place, here))
        if opened:
            # A solution stands as near to its problem as its own paragraphs to each other.
            space = _space(here.last if here else None, block) if opened[0].word == "solution" else None
            found += opened
            here = opened[-1]
            here.last, here.space = block, 3.0 if space is None else space
        elif place.begins or (block.kind == "caption" and _OTHER.match(plain.text)):
            continue
        elif here is not None and _counts_on(document, found, block):
            here.ended, here = True, None
        elif here is not None:
            here = _grown(document, here, block, plain)
    return found


def _counts_on(document: Document, found: list[Environment], block: Block) -> bool:
    """Whether the block is the item after the one whose solution was read last."""
    item = _ITEM.match(block.span.of(document.text)) if block.kind == "list" else None
    if item is None or len(found) < 2 or (found[-2].word, found[-1].word) != ("exercise", "solution"):
        return False
    return (
        found[-2].mark == _mark(item) and found[-2].label.isdigit() and item["label"] == str(int(found[-2].label) + 1)
    )


def _grown(document: Document, here: Environment, block: Block, plain: Prose) -> Environment | None:
    """The piece with this block added, if it belongs to it."""
    if here.ended or _OTHER.match(plain.text):
        return None
    if here.texts and not here.place.is_set and _is_below(here, block):
        here.ended = True
        return None
    if block.kind == "code" and block.line is not None:
        here.texts.append(block.span.of(document.text))
        here.spans.append(block.span)
    elif block.kind in ("paragraph", "list", "quote"):
        marker = _MARKER.match(block.span.of(document.text)) if block.kind == "list" else None
        here.add(plain, marker=marker[0].strip() + " " if marker else "")
    else:
        here.whole = False
    here.last = block
    return here


def _is_below(here: Environment, block: Block) -> bool:
    """Whether the block stands further below than the paragraphs of the piece do."""
    if block.kind != "paragraph" or here.last is None or here.last.kind not in ("paragraph", "caption"):
        return False
    space = _space(here.last, block)
    return space is not None and space > _WIDER + max(0.0, here.space)


def _space(above: Block | None, block: Block) -> float | None:
    """The space between two blocks, in points; None where they do not stand below each other."""
    if above is None or above.bbox is None or block.bbox is None or above.page != block.page:
        return None
    return block.bbox.y0 - above.bbox.y1 if block.bbox.y0 >= above.bbox.y1 - 2 else None


def _opened(
    document: Document, block: Block, index: int, plain: Prose, place: Place, here: Environment | None
) -> Iterator[Environment]:
    """The pieces that the block opens: one, a problem with its solution, or a line of short answers."""
    match = _OPENING.match(plain.text)
    if match and (match["label"] or match["mark"] or block.kind == "heading") and _opens(match, plain.text, block):
        cuts = [match.end(), *(cut.start() for cut in _WITHIN.finditer(plain.text, match.end()))]
        first = Environment(_word(match, place), match["label"] or "", match["title"] or "", place, index, mark="word")
        first.add(plain, cuts[0], cuts[1] if len(cuts) > 1 else None)
        yield first
        for begin, end in pairwise([*cuts[1:], len(plain.text)]):
            inner = _OPENING.match(plain.text[begin:].lstrip())
            if inner:
                skip = len(plain.text) - len(plain.text[begin:].lstrip()) + inner.end()
                piece = Environment(_word(inner, place), inner["label"] or "", "", place, index, mark="word")
                piece.add(plain, skip, end)
                yield piece
    elif place.is_set and block.kind in ("list", "paragraph"):
        yield from _items(document, block, index, place, here)
    elif block.kind == "list" and _ITEM.match(block.span.of(document.text)) and _is_solved_below(document, index):
        yield from _items(document, block, index, place, None)


def _is_solved_below(document: Document, index: int) -> bool:
    """Whether a numbered item is a problem although nothing announces it: its solution is what stands below it."""
    for block in document.blocks[index + 1 : index + 8]:
        raw = block.span.of(document.text)
        if block.kind == "paragraph" and re.match(r"(?:Solution|Answer)\s?[.:]\s", prose(document, block).text):
            return True
        if block.kind not in ("artifact", "list") or _ITEM.match(raw):
            return False
    return False


def _word(match: re.Match[str], place: Place) -> str:
    if match["short"]:
        word = _SHORT.get(match["short"], "solution")
    else:
        last = match["word"].split()[-1].lower()
        word = {"example": "example", "solution": "solution", "answer": "solution"}.get(last, "exercise")
    # Among the solutions "Exercise 3" is the solution of exercise 3; among the hints it is neither.
    return {"keys": "solution", "hints": "hint"}.get(place.holds, word) if word == "exercise" else word


def _opens(match: re.Match[str], text: str, block: Block) -> bool:
    # "Example 3 shows that ..." speaks of a piece and opens none; "A. ..." is an item; "Answers" is a heading.
    if match["short"] and not (match["mark"] == ":" or match["label"]):
        return match["short"] in ("Ans", "Sol", "Soln") and match["mark"] is not None
    plural = match["word"] is not None and text[match.end("word") :].startswith("s")
    if (plural or not match["label"]) and (is_tasks(text) or is_keys(text)):
        return False
    rest = text[match.end() :]
    bare = not (match["mark"] or match["title"])
    if bare and match["short"]:
        return False
    return not bare or not rest or (bool(re.match(r"[A-Z]|\(a\)", rest)) and bool(match["label"]))


def _items(
    document: Document, block: Block, index: int, place: Place, here: Environment | None
) -> Iterator[Environment]:
    """The numbered pieces of a set that begin in the block; several short answers may stand on one line."""
    raw = block.span.of(document.text)
    item = _ITEM.match(raw)
    if not item or (here is not None and here.label and not _goes_on_counting(here, item)):
        return
    word = {"keys": "solution", "hints": "hint"}.get(place.holds, "exercise")
    bare = item["bare"] is not None
    if bare and block.kind == "paragraph" and len(item["bare"]) < 3:
        return
    starts = [item, *_following(raw, item)] if word == "solution" else [item]
    ends = [start.start() for start in starts[1:]] + [len(raw)]
    for start, end in zip(starts, ends, strict=True):
        label = start["bare"] if bare else start["label"]
        piece = Environment(word, label, "", place, index, mark=_mark(item))
        piece.add(prose(document, Span(block.span.start + start.end(), block.span.start + end)))
        yield piece


def _goes_on_counting(here: Environment, item: re.Match[str]) -> bool:
    """Whether the number is that of a new piece, and not of a part of the one that is open."""
    return not here.mark or here.mark == _mark(item)


def _mark(item: re.Match[str]) -> str:
    return "bare" if item["bare"] else item[0].replace(item["label"], "1" + ".1" * item["label"].count(".")).strip()


def _following(raw: str, first: re.Match[str]) -> Iterator[re.Match[str]]:
    """The further labels of a run of answers, each counting on from the one before."""
    label, at = first["bare"] or first["label"], first.end()
    head, _, last = label.rpartition(".")
    if not last.isdigit():
        return
    number, before = int(last), f"{head}." if head else ""
    while True:
        coming = (rf"{re.escape(before)}{n}" for n in range(number + 1, number + 6))
        mark = r"" if first["bare"] else re.escape(first["mark"])
        opening = re.escape(raw[0]) if raw[0] in "([" else ""
        found = re.compile(rf"(?<=[.;?!)])\s+{opening}(?P<label>(?P<bare>{'|'.join(coming)})){mark}\s+(?=\S)").search(
            raw, at
        )
        if not found:
            return
        yield found
        number, at = int(found["label"].rpartition(".")[2]), found.end()
