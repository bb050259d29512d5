"""Docstrings as passages of the source: the first sentence, and what is said of parameters, results and exceptions.

Read are the sections of NumPy's and Google's styles and the fields of reStructuredText. Passages are slices of
the file, not of the string's value, so that they can be quoted; lines with a backslash are left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qaextract.model import Span
from qaextract.python_source import PythonSource

Topic = Literal["parameters", "returns", "raises", "other"]

_OPENING = re.compile(r"[rRuU]?(\"\"\"|'''|\"|')")
_TITLES: dict[str, Topic] = {
    **dict.fromkeys(("args", "arguments", "parameters", "params", "other parameters", "keyword args"), "parameters"),
    **dict.fromkeys(("keyword arguments",), "parameters"),
    **dict.fromkeys(("return", "returns"), "returns"),
    **dict.fromkeys(("raises", "exceptions"), "raises"),
    **dict.fromkeys(
        ("yield", "yields", "note", "notes", "example", "examples", "usage", "attributes", "see also", "references"),
        "other",
    ),
    **dict.fromkeys(("methods", "warning", "warnings", "warns", "todo", "explanation", "hints", "algorithm"), "other"),
}
_FIELDS: dict[str, Topic] = {
    **dict.fromkeys(("param", "parameter", "arg", "argument", "key", "keyword"), "parameters"),
    **dict.fromkeys(("return", "returns"), "returns"),
    **dict.fromkeys(("raise", "raises", "except", "exception"), "raises"),
}
_FIELD = re.compile(r":(\w+)((?:\s+[^:]+)?):(?:\s+|$)")
_GOOGLE_ENTRY = re.compile(r"\*{0,2}`{0,2}(\w[\w.]*)`{0,2}(?:\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\))?\s*:(?:\s+|$)")
_GOOGLE_RESULT = re.compile(r"([A-Za-z][\w.]*(?:\[[^:]*\])?(?:\s*(?:\||or)\s*[\w.]+(?:\[[^:]*\])?)*):\s+")
_NUMPY_ENTRY = re.compile(r"(\*{0,2}`{0,2}\w+`{0,2}(?:\s*,\s*\*{0,2}\w+)*)\s*(?::\s*(.*))?$")
_STRUCTURE = re.compile(r">>>|\.\. |[-*+•] |\d+[.)] |:\w+[^:]*:(\s|$)|[-=~^]{3,}|\||[-+]{4,}|[=]{3,}")


@dataclass(frozen=True, slots=True)
class DocLine:
    """A line of a docstring: where its words stand and how far they are indented."""

    span: Span
    indent: int
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a docstring says of one thing: a parameter, an exception, the result.

    `body` is the first paragraph on it, `span` reaches from the name to the end of that paragraph.
    """

    topic: Topic
    name: str
    kind: str
    body: Span
    span: Span


