"""The extension points: one Protocol and one registry each; a component is one new file in its folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeVar, runtime_checkable

from qaextract.errors import QAExtractError, UnsupportedSource
from qaextract.model import (
    Ask,
    Chunk,
    Context,
    Document,
    Draft,
    Outcome,
    QAPair,
    Reply,
    Request,
    Source,
    Verdict,
)
from qaextract.registry import Registry

T = TypeVar("T")
R = TypeVar("R")
Unit = Chunk | Document | Sequence[Document]

#: Fields of an outcome's line that a draft may not take.
RESERVED_FIELDS = frozenset(
    {"id", "kind", "evidence", "chunk_id", "headings", "document", "model", "checks", "verdict"}
)


@runtime_checkable
class Parser(Protocol):
    """Source to document."""

    def accepts(self, source: Source) -> bool:
        """Whether this parser takes the source, judged by its content as well as its name."""
        ...

    def parse(self, source: Source) -> Document:
        """The document; raises a `SourceError` that names the cause."""
        ...


@runtime_checkable
class Chunker(Protocol):
    """Document to chunks. Every chunk is a slice of the document; together they hold all of its text."""

    def chunk(self, document: Document) -> Iterator[Chunk]:
        """The chunks, in order, none overlapping."""
        ...


@runtime_checkable
class Recipe(Protocol):
    """What to ask: one type of question.

    `draft` is the type of what it makes; `accepts` says which chunks are worth looking at. Then any of:
    `find(chunk, document)` yields drafts without a model; `prompt` (a string) is asked of a model for each chunk;
    `extract(unit, context)` is a generator that yields `Ask`, receives the parsed reply, and returns drafts.
    """

    draft: ClassVar[type[Draft]]

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk can hold a pair of this kind."""
        ...


class Finder(Recipe, Protocol):
    """A recipe that finds pairs without a model."""

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        """The drafts of this chunk, in the order of the text."""
        ...


class Staged(Recipe, Protocol):
    """A recipe that asks a model in one or several stages."""

    def extract(self, unit: Any, context: Context) -> Generator[Ask, Any, Iterable[Draft]]:
        """Yields what to ask, receives each parsed reply (None: no pair here), returns the drafts."""
        ...


@runtime_checkable
class Provider(Protocol):
    """Request to reply. The text after the colon of `--model` is its field `name`."""

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    def ask(self, request: Request) -> Reply:
        """The reply; raises a `ProviderError`."""
        ...


class Validator(Protocol):
    """Pair to verdict: has `check`, or `check_all` for what can only be said of a set."""


@runtime_checkable
class PairValidator(Validator, Protocol):
    """A validator that looks at one pair."""

    def check(self, pair: QAPair, context: Context) -> Verdict:
        """The verdict on this pair."""
        ...


@runtime_checkable
class SetValidator(Validator, Protocol):
    """A validator that looks at all pairs together."""

    def check_all(self, pairs: Sequence[QAPair]) -> Iterator[Verdict]:
        """One verdict for each pair, in order."""
        ...


@runtime_checkable
class Exporter(Protocol):
    """Outcomes to files."""

    def write(self, outcomes: Iterable[Outcome], folder: Path) -> list[Path]:
        """Writes into the folder and returns what it wrote."""
        ...


@runtime_checkable
class Executor(Protocol):
    """How work is spread."""

    @property
    def workers(self) -> int:
        """How many items at once."""
        ...

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """`work` of every item, in any order."""
        ...


def best_parser(source: Source, made: Iterable[Parser]) -> Parser:
    """The parser for a source: of those that accept it the one of highest `priority` (0 unless it says otherwise)."""
    accepting = [parser for parser in made if parser.accepts(source)]
    if not accepting:
        raise UnsupportedSource(source.uri, "no parser takes this kind of content", "see: qaextract components")
    return max(accepting, key=lambda parser: int(getattr(parser, "priority", 0)))


def has_finder(recipe: object) -> bool:
    """Whether the recipe finds pairs without a model."""
    return callable(getattr(recipe, "find", None))


def asks_model(recipe: object) -> bool:
    """Whether the recipe needs a model for some of its pairs."""
    return callable(getattr(recipe, "extract", None)) or bool(getattr(recipe, "prompt", None))


def unit_of(recipe: object) -> Literal["chunk", "document", "corpus"]:
    """What the recipe works on; a chunk unless it says otherwise."""
    unit: Literal["chunk", "document", "corpus"] = getattr(recipe, "unit", "chunk")
    return unit


def _accept_recipe(name: str, cls: type[Recipe]) -> None:
    draft = getattr(cls, "draft", None)
    if not (isinstance(draft, type) and issubclass(draft, Draft)):
        raise QAExtractError(f"the recipe {name!r} has no draft type", "set `draft` to a subclass of qaextract.Draft")
    taken = sorted(RESERVED_FIELDS & draft.model_fields.keys())
    if taken:
        raise QAExtractError(
            f"the draft of the recipe {name!r} takes the reserved field {taken[0]!r}", "rename the field"
        )
    if not (has_finder(cls) or asks_model(cls)):
        raise QAExtractError(f"the recipe {name!r} can neither find nor ask", "give it `find`, `prompt` or `extract`")


parsers: Registry[Parser] = Registry("parsers", "parser")
chunkers: Registry[Chunker] = Registry("chunkers", "chunker")
recipes: Registry[Recipe] = Registry("recipes", "recipe", _accept_recipe)
providers: Registry[Provider] = Registry("providers", "provider")
validators: Registry[Validator] = Registry("validators", "validator")
exporters: Registry[Exporter] = Registry("exporters", "exporter")
executors: Registry[Executor] = Registry("executors", "executor")

REGISTRIES: dict[str, Registry[Any]] = {
    registry.plural: registry for registry in (parsers, chunkers, recipes, providers, validators, exporters, executors)
}
