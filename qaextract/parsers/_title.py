"""The title of a document: that of the metadata where it is one, else the printed one, else the file's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from qaextract.parsers._layout import BOLD, Passage
from qaextract.parsers._typeset import Lexicon, typeset

#: What programs write where nobody gave a title, names of files, and words that say what a document is, not which.
_NO_TITLE = re.compile(
    r"(?:untitled|no title|title|document|slide|layout|print|noname|no job name|new document|unknown|none|page|main|"
    r"test|(?:preliminary )?draft|manuscript|preprint|paper|article|report|thesis|book|final|default|template|sample)"
    r"(?:[\s_-]*\d+)?|(?:microsoft|powerpoint|open ?office|libre ?office|latex|acrobat)\b.*|"
    r"(?:pii|doi|arxiv|https?):.*|"
    r".*\.(?:docx?|tex|dvi|pdf|indd|e?ps|rtf|odt|html?|md|txt|pptx?|xml|qxd|p65|fm|sgml?)|[\W\d_]*",
    re.IGNORECASE,
)
#: How distributors of electronic books put themselves in front of the title.
_DISTRIBUTOR = re.compile(r"^[^:]{0,60}\be-?(?:book|text)\b\s*(?:#?\s*\d+\s*)?(?::|,?\s+of\b)\s*", re.IGNORECASE)
_MARKS = re.compile(r"\s*[*∗†‡§¶]+(?=[\s,]|$)|(?<=[^\W\d_])[⁰¹²³⁴-⁹]+$")
#: What stands on first pages and is no title.
_OTHER = re.compile(
    r"(?:abstract|summary|(?:table of )?contents|introduction|preface|acknowledge?ments?|keywords)\W*$|"
    r"(?:chapter|part|section)\s+\w+\W*$|"
    r"(?:by|edited|editors?|version|volume|vol\.|release|copyright|©|arxiv|doi|https?:|www\.|issn|isbn|received)\b",
    re.IGNORECASE,
)
#: Type that is this many times as large as that of the text is a watermark.
WATERMARK = 8.0


def title_of(given: str, author: str, passages: Sequence[Passage], lexicon: Lexicon, stem: str) -> str:
    """The title; `given` and `author` are those of the metadata, `stem` the file's name without its ending."""
    title = " ".join(given.split())
    shed = _DISTRIBUTOR.sub("", title)
    if shed and shed != title:
        title = re.sub(r"(?<=[^.])\.$", "", shed)
    if _is_title(title) and not _same(title, author) and not _same(title, stem):
        return _MARKS.sub("", title)
    return _printed(author, passages, lexicon) or (title if _same(title, stem) else "") or stem


def _is_title(text: str) -> bool:
    return len(text) > 2 and _NO_TITLE.fullmatch(text) is None


def _same(a: str, b: str) -> bool:
    return re.sub(r"[\W_]+", "", a.lower()) == re.sub(r"[\W_]+", "", b.lower())


def _printed(author: str, passages: Sequence[Passage], lexicon: Lexicon) -> str:
    """The passages of the largest type on the first page with text, or the first one set apart at its top."""
    sizes: Counter[float] = Counter()
    for passage in passages:
        sizes[passage.size] += len(passage.text)
    usual = max(sizes, key=lambda size: sizes[size], default=0.0)
    page = next((p.first.page for p in passages if _may_be_title(p, author) and p.size < WATERMARK * usual), -1)
    on_page = [p for p in passages if p.first.page == page and p.size < WATERMARK * usual and not p.aside]
    named = [p for p in on_page if _may_be_title(p, author)]
    if not named:
        return ""
    largest = max(p.size for p in named)
    if largest >= 1.1 * usual:
        first = next(i for i, p in enumerate(on_page) if p in named and p.size >= 0.98 * largest)
    else:
        first = _set_apart_at(on_page, named)
    if first < 0:
        return ""
    head = on_page[first]
    bold = head.share(BOLD) > 0.85
    together = takewhile(
        lambda p: (
            abs(p.size - head.size) <= 0.02 * head.size
            and (p.share(BOLD) > 0.85) == bold
            and not _OTHER.match(p.text)
            and (p.size >= 1.1 * usual or _is_set_apart(p))
        ),
        on_page[first:],
    )
    text = " ".join(_MARKS.sub("", typeset(p, lexicon).text.replace("\t", " ")) for p in together)
    return " ".join(text.split())[:250]


def _may_be_title(passage: Passage, author: str) -> bool:
    text = passage.text
    return (
        3 < len(text) < 250
        and sum(char.isalpha() for char in text) > max(2, 0.5 * len(text.replace(" ", "")))
        and passage.kind not in {"table", "formula", "code", "footnote", "caption"}
        and not _OTHER.match(text)
        and not (author and _same(text, author))
    )


def _is_set_apart(passage: Passage) -> bool:
    return (passage.share(BOLD) > 0.85 or passage.text.isupper()) and len(passage.lines) <= 4


def _set_apart_at(on_page: Sequence[Passage], named: Sequence[Passage]) -> int:
    """Where the title is, on a page of one size: bold or in capitals, above all running text."""
    for index, passage in enumerate(on_page[:4]):
        if passage in named and _is_set_apart(passage) and len(passage.text.split()) > 1:
            return index
        if len(passage.lines) > 2:
            break
    return -1
