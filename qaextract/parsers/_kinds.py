"""Say what each passage is: item, term, caption, formula, listing, quotation, reference, footnote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from qaextract.parsers._layout import BOLD, ITALIC, MONO, Norms, Passage, PrintedLine
from qaextract.parsers._paragraphs import closed, is_bullet, is_contents, lower_start, marker_of, run_in_label

CAPTION = re.compile(
    r"(?:Figure|Fig\.|Table|Tab\.|Listing|Algorithm|Scheme|Plate|Chart|Box|Program|Exhibit|FIGURE|TABLE|FIG\.)"
    r"\s*(?:[A-Z]?\d+(?:[.\-–]\d+)*[a-z]?|[IVX]+)(?P<end>\s*[:.–—|]|\s|$)"
)
REFERENCES = re.compile(
    r"(?:(?:appendix |chapter )?[\dA-Z]+\.?\s+)?(?:list of )?"
    r"(?:references|bibliography|works cited|literature(?: cited)?|sources)(?: cited)?",
    re.IGNORECASE,
)
#: A heading and a page number at the end of a line.
_CONTENTS = re.compile(r"^\d+(?:\.\d+)*\.? .*\s\d{1,4}$")
_RELATION = re.compile(r"[=<>≤≥≈≡→⇒∈⊂∑∫∏±×∂∇√∞≠∼⟨⟩]")


def classify(passages: Sequence[Passage], norms: Norms) -> None:
    """Sets the kind of each passage that is still a paragraph; headings are found elsewhere."""
    for passage in passages:
        if passage.kind == "paragraph":
            passage.kind = _kind(passage, norms)
    _mark_entries(passages)
    _unmark_initials(passages)
    for term, description in pairwise(passages):
        if term.kind in {"paragraph", "code"} and _is_term(term, description, norms):
            term.kind = "term"
    _mark_terms_above(passages)


def terms_apart(passages: Sequence[Passage], norms: Norms) -> list[Passage]:
    """Lines of typewriter type right above an indented description as passages of their own: they are its terms."""
    out: list[Passage] = []
    for passage, after in zip_longest(passages, passages[1:]):
        lines = passage.lines
        few = 1 < len(lines) <= 4 and after is not None and after.kind == "paragraph" and not after.first.mono
        if few and all(line.mono and abs(line.x0 - lines[0].x0) < 1 for line in lines):
            last = Passage("paragraph", lines[-1:], left=passage.left, right=passage.right)
            if _is_term(last, after, norms):
                out += [Passage("paragraph", [line], left=passage.left, right=passage.right) for line in lines]
                continue
        out.append(passage)
    return out


def formulas_joined(passages: Sequence[Passage]) -> list[Passage]:
    """The pieces of a displayed formula, which are set in many lines of many heights, as one passage."""
    out: list[Passage] = []
    for passage in passages:
        while out and _one_formula(out[-1], passage):
            last = out.pop()
            down = passage.first.base - max(line.base for line in last.lines)
            after = ["\n" if down > 0.9 * passage.first.size else " "]
            after += passage.breaks[1:] or [" "] * (len(passage.lines) - 1)
            last.breaks = (last.breaks or [" "] * len(last.lines)) + after
            last.lines += passage.lines
            last.kind = "formula"
            passage = last
        out.append(passage)
    return out


def _one_formula(last: Passage, passage: Passage) -> bool:
    if "formula" not in (last.kind, passage.kind) or last.first.page != passage.first.page:
        return False
    other = passage if last.kind == "formula" else last
    if other.kind != "formula" and (
        other.kind != "paragraph" or len(other.text) > 30 or other.first.x0 < other.left + 8
    ):
        return False
    top, bottom = min(line.y0 for line in last.lines), max(line.y1 for line in last.lines)
    above, below = passage.first.y0, max(line.y1 for line in passage.lines)
    if last.kind == passage.kind:
        return above < bottom + 0.7 * passage.size and below > top - 0.7 * passage.size
    return above < bottom and below > top


def _kind(passage: Passage, norms: Norms) -> str:
    first = passage.first
    if passage.share(MONO) > 0.8 and all(line.mono for line in passage.lines):
        return "code"
    if is_caption(passage, norms):
        return "caption"
    if is_contents(first) or is_contents(passage.last):
        return "paragraph"
    if _is_formula(passage):
        return "formula"
    if marker_of(first):
        return "list" if _is_item(passage) else "paragraph"
    tab = None if run_in_label(first) else run_in_term(passage)
    if tab:
        passage.tab = tab
        return "list"
    if _is_quote(passage, norms):
        return "quote"
    return "paragraph"


def is_caption(passage: Passage, norms: Norms) -> bool:
    """Whether the passage begins as captions do, and is set apart or punctuated as they are."""
    found = CAPTION.match(passage.text)
    if not found:
        return False
    if found["end"].strip():
        return True
    label = passage.first.runs[0]
    smaller = passage.size < 0.95 * norms.size
    return bool(label.style & (BOLD | ITALIC)) or smaller


def _is_item(passage: Passage) -> bool:
    marker = marker_of(passage.first)
    if is_bullet(marker):
        return marker not in "–—-*§·o" or len(passage.text) > len(marker) + 2
    return True


def _is_formula(passage: Passage) -> bool:
    """Displayed mathematics: away from the left edge, mostly symbols, hardly a word."""
    first = passage.first
    text = passage.text
    words = [word for word in re.findall(r"[A-Za-z]{3,}", text) if word not in _FUNCTIONS]
    inset = min(line.x0 for line in passage.lines) > passage.left + first.size
    maths = sum(line.maths * len(line.text) for line in passage.lines) / max(1, len(text))
    symbols = len(_RELATION.findall(text))
    if len(words) > 3 + len(text) // 40 or len(passage.lines) > 12:
        return False
    if maths > 0.3:
        return inset or maths > 0.5
    return inset and maths > 0.1 and symbols > 0 and len(words) <= 2


_FUNCTIONS = frozenset(
    {"sin", "cos", "tan", "log", "exp", "max", "min", "lim", "sup", "inf", "det", "mod", "gcd", "arg"}
)


def run_in_term(passage: Passage) -> int | None:
    """The number of words of a term set apart at the head of a description that hangs below it."""
    first = passage.first
    if len(passage.lines) > 1:
        hanging = min(line.x0 for line in passage.lines[1:]) > first.x0 + 0.8 * first.size
    else:
        hanging = False
    count = _head_words(first)
    if hanging and count:
        return count
    total = len(first.text.split())
    style = first.runs[0].style & (BOLD | MONO | ITALIC)
    gap = first.gaps[:1]
    if gap and (hanging or not passage.lines[1:]) and len(first.gaps) == 1:
        count = sum(1 for x0, _ in first.words if x0 < gap[0][1] - 1)
        aligned = all(abs(line.x0 - gap[0][1]) < 1.5 for line in passage.lines[1:])
        words_after = total - count
        if aligned and 0 < count <= 6 and words_after >= 2 and (passage.lines[1:] or style):
            return count
    return None


def set_levels(passages: Sequence[Passage]) -> None:
    """Gives the items of lists their depth, from 1, by how far they are indented."""
    open_at: list[float] = []
    for passage in passages:
        inset = passage.first.x0 - passage.left
        slack = 0.6 * passage.size
        if passage.kind != "list":
            if passage.kind in {"heading", "term"} or (
                passage.kind == "paragraph" and inset < min(open_at, default=0) + 1
            ):
                open_at = []
            continue
        while open_at and inset < open_at[-1] - slack:
            open_at.pop()
        if not open_at or inset > open_at[-1] + slack:
            open_at.append(inset)
        passage.level = len(open_at)


def _head_words(line: PrintedLine) -> int:
    """How many words at the head of a line are set apart from the rest; 0 if none, or more than a term has."""
    style = line.runs[0].style & (BOLD | MONO | ITALIC)
    head = ""
    for run in line.runs:
        if style and not run.style & style and run.text.strip():
            break
        head += run.text
    count = len(head.split())
    total = len(line.text.split())
    return count if style and count < total and count <= 8 and not head.rstrip().endswith(",") else 0


def _mark_entries(passages: Sequence[Passage]) -> None:
    """Entries whose description has one line show no hang: they are what the entries beside them are."""
    for ordered in (passages, list(reversed(passages))):
        for known, passage in pairwise(ordered):
            if known.tab and passage.kind == "paragraph" and len(passage.lines) == 1:
                count = _head_words(passage.first)
                if count and _entries_alike(known, known.tab, passage, count):
                    passage.kind, passage.tab = "list", count


def _entries_alike(known: Passage, tab: int, passage: Passage, count: int) -> bool:
    a, b = known.first, passage.first
    alike = a.runs[0].style == b.runs[0].style and abs(a.size - b.size) < 0.3
    ends = [line.text.split()[at - 1][-1] for line, at in ((a, tab), (b, count))]
    return alike and abs((a.x0 - known.left) - (b.x0 - passage.left)) < 1 and (ends[0] in ".:") == (ends[1] in ".:")


def _unmark_initials(passages: Sequence[Passage]) -> None:
    """A capital letter with a point is the marker of an item only in a sequence of such items."""
    lettered = [p for p in passages if p.kind == "list" and re.match(r"[A-Z]\.\s", p.text)]
    letters = {(p.first.page, p.text[0]) for p in lettered}
    for passage in lettered:
        page, letter = passage.first.page, ord(passage.text[0])
        beside = [(near, chr(other)) for near in (page - 1, page, page + 1) for other in (letter - 1, letter + 1)]
        if not letters.intersection(beside):
            passage.kind = "paragraph"


def _is_quote(passage: Passage, norms: Norms) -> bool:
    size = norms.size
    if len(passage.lines) < 2 or len(passage.text) < 80 or any(line.gaps for line in passage.lines):
        return False
    inner_left = min(line.x0 for line in passage.lines) > passage.left + 1.2 * size
    inner_right = max(line.x1 for line in passage.lines) < passage.right - 1.2 * size
    return inner_left and inner_right and passage.size <= 1.02 * norms.size


def _is_term(term: Passage, description: Passage, norms: Norms) -> bool:
    """A short line of its own whose description follows indented, close below."""
    line, after = term.first, description.first
    if len(term.lines) != 1 or description.kind not in {"paragraph", "list", "quote"} or line.page != after.page:
        return False
    if sum(char.isalpha() for char in line.text) < 2 or len(re.findall(r"[^\W\d_]{2}", description.text)) < 2:
        return False
    if marker_of(line) or marker_of(after) or is_contents(line) or is_contents(after) or _CONTENTS.search(line.text):
        return False
    if term.right - line.x1 < after.first_word + line.size:  # the text only went on
        return False
    if line.text.endswith((")", "]")) and lower_start(line):
        return False
    if is_contents(line) or line.text.endswith((".", ",", ";")) or len(line.text) > 90:
        return False
    step = after.x0 - line.x0
    near = 0 < after.base - line.base <= 1.75 * norms.distance(line.size)
    if not near or not 0.9 * line.size < step < 8 * line.size or line.size > 1.09 * norms.size:
        return False
    if len(description.lines) > 1:
        hanging = all(abs(each.x0 - after.x0) < 0.4 * after.size for each in description.lines[1:4])
    else:
        hanging = step > 1.5 * line.size
    set_apart = term.share(BOLD) > 0.5 or term.share(MONO) > 0.5 or term.share(ITALIC) > 0.5
    sentence = len(line.text.split()) > 7 and not set_apart
    return (
        hanging
        and not sentence
        and not line.text.endswith(":")
        and (set_apart or not (lower_start(after) or lower_start(line)))
    )


def _mark_terms_above(passages: Sequence[Passage]) -> None:
    """Several terms may share one description: the lines right above a term at its place are terms too."""
    for above, below in zip(reversed(passages[:-1]), reversed(passages[1:]), strict=True):
        if below.kind != "term" or above.kind not in {"paragraph", "code"} or len(above.lines) != 1:
            continue
        if is_contents(above.first) or is_contents(below.first):
            continue
        a, b = above.first, below.first
        close = a.page == b.page and 0 < b.base - a.base < 1.6 * a.size and abs(a.x0 - b.x0) < 1
        if close and not closed(a) and _style(a) == _style(b):
            above.kind = "term"


def _style(line: PrintedLine) -> tuple[bool, bool, bool]:
    return (line.share(BOLD) > 0.5, line.share(ITALIC) > 0.5, line.share(MONO) > 0.5)
