"""Settings: defaults < file < preset < environment < argument, each value with its origin.

A key is dotted: `workers`, `validators.length.max_chars`. In a file (`qaextract.toml`, or `[tool.qaextract]` in
`pyproject.toml`) the dots are tables; in the environment the key is written `QAEXTRACT_VALIDATORS_LENGTH_MAX_CHARS`.
"""

from __future__ import annotations

import os
import tomllib
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from qaextract.errors import SettingsError, UnknownName

#: Variables that are no settings: a secret, which no manifest may hold, and a switch of the command line.
NO_SETTINGS = frozenset({"QAEXTRACT_PASSWORD", "QAEXTRACT_DEBUG", "QAEXTRACT_TEST_GGUF"})


@dataclass(frozen=True)
class Field:
    """What a key may hold."""

    type: Any
    default: Any


@dataclass(frozen=True)
class Value:
    """A setting, and the layer it came from."""

    key: str
    value: Any
    origin: str


@dataclass(frozen=True)
class Settings(Mapping[str, Any]):
    """Every key there is, with its value."""

    values_by_key: Mapping[str, Value]

    def __getitem__(self, key: str) -> Any:
        return self.values_by_key[key].value

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_key)

    def __len__(self) -> int:
        return len(self.values_by_key)

    def origin(self, key: str) -> str:
        """The layer the value came from."""
        return self.values_by_key[key].origin

    def under(self, prefix: str) -> dict[str, Any]:
        """The values whose keys begin with `prefix.`, by the rest of the key."""
        start = prefix + "."
        return {key.removeprefix(start): self[key] for key in self if key.startswith(start)}


def fields_of(cls: type, prefix: str = "") -> dict[str, Field]:
    """The fields of a dataclass as keys below `prefix`; those without a default are no settings."""
    hints = typing.get_type_hints(cls, include_extras=True)
    known: dict[str, Field] = {}
    for item in fields(cls):
        default = item.default_factory() if item.default_factory is not MISSING else item.default
        if item.init and default is not MISSING:
            known[f"{prefix}.{item.name}" if prefix else item.name] = Field(hints[item.name], default)
    return known


def load_settings(
    schema: Mapping[str, Field],
    *,
    config: Path | None = None,
    preset: str | None = None,
    arguments: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The value of every key of `schema`.

    Without `config`, the working folder's `qaextract.toml`, else its `pyproject.toml`, is read if there is one.
    `arguments` that are None are left to the layers below. Raises `SettingsError` for an unknown key, a value of the
    wrong type or a file that cannot be read.
    """
    found = {key: Value(key, field.default, "default") for key, field in schema.items()}
    for layer, values in _layers(schema, config, preset, arguments or {}, os.environ if environ is None else environ):
        for key, raw in values.items():
            found[key] = Value(key, _checked(schema, key, raw, layer), layer)
    return Settings(found)


def _layers(
    schema: Mapping[str, Field],
    config: Path | None,
    preset: str | None,
    arguments: Mapping[str, Any],
    environ: Mapping[str, str],
) -> Iterator[tuple[str, dict[str, Any]]]:
    path, table = _read_file(config)
    presets = _table(table.pop("presets", {}), "presets", path)
    yield str(path), _flat(table, schema)
    if preset is not None:
        if preset not in presets:
            raise UnknownName("preset", preset, presets)
        yield f"preset {preset} of {path}", _flat(_table(presets[preset], f"presets.{preset}", path), schema)
    yield "environment", _from_environment(schema, environ)
    yield "argument", {key: value for key, value in arguments.items() if value is not None}


def _read_file(config: Path | None) -> tuple[Path, dict[str, Any]]:
    own, project = Path("qaextract.toml"), Path("pyproject.toml")
    path = config or next((path for path in (own, project) if path.is_file()), None)
    return (own, {}) if path is None else (path, _settings_in(_toml(path), path))


def _settings_in(table: dict[str, Any], path: Path) -> dict[str, Any]:
    if path.name != "pyproject.toml" and set(table) != {"tool"}:
        return table
    tool = _table(table.get("tool", {}), "tool", path)
    return _table(tool.get("qaextract", {}), "tool.qaextract", path)


def _table(value: Any, name: str, path: Path) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise SettingsError(f"{name} = {value!r} ({path}) is no table", f"write it as [{name}]")


def _toml(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the settings file {path} cannot be read: {error}", "check the path after --config"
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"the settings file {path} is not valid TOML: {error}", "mend it there") from error
    return table


def _flat(table: Mapping[str, Any], schema: Mapping[str, Field], prefix: str = "") -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and key not in schema:
            values |= _flat(value, schema, key + ".") or {key: {}}
        else:
            values[key] = value
    return {key: value for key, value in values.items() if value != {} or key in schema}


def _from_environment(schema: Mapping[str, Field], environ: Mapping[str, str]) -> dict[str, Any]:
    names = {"QAEXTRACT_" + key.upper().replace(".", "_"): key for key in schema}
    values: dict[str, Any] = {}
    for name, text in environ.items():
        if not name.startswith("QAEXTRACT_") or name in NO_SETTINGS:
            continue
        if name not in names:
            raise SettingsError(f"the environment variable {name} is no setting", "unset it; see: qaextract settings")
        wants_list = typing.get_origin(schema[names[name]].type) in (tuple, list)
        values[names[name]] = [part.strip() for part in text.split(",") if part.strip()] if wants_list else text
    return values


_FINITE = ConfigDict(allow_inf_nan=False)


def _checked(schema: Mapping[str, Field], key: str, raw: Any, layer: str) -> Any:
    if key not in schema:
        raise SettingsError(f"{key} ({layer}) is no setting", _nearest(key, schema))
    try:
        return TypeAdapter(schema[key].type, config=_FINITE).validate_python(raw)
    except ValidationError as error:
        why = error.errors()[0]["msg"]
        raise SettingsError(f"{key} = {raw!r} ({layer}) does not fit: {why}", "give another value") from error


def _nearest(key: str, schema: Mapping[str, Field]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, list(schema), n=3)
    return (
        f"did you mean {' or '.join(close)}? All are listed by: qaextract settings"
        if close
        else ("all are listed by: qaextract settings")
    )
