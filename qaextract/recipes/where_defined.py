"""Where a function, method or class is defined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._prose import OncePerDocument
from qaextract.recipes._python_symbols import Symbol, module_symbols, public_symbols

#: Parts of a package that hold other versions of what stands elsewhere in it.
_PARALLEL = re.compile(r"(?:^|\.)_?(?:v\d+|compat\w*|legacy|deprecated|vendor(?:ed)?)(?:\.|$)")


@recipes.register("where_defined")
@dataclass(frozen=True)
class WhereDefined:
    """In which module of its package, or which class of its module, is something with a telling name defined?"""

    reads: ClassVar[str] = "code"
    draft: ClassVar[type[Draft]] = Draft
    quota: int = 3
    share: float = 0.1
    most_a_document: int = 3

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk defines anything."""
        return "def " in chunk.text or "class " in chunk.text

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        """Pairs on the most telling names of the whole document that stand in the chunk."""
        chosen = _most_telling(document)[: self.most_a_document]
        for symbol in public_symbols(chunk, document):
            if any(symbol.node is other.node for other in chosen):
                yield _draft(symbol, document)


@OncePerDocument
def _most_telling(document: Document) -> list[Symbol]:
    """The symbols worth asking for, the longest names first: those are the least likely to be defined twice."""
    symbols = module_symbols(document)
    classes = {symbol.owner.name for symbol in symbols if symbol.owner is not None}
    package = "." in document.title and not _PARALLEL.search(document.title)
    fit = [
        symbol
        for symbol in symbols
        if symbol.source.defined[symbol.node.name] == 1
        and symbol.documentation
        and not symbol.node.name.startswith("_")
        and not symbol.is_property
        and _is_telling(symbol)
        and (len(classes) > 1 if symbol.owner is not None else package)
    ]
    return sorted(fit, key=lambda symbol: (-len(symbol.node.name), symbol.node.lineno))


def _is_telling(symbol: Symbol) -> bool:
    """Whether the name is of two words or more, and does not name where it is defined."""
    name = symbol.node.name
    words = name.split("_") if "_" in name else [c for c in name if c.isupper()]
    place = symbol.owner.name if symbol.owner is not None else symbol.module.rpartition(".")[2]
    plain = name.replace("_", "").lower()
    return len(words) > 1 and place.lower().strip("_").removesuffix("s") not in plain


def _draft(symbol: Symbol, document: Document) -> Draft:
    quote = symbol.header.of(document.text)
    name = f"`{symbol.node.name}`"
    kind = "class" if symbol.is_class else "function"
    if symbol.owner is not None:
        return Draft(
            question=f"{symbol.within}, which class defines the {name} method?",
            answer=f"The {name} method is defined by the `{symbol.owner.name}` class.",
            quotes=(symbol_owner_header(symbol), quote),
        )
    package = symbol.module.partition(".")[0]
    path = _path(symbol.module, document.uri)
    return Draft(
        question=f"In which module of the `{package}` package is the {name} {kind} defined?",
        answer=f"The {name} {kind} is defined in the `{symbol.module}` module, in the file `{path}`.",
        quotes=(quote,),
    )


def symbol_owner_header(symbol: Symbol) -> str:
    """The line that begins the class of a method."""
    assert symbol.owner is not None
    return Symbol(symbol.owner, None, symbol.source, symbol.module).header.of(symbol.source.text)


def _path(module: str, uri: str) -> str:
    """The path of the file from the folder that holds its package."""
    file = PurePosixPath(uri.replace("\\", "/"))
    parts = module.split(".")
    return "/".join([*parts, file.name] if file.stem == "__init__" else [*parts[:-1], file.name])
