"""JSON Schemas in the part of the language that servers enforce."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qaextract.model import Json

_ENFORCED = {"type", "properties", "items", "anyOf", "enum", "const", "description", "$ref", "$defs"}
#: Of these nothing is told to the model either: they name what is named already, or help only programs.
_UNTOLD = {"title", "default", "examples", "discriminator", "required", "additionalProperties", "$schema", "$id"}


def strict(schema: Mapping[str, Any]) -> Json:
    """The schema with every property required and no others allowed.

    Keywords that no server takes for granted (minLength, maxItems, pattern, ...) are moved into the description,
    where the model reads them; replies are checked against the whole schema all the same.
    """
    made: Json = _strict(schema, schema.get("$defs") or {}, ())
    return made


def _strict(schema: Any, defined: Mapping[str, Any], within: tuple[str, ...]) -> Any:
    if isinstance(schema, list):
        return [_strict(one, defined, within) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "oneOf" in schema:
        schema = {**{key: value for key, value in schema.items() if key != "oneOf"}, "anyOf": schema["oneOf"]}
    if "$ref" in schema and len(schema) > 1:
        return _beside_reference(schema, defined, within)
    made: Json = {}
    for key in schema.keys() & _ENFORCED:
        value = schema[key]
        if key in ("properties", "$defs"):
            made[key] = {name: _strict(one, defined, within) for name, one in value.items()}
        else:
            made[key] = _strict(value, defined, within) if key in ("items", "anyOf") else value
    if schema.get("type") == "object":
        made.setdefault("properties", {})
        made |= {"required": list(made["properties"]), "additionalProperties": False}
    told = [f"{key}: {schema[key]}" for key in schema if key not in _ENFORCED | _UNTOLD]
    if told:
        made["description"] = " ".join(filter(None, [schema.get("description", ""), f"({', '.join(told)})"]))
    return {key: made[key] for key in sorted(made)}


def _beside_reference(schema: Mapping[str, Any], defined: Mapping[str, Any], within: tuple[str, ...]) -> Any:
    """A reference may have nothing beside it, so what it refers to is written out; but not within itself."""
    name = str(schema["$ref"]).removeprefix("#/$defs/")
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    # Definitions at the top are walked once by themselves.
    whole = {"$defs": beside.pop("$defs")} if "$defs" in beside else {}
    if name not in defined or name in within or (not beside and not whole):
        return {"$ref": schema["$ref"]}
    return _strict({**defined[name], **beside, **whole}, defined, (*within, name))
