"""Which exception a function raises, and when."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Chunk, Document, Draft, Span
from qaextract.points import recipes
from qaextract.python_source import Function
from qaextract.recipes._python_docstrings import Docstring
from qaextract.recipes._python_parameters import function_parameters
from qaextract.recipes._python_prose import as_sentence, clean, says_more, sentence
from qaextract.recipes._python_symbols import Symbol, public_symbols

_EXCEPTION = re.compile(r"`{0,2}([A-Z]\w*(?:\.\w+)*|\w+(?:\.\w+)*\.[A-Z]\w*)`{0,2}")
_CONDITION = re.compile(r"(?:if|when|whenever|in case|unless|for|on)\b", re.IGNORECASE)
_RAISED = re.compile(
    r"(?:(?:an |the )?(?:exception|error) (?:that is |which is )?)?(?:is )?(?:raised|thrown)"
    r" (?=when|if|on|for|in case|whenever|because)",
    re.IGNORECASE,
)
_LONGEST_CONDITION = 100


@recipes.register("exceptions")
@dataclass(frozen=True)
class Exceptions:
    """When does a function raise an exception, and which? From "Raises" sections and from guards at its beginning."""

    reads: ClassVar[str] = "code"
    draft: ClassVar[type[Draft]] = Draft
    quota: int = 3
    share: float = 1.0
    most_a_function: int = 2
    least_new_words: int = 2

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk speaks of raising."""
        return "raise" in chunk.text.lower()

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        """What the docstring says; where it says nothing, what the guards say."""
        for symbol in public_symbols(chunk, document):
            if symbol.is_class:
                yield from self._raised(symbol)
            elif not symbol.is_property:
                drafts = list(self._documented(symbol)) or list(_guarded(symbol))
                yield from drafts[: self.most_a_function]

    def _raised(self, symbol: Symbol) -> Iterator[Draft]:
        """A pair on an exception whose docstring begins with "Raised when"."""
        text = symbol.source.text
        paragraph = Docstring.read(symbol.docstring_node, symbol.source).summary()
        span = paragraph and sentence(text, paragraph)
        condition = span and clean(span.of(text))
        if span and condition and _RAISED.match(condition) and says_more(condition, (symbol.qualname,), 2):
            name = f"`{symbol.qualname}`"
            yield Draft(
                question=f"{symbol.within}, when is the {name} exception raised?",
                answer=as_sentence(_RAISED.sub(f"{name} is raised ", condition, count=1)),
                quotes=(span.of(text),),
            )

    def _documented(self, symbol: Symbol) -> Iterator[Draft]:
        text = symbol.source.text
        for entry in Docstring.read(symbol.docstring_node, symbol.source).entries("raises"):
            span = sentence(text, entry.body)
            condition = span and clean(span.of(text))
            name = _EXCEPTION.fullmatch(entry.name)
            if not span or not condition or not name or not says_more(condition, (name[1],), self.least_new_words):
                continue
            if not _CONDITION.match(condition) or name[1] in ("Exception", "BaseException"):
                continue
            yield Draft(
                question=f"{symbol.within}, under what condition does {symbol.noun} raise `{name[1]}`?",
                answer=as_sentence(f"It raises `{name[1]}` {condition[0].lower()}{condition[1:]}"),
                quotes=(text[entry.span.start : span.end],),
            )


def _guarded(symbol: Symbol) -> Iterator[Draft]:
    """Pairs on `if condition: raise X` where only the arguments decide, before anything else is done."""
    for guard, raised in _guards(symbol):
        name, message = _exception(raised)
        condition = " ".join(symbol.source.slice(guard.test).split())
        if not name or len(condition) > _LONGEST_CONDITION or "`" in condition or "#" in condition:
            continue
        span = Span(symbol.source.span(guard).start, symbol.source.span(raised).end)
        said = f" with the message {message!r}" if message else ""
        yield Draft(
            question=f"{symbol.within}, which exception does {symbol.noun} raise when `{condition}` is true?",
            answer=f"It raises `{name}`{said}.",
            quotes=(span.of(symbol.source.text),),
        )


def _guards(symbol: Symbol) -> Iterator[tuple[ast.If, ast.Raise]]:
    """The guards that a call meets first. In a generator nothing is raised by the call: it has none."""
    node = symbol.node
    assert isinstance(node, Function)
    if any(isinstance(child, ast.Yield | ast.YieldFrom) for child in ast.walk(node)):
        return
    known = {parameter.name.lstrip("*") for parameter in function_parameters(symbol)} | set(dir(builtins))
    instance = {"self"} if symbol.owner is not None and not symbol.is_constructor else set()
    for statement in node.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        if not isinstance(statement, ast.If) or statement.orelse:
            return
        last = statement.body[-1]
        if not isinstance(last, ast.Raise) or len(statement.body) > 1:
            return
        if _is_public(statement.test, known | instance):
            yield statement, last


def _is_public(test: ast.expr, known: set[str]) -> bool:
    """Whether a caller can tell what the condition means: of parameters, builtins and public attributes."""
    for node in ast.walk(test):
        if isinstance(node, ast.Name) and node.id not in known:
            return False
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            return False
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("_"):
            return False
        if isinstance(node, ast.NamedExpr | ast.Await | ast.Lambda):
            return False
    asked = {node.id for node in ast.walk(test) if isinstance(node, ast.Name) and not hasattr(builtins, node.id)}
    return bool(asked) and ast.unparse(test) != "not self"


def _exception(raised: ast.Raise) -> tuple[str, str]:
    """The name of the exception and its message, if that is one literal string."""
    call = raised.exc
    if isinstance(call, ast.Call):
        name = ast.unparse(call.func)
        first = call.args[0] if len(call.args) == 1 and not call.keywords else None
        message = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    else:
        name, message = (ast.unparse(call), "") if isinstance(call, ast.Name | ast.Attribute) else ("", "")
    return (name, message) if _EXCEPTION.fullmatch(name) and "_" not in name else ("", "")
