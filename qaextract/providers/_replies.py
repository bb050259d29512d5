"""Texts of models as parsed replies."""

from __future__ import annotations

import json
import re

from qaextract.model import Json

_FENCED = re.compile(r"\s*```(?:json)?\s*\n(?P<inside>.*?)\n\s*```\s*", re.DOTALL)


def parsed_text(text: str) -> tuple[Json | None, str]:
    """The JSON object of a reply, and what is wrong with it where it is none.

    A fence of Markdown around the object is no fault: servers that enforce no schema have models that write one.
    """
    fenced = _FENCED.fullmatch(text)
    body = fenced["inside"] if fenced else text
    if not body.strip():
        return None, "the reply is empty"
    try:
        value = json.loads(body)
    except ValueError as error:
        return None, f"the reply is not JSON ({error})"
    except RecursionError:
        return None, "the reply is JSON nested too deeply"
    if not isinstance(value, dict):
        return None, "the reply is JSON, but no object"
    return value, ""
