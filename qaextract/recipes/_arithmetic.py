"""Arithmetic that is written down: `2.08 * (sqrt(36) + 2) = 16.64` is read, computed again and compared.

Nothing is executed: only numbers, the operators + - * / ** and a few functions are known.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator

_SIGNS = str.maketrans({"×": "*", "·": "*", "⋅": "*", "÷": "/", "−": "-", "–": "-", "^": "**", "√": " sqrt "})
_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in ("sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "exp", "log")},
    **{name: getattr(math, name) for name in ("log10", "log2", "radians", "degrees", "floor", "ceil")},
    **{"ln": math.log, "abs": abs, "min": min, "max": max},
}
_CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
_LONGEST_CHARS = 300
#: Half a unit in the third digit: results are often given to three.
_ROUNDING = 0.005


def mended(calculation: str) -> str:
    """The calculation with plain signs, and without the commas that part thousands."""
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", calculation.translate(_SIGNS).replace("≈", "="))
    return re.sub(r"sqrt\s+(\d+(?:\.\d+)?)", r"sqrt(\1)", plain).strip()


def sides(calculation: str) -> tuple[str, float, str]:
    """(expression, stated result, the result as written); raises `ValueError` where it is no calculation."""
    expression, equals, result = mended(calculation)[:_LONGEST_CHARS].rpartition("=")
    if not equals or not re.fullmatch(r"\s*[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\s*", result):
        raise ValueError(f"{calculation!r} is not of the form `expression = number`")
    return expression.rpartition("=")[2], float(result), result.strip()


def computed(expression: str) -> float:
    """The value of an expression; raises `ValueError` where it has none, or holds more than arithmetic."""
    try:
        return float(_value(ast.parse(expression.strip(), mode="eval").body))
    except (SyntaxError, TypeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise ValueError(f"{expression.strip()!r} cannot be computed") from error


def agrees(value: float, stated: float, written: str) -> bool:
    """Whether a value is the stated one, rounded as it is written; zeros that end a whole number may be rounding."""
    plain = written.lower().partition("e")[0]
    decimals = len(plain.partition(".")[2])
    zeros = 0 if decimals else len(plain) - len(plain.rstrip("0"))
    unit: float = 10.0**-decimals if decimals else min(10.0**zeros, max(1.0, 2 * _ROUNDING * abs(value)))
    scale = abs(stated / float(plain)) if float(plain) else 1.0
    return abs(value - stated) <= 0.5001 * unit * scale


def operands(expression: str) -> Iterator[float]:
    """The numbers that an expression is made from."""
    for node in ast.walk(ast.parse(expression.strip(), mode="eval")):
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            yield float(node.value)


def parts(expression: str) -> Iterator[float]:
    """The values of everything that an expression is put together from."""
    for node in ast.walk(ast.parse(expression.strip(), mode="eval").body):
        if isinstance(node, (ast.BinOp, ast.Call, ast.UnaryOp)):
            yield _value(node)


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name) and node.id in _CONSTANTS:
        return _CONSTANTS[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return -_value(node.operand) if isinstance(node.op, ast.USub) else _value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _BINARY[type(node.op)](_value(node.left), _value(node.right))
    match node:
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in _FUNCTIONS:
            return float(_FUNCTIONS[name](*map(_value, node.args)))
    raise ValueError("only numbers, + - * / **, brackets, sqrt and the like can be computed")
