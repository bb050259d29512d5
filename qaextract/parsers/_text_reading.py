"""Plain text to blocks: one pass over the groups of lines that blank lines part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest

from qaextract.model import Block, Span
from qaextract.parsers import _text_lines as look
from qaextract.parsers._text_lines import TextLine

#: Markup that says nothing to a reader: directives of one word at most, targets; and their options.
_DIRECTIVE = re.compile(r"\.\.( [\w-]+::( \S+)?| _.+:.*| \|.*| \[.*)?$")
_DIRECTIVE_OPTION = re.compile(r":[\w -]+:(\s|$)")
_OPTION = re.compile(r"--?\w")
#: Columns by which a line must be deeper to belong to the one above it.
STEP = 2
USUAL_WIDTH = 72
#: How many lines are looked at to tell what an indented passage is.
LOOK_AHEAD = 40


@dataclass
class _Segment:
    """Lines that will be one block."""

    kind: str
    lines: list[TextLine]
    level: int | None = None

    @property
    def last(self) -> TextLine:
        return self.lines[-1]


@dataclass
class Reading:
    """One pass over the groups of lines that blank lines part.

    `margin` is where the body stands, `around` where the text before the group does, `width` how long full lines are.
    In a manual page (`is_manual`) the body stands at once below its titles, deeper than they.
    """

    text: str
    segments: list[_Segment] = field(default_factory=list)
    margin: int = 0
    is_manual: bool = False
    around: int = 0
    width: int = USUAL_WIDTH
    underline_styles: list[tuple[str, bool]] = field(default_factory=list)
    item_indents: list[int] = field(default_factory=list)
    furniture: set[int] = field(default_factory=set)

    @property
    def blocks(self) -> list[Block]:
        """What has been read, in order."""
        return [
            Block(
                segment.kind, Span(segment.lines[0].start, segment.last.end), None, None, segment.lines[0].number,
                segment.level,
            )
            for segment in self.segments
        ]  # fmt: skip

    def read(self) -> None:
        """Fill the segments."""
        lines = list(look.lines_of(self.text))
        self.furniture = look.page_furniture(self.text, lines) | _man_page_furniture(lines)
        body = look.groups_of([None if line and line.number in self.furniture else line for line in lines])
        self.margin, self.width = _margin(body), _width(body)
        if below := _margin_of_manual(body):
            self.margin, self.is_manual = below, True
        self.around = self.margin
        for group, following in zip_longest(body, body[1:]):
            self._read_group(group, following)
        self.segments += [_Segment("artifact", [line]) for line in lines if line and line.number in self.furniture]
        self.segments.sort(key=lambda segment: segment.lines[0].number)

    def _read_group(self, group: list[TextLine], following: list[TextLine] | None) -> None:
        if sum(look.has_leaders(line.text) for line in group) > len(group) / 2:
            self._add("artifact", group)
            return
        while group and (taken := self._take_first(group, following)):
            group = group[taken:]
        if not group:
            return
        has_terms = look.has_terms(group) and not look.is_statements(group)
        if look.is_table(group):
            self._add("table", group)
        elif look.is_centred(group, self.width):
            self._add("paragraph", group)
        elif self._is_lone_term(group, following):
            self._add("term", group)
        elif not has_terms and self._is_code(group):
            self._add_code(group)
        else:
            self._read_lines(group, has_terms)
            return
        self.around = min(self.around, *(line.indent for line in group))

    def _take_first(self, group: list[TextLine], following: list[TextLine] | None) -> int:
        """Read a heading, a rule or a directive that begins the group: how many lines it took."""
        if len(group) >= 3 and look.underlines(group[0], group[1]) and look.underlines(group[2], group[1]):
            self._add_underlined(group[:3], group[1])
            return 3
        if len(group) >= 2 and look.underlines(group[1], group[0]) and not look.is_framed(group):
            self._add_underlined(group[:2], group[0])
            return 2
        if look.is_rule(group[0]):
            self._add("artifact", group[:1])
            return 1
        if _DIRECTIVE.match(group[0].text):
            taken = 1 + sum(1 for _ in takewhile(lambda line: _DIRECTIVE_OPTION.match(line.text), group[1:]))
            self._add("artifact", group[:taken])
            return taken
        return self._take_title(group, following)

    def _add_underlined(self, lines: list[TextLine], title: TextLine) -> None:
        style = (lines[-1].text[0], len(lines) == 3)
        if style not in self.underline_styles:
            self.underline_styles.append(style)
        for line in lines:
            if line is title:
                self._add_heading([line], self.underline_styles.index(style) + 1)
            else:
                self._add("artifact", [line])

    def _take_title(self, group: list[TextLine], following: list[TextLine] | None) -> int:
        first, below = group[0], group[1] if len(group) > 1 else following[0] if following else None
        alone = len(group) == 1
        if below is None or (below.indent < first.indent and not look.is_centred([first], self.width)):
            return 0
        outside = len(self.underline_styles) + 1
        leads = alone or below.indent >= first.indent + STEP
        if leads and (depth := look.number_depth(first.text)) and not self._in_numbered_list(first, below, depth):
            return self._add_heading(group[:1], depth)
        if alone and look.is_labelled(first.text):
            return self._add_heading(group, outside)
        even = all(line.indent == first.indent for line in group) or look.is_centred(group, self.width)
        if even and len(group) <= 3 and all(look.is_capitals(x.text) for x in group) and self._may_stand_out(first):
            return self._add_heading(group, outside + self._is_below_label())
        if leads and look.is_capitals(first.text) and (alone or first.indent < max(self.margin, 1)):
            return self._add_heading(group[:1], outside) if self._may_stand_out(first) else 0
        if alone and first.text[0].isupper() and look.is_title(first.text) and self._only_centred(first, following):
            return self._add_heading(group, outside)
        outdented = first.indent < self.margin <= below.indent and (alone or self.is_manual)
        title = first.text.removesuffix(":") if self.is_manual else first.text
        if leads and outdented and look.is_title(title):
            return 0 if look.marker_of(first.text) else self._add_heading(group[:1], outside + (first.indent > 0))
        return 0

    def _in_numbered_list(self, line: TextLine, below: TextLine, depth: int) -> bool:
        """Whether the numbered line is an item: its neighbour is one too."""
        before = self.segments[-1] if self.segments else None
        in_list = before is not None and before.kind == "list" and before.lines[0].indent == line.indent
        before_is_item = in_list and before is not None and before.lines[0].text[0].isdigit()
        below_is_item = below.indent == line.indent and look.number_depth(below.text) == depth
        return before_is_item or below_is_item or (line.indent > self.margin and line.indent != below.indent)

    def _is_below_label(self) -> bool:
        """Whether the last block is a heading like `Chapter 3`, whose title is still to come."""
        last = self.segments[-1] if self.segments else None
        return last is not None and last.kind == "heading" and look.is_labelled(last.last.text)

    def _only_centred(self, line: TextLine, following: list[TextLine] | None) -> bool:
        return look.is_centred([line], self.width) and not look.is_centred(following or [], self.width)

    def _may_stand_out(self, line: TextLine) -> bool:
        return line.indent <= self.margin or look.is_centred([line], self.width)

    def _add_heading(self, lines: list[TextLine], level: int) -> int:
        self._add("heading", lines, level)
        self.around = self.margin
        self.item_indents.clear()
        return len(lines)

    def _is_code(self, group: list[TextLine]) -> bool:
        if look.marker_of(group[0].text) or _OPTION.match(group[0].text):
            return False
        if look.is_drawn(group):
            return True
        after_colon = bool(self.segments) and self.segments[-1].last.text.endswith(":")
        deeper = min(line.indent for line in group) - self.around
        if deeper < STEP or (deeper < 4 and not after_colon and self.segments and self.segments[-1].kind == "list"):
            return look.is_statements(group)
        return not look.is_prose(group)

    def _add_code(self, group: list[TextLine]) -> None:
        """Code goes on over blank lines, but not over the end of a page, while it stays as deep as it began."""
        before = self.segments[-1] if self.segments else None
        deep = before and before.kind == "code" and group[0].indent >= before.lines[0].indent > self.margin
        if before and deep and self.furniture.isdisjoint(range(before.last.number, group[0].number)):
            before.lines += group
        else:
            self._add("code", group)

    def _read_lines(self, lines: list[TextLine], has_terms: bool) -> None:
        begun = len(self.segments)
        left = min(line.indent for line in lines)
        for index, line in enumerate(lines):
            segment = self.segments[-1] if len(self.segments) > begun else None
            mark = look.marker_of(line.text)
            if look.is_rule(line):
                self._add("artifact", [line])
            elif (mark and self._may_begin_item(segment, line)) or (has_terms and line.indent == left):
                self._add_item(line, mark or ("list", 0))
            elif segment and segment.kind in ("list", "reference") and line.indent >= segment.lines[0].indent:
                segment.lines.append(line)
            elif self._is_term(segment, line, lines[index + 1 : index + LOOK_AHEAD]):
                self._add("term", [line])
                self.around = line.indent
            elif (
                segment
                and segment.kind not in ("term", "artifact")
                and self._continues(segment, line, self.segments[begun:])
            ):
                segment.lines.append(line)
            else:
                self._add_paragraph(line, lines[index : index + LOOK_AHEAD])

    def _add_item(self, line: TextLine, mark: tuple[str, int]) -> None:
        kind, length = mark
        while self.item_indents and self.item_indents[-1] >= line.indent:
            self.item_indents.pop()
        self.item_indents.append(line.indent)
        self._add(kind, [line], len(self.item_indents) if kind == "list" else None)
        self.around = line.indent + length

    def _add_paragraph(self, line: TextLine, rest: list[TextLine]) -> None:
        after_colon = bool(self.segments) and self.segments[-1].last.text.endswith(":")
        deep = [other for other in rest if other.indent >= line.indent]
        is_code = after_colon and line.indent >= self.around + STEP and not look.is_prose(deep)
        self._add("code" if is_code else "paragraph", [line])
        if not is_code:
            self.around = line.indent
            self.item_indents = [indent for indent in self.item_indents if indent < line.indent]

    def _may_begin_item(self, segment: _Segment | None, line: TextLine) -> bool:
        """Whether a line with a mark begins an item rather than goes on with a sentence."""
        if segment is None or segment.kind in ("list", "reference", "term", "artifact"):
            return True
        return (
            line.indent > segment.last.indent or segment.last.text.endswith(":") or self._is_short(segment.last, line)
        )

    def _is_short(self, line: TextLine, below: TextLine) -> bool:
        """Whether the first word below would have had room on the line."""
        return line.width + 1 + len(below.text.split()[0]) <= self.width

    def _is_term(self, segment: _Segment | None, line: TextLine, below: list[TextLine]) -> bool:
        """Whether the line is a term and what is below it, indented, its description; options may share one."""
        opens = segment is None or segment.kind in ("term", "artifact") or segment.last.indent > line.indent
        if not opens or not below or line.text[-1] in ".,;:" or ". " in line.text or len(line.text) > 80:
            return False
        is_option = _OPTION.match(line.text) is not None
        if below[0].indent == line.indent:
            return is_option and _OPTION.match(below[0].text) is not None
        if below[0].indent < line.indent + STEP or not self._is_short(line, below[0]):
            return False
        about = _deeper(below, line)
        is_name = len(line.text.split()) <= 5 and any(map(str.isalnum, line.text))
        return is_option or look.is_prose(about) or (is_name and look.is_words(about))

    def _is_lone_term(self, group: list[TextLine], following: list[TextLine] | None) -> bool:
        """Whether the group is a term, and the next one, all of it deeper, its description."""
        is_over = len(group) == 1 and following and min(line.indent for line in following) >= group[0].indent + STEP
        return bool(is_over) and self._is_term(None, group[0], following or [])

    def _continues(self, segment: _Segment, line: TextLine, group: list[_Segment]) -> bool:
        """Whether a line goes on with the last segment of its group, by its indent: a first line may stand apart."""
        step = line.indent - segment.last.indent
        if segment.kind == "code":
            return line.indent >= segment.lines[0].indent
        if abs(step) < STEP:
            return True
        if len(segment.lines) == 1:
            if step < 0:
                apart = [(first.lines[0].indent, first.lines[1].indent) for first in group if len(first.lines) > 1]
                return len(group) == 1 or (segment.last.indent, line.indent) in apart
            return not segment.last.text.endswith(":")
        return line.indent == segment.lines[0].indent and line.text[0].islower()

    def _add(self, kind: str, lines: list[TextLine], level: int | None = None) -> None:
        self.segments.append(_Segment(kind, list(lines), level))


def _deeper(lines: list[TextLine], than: TextLine) -> list[TextLine]:
    """The lines up to the first that is no deeper than the one given."""
    return list(takewhile(lambda line: line.indent > than.indent, lines))


def _margin(groups: Sequence[Sequence[TextLine]]) -> int:
    """Where the body stands: nine in ten lines of sentences are not less indented."""
    indents = sorted(line.indent for group in groups for line in group if look.is_sentence_line(line))
    return indents[len(indents) // 10] if indents else 0


def _margin_of_manual(groups: Sequence[Sequence[TextLine]]) -> int:
    """Where the body stands if titles in capitals have it at once below them, deeper than they; else 0."""
    below_titles = Counter(
        group[1].indent
        for group in groups
        if len(group) > 1 and group[0].indent == 0 < group[1].indent and look.is_capitals(group[0].text)
    )
    return below_titles.most_common(1)[0][0] if below_titles.total() > 1 else 0


def _width(groups: Sequence[Sequence[TextLine]]) -> int:
    """How long full lines are: nine in ten lines of sentences are not longer."""
    widths = sorted(line.width for group in groups for line in group[:-1] if look.is_sentence_line(line))
    return widths[int(0.9 * len(widths))] if widths else USUAL_WIDTH


def _man_page_furniture(lines: Sequence[TextLine | None]) -> set[int]:
    """The first line of a manual page, which has its name left and right, and the lines that end so."""
    shown = [line for line in lines if line]
    head = re.fullmatch(r"(\S+\(\w+\))\s{2,}.*\s{2,}\1", shown[0].text) if shown else None
    if head is None:
        return set()
    ending = re.compile(rf".*\s{{2,}}{re.escape(head[1])}")
    return {line.number for line in shown if ending.fullmatch(line.text)}
