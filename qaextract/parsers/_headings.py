"""Find the headings: from the outline where there is one, and from how they are set."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qaextract.parsers._layout import BOLD, ITALIC, MONO, Norms, Passage
from qaextract.parsers._paragraphs import is_contents, lower_start


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NUMBERED = re.compile(
    r"(?:(?:chapter|part|appendix|section|lecture|unit|lesson)\s+)?"
    r"(?P<number>(?:\d{1,3}|[A-Z]|[IVXLC]{1,6})(?:\.\d{1,3})*)(?P<dot>[.:)]?)\s+(?=\S)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:chapter|part|appendix|section|lecture)?\s*(?:\d+|[A-Z]|[IVXLC]+|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty)?[.:]?",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"(?:chapter|part|appendix)\s+(?:\d+|[A-Z]|[IVXLC]+)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"[^\W_].*[^\W\d_]{2}|.?[^\W_].*[^\W\d_]{3}|(?:chapter|part|appendix)\s+\w+", re.IGNORECASE | re.DOTALL
)
#: Words and a page number.
_ENDING = re.compile(r"[^\W\d_]{2}.*\s(?:\d{1,4}|[ivxlc]{1,6})$")
_ADMONITIONS = _set("note notes tip tips caution warning important hint remark danger attention")
#: Longer passages are no headings.
MOST_CHARS, MOST_LINES = 200, 4


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One bookmark: its depth from 1, its title, and the page (0-based) that it leads to."""

    level: int
    title: str
    page: int


def mark_headings(passages: Sequence[Passage], outline: Sequence[OutlineEntry], norms: Norms) -> None:
    """Turns passages into headings and gives them levels."""
    matched = _from_outline(passages, outline)
    ruled_out = _front_matter(passages, norms) | _contents(passages, outline) | _going_on(passages, norms)
    found = [
        p
        for p in passages
        if id(p) not in matched and id(p) not in ruled_out and _may_be_heading(p, norms) and _stands_out(p, norms)
    ]
    items = _items(passages, [*found, *(passage for passage, _ in matched.values())], norms)
    found = [p for p in found if id(p) not in items]
    if len(matched) >= 3:
        levels = _learnt_levels(list(matched.values()))
        deeper = max(level for _, level in matched.values()) + 1
        found = [p for p in found if _looks(p) in levels or _clear(p, norms)]
        given = [levels.get(_looks(p), deeper) for p in found]
    else:
        given = _levels(found)
    for passage, level in [*matched.values(), *zip(found, given, strict=True)]:
        passage.kind, passage.level, passage.tab = "heading", level, None
    _unmark_labels(passages)


def _unmark_labels(passages: Sequence[Passage]) -> None:
    """The number of a chapter on a line of its own, its title below it, is no heading."""
    for label, title in pairwise(passages):
        if label.kind == title.kind == "heading" and _LABEL.fullmatch(label.text.strip()):
            label.kind, label.level = "paragraph", None


def _from_outline(passages: Sequence[Passage], outline: Sequence[OutlineEntry]) -> dict[int, tuple[Passage, int]]:
    by_page: dict[int, list[tuple[Passage, str]]] = defaultdict(list)
    for passage in passages:
        if len(passage.lines) <= MOST_LINES and passage.kind not in {"footnote", "formula"} and not _leads(passage):
            by_page[passage.first.page].append((passage, _key(passage.text)))
    matched: dict[int, tuple[Passage, int]] = {}
    for entry in outline:
        title = _key(entry.title)
        if not title:
            continue
        for page in (entry.page, entry.page + 1, entry.page - 1):
            best = [p for p, key in by_page.get(page, ()) if id(p) not in matched and _same(key, title)]
            if best:
                passage = max(best, key=lambda p: (p.size, p.share(BOLD)))
                matched[id(passage)] = (passage, entry.level)
                break
    return matched


def _front_matter(passages: Sequence[Passage], norms: Norms) -> set[int]:
    """The title, the authors and the like: what stands on the first page above the first whole paragraph.

    The last of them may be the heading of that paragraph, and what is numbered is none of them.
    """
    front: list[Passage] = []
    first = passages[0].first.page if passages else 0
    for passage in passages:
        if passage.first.page != first or (len(passage.lines) > 2 and passage.size <= 1.05 * norms.size):
            if passage.first.page == first and front:
                front.pop()
            break
        front.append(passage)
    return {id(passage) for passage in front if not re.search(r"[\d.:)]", _number_of(passage))}


def _number_of(passage: Passage) -> str:
    numbered = _NUMBERED.match(passage.text)
    return numbered.group() if numbered else ""


def _contents(passages: Sequence[Passage], outline: Sequence[OutlineEntry]) -> set[int]:
    """Lines of a table of contents without leaders: a heading's words and a page number, or among many such lines."""
    short = [(p, _key(p.text)) for p in passages if len(p.text) <= MOST_CHARS]
    titles = {key for _, key in short} | {_key(entry.title) for entry in outline}
    ending = [p for p, _ in short if _ENDING.search(p.text)]
    listed, all_on = (Counter(p.first.page for p in group) for group in (ending, passages))
    pages = {page for page, count in listed.items() if count >= 5 and count > 0.6 * all_on[page]}
    known = {id(p) for p, key in short if key[-1:].isdigit() and key.rstrip("0123456789") in titles}
    return known | {id(p) for p in ending if p.first.page in pages and not _LABEL.fullmatch(p.text.strip())}


