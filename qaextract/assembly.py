"""Settings to components: what a run is put together from."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field as Bound

from qaextract import points
from qaextract.checking import Checks
from qaextract.errors import SettingsError, UnsupportedSource
from qaextract.model import Document, Source
from qaextract.points import REGISTRIES, Chunker, Executor, Parser, Provider, Recipe, Validator, best_parser
from qaextract.prices import FREE, UNKNOWN, Price, known_price, set_price
from qaextract.prompt import is_code
from qaextract.registry import Registry
from qaextract.settings import Field, Settings, fields_of

T = TypeVar("T")


@dataclass(frozen=True)
class General:
    """The settings that belong to no component; the options of the commands have the same names."""

    model: str | None = None
    base_url: str | None = None
    batch: bool = False
    recipe: tuple[str, ...] = ()
    limit: Annotated[int, Bound(gt=0)] | None = None
    budget_usd: Annotated[float, Bound(gt=0)] | None = None
    budget_tokens: Annotated[int, Bound(gt=0)] | None = None
    benchmark: tuple[str, ...] = ()
    ledger: str | None = None
    record: str | None = None
    ocr: Literal["auto", "off", "force"] = "auto"
    workers: Annotated[int, Bound(gt=0, le=256)] = 4
    retries: Annotated[int, Bound(ge=0, le=20)] = 5
    reasks: Annotated[int, Bound(ge=0, le=5)] = 1
    longest_wait_s: Annotated[float, Bound(gt=0)] = 60.0
    most_tokens: Annotated[int, Bound(gt=0)] = 32_000
    price_input_usd: Annotated[float, Bound(ge=0)] | None = None
    price_output_usd: Annotated[float, Bound(ge=0)] | None = None
    price_cached_usd: Annotated[float, Bound(ge=0)] | None = None
    parser: str | None = None
    chunker: str | None = None
    executor: str = "threads"


def schema() -> dict[str, Field]:
    """Every key that can be set: the general ones, and the fields of every component."""
    known = fields_of(General)
    for plural, registry in REGISTRIES.items():
        for name, cls in registry.items():
            if is_dataclass(cls):
                known |= fields_of(cls, f"{plural}.{name}")
    return known


def build(registry: Registry[T], name: str, settings: Settings, /, **given: Any) -> T:
    """The component of that name with its settings; `given` are fields that are no settings."""
    cls = registry.get(name)
    values = settings.under(f"{registry.plural}.{name}") if is_dataclass(cls) else {}
    try:
        return cls(**values | given)
    except (TypeError, ValueError) as error:
        raise SettingsError(
            f"{registry.singular} {name!r} cannot be made: {error}", "see: qaextract settings"
        ) from error


def build_validators(settings: Settings) -> dict[str, Validator]:
    """Every validator that needs no model."""
    names = [n for n, cls in points.validators.items() if not getattr(cls, "needs_model", False)]
    return {name: build(points.validators, name, settings) for name in names}


#: What asks a model when nobody names a recipe: on prose, and on code.
ASKED_BY_DEFAULT = ("factual", "deduction_chain", "code_use")


def asking_recipes(settings: Settings) -> frozenset[str] | None:
    """The recipes that may ask a model: all that were named (None), else those that do by default."""
    return None if settings["recipe"] else frozenset(ASKED_BY_DEFAULT)


def build_recipes(settings: Settings) -> dict[str, Recipe]:
    """The recipes that were named, else all that are on by default; with a model, those that ask by default too."""
    names = list(settings["recipe"]) or [n for n, cls in points.recipes.items() if getattr(cls, "default", True)]
    if not settings["recipe"] and settings["model"] is not None:
        names += [name for name in ASKED_BY_DEFAULT if name in points.recipes.names()]
    return {name: build(points.recipes, name, settings) for name in sorted(set(names))}


def build_checks(settings: Settings) -> Checks:
    """The validators and the recipes' quotas."""
    return Checks(build_validators(settings), build_recipes(settings))


def build_checks_of_all(settings: Settings) -> Checks:
    """The same for pairs that are there already: each is checked as its kind wants, on by default or not."""
    every = {name: build(points.recipes, name, settings) for name in points.recipes.names()}
    return Checks(build_validators(settings), every)


def build_parser(settings: Settings, source: Source) -> Parser:
    """The parser for a source: the one that was set, else the one of highest `priority` that accepts it."""
    if settings["parser"] is not None:
        return build(points.parsers, settings["parser"], settings)
    return best_parser(source, [build(points.parsers, name, settings) for name in points.parsers.names()])


