"""Names that mean something only within their owner: arguments and fields, and the signature that they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qaextract.english import word_set

#: What such names are called.
SLOTS = word_set("parameter argument field member element slot")
#: Names in the style of variables: "temp_max", "nPerLoop", "MaxTabs"; types are names of their own.
_VARIABLE = re.compile(
    r"(?!.*_t$)(?:[a-z][a-z\d]*(?:_[a-z\d]+)*|[a-z][a-z\d]*(?:[A-Z][a-z\d]*)+|(?:[A-Z][a-z\d]+){1,4})"
)
#: The same of one part or two; longer ones are hardly used twice.
_COMMON = re.compile(r"[a-z\d]+[_A-Z]?[a-z\d]*|(?:[A-Z][a-z\d]+){1,4}")
#: What shows that a name is one in all of a program: a constant, a macro, an option, a path, a call.
_GLOBAL = re.compile(r"^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$|^[\\$%@#-]|\w\(|\w(?:\.|::)\w|_t$")
#: A member of a structure as it is declared: "char *name".
_MEMBER = re.compile(r"(?:\w+ )+\*+\s?\w+(?:\[\w*\])*")
_STANDS_FOR = re.compile(
    r"(?:specif|defin|determin|contain|hold|indicat|denot|represent|stor)(?:s|es|ies)\b"
    r"|(?:is|are) (?:an?|the|one|any)\b|stands for\b"
)
_SIGNATURE = re.compile(
    r"(?:[\w:*&<>\[\]., =]{0,80}?[\s*&])??(?P<name>[A-Za-z_][\w:.]*)\s?"
    r"\((?P<arguments>[^()]*(?:\([^()]*\)[^()]*)*)\)\s*;?"
)
_DIRECTION = re.compile(r"^\[(?:in|out|inout|in ?[,/] ?out)\]\s*")
_LONGEST = 1200  # characters of a signature


@dataclass(frozen=True)
class Symbol:
    """A function and the names of its arguments."""

    name: str
    arguments: frozenset[str]


def symbol_of(text: str) -> Symbol | None:
    """The function that a text is the signature of, if it is that and has arguments."""
    found = _SIGNATURE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None:
        return None
    names = (
        re.findall(r"[A-Za-z_]\w*", part.split("=")[0]) for part in re.split(r"[,\s]\s*(?=\S)", found["arguments"])
    )
    arguments = frozenset(words[-1] for words in names if words)
    return Symbol(found["name"], arguments) if arguments else None


def argument_name(term: str) -> str:
    """The name in the head of an entry on an argument: "[in] count", "count (int)", "int *count"."""
    bare = re.sub(r"\s*\([^()]*\)$", "", _DIRECTION.sub("", term)).rstrip(":")
    found = re.fullmatch(r"(?:[\w ]+[\s*&]+)?(\w+)(?:\[\w*\])*", bare)
    return found[1] if found else ""


def directed(term: str) -> bool:
    """Whether the head of an entry says that the argument comes in or goes out."""
    return _DIRECTION.match(term) is not None


def is_local(term: str, noun: str = "", *, inside: bool = False) -> bool:
    """Whether other things may have something of the same name, as far as its spelling and its kind can show.

    `inside` says that the name is explained below the signature of a function.
    """
    if _MEMBER.fullmatch(term) or noun.split(" ")[-1] in SLOTS or (inside and not noun and not _GLOBAL.search(term)):
        return True
    return not noun and _VARIABLE.fullmatch(term) is not None and (inside or _COMMON.fullmatch(term) is not None)


def stands_for(said: str) -> bool:
    """Whether a predicate tells what a name stands for, and not what it does."""
    return _STANDS_FOR.match(said) is not None
