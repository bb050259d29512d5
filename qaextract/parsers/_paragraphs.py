"""Lines in reading order to passages: where a paragraph, an item, a term or a listing begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qaextract.parsers._layout import BOLD, Norms, Passage, PrintedLine
from qaextract.parsers._order import Column

BULLETS = "•◦▪▫‣⁃∙●○■□◆◇►▶➢➤✓✔★☆–—−*·§❖"
#: Control and private characters are what symbol fonts give for their bullets.
_BULLET = re.compile(rf"(?:[{re.escape(BULLETS)}\x80-\x9f\uf000-\uf0ff]|[-o])(?=\s)|[•▪◦●■](?=\w)")
_NUMBER = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5}|[IVX]{1,5})[.)]|\[\w{1,12}\]|\((?:\d{1,3}|[a-z]|[ivx]{1,5})\))(?=\s+\S)"
)
_EQUATION_NUMBER = re.compile(r"\([A-Z]?\.?\d[\d.]*[a-z]?\)")
_LABEL = re.compile(
    r"(?:Definition|Theorem|Lemma|Corollary|Proposition|Conjecture|Claim|Fact|Axiom|Postulate|Law|Property|Notation|"
    r"Proof|Example|Exercise|Problem|Question|Answer|Solution|Hint|Remark|Note|Case|Assumption|Algorithm)s?"
    r"(?P<number>\s+(?:[A-Z]\.?)?\d{1,3}(?:[.\-–]\d{1,3})*[a-z]?)?(?:\s+\([^()]{1,60}\))?"
    r"(?P<end>[.:](?=\s|$)|\s?[—–]\s)?(?!\w)",
    re.IGNORECASE,
)
_LABEL_STARTS = frozenset("DTLCPFAENSQHRMdtlcpfaensqhrm")
_CLOSED = re.compile(r"[.!?:;][\"'”’)\]]*[¹²³⁰-⁹]*$")
LEADER = re.compile(r"(?:(?:\s?\.){5,}|…{2,}|(?:\s·){4,})\s*(?:\w{1,6}|\w+-\w+)?$")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and the column it stands in."""

    line: PrintedLine
    column: Column


def marker_of(line: PrintedLine) -> str:
    """The bullet or number that the line begins with, or nothing."""
    found = _BULLET.match(line.text) or _NUMBER.match(line.text)
    return found.group() if found else ""


def is_bullet(marker: str) -> bool:
    """Whether the marker is a bullet and no number."""
    return bool(marker) and _BULLET.match(marker + " ") is not None


def hang_of(line: PrintedLine) -> float:
    """Where the text after the marker of an item begins."""
    marker = marker_of(line)
    if marker and not line.text[len(marker) :].startswith(" "):
        return line.x0 + 0.6 * line.size
    at = len(marker.split())
    return line.words[at][0] if 0 < at < len(line.words) else line.x0


def closed(line: PrintedLine) -> bool:
    """Whether the line ends a sentence or announces something."""
    return _CLOSED.search(line.text) is not None


def lower_start(line: PrintedLine) -> bool:
    """Whether the line begins in the middle of a sentence."""
    return line.text[:1].islower()


def is_contents(line: PrintedLine) -> bool:
    """Whether the line has the dot leaders of a table of contents."""
    text = line.text
    # The search is slow and the characters are rare.
    return (".." in text or ". ." in text or "…" in text or "· ·" in text) and LEADER.search(text) is not None


def run_in_label(line: PrintedLine) -> str:
    """The label of a theorem, an exercise or the like that the line begins with.

    Without a number, or without a point after it, it has to be set apart from what follows.
    """
    found = _LABEL.match(line.text) if line.text[:1] in _LABEL_STARTS else None
    if not found or (found["end"] is None and found["number"] is None):
        return ""
    apart = len(line.runs[0].text.strip()) <= found.end() and len({(run.font, run.style) for run in line.runs}) > 1
    return found.group() if apart or (found["number"] and found["end"]) else ""


def passages_of(placed: Sequence[Placed], norms: Norms) -> list[Passage]:
    """Groups the lines of one page; every passage is one paragraph, item, term, heading or listing."""
    passages: list[Passage] = []
    for index, here in enumerate(placed):
        before = placed[index - 1] if index else None
        after = placed[index + 1].line if index + 1 < len(placed) else None
        if before is None or _begins(passages[-1], before, here, after, norms):
            passage = Passage("paragraph", [here.line], left=here.column.left, right=here.column.right)
            if before is not None and before.column.index == here.column.index:
                passage.above = here.line.base - before.line.base
            passages.append(passage)
        else:
            passages[-1].lines.append(here.line)
    return passages