def accepts_with(settings: Settings) -> Callable[[Source], bool]:
    """Whether some parser takes a source."""

    def accepts(source: Source) -> bool:
        try:
            build_parser(settings, source)
        except UnsupportedSource:
            return False
        return True

    return accepts


def parse_with(settings: Settings) -> Callable[[Source], Document]:
    """How sources are parsed under these settings."""
    return lambda source: build_parser(settings, source).parse(source)


def chunk_with(settings: Settings) -> Callable[[Document], Chunker]:
    """How documents are chunked: by symbols where they are code, else by sections, unless one is set."""

    def choose(document: Document) -> Chunker:
        name = settings["chunker"] or ("symbols" if is_code(document) else "sections")
        return build(points.chunkers, name, settings)

    return choose


def build_executor(settings: Settings) -> Executor:
    """How asking is spread."""
    return build(points.executors, settings["executor"], settings, workers=settings["workers"])


def build_provider(settings: Settings) -> tuple[str, Provider | None]:
    """(provider's name, provider) of `model = "PROVIDER:NAME"`; None without a model."""
    model = settings["model"]
    if model is None:
        return "", None
    provider, colon, name = model.partition(":")
    cls = points.providers.get(provider)
    if not colon or not name:
        raise SettingsError(f"model = {model!r} names no model", f"write it as {provider}:NAME")
    takes = _field_names(cls)
    given: dict[str, Any] = {"name": name}
    if settings["base_url"] is not None:
        if "base_url" not in takes:
            raise SettingsError(f"the provider {provider!r} takes no --base-url", "leave it out")
        given["base_url"] = settings["base_url"]
    if settings["batch"] and not callable(getattr(cls, "ask_many", None)):
        raise SettingsError(f"the provider {provider!r} has no batches", "leave --batch out")
    return provider, build(points.providers, provider, settings, **given)


def price_of(settings: Settings, name: str, provider: Provider | None) -> Price:
    """What the model costs: as the settings say, else as the installed table does; nothing on this machine.

    Raises `SettingsError` where a budget in dollars is set and nobody knows the price.
    """
    given, back = settings["price_input_usd"], settings["price_output_usd"]
    if given is not None and back is not None:
        return set_price(given, back, settings["price_cached_usd"])
    vendor = getattr(provider, "vendor", None)
    price = known_price(vendor, provider.name) if provider is not None and vendor else FREE
    if price is None or (price is FREE and vendor is None and provider is not None and settings["budget_usd"]):
        price = None
    if price is None and settings["budget_usd"] is not None:
        raise SettingsError(
            f"no price is known for {name}:{provider.name if provider else ''}",
            "set price_input_usd and price_output_usd (dollars a million tokens), or use --budget-tokens",
        )
    price = price or UNKNOWN
    return price.halved() if settings["batch"] and vendor else price


def refuse_unusable(settings: Settings) -> None:
    """Say plainly which settings have nothing that could honour them, instead of passing them over."""
    if settings["benchmark"] and "contamination" not in points.validators.names():
        raise SettingsError("--benchmark needs the validator `contamination`, which is not installed", "leave it out")
    if settings["ocr"] == "force" and not any("ocr" in _field_names(cls) for _, cls in points.parsers.items()):
        raise SettingsError("--ocr force needs a parser that does OCR, and none is installed", "leave it out")


def _field_names(cls: type) -> set[str]:
    return {field.name for field in fields(cls)} if is_dataclass(cls) else set()


def page_numbers(text: str | None) -> frozenset[int] | None:
    """The pages of `3-40`, `7` or `1,3-5`; None for all. They count from 1, the first page of the file."""
    if text is None:
        return None
    numbers: set[int] = set()
    for part in str(text).split(","):
        match = re.fullmatch(r"\s*(\d{1,6})(?:\s*-\s*(\d{1,6}))?\s*", part, re.ASCII)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last:
            raise SettingsError(f"--pages {text!r} names no pages", "write them as 7, 3-40 or 1,3-5")
        numbers.update(range(first, last + 1))
    return frozenset(numbers)


def password_of(given: str | None) -> str | None:
    """The password given, else the one in the environment; it enters no settings, manifest or log."""
    return given if given is not None else os.environ.get("QAEXTRACT_PASSWORD")
