"""Numbered pieces of a textbook, such as examples, exercises and their solutions, and where each ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qaextract.model import Block, Document, Span
from qaextract.recipes._fitness import debris
from qaextract.recipes._prose import OncePerDocument, prose

_OPENING = re.compile(
    r"(?P<word>(?:Worked\s|Solved\s)?(?:Example|Exercise|Problem|Question|Solution|Answer))s?\s?"
    r"(?:(?:to|of|for)\s(?:the\s)?(?:Exercise|Problem|Question|Example)\s?)?"
    r"(?P<label>[A-Z]?\d+(?:[.-]\d+)*[a-z]?\b)?\s?(?:[(\[](?P<title>[^()\[\]]{3,80})[)\]])?\s?(?P<mark>[.:)]|[–—-](?=\s))?(?:\s|$)"
)
_OTHER = re.compile(
    r"(?:Theorem|Lemma|Proposition|Corollary|Definition|Remark|Proof|Note|Hint|Figure|Table|Algorithm|Listing|Claim|Axiom|Warning)s?"
    r"\s?(?:[A-Z]?\d+(?:[.-]\d+)*)?\s?[.:(]"
)
_ITEM = re.compile(r"\(?(?P<label>[A-Z]?\d+(?:\.\d+)*)[.)]\s+(?=\S)")
_TASKS = re.compile(r"(?:[\d.]+\s+)?(?:.*\s)?(?:exercises|problems|questions)\b(?!.*\b(?:solutions|answers)\b)", re.IGNORECASE)
_KEYS = re.compile(r"(?:[\d.]+\s+)?(?:.*\s)?(?:solutions|answers|answer key)\b", re.IGNORECASE)
_END = re.compile(r"\s*[□■◻◼▢♦◆⋄∎◀◁▲△]\s*$")


@dataclass
class Environment:
    """A numbered piece: what it is, its label and title, and the plain text and places of its blocks.

    `closed` says that something shows where it ends; `whole` that nothing in it was lost, such as a formula that
    stands by itself.
    """

    word: str
    label: str
    title: str
    path: tuple[str, ...]
    start: int
    index: int
    texts: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    closed: bool = False
    whole: bool = True

    @property
    def text(self) -> str:
        """The text, its paragraphs on lines of their own."""
        return "\n".join(self.texts)

    def quotes(self, document: Document) -> tuple[str, ...]:
        """The verbatim pieces."""
        return tuple(span.of(document.text) for span in self.spans)


@OncePerDocument
def environments(document: Document) -> list[Environment]:
    """The numbered pieces of a document in order."""
    return list(_read(document))


def _read(document: Document) -> Iterator[Environment]:
    path: list[tuple[int, str]] = []
    here: Environment | None = None
    for index, block in enumerate(document.blocks):
        if block.kind in ("footnote", "artifact"):
            continue
        text = prose(document, block).text
        opened = _opened(document, block, index, text, [title for _, title in path])
        if opened is not None:
            if here:
                here.closed = True
                yield here
            here = opened
            if block.kind == "heading" and not opened.texts:
                continue
        elif block.kind == "heading" or _OTHER.match(text):
            if here:
                here.closed = True
                yield here
            here = None
        elif here is not None:
            here = yield from _continued(here, document, block, text)
        if block.kind == "heading" and opened is None:
            level = block.level or 1
            path = [step for step in path if step[0] < level] + [(level, text)]
    if here:
        here.closed = True
        yield here


def _opened(document: Document, block: Block, index: int, text: str, path: list[str]) -> Environment | None:
    """The piece that the block opens, if it opens one."""
    match = _OPENING.match(text)
    if match and (match["label"] or match["mark"]) and _opens(match, text):
        word = match["word"].split()[-1].lower()
        word = {"problem": "exercise", "question": "exercise", "answer": "solution"}.get(word, word)
        return _begun(document, block, word, match["label"] or "", match["title"] or "", tuple(path), index, match.end())
    section = path[-1] if path else ""
    item = _ITEM.match(block.span.of(document.text))
    if block.kind == "list" and item and (_TASKS.fullmatch(section) or _KEYS.match(section)):
        word = "solution" if _KEYS.match(section) else "exercise"
        return _begun(document, block, word, item["label"], "", tuple(path), index, 0)
    return None


def _opens(match: re.Match[str], text: str) -> bool:
    # "Example 3 shows that ..." speaks of a piece and opens none.
    rest = text[match.end() :]
    return bool(match["mark"]) or bool(match["title"]) or not rest or rest[0].isupper()


def _begun(
    document: Document, block: Block, word: str, label: str, title: str, path: tuple[str, ...], index: int, skip: int
) -> Environment:
    found = Environment(word, label, title, path, block.span.start, index)
    plain = prose(document, block)
    if rest := plain.text[skip:].strip():
        start = plain.text.index(rest, skip)
        found.texts.append(rest)
        found.spans.append(plain.source(start, start + len(rest)))
        _check_end(found)
    return found


def _continued(
    here: Environment, document: Document, block: Block, text: str
) -> Iterator[Environment]:
    """Adds a block to the piece; returns the piece, or None where it has ended."""
    if here.closed:
        yield here
        return None  # type: ignore[return-value]
    if block.kind in ("paragraph", "list", "quote"):
        here.texts.append(text)
        here.spans.append(block.span)
        _check_end(here)
    else:
        here.whole = False
    return here  # type: ignore[return-value]


def _check_end(here: Environment) -> None:
    if _END.search(here.texts[-1]):
        here.texts[-1] = _END.sub("", here.texts[-1])
        here.closed = True