@dataclass(frozen=True)
class Docstring:
    """The lines of a docstring and the source they stand in."""

    source: PythonSource
    lines: tuple[DocLine, ...]

    @classmethod
    def read(cls, node: ast.Constant | None, source: PythonSource) -> Docstring:
        """The docstring of a node; empty where there is none, or where it is put together of several strings."""
        if node is None:
            return cls(source, ())
        span = source.span(node)
        opening = _OPENING.match(source.text, span.start)
        if opening is None:
            return cls(source, ())
        start, end = opening.end(), span.end - len(opening.group(1))
        if "\\" not in source.text[start:end] and source.text[start:end] != node.value:
            return cls(source, ())
        return cls(source, tuple(_lines(source.text, start, end)))

    def summary(self) -> Span | None:
        """The first paragraph."""
        lines = self._paragraph(0, len(self.lines))
        return Span(lines[0].span.start, lines[-1].span.end) if lines else None

    def entries(self, topic: Topic) -> list[Entry]:
        """What it says of parameters, results or exceptions, in order; a name that comes twice is left out."""
        found = [entry for entry in (*self._sections(), *self._fields()) if entry.topic == topic]
        names = [entry.name for entry in found]
        return [entry for entry in found if names.count(entry.name) == 1]

    def _paragraph(self, first: int, end: int, above: int = -1) -> list[DocLine]:
        """The lines of the first paragraph from `first` on, as far as they are indented by more than `above`."""
        while first < end and not self.lines[first].text:
            first += 1
        taken: list[DocLine] = []
        for i in range(first, end):
            line = self.lines[i]
            if not line.text or line.indent <= above or _STRUCTURE.match(line.text) or self._title(i):
                break
            taken.append(line)
        return taken

    def _title(self, i: int) -> Topic | None:
        """The topic of the section that line `i` is the title of."""
        text = self.lines[i].text
        underlined = i + 1 < len(self.lines) and re.fullmatch(r"[-=~]{3,}", self.lines[i + 1].text)
        if underlined:
            return _TITLES.get(text.rstrip(":").lower(), "other")
        return _TITLES.get(text[:-1].lower()) if text.endswith(":") else None

    def _sections(self) -> Iterator[Entry]:
        titles = [(i, topic) for i in range(len(self.lines)) if (topic := self._title(i))]
        for n, (i, topic) in enumerate(titles):
            end = titles[n + 1][0] if n + 1 < len(titles) else len(self.lines)
            if self.lines[i].text.endswith(":"):
                yield from self._google(topic, i, end)
            else:
                yield from self._numpy(topic, i, end)

    def _google(self, topic: Topic, title: int, end: int) -> Iterator[Entry]:
        inside = [i for i in range(title + 1, end) if self.lines[i].text]
        if not inside or self.lines[inside[0]].indent <= self.lines[title].indent:
            return
        level = self.lines[inside[0]].indent
        if topic == "returns":
            opening = _GOOGLE_RESULT.match(self.lines[inside[0]].text)
            yield from self._entry(topic, "", opening, inside[0], end, level - 1)
            return
        for i in inside:
            if self.lines[i].indent < level:
                return
            opening = _GOOGLE_ENTRY.match(self.lines[i].text)
            if self.lines[i].indent == level and opening:
                yield from self._entry(topic, opening.group(1), opening, i, end, level)

    def _numpy(self, topic: Topic, title: int, end: int) -> Iterator[Entry]:
        level = self.lines[title].indent
        for i in range(title + 2, end):
            line = self.lines[i]
            opening = _NUMPY_ENTRY.match(line.text)
            if line.indent != level or not line.text or (opening is None and topic != "returns"):
                continue
            paragraph = self._paragraph(i + 1, end, level) if i + 1 < end and self.lines[i + 1].text else []
            if paragraph:
                name, kind = (opening.group(1), opening.group(2) or "") if opening else ("", line.text)
                body = Span(paragraph[0].span.start, paragraph[-1].span.end)
                yield Entry(topic, name.strip("*`"), kind, body, Span(line.span.start, body.end))

    def _fields(self) -> Iterator[Entry]:
        for i, line in enumerate(self.lines):
            opening = _FIELD.match(line.text)
            topic = _FIELDS.get(opening.group(1)) if opening else None
            if opening and topic:
                words = opening.group(2).split()
                yield from self._entry(
                    topic, words[-1].strip("*`") if words else "", opening, i, len(self.lines), line.indent
                )

    def _entry(
        self, topic: Topic, name: str, opening: re.Match[str] | None, first: int, end: int, above: int
    ) -> Iterator[Entry]:
        """The entry that begins on line `first` behind `opening` and goes on in lines indented by more than `above`."""
        line = self.lines[first]
        start = line.span.start + (opening.end() if opening else 0)
        behind = line.text[opening.end() :] if opening else line.text
        goes_on = first + 1 < end and bool(self.lines[first + 1].text)
        rest = self._paragraph(first + 1, end, above) if goes_on else []
        if not behind and rest:
            start = rest[0].span.start
        stop = rest[-1].span.end if rest else line.span.end
        if start < stop:
            kind = opening.group(opening.re.groups) or "" if opening and topic != "raises" else ""
            yield Entry(topic, name, kind.strip(), Span(start, stop), Span(line.span.start, stop))


def _lines(text: str, start: int, end: int) -> Iterator[DocLine]:
    lines = text[start:end].split("\n")
    indents = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    for i, line in enumerate(lines):
        bare = line.strip()
        lead = len(line) - len(line.lstrip())
        # The first line stands behind the quotes: it counts as indented like the least indented of the others.
        indent = min(indents, default=0) if i == 0 else lead
        yield DocLine(Span(start + lead, start + lead + len(bare)) if bare else Span(start, start), indent, bare)
        start += len(line) + 1
