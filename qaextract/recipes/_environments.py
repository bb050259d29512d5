"""Numbered pieces of a textbook, such as examples, exercises and their solutions, and where each ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from qaextract.model import Block, Document, Span
from qaextract.recipes._prose import OncePerDocument, Prose, prose

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
_TASKS = re.compile(
    r"(?:[\d.]+\s+)?(?:.*\s)?(?:exercises|problems|questions)\b(?!.*\b(?:solutions|answers)\b)", re.IGNORECASE
)
_KEYS = re.compile(r"(?:[\d.]+\s+)?(?:.*\s)?(?:solutions|answers|answer key)\b", re.IGNORECASE)
_WORDS = {"Example": "example", "Solution": "solution", "Answer": "solution"}
_END = re.compile(r"\s*[□■◻◼▢♦◆⋄∎◀◁▲△]\s*$")


@dataclass
class Environment:
    """A numbered piece: what it is, its label and title, the headings above it, and the text and places of its blocks.

    `index` is the place of its first block among the blocks of the document. `ended` says that a mark shows where it
    ends; `whole` that nothing of it was lost, such as a formula that stands by itself.
    """

    word: str
    label: str
    title: str
    path: tuple[str, ...]
    index: int
    texts: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    ended: bool = False
    whole: bool = True

    @property
    def text(self) -> str:
        """The text, its paragraphs on lines of their own."""
        return "\n".join(self.texts)

    @property
    def start(self) -> Span:
        """Where it begins."""
        return self.spans[0]

    def quotes(self, document: Document) -> tuple[str, ...]:
        """The verbatim pieces."""
        return tuple(span.of(document.text) for span in self.spans)

    def add(self, plain: Prose, skip: int = 0) -> None:
        """Adds a block without its first `skip` characters."""
        text = plain.text[skip:]
        rest = _END.sub("", text)
        self.ended = rest != text
        if begin := len(rest) - len(rest.lstrip()):
            skip, rest = skip + begin, rest[begin:]
        if rest:
            self.texts.append(rest)
            self.spans.append(plain.source(skip, skip + len(rest)))


@OncePerDocument
def environments(document: Document) -> list[Environment]:
    """The numbered pieces of a document that have a text, in order."""
    return [piece for piece in _read(document) if piece.texts]


def _read(document: Document) -> list[Environment]:
    path: list[tuple[int, str]] = []
    found: list[Environment] = []
    here: Environment | None = None
    for index, block in enumerate(document.blocks):
        if block.kind in ("footnote", "artifact"):
            continue
        plain = prose(document, block)
        opened = _opened(document, block, index, plain, tuple(title for _, title in path))
        if opened is not None:
            here = opened
            found.append(here)
        elif block.kind == "heading":
            here = None
            level = block.level or 1
            path = [*(step for step in path if step[0] < level), (level, plain.text)]
        elif here is not None and (here.ended or _OTHER.match(plain.text)):
            here = None
        elif here is not None and block.kind in ("paragraph", "list", "quote"):
            here.add(plain)
        elif here is not None:
            here.whole = False
    return found


def _opened(document: Document, block: Block, index: int, plain: Prose, path: tuple[str, ...]) -> Environment | None:
    """The piece that the block opens, if it opens one."""
    match = _OPENING.match(plain.text)
    section = path[-1] if path else ""
    if match and (match["label"] or match["mark"]) and _opens(match, plain.text):
        word = _WORDS.get(match["word"].split()[-1], "exercise")
        found = Environment(word, match["label"] or "", match["title"] or "", path, index)
        found.add(plain, match.end())
        return found
    item = _ITEM.match(block.span.of(document.text))
    if block.kind == "list" and item and (_TASKS.fullmatch(section) or _KEYS.match(section)):
        found = Environment("solution" if _KEYS.match(section) else "exercise", item["label"], "", path, index)
        found.add(plain)
        return found
    return None


def _opens(match: re.Match[str], text: str) -> bool:
    # "Example 3 shows that ..." speaks of a piece and opens none.
    rest = text[match.end() :]
    return bool(match["mark"] or match["title"]) or not rest or rest[0].isupper()
