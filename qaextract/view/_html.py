"""Pieces of HTML for notebooks: escaped, without scripts or ids, legible on dark and on light.

Colours are translucent or inherited. Front ends that strip styles still show headings, tables and `<mark>`.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from qaextract.model import Span
from qaextract.view._passages import Passage, Piece

#: How many rows of a long table are shown before it is cut, and how much of a text in a cell.
MOST_ROWS = 20
CELL_CHARS = 160
RULE = "1px solid rgba(128, 128, 128, 0.4)"
MARK = "background-color: rgba(255, 196, 0, 0.38); color: inherit; padding: 0"
WRAPPED = "white-space: pre-wrap; margin: 0 0 0.4em 0"
PLAIN = "word-break: normal; padding: 0; color: inherit; background-color: transparent"
CODE = f"{WRAPPED}; font-family: monospace; font-size: 0.92em; {PLAIN}"
NOTE = "opacity: 0.72; font-size: 0.9em"


def text(value: object) -> str:
    """The value as HTML text, on any element and in any attribute."""
    # A lone surrogate of a damaged file cannot be sent to a front end.
    return html.escape(str(value).encode("utf-8", "backslashreplace").decode())


def element(tag: str, content: str, style: str = "") -> str:
    """An element around HTML."""
    return f'<{tag} style="{style}">{content}</{tag}>' if style else f"<{tag}>{content}</{tag}>"


def frame(*parts: str) -> str:
    """What is shown of one object."""
    inner = "\n".join(part for part in parts if part)
    return element("div", f"\n{inner}\n", "max-width: 56em; line-height: 1.5; text-align: left")


def note(content: str) -> str:
    """A line of lesser weight, of HTML."""
    return element("div", content, NOTE) if content else ""


def marked(content: str, marks: Iterable[Span], offset: int = 0) -> str:
    """Text with the spans highlighted; `offset` is where `content` begins in the text the spans count in."""
    out, at = [], 0
    for span in marks:
        start, end = max(span.start - offset, at), min(span.end - offset, len(content))
        if start < end:
            out += [text(content[at:start]), *map(_highlighted, content[start:end].splitlines(keepends=True))]
            at = end
    return "".join([*out, text(content[at:])])


def _highlighted(line: str) -> str:
    """A line highlighted, but for its indentation."""
    words = line.lstrip()
    return text(line[: len(line) - len(words)]) + (element("mark", text(words), MARK) if words else "")


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    """A table of HTML cells; the columns `numbers` are set flush right."""
    flush_right = set(numbers)

    def row(cells: Sequence[str], tag: str) -> str:
        styles = (_cell("right" if i in flush_right else "left", tag) for i in range(len(cells)))
        return element("tr", "".join(element(tag, cell, style) for cell, style in zip(cells, styles, strict=True)))

    body = "\n".join(row(cells, "td") for cells in rows)
    top = element("thead", row(head, "th")) + "\n" if head else ""
    return element("table", f"\n{top}<tbody>\n{body}\n</tbody>\n", "border-collapse: collapse; margin: 0.5em 0")


def _cell(align: str, tag: str) -> str:
    border = f"; border-bottom: {RULE}" if tag == "th" else ""
    return f"text-align: {align}; vertical-align: top; padding: 0.15em 1.2em 0.15em 0{border}"


def bar(part: int, whole: int) -> str:
    """A bar as long as `part` of `whole`, beside the number that stands in the table already."""
    width = round(100 * part / whole) if whole else 0
    style = f"width: {width}%; height: 0.7em; margin: 0.4em 0; background-color: currentColor; opacity: 0.45"
    return element("div", element("div", "", style), "width: 12em")


def folded(summary: str, content: str) -> str:
    """HTML that opens on a click."""
    return f"<details><summary>{summary}</summary>\n{content}\n</details>"


def passages(shown: Iterable[Passage]) -> str:
    """The evidence in its surroundings."""
    style = f"margin: 0.6em 0; padding: 0.1em 0 0.1em 1em; border-left: {RULE.replace('1px', '3px')}"
    blocks = []
    for passage in shown:
        pieces = "\n".join(map(_piece, passage.pieces))
        blocks.append(element("blockquote", f"\n{pieces}\n{note(text(passage.where))}\n", style))
    return "\n".join(blocks)


def _piece(piece: Piece) -> str:
    if piece.kind == "table" and "\t" in piece.text:
        return _printed_table(piece)
    content = marked(piece.text, piece.marks)
    # Some tools that convert notebooks squeeze white space between tags everywhere else.
    return element("pre", content, CODE) if piece.kind in ("code", "formula") else element("div", content, WRAPPED)


def _printed_table(piece: Piece) -> str:
    """A table block: its lines are rows, with tabs between the cells."""
    rows, at = [], 0
    for line in piece.text.split("\n"):
        cells = []
        for cell in line.split("\t"):
            cells.append(marked(cell, piece.marks, at))
            at += len(cell) + 1
        rows.append(cells)
    width = max(map(len, rows))
    return table((), [cells + [""] * (width - len(cells)) for cells in rows])


def long_table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    """The first rows of a table, and how many more there are."""
    rest = len(rows) - MOST_ROWS
    return frame(table(head, rows[:MOST_ROWS], numbers), note(f"… and {rest:,} more" if rest > 0 else ""))


def cut(content: str) -> str:
    """The beginning of a text on one line, as HTML."""
    line = " ".join(content.split())
    return text(line if len(line) <= CELL_CHARS else line[: CELL_CHARS - 1] + "…")


def path(headings: Iterable[str]) -> str:
    """A path of headings, not yet HTML."""
    return " › ".join(headings)


def words(name: str) -> str:
    """A name in snake case as words, not yet HTML."""
    return name.replace("_", " ")


def plural(number: int, noun: str) -> str:
    """`1 pair`, `2 pairs`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