def _items(passages: Sequence[Passage], found: Sequence[Passage], norms: Norms) -> set[int]:
    """Bold items of numbered lists: they count on from 1, inside a section, and headings of the text look otherwise."""
    counted = {id(p): int(number) for p in found if (number := _single_number(p, norms))}
    larger = [p for p in found if id(p) not in counted and p.size >= 1.09 * norms.size]
    if len(larger) < 2:
        return set()
    numbered = sum(_NUMBERED.match(p.text) is not None for p in larger) > 0.5 * len(larger)
    items: set[int] = set()
    run: list[Passage] = []
    for passage in passages:
        if passage.size >= 1.09 * norms.size and len(passage.text) <= MOST_CHARS:
            run = []
        elif id(passage) in counted:
            run = [*run, passage] if counted[id(passage)] == len(run) + 1 else []
            inset = all(p.first.x0 > p.left + 0.5 * p.size for p in run)
            if len(run) > 1 and (numbered or inset):
                items.update(map(id, run))
    return items


def _single_number(passage: Passage, norms: Norms) -> str:
    numbered = re.match(r"\(?(\d{1,2})[.)]\s", passage.text)
    return numbered[1] if numbered and passage.size < 1.05 * norms.size else ""


def _going_on(passages: Sequence[Passage], norms: Norms) -> set[int]:
    """Passages whose text goes on, in small letters, right below them."""
    return {
        id(a)
        for a, b in pairwise(passages)
        if lower_start(b.first)
        and b.kind == "paragraph"
        and a.last.page == b.first.page
        and 0 < b.first.base - a.last.base < 1.3 * norms.distance(b.size)
    }


def _leads(passage: Passage) -> bool:
    return any(is_contents(line) for line in passage.lines)


def _key(text: str) -> str:
    """Letters and digits only, without the number in front."""
    plain = unicodedata.normalize("NFKC", text).strip()
    numbered = _NUMBERED.match(plain)
    if numbered and numbered.end() < len(plain):
        plain = plain[numbered.end() :]
    return re.sub(r"[\W_]+", "", plain.lower())


def _same(key: str, title: str) -> bool:
    return key == title or (len(title) > 12 and (key.endswith(title) and len(key) <= len(title) + 12))


def _may_be_heading(passage: Passage, norms: Norms) -> bool:
    text = passage.text
    if passage.kind not in {"paragraph", "list", "term"} or len(text) > MOST_CHARS or len(passage.lines) > MOST_LINES:
        return False
    if not _NAMED.match(text) or text.strip(" :.!").lower() in _ADMONITIONS:
        return False
    if _leads(passage) or lower_start(passage.first) or any(line.gaps for line in passage.lines[1:]):
        return False
    if passage.first.gaps and re.search(r"\s(?:\d{1,4}|[ivxlc]{1,6})$", text):  # a line of a table of contents
        return False
    if passage.kind == "list" and not _NUMBERED.match(text):
        return False
    if passage.kind == "term" and passage.size < 1.09 * norms.size and not _NUMBERED.match(text):
        return False
    return not text.rstrip().endswith((",", ";")) and passage.size >= 0.9 * norms.size


def _stands_out(passage: Passage, norms: Norms) -> bool:
    """Larger than the running text, or bold, or numbered in italics."""
    text = passage.text
    if passage.share(MONO) > 0.8:
        return False
    larger = passage.size >= 1.09 * norms.size
    bold = passage.share(BOLD) > 0.85
    if not larger and text.endswith((".", ":")) and not _NUMBERED.match(text):
        return False
    if larger and not bold and len(text) > 120:
        return False
    return larger or bold


def _clear(passage: Passage, norms: Norms) -> bool:
    """Whether more room is left above it than between lines."""
    return passage.above <= 0 or passage.above > 1.3 * norms.distance(passage.size)


def _looks(passage: Passage) -> tuple[float, bool, bool]:
    return (round(passage.size, 0), passage.share(BOLD) > 0.85, passage.share(ITALIC) > 0.85)


def _learnt_levels(matched: Sequence[tuple[Passage, int]]) -> dict[tuple[float, bool, bool], int]:
    votes: dict[tuple[float, bool, bool], Counter[int]] = defaultdict(Counter)
    for passage, level in matched:
        votes[_looks(passage)][level] += 1
    return {looks: count.most_common(1)[0][0] for looks, count in votes.items()}


def _levels(found: Sequence[Passage]) -> list[int]:
    """Depth by number where headings are numbered ("2.3" is of level 2), else by size and weight.

    Where Roman numbers are used, each kind of number (I, A, 1, a) is a level, in the order of their appearance.
    """
    looks = sorted({_looks(p) for p in found}, key=lambda look: (-look[0], not look[1], look[2]))
    kinds = [_number_kind(p) for p in found]
    order = list(dict.fromkeys(kind for kind in kinds if kind)) if kinds.count("roman") > 1 else []
    levels = []
    for passage, kind in zip(found, kinds, strict=True):
        numbered = _NUMBERED.match(passage.text)
        dots = numbered["number"].count(".") if numbered else 0
        if kind in order:
            levels.append(order.index(kind) + 1)
        elif dots or kind == "arabic":
            levels.append(dots + 1)
        else:
            levels.append(min(looks.index(_looks(passage)) + 1, 6))
    return levels


def _number_kind(passage: Passage) -> str:
    numbered = _NUMBERED.match(passage.text)
    if not numbered or not (numbered["dot"] or "." in numbered["number"] or numbered["number"].isdigit()):
        return ""
    number = numbered["number"]
    if number[0].isdigit():
        return "arabic"
    if re.fullmatch(r"[IVX]+", number):
        return "roman"
    return "upper" if number.isupper() else "lower"
