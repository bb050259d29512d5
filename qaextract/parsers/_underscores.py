"""Underscores that are drawn: TeX sets one as a rule on the baseline, which is no character of the page's text."""

from __future__ import annotations

import re
from collections import defaultdict

from qaextract.parsers._layout import PrintedLine, PrintedPage, Rule

# All in ems, the size of the type beside the rule.
_NARROWEST, _WIDEST = 0.2, 0.75
_THICKEST = 0.12
_HIGHEST, _LOWEST = -0.1, 0.25  # from the baseline, downwards
_TOUCHING = 0.2


def draw_underscores(page: PrintedPage) -> None:
    """Writes an underscore into the lines of a page for every rule that stands for one."""
    rules = [rule for rule in page.rules if 1.0 < rule.x1 - rule.x0 < 20 and rule.y1 - rule.y0 < 2.5]
    if not rules:
        return
    by_base: dict[int, list[PrintedLine]] = defaultdict(list)
    for line in page.lines:
        by_base[round(line.base)].append(line)
    edges = {(round(rule.y0, 1), round(rule.x0)) for rule in rules}
    gone: set[int] = set()
    for rule in sorted(rules, key=lambda rule: rule.x0):
        if any((round(rule.y0, 1), round(rule.x1) + near) in edges for near in (-1, 0, 1)):
            continue  # a part of a longer line
        middle = round((rule.y0 + rule.y1) / 2)
        near = [line for y in range(middle - 4, middle + 3) for line in by_base.get(y, ()) if id(line) not in gone]
        gone |= _written(rule, near)
    if gone:
        page.lines = [line for line in page.lines if id(line) not in gone]


def _written(rule: Rule, lines: list[PrintedLine]) -> set[int]:
    """Writes the rule as an underscore between what it stands between; the lines that were taken into another."""
    left = right = None
    for line in lines:
        if not _is_at_foot(rule, line):
            continue
        for at, (x0, x1) in enumerate(line.words):
            if x0 < rule.x0 and x1 > rule.x1:
                return set()  # it underlines a word
            if abs(rule.x0 - x1) <= _TOUCHING * line.size and x0 < rule.x0:
                left = (line, at)
            if abs(x0 - rule.x1) <= _TOUCHING * line.size and x1 > rule.x1:
                right = (line, at)
    if left and right and left[0] is right[0]:
        _join_words(left[0], left[1]) if right[1] == left[1] + 1 else None
        return set()
    if left and right and left[1] == len(left[0].words) - 1 and right[1] == 0:
        _join_lines(left[0], right[0])
        return {id(right[0])}
    if left and left[1] == len(left[0].words) - 1:
        _lengthen(left[0], rule.x1)
    elif right and right[1] == 0:
        _begin_earlier(right[0], rule.x0)
    return set()


def _is_at_foot(rule: Rule, line: PrintedLine) -> bool:
    """Whether the rule has the width and the place of an underscore beside type of this size."""
    size, middle = line.size, (rule.y0 + rule.y1) / 2
    return (
        _NARROWEST * size <= rule.x1 - rule.x0 <= _WIDEST * size
        and rule.y1 - rule.y0 <= _THICKEST * size
        and _HIGHEST * size <= middle - line.base <= _LOWEST * size
    )


def _join_words(line: PrintedLine, at: int) -> None:
    """Puts an underscore in the place of the space behind a word."""
    spaces = list(re.finditer(r"\s+", "".join(run.text for run in line.runs).rstrip()))
    first = 1 if spaces and spaces[0].start() == 0 else 0
    if at + first >= len(spaces):
        return
    start, end = spaces[at + first].span()
    low = 0
    for run in line.runs:
        high = low + len(run.text)
        if low < end and high > start:
            mark = "_" if low <= start < high else ""
            run.text = run.text[: max(start - low, 0)] + mark + run.text[end - low :]
        low = high
    words = line.words
    line.words = [*words[:at], (words[at][0], words[at + 1][1]), *words[at + 2 :]]
    line.measure()


def _join_lines(line: PrintedLine, other: PrintedLine) -> None:
    """Takes the other line into this one, behind an underscore."""
    line.runs[-1].text = line.runs[-1].text.rstrip() + "_"
    other.runs[0].text = other.runs[0].text.lstrip()
    line.runs.extend(other.runs)
    line.words = [*line.words[:-1], (line.words[-1][0], other.words[0][1]), *other.words[1:]]
    line.x1, line.y0, line.y1 = other.x1, min(line.y0, other.y0), max(line.y1, other.y1)
    line.measure()


def _lengthen(line: PrintedLine, x1: float) -> None:
    line.runs[-1].text = line.runs[-1].text.rstrip() + "_"
    line.words[-1] = (line.words[-1][0], x1)
    line.x1 = x1
    line.measure()


def _begin_earlier(line: PrintedLine, x0: float) -> None:
    line.runs[0].text = "_" + line.runs[0].text.lstrip()
    line.words[0] = (x0, line.words[0][1])
    line.x0 = x0
    line.measure()