def _begins(passage: Passage, before: Placed, here: Placed, after: PrintedLine | None, norms: Norms) -> bool:
    """Whether the line begins a new passage after the one before it."""
    a, b = before.line, here.line
    if before.column.index != here.column.index or _apart(a, b):
        return True
    usual = norms.distance(a.size) if abs(a.size - b.size) < 0.5 else norms.distance(max(a.size, b.size))
    down = b.base - a.base
    listing = all(line.mono for line in passage.lines)
    if listing != b.mono and not _inside(passage, a, b, down, usual):
        return True
    if listing and b.mono:
        return down > 3.2 * usual
    if down < 0.3 * a.size or down > 1.34 * usual + _tall(a, b) or is_contents(a) or is_contents(b):
        return True
    if _other_weight(a, b) or _tabular(a) or _numbered(a) or _numbered(b):
        return True
    if _display(a, norms) and _display(b, norms) and abs(a.size - b.size) < 0.3:
        return marker_of(b) != "" or abs(b.x0 - a.x0) > 6 * b.size
    if closed(a) and run_in_label(b):
        return True
    full = _full(passage, a, b, before.column)
    if is_bullet(marker_of(b)) and (
        not full or abs(b.x0 - a.x0) > 0.3 * b.size or closed(a) or marker_of(passage.first)
    ):
        return True
    if marker_of(b) and _new_number(passage, a, b, full):
        return True
    if not full and not _centered(a, b, before.column):
        return True
    if down > 1.12 * usual + _tall(a, b) and closed(a) and not lower_start(b):
        return True
    return _indented(passage, a, b, after)


def _inside(passage: Passage, a: PrintedLine, b: PrintedLine, down: float, usual: float) -> bool:
    """Whether a line of typewriter type is just one of a paragraph's lines."""
    full = passage.right - a.x1 < 6 * a.size
    return full and abs(b.x0 - a.x0) < 0.5 and down < 1.05 * usual


def _apart(a: PrintedLine, b: PrintedLine) -> bool:
    """Whether the sizes differ so that the two lines cannot be one text."""
    if abs(a.size - b.size) <= 0.06 * max(a.size, b.size):
        return False
    return not _has_size(a, b.size) and not _has_size(b, a.size)


def _has_size(line: PrintedLine, size: float) -> bool:
    return any(abs(run.size - size) <= 0.06 * size and len(run.text.strip()) > 1 and not run.shift for run in line.runs)


def _tall(a: PrintedLine, b: PrintedLine) -> float:
    # Formulas inside lines push them apart.
    return 0.35 * a.size if a.maths > 0 or b.maths > 0 or any(run.shift for run in (*a.runs, *b.runs)) else 0.0


def _tabular(line: PrintedLine) -> bool:
    # The last word of an equation's line, say, is its number.
    return any(right - left > 3 * line.size for left, right in line.gaps)


def _numbered(line: PrintedLine) -> bool:
    """Whether the line is a displayed formula with its number at the edge."""
    if not line.text.endswith(")"):
        return False
    at = line.text.rfind(" ") + 1
    if not line.gaps or line.gaps[-1][1] != line.words[-1][0] or len(line.words) < 2:
        return False
    return _EQUATION_NUMBER.fullmatch(line.text, at) is not None


def _other_weight(a: PrintedLine, b: PrintedLine) -> bool:
    if a.bold and not b.bold:
        if not a.runs[-1].style & BOLD and not b.runs[0].style & BOLD and not closed(a):
            return False
        return b.share(BOLD) < 0.3 or not a.bold
    return b.bold and not a.bold and a.share(BOLD) < 0.3 and (closed(a) or len(b.text) > 12)


def _display(line: PrintedLine, norms: Norms) -> bool:
    """Whether the line is set as headings are: their lines end anywhere."""
    return line.size > 1.15 * norms.size or (line.bold and line.size >= 1.04 * norms.size)


def _full(passage: Passage, a: PrintedLine, b: PrintedLine, column: Column) -> bool:
    """Whether the first word of `b` would not have fitted on `a`, so that the line had to end there."""
    if a.text.endswith(("-", "\u00ad", "\u2010")) and a.x1 > a.x0 + 0.5 * (column.right - a.x0):
        return True
    room = column.right - a.x1 - b.first_word
    if room < 0.7 * a.size:
        return True
    edge = [line.x1 for line in passage.lines[-3:-1]] + [b.x1]
    return any(abs(x1 - a.x1) < 0.6 for x1 in edge) and a.x1 - a.x0 > 0.6 * (column.right - column.left)


def _centered(a: PrintedLine, b: PrintedLine, column: Column) -> bool:
    middle = (column.left + column.right) / 2
    return all(
        abs((line.x0 + line.x1) / 2 - middle) < 0.8 * line.size and line.x0 > column.left + line.size for line in (a, b)
    )


def _new_number(passage: Passage, a: PrintedLine, b: PrintedLine, full: bool) -> bool:
    first = passage.first
    if marker_of(first):
        # The next item stands where the item began, or deeper; not where the text of the item goes on.
        return abs(b.x0 - first.x0) < 0.5 * b.size or (b.x0 > hang_of(first) + 0.5 * b.size)
    return not full or (closed(a) and abs(b.x0 - a.x0) > 0.5 * b.size)


def _indented(passage: Passage, a: PrintedLine, b: PrintedLine, after: PrintedLine | None) -> bool:
    """Whether the left edge says that `b` begins something."""
    step = b.x0 - a.x0
    slack = 0.45 * b.size
    if abs(step) <= slack:
        return False
    if len(passage.lines) == 1:
        if step < 0:
            return step < -6 * b.size
        if marker_of(a):
            return abs(b.x0 - hang_of(a)) > 1.5 * b.size and not lower_start(b)
        if after is not None and abs(after.x0 - b.x0) <= slack:
            return False
        if after is not None and after.x0 < b.x0 - slack:
            return not lower_start(b) or closed(a)
        return closed(a) and not lower_start(b)
    if step > 0:
        return closed(a) or not lower_start(b)
    return not (lower_start(b) and not closed(a))
