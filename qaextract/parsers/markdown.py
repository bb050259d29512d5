"""Markdown: the file as it is, with the place of each block in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import accumulate
from typing import TYPE_CHECKING

from qaextract.model import Block, Document, Source, Span
from qaextract.parsers._text_source import head_of, is_text, read_text
from qaextract.points import parsers

if TYPE_CHECKING:
    from markdown_it.token import Token

_SUFFIXES = {".md", ".markdown"}
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?=\w[\w -]*:|#)(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FRONT_TITLE = re.compile(r"^title:[ \t]*(?P<quote>[\"']?)(?P<title>.+?)(?P=quote)[ \t]*$", re.MULTILINE)
_LINK_DEFINITION = re.compile(r"[ >]*\[[^\]]+\]:")
#: Blocks that a token is by itself, and their kinds. HTML and rules are no text of the document.
_LEAVES = {
    "fence": "code",
    "code_block": "code",
    "table_open": "table",
    "html_block": "artifact",
    "hr": "artifact",
}


@parsers.register("markdown")
@dataclass(frozen=True)
class Markdown:
    """Reads Markdown (CommonMark and tables). The text is the raw file, so offsets and lines are the file's.

    A heading block is the title without its marks; the block of a list item reaches from its marker to the end of its
    first paragraph, and what else the item holds are blocks of their own; code keeps its fences, tables their bars,
    and lines of a quotation after the first their `>`. Front matter, HTML and rules are blocks of kind `artifact`,
    link definitions of kind `reference`. Emphasis is the inside of bold, italic and code spans.
    """

    def accepts(self, source: Source) -> bool:
        """Whether the file is named as Markdown and holds text."""
        return source.path.suffix.lower() in _SUFFIXES and is_text(head_of(source.path))

    def parse(self, source: Source) -> Document:
        """The document; raises `DamagedSource` where the file is not text."""
        text, warnings = read_text(source)
        reading = _Reading(text)
        reading.read()
        return Document(
            id=source.document_id,
            uri=source.uri,
            title=reading.title or source.path.stem,
            text=text,
            blocks=tuple(_with_rest(text, reading.blocks)),
            emphasis=tuple(reading.emphasis),
            aliases=source.aliases,
            parser=f"markdown-it-py {version('markdown-it-py')}",
            warnings=warnings,
        )


@dataclass
class _Reading:
    """One pass over the tokens of a text. `item` is where the marker of a list item stands that has no block yet."""

    text: str
    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    emphasis: list[Span] = field(default_factory=list)
    item: int | None = None
    quotes: int = 0
    lists: int = 0

    def read(self) -> None:
        """Fill title, blocks and emphasis."""
        from markdown_it import MarkdownIt

        self.lines = [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))]
        tokens = iter(MarkdownIt("commonmark").enable("table").parse(self._without_front_matter()))
        for token in tokens:
            self._take(token, tokens)

    def _without_front_matter(self) -> str:
        front = _FRONT_MATTER.match(self.text)
        if front is None:
            return self.text
        self._add("artifact", 0, len(front[0].rstrip()))
        titled = _FRONT_TITLE.search(front[0])
        self.title = titled["title"] if titled else ""
        return "\n" * front[0].count("\n") + self.text[front.end() :]

    def _take(self, token: Token, tokens: Iterator[Token]) -> None:
        if token.type == "blockquote_open":
            self.quotes += 1
        elif token.type == "blockquote_close":
            self.quotes -= 1
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            self.lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.lists -= 1
        elif token.type == "list_item_open":
            self.item = self._first_visible(token)
        elif token.type in ("heading_open", "paragraph_open"):
            self._add_prose(token, next(tokens))
        elif token.type in _LEAVES:
            self._add_leaf(token)
        elif token.type == "inline":
            self._add_emphasis(token, *self._slice(token))

    def _add_prose(self, opening: Token, inline: Token) -> None:
        start, end = self._content(inline)
        if opening.type == "heading_open":
            level = int(opening.tag[1:])
            if level == 1 and not self.title:
                self.title = _plain(inline)
            self._add("heading", start, end, level)
        elif self.item is not None:
            self._add("list", self.item, end, self.lists)
        else:
            self._add("quote" if self.quotes else "paragraph", start, end)
        self.item = None
        self._add_emphasis(inline, start, end)

    def _add_leaf(self, token: Token) -> None:
        start, end = self._slice(token)
        if self.item is not None and token.type == "fence":
            start = max(start, self.text.find(token.markup, start, end))
        self.item = None
        self._add(_LEAVES[token.type], start, end)

    def _add(self, kind: str, start: int, end: int, level: int | None = None) -> None:
        start = max(start, self.blocks[-1].span.end if self.blocks else 0)
        if self.text[start:end].strip():
            self.blocks.append(Block(kind, Span(start, end), line=bisect_right(self.lines, start), level=level))

    def _first_visible(self, token: Token) -> int:
        """Where the marker of an item stands; behind the last block where items begin on one line."""
        start, end = self._slice(token)
        while start < end and self.text[start] in " \t>":
            start += 1
        return start

    def _slice(self, token: Token) -> tuple[int, int]:
        """The lines of a token, without the white space around them."""
        first, last = token.map or (0, 0)
        start, end = self.lines[first], min(self.lines[last], len(self.text))
        content = self.text[start:end]
        return start + len(content) - len(content.lstrip()), start + len(content.rstrip())

    def _content(self, inline: Token) -> tuple[int, int]:
        """Where the content of a heading or paragraph stands; its lines where that is not to be found (tabs)."""
        start, end = self._slice(inline)
        lines = inline.content.split("\n")
        last_line = self.lines[(inline.map or [0])[0] + len(lines) - 1]
        first, last = self.text.find(lines[0], start, end), self.text.find(lines[-1], max(start, last_line), end)
        return (start if first < 0 else first), (end if last < 0 else last + len(lines[-1]))

    def _add_emphasis(self, inline: Token, start: int, end: int) -> None:
        start = max(start, self.emphasis[-1].end if self.emphasis else 0)
        self.emphasis.extend(_emphasis(self.text, inline.children or [], start, end))


def _emphasis(text: str, children: list[Token], at: int, end: int) -> Iterator[Span]:
    """The insides of bold, italic and code between `at` and `end`, outermost only, as far as they are to be found."""
    depth = opened = 0
    for child in children:
        if child.type in ("text", "code_inline", "strong_open", "em_open", "strong_close", "em_close"):
            wanted = child.content or child.markup
            found = text.find(wanted, at, end)
            if found < 0:
                continue
            at = found + len(wanted)
            if child.type == "code_inline" and not depth:
                yield Span(found, at)
        elif child.type == "link_close" and text.startswith("](", at):
            at = max(at, text.find(")", at, end))
        if child.type in ("strong_open", "em_open"):
            opened = opened if depth else at
            depth += 1
        elif child.type in ("strong_close", "em_close"):
            depth -= 1
            if not depth and opened < found:
                yield Span(opened, found)


def _plain(inline: Token) -> str:
    """The words of a heading, without marks."""
    texts = (" " if child.type.endswith("break") else child.content for child in inline.children or [])
    return " ".join("".join(texts).split())


def _with_rest(text: str, blocks: list[Block]) -> list[Block]:
    """The blocks, and one for each line with letters or digits that none of them touches."""
    touched = {
        line for block in blocks for line in range(block.line or 1, (block.line or 1) + 1 + _newlines(text, block.span))
    }
    rest, start = [], 0
    for number, line in enumerate(text.split("\n"), start=1):
        if number not in touched and any(map(str.isalnum, line)):
            span = Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
            rest.append(Block("reference" if _LINK_DEFINITION.match(line) else "artifact", span, line=number))
        start += len(line) + 1
    return sorted([*blocks, *rest], key=lambda block: block.span)


def _newlines(text: str, span: Span) -> int:
    return text.count("\n", span.start, span.end)
