"""HTML, office documents, e-books and e-mail, read by `unstructured`."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib import import_module
from importlib.metadata import version
from typing import Any

from qaextract.errors import DamagedSource, MissingExtra
from qaextract.model import Block, Document, Source, Span
from qaextract.parsers._text_source import head_of, is_html, is_rtf
from qaextract.points import parsers

#: The function of `unstructured.partition` that reads each kind of file, and what such a file begins with.
_READERS = {
    ".html": ("html", b""),
    ".htm": ("html", b""),
    ".xhtml": ("html", b""),
    ".docx": ("docx", b"PK"),
    ".pptx": ("pptx", b"PK"),
    ".epub": ("epub", b"PK"),
    ".odt": ("odt", b"PK"),
    ".rtf": ("rtf", b"{\\rtf"),
    ".eml": ("email", b""),
}
_KINDS = {
    "Title": "heading",
    "ListItem": "list",
    "Table": "table",
    "CodeSnippet": "code",
    "FigureCaption": "caption",
    "Formula": "formula",
    "Header": "artifact",
    "Footer": "artifact",
    "PageNumber": "artifact",
}


@parsers.register("unstructured_any")
@dataclass(frozen=True)
class UnstructuredAny:
    """Reads HTML, DOCX, PPTX, EPUB, ODT, RTF and e-mail (needs the extra `documents`).

    The text is that of the elements in order, a blank line between them, and not the file's: there are no line numbers
    and no boxes. Page numbers are those `unstructured` gives, which only presentations have for certain. A table is one
    line a row with tabs between its cells. Nothing is downloaded.
    """

    def accepts(self, source: Source) -> bool:
        """Whether the content is HTML or rich text, or the name and the first bytes are of one of the formats."""
        head = head_of(source.path)
        if is_html(head) or is_rtf(head):
            return True
        suffix = source.path.suffix.lower()
        return suffix in _READERS and head.startswith(_READERS[suffix][1])

    def parse(self, source: Source) -> Document:
        """The document; raises `MissingExtra`, or `DamagedSource` for a file that cannot be read."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            elements = _elements(source)
        texts = [(element, _text_of(element)) for element in elements]
        written = _written([(element, text) for element, text in texts if text])
        return Document(
            id=source.document_id,
            uri=source.uri,
            title=written.title or source.path.stem,
            text=written.text,
            blocks=tuple(written.blocks),
            emphasis=tuple(written.emphasis),
            aliases=source.aliases,
            page_count=max((block.page or 0 for block in written.blocks), default=0),
            parser=f"unstructured {version('unstructured')}",
            warnings=tuple(_notes(caught, written.text)),
        )


def _notes(caught: Iterable[warnings.WarningMessage], text: str) -> Iterator[str]:
    yield from dict.fromkeys(" ".join(str(warning.message).split()) for warning in caught)
    if not text:
        yield "no text was found in the file"


def _elements(source: Source) -> list[Any]:
    reader = _reader(source)
    try:
        # An empty language keeps `unstructured` from guessing one, for which it has no use here.
        return list(reader(filename=str(source.path), languages=[""]))
    except ImportError as error:
        raise MissingExtra(_package(error), "documents") from error
    except Exception as error:  # every format's library raises errors of its own
        raise DamagedSource(source.uri, f"cannot be read: {error}", "open it in its own program") from error


def _reader(source: Source) -> Callable[..., Iterable[Any]]:
    head = head_of(source.path)
    by_content = "html" if is_html(head) else "rtf" if is_rtf(head) else None
    kind = by_content or _READERS[source.path.suffix.lower()][0]
    os.environ.setdefault("UNSTRUCTURED_DISABLE_NOTICE", "1")
    try:
        _keep_offline()
        reader: Callable[..., Iterable[Any]] = getattr(
            import_module(f"unstructured.partition.{kind}"), f"partition_{kind}"
        )
    except ImportError as error:
        raise MissingExtra(_package(error), "documents") from error
    return reader


def _package(error: ImportError) -> str:
    return (error.name or "unstructured").partition(".")[0]


def _keep_offline() -> None:
    """Have `unstructured` split words and sentences by rule.

    It would download and install a spaCy model when it first looks at a text. It uses that only to guess which
    unmarked texts are titles; blocks here have the kinds that the format marks.
    """
    tokenize: Any = import_module("unstructured.nlp.tokenize")
    spacy: Any = import_module("spacy")
    by_rule = spacy.blank("en")
    by_rule.add_pipe("sentencizer")
    tokenize._get_nlp = lambda: by_rule


@dataclass
class _Written:
    """Elements put one after the other."""

    text: str
    blocks: list[Block]
    emphasis: list[Span]
    title: str


def _written(elements: list[tuple[Any, str]]) -> _Written:
    written = _Written("\n\n".join(text for _, text in elements), [], [], "")
    start = 0
    for element, text in elements:
        kind, level = _kind_of(element)
        written.blocks.append(Block(kind, Span(start, start + len(text)), element.metadata.page_number, level=level))
        if kind == "heading" and not written.title:
            written.title = " ".join(text.split())
        written.emphasis += _emphasis(element, text, start)
        start += len(text) + 2
    return written


def _kind_of(element: Any) -> tuple[str, int | None]:
    """The kind of block, and the level of a heading or a list item.

    Titles without a depth are only guessed to be titles, and so are those below the title of a slide.
    """
    kind, depth = _KINDS.get(element.category, "paragraph"), element.metadata.category_depth
    if kind == "heading" and depth and (element.metadata.filetype or "").endswith("presentation"):
        return "list", depth
    if kind == "heading":
        return ("paragraph", None) if depth is None else ("heading", depth + 1)
    return kind, max(depth or 1, 1) if kind == "list" else None


def _emphasis(element: Any, text: str, start: int) -> Iterator[Span]:
    at = 0
    for content in element.metadata.emphasized_text_contents or ():
        found = text.find(content, at)
        if content and found >= 0:
            at = found + len(content)
            yield Span(start + found, start + at)


def _text_of(element: Any) -> str:
    html = element.metadata.text_as_html
    if element.category == "Table" and html:
        table = _Table()
        table.feed(html)
        return "\n".join("\t".join(row) for row in table.rows if any(row))
    return str(element.text).strip()


class _Table(HTMLParser):
    """The rows of an HTML table, as lists of the texts of their cells."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr" or (tag in ("td", "th") and not self.rows):
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] = " ".join([*self.rows[-1][-1].split(), *data.split()])
