"""Where sets of exercises and of their answers stand: under which headings, and which set belongs to which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qaextract.model import Block, Document
from qaextract.recipes._prose import OncePerDocument, prose

_KEY_WORD = r"(?:solutions|answers|answer key|key to (?:the )?(?:exercises|problems))"
_TASK_WORD = (
    r"(?:exercises?|problems|questions|quiz|practice|self[- ]tests?|drills?|check your understanding|test yourself"
    r"|examples (?=[IVXLC\d]))"
)
_NUMBERED = r"(?:(?:\d+|[A-Z])(?:\.\d+)*\.?\s+)?"
_TASKS = re.compile(
    rf"{_NUMBERED}(?:[\w’'-]+\s(?:and\s)?){{0,3}}{_TASK_WORD}(?:\s(?:and|for|on|to|in)\s.{{2,60}}|\s?[IVXLC\d.]+)?[.:]?",
    re.IGNORECASE,
)
_KEYS = re.compile(rf"{_NUMBERED}(?:appendix\s\w+[.:]?\s)?(?:[\w’'-]+\s){{0,3}}{_KEY_WORD}\b.{{0,80}}", re.IGNORECASE)
_BOTH = re.compile(r"\b(?:questions|problems|exercises)\b.*\b(?:and|with)\b.*\b(?:answers|solutions)\b", re.IGNORECASE)
_HINTS = re.compile(r"\bhints?\b", re.IGNORECASE)
_CHAPTER = re.compile(
    r"(?:chapter|lecture|unit|lesson|part|appendix|week|module|section|book)\s+(?:[A-Z]?\d+(?:\.\d+)*|[IVXLC]+|[A-Z])\.?",
    re.IGNORECASE,
)
_SET = re.compile(
    rf"(?:{_TASK_WORD}|examples)\s*(?:(?:set|for)\s+)?(?:[IVXLC]+|\d+(?:\.\d+)*|[A-Z])\.?|{_TASK_WORD}[.:]?"
    rf"|{_KEY_WORD}[.:]?",
    re.IGNORECASE,
)
#: How old books name a set among the answers.
_ROMAN_SET = re.compile(r"[IVXLC]+\.?(?:\s+\(?Pages?\s[\d–-]+\)?)?\.?")
_DIVISIONS = ("chapter", "lecture", "unit", "lesson", "part", "section", "week", "module")
_DIVISION = re.compile(rf"\b({'|'.join(_DIVISIONS)})\s*([A-Z]?\d+(?:\.\d+)*|[IVXLC]+\b)", re.IGNORECASE)
_SET_NUMBER = re.compile(rf"\b(?:{_TASK_WORD}|examples)\s*(?:set\s+)?([IVXLC]+|[A-Z]?\d+(?:\.\d+)*)\b", re.IGNORECASE)
_SORT = re.compile(r"exercise|problem|question|example|quiz", re.IGNORECASE)
_DEEP = 9
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(frozen=True)
class Place:
    """Where a block stands: the headings above it, and whether these say that exercises or their keys stand there.

    `begins` says that the block is itself such a heading. `number` tells the sets of a document apart.
    """

    path: tuple[str, ...] = ()
    holds: Literal["tasks", "keys", "hints", ""] = ""
    begins: bool = False
    number: int = 0

    @property
    def is_set(self) -> bool:
        """Whether numbered pieces stand here and nothing else."""
        return self.holds != ""


def is_tasks(title: str) -> bool:
    """Whether a heading announces exercises."""
    return _TASKS.fullmatch(title.strip()) is not None and not is_keys(title)


def is_keys(title: str) -> bool:
    """Whether a heading announces the solutions of exercises that stand elsewhere."""
    return _KEYS.fullmatch(title.strip()) is not None and not _BOTH.search(title) and not _HINTS.search(title)


@OncePerDocument
def places(document: Document) -> list[Place]:
    """The place of every block."""
    return list(_read(document))


def _read(document: Document) -> Iterator[Place]:
    path: list[tuple[int, str]] = []
    chapter = ""
    count = 0
    titles: tuple[str, ...] = ()
    for index, block in enumerate(document.blocks):
        title = _title(document, block, _holds(titles))
        if title and block.kind != "heading" and _CHAPTER.fullmatch(title) and _next_is_heading(document, index):
            chapter = title
            path = []
            yield Place(begins=True)
            continue
        if title:
            within = _holds(titles) == "keys" and not is_keys(title)
            level = (block.level or 1) if block.kind == "heading" else _DEEP + within
            path = [*(step for step in path if step[0] < level), (level, f"{chapter} {title}".strip())]
            chapter = ""
            count += 1
        titles = tuple(step for _, step in path)
        yield Place(titles, _holds(titles), bool(title), count)


def _title(document: Document, block: Block, holds: str) -> str:
    """The text of a heading, or of a line that is one although it is not set as one."""
    if block.kind == "heading":
        text = prose(document, block).text
        # "Exercise 3" and "Solution" set as headings open a piece; the ones above them go on.
        return "" if re.match(r"(?:Worked\s)?(?:Exercise|Example|Problem|Question|Solution|Answer)\b", text) else text
    if block.kind not in ("paragraph", "quote", "list") or block.span.end - block.span.start > 60:
        return ""
    text = " ".join(block.span.of(document.text).split())
    if holds == "keys" and _ROMAN_SET.fullmatch(text):
        return text
    is_set = _SET.fullmatch(text) or (text.isupper() and (is_tasks(text) or is_keys(text)))
    return text if block.kind != "list" and text[:1].isupper() and (_CHAPTER.fullmatch(text) or is_set) else ""


def _next_is_heading(document: Document, index: int) -> bool:
    after = (block.kind for block in document.blocks[index + 1 : index + 4] if block.kind != "artifact")
    return next(after, "") == "heading"


def _holds(titles: tuple[str, ...]) -> Literal["tasks", "keys", "hints", ""]:
    for title in reversed(titles):
        if is_keys(title):
            return "keys"
        if _HINTS.search(title):
            return "hints"
        if _BOTH.search(title):
            return ""
    return "tasks" if titles and is_tasks(titles[-1]) else ""


def belong_together(tasks: Place, keys: Place, at_the_end: bool = False) -> bool:
    """Whether every heading above the keys, but for those that only say that keys stand there, is above the tasks.

    Keys `at_the_end` of a book stand below the last chapter without being part of it: the headings above them, up to
    the one that says that keys stand there, tell nothing.
    """
    if not _same_sort(tasks, keys):
        return False
    known = {tag for title in tasks.path for tag in _tags(title)}
    announced = next((n for n, title in enumerate(keys.path) if is_keys(title)), 0)
    for title in keys.path[announced if at_the_end else 0 :]:
        tags = _tags(title)
        if is_keys(title):
            tags = {tag for tag in tags if not tag.startswith("name")}
        if tags and not tags & known:
            return False
    return True


def _same_sort(tasks: Place, keys: Place) -> bool:
    """Whether keys that say what they are of, such as "Answers to review questions", may be of these tasks."""
    named = [found[0].lower() for title in keys.path if is_keys(title) for found in _SORT.finditer(title)]
    return not named or tasks.holds != "tasks" or any(name in tasks.path[-1].lower() for name in named)


def tells_chapters(keys: Place) -> bool:
    """Whether the headings above the keys say of which exercises they are."""
    announced = next((n for n, title in enumerate(keys.path) if is_keys(title)), 0)
    tags = {tag for title in keys.path for tag in _tags(title)}
    return announced + 1 < len(keys.path) or any(not tag.startswith("name") for tag in tags)


def _tags(title: str) -> set[str]:
    """What tells a heading apart: the number of its chapter or of its set, and its words."""
    tags = {f"{found[1].lower()} {_arabic(found[2])}" for found in _DIVISION.finditer(title)}
    tags |= {f"set {_arabic(found[1])}" for found in _SET_NUMBER.finditer(title)}
    if _ROMAN_SET.fullmatch(title):
        tags.add(f"set {_arabic(re.split(r'[. ]', title)[0])}")
    numbered = re.match(r"([A-Z]?\d+(?:\.\d+)*)\.?\s", title)
    if numbered and not is_keys(title):
        tags |= {f"{division} {numbered[1]}" for division in _DIVISIONS}  # it may be called any of them
    words = re.sub(
        r"\b(?:chapter|lecture|unit|lesson|part|section|week|module)\b|[\dIVXLC.]+\b|\W", " ", title, flags=re.I
    )
    name = " ".join(words.lower().split())
    if len(name) > 3 and not is_tasks(title) and not is_keys(title):
        tags.add(f"name {name}")
    return tags


def _arabic(number: str) -> str:
    upper = number.upper()
    if not upper or any(char not in _ROMAN for char in upper):
        return number
    values = [_ROMAN[char] for char in upper]
    return str(sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)))
