"""A cell of a table, looked up by its row and its column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from qaextract.english import dangling, is_english
from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.quantities import unit
from qaextract.recipes._fitness import debris
from qaextract.recipes._grammar import is_plural
from qaextract.recipes._subject import asked_within
from qaextract.recipes._tables import Cell, Table, description_column, tables_in

_VAGUE_COLUMN = re.compile(
    r"^(?:notes?|comments?|remarks?|references?|refs?\.?|page|pages|see|pros?|cons?|examples?|no\.?|nr\.?|#|id"
    r"|column.*|item|other|misc.*"
    r"|source|output|input|result|code|text|sample|type in|looks like|keywords?)$",
    re.IGNORECASE,
)
_DIMENSION = re.compile(
    r"\b(?:size|length|width|height|weight|mass|time|duration|distance|speed|memory|age|temperature|area|volume"
    r"|pressure|depth|delay|energy|power)\b",
    re.IGNORECASE,
)
_UNIT_IN_HEADER = re.compile(
    r"^(?P<name>.+?)\s*(?:[\[(](?P<a>[^\])]+)[\])]|[,/]\s?(?P<b>\S+)|\s(?P<c>inch(?:es)?|[mck]m|metres|kg|mg|km/h|ms))$"
)
_EMPTY = re.compile(r"^(?:[\W_]*|⟨\w*⟩|n\.?/?a\.?|none|yes|no|x|see .*|same.*|ditto|\w{1,2}:\d.*)$", re.IGNORECASE)


_OF_COLUMN = re.compile(
    r"^(?:meaning|description|purpose|explanation|effect|action|function|value|name|number|\w*size|length|width|height"
    r"|weight|age|colou?r|type)\b",
    re.IGNORECASE,
)


class TableDraft(Draft):
    """A question on a cell, with the labels that lead to it."""

    row: str
    column: str


@recipes.register("table_lookup")
@dataclass(frozen=True)
class TableLookup:
    """Ask for single cells of tables, named by caption, row and column.

    Only tables with a caption, a certain header row and unique row labels are read, a few cells of each.
    """

    draft: ClassVar[type[Draft]] = TableDraft
    quota: int = 3
    share: float = 0.2
    cells_per_table: int = 2
    max_cell_chars: int = 120

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk may hold a table."""
        return "\t" in chunk.text or "|" in chunk.text

    def find(self, chunk: Chunk, document: Document) -> Iterable[TableDraft]:
        """The drafts, in text order."""
        tables = list(tables_in(document, document.blocks_in(chunk.span)))
        for table in tables:
            if not table.caption and len(tables) == 1 and document.page_count == 0 and chunk.headings:
                # Where there are no pages, tables have no captions but stand in the section they belong to.
                table = replace(table, caption=chunk.headings[-1])
            if not _fit_caption(table.caption):
                continue
            drafts = [draft for n in range(len(table.rows)) if (draft := self._asked(table, n, document))]
            step = max(1, len(drafts) // self.cells_per_table)
            yield from drafts[step // 2 :: step][: self.cells_per_table]

    def _asked(self, table: Table, n: int, document: Document) -> TableDraft | None:
        row = table.rows[n]
        if not _fit_label(row[0].text):
            return None
        # Columns take turns, so that not all questions of a table are on the first.
        columns = [n for n in range(1, len(row)) if n != description_column(table) and _tells_apart(table, n)]
        if not columns:
            return None
        for column in columns[n % len(columns) :] + columns[: n % len(columns)]:
            answer = _value(table.header[column].text, row[column], self.max_cell_chars)
            title = table.header[column].text
            if not answer or _VAGUE_COLUMN.match(title) or answer == row[0].text:
                continue
            # "Explanations" is the title of many; the cell is one of them.
            if is_plural(title) and is_plural(table.header[0].text) and " " not in title:
                continue
            question = _question(table, row[0], _without_unit(table.header[column].text))
            quotes = [table.row_spans[n].of(document.text), table.header_span.of(document.text)]
            return TableDraft(
                question=asked_within(document, question),
                answer=answer,
                quotes=tuple(quotes),
                row=row[0].text,
                column=table.header[column].text,
            )
        return None


def _tells_apart(table: Table, column: int) -> bool:
    """Whether the rows differ in the column."""
    values = [row[column].text for row in table.rows]
    return len(set(values)) > min(2, len(values) / 2)


def _question(table: Table, label: Cell, column: str) -> str:
    kind = table.header[0].text.removesuffix(" name").removesuffix(" Name")
    shown = (
        f"“{label.text}”"
        if " " in label.text
        else f"`{label.text}`"
        if re.search(r"[\W_\d]", label.text)
        else label.text
    )
    row = (
        f"{_lower(kind)} {shown}"
        if re.fullmatch(r"[A-Za-z][a-z]+(?: [a-z]+){0,2}", kind) and not is_plural(kind)
        else shown
    )
    verb = "are" if is_plural(column) else "is"
    of = "of" if _OF_COLUMN.match(column) else "for"
    the = "the " if row != shown else ""
    return f"According to the table “{table.caption}”, what {verb} the {_lower(column)} {of} {the}{row}?"


def _lower(title: str) -> str:
    """A column's title inside a sentence."""
    return " ".join(word.lower() if re.fullmatch(r"[A-Z][a-z]+", word) else word for word in title.split())


def _without_unit(title: str) -> str:
    found = _UNIT_IN_HEADER.match(title)
    return found["name"] if found and unit(_unit_of(found)) else title


def _unit_of(found: re.Match[str]) -> str:
    return found["a"] or found["b"] or found["c"]


def _value(title: str, cell: Cell, max_chars: int) -> str:
    """The cell as an answer, its unit beside its number; empty where it is not fit to be one."""
    text = cell.text
    if (
        _EMPTY.match(text)
        or len(text) > max_chars
        or debris(text.replace("`", ""))
        or dangling(text)
        or "\u2192" in text
    ):
        return ""
    if re.search(r"[,;:(-]$|\b(?:the|an?|of|and|or|to|in|for|with|by|from|is|are|that|which)$", text) or re.search(
        r"\?|\betc\b|…", text
    ):
        return ""
    if not re.fullmatch(r"[^A-Za-z]*\d[^A-Za-z]*", text):
        return text if len(text) > 1 and re.search(r"[A-Za-z]{2}", text) else ""
    found = _UNIT_IN_HEADER.match(title)
    name = _unit_of(found) if found else ""
    if name and unit(name):
        return f"{text}{'' if name == '%' else ' '}{name}" if name not in text else text
    return "" if _DIMENSION.search(title) and not re.search(r"[%°$€£]", text) else text


def _fit_caption(caption: str) -> bool:
    """Whether the caption names the subject of the table by itself."""
    if not 2 <= len(caption.split()) <= 18 or len(caption) > 120 or debris(caption) or dangling(caption):
        return False
    return is_english(caption) and not re.search(
        r"\b(?:source|result|continued|example)\b|[.;]\s", caption, re.IGNORECASE
    )


def _fit_label(label: str) -> bool:
    return (
        len(label) <= 50
        and not re.search(r"<-|->|\|\||&&", label)
        and re.search(r"[^\W\d_]{2}", label) is not None
        and not debris(label.replace("`", ""))
        and not label.endswith((",", "-"))
    )
