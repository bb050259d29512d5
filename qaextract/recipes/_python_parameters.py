"""The parameters of a function as its definition gives them: how each is passed, and its default."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from qaextract.python_source import Function
from qaextract.recipes._python_symbols import Symbol, decorator_names

_LONGEST_DEFAULT = 40


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as written with its stars, how it is passed where that is restricted, and its default."""

    name: str
    passed: str = ""
    default: ast.expr | None = None
    default_text: str = ""

    @property
    def described(self) -> str:
        """The parameter as a member of a list: "`key` (keyword-only, default `None`)"."""
        notes = [self.passed] if self.passed else []
        if self.default is not None:
            notes.append(f"default `{self.default_text}`" if is_public_value(self) else "optional")
        return f"`{self.name}` ({', '.join(notes)})" if notes else f"`{self.name}`"


def is_public_value(parameter: Parameter) -> bool:
    """Whether the default is a short expression of public names, so that a reader knows what is meant."""
    default = parameter.default
    if default is None or len(parameter.default_text) > _LONGEST_DEFAULT or "\n" in parameter.default_text:
        return False
    named = {node.id for node in ast.walk(default) if isinstance(node, ast.Name)}
    named |= {node.attr for node in ast.walk(default) if isinstance(node, ast.Attribute)}
    hidden = any(
        name.startswith("_") or re.search("sentinel|missing|unset|novalue|no_default", name, re.I) for name in named
    )
    hidden = hidden or "deprecated" in parameter.default_text.lower()
    made = any(isinstance(node, ast.Call | ast.Lambda | ast.Yield | ast.Await) for node in ast.walk(default))
    ellipsis = isinstance(default, ast.Constant) and default.value is ...
    return not hidden and not made and not ellipsis and "`" not in parameter.default_text


def function_parameters(symbol: Symbol) -> list[Parameter]:
    """The parameters of a function in order, without the instance or class that a method is called on."""
    node = symbol.node
    assert isinstance(node, Function)
    args = node.args
    plain = [*args.posonlyargs, *args.args]
    defaults = chain(repeat(None, len(plain) - len(args.defaults)), args.defaults)
    found = [
        _parameter(symbol, arg, default, "positional-only" if i < len(args.posonlyargs) else "")
        for i, (arg, default) in enumerate(zip(plain, defaults, strict=True))
    ]
    if symbol.owner is not None and "staticmethod" not in decorator_names(node):
        found = found[1:]
    if args.vararg:
        found.append(Parameter(f"*{args.vararg.arg}", "any number of positional arguments"))
    found += [
        _parameter(symbol, arg, default, "keyword-only")
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
    ]
    if args.kwarg:
        found.append(Parameter(f"**{args.kwarg.arg}", "any other keyword arguments"))
    return found


def _parameter(symbol: Symbol, arg: ast.arg, default: ast.expr | None, passed: str) -> Parameter:
    return Parameter(arg.arg, passed, default, symbol.source.slice(default) if default is not None else "")


def joined(parts: Sequence[str]) -> str:
    """The parts as a list in a sentence: "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
