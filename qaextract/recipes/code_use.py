"""How to use a piece of code: a task, solved by a short example with the real names and signatures."""

from __future__ import annotations

import ast
import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field, model_validator

from qaextract.model import Chunk, Draft
from qaextract.points import recipes
from qaextract.quantities import numbers
from qaextract.recipes._asked import AskedDraft

_FENCE = re.compile(r"^```(?P<language>[\w+#.-]*)[^\S\n]*\n(?P<code>.*?)^```[^\S\n]*$", re.DOTALL | re.MULTILINE)
#: Special methods that a user of the code has to do with.
_CALLED = frozenset({"__init__", "__call__", "__enter__", "__exit__", "__iter__", "__getitem__"})
_LEAST_LINES = 3
_FIGURE = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\w)")
#: Numbers that need no source: the first and last of a sequence, none, and what turns a fraction into per cent.
_COMMON = frozenset({"0", "1", "2", "100"})
_MONTHS = tuple(calendar.month_name)[1:]


class CodeUseDraft(AskedDraft):
    """A task that a user of the code has, and the example that solves it."""

    question: str = Field(description="What to achieve, with the name of the module and every value that is used.")
    answer: str = Field(description="One or two sentences, then one fenced code block with its language, 1-12 lines.")
    quotes: tuple[str, ...] = Field(
        description="Chosen first: the lines of the source that show how it is used, copied as they stand: the whole "
        "signature, the sentences of the docstring on what is used, the line that raises.",
        min_length=1,
    )
    uses: tuple[str, ...] = Field(
        description="The functions, classes, methods, parameters and exceptions of this source in the example.",
        min_length=1,
    )

    @property
    def code(self) -> str:
        """The example alone."""
        found = _FENCE.search(self.answer)
        return found["code"] if found else ""

    @model_validator(mode="after")
    def _is_consistent(self) -> CodeUseDraft:
        fences = list(_FENCE.finditer(self.answer))
        if len(fences) != 1:
            raise ValueError("the answer has exactly one code block, between lines of ``` with the language")
        if fences[0]["language"].lower() in ("python", "py", "python3"):
            _check_python(self.code)
        for name in self.uses:
            if not re.search(rf"(?<!\w){re.escape(_last(name))}(?!\w)", self.code):
                raise ValueError(f"`uses` names {name!r}, which is not in the code block")
        return self

    def fault(self) -> tuple[str, str] | None:
        """The first name that no quote shows, or number that neither the question nor a quote has."""
        shown = "\n".join(self.quotes)
        names = {_last(name) for name in self.uses} | set(_keywords(self.code, {_last(name) for name in self.uses}))
        for name in sorted(names):
            if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", shown):
                return "name_not_quoted", f"the example relies on {name!r}, which no quote shows"
        known = _COMMON | _figures(f"{self.question}\n{shown}") | _months(self.question)
        known |= {_canonical(number.value) for number in numbers(f"{self.question}\n{shown}")}
        for figure in sorted(_figures(self.answer) - known):
            return "number_not_given", f"the answer has {figure}, which neither the question nor a quote has"
        return None


def _last(name: str) -> str:
    return re.split(r"[.:]+", name.strip().strip("`").removesuffix("()"))[-1]


def _keywords(code: str, uses: set[str]) -> Iterator[str]:
    """The arguments that are given by name to what the example uses, where the code is Python."""
    try:
        calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError):
        return
    for call in calls:
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called in uses:
            yield from (keyword.arg for keyword in call.keywords if keyword.arg)


def _figures(text: str) -> set[str]:
    """The numbers in digits, in one form each; digits inside names are none."""
    return {_canonical(match[0].replace("_", "")) for match in _FIGURE.finditer(text)}


def _canonical(number: str) -> str:
    try:
        return f"{abs(float(number)):.12g}"
    except ValueError:
        return number


def _months(text: str) -> set[str]:
    return {str(n) for n, name in enumerate(_MONTHS, 1) if re.search(rf"\b{name[:3]}(?:{name[3:]})?\b", text)}


def _check_python(code: str) -> None:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"the code block is not valid Python: {error}") from error


@recipes.register("code_use")
@dataclass(frozen=True)
class CodeUse:
    """How do I do this with that code? Asked by a model, answered with a short example in the names of the source."""

    draft: ClassVar[type[Draft]] = CodeUseDraft
    default: ClassVar[bool] = False
    reads: ClassVar[str] = "code"
    #: The values of an example are the question's own, and its words those of code: `consistent` looks at both.
    checks: ClassVar[tuple[str, ...]] = ("consistent", "leak", "length", "self_contained")
    prompt: ClassVar[str] = """\
Task: the passage is source code. Write tasks that a programmer has who uses this code without changing it, each \
solved by a short example.

- The question says what to achieve and names the module or package. It gives every concrete value that the example \
needs, as the example writes it. It asks neither how the code works inside nor what a function "does".
- The answer says in one or two sentences which call does it and what matters (an argument and its unit, what is \
returned, what is raised), then shows one fenced code block with its language, complete with imports, 1 to 12 lines.
- Use only names that the passage shows, with their real signatures: order, keyword-only arguments, defaults. After \
`Symbol:` stand the module to import from and the path of the symbol. Your own variables are single plain words \
(`result`, `day`). Where a class cannot be made from what is shown, let the question say that an instance `x` exists.
- Values come from the question or are defaults of the source. Say what a call returns or prints only if the docstring \
shows that very call.
- `quotes` are the lines that show it, copied with all their signs: the whole signature first, then what the docstring \
says of the arguments used, the line with `raise`. Lines that stand apart are quotes of their own.
- Take different tasks: the usual call, an argument that changes the outcome, an error to be caught. Nothing on names \
that begin with an underscore, nothing that is trivial once the signature is seen.

An example from another source, not to be used, module `lockkeeper`:
def open_gate(gate, width_cm, *, force=False):
    \"\"\"Open a gate. In frost `GateFrozen` is raised unless `force` is true.\"\"\"
Good: "With `lockkeeper`, how do I open the gate "north" by 40 cm even in frost?" – "Pass `force=True` to `open_gate`, \
by keyword; otherwise it raises `GateFrozen` in frost." and
```python
from lockkeeper import open_gate

open_gate("north", 40, force=True)
```
Bad: `open_gate("north", 40, True)` (keyword-only). `open_gate("north", width=40)` (no such argument). "What does \
`open_gate` do?" (no task)."""
    most: int = 3
    quota: int = 6

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk is a public symbol with a body, and no test."""
        path = chunk.headings[1:]
        lines = sum(bool(line.strip()) for line in chunk.text.splitlines())
        return bool(path) and lines >= _LEAST_LINES and all(map(_is_public, path))


def _is_public(name: str) -> bool:
    return name in _CALLED or not name.startswith(("_", "test_", "Test"))
