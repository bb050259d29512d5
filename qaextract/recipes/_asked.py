"""What the recipes that ask a model share: the fields of their drafts, and which passages are worth a question."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from qaextract.model import Chunk, Draft

#: As many letters as two sentences have.
_LEAST_LETTERS = 150
#: Tables, listings and formulas have fewer letters among their characters.
_LEAST_SHARE = 0.6
_LEAST_SENTENCES = 2
_SENTENCE_END = re.compile(r"\w[)\]”’\"']*(?:[.!?][)\]”’\"']*(?=\s|$)|[。！？])")
#: A letter beside a glyph that could not be read: words of the text are broken.
_BROKEN = re.compile(r"[^\W\d_][\ufffd\ue000-\uf8ff\x00-\x08]|[\ufffd\ue000-\uf8ff\x00-\x08][^\W\d_]")
_MOST_BROKEN = 1 / 500


def _quotes_first(schema: dict[str, Any]) -> None:
    """Who has copied the quotes before writing the question asks for what they say."""
    properties = schema["properties"]
    schema["properties"] = {name: properties[name] for name in ("quotes", *properties)}
    schema["required"] = [name for name in schema["properties"] if name in schema.get("required", ())]


class AskedDraft(Draft):
    """A pair, and the sentences of the passage that it rests on."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_quotes_first)

    question: str = Field(description="Clear to a reader who has not seen the passage; asks for one thing.")
    answer: str = Field(description="Complete and correct by the quotes alone.")
    quotes: tuple[str, ...] = Field(
        description="Chosen first: the whole sentences of the passage, each copied character by character, that "
        "together say all of the answer and name its subject.",
        min_length=1,
    )


class Said(BaseModel):
    """One thing that the passage says."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_quotes_first)

    says: str = Field(description="One sentence of your own that stands alone, with names instead of pronouns.")
    quotes: tuple[str, ...] = Field(
        description="The whole sentences of the passage that say it, copied character by character.", min_length=1
    )


def is_prose(chunk: Chunk, least_letters: int = _LEAST_LETTERS) -> bool:
    """Whether the chunk has sentences enough, in whatever script, that can be read, and is no table or listing."""
    text = chunk.text
    letters = sum(map(str.isalpha, text))
    return (
        letters >= least_letters
        and letters >= _LEAST_SHARE * len("".join(text.split()))
        and len(_SENTENCE_END.findall(text)) >= _LEAST_SENTENCES
        and len(_BROKEN.findall(text)) <= _MOST_BROKEN * letters
    )
