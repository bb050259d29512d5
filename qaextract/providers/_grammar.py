"""The grammar of replies that quote nothing but what the passage has, for models that are held to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from qaextract.english import sentences
from qaextract.model import Json, Part
from qaextract.quotes import locate

_PASSAGE = re.compile(r"<passage>\n(?P<text>.*)\n</passage>", re.DOTALL)
#: What is longer is a list, a table or code: it is quoted by its lines.
_LONGEST_SENTENCE = 600
#: Small models repeat themselves without end; a string or a list that may be as long as it likes ends here. What is
#: broken off is one longer than the validator `length` takes, so that it is no answer but a rejection.
_MOST_CHARS = 2001
_MOST_ITEMS = 4
_MOST_QUOTES = 3
#: A span of whole numbers up to this long is written out.
_FEW_NUMBERS = 100


def quotable(parts: Sequence[Part]) -> tuple[str, ...]:
    """The sentences of the passage of a request, verbatim, each once; empty where it has no passage."""
    found = next((hit for part in parts if part.role == "user" and (hit := _PASSAGE.search(part.text))), None)
    return _sentences_of(found["text"]) if found else ()


@lru_cache(maxsize=64)  # several recipes ask about a passage
def _sentences_of(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence for sentence in _candidates(text) if _is_found(sentence, text)))


def _candidates(text: str) -> Iterator[str]:
    for span in sentences(text):
        sentence = span.of(text)
        if len(sentence) <= _LONGEST_SENTENCE:
            yield sentence
        else:
            yield from filter(None, map(str.strip, sentence.split("\n")))


def _is_found(sentence: str, text: str) -> bool:
    match = locate(sentence, text)
    return match is not None and match.match == "exact" and not any("\ud800" <= char <= "\udfff" for char in sentence)


def narrowed(schema: Json, offered: Sequence[str]) -> Json:
    """The schema with all properties required, in a fixed order, and every string and list of bounded length.

    What is named `quotes` or `quote` can only be one of the sentences `offered`, if there are any, and comes before
    the other properties: whoever has chosen the evidence first asks about something that is there.
    """
    made: Json = _narrowed(schema, offered)
    return made


def _narrowed(node: Any, offered: Sequence[str]) -> Any:
    if isinstance(node, list):
        return [_narrowed(one, offered) for one in node]
    if not isinstance(node, dict) or "enum" in node or "const" in node:
        return node
    made = {key: _narrowed(value, offered) if key in _INNER else value for key, value in node.items()}
    for inner in ("$defs", "properties"):
        if inner in node:
            made[inner] = {name: _property(name, one, offered) for name, one in node[inner].items()}
    if "properties" in node:
        names = sorted(made["properties"], key=lambda name: name not in ("quotes", "quote"))
        made["properties"] = {name: made["properties"][name] for name in names}
        made |= {"required": names, "additionalProperties": False}
    if node.get("type") == "string":
        made.setdefault("maxLength", _MOST_CHARS)
    if node.get("type") == "array":
        made.setdefault("maxItems", max(_MOST_ITEMS, int(node.get("minItems", 0))))
    return made


_INNER = ("items", "prefixItems", "anyOf", "oneOf", "allOf")


def _property(name: str, node: Any, offered: Sequence[str]) -> Any:
    if offered and name == "quotes" and node.get("type") == "array":
        least = max(1, int(node.get("minItems", 1)))
        most = max(least, int(node.get("maxItems", _MOST_QUOTES)))
        return {"type": "array", "items": {"enum": list(offered)}, "minItems": least, "maxItems": most}
    if offered and name == "quote" and node.get("type") == "string":
        return {"enum": list(offered)}
    return _narrowed(node, offered)


# --- schema to grammar ------------------------------------------------------------------------------------------

_ROOT = "root"
#: llama.cpp takes no more repetitions at once than 2,000.
_REPEATED = 1000
#: No escapes by number: halves of surrogate pairs would be among them.
_CHAR = r"""char ::= [^"\\\x00-\x1F\x7F] | "\\" ["\\/bfnrt]"""
_SIMPLE = {
    "boolean": '"true" | "false"',
    "null": '"null"',
    "integer": '"0" | "-"? [1-9] [0-9]{0,11}',
    "number": '"-"? ("0" | [1-9] [0-9]{0,11}) ("." [0-9]{1,6})?',
}


def grammar_of(schema: Json, offered: Sequence[str]) -> str:
    """The grammar (GBNF, as llama.cpp has it) of the replies that fit the schema and quote what is `offered`.

    White space is fixed, so that a model cannot spend its room on it. LLGuidance, to which xllamacpp leaves JSON
    Schemas, is not used: in 2026.10 it ends a sentence too soon that has both an escape and a letter beyond ASCII.
    """
    rules = _Rules(narrowed(schema, offered))
    return "\n".join([*(f"{name} ::= {body}" for name, body in rules.bodies.items()), _CHAR, ""])


@dataclass
class _Rules:
    """The rules of a grammar, by name; equal ones stand once."""

    schema: Json
    bodies: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _defined: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bodies[_ROOT] = ""
        self.bodies[_ROOT] = self._rule(self.schema)

    def _named(self, body: str) -> str:
        name = self._names.setdefault(body, f"r{len(self._names)}")
        self.bodies[name] = body
        return name

    def _rule(self, node: Json) -> str:
        """The name of the rule for what fits the node."""
        if reference := node.get("$ref"):
            return self._definition(str(reference).removeprefix("#/$defs/"))
        if "const" in node or "enum" in node:
            return self._named(" | ".join(map(_literal, node.get("enum", [node.get("const")]))))
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in node:  # pydantic writes `allOf` only around a single reference
                return self._named(" | ".join(map(self._rule, node[choice])))
        kind = node.get("type")
        if kind == "object":
            return self._named(self._object(node.get("properties", {})))
        if kind == "array":
            return self._named(self._array(node))
        if kind == "integer" and 0 <= node.get("maximum", -1) - node.get("minimum", 0) <= _FEW_NUMBERS:
            return self._named(" | ".join(map(_literal, range(node.get("minimum", 0), node["maximum"] + 1))))
        if kind in _SIMPLE:
            return self._named(_SIMPLE[kind])
        least, most = int(node.get("minLength", 0)), int(node["maxLength"])
        return self._named(rf'"\"" {" ".join(_chars(least, most))} "\""')

    def _definition(self, name: str) -> str:
        if name not in self._defined:
            rule = self._defined[name] = f"d{len(self._defined)}"  # before its body, which may refer to it
            self.bodies[rule] = ""
            self.bodies[rule] = self._rule(self.schema["$defs"][name])
        return self._defined[name]

    def _object(self, properties: Json) -> str:
        return _between(
            "{", [f"{_text(json.dumps(name) + ': ')} {self._rule(one)}" for name, one in properties.items()], "}"
        )

    def _array(self, node: Json) -> str:
        if "prefixItems" in node:
            return _between("[", map(self._rule, node["prefixItems"]), "]")
        item = self._rule(node.get("items") or {})
        least, most = int(node.get("minItems", 0)), int(node["maxItems"])
        if most == 0:
            return '"[]"'
        some = f'"[" {item} (", " {item}){{{max(0, least - 1)},{most - 1}}} "]"'
        return some if least else f'"[]" | {some}'


def _chars(least: int, most: int) -> Iterator[str]:
    while True:
        yield f"char{{{min(least, _REPEATED)},{min(most, _REPEATED)}}}"
        least, most = max(0, least - _REPEATED), most - _REPEATED
        if most <= 0:
            return


def _between(opening: str, pieces: Iterable[str], closing: str) -> str:
    return f'"{opening}" ' + ' ", " '.join(pieces) + f' "{closing}"'


def _literal(value: Any) -> str:
    return _text(json.dumps(value, ensure_ascii=False))


def _text(text: str) -> str:
    """The text as a grammar writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
