"""A schema of replies that quote nothing but what the passage has, for models that are held to their grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from qaextract.english import sentences
from qaextract.model import Json, Part
from qaextract.quotes import locate

_PASSAGE = re.compile(r"<passage>\n(?P<text>.*)\n</passage>", re.DOTALL)
#: What is longer is a list, a table or code: it is quoted by its lines.
_LONGEST_SENTENCE = 600
#: Small models repeat themselves without end; a string or a list that may be as long as it likes ends here.
_MOST_CHARS = 1200
_MOST_ITEMS = 6
_MOST_QUOTES = 3
#: White space is given and not chosen, else a model may spend all of its room on it. Only LLGuidance reads this.
_COMPACT: Json = {"x-guidance": {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}}


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
    return _COMPACT | made


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
